//! `coord.sync = auto`: publishing after each write, with a time limit and without failing the write.
//!
//! Not here: a requested sync (`commands::sync`).

use super::{answer::Refused, home};
use crate::{
    cli::{CommandError, Context, failure::hint},
    core::values::{id::EntryId, time::Timestamp},
    ledger::{Ledger, anchor},
    sync::{remote::Remote, round::Synced},
};

/// Syncs with home if `coord.sync` is set and home lacks entries. For an outbox, it only prints a hint. A failure is a
/// warning. Returns whether the rules refuse the last local entry at its new position, because another actor came
/// first.
pub fn after_writing(context: &mut Context) -> bool {
    if let Some(outbox) = context.outbox() {
        let hint = hint::take_in(&outbox.display().to_string());
        context.ui.hint(hint);
        return false;
    }
    let Ok(ledger) = context.ledger() else {
        return false;
    };
    let repository = ledger.repository();
    let wished = repository.config().string("coord.sync");
    match wished.as_deref().unwrap_or_default() {
        "auto" => {}
        "" | "false" | "no" | "off" | "0" => return false,
        other => {
            context.ui.warn(format!(
                "unknown value '{other}' of coord.sync; only 'auto' has an effect"
            ));
            return false;
        }
    }
    let Some(home) = Remote::home(repository) else {
        return false;
    };
    match publish(context, &ledger, &home) {
        Ok(None) => false,
        Ok(Some((last, now, synced))) => {
            let refused = &synced.report.refused;
            for anomaly in refused {
                let refused = Refused::of(anomaly).in_words(now);
                context.ui.warn(refused);
            }
            if let Some(ahead) = &synced.report.ahead {
                let message = format!("your entries are not published yet: home has {ahead}");
                context.ui.warn(message);
            }
            refused.iter().any(|anomaly| anomaly.entry == last)
        }
        Err(error) => {
            let message = format!("your entries are not published yet: {error}");
            context.ui.warn(message);
            false
        }
    }
}

/// Publishes the local entries, and returns the last one and the time; none if home has the entries already.
fn publish(
    context: &Context,
    ledger: &Ledger,
    home: &Remote,
) -> Result<Option<(EntryId, Timestamp, Synced)>, CommandError> {
    let repository = ledger.repository();
    let last = ledger.current()?;
    if anchor::read(repository)? == Some(last.tip) {
        return Ok(None);
    }
    let mut sync = home::sync(context, ledger, home)?;
    sync.transfer.limit = Some(home::patience(repository)?);
    let synced = sync.run(|state| context.author(repository, state))?;
    Ok(Some((last.id, sync.now, synced)))
}
