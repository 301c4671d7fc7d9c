//! `git coord step`: mark a step as done.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{Event, WorkEvent},
        plan::refusal::Refusal,
    },
};

/// Mark a step of a task as done
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord step B 2")]
pub struct Args {
    /// Task that has the step
    #[arg(value_name = "ID")]
    pub id: String,
    /// Number of the step, from 1
    #[arg(value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub step: u16,
    /// Mark the step as not done
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        let steps = &basis.state.task(basis.index).steps;
        let step = steps.get(usize::from(args.step) - 1);
        let step = step.ok_or_else(|| Refusal::UnknownStep {
            task: basis.state.name_of(basis.index),
            number: Some(args.step),
        })?;
        Ok(Event::Work(WorkEvent::StepSet {
            task: basis.task.clone(),
            step: step.origin.mark(),
            number: args.step,
            done: !args.undo,
            claim: args.claim.check(basis)?,
        }))
    })?;
    let (shown, task) = (done.shown(), done.task());
    let (finished, total) = (task.steps_done(), task.steps.len());
    done.say(
        context,
        &format!("steps of {shown}: {finished} of {total} done"),
    )
}
