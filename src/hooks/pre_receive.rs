//! A push has arrived where this is: the ledger's ref goes on from where it is, or stays there.
//!
//! Not here: what may be pushed (`sync::receive`), and what the pusher's own hook looks at (`pre_push`).

use super::{Finding, Occasion, Verdict};
use crate::{
    git::repository::{ObjectId, Repository},
    ledger::Error,
    sync::receive::{Move, STAYS},
};

/// The word for a push of the ledger that is not taken in.
pub const PUSH_REFUSED: &str = "push_refused";

pub(super) fn verdict(occasion: &Occasion<'_>) -> Result<Verdict, Error> {
    let repository = occasion.repository();
    let mut findings = Vec::new();
    for words in occasion.lines() {
        let [old, new, name] = words.as_slice() else {
            continue;
        };
        let asked = Move {
            name,
            old: object(repository, old),
            new: object(repository, new),
        };
        if asked.concerns_ledger(repository)?
            && let Some(objection) = asked.objection(repository, occasion.now())?
        {
            let message = format!("'{name}' {STAYS}: {objection}");
            let finding = Finding::new(PUSH_REFUSED, message);
            findings.push(Finding {
                grave: true,
                hint: objection
                    .is_mended_by_sync()
                    .then(|| "git coord sync".to_owned()),
                ..finding
            });
        }
    }
    Ok(Verdict {
        findings,
        ..Verdict::default()
    })
}

/// What git writes as zeros is nothing.
fn object(repository: &Repository, word: &str) -> Option<ObjectId> {
    let id = ObjectId::from_hex(word.as_bytes())?;
    (id != repository.null_id()).then_some(id)
}
