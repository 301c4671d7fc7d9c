//! Entries: the signed content of a ledger, as values, as bytes, and as commit messages.
//!
//! Not here: the effect of entries (`plan`), and their commits (`git::commit`).

pub mod codec;
pub mod event;
pub mod message;
