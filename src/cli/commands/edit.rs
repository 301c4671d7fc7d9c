//! `git coord edit`: change the attributes of a task.
//!
//! Not here: how the options become facts (`task_options`).

use super::task_options::{TaskOptions, TaskRemovals};
use crate::{
    cli::{
        CommandError, Context,
        files::current_folder::CurrentFolder,
        task::{act, answer},
    },
    core::{
        entry::event::{Event, TaskEvent, task::TaskFact},
        plan::refusal::Refusal,
        values::text::{Text, shell_word},
    },
    ledger::EntryDraft,
};

/// Change the attributes of a task
///
/// An option such as --owner adds or replaces a value. Its form with 'no', such as --no-owner, removes one.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord edit B --priority high --no-owner copilot --owner codex"
)]
pub struct Args {
    /// Task to change
    #[arg(value_name = "ID")]
    pub id: String,
    /// Set the title, in one line
    #[arg(long, value_name = "TITLE")]
    pub title: Option<Text>,
    /// Attributes to add or replace.
    #[command(flatten)]
    pub options: TaskOptions,
    /// Attributes to remove.
    #[command(flatten)]
    pub removals: TaskRemovals,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    if args.title.is_none()
        && args.options == TaskOptions::default()
        && args.removals == TaskRemovals::default()
    {
        return Err(CommandError::usage("no change is given").hint("git coord edit --help"));
    }
    let specification = args.options.specification()?;
    let here = CurrentFolder::of(&context.repository()?);
    let now = context.now()?;
    let done = act::on_task(context, &args.id, |basis| {
        let mut facts = Vec::new();
        facts.extend(args.title.clone().map(TaskFact::Title));
        facts.extend(args.removals.facts(basis.state, basis.index, &here)?);
        facts.extend(args.options.facts(basis.state, &here, now)?);
        let id = &basis.state.task(basis.index).id;
        let body = specification.clone().map(|text| (Text::body_of(id), text));
        facts.extend(
            body.iter()
                .map(|(name, _)| TaskFact::Body(Some(name.clone()))),
        );
        let task = basis.task.clone();
        Ok(EntryDraft {
            events: vec![Event::Task(TaskEvent::Edited { task, facts })],
            attachments: body.into_iter().collect(),
            key: None,
        })
    });
    // Only a claim made with --share can get paths that another claim holds.
    let done = done.map_err(|error| {
        if let Some(Refusal::PathsHeld { .. }) = error.refusal() {
            let id = shell_word(&args.id);
            error.hint(format!("git coord claim --resume --share {id}"))
        } else {
            error
        }
    })?;
    let sentence = format!("edited {}", done.shown());
    answer::warn_of_strangers(context, done.state(), &args.options.owners);
    answer::warn_of_gates(context, done.state(), done.index);
    done.say(context, &sentence)
}
