//! The next command after a failure between the ledger here and another repository.
//!
//! Not here: the ledger here (`ledger`).

use super::ledger;
use crate::{
    ledger::{BRANCH_REF, LEDGER_REF},
    sync::Error,
};

/// The next command after `error`; none where nothing is certain to help.
pub fn after(error: &Error) -> Option<String> {
    Some(match error {
        Error::Ledger(error) => return ledger::after(error),
        Error::OutboxSet => "unset GIT_COORD_OUTBOX".to_owned(),
        Error::NoRemote => "git remote add origin URL".to_owned(),
        Error::NoLedgerThere { .. } => "to found a ledger here: git coord init".to_owned(),
        // Its words are not passed off as ours.
        Error::Declined {
            remote,
            hint: Some(hint),
            ..
        }
        | Error::Refused {
            remote,
            hint: Some(hint),
            ..
        } => format!("'{remote}' says: {hint}"),
        Error::Declined { name, .. } if name.starts_with("refs/heads/") => {
            format!("allow pushes to '{name}' at the host, or: git config coord.ref {LEDGER_REF}")
        }
        Error::Declined { .. } => format!("git config coord.ref {BRANCH_REF}"),
        Error::Rewritten(rewritten) => format!(
            "an admin runs git coord repair; to accept home's tip in this clone: git coord repair --accept {}",
            rewritten.tip
        ),
        Error::TwoLedgersThere { .. } => {
            format!("if you mean the branch: git config coord.ref {BRANCH_REF}")
        }
        Error::TooManyPushes { .. } => "git coord sync".to_owned(),
        Error::PushedElsewhere { .. } => "git remote -v".to_owned(),
        Error::FoundedApart { .. } => "git coord sync --adopt".to_owned(),
        Error::OtherTip { home, .. } => format!("git coord repair --accept {home}"),
        _ => return None,
    })
}
