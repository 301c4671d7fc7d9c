//! `git coord show`: one task in full; or a guardrail, an actor or an entry, as in its list.
//!
//! Not here: its layout (`render`).

use serde::Serialize;

use super::{actor, guard, log::entry::PrintedEntry, observe::ties};
use crate::{
    cli::{
        CommandError, Context,
        reading::{
            integrated::Outside,
            long_text::LongText,
            revision::{Reading, Revision},
        },
        task::act,
    },
    core::{
        entry::event::task::Integration,
        history::log::Log,
        plan::{
            refusal::OpenGuardrail,
            state::{State, TaskIndex, guardrails::Subject, records::Attached},
        },
        values::text::visible,
        views::snapshot::{self, LinkDocument, TaskDocument, TiedPullRequest, VerdictDocument},
    },
    git::repository::Repository,
    guard::guarded_tree,
    render::{
        refusal,
        text::{self, Letter},
    },
};

/// Show a task with its comments and reviews
///
/// Without a task of this name, the command shows the guardrail, the actor or the entry of this name.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord show B --at 2025-10-15")]
pub struct Args {
    /// Task to show
    #[arg(value_name = "ID")]
    pub id: String,
    /// Show the task as of WHEN: a day, a time, a snapshot or an entry
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
}

/// The data of `coord.show/1`.
#[derive(Serialize)]
struct Shown {
    task: TaskDocument,
    /// The links of other tasks to it.
    linked_from: Vec<LinkDocument>,
    /// Its pull requests as last observed.
    pull_requests: Vec<TiedPullRequest>,
    /// Its specification.
    body: Option<LongText>,
    /// The comments, oldest first.
    comments: Vec<LongText>,
    /// All verdicts, oldest first, those included that no longer stand.
    verdicts: Vec<VerdictDocument>,
    /// The note of the actor that handed the claim on to its holder.
    handed: Option<LongText>,
    /// The notes of its reviewers, in the same order.
    notes: Vec<LongText>,
    /// Where its work is integrated, as the actor that finished it found it.
    integrated: Option<Integration>,
    /// The required guardrails without which the task cannot be done, if it is open.
    guardrails: Vec<OpenGuardrail>,
    /// The main branch, if the task is done, and this clone has its work but not in that branch.
    not_in: Option<String>,
}

/// # Errors
/// The task does not exist at this revision.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let revision = reading.revision(args.at.as_deref())?;
    let index = match act::task_to_read(&revision.state, &args.id) {
        Ok(index) => index,
        Err(_) if args.at.is_none() && shows_another(context, &reading, &args.id)? => return Ok(()),
        Err(error) => return Err(error),
    };
    let shown = gather(&reading, &revision, index)?;
    if context.ui.is_json() {
        return context.ui.success("coord.show/1", &shown);
    }
    let (now, style) = (revision.seen_from, context.ui.style());
    let letter = |text: &LongText| text.letter(now);
    let body = shown.body.iter().map(|body| Letter {
        about: String::new(),
        ..body.letter(now)
    });
    let sections = [
        ("Specification", body.collect()),
        ("Handed on", shown.handed.iter().map(letter).collect()),
        ("Notes", shown.notes.iter().map(letter).collect()),
        (
            "Comments",
            shown.comments.iter().map(letter).collect::<Vec<_>>(),
        ),
    ];
    let mut page = revision.heading() + &text::show(&revision.state, index, now, style);
    let open = revision.state.task(index).end.is_none();
    let open = open.then_some(&*shown.task.id);
    page.push_str(&text::pull_requests_of_task(
        &shown.pull_requests,
        open,
        now,
        style,
    ));
    if let Some(branch) = &shown.not_in {
        page.push_str(&format!(
            "\nThe work is done, but it is not in {}.\n",
            visible(branch)
        ));
    }
    if !shown.guardrails.is_empty() {
        let open = refusal::open_guardrails(&shown.guardrails, 0);
        page.push_str(&format!("\nRequired guardrails have not passed: {open}\n"));
    }
    for (heading, letters) in sections {
        page.push_str(&text::letters(heading, &letters, style));
    }
    context.ui.page(page)
}

/// Shows the guardrail, the actor or the entry that `given` names, if there is one.
fn shows_another(
    context: &mut Context,
    reading: &Reading,
    given: &str,
) -> Result<bool, CommandError> {
    let state = reading.state();
    let guardrail = given.parse().ok();
    if let Some(id) = guardrail.filter(|id| state.guardrails.contains_key(id)) {
        guard::show(context, &id)?;
        return Ok(true);
    }
    let actor = given.parse().ok();
    if let Some(name) = actor.filter(|name| state.roster.actor(name).is_some()) {
        actor::show(context, &name)?;
        return Ok(true);
    }
    let Some(spot) = reading.entry_named(given)? else {
        return Ok(false);
    };
    let entry = reading.past()?.logged(&spot)?;
    let entry = PrintedEntry::full(reading, &Log::new(state), &entry)?;
    let page = |style| "entry\n".to_owned() + &entry.page(reading.now(), style);
    context.ui.show("coord.log/1", || &entry, page)?;
    Ok(true)
}

fn gather(reading: &Reading, revision: &Revision, index: TaskIndex) -> Result<Shown, CommandError> {
    let task = revision.state.task(index);
    let read = |attached: &Attached| LongText::read(reading, attached);
    let body = task.body.as_ref().map(read).transpose()?;
    let verdicts = task.all_verdicts();
    let notes = verdicts
        .iter()
        .filter_map(|(_, verdict)| verdict.note.as_ref());
    let notes = notes.map(read).collect::<Result<_, _>>()?;
    let handed = task.claim.as_ref().and_then(|claim| claim.handed.as_ref());
    let handed = handed.and_then(|handed| handed.note.as_ref());
    let handed = handed.map(read).transpose()?;
    let comments = match task.comments {
        0 => Vec::new(),
        _ => comments(reading, revision, index)?,
    };
    let repository = reading.ledger().repository();
    let outside = Outside::of(repository, std::iter::once((index, task)));
    Ok(Shown {
        guardrails: open_guardrails(repository, &revision.state, index)?,
        integrated: task.end.as_ref().and_then(|end| end.integrated.clone()),
        not_in: outside.branch.filter(|_| outside.tasks.contains(&index)),
        task: TaskDocument::of(&revision.state, index),
        linked_from: snapshot::linked_from(&revision.state, index),
        pull_requests: ties::ties(repository, &revision.state).requests(&revision.state, index),
        body,
        verdicts: VerdictDocument::all(task),
        handed,
        notes,
        comments: comments.iter().map(read).collect::<Result<_, _>>()?,
    })
}

/// The required guardrails without which an open task cannot be done.
fn open_guardrails(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
) -> Result<Vec<OpenGuardrail>, CommandError> {
    if state.task(index).end.is_some() || !state.guards(false) {
        return Ok(Vec::new());
    }
    let commit = state.guarded_commit(index, None, None);
    let tree = guarded_tree(repository, commit)?;
    let subject = Subject {
        commit,
        tree: tree.as_ref(),
    };
    Ok(state.open_guardrails(subject).collect())
}

/// The comments on a task up to this revision, oldest first.
pub(super) fn comments(
    reading: &Reading,
    revision: &Revision,
    index: TaskIndex,
) -> Result<Vec<Attached>, CommandError> {
    Ok(reading
        .past()?
        .comments(index, revision.tip, &revision.state)?)
}
