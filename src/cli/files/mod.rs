//! Files that commands read and write.
//!
//! Not here: files of git (`git`).

pub mod current_folder;
pub mod input;
pub mod labels;
pub mod layout;
pub mod replaceable;
pub mod snapshot;
