//! The dashboard in Markdown: the plan as people used to keep it by hand.
//!
//! A function of the status document and a heading, one fact a line. Not here: the terminal's
//! dashboard (`render::text`), and the other files of a snapshot (`files`).

use std::fmt::Write as _;

use super::{
    document::StatusDocument,
    summary::Counts,
    task::{Minutes, TaskDocument},
    wording::{effort, wave_name},
};
use crate::core::{
    entry::event::task::Wave,
    values::{
        task::Status,
        text::{Text, visible},
    },
};

/// The dashboard. `heading` says of when it is: `2025-10-15, morning`. With `open_only`, tasks that
/// are done or cancelled are counted but not listed.
pub fn dashboard(document: &StatusDocument, heading: &str, open_only: bool) -> String {
    let title = document
        .ledger
        .title
        .as_ref()
        .map_or("Coordination", Text::as_str);
    let mut page = format!("# {}\n\n{}\n", escaped(title), escaped(heading));
    summary(&mut page, document);
    counts(&mut page, "By owner", "Owner", &document.summary.by_owner);
    counts(
        &mut page,
        "By priority",
        "Priority",
        &document.summary.by_priority,
    );
    groups(&mut page, document, open_only);
    waves(&mut page, &document.tasks);
    guardrails(&mut page, document);
    pull_requests(&mut page, document);
    worktrees(&mut page, document);
    targets(&mut page, document);
    anomalies(&mut page, document);
    page
}

/// Text from people as Markdown shows it, letter by letter and on one line.
pub fn escaped(text: &str) -> String {
    let shown = visible(text);
    let mut escaped = String::with_capacity(shown.len() + 8);
    for (place, c) in shown.char_indices() {
        let marks = matches!(c, '\\' | '|' | '<' | '`' | '[' | '*' | '&' | '~');
        let leads = place == 0 && matches!(c, '#' | '>' | '-' | '+' | '=');
        // Within a word an underscore means itself.
        let emphasis = c == '_'
            && shown[..place]
                .chars()
                .next_back()
                .is_none_or(|c| !c.is_alphanumeric());
        if marks || leads || emphasis {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A heading and a table at the end of a page, if there is a row. What stands in the cells is Markdown already.
pub fn table(page: &mut String, title: &str, columns: &[&str], rows: &[Vec<String>]) {
    if rows.is_empty() {
        return;
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<&str> = cells.collect();
        format!("| {} |\n", cells.join(" | "))
    };
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## {}\n\n", escaped(title));
    page.push_str(&line(&mut columns.iter().copied()));
    page.push_str(&line(&mut columns.iter().map(|_| "---")));
    for row in rows {
        page.push_str(&line(&mut row.iter().map(String::as_str)));
    }
}

fn summary(page: &mut String, document: &StatusDocument) {
    let summary = &document.summary;
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![row("Tasks", summary.total.to_string())];
    for status in Status::ALL {
        rows.push(row(title_of(*status), summary.count(*status).to_string()));
    }
    let sums = summary.estimate_minutes;
    let all = Minutes {
        low: sums.low,
        high: sums.high,
    };
    let remaining = Minutes {
        low: sums.remaining_low,
        high: sums.remaining_high,
    };
    rows.push(row("Progress", format!("{}%", summary.percent)));
    rows.push(row("Estimated", effort(all)));
    rows.push(row("Remaining", effort(remaining)));
    table(page, "Summary", &["Figure", "Value"], &rows);
}

/// A status as a heading.
fn title_of(status: Status) -> &'static str {
    match status {
        Status::NotStarted => "Not started",
        Status::Waiting => "Waiting",
        Status::InProgress => "In progress",
        Status::Blocked => "Blocked",
        Status::InReview => "In review",
        Status::Done => "Done",
        Status::Cancelled => "Cancelled",
    }
}

fn counts(page: &mut String, title: &str, what: &str, counts: &Counts) {
    let row = |(name, count): &(String, super::Count)| {
        vec![
            escaped(name),
            count.total.to_string(),
            count.done.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = counts.0.iter().map(row).collect();
    table(page, title, &[what, "Tasks", "Done"], &rows);
}

fn groups(page: &mut String, document: &StatusDocument, open_only: bool) {
    let listed = |task: &&&TaskDocument| {
        !open_only || !matches!(task.status, Status::Done | Status::Cancelled)
    };
    for (title, tasks) in document.groups() {
        let rows: Vec<Vec<String>> = tasks.iter().filter(listed).map(|it| task_row(it)).collect();
        table(page, title, TASK_COLUMNS, &rows);
    }
}

const TASK_COLUMNS: &[&str] = &[
    "ID",
    "Task",
    "Owner",
    "Priority",
    "Est",
    "Status",
    "Progress",
    "Critical Review",
    "Claim",
    "Waits for",
    "Blocked by",
];

fn task_row(task: &TaskDocument) -> Vec<String> {
    let claim = task.claim.as_ref().map_or_else(String::new, |claim| {
        format!("{} until {}", claim.actor, claim.until)
    });
    vec![
        escaped(&task.id),
        escaped(task.title.as_str()),
        task.owners_in_words(),
        task.priority_in_words().to_owned(),
        task.estimate_in_words(),
        task.status.to_string(),
        task.progress_in_words(),
        task.gates_in_words(),
        claim,
        escaped(&task.waits_for.join(", ")),
        escaped(&task.blockers_in_words()),
    ]
}

fn waves(page: &mut String, tasks: &[TaskDocument]) {
    let mut placed: Vec<(Wave, &str)> = tasks
        .iter()
        .filter_map(|task| Some((task.wave?, task.id.as_str())))
        .collect();
    placed.sort_by_key(|(wave, _)| (wave.number, wave.rank));
    let rows: Vec<Vec<String>> = placed
        .chunk_by(|(a, _), (b, _)| a.number == b.number)
        .map(|wave| {
            let ids: Vec<&str> = wave.iter().map(|(_, id)| *id).collect();
            vec![wave_name(wave[0].0.number), escaped(&ids.join(", "))]
        })
        .collect();
    table(page, "Execution", &["Execute", "Tasks"], &rows);
}

fn guardrails(page: &mut String, document: &StatusDocument) {
    let rows: Vec<Vec<String>> = document
        .guardrails
        .iter()
        .map(|guardrail| {
            vec![
                guardrail.id.to_string(),
                escaped(guardrail.title.as_str()),
                if guardrail.required { "yes" } else { "no" }.to_owned(),
                guardrail.status.to_string(),
                guardrail.at.map_or_else(String::new, |at| at.to_string()),
                guardrail
                    .actor
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
            ]
        })
        .collect();
    let columns = ["ID", "Guardrail", "Required", "Status", "Run", "By"];
    table(page, "Guardrails", &columns, &rows);
}

fn pull_requests(page: &mut String, document: &StatusDocument) {
    let rows: Vec<Vec<String>> = document
        .pull_requests
        .iter()
        .map(|request| {
            vec![
                format!("#{}", request.number),
                escaped(request.title.as_str()),
                request.state.to_string(),
                request.checks.to_string(),
                escaped(request.branch.as_str()),
                escaped(request.source.as_str()),
            ]
        })
        .collect();
    let columns = ["PR", "Title", "State", "Checks", "Branch", "Source"];
    table(page, "Pull requests", &columns, &rows);
}

fn worktrees(page: &mut String, document: &StatusDocument) {
    let rows: Vec<Vec<String>> = document
        .worktrees
        .iter()
        .map(|worktree| {
            vec![
                escaped(worktree.label.as_str()),
                escaped(worktree.host.as_str()),
                worktree
                    .branch
                    .as_ref()
                    .map_or_else(String::new, |branch| escaped(branch.as_str())),
                escaped(worktree.task.as_deref().unwrap_or_default()),
                worktree.ahead.to_string(),
                worktree.behind.to_string(),
                worktree.dirty.to_string(),
            ]
        })
        .collect();
    let columns = [
        "Worktree",
        "Clone",
        "Branch",
        "Task",
        "Ahead",
        "Behind",
        "Changed files",
    ];
    table(page, "Worktrees", &columns, &rows);
}

fn targets(page: &mut String, document: &StatusDocument) {
    let rows: Vec<Vec<String>> = document
        .targets
        .iter()
        .map(|target| {
            let met = match target.met {
                Some(true) => "met",
                Some(false) => "missed",
                None => "unknown",
            };
            vec![
                target.name.to_string(),
                escaped(target.expression.as_str()),
                target
                    .value
                    .map_or_else(String::new, |value| value.to_string()),
                met.to_owned(),
            ]
        })
        .collect();
    table(
        page,
        "Targets",
        &["Figure", "Target", "Value", "Result"],
        &rows,
    );
}

fn anomalies(page: &mut String, document: &StatusDocument) {
    let rows: Vec<Vec<String>> = document
        .anomalies
        .iter()
        .map(|anomaly| {
            vec![
                anomaly.entry.short(),
                anomaly.actor.to_string(),
                anomaly.at.to_string(),
                anomaly.code.to_owned(),
                escaped(&anomaly.message),
            ]
        })
        .collect();
    table(
        page,
        "Anomalies",
        &["Entry", "Author", "Time", "Code", "Why"],
        &rows,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{sample::Sample, views::snapshot::status};

    #[test]
    fn the_dashboard_is_what_people_kept_by_hand() {
        let page = dashboard(&status(Sample::day().state()), "2025-10-15, morning", false);
        for line in [
            "# Release 1.0",
            "2025-10-15, morning",
            "| In review | 1 |",
            "| Remaining | 8h-9h |",
            "| copilot | 3 | 1 |",
            "## Top-5 \"Do Now\" Tasks",
            "| 1 | Shadow-Diff Harness | codex | high | 2h-3h | in_progress | 40% |  | codex until 2025-10-15T12:17:00Z |  |  |",
            "| FIRST | B, 1 |",
            "| G2 | Shadow-diff | yes | waiting |  |  |",
            "| #410 | Coordination \\\\u{9b}31m | open | passing | feat/x | github |",
            "| in_progress | 3..5 | 1 | missed |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }

    #[test]
    fn text_from_people_is_no_markdown() {
        assert_eq!(escaped("# a | b"), "\\# a \\| b");
        assert_eq!(
            escaped("<script> [x](y) `z` snake_case _a_"),
            "\\<script> \\[x](y) \\`z\\` snake_case \\_a_"
        );
        assert_eq!(escaped("a\nb\u{1b}"), "a\\\\nb\\\\u{1b}");
    }
}
