//! Whether the hooks that were put in work.
//!
//! Not here: putting them in (`commands::hooks`), and the proof itself (`hooks::self_test`).

use super::row::Row;
use crate::{
    git::{Error, repository::Repository},
    hooks::{
        Hook,
        install::Site,
        self_test::{self, Proof},
    },
    ledger::{self, Ledger},
    sync::checkup::Grade,
};

pub(super) fn examine(ledger: &Ledger) -> Vec<Row> {
    // Each of them would only say again what is wrong with the ledger.
    if !matches!(ledger.current(), Ok(_) | Err(ledger::Error::LedgerGone)) {
        return vec![Row::good("hooks", "not tested: the ledger cannot be read")];
    }
    let repository = ledger.repository();
    let failed = |error: Error| vec![Row::of_error("hooks", Grade::Wrong, &error.into())];
    let proven = proven(repository).unwrap_or_else(failed);
    if proven.is_empty() {
        vec![Row::good("hooks", "no hook is installed")]
    } else {
        proven
    }
}

fn proven(repository: &Repository) -> Result<Vec<Row>, Error> {
    let site = Site::look(repository)?;
    let (mut working, mut findings) = (0, Vec::new());
    for hook in Hook::ALL {
        let Some(method) = site.installed(hook)? else {
            continue;
        };
        match self_test::prove(repository, &site, hook, &method)? {
            Proof::Works => working += 1,
            Proof::Fails(why) => {
                let what = format!("{} does not work: {why}", hook.name());
                findings.push(Row::wrong("hooks", what).mend("git coord hooks install"));
            }
        }
    }
    if working > 0 {
        findings.push(Row::good("hooks", format!("{working} hooks work")));
    }
    Ok(findings)
}
