//! Checking everything about a ledger, and the findings.
//!
//! Objects, encoding, chain, signatures and permissions are checked by every reading; this adds that
//! attachments are what their digests say, and that the machine files of snapshots derive from the state that they
//! show. The page for people in a snapshot is an attachment like any other.
//! Not here: printing the findings (`cli`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use serde::Serialize;

use super::{Error, History, Ledger, history::Placed};
use crate::{
    core::{
        entry::{
            codec::v1::ATTACHMENT_BYTES_MAX,
            event::{Attachment, Event, ObservationEvent},
        },
        history::judge::{Flaw, Judgement, flaw},
        plan::{
            reduce::Accepted,
            state::{RULES, STATE, State, records::Anomaly},
        },
        values::{
            id::{ActorName, Digest, EntryId, TaskId},
            json::as_shown,
            time::Timestamp,
        },
        views::snapshot::{self, DASHBOARD, FILES},
    },
    git::repository::{MODE_FILE, ObjectId, Repository},
};

/// The findings.
#[derive(Debug)]
pub struct Verification {
    /// The state at the tip.
    pub state: State,
    /// What each actor has written, by name.
    pub written: Vec<ActorCounts>,
    /// How many commits are in the order.
    pub commits: usize,
    /// The ignored (quarantined) commits, in order.
    pub quarantined: Vec<Quarantined>,
    /// The object ids of the entries that were refused, in the order of the state's anomalies.
    pub refused: Vec<(ObjectId, Anomaly)>,
    /// The snapshots, in order.
    pub snapshots: Vec<CheckedSnapshot>,
    /// Other faults: attachments that are missing or do not match their digest.
    pub broken: Vec<Broken>,
    /// The accepted entries signed with a revoked key since the time at which it may have been lost, in order.
    pub suspects: Vec<Suspect>,
}

/// An entry whose author may have been somebody else.
#[derive(Debug, Serialize)]
pub struct Suspect {
    /// Its object id.
    #[serde(serialize_with = "as_shown")]
    pub object: ObjectId,
    /// Its stated actor.
    pub actor: ActorName,
    /// When.
    pub at: Timestamp,
}

/// An ignored (quarantined) commit.
#[derive(Debug, Serialize)]
pub struct Quarantined {
    /// Its object id.
    #[serde(serialize_with = "as_shown")]
    pub object: ObjectId,
    /// Its id.
    pub id: EntryId,
    /// Why.
    #[serde(serialize_with = "flaw::word")]
    pub flaw: Flaw,
    /// Whether an admin has looked at it.
    pub acknowledged: bool,
}

/// A snapshot that was checked.
#[derive(Debug)]
pub struct CheckedSnapshot {
    /// Its object id.
    pub object: ObjectId,
    /// Its label.
    pub label: Option<TaskId>,
    /// When it was taken.
    pub at: Timestamp,
    /// The result.
    pub outcome: Rederivation,
}

/// The result of checking a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rederivation {
    /// State and machine files derive from the entries before it.
    Derived,
    /// It was made under versions that are gone; its files match their digests.
    NotRederived,
    /// The state that it records is not the state that it shows.
    OtherState,
    /// A file is missing, differs from what derives, or belongs to no snapshot.
    OtherFile(String),
}

/// What an actor has written, so that a team sees whose entries fill its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorCounts {
    /// The actor.
    pub actor: ActorName,
    /// How many accepted entries it wrote.
    pub entries: u64,
    /// The bytes of their commits, unpacked, without attachments.
    pub bytes: u64,
    /// How many of them the rules refused.
    pub refused: u64,
}

/// An entry whose attachments are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The entry's object id.
    #[serde(serialize_with = "as_shown")]
    pub object: ObjectId,
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
}

/// The kinds of faults of attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The tree does not have the attachment.
    Missing,
    /// The attachment, or the whole tree, cannot be read.
    Unreadable,
    /// The attachment has other bytes, or is not a regular file.
    Different,
    /// The tree has a file that is not an attachment.
    NotListed,
}

/// A fault of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// The path in the tree; none if the tree cannot be read.
    pub attachment: Option<String>,
    /// A sentence about it.
    #[serde(rename = "reason")]
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl Verification {
    /// Whether there is no fault. Refused entries are normal and are not faults.
    pub fn is_good(&self) -> bool {
        self.quarantined.iter().all(|entry| entry.acknowledged)
            && self.broken.is_empty()
            && self.snapshots.iter().all(|snapshot| {
                matches!(
                    snapshot.outcome,
                    Rederivation::Derived | Rederivation::NotRederived
                )
            })
    }
}

impl Ledger {
    /// Checks everything.
    ///
    /// # Errors
    /// The ledger cannot be read at all.
    pub fn verify(&self) -> Result<Verification, Error> {
        self.verify_history(&self.history()?)
    }

    /// The same for the history of this ledger, which was verified when it was read.
    ///
    /// # Errors
    /// [`Error::NoLedger`] if it has no genesis.
    pub fn verify_history(&self, history: &History) -> Result<Verification, Error> {
        let mut check = Check {
            ledger: self,
            history,
            mainline: history.mainline().map(|placed| placed.object).collect(),
            broken: Vec::new(),
            snapshots: Vec::new(),
            blobs: HashedBlobs::default(),
        };
        let mut before: Option<(ObjectId, State)> = None;
        let state = history.replay(|placed, state| {
            check.look_at(placed, before.as_ref());
            // Only the state before a snapshot is needed; keeping the one before every entry would cost too much.
            let next_is_snapshot = history.next_is_snapshot(placed.object);
            before = next_is_snapshot.then(|| (placed.object, state.clone()));
            true
        });
        let state = state.ok_or(Error::NoLedger)?;
        let Check {
            broken, snapshots, ..
        } = check;
        let quarantined = history.quarantined().map(|(placed, flaw)| Quarantined {
            object: placed.object,
            id: placed.node.id,
            flaw: flaw.clone(),
            acknowledged: state.acknowledged.contains(&placed.node.id),
        });
        let quarantined = quarantined.collect();
        let refused = history.refused(&state.anomalies);
        let suspects = suspects(history, &state);
        let written = written(self, history, &state);
        Ok(Verification {
            suspects,
            written,
            commits: history.placed().len(),
            quarantined,
            refused,
            snapshots,
            broken,
            state,
        })
    }
}

/// The entries that a key signed which was revoked later, from the time on at which it may have been lost.
fn suspects(history: &History, state: &State) -> Vec<Suspect> {
    let accepted = history.placed().filter_map(|placed| {
        let Judgement::Accepted(accepted) = &placed.node.verdict else {
            return None;
        };
        let entry = &accepted.entry;
        let key = state
            .roster
            .actor(&entry.actor)?
            .keys
            .get(&accepted.signer)?;
        let since = key.suspect_since?;
        (accepted.effective >= since).then(|| Suspect {
            object: placed.object,
            actor: entry.actor.clone(),
            at: accepted.effective,
        })
    });
    accepted.collect()
}

struct Check<'a> {
    ledger: &'a Ledger,
    history: &'a History,
    /// The commits of the first-parent line: only before these the order so far is the order of a tip.
    mainline: HashSet<ObjectId>,
    broken: Vec<Broken>,
    snapshots: Vec<CheckedSnapshot>,
    blobs: HashedBlobs,
}

/// What each actor has written, by name.
fn written(ledger: &Ledger, history: &History, state: &State) -> Vec<ActorCounts> {
    let mut written: BTreeMap<&ActorName, ActorCounts> = BTreeMap::new();
    for placed in history.placed() {
        if let Judgement::Accepted(accepted) = &placed.node.verdict {
            let actor = &accepted.entry.actor;
            let row = written.entry(actor).or_insert_with(|| ActorCounts {
                actor: actor.clone(),
                entries: 0,
                bytes: 0,
                refused: 0,
            });
            row.entries += 1;
            row.bytes += ledger.repository().size(placed.object).unwrap_or_default();
        }
    }
    for anomaly in &state.anomalies {
        if let Some(row) = written.get_mut(&anomaly.actor) {
            row.refused += 1;
        }
    }
    written.into_values().collect()
}

impl Check<'_> {
    fn look_at(&mut self, placed: Placed<'_>, before: Option<&(ObjectId, State)>) {
        let Judgement::Accepted(accepted) = &placed.node.verdict else {
            return;
        };
        let faults = faults_of_attachments(
            self.ledger,
            placed.object,
            &accepted.entry.attachments,
            &mut self.blobs,
        );
        let object = placed.object;
        self.broken
            .extend(faults.into_iter().map(|fault| Broken { object, fault }));
        if let [
            Event::Observation(ObservationEvent::SnapshotTaken {
                label,
                state,
                versions,
            }),
        ] = accepted.entry.events.as_slice()
        {
            let outcome = self.check_snapshot(placed.object, accepted, *state, *versions, before);
            let at = accepted.effective;
            self.snapshots.push(CheckedSnapshot {
                object: placed.object,
                label: label.clone(),
                at,
                outcome,
            });
        }
    }

    fn check_snapshot(
        &self,
        object: ObjectId,
        accepted: &Accepted,
        recorded: Digest,
        versions: (u16, u16, u16),
        before: Option<&(ObjectId, State)>,
    ) -> Rederivation {
        if versions != (RULES, STATE, FILES) {
            return Rederivation::NotRederived;
        }
        let parent = self.history.first_parent(object);
        let forked;
        let state = match (before, parent) {
            (Some((at, state)), Some(parent))
                if *at == parent && self.mainline.contains(&object) =>
            {
                Some(state)
            }
            // A snapshot on a side line shows a state that is not a prefix of the order.
            (_, Some(parent)) => {
                forked = self.history.state_at(parent);
                forked.as_ref()
            }
            (_, None) => None,
        };
        let Some(state) = state.filter(|state| state.digest() == recorded) else {
            return Rederivation::OtherState;
        };
        let files = snapshot::files(state);
        let derived: BTreeMap<&str, Digest> = files
            .iter()
            .map(|(name, bytes)| (name.as_str(), Digest::of(bytes)))
            .collect();
        let attachments = accepted.entry.attachments.iter();
        let recorded: BTreeMap<&str, Digest> = attachments
            .map(|file| (file.name.as_str(), file.digest))
            .filter(|(name, _)| *name != DASHBOARD)
            .collect();
        let differs = derived
            .keys()
            .chain(recorded.keys())
            .find(|name| derived.get(*name) != recorded.get(*name));
        differs.map_or(Rederivation::Derived, |name| {
            Rederivation::OtherFile((*name).to_owned())
        })
    }
}

/// The size and digest of each blob that was read, so that many attachments of one content cost one look.
#[derive(Debug, Default)]
pub(crate) struct HashedBlobs(HashMap<ObjectId, (u64, Digest)>);

impl HashedBlobs {
    /// The size and digest of a blob; none if it does not have the expected size, without reading it.
    fn look_at(
        &mut self,
        repository: &Repository,
        id: ObjectId,
        expected: u64,
    ) -> Result<Option<(u64, Digest)>, crate::git::Error> {
        if let Some(known) = self.0.get(&id) {
            return Ok(Some(*known));
        }
        if repository.size(id).is_some_and(|size| size != expected) {
            return Ok(None);
        }
        let bytes = repository.blob(id, ATTACHMENT_BYTES_MAX)?;
        let found = (bytes.len() as u64, Digest::of(&bytes));
        self.0.insert(id, found);
        Ok(Some(found))
    }
}

/// The faults of an entry's attachments: its tree must hold exactly these, and each must match its digest.
pub(crate) fn faults_of_attachments(
    ledger: &Ledger,
    object: ObjectId,
    attachments: &[Attachment],
    blobs: &mut HashedBlobs,
) -> Vec<Fault> {
    if attachments.is_empty() {
        return Vec::new();
    }
    let repository = ledger.repository();
    let tree = ledger.tree_of(object);
    let files = match tree.and_then(|tree| repository.read_tree(tree)) {
        Ok(files) => files,
        Err(error) => {
            return vec![Fault {
                kind: FaultKind::Unreadable,
                attachment: None,
                why: error.to_string(),
            }];
        }
    };
    let mut files: BTreeMap<&str, (u32, ObjectId)> = files
        .iter()
        .map(|file| (file.path.as_str(), (file.mode, file.id)))
        .collect();
    let mut faults = Vec::new();
    for attachment in attachments {
        let name = &attachment.name;
        let mut add = |kind, why| {
            faults.push(Fault {
                kind,
                attachment: Some(name.as_str().to_owned()),
                why,
            });
        };
        let Some((mode, id)) = files.remove(name.as_str()) else {
            let why = format!("attachment '{name}' is not in its tree");
            add(FaultKind::Missing, why);
            continue;
        };
        match blobs.look_at(repository, id, attachment.size) {
            Err(error) => add(
                FaultKind::Unreadable,
                format!("attachment '{name}': {error}"),
            ),
            Ok(found) => {
                let sound =
                    mode == MODE_FILE && found == Some((attachment.size, attachment.digest));
                if !sound {
                    let why = format!("attachment '{name}' is not what its digest says");
                    add(FaultKind::Different, why);
                }
            }
        }
    }
    faults.extend(files.keys().map(|name| Fault {
        kind: FaultKind::NotListed,
        attachment: Some((*name).to_owned()),
        why: format!(
            "its tree holds '{}', which is not an attachment",
            name.escape_debug()
        ),
    }));
    faults
}
