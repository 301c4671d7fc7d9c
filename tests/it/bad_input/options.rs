//! No value becomes an option of git, a path out of its folder, or another ref.
//!
//! Not here: texts on a terminal (`texts`), and links below a snapshot folder (`cli::files::layout`).

use std::os::unix::fs::symlink;

use git_coord::core::entry::event::{Event, LedgerEvent, WorkEvent, ledger::LedgerFact};

use super::*;
use crate::forge::Forge;

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

/// A repository with the branches `main` and `feature`.
fn repository() -> World {
    let world = World::new();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "first"]);
    world.git(&["branch", "feature"]);
    world
}

fn world() -> World {
    let world = repository();
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

/// Entries of a modified client: fields that a command may pass on to git.
#[test]
fn no_field_of_an_entry_becomes_an_option_of_git() {
    let texts = [
        "--upload-pack=touch ran",
        "ext::sh -c touch% ran",
        "-oProxyCommand=touch ran",
    ];
    for text in texts {
        let forge = Forge::in_world(repository());
        let world = &forge.world;
        let text = || text.parse().unwrap();
        let bound = WorkEvent::WorktreeBound {
            task: forge.task("A"),
            worktree: Some(text()),
        };
        for (author, event) in [
            (
                &forge.ada,
                Event::Ledger(LedgerEvent::Configured(vec![LedgerFact::HomeRef(text())])),
            ),
            (
                &forge.ada,
                Event::Ledger(LedgerEvent::Configured(vec![LedgerFact::HomeUrl(Some(
                    text(),
                ))])),
            ),
            (&forge.codex, Event::Work(bound)),
        ] {
            let entry = forge.next(author, vec![event]);
            forge.plant(&forge.sign(&forge.parts(&entry), author));
            for line in [
                "sync",
                "sync --dry-run",
                "doctor",
                "doctor --remote origin",
                "worktree list",
                "observe worktrees",
                "integrate A",
                "brief codex",
                "worktree remove A",
                "worktree add A",
            ] {
                let told = world.shell(&format!("git coord --actor ada {line}"));
                assert!(matches!(told.code, 0 | 1 | 128), "{line}: {told:?}");
            }
        }
        let found = world.shell("find .. -name ran").stdout;
        assert_eq!(found, "");
        world.git(&["rev-parse", "--verify", "--quiet", "refs/heads/feature"]);
    }
}

#[test]
fn nothing_is_written_through_a_link_in_the_place_of_an_outbox_a_cache_or_a_key() {
    for (link, line) in [
        ("ob", "git coord --outbox ob add x --id OB"),
        (".git/coord/cache", "git coord list && git coord add y"),
        (
            ".git/coord/keys/new",
            "git coord actor add new --role worker --generate",
        ),
        (
            ".git/coord/keys/new.pub",
            "git coord actor add new --role worker --generate",
        ),
    ] {
        for there in [true, false] {
            let world = world();
            let victim = world.home().join("victim");
            if there {
                fs::write(&victim, "mine").unwrap();
            }
            let link = world.work().join(link);
            let _ = fs::remove_dir_all(&link);
            symlink(&victim, &link).unwrap();
            let told = world.shell(line);
            assert_ne!(told.code, 101, "{line}: {told:?}");
            let now = fs::read_to_string(&victim).ok();
            assert_eq!(now.as_deref(), there.then_some("mine"), "{line}: {told:?}");
        }
    }
}

#[test]
fn a_folder_that_is_swapped_for_a_link_meanwhile_leads_no_snapshot_out() {
    let world = world();
    let told = world.shell(
        "mkdir snaps ../victim; day=$(git log -1 --format=%cs refs/coord/ledger)
         for n in 1 2 3 4 5 6 7 8; do mkdir ../victim/l$n; echo mine >../victim/l$n/mine; done
         (until test -e ../stop; do mv snaps/$day snaps/real; ln -s ../../victim snaps/$day; rm -f snaps/$day; mv snaps/real snaps/$day; done) 2>/dev/null &
         for n in 1 2 3 4 5 6 7 8; do git coord snapshot l$n --write snaps >/dev/null 2>&1; done; touch ../stop; wait
         find ../victim -type f | sort",
    );
    let kept = (1..9).map(|n| format!("../victim/l{n}/mine\n"));
    assert_eq!(told.stdout, kept.collect::<String>(), "{told:?}");
}
