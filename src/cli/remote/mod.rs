//! Commands and other repositories: home, first contact, automatic sync, the answer of a sync.
//!
//! Not here: the sync itself (`sync`).

pub mod answer;
pub mod auto;
pub mod contact;
pub mod home;
