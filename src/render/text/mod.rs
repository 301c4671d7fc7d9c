//! Text for terminals and pipes: one function a document.
//!
//! Everything that people wrote goes through `core::text::visible`. Not here: what the documents
//! hold (`core::snapshot`), and whether there is a terminal (`cli::ui`).

mod status;
mod style;
mod table;

pub use self::{status::status, style::Style};
