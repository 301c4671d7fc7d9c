//! The next command after a failure, a file for each room: it makes command lines from the data of the errors.
//!
//! A hint is one command that works as typed, or says in a few words what the command is for and ends with `: ` and the
//! command. A word in capitals (NAME, FILE) is a value that only the reader knows. No hint destroys anything.
//! `tests/it/house` reads every command of ours with the program's own parser. Not here: the failures themselves
//! (`git::Error`, `ledger::Error`, `sync::Error`, `core::plan::refusal`).

pub mod checkup;
pub mod git;
pub mod hooks;
pub mod ledger;
pub mod refusal;
pub mod sign;
pub mod sync;

use crate::core::values::text::shell_word;

/// Brings the ref of the ledger back.
pub const RECOVER: &str = "git coord doctor --recover";

/// How somebody with write access adds the entries of the outbox in this file.
pub fn take_in(file: &str) -> String {
    let file = shell_word(file);
    format!("someone who can write to the repository runs: git coord sync {file}")
}
