//! How a command fails: code, message, hint, exit status.
//!
//! Not here: writing it (`output`).

pub mod code;
pub mod error;
pub mod hint;
#[cfg(test)]
mod table;
pub(in crate::cli) mod usage;
#[cfg(test)]
mod written;
