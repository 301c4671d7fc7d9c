//! Entries: what an author signs, as a value, as bytes, and as a commit message.
//!
//! Not here: what entries do (`plan`), and their commits (`git::commit`).

pub mod codec;
pub mod event;
pub mod message;
