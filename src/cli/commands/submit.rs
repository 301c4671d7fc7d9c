//! `git coord submit`: submit a commit for review.
//!
//! Not here: who may review, and when a task may be done (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        reading::commit,
        task::{act, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{CommitId, Event, ReviewEvent},
        plan::state::{State, TaskIndex, branch::branch_of},
    },
    git::repository::Repository,
    render::refusal::review_needs,
};

/// Submit a commit of a task for review
///
/// The commit is the tip of the task's branch. If that branch does not exist, it is the commit that is checked out.
/// Verdicts apply to this commit. Submitting again starts a new review.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord submit B --pr 17")]
pub struct Args {
    /// Task to review
    #[arg(value_name = "ID")]
    pub id: String,
    /// Name the pull request that shows the work
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub pr: Option<u64>,
    /// Submit the commit REV
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

/// # Errors
/// `unknown_commit`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let given = args.commit.as_deref();
    let given = given.map(|given| commit::commit(context, given));
    let given = given.transpose()?;
    let repository = context.repository()?;
    let done = act::on_task(context, &args.id, |basis| {
        let commit = given
            .clone()
            .or_else(|| tip(&repository, basis.state, basis.index));
        Ok(Event::Review(ReviewEvent::Submitted {
            task: basis.task.clone(),
            claim: args.claim.check(basis)?,
            commit,
            pr: args.pr,
        }))
    })?;
    let (state, task) = (done.state(), done.task());
    let submission = task.submission.as_ref();
    let at = submission.and_then(|submission| submission.commit.as_ref());
    let mut sentence = match at {
        Some(commit) => format!("submitted {} at {commit:.12}", done.shown()),
        None => format!("submitted {}", done.shown()),
    };
    sentence += &match review_needs(&state.review_needs(task)) {
        Some(needs) => format!("; its review needs {needs}"),
        None => "; nobody has to approve it".to_owned(),
    };
    done.say(context, &sentence)
}

/// The commit at the tip of the task's branch, else the one that is checked out.
fn tip(repository: &Repository, state: &State, index: TaskIndex) -> Option<CommitId> {
    let branch = format!("refs/heads/{}", branch_of(state, index));
    commit::find(repository, &branch).or_else(|| commit::find(repository, "HEAD"))
}
