//! The dashboard in Markdown, in the form of plans that people keep by hand.
//!
//! A snapshot has it as an attachment. Verification does not compute it again, so any release may change its layout.
//! Not here: the dashboard on a terminal (`render::text`), and the JSON files of a snapshot (`core::views::snapshot`).

use super::{
    markdown::{bar, escaped, list, table},
    refusal, words,
};
use crate::core::{
    entry::event::task::Wave,
    plan::state::{State, records::Snapshot},
    values::{id::TaskId, task::Status, text::Text, time::Timestamp},
    views::snapshot::{
        Count, Counts, FIGURES, Minutes, StatusDocument, Summary, Tally, TargetDocument,
        TaskDocument, figure, needs, ready, status,
    },
};

/// A plan with more tasks than this lists only the open ones.
const ALL_LISTED_MAX: usize = 500;

/// The dashboard for a snapshot of this state. The page shows the day of `at`, the effective time of the snapshot.
pub fn dashboard(state: &State, at: Timestamp, label: Option<&TaskId>) -> String {
    let document = &status(state);
    let heading = match label {
        Some(label) => format!("{}, {label}", at.day(state.day_offset)),
        None => at.day(state.day_offset).to_string(),
    };
    let title = document
        .ledger
        .title
        .as_ref()
        .map_or("Coordination", Text::as_str);
    let mut page = format!("# {}\n\n{}\n", escaped(title), escaped(&heading));
    page += &overview(state, document, at);
    groups(&mut page, document);
    waves(&mut page, &document.tasks);
    guardrails(&mut page, document);
    pull_requests(&mut page, document);
    worktrees(&mut page, document);
    anomalies(&mut page, document);
    page
}

/// The part of a dashboard above the tasks: figures with their targets, what needs a person, and what comes next. `document` is
/// that of `state`, and leases are seen from `at`. No table or list here is read as tasks by an import.
pub fn overview(state: &State, document: &StatusDocument, at: Timestamp) -> String {
    let mut page = String::new();
    let Summary {
        by_group,
        by_owner,
        by_priority,
        ..
    } = &document.summary;
    summary(&mut page, state, document);
    counts(&mut page, "By group", "Group", by_group);
    counts(&mut page, "By owner", "Owner", by_owner);
    counts(&mut page, "By priority", "Priority", by_priority);
    risks(&mut page, state, document, at);
    next(&mut page, state, at);
    page
}

/// The snapshots of a plan with their figures, oldest first.
pub fn snapshot_history(state: &State, snapshots: &[(&Snapshot, Tally)]) -> String {
    let mut page = String::new();
    let rows = snapshots.iter().map(|(snapshot, tally)| {
        let count = |status: Status| tally[status as usize].to_string();
        [
            escaped(&snapshot.name(state.day_offset)),
            snapshot.at.dated(),
            snapshot.actor.to_string(),
            tally.iter().sum::<usize>().to_string(),
            count(Status::Done),
            count(Status::InProgress),
            count(Status::Blocked),
        ]
    });
    let columns = [
        "Snapshot",
        "Taken",
        "By",
        "All",
        "Done",
        "In progress",
        "Blocked",
    ];
    table(&mut page, "Snapshots", columns, rows);
    page
}

fn summary(page: &mut String, state: &State, document: &StatusDocument) {
    let summary = &document.summary;
    let targets = || document.targets.iter();
    let row = |title: &str, value: String, target: Option<&TargetDocument>| {
        let expected = target.map_or_else(String::new, |it| escaped(it.expression.as_str()));
        [
            escaped(title),
            value,
            expected,
            target.map_or("", words::target_result).to_owned(),
        ]
    };
    let mut rows = Vec::new();
    for name in FIGURES {
        let value = figure(state, summary, name).unwrap_or_default();
        let value = match *name {
            "percent" => bar(value as usize, 100),
            _ => value.to_string(),
        };
        let target = targets().find(|target| target.name.as_str() == *name);
        rows.push(row(words::figure(name), value, target));
    }
    let sums = summary.estimate_minutes;
    let effort = |low, high| words::effort(Minutes { low, high });
    rows.push(row("Estimated", effort(sums.low, sums.high), None));
    let remaining = effort(sums.remaining_low, sums.remaining_high);
    rows.push(row("Remaining", remaining, None));
    let unknown = targets().filter(|target| target.value.is_none());
    rows.extend(unknown.map(|target| row(target.name.as_str(), String::new(), Some(target))));
    table(
        page,
        "Summary",
        ["Figure", "Value", "Target", "Result"],
        rows,
    );
}

fn counts(page: &mut String, title: &str, what: &str, counts: &Counts) {
    let row = |(name, count): &(String, Count)| {
        [
            escaped(name),
            count.done.to_string(),
            count.total.to_string(),
            bar(count.done, count.total),
        ]
    };
    let rows = counts.0.iter().map(row);
    table(page, title, [what, "Done", "All", "Progress"], rows);
}

/// What needs a person, one item each.
fn risks(page: &mut String, state: &State, document: &StatusDocument, at: Timestamp) {
    let needs = needs(state, document, at);
    let more = needs.len().saturating_sub(NEEDS_MAX);
    let items = needs.iter().take(NEEDS_MAX).map(|need| {
        let said = words::need(need);
        let name = said.task.unwrap_or(said.name);
        let parts = [said.kind, &said.title, &said.why].into_iter();
        let parts: Vec<String> = parts.filter(|it| !it.is_empty()).map(escaped).collect();
        format!("**{}**: {}", escaped(&name), parts.join(", "))
    });
    let more = (more > 0).then(|| format!("and {more} more"));
    list(page, "Blockers and risks", items.chain(more));
}

/// How much that needs a person a dashboard lists, the most urgent.
const NEEDS_MAX: usize = 100;

/// How many next tasks a dashboard names.
const NEXT_MAX: usize = 10;

/// What can be done next, best first.
fn next(page: &mut String, state: &State, at: Timestamp) {
    let ready = ready(state, at, None, false, Some(NEXT_MAX));
    let items = ready.tasks.iter().map(|it| {
        let task = &it.task;
        let owners = words::owners(&task.owners);
        let owners = if owners.is_empty() {
            owners
        } else {
            format!(" ({owners})")
        };
        let why = words::why_here(it, at).join(", ");
        format!(
            "**{}**{owners}: {}, {}",
            escaped(&task.id),
            escaped(task.title.as_str()),
            escaped(&why)
        )
    });
    list(page, "Next actions", items);
}

fn groups(page: &mut String, document: &StatusDocument) {
    let open_only = document.tasks.len() > ALL_LISTED_MAX;
    let listed = |task: &&&TaskDocument| {
        !open_only || !matches!(task.status, Status::Done | Status::Cancelled)
    };
    for (title, tasks) in words::groups(document) {
        let rows = tasks.iter().filter(listed).map(|it| task_row(it));
        table(page, title, TASK_COLUMNS, rows);
    }
}

const TASK_COLUMNS: [&str; 11] = [
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

fn task_row(task: &TaskDocument) -> [String; 11] {
    let claim = task.claim.as_ref().map_or_else(String::new, |claim| {
        format!("{} until {}", claim.actor, claim.until.dated())
    });
    [
        escaped(&task.id),
        escaped(task.title.as_str()),
        words::owners(&task.owners),
        words::priority(task.priority).to_owned(),
        words::estimate(task.estimate_minutes),
        task.status.to_string(),
        words::progress(task.whole_progress()),
        words::gates(&task.gates),
        claim,
        escaped(&task.waits_for.join(", ")),
        escaped(&words::blockers(&task.blockers)),
    ]
}

fn waves(page: &mut String, tasks: &[TaskDocument]) {
    let mut placed: Vec<(Wave, &str)> = tasks
        .iter()
        .filter_map(|task| Some((task.wave?, task.id.as_str())))
        .collect();
    placed.sort_by_key(|(wave, _)| (wave.number, wave.rank));
    let rows = placed
        .chunk_by(|(a, _), (b, _)| a.number == b.number)
        .map(|wave| {
            let ids: Vec<&str> = wave.iter().map(|(_, id)| *id).collect();
            [words::wave(wave[0].0.number), escaped(&ids.join(", "))]
        });
    table(page, "Execution", ["Execute", "Tasks"], rows);
}

fn guardrails(page: &mut String, document: &StatusDocument) {
    let rows = document.guardrails.iter().map(|guardrail| {
        [
            guardrail.id.to_string(),
            escaped(guardrail.title.as_str()),
            if guardrail.required { "yes" } else { "no" }.to_owned(),
            words::guardrail_status(guardrail.status, guardrail.by_hand, guardrail.dirty),
            guardrail.at.map_or_else(String::new, Timestamp::dated),
            guardrail
                .actor
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
        ]
    });
    let columns = ["ID", "Guardrail", "Required", "Status", "Run", "By"];
    table(page, "Guardrails", columns, rows);
}

fn pull_requests(page: &mut String, document: &StatusDocument) {
    let rows = document.pull_requests.iter().map(|request| {
        let text = |text: &Option<Text>| {
            text.as_ref()
                .map_or_else(String::new, |text| escaped(text.as_str()))
        };
        [
            format!("#{}", request.number),
            text(&request.title),
            words::state(request.state, request.draft).to_owned(),
            words::checks(request.checks),
            words::review(request),
            text(&request.branch),
            escaped(&request.source.to_string()),
        ]
    });
    let columns = [
        "PR", "Title", "State", "Checks", "Review", "Branch", "Source",
    ];
    table(page, "Pull requests", columns, rows);
}

fn worktrees(page: &mut String, document: &StatusDocument) {
    let rows = document.worktrees.iter().map(|worktree| {
        [
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
    });
    let columns = [
        "Worktree",
        "Clone",
        "Branch",
        "Task",
        "Ahead",
        "Behind",
        "Changed files",
    ];
    table(page, "Worktrees", columns, rows);
}

fn anomalies(page: &mut String, document: &StatusDocument) {
    let rows = document.anomalies.iter().map(|anomaly| {
        [
            anomaly.entry.short(),
            anomaly.actor.to_string(),
            anomaly.at.dated(),
            anomaly.cause.code().to_owned(),
            escaped(&refusal::anomaly(&anomaly.cause, None)),
        ]
    });
    let columns = ["Entry", "Author", "Time", "Code", "Why"];
    table(page, "Anomalies", columns, rows);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::{
        sample::{Sample, any_sample},
        values::text::is_invisible,
    };

    #[test]
    fn the_dashboard_has_the_tables_of_a_plan_kept_by_hand() {
        let day = Sample::day();
        let label = "morning".parse().unwrap();
        let page = dashboard(day.state(), day.state().effective, Some(&label));
        for line in [
            "# Release 1.0",
            "2025-10-15, morning",
            "| In review | 1 |  |  |",
            "| In progress | 1 | 3..5 | missed |",
            "| mood |  | good | unknown |",
            "| Progress | ██░░░░░░░░ 27% |  |  |",
            "| Remaining | 8h-9h |  |  |",
            "| copilot | 1 | 3 | ███░░░░░░░ 33% |",
            "## Top-5 \"Do Now\" Tasks",
            "| 1 | Shadow-Diff Harness | codex | high | 2h-3h | in_progress | 40% |  | codex until 2025-10-15 12:17 UTC |  |  |",
            "| FIRST | B, 1 |",
            "| G2 | Shadow-diff | no | waiting |  |  |",
            "| #410 | Coordination \\\\u{9b}31m | open | 3 passing |  | feat/x | github.com/acme |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }

    #[test]
    fn a_large_plan_lists_only_its_open_tasks() {
        let mut plan = Sample::new();
        for number in 0..=ALL_LISTED_MAX {
            plan.add(&format!("T{number}"), "a task", Vec::new());
        }
        let (first, _) = plan.state().tasks().next().unwrap();
        let first = plan.state().reference(first);
        plan.claim("codex", &first);
        plan.done("codex", &first);
        let page = dashboard(plan.state(), plan.state().effective, None);
        assert!(!page.contains("| T0 |") && page.contains("| T1 |"));
        assert!(page.contains("| Tasks | 501 |"));
    }

    proptest! {
        #[test]
        fn every_row_has_as_many_cells_as_its_heading(sample in any_sample()) {
            let state = sample.into_state();
            let page = dashboard(&state, state.effective, None);
            prop_assert!(!page.contains(|c| is_invisible(c) && c != '\n'));
            let mut columns = None;
            for line in page.lines() {
                let bars = line.starts_with('|').then(|| cells(line));
                prop_assert!(columns.is_none() || bars.is_none() || columns == bars, "{}", line);
                columns = bars;
            }
        }
    }

    /// The number of bars in a line that are not escaped by a backslash.
    fn cells(line: &str) -> usize {
        let mut escaped = false;
        let bars = line.chars().filter(|c| {
            let counts = *c == '|' && !escaped;
            escaped = *c == '\\' && !escaped;
            counts
        });
        bars.count()
    }
}
