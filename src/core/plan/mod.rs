//! The plan: its state, the rules, and the effect of entries.
//!
//! Not here: judging and ordering entries (`history`), and the views of the plan for people (`views`).

pub mod fields;
pub mod graph;
pub mod reduce;
pub mod refusal;
pub mod roster;
pub mod rules;
pub mod state;
