//! Pull requests as forges show them: what a forge answers, or a file with its answer, read into values that an observation
//! records.
//!
//! Not here: recording them (`cli::commands::observe`), and their meaning (`core::entry::event::observation`).

pub mod ask;
pub mod place;
pub mod read;
