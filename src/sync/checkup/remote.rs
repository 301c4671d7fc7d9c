//! Whether a remote can be reached and takes the ledger's ref: asked by pushing to it, and only when somebody asks.
//!
//! Not here: bringing the ledger there.

use super::diagnosis::{Diagnosis, Remedy};
use crate::{
    git::{
        Error,
        repository::{ObjectId, Repository, Transfer},
    },
    ledger::{LEDGER_REF, Ledger},
};

/// Pushed and deleted again; it holds the genesis, which says no more than that there is a ledger.
const PROBES: [(&str, &str); 2] = [
    (LEDGER_REF, "refs/coord/doctor"),
    ("refs/heads/coord", "refs/heads/coord-doctor"),
];

/// Asks `remote` whether it takes the ref that `coord.ref` names, and if not, whether it would take the other.
pub fn ask_remote(ledger: &Ledger, remote: &str) -> Vec<Diagnosis> {
    let repository = ledger.repository();
    let asked = repository.remote_refs(&mut Transfer::default(), remote, &["HEAD"]);
    if let Err(error) = asked {
        let wrong = Diagnosis::wrong("remote", format!("'{remote}' cannot be reached: {error}"));
        return vec![wrong.mended_by(Remedy::AskRemote(remote.to_owned()))];
    }
    let genesis = ledger.history().ok();
    let genesis = genesis.and_then(|history| Some(history.placed().next()?.object));
    let Some(genesis) = genesis else {
        return vec![Diagnosis::remark(
            "remote",
            format!("'{remote}' can be reached"),
        )];
    };
    let wanted = repository.config().string("coord.ref");
    let wanted = wanted.unwrap_or_else(|| LEDGER_REF.to_owned());
    let takes = |probe: &str| takes(repository, remote, genesis, probe);
    let Some((name, probe)) = PROBES.iter().find(|(name, _)| *name == wanted) else {
        let what = format!("'{remote}' can be reached; whether it takes {wanted} was not tried");
        return vec![Diagnosis::remark("remote", what)];
    };
    let Err(why) = takes(probe) else {
        return vec![Diagnosis::good(
            "remote",
            format!("'{remote}' takes {name}"),
        )];
    };
    let refused = Diagnosis::wrong("remote", format!("'{remote}' does not take {name}: {why}"));
    let mut others = PROBES.iter().filter(|(other, _)| other != name);
    vec![match others.find(|(_, probe)| takes(probe).is_ok()) {
        Some((other, _)) => refused.mended_by(Remedy::UseRef(other)),
        None => refused,
    }]
}

/// Whether it lets the ref be made; it is deleted again.
fn takes(
    repository: &Repository,
    remote: &str,
    genesis: ObjectId,
    probe: &str,
) -> Result<(), Error> {
    repository.try_ref(remote, probe, Some(genesis))?;
    repository.try_ref(remote, probe, None)
}
