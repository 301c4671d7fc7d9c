//! The next command after a failure, a room each: what the rooms report as data becomes a command line here.
//!
//! Not here: the failures themselves (`git::Error`, `ledger::Error`, `sync::Error`, `core::plan::refusal`).

pub mod checkup;
pub mod git;
pub mod hooks;
pub mod ledger;
pub mod refusal;
pub mod sign;
pub mod sync;

/// Brings the ref of the ledger back.
pub const RECOVER: &str = "git coord doctor --recover";
