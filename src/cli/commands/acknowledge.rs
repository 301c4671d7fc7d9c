//! `git coord acknowledge`: acknowledge an ignored (quarantined) commit.
//!
//! Not here: which commits are ignored (quarantined), and why (`core::history::judge`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, reading::revision::short, task::act::Writing},
    core::{
        entry::event::{Event, LedgerEvent},
        history::judge::{Flaw, Judgement},
        values::id::EntryId,
    },
    git::repository::ObjectId,
    ledger::EntryDraft,
};

/// Acknowledge an ignored (quarantined) commit
///
/// Then 'verify' does not fail for it any more. The commit still has no effect. Only an admin can acknowledge it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord acknowledge 1f3a9c")]
pub struct Args {
    /// Commit, by at least four digits of its id or its entry's id
    #[arg(value_name = "ENTRY")]
    pub entry: String,
}

/// The data of `coord.acknowledged/1`.
#[derive(Serialize)]
struct Acknowledged {
    object: String,
    id: EntryId,
    /// Why it is ignored (quarantined).
    flaw: Flaw,
    /// The new entry's object id; null if it was already acknowledged.
    entry: Option<String>,
}

/// # Errors
/// `not_quarantined`, `ambiguous_id`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let writing = Writing::open(context)?;
    let (object, id, flaw) = find(&writing.ledger.history()?, &args.entry)?;
    let written = writing.append(|state| {
        let is_done = state.acknowledged.contains(&id);
        let event = Event::Ledger(LedgerEvent::Acknowledged { entry: id });
        Ok((!is_done).then(|| EntryDraft::from(event)))
    })?;
    let text = match written.entry {
        Some(_) => format!("acknowledged {}: {flaw}\n", short(object)),
        None => format!("{} was already acknowledged\n", short(object)),
    };
    let data = Acknowledged {
        object: object.to_string(),
        id,
        flaw,
        entry: written.entry,
    };
    context.ui.answer("coord.acknowledged/1", &data, text)
}

/// The ignored (quarantined) commit with this id.
fn find(
    history: &crate::ledger::History,
    given: &str,
) -> Result<(ObjectId, EntryId, Flaw), CommandError> {
    let matching = history.matching(given);
    let quarantined = matching
        .iter()
        .filter_map(|placed| match &placed.node.verdict {
            Judgement::Quarantined { flaw, .. } => {
                Some((placed.object, placed.node.id, Flaw::clone(flaw)))
            }
            Judgement::Accepted(_) | Judgement::Cached => None,
        });
    let found: Vec<_> = quarantined.collect();
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => {
            let message = format!("'{given}' is not an ignored (quarantined) commit");
            Err(CommandError::no(code::NOT_QUARANTINED, message).hint("git coord verify"))
        }
        several => {
            let candidates: Vec<String> =
                several.iter().map(|(object, ..)| short(*object)).collect();
            Err(CommandError::ambiguous("entry", given, &candidates))
        }
    }
}
