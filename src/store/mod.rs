//! The ledger in git: objects, refs, signatures. Returns values and never prints.
//!
//! Not here: what the entries mean (`core`).

pub mod commit;
pub mod error;
#[cfg(test)]
mod fixture;
pub mod git;
pub mod lock;
pub mod refs;
pub mod sign;

pub use error::Error;
