//! Tests with whole plans, as people keep them.
//!
//! Not here: tests of single rules, which are beside the code.

use std::collections::BTreeSet;

use crate::core::{
    plan::fields::Fields,
    sample::text,
    values::{
        task::{Priority, Status},
        text::Text,
    },
};

use super::*;

const SEED: &str = include_str!("../../tests/fixtures/coordination_summary.md");
const TASK_STATUS: &str = include_str!("../../tests/fixtures/task_status.json");
const TASK_LIST: &str = include_str!("../../tests/fixtures/task_list.json");

fn read_as(format: Format, text: &str) -> Draft {
    read(format, text.as_bytes(), &Limits::default())
        .unwrap_or_else(|complaints| panic!("{complaints}"))
}

fn complaints(format: Format, text: &str) -> Vec<String> {
    let complaints = read(format, text.as_bytes(), &Limits::default()).unwrap_err();
    complaints.iter().map(ToString::to_string).collect()
}

fn seed() -> Draft {
    read_as(Format::Markdown, SEED)
}

fn ids(draft: &Draft, holds: impl Fn(&DraftTask) -> bool) -> String {
    let ids: Vec<&str> = draft
        .tasks
        .iter()
        .filter(|task| holds(task))
        .map(|task| task.id.as_str())
        .collect();
    ids.join(" ")
}

fn task<'d>(draft: &'d Draft, id: &str) -> &'d DraftTask {
    draft
        .tasks
        .iter()
        .find(|task| task.id.as_str() == id)
        .unwrap()
}

fn title_of(draft: &Draft) -> &str {
    draft.tasks[0].fields.title.as_str()
}

fn extra<'d>(task: &'d DraftTask, key: &str) -> &'d str {
    task.fields.extra[&text(key)].as_str()
}

fn words<'d, T: AsRef<str> + 'd>(texts: impl IntoIterator<Item = &'d T>) -> Vec<&'d str> {
    texts.into_iter().map(AsRef::as_ref).collect()
}

fn findings(draft: &Draft, kind: FindingKind) -> Vec<String> {
    let of_kind = draft.findings.iter().filter(|finding| finding.kind == kind);
    of_kind
        .map(|finding| format!("{}: {}", finding.line, finding.message))
        .collect()
}

fn owned_by(draft: &Draft, name: &str) -> usize {
    draft
        .tasks
        .iter()
        .filter(|task| {
            task.fields
                .owners
                .iter()
                .any(|owner| owner.as_str() == name)
        })
        .count()
}

#[test]
fn the_name_and_the_first_bytes_decide_the_format() {
    assert_eq!(detect("plan.md", b"[1]"), Format::Markdown);
    assert_eq!(
        detect("task_status.json", TASK_STATUS.as_bytes()),
        Format::TaskStatus
    );
    assert_eq!(detect("tasks.json", TASK_LIST.as_bytes()), Format::TaskList);
    assert_eq!(detect("-", b" {\"tasks\": [] }"), Format::TaskList);
    assert_eq!(detect("-", b"{\"tasks\": {}}"), Format::TaskStatus);
    assert_eq!(detect("-", SEED.as_bytes()), Format::Markdown);
    assert_eq!(detect("broken.json", b"nonsense"), Format::TaskStatus);
}

#[test]
fn the_summary_has_21_tasks_in_4_groups_and_4_waves() {
    let draft = seed();
    assert_eq!(
        ids(&draft, |_| true),
        "1 2 3 4 5 A B C D E F G H E402-1 Safe-1 CC-1 CC-2 CC-3 CC-4 CC-5 CC-6"
    );
    let groups: BTreeSet<_> = draft
        .tasks
        .iter()
        .filter_map(|task| task.fields.group.as_ref().map(Text::as_str))
        .collect();
    let names = [
        "Claude Code Direct Tasks",
        "High-Impact Quick Wins (4–6 in Parallel)",
        "Hygiene Slices (≤20 Files per Slice)",
        "Top-5 \"Do Now\" Tasks (2–4 Hour Wins)",
    ];
    assert_eq!(Vec::from_iter(groups), names);
    let wave = |wave| {
        ids(&draft, |task| {
            task.fields.wave.map(|wave| wave.number) == wave
        })
    };
    assert_eq!(wave(Some(1)), "1 5 CC-1");
    assert_eq!(wave(Some(2)), "2 H");
    assert_eq!(wave(Some(3)), "3 4 B G");
    assert_eq!(wave(Some(4)), "A C D E402-1");
    assert_eq!(wave(None), "E F Safe-1 CC-2 CC-3 CC-4 CC-5 CC-6");
    let mut order: Vec<_> = draft
        .tasks
        .iter()
        .filter_map(|task| Some((task.fields.wave?.rank, task.id.as_str())))
        .collect();
    order.sort_unstable();
    let order: Vec<&str> = order.into_iter().map(|(_, id)| id).collect();
    assert_eq!(order.join(" "), "CC-1 5 1 2 H 3 4 B G E402-1 A C D");
    assert_eq!(
        draft.title.as_deref(),
        Some("Claude Code Coordination Summary")
    );
}

#[test]
fn the_summary_gives_owners_priorities_estimates_gates_and_states() {
    let draft = seed();
    assert_eq!(
        ["codex", "copilot", "claude"].map(|name| owned_by(&draft, name)),
        [10, 6, 6]
    );
    let priority = |priority| ids(&draft, |task| task.fields.priority == Some(priority));
    assert_eq!(priority(Priority::Critical), "CC-1 CC-3");
    assert_eq!(priority(Priority::High), "1 2 5 B H CC-2 CC-4 CC-5");
    assert_eq!(priority(Priority::Low), "D E Safe-1");
    assert_eq!(
        task(&draft, "1").fields.estimate.unwrap().to_string(),
        "2h-3h"
    );
    assert_eq!(
        task(&draft, "Safe-1").fields.estimate.unwrap().to_string(),
        "15min"
    );
    assert!(
        draft
            .tasks
            .iter()
            .all(|task| task.fields.estimate.is_some() && task.fields.priority.is_some())
    );
    assert_eq!(
        ids(&draft, |task| task
            .fields
            .gates
            .iter()
            .any(|gate| gate.to_string() == "claude")),
        "2 B"
    );
    assert_eq!(ids(&draft, |task| task.status == Status::Done), "CC-2");
    assert_eq!(
        ids(&draft, |task| task.status == Status::Waiting),
        "CC-3 CC-4 CC-5 CC-6"
    );
    assert_eq!(task(&draft, "CC-5").blockers, ["waiting"]);
    assert_eq!(
        ids(&draft, |task| !task.blockers.is_empty()),
        "CC-3 CC-4 CC-5 CC-6"
    );
    assert_eq!(extra(task(&draft, "E402-1"), "files_count"), "20");
    assert_eq!(extra(task(&draft, "Safe-1"), "files_count"), "\"~30\"");
    assert_eq!(task(&draft, "CC-2").line, 100);
    let guardrails: Vec<&str> = draft
        .guardrails
        .iter()
        .map(|guardrail| guardrail.id.as_str())
        .collect();
    assert_eq!(guardrails, ["G1", "G2", "G3", "G4"]);
}

#[test]
fn every_contradiction_of_the_summary_is_reported_with_its_line() {
    assert_eq!(
        findings(&seed(), FindingKind::Contradiction),
        [
            "6: the document says 100 % complete, but 4 % is done (1 of 21 tasks)",
            "32: the document says 18 tasks, but 21 are listed; also on lines 45, 241, 257",
            "63: the document says 18 tasks under this heading, but 21 are listed",
            "259: the document says 0 tasks done, but 1 is listed (CC-2)",
            "265: the document says 2 tasks that need a review, but 1 is listed (B)",
            "274: the document says 9 tasks of codex, but 10 are listed: tasks that codex shares with copilot (2) are counted for copilot only",
            "274: the figures by owner in the document (9 codex, 6 copilot, 6 claude) add up to 21, but the total is 18 on line 32",
        ]
    );
}

#[test]
fn a_summary_with_correct_figures_has_no_contradiction() {
    let right = SEED
        .replace("## ✅ All Tasks Complete", "## Done so far")
        .replace("18 Total", "21 Total")
        .replace("18 tasks", "21 tasks")
        .replace("**Total Tasks**: 18", "**Total Tasks**: 21")
        .replace("**Completed**: 0", "**Completed**: 1")
        .replace("**9 Codex tasks**", "**10 Codex tasks**")
        .replace("**Critical Reviews**: 2", "**Critical Reviews**: 1");
    let draft = read_as(Format::Markdown, &right);
    let contradictions = findings(&draft, FindingKind::Contradiction);
    assert_eq!(
        contradictions, [""; 0],
        "a shared task counts for each of its owners"
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    for (format, text) in [
        (Format::Markdown, SEED),
        (Format::TaskStatus, TASK_STATUS),
        (Format::TaskList, TASK_LIST),
    ] {
        let other = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read_as(format, &other), read_as(format, text));
    }
}

#[test]
fn a_task_status_is_read_with_steps_dependencies_and_blockers() {
    let draft = read_as(Format::TaskStatus, TASK_STATUS);
    assert_eq!(ids(&draft, |_| true), ids(&seed(), |_| true));
    assert_eq!(
        draft
            .tasks
            .iter()
            .filter_map(|task| task.fields.group.as_ref())
            .collect::<BTreeSet<_>>()
            .len(),
        4
    );
    assert_eq!(
        ["codex", "copilot", "claude"].map(|name| owned_by(&draft, name)),
        [10, 6, 6]
    );
    let review = task(&draft, "CC-3");
    assert_eq!(
        (review.depends[0].as_str(), review.blockers.len()),
        ("B", 0),
        "a blocker that repeats a dependency is dropped"
    );
    assert_eq!(task(&draft, "5").blockers, ["prometheus_running"]);
    assert_eq!(task(&draft, "A").blockers, ["no Redis in the CI image yet"]);
    assert_eq!(task(&draft, "CC-6").blockers, ["waiting"]);
    assert_eq!(task(&draft, "CC-5").blockers, [""; 0]);
    assert_eq!(
        task(&draft, "1")
            .steps
            .iter()
            .map(|step| step.done)
            .collect::<Vec<_>>(),
        [true, true, false, false, false]
    );
    assert_eq!(
        (task(&draft, "1").percent, task(&draft, "B").percent),
        (None, Some(60))
    );
    assert_eq!(task(&draft, "B").fields.pull_request, Some(412));
    assert_eq!(
        task(&draft, "Safe-1").fields.estimate.unwrap().to_string(),
        "15min"
    );
    assert_eq!(extra(task(&draft, "Safe-1"), "key"), "\"safe_autofix\"");
    assert_eq!(
        extra(task(&draft, "G"), "reviewer_hint"),
        "{\"ask\":\"ops\",\"by\":\"friday\"}"
    );
    assert_eq!(ids(&draft, |task| task.waiver.is_some()), "F");
    assert_eq!(
        task(&draft, "F").fields.gates.first().unwrap().to_string(),
        "role:reviewer"
    );
    assert_eq!(draft.extra["last_updated"], "\"2025-10-15T13:00:00Z\"");
    assert_eq!(draft.extra["metrics.prs_open"], "3");
}

#[test]
fn the_guardrails_of_a_task_status_are_read() {
    let draft = read_as(Format::TaskStatus, TASK_STATUS);
    let [g1, g2, _, g4] = &draft.guardrails[..] else {
        panic!("four guardrails")
    };
    assert_eq!((g1.status, g1.required), (GuardrailStatus::Pass, true));
    assert_eq!(g1.command.as_deref(), Some("make state-sweep"));
    assert_eq!(
        (g2.depends[0].as_str(), g2.status),
        ("1", GuardrailStatus::Waiting)
    );
    assert_eq!(g4.extra["depends_on"], "[\"openapi_server_up\"]");
    assert_eq!(g4.depends[0].as_str(), "F");
}

/// The contradictions of a draft, each after the text of its line in `source`.
fn with_lines(draft: &Draft, source: &str) -> Vec<String> {
    let line = |finding: &Finding| {
        source
            .lines()
            .nth(finding.line - 1)
            .unwrap()
            .trim()
            .to_owned()
    };
    let contradictions = draft
        .findings
        .iter()
        .filter(|finding| finding.kind == FindingKind::Contradiction);
    contradictions
        .map(|finding| format!("{} | {}", line(finding), finding.message))
        .collect()
}

#[test]
fn every_wrong_figure_of_a_hand_written_summary_is_reported() {
    assert_eq!(
        with_lines(&read_as(Format::TaskStatus, TASK_STATUS), TASK_STATUS),
        [
            "\"percentage\": 60 | task 'B' is 60 % complete, but 1 of 3 steps are completed",
            "\"percentage\": 0 | task 'CC-2' is 0 % complete, but its status is done",
            "\"total_tasks\": 18, | the summary says 18 tasks, but 21 are listed",
            "\"completed\": 0, | the summary says 0 tasks done, but 3 are listed (F, E402-1, CC-2)",
            "\"not_started\": 10, | the summary says 10 tasks not_started, but 9 are listed (2, 3, 4, C, D, E, G, Safe-1, CC-1)",
            "\"Codex\": 9, | the summary says 9 tasks of codex, but 10 are listed: tasks that codex shares with copilot (2) are counted for copilot only",
            "\"Codex\": 9, | the figures by owner in the summary (9 codex, 6 copilot, 6 claude) add up to 21, but the total is 18 on line 491",
            "\"critical_reviews\": 2, | the metrics say 2 tasks that need a review, but 3 are listed (2, B, F)",
            "\"completion_percentage\": 0 | the metrics say 0 % complete, but 14 % is done (3 of 21 tasks)",
        ]
    );
}

#[test]
fn a_wave_that_contradicts_an_open_dependency_is_reported() {
    let text = "# Plan\n\n| # | Task | Depends on | Status |\n|---|---|---|---|\n| A | a | B | |\n| B | b | C, D | |\n\
                | C | c | | |\n| D | d | | COMPLETE |\n\n### Execute FIRST\n1. A\n2. B\n3. C\n\n### Execute SECOND\n4. D\n";
    let draft = read_as(Format::Markdown, text);
    assert_eq!(
        findings(&draft, FindingKind::Contradiction),
        [
            "5: task 'A' is in wave 1, but its dependency 'B' comes later in it",
            "6: task 'B' is in wave 1, but its dependency 'C' comes later in it",
        ]
    );
    let later = text.replace(
        "3. C\n\n### Execute SECOND\n4. D",
        "\n### Execute SECOND\n3. C",
    );
    let draft = read_as(Format::Markdown, &later);
    let found = findings(&draft, FindingKind::Contradiction);
    assert_eq!(
        found[1],
        "6: task 'B' is in wave 1, but its dependency 'C' is in wave 2"
    );
}

#[test]
fn a_list_of_tasks_is_read() {
    let draft = read_as(Format::TaskList, TASK_LIST);
    assert_eq!(ids(&draft, |_| true), "T1 T2 T3 T4");
    let [first, second, third, fourth] = &draft.tasks[..] else {
        panic!("four tasks")
    };
    assert_eq!(
        words(&first.fields.criteria),
        ["it validates", "it is documented"]
    );
    assert_eq!(
        words(&second.fields.criteria),
        ["coverage: 90 %", "panics: 0"]
    );
    assert_eq!(
        (words(&first.fields.paths), words(&second.fields.paths)),
        (vec!["schema/*.json"], vec!["src/read.rs"])
    );
    let body = "One file, reviewed by two people.\n\n**Outputs**\n\n- schema/plan.json\n\n**Commands**\n\n```sh\nmake schema\nmake check\n```\n\n**Notes**\n\nAsk ann first.";
    assert_eq!(
        (first.body.as_deref(), second.body.as_deref()),
        (Some(body), None)
    );
    assert_eq!(words(&first.fields.labels), ["parallel:A"]);
    assert_eq!(third.blockers, ["staging_available"]);
    assert_eq!(
        fourth
            .depends
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["T2", "T3"]
    );
    assert_eq!(
        draft
            .tasks
            .iter()
            .map(|task| task.fields.priority.unwrap())
            .collect::<Vec<_>>(),
        Priority::ALL
    );
    assert_eq!(fourth.fields.estimate.unwrap().high(), 480);
    assert_eq!(extra(fourth, "budget"), "12.5");
    assert_eq!(findings(&draft, FindingKind::UnknownKey).len(), 1);
}

#[test]
fn an_unknown_dependency_that_looks_like_an_id_is_a_complaint() {
    let text = TASK_LIST.replace("\"staging_available\"", "\"T9\"");
    assert_eq!(
        complaints(Format::TaskList, &text),
        ["50: task 'T3' depends on 'T9', which is not a task of the file"]
    );
}

#[test]
fn every_complaint_of_a_file_is_returned_with_its_line() {
    let text = "{\"schema_version\":\"2.0\",\"tasks\":{\"g\":{\n\"a\":{\"name\":\"x\",\"status\":\"halfway\"},\n\"b\":{\"name\":\"y\",\n\"priority\":\"soonish\",\"name\":\"z\"},\n\"c\":{\"id\":\"a\",\"name\":\"w\"}}}}";
    assert_eq!(
        complaints(Format::TaskStatus, text),
        [
            "1: schema_version \"2.0\" is not supported; the only supported one is \"1.0\"",
            "4: the key 'name' appears twice",
            "5: task 'a' is already on line 2",
        ]
    );
    let rows = "| # | Task | Status |\n|-|-|-|\n| 1 | a | SOON |\n| -x | b | DONE |\n| 1 | c | |\n| 2 | | |\n";
    assert_eq!(
        complaints(Format::Markdown, rows),
        [
            "4: '-x' is not a valid task id: it must start with a letter or a digit",
            "5: task '1' is already on line 3",
            "6: task '2' has no title",
        ]
    );
}

#[test]
fn cycles_and_tasks_that_depend_on_themselves_are_complaints() {
    let rows = "| # | Task | Depends on |\n|-|-|-|\n| 1 | a | 2 |\n| 2 | b | 3 |\n| 3 | c | 1 |\n| 4 | d | #4 |\n| 5 | e | 1, 2 |\n";
    assert_eq!(
        complaints(Format::Markdown, rows),
        [
            "3: tasks depend on each other in a cycle: 1 → 2 → 3 → 1",
            "6: task '4' depends on itself"
        ]
    );
}

#[test]
fn an_empty_plan_is_a_complaint() {
    let looked_for = "1: no tasks found: looked for a Markdown table with the columns `ID` or `#` and `Task` or `Title`, \
         a list with checkboxes or with ids such as `T1: title`, CSV with such columns, JSON with `tasks`, \
         and the files of beads, GitHub, task-master, Backlog.md and Taskwarrior";
    for (format, text, seen) in [
        (Format::Markdown, "", &[][..]),
        (Format::Markdown, "\n", &[]),
        (
            Format::Markdown,
            "# Plan\n\nnothing yet\n",
            &["1: headings: 1, the first is 'Plan'"],
        ),
        (
            Format::Markdown,
            "| # | Task |\n|-|-|\n",
            &["1: a table of tasks without a row"],
        ),
        (
            Format::Markdown,
            "## Now\n\n| Area | Mood |\n|-|-|\n| a | b |\n\n## Then\n- one\n- two\n",
            &[
                "1: headings: 2, the first is 'Now'",
                "3: a table whose columns are not those of tasks: 'Area', 'Mood'",
                "8: a list whose items have neither a checkbox nor an id",
            ],
        ),
        (Format::TaskList, "[]", &[]),
        (Format::TaskStatus, "{\"tasks\":{}}", &[]),
        (
            Format::TaskStatus,
            "{\"schema_version\":\"1.0\",\n\"master\":{\"tasks\":[]}}",
            &["1: an object with the keys 'schema_version', 'master'"],
        ),
        (
            Format::Csv,
            "Area,Mood\na,b\n",
            &["1: a header whose columns are not those of tasks: 'Area', 'Mood'"],
        ),
    ] {
        let told = complaints(format, text);
        assert_eq!(told[0], looked_for, "{text:?}");
        assert_eq!(told[1..], *seen, "{text:?}");
    }
}

#[test]
fn a_title_is_kept_unchanged_up_to_its_size_limit() {
    let list = |title: &str| {
        format!(
            "[{{\"id\":\"1\",\"title\":{}}}]",
            serde_json::Value::from(title)
        )
    };
    let wild = "a\u{1b}[31m\nb\u{7f}\u{202e}\tc";
    assert_eq!(title_of(&read_as(Format::TaskList, &list(wild))), wild);
    let long = "x".repeat(4001);
    assert_eq!(
        complaints(Format::TaskList, &list(&long)),
        ["1: the title has 4001 bytes; the limit is 4000"]
    );
    let cell = read_as(
        Format::Markdown,
        "| # | Task |\n|-|-|\n| 1 | a \u{1b}[31m b |\n",
    );
    assert_eq!(title_of(&cell), "a \u{1b}[31m b");
}

#[test]
fn an_unknown_value_that_is_too_long_is_left_out_with_a_finding() {
    let long = "x".repeat(4000);
    let list = format!("[{{\"id\":\"1\",\"title\":\"a\",\"memo\":\"{long}\",\"short\":1}}]");
    let draft = read_as(Format::TaskList, &list);
    assert_eq!(draft.tasks[0].fields.extra.len(), 1);
    assert_eq!(
        findings(&draft, FindingKind::Unreadable),
        ["1: a value of 'memo' is left out, because keys and values have 1 to 4000 bytes: '1'"]
    );
}

#[test]
fn too_many_tasks_are_a_complaint() {
    let limits = Limits {
        tasks: 2,
        ..Limits::default()
    };
    let rows = "| # | Task |\n|-|-|\n| 1 | a |\n| 2 | b |\n| 3 | c |\n";
    let refused = read(Format::Markdown, rows.as_bytes(), &limits).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "5: the plan has 3 tasks; the limit is 2"
    );
    assert!(read(Format::TaskList, TASK_LIST.as_bytes(), &limits).is_err());
}

#[test]
fn a_remark_after_a_status_is_a_dependency_a_blocker_or_a_percentage() {
    let rows = "| # | Task | Status |\n|-|-|-|\n| A | a | WAITING for B |\n| B | b | BLOCKED: no credentials |\n| C | c | in progress (40%) |\n";
    let draft = read_as(Format::Markdown, rows);
    assert_eq!(task(&draft, "A").depends[0].as_str(), "B");
    assert_eq!(task(&draft, "A").blockers, [""; 0]);
    assert_eq!(task(&draft, "B").blockers, ["no credentials"]);
    assert_eq!(task(&draft, "C").percent, Some(40));
}

/// A draft without its format, findings and lines, which differ between files.
fn bare(mut draft: Draft) -> Draft {
    draft.format = Format::TaskStatus;
    draft.findings.clear();
    draft.tasks.iter_mut().for_each(|task| task.line = 0);
    draft
        .guardrails
        .iter_mut()
        .for_each(|guardrail| guardrail.line = 0);
    draft
}

#[test]
fn a_written_task_status_reads_as_the_same_draft_and_its_summary_is_correct() {
    for draft in [
        seed(),
        read_as(Format::TaskStatus, TASK_STATUS),
        read_as(Format::TaskList, TASK_LIST),
    ] {
        let written = write_task_status(&draft);
        let again = read_as(Format::TaskStatus, &written);
        let summary = findings(&again, FindingKind::Contradiction)
            .into_iter()
            .filter(|text| text.contains("summary"));
        assert_eq!(Vec::from_iter(summary), [""; 0]);
        assert_eq!(write_task_status(&again), written);
        assert_eq!(bare(again), bare(draft));
    }
}

#[test]
fn written_markdown_reads_as_the_same_draft() {
    let draft = seed();
    let written = write_markdown(&draft);
    assert_eq!(
        bare(read_as(Format::Markdown, &written)),
        bare(draft),
        "{written}"
    );
    let mut draft = read_as(Format::TaskStatus, TASK_STATUS);
    let again = read_as(Format::Markdown, &write_markdown(&draft));
    assert_eq!(ids(&again, |_| true), ids(&draft, |_| true));
    for (again, task) in again.tasks.iter().zip(&mut draft.tasks) {
        assert_eq!(
            (&again.depends, &again.blockers, &again.fields.gates),
            (&task.depends, &task.blockers, &task.fields.gates)
        );
        assert_eq!(
            (
                again.fields.pull_request,
                again.percent,
                &again.fields.branch
            ),
            (task.fields.pull_request, task.percent, &task.fields.branch)
        );
    }
}

#[test]
fn lists_with_separators_in_their_items_survive_markdown() {
    let texts = |texts: &[&str]| texts.iter().map(|it| text(it)).collect();
    let mut task = DraftTask::new("1".parse().unwrap(), 0, Fields::titled(text("t")));
    task.fields.labels = texts(&["a,b", "c;d", "e\\", "f, g", "\\,", "-", "a|b"]);
    task.fields.paths = ["src/{a,b}.rs", "a;b", "x y"]
        .map(|it| it.parse().unwrap())
        .into();
    task.blockers = ["no key, ask; wait", "second"].map(str::to_owned).into();
    task.status = Status::Blocked;
    let mut draft = Draft::new(Format::Markdown);
    draft.title = Some("Plan".to_owned());
    draft.tasks.push(task);
    let written = write_markdown(&draft);
    assert_eq!(
        bare(read_as(Format::Markdown, &written)),
        bare(draft),
        "{written}"
    );
}

#[test]
fn a_csv_file_has_a_header_and_a_line_per_task() {
    let text = write_csv(&seed());
    assert_eq!(text.lines().count(), 22);
    assert!(text.contains("\r\n2,Golden Token Kit + Fixtures,\"Top-5 \"\"Do Now\"\" Tasks (2–4 Hour Wins)\",codex; copilot,not_started,high,,120,120,0,,,,,claude,"), "{text}");
}

mod counts;
mod foreign;
mod round_trips;
mod rows;

mod hostile {
    use proptest::prelude::*;

    use super::*;

    fn read_all(bytes: &[u8]) {
        let _ = detect("x", bytes);
        for format in Format::ALL {
            let _ = read(*format, bytes, &Limits::default());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_title_is_the_same_after_writing_and_reading(title in "[^\0]{0,40}", step in "x[^\0]{1,40}") {
            let mut draft = Draft::new(Format::TaskStatus);
            let mut task = DraftTask::new("1".parse().unwrap(), 0, Fields::titled(text(&format!("x{title}x"))));
            draft.tasks.push(task.clone());
            let again = read_as(Format::Markdown, &write_markdown(&draft));
            prop_assert_eq!(&again.tasks[0].fields.title, &task.fields.title);
            task.steps.push(DraftStep { text: step, done: true });
            draft.tasks[0] = task;
            prop_assert_eq!(bare(read_as(Format::TaskStatus, &write_task_status(&draft))), draft);
        }

        #[test]
        fn reading_never_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            read_all(&bytes);
        }

        #[test]
        fn reading_never_panics_on_any_text(text in "[\\PC\n|#*:{}\\[\\]\",0-9-]{0,300}") {
            read_all(text.as_bytes());
        }

        #[test]
        fn reading_never_panics_on_mutated_plans(
            which in 0usize..3,
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..40, "[\\PC|#:\"{}\n0-9]{0,8}"), 1..6),
        ) {
            let mut bytes = [SEED, TASK_STATUS, TASK_LIST][which].as_bytes().to_vec();
            for (at, length, insert) in cuts {
                let from = at.index(bytes.len());
                let to = (from + length).min(bytes.len());
                bytes.splice(from..to, insert.bytes());
            }
            read_all(&bytes);
        }
    }
}

#[test]
fn every_list_item_that_is_not_read_is_named() {
    let named = |text: &str| {
        let draft = read_as(Format::Markdown, text);
        (draft.tasks.len(), findings(&draft, FindingKind::Unreadable))
    };
    for (text, tasks, left) in [
        (
            "- [ ] one\n- [-] two\n- [~] three\n- four\n",
            3,
            &["-", "~", "four"][..],
        ),
        (
            "- T1: one\n- two\n\nremark\n\n- T3 - three\n- **T4** four\n- T5. five\n",
            3,
            &["two", "four"],
        ),
        (
            "# Plan\n\n- fast\n\n## Now\n\n- [ ] one\n  - detail\n\n  more\n- two\n",
            1,
            &["two"],
        ),
        (
            "| # | Task |\n|-|-|\n| 1 | one |\n\n- [>] two\n",
            1,
            &["two"],
        ),
    ] {
        let (read, told) = named(text);
        assert_eq!(read, tasks, "{text}");
        let told = told.concat();
        assert!(left.iter().all(|left| told.contains(left)), "{told}");
        assert!(!told.contains("fast") && !told.contains("detail"), "{told}");
    }
}

#[test]
fn separators_between_braces_belong_to_the_path() {
    let cell = "`src/{a,b}.rs`, c/{d;e}";
    let texts = [
        (
            Format::Markdown,
            format!("| ID | Task | Files |\n|-|-|-|\n| A | one | {cell} |\n"),
        ),
        (
            Format::Csv,
            format!("id,title,files\nA,one,\"{}\"\n", cell.replace('`', "")),
        ),
        (
            Format::TaskList,
            format!(
                "[{{\"id\":\"A\",\"title\":\"one\",\"paths\":\"{}\"}}]",
                cell.replace('`', "")
            ),
        ),
    ];
    for (format, text) in texts {
        let draft = read_as(format, &text);
        let paths = words(&task(&draft, "A").fields.paths);
        assert_eq!(paths, ["c/{d;e}", "src/{a,b}.rs"], "{text}");
    }
}
