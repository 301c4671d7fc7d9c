//! Running commands from the ledger on this machine: trust, environment, time limits, output.
//!
//! Nothing here runs by itself; `git coord guard run` starts it. Not here: guardrails in the plan (`core`), and how a
//! result is recorded and shown (`cli`).

mod checkout;
mod environment;
mod groups;
mod made;
mod output;
mod pool;
mod process;
mod standing;
pub mod trust;

pub use self::{
    checkout::{Checkout, at_hand, guarded_tree, host, tree_of},
    environment::CommandEnvironment,
    pool::{JobNews, run_all},
    process::{Ending, Job, Run},
    standing::standing,
};
