//! What changed, by meaning: the figures on a line, then a sentence for each thing.
//!
//! Not here: the sentences (`core::views::diff`), and the lines of files (`render::unified`).

use super::style::{ACTIVE, BAD, DIM, GOOD, NOTICE, PLAIN, Style, of_status};
use crate::core::{
    values::text::visible,
    views::diff::{Diff, Existence, FigureChange, ItemChange, TaskChange},
};
use anstyle::Style as Ansi;

/// The difference; `no changes` if there is none.
pub fn diff(diff: &Diff, style: Style) -> String {
    if diff.is_empty() {
        return "no changes\n".to_owned();
    }
    let mut lines = Vec::new();
    if !diff.summary.is_empty() {
        let figures: Vec<String> = diff.summary.iter().map(figure).collect();
        lines.push(style.paint(DIM, &figures.join(", ")));
    }
    lines.extend(
        diff.tasks
            .iter()
            .map(|task| style.paint(of_task(task), &visible(&task.sentence))),
    );
    for items in [
        &diff.guardrails,
        &diff.targets,
        &diff.pull_requests,
        &diff.actors,
    ] {
        let painted = |item: &ItemChange| style.paint(of_item(item), &visible(&item.sentence));
        lines.extend(items.iter().map(painted));
    }
    lines.extend(diff.anomalies.iter().map(|anomaly| {
        let sentence = format!(
            "anomaly {}, by {}: {}",
            anomaly.entry.short(),
            anomaly.actor,
            anomaly.message
        );
        style.paint(NOTICE, &visible(&sentence))
    }));
    lines.join("\n") + "\n"
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
    let moved = task.changes.iter().any(|change| change.what == "status");
    match task.kind {
        Existence::Added => ACTIVE,
        Existence::Removed => DIM,
        Existence::Changed if moved => of_status(task.status),
        Existence::Changed => PLAIN,
    }
}

fn of_item(item: &ItemChange) -> Ansi {
    let ends = |word: &str| {
        item.after
            .as_ref()
            .is_some_and(|after| after.ends_with(word))
    };
    match () {
        () if ends("fail") || ends("missed") || ends("failing") => BAD,
        () if ends("pass") || ends(" met") || ends("passing") => GOOD,
        () => PLAIN,
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
        assert_eq!(diff(&between(&before, day.state()), style), expected);
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
    fn colour_comes_only_when_asked_for() {
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
    fn no_difference_is_said() {
        let state = Sample::day().into_state();
        assert_eq!(
            diff(&between(&state, &state), Style::default()),
            "no changes\n"
        );
    }
}
