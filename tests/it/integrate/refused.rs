//! What refuses an integration, and leaves everything as it was.
//!
//! Not here: remotes (`remote`).

use std::fs;

use super::{
    at_work, folder, integrate, is_clean, refuses, says, status, team, tip, worked_on, write,
};
use crate::world::World;

#[test]
fn a_conflict_names_the_files_and_the_way_to_solve_it() {
    for options in ["", "--squash", "--rebase"] {
        let world = at_work();
        write(&world, "work", "A", "another\n");
        let hint = refuses(&world, "A", options, "merge_conflict");
        let path = folder(&world, "work-A");
        let (step, solved) = match options {
            "--rebase" => (
                "rebase",
                "git add A && GIT_EDITOR=true git rebase --continue",
            ),
            _ => ("merge", "git commit -q -a -m solved"),
        };
        assert_eq!(hint, format!("git -C {} {step} main", path.display()));
        let told = world.shell(&format!("cd ../work-A && git coord integrate A {options}"));
        assert!(told.stderr.contains("in A\n"), "{told:?}");
        // The hint, a solution, and the same command again.
        assert_ne!(world.shell(&hint).code, 0);
        let mut tries = 0;
        while !says(&world, "cd ../work-A && git status --porcelain").is_empty() && tries < 3 {
            says(
                &world,
                &format!("cd ../work-A && echo both >A && {solved} || true"),
            );
            tries += 1;
        }
        integrate(&world, "A", options).data("coord.integrated/1");
        assert_eq!(
            fs::read_to_string(world.work().join("A")).unwrap(),
            "both\n"
        );
    }
}

#[test]
fn a_branch_that_lacks_the_main_branch_is_not_moved_forward() {
    let world = at_work();
    write(&world, "work", "other", "other\n");
    let hint = refuses(&world, "A", "--ff-only", "not_fast_forward");
    assert_eq!(hint, "git coord integrate A --rebase");
    let hint = refuses(&world, "A", "--ff-only --actor codex", "not_fast_forward");
    assert_eq!(hint, "git coord integrate A --rebase --actor codex");
}

#[test]
fn changes_in_the_worktree_of_the_main_branch_are_not_overwritten() {
    let world = at_work();
    fs::write(world.work().join("A"), "not committed\n").unwrap();
    refuses(&world, "A", "", "worktree_in_use");
    world.git(&["add", "A"]);
    refuses(&world, "A", "--ff-only", "worktree_in_use");
    // Changes of other files stay where they are.
    says(&world, "git rm -q --cached A && rm A && echo mine >>base");
    integrate(&world, "A", "").data("coord.integrated/1");
    assert_eq!(world.git(&["status", "--porcelain"]), " M base\n");
}

#[test]
fn an_open_review_or_dependency_refuses_before_anything_is_merged() {
    let world = at_work();
    world.done("edit A --gate claude");
    refuses(&world, "A", "", "gate_open");
    says(
        &world,
        "cd ../work-A && git coord submit A && git coord approve A --actor claude",
    );
    world.done("edit A --depends B");
    refuses(&world, "A", "", "waits");
    world.done("cancel B");
    integrate(&world, "A", "").data("coord.integrated/1");
}

#[test]
fn commits_that_nobody_approved_are_not_merged() {
    let world = at_work();
    world.done("edit A --gate claude");
    says(
        &world,
        "cd ../work-A && git coord submit A && git coord approve A --actor claude",
    );
    write(&world, "work-A", "A", "smuggled\n");
    refuses(&world, "A", "", "gate_open");
}

#[test]
fn a_task_of_another_holder_or_without_work_is_not_integrated() {
    let world = at_work();
    let other = "cd ../work && git coord integrate A --actor claude --json";
    let before = tip(&world, "main");
    world.shell(other).failed("claim_held", 1);
    let nothing = world.coord(&["integrate", "B", "--actor", "claude", "--json"]);
    nothing.failed("nothing_to_integrate", 1);
    assert_eq!(nothing.json()["error"]["hint"], "git coord done B");
    assert_eq!(tip(&world, "main"), before);
    integrate(&world, "A", "").data("coord.integrated/1");
    integrate(&world, "A", "").failed("task_ended", 1);
}

#[test]
fn a_hook_of_the_user_can_refuse_the_merge() {
    let world = at_work();
    write(&world, "work", "other", "other\n");
    world.done("hooks uninstall");
    let hook = world.work().join(".git/hooks/pre-merge-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        "#!/bin/sh\necho 'error: not on Fridays' >&2\nexit 1\n",
    )
    .unwrap();
    says(&world, "chmod +x .git/hooks/pre-merge-commit");
    let before = tip(&world, "main");
    let output = integrate(&world, "A", "");
    assert_ne!(output.code, 0);
    assert!(output.stdout.contains("not on Fridays"), "{output:?}");
    assert_eq!(
        (tip(&world, "main"), status(&world, "A").as_str()),
        (before, "in_progress")
    );
    super::is_clean(&world);
}

#[test]
fn without_a_main_branch_the_setting_is_named() {
    let world = team();
    world.git(&["config", "coord.mainBranch", "trunk"]);
    world.done("claim A --worktree --actor codex");
    let output = integrate(&world, "A", "");
    output.failed("no_main_branch", 128);
    assert!(output.stdout.contains("'trunk'"), "{output:?}");
}

#[test]
fn another_git_process_in_the_worktree_of_the_main_branch_is_waited_for() {
    let world = at_work();
    let line = "touch .git/index.lock; (sleep 1; rm .git/index.lock) & \
        cd ../work-A && git coord integrate A";
    says(&world, line);
    assert_eq!(status(&world, "A"), "done");
}

/// Writes a hook of the user for the whole repository.
fn hook(world: &World, name: &str, script: &str) {
    let hook = world.work().join(".git/hooks").join(name);
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    says(world, &format!("chmod +x .git/hooks/{name}"));
}

#[test]
fn what_is_not_committed_in_the_worktree_of_the_task_is_not_left_out() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    let path = folder(&world, "work-A");
    for (name, id) in [("new", "A"), ("base", "A")] {
        let before = fs::read_to_string(path.join(name)).ok();
        fs::write(path.join(name), "not committed\n").unwrap();
        let hint = refuses(&world, id, "", "worktree_in_use");
        assert_eq!(hint, format!("git -C {} status", path.display()));
        let told = integrate(&world, id, "--squash").stdout;
        assert!(told.contains("has 1 changed file"), "{told}");
        match before {
            Some(text) => fs::write(path.join(name), text).unwrap(),
            None => fs::remove_file(path.join(name)).unwrap(),
        }
    }
    // Ignored files are nobody's work.
    write(&world, "work-A", ".gitignore", "built\n");
    fs::write(path.join("built"), "x\n").unwrap();
    integrate(&world, "A", "").data("coord.integrated/1");
}

#[test]
fn a_branch_without_commits_of_its_own_is_not_work() {
    let world = team();
    world.done("claim A --worktree --actor codex");
    let hint = refuses(&world, "A", "", "nothing_to_integrate");
    assert_eq!(hint, "git coord done A");
    assert_eq!(status(&world, "A"), "in_progress");
    says(&world, &format!("cd ../work-A && {hint}"));
}

#[test]
fn work_on_another_branch_than_that_of_the_task_is_integrated_when_it_is_recorded() {
    let world = team();
    world.done("hooks uninstall");
    world.done("policy integrated yes");
    let at = |command: &str| format!("cd ../feature && {command}");
    says(&world, "git worktree add -q -b feature ../feature");
    says(&world, &at("git coord claim A --actor codex"));
    write(&world, "feature", "A", "work\n");
    let refused = world.shell(&at("git coord integrate A --actor codex --json"));
    refused.failed("nothing_to_integrate", 1);
    let refused = refused.json();
    let hint = refused["error"]["hint"].as_str().unwrap();
    says(&world, &at(&format!("{hint} --actor codex")));
    says(&world, &at("git coord integrate A --actor codex"));
    assert!(world.work().join("A").exists());
}

#[test]
fn the_users_settings_for_merges_do_not_keep_the_main_branch_where_it_is() {
    for setting in [
        "merge.ff=false",
        "merge.ff=only",
        "branch.main.mergeOptions=--squash",
        "branch.main.mergeOptions=--no-ff --no-commit",
    ] {
        for options in ["", "--squash", "--rebase"] {
            let world = at_work();
            write(&world, "work", "other", "other\n");
            let (key, value) = setting.split_once('=').unwrap();
            world.git(&["config", key, value]);
            let told = integrate(&world, "A", options).data("coord.integrated/1");
            assert_eq!(told["commit"], tip(&world, "main"), "{setting} {options}");
            assert_eq!(world.git(&["status", "--porcelain"]), "", "{setting}");
        }
    }
}

#[test]
fn a_branch_that_git_does_not_move_leaves_the_files_as_they_were() {
    for state in ["prepared", "committed"] {
        let world = at_work();
        world.done("hooks uninstall");
        // It refuses the move, or lets somebody win a race.
        let script = if state == "prepared" {
            "grep -q refs/heads/main && test $1 = prepared && echo 'error: frozen' >&2 && exit 1; exit 0"
        } else {
            "grep -q refs/heads/main && test $1 = prepared && test -e asked && exit 1; \
             test $1 = aborted && touch asked; exit 0"
        };
        hook(&world, "reference-transaction", script);
        let before = tip(&world, "main");
        let output = integrate(&world, "A", "");
        assert_ne!(output.code, 0, "{output:?}");
        assert_eq!(tip(&world, "main"), before);
        let files = says(&world, "rm -f asked; git status --porcelain");
        assert_eq!(files, "", "{state}: {output:?}");
        assert_eq!(status(&world, "A"), "in_progress");
    }
}

#[test]
fn a_hook_that_fails_when_git_has_made_a_worktree_undoes_nothing() {
    let world = team();
    world.done("hooks uninstall");
    hook(
        &world,
        "post-checkout",
        "echo 'git-lfs is missing' >&2; exit 2",
    );
    for (id, options) in [("A", ""), ("B", "--rebase")] {
        worked_on(&world, id);
        let name = format!("other-{id}");
        write(&world, "work", &name, "other\n");
        integrate(&world, id, options).data("coord.integrated/1");
        is_clean(&world);
    }
}

#[test]
fn a_worktree_in_the_middle_of_something_is_not_touched() {
    let world = at_work();
    for begun in ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"] {
        let file = world.work().join(".git").join(begun);
        fs::write(&file, format!("{}\n", tip(&world, "main"))).unwrap();
        let hint = refuses(&world, "A", "", "worktree_in_use");
        says(&world, &hint);
        fs::remove_file(&file).unwrap();
    }
    integrate(&world, "A", "").data("coord.integrated/1");
}

#[test]
fn a_rebase_of_the_main_branch_ends_before_it_moves() {
    let world = at_work();
    world.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    says(
        &world,
        "GIT_SEQUENCE_EDITOR=\"sed -i '1i break'\" git rebase -q -i --keep-empty HEAD~1 || true",
    );
    refuses(&world, "A", "", "worktree_in_use");
    says(&world, "git rebase --continue");
    integrate(&world, "A", "").data("coord.integrated/1");
}
