//! The program from outside: real repositories, real processes, exact words and exit statuses.
//!
//! Not here: what can be seen from inside (unit tests stand beside the code).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_input;
mod clones;
mod conduct;
mod envelopes;
mod house;
mod imports;
mod keys;
mod reading;
mod stories;
mod world;
