//! Guardrails: the list with their commands, and the table of those that were run.
//!
//! Not here: the short table of the dashboard (`status`), and the same in Markdown (`render::audit`).

use super::{
    style::{DIM, NOTICE, Style, of_guardrail, time_seen_from},
    table::{Cell, table},
};
use crate::{
    core::{
        values::{id::GuardId, time::Timestamp},
        views::snapshot::{GuardrailDetails, GuardrailDocument},
    },
    render::Checked,
};

/// The list. `stale` and `untrusted` are true of this machine; `now` is the time from which runs are seen.
pub fn guardrails(
    guardrails: &[GuardrailDetails],
    stale: &[GuardId],
    untrusted: &[GuardId],
    now: Timestamp,
    style: Style,
) -> String {
    if guardrails.is_empty() {
        return "no guardrails\n".to_owned();
    }
    let rows: Vec<Vec<Cell>> = guardrails
        .iter()
        .map(|details| {
            let guardrail = &details.guardrail;
            let mut notes = Vec::new();
            notes.extend(what_it_is_of(guardrail, stale).map(|of| {
                if details.dirty {
                    format!("{of}: files were changed")
                } else {
                    of.to_owned()
                }
            }));
            if !details.waits_for.is_empty() {
                notes.push(format!("waits for {}", details.waits_for.join(", ")));
            }
            if untrusted.contains(&guardrail.id) {
                notes.push(format!("by {}, not trusted here", details.defined_by));
            }
            let run = match (guardrail.at, &guardrail.actor) {
                (Some(at), Some(actor)) => format!("{} by {actor}", time_seen_from(at, now)),
                _ => String::new(),
            };
            let command = guardrail.command.as_ref();
            vec![
                Cell::new(guardrail.id.as_str()),
                Cell::new(guardrail.title.as_str()),
                required(guardrail.required),
                Cell::painted(guardrail.status.as_str(), of_guardrail(guardrail.status)),
                Cell::new(&run),
                Cell::painted(&notes.join("; "), NOTICE),
                Cell::painted(command.map_or("", |command| command.as_str()), DIM),
            ]
        })
        .collect();
    let columns = [
        "ID",
        "Guardrail",
        "Required",
        "Status",
        "Run",
        "Note",
        "Command",
    ];
    table(&columns, &rows, style)
}

/// The table of those that were run.
pub(in crate::render) fn checked(checked: &[Checked], style: Style) -> String {
    if checked.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<Cell>> = checked
        .iter()
        .map(|checked| {
            vec![
                Cell::new(checked.id.as_str()),
                Cell::new(checked.title.as_str()),
                required(checked.required),
                Cell::painted(checked.status.as_str(), of_guardrail(checked.status)),
                Cell::new(checked.note.as_deref().unwrap_or_default()),
            ]
        })
        .collect();
    let columns = ["ID", "Guardrail", "Required", "Result", "Note"];
    table(&columns, &rows, style)
}

/// What the last result is of, where that is not the commit at hand.
pub(super) fn what_it_is_of(
    guardrail: &GuardrailDocument,
    stale: &[GuardId],
) -> Option<&'static str> {
    match guardrail.at {
        Some(_) if stale.contains(&guardrail.id) => Some("stale"),
        Some(_) if guardrail.commit.is_none() => Some("of no commit"),
        _ => None,
    }
}

fn required(required: bool) -> Cell {
    Cell::new(if required { "required" } else { "" })
}
