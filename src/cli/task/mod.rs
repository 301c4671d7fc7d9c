//! The common parts of commands that change one task.
//!
//! Not here: the commands (`commands`).

pub mod act;
pub mod answer;
pub mod claim_check;
pub mod next;
pub mod steps;
