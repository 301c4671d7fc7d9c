//! `git coord acknowledge`: confirm that an admin has seen ignored (quarantined) commits.
//!
//! Not here: which commits are ignored (quarantined), and why (`core::history::judge`).

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, reading::revision::short, task::act::Writing},
    core::{
        entry::{
            codec::v1::EVENTS_MAX,
            event::{Event, LedgerEvent},
        },
        history::judge::{Flaw, Judgement, flaw},
        plan::state::State,
        values::{id::EntryId, text::counted},
    },
    git::repository::ObjectId,
    ledger::{EntryDraft, History, history::Placed},
};

/// Acknowledge ignored (quarantined) commits
///
/// Then 'verify' does not fail for them any more. The commits still have no effect. Only an admin can acknowledge them.
/// A range A..B has all ignored commits that B leads to and A does not.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord acknowledge 1f3a9c\n  git coord acknowledge 1f3a9c..77b0e2"
)]
pub struct Args {
    /// Commit, by at least four digits of an id, or a range of commits
    #[arg(value_name = "ENTRY", required = true)]
    pub entries: Vec<String>,
}

/// The data of `coord.acknowledged/1`.
#[derive(Serialize)]
struct Acknowledged {
    /// The commits, in the order of the ledger.
    commits: Vec<Seen>,
    /// How many of them were not acknowledged before.
    new: usize,
    /// The new entry's object id; null if all were already acknowledged.
    entry: Option<String>,
}

/// An ignored (quarantined) commit.
#[derive(Debug, Clone, Serialize)]
struct Seen {
    object: String,
    id: EntryId,
    /// Why it is ignored (quarantined).
    #[serde(serialize_with = "flaw::word")]
    flaw: Flaw,
}

/// # Errors
/// `not_quarantined`, `ambiguous_id`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let writing = Writing::open(context)?;
    let history = writing.ledger.history()?;
    let mut named = HashSet::new();
    for given in &args.entries {
        named.extend(match given.split_once("..") {
            Some((after, until)) => range(&history, given, after, until)?,
            None => vec![single(&history, given)?],
        });
    }
    let chosen = history
        .quarantined()
        .filter(|(placed, _)| named.contains(&placed.object));
    let commits: Vec<Seen> = chosen.map(seen).collect();
    let Writing {
        ledger,
        known,
        author,
        now,
        ..
    } = writing;
    let mut new = 0;
    let begin = |state: &State| {
        let open = commits
            .iter()
            .filter(|seen| !state.acknowledged.contains(&seen.id));
        let events: Vec<Event> = open
            .map(|seen| Event::Ledger(LedgerEvent::Acknowledged { entry: seen.id }))
            .collect();
        new = events.len();
        Ok::<_, CommandError>(events)
    };
    let next = |left: &mut Vec<Event>, _: &_| {
        let part: Vec<Event> = left.drain(..left.len().min(EVENTS_MAX)).collect();
        Ok((!part.is_empty()).then(|| EntryDraft::from(part)))
    };
    let (appended, _) = ledger.append_chain(Some(known), &author, now, begin, next)?;
    let text = text(&commits, new);
    let data = Acknowledged {
        commits,
        new,
        entry: appended.entry(),
    };
    context.ui.answer("coord.acknowledged/1", &data, text)
}

fn seen((placed, flaw): (Placed<'_>, &Flaw)) -> Seen {
    Seen {
        object: placed.object.to_string(),
        id: placed.node.id,
        flaw: flaw.clone(),
    }
}

fn text(commits: &[Seen], new: usize) -> String {
    match (commits, new) {
        ([one], 1) => {
            let Seen { object, flaw, .. } = one;
            format!("acknowledged {object:.10}: {flaw}\n")
        }
        ([one], _) => format!("{:.10} was already acknowledged\n", one.object),
        (all, 0) => format!(
            "{} were already acknowledged\n",
            counted(all.len(), "commit", "commits")
        ),
        (_, new) => format!("acknowledged {}\n", counted(new, "commit", "commits")),
    }
}

/// The ignored (quarantined) commit with this id.
fn single(history: &History, given: &str) -> Result<ObjectId, CommandError> {
    let matching = history.matching(given);
    let is_quarantined =
        |placed: &&Placed<'_>| matches!(placed.node.verdict, Judgement::Quarantined { .. });
    let found: Vec<ObjectId> = matching
        .iter()
        .filter(is_quarantined)
        .map(|placed| placed.object)
        .collect();
    one(given, &found).unwrap_or_else(|| Err(not_quarantined(given)))
}

/// The ignored (quarantined) commits that one commit leads to and the other does not.
fn range(
    history: &History,
    given: &str,
    after: &str,
    until: &str,
) -> Result<Vec<ObjectId>, CommandError> {
    let end = |given: &str| {
        let matching = history.matching(given);
        let objects: Vec<ObjectId> = matching.iter().map(|placed| placed.object).collect();
        one(given, &objects).unwrap_or_else(|| {
            let message = format!("the ledger has no entry '{given}'");
            Err(CommandError::fatal(code::UNKNOWN_ENTRY, message).hint("git coord log"))
        })
    };
    let led_to = |object: ObjectId| {
        let placed = history.placed_at(object).into_iter().flatten();
        placed.collect::<Vec<Placed<'_>>>()
    };
    let before: HashSet<ObjectId> = led_to(end(after)?)
        .into_iter()
        .map(|placed| placed.object)
        .collect();
    let found: Vec<ObjectId> = led_to(end(until)?)
        .into_iter()
        .filter(|placed| matches!(placed.node.verdict, Judgement::Quarantined { .. }))
        .map(|placed| placed.object)
        .filter(|object| !before.contains(object))
        .collect();
    if found.is_empty() {
        Err(not_quarantined(given))
    } else {
        Ok(found)
    }
}

/// The only one of these; none if there is none.
fn one(given: &str, found: &[ObjectId]) -> Option<Result<ObjectId, CommandError>> {
    match found {
        [] => None,
        [one] => Some(Ok(*one)),
        several => {
            let candidates: Vec<String> = several.iter().map(|object| short(*object)).collect();
            Some(Err(CommandError::ambiguous("entry", given, &candidates)))
        }
    }
}

fn not_quarantined(given: &str) -> CommandError {
    let message = format!("'{given}' names no ignored (quarantined) commit");
    CommandError::no(code::NOT_QUARANTINED, message).hint("git coord verify")
}
