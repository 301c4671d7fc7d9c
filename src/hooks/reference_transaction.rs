//! The hook `reference-transaction`: prevents that the ledger's ref loses entries.
//!
//! Not here: our own appends, which run no hook (`git::refs`).

use super::{HookFinding, HookInput, Next, Response};
use crate::{
    git::{refs, repository::Repository},
    ledger::{Error, LEDGER_REF},
};

/// The code for a move that would lose entries.
pub const LEDGER_PROTECTED: &str = "ledger_protected";

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    // Only in this phase the refs are locked but not moved yet.
    if input.argument(0) != "prepared" {
        return Ok(Response::default());
    }
    let moved = input.lines().filter_map(|words| match words.as_slice() {
        [_, new, name] if *name == LEDGER_REF => Some((*new).to_owned()),
        _ => None,
    });
    let mut findings = Vec::new();
    for new in moved {
        findings.extend(finding(input.repository(), &new)?);
    }
    Ok(Response {
        findings,
        ..Response::default()
    })
}

fn finding(repository: &Repository, new: &str) -> Result<Option<HookFinding>, Error> {
    let Some(tip) = refs::read(repository, LEDGER_REF)? else {
        return Ok(None);
    };
    let deleted = new.bytes().all(|digit| digit == b'0');
    if deleted && refs::is_pruned(repository, LEDGER_REF, tip)? {
        return Ok(None);
    }
    let tip = tip.to_string();
    let forward = || repository.run_git(["merge-base", "--is-ancestor", &tip, new]);
    if !deleted && forward().is_ok() {
        return Ok(None);
    }
    let verb = if deleted { "delete" } else { "move" };
    let message =
        format!("the hook does not let git {verb} '{LEDGER_REF}': its tip {tip} would be lost");
    Ok(Some(HookFinding {
        grave: true,
        ..HookFinding::new(LEDGER_PROTECTED, message).next(Next::Log)
    }))
}
