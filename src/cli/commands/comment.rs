//! `git coord comment`: say something about a task.
//!
//! Not here: what the rules allow (`core::rules`).

use std::path::Path;

use crate::{
    cli::{CommandError, Context, act, acted, code, input},
    core::{
        event::{Event, TaskEvent},
        text::Text,
    },
    store::Draft,
};

/// Comment on a task
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is said, as long as it takes
    #[arg(value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub text: String,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let name: Text = "comment.md"
        .parse()
        .map_err(|error| CommandError::caused(code::INTERNAL, error))?;
    let text = text_of(args)?;
    let done = act::on_task(context, &args.id, |scene| {
        let event = TaskEvent::Commented {
            task: scene.task.clone(),
            body: name.clone(),
        };
        Ok(Draft {
            events: vec![Event::Task(event)],
            attachments: vec![(name.clone(), text.clone())],
        })
    })?;
    let sentence = format!("commented on {}", done.shown());
    acted::say(context, &done, sentence)
}

/// The comment, with a line break at its end; `-` reads it from standard input.
fn text_of(args: &Args) -> Result<Vec<u8>, CommandError> {
    let mut text = match args.text.as_str() {
        "-" => input::read(Path::new("-"), COMMENT_BYTES_MAX)?,
        text => text.as_bytes().to_vec(),
    };
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    Ok(text)
}

/// The longest comment, in bytes.
const COMMENT_BYTES_MAX: u64 = 10 << 20;
