//! Places that never answer or cannot write: the wait is bounded, and the reason is named.
//!
//! Not here: wires that are cut (`wires`).

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use super::{says, team};
use crate::world::{Output, World};

/// A home that takes connections and never says a word.
fn stalled(world: &World) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("git://127.0.0.1:{port}/home.git");
    world.git(&["remote", "add", "origin", &url]);
    listener
}

fn timed(world: &World, line: &str) -> (Output, Duration) {
    let begun = Instant::now();
    let words: Vec<&str> = line.split(' ').collect();
    (world.coord(&words), begun.elapsed())
}

#[test]
fn a_home_that_stalls_keeps_no_command_for_longer_than_the_limit() {
    for line in [
        "sync",
        "claim A --confirm",
        "sync --adopt",
        "sync origin",
        "repair",
    ] {
        let world = team();
        let _listener = stalled(&world);
        world.git(&["config", "coord.syncTimeout", "2"]);
        let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
        let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let begun = Instant::now();
        let output = world.coord(&words);
        assert!(begun.elapsed() < Duration::from_secs(30), "{line}");
        assert_eq!(
            output.json()["error"]["code"],
            "remote_timeout",
            "{line}: {output:?}"
        );
        assert_eq!(
            world.git(&["rev-parse", "refs/coord/ledger"]),
            tip,
            "{line}"
        );
    }
}

#[test]
fn a_clone_from_a_place_that_stalls_ends_at_the_limit() {
    let world = World::empty();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let clone = format!("git coord clone --json git://127.0.0.1:{port}/home.git new");
    for (setting, line) in [
        ("git config --global coord.syncTimeout 1", clone.clone()),
        (
            "git config --global coord.syncTimeout 500",
            clone.replace("git coord", "git -c coord.syncTimeout=1 coord"),
        ),
    ] {
        says(&world, setting);
        let begun = Instant::now();
        let output = world.shell(&line);
        output.failed("remote_timeout", 128);
        assert!(begun.elapsed() < Duration::from_secs(20), "{line}");
        assert!(!world.work().join("new").exists());
    }
    says(&world, "git config --global coord.syncTimeout soon");
    world.shell(&clone).failed("bad_config", 128);
}

#[test]
fn a_clone_that_goes_on_is_not_stopped_however_long_it_takes() {
    let world = World::empty();
    says(
        &world,
        "git init -q -b main --bare home.git && git clone -q home.git a && cd a && git coord init --actor ada &&
         git commit -q --allow-empty -m x && git push -q origin main && git coord sync &&
         git config --global coord.syncTimeout 2",
    );
    // It answers in small pieces, each within the limit.
    let slow = world.work().join("slow");
    let script = "#!/bin/sh\n[ -e $0.once ] || for n in 1 2 3; do echo \"still $n\" >&2; sleep 1; done\n: >$0.once\nexec git-upload-pack \"$@\"\n";
    fs::write(&slow, script).unwrap();
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).unwrap();
    says(
        &world,
        &format!(
            "GIT_SSH_VARIANT=simple GIT_SSH_COMMAND='sh -c \"exec {} \\\"{}/home.git\\\"\"' git coord clone --actor ada ssh://nowhere/home.git b",
            slow.display(),
            world.work().display()
        ),
    );
    says(
        &world,
        "cd b && git config --global --unset coord.syncTimeout && git coord list",
    );
}

#[test]
fn a_limit_that_is_not_a_number_is_named() {
    let world = team();
    let _listener = stalled(&world);
    world.git(&["config", "coord.syncTimeout", "soon"]);
    let (output, _) = timed(&world, "sync --json");
    output.failed("bad_config", 128);
}

#[test]
fn a_full_disk_at_home_is_named() {
    for (why, code) in [
        ("No space left on device", "disk_full"),
        ("Disk quota exceeded", "disk_full"),
    ] {
        let world = team();
        says(
            &world,
            "git init -q --bare ../home.git; git remote add origin ../home.git",
        );
        world.done("sync");
        world.done("add More");
        // What git at home says when it cannot store the objects.
        let script = format!("#!/bin/sh\necho \"fatal: write error: {why}\" >&2\nexit 1\n");
        let hook = world.work().with_file_name("home.git/hooks/pre-receive");
        fs::write(&hook, script).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        let (output, _) = timed(&world, "sync --json");
        output.failed(code, 128);
        assert!(output.stderr.contains(why), "{output:?}");
    }
}

/// What can stall at home beside the connection: how it is set up.
const STALLS: [(&str, &str); 3] = [
    (
        "a server whose command never answers",
        "git remote add origin ssh://nowhere/home.git; git config core.sshCommand 'sleep 1000 #'",
    ),
    (
        "a hook in the middle of a push",
        "git init -q --bare ../home.git; git remote add origin ../home.git; git coord sync; git coord add More;
         printf '#!/bin/sh\nsleep 1000\n' >../home.git/hooks/pre-receive; chmod +x ../home.git/hooks/pre-receive",
    ),
    (
        "a store that never ends",
        "git init -q --bare ../home.git; git remote add origin ../home.git; git coord sync; git coord add More;
         git config remote.origin.uploadpack 'sleep 1000 #'",
    ),
];

#[test]
fn whatever_stalls_at_home_a_command_ends_at_the_limit_and_keeps_its_entries() {
    for (what, make) in STALLS {
        for line in ["sync", "claim A --confirm"] {
            let world = team();
            says(&world, make);
            world.git(&["config", "coord.syncTimeout", "2"]);
            let (output, took) = timed(&world, &format!("{line} --json"));
            assert!(took < Duration::from_secs(30), "{what}: {line}");
            output.failed("remote_timeout", 128);
            says(&world, "git coord verify; git coord show A");
        }
    }
}

/// Runs a line of `sh` where `../small` is a file system of its own; none where mounting is not allowed.
fn on_a_small_disk(world: &World, options: &str, line: &str) -> Option<Output> {
    let mount = format!("mkdir ../small; mount -t tmpfs -o {options} none ../small");
    for unshare in ["unshare --mount", "unshare --mount --map-root-user"] {
        if world
            .shell(&format!(
                "{unshare} sh -c '{mount}'; status=$?; rmdir ../small; exit $status"
            ))
            .code
            == 0
        {
            let script = world.home().join("line");
            fs::write(&script, format!("{mount} || exit 99\n{line}\n")).unwrap();
            return Some(world.shell(&format!("{unshare} sh {}", script.display())));
        }
    }
    None
}

/// Disks that are really full: their options, what fills them, and what a command then says. git does not say why it cannot
/// make a folder where the names are used up.
const FULL: [(&str, &str, &str); 2] = [
    (
        "size=700k",
        "dd if=/dev/zero of=../small/fill bs=4k 2>/dev/null",
        "No space left on device",
    ),
    (
        "size=8m,nr_inodes=110",
        "n=0; while : >../small/fill$n; do n=$((n+1)); done 2>/dev/null",
        "unable to create temporary object directory",
    ),
];

#[test]
fn home_on_a_disk_that_is_really_full_is_named_and_nothing_is_lost() {
    for (options, fill, why) in FULL {
        for (kind, line) in [
            ("files", "sync"),
            ("files", "claim A --confirm"),
            ("reftable", "sync"),
        ] {
            let world = team();
            let script = format!(
                "set -e; git init -q --bare --template= --ref-format={kind} ../small/home.git; git remote add origin ../small/home.git
                 git coord sync >../first; git coord add More --id M >../added; tip=$(git rev-parse refs/coord/ledger)
                 home=$(git -C ../small/home.git rev-parse refs/coord/ledger)
                 ({fill}) || :; status=0; git coord {line} --json || status=$?
                 test $status = 128; git coord verify >../verified; git coord show M >../shown
                 test $home = $(git -C ../small/home.git rev-parse refs/coord/ledger)
                 git merge-base --is-ancestor $tip refs/coord/ledger
                 rm ../small/fill*; git coord {line} >../again; git -C ../small/home.git fsck --strict --no-dangling >../checked 2>&1
                 test $(git rev-parse refs/coord/ledger) = $(git -C ../small/home.git rev-parse refs/coord/ledger)"
            );
            let Some(output) = on_a_small_disk(&world, options, &script) else {
                eprintln!("SKIPPED: home on a full disk, which needs the right to mount one");
                return;
            };
            let told = format!("{options} {kind} {line}: {output:?}");
            assert_eq!(output.code, 0, "{told}");
            let error = &output.json()["error"];
            assert!(error["message"].as_str().unwrap().contains(why), "{told}");
            assert_ne!(
                error["hint"], "git config coord.ref refs/heads/coord",
                "{told}"
            );
        }
    }
}
