//! Real repositories in temporary folders, for the tests of this room.
//!
//! Not here: whole worlds with actors and keys (the integration tests).

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::git::{
    lock::QueueLock,
    refs::{self, Expected, Outcome, Reflog},
    repository::{Environment, ObjectId, ObjectKind, Repository},
};

/// The ref that the tests move.
pub(crate) const LEDGER: &str = "refs/coord/ledger";

/// A temporary folder with a repository `main` in it.
pub(crate) struct Fixture {
    root: tempfile::TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with_options(&[])
    }

    /// A repository made by `git init` with these options.
    pub(crate) fn with_options(options: &[&str]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let fixture = Self { root };
        let init = [&["init", "-q", "-b", "trunk"], options, &["main"]].concat();
        run(fixture.root.path(), &init);
        fixture
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn open(&self) -> Repository {
        self.open_at("main")
    }

    pub(crate) fn open_at(&self, name: &str) -> Repository {
        Repository::discover(&self.path(name), Environment::isolated()).unwrap()
    }

    /// What `git` prints when run in `main`.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(&self.path("main"), arguments)
    }
}

/// Runs git hermetically and returns its stdout without the last line break.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            git.env_remove(name);
        }
    }
    let output = git
        .args(["-c", "user.name=t", "-c", "user.email=t@x"])
        .args(["-c", "commit.gpgSign=false"])
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("LC_ALL", "C")
        .current_dir(folder)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {stderr}");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

/// Writes an unsigned commit with the empty tree.
pub(crate) fn commit(repository: &Repository, parent: Option<ObjectId>, message: &str) -> ObjectId {
    let tree = repository.write_tree(&[]).unwrap();
    let parent = parent.map_or(String::new(), |id| format!("parent {id}\n"));
    let who = "t <t@x> 1700000000 +0000";
    let raw = format!("tree {tree}\n{parent}author {who}\ncommitter {who}\n\n{message}\n");
    repository
        .write(ObjectKind::Commit, raw.as_bytes())
        .unwrap()
}

pub(crate) const REFLOG: Reflog<'static> = Reflog {
    name: "codex",
    email: "codex@x",
    time: 1_700_000_000,
    message: "claim B",
};

/// Moves the ref with the queue's lock taken for this one act.
pub(crate) fn swap(repository: &Repository, expected: Expected, new: ObjectId) -> Outcome {
    let queue = QueueLock::acquire(repository).unwrap();
    refs::compare_and_swap(repository, &queue, LEDGER, expected, new, &REFLOG).unwrap()
}

/// Appends a commit to the ref, as often as it takes.
pub(crate) fn append(repository: &Repository, message: &str) -> ObjectId {
    loop {
        let tip = refs::read(repository, LEDGER).unwrap();
        let new = commit(repository, tip, message);
        repository.flush().unwrap();
        if swap(repository, Expected::from_read(tip), new) == Outcome::Done {
            return new;
        }
    }
}
