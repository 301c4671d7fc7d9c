//! The program from outside: real repositories, real processes, exact words and exit statuses.
//!
//! Not here: unit tests, which are beside the code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod actors;
mod attributes;
mod bad_input;
mod briefs;
mod cbor;
mod clones;
mod conduct;
mod dependencies;
mod doctor;
mod draining;
mod durability;
mod envelopes;
mod following;
mod forge;
mod forgery;
mod forges;
mod format;
mod golden;
mod guarding;
mod guardrails;
mod handoffs;
mod hooks;
mod house;
mod idempotency;
mod identity;
mod imports;
mod integrate;
mod keys;
mod kinds;
mod numbers;
mod order;
mod outbox;
mod places;
mod planning;
mod primes;
mod pull_requests;
mod races;
mod reading;
mod relations;
mod reviews;
mod rules;
mod schemas;
mod settings;
mod signing;
mod snapshots;
mod stock_git;
mod stories;
mod stranger;
mod sync;
mod waiting;
mod wires;
mod wording;
mod world;
