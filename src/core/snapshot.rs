//! The files of a snapshot.
/// The version of the files.
pub const FILES: u16 = 1;
