//! Where actions are tried: a ledger with a few tasks, brought to where a scene begins.
//!
//! Not here: the meaning of an action's words (`actions`).

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
};

use git_coord::{
    core::{
        entry::event::{
            Attachment, Entry, Event, Mark, RosterEvent, TaskRef,
            ledger::Founding,
            roster::{ActorFact, NewActor},
        },
        plan::{
            refusal::Refusal,
            state::{State, task::Task},
        },
        values::{
            id::{Digest, EntryId},
            task::{ActorKind, Role},
            time::Timestamp,
        },
    },
    git::repository::{ObjectId, ObjectKind},
    ledger::{
        Author, EntryDraft, Error, KeyOnce, Ledger,
        entry::{self, Payload, Position},
        verified::{Lag, Verified},
        walk,
    },
};

use ssh_key::LineEnding;

use super::{Outcome, actions};
use crate::{
    forge::open,
    golden::{private, signer, text},
    world::World,
};

/// 2025-10-15T09:00:00Z.
const DAWN: u64 = 1_760_518_800;

/// The attachment of every entry, and its content.
const NOTE: (&str, &[u8]) = ("note", b"so it is\n");

/// A repository with a ledger: the admin `ada`, the worker `codex`, the reviewer `claude`, and `eve`.
pub struct Bench {
    world: World,
    ledger: Ledger,
    base: Verified,
}

/// Where an action is tried.
pub struct Stage {
    pub state: State,
    tip: ObjectId,
    id: EntryId,
    now: Timestamp,
    /// The last claim of each actor on each task.
    claims: BTreeMap<(String, String), Mark>,
}

impl Bench {
    pub fn new() -> Self {
        let world = World::new();
        let key = world.home().join("eve");
        let private = private("eve").to_openssh(LineEnding::LF).unwrap();
        fs::write(&key, private).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        world.git(&["config", "coord.eve.signingKey", key.to_str().unwrap()]);
        let ledger = open(&world.work());
        let now = Timestamp::from_seconds(DAWN);
        let founded = ledger.found(&author("ada"), now, founding()).unwrap();
        let mut stage = Stage::at(founded.verified, now);
        let bench = Self {
            world,
            ledger,
            base: stage.verified(),
        };
        for (name, role) in [("codex", Role::Worker), ("claude", Role::Reviewer)] {
            bench.goes_on(&mut stage, "ada", joined(name, role));
        }
        bench.goes_on(&mut stage, "ada", joined("eve", Role::Worker));
        for event in actions::plan() {
            bench.goes_on(&mut stage, "ada", event);
        }
        let base = stage.verified();
        Self { base, ..bench }
    }

    /// Prepares a situation: runs its lines, then gives `eve` her role.
    pub fn set(&self, before: &[String], role: &str) -> Stage {
        let now = Timestamp::from_seconds(DAWN + 3600);
        let mut stage = Stage::at(self.base.clone(), now);
        self.set_tip(stage.tip);
        for line in before {
            match line.split_once(": ") {
                None => stage.now = Timestamp::from_seconds(stage.now.seconds() + 2 * 3600),
                Some((who, action)) => {
                    for event in actions::events(action, who, &stage) {
                        self.goes_on(&mut stage, who, event);
                    }
                }
            }
        }
        let mut facts = vec![ActorFact::RoleRemoved(Role::Worker)];
        facts.extend(role.parse().ok().map(ActorFact::RoleAdded));
        let actor = "eve".parse().unwrap();
        let edited = Event::Roster(RosterEvent::ActorEdited { actor, facts });
        self.goes_on(&mut stage, "ada", edited);
        stage
    }

    /// Lets an actor append one event, which has to be allowed.
    #[track_caller]
    fn goes_on(&self, stage: &mut Stage, who: &str, event: Event) {
        let said = format!("{who}: {event:?}");
        let verified = self.append(stage, who, vec![event]);
        let verified = verified.unwrap_or_else(|refusal| panic!("{said}: {refusal:?}"));
        let mut claims = std::mem::take(&mut stage.claims);
        let now = Timestamp::from_seconds(stage.now.seconds() + 60);
        *stage = Stage::at(verified, now);
        claims.append(&mut stage.claims);
        stage.claims = claims;
    }

    /// Lets `eve` do this as a command would, and takes it back.
    pub fn does(&self, stage: &Stage, action: &str) -> Outcome {
        let events = actions::events(action, "eve", stage);
        let verified = self.append(stage, "eve", events)?;
        self.set_tip(stage.tip);
        Ok(verified.state)
    }

    fn append(&self, stage: &Stage, who: &str, events: Vec<Event>) -> Result<Verified, Refusal> {
        let (name, bytes) = NOTE;
        let draft = EntryDraft {
            events,
            attachments: vec![(text(name), bytes.to_vec())],
            key: None,
        };
        let known = Some(stage.verified());
        let once = |_: &State| Ok::<_, Error>(draft.clone());
        match self.ledger.append_one(known, &author(who), stage.now, once) {
            Ok(appended) => Ok(appended.verified),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{who}: {draft:?}: {error}"),
        }
    }

    /// Runs this line as `eve` and undoes its effect. Returns nothing, or the code of the refusal.
    pub fn typed(&self, stage: &Stage, line: &str) -> Option<String> {
        let words = ["--json", "--actor=eve"].into_iter().chain(line.split(' '));
        let words: Vec<&str> = words.collect();
        let now = format!("@{} +0000", stage.now.seconds());
        let output = self
            .world
            .coord_with(&words, |command| _ = command.env("GIT_COMMITTER_DATE", now));
        self.set_tip(stage.tip);
        let code = output.json()["error"]["code"]
            .as_str()
            .map(ToOwned::to_owned);
        assert_eq!(code.is_none(), output.code == 0, "{line}: {output:?}");
        code
    }

    /// Has `eve` put entries on top of the ledger past the program, one after the other, and gives the state then.
    pub fn forged(&self, stage: &Stage, actions: &[&str]) -> State {
        let (tip, _) = self.chain(stage, actions);
        self.state_at(stage, tip)
    }

    /// The state where `ada` revoked the key of `eve`, and where she then joined what `eve` had done meanwhile elsewhere.
    pub fn outrun(&self, stage: &Stage, actions: &[&str]) -> (State, State) {
        let revoked = Event::Roster(RosterEvent::KeyRevoked {
            actor: "eve".parse().unwrap(),
            key: signer("eve").public_key().clone(),
            since: None,
        });
        let published = self.append(stage, "ada", vec![revoked]).unwrap();
        let (tip, id) = self.chain(stage, actions);
        let join = Entry {
            format: 1,
            ledger: Some(stage.state.ledger),
            parents: vec![published.id, id],
            actor: "ada".parse().unwrap(),
            time: stage.now,
            events: Vec::new(),
            attachments: Vec::new(),
            idempotency_key: None,
        };
        let tree = self.ledger.repository().empty_tree();
        let (join, _) = self.written(&join, tree, &[published.tip, tip]);
        (published.state, self.state_at(stage, join))
    }

    fn state_at(&self, stage: &Stage, tip: ObjectId) -> State {
        self.set_tip(tip);
        let state = self.ledger.history().unwrap().into_state().unwrap();
        self.set_tip(stage.tip);
        state
    }

    fn chain(&self, stage: &Stage, actions: &[&str]) -> (ObjectId, EntryId) {
        let repository = self.ledger.repository();
        let (name, bytes) = NOTE;
        let blob = repository.write(ObjectKind::Blob, bytes).unwrap();
        let tree = repository.write_tree(&[(name, blob)]).unwrap();
        let (mut tip, mut id) = (stage.tip, stage.id);
        for action in actions {
            let entry = Entry {
                format: 1,
                ledger: Some(stage.state.ledger),
                parents: vec![id],
                actor: "eve".parse().unwrap(),
                time: stage.now,
                events: actions::events(action, "eve", stage),
                attachments: vec![Attachment {
                    name: text(name),
                    digest: Digest::of(bytes),
                    size: bytes.len() as u64,
                }],
                idempotency_key: None,
            };
            (tip, id) = self.written(&entry, tree, &[tip]);
        }
        (tip, id)
    }

    fn written(&self, entry: &Entry, tree: ObjectId, parents: &[ObjectId]) -> (ObjectId, EntryId) {
        let repository = self.ledger.repository();
        let parents: Vec<String> = parents.iter().map(ObjectId::to_string).collect();
        let position = Position {
            tree: &tree.to_string(),
            parents: &parents.iter().map(String::as_str).collect::<Vec<_>>(),
            email: &format!("{}@example.org", entry.actor),
            hash: walk::hash_kind(repository),
        };
        let (payload, signer) = (Payload::of(entry).unwrap(), signer(entry.actor.as_str()));
        let raw = entry::write(entry, &payload, position, &signer).unwrap();
        let object = repository.write(ObjectKind::Commit, &raw).unwrap();
        (object, payload.id())
    }

    /// Moves the ledger with plain git.
    fn set_tip(&self, tip: ObjectId) {
        let tip = tip.to_string();
        self.world.git(&["update-ref", "refs/coord/ledger", &tip]);
    }
}

impl Stage {
    fn at(verified: Verified, now: Timestamp) -> Self {
        let mut stage = Self {
            tip: verified.tip,
            id: verified.id,
            state: verified.state,
            now,
            claims: BTreeMap::new(),
        };
        let claims = stage.state.tasks().filter_map(|(_, task)| {
            let claim = task.claim.as_ref()?;
            let key = (claim.actor.to_string(), task.id.to_string());
            Some((key, claim.origin.mark()))
        });
        stage.claims = claims.collect();
        stage
    }
    fn verified(&self) -> Verified {
        Verified {
            tip: self.tip,
            id: self.id,
            lag: Lag::Entries(1),
            state: self.state.clone(),
        }
    }

    /// The task of this name; where there is none, a reference to nothing.
    pub fn task(&self, id: &str) -> TaskRef {
        match self.state.names().resolve(id) {
            Ok(index) => self.state.reference(index),
            Err(_) => TaskRef {
                id: id.parse().unwrap(),
                mark: Mark::default(),
            },
        }
    }
    /// The first step of a task, and the first blocker; nothing where there is none.
    pub fn step(&self, id: &str) -> Mark {
        let step = self.found(id).and_then(|task| task.steps.first());
        step.map_or_else(Mark::default, |step| step.origin.mark())
    }
    pub fn blocker(&self, id: &str) -> Mark {
        let blocker = self.found(id).and_then(|task| task.blockers.first());
        blocker.map_or_else(Mark::default, |blocker| blocker.origin.mark())
    }
    fn found(&self, id: &str) -> Option<&Task> {
        let index = self.state.names().resolve(id).ok()?;
        Some(self.state.task(index))
    }
    /// The claim that somebody last had of a task.
    pub fn claim(&self, who: &str, id: &str) -> Option<Mark> {
        self.claims.get(&(who.to_owned(), id.to_owned())).copied()
    }
    /// The task's current claim, of any actor.
    pub fn held(&self, id: &str) -> Mark {
        let claim = self.found(id).and_then(|task| task.claim.as_ref());
        claim.map_or_else(Mark::default, |claim| claim.origin.mark())
    }
}

fn author(name: &str) -> Author {
    Author {
        actor: name.parse().unwrap(),
        signer: signer(name),
        clock: Timestamp::MAX,
        may_tell_secrets: false,
        key: KeyOnce::default(),
    }
}

fn founding() -> Founding {
    Founding {
        key: signer("ada").public_key().clone(),
        kind: ActorKind::Human,
        email: "ada@example.org".parse().unwrap(),
        recovery: None,
        facts: Vec::new(),
        nonce: 1,
    }
}

fn joined(name: &str, role: Role) -> Event {
    Event::Roster(RosterEvent::ActorAdded(Box::new(NewActor {
        name: name.parse().unwrap(),
        kind: ActorKind::Agent,
        email: format!("{name}@example.org").parse().unwrap(),
        roles: vec![role],
        key: Some(signer(name).public_key().clone()),
    })))
}
