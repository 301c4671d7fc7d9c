//! git coord: a git-native, event-sourced ledger.

pub mod core;
pub mod render;
