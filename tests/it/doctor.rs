//! `doctor`: it names each fault with the command that mends it, and finds a lost ledger again.
//!
//! Not here: how other commands fail on the same damage (`bad_input`).

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use serde_json::Value;

use crate::{
    schemas::Schemas,
    world::{Output, World},
};

const LEDGER: &str = "refs/coord/ledger";

/// A ledger of five entries.
fn ledger() -> World {
    in_world(World::new())
}

fn in_world(world: World) -> World {
    for line in [
        "init --actor ada",
        "add One --id A",
        "claim A",
        "done A",
        "snapshot --label evening",
    ] {
        world.done(line);
    }
    world
}

fn with_tables() -> World {
    let world = World::empty();
    world.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    in_world(world)
}

/// The findings other than "no problems found".
#[track_caller]
fn wrong(world: &World) -> Vec<Value> {
    wrong_in(&world.coord(&["doctor", "--json"]))
}

#[track_caller]
fn wrong_in(output: &Output) -> Vec<Value> {
    let data = output.data("coord.doctor/1");
    let findings = data["findings"].as_array().unwrap();
    let wrong: Vec<Value> = findings
        .iter()
        .filter(|finding| finding["grade"] == "wrong")
        .cloned()
        .collect();
    assert_eq!(data["good"], wrong.is_empty(), "{output:?}");
    assert_eq!(output.code, i32::from(!wrong.is_empty()), "{output:?}");
    wrong
}

#[track_caller]
fn all_is_well(world: &World) {
    assert_eq!(wrong(world), [Value::Null; 0]);
    world.done("verify");
    world.done("add Next");
    world.git(&["fsck", "--strict", "--no-dangling"]);
}

/// The one thing that is wrong, whose command is run and mends it.
#[track_caller]
fn mends(world: &World, about: &str, what: &str) {
    let found = wrong(world);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["about"], about, "{found:?}");
    let told = found[0]["what"].as_str().unwrap();
    assert!(told.contains(what), "{told}");
    let command = found[0]["hint"].as_str().unwrap();
    let command = command
        .strip_prefix("if no git process is running in this repository: ")
        .unwrap_or(command);
    let run = world.shell(command);
    assert_eq!(run.code, 0, "{command}: {run:?}");
    all_is_well(world);
}

fn tip(world: &World) -> String {
    world.git(&["rev-parse", LEDGER]).trim().to_owned()
}

fn path(world: &World, name: &str) -> PathBuf {
    world.work().join(".git").join(name)
}

fn loose(world: &World, revision: &str) -> PathBuf {
    let id = world.git(&["rev-parse", revision]);
    let (folder, file) = id.trim().split_at(2);
    path(world, &format!("objects/{folder}/{file}"))
}

fn spoil(file: &std::path::Path) {
    fs::remove_file(file).unwrap();
    fs::write(file, "spoilt").unwrap();
}

/// The ledger is found again, all of it.
#[track_caller]
fn recovers(world: &World, tip_before: &str) {
    let found = wrong(world);
    assert_eq!(found[0]["hint"], "git coord doctor --recover", "{found:?}");
    let data = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    assert_eq!(data["moved"], true, "{data}");
    assert_eq!(data["tip"], tip_before);
    assert_eq!(tip(world), tip_before);
    let again = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    assert_eq!(
        (&again["moved"], &again["tip"]),
        (&false.into(), &data["tip"])
    );
    all_is_well(world);
}

#[test]
fn without_problems_doctor_says_so_and_changes_nothing() {
    for world in [ledger(), with_tables()] {
        let files = || world.shell("find .git -type f | sort | xargs cksum").stdout;
        let before = files();
        let told = world.coord(&["doctor"]);
        assert_eq!((told.code, &*told.stderr), (0, ""), "{told:?}");
        assert!(told.stdout.ends_with("no problems found\n"), "{told:?}");
        assert_eq!(files(), before);
        all_is_well(&world);
    }
}

#[test]
fn where_there_never_was_a_ledger_there_is_nothing_to_look_at() {
    let world = World::new();
    for line in ["doctor", "doctor --recover"] {
        let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        world.coord(&words).failed("no_ledger", 128);
    }
}

#[test]
fn a_ref_that_was_moved_back_is_found_by_its_log() {
    for world in [ledger(), with_tables()] {
        let before = tip(&world);
        world.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")]);
        let found = wrong(&world);
        assert_eq!(found.len(), 1, "{found:?}");
        let what = "the ref was moved back and lost 2 entries";
        assert_eq!(found[0]["what"], what);
        recovers(&world, &before);
    }
}

#[test]
fn a_ref_that_is_gone_is_found_by_its_log_and_without_a_log_among_the_objects() {
    for world in [ledger(), with_tables()] {
        let before = tip(&world);
        // git removes the log as well.
        world.git(&["update-ref", "-d", LEDGER]);
        assert!(!path(&world, "logs").join(LEDGER).exists());
        recovers(&world, &before);
    }
    let world = ledger();
    let before = tip(&world);
    fs::remove_file(path(&world, LEDGER)).unwrap();
    assert!(path(&world, "logs").join(LEDGER).exists());
    recovers(&world, &before);
}

#[test]
fn entries_that_a_log_does_not_name_were_never_in_the_ledger() {
    let world = ledger();
    let before = tip(&world);
    // A writer that lost a race leaves a commit behind that it did not report.
    world.done("add Late");
    let late = tip(&world);
    world.git(&["update-ref", LEDGER, &before]);
    let log = path(&world, "logs").join(LEDGER);
    let lines = fs::read_to_string(&log).unwrap();
    let kept: Vec<&str> = lines.lines().filter(|line| !line.contains(&late)).collect();
    fs::write(&log, kept.join("\n") + "\n").unwrap();
    let data = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    assert_eq!(
        (&data["moved"], data["tip"].as_str()),
        (&false.into(), Some(&*before))
    );
    all_is_well(&world);
}

#[test]
fn a_ref_that_leads_to_something_else_is_brought_back() {
    for spoilt in [
        "echo garbage",
        "echo",
        "echo 1111111111111111111111111111111111111111",
        "echo 0000000000000000000000000000000000000000",
        "echo x | git hash-object -w --stdin",
        "git commit-tree -m code $(git mktree </dev/null)",
    ] {
        let world = ledger();
        let before = tip(&world);
        let ref_file = path(&world, LEDGER);
        let run = world.shell(&format!("{spoilt} >{}", ref_file.display()));
        assert_eq!(run.code, 0, "{run:?}");
        recovers(&world, &before);
    }
}

#[test]
fn lost_entries_are_joined_with_those_appended_since() {
    let world = ledger();
    let lost = tip(&world);
    world.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")]);
    world.done("add Since --id S");
    let since = tip(&world);
    let data = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    Schemas::read().check("coord.recovery/1", &data);
    assert_eq!(
        (&data["moved"], &data["joined"]),
        (&true.into(), &true.into())
    );
    // The entries that the ref held first come first.
    assert_eq!(
        world.git(&["rev-parse", &format!("{LEDGER}^1")]).trim(),
        lost
    );
    assert_eq!(
        world.git(&["rev-parse", &format!("{LEDGER}^2")]).trim(),
        since
    );
    assert!(world.done("show A").contains("done"));
    world.done("show S");
    all_is_well(&world);
}

#[test]
fn published_entries_come_first_when_lines_are_joined() {
    let world = ledger();
    world.git(&["init", "-q", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    let old = tip(&world);
    world.done("add Lost --id L");
    let lost = tip(&world);
    world.git(&["update-ref", LEDGER, &old]);
    world.done("add Since --id S");
    world.done("sync");
    let published = tip(&world);
    let data = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    assert_eq!(data["joined"], true, "{data}");
    assert_eq!(
        world.git(&["rev-parse", &format!("{LEDGER}^1")]).trim(),
        published
    );
    assert_eq!(
        world.git(&["rev-parse", &format!("{LEDGER}^2")]).trim(),
        lost
    );
    world.done("sync");
    all_is_well(&world);
}

#[test]
fn a_ref_that_was_moved_back_behind_home_is_found_by_the_anchor() {
    let world = ledger();
    world.git(&["init", "-q", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    world.done("sync");
    let before = tip(&world);
    world.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")]);
    fs::remove_file(path(&world, "logs").join(LEDGER)).unwrap();
    recovers(&world, &before);
}

#[test]
fn where_one_line_would_take_from_the_other_a_person_chooses() {
    let world = ledger();
    let lost = tip(&world);
    world.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")]);
    // On the other line the task is done already.
    world.done("done A");
    let since = tip(&world);
    let output = world.coord(&["doctor", "--recover", "--json"]);
    assert_eq!(output.code, 1, "{output:?}");
    let data = output.data("coord.recovery/1");
    assert_eq!(
        (&data["moved"], data["tip"].as_str()),
        (&false.into(), Some(&*since))
    );
    let tips: Vec<&str> = data["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["tip"].as_str().unwrap())
        .collect();
    assert_eq!(tips, [&*lost, &*since]);
    assert_eq!(tip(&world), since);
    let told = world.coord(&["doctor", "--recover"]);
    assert!(!format!("{told:?}").contains("update-ref"), "{told:?}");
    let command = format!("git coord doctor --recover {since}");
    assert!(told.stdout.contains(&command), "{told:?}");
    // A person may choose, and loses neither line: what the rules refuse now is named.
    let chosen = world.coord(&["doctor", "--recover", &since[..8], "--json"]);
    assert_eq!(chosen.code, 0, "{chosen:?}");
    let data = chosen.data("coord.recovery/1");
    Schemas::read().check("coord.recovery/1", &data);
    assert_eq!(data["joined"], true, "{data}");
    assert_eq!(data["refused"][0]["code"], "task_ended", "{data}");
    let line = world.git(&["rev-list", LEDGER]);
    assert!(line.contains(&lost) && line.contains(&since), "{line}");
    assert_eq!(
        world.git(&["rev-parse", &format!("{LEDGER}^1")]).trim(),
        since
    );
    all_is_well(&world);
}

#[test]
fn a_line_that_does_not_exist_is_not_put_first() {
    let world = ledger();
    world.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")]);
    world.done("done A");
    let before = tip(&world);
    world
        .coord(&["doctor", "--recover", "0123456789", "--json"])
        .failed("nothing_to_recover", 1);
    assert_eq!(tip(&world), before);
}

#[test]
fn what_a_chosen_line_replaces_is_kept_on_a_ref() {
    let world = ledger();
    let before = tip(&world);
    // The last entry but one cannot be read, so the line above it is no line.
    spoil(&loose(&world, &format!("{LEDGER}~2")));
    let told = world.coord(&["doctor", "--recover"]);
    assert_eq!(told.code, 1, "{told:?}");
    let hint = told.stderr.rsplit_once(": ").unwrap().1.trim().to_owned();
    let recovered = world.shell(&hint);
    assert_eq!(recovered.code, 0, "{hint}: {recovered:?}");
    let kept = world.git(&["for-each-ref", "--format=%(objectname)", "refs/coord-apart"]);
    assert_eq!(kept.trim(), before);
    world.done("verify");
    world.done("add Next");
}

#[test]
fn doctor_names_hooks_that_do_not_work() {
    let world = ledger();
    world.done("hooks install");
    assert_eq!(wrong(&world), [Value::Null; 0]);
    for hook in fs::read_dir(path(&world, "hooks")).unwrap() {
        let hook = hook.unwrap().path();
        fs::set_permissions(hook, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let found = wrong(&world);
    assert!(!found.is_empty());
    assert!(
        found.iter().all(|finding| finding["about"] == "hooks"),
        "{found:?}"
    );
}

#[test]
fn entries_above_one_that_is_lost_are_not_given_up() {
    let world = ledger();
    let before = tip(&world);
    spoil(&loose(&world, &format!("{LEDGER}~2")));
    let output = world.coord(&["doctor", "--recover", "--json"]);
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(output.data("coord.recovery/1")["moved"], false);
    assert_eq!(tip(&world), before);
}

#[test]
fn an_unreadable_last_entry_is_left_behind() {
    let world = ledger();
    let below = world.git(&["rev-parse", &format!("{LEDGER}~1")]);
    spoil(&loose(&world, LEDGER));
    let found = wrong(&world);
    assert_eq!(found[0]["hint"], "git coord doctor --recover", "{found:?}");
    let data = world
        .coord(&["doctor", "--recover", "--json"])
        .data("coord.recovery/1");
    assert_eq!(data["tip"], below.trim());
    world.done("verify");
}

#[test]
fn without_anything_to_recover_doctor_says_so() {
    let world = ledger();
    fs::remove_dir_all(path(&world, "objects")).unwrap();
    fs::create_dir(path(&world, "objects")).unwrap();
    world
        .coord(&["doctor", "--recover", "--json"])
        .failed("nothing_to_recover", 1);
    assert!(!wrong(&world).is_empty());
}

#[test]
fn another_ledger_is_not_taken_for_this_one() {
    let world = ledger();
    let mine = tip(&world);
    let line = "git init -q ../other; cd ../other; git-coord init --actor eve; git-coord add Big; git-coord add Bigger
        cd ../work; git fetch -q ../other +refs/coord/ledger:refs/coord/ledger";
    assert_eq!(world.shell(line).code, 0);
    assert_ne!(tip(&world), mine);
    assert!(
        wrong(&world)[0]["what"]
            .to_string()
            .contains("but this repository is pinned to")
    );
    let output = world.coord(&["doctor", "--recover", "--json"]);
    assert_eq!(output.code, 1, "{output:?}");
    let data = output.data("coord.recovery/1");
    assert_eq!(
        (&data["moved"], data["lines"][0]["tip"].as_str()),
        (&false.into(), Some(&*mine))
    );
}

#[test]
fn a_damaged_copy_of_an_object_that_is_packed_as_well_can_be_removed() {
    let world = ledger();
    let file = loose(&world, &format!("{LEDGER}~1"));
    let kept = fs::read(&file).unwrap();
    world.git(&["repack", "-q", "-a", "-d"]);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for bytes in [&b"spoilt"[..], &kept[..kept.len() / 2], b""] {
        fs::write(&file, bytes).unwrap();
        // Reading goes on with the good copy.
        world.done("verify");
        mends(&world, "objects", "a pack has the object too");
    }
}

#[test]
fn doctor_names_a_stale_lock_with_its_path() {
    let world = ledger();
    for name in ["refs/coord/ledger.lock", "packed-refs.lock", "config.lock"] {
        let lock = path(&world, name);
        fs::write(&lock, "").unwrap();
        mends(
            &world,
            "locks",
            lock.canonicalize().unwrap().to_str().unwrap(),
        );
    }
    let tables = with_tables();
    fs::write(path(&tables, "reftable/tables.list.lock"), "").unwrap();
    mends(&tables, "locks", "tables.list.lock");
}

#[test]
fn a_lock_of_a_writer_that_was_killed_needs_no_mending() {
    let world = ledger();
    let line = "mkdir -p .git/coord/intents; echo x >.git/coord/intents/refs%2Fcoord%2Fledger
        ln .git/coord/intents/refs%2Fcoord%2Fledger .git/refs/coord/ledger.lock";
    assert_eq!(world.shell(line).code, 0);
    let told = world.coord(&["doctor"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert!(
        told.stdout.contains("was left by a killed writer"),
        "{told:?}"
    );
    all_is_well(&world);
    assert!(!path(&world, "refs/coord/ledger.lock").exists());
}

#[test]
fn leftovers_of_killed_writers_are_named_and_harmless() {
    let world = ledger();
    for name in [
        "objects/.tmpAbc",
        "objects/pack/tmp_pack_x",
        "coord/cache/state.1",
    ] {
        let file = path(&world, name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    let data = world.coord(&["doctor", "--json"]).data("coord.doctor/1");
    let findings = data["findings"].as_array().unwrap();
    let leftovers = findings
        .iter()
        .find(|finding| finding["about"] == "leftovers");
    let leftovers = leftovers.unwrap();
    assert_eq!(leftovers["grade"], "remark");
    assert!(
        leftovers["what"].to_string().contains("3 files"),
        "{leftovers}"
    );
    let command = leftovers["hint"]
        .as_str()
        .unwrap()
        .rsplit_once(": ")
        .unwrap()
        .1;
    assert_eq!(world.shell(command).code, 0);
    assert!(!path(&world, "objects/.tmpAbc").exists());
    all_is_well(&world);
}

#[test]
fn a_repository_that_is_not_pinned_can_be() {
    let world = ledger();
    world.git(&["config", "--unset", "coord.ledger"]);
    mends(&world, "pin", "not pinned");
}

#[test]
fn doctor_names_readable_private_keys_and_pairs_that_do_not_match() {
    let world = ledger();
    let key = path(&world, "coord/keys/ada");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    mends(&world, "keys", "other users can read");
    world.done("actor add codex --generate");
    fs::copy(
        key.with_extension("pub"),
        path(&world, "coord/keys/codex.pub"),
    )
    .unwrap();
    mends(&world, "keys", "is not the public half of");
}

#[test]
fn doctor_names_actors_who_cannot_sign() {
    let world = ledger();
    world.done("actor add codex --generate");
    world.done("actor add bob --generate");
    world.done("actor retire-key codex");
    let as_actor = |name: &str| wrong_in(&world.coord(&["doctor", "--json", "--actor", name]));
    let codex = as_actor("codex");
    assert_eq!(codex[0]["about"], "actor", "{codex:?}");
    assert!(
        codex[0]["what"]
            .to_string()
            .contains("is not an active key of codex"),
        "{codex:?}"
    );
    assert_eq!(as_actor("bob"), [Value::Null; 0]);
    fs::remove_file(path(&world, "coord/keys/bob")).unwrap();
    let bob = as_actor("bob");
    assert!(
        bob[0]["what"]
            .to_string()
            .contains("has no signing key here"),
        "{bob:?}"
    );
    let eve = as_actor("eve");
    assert!(
        eve[0]["what"].to_string().contains("is not in the ledger"),
        "{eve:?}"
    );
}

#[test]
fn doctor_names_refspecs_that_overwrite_the_ledger() {
    let world = ledger();
    world.git(&["remote", "add", "origin", "../home.git"]);
    world.git(&[
        "config",
        "--add",
        "remote.origin.fetch",
        "+refs/coord/*:refs/coord/*",
    ]);
    mends(&world, "config", "overwrites refs/coord/ledger");
    world.git(&["config", "coord.remote", "elsewhere"]);
    mends(&world, "config", "no remote has this name");
}

#[test]
fn doctor_names_a_clock_behind_the_ledger() {
    let world = ledger();
    let output = world.coord_with(&["doctor", "--json"], |command| {
        command.env("GIT_COMMITTER_DATE", "2025-10-15T00:00:00Z");
    });
    let found = wrong_in(&output);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["about"], "clock");
}

#[test]
fn a_remote_is_asked_only_when_it_is_named_and_keeps_nothing() {
    let world = ledger();
    world.git(&["init", "-q", "--bare", "../home.git"]);
    world.git(&["remote", "add", "origin", "../home.git"]);
    let ask = || world.coord(&["doctor", "--remote", "origin", "--json"]);
    assert_eq!(wrong_in(&ask()), [Value::Null; 0]);
    let refs = || world.git(&["ls-remote", "origin"]);
    assert_eq!(refs(), "");
    // A host that takes branches only.
    let hook = world.work().parent().unwrap().join("home.git/hooks/update");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        "#!/bin/sh\ncase $1 in refs/heads/*) ;; *) echo branches only; exit 1;; esac\n",
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let found = wrong_in(&ask());
    assert_eq!(found[0]["about"], "remote", "{found:?}");
    assert_eq!(found[0]["hint"], "git config coord.ref refs/heads/coord");
    assert_eq!(world.shell(found[0]["hint"].as_str().unwrap()).code, 0);
    assert_eq!(wrong_in(&ask()), [Value::Null; 0]);
    assert_eq!(refs(), "");
    let gone = wrong_in(&world.coord(&["doctor", "--remote", "nowhere", "--json"]));
    assert!(
        gone[0]["what"].to_string().contains("cannot be reached"),
        "{gone:?}"
    );
}

#[test]
fn no_second_ledger_is_created_after_the_first_one_is_lost() {
    let world = ledger();
    world.git(&["update-ref", "-d", LEDGER]);
    let failed = world.coord(&["list", "--json"]);
    failed.failed("no_ledger", 128);
    assert_eq!(failed.json()["error"]["hint"], "git coord doctor --recover");
    world.coord(&["init", "--json"]).failed("no_ledger", 128);
    world.done("doctor --recover");
    world.done("list");
}
