//! The kind of the repository, the git program, and settings of git that would lose the ledger.
//!
//! Not here: the pin (`line`).

use super::diagnosis::{Diagnosis, Remedy};
use crate::{
    git::repository::{RefStorage, Repository},
    ledger::LEDGER_REF,
};

pub(super) fn repository(repository: &Repository) -> Vec<Diagnosis> {
    let refs = match repository.ref_storage() {
        RefStorage::Files => "refs in files",
        RefStorage::Reftable => "refs in tables",
    };
    let objects = repository.hash_name();
    let git = match repository.run_git(["--version"]) {
        Ok(version) => {
            let version = String::from_utf8_lossy(&version);
            Diagnosis::good(
                "git",
                format!("{}, {objects} objects, {refs}", version.trim()),
            )
        }
        Err(error) => Diagnosis::of_error("git", error),
    };
    vec![git]
}

pub(super) fn config(repository: &Repository) -> Vec<Diagnosis> {
    let config = repository.config();
    let mut findings = Vec::new();
    for remote in config.remotes() {
        let key = format!("remote.{remote}.fetch");
        let overwriting = config.strings(&key);
        for refspec in overwriting
            .iter()
            .filter(|spec| overwrites_the_ledger(spec))
        {
            let what = format!(
                "'git fetch {remote}' overwrites {LEDGER_REF} with the remote's ref ({key} = {refspec})"
            );
            findings.push(Diagnosis::wrong("config", what).mended_by(Remedy::Unset {
                key: key.clone(),
                value: refspec.clone(),
            }));
        }
    }
    let home = config
        .string("coord.remote")
        .filter(|name| !name.is_empty());
    if let Some(home) = home.filter(|home| !config.remotes().contains(home)) {
        let what = format!("coord.remote is '{home}', but no remote has this name");
        findings.push(Diagnosis::wrong("config", what).mended_by(Remedy::UnsetHome));
    }
    if findings.is_empty() {
        vec![Diagnosis::good("config", "no setting endangers the ledger")]
    } else {
        findings
    }
}

/// Whether fetching by this refspec moves the ledger's ref, forced: an unforced one only ever adds to it.
fn overwrites_the_ledger(refspec: &str) -> bool {
    let Some((_, to)) = refspec
        .strip_prefix('+')
        .and_then(|spec| spec.split_once(':'))
    else {
        return false;
    };
    match to.split_once('*') {
        Some((before, after)) => {
            let inside = LEDGER_REF.strip_prefix(before);
            inside.is_some_and(|rest| rest.ends_with(after))
        }
        None => to == LEDGER_REF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refspecs_that_would_rewind_the_ledger_are_recognised() {
        for (refspec, overwrites) in [
            ("+refs/heads/*:refs/remotes/origin/*", false),
            ("+refs/*:refs/*", true),
            ("refs/*:refs/*", false),
            ("+refs/coord/*:refs/coord/*", true),
            ("+refs/coord/ledger:refs/coord/ledger", true),
            ("+refs/coord/ledger:refs/coord-remotes/origin/ledger", false),
            ("+refs/*/ledger:refs/*/ledger", true),
            ("+refs/heads/main", false),
        ] {
            assert_eq!(overwrites_the_ledger(refspec), overwrites, "{refspec}");
        }
    }
}
