//! `git coord doctor`: check everything that the ledger depends on, and recover a lost ledger.
//!
//! Not here: the checks (`sync::checkup`, `keys`) and the search (`sync::recover`).

mod hooks;
mod keys;
mod recovery;
mod row;

use std::fmt::Write as _;

use serde::Serialize;

use self::row::Row;
use crate::{
    cli::{CommandError, Context},
    core::values::text::visible,
    git::refs,
    ledger::{Error, LEDGER_REF, Ledger},
    sync::checkup::{Diagnosis, Grade, ask_remote},
};

/// Check everything that the ledger depends on
///
/// The command prints each problem with the command that fixes it. It exits with 1 if there is one. Only --recover
/// changes this repository. It restores a ledger whose ref was moved back, deleted or damaged. It never drops an entry
/// that the ref leads to now.
/// If it finds several lines that exclude each other, --recover TIP joins them, with that line first.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  git coord doctor\n  git coord doctor --recover")]
pub struct Args {
    /// Restore the ledger's ref, if need be with the line of TIP first
    #[arg(long, value_name = "TIP", num_args = 0..=1)]
    pub recover: Option<Option<String>>,
    /// Also test whether REMOTE accepts the ledger's ref
    ///
    /// The test pushes a ref to REMOTE and deletes it again.
    #[arg(long, value_name = "REMOTE", conflicts_with = "recover")]
    pub remote: Option<String>,
}

/// The data of `coord.doctor/1`.
#[derive(Serialize)]
struct Examined<'a> {
    /// Whether the exit status is 0.
    good: bool,
    findings: &'a [Row],
}

/// # Errors
/// There is no ledger and never was one. The answer is no if there is a problem.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox_and_key("doctor")?;
    let ledger = context.ledger()?;
    refuse_without_ledger(&ledger)?;
    if let Some(first) = &args.recover {
        return recovery::run(context, &ledger, first.as_deref());
    }
    let mut findings: Vec<Row> = rows(ledger.examine(context.now()?)).collect();
    findings.extend(keys::examine(context, &ledger));
    findings.extend(hooks::examine(&ledger));
    if let Some(remote) = &args.remote {
        findings.extend(rows(ask_remote(&ledger, remote)));
    }
    let wrong = findings
        .iter()
        .filter(|finding| finding.grade == Grade::Wrong)
        .count();
    let examined = Examined {
        good: wrong == 0,
        findings: &findings,
    };
    let text = text(&findings, wrong);
    context.ui.answer("coord.doctor/1", &examined, text)?;
    CommandError::unless(wrong == 0)
}

fn rows(examined: Vec<Diagnosis>) -> impl Iterator<Item = Row> {
    examined.into_iter().map(Row::from)
}

/// Refuses a repository without any trace of a ledger.
fn refuse_without_ledger(ledger: &Ledger) -> Result<(), Error> {
    let repository = ledger.repository();
    let is_absent = matches!(ledger.tip(), Ok(None));
    let is_pinned = repository.config().string("coord.ledger").is_some();
    if is_absent && !is_pinned && refs::logged(repository, LEDGER_REF)?.is_empty() {
        Err(Error::NoLedger)
    } else {
        Ok(())
    }
}

/// A line for each check, and below a problem the command that fixes it.
fn text(findings: &[Row], wrong: usize) -> String {
    let width = findings.iter().map(|finding| finding.about.len()).max();
    let width = width.unwrap_or_default();
    let mut page = String::new();
    for finding in findings {
        let label = match finding.grade {
            Grade::Good | Grade::Remark => "",
            Grade::Wrong => "wrong: ",
        };
        let what = visible(&finding.what);
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{:width$}  {label}{what}", finding.about);
        if let Some(hint) = &finding.hint {
            let _ = writeln!(page, "{:width$}  hint: {}", "", visible(hint));
        }
    }
    page + &match wrong {
        0 => "no problems found\n".to_owned(),
        1 => "1 problem found\n".to_owned(),
        wrong => format!("{wrong} problems found\n"),
    }
}
