//! Homes that are reached over real wires (`git://`, ssh, http), cut transfers, killed syncs, and the order of flushes.
//!
//! The counts are small; `COORD_SOAK=1` raises them to what `soak` runs.
//! Not here: which tips are accepted (`sync`), and writers in one repository (`durability`).

#![allow(clippy::print_stdout)] // what was drawn by lot, and what is skipped

mod crowds;
mod cut;
mod daemon;
mod flushes;
mod http;
mod killed;
mod socket;
mod ssh;
