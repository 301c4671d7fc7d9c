//! No value becomes an option of git, a path out of its folder, or another ref.
//!
//! Not here: texts on a terminal (`texts`), and links below a snapshot folder (`cli::files::layout`).

use std::os::unix::fs::symlink;

use super::*;

/// Values that git would take for an option, a path, a pattern or several refs.
const HOSTILE: &[&str] = &[
    "-D",
    "-M",
    "--edit-description",
    "--upload-pack=touch ran",
    "--output=ran",
    "-oran",
    "../../ran",
    "refs/../ran",
    "a..b",
    "a:b",
    "*",
    "HEAD",
    "main.lock",
    "a b",
    "@{u}",
];

/// What a command must leave as it is: the refs beside the ledger, the config, and the files around the repository.
fn traces(world: &World) -> (String, String, Vec<String>) {
    let refs = world.git(&[
        "for-each-ref",
        "--format=%(refname) %(objectname)",
        "refs/heads",
    ]);
    let config = world.git(&["config", "--local", "--list"]);
    let around = [world.work(), world.work().join("..")];
    let names = around
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    (refs, config, names)
}

fn world() -> World {
    let world = World::new();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "first"]);
    world.git(&["branch", "feature"]);
    world.done("init --actor ada");
    world.done("add --id EV Innocent");
    world
}

#[test]
fn a_branch_that_git_does_not_allow_is_refused_wherever_it_is_named() {
    let world = world();
    let before = traces(&world);
    for value in HOSTILE {
        let branch = format!("--branch={value}");
        for words in [
            &["add", "Innocent", "--id", "X", &branch][..],
            &["edit", "EV", &branch],
        ] {
            let refused = world.coord(words);
            assert_eq!(refused.code, 129, "{words:?}: {refused:?}");
        }
    }
    assert_eq!(traces(&world), before);
    assert_eq!(
        world.git(&["rev-list", "--count", "refs/coord/ledger"]),
        "2\n"
    );
}

#[test]
fn an_imported_branch_that_git_does_not_allow_is_left_out_with_a_finding() {
    for value in HOSTILE {
        let world = world();
        let plan = format!("| ID | Task | Branch |\n|---|---|---|\n| P | One | `{value}` |\n");
        fs::write(world.home().join("p.md"), plan).unwrap();
        let output = world.coord(&["import", "../home/p.md", "--json"]);
        let data = output.data("coord.import/1");
        let task = world.coord(&["show", "P", "--json"]).data("coord.show/1");
        assert!(task["task"]["branch"].is_null(), "{value}: {task}");
        let findings = data["findings"].to_string();
        assert!(findings.contains("gets no branch"), "{value}: {findings}");
    }
}

#[test]
fn no_command_passes_a_hostile_value_on_to_git_as_an_option() {
    let world = world();
    world.done("claim EV");
    let before = traces(&world);
    for value in HOSTILE {
        for words in [
            &["worktree", "add", "EV", "--base", value][..],
            &["submit", "EV", "--commit", value],
            &["done", "EV", "--commit", value],
            &["approve", "EV", "--commit", value],
            &["sync", "--remote", value],
            &["sync", value],
            &["show", value],
            &["status", "--at", value],
            &["diff", value, value],
            &["observe", "worktrees", "--remote", value],
            &["guard", "record", "G1", "pass", "--evidence", value],
            &["snapshot", "--label", value],
            &["log", value],
            &["verify", value],
            &["worktree", "add", value],
        ] {
            // Some values are good here: HEAD is a revision, and `a..b` a label.
            let output = world.coord(words);
            assert_ne!(output.code, 101, "{words:?}: {output:?}");
        }
    }
    let after = traces(&world);
    assert_eq!(
        after
            .0
            .lines()
            .filter(|line| !line.contains("task/EV"))
            .count(),
        2
    );
    assert_eq!(after.1, before.1);
    assert!(!after.2.contains(&"ran".to_owned()), "{:?}", after.2);
}

#[test]
fn a_snapshot_is_not_written_through_a_link() {
    let world = world();
    let victim = world.home().join("victim/morning");
    fs::create_dir_all(&victim).unwrap();
    fs::write(victim.join("mine"), "1").unwrap();
    let snapshots = world.work().join("snaps");
    fs::create_dir(&snapshots).unwrap();
    let day = world
        .done("report")
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '-')
        .take(10)
        .collect::<String>();
    symlink("../../home/victim", snapshots.join(&day)).unwrap();
    let refused = world.coord(&[
        "snapshot", "--label", "morning", "--write", "snaps", "--json",
    ]);
    refused.failed("cannot_write", 128);
    assert_eq!(fs::read_to_string(victim.join("mine")).unwrap(), "1");
    assert_eq!(fs::read_dir(&victim).unwrap().count(), 1);
}

#[test]
fn a_hint_passes_no_remote_on_to_git_as_an_option() {
    let world = world();
    world.git(&["config", "remote.-x.url", "../nowhere"]);
    for words in [
        &["sync", "--", "--upload-pack=touch ran"][..],
        &["sync", "--", "-x"],
        &["doctor", "--remote=-x"],
    ] {
        let output = world.coord(words);
        let told = output.stdout.clone() + &output.stderr;
        let hint = told
            .lines()
            .find_map(|line| line.split_once("git ls-remote "));
        let hint = hint.map_or("", |(_, hint)| hint);
        assert!(hint.starts_with("-- "), "{words:?}: {told}");
        let pasted = world.shell(&format!("git ls-remote {hint}"));
        assert!(!pasted.stderr.contains("unknown"), "{words:?}: {pasted:?}");
    }
    assert!(!world.work().join("ran").exists());
}

#[test]
fn an_id_that_git_does_not_allow_in_a_branch_gets_a_worktree_all_the_same() {
    let world = world();
    for id in ["a..b", "x.lock", "A.", "HEAD"] {
        world.done(&format!("add t --id {id}"));
        world.done(&format!("worktree add {id} --actor ada"));
        world.done(&format!("worktree remove {id}"));
    }
    let left = world.git(&["worktree", "list"]);
    assert_eq!(left.lines().count(), 1, "{left}");
}

#[test]
fn a_tag_of_the_same_name_is_not_taken_for_the_branch_of_a_task() {
    let world = world();
    world.git(&["tag", "task/EV", "feature"]);
    world.done("worktree add EV --actor ada");
    let head = world.git(&["-C", "../work-EV", "symbolic-ref", "HEAD"]);
    assert_eq!(head, "refs/heads/task/EV\n");
}

#[test]
fn a_link_in_the_place_of_a_snapshot_or_of_its_file_is_not_followed() {
    let world = world();
    let victim = world.home().join("victim");
    fs::write(&victim, "mine").unwrap();
    let taken = world.done("snapshot --label morning --write snaps");
    let folder = taken.split_whitespace().last().unwrap().to_owned();
    let folder = world.work().join(folder);
    let file = folder.join("status.json");
    fs::remove_file(&file).unwrap();
    symlink(&victim, &file).unwrap();
    world.done("snapshot --label morning --write snaps");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    fs::remove_dir_all(&folder).unwrap();
    symlink(world.home().join("nothing"), &folder).unwrap();
    let words = [
        "snapshot", "--label", "morning", "--write", "snaps", "--json",
    ];
    world.coord(&words).failed("cannot_write", 128);
    assert!(!world.home().join("nothing").exists());
}
