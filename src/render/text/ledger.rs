//! The lists of snapshots and of actors.
//!
//! Not here: guardrails, targets and observations, which are on the dashboard (`status`).

use super::{
    style::{BAD, DIM, PLAIN, Style},
    table::{Cell, table},
};
use crate::core::{
    plan::{
        roster::{Actor, KeyStanding},
        state::{State, records::Snapshot},
    },
    values::id::{ActorName, EntryId},
};

/// Snapshots, oldest first: the day of the ledger, time, label, actor, and the beginning of the commit's object id, which
/// `object` returns for an entry.
pub fn snapshots(
    state: &State,
    shown: &[Snapshot],
    object: impl Fn(EntryId) -> String,
    style: Style,
) -> String {
    let row = |snapshot: &Snapshot| {
        let label = snapshot.label.as_ref().map_or("", |label| label.as_str());
        [
            Cell::new(&snapshot.at.day(state.day_offset).to_string()),
            Cell::new(&format!("{} UTC", snapshot.at.clock())),
            Cell::new(label),
            Cell::new(snapshot.actor.as_str()),
            Cell::painted(&format!("{:.10}", object(snapshot.entry)), DIM),
        ]
    };
    if shown.is_empty() {
        return "no snapshots\n".to_owned();
    }
    let rows = shown.iter().map(row);
    table(["Day", "Time", "Label", "By", "Commit"], rows, style)
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
    fn snapshots_are_listed_by_day_and_label() {
        let mut day = Sample::new();
        let object = |entry: EntryId| entry.to_string();
        let none = snapshots(day.state(), &[], object, Style::default());
        assert_eq!(none, "no snapshots\n");
        let event = ObservationEvent::SnapshotTaken {
            label: "morning".parse().ok(),
            state: day.state().digest(),
            versions: (1, 1, 1),
        };
        day.by("ana", Event::Observation(event));
        assert_eq!(
            snapshots(
                day.state(),
                &day.state().snapshots,
                object,
                Style::default()
            ),
            "  Day         Time       Label    By   Commit\n  2025-10-15  08:04 UTC  morning  ana  0000000500\n"
        );
    }
}
