//! `log --follow`: each new entry as it arrives.
//!
//! Not here: which entries the reader wants (`reader`), and how the program sleeps (`ledger::watch`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::reader::{self, Reader, Unread};
use crate::{
    cli::{
        CommandError, Context,
        clock::Running,
        reading::revision::{Reading, short},
    },
    core::history::log::Log,
    ledger::watch::Watch,
    render::text,
};

/// Prints the entries after `since`, and then each new one, until there were `most` or the reader goes away.
///
/// # Errors
/// The entry `since` does not exist, the ledger is gone, or nobody reads any more.
pub(super) fn run(
    context: &mut Context,
    mut reading: Reading,
    reader: &Reader,
    since: Option<&str>,
    most: usize,
) -> Result<(), CommandError> {
    let watch = Watch::new(reading.ledger().repository());
    let closed = Arc::new(AtomicBool::new(false));
    let (wake, close) = (watch.waker(), Arc::clone(&closed));
    context.ui.when_closed(move || {
        close.store(true, Ordering::Relaxed);
        wake();
    });
    let clock = Running::from(context.now()?);
    let mut left = most;
    let mut unread = match since {
        Some(since) => reader.unread_after(&reading, reader::entry(&reading, since)?, None)?,
        None => Vec::new(),
    };
    loop {
        for unread in unread.drain(..).take(left) {
            left -= 1;
            print(context, &reading, reader, unread)?;
        }
        if left == 0 {
            return Ok(());
        }
        let seen = reading.present();
        while !reading.refresh(clock.now())? {
            watch.sleep(Duration::MAX);
            if closed.load(Ordering::Relaxed) {
                return Err(CommandError::output_closed());
            }
        }
        if !reading.past()?.contains(seen.tip)? {
            context.ui.warn(format!(
                "the ledger was rewound or rewritten: it has no entry {} any more; it goes on from {}",
                short(seen.tip),
                short(reading.tip())
            ));
        }
        unread = reader.unread_after(&reading, seen.tip, Some(&seen.state))?;
    }
}

/// Prints one entry at once.
fn print(
    context: &mut Context,
    reading: &Reading,
    reader: &Reader,
    unread: Unread,
) -> Result<(), CommandError> {
    let entry = reader.entry(reading, &Log::new(reading.state()), unread)?;
    if context.ui.is_json() {
        context.ui.success("coord.log/1", &entry)?;
    } else {
        let style = context.ui.style();
        context.ui.text(match entry.details {
            Some(_) => entry.page(reading.now(), style),
            None => text::log_line(&entry.line, style),
        })?;
    }
    context.ui.finish()
}
