//! `git coord upgrade`: announce newer versions of the ledger's format.
//!
//! Not here: what a version changes (LEDGER_FORMAT.md), and how older programs find out (`core::history::judge`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code, task::act},
    core::{
        entry::event::{Event, LedgerEvent, ledger::Versions},
        history::judge::KNOWN,
        views::snapshot::VersionsDocument,
    },
    ledger::EntryDraft,
    render::text,
};

/// Announce newer versions of the ledger's format
///
/// Without an option, it announces the newest versions that this program knows. From then on, older programs refuse the
/// ledger with 'unsupported': install the new program in every clone first. Only an admin can do this.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  git coord upgrade\n  git coord upgrade --rules 1")]
pub struct Args {
    /// Announce this version of what an entry is
    #[arg(long, value_name = "N")]
    pub format: Option<u16>,
    /// Announce this version of what entries do
    #[arg(long, value_name = "N")]
    pub rules: Option<u16>,
    /// Announce this version of the state and its digest
    #[arg(long, value_name = "N")]
    pub state: Option<u16>,
    /// Announce this version of the commit messages
    #[arg(long, value_name = "N")]
    pub message: Option<u16>,
    /// Announce this version of a snapshot's files
    #[arg(long, value_name = "N")]
    pub files: Option<u16>,
}

/// The data of `coord.upgraded/1`.
#[derive(Serialize)]
struct Upgraded {
    /// The versions in force.
    versions: VersionsDocument,
}

/// # Errors
/// `unsupported` for a version that this program does not know.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let wished = Versions {
        format: args.format,
        rules: args.rules,
        state: args.state,
        message: args.message,
        files: args.files,
    };
    check_known(wished)?;
    let written = act::on_ledger(context, |state| {
        let in_force = state.roster.versions();
        // Version 1 is in force from the beginning, so it is announced only by name.
        let newest = |known: Option<u16>| known.filter(|version| *version > 1);
        let wished = if wished == Versions::default() {
            Versions {
                format: newest(KNOWN.format),
                rules: newest(KNOWN.rules),
                state: newest(KNOWN.state),
                message: newest(KNOWN.message),
                files: newest(KNOWN.files),
            }
        } else {
            wished
        };
        let event = || Event::Ledger(LedgerEvent::Upgraded(wished));
        let is_new = wished.exceed(in_force);
        Ok(is_new.then(|| EntryDraft::from(event())))
    })?;
    let versions = VersionsDocument::from(written.state.roster.versions());
    let said = if written.entry.is_some() {
        "announced"
    } else {
        "nothing to upgrade"
    };
    let text = format!("{said}: {}\n", text::versions(versions));
    written.answer(context, "coord.upgraded/1", Upgraded { versions }, text)
}

fn check_known(wished: Versions) -> Result<(), CommandError> {
    let pairs = wished.parts().into_iter().zip(KNOWN.parts());
    for ((part, wished), (_, known)) in pairs {
        if let (Some(wished), Some(known)) = (wished, known)
            && wished > known
        {
            let message =
                format!("this version of git-coord knows {part} up to {known}, not {wished}");
            return Err(CommandError::fatal(code::UNSUPPORTED, message)
                .hint("install a newer git-coord, then: git coord upgrade"));
        }
    }
    Ok(())
}
