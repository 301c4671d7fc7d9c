//! `setup`: the files of each host, and every byte as it was after `--remove`.
//!
//! Not here: how texts are changed (unit tests of `cli::commands::setup`).

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::world::World;

const HOSTS: [&str; 5] = ["claude", "codex", "copilot", "cursor", "agents"];

/// Every file and link of the worktree, with its content or target, and its permissions.
fn tree(world: &World) -> BTreeMap<PathBuf, (Vec<u8>, u32)> {
    fn add(found: &mut BTreeMap<PathBuf, (Vec<u8>, u32)>, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let about = fs::symlink_metadata(&path).unwrap();
            if path.ends_with(".git") {
                continue;
            }
            let content = if about.is_symlink() {
                fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes()
            } else if about.is_dir() {
                add(found, &path);
                Vec::new()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path, (content, about.permissions().mode()));
        }
    }
    let mut found = BTreeMap::new();
    add(&mut found, &world.work());
    found
}

fn write(world: &World, path: &str, content: &str) {
    let path = world.work().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn read(world: &World, path: &str) -> String {
    fs::read_to_string(world.work().join(path)).unwrap()
}

/// Worktrees as users have them.
fn worktrees() -> Vec<(&'static str, World)> {
    let with = |files: &[(&str, &str)]| {
        let world = World::new();
        for (path, content) in files {
            write(&world, path, content);
        }
        world
    };
    let settings = "{\n    \"model\": \"x\",\n    \"permissions\": {\n\t\"allow\": [\"Bash(ls *)\", \"Bash(git coord status *)\"],\n\t\"deny\": []\n    },\n    \"hooks\": {\"SessionStart\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]}]}\n}";
    let linked = with(&[("CLAUDE.md", "# Mine\n")]);
    symlink("CLAUDE.md", linked.work().join("AGENTS.md")).unwrap();
    let deep = with(&[("docs/agents.md", "# Mine\nno line break at the end")]);
    symlink("docs/agents.md", deep.work().join("AGENTS.md")).unwrap();
    let private = with(&[
        ("AGENTS.md", "# Mine\n"),
        (".claude/settings.json", settings),
    ]);
    let mode = fs::Permissions::from_mode(0o600);
    fs::set_permissions(private.work().join("AGENTS.md"), mode).unwrap();
    vec![
        ("nothing", World::new()),
        (
            "content",
            with(&[
                ("AGENTS.md", "# Mine\n\ntext\n"),
                ("CLAUDE.md", "# Mine\n"),
                (".claude/settings.json", settings),
                (".codex/hooks.json", "{}\n"),
                (".agents/skills/other/SKILL.md", "x"),
            ]),
        ),
        (
            "CRLF",
            with(&[
                ("AGENTS.md", "# Mine\r\n\r\ntext\r\n"),
                ("CLAUDE.md", "a\r\nb"),
                (".claude/settings.json", &settings.replace('\n', "\r\n")),
            ]),
        ),
        (
            "no line break at the end",
            with(&[
                ("AGENTS.md", "# Mine"),
                ("CLAUDE.md", "x"),
                (".codex/hooks.json", "{\"hooks\": {}}"),
            ]),
        ),
        (
            "empty files",
            with(&[
                ("AGENTS.md", ""),
                ("CLAUDE.md", ""),
                (".claude/settings.json", "{ }"),
                (".codex/hooks.json", "{\n}\n"),
            ]),
        ),
        ("a link to CLAUDE.md", linked),
        ("a link into a folder", deep),
        ("a private file", private),
        (
            "a byte order mark",
            with(&[
                ("AGENTS.md", "\u{feff}# Mine\n"),
                (".claude/settings.json", "\u{feff}{\"a\": 1}"),
            ]),
        ),
        (
            "its own import",
            with(&[("CLAUDE.md", "# Mine\n@AGENTS.md\n")]),
        ),
    ]
}

#[test]
fn a_setup_and_its_removal_leave_every_byte_as_it_was() {
    for (name, world) in worktrees() {
        let before = tree(&world);
        for host in HOSTS {
            world.done(&format!("setup {host}"));
            let after = tree(&world);
            assert_ne!(before, after, "{name}: {host}");
            world.done(&format!("setup {host} --check"));
            // Once more changes nothing.
            let again = world.done(&format!("setup {host}"));
            assert_eq!(again, format!("{host} is set up already\n"), "{name}");
            assert_eq!(tree(&world), after, "{name}: {host}");
            world.done(&format!("setup {host} --remove"));
            assert_eq!(tree(&world), before, "{name}: {host}");
        }
    }
}

#[test]
fn hosts_share_files_and_each_takes_back_its_own_part() {
    for (name, world) in worktrees() {
        let before = tree(&world);
        let mut between = Vec::new();
        for host in HOSTS {
            between.push(tree(&world));
            world.done(&format!("setup {host}"));
        }
        assert_eq!(
            read(&world, "AGENTS.md").matches("git-coord:begin").count(),
            1,
            "{name}"
        );
        for host in HOSTS {
            world.done(&format!("setup {host} --check"));
        }
        for (host, before) in HOSTS.iter().zip(between).rev() {
            world.done(&format!("setup {host} --remove"));
            assert_eq!(tree(&world), before, "{name}: {host}");
        }
        assert_eq!(tree(&world), before, "{name}");
        // In any other order nothing of ours stays either.
        for host in HOSTS {
            world.done(&format!("setup {host}"));
        }
        for host in HOSTS {
            world.done(&format!("setup {host} --remove"));
        }
        assert_eq!(tree(&world), before, "{name}");
    }
}

#[test]
fn a_dry_run_and_a_check_change_nothing_and_an_overview_says_what_would_happen() {
    for (name, world) in worktrees() {
        let before = tree(&world);
        let diff = world.done("setup claude --dry-run");
        assert!(
            diff.contains("\n+## The plan of this repository"),
            "{name}: {diff}"
        );
        let check = world.coord(&["setup", "claude", "--check"]);
        assert_eq!(check.code, 1, "{name}: {check:?}");
        assert!(
            check.stdout.starts_with("claude is not set up\n"),
            "{check:?}"
        );
        let overview = world.done("setup");
        assert!(
            overview.contains("\n  git coord setup codex  # would "),
            "{overview}"
        );
        assert_eq!(
            world.done("setup codex --remove"),
            "nothing of codex is set up\n"
        );
        assert_eq!(tree(&world), before, "{name}");
    }
    let world = World::new();
    world.done("setup codex");
    let overview = world.done("setup");
    assert!(
        overview.contains("codex: found .codex; set up\n"),
        "{overview}"
    );
    assert!(overview.contains("; partly set up\n") || overview.contains("; not set up\n"));
    let all = world.coord(&["setup", "--json"]).data("coord.setup/1");
    assert_eq!(all["hosts"].as_array().unwrap().len(), 5);
}

#[test]
fn files_of_other_people_keep_their_order_and_their_form() {
    let world = World::new();
    let settings = "{\"z\":1,  \"a\" : [1,2,\n3],\"permissions\":{\"deny\":[\"Bash(rm *)\"]}}";
    write(&world, ".claude/settings.json", settings);
    world.done("setup claude");
    let after = read(&world, ".claude/settings.json");
    assert!(
        after.starts_with(
            "{\"z\":1,  \"a\" : [1,2,\n3],\"permissions\":{\"deny\":[\"Bash(rm *)\"],\n"
        ),
        "{after}"
    );
    let settings: Value = serde_json::from_str(&after).unwrap();
    let allowed = settings["permissions"]["allow"].as_array().unwrap();
    assert!(
        allowed
            .iter()
            .all(|rule| rule.as_str().unwrap().starts_with("Bash(git coord "))
    );
    assert!(
        settings["hooks"]["SessionStart"][0]["hooks"][0]["command"]
            == "git coord prime --hook claude"
    );
    let agents = read(&world, "AGENTS.md");
    assert!(agents.lines().count() <= 12, "{agents}");
    assert!(
        read(&world, "CLAUDE.md")
            .lines()
            .any(|line| line == "@AGENTS.md")
    );
}

#[test]
fn what_cannot_be_changed_safely_is_refused_and_nothing_is_changed() {
    let refused = |prepare: &dyn Fn(&World), why: &str| {
        let world = World::new();
        prepare(&world);
        let before = tree(&world);
        let output = world.coord(&["setup", "claude", "--json"]);
        output.failed("setup_refused", 128);
        let said = output.json()["error"]["message"].to_string();
        assert!(said.contains(why), "{said}");
        assert_eq!(tree(&world), before, "{why}");
        // The overview says so, too.
        assert!(world.done("setup").contains(why));
    };
    refused(
        &|it| write(it, "AGENTS.md", "<!-- git-coord:begin v1 for claude -->\n"),
        "has no end",
    );
    refused(
        &|it| {
            write(
                it,
                "AGENTS.md",
                "<!-- git-coord:begin v7 -->\nx\n<!-- git-coord:end -->\n",
            )
        },
        "does not know",
    );
    refused(
        &|it| write(it, ".claude/settings.json", "{\"a\": 1,}"),
        "not valid JSON",
    );
    refused(
        &|it| write(it, ".claude/settings.json", "{\"hooks\": []}"),
        "is not an object",
    );
    refused(
        &|it| write(it, ".claude/skills/git-coord/SKILL.md", "mine"),
        "not from this version",
    );
    refused(
        &|it| fs::create_dir(it.work().join("AGENTS.md")).unwrap(),
        "not a file",
    );
    refused(
        &|it| fs::write(it.work().join("AGENTS.md"), b"\xff\xfea\0").unwrap(),
        "not UTF-8",
    );
    refused(
        &|it| symlink("gone.md", it.work().join("AGENTS.md")).unwrap(),
        "leads nowhere",
    );
    refused(
        &|it| symlink(it.home().join(".gitconfig"), it.work().join("AGENTS.md")).unwrap(),
        "out of the worktree",
    );
    refused(
        &|it| symlink(it.home(), it.work().join(".claude")).unwrap(),
        "out of the worktree",
    );
    refused(
        &|it| symlink(".git/config", it.work().join("AGENTS.md")).unwrap(),
        "out of the worktree",
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named_and_nothing_is_changed() {
    let world = World::new();
    // A file in the place of the folder cannot be written for anybody.
    write(&world, ".codex/rules", "a file");
    write(&world, "AGENTS.md", "# Mine\n");
    let before = tree(&world);
    let output = world.coord(&["setup", "codex"]);
    assert_eq!(output.code, 128);
    assert!(output.stderr.starts_with("error: cannot "), "{output:?}");
    assert!(
        output.stderr.contains(".codex/rules/git-coord.rules"),
        "{output:?}"
    );
    assert_eq!(tree(&world), before);
    if nix::unistd::geteuid().is_root() {
        return;
    }
    let world = World::new();
    write(&world, ".claude/settings.json", "{}");
    let mode = |mode| {
        let folder = world.work().join(".claude");
        fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o555);
    let before = tree(&world);
    let output = world.coord(&["setup", "claude"]);
    assert!(
        output.stderr.contains("cannot write '.claude/"),
        "{output:?}"
    );
    assert_eq!(tree(&world), before);
    mode(0o755);
}

#[test]
fn a_session_is_primed_once_although_two_hooks_call_us() {
    let world = World::new();
    write(
        &world,
        ".claude/settings.json",
        "{\"enabledPlugins\": {\"git-coord@git-coord\": true}}",
    );
    world.done("setup claude");
    let settings = read(&world, ".claude/settings.json");
    assert!(!settings.contains("SessionStart") && settings.contains("Bash(git coord claim *)"));
    world.done("setup claude --check");
    world.done("setup claude --remove");
    assert_eq!(
        read(&world, ".claude/settings.json"),
        "{\"enabledPlugins\": {\"git-coord@git-coord\": true}}"
    );
}

#[test]
fn a_setup_needs_a_worktree_and_no_ledger() {
    let world = World::new();
    world.done("setup agents");
    world.git(&["clone", "-q", "--bare", ".", "bare"]);
    world
        .coord(&["-C", "bare", "setup", "--json"])
        .failed("setup_refused", 128);
}
