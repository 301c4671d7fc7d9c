//! `git coord comment`: comment on a task.
//!
//! Not here: what the rules allow (`core::plan::rules`).

use crate::{
    cli::{CommandError, Context, files::input, task::act},
    core::entry::event::{Event, TaskEvent},
    ledger::EntryDraft,
};

/// Add a comment to a task
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord comment B 'The limit is 100 requests a minute.'"
)]
pub struct Args {
    /// Task to comment on
    #[arg(value_name = "ID")]
    pub id: String,
    /// Text of the comment, or '-' for standard input
    #[arg(value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub text: String,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let name = input::name("comment.md")?;
    let text = input::text(&args.text)?;
    let done = act::on_task(context, &args.id, |basis| {
        let event = TaskEvent::Commented {
            task: basis.task.clone(),
            body: name.clone(),
        };
        Ok(EntryDraft {
            events: vec![Event::Task(event)],
            attachments: vec![(name.clone(), text.clone())],
            key: None,
        })
    })?;
    done.say(context, &format!("commented on {}", done.shown()))
}
