//! `git coord add`: add a task to the plan.
//!
//! Not here: how the options become facts (`task_options`).

use super::task_options::TaskOptions;
use crate::{
    cli::{
        CommandError, Context,
        files::current_folder::CurrentFolder,
        task::{
            act::Writing,
            answer::{self, ChangedTask},
        },
    },
    core::{
        entry::event::{Event, TaskEvent, task::TaskFact},
        plan::state::State,
        values::{
            id::{ActorName, Digest, TaskId},
            task::Status,
            text::Text,
            time::Timestamp,
        },
    },
    ledger::EntryDraft,
};

/// Add a task to the plan
///
/// Without --id, the task gets a short id that differs from the ids made in other clones.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord add 'Limit requests per client' --owner codex --priority high --estimate 2h-3h"
)]
pub struct Args {
    /// Title of the task, in one line
    #[arg(value_name = "TITLE")]
    pub title: Text,
    /// Set the id of the task
    #[arg(long, value_name = "ID")]
    pub id: Option<TaskId>,
    /// Its other attributes.
    #[command(flatten)]
    pub options: TaskOptions,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let specification = args.options.specification()?;
    let writing = Writing::open(context)?;
    let (actor, now) = (writing.author.actor.clone(), writing.now);
    let here = CurrentFolder::of(writing.ledger.repository());
    let written = writing.append(|state| {
        let id = match &args.id {
            Some(id) => unused(state, id)?,
            None => fresh(state, &actor, now, args.title.as_str()),
        };
        let mut facts = args.options.facts(state, &here, now)?;
        let body = specification.clone().map(|text| (Text::body_of(&id), text));
        facts.extend(
            body.iter()
                .map(|(name, _)| TaskFact::Body(Some(name.clone()))),
        );
        let title = args.title.clone();
        let added = TaskEvent::Added { id, title, facts };
        Ok(EntryDraft {
            events: vec![Event::Task(added)],
            attachments: body.into_iter().collect(),
            key: None,
        })
    })?;
    let Some((index, _)) = written.state.tasks().last() else {
        return Ok(());
    };
    let done = ChangedTask {
        written,
        index,
        before: Status::NotStarted,
    };
    let sentence = format!("added {}: {}", done.shown(), args.title);
    answer::warn_of_strangers(context, done.state(), &args.options.owners);
    answer::warn_of_gates(context, done.state(), done.index);
    done.say(context, &sentence)
}

/// The chosen id, if no task has it yet. Two clones can still choose the same id.
fn unused(state: &State, id: &TaskId) -> Result<TaskId, CommandError> {
    if state.names().contains(id) {
        Err(CommandError::task_exists(id))
    } else {
        Ok(id.clone())
    }
}

/// A new id from the position, the actor, the time and the title, which together differ in every clone.
fn fresh(state: &State, actor: &ActorName, now: Timestamp, title: &str) -> TaskId {
    let seed = format!(
        "{}\0{}\0{actor}\0{now}\0{title}",
        state.ledger, state.entries
    );
    state.names().fresh(&Digest::of(seed.as_bytes()))
}
