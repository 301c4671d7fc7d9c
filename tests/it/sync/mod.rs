//! Several clones, one home: what comes, what goes, what is refused, and what nobody can make them believe.
//!
//! Not here: the rules on graphs alone (`core::history::accept`).

mod automatic;
mod confirmed;
mod contact;
mod convergence;
mod couriers;
mod elsewhere;
mod homes;
mod local;
mod locked;
mod meeting;
mod remotes;
mod repairs;
mod stranded;
pub mod team;
