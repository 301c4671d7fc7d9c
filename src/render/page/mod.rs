//! The review page: the whole plan and its history as one HTML file.
//!
//! The file loads nothing. Without JavaScript it is a document that can be read from top to bottom; the script adds a filter
//! and the way through the snapshots. It shows times with their dates and takes no clock, so that the same tip gives the same
//! bytes on every machine. Not here: reading the past (`cli::reading`), and writing the file (`cli::files`).

mod charts;
mod content;
mod document;
mod graph;
mod history;
mod moments;
mod overview;
mod parts;
mod prose;
mod tasks;
#[cfg(test)]
mod tests;

pub use self::{
    content::{PageFrame, ReviewPage, SignedEntry, TaskTexts},
    document::{PAGE_MARK, page},
};
