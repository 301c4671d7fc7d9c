//! Core values as text: for terminals, as line diffs, as Markdown pages. All functions are pure.
//!
//! Uses only `core`. Not here: the Markdown of a snapshot, which is part of the format
//! (`core::views::snapshot`), and printing (`cli::output::ui`).

mod audit;
pub mod changes;
mod report;
pub mod text;
mod unified;

pub use self::{
    audit::{Audit, Checked, audit_markdown, audit_text},
    report::{ReportDocument, report},
    unified::unified,
};
