//! The actor of a command: its name, its key, the clone it works in, what it has seen.
//!
//! Not here: the actors of the ledger (`core::plan::roster`).

pub mod author;
pub mod host;
pub mod identity;
pub mod seen;
pub mod session;
