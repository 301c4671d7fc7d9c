//! Plans in Markdown and in CSV of other programs, and what becomes of them after an edit.
//!
//! Not here: what the tests do with them (`foreign`).

use super::{
    Kind,
    Outcome::{Found, Refused, Tasks},
};
use crate::exchange::Format;

pub(super) const DOCUMENTS: &[Kind] = &[
    Kind {
        format: Format::Markdown,
        name: "tasks.md",
        base: "# Tasks: login\n\n## Phase 1: Setup\n\n- [x] T001 alpha in src/a.rs\n- [ ] T002 [P] bravo @ann #api\n\n\
               ## Phase 2: Story\n\n- [ ] T003 [P] [US1] charlie\n  - a detail\n  - [x] a step\n- [ ] T004 delta\n",
        ids: "T001 T002 T003 T004",
        edits: &[
            (
                "T004 delta",
                "T003 delta",
                Refused("13: task 'T003' is already on line 10"),
            ),
            (
                "T004 delta",
                "delta",
                Found("T001 T002 T003 delta", "get one from their title: 'delta'"),
            ),
            ("T004 delta", "T004: delta", Tasks("T001 T002 T003 T004")),
            ("T004 delta", "**T004** delta", Tasks("T001 T002 T003 T004")),
            (
                "- [ ] T004",
                "- [-] T004",
                Found(
                    "T001 T002 T003 T004",
                    "not a known checkbox, so the task is not started",
                ),
            ),
            ("- [ ] T004", "- [✅] T004", Tasks("T001 T002 T003 T004")),
            (
                "- [ ] T004",
                "- T004",
                Found("T001 T002 T003", "list items without a checkbox"),
            ),
            ("- [ ] T004", "- [ ]* T004", Tasks("T001 T002 T003 T004")),
            ("- [ ] T004", "  - [ ] T004", Tasks("T001 T002 T003 T004")),
            ("- [ ] T004", "1. [ ] T004", Tasks("T001 T002 T003 T004")),
            ("- [ ] T004 delta", "- [ ] ", Tasks("T001 T002 T003")),
            ("@ann", "@Jörg", Tasks("T001 T002 T003 T004")),
            (
                "T001 alpha",
                "1.1 alpha",
                Found(
                    "1-1-alpha-in-src-a-rs T002 T003 T004",
                    "get one from their title",
                ),
            ),
            (
                "- [ ] T004 delta",
                "```\n- [ ] T004 code\n```",
                Tasks("T001 T002 T003"),
            ),
            (
                "- [ ] T004 delta",
                "| ID | Task |\n|-|-|\n| X | delta |",
                Found("X", "list items are not read as tasks beside a table"),
            ),
            (
                "## Phase 2",
                "<<<<<<< HEAD\n=======\n>>>>>>> main\n## Phase 2",
                Refused("8: a merge conflict begins here"),
            ),
            (
                "  - [x] a step",
                "  - [x] a step\n    - [ ] a smaller step\n      - why",
                Tasks("T001 T002 T003 T004"),
            ),
        ],
    },
    Kind {
        format: Format::Markdown,
        name: "PLAN.md",
        base: "# Plan\n\n| Task ID | Item | Assignee | Phase | Prio | State | Requires | ETA |\n|---|---|---|---|---|---|---|---|\n\
               | A1 | alpha | Claude (agent) | One | P1 | Done | | 2026-03-01 |\n\
               | A2 | bravo | ann | One | P4 | Doing | A1 | |\n| A3 | charlie | | Two | high | To do | A1, A2 | |\n| A4 | delta | | Two | | | | |\n",
        ids: "A1 A2 A3 A4",
        edits: &[
            (
                "| A4 |",
                "| A3 |",
                Refused("8: task 'A3' is already on line 7"),
            ),
            ("| A4 |", "| |", Refused("8: '' is not a valid task id")),
            ("| A4 |", "| ☃ |", Refused("8: '☃' is not a valid task id")),
            (
                "| A4 | delta | | Two |",
                "| *Later on* | | | |",
                Found(
                    "A1 A2 A3",
                    "a row of one cell is skipped as a remark: 'Later on'",
                ),
            ),
            ("| delta |", "| |", Refused("8: task 'A4' has no title")),
            ("| Done |", "| ✅ |", Tasks("A1 A2 A3 A4")),
            (
                "| Done |",
                "| ❓ |",
                Found("A1 A2 A3 A4", "not a known status"),
            ),
            (
                "| P4 |",
                "| 🔴 |",
                Found("A1 A2 A3 A4", "not a valid priority"),
            ),
            (
                "| ann |",
                "| Jörg |",
                Found("A1 A2 A3 A4", "not a valid actor name"),
            ),
            (
                "| A1, A2 |",
                "| A3 |",
                Refused("7: task 'A3' depends on itself"),
            ),
            ("| A1, A2 |", "| A9 |", Tasks("A1 A2 A3 A4")),
            ("| Done | |", "| Done | A3 |", Refused("cycle")),
            (
                "| ETA |",
                "| Mood |",
                Found(
                    "A1 A2 A3 A4",
                    "unknown columns are kept but not interpreted: 'Mood'",
                ),
            ),
            (
                "| 2026-03-01 |",
                "| in May |",
                Found("A1 A2 A3 A4", "not a valid day"),
            ),
            ("| A3 |", "\nA remark.\n\n| A3 |", Tasks("A1 A2 A3 A4")),
            ("| Item |", "| Topic |", Refused("no tasks found")),
            (
                "| charlie |",
                "| charlie | more | more | more | more | more | more |",
                Found("A1 A2 A3 A4", "cells are left out of a row"),
            ),
        ],
    },
    Kind {
        format: Format::Csv,
        name: "jira.csv",
        base: "Summary,Issue key,Issue id,Issue Type,Status,Priority,Assignee,Labels,Labels,Parent,Inward issue link (Blocks),Outward issue link (Blocks),Original estimate,Due date,Description\n\
               alpha,P-1,10001,Epic,To Do,Highest,Ann Lee,web,api,,,,28800,01/Mar/26 12:00 AM,\"two\nlines\"\n\
               bravo,P-2,10002,Story,In Progress,Medium,,,,10001,,P-4,,,\ncharlie,P-3,10003,Bug,Done,Lowest,,web,,,P-2,,,,\ndelta,P-4,10004,Task,Backlog,,,,,,,,,,\n",
        ids: "P-1 P-2 P-3 P-4",
        edits: &[
            (
                "Issue key,Issue id",
                "Work item key,Work item id",
                Tasks("P-1 P-2 P-3 P-4"),
            ),
            (
                "delta,P-4",
                "delta,P-3",
                Refused("6: task 'P-3' is already on line 5"),
            ),
            (
                "delta,P-4",
                "delta,",
                Refused("6: '' is not a valid task id"),
            ),
            ("delta,P-4", ",P-4", Refused("6: task 'P-4' has no title")),
            ("Epic,To Do", "Epic,✅", Tasks("P-1 P-2 P-3 P-4")),
            (
                "Epic,To Do",
                "Epic,Vibing",
                Found("P-1 P-2 P-3 P-4", "not a known status"),
            ),
            (
                "Highest",
                "🔴",
                Found("P-1 P-2 P-3 P-4", "not a valid priority"),
            ),
            (
                "Ann Lee",
                "Jörg",
                Found("P-1 P-2 P-3 P-4", "not a valid actor name"),
            ),
            (
                ",P-2,,,,\ndelta",
                ",P-3,,,,\ndelta",
                Refused("5: task 'P-3' depends on itself"),
            ),
            (
                ",P-2,,,,\ndelta",
                ",P-9,,,,\ndelta",
                Tasks("P-1 P-2 P-3 P-4"),
            ),
            ("10001,,P-4", "10001,P-4,P-4", Refused("cycle")),
            (
                "10001,,P-4",
                "77777,,P-4",
                Found(
                    "P-1 P-2 P-3 P-4",
                    "not a task of the plan, kept as text: '77777'",
                ),
            ),
            (
                "28800",
                "a while",
                Found("P-1 P-2 P-3 P-4", "not a duration"),
            ),
            (
                "01/Mar/26 12:00 AM",
                "spring",
                Found("P-1 P-2 P-3 P-4", "not a valid day"),
            ),
            (
                "\"two\nlines\"",
                "\"two\nlines",
                Refused("the quotation mark in this row has no end"),
            ),
            (
                "Issue Type",
                "Story Points",
                Found(
                    "P-1 P-2 P-3 P-4",
                    "unknown columns are kept but not interpreted: 'Issue id', 'Story Points'",
                ),
            ),
            (
                "Summary,Issue key",
                "Topic,Issue key",
                Refused("has no title"),
            ),
        ],
    },
    Kind {
        format: Format::Csv,
        name: "linear.csv",
        base: "\"ID\",\"Team\",\"Title\",\"Description\",\"Status\",\"Estimate\",\"Priority\",\"Project\",\"Creator\",\"Assignee\",\"Labels\",\"Due Date\",\"Parent issue\",\"Blocked by\"\n\
               E-1,Eng,alpha,Why,Todo,3,Urgent,Web,ann,ann,\"bug, api\",Sun Mar 01 2026 00:00:00 GMT+0000 (GMT),,\n\
               E-2,Eng,\"'=bravo\",,In Review,,No priority,Web,ann,,,,E-1,E-3\nE-3,Eng,charlie,,Duplicate,,Low,,ann,,,,,\nE-4,Eng,delta,,Triage,,,,ann,,,,,\"E-2, E-3\"\n",
        ids: "E-1 E-2 E-3 E-4",
        edits: &[
            (
                "E-4,Eng",
                "E-3,Eng",
                Refused("5: task 'E-3' is already on line 4"),
            ),
            ("E-4,Eng", ",Eng", Refused("5: '' is not a valid task id")),
            (",delta,", ",,", Refused("5: task 'E-4' has no title")),
            ("Todo", "✅", Tasks("E-1 E-2 E-3 E-4")),
            (
                "Todo",
                "Simmering",
                Found("E-1 E-2 E-3 E-4", "not a known status"),
            ),
            (
                "Urgent",
                "P9",
                Found("E-1 E-2 E-3 E-4", "not a valid priority"),
            ),
            (
                "ann,ann,",
                "ann,ann@example.org,",
                Found("E-1 E-2 E-3 E-4", "not a valid actor name"),
            ),
            (
                "E-1,E-3\n",
                "E-9,E-3\n",
                Found("E-1 E-2 E-3 E-4", "not a task of the plan"),
            ),
            (
                "E-1,E-3\n",
                "E-1,E-2\n",
                Refused("3: task 'E-2' depends on itself"),
            ),
            ("E-1,E-3\n", "E-1,E-4\n", Refused("cycle")),
            ("E-1,E-3\n", "E-1,E-8\n", Tasks("E-1 E-2 E-3 E-4")),
            (
                "Sun Mar 01 2026 00:00:00 GMT+0000 (GMT)",
                "soon",
                Found("E-1 E-2 E-3 E-4", "not a valid day"),
            ),
            (
                "\"bug, api\"",
                "\"bug, api",
                Found("E-1 E-3 E-4", "a cell has several lines"),
            ),
            (
                "\"Project\"",
                "\"Cycle Name\"",
                Found("E-1 E-2 E-3 E-4", "'Cycle Name'"),
            ),
            (",alpha,", ",\"alpha\u{1b}[31m\",", Tasks("E-1 E-2 E-3 E-4")),
            (
                "E-1,Eng",
                "E-1,Eng,extra",
                Found("E-1 E-2 E-3 E-4", "cells are left out of a row"),
            ),
            (
                "\"Title\"",
                "\"Topic\"",
                Refused("3: task 'E-2' has no title"),
            ),
        ],
    },
];
