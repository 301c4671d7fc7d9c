//! The worked ledger of LEDGER_FORMAT.md: every kind of event, a join, a repair, refusals, quarantined commits.
//!
//! Its keys and times are fixed, so it has the same bytes in every run. Not here: its events (`story`), and the document (`format`).

use std::path::Path;

use ed25519_dalek::SigningKey;
use git_coord::{
    core::{
        entry::event::{Attachment, CommitId, Entry, Event, Mark, TaskRef},
        plan::state::State,
        values::{
            id::{Digest, EntryId},
            key::PublicKey,
            text::Text,
            time::Timestamp,
        },
    },
    git::{
        repository::{Environment, ObjectId, ObjectKind, Repository},
        sign::Signer,
    },
    ledger::{
        History,
        entry::{self, Payload, Position},
        walk,
    },
};
use ssh_key::{
    PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};
use tempfile::TempDir;

use crate::keys::{ADA, CLAUDE, CODEX};

mod story;

/// 2025-10-15T09:00:00Z, when the ledger is founded. Each commit is a minute later than the one before it.
const DAWN: u64 = 1_760_518_800;

/// The worked ledger, in a repository of its own.
pub struct Golden {
    folder: TempDir,
    pub repository: Repository,
    /// Every commit, in the order in which the story makes them.
    pub commits: Vec<Commit>,
}

/// A commit of the story.
pub struct Commit {
    pub object: ObjectId,
    pub id: EntryId,
    pub raw: Vec<u8>,
    /// The numbers of its parents.
    pub parents: Vec<usize>,
}

/// The names of all keys that sign in the story.
pub const SIGNERS: [&str; 5] = ["ada", "codex", "claude", "recovery", "eve"];

/// A signer by the name of its key. Keys that belong to no player have seeds instead of files.
pub fn signer(name: &str) -> Signer {
    Signer::in_process(private(name)).unwrap()
}

/// The private key of this name.
pub fn private(name: &str) -> PrivateKey {
    let file = [ADA, CODEX, CLAUDE]
        .into_iter()
        .find(|player| player.name == name);
    match file {
        Some(player) => PrivateKey::from_openssh(player.private).unwrap(),
        None => from_seed(match name {
            "recovery" => 7,
            _ => 8,
        }),
    }
}

fn from_seed(seed: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::Ed25519(pair), "").unwrap()
}

/// A key that is registered and never signs.
pub fn spare(seed: u8) -> PublicKey {
    let mut blob = b"\0\0\0\x0bssh-ed25519\0\0\0\x20".to_vec();
    blob.extend(
        SigningKey::from_bytes(&[seed; 32])
            .verifying_key()
            .as_bytes(),
    );
    PublicKey::from_blob(&blob).unwrap()
}

pub fn text(words: &str) -> Text {
    words.parse().unwrap()
}
fn minute(number: usize) -> Timestamp {
    Timestamp::from_seconds(DAWN + 60 * number as u64)
}
fn project_commit(digit: char) -> CommitId {
    digit.to_string().repeat(40).parse().unwrap()
}

/// The content of an entry that is being written.
#[derive(Default)]
struct NewEntry {
    events: Vec<Event>,
    files: Vec<(String, Vec<u8>)>,
    /// Signed with the key of this name, which is otherwise the actor's.
    key: Option<&'static str>,
    quarantined: bool,
    /// The number of the commit whose time it has, which is otherwise its own.
    time_of: Option<usize>,
    /// Its idempotency key.
    idempotency_key: Option<&'static str>,
}

impl From<Vec<Event>> for NewEntry {
    fn from(events: Vec<Event>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }
}

impl NewEntry {
    fn with(mut self, name: &str, content: &str) -> Self {
        self.files.push((name.to_owned(), content.into()));
        self
    }
    fn keyed(mut self, key: &'static str) -> Self {
        self.idempotency_key = Some(key);
        self
    }
    fn signed_by(mut self, key: &'static str) -> Self {
        self.key = Some(key);
        self
    }
}

impl Golden {
    /// Tells the whole story.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path());
        let repository = Repository::discover(folder.path(), Environment::isolated()).unwrap();
        let mut golden = Self {
            folder,
            repository,
            commits: Vec::new(),
        };
        golden.tell();
        golden.repository.flush().unwrap();
        let tip = golden.commits.last().unwrap().object.to_string();
        git(
            golden.folder.path(),
            &["update-ref", "refs/coord/ledger", &tip],
        );
        golden
    }

    /// Writes the ledger as a bundle.
    pub fn bundle(&self, path: &Path) {
        let path = path.to_str().unwrap();
        let create = ["bundle", "create", "--quiet", path, "refs/coord/ledger"];
        git(self.folder.path(), &create);
    }

    /// The mark of the thing that the event of a commit created.
    fn mark(&self, commit: usize, event: u16) -> Mark {
        Mark {
            entry: Some(self.commits[commit].id),
            event,
            item: 0,
        }
    }
    fn task(&self, id: &str, commit: usize, event: u16) -> TaskRef {
        TaskRef {
            id: id.parse().unwrap(),
            mark: self.mark(commit, event),
        }
    }
    fn state(&self) -> State {
        let tip = self.commits.last().unwrap().object;
        let history = History::read(&self.repository, tip).unwrap();
        history.state().unwrap()
    }

    /// Appends an entry to the commit made last.
    fn then(&mut self, who: &str, told: impl Into<NewEntry>) -> usize {
        let last = self.commits.len().checked_sub(1);
        self.after(&Vec::from_iter(last), who, told.into())
    }

    fn after(&mut self, parents: &[usize], who: &str, told: NewEntry) -> usize {
        let mut files = told.files;
        files.sort();
        let attachments = files.iter().map(|(name, bytes)| Attachment {
            name: text(name),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
        });
        let entry = Entry {
            format: 1,
            ledger: self.commits.first().map(|genesis| genesis.id),
            parents: parents
                .iter()
                .map(|parent| self.commits[*parent].id)
                .collect(),
            actor: who.parse().unwrap(),
            time: minute(told.time_of.unwrap_or(self.commits.len())),
            events: told.events,
            attachments: attachments.collect(),
            idempotency_key: told.idempotency_key.map(|key| key.parse().unwrap()),
        };
        let blobs: Vec<_> = files
            .iter()
            .map(|(name, bytes)| {
                (
                    name.as_str(),
                    self.repository.write(ObjectKind::Blob, bytes).unwrap(),
                )
            })
            .collect();
        let tree = self.repository.write_tree(&blobs).unwrap();
        self.repository.write(ObjectKind::Tree, b"").unwrap();
        let objects: Vec<String> = parents
            .iter()
            .map(|parent| self.commits[*parent].object.to_string())
            .collect();
        let position = Position {
            tree: &tree.to_string(),
            parents: &objects.iter().map(String::as_str).collect::<Vec<_>>(),
            email: &format!("{who}@example.org"),
            hash: walk::hash_kind(&self.repository),
        };
        let signer = signer(
            told.key
                .unwrap_or_else(|| SIGNERS.into_iter().find(|name| *name == who).unwrap()),
        );
        let payload = Payload::of(&entry).unwrap();
        let raw = entry::write(&entry, &payload, position, &signer).unwrap();
        let id = if told.quarantined {
            EntryId::of_foreign_commit(&raw)
        } else {
            payload.id()
        };
        self.commit(id, raw, parents)
    }

    fn commit(&mut self, id: EntryId, raw: Vec<u8>, parents: &[usize]) -> usize {
        let object = self.repository.write(ObjectKind::Commit, &raw).unwrap();
        self.commits.push(Commit {
            object,
            id,
            raw,
            parents: parents.to_vec(),
        });
        self.commits.len() - 1
    }

    /// A commit that is not an entry, as `git commit-tree` makes it, on top of the last commit.
    fn foreign(&mut self) -> usize {
        let last = self.commits.len() - 1;
        let tree = self.repository.empty_tree();
        let time = DAWN + 60 * self.commits.len() as u64;
        let who = format!("Mallory <mallory@example.org> {time} +0000");
        let parent = self.commits[last].object;
        let raw = format!(
            "tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\ngive task A to me\n"
        );
        let raw = raw.into_bytes();
        self.commit(EntryId::of_foreign_commit(&raw), raw, &[last])
    }
}

fn init(folder: &Path) {
    git(folder, &["init", "--quiet", "--initial-branch=main", "."]);
}

/// Runs git apart from everything else on the machine.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let output = std::process::Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs([
            ("PATH", path.as_str()),
            ("LC_ALL", "C"),
            ("HOME", "/nonexistent"),
        ])
        .envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ])
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
