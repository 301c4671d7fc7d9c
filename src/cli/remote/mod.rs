//! Commands and other repositories: which home, first contact, automatic sync, what a sync answers.
//!
//! Not here: the sync itself (`sync`).

pub mod answer;
pub mod auto;
pub mod contact;
pub mod home;
