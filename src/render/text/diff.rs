//! The changes between two states on a terminal: the figures on one line, then a sentence per change.
//!
//! Not here: the sentences (`render::changes`), and line diffs of files (`render::unified`).

use super::style::{ACTIVE, BAD, DIM, GOOD, NOTICE, PLAIN, Style, of_status};
use crate::{
    core::{
        entry::event::observation::Checks,
        plan::state::guardrails::GuardrailStatus,
        values::text::{counted, visible},
        views::diff::{Change, Diff, Existence, FigureChange, TaskChange},
    },
    render::{changes, refusal},
};
use anstyle::Style as Ansi;
use unicode_width::UnicodeWidthStr as _;

/// The changes, or `no changes`.
pub fn diff(diff: &Diff, style: Style) -> String {
    if diff.is_empty() {
        return "no changes\n".to_owned();
    }
    let mut lines = Vec::new();
    if !diff.summary.is_empty() {
        let figures: Vec<String> = diff.summary.iter().map(figure).collect();
        lines.push(style.paint(DIM, &figures.join(", ")));
    }
    let mut line = |color: Ansi, sentence: &str| lines.push(style.paint(color, &visible(sentence)));
    for task in &diff.tasks {
        line(of_task(task), &changes::of_task(task));
    }
    for change in &diff.guardrails {
        let passes = change.after.and_then(|after| passes(after.status));
        line(of_result(passes), &changes::of_guardrail(change));
    }
    for change in &diff.targets {
        let met = change.after.as_ref().and_then(|target| target.met);
        line(of_result(met), &changes::of_target(change));
    }
    for change in &diff.pull_requests {
        let passes = change.after.as_ref().and_then(|it| checks_pass(it.checks?));
        line(of_result(passes), &changes::of_pull_request(change));
    }
    for change in &diff.actors {
        line(PLAIN, &changes::of_actor(change));
    }
    for change in &diff.policy {
        line(NOTICE, &changes::of_setting(change));
    }
    for anomaly in &diff.anomalies {
        let (entry, actor) = (anomaly.entry.short(), &anomaly.actor);
        let why = refusal::anomaly(&anomaly.cause, None);
        line(NOTICE, &format!("anomaly {entry}, by {actor}: {why}"));
    }
    lines.join("\n") + "\n"
}

/// How much changed: a line for each task with the number of its changes, and the sums.
pub fn diff_stat(diff: &Diff, style: Style) -> String {
    if diff.is_empty() {
        return "no changes\n".to_owned();
    }
    let width = diff
        .tasks
        .iter()
        .map(|task| columns(&task.id))
        .max()
        .unwrap_or_default();
    let mut page = String::new();
    for task in &diff.tasks {
        let pad = " ".repeat(width.saturating_sub(columns(&task.id)));
        let count = match task.kind {
            Existence::Added => "added".to_owned(),
            Existence::Removed => "removed".to_owned(),
            Existence::Changed => counted(task.changes.len(), "change", "changes"),
        };
        let line = format!(" {}{pad} | {count}", visible(&task.id));
        page.push_str(&style.paint(of_task(task), &line));
        page.push('\n');
    }
    let kind = |kind| diff.tasks.iter().filter(|task| task.kind == kind).count();
    let tasks = |count, word| (count, format!("{} {word}", counted(count, "task", "tasks")));
    let things = |count, one: &str, several: &str| (count, counted(count, one, several));
    let sums = [
        tasks(kind(Existence::Added), "added"),
        tasks(kind(Existence::Changed), "changed"),
        tasks(kind(Existence::Removed), "removed"),
        things(diff.guardrails.len(), "guardrail", "guardrails"),
        things(diff.targets.len(), "target", "targets"),
        things(diff.pull_requests.len(), "pull request", "pull requests"),
        things(diff.actors.len(), "actor", "actors"),
        things(diff.policy.len(), "setting", "settings"),
        things(diff.anomalies.len(), "anomaly", "anomalies"),
    ];
    let sums: Vec<String> = sums
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, sum)| sum)
        .collect();
    if !sums.is_empty() {
        page.push_str(&format!(" {}\n", sums.join(", ")));
    }
    page
}

/// The width of a name as it is shown.
fn columns(name: &str) -> usize {
    visible(name).width()
}

fn figure(change: &FigureChange) -> String {
    let percent = if change.name == "percent" { "%" } else { "" };
    let name = change.name.replace('_', " ");
    format!(
        "{name} {}{percent} → {}{percent}",
        change.before, change.after
    )
}

fn of_task(task: &TaskChange) -> Ansi {
    let is_status = |change: &Change| matches!(change, Change::Status(..));
    match task.kind {
        Existence::Added => ACTIVE,
        Existence::Removed => DIM,
        Existence::Changed if task.changes.iter().any(is_status) => of_status(task.status),
        Existence::Changed => PLAIN,
    }
}

fn passes(status: GuardrailStatus) -> Option<bool> {
    match status {
        GuardrailStatus::Pass => Some(true),
        GuardrailStatus::Fail => Some(false),
        GuardrailStatus::NotRun | GuardrailStatus::Waiting | GuardrailStatus::Stale => None,
    }
}

fn checks_pass(checks: Checks) -> Option<bool> {
    match checks {
        Checks::Passing => Some(true),
        Checks::Failing => Some(false),
        Checks::None | Checks::Pending => None,
    }
}

fn of_result(good: Option<bool>) -> Ansi {
    match good {
        Some(true) => GOOD,
        Some(false) => BAD,
        None => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{sample::Sample, views::diff::diff as between};

    fn check(style: Style, expected: &str) {
        let mut day = Sample::day();
        let before = day.state().clone();
        let found = before.tasks().find(|(_, task)| task.id.as_str() == "B");
        let Some((index, _)) = found else { return };
        let breaker = before.reference(index);
        day.approve("claude", &breaker);
        day.done("codex", &breaker);
        assert_eq!(
            diff(&between(&before, day.state(), &[], &|_| None), style),
            expected
        );
    }

    #[test]
    fn figures_come_first_then_a_sentence_for_each_task() {
        check(
            Style::default(),
            "not started 1 → 2, waiting 2 → 1, in review 1 → 0, done 1 → 2, percent 27% → 34%\n\
             task B: in_review → done, approved by claude\n\
             task CC-3: waiting → not_started\n",
        );
    }

    #[test]
    fn colours_are_used_only_if_the_style_has_them() {
        check(
            Style {
                color: true,
                width: None,
            },
            "\u{1b}[2mnot started 1 → 2, waiting 2 → 1, in review 1 → 0, done 1 → 2, percent 27% → 34%\u{1b}[0m\n\
             \u{1b}[32mtask B: in_review → done, approved by claude\u{1b}[0m\n\
             task CC-3: waiting → not_started\n",
        );
    }

    #[test]
    fn equal_states_have_no_changes() {
        let state = Sample::day().into_state();
        assert_eq!(
            diff(&between(&state, &state, &[], &|_| None), Style::default()),
            "no changes\n"
        );
    }
}
