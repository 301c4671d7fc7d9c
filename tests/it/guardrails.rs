//! Guardrails: run, timed out, refused, recorded; the environment of their commands, and the recorded output.
//!
//! Not here: one command by itself (`guard::process`), and the rules (`format`).

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use serde_json::Value;

use crate::world::{Output, World};

/// A repository with one commit, and a ledger of ada's with codex, a coordinator, and olga, who only looks on.
fn world() -> World {
    let world = World::new();
    fs::write(world.work().join("file"), "one\n").unwrap();
    world.git(&["add", "file"]);
    world.git(&["commit", "--quiet", "-m", "one"]);
    for line in [
        "init --actor ada",
        "actor add codex --generate --role coordinator",
        "actor add olga --generate --role observer",
    ] {
        world.done(line);
    }
    world
}

/// Defines a guardrail with more arguments.
#[track_caller]
pub fn add(world: &World, id: &str, command: &str, more: &[&str]) {
    let arguments = [
        "guard",
        "add",
        id,
        "--title",
        "a check",
        "--command",
        command,
    ];
    let output = world.coord(&[&arguments, more].concat());
    assert_eq!(output.code, 0, "{output:?}");
}

/// Runs guardrails with `--json`.
fn run(world: &World, arguments: &[&str]) -> Output {
    world.coord(&[&["guard", "run", "--json"], arguments].concat())
}

/// Follows the hint of a run that is refused because it has commands that nobody trusts.
#[track_caller]
fn trust(world: &World, arguments: &[&str]) -> String {
    let refused = run(world, arguments);
    refused.failed("not_trusted", 1);
    let hint = refused.json()["error"]["hint"].take();
    let hint = hint.as_str().unwrap();
    world.done(hint.strip_prefix("git coord ").unwrap())
}

/// The file that remembers trusted commands.
fn trust_file(world: &World) -> PathBuf {
    world.home().join(".local/state/git-coord/trust")
}

#[track_caller]
fn checked(output: &Output) -> Vec<Value> {
    let mut data = output.data("coord.guard_run/1");
    data["guardrails"].take().as_array().unwrap().clone()
}

/// The output of the only guardrail, as plain git shows it.
#[track_caller]
fn evidence(world: &World, output: &Output) -> String {
    let entry = checked(output)[0]["entry"].as_str().unwrap().to_owned();
    world.git(&["show", &format!("{entry}:output.txt")])
}

/// A named pipe in the worktree, which is nothing that git sees.
fn fifo(world: &World, name: &str) -> PathBuf {
    assert_eq!(world.shell(&format!("mkfifo {name}")).code, 0);
    world.work().join(name)
}

/// The reading end of a named pipe: as long as a process has opened the other end, it is alive.
struct Witness(File);

impl Witness {
    /// Waits for nobody to open the other end.
    fn at(path: &Path) -> Self {
        let mut options = OpenOptions::new();
        let options = options.read(true).custom_flags(nix::libc::O_NONBLOCK);
        Self(options.open(path).unwrap())
    }

    /// The output until the last process closed the pipe.
    fn last_words(mut self) -> String {
        let mut words = Vec::new();
        loop {
            match self.0.read_to_end(&mut words) {
                Ok(_) => return String::from_utf8(words).unwrap(),
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
            thread::yield_now();
        }
    }
}

#[test]
fn results_are_signed_entries_whose_evidence_plain_git_shows() {
    let world = world();
    add(
        &world,
        "G1",
        "echo well; echo done >&2",
        &["--expect", "well"],
    );
    let output = run(&world, &["G1"]);
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(
        output.stderr,
        "command: G1, by ada: echo well; echo done >&2\n"
    );
    assert_eq!(evidence(&world, &output), "well\ndone\n");
    let data = output.data("coord.guard_run/1");
    assert_eq!(data["commit"], world.git(&["rev-parse", "HEAD"]).trim());
    assert_eq!(
        data["tree"],
        world.git(&["rev-parse", "HEAD^{tree}"]).trim()
    );
    assert_eq!(
        (&data["dirty"], &data["passed"]),
        (&Value::from(false), &Value::from(true))
    );
    assert_eq!(data["guardrails"][0]["exit"], 0);
    let subject = world.git(&["log", "-1", "--format=%an: %s", "refs/coord/ledger"]);
    let head = world.git(&["rev-parse", "HEAD"]);
    let wanted = format!("ada: guardrail G1: pass, commit {}\n", &head[..12]);
    assert_eq!(subject, wanted);
    world.done("verify");
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(status["guardrails"][0]["status"], "pass");
    assert_eq!(status["guardrails"][0]["evidence"]["name"], "output.txt");
}

#[test]
fn a_check_that_fails_is_recorded_and_the_answer_is_no() {
    let world = world();
    add(&world, "G1", "echo 7 breaking changes; exit 3", &[]);
    add(
        &world,
        "G2",
        "echo 7 breaking changes",
        &["--expect", "0 breaking changes"],
    );
    let output = world.coord(&["guard", "run", "G2", "G1", "--jobs", "1"]);
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(
        output.stdout,
        "  ID  Guardrail  Result  Note\n\
         \x20 G1  a check    fail    exit status 3\n\
         \x20 G2  a check    fail    the output does not contain the expected text\n\
         2 failed: not ready\n"
    );
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(status["guardrails"][0]["status"], "fail");
    assert_eq!(status["guardrails"][1]["status"], "fail");
}

#[test]
fn at_the_time_limit_a_command_dies_with_its_grandchildren() {
    let world = world();
    let witness = Witness::at(&fifo(&world, "fifo"));
    // A process that is still alive holds the fifo open, and would write to it in the end.
    let command = "(exec 3>fifo; (sleep 60; echo alive >&3) & wait) & wait";
    add(&world, "G1", command, &["--time-limit", "1s"]);
    let output = run(&world, &["G1"]);
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(witness.last_words(), "");
    let checked = &checked(&output)[0];
    assert_eq!(
        (&checked["status"], &checked["exit"]),
        (&Value::from("fail"), &Value::Null)
    );
    assert_eq!(checked["note"], "killed after 1s");
    assert_eq!(evidence(&world, &output), "[git coord: killed after 1s]\n");
}

#[test]
fn an_interrupt_stops_the_commands_and_loses_no_result() {
    let world = world();
    let begun = fifo(&world, "begun");
    let witness = Witness::at(&fifo(&world, "fifo"));
    add(&world, "G1", "echo ended", &[]);
    add(
        &world,
        "G2",
        "exec 3>fifo; echo x >begun; (sleep 60; echo alive >&3) & wait",
        &[],
    );
    add(&world, "G3", "echo never", &[]);
    let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
    command.args(["guard", "run", "--all", "--jobs", "1", "--json"]);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    assert_eq!(fs::read_to_string(begun).unwrap(), "x\n");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(witness.last_words(), "");
    let output = Output {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    };
    output.failed("interrupted", 128);
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    let statuses: Vec<&str> = (0..3)
        .map(|number| status["guardrails"][number]["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["pass", "not_run", "not_run"]);
}

#[test]
fn a_command_of_another_actor_runs_only_when_trusted_and_needs_trust_again_when_changed() {
    let world = world();
    let codex = ["--actor", "codex"];
    add(&world, "G1", "touch ran", &codex);
    let ran = world.work().join("ran");
    let refused = world.coord(&["guard", "run", "G1", "--json"]);
    refused.failed("not_trusted", 1);
    assert!(!ran.exists());
    let error = &refused.json()["error"];
    let hint = error["hint"].as_str().unwrap();
    let trust = hint.strip_prefix("git coord ").unwrap();
    assert!(trust.starts_with("guard trust G1 "), "{trust}");
    assert_eq!(
        error["message"],
        "the command of guardrail 'G1' is not trusted here; codex wrote it"
    );
    let list = world
        .coord(&["guard", "list", "--json"])
        .data("coord.guardrails/1");
    assert_eq!(list["local"]["untrusted"][0], "G1");
    let told = world.done(trust);
    let kept = trust_file(&world);
    assert_eq!(
        told,
        format!(
            "G1 may run here; codex wrote its command: touch ran\n\
             every actor of your user may run it on this machine; trust is kept in {}\n",
            kept.display()
        )
    );
    assert_eq!(run(&world, &["G1"]).code, 0);
    assert!(ran.exists());
    fs::remove_file(&ran).unwrap();
    // The smallest change makes it another command.
    add(
        &world,
        "G1",
        "touch ran ",
        &["--replace", "--actor", "codex"],
    );
    run(&world, &["--all"]).failed("not_trusted", 1);
    assert!(!ran.exists());
    // What codex wrote here it may run here.
    assert_eq!(run(&world, &["G1", "--actor", "codex"]).code, 0);
    let trusted = fs::read_to_string(kept).unwrap();
    let everybodys = trusted.lines().filter(|line| line.contains(" * "));
    assert_eq!(everybodys.count(), 1);
}

#[test]
fn a_command_that_is_replaced_after_it_was_read_is_shown_again_and_not_trusted() {
    let world = world();
    let by = ["--actor", "codex"];
    let replaced = ["--actor", "codex", "--replace"];
    add(&world, "G1", "cargo test", &by);
    add(&world, "G2", "cargo fmt", &by);
    let hint = run(&world, &["--all"]).json()["error"]["hint"].take();
    let hint = hint.as_str().unwrap();
    add(&world, "G1", "touch ran", &replaced);
    let trust: Vec<&str> = hint.split(' ').skip(2).collect();
    let refused = world.coord(&trust);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused
            .stderr
            .starts_with("command: G1, by codex: touch ran\n"),
        "{}",
        refused.stderr
    );
    assert!(!refused.stderr.contains("cargo fmt"), "{}", refused.stderr);
    run(&world, &["G2"]).failed("not_trusted", 1);
    // An id without a digest is the same: the person has to read the command first.
    for seen in [
        "guard trust G1",
        "guard trust G1 G2",
        "guard trust G1 0f3c82d19ab4",
    ] {
        let refused = world.coord(&seen.split(' ').collect::<Vec<_>>());
        assert_ne!(refused.code, 0, "{refused:?}");
        run(&world, &["G1"]).failed("not_trusted", 1);
    }
    assert!(!world.work().join("ran").exists());
    // Back to the command that was read: its digest is right again.
    add(&world, "G1", "cargo test", &replaced);
    assert_eq!(world.coord(&trust).code, 0);
}

#[test]
fn imported_commands_and_own_commands_of_another_machine_are_not_trusted() {
    let world = world();
    let plan = r#"{"schema_version": "1.0", "tasks": {"all": {"A": {"id": "A", "name": "x"}}}, "pre_audit_guardrails": {
        "G1": {"status": "NOT_RUN", "required": true, "command": "touch ran", "depends_on": []}}}"#;
    fs::write(world.home().join("task_status.json"), plan).unwrap();
    world.done("import ../home/task_status.json");
    run(&world, &["--all"]).failed("not_trusted", 1);
    add(&world, "G2", "touch ran", &[]);
    // As on another machine.
    let kept = fs::read_to_string(trust_file(&world)).unwrap();
    let host = kept.split(' ').nth(1).unwrap().to_owned();
    fs::write(trust_file(&world), kept.replace(&host, "elsewhere")).unwrap();
    run(&world, &["G2"]).failed("not_trusted", 1);
    assert!(!world.work().join("ran").exists());
    trust(&world, &["--all"]);
    assert_eq!(run(&world, &["--all"]).code, 0);
}

#[test]
fn an_actor_that_may_not_record_a_result_runs_nothing() {
    let world = world();
    add(&world, "G1", "touch ran", &["--actor", "codex"]);
    trust(&world, &["G1"]);
    run(&world, &["G1", "--actor", "olga"]).failed("not_permitted", 1);
    assert!(!world.work().join("ran").exists());
}

#[test]
fn a_guardrail_that_waits_for_a_task_is_reported_and_not_run() {
    let world = world();
    world.done("add --id A Title");
    add(&world, "G1", "true", &["--required"]);
    add(&world, "G2", "touch ran", &["--required", "--depends", "A"]);
    add(&world, "G3", "false", &[]);
    let output = world.coord(&[
        "guard", "run", "--all", "--jobs", "1", "--write", "audit.md",
    ]);
    assert_eq!(output.code, 1, "{output:?}");
    assert!(!world.work().join("ran").exists());
    assert!(
        output
            .stdout
            .contains("G2  a check    required  waiting  for A\n"),
        "{output:?}"
    );
    assert!(
        output
            .stdout
            .ends_with("1 passed, 1 failed, 1 waiting: not ready\n"),
        "{output:?}"
    );
    let page = fs::read_to_string(world.work().join("audit.md")).unwrap();
    assert!(
        page.contains("**Not ready**: 1 passed, 1 failed, 1 waiting."),
        "{page}"
    );
    assert!(
        page.contains("| G2 | a check | yes | waiting | for A |  |"),
        "{page}"
    );
    // What need not pass may fail.
    fs::remove_file(world.work().join("audit.md")).unwrap();
    world.done("done A --commit HEAD");
    let output = world.coord(&["guard", "run", "--all", "--jobs", "1"]);
    assert_eq!(output.code, 0, "{output:?}");
    assert!(
        output.stdout.ends_with("2 passed, 1 failed: ready\n"),
        "{output:?}"
    );
}

#[test]
fn binary_and_endless_output_survive_in_bounds() {
    let world = world();
    add(&world, "G1", r"printf '\377\000\033[2J'", &[]);
    let output = run(&world, &["G1"]);
    let entry = checked(&output)[0]["entry"].as_str().unwrap().to_owned();
    let mut show = world.command("git", &world.work());
    let shown = show
        .args(["show", &format!("{entry}:output.txt")])
        .output()
        .unwrap();
    assert_eq!(shown.stdout, b"\xff\0\x1b[2J");
    add(
        &world,
        "G2",
        "echo first; yes | head -c 3000000; echo last",
        &["--expect", "first"],
    );
    let output = run(&world, &["G2"]);
    assert_eq!(output.code, 0, "{output:?}");
    let kept = evidence(&world, &output);
    assert!(kept.starts_with("first\ny\n") && kept.ends_with("y\nlast\n"));
    assert!(
        kept.contains("[git coord: 2737867 bytes are left out here]"),
        "{}",
        kept.len()
    );
    assert!(kept.len() < 300_000);
    world.done("verify");
}

#[test]
fn secrets_in_an_output_are_masked_before_it_is_signed() {
    let world = world();
    for (id, parts) in [
        ("GITHUB", ["ghp", "_0123456789abcdefghijABCDEFGHIJ012345"]),
        ("AWS", ["AKIA", "Q3EGRZ5XLKJ7WT2P"]),
        (
            "SLACK",
            [
                "xoxb",
                "-123456789012-123456789012-abcdefghijklmnopqrstuvwx",
            ],
        ),
    ] {
        let [first, rest] = parts;
        // The definition itself has no secret.
        add(
            &world,
            id,
            &format!("echo before {first}''{rest} after"),
            &[],
        );
        let output = run(&world, &[id]);
        let kept = evidence(&world, &output);
        assert!(
            kept.starts_with("before ") && kept.ends_with(" after\n"),
            "{kept}"
        );
        assert!(!kept.contains(&rest[1..]), "{id}: {kept}");
        assert!(!output.stdout.contains(&rest[1..]), "{id}: {output:?}");
    }
}

#[test]
fn a_command_sees_little_of_the_environment_and_its_git_sees_this_worktree() {
    let world = world();
    let command =
        "env | cut -d= -f1 | grep -v -x -e PWD -e _ -e SHLVL | sort; git rev-parse --show-toplevel";
    add(&world, "G1", command, &[]);
    let elsewhere = world.home();
    let git_dir = world.work().join(".git");
    let output = world.coord_with(&["guard", "run", "G1", "--json"], |command| {
        command.current_dir(&elsewhere).env("GIT_DIR", &git_dir);
        command.env("GIT_WORK_TREE", world.work());
        command.env("SECRET", "x").env("GIT_INDEX_FILE", "/nowhere");
    });
    assert_eq!(output.code, 0, "{output:?}");
    let top = world.work().canonicalize().unwrap();
    let wanted = format!(
        "COORD_GUARDRAIL\nHOME\nLC_ALL\nPATH\nTZ\n{}\n",
        top.display()
    );
    assert_eq!(evidence(&world, &output), wanted);
    world.git(&["config", "coord.guardEnvironment", "SECRET"]);
    add(&world, "G1", "echo $SECRET", &["--replace"]);
    let output = world.coord_with(&["guard", "run", "G1", "--json"], |command| {
        command.env("SECRET", "x");
    });
    assert_eq!(evidence(&world, &output), "x\n");
}

#[test]
fn no_command_of_others_drives_the_terminal() {
    let world = world();
    let hostile = "true # \u{1b}[2J\u{202e}\nerror: forged";
    add(&world, "G1", hostile, &["--actor", "codex"]);
    let shown = "true # \\u{1b}[2J\\u{202e}\\nerror: forged";
    let trusted = trust(&world, &["G1"]);
    let told = format!("G1 may run here; codex wrote its command: {shown}\n");
    assert!(trusted.starts_with(&told), "{trusted}");
    let output = world.coord(&["guard", "run", "G1"]);
    let command = format!("command: G1, by codex: {shown}\n");
    assert!(output.stderr.starts_with(&command), "{output:?}");
    assert!(world.done("guard list").contains(shown));
}

#[test]
fn a_result_is_stale_once_it_is_not_of_what_is_at_hand() {
    let world = world();
    let stale = || {
        let status = world.coord(&["status", "--json"]).data("coord.status/1");
        assert_eq!(status["guardrails"][0].get("stale"), None);
        status["local"]["stale"].to_string()
    };
    add(&world, "G1", "true", &[]);
    assert_eq!(stale(), "[]");
    world.done("guard run G1");
    assert_eq!(stale(), "[]");
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "the same tree"]);
    assert_eq!(stale(), "[]");
    fs::write(world.work().join("file"), "two\n").unwrap();
    world.git(&["commit", "--quiet", "-am", "two"]);
    assert_eq!(stale(), r#"["G1"]"#);
    for list in ["status", "guard list"] {
        let list = world.done(list);
        assert!(list.contains("stale   09:0"), "{list}");
        assert!(list.contains(", which is not checked out"), "{list}");
    }
    world.done("guard run G1");
    assert_eq!(stale(), "[]");
    // The result of the first commit was not forgotten.
    world.git(&["checkout", "--quiet", "--detach", "HEAD^"]);
    assert_eq!(stale(), "[]");
    world.git(&["checkout", "--quiet", "-"]);
    fs::write(world.work().join("file"), "three\n").unwrap();
    world.done("guard run G1");
    // It is no result of the commit, whose own result stays.
    assert_eq!(stale(), "[]");
    world.git(&["commit", "--quiet", "-am", "three"]);
    assert_eq!(stale(), r#"["G1"]"#);
    let list = world.done("guard list");
    assert!(list.contains(" with changes in file"), "{list}");
}

#[test]
fn a_result_of_no_commit_is_not_stale_and_counts_for_none_that_is_at_hand() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("guard add G1 --title x --command true");
    world.done("guard record G1 pass");
    let status = world.coord(&["status", "--json"]).data("coord.status/1");
    assert_eq!(status["local"]["stale"].to_string(), "[]");
    for list in ["status", "guard list"] {
        let list = world.done(list);
        assert!(list.contains("no commit"), "{list}");
    }
}

#[test]
fn a_command_that_changes_what_it_looks_at_leaves_a_result_of_nothing() {
    let world = world();
    add(&world, "G1", "echo two >file", &[]);
    assert_eq!(world.coord(&["guard", "run", "G1"]).code, 1);
    let list = world
        .coord(&["guard", "list", "--json"])
        .data("coord.guardrails/1");
    assert_eq!(list["guardrails"][0]["dirty"], true);
    assert_eq!(list["local"]["stale"][0], "G1");
}

#[test]
fn from_a_linked_worktree_it_looks_at_that_worktree() {
    let world = world();
    add(&world, "G1", "pwd; cat file", &[]);
    world.git(&["worktree", "add", "--quiet", "../other"]);
    let other = world.work().with_file_name("other");
    fs::write(other.join("file"), "other\n").unwrap();
    fs::create_dir(other.join("below")).unwrap();
    let output = world.coord_with(&["guard", "run", "G1", "--json"], |command| {
        command.current_dir(other.join("below"));
    });
    let top = other.canonicalize().unwrap();
    assert_eq!(
        evidence(&world, &output),
        format!("{}\nother\n", top.display())
    );
    assert_eq!(output.data("coord.guard_run/1")["dirty"], true);
}

#[test]
fn a_bare_repository_says_that_it_has_nothing_to_look_at() {
    let world = world();
    add(&world, "G1", "true", &[]);
    world.git(&["clone", "--quiet", "--mirror", ".", "../bare.git"]);
    let bare = world.work().with_file_name("bare.git");
    let output = world.coord_with(&["guard", "run", "G1", "--json"], |command| {
        command.current_dir(&bare);
    });
    output.failed("no_worktree", 128);
    let status = world.coord_with(&["status", "--json"], |command| {
        command.current_dir(&bare);
    });
    assert_eq!(
        status.data("coord.status/1")["local"]["stale"].to_string(),
        "[]"
    );
}

#[test]
fn a_check_by_hand_is_recorded_with_its_evidence() {
    let world = world();
    add(&world, "G1", "true", &["--required"]);
    fs::write(world.home().join("report.html"), "<p>").unwrap();
    let output = world.coord(&[
        "guard",
        "record",
        "G1",
        "fail",
        "--evidence",
        "../home/report.html",
        "--json",
    ]);
    let data = output.data("coord.guardrail/1");
    let entry = data["entry"].as_str().unwrap();
    assert_eq!(world.git(&["show", &format!("{entry}:report.html")]), "<p>");
    assert_eq!(
        data["guardrail"]["commit"],
        world.git(&["rev-parse", "HEAD"]).trim()
    );
    assert_eq!(data["guardrail"]["status"], "fail");
    world
        .coord(&[
            "guard",
            "record",
            "G1",
            "pass",
            "--evidence",
            "gone",
            "--json",
        ])
        .failed("cannot_read", 128);
}

#[test]
fn a_name_is_taken_only_once_and_a_guardrail_goes_as_it_came() {
    let world = world();
    add(&world, "G1", "true", &[]);
    let again = [
        "guard",
        "add",
        "G1",
        "--title=x",
        "--command=false",
        "--json",
    ];
    world.coord(&again).failed("guardrail_exists", 1);
    assert_eq!(world.done("guard remove G1"), "removed guardrail G1\n");
    assert_eq!(world.done("guard list"), "no guardrails\n");
    world
        .coord(&["guard", "run", "G1", "--json"])
        .failed("unknown_guardrail", 1);
    let no_time = [
        "guard",
        "add",
        "G2",
        "--title=x",
        "--command=x",
        "--time-limit=0s",
    ];
    assert_eq!(world.coord(&no_time).code, 129);
}

#[test]
fn results_of_several_runs_at_once_are_all_in_the_ledger() {
    let world = world();
    for id in ["G1", "G2", "G3", "G4"] {
        add(&world, id, "true", &[]);
    }
    let children: Vec<_> = (0..4)
        .map(|_| {
            let mut command = world.command(env!("CARGO_BIN_EXE_git-coord"), &world.work());
            command.args(["guard", "run", "--all", "--json"]);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let subjects = world.git(&["log", "--format=%s", "refs/coord/ledger"]);
    let results = subjects
        .lines()
        .filter(|line| line.contains(": pass, commit"));
    assert_eq!(results.count(), 16);
    world.done("verify");
}

#[test]
fn a_run_without_ids_names_the_guardrails() {
    let world = World::new();
    world.done("init --actor ada");
    let run = world.coord(&["guard", "run"]);
    let said = "error: the plan has no guardrails\nhint: git coord guard add --help\n";
    assert_eq!((run.code, run.stderr.as_str()), (129, said));
    world.done("guard add G1 --title One --command true");
    world.done("guard add G2 --title Two --command true");
    let run = world.coord(&["guard", "run"]);
    let said = "error: no guardrail is named; there are G1, G2\nhint: git coord guard run --all\n";
    assert_eq!((run.code, run.stderr.as_str()), (129, said));
}

/// What happens to guardrails between the hint that showed `G1` and the trust in it.
const MEANWHILE: [(&str, &str); 4] = [
    (
        "a variable is added",
        "guard add --replace G1 --title x --command true --env SECRET",
    ),
    (
        "it is removed and added",
        "guard remove G1; guard add G1 --title x --command ran",
    ),
    ("a sync brings another command", "sync ../home/other"),
    ("it is gone", "guard remove G1"),
];

#[test]
fn a_hint_trusts_nothing_but_what_was_shown_with_it() {
    for (what, lines) in MEANWHILE {
        let world = world();
        add(&world, "G1", "true", &["--actor", "codex"]);
        let other = "cp -r . ../home/other; cd ../home/other; git coord --actor codex guard add --replace G1 --title x --command ran";
        assert_eq!(world.shell(other).code, 0);
        let hint = run(&world, &["G1"]).json()["error"]["hint"].take();
        for line in lines.split("; ") {
            world.done(&format!("--actor codex {line}"));
        }
        let told = world.shell(hint.as_str().unwrap());
        assert_ne!(told.code, 0, "{what}: {told:?}");
        assert_ne!(run(&world, &["G1"]).code, 0, "{what}");
    }
}

#[test]
fn a_digest_trusts_its_own_guardrail_and_only_as_a_whole() {
    let world = world();
    let digest = |id: &str| {
        let hint = run(&world, &[id]).json()["error"]["hint"].take();
        let hint = hint.as_str().unwrap().to_owned();
        hint.split(' ').next_back().unwrap().to_owned()
    };
    for (id, command) in [("G1", "true"), ("G2", "touch ran")] {
        add(&world, id, command, &["--actor", "codex"]);
    }
    let [one, other] = ["G1", "G2"].map(digest);
    for words in [
        vec!["G2", &one],
        vec!["G1", &other, "G2", &one],
        vec!["G1", &one[..4]],
        vec!["G1", ""],
    ] {
        let refused = world.coord(&[&["guard", "trust"], &words[..]].concat());
        assert_ne!(refused.code, 0, "{words:?}: {refused:?}");
        for id in ["G1", "G2"] {
            run(&world, &[id]).failed("not_trusted", 1);
        }
    }
    assert!(!world.work().join("ran").exists());
}

#[test]
fn every_line_of_a_command_is_shown_however_far_away() {
    let world = world();
    let far = format!("true{}\n\ntouch ran", " ".repeat(2500));
    add(&world, "G1", &far, &["--actor", "codex"]);
    let refused = world.coord(&["guard", "run", "G1"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("touch ran"), "{refused:?}");
}

#[test]
fn a_command_that_is_replaced_while_another_one_runs_does_not_run() {
    let world = world();
    add(&world, "G1", "touch begun; sleep 2", &["--actor", "codex"]);
    add(&world, "G2", "true", &["--actor", "codex"]);
    trust(&world, &["--all"]);
    let line = "git coord guard run --all --jobs 1 & until test -e begun; do sleep 0.05; done;
        git coord --actor codex guard add --replace G2 --title x --command 'touch ran'; wait";
    let _ = world.shell(line);
    assert!(!world.work().join("ran").exists());
    run(&world, &["G2"]).failed("not_trusted", 1);
}
