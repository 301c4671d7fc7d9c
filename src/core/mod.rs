//! The pure core: the event model, the order, the rules, the reducer. No file, process, clock or randomness.
//!
//! Not here: git, people and the outside world (`store`, `cli`, `forge`).

pub mod accept;
pub mod codec;
mod date;
pub mod diff;
pub mod email;
pub mod event;
pub mod filter;
pub mod glob;
pub mod graph;
pub mod id;
pub mod json;
pub mod judge;
pub mod key;
pub mod log;
pub mod message;
pub mod order;
pub mod plan;
pub mod reduce;
pub mod refusal;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod replay_tests;
pub mod report;
pub mod roster;
pub mod rules;
#[cfg(test)]
pub(crate) mod sample;
pub mod snapshot;
pub mod state;
pub mod target;
pub mod task;
pub mod text;
pub mod time;
pub mod undo;
