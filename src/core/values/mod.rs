//! Values: small things with a form of their own, parsed once at the door and valid from then on.
//!
//! Not here: entries (`entry`), and what they add up to (`plan`).

mod date;
pub mod email;
pub mod glob;
pub mod id;
pub mod json;
pub mod key;
pub(in crate::core) mod pairs;
pub mod target;
pub mod task;
pub mod text;
pub mod time;
