//! Bringing a ledger together with its home: fetch, verify, join, push under an exact lease, and again if home moved.
//!
//! The local ref moves first, then the anchor, so that a stop in between heals itself with the next sync. Nothing
//! is believed before it was verified, and nothing that was published is ever moved.
//! Not here: what is accepted (`core::history::accept`), and how git talks to another repository (`git`).

mod aside;
mod backoff;
mod confirm;
mod courier;
mod fetch;
mod home;
mod reconcile;
mod repair;
mod report;
mod session;
mod stake;

pub use repair::Good;
pub use report::{Changed, Report, Synced};
pub(super) use report::{documents, refused};
pub use session::Sync;

#[cfg(test)]
mod tests;
