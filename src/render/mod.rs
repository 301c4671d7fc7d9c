//! Core values as text: sentences, tables for terminals, line diffs, Markdown pages. All functions are pure.
//!
//! Uses only `core`. No text here is a part of the ledger format. Not here: printing (`cli::output::ui`).

mod attribute;
mod audit;
pub mod changes;
mod dashboard;
pub mod event;
mod markdown;
pub mod refusal;
mod report;
pub mod text;
mod undo;
mod unified;
pub mod words;

pub use self::{
    audit::{Audit, CheckedGuardrail, audit_markdown},
    dashboard::dashboard,
    report::{ReportDocument, report},
    undo::stays,
    unified::unified,
};
