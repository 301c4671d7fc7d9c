//! Views of the plan: documents, comparisons and answers, all computed from states.
//!
//! Not here: the state itself (`plan`), and the layout for people (`render`).

pub mod diff;
pub mod filter;
pub mod flow;
pub mod planning;
pub mod report;
pub mod snapshot;
pub mod undo;
