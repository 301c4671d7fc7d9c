//! Several clones, one home: entries that arrive, are published, are refused, and homes that are not accepted.
//!
//! Not here: the rules on graphs alone (`core::history::accept`).

mod ahead;
mod automatic;
mod confirmed;
mod contact;
mod convergence;
mod couriers;
mod disturbed;
mod elsewhere;
mod homes;
mod local;
mod locked;
mod meeting;
mod names;
mod remembered;
mod remotes;
mod repairs;
mod stranded;
pub mod team;
mod ways_back;
