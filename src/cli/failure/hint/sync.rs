//! The next command after a failure with another repository.
//!
//! Not here: failures of the ledger (`ledger`).

use super::ledger;
use crate::{
    ledger::{BRANCH_REF, LEDGER_REF},
    sync::Error,
};

/// The next command after `error`; none if no command is sure to help.
pub fn after(error: &Error) -> Option<String> {
    Some(match error {
        Error::Ledger(error) => return ledger::after(error),
        Error::OutboxSet => "unset GIT_COORD_OUTBOX".to_owned(),
        Error::NoRemote => "git remote add origin URL".to_owned(),
        Error::NoLedgerThere { .. } => "to create a ledger here: git coord init".to_owned(),
        // The remote's words are marked as such.
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
            format!("to use a ref that is not a branch: git config coord.ref {LEDGER_REF}")
        }
        Error::Declined { .. } => format!("git config coord.ref {BRANCH_REF}"),
        Error::Rewritten(_) | Error::HomeAhead(_) => {
            "an admin decides: git coord repair".to_owned()
        }
        // Another branch may have this name.
        Error::Overwritten { name, .. } if name.starts_with("refs/heads/") => format!(
            "if {name} is the place of the ledger, someone who has the ledger runs: git coord repair"
        ),
        Error::Overwritten { .. } => "someone who has the ledger runs: git coord repair".to_owned(),
        Error::OnlyAdmins { tip, .. } => {
            format!("to accept it in this clone only: git coord repair --accept {tip}")
        }
        Error::OwnAhead(_) => "git coord sync --resign".to_owned(),
        Error::TwoLedgersThere { .. } => {
            format!("if you mean the ledger on the branch: git config coord.ref {BRANCH_REF}")
        }
        Error::TooManyPushes { .. } | Error::OtherTip { .. } => "git coord sync".to_owned(),
        Error::PushedElsewhere { .. } => "git remote -v".to_owned(),
        Error::OtherLedgerThere { .. } => {
            "to set the local ledger aside: git coord sync --adopt".to_owned()
        }
        _ => return None,
    })
}
