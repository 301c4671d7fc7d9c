//! Installing beside other hooks: the user's, a manager's, in another folder, or in the config of a newer git.
//!
//! Not here: the effect of the hooks.

use std::{fs, os::unix::fs::symlink};

use super::{data, message, says, script, state_of, team, traces};
use crate::world::World;

const NAMES: [&str; 8] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "post-rewrite",
    "pre-push",
];

#[test]
fn each_hook_is_run_by_git_and_answers() {
    let world = World::new();
    let before = world.coord(&["hooks", "status", "--json"]);
    assert_eq!(before.code, 1);
    world.done("hooks install");
    let status = data(&world, "hooks status", "coord.hooks/1");
    assert_eq!(status["good"], true, "{status}");
    for name in NAMES {
        assert_eq!(state_of(&status, name)["state"], "works");
    }
    assert_eq!(status["hooks"].as_array().unwrap().len(), NAMES.len());
    world.done("hooks install --protect-ledger");
    let status = data(&world, "hooks status", "coord.hooks/1");
    assert_eq!(state_of(&status, "reference-transaction")["state"], "works");
    let again = data(&world, "hooks install", "coord.hooks/1");
    let states = again["hooks"].as_array().unwrap().iter();
    assert!(
        states.clone().all(|hook| hook["state"] == "kept"),
        "{again}"
    );
}

#[test]
fn a_hook_that_git_does_not_run_is_reported() {
    let world = team();
    let hooks = world.work().join(".git/hooks");
    let why = |name: &str| {
        let output = world.coord(&["hooks", "status", "--json"]);
        assert_eq!(output.code, 1, "{output:?}");
        let status = output.data("coord.hooks/1");
        let hook = state_of(&status, name);
        assert_eq!(hook["state"], "fails", "{status}");
        hook["why"].as_str().unwrap().to_owned()
    };
    says(&world, "chmod -x .git/hooks/post-merge");
    assert!(why("post-merge").starts_with("git ran it, but it did not reach"));
    let doctor = world.coord(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(
        doctor
            .stdout
            .contains("wrong: post-merge does not work: git ran it"),
        "{doctor:?}"
    );
    says(&world, "git-coord hooks install; git-coord doctor");
    let text = fs::read_to_string(hooks.join("pre-commit")).unwrap();
    let text = text.replacen("#!/bin/sh\n", "#!/bin/sh\nexit 0\n", 1);
    fs::write(hooks.join("pre-commit"), text).unwrap();
    assert_eq!(
        why("pre-commit"),
        "git ran it, but it did not reach git-coord"
    );
    world.git(&["config", "core.hooksPath", "elsewhere"]);
    let status = world.coord(&["hooks", "status", "--json"]);
    assert_eq!(status.code, 1, "{status:?}");
}

#[test]
fn a_missing_program_is_reported_but_does_not_stop_commits() {
    let world = team();
    let without = |line: &str| {
        let line = format!("PATH=${{PATH#*:}}; {line}");
        world.shell(&line)
    };
    let program = env!("CARGO_BIN_EXE_git-coord");
    let status = without(&format!("{program} hooks status"));
    assert_eq!(status.code, 1);
    assert!(
        status.stdout.contains("did not reach git-coord"),
        "{status:?}"
    );
    // One hook of the commit says so, and only if it would do something.
    let said = "warning: git-coord is not on the path, so this commit is not recorded\n";
    for (line, said) in [
        ("git commit --quiet --allow-empty -m x", said),
        ("git commit --quiet --allow-empty --no-verify -m x", said),
        (
            "git worktree add --quiet --detach ../other; git -C ../other commit --quiet --allow-empty -m x",
            said,
        ),
        (
            "git -c coord.hooks.enabled=false commit --quiet --allow-empty -m x",
            "",
        ),
        (
            "git -c core.editor=true rebase --quiet --force-rebase HEAD~2",
            "",
        ),
        (
            "git switch --quiet --create other; git branch --delete --quiet main",
            "",
        ),
    ] {
        let output = without(line);
        assert_eq!((output.code, output.stderr.as_str()), (0, said), "{line}");
    }
    assert_eq!(message(&world), "x");
    world.git(&["update-ref", "-d", "refs/coord/ledger"]);
    let commit = without("git commit --quiet --allow-empty -m x");
    assert_eq!((commit.code, commit.stderr.as_str()), (0, ""));
}

#[test]
fn uninstalling_leaves_no_trace() {
    let world = World::new();
    let hooks = world.work().join(".git/hooks");
    fs::remove_dir_all(&hooks).ok();
    let config = || fs::read(world.work().join(".git/config")).unwrap();
    let before = config();
    for line in [
        "hooks install --protect-ledger",
        "hooks install",
        "hooks uninstall",
    ] {
        world.done(line);
    }
    assert!(!hooks.exists());
    assert_eq!(config(), before);

    script(&hooks.join("pre-commit"), "#!/bin/sh\nexec true\n");
    script(
        &hooks.join("pre-push"),
        "#!/usr/bin/env bash\ncat >/dev/null",
    );
    script(&hooks.join("commit-msg"), "#!/bin/sh");
    script(&hooks.join("post-commit"), "true\n");
    script(
        &hooks.join("post-merge"),
        "#!/usr/bin/env python3\nprint()\n",
    );
    fs::write(hooks.join("post-rewrite"), "#!/bin/sh\nfalse\n").unwrap();
    symlink("pre-commit", hooks.join("post-checkout")).unwrap();
    fs::write(hooks.join("pre-push.sample"), "x").unwrap();
    let before = traces(&hooks);
    assert_eq!(world.coord(&["hooks", "install"]).code, 1);
    assert_ne!(traces(&hooks), before);
    world.done("hooks uninstall");
    assert_eq!(traces(&hooks), before);
}

#[test]
fn lines_added_to_our_file_by_others_stay() {
    let world = World::new();
    world.done("hooks install");
    let path = world.work().join(".git/hooks/pre-commit");
    says(&world, "echo 'echo more' >>.git/hooks/pre-commit");
    world.done("hooks uninstall");
    assert_eq!(fs::read_to_string(path).unwrap(), "#!/bin/sh\necho more\n");
}

#[test]
fn existing_hooks_keep_their_arguments_input_and_exit_status() {
    let world = team();
    world.done("hooks uninstall");
    let hooks = world.work().join(".git/hooks");
    script(
        &hooks.join("pre-push"),
        "#!/bin/sh\nset -eu\necho \"args $*\"\nwhile read -r line; do echo \"line $line\"; done\nexit 3\n",
    );
    script(
        &hooks.join("commit-msg"),
        "#!/bin/sh\ngrep -q good \"$1\"\n",
    );
    script(
        &hooks.join("post-rewrite"),
        "#!/bin/sh\nset -eu\necho \"rewrite $1 $(cat)\"\n",
    );
    world.git(&["init", "--quiet", "--bare", "../home/remote.git"]);
    world.git(&["remote", "add", "origin", "../home/remote.git"]);
    let said = |line: &str| {
        let output = world.shell(line);
        (output.code, output.stdout, output.stderr)
    };
    let push = "git push origin HEAD:refs/heads/x HEAD:refs/heads/y";
    let nothing = "git push --quiet --tags origin";
    let amend = "git commit --quiet --allow-empty --amend -m 'good again' --date=now";
    let before = (
        said(push),
        said(nothing),
        said("git commit --quiet --allow-empty -m bad"),
    );
    assert!(
        before.0.1.contains("line HEAD") && before.0.0 != 0,
        "{before:?}"
    );
    world.done("hooks install");
    let after = (
        said(push),
        said(nothing),
        said("git commit --quiet --allow-empty -m bad"),
    );
    assert_eq!(before, after);
    let rewritten = said(amend);
    let new = world.git(&["rev-parse", "HEAD"]);
    assert!(rewritten.2.starts_with("rewrite amend "), "{rewritten:?}");
    assert!(rewritten.2.ends_with(&format!(" {new}")), "{rewritten:?}");
}

#[test]
fn husky_keeps_its_hooks_and_the_line_to_add_is_printed() {
    let world = team();
    world.done("hooks uninstall");
    world.git(&["config", "core.hooksPath", ".husky/_"]);
    let husky = world.work().join(".husky");
    script(
        &husky.join("_/h"),
        "#!/usr/bin/env sh\nsh -e \"$(dirname \"$(dirname \"$0\")\")/${0##*/}\" \"$@\"\n",
    );
    for name in NAMES {
        script(
            &husky.join("_").join(name),
            "#!/usr/bin/env sh\n. \"${0%/*}/h\"\n",
        );
    }
    let before = traces(&husky.join("_"));
    let output = world.coord(&["hooks", "install"]);
    assert_eq!(output.code, 1);
    assert!(
        output.stdout.contains(
            "commit-msg: the hooks folder is in the worktree: '.husky/_'; add to .husky/commit-msg:\n    \
             if command -v git-coord >/dev/null; then git-coord hook commit-msg \"$@\"; fi\n"
        ),
        "{output:?}"
    );
    assert_eq!(traces(&husky.join("_")), before);
    for name in NAMES {
        fs::write(husky.join(name), format!("git coord hook {name} \"$@\"\n")).unwrap();
    }
    world.done("hooks install");
    let status = data(&world, "hooks status", "coord.hooks/1");
    assert_eq!(state_of(&status, "pre-push")["state"], "added");
    world.done("claim A");
    world.git(&["switch", "--quiet", "-c", "task/A"]);
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]);
    assert_eq!(message(&world), "x\n\nCoord-Task: A");
    let left = world.coord(&["hooks", "uninstall"]);
    assert_eq!(left.code, 1);
    assert!(
        left.stdout.contains("remove from .husky/pre-push:"),
        "{left:?}"
    );
}

#[test]
fn files_of_other_managers_are_not_touched() {
    let world = World::new();
    let hooks = world.work().join(".git/hooks");
    for (name, text, told) in [
        (
            "pre-commit",
            "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\nexec x\n",
            "pre-commit: pre-commit wrote its file; add to .pre-commit-config.yaml:\n",
        ),
        (
            "pre-push",
            "#!/bin/sh\ncall_lefthook run \"pre-push\" \"$@\"\n",
            "pre-push: lefthook wrote its file; add to lefthook.yml:\n",
        ),
        (
            "post-merge",
            "#!/usr/bin/env ruby\n",
            "post-merge: its file is not a shell script; add to",
        ),
    ] {
        script(&hooks.join(name), text);
        let output = world.coord(&["hooks", "install"]);
        assert_eq!(output.code, 1);
        assert!(output.stdout.contains(told), "{output:?}");
        assert_eq!(fs::read_to_string(hooks.join(name)).unwrap(), text);
    }
    world.done("hooks uninstall");
}

#[test]
fn a_hooks_folder_in_the_git_directory_is_used() {
    let world = World::new();
    for folder in [".git/own", ".git/deep/own"] {
        let own = world.work().join(folder);
        world.git(&["config", "core.hooksPath", own.to_str().unwrap()]);
        world.done("hooks install");
        assert_eq!(data(&world, "hooks status", "coord.hooks/1")["good"], true);
        world.done("hooks uninstall");
        assert_eq!(traces(&own), []);
    }
}

#[test]
fn a_hooks_folder_outside_of_the_repository_is_not_changed() {
    let world = World::new();
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world.git(&["worktree", "add", "--quiet", "--detach", "../linked"]);
    world.git(&["init", "--quiet", "--template=", ".git/modules/sub"]);
    says(
        &world,
        "mkdir ../home/team ../home/real; ln -s real ../home/link",
    );
    for (scope, folder, why) in [
        ("--local", "home/team", "is outside of this repository"),
        ("--local", "home/later", "is outside of this repository"),
        ("--local", "home/link", "is outside of this repository"),
        ("--worktree", "home/team", "is outside of this repository"),
        (
            "--local",
            "linked/.githooks",
            "is outside of this repository",
        ),
        (
            "--local",
            "work/.git/modules/sub/.git/hooks",
            "is in the worktree",
        ),
        ("--local", "work/.githooks", "is in the worktree"),
        ("--global", "home/team", "is for all repositories"),
    ] {
        let path = world.home().parent().unwrap().join(folder);
        world.git(&["config", "extensions.worktreeConfig", "true"]);
        world.git(&["config", scope, "core.hooksPath", path.to_str().unwrap()]);
        let output = world.coord(&["hooks", "install"]);
        assert_eq!(output.code, 1, "{folder}: {output:?}");
        assert!(output.stdout.contains(why), "{folder}: {output:?}");
        let recipe =
            "    if command -v git-coord >/dev/null; then git-coord hook pre-push \"$@\"; fi\n";
        assert!(output.stdout.contains(recipe), "{output:?}");
        assert_eq!(traces(&path), [], "{folder}");
        // Others may have installed the same lines, and keep them.
        let hook = path.join("post-commit");
        let ours =
            "#!/bin/sh\n# >>> git-coord >>>\ngit-coord hook post-commit\n# <<< git-coord <<<\n";
        script(&hook, ours);
        let output = world.coord(&["hooks", "uninstall"]);
        assert_eq!(output.code, 1, "{folder}: {output:?}");
        assert!(output.stdout.contains("remove from "), "{output:?}");
        assert_eq!(fs::read_to_string(&hook).unwrap(), ours, "{folder}");
        fs::remove_file(hook).unwrap();
        world.git(&["config", scope, "--unset", "core.hooksPath"]);
    }
}

#[test]
fn tracked_hooks_of_another_worktree_are_not_changed() {
    let world = World::new();
    says(
        &world,
        "mkdir .githooks; echo true >.githooks/pre-push; chmod +x .githooks/*; git add .; git commit --quiet -m base; \
         git worktree add --quiet --detach ../linked; git worktree add --quiet --detach .git/inside",
    );
    let hooks = world.work().join(".githooks");
    let before = traces(&hooks);
    for (path, place) in [
        (hooks.to_str().unwrap(), "../linked"),
        (".githooks", "../linked"),
        ("../linked/.githooks", "."),
        ("../../.githooks", ".git/inside"),
        (".githooks", ".git/inside"),
    ] {
        world.git(&["config", "core.hooksPath", path]);
        let output = world.shell(&format!(
            "cd {place}; git coord hooks install; git status --short >&2"
        ));
        assert!(output.stdout.contains("; add to "), "{output:?}");
        assert_eq!(output.stderr, "", "{path}");
        assert_eq!(traces(&hooks), before, "{path}");
    }
}

#[test]
fn worktrees_with_other_hooks_are_named() {
    let world = World::new();
    world.done("init --actor ada");
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
    world.git(&["worktree", "add", "--quiet", "--detach", "../o t"]);
    world.git(&["worktree", "add", "--quiet", "--detach", "../same"]);
    world.git(&["config", "extensions.worktreeConfig", "true"]);
    let own = world.work().join(".git/worktrees/own");
    let config = "git -C '../o t' config --worktree core.hooksPath";
    says(&world, &format!("{config} {}", own.display()));
    let folder = |name: &str| {
        world
            .home()
            .parent()
            .unwrap()
            .join(name)
            .display()
            .to_string()
    };
    let asked = |line: &str| {
        let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
        let output = world.coord(&words);
        let document = output.data("coord.hooks/1");
        assert_eq!(document["good"], output.code == 0);
        document["left_out"].as_array().unwrap().clone()
    };
    assert_eq!(asked("hooks install"), [folder("o t")]);
    assert_eq!(asked("hooks status"), [folder("o t")]);
    let doctor = world.coord(&["doctor"]).stdout;
    assert!(doctor.contains("not in the worktree"), "{doctor}");
    let output = world.coord(&["hooks", "install"]);
    assert_eq!(output.code, 1);
    let hint = output.stdout.lines().last().unwrap().trim().to_owned();
    assert_eq!(
        hint,
        format!("git -C '{}' coord hooks install", folder("o t"))
    );
    says(&world, &hint);
    assert_eq!(asked("hooks status"), [""; 0]);
    // Seen from the worktree with a folder of its own, all others have nothing.
    world.done("hooks uninstall");
    let output = world.shell("git -C '../o t' coord hooks install --json");
    let told = output.data("coord.hooks/1");
    assert_eq!(
        told["left_out"],
        serde_json::json!([folder("work"), folder("same")])
    );
}

#[test]
fn disabled_hooks_are_not_installed() {
    let world = World::new();
    world.git(&["config", "core.hooksPath", "/dev/null"]);
    assert!(
        world
            .coord(&["hooks", "status"])
            .stdout
            .starts_with("not installed")
    );
    world.done("hooks uninstall");
    let refused = world.coord(&["hooks", "install"]);
    assert_eq!(refused.code, 128);
    assert!(refused.stderr.contains("'/dev/null'"), "{refused:?}");
}

#[test]
fn a_hooks_folder_linked_to_a_shared_one_is_not_changed() {
    let world = World::new();
    let hooks = world.work().join(".git/hooks");
    for (folder, why) in [
        ("hooks", "is in the worktree"),
        ("../theirs", "is for all repositories"),
    ] {
        let path = world.work().join(folder);
        fs::create_dir(&path).unwrap();
        fs::remove_dir_all(&hooks)
            .or_else(|_| fs::remove_file(&hooks))
            .ok();
        symlink(&path, &hooks).unwrap();
        let output = world.coord(&["hooks", "install"]);
        assert_eq!(output.code, 1);
        assert!(output.stdout.contains(why), "{output:?}");
        assert_eq!(traces(&path), []);
    }
}

/// A script that behaves like git 2.54: it runs the hooks in the config, and this machine's git for everything else.
const NEW_GIT: &str = r#"#!/bin/sh
word() { while [ "$1" = -c ]; do shift 2; done; echo "$1 $2"; }
case "$(word "$@")" in
"version "*) echo 'git version 2.54.0' ;;
"hook run")
    while [ "$1" != run ]; do shift; done
    command=$(REAL config --get "hook.coord-$2.command") || exit
    [ "$(REAL config --get "hook.coord-$2.event")" = "$2" ] || exit
    shift 2
    [ "$1" != -- ] || shift
    sh -c "$command \"\$@\"" "$command" "$@" >&2
    ;;
*) exec REAL "$@" ;;
esac
"#;

#[test]
fn a_git_with_config_hooks_gets_them_in_its_config() {
    let world = team();
    world.done("hooks uninstall");
    let config = || fs::read_to_string(world.work().join(".git/config")).unwrap();
    let (before, hooks) = (config(), world.work().join(".git/hooks"));
    let files = traces(&hooks);
    // An older git installs hook files. The newer git would run these too.
    world.done("hooks install");
    let real = world.shell("command -v git").stdout;
    script(
        &world.home().join("bin/git"),
        &NEW_GIT.replace("REAL", real.trim()),
    );
    let path = format!("{}:$PATH", world.home().join("bin").display());
    let coord = |line: &str| world.shell(&format!("PATH={path}; git-coord hooks {line}"));
    let installed = coord("install --protect-ledger");
    assert_eq!(installed.code, 0, "{installed:?}");
    assert_eq!(traces(&hooks), files);
    assert!(
        config().contains("[hook \"coord-pre-push\"]\n"),
        "{}",
        config()
    );
    let status = coord("status --json");
    let status = status.data("coord.hooks/1");
    assert_eq!(status["good"], true, "{status}");
    assert_eq!(state_of(&status, "commit-msg")["method"], "config");
    assert!(
        coord("install")
            .stdout
            .starts_with("already installed: pre-commit")
    );
    let removed = coord("uninstall");
    assert_eq!(removed.code, 0, "{removed:?}");
    assert_eq!(config(), before);
    // A hook in git's config stops git only if we refuse, not if the program is missing or crashes.
    assert_eq!(coord("install").code, 0);
    let command = world.git(&["config", "hook.coord-commit-msg.command"]);
    let run = |status: &str| {
        let fake = world.home().join("fake/git-coord");
        script(&fake, &format!("#!/bin/sh\n{status}\n"));
        let folder = fake.parent().unwrap().display();
        let line = format!("PATH={folder}:$PATH; {} x", command.trim());
        world.shell(&line).code
    };
    assert_eq!((run("exit 0"), run("exit 1")), (0, 1));
    assert_eq!((run("exit 128"), run("kill -9 $$")), (0, 0));
}

/// Hooks that other repositories run as well, and the file that would be changed.
const OF_OTHERS: [(&str, &str, &str); 3] = [
    (
        "the folder of another repository",
        "git init -q ../other; git config core.hooksPath ../other/.git/hooks",
        "../other/.git/hooks/pre-commit",
    ),
    (
        "a folder that the environment names",
        "mkdir ../team",
        "../team/pre-commit",
    ),
    (
        "a file that is also elsewhere",
        "mkdir ../team; printf '#!/bin/sh\nexit 0\n' >../team/pre-commit; chmod +x ../team/pre-commit; ln ../team/pre-commit .git/hooks/",
        "../team/pre-commit",
    ),
];

#[test]
fn what_other_repositories_run_is_not_changed() {
    for (what, make, file) in OF_OTHERS {
        let world = World::new();
        world.git(&["commit", "--quiet", "--allow-empty", "-m", "base"]);
        says(&world, make);
        let before = fs::read(world.work().join(file)).ok();
        for command in ["install", "status", "uninstall"] {
            let told = world.coord_with(&["hooks", command], |it| {
                if what.contains("environment") {
                    it.env("GIT_CONFIG_COUNT", "1")
                        .env("GIT_CONFIG_KEY_0", "core.hooksPath")
                        .env("GIT_CONFIG_VALUE_0", "../team");
                }
            });
            assert!(matches!(told.code, 0 | 1), "{what}: {told:?}");
            let now = fs::read(world.work().join(file)).ok();
            assert_eq!(now, before, "{what}: {command}: {told:?}");
        }
    }
}
