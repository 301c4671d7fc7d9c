//! A document's facts in a few words, as tables for people show them. Text from people stays raw.
//!
//! Not here: escaping and layout (`dashboard`, `render`).

use super::{
    summary::Count,
    task::{GateDocument, Minutes, TaskDocument},
};
use crate::core::plan::state::standing::GateStanding;

impl TaskDocument {
    /// Its owners: `codex + copilot`.
    pub fn owners_in_words(&self) -> String {
        let names: Vec<&str> = self.owners.iter().map(|owner| owner.as_str()).collect();
        names.join(" + ")
    }
    /// Its priority, or nothing.
    pub fn priority_in_words(&self) -> &'static str {
        self.priority.map_or("", |priority| priority.as_str())
    }
    /// Its estimate: `2h-3h`, or nothing.
    pub fn estimate_in_words(&self) -> String {
        self.estimate_minutes.map_or_else(String::new, effort)
    }
    /// How far it is: `40% (2/5)`.
    pub fn progress_in_words(&self) -> String {
        match self.progress.steps_total {
            0 => format!("{}%", self.progress.percent),
            total => format!(
                "{}% ({}/{total})",
                self.progress.percent, self.progress.steps_done
            ),
        }
    }
    /// Its gates: `claude pending, role:reviewer approved by ana`.
    pub fn gates_in_words(&self) -> String {
        let gates: Vec<String> = self.gates.iter().map(GateDocument::in_words).collect();
        gates.join(", ")
    }
    /// What is in the way: `staging is down; on A: needs its schema`.
    pub fn blockers_in_words(&self) -> String {
        let blockers = self.blockers.iter().map(|blocker| match &blocker.on {
            Some(on) => format!("on {on}: {}", blocker.reason.as_str()),
            None => blocker.reason.as_str().to_owned(),
        });
        blockers.collect::<Vec<_>>().join("; ")
    }
}

impl GateDocument {
    /// What the gate says: `claude pending`, `role:reviewer approved by ana`.
    pub fn in_words(&self) -> String {
        let by = self.by.to_string();
        match (&self.actor, self.state) {
            (Some(actor), GateStanding::Approved | GateStanding::Rejected)
                if *actor.as_str() != *by =>
            {
                format!("{by} {} by {actor}", self.state)
            }
            _ => format!("{by} {}", self.state),
        }
    }
}

impl Count {
    /// How many are done: `3 of 9`.
    pub fn in_words(self) -> String {
        format!("{} of {}", self.done, self.total)
    }
}

/// A range of minutes: `30min`, `2h-3h`, `1h30min`.
pub fn effort(minutes: Minutes) -> String {
    match minutes {
        Minutes { low, high } if low == high => duration(low),
        Minutes { low, high } => format!("{}-{}", duration(low), duration(high)),
    }
}

/// `30min`, `2h`, `1h30min`.
pub fn duration(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest}min"),
        (hours, 0) => format!("{hours}h"),
        (hours, rest) => format!("{hours}h{rest}min"),
    }
}

/// What the wave of this number, from 1, is called: `FIRST` to `TENTH`, then `WAVE 11` and so on.
pub fn wave_name(number: u32) -> String {
    const NAMES: [&str; 10] = [
        "FIRST", "SECOND", "THIRD", "FOURTH", "FIFTH", "SIXTH", "SEVENTH", "EIGHTH", "NINTH",
        "TENTH",
    ];
    let name = usize::try_from(number)
        .ok()
        .and_then(|number| NAMES.get(number.checked_sub(1)?));
    match name {
        Some(name) => (*name).to_owned(),
        None => format!("WAVE {number}"),
    }
}
