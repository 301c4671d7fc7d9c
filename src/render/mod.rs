//! Core values as text: sentences, tables for terminals, line diffs, pages in Markdown and HTML. All functions are pure.
//!
//! Uses only `core`. No text here is a part of the ledger format. Not here: printing (`cli::output::ui`).

mod attribute;
mod audit;
pub mod changes;
mod csv;
mod dashboard;
pub mod event;
pub mod graph;
mod markdown;
mod page;
pub mod refusal;
mod report;
pub mod text;
mod undo;
mod unified;
pub mod words;

pub use self::{
    audit::{Audit, CheckedGuardrail, audit_markdown},
    csv::{csv_of_actors, csv_of_days, csv_of_tasks},
    dashboard::{dashboard, overview, snapshot_history},
    page::{PAGE_MARK, PageFrame, ReviewPage, SignedEntry, TaskTexts, page},
    report::{ReportDocument, report},
    undo::stays,
    unified::unified,
};
