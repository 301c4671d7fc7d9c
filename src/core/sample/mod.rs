//! States for tests: events become entries of actors, each with its own key. A counter numbers the entries.
//!
//! Not here: entries as commits (`ledger`), and the order of several lines (`order`).

#![allow(missing_docs)]

mod any;
mod day;
pub mod promises;
pub mod refusals;
pub mod roles;
pub mod teamwork;
pub mod texts;

pub use self::any::{any_sample, any_team};

use crate::core::{
    entry::event::{
        Attachment, Entry, Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, ReviewEvent,
        RosterEvent, TaskEvent, TaskRef, WorkEvent,
        guardrail::{GuardrailDefinition, GuardrailResult, Outcome},
        ledger::{Founding, LedgerFact},
        observation::{CheckCounts, ForgeKind, PullRequest, PullRequestState, Source, Worktree},
        roster::NewActor,
        task::TaskFact,
    },
    plan::{
        reduce::{Accepted, Replay},
        state::{State, TaskIndex},
    },
    values::{
        email::Email,
        glob::Glob,
        id::{ActorName, Digest, EntryId},
        key::PublicKey,
        task::{ActorKind, Role},
        text::Text,
        time::{Span, Timestamp},
    },
};

/// A ledger that grows entry by entry. Its admin is `ana`; `codex`, `copilot` and `claude` work, and
/// `claude` reviews. Each entry is a minute later than the one before it.
#[derive(Debug, Clone)]
pub struct Sample {
    replay: Replay,
    entries: Vec<Accepted>,
    number: u32,
    clock: u64,
}

pub fn text(text: &str) -> Text {
    text.parse().unwrap()
}
/// The repository `acme` on this host.
pub fn source(host: &str) -> Source {
    Source {
        forge: ForgeKind::Github,
        repository: format!("https://{host}/acme").parse().unwrap(),
    }
}
pub fn glob(text: &str) -> Glob {
    text.parse().unwrap()
}
pub fn email(text: &str) -> Email {
    text.parse().unwrap()
}
pub fn actor(name: &str) -> ActorName {
    name.parse().unwrap()
}

/// The key of an actor, derived from its name.
pub fn key_of(name: &str) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(Digest::of(name.as_bytes()).as_bytes());
    PublicKey::from_blob(&blob).unwrap()
}

impl Sample {
    pub fn new() -> Self {
        let clock = "2025-10-15T08:00:00Z"
            .parse::<Timestamp>()
            .unwrap()
            .seconds();
        let founding = Founding {
            key: key_of("ana"),
            kind: ActorKind::Human,
            email: email("ana@example.org"),
            recovery: None,
            facts: vec![LedgerFact::Title(Some(text("Release 1.0")))],
            nonce: 1,
        };
        let event = Event::Ledger(LedgerEvent::Created(Box::new(founding)));
        let genesis = accepted(0, clock, "ana", vec![event], Vec::new());
        let mut sample = Self {
            replay: Replay::begin(&genesis).unwrap(),
            entries: vec![genesis],
            number: 1,
            clock,
        };
        for name in ["codex", "copilot", "claude"] {
            let roles = match name {
                "claude" => vec![Role::Worker, Role::Reviewer],
                _ => vec![Role::Worker],
            };
            let new = NewActor {
                name: actor(name),
                kind: ActorKind::Agent,
                email: email(&format!("{name}@example.org")),
                roles,
                key: Some(key_of(name)),
            };
            sample.by("ana", Event::Roster(RosterEvent::ActorAdded(Box::new(new))));
        }
        sample
    }

    pub fn state(&self) -> &State {
        self.replay.state()
    }
    /// The entries so far, including the refused ones.
    pub fn entries(&self) -> &[Accepted] {
        &self.entries
    }
    pub fn into_state(self) -> State {
        self.replay.into_state()
    }
    /// Appends one entry with one event and the attachment that the event names, if any.
    pub fn by(&mut self, name: &str, event: Event) -> EntryId {
        self.all_by(name, vec![event])
    }
    /// Appends one entry with several events.
    pub fn all_by(&mut self, name: &str, events: Vec<Event>) -> EntryId {
        self.clock += 60;
        let attachments = ["body", "note", "output"].map(|name| Attachment {
            name: text(name),
            digest: Digest::of(name.as_bytes()),
            size: 4,
        });
        let entry = accepted(self.number, self.clock, name, events, attachments.into());
        self.number += 1;
        self.replay.push(&entry);
        let id = entry.id;
        self.entries.push(entry);
        id
    }

    /// Advances the clock.
    pub fn lapse(&mut self, minutes: u64) {
        self.clock += 60 * minutes;
    }

    pub fn add(&mut self, id: &str, title: &str, facts: Vec<TaskFact>) -> TaskRef {
        let event = TaskEvent::Added {
            id: id.parse().unwrap(),
            title: text(title),
            facts,
        };
        let entry = self.by("ana", Event::Task(event));
        TaskRef {
            id: id.parse().unwrap(),
            mark: Mark {
                entry: Some(entry),
                event: 0,
                item: 0,
            },
        }
    }
    pub fn edit(&mut self, task: &TaskRef, facts: Vec<TaskFact>) {
        self.by(
            "ana",
            Event::Task(TaskEvent::Edited {
                task: task.clone(),
                facts,
            }),
        );
    }
    pub fn hand_on(&mut self, who: &str, task: &TaskRef, to: &str) {
        let index = self.state().find(task, self.state().ledger).unwrap();
        let claim = self.state().task(index).claim.as_ref().unwrap();
        let event = WorkEvent::HandedOn {
            task: task.clone(),
            claim: claim.origin.mark(),
            to: actor(to),
            lease: Span::from_minutes(60),
            note: None,
        };
        self.by(who, Event::Work(event));
    }
    pub fn claim(&mut self, who: &str, task: &TaskRef) -> Mark {
        let event = WorkEvent::Claimed {
            task: task.clone(),
            lease: Span::from_minutes(240),
            worktree: Some(text("shadow")),
            steal: false,
            share: false,
            resume: false,
        };
        let entry = self.by(who, Event::Work(event));
        Mark {
            entry: Some(entry),
            event: 0,
            item: 0,
        }
    }
    pub fn progress(&mut self, who: &str, task: &TaskRef, percent: u8) {
        let event = WorkEvent::Progressed {
            task: task.clone(),
            claim: self.held(task),
            percent: percent.try_into().unwrap(),
        };
        self.by(who, Event::Work(event));
    }
    /// Sets the step of this number, from 1.
    pub fn step(&mut self, who: &str, task: &TaskRef, number: u16) {
        let step = self.task(task).steps[usize::from(number) - 1].origin.mark();
        let claim = self.held(task);
        let task = task.clone();
        self.by(
            who,
            Event::Work(WorkEvent::StepSet {
                task,
                step,
                number,
                done: true,
                claim,
            }),
        );
    }
    pub fn block(&mut self, who: &str, task: &TaskRef, reason: &str, on: Option<&TaskRef>) -> Mark {
        let event = WorkEvent::Blocked {
            task: task.clone(),
            reason: text(reason),
            on: on.cloned(),
        };
        let entry = self.by(who, Event::Work(event));
        Mark {
            entry: Some(entry),
            event: 0,
            item: 0,
        }
    }
    pub fn unblock(&mut self, who: &str, task: &TaskRef, blocker: Mark) {
        let task = task.clone();
        self.by(
            who,
            Event::Work(WorkEvent::Unblocked {
                task,
                blocker,
                number: 1,
            }),
        );
    }
    pub fn submit(&mut self, who: &str, task: &TaskRef) {
        let event = ReviewEvent::Submitted {
            task: task.clone(),
            claim: self.held(task),
            commit: None,
            pr: Some(410),
        };
        self.by(who, Event::Review(event));
    }
    pub fn approve(&mut self, who: &str, task: &TaskRef) {
        let event = ReviewEvent::Approved {
            task: task.clone(),
            commit: None,
            note: None,
        };
        self.by(who, Event::Review(event));
    }
    pub fn reject(&mut self, who: &str, task: &TaskRef) {
        let event = ReviewEvent::Rejected {
            task: task.clone(),
            commit: None,
            note: text("note"),
        };
        self.by(who, Event::Review(event));
    }
    pub fn done(&mut self, who: &str, task: &TaskRef) {
        let claim = self.held(task);
        let task = task.clone();
        self.by(who, Event::Task(TaskEvent::completed(task, claim)));
    }
    pub fn cancel(&mut self, task: &TaskRef) {
        let event = TaskEvent::Cancelled {
            task: task.clone(),
            reason: Some(text("no longer needed")),
        };
        self.by("ana", Event::Task(event));
    }
    pub fn comment(&mut self, who: &str, task: &TaskRef) {
        let event = TaskEvent::Commented {
            task: task.clone(),
            body: text("body"),
        };
        self.by(who, Event::Task(event));
    }
    pub fn guardrail(&mut self, id: &str, title: &str, depends: &[&TaskRef]) {
        let definition = GuardrailDefinition {
            id: id.parse().unwrap(),
            title: text(title),
            command: Some(text("make check")),
            expect: None,
            required: false,
            depends: depends.iter().copied().cloned().collect(),
            time_limit: None,
            extra: Vec::new(),
            environment: Vec::new(),
        };
        self.by(
            "ana",
            Event::Guardrail(GuardrailEvent::Added(Box::new(definition))),
        );
    }
    pub fn record(&mut self, who: &str, id: &str, outcome: Outcome) {
        let result = GuardrailResult {
            evidence: Some(text("output")),
            exit: Some(0),
            commit: Some("0123456789abcdef0123456789abcdef01234567".parse().unwrap()),
            command_digest: Some(Digest::of(b"make check")),
            ..GuardrailResult::new(id.parse().unwrap(), outcome)
        };
        self.recorded(who, result);
    }
    pub fn recorded(&mut self, who: &str, result: GuardrailResult) {
        let event = GuardrailEvent::Recorded(Box::new(result));
        self.by(who, Event::Guardrail(event));
    }
    pub fn target(&mut self, name: &str, expression: &str) {
        let event = GuardrailEvent::TargetSet {
            name: name.parse().unwrap(),
            expression: Some(text(expression)),
        };
        self.by("ana", Event::Guardrail(event));
    }
    pub fn pull_request(&mut self, number: u64, title: &str, state: PullRequestState) {
        let seen = PullRequest {
            number,
            title: Some(text(title)),
            state: Some(state),
            branch: Some(text("feat/x")),
            checks: Some(CheckCounts {
                passing: 3,
                ..CheckCounts::default()
            }),
            ..PullRequest::default()
        };
        let event = ObservationEvent::PullRequests {
            source: source("github.com"),
            seen: vec![seen],
            gone: Vec::new(),
        };
        self.by("codex", Event::Observation(event));
    }
    pub fn worktree(&mut self, label: &str, task: &TaskRef) {
        let seen = Worktree {
            label: text(label),
            branch: Some(text("feat/shadow")),
            head: None,
            ahead: 2,
            behind: 0,
            dirty: 1,
            task: Some(task.clone()),
            active: None,
        };
        let event = ObservationEvent::Worktrees {
            host: text("laptop"),
            seen: vec![seen],
        };
        self.by("codex", Event::Observation(event));
    }

    pub fn index(&self, task: &TaskRef) -> TaskIndex {
        self.state()
            .find(task, EntryId::from_bytes([0; 32]))
            .unwrap()
    }
    pub fn task(&self, task: &TaskRef) -> &crate::core::plan::state::task::Task {
        self.state().task(self.index(task))
    }
    fn held(&self, task: &TaskRef) -> Option<Mark> {
        self.task(task)
            .claim
            .as_ref()
            .map(|claim| claim.origin.mark())
    }
}

fn id(number: u32) -> EntryId {
    let mut id = [0; 32];
    id[..4].copy_from_slice(&(number + 1).to_be_bytes());
    EntryId::from_bytes(id)
}

fn accepted(
    number: u32,
    seconds: u64,
    name: &str,
    events: Vec<Event>,
    attachments: Vec<Attachment>,
) -> Accepted {
    let time = Timestamp::from_seconds(seconds);
    Accepted {
        id: id(number),
        entry: Entry {
            format: 1,
            ledger: None,
            parents: number.checked_sub(1).map(id).into_iter().collect(),
            actor: actor(name),
            time,
            events,
            attachments,
            idempotency_key: None,
        },
        signer: key_of(name),
        effective: time,
        refused: None,
    }
}
