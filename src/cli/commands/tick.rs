//! `git coord tick`: tick an item of a review checklist.
//!
//! Not here: the rule that all items are ticked before the task is done (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, ReviewEvent},
        plan::{
            refusal::Code,
            state::{State, TaskIndex},
        },
        values::text::{Text, shell_word},
    },
    render::refusal,
};

/// Tick an item of a task's review checklist
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord tick B 1")]
pub struct Args {
    /// Task that has the checklist
    #[arg(value_name = "ID")]
    pub id: String,
    /// Number of the item, from 1, as 'show' lists it
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub item: u16,
    /// Remove the tick
    #[arg(long)]
    pub undo: bool,
}

/// # Errors
/// `unknown_check`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Review(ReviewEvent::CheckTicked {
            task: basis.task.clone(),
            item: item(basis.state, basis.index, args.item)?.clone(),
            ticked: !args.undo,
        }))
    })?;
    let (shown, task) = (done.shown(), done.task());
    let (unticked, total) = (task.unticked().count(), task.fields.checks.len());
    let ticked = total - unticked;
    done.say(
        context,
        &format!("checklist of {shown}: {ticked} of {total} ticked"),
    )
}

/// The item of this number, from 1.
pub(super) fn item(state: &State, index: TaskIndex, number: u16) -> Result<&Text, CommandError> {
    let items = &state.task(index).fields.checks;
    let item = items.iter().nth(usize::from(number) - 1);
    item.ok_or_else(|| {
        let shown = state.shown(index);
        let message = refusal::unknown_check(&shown, number);
        CommandError::no(Code::UnknownCheck.as_str(), message)
            .hint(format!("git coord show {}", shell_word(&shown)))
    })
}
