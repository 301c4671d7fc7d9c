//! Everything that the review page shows, read in one pass over the past.
//!
//! Not here: its layout (`render`), and the file (`cli::files`).

use std::collections::{BTreeMap, BTreeSet};

use super::{long_text::LongText, revision::Reading};
use crate::{
    cli::CommandError,
    core::{
        history::log::Log,
        plan::state::{
            State, TaskIndex,
            records::{Attached, Snapshot},
        },
        values::time::{Day, Timestamp},
        views::{
            diff,
            snapshot::{self, Tally, TaskMoment, VerdictDocument, changed_moments, moments, tally},
        },
    },
    render::{self, PageFrame, ReviewPage, SignedEntry, TaskTexts, text::Letter},
};

/// How many entries the page lists, the newest.
const ENTRIES_MAX: usize = 500;
/// How many bytes of specifications, comments and notes the page has, those of the newest tasks.
const TEXTS_BYTES_MAX: usize = 3 << 20;

/// The page of the ledger at its tip. `reloads` says whether it loads itself again from time to time.
///
/// # Errors
/// The ledger cannot be read.
pub fn review_page(reading: &Reading, reloads: bool) -> Result<String, CommandError> {
    let state = reading.state();
    let mut document = snapshot::status(state);
    document.ledger.tip = Some(reading.tip().to_string());
    let (frames, days) = past(reading)?;
    Ok(render::page(&ReviewPage {
        state,
        document: &document,
        texts: texts(reading)?,
        frames,
        days,
        entries: entries(reading)?,
        reloads,
    }))
}

/// The tally of each day with entries.
type Days = Vec<(Day, Tally)>;

/// The frames of the snapshots and of the tip, and the tally of each day.
fn past(reading: &Reading) -> Result<(Vec<PageFrame<'_>>, Days), CommandError> {
    let (state, past) = (reading.state(), reading.past()?);
    let day_ends = reading.day_ends(None)?;
    let taken = reading.snapshot_places(state)?;
    let read = LongText::reader(reading);
    let mut film = Film {
        tip: state,
        before: None,
        frames: Vec::new(),
    };
    let mut days = Vec::new();
    let places: BTreeSet<&u64> = day_ends.keys().chain(taken.keys()).collect();
    if let (Some(first), Some(last)) = (places.first(), places.last()) {
        past.replay(**first, **last, |spot, state| {
            for snapshot in taken.get(&spot.place).into_iter().flatten() {
                film.add(Some(snapshot), state, &read);
            }
            days.extend(day_ends.get(&spot.place).map(|day| (*day, tally(state))));
        })?;
    }
    film.add(None, state, &read);
    Ok((film.frames, days))
}

/// The frames so far.
struct Film<'a> {
    tip: &'a State,
    /// The state of the last frame.
    before: Option<(State, Vec<Option<TaskMoment>>)>,
    frames: Vec<PageFrame<'a>>,
}

impl<'a> Film<'a> {
    fn add(&mut self, snapshot: Option<&'a Snapshot>, state: &State, read: diff::Read<'_>) {
        let now = moments(state, self.tip);
        let (changes, changed) = match &self.before {
            None => (Vec::new(), changed_moments(&[], &now)),
            Some((before, then)) => (
                diff::task_changes(before, state, &[], read),
                changed_moments(then, &now),
            ),
        };
        self.frames.push(PageFrame {
            snapshot,
            tally: tally(state),
            changed,
            changes,
        });
        self.before = Some((state.clone(), now));
    }
}

/// The texts of each task. Where there are too many, the tasks that changed last have theirs.
fn texts(reading: &Reading) -> Result<Vec<TaskTexts>, CommandError> {
    let state = reading.state();
    let mut texts = BTreeMap::new();
    let mut order: Vec<(TaskIndex, Timestamp)> = state
        .tasks()
        .map(|(index, task)| (index, task.updated))
        .collect();
    order.sort_by_key(|(index, updated)| (std::cmp::Reverse(*updated), *index));
    let mut room = TEXTS_BYTES_MAX;
    for (index, _) in order {
        texts.insert(index, of_task(reading, index, &mut room)?);
    }
    Ok(texts.into_values().collect())
}

fn of_task(
    reading: &Reading,
    index: TaskIndex,
    room: &mut usize,
) -> Result<TaskTexts, CommandError> {
    let (state, task) = (reading.state(), reading.state().task(index));
    let mut texts = TaskTexts::default();
    let mut is_cut = false;
    let mut letter = |attached: &Attached| -> Result<Option<Letter>, CommandError> {
        if *room == 0 {
            is_cut = true;
            return Ok(None);
        }
        let letter = LongText::read(reading, attached)?.letter(Timestamp::MAX);
        *room = room.saturating_sub(letter.text.as_ref().map_or(0, String::len));
        Ok(Some(letter))
    };
    let body = task.body.as_ref().map(&mut letter);
    texts.specification = body.transpose()?.flatten();
    let notes = task
        .all_verdicts()
        .into_iter()
        .map(|(_, verdict)| &verdict.note);
    for (verdict, note) in VerdictDocument::all(task).into_iter().zip(notes) {
        let note = note.as_ref().map(&mut letter);
        texts.verdicts.push((verdict, note.transpose()?.flatten()));
    }
    if task.comments > 0 {
        for comment in reading.past()?.comments(index, reading.tip(), state)? {
            texts.comments.extend(letter(&comment)?);
        }
    }
    texts.is_cut = is_cut;
    Ok(texts)
}

fn entries(reading: &Reading) -> Result<Vec<SignedEntry>, CommandError> {
    let (state, past) = (reading.state(), reading.past()?);
    let log = Log::new(state);
    let newest = past.newest_first(None)?.take(ENTRIES_MAX);
    let signed = newest.map(|spot| {
        let logged = past.logged(&spot?)?;
        let signer = logged.accepted().map(|accepted| {
            let standing = state
                .roster
                .standing(&accepted.entry.actor, &accepted.signer);
            (accepted.signer.fingerprint(), standing)
        });
        Ok(SignedEntry {
            entry: log.document(&logged),
            signer,
        })
    });
    signed.collect()
}
