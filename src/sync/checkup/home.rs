//! A home in a folder of this machine: whether a killed push has left its ref locked.
//!
//! Not here: a home on another machine, which is checked only on request (`remote`).

use std::path::{Path, PathBuf};

use super::{super::remote::Remote, diagnosis::Diagnosis, files};
use crate::{
    git::{self, refs, repository::Repository},
    ledger::Ledger,
};

pub(super) fn examine(ledger: &Ledger) -> Vec<Diagnosis> {
    let repository = ledger.repository();
    let Some(remote) = Remote::home(repository) else {
        return Vec::new();
    };
    let Some(home) = folder(repository, remote.name()).and_then(|path| open(repository, &path))
    else {
        return Vec::new();
    };
    let state = ledger.current().ok().map(|current| current.state);
    let names = match remote.refs(repository, state.as_ref()) {
        Ok(names) => names,
        Err(error) => return vec![Diagnosis::of_error("home", error)],
    };
    let mut locks: Vec<PathBuf> = names
        .iter()
        .flat_map(|name| refs::locks(&home, name))
        .collect();
    locks.sort_unstable();
    locks.dedup();
    let held = files::held(&locks);
    if held.is_empty() {
        let what = format!("no lock is held in '{}'", home.common_dir().display());
        return vec![Diagnosis::good("home", what)];
    }
    let told = held.into_iter().map(|path| {
        let error = git::Error::RemoteLocked {
            remote: remote.name().to_owned(),
            lock: path.display().to_string(),
        };
        Diagnosis::of_error("home", error)
    });
    told.collect()
}

/// The folder of a remote, if it is on this machine.
fn folder(repository: &Repository, remote: &str) -> Option<PathBuf> {
    let address = repository.run_git(["ls-remote", "--get-url", "--", remote]);
    let address = String::from_utf8(address.ok()?).ok()?;
    let address = address.trim_end_matches('\n');
    let path = address.strip_prefix("file://").unwrap_or(address);
    // git resolves it relative to its working folder.
    let here = repository.work_dir().unwrap_or(repository.git_dir());
    let path = here.join(path);
    path.is_dir().then_some(path)
}

/// The repository in this very folder, not in one above it.
fn open(repository: &Repository, path: &Path) -> Option<Repository> {
    let environment = repository.environment().clone().elsewhere();
    let opened = Repository::discover(path, environment).ok()?;
    let real = path.canonicalize().ok()?;
    let is_meant = opened.work_dir() == Some(&real) || opened.git_dir() == real;
    is_meant.then_some(opened)
}
