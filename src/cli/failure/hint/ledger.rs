//! The next command after a failure of the ledger.
//!
//! Not here: refusals of the rules (`refusal`), git (`git`) and other repositories (`sync`).

use super::{RECOVER, git, refusal, sign};
use crate::ledger::Error;

/// The next command after `error`; none if no command is sure to help.
pub fn after(error: &Error) -> Option<String> {
    Some(match error {
        Error::Git(error) => return git::after(error),
        Error::Sign(error) => sign::after(error),
        Error::Refused(refusal) => return refusal::after(refusal),
        Error::Shallow { .. } => "git fetch --unshallow".to_owned(),
        Error::NoLedger => "git coord init".to_owned(),
        Error::LedgerGone => RECOVER.to_owned(),
        Error::OtherLedger { found, .. } => {
            format!("if you mean ledger {found:?}: git config coord.ledger {found}")
        }
        Error::Unsupported(_) => {
            "install a newer git-coord; if there is none, an admin runs: git coord repair"
                .to_owned()
        }
        Error::UnknownActor { actor } => format!("git coord actor add {actor}"),
        Error::ForeignKey { actor, .. } => {
            format!("git config coord.{actor}.signingKey FILE")
        }
        Error::LooksLikeSecret { .. } => {
            "replace the secret where it is valid; if it is not a secret, add: --allow-secret"
                .to_owned()
        }
        Error::AheadOfClock { .. } => "unset GIT_COMMITTER_DATE".to_owned(),
        _ => return None,
    })
}
