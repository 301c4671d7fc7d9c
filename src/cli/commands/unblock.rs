//! `git coord unblock`: remove a blocker.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, WorkEvent},
        plan::{refusal::Refusal, state::task::Blocker},
        values::text::shell_word,
    },
};

/// Remove a blocker from a task
///
/// Without N, the task must have exactly one open blocker.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord unblock B 1")]
pub struct Args {
    /// Task that is blocked
    #[arg(value_name = "ID")]
    pub id: String,
    /// Number of the blocker, as 'show' lists it
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub blocker: Option<u16>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        let shown = basis.state.shown(basis.index);
        let unknown = |number| Refusal::UnknownBlocker {
            task: basis.state.name_of(basis.index),
            number,
        };
        let open: Vec<&Blocker> = basis.state.task(basis.index).open_blockers().collect();
        let blocker = match (args.blocker, open.as_slice()) {
            (None, [only]) => only,
            (None, []) => return Err(unknown(None).into()),
            (None, several) => {
                let numbers: Vec<String> = several
                    .iter()
                    .map(|blocker| blocker.number.to_string())
                    .collect();
                let hint = format!("git coord unblock {} {}", shell_word(&shown), numbers[0]);
                return Err(CommandError::ambiguous("blocker of", &shown, &numbers).hint(hint));
            }
            (Some(number), open) => open
                .iter()
                .find(|blocker| blocker.number == number)
                .ok_or_else(|| unknown(Some(number)))?,
        };
        Ok(Event::Work(WorkEvent::Unblocked {
            task: basis.task.clone(),
            blocker: blocker.origin.mark(),
            number: blocker.number,
        }))
    })?;
    let left = done.task().open_blockers().count();
    let shown = done.shown();
    let sentence = match left {
        0 => format!("nothing blocks {shown} now"),
        1 => format!("1 blocker of {shown} is still open"),
        left => format!("{left} blockers of {shown} are still open"),
    };
    done.say(context, &sentence)
}
