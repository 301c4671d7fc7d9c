//! Everything that can be wrong around a command: an error in git's manner, its code and exit status, nothing half done.
//!
//! Not here: forged entries, crashes and full disks.

mod caches;
mod clock;
mod config;
mod ids;
mod keys;
mod objects;
mod options;
mod plans;
mod refs;
mod texts;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::world::{EXPORTS, Output, World};

/// Every command that needs a ledger, but for `export`, with arguments that are good in [`ledger`].
const COMMANDS: &[&str] = &[
    "status",
    "list",
    "show E",
    "html",
    "inbox",
    "log",
    "log E",
    "snapshots",
    "diff now now",
    "verify",
    "actor list",
    "actor add codex --generate",
    "actor retire-key ada",
    "actor revoke-key ada",
    "add Title",
    "edit E --group x",
    "claim E",
    "claim E --dry-run",
    "release E",
    "progress E 60",
    "step E 1",
    "block E why",
    "unblock E",
    "comment E text",
    "done E",
    "cancel E",
    "reopen E",
    "import plan.json",
    "import --dry-run plan.json",
    "snapshot",
    "sync box",
    "plan",
    "ready",
    "brief",
    "paths",
    "wait E done",
    "undo @",
    "target",
    "policy",
    "renew E",
    "handoff E --to codex",
    "configure",
    "upgrade",
    "integrate E",
    "worktree list",
    "submit E",
    "approve E",
    "reject E --note why",
    "tick E 1",
    "guard list",
    "report",
    "metrics",
    "observe worktrees",
    "acknowledge @",
];

/// A ledger of six entries: four tasks, of which `E` has a specification and a comment.
fn ledger() -> World {
    let world = World::new();
    fs::write(world.work().join("plan.json"), PLAN).unwrap();
    fs::write(world.work().join("spec.md"), "as it is meant\n").unwrap();
    for line in [
        "init --actor ada",
        "add --id E --body spec.md --step one Engine",
        "add --id E402-1 Batch",
        "add --id E402-2 Batch",
        "add --id CC-1 Review",
        "comment E well",
    ] {
        world.done(line);
    }
    world
}

const PLAN: &str =
    r#"[{"id": "P1", "title": "one"}, {"id": "P2", "title": "two", "depends_on": ["P1"]}]"#;

/// Where the commit, tree or blob of this name is kept.
fn object_path(world: &World, name: &str) -> PathBuf {
    let id = world.git(&["rev-parse", name]);
    let (folder, file) = id.trim().split_at(2);
    world.work().join(".git/objects").join(folder).join(file)
}

/// Asserts that every command fails like this, in text and as JSON, and leaves everything as it was.
#[track_caller]
fn every_command_fails(world: &World, code: &str) {
    // A file can bring a ledger, so such a sync needs none.
    let needs_one = |line: &&&str| code != "no_ledger" || **line != "sync box";
    for line in COMMANDS.iter().chain(&EXPORTS).filter(needs_one) {
        fails(world, &line.split(' ').collect::<Vec<_>>(), code, 128);
    }
}

/// Asserts that a command fails like this, in text and as JSON, and leaves everything as it was; its words in text.
#[track_caller]
fn fails(world: &World, words: &[&str], code: &str, exit: i32) -> String {
    let before = files(&world.work().join(".git"));
    let told = world.coord(words);
    assert_eq!(
        (told.code, told.stdout.as_str()),
        (exit, ""),
        "{words:?}: {told:?}"
    );
    in_gits_manner(&told);
    let mut with_json = words.to_vec();
    with_json.insert(0, "--json");
    world.coord(&with_json).failed(code, exit);
    let after = files(&world.work().join(".git"));
    assert!(
        before == after,
        "{words:?} left {:?}",
        differing(&before, &after)
    );
    told.stderr
}

/// `error:` in lower case and without a full stop, then at most hints; nothing that could drive a terminal.
#[track_caller]
fn in_gits_manner(told: &Output) {
    let mut lines = told.stderr.lines();
    let first = lines.next().unwrap_or_default();
    let message = first.strip_prefix("error: ");
    assert!(
        message.is_some_and(|it| !is_sentence(it) && !it.ends_with('.')),
        "{told:?}"
    );
    let known = |line: &str| {
        ["error: ", "hint: ", "usage: "]
            .iter()
            .any(|it| line.starts_with(it))
    };
    assert!(lines.all(known), "{told:?}");
    harmless(&told.stderr);
}

/// Whether a text begins with a capital letter that does not belong to the name of a variable.
fn is_sentence(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Visible characters and line feeds only.
#[track_caller]
fn harmless(text: &str) {
    let bad = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert_eq!(text.chars().find(bad), None, "{text:?}");
}

/// Git finds nothing wrong, every entry is good, and the next good command goes through.
#[track_caller]
fn is_sound(world: &World) {
    world.git(&["fsck", "--strict", "--no-dangling"]);
    world.done("verify");
    world.done("comment E onward");
    world.done("verify");
}

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// The cache, the locks and the objects may be left over.
const PASSED_OVER: [&str; 4] = [
    "coord/cache",
    "coord/queue.lock",
    "coord/sync.lock",
    ".git/objects",
];

/// Every file below a git directory with its contents, but for those that are passed over.
fn files(folder: &Path) -> Files {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if PASSED_OVER.iter().any(|end| path.ends_with(end)) {
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

fn differing<'a>(one: &'a Files, other: &'a Files) -> Vec<&'a PathBuf> {
    let paths = one.keys().chain(other.keys());
    paths
        .filter(|path| one.get(*path) != other.get(*path))
        .collect()
}

#[test]
fn without_a_ledger_every_command_says_so_and_leaves_nothing() {
    let world = World::new();
    fs::write(world.work().join("plan.json"), PLAN).unwrap();
    world.git(&["config", "coord.actor", "ada"]);
    every_command_fails(&world, "no_ledger");
    let told = world.coord(&["status"]).stderr;
    assert_eq!(
        told,
        "error: this repository has no ledger\nhint: git coord init\n"
    );
    assert!(!world.work().join(".git/coord/keys/codex").exists());
}

#[test]
fn every_command_that_needs_a_ledger_is_tried() {
    let help = World::empty().done("-h");
    // The commands stand in groups, each with a heading; after them come the options.
    let lines = help.lines().take_while(|line| *line != "Options:");
    let listed: Vec<&str> = lines
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .collect();
    assert!(listed.len() > 40, "{help}");
    let missing: Vec<&str> = listed
        .into_iter()
        .filter(|name| {
            let need_none = [
                "init",
                "clone",
                "demo",
                "doctor",
                "hooks",
                "repair",
                "help",
                "setup",
                "prime",
                "man",
                "completion",
                "schema",
            ];
            // The board needs a terminal first.
            !need_none.contains(name) && *name != "board"
        })
        .filter(|name| {
            let mut lines = COMMANDS.iter().chain(&EXPORTS);
            !lines.any(|line| line.split(' ').next() == Some(name))
        })
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn an_entry_stays_when_its_answer_cannot_be_printed() {
    let world = ledger();
    let count = |world: &World| world.git(&["rev-list", "--count", "refs/coord/ledger"]);
    assert_eq!(count(&world), "6\n");
    let told = world.shell("git-coord comment E x >/dev/full");
    assert_eq!(told.code, 128, "{told:?}");
    assert!(
        told.stderr
            .starts_with("error: cannot write to standard output: "),
        "{told:?}"
    );
    assert_eq!(count(&world), "7\n");
    let told = world.shell("git-coord comment E x >&- 2>&- <&-");
    assert_eq!((told.code, count(&world).as_str()), (0, "8\n"), "{told:?}");
    for line in ["status", "log --json", "export --format csv", "verify"] {
        let told = world.shell(&format!("git-coord {line} >/dev/full"));
        assert_eq!(told.code, 128, "{line}: {told:?}");
        in_gits_manner(&told);
    }
    is_sound(&world);
}
