//! The ledger of a repository: read, verified, appended to. Never prints.
//!
//! Not here: what the entries mean (`core`), and other repositories (`sync`).

pub mod anchor;
pub mod append;
pub mod base;
pub mod cache;
pub mod entry;
pub mod error;
#[cfg(test)]
pub(crate) mod fixture;
pub mod history;
pub mod index;
#[allow(clippy::module_inception)]
pub mod ledger;
pub mod outbox;
pub mod past;
#[cfg(test)]
mod past_tests;
mod secrets;
pub mod verified;
pub mod verify;
pub mod walk;
pub mod watch;

pub use append::{Appended, Author, EntryDraft, KeyOnce};
pub use error::Error;
pub use history::History;
pub use ledger::Ledger;

/// The ref that holds the ledger in every clone.
pub const LEDGER_REF: &str = "refs/coord/ledger";

/// The ref that holds it at home where a host protects or accepts only branches.
pub const BRANCH_REF: &str = "refs/heads/coord";

#[cfg(test)]
pub(crate) mod tests;
