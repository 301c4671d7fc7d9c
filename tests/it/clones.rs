//! The same tip gives the same bytes: in a clone, a mirror and a bundle, with any locale, time zone, umask and config.
//!
//! Not here: clones that differ (`sync`), and the answers themselves (`reading`).

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::world::{EXPORTS, World};

/// A day with everything in it that is rendered: a plan, claims, a blocker, comments in another script, snapshots.
fn day() -> World {
    let world = World::new();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/coordination_summary.md");
    fs::copy(fixture, world.work().join("plan.md")).unwrap();
    for line in [
        "init --actor ada",
        "actor add codex --generate",
        "import plan.md",
        "snapshot --label morning",
    ] {
        world.done(line);
    }
    for words in [
        &[
            "add",
            "--id",
            "I1",
            "ıİ ß \u{202e}日本語",
            "--path",
            "docs/ü ä.md",
            "--label",
            "ş",
        ][..],
        &["claim", "A", "--actor", "codex"],
        &["progress", "A", "40", "--actor", "codex"],
        &["block", "1", "räumt jemand anders", "--on", "A"],
        &["comment", "A", "二\nLine\r\n"],
        &["snapshot", "--label", "evening"],
        &["claim", "B"],
    ] {
        let output = world.coord(words);
        assert_eq!(output.code, 0, "{output:?}");
    }
    world.done("status");
    world
}

/// The output about a tip, but for exports, which has to be the same in every clone.
const SAID: &[&str] = &[
    "status --json",
    "list --json",
    "show A --json",
    "show I1 --json",
    "log --json",
    "snapshots --json",
    "verify --json",
    "actor list --json",
    "diff --json",
    "report --day 2025-10-15 --json",
    "report --day 2025-10-15",
    "metrics --json",
    "diff morning now --json",
    "diff --text morning evening --color=never",
    "status --at morning --json",
    "html",
];

/// The output of every command in one place, without the key `local` of `status`.
fn said(world: &World, adjust: impl Fn(&mut Command)) -> BTreeMap<&'static str, String> {
    let each = SAID.iter().chain(&EXPORTS).map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let output = world.coord_with(&words, &adjust);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{line}");
        (*line, without_local(&output.stdout))
    });
    each.collect()
}

fn without_local(text: &str) -> String {
    match text.split_once(",\"local\":") {
        Some((before, _)) => before.to_owned(),
        None => text.to_owned(),
    }
}

#[track_caller]
fn same(one: &BTreeMap<&'static str, String>, other: &BTreeMap<&'static str, String>) {
    for (line, text) in one {
        assert_eq!(*text, other[line], "{line}");
    }
}

fn place(world: &World, name: &str) -> PathBuf {
    world.home().parent().unwrap().join(name)
}

/// Clones as git makes them, each with the ledger.
fn clones(world: &World) -> Vec<PathBuf> {
    let line = "set -e
        git clone --quiet . ../clone && git -C ../clone fetch --quiet origin refs/coord/ledger:refs/coord/ledger
        git clone --quiet --mirror . ../mirror
        git bundle create --quiet ../ledger.bundle refs/coord/ledger
        git init --quiet ../bundled && git -C ../bundled fetch --quiet ../ledger.bundle refs/coord/ledger:refs/coord/ledger
        git clone --quiet --mirror . ../packed && git -C ../packed gc --quiet --prune=now && git -C ../packed pack-refs --all
        git clone --quiet --mirror --ref-format=reftable . ../tables
        git worktree add --quiet ../tree 2>/dev/null || git worktree add --quiet --orphan ../tree";
    let output = world.shell(line);
    assert_eq!(output.code, 0, "{output:?}");
    ["clone", "mirror", "bundled", "packed", "tables", "tree"]
        .map(|name| place(world, name))
        .into()
}

#[test]
fn every_clone_says_what_the_first_repository_says() {
    let world = day();
    let here = said(&world, |_| {});
    for clone in clones(&world) {
        let there = said(&world, |command| _ = command.current_dir(&clone));
        same(&here, &there);
    }
}

#[test]
fn no_locale_zone_width_or_day_changes_a_byte() {
    let world = day();
    let here = said(&world, |_| {});
    for (name, value) in [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LC_ALL", "ja_JP.eucJP"),
        ("LANG", "de_DE.ISO-8859-1"),
        ("TZ", "Asia/Tokyo"),
        ("TZ", "America/St_Johns"),
        ("TZ", ":/nowhere"),
        ("COLUMNS", "20"),
        ("TERM", "dumb"),
        ("CLICOLOR_FORCE", "1"),
        ("GIT_COMMITTER_DATE", "2026-02-28T23:59:59-11:00"),
        ("GIT_COMMITTER_NAME", "Somebody Else"),
        ("GIT_COORD_ACTOR", "codex"),
        ("RAYON_NUM_THREADS", "1"),
    ] {
        let there = said(&world, |command| _ = command.env(name, value));
        same(&here, &there);
    }
}

#[test]
fn no_setting_of_git_changes_a_byte() {
    let world = day();
    let here = said(&world, |_| {});
    let settings = "[core]\n\tabbrev = 5\n\tquotePath = false\n\tautocrlf = true\n\teol = crlf\n\tpager = false\n\
        \tcommitGraph = false\n\tignoreCase = true\n\tprecomposeUnicode = true\n\
        [color]\n\tui = always\n[i18n]\n\tcommitEncoding = ISO-8859-1\n\tlogOutputEncoding = ISO-8859-1\n\
        [log]\n\tdate = relative\n\tshowSignature = true\n[commit]\n\tgpgSign = true\n\tcleanup = scissors\n\
        [tag]\n\tgpgSign = true\n\tsort = -version:refname\n[gpg]\n\tformat = x509\n[diff]\n\tnoprefix = true\n\
        \tcontext = 0\n\talgorithm = patience\n[user]\n\tname = Other\n\temail = other@example.org\n";
    let path = world.home().join(".gitconfig");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, before + settings).unwrap();
    let there = said(&world, |_| {});
    same(&here, &there);
}

#[test]
fn neither_the_folder_nor_the_home_changes_a_byte() {
    let world = day();
    let here = said(&world, |_| {});
    let deep = world.work().join("a/b c/ü");
    fs::create_dir_all(&deep).unwrap();
    same(
        &here,
        &said(&world, |command| _ = command.current_dir(&deep)),
    );
    same(
        &here,
        &said(&world, |command| {
            _ = command.current_dir(world.work().join(".git"))
        }),
    );
    same(
        &here,
        &said(&world, |command| {
            command
                .current_dir("/")
                .env("GIT_DIR", world.work().join(".git"));
        }),
    );
    same(
        &here,
        &said(&world, |command| _ = command.env("HOME", "/nowhere")),
    );
    same(
        &here,
        &said(&world, |command| _ = command.env_remove("HOME")),
    );
}

#[test]
fn a_cache_that_is_there_old_or_gone_changes_no_byte() {
    let world = day();
    let cache = world.work().join(".git/coord/cache");
    let here = said(&world, |_| {});
    let kept = fs::read(cache.join("state")).unwrap();
    fs::remove_dir_all(&cache).unwrap();
    for line in SAID {
        let words: Vec<&str> = line.split(' ').collect();
        let cold = without_local(&world.coord(&words).stdout);
        assert_eq!(cold, here[line], "{line}");
        let _ = fs::remove_dir_all(&cache);
    }
    world.done("comment A onward");
    let onward = said(&world, |_| {});
    fs::create_dir_all(&cache).unwrap();
    fs::write(cache.join("state"), kept).unwrap();
    same(&onward, &said(&world, |_| {}));
}

/// The bytes of every file that a snapshot writes, by its path.
fn laid_out(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(laid_out(&path));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
}

/// The same keys at the same times: two machines that do the same write the same commits.
#[test]
fn the_same_day_on_two_machines_is_the_same_tip_whatever_their_umask_and_locale() {
    let tips = [
        "umask 077; export LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo",
        "umask 000; export LC_ALL=C TZ=UTC",
    ]
    .map(|setup| {
        let world = World::new();
        let keys = world.work().join(".git/coord/keys");
        fs::create_dir_all(&keys).unwrap();
        let key = world.key_of(&crate::keys::ADA);
        fs::copy(&key, keys.join("ada")).unwrap();
        fs::copy(key.with_extension("pub"), keys.join("ada.pub")).unwrap();
        for line in [
            "GIT_COORD_NONCE=1 git-coord init --actor ada",
            "git-coord add 'İ ı ß' --id A --estimate 2h-3h --step x",
            "git-coord claim A",
            "git-coord snapshot --label x --write ../files",
        ] {
            let output = world.shell(&format!("{setup}; {line}"));
            assert_eq!(output.code, 0, "{output:?}");
        }
        let folder = place(&world, "files");
        let files = laid_out(&folder.join("2025-10-15"));
        let files: Vec<(PathBuf, Vec<u8>)> = files
            .into_iter()
            .map(|(path, bytes)| (path.strip_prefix(&folder).unwrap().to_owned(), bytes))
            .collect();
        assert!(files.len() >= 5, "{files:?}");
        let mode = |path: PathBuf| {
            use std::os::unix::fs::PermissionsExt as _;
            fs::metadata(path).unwrap().permissions().mode() & 0o077
        };
        assert_eq!(mode(keys.join("ada")), 0);
        (world.git(&["rev-parse", "refs/coord/ledger"]), files)
    });
    assert_eq!(tips[0], tips[1]);
}

#[test]
fn a_generated_key_is_for_its_owner_alone_whatever_the_umask() {
    let world = World::new();
    let made = world.shell(
        "umask 000; git-coord init --actor ada && stat -c %a .git/coord/keys/ada .git/coord/keys",
    );
    assert!(made.stdout.ends_with("\n600\n700\n"), "{made:?}");
}

/// The digests of a clone's records, in a file.
fn digests(world: &World, folder: &Path, name: &str) -> PathBuf {
    let output = world.run(
        world
            .command("git-coord", folder)
            .args(["verify", "--digests"]),
    );
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    let file = world.home().join(name);
    fs::write(&file, output.stdout).unwrap();
    file
}

#[test]
fn two_clones_find_the_first_record_in_which_they_differ() {
    let world = day();
    let other = world.home().join("other");
    world.git(&["clone", "--quiet", "--mirror", ".", other.to_str().unwrap()]);
    let there = digests(&world, &other, "there");
    let compare = |file: &Path| world.coord(&["verify", "--compare", file.to_str().unwrap()]);
    let same = compare(&there);
    assert_eq!(same.code, 0, "{same:?}");
    assert!(same.stdout.starts_with("the same state, blake3:"));
    world.done("edit B --priority low");
    let differs = compare(&there);
    assert_eq!((differs.code, differs.stderr.as_str()), (1, ""));
    assert!(
        differs.stdout.starts_with("another state, blake3:"),
        "{differs:?}"
    );
    let first = differs.stdout.lines().next().unwrap();
    assert!(first.ends_with(": record 'B' of tasks differs"), "{first}");
    assert!(differs.stdout.ends_with(": all good\n"), "{differs:?}");
    let json = world.coord(&["verify", "--json", "--compare", there.to_str().unwrap()]);
    assert_eq!(json.code, 1);
    let compared = &json.data("coord.verify/1")["compared"];
    assert_eq!(compared["same"], false);
    assert_eq!(compared["first"]["part"], "tasks");
    assert_eq!(compared["first"]["record"], "B");
    assert_ne!(compared["first"]["here"], compared["first"]["there"]);
    // The other way round, and through a pipe.
    world.done("add --id NEW Something");
    let here = digests(&world, &world.work(), "here");
    let piped = world.shell(&format!(
        "cd '{}' && git coord verify --compare - < '{}'",
        other.display(),
        here.display()
    ));
    assert_eq!(piped.code, 1, "{piped:?}");
    assert!(
        piped.stdout.contains("record 'B' of tasks differs"),
        "{piped:?}"
    );
}

#[test]
fn the_state_is_compared_with_that_of_a_remote_and_of_a_bundle() {
    let world = day();
    let compare = |with: &str| world.coord(&["verify", "--json", "--compare", with]);
    let home = world.home().join("home.git");
    world.git(&["init", "--quiet", "--bare", home.to_str().unwrap()]);
    world.git(&["remote", "add", "origin", home.to_str().unwrap()]);
    compare("origin").failed("no_ledger_there", 128);
    world.done("sync");
    world.git(&[
        "bundle",
        "create",
        "--quiet",
        "b.bundle",
        "refs/coord/ledger",
    ]);
    let places = ["origin", home.to_str().unwrap(), "b.bundle"];
    for place in places {
        let same = compare(place);
        assert_eq!(same.code, 0, "{place}: {same:?}");
        assert_eq!(same.data("coord.verify/1")["compared"]["same"], true);
    }
    world.done("edit B --priority low");
    let refs = || world.git(&["for-each-ref", "refs/coord", "refs/coord-anchor"]);
    let before = refs();
    for place in places {
        let differs = compare(place);
        assert_eq!(differs.code, 1, "{place}: {differs:?}");
        let first = &differs.data("coord.verify/1")["compared"]["first"];
        assert_eq!(first["part"], "tasks", "{place}");
        assert_eq!(first["record"], "B", "{place}");
    }
    assert_eq!(refs(), before);
    let other = World::new();
    other.done("init --actor ada");
    compare(other.work().to_str().unwrap()).failed("other_ledger", 128);
}

#[test]
fn damaged_and_hostile_digests_are_refused() {
    let world = day();
    let file = digests(&world, &world.work(), "digests");
    let good = fs::read_to_string(&file).unwrap();
    let refused = |text: &[u8], why: &str| {
        fs::write(&file, text).unwrap();
        let output = world.coord(&["verify", "--json", "--compare", file.to_str().unwrap()]);
        output.failed("cannot_read", 128);
        assert!(output.stdout.contains(why), "{output:?}");
    };
    refused(b"", "does not have the digests of a state");
    refused(b"\xff\0\x1b[2J", "it does not begin with 'coord.digests 1'");
    let (first, rest) = good.split_once('\n').unwrap();
    let other = first.replace(&first[first.len() - 64..], &"0".repeat(64));
    refused(
        format!("{other}\n{rest}").as_bytes(),
        "those of another ledger",
    );
    let cut = &good[..good.rfind("\nblake3:").unwrap()];
    refused(cut.as_bytes(), "does not follow");
    refused(
        format!("{good}nonsense\n").as_bytes(),
        "is not a digest with the name of a part",
    );
    let record = good
        .lines()
        .find(|line| line.ends_with(" tasks B"))
        .unwrap();
    let digit = if &record[7..8] == "0" { "1" } else { "0" };
    let changed = format!("blake3:{digit}{}", &record[8..]);
    refused(
        good.replace(record, &changed).as_bytes(),
        "the digest of tasks does not follow",
    );
    let output = world.coord(&["verify", "--json", "--compare", "no-such-file"]);
    output.failed("remote_failed", 128);
}
