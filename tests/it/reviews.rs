//! Reviews from the command line: which commit a verdict is on, and which one may be done.
//!
//! Not here: the reviewers that the rules allow (`rules`), and whole days (`stories`).

use crate::world::{Output, World};

/// A task of codex that claude has to approve, submitted at the first of two commits.
fn submitted() -> (World, [String; 2]) {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world.done("actor add claude --role reviewer --generate");
    world.done("add Breaker --id B --gate claude");
    let commits = ["first", "second"].map(|message| commit(&world, message));
    world.done("--actor codex claim B");
    world.done(&format!("--actor codex submit B --commit {}", commits[0]));
    (world, commits)
}

fn commit(world: &World, message: &str) -> String {
    world.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    world.git(&["rev-parse", "HEAD"]).trim().to_owned()
}

fn says(world: &World, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    world.coord(&words)
}

#[test]
fn an_approval_is_of_the_commit_that_was_reviewed() {
    let (world, [first, second]) = submitted();
    let brief = world.done("brief claude");
    let command = format!("git coord approve B --commit {first:.12} --actor claude");
    assert!(brief.contains(&command), "{brief}");
    // While claude looks at it, codex submits another one.
    world.done(&format!("--actor codex submit B --commit {second}"));
    let copied = world.shell(&command);
    assert_eq!(copied.code, 1, "{copied:?}");
    assert_eq!(
        copied.stderr,
        format!(
            "error: task 'B' was submitted with commit {second:.12}, not with {first:.12}\n\
             hint: git coord show B\n"
        )
    );
    let rejected = format!("--actor claude --json reject B --commit {first} --note no");
    says(&world, &rejected).failed("other_commit", 1);
    assert_eq!(
        world.done("--actor claude approve B"),
        format!("claude approved B at {second:.12}; it can be done\n")
    );
}

#[test]
fn a_commit_that_only_the_ledger_knows_is_named_by_its_first_digits() {
    let (world, [first, _]) = submitted();
    world.git(&["update-ref", "-d", "refs/heads/main"]);
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.git(&["prune", "--expire=now"]);
    world.done(&format!("--actor claude approve B --commit {first:.10}"));
    says(
        &world,
        "--actor claude approve B --commit 0123456789 --json",
    )
    .failed("unknown_commit", 128);
}

#[test]
fn work_that_was_squashed_is_done_at_the_commit_that_was_approved() {
    let (world, [first, second]) = submitted();
    world.done("--actor claude approve B");
    let squashed = format!("--actor codex done B --commit {second}");
    let refused = says(&world, &squashed);
    assert_eq!(refused.code, 1);
    assert_eq!(
        refused.stderr,
        format!(
            "error: the review of task 'B' still needs claude (again, because the commit changed)\n\
             hint: if {first:.12} was merged as {second:.12}, leave --commit out: git coord done B\n"
        )
    );
    assert_eq!(world.done("--actor codex done B"), "B is done\n");
}

#[test]
fn a_rejection_stays_on_record_after_the_work_was_submitted_again_and_done() {
    let (world, [first, second]) = submitted();
    world.done("snapshot before");
    let words = [
        "reject",
        "B",
        "--actor",
        "claude",
        "--note",
        "tests are\nmissing",
    ];
    assert_eq!(world.coord(&words).code, 0);
    world.done(&format!("--actor codex submit B --commit {second}"));
    world.done("--actor claude approve B");
    assert!(world.done("list status:approved").contains("Breaker"));
    world.done("edit B --estimate 2h");
    world.done("--actor codex done B");
    let (first, second) = (&first[..12], &second[..12]);
    let rejected = format!("rejected by claude at {first}: “tests are\\nmissing”");
    let changed = world.done("diff before now");
    assert!(changed.contains(&rejected), "{changed}");
    assert!(
        changed.contains(&format!("approved by claude at {second}")),
        "{changed}"
    );
    let report = world.done("report");
    let line = format!("- B: “Breaker”; rejected at {first}: “tests are\\\\nmissing” (claude, ");
    assert!(report.contains(&line), "{report}");
    assert!(changed.contains("estimate none → 2h"), "{changed}");
    let done = format!("- B: “Breaker” at {second}; integrated ");
    assert!(report.contains(&done), "{report}");
    let shown = world.done("show B");
    assert!(shown.contains("rejected by claude "), "{shown}");
    assert!(shown.contains("; it no longer stands"), "{shown}");
    assert!(shown.contains("  > tests are\n  > missing\n"), "{shown}");
    let shown = says(&world, "show B --json").data("coord.show/1");
    let verdicts = shown["verdicts"].as_array().unwrap();
    let said = verdicts
        .iter()
        .map(|it| (it["judgement"].as_str().unwrap(), it["stands"] == true));
    assert_eq!(
        Vec::from_iter(said),
        [("rejected", false), ("approved", true)]
    );
}

#[test]
fn the_log_tells_every_value_and_text_of_an_entry() {
    let (world, [first, _]) = submitted();
    world.done("edit B --group core --priority P0 --owner codex");
    world.done("comment B well");
    let full = world.done("log B --full");
    for line in [
        "    title: “Breaker”\n",
        "    review by: claude\n",
        "    group: “core”\n",
        "    priority: critical\n",
        "    owner: codex\n",
        "  > well\n",
        &format!("    commit: {first}\n"),
    ] {
        assert!(full.contains(line), "{line}{full}");
    }
    let line = world.done("log -n 1");
    let object = line.split(' ').next().unwrap();
    let entry = world.done(&format!("show {object}"));
    assert_eq!(entry, format!("entry\n{}", world.done("log --full -n 1")));
    let entry = says(&world, &format!("show {object} --json")).data("coord.log/1");
    assert_eq!(entry["texts"][0]["text"], "well\n");
}

#[test]
fn a_report_and_a_diff_tell_what_was_waived_and_how_the_policy_changed_meanwhile() {
    let (world, [first, _]) = submitted();
    world.done("snapshot before");
    let words = ["reject", "B", "--actor", "claude", "--note", "no"];
    assert_eq!(world.coord(&words).code, 0);
    world.done("policy guardrails no");
    assert_eq!(world.coord(&["done", "B", "--waive", "no time"]).code, 0);
    world.done("guard add G --title Green --command true");
    world.done("guard remove G");
    world.done("guard add H --title Good --command true");
    let changed = world.done("diff before now");
    for line in [
        "waived: “no time”",
        "policy guardrails: done → no\n",
        "guardrail H: added",
    ] {
        assert!(changed.contains(line), "{line}: {changed}");
    }
    let report = world.done("report");
    let line = format!("- B: “Breaker”; waived: “no time” at {first:.12}");
    assert!(report.contains(&line), "{report}");
    assert!(
        report.contains("- policy guardrails: done → no\n"),
        "{report}"
    );
    let json = says(&world, "diff before now --json").data("coord.diff/1");
    assert_eq!(json["policy"][0]["id"], "guardrails");
}

#[test]
fn a_task_that_was_added_and_rejected_since_tells_the_rejection() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("snapshot before");
    world.done("actor add codex --generate");
    world.done("actor add claude --role reviewer --generate");
    world.done("add Breaker --id B --gate claude");
    let first = commit(&world, "first");
    world.done("--actor codex claim B");
    world.done(&format!("--actor codex submit B --commit {first}"));
    world.done("--actor claude reject B --note no");
    world.done(&format!("--actor codex submit B --commit {first}"));
    let changed = world.done("diff before now");
    let told = format!("rejected by claude at {first:.12}: “no”");
    assert!(changed.contains(&told), "{changed}");
}

#[test]
fn an_entry_of_several_events_tells_each_of_them_and_its_subject_the_main_one() {
    let (world, _) = submitted();
    world.done("add Other --id C");
    world.done("cancel C --duplicates B");
    let full = world.done("log -n 1 --full");
    let subject = "ada: cancel C (and 1 more)\n";
    assert!(full.contains(subject), "{full}");
    for line in [
        "    cancel C\n",
        "    edit C: links\n",
        "      duplicate of: B\n",
    ] {
        assert!(full.contains(line), "{line}: {full}");
    }
}

#[test]
fn nothing_washes_off_that_an_actor_worked_on_a_task() {
    let (world, [first, _]) = submitted();
    world.done("actor edit claude --role worker,reviewer");
    world.done("--actor ada claim B --steal");
    world.done("--actor ada release B");
    world.done("--actor claude claim B");
    world.done(&format!("--actor claude submit B --commit {first}"));
    world.done("--actor claude release B");
    let approves = || says(&world, "--actor claude --json approve B").failed("own_work", 1);
    approves();
    let entries = world.git(&["rev-list", "--max-count=3", "refs/coord/ledger"]);
    for entry in entries.lines() {
        // Some of them cannot be undone; none of them gives the review back.
        let _ = says(&world, &format!("--actor claude undo {entry}"));
    }
    world.done(&format!("--actor ada submit B --commit {first}"));
    approves();
    world.done("cancel B --reason later");
    world.done("reopen B");
    world.done(&format!("--actor ada submit B --commit {first}"));
    approves();
    world.done("actor remove claude");
    world.done("actor add claude --role reviewer --generate");
    approves();
}

#[test]
fn a_gate_of_its_own_entitles_no_worker_whatever_it_names() {
    let (world, [first, _]) = submitted();
    world.done("--actor codex add One --id T --gate role:worker");
    world.done("--actor codex edit T --gate codex");
    world.done(&format!("submit T --commit {first}"));
    for verdict in ["approve T", "reject T --note no"] {
        let refused = says(&world, &format!("--actor codex --json {verdict}"));
        refused.failed("not_reviewer", 1);
    }
}

/// Each way in which work of rev gets into a task that codex submitted; rev is a worker and a reviewer.
const INTO_THE_WORK_OF_ANOTHER: [(&str, &str); 6] = [
    (
        "a trailer",
        "git commit -q --allow-empty -m 'x\n\nCoord-Task: B'",
    ),
    (
        "its branch",
        "git switch -q -c task/B; git commit -q --allow-empty -m x",
    ),
    (
        "an amended commit",
        "git switch -q -c task/B; git commit -q --allow-empty --amend -m x",
    ),
    (
        "a commit before somebody else submits again",
        "git commit -q --allow-empty -m 'x\n\nCoord-Task: B'; git coord --actor codex submit B --commit HEAD~",
    ),
    ("a submission", "git coord submit B --commit HEAD"),
    (
        "a claim that was given back",
        "git coord claim B; git coord release B",
    ),
];

#[test]
fn whoever_put_anything_into_the_work_of_another_neither_approves_nor_ends_it() {
    for (way, line) in INTO_THE_WORK_OF_ANOTHER {
        let (world, [_, second]) = submitted();
        world.done("actor add rev --role worker,reviewer --generate");
        world.done("edit B --no-gate claude --gate role:reviewer");
        world.done(&format!("--actor codex submit B --commit {second}"));
        world.done("--actor codex release B");
        world.done("hooks install");
        world.git(&["config", "coord.actor", "rev"]);
        let put = world.shell(line);
        assert_eq!(put.code, 0, "{way}: {put:?}");
        for verdict in ["approve B", "approve B --commit HEAD"] {
            let refused = says(&world, verdict);
            assert_eq!(refused.code, 1, "{way}: {refused:?}");
            let done = says(&world, "done B --commit HEAD");
            assert_eq!(done.code, 1, "{way}: {done:?}");
        }
        world.done("--actor claude approve B");
    }
}

#[test]
fn a_commit_in_the_place_of_the_approved_one_needs_a_new_approval() {
    let (world, _) = submitted();
    world.done("hooks install");
    world.git(&["config", "coord.actor", "codex"]);
    world.git(&["switch", "--quiet", "-c", "task/B"]);
    let good = commit(&world, "good");
    world.done("submit B");
    world.done(&format!("--actor claude approve B --commit {good}"));
    // The hook records what the amended commit replaces; a client could say the same of any two commits, and back again.
    world.git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--amend",
        "-m",
        "evil",
    ]);
    for line in ["done B", "done B --commit HEAD"] {
        let refused = says(&world, line);
        assert_eq!(refused.code, 1, "{line}: {refused:?}");
        assert!(refused.stderr.contains("claude"), "{line}: {refused:?}");
    }
    world.git(&["reset", "--quiet", "--hard", &good]);
    let refused = says(&world, "done B --commit HEAD@{1}");
    assert_eq!(refused.code, 1, "{refused:?}");
}

/// What a worker says to become a reviewer of its task, which a coordinator submitted.
const INTO_OFFICE: [&str; 9] = [
    "edit T --gate codex",
    "edit T --gate role:worker",
    "edit T --gate codex --gate role:worker --check all",
    "edit T --no-gate role:reviewer",
    "policy approvals 0",
    "policy paths f review codex",
    "actor edit codex --role reviewer",
    "done T --waive because",
    "import ../home/p.md",
];

#[test]
fn nothing_that_a_worker_says_makes_it_a_reviewer_of_its_own_task() {
    let plan = "| ID | Task | Review |\n|---|---|---|\n| T | One | codex |\n";
    for line in INTO_OFFICE {
        let (world, [first, _]) = submitted();
        world.done("policy approvals 2");
        world.done("--actor codex add One --id T --path f --gate role:reviewer --check all");
        world.done(&format!("submit T --commit {first}"));
        std::fs::write(world.home().join("p.md"), plan).unwrap();
        let _ = says(&world, &format!("--actor codex {line}"));
        for verdict in ["approve T", "reject T --note no", "tick T 1"] {
            let refused = says(&world, &format!("--actor codex {verdict}"));
            assert_eq!(refused.code, 1, "{line}: {verdict}: {refused:?}");
        }
        world.done("--actor claude approve T");
        let early = says(&world, "--actor codex done T");
        assert_eq!(early.code, 1, "{line}: {early:?}");
    }
}

#[test]
fn a_gate_that_a_worker_adds_again_after_its_removal_entitles_it_to_nothing() {
    let (world, [first, _]) = submitted();
    world.done("--actor codex add One --id T --gate codex");
    world.done("edit T --no-gate codex");
    let removal = world.git(&["rev-parse", "refs/coord/ledger"]);
    let _ = says(&world, &format!("--actor codex undo {}", removal.trim()));
    let _ = says(&world, "--actor codex edit T --gate codex");
    world.done(&format!("submit T --commit {first}"));
    says(&world, "--actor codex --json approve T").failed("not_reviewer", 1);
}
