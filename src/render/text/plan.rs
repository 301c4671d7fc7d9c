//! The plan on a terminal: waves, the critical path, the tasks of each owner side by side, and the ready tasks.
//!
//! Not here: computing the plan (`core::views::planning`).

use anstyle::Style as Ansi;

use super::{
    style::{BAD, DIM, NOTICE, PLAIN, Style, of_priority, of_status},
    table::{Cell, cut, table, titled},
};
use crate::{
    core::{
        values::{text::visible, time::Timestamp},
        views::snapshot::{
            DeclaredDocument, IdleDocument, LaneDocument, PathDocument, PlanDocument, PlannedTask,
            ReadyDocument, ReadyTask, WaveDocument,
        },
    },
    render::words,
};

/// The plan.
pub fn plan(document: &PlanDocument, style: Style) -> String {
    if document.waves.is_empty() && document.declared.is_none() {
        return "no task is open\n".to_owned();
    }
    let parts = [
        document
            .declared
            .as_ref()
            .map(|declared| self::declared(declared, style)),
        waves(&document.waves, style),
        critical_path(&document.critical_path, &document.unestimated, style),
        lanes(&document.lanes, style),
    ];
    let present: Vec<String> = parts.into_iter().flatten().collect();
    present.join("\n")
}

fn declared(declared: &DeclaredDocument, style: Style) -> String {
    let waves = declared.waves.iter().map(|wave| {
        [
            Cell::new(&words::wave(wave.number)),
            Cell::new(&format!("{} of {}", wave.done, wave.tasks.len())),
            Cell::new(&wave.tasks.join(", ")),
        ]
    });
    let outside = (!declared.outside.is_empty()).then(|| {
        [
            Cell::painted("no wave", DIM),
            Cell::new(""),
            Cell::new(&declared.outside.join(", ")),
        ]
    });
    let rows = waves.chain(outside);
    let mut text = style.heading("Waves, as the plan declares them") + "\n";
    text += &table(["Wave", "Done", "Tasks"], rows, style);
    for found in &declared.contradictions {
        text += &line(
            &format!("contradiction: {}", words::contradiction(found)),
            BAD,
            style,
        );
    }
    text
}

/// An indented line, cut to the width of the terminal.
fn line(text: &str, ansi: Ansi, style: Style) -> String {
    let width = style.width.map(|width| width.saturating_sub(2));
    format!("  {}\n", style.paint(ansi, &cut(&visible(text), width)))
}

/// The due day of a task, with a warning if it cannot be kept.
fn due(task: &PlannedTask) -> Cell {
    match task.due {
        Some(day) if task.late => Cell::painted(&format!("{day}, late"), BAD),
        Some(day) => Cell::new(&day.to_string()),
        None => Cell::new(""),
    }
}

/// The tasks that one waits for, and its first day.
fn waits_for(task: &PlannedTask) -> String {
    let day = task.defer.map(|day| day.to_string());
    let all: Vec<String> = task.waits_for.iter().cloned().chain(day).collect();
    all.join(", ")
}

fn waves(waves: &[WaveDocument], style: Style) -> Option<String> {
    let row = |wave: &WaveDocument, place: usize, task: &PlannedTask| {
        let name = if place == 0 {
            words::wave(wave.number)
        } else {
            String::new()
        };
        [
            Cell::new(&name),
            Cell::new(&task.id),
            Cell::new(task.title.as_str()),
            Cell::new(&words::owners(&task.owners)),
            Cell::painted(words::priority(task.priority), of_priority(task.priority)),
            Cell::new(&words::estimate(task.estimate_minutes)),
            match task.slack_minutes {
                0 => Cell::painted("none", NOTICE),
                slack => Cell::new(&words::duration(slack)),
            },
            due(task),
            Cell::painted(task.status.as_str(), of_status(task.status)),
            Cell::new(&waits_for(task)),
        ]
    };
    let rows = waves.iter().flat_map(|wave| {
        let tasks = wave.tasks.iter().enumerate();
        tasks.map(move |(place, task)| row(wave, place, task))
    });
    let columns = [
        "Wave",
        "ID",
        "Task",
        "Owner",
        "Priority",
        "Est",
        "Slack",
        "Due",
        "Status",
        "Waits for",
    ];
    let title = "Waves, as the dependencies allow them";
    titled(title, columns, rows, style)
}

fn critical_path(path: &PathDocument, unestimated: &[String], style: Style) -> Option<String> {
    if path.tasks.is_empty() {
        return None;
    }
    let range = if path.estimate_minutes.low == path.estimate_minutes.high {
        String::new()
    } else {
        format!(" ({})", words::effort(path.estimate_minutes))
    };
    let mut text = style.heading("Critical path") + "\n";
    let (long, chain) = (
        words::duration(path.expected_minutes),
        path.tasks.join(" → "),
    );
    text += &line(&format!("{long}{range}: {chain}"), PLAIN, style);
    if !unestimated.is_empty() {
        let (count, names) = (unestimated.len(), unestimated.join(", "));
        let note = format!("{count} without an estimate (counted as 0): {names}");
        text += &line(&note, DIM, style);
    }
    Some(text)
}

fn lanes(lanes: &[LaneDocument], style: Style) -> Option<String> {
    let rows = lanes.iter().map(|lane| {
        let mut could_take = lane.could_take.join(", ");
        if lane.more > 0 {
            could_take += &format!(" and {} more", lane.more);
        }
        let apart: Vec<String> = lane
            .apart
            .iter()
            .map(|apart| format!("{} (shares files with {})", apart.task, apart.from))
            .collect();
        [
            match &lane.owner {
                Some(owner) => Cell::new(owner.as_str()),
                None => Cell::painted("anybody", DIM),
            },
            Cell::new(&lane.holds.join(", ")),
            Cell::new(&could_take),
            Cell::new(&apart.join(", ")),
        ]
    });
    let columns = ["Owner", "Holds", "Could take", "Conflicts"];
    titled("Side by side", columns, rows, style)
}

/// The reasons why no task is ready, one per line, to follow a line that says so.
pub(super) fn idle(idle: &IdleDocument) -> String {
    match words::idle_reasons(idle).as_slice() {
        [] => "; no task is open\n".to_owned(),
        reasons => format!(":\n  {}\n", reasons.join("\n  ")),
    }
}

/// The tasks that could be claimed, best first.
///
/// If `why` is a time, each task has the reasons for its place, as of that time.
pub fn ready(document: &ReadyDocument, why: Option<Timestamp>, style: Style) -> String {
    if document.tasks.is_empty() {
        return format!("nothing is ready{}", idle(&document.idle));
    }
    let row = |ready: &ReadyTask| {
        let task = &ready.task;
        let ansi = if ready.for_others { DIM } else { PLAIN };
        let wave = task.wave.map(|wave| words::wave(wave.number));
        let reasons = why.map(|seen_from| words::why_here(ready, seen_from).join("; "));
        [
            Cell::painted(&task.id, ansi),
            Cell::painted(task.title.as_str(), ansi),
            Cell::painted(&words::owners(&task.owners), ansi),
            Cell::painted(words::priority(task.priority), of_priority(task.priority)),
            Cell::new(&words::estimate(task.estimate_minutes)),
            Cell::new(&wave.unwrap_or_default()),
            Cell::new(&ready.unblocks.join(", ")),
            Cell::new(&reasons.unwrap_or_default()),
        ]
    };
    let rows = document.tasks.iter().map(row);
    let columns = [
        "ID", "Task", "Owner", "Priority", "Est", "Wave", "Unblocks", "Why",
    ];
    let mut text = table(columns, rows, style);
    if document.more > 0 {
        text += &style.paint(DIM, &format!("  and {} more", document.more));
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::core::{
        sample::{Sample, any_sample},
        values::text::is_invisible,
        views::snapshot,
    };

    #[test]
    fn the_plan_shows_both_kinds_of_waves_the_critical_path_and_the_lanes() {
        let day = Sample::day();
        let page = plan(
            &snapshot::plan(day.state(), day.state().effective),
            Style::default(),
        );
        for line in [
            "  FIRST    0 of 2  B, 1",
            "  codex    1, B",
            "  anybody         G",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        assert!(
            page.contains(
                "\nCritical path\n  4h: B → CC-3\n  2 without an estimate (counted as 0): G, B~"
            ),
            "{page}"
        );
    }

    #[test]
    fn an_empty_list_of_ready_tasks_gives_the_reasons() {
        let state = Sample::new().into_state();
        let document = snapshot::ready(&state, state.effective, None, false, None);
        assert_eq!(
            ready(&document, Some(state.effective), Style::default()),
            "nothing is ready; no task is open\n"
        );
        assert_eq!(
            plan(&snapshot::plan(&state, state.effective), Style::default()),
            "no task is open\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_plan_fits_the_terminal_and_cannot_control_it(sample in any_sample(), width in 60usize..140) {
            let state = sample.into_state();
            let style = Style { color: false, width: Some(width) };
            let document = snapshot::ready(&state, state.effective, None, false, Some(3));
            let page = plan(&snapshot::plan(&state, state.effective), style) + &ready(&document, Some(state.effective), style);
            for line in page.lines() {
                proptest::prop_assert!(!line.contains(is_invisible), "{:?}", line);
                proptest::prop_assert!(line.width() <= width, "{}: {}", width, line);
            }
        }
    }
}
