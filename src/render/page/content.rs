//! What the review page shows.
//!
//! Not here: its layout (`document`).

use crate::{
    core::{
        history::log::EntryDocument,
        plan::{
            roster::KeyStanding,
            state::{State, records::Snapshot},
        },
        values::time::Day,
        views::{
            diff::TaskChange,
            snapshot::{StatusDocument, Tally, TaskMoment, VerdictDocument},
        },
    },
    render::text::Letter,
};

/// Everything that the page shows.
pub struct ReviewPage<'a> {
    /// The state at the tip.
    pub state: &'a State,
    /// Its document, with the tip.
    pub document: &'a StatusDocument,
    /// The texts of each task, in the order of the document.
    pub texts: Vec<TaskTexts>,
    /// The snapshots, oldest first, and at the end the tip itself.
    pub frames: Vec<PageFrame<'a>>,
    /// The number of tasks with each status at the end of each day with entries.
    pub days: Vec<(Day, Tally)>,
    /// The newest entries, newest first.
    pub entries: Vec<SignedEntry>,
    /// Whether the page loads itself again from time to time, because somebody writes it again.
    pub reloads: bool,
}

/// What people wrote about a task.
#[derive(Default)]
pub struct TaskTexts {
    /// Its specification.
    pub specification: Option<Letter>,
    /// Its comments, oldest first.
    pub comments: Vec<Letter>,
    /// The verdicts on it, oldest first, with the notes of the reviewers.
    pub verdicts: Vec<(VerdictDocument, Option<Letter>)>,
    /// Whether texts were left out because the page would be too large.
    pub is_cut: bool,
}

/// The plan as a snapshot shows it.
pub struct PageFrame<'a> {
    /// The snapshot; none for the tip.
    pub snapshot: Option<&'a Snapshot>,
    /// The number of tasks with each status.
    pub tally: Tally,
    /// The tasks that differ from the frame before, by their place in the document; none for a task that did not exist.
    pub changed: Vec<(usize, Option<TaskMoment>)>,
    /// The changes of tasks since the frame before; none in the first one.
    pub changes: Vec<TaskChange>,
}

/// An entry and its signature.
pub struct SignedEntry {
    /// The entry.
    pub entry: EntryDocument,
    /// The fingerprint of the key that signed it, and what the key is now; none if no signature counts.
    pub signer: Option<(String, Option<KeyStanding>)>,
}
