//! Commands from the ledger, run on this machine: which are trusted, what they see, how long they may take, what they said.
//!
//! Nothing here runs by itself; `git coord guard run` asks for it. Not here: what a guardrail is and when it waits
//! (`core`), and how a result is recorded and shown (`cli`).

mod checkout;
mod environment;
mod groups;
mod output;
mod pool;
mod process;
mod stale;
pub mod trust;

pub use self::{
    checkout::{Checkout, host},
    environment::Environment,
    pool::{News, run_all},
    process::{Ending, Job, Run},
    stale::stale,
};
