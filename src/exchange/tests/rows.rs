//! Rows, lists and cells of plans: each is taken, or named with its line.
//!
//! Not here: whole plans (`tests`).

use super::*;

fn taken(text: &str) -> (String, Vec<String>) {
    let draft = read_as(Format::Markdown, text);
    let found = draft.findings.iter();
    let found = found
        .map(|it| format!("{}: {}", it.line, it.message))
        .collect();
    (ids(&draft, |_| true), found)
}

#[test]
fn rows_after_an_interrupted_table_belong_to_it() {
    let head = "# P\n\n| ID | Task |\n|---|---|\n| A | one |\n";
    for (interruption, name) in [
        ("\nA remark.\n", "after a paragraph"),
        ("A remark.\n", "without a blank line"),
        ("\n", "after a blank line"),
        ("\n> A quote.\n\n", "after a quote"),
        ("<!-- a comment -->\n", "after a comment"),
        ("\n<details>\n", "in HTML"),
        ("\n- a list\n\n", "after a list"),
        ("\n---\n\n", "after a rule"),
    ] {
        let text = format!("{head}{interruption}| B | two \\| `x` |\n| C | three |\n");
        let draft = read_as(Format::Markdown, &text);
        assert_eq!(ids(&draft, |_| true), "A B C", "{name}");
        assert_eq!(task(&draft, "B").fields.title.as_str(), "two | x", "{name}");
        assert_eq!(
            draft.tasks[1].line,
            6 + interruption.lines().count(),
            "{name}"
        );
    }
    let open = "ID | Task\n---|---\nA | one\n\nA remark.\nB | two\nneither a row\n";
    assert_eq!(taken(open).0, "A B");
}

#[test]
fn a_header_below_a_remark_begins_a_table() {
    let text = "| ID | Task |\n|-|-|\n| A | one |\n\n## Next\nA remark.\n| ID | Status | Task |\n|-|-|-|\n| B | done | two |\n";
    let draft = read_as(Format::Markdown, text);
    assert_eq!(ids(&draft, |_| true), "A B");
    assert_eq!(task(&draft, "B").status, Status::Done);
}

#[test]
fn a_row_that_is_not_taken_is_named_with_its_line() {
    let rows = "| ID | Task | Owner |\n|-|-|-|\n| A | one | |\n| *Phase 2* | | |\n| B | a|b|c|d |\n\n## Later\n| C | three |\n\n- [ ] four\n- T5: five\n- see A\n";
    let (ids, found) = taken(rows);
    assert_eq!(ids, "A B");
    assert_eq!(
        found,
        [
            "4: a row of one cell is skipped as a remark: 'Phase 2'",
            "5: cells are left out of a row that has more than the header; escape or quote the separators inside a cell",
            "8: a row without the header of a table is skipped",
            "10: list items are not read as tasks beside a table of tasks: 'four', 'T5: five' (line 11)",
        ]
    );
}

#[test]
fn tasks_without_an_id_get_one_from_their_title() {
    for (text, ids) in [
        (
            "| Task | Status | Who |\n|-|-|-|\n| Set up CI | done | ann |\n| Ship it | | |\n",
            "set-up-ci ship-it",
        ),
        (
            "| Item | Priority |\n|-|-|\n| Set up CI | P1 |\n| Set up CI | P2 |\n",
            "set-up-ci set-up-ci-2",
        ),
        (
            "# To do\n\n- [x] Set up CI\n- [ ] Ship it\n  - [ ] tag\n",
            "set-up-ci ship-it",
        ),
        ("- [x] T1: Set up CI\n- [ ] CC-2: Ship it\n", "T1 CC-2"),
        ("* T1: Set up CI\n* T2: Ship it\n* a note\n", "T1 T2"),
        (
            "| ID | Item | Status |\n|-|-|-|\n| 1 | Set up CI | open |\n",
            "1",
        ),
        ("| Task ID | Task Name |\n|-|-|\n| 1 | Set up CI |\n", "1"),
    ] {
        assert_eq!(taken(text).0, ids, "{text}");
    }
    let draft = read_as(
        Format::Markdown,
        "## Now\n- [x] One\n- [ ] Two\n  - [x] a\n  - [ ] b\n",
    );
    assert_eq!(draft.tasks[0].status, Status::Done);
    let steps = draft.tasks[1]
        .steps
        .iter()
        .map(|step| (step.text.as_str(), step.done));
    assert_eq!(steps.collect::<Vec<_>>(), [("a", true), ("b", false)]);
    assert_eq!(
        draft.tasks[1].fields.group.as_ref().unwrap().as_str(),
        "Now"
    );
}

#[test]
fn a_cell_that_cannot_be_read_is_a_finding_and_refuses_nothing() {
    let columns =
        "| # | Task | Owner | Priority | Risk | Status | PR | Review |\n|-|-|-|-|-|-|-|-|\n";
    for (cells, expected) in [
        ("Claude (agent) | P4 | low | ✅ | #4 | |", ""),
        ("Jörg | | | | | |", "not a valid actor name, kept as text"),
        (
            "李雷 + ann | | | | | |",
            "not a valid actor name, kept as text",
        ),
        ("| 🔴 | | | | |", "not a valid priority, kept as text"),
        ("| 1 | | | | |", ""),
        ("| 7 | | | | |", "not a valid priority, kept as text"),
        ("| | dire | | | |", "not a valid risk, kept as text"),
        ("| | | SOON | | |", "not a known status"),
        (
            "| | | | soon | |",
            "not a pull request number, kept as text",
        ),
        (
            "| | | | | YES (Jörg) |",
            "not a valid actor name, kept as text",
        ),
    ] {
        for status in ["[x]", "deferred", "claimed", "skipped"] {
            let text = format!("{columns}| 1 | one | {cells}\n| 2 | two | | | | {status} | | |\n");
            let (ids, found) = taken(&text);
            assert_eq!(ids, "1 2", "{cells}");
            let count = usize::from(!expected.is_empty());
            assert_eq!(found.len(), count, "{found:?}");
            assert!(found.iter().all(|it| it.contains(expected)), "{found:?}");
        }
    }
    let list = r#"[{"id":"1","title":"one","owner":["Jörg"],"priority":"🔴","risk":[],"status":"SOON","pr":"x","due":"soon","labels":{"a":1}}]"#;
    let draft = read_as(Format::TaskList, list);
    assert_eq!(draft.findings.len(), 6, "{:?}", draft.findings);
    assert_eq!(extra(&draft.tasks[0], "priority"), "\"🔴\"");
}

#[test]
fn findings_of_one_kind_are_one_finding() {
    let rows: String = (1..=20)
        .map(|n| format!("| {n} | task | Jörg | x |\n"))
        .collect();
    let text = format!("| # | Task | Owner | Mood |\n|-|-|-|-|\n{rows}");
    assert_eq!(taken(&text).1.len(), 2);
    let tasks: Vec<String> = (1..=20)
        .map(|n| format!("{{\"id\":\"{n}\",\"title\":\"t\",\"a\":1,\"b\":2,\"c{n}\":3}}"))
        .collect();
    let draft = read_as(Format::TaskList, &format!("[{}]", tasks.join(",\n")));
    assert_eq!(
        findings(&draft, FindingKind::UnknownKey),
        [
            "1: unknown keys are kept but not interpreted: 'a' (20 times), 'b' (20 times), 'c1', 'c2' (line 2), 'c3' (line 3), 'c4' (line 4), \
          'c5' (line 5), 'c6' (line 6), 'c7' (line 7), 'c8' (line 8), and 12 more up to line 20"
        ]
    );
}

#[test]
fn numbers_that_begin_anew_in_each_phase_stay_apart() {
    let phase = |heading: &str, rows: &str| {
        format!("## {heading}\n\n| # | Task | Depends on |\n|-|-|-|\n{rows}\n")
    };
    let first = phase("Phase 1", "| 1 | a | |\n| 2 | b | 1 |\n");
    let second = phase(
        "Phase 2: Build",
        "| 1 | c | |\n| 2 | d | 1 |\n| 3 | e | 1, 2 |\n",
    );
    let third = phase("Phase 3", "| 2 | f | 1 |\n");
    let (ids, found) = taken(&format!("{first}{second}"));
    assert_eq!(ids, "1 2 phase-2-build-1 phase-2-build-2 phase-2-build-3");
    assert_eq!(
        found,
        [
            "10: numbers that begin anew get the name of their heading: 'phase-2-build-1', 'phase-2-build-2', 'phase-2-build-3'"
        ]
    );
    let draft = read_as(Format::Markdown, &format!("{first}{second}{third}"));
    let after = |id: &str| {
        let ids = task(&draft, id).depends.iter();
        ids.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(after("2"), ["1"]);
    assert_eq!(
        after("phase-2-build-3"),
        ["phase-2-build-1", "phase-2-build-2"]
    );
    // A later phase and a later row change no id.
    assert_eq!(self::ids(&draft, |_| true), format!("{ids} phase-3-2"));
    // Names that are no numbers are the same task twice.
    let twice = phase("One", "| T1 | a | |\n") + &phase("Two", "| T1 | b | |\n");
    assert_eq!(
        complaints(Format::Markdown, &twice),
        ["11: task 'T1' is already on line 5"]
    );
}

#[test]
fn a_blocker_that_names_a_task_becomes_a_dependency_with_a_finding() {
    let text = "| ID | Task | Blockers |\n|-|-|-|\n| A | one | |\n| B | two | A |\n| C | three | A; no key |\n";
    let draft = read_as(Format::Markdown, text);
    assert_eq!(task(&draft, "B").depends[0].as_str(), "A");
    assert_eq!(task(&draft, "C").blockers, ["A", "no key"]);
    assert_eq!(
        findings(&draft, FindingKind::Assumed),
        ["4: blockers that are the name of a task are read as dependencies: 'A'"]
    );
    let list = |blockers: &str| {
        let text = format!(
            r#"[{{"id":"A","title":"one"}},{{"id":"B","title":"two","blockers":[{blockers}]}}]"#
        );
        let draft = read_as(Format::TaskList, &text);
        let task = task(&draft, "B");
        (
            task.depends.len(),
            task.blockers.len(),
            draft.findings.len(),
        )
    };
    assert_eq!(list(r#""waiting for A""#), (1, 0, 1));
    assert_eq!(list(r#""no key""#), (0, 1, 0));
    assert_eq!(list(r#"{"reason":"waiting for A"}"#), (0, 1, 0));
}

#[test]
fn a_plan_of_three_interrupted_tables_loses_no_row() {
    let table = |rows: &str| format!("| ID | Task |\n|---|---|\n{rows}");
    for (between, name) in [
        ("\nRisk: the vendor | the key.\n", "a remark with a bar"),
        ("\n```\n| X | not a task |\n```\n\n", "a block of code"),
        ("\n1. a numbered list\n\n", "a numbered list"),
        ("\n![a picture](x.png)\n\n", "a picture"),
    ] {
        let text = format!(
            "{}{between}| B | two |\n| C | three |\n",
            table("| A | one |\n")
        );
        let draft = read_as(Format::Markdown, &text);
        let titles: Vec<&str> = draft
            .tasks
            .iter()
            .map(|it| it.fields.title.as_str())
            .collect();
        for title in ["one", "two", "three"] {
            assert!(titles.contains(&title), "{name}: {titles:?}");
        }
    }
}

#[test]
fn blank_texts_of_any_script_are_refused_or_left_out() {
    for blank in [" ", "\t", "\u{a0}", "\u{3000}", "\u{200b}", "\u{2800}"] {
        assert!(blank.parse::<Text>().is_err(), "{blank:?}");
        let list = serde_json::json!([{"id": "1", "title": blank}]).to_string();
        assert!(
            read(Format::TaskList, list.as_bytes(), &Limits::default()).is_err(),
            "{list}"
        );
        let csv = format!("id,title,labels\n1,{blank},\n");
        assert!(
            read(Format::Csv, csv.as_bytes(), &Limits::default()).is_err(),
            "{csv:?}"
        );
    }
}
