//! The ref, its log, the entries to which it leads, and the ledger to which the repository is pinned.
//!
//! Not here: how lost lines are found (`recover`), and the entries' checks themselves (`verify`).

use super::{
    super::recover::{FoundLine, FoundLines, Present, Recovery, Search},
    diagnosis::{Diagnosis, Remedy},
};
use crate::{
    core::values::{id::EntryId, text::counted, time::Timestamp},
    ledger::{Error, History, LEDGER_REF, Ledger, anchor},
};

pub(super) fn examine(
    ledger: &Ledger,
    history: Result<&History, Option<Error>>,
    now: Timestamp,
) -> Vec<Diagnosis> {
    let found = match ledger.look_for_lines(Search::Logs) {
        Ok(found) => found,
        Err(error) => return vec![Diagnosis::of_error("ref", error)],
    };
    let mut others = vec![log(&found)];
    if let Present::Good(line) = &found.present {
        others.extend(entries(ledger, history));
        others.push(pin(ledger, line.ledger));
        others.push(home(ledger, line));
        others.push(clock(line.at, now));
    }
    let mut all = vec![the_ref(found)];
    all.append(&mut others);
    all
}

fn the_ref(found: FoundLines) -> Diagnosis {
    let is_lost = matches!(found.recovery(), Recovery::Lost);
    match found.present {
        Present::Good(line) => {
            let (tip, entries) = (
                line.tip.to_string(),
                counted(line.entries, "entry", "entries"),
            );
            let what = format!("{LEDGER_REF} is at {tip:.10}, {entries}");
            Diagnosis::good("ref", what)
        }
        Present::Absent => {
            let gone = Diagnosis::wrong("ref", format!("{LEDGER_REF} is gone"));
            gone.mended_by(Remedy::Recover)
        }
        Present::Bad { why, .. } if is_lost || matches!(why, Error::Unsupported(_)) => {
            Diagnosis::of_error("ref", why)
        }
        Present::Bad { why, .. } => {
            Diagnosis::wrong("ref", why.to_string()).mended_by(Remedy::Recover)
        }
    }
}

/// The log is needed to recover a ref that was moved back.
fn log(found: &FoundLines) -> Diagnosis {
    let Present::Good(present) = &found.present else {
        return if found.logged {
            Diagnosis::good("log", "the log says where the ledger was")
        } else {
            Diagnosis::remark("log", format!("{LEDGER_REF} has no log"))
        };
    };
    let lost: usize = found.lines.iter().map(|line| present.lacks_of(line)).sum();
    match (lost, found.logged) {
        (0, true) => Diagnosis::good("log", "the ref contains all entries that it ever contained"),
        (0, false) => Diagnosis::remark("log", format!("{LEDGER_REF} has no log yet")),
        (lost, _) => {
            let lost = counted(lost, "entry", "entries");
            let what = format!("the ref was moved back and lost {lost}");
            Diagnosis::wrong("log", what).mended_by(Remedy::Recover)
        }
    }
}

/// The maximum number of ignored (quarantined) commits that are named.
const NAMED_MAX: usize = 10;

fn entries(ledger: &Ledger, history: Result<&History, Option<Error>>) -> Vec<Diagnosis> {
    let report = history.and_then(|history| ledger.verify_history(history).map_err(Some));
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            let errors = error.into_iter();
            return errors
                .map(|it| Diagnosis::of_error("entries", it))
                .collect();
        }
    };
    if report.is_good() {
        let refused = match report.refused.len() {
            0 => String::new(),
            refused => format!(", {refused} refused by the rules"),
        };
        let good = Diagnosis::good("entries", format!("all verified{refused}"));
        let written = report.written.into_iter().map(Diagnosis::of_actor);
        return std::iter::once(good).chain(written).collect();
    }
    let open = report
        .quarantined
        .iter()
        .filter(|entry| !entry.acknowledged);
    let mut open: Vec<String> = open
        .map(|entry| {
            format!(
                "commit {} is ignored (quarantined): {}",
                entry.object, entry.flaw
            )
        })
        .collect();
    if open.len() > NAMED_MAX {
        let more = open.len() - NAMED_MAX;
        open.truncate(NAMED_MAX);
        open.push(format!("{more} more commits are ignored (quarantined)"));
    }
    let broken = report.broken.iter();
    let broken = broken.map(|broken| format!("{} is broken: {}", broken.object, broken.fault));
    let mut told: Vec<String> = open.into_iter().chain(broken).collect();
    if told.is_empty() {
        told.push("a snapshot does not match its state".to_owned());
    }
    let wrong = |what| Diagnosis::wrong("entries", what).mended_by(Remedy::Verify);
    told.into_iter().map(wrong).collect()
}

fn pin(ledger: &Ledger, id: EntryId) -> Diagnosis {
    match ledger.repository().config().string("coord.ledger") {
        Some(_) => Diagnosis::good("pin", format!("pinned to ledger {}", id.short())),
        None => Diagnosis::wrong("pin", "the repository is not pinned to its ledger")
            .mended_by(Remedy::Pin(id)),
    }
}

/// The anchor has to be on the line of the ref: then no published entry has moved in this clone.
fn home(ledger: &Ledger, line: &FoundLine) -> Diagnosis {
    match anchor::read(ledger.repository()) {
        Ok(None) => Diagnosis::good("anchor", "home was never asked"),
        Ok(Some(tip)) if line.is_on_mainline(tip) => {
            let tip = tip.to_string();
            Diagnosis::good(
                "anchor",
                format!("the last accepted entry of home is {tip:.10}"),
            )
        }
        Ok(Some(tip)) => {
            let what = format!(
                "the line of {LEDGER_REF} does not contain {tip}, the last accepted entry of home"
            );
            Diagnosis::wrong("anchor", what).mended_by(Remedy::Sync)
        }
        Err(error) => Diagnosis::of_error("anchor", error),
    }
}

fn clock(newest: Timestamp, now: Timestamp) -> Diagnosis {
    if newest > now {
        Diagnosis::wrong(
            "clock",
            format!(
                "the newest entry is dated {} ({}), but the clock says {}",
                newest.seen_from(now),
                newest.distance_from(now),
                now.dated()
            ),
        )
        .mended_by(Remedy::LookAtClock)
    } else {
        Diagnosis::good("clock", now.dated())
    }
}
