//! Whether the hooks that were put in work.
//!
//! Not here: putting them in (`commands::hooks`), and the proof itself (`hooks::self_test`).

use crate::{
    git::repository::Repository,
    hooks::{
        Hook,
        install::Site,
        self_test::{self, Proof},
    },
    ledger::{Error, Ledger},
    sync::checkup::Finding,
};

pub(super) fn examine(ledger: &Ledger) -> Vec<Finding> {
    // Each of them would only say again what is wrong with the ledger.
    if !matches!(ledger.current(), Ok(_) | Err(Error::LedgerGone)) {
        return vec![Finding::good(
            "hooks",
            "not tried: the ledger cannot be read",
        )];
    }
    let repository = ledger.repository();
    let proven =
        proven(repository).unwrap_or_else(|error| vec![Finding::of_error("hooks", &error)]);
    if proven.is_empty() {
        vec![Finding::good("hooks", "none is installed")]
    } else {
        proven
    }
}

fn proven(repository: &Repository) -> Result<Vec<Finding>, Error> {
    let site = Site::look(repository)?;
    let (mut working, mut findings) = (0, Vec::new());
    for hook in Hook::ALL {
        let Some(way) = site.installed(hook)? else {
            continue;
        };
        match self_test::prove(repository, &site, hook, &way)? {
            Proof::Works => working += 1,
            Proof::Fails(why) => {
                let what = format!("{} does not work: {why}", hook.name());
                findings.push(Finding::wrong("hooks", what).mend("git coord hooks install"));
            }
        }
    }
    if working > 0 {
        findings.push(Finding::good("hooks", format!("{working} work")));
    }
    Ok(findings)
}
