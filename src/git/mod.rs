//! git: repositories, objects, refs, the frame of an entry's commit, signatures. Never prints.
//!
//! Not here: what commits mean (`core`), and the ledger they make up (`ledger`).

pub mod commit;
mod error;
pub mod lock;
pub mod refs;
pub mod repository;
pub mod sign;

pub use self::error::Error;
