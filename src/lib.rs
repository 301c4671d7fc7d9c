//! git coord: a git-native, event-sourced ledger with which people and coding agents coordinate.

pub mod cli;
pub mod core;
pub mod exchange;
pub mod render;
pub mod store;
