//! A judged commit as the index holds it, without its content, which is in the commit.
//!
//! Not here: the parts in which the index holds many (`index`).

use serde::{Deserialize, Serialize};

use crate::{
    core::{
        history::judge::{Flaw, Judgement, Node},
        plan::{reduce::Accepted, refusal::Refusal, state::TaskIndex},
        values::{id::EntryId, time::Timestamp},
    },
    git::repository::ObjectId,
};

/// A judged commit at its place in the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndexedCommit {
    #[serde(with = "serde_bytes")]
    object: Vec<u8>,
    /// Its id.
    pub id: EntryId,
    /// Its effective time; an ignored (quarantined) commit passes on its first parent's.
    pub effective: Timestamp,
    /// Whether it is on the first-parent line of the tip.
    pub is_on_mainline: bool,
    /// Whether the same entry has an earlier place.
    pub is_repeated: bool,
    /// Whether it is accepted.
    pub verdict: IndexedVerdict,
    /// The tasks that it adds or changes.
    pub tasks: Vec<TaskIndex>,
}

/// Whether a commit is accepted as an entry, without the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexedVerdict {
    /// It is.
    Accepted,
    /// It is, but the roster of its own past refuses this event.
    Refused(u16, Box<Refusal>),
    /// It is ignored (quarantined).
    Quarantined(Box<Flaw>, bool),
}

impl IndexedCommit {
    /// A judged commit with its entry if it is accepted; none of one that was read from a cache.
    pub(super) fn new(
        object: ObjectId,
        node: &Node,
        accepted: Option<&Accepted>,
        is_on_mainline: bool,
        is_repeated: bool,
        tasks: Vec<TaskIndex>,
    ) -> Option<Self> {
        let refused = accepted.map(|accepted| accepted.refused.as_deref());
        let verdict = match (refused, &node.verdict) {
            (Some(None), _) => IndexedVerdict::Accepted,
            (Some(Some((event, why))), _) => IndexedVerdict::Refused(*event, Box::new(why.clone())),
            (None, Judgement::Quarantined { flaw, foreign }) => {
                IndexedVerdict::Quarantined(flaw.clone(), *foreign)
            }
            (None, Judgement::Accepted(_) | Judgement::Cached) => return None,
        };
        Some(Self {
            object: object.as_bytes().to_vec(),
            id: node.id,
            effective: node.effective,
            is_on_mainline,
            is_repeated,
            verdict,
            tasks,
        })
    }

    /// Its object id; none if the index is damaged.
    pub(in crate::ledger) fn object(&self) -> Option<ObjectId> {
        ObjectId::from_bytes(&self.object)
    }

    /// Whether its object id or its id begins with these hexadecimal digits.
    pub(in crate::ledger) fn begins_with(&self, hex: &str) -> bool {
        let object = self.object().map(|object| object.to_string());
        object.is_some_and(|object| object.starts_with(hex)) || self.id.to_string().starts_with(hex)
    }

    /// Whether it is an entry of the first-parent line.
    pub(in crate::ledger) fn is_accepted_on_mainline(&self) -> bool {
        self.is_on_mainline && !matches!(self.verdict, IndexedVerdict::Quarantined(..))
    }
}
