//! Text for terminals and pipes: one function a document.
//!
//! Everything that people wrote goes through `core::text::visible`. Not here: what the documents
//! hold (`core::snapshot`), and whether there is a terminal (`cli::ui`).

mod diff;
mod ledger;
mod status;
mod style;
mod table;
mod task;

pub use self::{
    diff::diff,
    ledger::{actors, snapshots},
    status::status,
    style::Style,
    task::{list, show},
};
