//! `coord.sync = auto`: after each write, what is here is published, within a limit and without ever failing the write.
//!
//! Not here: a sync that was asked for (`commands::sync`).

use super::{CommandError, Context, home};
use crate::{
    core::text::shell_word,
    store::{Error, Ledger, anchor, remote::Remote, sync::Synced},
};

/// Syncs with home if that is wished for and something here is not there; of what went to an outbox, says where it is.
/// What goes wrong is a warning.
pub fn after_writing(context: &mut Context) {
    if let Some(outbox) = context.outbox() {
        let path = outbox.display().to_string();
        let hint = format!(
            "not in the ledger until: git coord ingest {}",
            shell_word(&path)
        );
        return context.ui.hint(hint);
    }
    let Ok(ledger) = context.ledger() else { return };
    let repository = ledger.repository();
    let wished = repository.config().string("coord.sync");
    let (Some("auto"), Some(home)) = (wished.as_deref(), Remote::home(repository)) else {
        return;
    };
    match publish(context, &ledger, &home) {
        Ok(None) => {}
        Ok(Some(synced)) => {
            for anomaly in &synced.report.refused {
                let (actor, refusal) = (&anomaly.actor, &anomaly.refusal);
                context.ui.warn(format!("refused, by {actor}: {refusal}"));
            }
        }
        Err(error) => context.ui.warn(format!("not published yet: {error}")),
    }
}

fn publish(
    context: &Context,
    ledger: &Ledger,
    home: &Remote,
) -> Result<Option<Synced>, CommandError> {
    let repository = ledger.repository();
    let tip = ledger.tip()?.ok_or(Error::NoLedger)?;
    if anchor::read(repository)? == Some(tip) {
        return Ok(None);
    }
    let mut sync = home::sync(context, ledger, home)?;
    sync.transfer.limit = Some(home::patience(repository)?);
    let synced = sync.run(|state| context.author(repository, state))?;
    Ok(Some(synced))
}
