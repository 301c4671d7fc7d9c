//! Guardrails on a terminal: the list with their commands, and the results of a run.
//!
//! Not here: the short table of the dashboard (`status`), and the results in Markdown (`render::audit`).

use super::{
    style::{DIM, NOTICE, Style, of_guardrail},
    table::{Cell, table},
};
use crate::{
    core::{
        values::{id::GuardId, time::Timestamp},
        views::snapshot::{GuardrailDetails, GuardrailDocument},
    },
    render::audit::{Audit, CheckedGuardrail},
};

/// The list of guardrails.
///
/// `stale` are the guardrails with a result for other files than those of this worktree. `untrusted` are those
/// whose command this clone does not trust. Runs on the day of `now` are shown without a date.
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
    let rows = guardrails.iter().map(|details| {
        let guardrail = &details.guardrail;
        let mut notes = Vec::new();
        notes.extend(result_note(guardrail, stale).map(|of| {
            if details.dirty {
                format!("{of}: uncommitted changes")
            } else {
                of.to_owned()
            }
        }));
        if !details.waits_for.is_empty() {
            notes.push(format!("waits for {}", details.waits_for.join(", ")));
        }
        if untrusted.contains(&guardrail.id) {
            notes.push(format!(
                "command by {}, not trusted here",
                details.defined_by
            ));
        }
        let run = match (guardrail.at, &guardrail.actor) {
            (Some(at), Some(actor)) => format!("{} by {actor}", at.seen_from(now)),
            _ => String::new(),
        };
        let command = guardrail.command.as_ref();
        [
            Cell::new(guardrail.id.as_str()),
            Cell::new(guardrail.title.as_str()),
            required(guardrail.required),
            Cell::painted(guardrail.status.as_str(), of_guardrail(guardrail.status)),
            Cell::new(&run),
            Cell::painted(&notes.join("; "), NOTICE),
            Cell::painted(command.map_or("", |command| command.as_str()), DIM),
        ]
    });
    let columns = [
        "ID",
        "Guardrail",
        "Required",
        "Status",
        "Run",
        "Note",
        "Command",
    ];
    table(columns, rows, style)
}

/// The results of a run as a table, and a line with the sums and the verdict.
pub fn audit(audit: &Audit, style: Style) -> String {
    let sum = format!("{}: {}\n", audit.figures(), audit.verdict());
    let row = |checked: &CheckedGuardrail| {
        [
            Cell::new(checked.id.as_str()),
            Cell::new(checked.title.as_str()),
            required(checked.required),
            Cell::painted(checked.status.as_str(), of_guardrail(checked.status)),
            Cell::new(checked.note.as_deref().unwrap_or_default()),
        ]
    };
    let rows = audit.guardrails.iter().map(row);
    let columns = ["ID", "Guardrail", "Required", "Result", "Note"];
    table(columns, rows, style) + &sum
}

/// A note if the last result is not for the files of this worktree: `stale`, or `no commit`.
pub(super) fn result_note(
    guardrail: &GuardrailDocument,
    stale: &[GuardId],
) -> Option<&'static str> {
    match guardrail.at {
        Some(_) if stale.contains(&guardrail.id) => Some("stale"),
        Some(_) if guardrail.commit.is_none() => Some("no commit"),
        _ => None,
    }
}

fn required(required: bool) -> Cell {
    Cell::new(if required { "required" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::audit::sample;

    #[test]
    fn the_results_are_a_table_and_a_line_with_the_sums() {
        assert_eq!(
            audit(&sample::audit(), Style::default()),
            "  ID  Guardrail       Required  Result  Note\n\
             \x20 G1  a | b\\u{1b}[2J  required  pass\n\
             \x20 G2  a | b\\u{1b}[2J            fail    exit status 1\n\
             1 passed, 1 failed: not ready\n"
        );
    }
}
