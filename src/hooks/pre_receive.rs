//! The hook `pre-receive`: on a server, checks that a push only adds entries to the ledger.
//!
//! Not here: the rules for a push (`sync::receive`), and the pusher's own hook (`pre_push`).

use super::{HookFinding, HookInput, Next, Response};
use crate::{
    git::repository::{ObjectId, Repository},
    ledger::Error,
    sync::receive::{Move, STAYS},
};

/// The code for a refused push of the ledger.
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
            let finding = HookFinding::new(PUSH_REFUSED, message);
            findings.push(HookFinding {
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

/// Reads an object id; none for the zeros that git writes for no object.
fn object(repository: &Repository, word: &str) -> Option<ObjectId> {
    let id = ObjectId::from_hex(word.as_bytes())?;
    (id != repository.null_id()).then_some(id)
}
