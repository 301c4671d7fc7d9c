//! `git coord tick`: an item of a review's checklist was looked at, and holds.
//!
//! Not here: that every item has to be ticked before the task is done (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, answer},
    },
    core::{
        entry::event::{Event, ReviewEvent},
        plan::{
            refusal::{Code, Refusal},
            state::{State, TaskIndex},
        },
        values::text::Text,
    },
};

/// Tick an item of a task's review checklist
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// The number of the item, from 1, as 'show' has it
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub item: u16,
    /// It does not hold after all
    #[arg(long)]
    pub undo: bool,
}

/// Runs the command.
///
/// # Errors
/// `unknown_check`; what the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::one_event(context, &args.id, |scene| {
        Ok(Event::Review(ReviewEvent::CheckTicked {
            task: scene.task.clone(),
            item: item(scene.state, scene.index, args.item)?.clone(),
            ticked: !args.undo,
        }))
    })?;
    let checks = &done.state().task(done.index).fields.checks;
    let ticked = checks.len() - done.state().task(done.index).unticked().count();
    let sentence = format!(
        "{} has {ticked} of {} checks ticked",
        done.shown(),
        checks.len()
    );
    answer::say(context, &done, sentence)
}

/// The item of this number, from 1.
pub(super) fn item(state: &State, index: TaskIndex, number: u16) -> Result<&Text, CommandError> {
    let items = &state.task(index).fields.checks;
    let item = items.iter().nth(usize::from(number) - 1);
    item.ok_or_else(|| {
        let shown = state.shown(index);
        Refusal::new(Code::UnknownCheck, shown).with(number).into()
    })
}
