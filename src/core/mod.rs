//! The pure core: the event model, the order, the rules, the reducer. No file, process, clock or randomness.

pub mod id;
pub mod key;
pub mod task;
pub mod time;
