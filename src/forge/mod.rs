//! Pull requests as forges show them: each forge's output, read into values that an observation records.
//!
//! Not here: recording them (`cli::commands::observe`), and their meaning (`core::entry::event::observation`).

pub mod gh;

use crate::core::entry::event::observation::{PullRequest, Source};

/// A list of pull requests, as a forge showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The repository, if the list tells it.
    pub source: Option<Source>,
    /// The pull requests, sorted by number.
    pub requests: Vec<PullRequest>,
}
