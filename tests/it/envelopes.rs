//! A day in JSON: every command answers with one object of its own schema, and so does every refusal.
//!
//! Not here: the meaning of the values, and failures without a repository or a ledger (`conduct`, `bad_input`).

use std::fs;

use serde_json::Value;

use crate::{
    schemas::Schemas,
    world::{Output, World},
};

/// Each command of the day, the schema of its answer, and the keys of its data.
const DAY: &[(&str, &str, &str)] = &[
    (
        "init --actor ada --kind agent",
        "init",
        "ledger tip actor key generated",
    ),
    ("actor add codex --generate", "actor", ACTOR),
    (
        "actor add claude --generate --role reviewer",
        "actor",
        ACTOR,
    ),
    ("actor list", "actors", "actors recovery_key"),
    ("import plan.json --dry-run", "import", IMPORT),
    ("import plan.json", "import", IMPORT),
    (
        "add --id B --gate claude --step one --step two Breaker",
        "task",
        TASK,
    ),
    ("edit B --priority high --depends P1", "task", TASK),
    (
        "snapshot --label morning --write files",
        "snapshot",
        SNAPSHOT,
    ),
    (
        "claim P1 --dry-run --actor codex",
        "claim_dry_run",
        "task actor until",
    ),
    (
        "claim --next --dry-run",
        "claim_dry_run",
        "task actor until",
    ),
    ("claim P1 --actor codex", "task", TASK),
    ("claim P1 --resume --actor codex", "task", TASK),
    ("progress P1 50 --actor codex", "task", TASK),
    ("block P1 why --actor codex", "task", TASK),
    ("unblock P1 --actor codex", "task", TASK),
    ("done P1 --actor codex", "task", TASK),
    ("reopen P1", "task", TASK),
    ("cancel P1 --reason x", "task", TASK),
    ("step B 1", "task", TASK),
    ("step B 1 --undo", "task", TASK),
    ("progress B 30", "task", TASK),
    ("undo", "undo", "entry actor undone stays"),
    ("wait P1 --until ended", "wait", WAITED),
    ("comment B well", "task", TASK),
    ("claim B --actor codex", "task", TASK),
    ("release B --actor codex", "task", TASK),
    ("claim --next --actor codex", "task", TASK),
    ("handoff B --to ada --actor codex", "task", TASK),
    ("handoff B --to codex", "task", TASK),
    ("release B --actor codex", "task", TASK),
    (
        "add --id R --gate claude --check sound --path src/** Review",
        "task",
        TASK,
    ),
    ("claim R --actor codex", "task", TASK),
    ("renew R --actor codex", "task", TASK),
    ("paths src/x.rs", "paths", "files"),
    ("submit R --actor codex", "task", TASK),
    ("tick R 1 --actor claude", "task", TASK),
    ("reject R --note no --actor claude", "task", TASK),
    ("submit R --actor codex", "task", TASK),
    ("approve R --actor claude", "task", TASK),
    ("undo --actor claude", "undo", "entry actor undone stays"),
    ("wait R --until claimed", "wait", WAITED),
    ("comment R @codex --actor claude", "task", TASK),
    ("prime --actor codex", "prime", PRIMED),
    ("inbox --actor codex", "inbox", "actor since news"),
    ("setup", "setup", "changed hosts"),
    ("setup codex --dry-run", "setup", "changed hosts"),
    (
        "observe prs --from prs.json",
        "pull_requests",
        "entry actor forge repository observed problem read recorded gone pull_requests tasks merged finished",
    ),
    (
        "configure",
        "settings",
        "title day_offset home_ref home_url versions",
    ),
    (
        "configure --title Plan",
        "configured",
        "entry actor settings",
    ),
    ("upgrade", "upgraded", "entry actor versions"),
    ("policy", "policy", POLICY),
    ("policy lease 4h", "policy_set", "entry actor policy"),
    ("target set percent >=0", "target", "entry actor target"),
    ("target list", "targets", "targets"),
    ("status --check", "status", STATUS),
    ("target unset percent", "target", "entry actor target"),
    (
        "guard add G1 --title Sweep --command true",
        "guardrail",
        GUARDRAIL,
    ),
    (
        "guard record G1 pass --evidence plan.json",
        "guardrail",
        GUARDRAIL,
    ),
    ("guard list", "guardrails", "guardrails local"),
    (
        "guard trust G1 acc8a7699a2bf4cb",
        "guard_trust",
        "trusted file",
    ),
    (
        "guard show G1",
        "guard_show",
        "guardrail at_hand trust digest trust_file results output",
    ),
    ("guard remove G1", "guardrail", GUARDRAIL),
    (
        "guard run --all",
        "guard_run",
        "commit tree dirty at actor machine passed guardrails",
    ),
    ("snapshot", "snapshot", SNAPSHOT),
    ("status", "status", STATUS),
    ("status --at morning", "status", STATUS),
    (
        "status --brief",
        "status_brief",
        "ledger summary tasks targets",
    ),
    ("list", "list", "tasks more"),
    ("list owner:nobody", "list", "tasks more"),
    ("man", "man", "pages text written"),
    ("man git-coord-claim", "man", "pages text written"),
    ("completion bash", "completion", "shell text"),
    ("schema list", "schema", "answers text"),
    ("ready", "ready", READY),
    ("ready --actor codex --limit 1 --why", "ready", READY),
    ("ready --at morning", "ready", READY),
    ("plan", "plan", PLAN),
    ("plan --at morning", "plan", PLAN),
    (
        "brief codex",
        "brief",
        "actor tasks more not_in_main idle commands",
    ),
    (
        "brief -n 0",
        "brief",
        "actor tasks more not_in_main idle commands",
    ),
    ("show B", "show", SHOW),
    ("show B --at morning", "show", SHOW),
    ("snapshots", "snapshots", "snapshots"),
    ("diff", "diff", DIFF),
    ("report", "report", REPORT),
    ("report --day 2025-10-15", "report", REPORT),
    ("metrics", "metrics", METRICS),
    ("diff morning now", "diff", DIFF),
    ("diff --text morning now", "diff", "from to text"),
    ("html", "html", "tip output bytes html"),
    ("html -o review.html", "html", "tip output bytes html"),
    ("export --format task-status", "export", "format text"),
    ("export --format json", "export", "format text"),
    ("export --format markdown", "export", "format text"),
    ("export --format csv", "export", "format text"),
    ("export --format beads", "export", "format text"),
    ("export --format allowed-signers", "export", "format text"),
    ("export --format mermaid", "export", "format text"),
    ("export --format dot", "export", "format text"),
    ("actor edit codex --role reviewer", "actor", ACTOR),
    ("actor recovery-key --none", "recovery_key", "fingerprint"),
    ("actor retire-key codex", "actor", ACTOR),
    ("actor revoke-key codex", "actor", ACTOR),
    ("actor remove codex", "actor", ACTOR),
    ("verify", "verify", VERIFY),
    ("verify --strict", "verify", VERIFY),
    ("verify --digests", "digests", "ledger digest parts"),
    ("doctor", "doctor", "good findings"),
    ("hooks install", "hooks", "good hooks left_out"),
    ("hooks status", "hooks", "good hooks left_out"),
    ("worktree add P2", "worktree", WORKTREE),
    ("worktree list", "worktree_list", "main_branch worktrees"),
    (
        "integrate P2",
        "integrated",
        "entry task work commit into before pushed next",
    ),
    (
        "worktree remove P2",
        "worktree_removed",
        "task path branch branch_deleted entry",
    ),
    (
        "observe worktrees",
        "worktrees",
        "entry host worktrees removable",
    ),
    ("hooks uninstall", "hooks", "good hooks left_out"),
    ("demo", "demo", "folder steps"),
];

const WORKTREE: &str = "task path label branch created based_on actor entry claim until next";
const ACTOR: &str = "name kind email roles keys";
const TASK: &str = "entry actor before task";
const GUARDRAIL: &str = "entry actor guardrail";
const IMPORT: &str = "source format dry_run tip entries added changes plan findings not_applied";
const SNAPSHOT: &str = "entry name label at actor digest observed files written";
const STATUS: &str =
    "ledger summary tasks guardrails pull_requests worktrees targets anomalies local";
const VERIFY: &str = "ledger good entries quarantined refused snapshots broken suspects compared";
const WAITED: &str = "tasks news";
const PRIMED: &str =
    "actor kind roles title worktree held lost reviews next open until since is_default commands";
const READY: &str = "actor tasks more idle";
const PLAN: &str = "waves declared critical_path unestimated lanes guardrails";
const SHOW: &str = "task linked_from pull_requests body comments verdicts handed notes integrated guardrails not_in";
const DIFF: &str = "from to summary tasks guardrails targets pull_requests actors policy anomalies";
const REPORT: &str = "day over title entries summary figures done cancelled reopened undone reviewed submitted claimed \
     overdue lapsed requests blocked unblocked added guardrails failing stale targets actors tomorrow anomalies also";
const METRICS: &str = "days finished lead_minutes cycle_minutes blocked_minutes review_minutes estimated actors tasks";
const POLICY: &str = "default_lease max_lease steal_roles broad_path_roles approvals_required unclaimed_work owners_only dependencies guardrails integrated working_day path_reviews";
const LOG: &str =
    "object id actor at subject idempotency_key tasks effect flaw acknowledged details texts news";

fn told(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    // Where the demo leaves its repository.
    world.coord_with(&words, |command| _ = command.env("TMPDIR", world.home()))
}

fn keys(value: &Value) -> String {
    let keys = value.as_object().unwrap().keys();
    keys.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// A world in which the day can be played.
fn world() -> World {
    let world = World::new();
    let plan =
        r#"[{"id": "P1", "title": "one"}, {"id": "P2", "title": "two", "depends_on": ["P1"]}]"#;
    fs::write(world.work().join("plan.json"), plan).unwrap();
    let requests =
        r#"[{"number": 7, "url": "https://github.com/acme/plan/pull/7", "statusCheckRollup": []}]"#;
    fs::write(world.work().join("prs.json"), requests).unwrap();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world
}

#[test]
fn every_command_answers_with_one_object_of_its_schema() {
    let world = world();
    let schemas = Schemas::read();
    for (line, schema, expected) in DAY {
        if line.starts_with("integrate ") {
            // Somebody has worked in the task's worktree.
            world.git(&[
                "-C",
                "../work-P2",
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                "work",
            ]);
        }
        let output = told(&world, line);
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (0, ""),
            "{line}: {output:?}"
        );
        assert!(output.stdout.ends_with("}\n"), "{line}: {output:?}");
        assert_eq!(keys(&output.json()), "schema ok data", "{line}");
        let data = output.data(&format!("coord.{schema}/1"));
        assert_eq!(keys(&data), *expected, "{line}");
        schemas.check(&format!("coord.{schema}/1"), &data);
    }
}

/// Commands whose answers are looked at elsewhere: the log is a stream, and the others need a home (`sync`) or an outbox
/// (`outbox`).
const ELSEWHERE: &[&str] = &[
    "help",
    "log",
    "sync",
    "clone",
    "repair",
    "acknowledge",
    "board",
];

#[test]
fn every_command_is_part_of_the_day() {
    let help = World::empty().done("-h");
    let commands = help.lines().take_while(|line| *line != "Options:");
    let listed = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let missing: Vec<&str> = listed
        .filter(|name| !ELSEWHERE.contains(name))
        .filter(|name| {
            !DAY.iter()
                .any(|(line, ..)| line.split(' ').next() == Some(name))
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_log_is_one_object_a_line() {
    let world = world();
    let schemas = Schemas::read();
    for line in [
        "init --actor ada",
        "add --id A Title",
        "comment A text",
        "snapshot",
    ] {
        world.done(line);
    }
    for (line, count) in [("log", 4), ("log A", 2), ("log -n 1", 1), ("log -n 0", 0)] {
        let output = told(&world, line);
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (0, ""),
            "{line}: {output:?}"
        );
        let lines: Vec<&str> = output.stdout.lines().collect();
        assert_eq!(lines.len(), count, "{line}: {output:?}");
        for line in lines {
            let object: Value = serde_json::from_str(line).unwrap();
            assert_eq!(object["schema"], "coord.log/1");
            assert_eq!(object["ok"], true);
            assert_eq!(keys(&object["data"]), LOG);
            schemas.check("coord.log/1", &object["data"]);
        }
    }
}

#[test]
fn every_refusal_is_one_object_that_says_what_standard_error_says() {
    let world = world();
    let schemas = Schemas::read();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "actor add olga --generate --role observer",
        "add --id A Title",
        "add --id B --depends A --gate codex Title",
        "add --id BB Title",
        "add --id C --depends A Title",
        "claim A --actor codex",
    ] {
        world.done(line);
    }
    for (line, code, exit) in [
        ("claim A", "claim_held", 1),
        ("claim A --actor codex", "already_yours", 1),
        ("edit A --depends B", "cycle", 1),
        ("claim --next --actor olga", "not_permitted", 1),
        ("claim BB --actor olga", "not_permitted", 1),
        ("done B", "gate_open", 1),
        ("done C", "waits", 1),
        ("reopen A", "task_open", 1),
        ("target unset percent", "unknown_target", 1),
        ("brief nobody", "unknown_actor", 1),
        ("guard run G1", "unknown_guardrail", 1),
        ("guard remove G1", "unknown_guardrail", 1),
        ("show Z", "unknown_task", 128),
        ("diff", "unknown_snapshot", 128),
        ("status --at 2001-01-01", "unknown_revision", 128),
        ("report --day 2001-01-01", "unknown_revision", 128),
        ("report --day 2999-01-01", "unknown_revision", 128),
        ("import nothing.json", "cannot_read", 128),
        ("init", "ledger_exists", 128),
        ("list is:nothing", "usage", 129),
        ("target set mood 3", "usage", 129),
        ("target set percent good", "usage", 129),
        ("frobnicate", "usage", 129),
    ] {
        let output = told(&world, line);
        output.failed(code, exit);
        let object = output.json();
        assert_eq!(keys(&object), "schema ok error", "{line}");
        let error = &object["error"];
        assert_eq!(keys(error), "code message hint", "{line}");
        schemas.check("coord.error/1", error);
        let hint = output
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix("hint: "));
        assert_eq!(error["hint"].as_str(), hint, "{line}: {output:?}");
        let message = error["message"].as_str().unwrap();
        assert_eq!(
            output.stderr.lines().next().unwrap(),
            format!("error: {message}"),
            "{line}"
        );
        let plain = world.coord(&line.split(' ').collect::<Vec<_>>());
        assert_eq!((plain.code, plain.stdout.as_str()), (exit, ""), "{line}");
        assert_eq!(plain.stderr, output.stderr, "{line}");
    }
}

#[test]
fn a_refusal_is_still_one_json_object() {
    let world = world();
    world.done("init --actor ada");
    world.done("snapshot --label x");
    world.done("add --id A Title");
    let differs = told(&world, "diff --exit-code x now");
    assert_eq!((differs.code, differs.stderr.as_str()), (1, ""));
    assert_eq!(differs.data("coord.diff/1")["tasks"][0]["id"], "A");
    world.git(&["update-ref", "refs/coord/ledger", &foreign(&world)]);
    let found = told(&world, "verify");
    assert_eq!((found.code, found.stderr.as_str()), (1, ""));
    assert_eq!(found.data("coord.verify/1")["good"], false);
}

/// A commit on top of the ledger that is not an entry.
fn foreign(world: &World) -> String {
    let made = world.shell("git commit-tree -p refs/coord/ledger -m x $(git mktree </dev/null)");
    made.stdout.trim().to_owned()
}

#[test]
fn a_warning_is_in_the_object_too() {
    let world = World::new();
    world.done("init --actor ada");
    let line = ["snapshot", "morning", "--json"];
    assert_eq!(world.coord(&line).json().get("warnings"), None);
    let again = world.coord(&line);
    let warnings = again.json()["warnings"].take();
    let said = warnings.as_array().unwrap();
    assert_eq!(said.len(), 1, "{again:?}");
    assert_eq!(
        again.stderr,
        format!("warning: {}\n", said[0].as_str().unwrap())
    );
}
