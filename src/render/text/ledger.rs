//! The lists of snapshots and of actors.
//!
//! Not here: guardrails, targets and observations, which are on the dashboard (`status`).

use std::collections::BTreeMap;

use super::{
    style::{BAD, DIM, PLAIN, Style},
    table::{Cell, table},
};
use crate::core::{
    plan::{
        roster::{Actor, KeyStanding},
        state::records::Snapshot,
    },
    values::{id::ActorName, time::DayOffset},
    views::diff::FigureChange,
};

/// A snapshot in the list.
pub struct SnapshotLine<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// The object id of its commit.
    pub object: &'a str,
    /// Its figures, if its file can be read.
    pub figures: Option<&'a BTreeMap<String, u64>>,
    /// What changed since the snapshot before.
    pub changes: &'a [FigureChange],
}

/// The snapshots, each with its counts and what changed since the one before.
pub fn snapshots(lines: &[SnapshotLine<'_>], days: DayOffset, style: Style) -> String {
    let row = |line: &SnapshotLine<'_>| {
        let snapshot = line.snapshot;
        let label = snapshot.label.as_ref().map_or("", |label| label.as_str());
        let figure = |name: &str| line.figures.and_then(|it| it.get(name)).copied();
        let done = match (figure("done"), figure("total"), figure("cancelled")) {
            (Some(done), Some(total), Some(cancelled)) => {
                let percent = figure("percent").unwrap_or_default();
                format!("{done}/{} {percent}%", total.saturating_sub(cancelled))
            }
            _ => String::new(),
        };
        let changes: Vec<String> = line.changes.iter().map(change).collect();
        [
            Cell::new(&snapshot.at.day(days).to_string()),
            Cell::new(&format!("{} UTC", snapshot.at.clock())),
            Cell::new(label),
            Cell::new(snapshot.actor.as_str()),
            Cell::new(&done),
            Cell::new(&changes.join(", ")),
            Cell::painted(&format!("{:.10}", snapshot.state.to_hex()), DIM),
            Cell::painted(&format!("{:.10}", line.object), DIM),
        ]
    };
    if lines.is_empty() {
        return "no snapshots\n".to_owned();
    }
    let columns = [
        "Day", "Time", "Label", "By", "Done", "Change", "Digest", "Commit",
    ];
    table(columns, lines.iter().map(row), style)
}

/// A figure's change: `done +2`.
fn change(step: &FigureChange) -> String {
    let name = step.name.replace('_', " ");
    let sign = if step.after > step.before { '+' } else { '-' };
    format!("{name} {sign}{}", step.after.abs_diff(step.before))
}

/// The actors: name, kind, roles, address and active keys.
pub fn actors<'a>(
    actors: impl Iterator<Item = (&'a ActorName, &'a Actor)>,
    style: Style,
) -> String {
    let row = |(name, actor): (&ActorName, &Actor)| {
        let roles: Vec<&str> = actor.roles.iter().map(|role| role.as_str()).collect();
        let is_removed = roles.is_empty() && !actor.can_sign();
        let roles = if is_removed {
            "removed".to_owned()
        } else {
            roles.join(", ")
        };
        let (keys, ansi) = keys(actor);
        [
            Cell::new(name.as_str()),
            Cell::new(actor.kind.as_str()),
            Cell::new(&roles),
            Cell::new(actor.email.as_str()),
            Cell::painted(&keys, ansi),
        ]
    };
    let rows = actors.map(row);
    table(["Actor", "Kind", "Roles", "Address", "Keys"], rows, style)
}

/// The fingerprints of the active keys, and the number of keys that have ended.
fn keys(actor: &Actor) -> (String, anstyle::Style) {
    let active = |standing: &KeyStanding| *standing == KeyStanding::Active;
    let mut words: Vec<String> = actor
        .keys
        .iter()
        .filter(|(_, key)| active(&key.standing))
        .map(|(key, _)| key.fingerprint())
        .collect();
    let ansi = if words.is_empty() { BAD } else { PLAIN };
    let ended = actor.keys.len() - words.len();
    if words.is_empty() {
        words.push("cannot sign".to_owned());
    }
    if ended > 0 {
        words.push(format!("{ended} ended"));
    }
    (words.join(", "), ansi)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, ObservationEvent},
        sample::Sample,
    };

    #[test]
    fn actors_are_listed_with_roles_and_keys() {
        let text = actors(Sample::new().state().roster.actors(), Style::default());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "  Actor    Kind   Roles             Address              Keys"
        );
        assert_eq!(
            lines[2],
            "  claude   agent  worker, reviewer  claude@example.org   SHA256:xFyL5QIHVPUgDsK9ViO1RKv4YDBk+DsS9a1523L1sVQ"
        );
    }

    #[test]
    fn snapshots_are_listed_with_their_counts_and_what_changed() {
        let mut day = Sample::new();
        assert_eq!(
            snapshots(&[], DayOffset::default(), Style::default()),
            "no snapshots\n"
        );
        let event = ObservationEvent::SnapshotTaken {
            label: "morning".parse().ok(),
            state: day.state().digest(),
            versions: (1, 1, 1),
        };
        day.by("ana", Event::Observation(event));
        let figures = [("done", 3), ("total", 8), ("cancelled", 1), ("percent", 42)];
        let figures = figures.map(|(name, value)| (name.to_owned(), value));
        let figures = BTreeMap::from(figures);
        let changes = [("done", 1, 3), ("in_progress", 4, 2)];
        let changes = changes.map(|(name, before, after)| FigureChange {
            name,
            before,
            after,
        });
        let snapshot = &day.state().snapshots[0];
        let line = SnapshotLine {
            snapshot,
            object: "0123456789abcdef",
            figures: Some(&figures),
            changes: &changes,
        };
        let told = snapshots(&[line], DayOffset::default(), Style::default());
        let row = told.lines().nth(1).unwrap();
        let digest = format!("{:.10}", snapshot.state.to_hex());
        assert_eq!(
            row,
            format!(
                "  2025-10-15  08:04 UTC  morning  ana  3/7 42%  done +2, in progress -2  {digest}  0123456789"
            )
        );
    }
}
