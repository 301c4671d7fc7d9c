//! Guardrails by commit, from the command line: what keeps a task from being done, what a result is about, and what is shown.
//!
//! Not here: running commands (`guardrails`), and the rule itself (`core::plan::rules`).

use std::fs;

use serde_json::{Value, json};

use crate::{
    guardrails::add,
    world::{Output, World},
};

/// A repository with one commit, and a ledger of ada's with codex, a worker, and the task A.
fn world() -> World {
    let world = World::new();
    began(&world);
    world
}

fn began(world: &World) {
    write(world, "file", "one\n");
    world.git(&["add", "file"]);
    world.git(&["commit", "--quiet", "-m", "one"]);
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add First --id A",
    ] {
        world.done(line);
    }
}

fn write(world: &World, name: &str, text: &str) {
    fs::write(world.work().join(name), text).unwrap();
}

/// Changes the tracked file, and commits it.
fn commit(world: &World, text: &str) -> String {
    write(world, "file", &format!("{text}\n"));
    world.git(&["commit", "--quiet", "-am", text]);
    head(world)
}

fn head(world: &World) -> String {
    world.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn says(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    world.coord(&words)
}

/// How each guardrail stands here, as `status` says; `guard list`, `guard show` and `plan` must say the same.
#[track_caller]
fn standing(world: &World) -> Vec<(String, Value)> {
    let status = says(world, "status --json").data("coord.status/1");
    let here = &status["local"]["guardrails"];
    let list = says(world, "guard list --json").data("coord.guardrails/1");
    assert_eq!(list["local"]["at_hand"], *here);
    let plan = says(world, "plan --json").data("coord.plan/1");
    assert_eq!(plan["guardrails"], *here);
    let all = here.as_array().unwrap();
    for guardrail in all {
        let (id, status) = (&guardrail["id"], guardrail["status"].as_str().unwrap());
        let id = id.as_str().unwrap();
        let shown = says(world, &format!("guard show {id} --json")).data("coord.guard_show/1");
        assert_eq!(shown["at_hand"], *guardrail);
        for command in ["status", "guard list", "plan"] {
            let page = world.done(command);
            let mut lines = page
                .lines()
                .filter(|line| line.trim_start().starts_with(id));
            assert!(lines.any(|line| line.contains(status)), "{command}: {page}");
        }
    }
    let word = |it: &Value| (it["status"].as_str().unwrap().to_owned(), it["why"].clone());
    all.iter().map(word).collect()
}

fn is(status: &str, why: Option<&str>) -> Vec<(String, Value)> {
    vec![(status.to_owned(), json!(why))]
}

#[track_caller]
fn is_refused(world: &World, line: &str, error: &str, hint: &str) {
    let output = says(world, line);
    let expected = format!("error: {error}\nhint: {hint}\n");
    assert_eq!((output.code, output.stderr.as_str()), (1, &*expected));
}

#[test]
fn done_is_refused_until_each_required_guardrail_has_passed_at_the_commit() {
    for format in ["sha1", "sha256"] {
        let world = World::empty();
        let init = format!("--object-format={format}");
        world.git(&["init", "--quiet", "--initial-branch=main", &init]);
        began(&world);
        add(&world, "G1", "grep -q two file", &["--required"]);
        add(&world, "G2", "true", &["--required"]);
        add(&world, "G3", "false", &[]);
        let none = "required guardrails have not passed for task 'A', which has no commit: G1 (not run), G2 (not run)";
        is_refused(&world, "done A", none, "git coord guard run G1 G2");
        let at = |commit: &str, lacks: &str| {
            let commit = &commit[..10];
            format!(
                "required guardrails have not passed at {commit}, the commit of task 'A': {lacks}"
            )
        };
        let one = head(&world);
        let error = at(&one, "G1 (not run), G2 (not run)");
        is_refused(
            &world,
            "done A --commit HEAD",
            &error,
            "git coord guard run G1 G2",
        );
        assert_eq!(says(&world, "guard run G1 G2").code, 1);
        let error = at(&one, "G1 (failed)");
        is_refused(
            &world,
            "done A --commit HEAD",
            &error,
            "git coord guard run G1",
        );
        let two = commit(&world, "two");
        let error = at(
            &two,
            &format!("G1 (last run at {0}), G2 (last run at {0})", &one[..10]),
        );
        is_refused(
            &world,
            "done A --commit HEAD",
            &error,
            "git coord guard run G1 G2",
        );
        world.done("guard run G1 G2");
        commit(&world, "three");
        // The results of the second commit stay, wherever the work is now.
        let refused = says(&world, "done A --commit HEAD --json");
        assert_eq!(refused.json()["error"]["code"], "guardrail_open");
        let hint = format!("git switch --detach {}", &one[..10]);
        is_refused(
            &world,
            "done A --commit HEAD~2",
            &at(&one, "G1 (failed)"),
            &hint,
        );
        assert_eq!(world.done("done A --commit HEAD~1"), "A is done\n");
        world.done("verify");
    }
}

#[test]
fn a_coordinator_waives_a_guardrail_a_worker_cannot_and_the_policy_can() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    let refused = says(&world, "done A --waive urgent --actor codex");
    let said = "error: codex cannot finish task 'A' with a waiver: this needs the role coordinator or admin\n";
    assert!(refused.stderr.starts_with(said), "{refused:?}");
    world.done("done A --waive urgent");
    world.done("reopen A");
    for policy in ["integrate", "no"] {
        assert!(
            world
                .done(&format!("policy guardrails {policy}"))
                .contains(policy)
        );
        world.done("done A");
        world.done("undo");
    }
    world.done("policy guardrails done");
    assert_eq!(says(&world, "done A").code, 1);
}

#[test]
fn a_task_without_a_commit_is_done_where_the_guardrails_have_passed() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    world.done("guard run G1");
    commit(&world, "two");
    let refused = says(&world, "done A");
    assert!(
        refused
            .stderr
            .contains("which has no commit: G1 (last run at "),
        "{refused:?}"
    );
    world.done("guard run G1");
    assert_eq!(world.done("done A"), "A is done\n");
    // The ledger does not claim that the work is in the commit that is checked out.
    let subject = world.git(&["log", "-1", "--format=%s", "refs/coord/ledger"]);
    assert_eq!(subject, "done A: ada\n");
}

#[test]
fn an_import_of_required_guardrails_says_what_they_guard() {
    let world = world();
    let plan = json!({"schema_version": "1.0", "tasks": {"all": {"B": {"id": "B", "name": "x"}}},
        "pre_audit_guardrails": {
            "G1": {"status": "NOT_RUN", "required": true, "command": "true", "depends_on": []},
            "G2": {"status": "NOT_RUN", "required": false, "command": "true", "depends_on": []}}});
    write(&world, "task_status.json", &plan.to_string());
    let imported = says(&world, "import task_status.json");
    let said = "warning: no task can be done before G1 has passed at its commit; if that is only for the end of the plan: \
        git coord policy guardrails no\n";
    assert!(imported.stderr.contains(said), "{imported:?}");
    assert_eq!(says(&world, "done B").code, 1);
    let again = says(&world, "import task_status.json");
    assert!(!again.stderr.contains("warning"), "{again:?}");
    // A later version of the plan does not take away what plans do not have.
    world.done(
        "guard add G1 --title G1 --command true --env CI --time-limit 5s --replace --required",
    );
    let renamed = plan
        .to_string()
        .replace(r#""required":false"#, r#""required":true"#);
    let renamed = renamed.replace(r#""G1":{"#, r#""G1":{"title":"Another title","#);
    write(&world, "task_status.json", &renamed);
    world.done("import task_status.json");
    let shown = says(&world, "guard show G1 --json").data("coord.guard_show/1");
    let kept = [
        &shown["guardrail"]["environment"],
        &shown["guardrail"]["time_limit"],
    ];
    assert_eq!(kept, [&json!(["CI"]), &json!("5s")]);
    assert_eq!(shown["guardrail"]["title"], "Another title");
    let plan = renamed;
    // A plan that calls a task done does not say at which commit: it is imported with a waiver.
    let done = plan
        .to_string()
        .replace(r#""name":"x""#, r#""name":"x","status":"COMPLETED""#);
    write(&world, "task_status.json", &done);
    let imported = says(&world, "import task_status.json");
    assert_eq!(imported.code, 0, "{imported:?}");
    let task = says(&world, "show B --json").data("coord.show/1")["task"].take();
    assert_eq!(task["status"], "done");
    let waived = "done B: ada, waived: done";
    assert!(
        world.done("log B").contains(waived),
        "{}",
        world.done("log B")
    );
}

#[test]
fn an_amended_message_keeps_the_results_because_the_tree_is_the_same() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    world.done("guard run G1");
    assert_eq!(standing(&world), is("pass", None));
    world.git(&["commit", "--quiet", "--amend", "-m", "better words"]);
    assert_eq!(standing(&world), is("pass", None));
    assert_eq!(world.done("done A --commit HEAD"), "A is done\n");
}

#[test]
fn every_list_says_why_a_result_is_stale() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    assert_eq!(standing(&world), is("not_run", None));
    world.done("guard run G1");
    assert_eq!(standing(&world), is("pass", None));
    let one = head(&world);
    commit(&world, "two");
    assert_eq!(standing(&world), is("stale", Some("other_commit")));
    let note = format!("pass at {}, which is not checked out", &one[..10]);
    write(&world, "file", "two and a half\n");
    for command in ["status", "guard list", "plan", "guard show G1"] {
        assert!(world.done(command).contains(&note), "{command}");
    }
    let dirty = world.coord(&["guard", "run", "G1"]);
    assert_eq!(dirty.code, 1, "{dirty:?}");
    assert!(
        dirty.stdout.contains("stale   with changes in file\n"),
        "{dirty:?}"
    );
    assert!(dirty.stdout.contains("1 stale: not ready\n"), "{dirty:?}");
    assert_eq!(standing(&world), is("stale", Some("changed_files")));
    let note = format!("pass at {} with changes in file", &head(&world)[..10]);
    assert!(world.done("guard list").contains(&note));
    world.git(&["checkout", "--quiet", "file"]);
    world.done("guard run G1");
    assert_eq!(standing(&world), is("pass", None));
    add(&world, "G1", "test -e file", &["--replace", "--required"]);
    assert_eq!(standing(&world), is("stale", Some("other_definition")));
    let at = &head(&world)[..10];
    let error = format!(
        "required guardrails have not passed at {at}, the commit of task 'A': G1 (defined anew since it ran)"
    );
    is_refused(
        &world,
        "done A --commit HEAD",
        &error,
        "git coord guard run G1",
    );
    world.done("guard run G1");
    world.done("guard remove G1");
    add(&world, "G1", "test -e file", &["--required"]);
    assert_eq!(standing(&world), is("not_run", None));
}

#[test]
fn files_that_a_run_made_or_that_git_ignores_are_no_changes_and_other_new_files_are() {
    let world = world();
    write(&world, ".gitignore", "*.log\n");
    world.git(&["add", ".gitignore"]);
    world.git(&["commit", "--quiet", "-m", "ignore"]);
    add(
        &world,
        "G1",
        "mkdir -p out; date >out/report; date >x.log",
        &["--required"],
    );
    write(&world, "old.log", "ignored\n");
    for _ in 0..3 {
        world.done("guard run G1");
        assert_eq!(standing(&world), is("pass", None));
    }
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "next"]);
    // Somebody changes what the run made.
    write(&world, "out/report", "another report, by hand\n");
    commit(&world, "two");
    assert_eq!(world.coord(&["guard", "run", "G1"]).code, 1);
    assert_eq!(standing(&world), is("stale", Some("changed_files")));
    assert!(
        world
            .done("guard list")
            .contains("with changes in out/report")
    );
    fs::remove_dir_all(world.work().join("out")).unwrap();
    write(&world, "new", "not added\n");
    assert_eq!(world.coord(&["guard", "run", "G1"]).code, 1);
    assert!(world.done("guard list").contains("with changes in new"));
    fs::remove_file(world.work().join("new")).unwrap();
    world.done("guard run G1");
    assert_eq!(standing(&world), is("pass", None));
}

#[test]
fn a_trust_file_that_cannot_be_written_is_named() {
    let world = world();
    let output =
        world.shell("XDG_STATE_HOME=/proc/nope git coord guard add G1 --title x --command true");
    assert!(
        output
            .stderr
            .contains("cannot write '/proc/nope/git-coord/trust': "),
        "{output:?}"
    );
}

#[test]
fn a_run_after_the_one_that_counts_is_reported_with_its_output() {
    let world = world();
    let command = "test ! -e stop && echo fine || { echo broken; exit 3; }";
    add(&world, "G1", command, &["--required"]);
    world.done("guard run G1");
    assert_eq!(world.done("guard show G1 --output"), "fine\n");
    write(&world, "stop", "");
    let failed = world.coord(&["guard", "run", "G1"]);
    assert!(
        failed.stderr.contains("git coord guard show G1 --output"),
        "{failed:?}"
    );
    assert_eq!(world.done("guard show G1 --output"), "broken\n");
    for command in ["guard list", "guard show G1", "status"] {
        let told = world.done(command);
        assert!(
            told.contains("last run: fail with changes in stop"),
            "{told}"
        );
    }
    fs::remove_file(world.work().join("stop")).unwrap();
    assert_eq!(standing(&world), is("pass", None));
    world.done("guard run G1");
    assert!(!world.done("guard list").contains("last run"));
}

#[test]
fn a_command_that_changes_or_commits_files_leaves_no_result_of_the_commit() {
    let world = world();
    add(&world, "G1", "echo two >file", &["--required"]);
    assert_eq!(world.coord(&["guard", "run", "G1"]).code, 1);
    assert_eq!(standing(&world), is("stale", Some("changed_files")));
    world.git(&["checkout", "--quiet", "file"]);
    add(
        &world,
        "G1",
        "echo two >file; git -c user.name=x -c user.email=x@example.org commit -qam two",
        &["--required", "--replace"],
    );
    assert_eq!(world.coord(&["guard", "run", "G1"]).code, 1);
    assert_eq!(standing(&world), is("stale", Some("changed_files")));
}

#[test]
fn a_worktree_has_results_of_its_own_commit_and_a_bare_repository_shows_the_last_ones() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    world.git(&["worktree", "add", "--quiet", "-b", "other", "../other"]);
    let other = world.work().with_file_name("other");
    fs::write(other.join("file"), "other\n").unwrap();
    let elsewhere = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        world.coord_with(&words, |command| _ = command.current_dir(&other))
    };
    world.git(&["-C", "../other", "commit", "--quiet", "-am", "other"]);
    assert_eq!(elsewhere("guard run G1").code, 0);
    assert_eq!(standing(&world), is("stale", Some("other_commit")));
    let there = elsewhere("status --json").data("coord.status/1");
    assert_eq!(there["local"]["guardrails"][0]["status"], "pass");
    let refused = says(&world, "done A --commit HEAD");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(says(&world, "done A --commit other").code, 0);
    world.git(&["clone", "--quiet", "--mirror", ".", "../bare.git"]);
    let bare = world.work().with_file_name("bare.git");
    let status = world.coord_with(&["status", "--json"], |command| {
        command.current_dir(&bare);
    });
    let status = status.data("coord.status/1");
    assert_eq!(status["local"]["guardrails"][0]["status"], "pass");
    assert_eq!(status["local"]["guardrails"][0]["why"], Value::Null);
}

#[test]
fn a_guardrail_guards_only_after_its_own_tasks_are_finished() {
    let world = world();
    world.done("add Second --id B");
    add(&world, "G1", "true", &["--required", "--depends", "B"]);
    world.done("done A");
    world.done("reopen A");
    world.done("done B");
    assert_eq!(says(&world, "done A").code, 1);
    world.done("guard run G1");
    world.done("done A --commit HEAD");
}

#[test]
fn show_names_the_guardrails_without_which_a_task_cannot_be_done() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    add(&world, "G2", "false", &["--required"]);
    assert_eq!(says(&world, "guard run --all").code, 1);
    let named = |said: &str| {
        let shown = world.done("show A");
        let line = format!("\nRequired guardrails have not passed: {said}\n");
        assert_eq!(shown.contains(&line), !said.is_empty(), "{shown}");
    };
    named("G2 (failed)");
    let data = says(&world, "show A --json").data("coord.show/1");
    assert_eq!(
        data["guardrails"],
        json!([{"id": "G2", "why": "fail", "last": head(&world)}])
    );
    world.done("guard record G2 pass");
    named("");
    commit(&world, "two");
    assert_eq!(says(&world, "done A").code, 1);
    world.done("policy guardrails no");
    named("");
}

#[test]
fn a_result_by_hand_is_marked() {
    let world = world();
    add(&world, "G1", "false", &["--required"]);
    world.done("guard record G1 pass --actor codex");
    for command in ["status", "guard list"] {
        assert!(
            world.done(command).contains("by codex, by hand"),
            "{command}"
        );
    }
    assert!(world.done("guard show G1").contains("by hand"));
    // One that names an earlier commit knows its tree.
    let one = head(&world);
    commit(&world, "two");
    world.done(&format!("guard record G1 fail --commit {one}"));
    world.git(&["checkout", "--quiet", "--detach", "HEAD~1"]);
    world.git(&["commit", "--quiet", "--amend", "-m", "the same tree"]);
    assert_eq!(standing(&world), is("fail", None));
}

#[test]
fn a_failing_run_shows_the_end_of_its_output_and_the_command_that_shows_all_of_it() {
    let world = world();
    add(
        &world,
        "G1",
        "seq 1 30; printf 'x\\033[2Jy\\n'; exit 3",
        &[],
    );
    let output = says(&world, "guard run G1");
    let lines: Vec<&str> = output.stderr.lines().collect();
    assert_eq!(lines.len(), 22, "{output:?}");
    assert_eq!(lines[1], "output: G1: 12");
    assert_eq!(lines[20], "output: G1: x\\u{1b}[2Jy");
    assert_eq!(lines[21], "hint: git coord guard show G1 --output");
    let all = world.done("guard show G1 --output");
    assert!(
        all.starts_with("1\n2\n") && all.ends_with("30\nx\\u{1b}[2Jy\n"),
        "{all}"
    );
    let shown = world.done("guard show G1");
    assert!(
        shown.contains("the last 20 of 31 lines; all: git coord guard show G1 --output"),
        "{shown}"
    );
    assert!(!shown.contains("\u{1b}[2J"));
    let data = says(&world, "guard show G1 --json").data("coord.guard_show/1");
    assert_eq!(data["results"][0]["exit"], 3);
    assert!(
        data["output"]["text"]
            .as_str()
            .unwrap()
            .starts_with("1\n2\n")
    );
    // A pass shows nothing of the sort.
    add(&world, "G2", "echo fine", &[]);
    let output = says(&world, "guard run G2");
    assert_eq!(output.stderr, "command: G2, by ada: echo fine\n");
    add(&world, "G3", "true", &[]);
    assert_eq!(
        world.done("guard show G3 --output"),
        "guardrail G3 has no output\n"
    );
    says(&world, "guard show G4 --json").failed("unknown_guardrail", 1);
}

#[test]
fn guard_show_has_the_definition_the_trust_and_the_results_by_commit() {
    let world = world();
    add(
        &world,
        "G1",
        "grep -q two file",
        &["--required", "--env", "CI", "--expect", "ok"],
    );
    let one = head(&world);
    assert_eq!(says(&world, "guard run G1").code, 1);
    let two = commit(&world, "two");
    assert_eq!(says(&world, "guard run G1").code, 1);
    let shown = world.done("guard show G1");
    let file = world.home().join(".local/state/git-coord/trust");
    for line in [
        "G1  “a check”".to_owned(),
        "command     grep -q two file".to_owned(),
        "written by  ada".to_owned(),
        format!(
            "trusted     for you, because you wrote the command on this machine, kept in {}",
            file.display()
        ),
        "expects     ok".to_owned(),
        "variables   CI".to_owned(),
        "required    yes".to_owned(),
        "here        fail".to_owned(),
    ] {
        assert!(shown.lines().any(|found| found == line), "{line}\n{shown}");
    }
    let places = [&two, &one].map(|commit| shown.find(&commit[..10]).unwrap());
    assert!(places[0] < places[1], "{shown}");
    let list = says(&world, "guard list");
    let last = format!(
        "commands that your user trusts on this machine: {}\n",
        file.display()
    );
    assert!(list.stdout.ends_with(&last), "{list:?}");
}

#[test]
fn trust_is_of_one_user_one_machine_and_one_ledger_and_covers_every_clone() {
    let world = world();
    add(&world, "G1", "touch ran", &["--actor", "ada"]);
    world.git(&["clone", "--quiet", ".", "../clone"]);
    let clone = world.work().with_file_name("clone");
    let there = |line: &str, home: Option<&str>| {
        let words: Vec<&str> = line.split(' ').collect();
        world.coord_with(&words, |command| {
            command.current_dir(&clone);
            if let Some(home) = home {
                command.env("XDG_STATE_HOME", home);
            }
        })
    };
    let keys = world.work().join(".git/coord/keys");
    world.git(&[
        "-C",
        "../clone",
        "config",
        "coord.keyDir",
        keys.to_str().unwrap(),
    ]);
    world.git(&[
        "-C",
        "../clone",
        "fetch",
        "--quiet",
        "origin",
        "refs/coord/ledger:refs/coord/ledger",
    ]);
    // Another user, whose home is another one, does not trust it.
    let refused = there("guard run G1 --actor ada --json", Some("/nowhere"));
    refused.failed("not_trusted", 1);
    let ran = there("guard run G1 --actor ada", None);
    assert_eq!(ran.code, 0, "{ran:?}");
    // A command of the same words in another ledger is another one.
    let other = world.work().with_file_name("unrelated");
    world.git(&["init", "--quiet", "../unrelated"]);
    for line in [
        "init --actor ada",
        "actor add bob --generate --role coordinator",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let done = world.coord_with(&words, |command| _ = command.current_dir(&other));
        assert_eq!(done.code, 0, "{done:?}");
    }
    let defined = [
        "guard",
        "add",
        "G1",
        "--title",
        "x",
        "--command",
        "touch ran",
        "--actor",
        "bob",
    ];
    let defined = world.coord_with(&defined, |command| _ = command.current_dir(&other));
    assert_eq!(defined.code, 0, "{defined:?}");
    let run = ["guard", "run", "G1", "--actor", "ada", "--json"];
    let run = world.coord_with(&run, |command| _ = command.current_dir(&other));
    run.failed("not_trusted", 1);
}

#[test]
fn a_guardrail_names_variables_and_trust_covers_the_names() {
    let world = world();
    world.done("actor edit codex --role coordinator");
    add(&world, "G1", "echo $TOKEN$OTHER", &["--actor", "codex"]);
    let with_token = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        world.coord_with(&words, |command| {
            command.env("TOKEN", "t0k3n").env("OTHER", "0th3r");
        })
    };
    let trust = |refused: Output| {
        let hint = refused.json()["error"]["hint"].as_str().unwrap().to_owned();
        world.done(hint.strip_prefix("git coord ").unwrap());
    };
    trust(with_token("guard run G1 --json"));
    assert_eq!(with_token("guard run G1").code, 0);
    assert_eq!(world.done("guard show G1 --output"), "\n");
    let named = ["--actor", "codex", "--replace", "--env", "TOKEN"];
    add(&world, "G1", "echo $TOKEN$OTHER", &named);
    let refused = with_token("guard run G1 --json");
    refused.failed("not_trusted", 1);
    let said = "command: G1, by codex, with TOKEN: echo $TOKEN$OTHER\n";
    assert!(refused.stderr.starts_with(said), "{refused:?}");
    trust(refused);
    assert_eq!(with_token("guard run G1").code, 0);
    assert_eq!(world.done("guard show G1 --output"), "t0k3n\n");
    for name in ["GIT_DIR", "A=b", "1X", ""] {
        let defined = [
            "guard",
            "add",
            "G2",
            "--title=x",
            "--command=x",
            "--env",
            name,
        ];
        assert_eq!(world.coord(&defined).code, 129, "{name}");
    }
}

#[test]
fn a_brief_runs_the_required_guardrails_before_the_end_and_leaves_trust_to_a_person() {
    let world = world();
    add(&world, "G1", "true # all", &["--required"]);
    add(&world, "G2", "true", &[]);
    world.done("claim A --actor codex");
    let lines = |key: &str| {
        let brief = says(&world, "brief codex --json").data("coord.brief/1");
        let lines = brief["tasks"][0][key].as_array().unwrap().clone();
        let lines = lines.iter().map(|it| it.as_str().unwrap().to_owned());
        lines.collect::<Vec<String>>()
    };
    let commands = || lines("commands");
    let trust = lines("trust");
    assert!(
        trust[0].starts_with("git coord guard trust G1 "),
        "{trust:?}"
    );
    assert!(trust[0].ends_with("  # ada: true # all"), "{trust:?}");
    let told = commands();
    let last = &told[told.len() - 2..];
    assert_eq!(last[0], "git coord guard run G1 --actor codex");
    for line in trust.iter().chain(last) {
        let output = world.shell(line);
        assert_eq!(output.code, 0, "{line}: {output:?}");
    }
    assert!(world.done("show A").contains("done"));
    // With another policy it does not ask for them.
    world.done("reopen A");
    world.done("policy guardrails no");
    world.done("claim A --actor codex");
    assert!(commands().iter().all(|line| !line.contains("guard")));
}
