//! The plan: its state, the rules, and what entries do to it.
//!
//! Not here: which entries count, and in which order (`history`); what people see of the plan (`views`).

pub mod fields;
pub mod graph;
pub mod reduce;
pub mod refusal;
pub mod roster;
pub mod rules;
pub mod state;
