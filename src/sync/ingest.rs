//! Ingesting the entries of an outbox, or of any other bundle of the ledger. They are judged first; refused ones leave
//! nothing behind.
//!
//! The new entries come after the local ones. Their signatures and their order stay; a join is added only where the
//! lines have forked. Not here: writing an outbox (`outbox`).

use std::{collections::HashSet, path::Path};

use super::{
    CallerError, Error,
    join::Join,
    lineage::check_root,
    round::{documents, refused},
};
use crate::{
    core::{
        history::{
            accept::{Exchange, Lines},
            judge::Judgement,
            log::EntryDocument,
        },
        plan::state::{State, records::Anomaly},
        values::time::Timestamp,
    },
    git::{
        self,
        lock::QueueLock,
        refs::{self, Expected, Outcome, Reflog},
        repository::{Bundle, ObjectId},
    },
    ledger::{
        self, Author, LEDGER_REF, Ledger,
        append::AHEAD_MAX,
        cache::{self, Verified},
        history::History,
        ledger::{state_of, verified},
        outbox::{take_in, temporary_objects},
        verify::flaws_of_attachments,
    },
};

/// How often the ref may move under us.
const RACES_MAX: usize = 100;

/// The result of taking entries in.
#[derive(Debug)]
pub struct Ingested {
    /// The local ledger afterwards.
    pub current: Verified,
    /// The entries that arrived, in order.
    pub came: Vec<EntryDocument>,
    /// Those that the rules refuse at their new position.
    pub refused: Vec<Anomaly>,
    /// Whether a join was needed.
    pub joined: bool,
}

/// The offered entries, readable but not in the repository yet.
struct Offer<'a> {
    path: &'a Path,
    /// The local ledger, in a repository that also sees the offered objects.
    view: Ledger,
    tip: ObjectId,
}

impl Ledger {
    /// Takes in the bundle at `path`, or the commits of the ref of that name. `author` is called for the signer if a join is
    /// needed; `clock` is the time of the machine's clock.
    ///
    /// # Errors
    /// [`Error::BadOffer`] and [`Error::FoundedApart`], and nothing is added; the errors of `author`; the errors of git.
    pub fn ingest<E: CallerError>(
        &self,
        path: &Path,
        now: Timestamp,
        clock: Timestamp,
        mut author: impl FnMut(&State) -> Result<Author, E>,
    ) -> Result<Ingested, E> {
        let repository = self.repository();
        // A local fault is reported before the offer is read.
        self.current()?;
        let objects = temporary_objects()?;
        let view = repository.with_objects_in(objects.path())?;
        let tip = match Bundle::open(path, repository.hash_name())? {
            Some(bundle) => take_in(&view, bundle, path)?.tip,
            None => self.pushed(path)?,
        };
        let view = Ledger::new(view);
        let offer = Offer { path, view, tip };
        for _ in 0..RACES_MAX {
            let local = self.tip()?.ok_or(ledger::Error::NoLedger)?;
            let mut history = History::read_beside(offer.view.repository(), local, &[tip])?;
            self.check_pin(history.genesis())?;
            let lines = Lines::of(history.judged(), None);
            let came = offer.judge(&history, &lines, local, clock)?;
            let (Some(here), Some(there)) = (history.number(local), history.number(tip)) else {
                return Err(git::Error::MissingObject { id: tip }.into());
            };
            let exchange = lines.exchange(here, there);
            let new = match exchange {
                Exchange::Nothing => local,
                Exchange::Take => {
                    repository.take_objects(offer.view.repository(), tip, &[local])?;
                    history.seen_from(tip);
                    tip
                }
                Exchange::Join => {
                    repository.take_objects(offer.view.repository(), tip, &[local])?;
                    let state = state_of(&history, local)?;
                    let join = Join {
                        first: local,
                        later: tip,
                        state: &state,
                        events: Vec::new(),
                        author: &author(&state)?,
                        now,
                    };
                    join.write(repository, &mut history)?
                }
            };
            if new != local && !self.settle(local, new, now)? {
                continue;
            }
            let joined = exchange == Exchange::Join;
            return Ok(ingested(self, history, &came, joined)?);
        }
        Err(ledger::Error::TooManyRaces.into())
    }

    /// The commits of a ref that somebody pushed an outbox to, such as `refs/coord/outbox/NAME` at home.
    fn pushed(&self, name: &Path) -> Result<ObjectId, Error> {
        let full = name.to_str().filter(|name| name.starts_with("refs/"));
        let tip = full.map(|full| refs::read(self.repository(), full));
        tip.transpose()?.flatten().ok_or_else(|| Error::BadOffer {
            remote: name.display().to_string(),
            why: "no file or ref has this name".to_owned(),
        })
    }

    fn settle(&self, local: ObjectId, new: ObjectId, now: Timestamp) -> Result<bool, Error> {
        let repository = self.repository();
        let queue = QueueLock::acquire(repository)?;
        let reflog = Reflog {
            name: "git-coord",
            email: "git-coord@git-coord.invalid",
            // Before the year 10000.
            time: now.seconds() as i64,
            message: "ingest: take in",
        };
        let expected = Expected::At(local);
        let swapped =
            refs::compare_and_swap(repository, &queue, LEDGER_REF, expected, new, &reflog)?;
        Ok(swapped == Outcome::Done)
    }
}

impl Offer<'_> {
    /// The numbers of the new commits, if all of them are acceptable.
    fn judge(
        &self,
        history: &History,
        lines: &Lines,
        local: ObjectId,
        clock: Timestamp,
    ) -> Result<HashSet<u32>, Error> {
        let (Some(here), Some(there)) = (history.number(local), history.number(self.tip)) else {
            return Err(git::Error::MissingObject { id: self.tip }.into());
        };
        let remote = || self.path.display().to_string();
        check_root(history, self.tip, &remote())?;
        let new: HashSet<u32> = lines.beyond(there, here).into_iter().collect();
        for number in &new {
            let placed = history.at(*number);
            let bad = |why: String| Error::BadOffer {
                remote: remote(),
                why: format!("commit {} {why}", placed.object),
            };
            let accepted = match &placed.node.verdict {
                Judgement::Accepted(accepted) => accepted,
                Judgement::Quarantined { flaw, .. } => {
                    return Err(bad(format!("would be ignored (quarantined): {flaw}")));
                }
                Judgement::Cached => continue,
            };
            if accepted.entry.time > clock.after(AHEAD_MAX) {
                let time = accepted.entry.time.seen_from(clock);
                return Err(bad(format!(
                    "is dated {time}, ahead of this machine's clock"
                )));
            }
            let attachments = &accepted.entry.attachments;
            let flaws = flaws_of_attachments(&self.view, placed.object, attachments);
            if let Some(flaw) = flaws.into_iter().next() {
                return Err(bad(format!("is broken: {flaw}")));
            }
        }
        Ok(new)
    }
}

fn ingested(
    ledger: &Ledger,
    history: History,
    came: &HashSet<u32>,
    joined: bool,
) -> Result<Ingested, Error> {
    let state = history.state().ok_or(ledger::Error::NoLedger)?;
    let came_documents = documents(&history, &state, came);
    let refused = refused(&history, &state, came);
    let current = verified(history)?;
    cache::write(ledger.repository(), &current);
    Ok(Ingested {
        current,
        came: came_documents,
        refused,
        joined,
    })
}
