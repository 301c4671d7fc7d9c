//! The ledger's home in git. Returns values, never prints.
//!
//! Not here: what a ledger's entries mean (`core`), and how anything is shown (`render`, `cli`).

pub mod error;
#[cfg(test)]
mod fixture;
pub mod git;
pub mod lock;
pub mod refs;

pub use error::Error;
