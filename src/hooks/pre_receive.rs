//! A push has arrived where this is: the ledger's ref goes on from where it is, or stays there.
//!
//! Not here: what may be pushed (`sync::receive`), and what the pusher's own hook looks at (`pre_push`).

use super::{Finding, HookInput, Next, Response};
use crate::{
    git::repository::{ObjectId, Repository},
    ledger::Error,
    sync::receive::{Move, STAYS},
};

/// The word for a push of the ledger that is not taken in.
pub const PUSH_REFUSED: &str = "push_refused";

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    let mut findings = Vec::new();
    for words in input.lines() {
        let [old, new, name] = words.as_slice() else {
            continue;
        };
        let asked = Move {
            name,
            old: object(repository, old),
            new: object(repository, new),
        };
        if asked.concerns_ledger(repository)?
            && let Some(objection) = asked.objection(repository, input.now())?
        {
            let message = format!("'{name}' {STAYS}: {objection}");
            let finding = Finding::new(PUSH_REFUSED, message);
            findings.push(Finding {
                grave: true,
                next: objection.is_mended_by_sync().then_some(Next::Sync),
                ..finding
            });
        }
    }
    Ok(Response {
        findings,
        ..Response::default()
    })
}

/// What git writes as zeros is nothing.
fn object(repository: &Repository, word: &str) -> Option<ObjectId> {
    let id = ObjectId::from_hex(word.as_bytes())?;
    (id != repository.null_id()).then_some(id)
}
