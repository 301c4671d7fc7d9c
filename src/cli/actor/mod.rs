//! The actor of a command: its name, its key, the clone it works in.
//!
//! Not here: the actors of the ledger (`core::plan::roster`).

pub mod author;
pub mod host;
pub mod identity;
