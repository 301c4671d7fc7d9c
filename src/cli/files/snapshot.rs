//! The files of a snapshot: the files for programs, and the page for people.
//!
//! Not here: their contents (`core::views::snapshot`, `render::dashboard`).

use crate::{
    core::{
        plan::state::State,
        values::{id::TaskId, time::Timestamp},
        views::snapshot::{self, DASHBOARD},
    },
    render,
};

/// The files that a snapshot of this state has, by path, sorted. `at` is the effective time of its entry.
pub fn files(state: &State, at: Timestamp, label: Option<&TaskId>) -> Vec<(String, Vec<u8>)> {
    let page = render::dashboard(state, at, label).into_bytes();
    let mut files = snapshot::files(state);
    files.push((DASHBOARD.to_owned(), page));
    files.sort();
    files
}
