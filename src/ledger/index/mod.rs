//! The index: the past of the ledger as it was verified on this machine, so that nobody replays it again.
//!
//! It has every commit in the one order of a tip, with its verdict, the places of the entries of each task, and states of the
//! first-parent line at intervals. A state in between is a short replay from the one before it. It is derived from the
//! ledger and never the truth: what is damaged, stale or of another program is built again, with the same answers, and its
//! files may be deleted at any time. `verify` does not read it.
//!
//! The order at an entry of the first-parent line is the beginning of the order at the tip. So the index of a later tip
//! serves the earlier one, and a new tip mostly adds places at the end. Not here: the questions about the past (`past`),
//! and the state at the tip (`cache`).

mod build;
mod commit;
mod open;
mod parts;
mod store;

pub(super) use self::build::note;
pub use self::{
    commit::{IndexedCommit, IndexedVerdict},
    open::Index,
};
