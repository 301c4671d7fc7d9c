//! Views of the plan: documents, comparisons and answers that are computed from states.
//!
//! Not here: the state itself (`plan`), and how a view looks to a person (`render`).

pub mod diff;
pub mod filter;
pub mod planning;
pub mod report;
pub mod snapshot;
pub mod undo;
