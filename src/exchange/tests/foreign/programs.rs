//! Plans of programs that write JSON or YAML, and what becomes of them after an edit.
//!
//! Not here: what the tests do with them (`foreign`).

use super::{
    Kind,
    Outcome::{self, Found, Refused, Tasks},
};
use crate::exchange::Format;

const UUIDS: &str = "aaaaaaaa-0000-4000-8000-000000000001 aaaaaaaa-0000-4000-8000-000000000002 \
                     aaaaaaaa-0000-4000-8000-000000000003 aaaaaaaa-0000-4000-8000-000000000004";
const SAME: Outcome = Tasks(UUIDS);

pub(super) const PROGRAMS: &[Kind] = &[
    Kind {
        format: Format::Beads,
        name: "issues.jsonl",
        base: r#"{"id":"bd-1","title":"alpha","status":"open","priority":1,"issue_type":"epic","created_at":"2026-01-02T03:04:05Z"}
{"id":"bd-1.1","title":"bravo","status":"in_progress","assignee":"claude","estimated_minutes":90,"labels":["api"],"dependencies":[{"issue_id":"bd-1.1","depends_on_id":"bd-1","type":"parent-child"}]}
{"id":"bd-2","title":"charlie","status":"closed","description":"Why","design":"How","acceptance_criteria":"- [ ] fast\n- [x] small","dependencies":[{"issue_id":"bd-2","depends_on_id":"bd-1.1","type":"discovered-from"}]}
{"id":"bd-3","title":"delta","status":"deferred","defer_until":"2026-05-01T00:00:00Z","dependencies":[{"issue_id":"bd-3","depends_on_id":"bd-2","type":"blocks"}]}
"#,
        ids: "bd-1 bd-1.1 bd-2 bd-3",
        edits: &[
            (
                "{\"id\":\"bd-2\"",
                "<<<<<<< HEAD\n{\"id\":\"bd-2\"",
                Refused("3: invalid JSON"),
            ),
            (
                "{\"id\":\"bd-3\"",
                "{\"id\":\"bd-2\"",
                Refused("4: task 'bd-2' is already on line 3"),
            ),
            ("\"id\":\"bd-3\",", "", Refused("4: the task has no 'id'")),
            (
                "\"id\":\"bd-3\"",
                "\"id\":\"b d\"",
                Refused("4: 'b d' is not a valid task id"),
            ),
            (
                "\"title\":\"delta\",",
                "",
                Refused("4: task 'bd-3' has no title"),
            ),
            (
                "\"type\":\"discovered-from\"",
                "\"type\":\"parent-child\"},{\"issue_id\":\"bd-2\",\"depends_on_id\":\"bd-3\",\"type\":\"blocks\"",
                Refused("cycle: bd-2 → bd-3 → bd-2"),
            ),
            ("\"open\"", "\"pinned\"", Tasks("bd-1 bd-1.1 bd-2 bd-3")),
            ("\"open\"", "\"✅\"", Tasks("bd-1 bd-1.1 bd-2 bd-3")),
            (
                "\"open\"",
                "\"🤷\"",
                Found("bd-1 bd-1.1 bd-2 bd-3", "not a known status"),
            ),
            (
                "\"priority\":1",
                "\"priority\":\"🔴\"",
                Found("bd-1 bd-1.1 bd-2 bd-3", "not a valid priority"),
            ),
            (
                "\"claude\"",
                "\"Jörg\"",
                Found("bd-1 bd-1.1 bd-2 bd-3", "not a valid actor name"),
            ),
            (
                "\"claude\"",
                "\"Claude (agent)\"",
                Tasks("bd-1 bd-1.1 bd-2 bd-3"),
            ),
            (
                "\"depends_on_id\":\"bd-2\"",
                "\"depends_on_id\":\"bd-9\"",
                Found("bd-1 bd-1.1 bd-2 bd-3", "becomes a blocker: 'bd-9'"),
            ),
            (
                "{\"id\":\"bd-3\"",
                "{\"_type\":\"memory\",\"key\":\"x\"}\n{\"id\":\"bd-3\"",
                Found(
                    "bd-1 bd-1.1 bd-2 bd-3",
                    "lines that are not issues are left out: 'memory'",
                ),
            ),
            (
                "\"labels\"",
                "\"sprint\":3,\"labels\"",
                Found(
                    "bd-1 bd-1.1 bd-2 bd-3",
                    "unknown keys are kept but not interpreted: 'sprint'",
                ),
            ),
            (
                "\"labels\"",
                "\"title\":\"twice\",\"labels\"",
                Refused("2: the key 'title' appears twice"),
            ),
            (
                "\"issue_type\":\"epic\"",
                "\"metadata\":{\"a\":1.50}",
                Tasks("bd-1 bd-1.1 bd-2 bd-3"),
            ),
        ],
    },
    Kind {
        format: Format::TaskMaster,
        name: "tasks.json",
        base: r#"{"master":{"tasks":[
{"id":1,"title":"alpha","description":"Why","details":"How","testStrategy":"unit","status":"pending","dependencies":[],"priority":"high","subtasks":[
{"id":1,"title":"bravo","status":"done","dependencies":[]},
{"id":2,"title":"charlie","status":"pending","dependencies":[1]}]},
{"id":2,"title":"delta","status":"deferred","dependencies":[1],"priority":"low","subtasks":[]}
],"metadata":{"created":"2026-01-02"}}}
"#,
        ids: "1 1.1 1.2 2",
        edits: &[
            (
                "{\"master\":{\"tasks\"",
                "{\"tasks\"",
                Refused("invalid JSON"),
            ),
            (
                "\"master\"",
                "\"auth\"",
                Found(
                    "auth-1 auth-1.1 auth-1.2 auth-2",
                    "begin with its name: 'auth'",
                ),
            ),
            (
                "{\"id\":2,\"title\":\"delta\"",
                "{\"id\":1,\"title\":\"delta\"",
                Refused("5: task '1' is already on line 2"),
            ),
            (
                "{\"id\":2,\"title\":\"delta\"",
                "{\"title\":\"delta\"",
                Refused("5: the task has no 'id'"),
            ),
            (
                "{\"id\":2,\"title\":\"charlie\"",
                "{\"id\":1,\"title\":\"charlie\"",
                Refused("4: task '1.1' is already on line 3"),
            ),
            (
                "\"title\":\"delta\",",
                "",
                Refused("5: task '2' has no title"),
            ),
            (
                "\"dependencies\":[1]}",
                "\"dependencies\":[2]}",
                Refused("4: task '1.2' depends on itself"),
            ),
            (
                "\"deferred\",\"dependencies\":[1]",
                "\"deferred\",\"dependencies\":[\"1.2\"]",
                Tasks("1 1.1 1.2 2"),
            ),
            (
                "\"deferred\",\"dependencies\":[1]",
                "\"deferred\",\"dependencies\":[9]",
                Found("1 1.1 1.2 2", "becomes a blocker: '9'"),
            ),
            (
                "\"done\",\"dependencies\":[]",
                "\"done\",\"subtasks\":[{\"id\":1,\"title\":\"deep\",\"subtasks\":[{\"id\":7,\"title\":\"deeper\"}]}]",
                Tasks("1 1.1 1.1.1 1.1.1.7 1.2 2"),
            ),
            (
                "\"subtasks\":[]",
                "\"subtasks\":3",
                Refused("5: the subtasks must be a list"),
            ),
            (
                "\"subtasks\":[]",
                "\"subtasks\":[7]",
                Refused("5: a task must be an object"),
            ),
            (
                "\"pending\",\"dependencies\":[],",
                "\"⏳\",\"dependencies\":[],",
                Found("1 1.1 1.2 2", "not a known status"),
            ),
            (
                "\"high\"",
                "\"P9\"",
                Found("1 1.1 1.2 2", "not a valid priority"),
            ),
            (
                "\"high\"",
                "\"high\",\"mood\":\"good\"",
                Found(
                    "1 1.1 1.2 2",
                    "unknown keys are kept but not interpreted: 'mood'",
                ),
            ),
            (
                "],\"metadata\"",
                "],\"note\":1,\"metadata\"",
                Tasks("1 1.1 1.2 2"),
            ),
            (
                "\"metadata\":{\"created\":\"2026-01-02\"}}",
                "\"metadata\":{}},\"v2\":{\"tasks\":[{\"id\":1,\"title\":\"other\"}]}",
                Found("1 1.1 1.2 2 v2-1", "begin with its name: 'v2'"),
            ),
        ],
    },
    Kind {
        format: Format::GithubIssues,
        name: "issues.json",
        base: r#"[
{"number":12,"title":"alpha","state":"OPEN","labels":[{"id":"L","name":"bug","color":"f00"}],"assignees":[{"login":"ann"}],"milestone":{"title":"M1","dueOn":"2026-03-01T00:00:00Z"},"url":"https://github.com/a/b/issues/12","body":"Why"},
{"number":13,"title":"bravo","state":"CLOSED","stateReason":"COMPLETED","labels":[],"assignees":[],"milestone":null,"parent":{"number":12,"title":"alpha"}},
{"number":14,"title":"charlie","state":"CLOSED","stateReason":"NOT_PLANNED","comments":[{"author":{"login":"bob"},"body":"no","createdAt":"2026-01-02T00:00:00Z"}]},
{"number":15,"title":"delta","state":"OPEN","blockedBy":{"nodes":[{"number":13,"title":"bravo"}],"totalCount":1}}
]
"#,
        ids: "12 13 14 15",
        edits: &[
            ("\"number\":15,", "", Refused("5: the task has no 'number'")),
            (
                "\"number\":15,",
                "\"number\":14,",
                Refused("5: task '14' is already on line 4"),
            ),
            (
                "\"number\":15,",
                "\"number\":{},",
                Refused("5: the task has no 'number'"),
            ),
            (
                "\"title\":\"delta\",",
                "\"title\":\" \",",
                Refused("5: task '15' has no title"),
            ),
            (
                "\"nodes\":[{\"number\":13",
                "\"nodes\":[{\"number\":15",
                Refused("5: task '15' depends on itself"),
            ),
            (
                "\"nodes\":[{\"number\":13",
                "\"nodes\":[{\"number\":99",
                Found("12 13 14 15", "becomes a blocker: '99'"),
            ),
            (
                "{\"nodes\":[{\"number\":13,\"title\":\"bravo\"}],\"totalCount\":1}",
                "[{\"number\":13}]",
                Tasks("12 13 14 15"),
            ),
            (
                "\"comments\"",
                "\"blocking\":[{\"number\":12}],\"subIssues\":[{\"number\":15}],\"comments\"",
                Tasks("12 13 14 15"),
            ),
            (
                "\"OPEN\",\"labels\"",
                "\"🚧\",\"labels\"",
                Tasks("12 13 14 15"),
            ),
            (
                "\"OPEN\",\"labels\"",
                "\"HALF\",\"labels\"",
                Found("12 13 14 15", "not a known status"),
            ),
            (
                "\"login\":\"ann\"",
                "\"login\":\"Jörg\"",
                Found("12 13 14 15", "not a valid actor name"),
            ),
            (
                "\"labels\":[],",
                "\"labels\":[],\"reactionGroups\":[{\"n\":1}],",
                Found(
                    "12 13 14 15",
                    "unknown keys are kept but not interpreted: 'reactionGroups'",
                ),
            ),
            (
                "\"title\":\"alpha\",\"state\"",
                "\"title\":\"alpha </script>\\u001b[31m\",\"state\"",
                Tasks("12 13 14 15"),
            ),
            ("]\n", "]]\n", Refused("invalid JSON")),
            (
                "\"parent\":{\"number\":12",
                "\"parent\":{\"number\":77",
                Found(
                    "12 13 14 15",
                    "a parent to a task that the file does not have is kept as text",
                ),
            ),
            (
                "{\"number\":13",
                "7,\n{\"number\":13",
                Refused("3: a task must be an object"),
            ),
            (
                "\"dueOn\":\"2026-03-01T00:00:00Z\"",
                "\"dueOn\":\"soon\"",
                Found("12 13 14 15", "not a valid day"),
            ),
        ],
    },
    Kind {
        format: Format::Taskwarrior,
        name: "tasks.json",
        base: r#"[
{"id":1,"uuid":"aaaaaaaa-0000-4000-8000-000000000001","description":"alpha","status":"pending","entry":"20260102T030405Z","due":"20260301T000000Z","project":"web.api","tags":["bug"],"priority":"H","urgency":9.1},
{"id":2,"uuid":"aaaaaaaa-0000-4000-8000-000000000002","description":"bravo","status":"pending","start":"20260103T000000Z","depends":["aaaaaaaa-0000-4000-8000-000000000001"]},
{"id":0,"uuid":"aaaaaaaa-0000-4000-8000-000000000003","description":"charlie","status":"completed","end":"20260104T000000Z","annotations":[{"entry":"20260103T000000Z","description":"half"}]},
{"id":3,"uuid":"aaaaaaaa-0000-4000-8000-000000000004","description":"delta","status":"waiting","wait":"20260501T000000Z","scheduled":"20260601T000000Z"}
]
"#,
        ids: UUIDS,
        edits: &[
            (
                "\"uuid\":\"aaaaaaaa-0000-4000-8000-000000000004\",",
                "",
                Refused("5: the task has no 'uuid'"),
            ),
            (
                "0004\",",
                "0003\",",
                Refused("5: task 'aaaaaaaa-0000-4000-8000-000000000003' is already on line 4"),
            ),
            (
                "\"description\":\"delta\",",
                "",
                Refused("5: task 'aaaaaaaa-0000-4000-8000-000000000004' has no title"),
            ),
            (
                "[\"aaaaaaaa-0000-4000-8000-000000000001\"]",
                "\"aaaaaaaa-0000-4000-8000-000000000001,aaaaaaaa-0000-4000-8000-000000000003\"",
                SAME,
            ),
            (
                "[\"aaaaaaaa-0000-4000-8000-000000000001\"]",
                "[\"aaaaaaaa-0000-4000-8000-000000000002\"]",
                Refused("depends on itself"),
            ),
            (
                "[\"aaaaaaaa-0000-4000-8000-000000000001\"]",
                "[\"bbbbbbbb-0000-4000-8000-000000000001\"]",
                Found(UUIDS, "becomes a blocker"),
            ),
            ("\"H\"", "\"X\"", Found(UUIDS, "not a valid priority")),
            ("\"waiting\"", "\"deleted\"", SAME),
            ("\"waiting\"", "\"recurring\",\"recur\":\"weekly\"", SAME),
            ("\"waiting\"", "\"😴\"", Found(UUIDS, "not a known status")),
            (
                "\"20260301T000000Z\"",
                "\"someday\"",
                Found(UUIDS, "not a valid day"),
            ),
            (
                "\"urgency\"",
                "\"brainpower\":3,\"urgency\"",
                Found(
                    UUIDS,
                    "unknown keys are kept but not interpreted: 'brainpower'",
                ),
            ),
            ("[\n", "", Refused("5: invalid JSON")),
            ("},\n{\"id\":2", "}\n{\"id\":2", Refused("3: invalid JSON")),
            ("[\"bug\"]", "[\"bug\",[]]", SAME),
            (
                "[\"bug\"]",
                "[\"bug\",[1]]",
                Found(UUIDS, "a list or an object is left out"),
            ),
            (
                "\"tags\"",
                "\"parent\":\"aaaaaaaa-0000-4000-8000-000000000009\",\"tags\"",
                SAME,
            ),
        ],
    },
    Kind {
        format: Format::Backlog,
        name: "task-1 - alpha.md",
        base: "<!-- file: task-1 - alpha.md -->\n---\nid: task-1\ntitle: 'alpha: first'\nstatus: In Progress\nassignee:\n  - '@ann'\nlabels: [web, api]\npriority: high\ncreated_date: '2026-01-02'\n---\n\n## Description\n\nWhy\n\n## Acceptance Criteria\n<!-- AC:BEGIN -->\n- [ ] #1 fast\n- [ ] #2 small\n<!-- AC:END -->\n\n## Implementation Plan\n\nHow\n\
               <!-- file: task-1.1 - bravo.md -->\n---\nid: task-1.1\ntitle: bravo\nstatus: Done\nparent_task_id: TASK-1\ndependencies: []\n---\n\
               <!-- file: task-2 - charlie.md -->\n---\nid: task-2\ntitle: >-\n  charlie\n  goes on\nstatus: To Do\ndependencies:\n  - task-1\nmilestone: m1\n---\n\
               <!-- file: task-3 - delta.md -->\n---\nid: task-3\ntitle: delta\nstatus: To Do\n---\n",
        ids: "task-1 task-1.1 task-2 task-3",
        edits: &[
            ("id: task-3\n", "", Refused("the task has no 'id'")),
            (
                "id: task-3\n",
                "id: task-2\n",
                Refused("task 'task-2' is already on line"),
            ),
            ("title: delta\n", "", Refused("task 'task-3' has no title")),
            (
                "title: delta\n",
                "title: delta\ntitle: again\n",
                Refused("the key 'title' appears twice"),
            ),
            ("title: delta\n", "title: [delta\n", Refused("invalid YAML")),
            (
                "title: delta\n",
                "title: delta\nrank: &a [1]\nmore: *a\n",
                Refused("an alias in YAML is not read"),
            ),
            (
                "status: Done",
                "status: ✅",
                Tasks("task-1 task-1.1 task-2 task-3"),
            ),
            (
                "status: Done",
                "status: Sparkling",
                Found("task-1 task-1.1 task-2 task-3", "not a known status"),
            ),
            (
                "priority: high",
                "priority: 🔴",
                Found("task-1 task-1.1 task-2 task-3", "not a valid priority"),
            ),
            (
                "'@ann'",
                "'@Jörg'",
                Found("task-1 task-1.1 task-2 task-3", "not a valid actor name"),
            ),
            (
                "- [ ] #1",
                "- [x] #1",
                Found(
                    "task-1 task-1.1 task-2 task-3",
                    "acceptance criteria have no ticks in the ledger: 'fast'",
                ),
            ),
            (
                "  - task-1\n",
                "  - TASK-9\n",
                Found(
                    "task-1 task-1.1 task-2 task-3",
                    "becomes a blocker: 'TASK-9'",
                ),
            ),
            (
                "  - task-1\n",
                "  - task-2\n",
                Refused("task 'task-2' depends on itself"),
            ),
            (
                "dependencies: []",
                "dependencies: [task-2]",
                Refused("cycle"),
            ),
            (
                "milestone: m1",
                "mood: good",
                Found(
                    "task-1 task-1.1 task-2 task-3",
                    "unknown keys are kept but not interpreted: 'mood'",
                ),
            ),
            (
                "<!-- file: task-3",
                "<!-- file: README.md -->\n# Notes\n<!-- file: task-3",
                Found("task-1 task-1.1 task-2 task-3", "are left out: 'README.md'"),
            ),
            (
                "parent_task_id: TASK-1",
                "parent_task_id: TASK-7",
                Found(
                    "task-1 task-1.1 task-2 task-3",
                    "a parent to a task that the file does not have",
                ),
            ),
        ],
    },
];
