//! What commands that change one task have in common.
//!
//! Not here: the commands (`commands`).

pub mod act;
pub mod answer;
pub mod claim_check;
pub mod next;
pub mod steps;
