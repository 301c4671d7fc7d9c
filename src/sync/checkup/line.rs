//! The ref, its log, the entries to which it leads, and the ledger to which the repository is pinned.
//!
//! Not here: how lost lines are found (`recover`), and the entries' checks themselves (`verify`).

use super::{
    super::recover::{Found, Line, Present, Remedy, Search},
    Finding,
};
use crate::{
    core::values::{id::EntryId, time::Timestamp},
    ledger::{LEDGER_REF, Ledger, anchor, error::RECOVER},
};

pub(super) fn examine(ledger: &Ledger, now: Timestamp) -> Vec<Finding> {
    let found = match ledger.look_for_lines(Search::Logs) {
        Ok(found) => found,
        Err(error) => return vec![Finding::of_error("ref", &error)],
    };
    let mut findings = vec![the_ref(&found), log(&found)];
    if let Present::Good(line) = &found.present {
        findings.extend(entries(ledger));
        findings.push(pin(ledger, line.ledger));
        findings.push(home(ledger, line));
        findings.push(clock(line.at, now));
    }
    findings
}

fn the_ref(found: &Found) -> Finding {
    match &found.present {
        Present::Good(line) => {
            let (tip, entries) = (line.tip.to_string(), line.entries);
            Finding::good(
                "ref",
                format!("{LEDGER_REF} is at {tip:.10}, {entries} entries"),
            )
        }
        Present::Absent => Finding::wrong("ref", format!("{LEDGER_REF} is gone")).mend(RECOVER),
        Present::Bad { why, .. } => match found.remedy() {
            Remedy::Lost => Finding::of_error("ref", why),
            _ => Finding::wrong("ref", why.to_string()).mend(RECOVER),
        },
    }
}

/// The log is how a ref that was moved back is found again.
fn log(found: &Found) -> Finding {
    let Present::Good(present) = &found.present else {
        return if found.logged {
            Finding::good("log", "tells where the ledger was")
        } else {
            Finding::remark("log", format!("{LEDGER_REF} has no log"))
        };
    };
    let lost: usize = found.lines.iter().map(|line| present.lacks_of(line)).sum();
    match (lost, found.logged) {
        (0, true) => Finding::good("log", "the ref holds everything that it ever held"),
        (0, false) => Finding::remark("log", format!("{LEDGER_REF} has no log yet")),
        (lost, _) => {
            let what = format!("the ref was moved back: {lost} entries that it held are not in it");
            Finding::wrong("log", what).mend(RECOVER)
        }
    }
}

fn entries(ledger: &Ledger) -> Vec<Finding> {
    let report = match ledger.verify() {
        Ok(report) => report,
        Err(error) => return vec![Finding::of_error("entries", &error)],
    };
    if report.is_good() {
        let refused = match report.refused.len() {
            0 => String::new(),
            refused => format!(", {refused} refused by the rules"),
        };
        return vec![Finding::good("entries", format!("all verified{refused}"))];
    }
    let open = report
        .quarantined
        .iter()
        .filter(|entry| !entry.acknowledged);
    let open = open.map(|entry| format!("{} is quarantined: {}", entry.object, entry.flaw));
    let broken = report.broken.iter();
    let broken = broken.map(|broken| format!("{} is broken: {}", broken.object, broken.why));
    let mut told: Vec<String> = open.chain(broken).collect();
    if told.is_empty() {
        told.push("a snapshot does not derive from its state".to_owned());
    }
    let wrong = |what| Finding::wrong("entries", what).mend("git coord verify");
    told.into_iter().map(wrong).collect()
}

fn pin(ledger: &Ledger, id: EntryId) -> Finding {
    match ledger.repository().config().string("coord.ledger") {
        Some(_) => Finding::good("pin", format!("pinned to ledger {}", id.short())),
        None => Finding::wrong("pin", "the repository is not pinned to its ledger")
            .mend(format!("git config coord.ledger {id}")),
    }
}

/// What home was last accepted with has to be on the line of the ref: then nothing that was published has moved here.
fn home(ledger: &Ledger, line: &Line) -> Finding {
    match anchor::read(ledger.repository()) {
        Ok(None) => Finding::good("anchor", "home was never asked"),
        Ok(Some(tip)) if line.is_on_mainline(tip) => {
            let tip = tip.to_string();
            Finding::good("anchor", format!("home was last accepted at {tip:.10}"))
        }
        Ok(Some(tip)) => {
            let what = format!("{tip}, which home had, is not on the line of {LEDGER_REF}");
            Finding::wrong("anchor", what).mend("git coord sync")
        }
        Err(error) => Finding::of_error("anchor", &error),
    }
}

fn clock(newest: Timestamp, now: Timestamp) -> Finding {
    if newest > now {
        Finding::wrong(
            "clock",
            format!("the newest entry is of {newest}, but the clock says {now}"),
        )
        .mend("date")
    } else {
        Finding::good("clock", format!("{now}"))
    }
}
