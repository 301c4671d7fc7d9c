//! Whether the installed hooks work.
//!
//! Not here: installing them (`commands::hooks`), and the test itself (`hooks::self_test`).

use super::row::Row;
use crate::{
    core::values::text::shell_word,
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
    // Every hook would only repeat the problem of the ledger.
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
    let (mut working, mut findings) = (Vec::new(), Vec::new());
    for &hook in Hook::ALL {
        let Some(method) = site.installed(hook)? else {
            continue;
        };
        match self_test::prove(repository, &site, hook, &method)? {
            Proof::Works => working.push(hook),
            Proof::Fails(why) => {
                let what = format!("{} does not work: {why}", hook.name());
                findings.push(Row::wrong("hooks", what).hint("git coord hooks install"));
            }
        }
    }
    for folder in site.left_out(&working)? {
        let folder = folder.display().to_string();
        let folder = shell_word(&folder);
        let what =
            format!("they are not in the worktree {folder}, which has a hooks folder of its own");
        let hint = format!("git -C {folder} coord hooks install");
        findings.push(Row::wrong("hooks", what).hint(hint));
    }
    if !working.is_empty() {
        findings.push(Row::good("hooks", format!("{} hooks work", working.len())));
    }
    Ok(findings)
}
