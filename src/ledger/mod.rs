//! The ledger in git: objects, refs, signatures, and the state that they add up to. Never prints.
//!
//! Not here: what the entries mean (`core`).

pub mod anchor;
pub mod append;
mod base;
pub mod cache;
pub mod checkup;
pub mod commit;
pub mod entry;
pub mod error;
#[cfg(test)]
mod fixture;
pub mod git;
pub mod history;
pub mod ingest;
pub mod join;
pub mod ledger;
pub mod lock;
pub mod outbox;
pub mod receive;
pub mod recover;
pub mod refs;
pub mod remote;
pub mod resign;
pub mod sign;
pub mod sync;
pub mod verify;
pub mod walk;
pub mod watch;

pub use append::{Appended, Author, Draft};
pub use error::Error;
pub use history::History;
pub use ledger::Ledger;

/// The ref that holds the ledger in every clone.
pub const LEDGER_REF: &str = "refs/coord/ledger";

/// The ref that holds it at home where a host protects or accepts only branches.
pub const BRANCH_REF: &str = "refs/heads/coord";

#[cfg(test)]
mod ledger_tests;
