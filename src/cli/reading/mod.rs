//! Reading the ledger and the repository for an answer: revisions, commits, long texts, local facts.
//!
//! Not here: changing anything.

pub mod commit;
pub mod earlier;
pub mod integrated;
pub mod local;
pub mod long_text;
pub mod news;
pub mod review_page;
pub mod revision;
