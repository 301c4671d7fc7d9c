//! git coord: a git-native, event-sourced ledger with which people and coding agents coordinate.
//!
//! # The house
//!
//! Every fact is an *entry*: a signed commit on one ref. A pure reducer replays the entries into the *state* of the
//! plan; what is shown is a function of that state. Each room uses only what its arrow points to, and arrows never turn back:
//!
//! ```text
//! core <- exchange, render              plans of other tools; core values as text
//! core <- git <- ledger <- sync         git; the ledger in one repository; other repositories
//! ledger <- guard, forge, hooks         running commands that it holds; pull requests; what git's hooks have to say
//! all of them <- cli                    the command line
//! ```
//!
//! - [`core`] is pure: an [entry](core::entry) with its events and bytes, the [plan](core::plan) with its state and rules,
//!   [views](core::views) of it, and the [history](core::history) with its one order.
//! - [`git`] knows git: repositories, objects, refs, signatures. [`ledger`] reads, verifies and appends entries, and decides
//!   nothing about them; what callers need of it is [`ledger::Ledger`]. [`sync`] brings it together with other repositories.
//! - [`exchange`] reads and writes plans in the formats of others; [`render`] lays documents out for people.
//! - [`guard`] runs the commands of guardrails, which other people wrote.
//! - [`forge`] reads pull requests as forges show them.
//! - [`hooks`] looks at what git does to the branches, and gives its verdict.
//! - [`cli`] talks to people and scripts.
//!
//! `docs/architecture.md` has the table of layers, which a test enforces, and says where new things go.
//!
//! # The words
//!
//! Each term of the project, in one sentence: `docs/glossary.md`.
//!
//! # An entry as bytes
//!
//! One definition of an entry gives its payload, which is canonical CBOR with integer keys, and the JSON in which people
//! see it. Here is a join, which holds no event:
//!
//! ```
//! use git_coord::core::entry::codec;
//!
//! let payload = [
//!     b"\xa5\x00\x01".as_slice(),                          // a map of five: 0, the format: 1
//!     b"\x01\x58\x20", &[7; 32],                           // 1, the ledger: 32 bytes
//!     b"\x02\x82\x58\x20", &[8; 32], b"\x58\x20", &[9; 32], // 2, the parents: two ids
//!     b"\x03\x63ada",                                      // 3, the actor
//!     b"\x04\x1a\x68\xef\x62\x90",                          // 4, the time: seconds since 1970
//! ]
//! .concat();
//! let (_id, entry) = codec::decode(&payload)?;
//! assert!(entry.is_join());
//! assert_eq!(codec::encode(&entry)?, payload);
//! assert_eq!(serde_json::to_value(&entry)?["actor"], "ada");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not here: any code. The rooms hold it.

pub mod cli;
pub mod core;
pub mod exchange;
pub mod forge;
pub mod git;
pub mod guard;
pub mod hooks;
pub mod ledger;
pub mod render;
pub mod sync;
