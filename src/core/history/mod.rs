//! Histories: which commits count, the one order of entries, which tip is accepted, and the log.
//!
//! Not here: reading commits (`ledger`), and what entries do to the state (`plan`).

pub mod accept;
pub mod judge;
pub mod log;
pub mod order;
