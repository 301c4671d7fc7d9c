//! Syncing a ledger with its home: fetch, verify, join, push under an exact lease, and again if home moved.
//!
//! The local ref moves first, then the anchor, so the next sync completes one that was interrupted between them. Nothing
//! is accepted before it is verified, and published entries never move.
//! Not here: which tips are accepted (`core::history::accept`), and git's transport (`git`).

mod again;
mod ahead;
mod aside;
mod backoff;
mod confirm;
mod courier;
mod fetch;
mod home;
mod offer;
mod reconcile;
mod repair;
mod report;
mod session;
mod stake;

pub use repair::Good;
pub use report::{LostClaim, Renamed, ReplacedGuardrail, SyncReport, Synced};
pub use session::Sync;

#[cfg(test)]
mod tests;
