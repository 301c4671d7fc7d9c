//! Finding the ledger again after its ref was moved back, deleted or damaged.
//!
//! The log of the ref shows its earlier tips. Without a log the objects do: entries that nothing refers to. Of the lines
//! found, only one that holds every entry of the present tip is ever chosen.
//! Not here: other faults of a repository (`checkup`).

mod rejoin;
mod strays;

pub use self::rejoin::Rejoined;

use std::collections::HashSet;

use crate::{
    core::{
        history::judge::Judgement,
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self, commit,
        lock::QueueLock,
        refs::{self, Expected, Outcome, Reflog},
        repository::{ObjectId, Repository},
    },
    ledger::{Error, LEDGER_REF, Ledger, anchor, entry::carries_payload, history::History, walk},
    sync::aside,
};

/// The present tip of the ref.
#[derive(Debug)]
pub enum Present {
    /// The ref does not exist.
    Absent,
    /// A ledger, verified.
    Good(FoundLine),
    /// Something that cannot be read as the ledger.
    Bad {
        /// The object id in the ref, if it is one.
        holds: Option<ObjectId>,
        /// The error of reading it.
        why: Error,
        /// The readable commits of it that may be entries.
        readable: HashSet<ObjectId>,
    },
}

/// A line of entries, verified.
#[derive(Debug)]
pub struct FoundLine {
    /// Its tip.
    pub tip: ObjectId,
    /// Its ledger.
    pub ledger: EntryId,
    /// The number of its accepted entries.
    pub entries: usize,
    /// The effective time of the last of them.
    pub at: Timestamp,
    commits: HashSet<ObjectId>,
    /// Those with events: without empty joins, of which races leave many behind.
    said: HashSet<ObjectId>,
    mainline: HashSet<ObjectId>,
}

/// The lines found, and the remedy.
#[derive(Debug)]
pub struct FoundLines {
    /// The present tip of the ref.
    pub present: Present,
    /// The lines that hold an entry which no other line holds, the longest first; the present one is among them.
    pub lines: Vec<FoundLine>,
    /// Whether the ref has a log or an anchor. Without both, unpublished entries can be found only among objects that nothing
    /// refers to.
    pub logged: bool,
}

/// The remedy.
#[derive(Debug)]
pub enum Recovery<'a> {
    /// The present tip holds every entry.
    Nothing,
    /// This line holds every entry of the present tip, and more.
    Take(&'a FoundLine),
    /// No line holds the entries of all others, or readable entries of the present tip are in no line.
    Choose,
    /// No line was found.
    Lost,
}

/// How far the search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Only tips that the log or the anchor names.
    Logs,
    /// Every object, if the log does not help.
    Objects,
}

impl Ledger {
    /// Looks for lines of the ledger to which this repository is pinned; without a pin, of any ledger.
    ///
    /// # Errors
    /// The ref is symbolic or cannot be read for another reason that no line can mend.
    pub fn look_for_lines(&self, search: Search) -> Result<FoundLines, Error> {
        let repository = self.repository();
        let pinned = repository.config().string("coord.ledger");
        let present = present(repository, pinned.as_deref())?;
        let mut finder = Finder {
            repository,
            pinned: match &present {
                // Without a pin the present ledger is meant.
                Present::Good(line) => pinned.or_else(|| Some(line.ledger.to_string())),
                _ => pinned,
            },
            lines: Vec::new(),
        };
        let held = match &present {
            Present::Good(line) => Some(line.tip),
            _ => None,
        };
        let log = refs::logged(repository, LEDGER_REF)?;
        let logged = !log.is_empty();
        // The anchor was once the local tip, and leads to all published entries.
        let anchors = anchors(repository)?;
        let known = logged || held.is_some() && !anchors.is_empty();
        finder.take(held.into_iter().chain(log).chain(anchors));
        // Deleting the ref deletes its log, and the anchor lacks unpublished entries. What both name can be gone too.
        if (!known || finder.lines.is_empty()) && search == Search::Objects {
            finder.take(strays::tips(repository)?);
        }
        Ok(FoundLines {
            present,
            lines: finder.lines_that_hold_most(),
            logged: known,
        })
    }
}

impl Ledger {
    /// Sets an anchor that cannot be read to the last one that was on the ref's line, by its log; to the first entry if
    /// none was. Any other anchor stays.
    ///
    /// # Errors
    /// The ref's line cannot be read, or the anchor not written.
    pub fn mend_anchor(&self, reflog: &Reflog<'_>) -> Result<(), Error> {
        let repository = self.repository();
        if !matches!(anchor::read(repository), Err(git::Error::BrokenRef { .. })) {
            return Ok(());
        }
        let history = self.history()?;
        let line: Vec<ObjectId> = history.mainline().map(|placed| placed.object).collect();
        let logged = refs::logged(repository, anchor::ANCHOR_REF)?;
        let last = logged.into_iter().find(|id| line.contains(id));
        let to = last.or(line.last().copied()).ok_or(Error::NoLedger)?;
        let queue = QueueLock::acquire(repository)?;
        let (name, broken) = (anchor::ANCHOR_REF, Expected::Broken);
        match refs::compare_and_swap(repository, &queue, name, broken, to, reflog)? {
            Outcome::Done | Outcome::Moved(_) => Ok(()),
        }
    }
}

/// The anchor; where it cannot be read, those that its log names.
fn anchors(repository: &Repository) -> Result<Vec<ObjectId>, git::Error> {
    match anchor::read(repository) {
        Err(git::Error::BrokenRef { .. }) => refs::logged(repository, anchor::ANCHOR_REF),
        read => Ok(Vec::from_iter(read?)),
    }
}

impl FoundLines {
    /// The remedy.
    pub fn recovery(&self) -> Recovery<'_> {
        let first = match self.lines.as_slice() {
            [] => return Recovery::Lost,
            [first, ..] => first,
        };
        let fullest = match self.lines.get(1) {
            Some(second) if second.entries == first.entries => None,
            _ => Some(first),
        };
        match (&self.present, fullest) {
            (Present::Good(present), _) if self.lines.len() == 1 => {
                if first.tip == present.tip {
                    Recovery::Nothing
                } else {
                    Recovery::Take(first)
                }
            }
            (Present::Absent, Some(line)) => Recovery::Take(line),
            (Present::Bad { readable, .. }, Some(line)) if readable.is_subset(&line.commits) => {
                Recovery::Take(line)
            }
            _ => Recovery::Choose,
        }
    }

    /// The line that a person is advised to put first: the longest of those that home has accepted, else the longest.
    ///
    /// # Errors
    /// The anchor cannot be read.
    pub fn advised(&self, ledger: &Ledger) -> Result<Option<&FoundLine>, Error> {
        let anchors = anchors(ledger.repository())?;
        let accepted = |line: &&FoundLine| anchors.iter().any(|tip| line.is_on_mainline(*tip));
        Ok(self.lines.iter().find(accepted).or(self.lines.first()))
    }

    /// Moves the ref to a line, if the ref is unchanged since. A present tip that is no line of this ledger is kept on
    /// another ref.
    ///
    /// # Errors
    /// The ref has moved meanwhile or cannot be written.
    pub fn take(
        &self,
        ledger: &Ledger,
        line: &FoundLine,
        reflog: &Reflog<'_>,
    ) -> Result<(), Error> {
        let repository = ledger.repository();
        let queue = QueueLock::acquire(repository)?;
        if let Present::Bad {
            holds: Some(held), ..
        } = &self.present
            && repository.contains(*held)
        {
            aside::keep(repository, &queue, *held, reflog)?;
        }
        let expected = match &self.present {
            Present::Absent => Expected::Absent,
            Present::Good(present) => Expected::At(present.tip),
            Present::Bad { holds, .. } => holds.map_or(Expected::Broken, Expected::At),
        };
        match refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, line.tip, reflog)? {
            Outcome::Done => Ok(()),
            Outcome::Moved(_) => Err(Error::TooManyRaces),
        }
    }
}

impl FoundLine {
    /// Reads and verifies the line to a tip; none if the tip is not an accepted entry, or the line cannot be read.
    fn read(repository: &Repository, tip: ObjectId) -> Result<Self, Error> {
        let history = History::read(repository, tip)?;
        let counts = |verdict: &Judgement| matches!(verdict, Judgement::Accepted(_));
        let genesis = history.placed().next().ok_or(Error::NoLedger)?;
        Ok(Self {
            tip,
            ledger: genesis.node.id,
            entries: history
                .placed()
                .filter(|placed| counts(&placed.node.verdict))
                .count(),
            at: history.tip().node.effective,
            said: history
                .placed()
                .filter(|placed| match &placed.node.verdict {
                    Judgement::Accepted(accepted) => !accepted.entry.is_join(),
                    Judgement::Quarantined { .. } | Judgement::Cached => true,
                })
                .map(|placed| placed.object)
                .collect(),
            commits: history.placed().map(|placed| placed.object).collect(),
            mainline: history.mainline().map(|placed| placed.object).collect(),
        })
    }

    /// Whether a commit is on the first-parent line.
    pub fn is_on_mainline(&self, commit: ObjectId) -> bool {
        self.mainline.contains(&commit)
    }

    /// How many commits another line has that this one has not.
    pub fn lacks_of(&self, other: &Self) -> usize {
        other.commits.difference(&self.commits).count()
    }
}

fn present(repository: &Repository, pinned: Option<&str>) -> Result<Present, Error> {
    let tip = match refs::read(repository, LEDGER_REF) {
        Ok(Some(tip)) => tip,
        Ok(None) => return Ok(Present::Absent),
        Err(why @ git::Error::BrokenRef { .. }) => {
            return Ok(Present::Bad {
                holds: None,
                why: why.into(),
                readable: HashSet::new(),
            });
        }
        Err(other) => return Err(other.into()),
    };
    let bad = |why| Present::Bad {
        holds: Some(tip),
        why,
        readable: readable(repository, tip),
    };
    Ok(match FoundLine::read(repository, tip) {
        Ok(line) => match pinned {
            Some(pinned) if pinned != line.ledger.to_string() => bad(Error::OtherLedger {
                pinned: pinned.to_owned(),
                found: line.ledger,
            }),
            _ => Present::Good(line),
        },
        Err(why) => bad(why),
    })
}

/// The commits of the first-parent line that can be read and carry a payload, down to the first that is neither.
fn readable(repository: &Repository, tip: ObjectId) -> HashSet<ObjectId> {
    let (reader, hash) = (repository.reader(), walk::hash_kind(repository));
    let (mut found, mut raw) = (HashSet::new(), Vec::new());
    let mut next = Some(tip);
    while let Some(id) = next.take() {
        if reader.commit(id, &mut raw).is_err() || !carries_payload(&raw) || !found.insert(id) {
            break;
        }
        let links = commit::links(&raw, hash).ok();
        let first = links.and_then(|links| links.parents.first().copied());
        next = first.and_then(|hex| ObjectId::from_hex(hex.as_bytes()));
    }
    found
}

struct Finder<'a> {
    repository: &'a Repository,
    pinned: Option<String>,
    lines: Vec<FoundLine>,
}

impl Finder<'_> {
    /// Reads the lines to these tips, except tips on a line that was already read.
    fn take(&mut self, tips: impl IntoIterator<Item = ObjectId>) {
        for tip in tips {
            if self.lines.iter().any(|line| line.commits.contains(&tip)) {
                continue;
            }
            let read = FoundLine::read(self.repository, tip).ok();
            let is_meant = |line: &FoundLine| {
                let pinned = self.pinned.as_ref();
                pinned.is_none_or(|pinned| *pinned == line.ledger.to_string())
            };
            self.lines.extend(read.filter(is_meant));
        }
    }

    fn lines_that_hold_most(self) -> Vec<FoundLine> {
        let mut lines = self.lines;
        // Of lines with the same events the first is kept: the ref's present or latest one.
        lines.sort_by_key(|line| std::cmp::Reverse(line.said.len()));
        let mut kept: Vec<FoundLine> = Vec::new();
        for line in lines {
            if kept.iter().all(|fuller| !line.said.is_subset(&fuller.said)) {
                kept.push(line);
            }
        }
        kept
    }
}
