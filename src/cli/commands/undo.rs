//! `git coord undo`: undo an entry by another one.
//!
//! Not here: which events undo which (`core::views::undo`), and whether they are allowed (`core::plan::rules`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, reading::revision::Reading, task::act},
    core::{
        entry::message,
        history::judge::Judgement,
        plan::{reduce::Accepted, state::State},
        values::{id::ActorName, text::visible},
        views::undo::{Undoing, undo},
    },
    ledger::{EntryDraft, past::Spot},
    render,
};

/// Undo an entry by appending another one
///
/// The ledger only grows: the new entry takes back what the old one did, as far as that is possible and the rules
/// allow it. Without ENTRY, it is your last entry. To restore the old entry, undo its undo.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord undo 1f3a9c")]
pub struct Args {
    /// Entry to undo, by the first digits of an id that 'log' shows
    #[arg(value_name = "ENTRY")]
    pub entry: Option<String>,
}

/// The data of `coord.undo/1`.
#[derive(Serialize)]
struct Undone {
    undone: Entry,
    /// What could not be undone, a line each.
    stays: Vec<String>,
}

/// The undone entry.
#[derive(Serialize)]
struct Entry {
    /// Its object id.
    entry: String,
    /// Its author.
    actor: ActorName,
    /// Its subject.
    subject: String,
}

/// # Errors
/// `unknown_entry`, `ambiguous_id`; `nothing_to_undo` if the entry had no effect or cannot be undone.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let actor = context.actor(reading.ledger().repository(), reading.state())?;
    let (entry, accepted) = match &args.entry {
        Some(given) => named(&reading, given)?,
        None => last_of(&reading, &actor)?,
    };
    let subject = message::subject(&accepted.entry);
    let before = before(&reading, &entry)?;
    let decide = |state: &State| {
        let undoing = undo(&before, state, &accepted, &actor);
        if undoing.events.is_empty() {
            Err(nothing(&subject, &undoing))
        } else {
            Ok(EntryDraft {
                events: undoing.events,
                attachments: Vec::new(),
                key: None,
            })
        }
    };
    let undoing = undo(&before, reading.state(), &accepted, &actor);
    let stays: Vec<String> = undoing.stays.iter().map(render::stays).collect();
    let appended = act::on_ledger(context, decide)?;
    let mut text = format!("undid '{}'\n", visible(&subject));
    for what in &stays {
        text += &format!("  stays: {}\n", visible(what));
    }
    let undone = Undone {
        undone: Entry {
            entry: entry.object.to_string(),
            actor: accepted.entry.actor.clone(),
            subject,
        },
        stays,
    };
    appended.answer(context, "coord.undo/1", undone, text)
}

/// The entry whose id begins like this.
fn named(reading: &Reading, given: &str) -> Result<(Spot, Accepted), CommandError> {
    let found = match given.len() {
        0..4 => Vec::new(),
        _ => reading.past()?.matching(given)?,
    };
    match found.as_slice() {
        [] => {
            let message = format!("the ledger has no entry '{given}'");
            Err(CommandError::fatal(code::UNKNOWN_ENTRY, message).hint("git coord log"))
        }
        [spot] => took_effect(reading, spot),
        several => {
            let several: Vec<String> = several.iter().map(|it| it.object.to_string()).collect();
            Err(CommandError::ambiguous("entry", given, &several))
        }
    }
}

/// The last entry of an actor that took effect.
fn last_of(reading: &Reading, actor: &ActorName) -> Result<(Spot, Accepted), CommandError> {
    for spot in reading.past()?.newest_first(None)? {
        if let Ok((spot, accepted)) = took_effect(reading, &spot?)
            && accepted.entry.actor == *actor
            && !accepted.entry.events.is_empty()
        {
            return Ok((spot, accepted));
        }
    }
    let message = format!("no entry of {actor} had an effect");
    Err(CommandError::fatal(code::UNKNOWN_ENTRY, message).hint("git coord log"))
}

fn took_effect(reading: &Reading, spot: &Spot) -> Result<(Spot, Accepted), CommandError> {
    let id = spot.id();
    let refused = reading
        .state()
        .anomalies
        .iter()
        .any(|anomaly| anomaly.entry == id);
    match reading.past()?.logged(spot)?.verdict {
        Judgement::Accepted(accepted) if !refused => Ok((spot.clone(), *accepted)),
        _ => {
            let message = format!("entry '{}' had no effect", id.short());
            Err(CommandError::no(code::NOTHING_TO_UNDO, message))
        }
    }
}

/// The state just before an entry, in the one order.
fn before(reading: &Reading, entry: &Spot) -> Result<State, CommandError> {
    let state = reading.past()?.state_before(entry)?;
    state.ok_or_else(|| {
        let message = format!(
            "entry '{}' is the genesis of the ledger",
            entry.id().short()
        );
        CommandError::no(code::NOTHING_TO_UNDO, message)
    })
}

fn nothing(subject: &str, undoing: &Undoing) -> CommandError {
    let mut message = format!("cannot undo '{subject}'");
    if !undoing.stays.is_empty() {
        let stays: Vec<String> = undoing.stays.iter().map(render::stays).collect();
        message += &format!("; it would leave: {}", stays.join(", "));
    }
    CommandError::no(code::NOTHING_TO_UNDO, message)
}
