//! The command that repairs a finding of a checkup.
//!
//! Not here: the findings (`sync::checkup`).

use super::{RECOVER, git::word, ledger};
use crate::{core::values::text::shell_word, sync::checkup::Remedy};

/// The command for `remedy`; none if no command is sure to help.
pub fn command(remedy: &Remedy) -> Option<String> {
    Some(match remedy {
        Remedy::Of(error) => return ledger::after(error),
        Remedy::Recover => RECOVER.to_owned(),
        Remedy::Verify => "git coord verify".to_owned(),
        Remedy::Sync => "git coord sync".to_owned(),
        Remedy::Pin(ledger) => format!("git config coord.ledger {ledger}"),
        Remedy::LookAtClock => "date".to_owned(),
        Remedy::RemoveLock(path) => {
            format!(
                "if no git process is running in this repository: rm {}",
                word(path)
            )
        }
        Remedy::RemoveCopy(path) => format!("rm -f {}", word(path)),
        Remedy::RemoveCache(folder) => format!("rm -r {}", word(folder)),
        Remedy::RemoveLeftovers(paths) => {
            let words: Vec<String> = paths.iter().map(|path| word(path)).collect();
            format!(
                "if no git process is running in this repository: rm -f {}",
                words.join(" ")
            )
        }
        Remedy::Unset { key, value } => format!(
            "git config --fixed-value --unset-all {key} {}",
            shell_word(value)
        ),
        Remedy::UnsetHome => "git config --unset coord.remote".to_owned(),
        Remedy::AskRemote(remote) => format!("git ls-remote -- {}", shell_word(remote)),
        Remedy::UseRef(name) => format!("git config coord.ref {name}"),
    })
}
