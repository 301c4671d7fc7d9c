//! The dashboard on a terminal, and its tables of worktrees and targets.
//!
//! Not here: the dashboard in Markdown (`render::dashboard`), and facts of this machine only (`cli`).

use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::{
    guardrails::guardrail_row,
    style::{BAD, DIM, GOOD, NOTICE, PLAIN, Style, of_priority, of_status},
    table::{Cell, cut, titled},
};
use crate::{
    core::{
        entry::event::observation::{Checks, PullRequestState},
        values::{
            task::Status,
            text::{Text, counted, visible},
            time::Timestamp,
        },
        views::snapshot::{
            ClaimDocument, Count, Counts, GuardrailAtHand, GuardrailDocument, Minutes,
            PullRequestDocument, StatusDocument, Summary, TargetDocument, TaskDocument,
            WorktreeDocument,
        },
    },
    render::{refusal, words},
};

/// The dashboard.
///
/// `at_hand` has the results of the guardrails at the commit of this worktree. Claims that ended before
/// `now` are shown as expired. A plan of more than 20 tasks is folded, unless `all` rows are wanted. Then the document needs only the
/// open tasks.
pub fn status(
    document: &StatusDocument,
    at_hand: &[GuardrailAtHand],
    now: Timestamp,
    all: bool,
    style: Style,
) -> String {
    let mut page = header(document, style);
    section(&mut page, owners(&document.summary.by_owner, style));
    let folds = !all && is_large(document.summary.total);
    let mut folded_groups = Vec::new();
    for ((title, tasks), count) in words::groups(document)
        .into_iter()
        .zip(group_counts(document))
    {
        let (shown, folded) = if folds {
            fold(tasks, count)
        } else {
            (tasks, String::new())
        };
        if shown.is_empty() && !folded.is_empty() {
            folded_groups.push([Cell::new(title), Cell::new(&folded)]);
            continue;
        }
        let rows = shown.into_iter().map(|it| task_row(it, now));
        let table = titled(title, TASK_COLUMNS, rows, style);
        let rest = (!folded.is_empty()).then(|| {
            let rest = format!("  and {folded}");
            style.paint(DIM, &cut(&rest, style.width)) + "\n"
        });
        section(&mut page, table.map(|it| it + &rest.unwrap_or_default()));
    }
    let columns = ["Group", "Tasks"];
    section(
        &mut page,
        titled("Folded groups", columns, folded_groups, style),
    );
    if folds {
        page.push_str("\nevery task: git coord status --all\n");
    }
    let guardrails = guardrail_table(&document.guardrails, at_hand, now, style);
    section(&mut page, guardrails);
    section(
        &mut page,
        pull_request_table(&document.pull_requests, style),
    );
    section(&mut page, worktree_table(&document.worktrees, style));
    section(&mut page, target_table(&document.targets, style));
    section(&mut page, anomalies(document, now, style));
    page
}

/// Whether a plan of so many tasks is folded: a plan of up to 20 has a row for each of them.
pub fn is_large(tasks: usize) -> bool {
    tasks > 20
}

/// The number of tasks of a group that have a row though nobody has begun them.
const NEXT: usize = 5;

/// The number of tasks of each group, in the order of [`words::groups`]; those without a group are last.
fn group_counts(document: &StatusDocument) -> Vec<Count> {
    let groups = document.summary.by_group.0.iter().map(|(_, count)| *count);
    let mut counts: Vec<Count> = groups.collect();
    counts.push(Count {
        total: document.summary.total - counts.iter().map(|it| it.total).sum::<usize>(),
        done: document.summary.done - counts.iter().map(|it| it.done).sum::<usize>(),
    });
    counts
}

/// Those tasks of a group that have a row, and how many of which status are only counted: the ended ones, and of those that nobody has
/// begun all but the [`NEXT`] first. `160 done, 2 cancelled`.
fn fold(tasks: Vec<&TaskDocument>, count: Count) -> (Vec<&TaskDocument>, String) {
    let is_open = |task: &&TaskDocument| !matches!(task.status, Status::Done | Status::Cancelled);
    let open: Vec<_> = tasks.into_iter().filter(is_open).collect();
    let cancelled = count.total - count.done - open.len();
    let mut next = 0;
    let (shown, folded): (Vec<_>, Vec<_>) = open.into_iter().partition(|task| match task.status {
        Status::NotStarted | Status::Waiting if task.claim.is_none() => {
            next += 1;
            next <= NEXT
        }
        _ => true,
    });
    let numbers = Status::ALL.iter().filter_map(|status| {
        let number = match status {
            Status::Done => count.done,
            Status::Cancelled => cancelled,
            _ => folded.iter().filter(|it| it.status == *status).count(),
        };
        (number > 0).then(|| format!("{number} {}", status.as_str().replace('_', " ")))
    });
    (shown, numbers.collect::<Vec<_>>().join(", "))
}

fn section(page: &mut String, lines: Option<String>) {
    if let Some(lines) = lines {
        page.push('\n');
        page.push_str(&lines);
    }
}

pub(super) fn header(document: &StatusDocument, style: Style) -> String {
    let summary = &document.summary;
    let title = document
        .ledger
        .title
        .as_ref()
        .map_or("ledger", Text::as_str);
    let about = format!(
        "{} {}, {}",
        visible(title),
        document.ledger.id.short(),
        counted(document.ledger.entries as usize, "entry", "entries")
    );
    // Writing to a String cannot fail.
    let mut text = style.heading(&cut(&about, style.width)) + "\n";
    let _ = writeln!(
        text,
        "{} {}",
        bar(summary.percent, style),
        figures(summary, style)
    );
    let _ = writeln!(text, "{}", status_counts(summary, style));
    text
}

/// The progress as a bar of 20 columns in brackets.
fn bar(percent: usize, style: Style) -> String {
    let full = percent.min(100) / 5;
    let (done, open) = ("#".repeat(full), ".".repeat(20 - full));
    format!("[{}{}]", style.paint(GOOD, &done), style.paint(DIM, &open))
}

/// The text after the bar. If the line would be too long, the remaining effort goes on a second line.
fn figures(summary: &Summary, style: Style) -> String {
    let tasks = counted(summary.total - summary.cancelled, "task", "tasks");
    let done = format!("{}% of {tasks}", summary.percent);
    let Some(left) = remaining(summary) else {
        return done;
    };
    let bar = 23;
    let line = format!("{done}, {left}");
    if style.width.is_some_and(|width| bar + line.len() > width) {
        format!("{done},\n{left}")
    } else {
        line
    }
}

fn remaining(summary: &Summary) -> Option<String> {
    let sums = summary.estimate_minutes;
    let (low, high) = (sums.remaining_low, sums.remaining_high);
    (high > 0).then(|| format!("{} to go", words::effort(Minutes { low, high })))
}

fn status_counts(summary: &Summary, style: Style) -> String {
    let counts = Status::ALL
        .iter()
        .filter(|status| summary.count(**status) > 0);
    let words: Vec<(String, Ansi)> = counts
        .map(|status| {
            let word = status.as_str().replace('_', " ");
            (
                format!("{} {word}", summary.count(*status)),
                of_status(*status),
            )
        })
        .collect();
    if words.is_empty() {
        "no tasks yet".to_owned()
    } else {
        wrapped(&words, style)
    }
}

/// Words with commas between them, on as many lines as the width requires.
fn wrapped(words: &[(String, Ansi)], style: Style) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for (place, (word, ansi)) in words.iter().enumerate() {
        let comma = usize::from(place + 1 < words.len());
        if place > 0 {
            let fits = |width| column + 1 + word.len() + comma <= width;
            let breaks = !style.width.is_none_or(fits);
            text.push(if breaks { '\n' } else { ' ' });
            column = if breaks { 0 } else { column + 1 };
        }
        text.push_str(&style.paint(*ansi, word));
        text.push_str(&",".repeat(comma));
        column += word.len() + comma;
    }
    text
}

fn owners(counts: &Counts, style: Style) -> Option<String> {
    let row = |(name, count): &(String, Count)| [Cell::new(name), Cell::new(&words::count(*count))];
    let rows = counts.0.iter().map(row);
    titled("By owner", ["Owner", "Done"], rows, style)
}

const TASK_COLUMNS: [&str; 9] = [
    "ID", "Task", "Owner", "Priority", "Est", "Status", "Done", "Held by", "Note",
];

fn task_row(task: &TaskDocument, now: Timestamp) -> [Cell; 9] {
    let ended = matches!(task.status, Status::Done | Status::Cancelled);
    let priority = if ended {
        PLAIN
    } else {
        of_priority(task.priority)
    };
    let percent = match task.whole_progress().percent {
        0 => String::new(),
        _ => words::progress(task.whole_progress()),
    };
    [
        Cell::new(&task.id),
        Cell::new(task.title.as_str()),
        Cell::new(&words::owners(&task.owners)),
        Cell::painted(words::priority(task.priority), priority),
        Cell::new(&words::estimate(task.estimate_minutes)),
        Cell::painted(task.status.as_str(), of_status(task.status)),
        Cell::new(&percent),
        Cell::new(
            &task
                .claim
                .as_ref()
                .map_or_else(String::new, |claim| held_by(claim, now)),
        ),
        Cell::new(&note(task)),
    ]
}

/// The holder of a task: `codex until 14:05 UTC`, `codex (expired 20 min ago)`.
pub(super) fn held_by(claim: &ClaimDocument, now: Timestamp) -> String {
    if claim.until < now {
        format!(
            "{} (expired {})",
            claim.actor,
            claim.until.distance_from(now)
        )
    } else {
        format!("{} until {}", claim.actor, claim.until.seen_from(now))
    }
}

/// The reasons why an open task is not done: its blockers, the tasks that it waits for, its days, its gates.
pub(super) fn note(task: &TaskDocument) -> String {
    let mut parts = Vec::new();
    if task.status == Status::Done || task.status == Status::Cancelled {
        return String::new();
    }
    if !task.blockers.is_empty() {
        parts.push(words::blockers(&task.blockers));
    }
    let children = task.children.as_ref();
    let is_child = |id: &String| children.is_some_and(|children| children.tasks.contains(id));
    let (below, waits_for): (Vec<String>, Vec<String>) =
        task.waits_for.iter().cloned().partition(is_child);
    if !waits_for.is_empty() {
        parts.push(format!("waits for {}", waits_for.join(", ")));
    }
    if let Some(children) = children.filter(|_| !below.is_empty()) {
        parts.push(words::below(children));
    }
    if let Some(day) = task.due {
        parts.push(format!("due {day}"));
    }
    if let Some(day) = task.defer {
        parts.push(format!("not before {day}"));
    }
    if !task.gates.is_empty() {
        parts.push(format!("review: {}", words::gates(&task.gates)));
    }
    parts.join("; ")
}

/// The guardrails with their results at the commit of this worktree, which `at_hand` has in the same order; none if there
/// are none.
pub fn guardrail_table(
    guardrails: &[GuardrailDocument],
    at_hand: &[GuardrailAtHand],
    now: Timestamp,
    style: Style,
) -> Option<String> {
    let rows = guardrails.iter().zip(at_hand);
    let rows = rows.map(|(guardrail, at_hand)| guardrail_row(guardrail, at_hand, now));
    let columns = ["ID", "Guardrail", "Required", "Status", "Run", "Note"];
    titled("Guardrails", columns, rows, style)
}

/// The pull requests; empty if there are none.
pub fn pull_requests(requests: &[PullRequestDocument], style: Style) -> String {
    pull_request_table(requests, style).unwrap_or_default()
}

fn pull_request_table(requests: &[PullRequestDocument], style: Style) -> Option<String> {
    let rows = requests.iter().map(|request| {
        let checks = match request.checks.map(|checks| checks.result) {
            Some(Checks::Failing) => BAD,
            Some(Checks::Passing) => GOOD,
            Some(Checks::Pending) => NOTICE,
            Some(Checks::None) | None => PLAIN,
        };
        let state = match request.state {
            Some(PullRequestState::Open) | None => PLAIN,
            Some(PullRequestState::Merged | PullRequestState::Closed) => DIM,
        };
        let text = |text: &Option<Text>| Cell::new(text.as_ref().map_or("", Text::as_str));
        [
            Cell::new(&format!("#{}", request.number)),
            text(&request.title),
            Cell::new(&request.tasks.join(", ")),
            Cell::painted(words::state(request.state, request.draft), state),
            Cell::painted(&words::checks(request.checks), checks),
            Cell::new(&words::review(request)),
            text(&request.branch),
            Cell::new(&request.source.to_string()),
        ]
    });
    let columns = [
        "PR", "Title", "Task", "State", "Checks", "Review", "Branch", "Source",
    ];
    titled("Pull requests", columns, rows, style)
}

/// The worktrees; empty if there are none.
pub fn worktrees(worktrees: &[WorktreeDocument], style: Style) -> String {
    worktree_table(worktrees, style).unwrap_or_default()
}

fn worktree_table(worktrees: &[WorktreeDocument], style: Style) -> Option<String> {
    let rows = worktrees.iter().map(|worktree| {
        [
            Cell::new(worktree.label.as_str()),
            Cell::new(worktree.host.as_str()),
            Cell::new(worktree.branch.as_ref().map_or("", Text::as_str)),
            Cell::new(worktree.task.as_deref().unwrap_or("")),
            Cell::new(&format!("+{} -{}", worktree.ahead, worktree.behind)),
            Cell::new(&match worktree.dirty {
                0 => String::new(),
                files => format!("{files} changed"),
            }),
        ]
    });
    let columns = ["Worktree", "Clone", "Branch", "Task", "Upstream", "Files"];
    titled("Worktrees", columns, rows, style)
}

/// The targets and their results.
pub fn targets(targets: &[TargetDocument], style: Style) -> String {
    target_table(targets, style).unwrap_or_else(|| "no targets\n".to_owned())
}

fn target_table(targets: &[TargetDocument], style: Style) -> Option<String> {
    let rows = targets.iter().map(|target| {
        let (met, ansi) = match target.met {
            Some(true) => ("met", GOOD),
            Some(false) => ("missed", BAD),
            None => ("unknown", NOTICE),
        };
        let value = target
            .value
            .map_or_else(String::new, |value| value.to_string());
        [
            Cell::new(target.name.as_str()),
            Cell::new(target.expression.as_str()),
            Cell::new(&value),
            Cell::painted(met, ansi),
        ]
    });
    let columns = ["Figure", "Target", "Value", "Result"];
    titled("Targets", columns, rows, style)
}

fn anomalies(document: &StatusDocument, now: Timestamp, style: Style) -> Option<String> {
    let rows = document.anomalies.iter().map(|anomaly| {
        [
            Cell::new(&anomaly.entry.short()),
            Cell::new(anomaly.actor.as_str()),
            Cell::painted(anomaly.cause.code(), NOTICE),
            Cell::new(&refusal::anomaly(&anomaly.cause, Some(now))),
        ]
    });
    titled("Anomalies", ["Entry", "Author", "Code", "Why"], rows, style)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, any_sample},
        values::text::is_invisible,
        views::snapshot,
    };

    fn page(style: Style) -> String {
        let day = Sample::day();
        status(
            &snapshot::status(day.state()),
            &GuardrailAtHand::all(day.state(), None),
            day.state().effective,
            false,
            style,
        )
    }

    #[test]
    fn the_dashboard_shows_the_plan_in_aligned_tables() {
        let page = page(Style::default());
        for line in [
            "[#####...............] 27% of 7 tasks, 8h-9h to go",
            "1 not started, 2 waiting, 1 in progress, 1 blocked, 1 in review, 1 done, 1 cancelled",
            "  copilot  1 of 3",
            "Top-5 \"Do Now\" Tasks",
            "  1   Shadow-Diff Harness                codex            high      2h-3h  in_progress  40%   codex until 12:17 UTC",
            "  G1  State sweep  pass     08:25 UTC by claude",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
    }

    #[test]
    fn the_remaining_effort_moves_to_a_second_line_if_the_terminal_is_narrow() {
        let narrow = Style {
            color: false,
            width: Some(48),
        };
        let bar = "[#####...............] 27% of 7 tasks";
        assert!(page(Style::default()).contains(&format!("{bar}, 8h-9h to go\n")));
        assert!(page(narrow).contains(&format!("{bar},\n8h-9h to go\n")));
    }

    #[test]
    fn text_from_people_cannot_control_the_terminal_and_colours_are_optional() {
        let plain = page(Style::default());
        assert!(plain.lines().all(|line| !line.contains(is_invisible)));
        assert!(
            page(Style {
                color: true,
                width: None
            })
            .contains("\u{1b}[36min_progress\u{1b}[0m")
        );
    }

    #[test]
    fn an_empty_plan_has_no_tasks_yet() {
        let state = Sample::new().into_state();
        let page = status(
            &snapshot::status(&state),
            &[],
            state.effective,
            false,
            Style::default(),
        );
        assert!(
            page.ends_with("[....................] 0% of 0 tasks\nno tasks yet\n"),
            "{page}"
        );
    }

    #[test]
    fn a_large_plan_shows_what_moves_and_counts_the_rest_and_all_shows_every_row() {
        let mut plan = Sample::new();
        let group = |name: &str| TaskFact::Group(name.parse().ok());
        let tasks: Vec<_> = (0..30)
            .map(|it| plan.add(&format!("A{it}"), "x", vec![group("Long")]))
            .collect();
        let old = plan.add("B", "x", vec![group("Old")]);
        plan.done("codex", &old);
        plan.done("codex", &tasks[0]);
        plan.claim("codex", &tasks[29]);
        let state = plan.into_state();
        let page = |all| {
            let document = snapshot::status(&state);
            status(&document, &[], state.effective, all, Style::default())
        };
        let rows = |page: &str| page.lines().filter(|it| it.starts_with("  A")).count();
        let folded = page(false);
        assert_eq!(rows(&folded), 6, "{folded}");
        for line in [
            "  and 23 not started, 1 done",
            "  Old    1 done",
            "every task: git coord status --all",
        ] {
            assert!(folded.lines().any(|it| it == line), "{line}\n{folded}");
        }
        let open = snapshot::open_status(&state);
        let of_open = status(&open, &[], state.effective, false, Style::default());
        assert_eq!(of_open, folded);
        assert_eq!(rows(&page(true)), 30);
        assert!(!page(true).contains("--all"));
    }

    proptest::proptest! {
        #[test]
        fn any_plan_fits_the_terminal_and_cannot_control_it(sample in any_sample(), width in 60usize..140) {
            let state = sample.into_state();
            let style = Style { color: false, width: Some(width) };
            let page = status(&snapshot::status(&state), &[], state.effective, false, style);
            for line in page.lines() {
                proptest::prop_assert!(!line.contains(is_invisible), "{:?}", line);
                proptest::prop_assert!(line.width() <= width, "{}: {}", width, line);
            }
        }
    }
}
