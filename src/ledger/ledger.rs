//! The ledger of a repository: opening and reading it.
//!
//! Not here: appending (`append`), and how commits are read and judged (`walk`, `history`).

use std::{path::Path, sync::Arc};

use super::{
    Error, LEDGER_REF, anchor, cache,
    history::History,
    index,
    outbox::Outbox,
    verified::{Lag, Verified},
    walk::{self, WalkedLine},
};
use crate::{
    core::{
        entry::codec::v1::ATTACHMENT_BYTES_MAX,
        history::judge::{Judge, Judgement},
        plan::{
            reduce,
            state::{State, records::Attached},
        },
        values::id::EntryId,
    },
    git::{
        self, refs,
        repository::{ObjectId, Repository},
    },
};

/// More entries than these are not counted one by one.
const AHEAD_COUNTED_MAX: usize = 1000;

/// The ledger of a repository.
pub struct Ledger {
    repository: Repository,
    outbox: Option<Outbox>,
}

impl Ledger {
    /// The ledger of this repository, whether it has been created or not.
    pub fn new(repository: Repository) -> Self {
        Self {
            repository,
            outbox: None,
        }
    }

    /// The ledger of this repository with the entries of the outbox at `path`, to which new entries are appended.
    ///
    /// # Errors
    /// No folder for temporary objects can be made.
    pub fn with_outbox(repository: &Repository, path: &Path) -> Result<Self, git::Error> {
        let (repository, outbox) = Outbox::open(repository, path)?;
        Ok(Self {
            repository,
            outbox: Some(outbox),
        })
    }
    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The outbox, if entries are appended to one.
    pub fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref()
    }

    /// The tip; none before the ledger is created.
    ///
    /// # Errors
    /// The ref or the outbox cannot be read.
    pub fn tip(&self) -> Result<Option<ObjectId>, git::Error> {
        let published = self.published()?;
        match &self.outbox {
            Some(outbox) => Ok(outbox.tip(&self.repository, published)?.or(published)),
            None => Ok(published),
        }
    }

    /// The tip of the ref, without an outbox.
    pub(super) fn published(&self) -> Result<Option<ObjectId>, git::Error> {
        refs::read(&self.repository, LEDGER_REF)
    }

    /// The verified state at the tip: from the cache and later entries, or from a full replay.
    ///
    /// # Errors
    /// There is no ledger, it is broken, or it is not the one that this repository is pinned to.
    pub fn current(&self) -> Result<Verified, Error> {
        self.current_from(cache::read(&self.repository))
    }

    /// As [`current`](Self::current), for a reader that has an earlier state in memory.
    ///
    /// # Errors
    /// As for [`current`](Self::current).
    pub fn current_after(&self, known: &Verified) -> Result<Verified, Error> {
        let tip = self.tip()?.ok_or_else(|| self.absent())?;
        match self.forward(Some(known.clone()), tip)? {
            Some(newer) => Ok(newer),
            None => self.current(),
        }
    }

    /// The state at the anchor, the last accepted tip of home; none without an anchor. `current` is the state at the tip.
    ///
    /// # Errors
    /// As for [`current`](Self::current).
    pub fn anchored(&self, current: &Verified) -> Result<Option<Verified>, Error> {
        let Some(anchor) = anchor::read(&self.repository)? else {
            return Ok(None);
        };
        if anchor == current.tip {
            return Ok(Some(current.clone()));
        }
        if let Some(known) = self.forward(cache::read_anchored(&self.repository), anchor)? {
            return Ok(Some(known));
        }
        let found = self.replayed(anchor)?;
        cache::write_anchored(&self.repository, &found);
        Ok(Some(found))
    }

    /// How many entries at the tip the anchor does not have; none as long as there is no anchor. `current` is the state at
    /// the tip. The state at the anchor is read only where another line was joined that began before the anchor.
    ///
    /// # Errors
    /// As for [`current`](Self::current).
    pub fn ahead_of_anchor(&self, current: &Verified) -> Result<Option<u64>, Error> {
        let Some(anchor) = anchor::read(&self.repository)? else {
            return Ok(None);
        };
        let line = WalkedLine {
            tips: &[current.tip],
            known: Some(anchor),
        };
        if let Some(commits) = walk::bounded(&self.repository, line, AHEAD_COUNTED_MAX)? {
            return Ok(Some(commits.len() as u64 - 1));
        }
        let anchored = self.anchored(current)?;
        Ok(anchored.map(|it| current.state.entries.saturating_sub(it.state.entries)))
    }

    /// The state at the tip, from a known state and later entries.
    pub(super) fn current_from(&self, cached: Option<Verified>) -> Result<Verified, Error> {
        let tip = self.tip()?.ok_or_else(|| self.absent())?;
        let mut verified = match self.forward(cached, tip)? {
            Some(verified) => verified,
            None => self.replayed(tip)?,
        };
        self.check_pin(verified.state.ledger)?;
        // Readers without the outbox use the same cache.
        if self.outbox.is_none() {
            cache::write_after_reading(&self.repository, &mut verified);
        }
        Ok(verified)
    }

    /// The whole history, verified.
    ///
    /// # Errors
    /// As for [`current`](Self::current).
    pub fn history(&self) -> Result<History, Error> {
        let tip = self.tip()?.ok_or_else(|| self.absent())?;
        let history = History::read(&self.repository, tip)?;
        if let Some(genesis) = history.placed().next() {
            self.check_pin(genesis.node.id)?;
        }
        Ok(history)
    }

    /// The bytes of an attachment, checked against its digest.
    ///
    /// # Errors
    /// The entry's tree does not hold it, or holds something else.
    pub fn attachment(&self, object: ObjectId, attached: &Attached) -> Result<Vec<u8>, Error> {
        let bytes = self.attachment_bytes(object, attached.name.as_str(), attached.entry)?;
        if crate::core::values::id::Digest::of(&bytes) == attached.digest {
            Ok(bytes)
        } else {
            Err(bad_attachment(
                attached.entry,
                attached.name.as_str(),
                "is not what its digest says",
            ))
        }
    }

    /// The bytes of a file in an entry's tree.
    ///
    /// # Errors
    /// The entry's tree does not hold it.
    pub fn attachment_bytes(
        &self,
        object: ObjectId,
        name: &str,
        entry: EntryId,
    ) -> Result<Vec<u8>, Error> {
        let files = self.repository.read_tree(self.tree_of(object)?)?;
        let file = files.iter().find(|file| file.path == name);
        let file = file.ok_or_else(|| bad_attachment(entry, name, "is not in its tree"))?;
        Ok(self.repository.blob(file.id, ATTACHMENT_BYTES_MAX)?)
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// The commit cannot be read.
    pub fn tree_of(&self, object: ObjectId) -> Result<ObjectId, git::Error> {
        let mut raw = Vec::new();
        self.repository.commit(object, &mut raw)?;
        let links = crate::git::commit::links(&raw, walk::hash_kind(&self.repository));
        let tree = links
            .ok()
            .and_then(|links| ObjectId::from_hex(links.tree.as_bytes()));
        tree.ok_or(git::Error::CorruptObject {
            id: object,
            why: "it names no tree".to_owned(),
        })
    }

    fn replayed(&self, tip: ObjectId) -> Result<Verified, Error> {
        let history = History::read(&self.repository, tip)?;
        let found = (history.tip().object, history.tip().node.id);
        // Nobody reads it again for its past.
        at(found, index::note(&self.repository, history))
    }

    /// The cached state, brought forward to `tip` if a plain line leads from one to the other.
    fn forward(&self, cached: Option<Verified>, tip: ObjectId) -> Result<Option<Verified>, Error> {
        let Some(mut verified) = cached else {
            return Ok(None);
        };
        // A cache of a ledger whose objects are gone, or are not visible to this process, must not be used.
        if !self.repository.contains(verified.tip) {
            return Ok(None);
        }
        if verified.tip == tip {
            return Ok(Some(verified));
        }
        let Ok(walked) = walk::walk(
            &self.repository,
            WalkedLine {
                tips: &[tip],
                known: Some(verified.tip),
            },
        ) else {
            // The full replay reports the fault.
            return Ok(None);
        };
        let is_line = walked.parents.iter().zip(&walked.ids).all(|(parents, id)| {
            if *id == verified.tip {
                parents.is_empty()
            } else {
                parents.len() == 1
            }
        });
        if !is_line || walked.ids.last() != Some(&verified.tip) {
            return Ok(None);
        }
        let roster = Arc::clone(&verified.state.roster);
        let mut judge = Judge::resume(
            verified.state.ledger,
            verified.id,
            verified.state.effective,
            roster,
        );
        for candidate in walked.candidates.into_iter().rev().flatten() {
            let parent = judge.last().unwrap_or_default();
            let number = judge.push(&[parent], *candidate);
            match &judge.nodes()[number as usize].verdict {
                Judgement::Accepted(accepted) => reduce::apply(&mut verified.state, accepted),
                // The full replay decides.
                Judgement::Quarantined { .. } | Judgement::Cached => return Ok(None),
            }
            verified.id = judge.nodes()[number as usize].id;
            verified.lag = verified.lag.one_more();
        }
        if let Some(unsupported) = judge.last().and_then(|last| judge.unsupported(last)) {
            return Err(unsupported.into());
        }
        verified.tip = tip;
        Ok(Some(verified))
    }

    /// The error where there is no ledger. A pin shows that there was one.
    pub fn absent(&self) -> Error {
        match self.repository.config().string("coord.ledger") {
            Some(_) => Error::LedgerGone,
            None => Error::NoLedger,
        }
    }

    /// Checks that the ledger is the one to which this repository is pinned, if it is pinned.
    pub(crate) fn check_pin(&self, found: EntryId) -> Result<(), Error> {
        match self.repository.config().string("coord.ledger") {
            Some(pinned) if pinned != found.to_string() => {
                Err(Error::OtherLedger { pinned, found })
            }
            _ => Ok(()),
        }
    }
}

/// The verified state at the tip of a history. The entries are freed as they are applied.
///
/// # Errors
/// [`Error::NoLedger`] if it holds no genesis, which reading it would have refused.
pub(crate) fn verified(history: History) -> Result<Verified, Error> {
    let tip = (history.tip().object, history.tip().node.id);
    at(tip, history.into_state())
}

/// The same, for a history that is needed afterwards.
///
/// # Errors
/// As for [`verified`].
pub(crate) fn verified_by_ref(history: &History) -> Result<Verified, Error> {
    at(
        (history.tip().object, history.tip().node.id),
        history.state(),
    )
}

fn at((tip, id): (ObjectId, EntryId), state: Option<State>) -> Result<Verified, Error> {
    Ok(Verified {
        tip,
        id,
        // The cache cannot be brought forward over a join or a bad entry, so it is written now: one replay is enough.
        lag: Lag::Replayed,
        state: state.ok_or(Error::NoLedger)?,
    })
}

/// The state at a commit of the history, for callers who have only its object id.
pub fn state_of(history: &History, object: ObjectId) -> Result<State, git::Error> {
    history
        .state_at(object)
        .ok_or(git::Error::MissingObject { id: object })
}

fn bad_attachment(entry: EntryId, name: &str, why: &'static str) -> Error {
    Error::Attachment {
        entry,
        name: name.to_owned(),
        why,
    }
}
