//! An export that is read again, for each format: nothing of it is new, whatever the ledger holds.
//!
//! Not here: drafts that never were in a ledger (`tests`).

use proptest::prelude::*;

use super::*;
use crate::core::{
    entry::event::{
        TaskRef,
        task::{TaskFact, Wave},
    },
    plan::state::State,
    sample::{Sample, actor, any_sample, glob},
    values::{
        json::to_json_pretty,
        task::{Approver, Estimate, LinkKind},
    },
    views::snapshot,
};

/// The formats that `export` writes and `import` reads.
fn exports(state: &State) -> [(Format, String); 5] {
    let draft = |format| draft_of(state, format, |_| None);
    [
        (Format::Markdown, write_markdown(&draft(Format::Markdown))),
        (
            Format::TaskStatus,
            write_task_status(&draft(Format::TaskStatus)),
        ),
        (Format::Csv, write_csv(&draft(Format::Csv))),
        (Format::Beads, write_beads(&draft(Format::Beads), state)),
        (Format::TaskList, to_json_pretty(&snapshot::status(state))),
    ]
}

/// Reads each export, and fails unless an import of it would change nothing.
#[track_caller]
fn nothing_is_new(state: &State) {
    for (format, text) in exports(state) {
        if state.tasks().next().is_none() {
            continue;
        }
        assert_eq!(detect("-", text.as_bytes()), format, "{text}");
        let draft = read_as(format, &text);
        assert_eq!(draft.tasks.len(), state.tasks().count(), "{text}");
        let added = import::additions(state, &draft);
        assert!(added.is_empty(), "{format}: {added:#?}\n{text}");
        let changes = import::changes(state, &draft, None, &|_| None);
        assert!(
            changes.items.is_empty(),
            "{format}: {:#?}\n{text}",
            changes.items
        );
        if format != Format::Markdown {
            assert!(
                changes.left.is_empty(),
                "{format}: {:#?}\n{text}",
                changes.left
            );
        }
    }
}

/// Parts of texts that mean something in one of the formats.
const PARTS: &[&str] = &[
    "A",
    "B",
    "waiting for A",
    "blocked by B",
    "|",
    "\\|",
    "; ",
    ",",
    "\"",
    "'",
    "`",
    "<b>",
    "<!--",
    "-->",
    "&#10;",
    "\n",
    "\r\n",
    "\t",
    "\\",
    "\\n",
    "\\u{41}",
    " ",
    "\u{a0}",
    "-",
    "none",
    "YES",
    "no",
    "[x] ",
    "- [ ] ",
    "T1: ",
    "G1: ",
    "# ",
    "## ",
    "---",
    "1. ",
    "=1+1",
    "+",
    "@",
    "(Owner: bob)",
    "critical review by claude (Task A)",
    "Wave 2",
    "Execute FIRST",
    "Guardrails",
    "18 tasks",
    "All Tasks Complete",
    "100%",
    "🚀 ",
    "\u{feff}",
    "\u{200d}",
    "“",
    "”",
    "{\"a\":1}",
    "http://x",
    "#2",
    "*",
    "_",
    "~",
    "$",
    "日本",
];

fn any_text() -> impl Strategy<Value = Text> {
    let parts = prop::collection::vec(prop::sample::select(PARTS), 1..4).prop_map(|it| it.concat());
    let text = prop_oneof![3 => parts, 1 => "\\PC{1,12}", 1 => any::<String>()];
    text.prop_filter_map("a text", |text| {
        text.parse().ok().filter(|_| text.len() < 500)
    })
}

/// A ledger in which every text of every task is hostile.
fn any_hostile() -> impl Strategy<Value = Sample> {
    let task = prop::collection::vec(any_text(), 8).prop_flat_map(|texts| (Just(texts), 0..8u32));
    prop::collection::vec(task, 1..4).prop_map(|tasks| {
        let mut sample = Sample::new();
        let mut last: Option<TaskRef> = None;
        for (id, (texts, number)) in ["A", "none", "task-1"].into_iter().zip(tasks) {
            let [title, group, label, step, criterion, check, blocker, extra] = &texts[..] else {
                continue;
            };
            let mut facts = vec![
                TaskFact::Group(Some(group.clone())),
                TaskFact::LabelAdded(label.clone()),
                TaskFact::LabelAdded(group.clone()),
                TaskFact::StepAdded(step.clone()),
                TaskFact::StepAdded(step.clone()),
                TaskFact::StepAdded(title.clone()),
                TaskFact::CriterionAdded(criterion.clone()),
                TaskFact::CheckAdded(check.clone()),
                TaskFact::PathAdded(glob("src/{a,b}.rs")),
                TaskFact::OwnerAdded(actor(
                    ["Codex", "claude-code", "bob_", "none"][number as usize % 4],
                )),
                TaskFact::GateAdded(Approver::Actor(actor(
                    ["claude", "yes", "bob-", "Codex"][number as usize % 4],
                ))),
                TaskFact::Wave(Some(Wave {
                    number: number + 1,
                    rank: number,
                })),
                TaskFact::Estimate(Estimate::from_minutes(number * 7, number * 10)),
                TaskFact::Defer(format!("2026-12-0{}", number + 1).parse().ok()),
                TaskFact::UrlAdded("https://example.org/a,b;c?d=%7C#2".parse().unwrap()),
                TaskFact::UrlAdded(format!("http://localhost:{number}/@ana").parse().unwrap()),
                TaskFact::Extra(extra.clone(), Some("\"text\"".parse().unwrap())),
            ];
            match last {
                Some(last) if number % 3 == 1 => {
                    facts.push(TaskFact::LinkAdded(LinkKind::DiscoveredFrom, last.clone()));
                    facts.push(TaskFact::Parent(Some(last)));
                }
                Some(last) => {
                    facts.push(TaskFact::LinkAdded(LinkKind::Relates, last.clone()));
                    facts.push(TaskFact::DependencyAdded(last));
                }
                None => {}
            }
            let group = number % 3 == 0;
            if group {
                facts.remove(0);
            }
            let task = sample.add(id, title.as_str(), facts);
            if number % 2 == 0 {
                sample.block("codex", &task, blocker.as_str(), None);
                sample.block("codex", &task, title.as_str(), None);
            }
            if number > 4 {
                sample.claim("codex", &task);
                sample.step("codex", &task, 2);
            }
            last = Some(task);
        }
        sample
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_export_of_any_ledger_is_imported_without_a_change(sample in any_sample()) {
        nothing_is_new(sample.state());
    }

    #[test]
    fn an_export_of_hostile_texts_is_imported_without_a_change(sample in any_hostile()) {
        nothing_is_new(sample.state());
    }

    #[test]
    fn a_csv_holds_all_of_a_task(sample in any_hostile()) {
        let draft = bare(draft_of(sample.state(), Format::Csv, |_| None));
        let mut again = bare(read_as(Format::Csv, &write_csv(&draft)));
        for (again, task) in again.tasks.iter_mut().zip(&draft.tasks) {
            // These are not in the table.
            again.fields.checks.clone_from(&task.fields.checks);
            // Neither are keys that mean something in a table.
            again.fields.extra.clone_from(&task.fields.extra);
            again.waiver.clone_from(&task.waiver);
        }
        prop_assert_eq!(again.tasks, draft.tasks);
    }
}
