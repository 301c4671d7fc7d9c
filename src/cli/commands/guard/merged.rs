//! The required guardrails at a merge that is not in the main branch yet. They run in the worktree of the merge.
//!
//! Not here: the merge, and the entry with the results (`integrate`).

use super::{
    run::{check_trust, job},
    session,
};
use crate::{
    cli::{CommandError, Context, failure::code},
    core::{
        entry::event::{Event, guardrail::Outcome},
        plan::state::{State, guardrails::Subject},
        values::text::Text,
    },
    git::repository::Repository,
    guard::{self, Checkout, CommandEnvironment, Ending, Job, JobNews, Run},
    render::text,
};

/// A result that is not recorded yet, with its output.
pub struct Passed {
    /// The event.
    pub event: Event,
    /// The attachment.
    pub output: (Text, Vec<u8>),
}

/// Runs the required guardrails that have not passed at the commit that is checked out, or at its tree. Those without a command
/// are left to the rules.
///
/// # Errors
/// `guardrail_failed`, `not_trusted`, `cannot_run`, `interrupted`.
pub fn check(
    context: &mut Context,
    opened: &Repository,
    state: &State,
) -> Result<Vec<Passed>, CommandError> {
    let checkout = Checkout::read(opened)?.filter(|_| state.guards(true));
    let Some((checkout, top)) = checkout.zip(opened.work_dir()) else {
        return Ok(Vec::new());
    };
    let subject = Subject {
        commit: checkout.commit.as_ref(),
        tree: checkout.tree.as_ref(),
    };
    let open = state.open_guardrails(subject).map(|open| open.id);
    let with_command = open.filter(|id| state.guardrails[id].command.is_some());
    let jobs: Vec<Job> = with_command
        .map(|id| job(&id, &state.guardrails[&id]))
        .collect::<Result<_, _>>()?;
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let actor = context.actor(opened, state)?;
    check_trust(state, &actor, &jobs)?;
    let environment = CommandEnvironment::from_process(opened.config());
    let mut ended: Vec<(usize, std::io::Result<Run>)> = Vec::new();
    let at_once = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    guard::run_all(&jobs, top, &environment, at_once, |news| {
        if let JobNews::Ended(number, run) = news {
            ended.push((number, run));
        }
    })
    .map_err(|error| CommandError::caused(code::CANNOT_RUN, error))?;
    ended.sort_by_key(|(number, _)| *number);
    if ended.len() < jobs.len() {
        return Err(stopped());
    }
    let passed = ended
        .into_iter()
        .map(|(number, run)| passed(opened, &checkout, &jobs[number], number, run));
    passed.collect()
}

fn passed(
    opened: &Repository,
    checkout: &Checkout,
    job: &Job,
    number: usize,
    run: std::io::Result<Run>,
) -> Result<Passed, CommandError> {
    let run = run.map_err(|error| session::cannot_start(job, error))?;
    if run.ending == Ending::Stopped {
        return Err(stopped());
    }
    if run.outcome() != Outcome::Pass {
        let message = format!(
            "guardrail '{}' fails at the merge with the main branch",
            job.id
        );
        let output = String::from_utf8_lossy(&run.output);
        let last = text::last_lines(&output);
        return Err(CommandError::no(code::GUARDRAIL_FAILED, message).details(last));
    }
    let name: Text = format!("output-{}.txt", number + 1)
        .parse()
        .map_err(|error| CommandError::caused(code::INTERNAL, error))?;
    let result = session::result_of(opened, checkout, job, &run, name.clone())?;
    Ok(Passed {
        event: session::recorded(result),
        output: (name, run.output),
    })
}

fn stopped() -> CommandError {
    let message = "interrupted; nothing was integrated";
    CommandError::fatal(code::INTERRUPTED, message)
}
