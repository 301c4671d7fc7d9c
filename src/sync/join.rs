//! A join: an entry with two parents, first the published tip, then the tip that arrives.
//!
//! Not here: when one is made (`sync`).

use crate::{
    core::{
        entry::{
            codec::FORMAT,
            event::{Entry, Event},
        },
        history::judge::{Candidate, Judgement, Signed},
        plan::state::State,
        values::{id::EntryId, time::Timestamp},
    },
    git::{
        self,
        repository::{ObjectId, ObjectKind, Repository},
    },
    ledger::{
        Error,
        append::{self, Author},
        entry::{self, Payload, Position},
        history::History,
        walk,
    },
};

/// The parents of a join, its author and its time.
pub struct Join<'a> {
    /// The published tip.
    pub first: ObjectId,
    /// The arriving tip.
    pub later: ObjectId,
    /// The state at the first.
    pub state: &'a State,
    /// Its events: none, or a repair.
    pub events: Vec<Event>,
    /// Who makes it.
    pub author: &'a Author,
    /// When.
    pub now: Timestamp,
}

impl Join<'_> {
    /// Writes the join, durably, as the new tip of `history`, which holds both parents.
    ///
    /// # Errors
    /// The author may not sign here; the join would be ignored (quarantined); everything that can go wrong in git.
    pub fn write(self, repository: &Repository, history: &mut History) -> Result<ObjectId, Error> {
        self.author.check_time(self.now)?;
        let key = self.author.signer.public_key();
        let email = append::author_email(self.state, &self.author.actor, key)?;
        let id_of = |object: ObjectId| {
            let number = history
                .number(object)
                .ok_or(git::Error::MissingObject { id: object })?;
            Ok::<EntryId, Error>(history.at(number).node.id)
        };
        let entry = Entry {
            format: FORMAT,
            ledger: Some(self.state.ledger),
            parents: vec![id_of(self.first)?, id_of(self.later)?],
            actor: self.author.actor.clone(),
            time: self.now,
            events: self.events,
            attachments: Vec::new(),
            idempotency_key: None,
        };
        let tree = repository.write(ObjectKind::Tree, b"")?.to_string();
        let parents = [self.first, self.later];
        let hex = parents.map(|parent| parent.to_string());
        let position = Position {
            tree: &tree,
            parents: &[&hex[0], &hex[1]],
            email: email.as_str(),
            hash: walk::hash_kind(repository),
        };
        let payload = Payload::of(&entry)?;
        let raw = entry::write(&entry, &payload, position, &self.author.signer)?;
        let object = repository.write(ObjectKind::Commit, &raw)?;
        repository.flush()?;
        let candidate = Candidate {
            foreign: EntryId::of_foreign_commit(&raw),
            content: Ok(Signed::new(
                payload.id(),
                entry,
                key.clone(),
                email.as_str(),
            )),
        };
        history.extend(object, &parents, candidate);
        match &history.tip().node.verdict {
            Judgement::Quarantined { .. } => Err(Error::ForeignKey {
                actor: self.author.actor.clone(),
                key: key.clone(),
            }),
            Judgement::Accepted(_) | Judgement::Cached => Ok(object),
        }
    }
}
