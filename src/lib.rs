//! git coord: a git-native, event-sourced ledger.

pub mod cli;
pub mod core;
pub mod store;
