//! An outbox takes entries where the ref cannot move, and another actor takes them in. A hostile file leaves nothing behind.
//!
//! Not here: how entries of clones come together (`sync`).

use std::{
    fs,
    path::{Path, PathBuf},
};

use git_coord::core::values::time::Timestamp;

use crate::{
    forge::{Forge, added},
    schemas::Schemas,
    stranger::without_permission,
    world::{Output, World},
};

/// A ledger with the tasks `A` and `B`, and the actors `ada` and `codex` with keys here.
fn ledger() -> World {
    in_world(World::new())
}

fn in_world(world: World) -> World {
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "add First --id A",
        "add Second --id B",
    ] {
        world.done(line);
    }
    world
}

/// Runs the program as codex, with the outbox `box`.
fn outside(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    world.coord_with(&words, |command| {
        command
            .env("GIT_COORD_OUTBOX", world.work().join("box"))
            .env("GIT_COORD_ACTOR", "codex");
    })
}

#[track_caller]
fn done_outside(world: &World, line: &str) -> String {
    let output = outside(world, line);
    assert_eq!(output.code, 0, "{line}: {output:?}");
    output.stdout
}

fn tip(world: &World) -> String {
    world.git(&["rev-parse", "refs/coord/ledger"])
}

/// Every file of the git directory but for the cache, with its sum.
fn files(world: &World) -> String {
    let line =
        "find .git -type f -not -path '*/coord/cache/*' -not -name '*.lock' | sort | xargs cksum";
    world.shell(line).stdout
}

/// Nothing is taken of it, and nothing of it stays.
#[track_caller]
fn leaves_nothing(world: &World, file: &Path, code: &str) -> String {
    let before = files(world);
    let told = world.coord(&["sync", file.to_str().unwrap(), "--json"]);
    told.failed(code, 128);
    assert_eq!(files(world), before);
    told.json()["error"]["message"].as_str().unwrap().to_owned()
}

#[track_caller]
fn take_in(world: &World) -> serde_json::Value {
    let output = world.coord(&["sync", "box", "--json"]);
    assert_eq!(output.code, 0, "{output:?}");
    output.data("coord.sync/1")
}

#[track_caller]
fn is_sound(world: &World) {
    world.git(&["fsck", "--strict", "--no-dangling"]);
    world.done("verify");
    world.done("doctor");
    world.done("comment A onward");
}

#[test]
fn entries_go_to_the_outbox_one_after_the_other_and_come_in_together() {
    let sha256_in_tables = || {
        let world = World::empty();
        world.git(&[
            "init",
            "-q",
            "--object-format=sha256",
            "--ref-format=reftable",
        ]);
        world
    };
    for world in [ledger(), in_world(sha256_in_tables())] {
        let before = (tip(&world), files(&world));
        done_outside(&world, "claim A");
        done_outside(&world, "comment A found");
        assert!(done_outside(&world, "done A").contains("A is done"));
        done_outside(&world, "snapshot --label evening");
        // Only commands with this outbox see the entry, and nothing else is written.
        assert!(done_outside(&world, "status").contains("1 done"));
        done_outside(&world, "diff evening now");
        done_outside(&world, "verify");
        assert!(
            world
                .done("list")
                .lines()
                .any(|line| line.contains("First") && line.contains("not_started"))
        );
        assert_eq!((tip(&world), files(&world)), before);
        world.git(&["bundle", "verify", "-q", "box"]);
        let data = take_in(&world);
        assert_eq!(data["fetched"].as_array().unwrap().len(), 4);
        assert_eq!(data["fetched"][0]["actor"], "codex");
        assert!(world.done("show A").contains("done"));
        let again = take_in(&world);
        assert_eq!(again["fetched"].as_array().unwrap().len(), 0);
        is_sound(&world);
        // The outbox begins anew where the ledger is now.
        done_outside(&world, "claim B");
        assert_eq!(take_in(&world)["fetched"].as_array().unwrap().len(), 1);
        is_sound(&world);
    }
}

#[test]
fn entries_of_the_ledger_come_before_those_of_the_outbox() {
    let world = ledger();
    done_outside(&world, "claim A");
    done_outside(&world, "progress A 40");
    world.done("claim A");
    world.done("add Third --id C");
    let before = tip(&world);
    let output = world.coord(&["sync", "box", "--json"]);
    assert_eq!(output.code, 1, "{output:?}");
    let data = output.data("coord.sync/1");
    Schemas::read().check("coord.sync/1", &data);
    assert_eq!(data["fetched"].as_array().unwrap().len(), 2);
    assert_eq!(data["refused"][0]["code"], "claim_held", "{data}");
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger^1"]), before);
    assert!(world.done("show A").contains("ada"));
    is_sound(&world);
}

#[test]
fn an_outbox_works_where_nothing_of_the_git_directory_can_be_written() {
    let world = ledger();
    let folder = world.work();
    // The actor must be able to read the key; here it is ada's, from the home folder.
    let key = world.home().join("ada");
    for (from, to) in [("ada", "ada"), ("ada.pub", "ada.pub")] {
        fs::copy(
            folder.join(".git/coord/keys").join(from),
            world.home().join(to),
        )
        .unwrap();
    }
    world.git(&["config", "coord.ada.signingKey", key.to_str().unwrap()]);
    let refused = without_permission(&world, &folder, &["--json", "claim", "A"]);
    refused.failed("git_dir_readonly", 128);
    assert!(
        refused.json()["error"]["hint"]
            .to_string()
            .contains("GIT_COORD_OUTBOX=FILE")
    );
    let boxes = world.work().parent().unwrap().join("boxes");
    fs::create_dir(&boxes).unwrap();
    fs::set_permissions(&boxes, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let file = boxes.join("box");
    let name = file.to_str().unwrap();
    for words in [&["claim", "A"][..], &["done", "A"]] {
        let output = without_permission(&world, &folder, &[words, &["--outbox", name]].concat());
        assert_eq!(output.code, 0, "{output:?}");
    }
    assert!(!boxes.join("box.lock").exists());
    world.done(&format!("sync {name}"));
    assert!(world.done("show A").contains("done"));
    is_sound(&world);
}

#[test]
fn writers_of_one_outbox_wait_for_each_other() {
    let world = ledger();
    let line = "export GIT_COORD_OUTBOX=$PWD/box GIT_COORD_ACTOR=codex
        for n in 1 2 3 4 5 6; do git-coord add Some --id T$n & done; wait";
    assert_eq!(world.shell(line).code, 0);
    let came = take_in(&world)["fetched"].as_array().unwrap().len();
    assert_eq!(came, 6);
    is_sound(&world);
}

#[test]
fn commands_that_move_the_ref_do_not_go_with_an_outbox() {
    let world = ledger();
    for line in [
        "init",
        "clone .",
        "sync",
        "sync box",
        "repair",
        "doctor --recover",
    ] {
        let output = outside(&world, &format!("{line} --json"));
        output.failed("usage", 129);
    }
    world.git(&["remote", "add", "origin", "../home"]);
    let confirmed = outside(&world, "claim A --confirm --json");
    confirmed.failed("unsupported_environment", 128);
    assert!(!world.work().join("box").exists());
}

#[test]
fn a_refusal_and_a_lock_leave_the_outbox_as_it_was() {
    let world = ledger();
    done_outside(&world, "claim A");
    let file = world.work().join("box");
    let before = fs::read(&file).unwrap();
    assert_eq!(outside(&world, "claim A").code, 1);
    fs::write(world.work().join("box.lock"), "").unwrap();
    outside(&world, "done A --json").failed("lock_held", 128);
    fs::remove_file(world.work().join("box.lock")).unwrap();
    assert_eq!(fs::read(&file).unwrap(), before);
    done_outside(&world, "done A");
}

#[test]
fn other_files_than_bundles_of_this_ledger_are_refused() {
    let world = ledger();
    done_outside(&world, "claim A");
    let good = fs::read(world.work().join("box")).unwrap();
    let file = world.work().join("bad");
    let end = good.len();
    let mut flipped = good.clone();
    flipped[end - 60] ^= 1;
    for bytes in [
        b"".to_vec(),
        b"hello\n".to_vec(),
        good[..end / 2].to_vec(),
        good[..end - 1].to_vec(),
        flipped,
        [&b"# v2 git bundle\n"[..], &vec![b'x'; 1 << 20]].concat(),
    ] {
        fs::write(&file, bytes).unwrap();
        leaves_nothing(&world, &file, "bad_history");
        // Nor is it appended to.
        let before = fs::read(&file).unwrap();
        let words = ["add", "Some", "--outbox", file.to_str().unwrap(), "--json"];
        world.coord(&words).failed("bad_history", 128);
        assert_eq!(fs::read(&file).unwrap(), before);
    }
    // What is not a file is taken for a repository.
    fs::remove_file(&file).unwrap();
    leaves_nothing(&world, &file, "remote_failed");
    fs::create_dir(&file).unwrap();
    leaves_nothing(&world, &file, "remote_failed");
    let pipe = world.work().join("pipe");
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    leaves_nothing(&world, &pipe, "remote_failed");
    let large = world.work().join("large");
    fs::File::create(&large).unwrap().set_len(1 << 40).unwrap();
    let told = leaves_nothing(&world, &large, "bad_history");
    assert!(told.ends_with("it is too large"), "{told}");
    is_sound(&world);
}

#[test]
fn a_bundle_of_another_ledger_or_of_something_else_is_not_taken() {
    let world = ledger();
    let made = |line: &str| -> PathBuf {
        let run = world.shell(line);
        assert_eq!(run.code, 0, "{run:?}");
        world.work().parent().unwrap().join("other/bundle")
    };
    let file = made(
        "git init -q ../other; cd ../other; git-coord init --actor eve; git-coord add Some
         git bundle create -q bundle refs/coord/ledger",
    );
    leaves_nothing(&world, &file, "other_ledger_there");
    let file =
        made("cd ../other; git commit -q --allow-empty -m x; git bundle create -q bundle HEAD");
    leaves_nothing(&world, &file, "bad_history");
    let file = made("cd ../other; git bundle create -q bundle refs/coord/ledger HEAD");
    leaves_nothing(&world, &file, "other_ledger_there");
    let file = made(
        "cd ../other; git update-ref refs/coord/ledger HEAD; git bundle create -q bundle refs/coord/ledger",
    );
    leaves_nothing(&world, &file, "bad_history");
    is_sound(&world);
}

#[test]
fn a_bundle_with_missing_prerequisites_is_refused() {
    let world = ledger();
    let line = "git init -q ../clone; cd ../clone; git fetch -q ../work refs/coord/ledger:refs/coord/ledger
        mkdir -p .git/coord; cp -r ../work/.git/coord/keys .git/coord; git config coord.actor codex
        git-coord add Here --id H; git-coord --outbox ../work/box add There --id T";
    assert_eq!(world.shell(line).code, 0);
    let told = leaves_nothing(&world, &world.work().join("box"), "bad_history");
    assert!(told.contains("it builds on "), "{told}");
}

/// A bundle with a commit on top of the ledger that nobody appended.
fn bundle_of(forge: &Forge, raw: &[u8]) -> PathBuf {
    let world = &forge.world;
    let before = forge.tip();
    let planted = forge.plant(raw);
    world.git(&[
        "bundle",
        "create",
        "-q",
        "box",
        &format!("{before}..refs/coord/ledger"),
    ]);
    forge.set_tip(before);
    world.git(&["reflog", "expire", "--expire=all", "--all"]);
    world.git(&["-c", "gc.pruneExpire=now", "prune", "--expire=now"]);
    assert!(!forge.ledger().repository().contains(planted));
    world.work().join("box")
}

#[test]
fn quarantined_and_future_entries_are_refused() {
    let forge = Forge::new();
    let world = &forge.world;
    let good = forge.good(&forge.codex, "B");
    let broken = String::from_utf8(good.clone())
        .unwrap()
        .replacen("add B", "add C", 1);
    let told = leaves_nothing(world, &bundle_of(&forge, broken.as_bytes()), "bad_history");
    assert!(told.contains("would be ignored (quarantined)"), "{told}");
    let mut entry = forge.next(&forge.codex, vec![added("B")]);
    entry.time = Timestamp::from_seconds(4_000_000_000);
    let ahead = forge.sign(&forge.parts(&entry), &forge.codex);
    let file = bundle_of(&forge, &ahead);
    let told = leaves_nothing(world, &file, "bad_history");
    assert!(told.contains("ahead of this machine's clock"), "{told}");
    // A sync that takes the file as a courier refuses it too.
    let file = file.to_str().unwrap();
    world
        .coord(&["sync", file, "--actor", "ada", "--json"])
        .failed("bad_history", 128);
    // The same bytes in order are taken.
    let file = bundle_of(&forge, &good);
    world.done(&format!("sync {}", file.display()));
    assert_eq!(forge.state().tasks().len(), 2);
}

#[test]
fn a_bundle_that_unpacks_to_far_more_is_refused() {
    let world = ledger();
    done_outside(&world, "claim A");
    let line = "set -e; export GIT_OBJECT_DIRECTORY=$PWD/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects
        mkdir -p objects/pack; git bundle unbundle box >/dev/null
        huge=$(head -c 300000000 /dev/zero | git hash-object -w --stdin)
        tip=$(sed -n 's/ refs.coord.ledger$//p' box | head -n 1)
        { sed '/^$/q' box; { echo $tip; echo $huge; echo ^$(git rev-parse refs/coord/ledger); } |
          git pack-objects --revs --stdout --thin -q; } >bomb";
    let run = world.shell(line);
    assert_eq!(run.code, 0, "{run:?}");
    let bomb = world.work().join("bomb");
    assert!(fs::metadata(&bomb).unwrap().len() < 1 << 20);
    leaves_nothing(&world, &bomb, "bad_history");
    is_sound(&world);
}

#[test]
fn objects_that_nothing_refers_to_are_not_taken_over() {
    let world = ledger();
    done_outside(&world, "claim A");
    // A pack with an object more than the entries need.
    let line = "set -e; export GIT_OBJECT_DIRECTORY=$PWD/objects GIT_ALTERNATE_OBJECT_DIRECTORIES=$PWD/.git/objects
        mkdir -p objects/pack; git bundle unbundle box >/dev/null
        extra=$(echo junk | git hash-object -w --stdin)
        tip=$(sed -n 's/ refs.coord.ledger$//p' box | head -n 1)
        { sed '/^$/q' box; { echo $tip; echo $extra; echo ^$(git rev-parse refs/coord/ledger); } |
          git pack-objects --revs --stdout --thin -q; } >fat
        echo $extra";
    let run = world.shell(line);
    assert_eq!(run.code, 0, "{run:?}");
    world.done("sync fat");
    let extra = world.shell(&format!("git cat-file -e {}", run.stdout.trim()));
    assert_ne!(extra.code, 0);
    is_sound(&world);
}

#[test]
fn entries_of_hooks_go_to_the_outbox_too() {
    let world = ledger();
    world.done("edit A --branch feature");
    world.done("hooks install");
    done_outside(&world, "claim A");
    let before = world.git(&["rev-parse", "refs/coord/ledger"]);
    let commit = "export GIT_COORD_OUTBOX=$PWD/box GIT_COORD_ACTOR=codex
        git checkout -q -b feature && git commit -q --allow-empty -m work";
    let run = world.shell(commit);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), before);
    let told = done_outside(&world, "log");
    assert!(told.contains("commit for A"), "{told}");
    let taken = world.done("sync box");
    assert!(taken.contains("codex: commit for A"), "{taken}");
}

#[test]
fn a_relative_outbox_is_the_same_file_for_a_command_and_its_hooks() {
    for (folder, outbox, file) in [
        (".", "box", "box"),
        ("sub", "box", "sub/box"),
        ("sub/deep", "../box", "sub/box"),
        ("sub", "./../box", "box"),
    ] {
        let world = ledger();
        world.done("edit A --branch feature");
        world.done("hooks install");
        std::fs::create_dir_all(world.work().join("sub/deep")).unwrap();
        let line = format!(
            "cd {folder} && export GIT_COORD_OUTBOX={outbox} GIT_COORD_ACTOR=codex && git coord claim A &&
             git checkout -q -b feature && git commit -q --allow-empty -m work && git coord log"
        );
        let run = world.shell(&line);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains("commit for A"), "{run:?}");
        let found = world.shell("find . -name box").stdout;
        assert_eq!(found, format!("./{file}\n"));
    }
}
