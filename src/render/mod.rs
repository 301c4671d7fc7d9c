//! Core values as text: for terminals, as line diffs. Pure functions to `String`.
//!
//! Sees only `core`. Not here: the Markdown of a snapshot, which is part of the format
//! (`core::snapshot`), and printing (`cli::ui`).

pub mod text;
mod unified;

pub use self::unified::unified;
