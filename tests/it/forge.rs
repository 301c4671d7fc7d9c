//! A forger's bench: a ledger that was founded by the program, and entries made by hand to put on top of it.
//!
//! Not here: the forgeries (`forgery`), and the program itself.

use std::path::Path;

use git_coord::{
    core::{
        entry::{
            codec::{self, v1},
            event::{Entry, Event, LedgerEvent, TaskEvent, TaskRef, ledger::Versions},
            message,
        },
        plan::state::State,
        values::{
            email::Email,
            id::{Digest, EntryId},
            time::Timestamp,
        },
    },
    git::{
        commit,
        repository::{Environment, ObjectId, ObjectKind, Repository},
        sign::{KeySource, Signer, SigningConfig},
    },
    ledger::{Author, KeyOnce, Ledger, entry, walk},
};

use serde_json::{Value, json};

use crate::{
    keys::{ADA, CODEX, Player},
    world::World,
};

/// A ledger with its admin `ada`, the worker `codex`, and the task `A`.
pub struct Forge {
    pub world: World,
    pub ada: Author,
    pub codex: Author,
}

/// What of a commit can be set by hand; everything else follows from it.
pub struct Parts {
    pub tree: String,
    pub parents: Vec<String>,
    pub name: String,
    pub email: String,
    pub time: u64,
    pub message: String,
}

impl Forge {
    pub fn new() -> Self {
        Self::in_world(World::new())
    }

    /// Founds the ledger in the world's repository.
    pub fn in_world(world: World) -> Self {
        let [ada, codex] = [ADA, CODEX].map(|player| author(&world, &player));
        let key = world.key_of(&ADA);
        let key = key.to_str().unwrap();
        let founded = world.coord_with(&["init", "--actor=ada", "--key", key], |command| {
            command.env("GIT_COORD_NONCE", "7");
        });
        assert_eq!(founded.code, 0, "{founded:?}");
        let forge = Self { world, ada, codex };
        forge.register(&CODEX);
        forge.does(&["add", "First", "--id=A"]);
        forge
    }

    /// Has `ada` add an actor, who can then sign.
    pub fn register(&self, player: &Player) {
        let key = self.world.key_of(player);
        let public = key.with_extension("pub");
        let (key, public) = (key.to_str().unwrap(), public.to_str().unwrap());
        let role = ["actor", "add", player.name, "--kind=agent", "--role=worker"];
        self.does(&[&role[..], &["--key", public]].concat());
        let setting = format!("coord.{}.signingKey", player.name);
        self.world.git(&["config", &setting, key]);
    }

    /// Runs a command as `ada`, which has to succeed.
    #[track_caller]
    pub fn does(&self, arguments: &[&str]) {
        let output = self.world.coord(&[&["--actor=ada"], arguments].concat());
        assert_eq!(output.code, 0, "{arguments:?}: {output:?}");
    }

    pub fn ledger(&self) -> Ledger {
        open(&self.world.work())
    }

    pub fn tip(&self) -> ObjectId {
        self.ledger().tip().unwrap().unwrap()
    }

    /// The state at the tip; with the cache or without, it is the same.
    #[track_caller]
    pub fn state(&self) -> State {
        let ledger = self.ledger();
        let cached = ledger.current().unwrap();
        let replayed = ledger.history().unwrap();
        assert_eq!(cached.id, replayed.tip().node.id);
        let replayed = replayed.into_state().unwrap();
        assert_eq!(cached.state.digest(), replayed.digest());
        assert_eq!(cached.state, replayed);
        replayed
    }

    pub fn digest(&self) -> Digest {
        self.state().digest()
    }

    /// How an event refers to a task.
    pub fn task(&self, id: &str) -> TaskRef {
        let state = self.state();
        state.reference(state.names().resolve(id).unwrap())
    }

    /// How far the task `A` is.
    pub fn percent(&self) -> u8 {
        let state = self.state();
        let index = state.names().resolve("A").unwrap();
        state.task(index).percent()
    }

    pub fn raw(&self, object: ObjectId) -> Vec<u8> {
        let mut raw = Vec::new();
        let ledger = self.ledger();
        ledger.repository().commit(object, &mut raw).unwrap();
        raw
    }

    /// The entry that somebody would append next.
    pub fn next(&self, author: &Author, events: Vec<Event>) -> Entry {
        let current = self.ledger().current().unwrap();
        Entry {
            format: 1,
            ledger: Some(current.state.ledger),
            parents: vec![current.id],
            actor: author.actor.clone(),
            time: Timestamp::from_seconds(current.state.effective.seconds() + 1),
            events,
            attachments: Vec::new(),
            idempotency_key: None,
        }
    }

    /// The parts of the commit of an entry on top of the tip.
    pub fn parts(&self, entry: &Entry) -> Parts {
        self.parts_with(entry, &codec::encode(entry).unwrap())
    }

    /// The same with a payload that is not the entry's encoding.
    pub fn parts_with(&self, entry: &Entry, payload: &[u8]) -> Parts {
        let ledger = self.ledger();
        let repository = ledger.repository();
        Parts {
            tree: repository.write_tree(&[]).unwrap().to_string(),
            parents: vec![self.tip().to_string()],
            name: entry.actor.to_string(),
            email: self.address(entry),
            time: entry.time.seconds(),
            message: message::render(entry, payload),
        }
    }

    fn address(&self, entry: &Entry) -> String {
        let state = self.ledger().current().unwrap().state;
        let registered = state.roster.actor(&entry.actor);
        let address = registered.map(|actor| actor.email.clone());
        let address = address.unwrap_or_else(|| Email::placeholder(&entry.actor));
        address.as_str().to_owned()
    }

    /// The raw commit of these parts, signed.
    pub fn sign(&self, parts: &Parts, author: &Author) -> Vec<u8> {
        self.sign_bytes(&parts.unsigned(), author)
    }

    /// The signed commit of these unsigned bytes.
    pub fn sign_bytes(&self, unsigned: &[u8], author: &Author) -> Vec<u8> {
        let armour = author.signer.sign(unsigned).unwrap();
        commit::signed(
            unsigned,
            &armour,
            walk::hash_kind(self.ledger().repository()),
        )
    }

    /// A good entry on top of the tip that is not in the ledger yet: it would add the task `id`.
    pub fn good(&self, author: &Author, id: &str) -> Vec<u8> {
        let entry = self.next(author, vec![added(id)]);
        let raw = self.sign(&self.parts(&entry), author);
        let hash = walk::hash_kind(self.ledger().repository());
        let mut verifier = git_coord::git::sign::Verifier::new();
        assert!(entry::candidate(&raw, hash, &mut verifier).content.is_ok());
        raw
    }

    /// Writes an object without looking at it.
    pub fn write(&self, raw: &[u8]) -> ObjectId {
        let ledger = self.ledger();
        ledger.repository().write(ObjectKind::Commit, raw).unwrap()
    }

    /// Makes a commit the ledger's tip.
    pub fn plant(&self, raw: &[u8]) -> ObjectId {
        let object = self.write(raw);
        self.set_tip(object);
        object
    }

    pub fn set_tip(&self, object: ObjectId) {
        let object = object.to_string();
        self.world
            .git(&["update-ref", "refs/coord/ledger", &object]);
    }

    /// Checks all that has to hold of a bad entry: it changes nothing, `verify` names it with the reason,
    /// and good entries go on on top of it.
    #[track_caller]
    pub fn quarantines(&self, raw: &[u8], reason: &str) {
        let before = self.digest();
        let forged = self.plant(raw);
        assert_eq!(self.digest(), before, "{reason}");
        self.names(forged, reason);
        self.goes_on();
        self.names(forged, reason);
    }

    /// What `verify` finds, which has to exit with 1 exactly if something is wrong.
    #[track_caller]
    pub fn verified(&self) -> Value {
        let output = self.world.coord(&["verify", "--json"]);
        let data = output.data("coord.verify/1");
        let good = data["good"].as_bool().unwrap();
        assert_eq!(output.code, i32::from(!good), "{output:?}");
        data
    }

    /// What `verify` finds quarantined: object id and reason, which only the text has as a sentence.
    #[track_caller]
    pub fn quarantined(&self) -> Vec<(String, String)> {
        let data = self.verified();
        let objects = data["quarantined"].as_array().unwrap().iter();
        let objects = objects.map(|found| found["object"].as_str().unwrap().to_owned());
        let text = self.world.coord(&["verify"]).stdout;
        let found = text
            .lines()
            .filter(|line| line.contains(" ignored (quarantined)"));
        let reasons = found.filter_map(|line| Some(line.split_once(": ")?.1.to_owned()));
        objects.zip(reasons).collect()
    }

    /// `verify` finds exactly this commit, with a reason that begins so.
    #[track_caller]
    pub fn names(&self, forged: ObjectId, reason: &str) {
        let data = self.verified();
        assert_eq!(data["good"], false, "{data}");
        assert_eq!(data["broken"], json!([]));
        let found = self.quarantined();
        let [(object, said)] = found.as_slice() else {
            panic!("{reason}: {found:?}");
        };
        assert_eq!(*object, forged.to_string());
        assert!(said.starts_with(reason), "{said:?} instead of {reason:?}");
    }

    /// Checks that `verify` finds nothing.
    #[track_caller]
    pub fn is_good(&self) {
        let data = self.verified();
        assert_eq!(data["good"], true, "{data}");
    }

    /// The program appends on top of whatever is there, and it counts.
    #[track_caller]
    pub fn goes_on(&self) {
        let percent = self.percent() + 1;
        self.does(&["progress", "A", &percent.to_string()]);
        assert_eq!(self.percent(), percent);
    }
}

impl Parts {
    pub fn unsigned(&self) -> Vec<u8> {
        let parents: Vec<&str> = self.parents.iter().map(String::as_str).collect();
        let Self {
            tree, name, email, ..
        } = self;
        commit::unsigned(tree, &parents, name, email, self.time, &self.message)
    }
}

/// The ledger in the repository around a folder.
pub fn open(folder: &Path) -> Ledger {
    Ledger::new(Repository::discover(folder, Environment::isolated()).unwrap())
}

/// An author with a player's key.
pub fn author(world: &World, player: &Player) -> Author {
    let key = world.key_of(player);
    Author {
        actor: player.name.parse().unwrap(),
        signer: signer(&key, None),
        clock: Timestamp::MAX,
        may_tell_secrets: false,
        key: KeyOnce::default(),
    }
}

/// What signs with a key's file, through a program if one is given.
pub fn signer(key: &Path, program: Option<&str>) -> Signer {
    Signer::open(&SigningConfig {
        key: KeySource::File(key.to_owned()),
        program: program.map(Into::into),
        agent: None,
        askpass: None,
    })
    .unwrap()
}

/// A task is added.
pub fn added(id: &str) -> Event {
    Event::Task(TaskEvent::Added {
        id: id.parse().unwrap(),
        title: format!("Task {id}").parse().unwrap(),
        facts: Vec::new(),
    })
}

/// A format is announced.
pub fn announced(format: u16) -> Event {
    Event::Ledger(LedgerEvent::Upgraded(Versions {
        format: Some(format),
        ..Versions::default()
    }))
}

/// The canonical payload of an entry, whatever its size.
pub fn payload(entry: &Entry) -> Vec<u8> {
    v1::to_canonical(entry)
}

/// The id of an entry.
pub fn id_of(entry: &Entry) -> EntryId {
    EntryId::of_payload(&payload(entry))
}

/// The bytes with the first occurrence of one text replaced, which has to be there.
#[track_caller]
pub fn replaced(raw: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(raw).unwrap();
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1).into_bytes()
}
