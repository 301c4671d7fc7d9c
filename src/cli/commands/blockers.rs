//! `git coord block` and `git coord unblock`: report a blocker, and remove one.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, task::act},
    core::{
        entry::event::{Event, WorkEvent},
        plan::{refusal::Refusal, state::task::Blocker},
        values::text::{Text, shell_word},
    },
};

/// Report what blocks a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord block B 'the staging server is down'")]
pub struct BlockArgs {
    /// Task that is blocked
    #[arg(value_name = "ID")]
    pub id: String,
    /// Reason, in one line
    #[arg(value_name = "REASON")]
    pub reason: Text,
    /// Name a task that has to be done first
    #[arg(long, value_name = "ID")]
    pub on: Option<String>,
}

/// Remove a blocker from a task
///
/// Without N, the task must have exactly one open blocker.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord unblock B 1")]
pub struct UnblockArgs {
    /// Task that is blocked
    #[arg(value_name = "ID")]
    pub id: String,
    /// Number of the blocker, as 'show' lists it
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub blocker: Option<u16>,
}

pub fn block(context: &mut Context, args: &BlockArgs) -> Result<(), CommandError> {
    let reason = &args.reason;
    let done = act::on_task(context, &args.id, |basis| {
        let on = args.on.as_deref().map(|on| act::task(basis.state, on));
        Ok(Event::Work(WorkEvent::Blocked {
            task: basis.task.clone(),
            reason: reason.clone(),
            on: on.transpose()?.map(|on| basis.state.reference(on)),
        }))
    })?;
    let blocker = done.task().blockers.last();
    let number = blocker.map_or(0, |blocker| blocker.number);
    let sentence = format!("{} is blocked: {reason} (blocker {number})", done.shown());
    done.say(context, &sentence)
}

pub fn unblock(context: &mut Context, args: &UnblockArgs) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        let blocker = chosen(basis, args.blocker)?;
        Ok(Event::Work(WorkEvent::Unblocked {
            task: basis.task.clone(),
            blocker: blocker.origin.mark(),
            number: blocker.number,
        }))
    })?;
    let shown = done.shown();
    let sentence = match done.task().open_blockers().count() {
        0 => format!("nothing blocks {shown} now"),
        1 => format!("1 blocker of {shown} is still open"),
        left => format!("{left} blockers of {shown} are still open"),
    };
    done.say(context, &sentence)
}

/// The open blocker of this number, else the only one.
fn chosen<'a>(basis: &act::Basis<'a>, number: Option<u16>) -> Result<&'a Blocker, CommandError> {
    let open: Vec<&Blocker> = basis.state.task(basis.index).open_blockers().collect();
    let found = match (number, open.as_slice()) {
        (None, [_, _, ..]) => {
            let shown = basis.state.shown(basis.index);
            let numbers: Vec<String> = open.iter().map(|it| it.number.to_string()).collect();
            let hint = format!("git coord unblock {} {}", shell_word(&shown), numbers[0]);
            return Err(CommandError::ambiguous("blocker of", &shown, &numbers).hint(hint));
        }
        (None, open) => open.first(),
        (Some(number), open) => open.iter().find(|blocker| blocker.number == number),
    };
    let unknown = || Refusal::UnknownBlocker {
        task: basis.state.name_of(basis.index),
        number,
    };
    Ok(found.copied().ok_or_else(unknown)?)
}
