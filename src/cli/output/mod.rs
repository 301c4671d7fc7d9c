//! What is said and how: text, colour, pager, JSON.
//!
//! Not here: what a failure says (`failure`), and documents as text (`render`).

pub mod color;
pub(in crate::cli) mod json;
pub mod pager;
pub mod ui;
