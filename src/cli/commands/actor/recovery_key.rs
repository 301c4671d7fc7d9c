//! `git coord actor recovery-key`: the key that can sign for every admin, and that only itself can replace.
//!
//! Not here: the actors' own keys (`super`).

use std::path::PathBuf;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, task::act},
    core::entry::event::{Event, RosterEvent},
    git::sign,
    ledger::EntryDraft,
};

/// Set the recovery key, which can sign for every admin
///
/// Keep its private half offline. Only an existing recovery key can replace or remove itself: git -c
/// coord.NAME.signingKey=FILE coord actor recovery-key …, where NAME is an admin.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord actor recovery-key recovery.pub")]
pub struct Args {
    /// File with the public SSH key
    #[arg(value_name = "FILE.pub", required_unless_present = "none")]
    pub key: Option<PathBuf>,
    /// Remove the recovery key
    #[arg(long, conflicts_with = "key")]
    pub none: bool,
}

/// The data of `coord.recovery_key/1`.
#[derive(Serialize)]
struct Answer {
    fingerprint: Option<String>,
}

pub(super) fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let key = args.key.as_deref().map(sign::read_public).transpose()?;
    let written = act::on_ledger(context, |state| {
        let is_new = state.roster.recovery() != key.as_ref();
        let event = RosterEvent::RecoveryKeySet { key: key.clone() };
        Ok(is_new.then(|| EntryDraft::from(Event::Roster(event))))
    })?;
    let recovery = written.state.roster.recovery();
    let fingerprint = recovery.map(|key| key.fingerprint());
    let text = match &fingerprint {
        Some(fingerprint) => format!("the recovery key is {fingerprint}\n"),
        None => "there is no recovery key\n".to_owned(),
    };
    let answer = Answer { fingerprint };
    context.ui.answer("coord.recovery_key/1", &answer, text)
}
