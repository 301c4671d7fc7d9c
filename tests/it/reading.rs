//! Reading the ledger: now and as it was, on this machine and on another, in text and as JSON.
//!
//! Not here: the layout (`render`), and the names of revisions (`cli::reading::revision`).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::world::{EXPORTS, World};

const NEXT_DAY: &str = "2025-10-16T09:00:00Z";

/// A plan of two tasks, of which codex claims one on the second day.
fn plan() -> World {
    let world = World::new();
    for line in [
        "init --actor ada",
        "actor add codex --kind agent --role worker --generate",
        "add --id B --priority high --estimate 2h-3h Breaker",
        "add --id CC-1 --depends B Review",
        "add --id CC-2 Audit",
    ] {
        world.done(line);
    }
    on(&world, NEXT_DAY, "--actor codex claim B");
    on(
        &world,
        "2025-10-16T09:30:00Z",
        "--actor codex comment B well",
    );
    world
}

/// Runs a command at a time of its own.
#[track_caller]
fn on(world: &World, date: &str, line: &str) {
    let words: Vec<&str> = line.split(' ').collect();
    let output = world.coord_with(&words, |command| {
        command.env("GIT_COMMITTER_DATE", date);
    });
    assert_eq!(output.code, 0, "{line}: {output:?}");
}

fn json(world: &World, line: &str, schema: &str) -> Value {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    world.coord(&words).data(schema)
}

fn failed(world: &World, line: &str, code: &str) {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    world.coord(&words).failed(code, 128);
}

fn keys(value: &Value) -> String {
    let keys = value.as_object().unwrap().keys();
    keys.map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn tip(world: &World) -> String {
    world
        .git(&["rev-parse", "refs/coord/ledger"])
        .trim()
        .to_owned()
}

/// The ids of the tasks that `list` finds.
fn listed(world: &World, line: &str) -> Vec<String> {
    let data = json(world, &format!("list {line}"), "coord.list/1");
    let tasks = data["tasks"].as_array().unwrap().iter();
    tasks
        .map(|task| task["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The commands that read, but for `export`.
const READERS: &[&str] = &[
    "status",
    "list",
    "show B",
    "log",
    "log B",
    "snapshots",
    "diff now now",
    "verify",
];

#[test]
fn without_a_ledger_every_reader_says_so() {
    let world = World::new();
    for line in READERS.iter().chain(&EXPORTS) {
        failed(&world, line, "no_ledger");
    }
}

#[test]
fn status_has_the_keys_of_the_contract_and_local_facts_are_apart() {
    let world = plan();
    let status = json(&world, "--actor codex status", "coord.status/1");
    assert_eq!(
        keys(&status),
        "ledger summary tasks guardrails pull_requests worktrees targets anomalies local"
    );
    assert_eq!(keys(&status["ledger"]), "id tip entries digest");
    assert_eq!(status["ledger"]["tip"], tip(&world));
    assert_eq!(
        keys(&status["local"]),
        "ref actor remote unconfirmed confirmed mine guardrails stale not_in_main pull_requests cache"
    );
    assert_eq!(status["local"]["ref"], "refs/coord/ledger");
    assert_eq!(status["local"]["mine"], serde_json::json!(["B"]));
    let others = json(&world, "status", "coord.status/1");
    assert_eq!(others["local"]["actor"], "ada");
    assert_eq!(others["local"]["mine"], serde_json::json!([]));
}

#[test]
fn a_day_that_is_over_stays_as_it_was() {
    let world = plan();
    let stands = |at: &str| {
        let shown = json(&world, &format!("show B --at {at}"), "coord.show/1");
        shown["task"]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(stands("2025-10-15"), "not_started");
    assert_eq!(stands("2025-10-16T08:59:59Z"), "not_started");
    assert_eq!(stands("2025-10-16T09:00:00Z"), "in_progress");
    assert_eq!(stands("2025-10-16"), "in_progress");
    assert_eq!(stands("now"), "in_progress");
    let entry = &tip(&world)[..8];
    assert_eq!(stands(entry), "in_progress");
    let before = format!("{}^^", "refs/coord/ledger");
    let before = world.git(&["rev-parse", "--short=6", &before]);
    assert_eq!(stands(before.trim()), "not_started");
    let then = json(&world, "status --at 2025-10-15", "coord.status/1");
    assert_eq!(then["ledger"]["entries"], 5);
    assert_eq!(then["summary"]["in_progress"], 0);
    let text = world.done("status --at 2025-10-15");
    assert!(text.starts_with("2025-10-15: the plan at entry "), "{text}");
}

#[test]
fn an_unknown_revision_or_task_is_an_error_with_its_code() {
    let world = plan();
    for (line, code) in [
        ("status --at 2025-10-14", "unknown_revision"),
        ("status --at @1", "unknown_revision"),
        ("list --at 2025-10-15T25:00Z", "unknown_revision"),
        ("export --format csv --at 0000000", "unknown_revision"),
        ("show B --at morning", "unknown_snapshot"),
        ("diff 2025-10-15/morning", "unknown_snapshot"),
        ("diff", "unknown_snapshot"),
        ("show Z", "unknown_task"),
        ("show CC-1 --at 2025-10-15T09:02:30Z", "unknown_task"),
        ("log Z", "unknown_task"),
        ("show CC", "ambiguous_id"),
        ("log CC", "ambiguous_id"),
    ] {
        failed(&world, line, code);
    }
    let told = world.coord(&["status", "--at", "2025-10-14"]).stderr;
    assert!(
        told.starts_with(
            "error: '2025-10-14' is before the ledger, which begins at 2025-10-15 09:"
        ),
        "{told}"
    );
    world
        .coord(&["list", "colour:red", "--json"])
        .failed("usage", 129);
}

#[test]
fn show_brings_specification_and_comments_and_says_what_is_not_at_hand() {
    let world = plan();
    fs::write(world.work().join("spec.md"), "first\n\u{1b}[2Jsecond\n").unwrap();
    world.done("edit CC-1 --body spec.md");
    let shown = json(&world, "show CC-1", "coord.show/1");
    assert_eq!(shown["body"]["text"], "first\n\u{1b}[2Jsecond\n");
    let text = world.done("show CC-1");
    let expected = "\nSpecification\n  > first\n  > \\u{1b}[2Jsecond\n";
    assert!(text.ends_with(expected), "{text}");

    let comments = |at: &str| {
        let shown = json(&world, &format!("show B --at {at}"), "coord.show/1");
        shown["comments"].clone()
    };
    assert_eq!(comments("now")[0]["text"], "well\n");
    assert_eq!(comments("now")[0]["actor"], "codex");
    assert_eq!(comments("2025-10-15"), serde_json::json!([]));

    let blob = world.git(&["rev-parse", "refs/coord/ledger~1:comment.md"]);
    let (folder, file) = blob.trim().split_at(2);
    fs::remove_file(world.work().join(".git/objects").join(folder).join(file)).unwrap();
    assert_eq!(comments("now")[0]["text"], Value::Null);
    let text = world.done("show B");
    assert!(text.contains("    (not available: "), "{text}");
}

#[test]
fn list_finds_what_its_filters_ask_for() {
    let world = plan();
    assert_eq!(listed(&world, "priority:high"), ["B"]);
    assert_eq!(listed(&world, "!is:claimed --at now"), ["CC-1", "CC-2"]);
    assert_eq!(listed(&world, "cc status:waiting,blocked"), ["CC-1"]);
    assert_eq!(listed(&world, "is:claimed --at 2025-10-15"), [""; 0]);
    let output = world.coord(&["list", "--", "-is:claimed", "audit"]);
    assert_eq!(output.stdout.lines().count(), 2, "{output:?}");
}

#[test]
fn log_is_newest_first_with_one_object_a_line() {
    let world = plan();
    let output = world.coord(&["log", "--json", "-n", "2"]);
    let lines: Vec<Value> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line["schema"] == "coord.log/1"));
    assert_eq!(lines[0]["data"]["object"], tip(&world));
    assert_eq!(lines[0]["data"]["subject"], "comment on B: codex");
    assert_eq!(lines[1]["data"]["at"], NEXT_DAY);
    let about = world.done("log CC-1");
    assert!(about.ends_with(" ada: add CC-1: Review\n"), "{about}");
    assert_eq!(about.lines().count(), 1);
    assert_eq!(world.done("log").lines().count(), 7);
}

#[test]
fn diff_compares_by_meaning_and_line_by_line() {
    let world = plan();
    let text = world.done("diff 2025-10-15");
    assert!(text.starts_with("2025-10-15 → now\n"), "{text}");
    let sentence = "task B: not_started → in_progress, claimed by codex, 1 new comment\n";
    assert!(text.ends_with(sentence), "{text}");
    let lines = world.done("diff --text 2025-10-15 now");
    assert!(
        lines.starts_with("--- a/dashboard.md\n+++ b/dashboard.md\n@@ "),
        "{lines}"
    );
    assert!(lines.contains("\n--- a/status.json\n"), "{lines}");
    let compared = json(&world, "diff 2025-10-15 now", "coord.diff/1");
    assert_eq!(compared["from"]["name"], "2025-10-15");
    assert_eq!(compared["to"]["tip"], tip(&world));
    assert_eq!(compared["tasks"][0]["id"], "B");

    let differs = world.coord(&["diff", "--exit-code", "2025-10-15"]);
    assert_eq!((differs.code, differs.stderr.as_str()), (1, ""));
    assert_eq!(
        world.done("diff --exit-code now now"),
        "now → now\nno changes\n"
    );
}

#[test]
fn a_snapshot_is_named_by_day_and_label_and_shows_what_came_before_it() {
    let world = plan();
    world.done("snapshot --label morning");
    failed(&world, "diff", "unknown_snapshot");
    on(&world, "2025-10-16T12:00:00Z", "--actor codex done B");
    on(&world, "2025-10-16T12:30:00Z", "snapshot --label noon");
    let listed = json(&world, "snapshots", "coord.snapshots/1");
    let names: Vec<&Value> = listed["snapshots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|snapshot| &snapshot["name"])
        .collect();
    assert_eq!(names, ["2025-10-16/morning", "2025-10-16/noon"]);
    assert_eq!(listed["snapshots"][1]["object"], tip(&world));
    let stands = |at: &str| {
        let shown = json(&world, &format!("show B --at {at}"), "coord.show/1");
        shown["task"]["status"].clone()
    };
    assert_eq!(stands("morning"), "in_progress");
    assert_eq!(stands("2025-10-16/noon"), "done");
    failed(&world, "status --at 2025-10-15/noon", "unknown_snapshot");
    let status = json(&world, "status --at noon", "coord.status/1");
    assert_eq!(status["ledger"]["digest"], listed["snapshots"][1]["digest"]);
    let text = world.done("diff");
    assert!(
        text.starts_with("2025-10-16/morning → 2025-10-16/noon\n"),
        "{text}"
    );
    // The program's diff of two snapshots agrees with git's diff of their trees.
    let mine = world.done("diff --text morning noon");
    let gits = world.git(&[
        "diff",
        "--no-prefix",
        "refs/coord/ledger~2",
        "refs/coord/ledger",
    ]);
    let changed = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with(['+', '-']));
        let lines = lines.filter(|line| !line.starts_with("+++") && !line.starts_with("---"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(changed(&mine), changed(&gits));
    assert!(world.done("verify").ends_with("2 snapshots: all good\n"));
}

#[test]
fn stock_git_verifies_every_entry_with_the_exported_keys() {
    let world = plan();
    let signers = world.done("export --format allowed-signers");
    let path = world.work().join("signers");
    fs::write(&path, signers).unwrap();
    let path = path.to_str().unwrap();
    world.git(&["config", "gpg.ssh.allowedSignersFile", path]);
    let entries = world.git(&["rev-list", "refs/coord/ledger"]);
    assert_eq!(entries.lines().count(), 7);
    for entry in entries.lines() {
        world.git(&["verify-commit", entry]);
    }
    let retired = world.done("actor retire-key codex");
    assert!(!retired.is_empty());
    let later = world.done("export --format allowed-signers");
    assert_eq!(later.lines().count(), 2);
    world.done("actor revoke-key codex .git/coord/keys/codex.pub");
    let output = world.coord(&["export", "--format", "allowed-signers"]);
    assert_eq!(output.stdout.lines().count(), 1);
    assert_eq!(
        output.stderr,
        "warning: left out a revoked key of actor 'codex'\n"
    );
}

#[test]
fn the_tests_know_every_format_of_export() {
    let refused = World::new().coord(&["export", "--format", "none"]).stderr;
    let (_, formats) = refused.split_once("[possible values: ").unwrap();
    let (formats, _) = formats.split_once(']').unwrap();
    let known = EXPORTS.map(|line| line.rsplit(' ').next().unwrap());
    assert_eq!(formats, known.join(", "));
}

#[test]
fn an_export_is_a_file_of_its_own_kind_and_with_json_one_object() {
    let world = plan();
    for line in EXPORTS {
        let plain = world.done(line);
        let wrapped = json(&world, line, "coord.export/1");
        assert_eq!(
            Some(wrapped["format"].as_str().unwrap()),
            line.split(' ').next_back()
        );
        assert_eq!(wrapped["text"], plain);
    }
    let status: Value = serde_json::from_str(&world.done("export --format json")).unwrap();
    assert_eq!(status["ledger"]["tip"], tip(&world));
    assert_eq!(status["local"], Value::Null);
    let then = world.done("export --format csv --at 2025-10-15");
    assert!(then.contains("\r\nB,Breaker,,,not_started,high,"), "{then}");
}

#[test]
fn verify_counts_what_is_good_and_names_what_is_quarantined() {
    let world = plan();
    assert_eq!(
        world.done("verify"),
        "verified 7 entries, 7 signatures, 0 snapshots: all good\n"
    );
    let before = json(&world, "status", "coord.status/1");
    let parent = tip(&world);
    let tree = world.git(&["rev-parse", &format!("{parent}^{{tree}}")]);
    let forged = world.git(&["commit-tree", tree.trim(), "-p", &parent, "-m", "done B"]);
    let forged = forged.trim();
    world.git(&["update-ref", "refs/coord/ledger", forged]);

    let output = world.coord(&["verify"]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let first = output.stdout.lines().next().unwrap();
    assert!(
        first.starts_with(&format!("{} ignored (quarantined): ", &forged[..10])),
        "{output:?}"
    );
    assert!(
        output
            .stdout
            .contains("verified 7 entries, 7 signatures, 0 snapshots: 1 ignored (quarantined)\n"),
        "{output:?}"
    );
    let told = world.coord(&["verify", "--json"]);
    assert_eq!(told.code, 1);
    let told = told.data("coord.verify/1");
    assert_eq!(told["good"], false);
    assert_eq!(told["quarantined"][0]["object"], forged);
    assert_eq!(told["ledger"]["digest"], before["ledger"]["digest"]);
    let log = world.done("log -n 1");
    assert!(
        log.contains("\n           ignored (quarantined): "),
        "{log}"
    );
}

#[test]
fn reading_writes_nothing_but_the_cache() {
    let world = plan();
    let before = files(&world.work());
    for line in READERS.iter().chain(&EXPORTS) {
        world.done(line);
        world.done(&format!("{line} --json"));
    }
    assert_eq!(files(&world.work()), before);
}

/// Every file below a folder with its contents, but for the cache.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("coord/cache") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn two_clones_say_the_same_bytes_whatever_their_locale_and_config() {
    let world = plan();
    world.git(&["clone", "--quiet", "--mirror", ".", "mirror.git"]);
    let elsewhere = |line: &str| {
        let words: Vec<&str> = ["-C", "mirror.git"]
            .into_iter()
            .chain(line.split(' '))
            .collect();
        let output = world.coord_with(&words, |command| {
            command.env("TZ", "Asia/Tokyo").env("LC_ALL", "tr_TR.UTF-8");
            command.env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00+09:00");
        });
        assert_eq!(output.code, 0, "{line}: {output:?}");
        output.stdout
    };
    let readers = READERS.iter().chain(&EXPORTS);
    for line in readers.filter(|line| **line != "status") {
        let json = format!("{line} --json");
        assert_eq!(world.done(&json), elsewhere(&json), "{line}");
    }
    let apart = |text: &str| {
        let mut status: Value = serde_json::from_str(text).unwrap();
        status["data"].as_object_mut().unwrap().remove("local");
        status.to_string()
    };
    let here = world.done("status --json");
    assert_eq!(apart(&here), apart(&elsewhere("status --json")));
}

#[test]
fn the_report_of_a_day_that_is_over_stays_as_it_is() {
    let world = plan();
    let report = |day: &str, date: &str| {
        let output = world.coord_with(&["report", "--day", day], |command| {
            command.env("GIT_COMMITTER_DATE", date);
        });
        assert_eq!(output.code, 0, "{output:?}");
        output.stdout
    };
    let first = report("2025-10-15", NEXT_DAY);
    assert!(first.starts_with("# Coordination: 2025-10-15\n"), "{first}");
    assert!(first.contains("; 5 entries.\n"), "{first}");
    assert!(
        first.contains("\n## Added\n\n- B: “Breaker” (ada, 2025-10-15 09:0"),
        "{first}"
    );
    let second = report("2025-10-16", "2025-10-16T10:00:00Z");
    assert!(second.contains("; 2 entries so far.\n"), "{second}");
    assert!(
        second.contains("\n## Claimed\n\n- B: “Breaker” (codex, 2025-10-16 09:00 UTC)\n"),
        "{second}"
    );
    on(&world, "2025-10-17T09:00:00Z", "--actor codex done B");
    assert_eq!(report("2025-10-15", "2025-10-17T10:00:00Z"), first);
    // The lease ran out later that day.
    let lapsed =
        "\n## Lapsed claims\n\n- B: “Breaker” (codex, 2025-10-16 13:00 UTC)\n\n## By actor";
    let over = second
        .replace(" so far", "")
        .replace("\n## By actor", lapsed);
    assert_eq!(report("2025-10-16", "2025-10-17T10:00:00Z"), over);
    assert!(report("2025-10-18", "2025-10-18T10:00:00Z").contains("; no entries so far.\n"));
}

#[test]
fn a_report_tells_what_was_undone_on_its_day_and_who_edited() {
    let world = plan();
    for line in [
        "--actor codex release B",
        "--actor codex claim B",
        "--actor codex done B",
        "reopen B",
        "edit CC-2 --priority low",
    ] {
        on(&world, "2025-10-16T10:00:00Z", line);
    }
    let report = world.coord_with(&["report", "--day", "today"], |command| {
        command.env("GIT_COMMITTER_DATE", "2025-10-16T11:00:00Z");
    });
    let undone = "\n## Undone on the same day\n\n\
        - B: “Breaker”; claimed by codex (2025-10-16 09:00 UTC), released by codex (2025-10-16 10:00 UTC)\n\
        - B: “Breaker”; done by codex (2025-10-16 10:00 UTC), reopened by ada (2025-10-16 10:00 UTC)\n";
    assert!(report.stdout.contains(undone), "{report:?}");
    let edited = "- task CC-2: priority none → low, edited by ada\n";
    assert!(report.stdout.contains(edited), "{report:?}");
    let diff = json(&world, "diff 2025-10-15 2025-10-16", "coord.diff/1");
    let tasks = diff["tasks"].as_array().unwrap();
    let task = tasks.iter().find(|it| it["id"] == "CC-2").unwrap();
    assert_eq!(task["changes"][0]["by"], "ada", "{task}");
}

#[test]
fn the_day_of_a_report_can_be_today_or_yesterday() {
    let world = plan();
    let report = |day: &[&str]| {
        let words = [&["report"], day].concat();
        world.coord_with(&words, |command| {
            command.env("GIT_COMMITTER_DATE", "2025-10-16T10:00:00Z");
        })
    };
    let by_date = |day: &str| report(&["--day", day]).stdout;
    assert_eq!(by_date("yesterday"), by_date("2025-10-15"));
    assert_eq!(by_date("today"), by_date("2025-10-16"));
    assert_eq!(report(&[]).stdout, by_date("today"));
    let wrong = report(&["--day", "soon"]);
    assert_eq!(wrong.code, 129, "{wrong:?}");
    assert!(
        wrong.stderr.contains("hint: git coord report --day today"),
        "{wrong:?}"
    );
}

#[test]
fn figures_are_those_at_the_end_of_each_day_on_which_something_happened() {
    let world = plan();
    on(&world, "2025-10-18T09:00:00Z", "--actor codex done B");
    let measured = |line: &str| json(&world, line, "coord.metrics/1")["days"].clone();
    let days = measured("metrics");
    let column = |key: &str, figure: &str| -> Vec<String> {
        let days = days.as_array().unwrap().iter();
        days.map(|day| format!("{} {}", day["day"].as_str().unwrap(), day[key][figure]))
            .collect()
    };
    assert_eq!(
        column("figures", "in_progress"),
        ["2025-10-15 0", "2025-10-16 1", "2025-10-18 0"]
    );
    assert_eq!(
        column("estimate_minutes", "remaining_high"),
        ["2025-10-15 180", "2025-10-16 180", "2025-10-18 0"]
    );
    let since = measured("metrics --since 2025-10-16");
    assert_eq!(
        since.as_array().unwrap().as_slice(),
        &days.as_array().unwrap()[1..]
    );
    assert_eq!(
        measured("metrics --since 2025-10-19"),
        Value::Array(Vec::new())
    );
}

#[test]
fn an_empty_list_says_so_in_one_line() {
    let world = World::new();
    world.done("init --actor ada");
    for (line, said) in [
        ("list", "no tasks\n"),
        ("list owner:ada", "no tasks\n"),
        ("log -n 0", "no entries\n"),
        ("snapshots", "no snapshots\n"),
        ("target list", "no targets\n"),
        ("target", "no targets\n"),
        ("guard list", "no guardrails\n"),
        ("guard", "no guardrails\n"),
        ("paths", "no files are held\n"),
    ] {
        assert_eq!(world.done(line), said, "{line}");
    }
}

#[test]
fn a_group_of_commands_lists_what_there_is() {
    let world = plan();
    world.done("target set blocked <3");
    world.done("guard add G1 --title Sweep --command true");
    for group in ["actor", "target", "guard", "worktree"] {
        let listed = world.done(group);
        assert_eq!(listed, world.done(&format!("{group} list")));
        assert!(!listed.is_empty());
    }
}

#[test]
fn a_label_that_is_taken_twice_on_a_day_is_reported() {
    let world = World::new();
    world.done("init --actor ada");
    let first = world.coord(&["snapshot", "morning"]);
    assert_eq!(
        (first.code, first.stdout.as_str(), first.stderr.as_str()),
        (0, "took snapshot 2025-10-15/morning of 0 tasks\n", "")
    );
    let again = world.coord(&["snapshot", "--label", "morning"]);
    assert_eq!(again.code, 0);
    assert_eq!(
        again.stderr,
        "warning: '2025-10-15/morning' named an earlier snapshot; from now on it names this one\n"
    );
    assert_eq!(world.coord(&["snapshot"]).stderr, "");
}

#[test]
fn a_revision_can_be_named_from_now() {
    let world = plan();
    let at = |words: &str| {
        let line = ["show", "B", "--at", words, "--json"];
        world.coord_with(&line, |command| {
            command.env("GIT_COMMITTER_DATE", "2025-10-16T09:20:00Z");
        })
    };
    for (words, status) in [
        ("yesterday", "not_started"),
        ("21 minutes ago", "not_started"),
        ("20.minutes.ago", "in_progress"),
        ("08:59:59", "not_started"),
        ("09:00", "in_progress"),
        ("now", "in_progress"),
        ("today", "in_progress"),
        ("2025-10-16", "in_progress"),
    ] {
        let shown = at(words).data("coord.show/1");
        assert_eq!(shown["task"]["status"], status, "{words}");
    }
    for words in [
        "09:21",
        "2025-10-18",
        "2025-10-18T09:21Z",
        "2 days ago",
        "1 month ago",
        "25:00",
        "tomorrow morning",
    ] {
        at(words).failed("unknown_revision", 128);
    }
}

#[test]
fn one_of_a_kind_is_not_named_in_the_plural() {
    let world = World::new();
    world.done("init --actor ada");
    assert!(world.done("status").contains(", 1 entry\n"));
    world.done("add One");
    assert!(world.done("status").contains("0% of 1 task\n"));
    assert!(world.done("snapshot one").ends_with("of 1 task\n"));
    let undone = world.coord(&["undo"]);
    assert!(
        undone.stderr.contains("it would leave: the snapshot\n"),
        "{undone:?}"
    );
}

#[test]
fn show_finds_guardrails_actors_and_entries_after_tasks() {
    let world = plan();
    world.done("guard add G1 --title Sweep --command true");
    world.done("actor add B");
    let entry = &tip(&world)[..8];
    for (name, schema, said) in [
        ("B", "coord.show/1", "B"),
        ("G1", "coord.guardrails/1", "guardrail G1\n"),
        ("codex", "coord.actors/1", "actor codex\n"),
        (entry, "coord.log/1", "entry\n"),
    ] {
        let text = world.done(&format!("show {name}"));
        assert!(text.starts_with(said), "{text}");
        json(&world, &format!("show {name}"), schema);
    }
    let actors = json(&world, "show codex", "coord.actors/1");
    assert_eq!(actors["actors"].as_array().unwrap().len(), 1);
    for name in ["G2", "code", "ffff"] {
        failed(&world, &format!("show {name}"), "unknown_task");
    }
}
