//! The worked ledger of the tests as a sample for the fuzz targets: its repository, its entries and its state.
//!
//! Not here: what is checked (`fuzz_targets/`).
#![allow(missing_docs)]

use std::{path::Path, process::Command};

use git_coord::{
    core::{
        history::judge::Judgement,
        plan::{
            reduce::{Accepted, Replay},
            state::State,
        },
    },
    git::repository::{Environment, Repository},
    ledger::{LEDGER_REF, Ledger},
};

/// The file of the worked ledger.
const BUNDLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/v1.bundle");

/// Makes a repository with the worked ledger in an empty folder.
pub fn repository(folder: &Path) -> Repository {
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(git.status().expect("git runs").success(), "{arguments:?}");
    };
    git(&["init", "--quiet", "-b", "main"]);
    let ledger = format!("{LEDGER_REF}:{LEDGER_REF}");
    git(&["fetch", "--quiet", BUNDLE, &ledger]);
    Repository::discover(folder, Environment::isolated()).expect("git made a repository")
}

/// The entries of the worked ledger, in their order.
pub fn entries() -> Vec<Accepted> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ledger = Ledger::new(repository(folder.path()));
    let history = ledger.history().expect("the worked ledger can be read");
    let placed = history.placed();
    placed
        .filter_map(|placed| match &placed.node.verdict {
            Judgement::Accepted(accepted) => Some((**accepted).clone()),
            _ => None,
        })
        .collect()
}

/// The state after these entries.
pub fn state(entries: &[Accepted]) -> State {
    replay(entries).into_state()
}

/// The replay of these entries.
pub fn replay(entries: &[Accepted]) -> Replay {
    let mut replay = Replay::begin(&entries[0]).expect("the first entry is the genesis");
    entries[1..].iter().for_each(|entry| replay.push(entry));
    replay
}
