//! Whether a remote can be reached and takes the ledger's ref: asked by pushing to it, and only when somebody asks.
//!
//! Not here: bringing the ledger there.

use super::{
    super::{Error, LEDGER_REF, Ledger, git::Repository},
    Finding,
};

/// Pushed and deleted again; it holds the genesis, which says no more than that there is a ledger.
const PROBES: [(&str, &str); 2] = [
    (LEDGER_REF, "refs/coord/doctor"),
    ("refs/heads/coord", "refs/heads/coord-doctor"),
];

/// Asks `remote` whether it takes the ref that `coord.ref` names, and if not, whether it would take the other.
pub fn ask_remote(ledger: &Ledger, remote: &str) -> Vec<Finding> {
    let repository = ledger.repository();
    if let Err(error) = git(repository, &["ls-remote", "--quiet", remote, "HEAD"]) {
        let wrong = Finding::wrong("remote", format!("'{remote}' cannot be reached: {error}"));
        return vec![wrong.mend(format!("git ls-remote {remote}"))];
    }
    let genesis = ledger.history().ok();
    let genesis = genesis.and_then(|history| Some(history.placed().next()?.object.to_string()));
    let Some(genesis) = genesis else {
        return vec![Finding::remark(
            "remote",
            format!("'{remote}' can be reached"),
        )];
    };
    let wanted = repository.config().string("coord.ref");
    let wanted = wanted.unwrap_or_else(|| LEDGER_REF.to_owned());
    let takes = |probe: &str| takes(repository, remote, &genesis, probe);
    let Some((name, probe)) = PROBES.iter().find(|(name, _)| *name == wanted) else {
        let what = format!("'{remote}' can be reached; whether it takes {wanted} was not tried");
        return vec![Finding::remark("remote", what)];
    };
    let Err(why) = takes(probe) else {
        return vec![Finding::good("remote", format!("'{remote}' takes {name}"))];
    };
    let refused = Finding::wrong("remote", format!("'{remote}' does not take {name}: {why}"));
    let mut others = PROBES.iter().filter(|(other, _)| other != name);
    vec![match others.find(|(_, probe)| takes(probe).is_ok()) {
        Some((other, _)) => refused.mend(format!("git config coord.ref {other}")),
        None => refused,
    }]
}

fn takes(repository: &Repository, remote: &str, genesis: &str, probe: &str) -> Result<(), Error> {
    git(
        repository,
        &[
            "push",
            "--quiet",
            "--no-verify",
            remote,
            &format!("{genesis}:{probe}"),
        ],
    )?;
    git(
        repository,
        &[
            "push",
            "--quiet",
            "--no-verify",
            remote,
            &format!(":{probe}"),
        ],
    )
}

fn git(repository: &Repository, arguments: &[&str]) -> Result<(), Error> {
    repository.run_git(arguments).map(drop)
}
