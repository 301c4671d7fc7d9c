//! Whether a remote can be reached and accepts the ledger's ref. The check pushes to it, so it runs only on request.
//!
//! Not here: publishing the ledger.

use super::diagnosis::{Diagnosis, Remedy};
use crate::{
    git::{
        Error,
        repository::{ObjectId, Repository, Transfer},
    },
    ledger::{LEDGER_REF, Ledger},
};

/// A ref that is pushed and deleted again. It holds the genesis, which discloses only that there is a ledger.
const PROBES: [(&str, &str); 2] = [
    (LEDGER_REF, "refs/coord/doctor"),
    ("refs/heads/coord", "refs/heads/coord-doctor"),
];

/// Checks whether `remote` accepts the ref that `coord.ref` names, and if not, whether it accepts the other usual ref.
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
        let what =
            format!("'{remote}' can be reached; it was not tested whether it accepts {wanted}");
        return vec![Diagnosis::remark("remote", what)];
    };
    let Err(why) = takes(probe) else {
        return vec![Diagnosis::good(
            "remote",
            format!("'{remote}' takes {name}"),
        )];
    };
    let refused = Diagnosis::wrong("remote", format!("'{remote}' rejects {name}: {why}"));
    let mut others = PROBES.iter().filter(|(other, _)| other != name);
    vec![match others.find(|(_, probe)| takes(probe).is_ok()) {
        Some((other, _)) => refused.mended_by(Remedy::UseRef(other)),
        None => refused,
    }]
}

/// Whether the remote lets the ref be created. It is deleted again.
fn takes(
    repository: &Repository,
    remote: &str,
    genesis: ObjectId,
    probe: &str,
) -> Result<(), Error> {
    repository.try_ref(remote, probe, Some(genesis))?;
    repository.try_ref(remote, probe, None)
}
