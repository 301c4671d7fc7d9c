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
            "5: cells are left out of a row that has more than the header; write '|' inside a cell as '\\|'",
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
        ("| 1 | | | | |", "not a valid priority, kept as text"),
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
            "1: unknown keys are kept but not interpreted: 'a', 'b', 'c1', 'c2' (line 2), 'c3' (line 3), 'c4' (line 4), \
          'c5' (line 5), 'c6' (line 6), 'c7' (line 7), 'c8' (line 8), and 12 more up to line 20"
        ]
    );
}
