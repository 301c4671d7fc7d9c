//! The output: text, colour, pager, JSON.
//!
//! Not here: the messages of failures (`failure`), and documents as text (`render`).

pub mod color;
pub mod fields;
pub(in crate::cli) mod json;
pub mod pager;
pub mod paper;
pub mod ui;
