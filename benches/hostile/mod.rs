//! Ledgers that somebody wrote to cost others time, and honest ones to compare them with: entries without commits around
//! them, each as large as the format allows at most.
//!
//! Not here: measuring (`growth`).

pub mod attacks;

use git_coord::core::{
    entry::{
        codec,
        event::{
            Entry, Event, LedgerEvent, Mark, RosterEvent, TaskEvent, TaskRef, WorkEvent,
            ledger::Founding, roster::NewActor, task::TaskFact,
        },
    },
    plan::reduce::{Accepted, Replay},
    values::{
        id::{Digest, EntryId},
        key::PublicKey,
        task::{ActorKind, Role},
        time::{Span, Timestamp},
    },
};

/// What a commit has beside the payload: its frame, signature and subject, in bytes.
const FRAME_BYTES: usize = 700;

/// Entries one after the other.
pub struct Line {
    pub entries: Vec<Accepted>,
}

pub fn key_of(name: &str) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(Digest::of(name.as_bytes()).as_bytes());
    PublicKey::from_blob(&blob).unwrap()
}

pub fn accepted(number: u64, actor: &str, events: Vec<Event>, parents: Vec<EntryId>) -> Accepted {
    let time = Timestamp::from_seconds(1_760_515_200 + number);
    let id = Digest::of(format!("{number} {actor}").as_bytes());
    Accepted {
        id: EntryId::from_bytes(*id.as_bytes()),
        effective: time,
        entry: Entry {
            format: 1,
            ledger: None,
            parents,
            actor: actor.parse().unwrap(),
            time,
            events,
            attachments: Vec::new(),
            idempotency_key: None,
        },
        signer: key_of(actor),
        refused: None,
    }
}

pub fn actor_added(name: &str, role: Role) -> Event {
    Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
        name: name.parse().unwrap(),
        kind: ActorKind::Agent,
        email: "a@b.org".parse().unwrap(),
        roles: vec![role],
        key: Some(key_of(name)),
    })))
}

impl Line {
    /// A ledger with its admin `ada`, the coordinator `coo`, the workers `codex` and `rev`, and the observer `obs`.
    pub fn new() -> Self {
        let founding = Founding {
            key: key_of("ada"),
            kind: ActorKind::Human,
            email: "ada@example.org".parse().unwrap(),
            recovery: None,
            facts: Vec::new(),
            nonce: 1,
        };
        let created = Event::Ledger(LedgerEvent::Created(Box::new(founding)));
        let mut line = Self {
            entries: vec![accepted(0, "ada", vec![created], Vec::new())],
        };
        for (name, role) in [
            ("coo", Role::Coordinator),
            ("codex", Role::Worker),
            ("rev", Role::Worker),
            ("obs", Role::Observer),
        ] {
            line.by("ada", vec![actor_added(name, role)]);
        }
        line
    }
    /// Adds an entry, which has to fit the format.
    pub fn by(&mut self, actor: &str, events: Vec<Event>) -> EntryId {
        let entry = accepted(self.entries.len() as u64, actor, events, Vec::new());
        codec::encode(&entry.entry).unwrap();
        self.entries.push(entry);
        self.entries.last().unwrap().id
    }
    /// Adds tasks in one entry.
    pub fn add(&mut self, actor: &str, tasks: Vec<(String, Vec<TaskFact>)>) -> Vec<TaskRef> {
        let ids: Vec<String> = tasks.iter().map(|(id, _)| id.clone()).collect();
        let added = |(id, facts): (String, Vec<TaskFact>)| {
            Event::Task(TaskEvent::Added {
                id: id.parse().unwrap(),
                title: "x".parse().unwrap(),
                facts,
            })
        };
        let entry = self.by(actor, tasks.into_iter().map(added).collect());
        let of = |(event, id): (usize, &String)| reference(id, Some(entry), event);
        ids.iter().enumerate().map(of).collect()
    }
    /// Adds a task whose facts fill several entries.
    pub fn add_large(&mut self, actor: &str, id: &str, facts: Vec<TaskFact>) -> TaskRef {
        let task = self.add(actor, vec![(id.to_owned(), Vec::new())]).remove(0);
        for portion in facts.chunks(140) {
            self.by(actor, vec![edited(&task, portion.to_vec())]);
        }
        task
    }
    pub fn claim(&mut self, actor: &str, task: &TaskRef) -> EntryId {
        self.by(actor, vec![claimed(task)])
    }
    /// The bytes of its commits.
    pub fn bytes(&self) -> usize {
        let of =
            |entry: &Accepted| FRAME_BYTES + codec::encode(&entry.entry).unwrap().len() * 4 / 3;
        self.entries.iter().map(of).sum()
    }
    pub fn replay(&self) -> Replay {
        let (genesis, later) = self.entries.split_first().unwrap();
        let mut replay = Replay::begin(genesis).unwrap();
        later.iter().for_each(|entry| replay.push(entry));
        replay
    }
}

pub fn reference(id: &str, entry: Option<EntryId>, event: usize) -> TaskRef {
    TaskRef {
        id: id.parse().unwrap(),
        mark: Mark {
            entry,
            event: event as u16,
            item: 0,
        },
    }
}
pub fn claimed(task: &TaskRef) -> Event {
    Event::Work(WorkEvent::Claimed {
        task: task.clone(),
        lease: Span::from_minutes(240),
        worktree: None,
        steal: false,
        share: false,
        resume: true,
    })
}
pub fn edited(task: &TaskRef, facts: Vec<TaskFact>) -> Event {
    Event::Task(TaskEvent::Edited {
        task: task.clone(),
        facts,
    })
}
pub fn path(glob: &str) -> TaskFact {
    TaskFact::PathAdded(glob.parse().unwrap())
}
pub fn depends(on: &TaskRef) -> TaskFact {
    TaskFact::DependencyAdded(on.clone())
}
