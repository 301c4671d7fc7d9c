//! The pure core: the event model, the order, the rules, the reducer. No file, process, clock or randomness.
//!
//! Each layer uses only the layers above it in this list:
//!
//! - [`values`]: names, texts, times and other small things, parsed once;
//! - [`entry`]: an entry and its events, their bytes and their message;
//! - [`plan`]: the state of the plan, the rules, and what entries do to the state;
//! - [`views`]: documents made of states: snapshots, plans, diffs, reports;
//! - [`history`]: which commits count, and in which order.
//!
//! Not here: git, people and the outside world.

pub mod entry;
pub mod history;
pub mod plan;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod replay_tests;
#[cfg(test)]
pub(crate) mod sample;
pub mod values;
pub mod views;
