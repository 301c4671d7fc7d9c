//! Values: small types with a form of their own. They are parsed once, at the door, and are valid from then on.
//!
//! Not here: entries (`entry`), and the plan that they add up to (`plan`).

pub mod branch;
mod date;
pub mod email;
pub mod glob;
pub mod id;
pub mod json;
pub mod key;
pub(in crate::core) mod pairs;
pub mod secret;
pub(in crate::core) mod shared_map;
pub mod target;
pub mod task;
pub mod text;
pub mod time;
pub mod url;
