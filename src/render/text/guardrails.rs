//! Guardrails on a terminal: the list with their commands, and the results of a run.
//!
//! Not here: the short table of the dashboard (`status`), and the results in Markdown (`render::audit`).

use super::{
    style::{DIM, NOTICE, Style, of_guardrail},
    table::{Cell, table},
};
use crate::{
    core::{
        plan::refusal::Lack,
        values::{
            id::GuardId,
            text::{Text, brief},
            time::Timestamp,
        },
        views::snapshot::{
            GuardrailAtHand, GuardrailDetails, GuardrailDocument, GuardrailResultDocument,
        },
    },
    render::audit::{Audit, CheckedGuardrail},
};

/// The list of guardrails.
///
/// `at_hand` has the results of the same guardrails at the commit of this worktree. `untrusted` are those whose command
/// this clone does not trust. Runs on the day of `now` are shown without a date.
pub fn guardrails(
    guardrails: &[GuardrailDetails],
    at_hand: &[GuardrailAtHand],
    untrusted: &[GuardId],
    now: Timestamp,
    style: Style,
) -> String {
    if guardrails.is_empty() {
        return "no guardrails\n".to_owned();
    }
    let rows = guardrails.iter().zip(at_hand).map(|(details, at_hand)| {
        let guardrail = &details.guardrail;
        let [id, title, required, status, run, _] = guardrail_row(guardrail, at_hand, now);
        let mut notes: Vec<String> = at_hand_note(at_hand).into_iter().collect();
        if !details.waits_for.is_empty() {
            notes.push(format!("waits for {}", details.waits_for.join(", ")));
        }
        if untrusted.contains(&guardrail.id) {
            notes.push(format!(
                "command by {}, not trusted here",
                details.defined_by
            ));
        }
        let command = guardrail.command.as_ref();
        [
            id,
            title,
            required,
            status,
            run,
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

/// A guardrail as it stands at the commit of this worktree.
pub(super) fn guardrail_row(
    guardrail: &GuardrailDocument,
    at_hand: &GuardrailAtHand,
    now: Timestamp,
) -> [Cell; 6] {
    let run = at_hand.result.as_ref().map(|result| {
        let hand = if result.by_hand { ", by hand" } else { "" };
        format!("{} by {}{hand}", result.at.seen_from(now), result.actor)
    });
    [
        Cell::new(guardrail.id.as_str()),
        Cell::new(guardrail.title.as_str()),
        required(guardrail.required),
        Cell::painted(at_hand.status.as_str(), of_guardrail(at_hand.status)),
        Cell::new(&run.unwrap_or_default()),
        Cell::painted(&at_hand_note(at_hand).unwrap_or_default(), NOTICE),
    ]
}

/// Why the last result of a guardrail does not say whether it passes at the commit of this worktree: `pass at 37aa429a62,
/// which is not checked out`; or what the last result is, if another one decides: `last run: fail with changes in a`.
pub fn at_hand_note(at_hand: &GuardrailAtHand) -> Option<String> {
    let last = at_hand.last.as_ref().map(|last| {
        let commit = last.commit.as_ref().filter(|_| last.changed.is_empty());
        let commit = commit.map(|commit| format!(" at {commit:.10}"));
        let changed =
            (!last.changed.is_empty()).then(|| " ".to_owned() + &with_changes(&last.changed));
        let place = changed.or(commit).unwrap_or_default();
        format!("last run: {}{place}", last.outcome)
    });
    standing_note(at_hand).or(last)
}

fn standing_note(at_hand: &GuardrailAtHand) -> Option<String> {
    let result = at_hand.result.as_ref()?;
    let outcome = result.outcome;
    let commit = result
        .commit
        .as_ref()
        .map(|commit| format!(" at {commit:.10}"));
    let commit = commit.unwrap_or_default();
    Some(match at_hand.why? {
        Lack::OtherCommit => format!("{outcome}{commit}, which is not checked out"),
        Lack::ChangedFiles => {
            format!("{outcome}{commit} {}", with_changes(&result.changed))
        }
        Lack::OtherDefinition => format!("{outcome}{commit} by another definition"),
        Lack::NoCommit => "no commit".to_owned(),
        Lack::NotRun | Lack::Fail => return None,
    })
}

/// What belongs to a result beside its outcome: `by hand`, `exit status 3`, the changed files.
pub(super) fn outcome_note(result: &GuardrailResultDocument) -> String {
    let hand = result.by_hand.then(|| "by hand".to_owned());
    let exit = result.exit.filter(|exit| *exit != 0);
    let exit = exit.map(|exit| format!("exit status {exit}"));
    let changed = (!result.changed.is_empty()).then(|| with_changes(&result.changed));
    let notes: Vec<String> = hand.into_iter().chain(exit).chain(changed).collect();
    notes.join("; ")
}

/// `with changes in a, b`.
pub fn with_changes(files: &[Text]) -> String {
    let files: Vec<String> = files.iter().map(Text::to_string).collect();
    format!("with changes in {}", files.join(", "))
}

/// How many lines of an output are its end.
const LAST_LINES: usize = 20;
/// The longest line of an end, in characters.
const LINE_MAX: usize = 400;

/// The last lines of the output of a command, harmless for a terminal.
pub fn last_lines(output: &str) -> Vec<String> {
    let lines: Vec<&str> = output.lines().collect();
    let from = lines.len().saturating_sub(LAST_LINES);
    let last = lines[from..].iter();
    last.map(|line| brief(line, LINE_MAX)).collect()
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
