//! Plans as CSV (RFC 4180), one line per task: our own, and tables of other programs.
//!
//! Not here: the meaning of the columns (`table`).

mod cell;
mod program;
mod read;
mod write;

pub(super) use self::read::{looks_like, read};
pub use self::write::write as write_csv;
