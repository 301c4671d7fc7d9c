//! `git coord progress` and `git coord step`: report how far a task is, in percent or by its steps.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{
        CommandError, Context,
        task::{act, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{Event, WorkEvent, work::Percent},
        plan::refusal::Refusal,
        views::snapshot::TaskDocument,
    },
};

/// Report the progress of a task
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord progress B 60")]
pub struct ProgressArgs {
    /// Task to report on
    #[arg(value_name = "ID")]
    pub id: String,
    /// Progress in percent, from 0 to 100
    #[arg(value_name = "PERCENT")]
    pub percent: Percent,
    #[command(flatten)]
    pub claim: ClaimCheck,
}

/// Mark a step of a task as done
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord step B 2")]
pub struct StepArgs {
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

pub fn progress(context: &mut Context, args: &ProgressArgs) -> Result<(), CommandError> {
    let done = act::on_task(context, &args.id, |basis| {
        Ok(Event::Work(WorkEvent::Progressed {
            task: basis.task.clone(),
            claim: args.claim.check(basis)?,
            percent: args.percent,
        }))
    })?;
    let (shown, given) = (done.shown(), u8::from(args.percent));
    let percent = TaskDocument::of(done.state(), done.index)
        .whole_progress()
        .percent;
    if !done.task().children.is_empty() {
        context.ui.warn(format!(
            "the progress of task '{shown}' is that of its parts, not {given}%"
        ));
    }
    done.say(context, &format!("{shown} is at {percent}%"))
}

pub fn step(context: &mut Context, args: &StepArgs) -> Result<(), CommandError> {
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
