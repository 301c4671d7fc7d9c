//! `wait`: for states of tasks, and for what concerns an actor.
//!
//! Not here: how long a wait sleeps on a file system that reports no changes.

use std::{
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::world::{Output, World};

fn team() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate --role worker");
    world.done("actor add claude --generate --role worker --role reviewer");
    world.done("add One --id A --gate claude");
    world.done("add Two --id B");
    world
}

/// A wait in the background. It has begun to sleep.
fn waiting(world: &World, line: &str) -> Child {
    let mut command = world.command("git-coord", &world.work());
    command.args(line.split(' '));
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    sleep(Duration::from_millis(700));
    child
}

/// What a wait in the background said, and how long it took to say it.
fn ended(child: Child) -> (i32, String, Duration) {
    let began = Instant::now();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    (output.status.code().unwrap(), said, began.elapsed())
}

fn data(output: &Output) -> Value {
    output.data("coord.wait/1")
}

#[test]
fn one_of_several_tasks_or_all_of_them_end_a_wait() {
    let world = team();
    world.done("done B --actor codex");
    let any = data(&world.coord(&["wait", "A", "B", "--any", "--json"]));
    assert_eq!(any["tasks"][0]["id"], "B");
    let child = waiting(&world, "wait A B --until ended");
    world.done("cancel A");
    assert_eq!(ended(child).1, "A is ended\nB is ended\n");
    world
        .coord(&["wait", "A", "B", "--json"])
        .failed("out_of_reach", 1);
}

#[test]
fn a_timeout_says_that_it_timed_out_and_what_holds_now() {
    let world = team();
    let output = world.coord(&["wait", "A", "B", "--timeout", "1s", "--json"]);
    output.failed("timed_out", 1);
    assert!(
        output.stderr.contains(
            "timed out after 1s: task 'A' is not_started, task 'B' is not_started, not done"
        ),
        "{output:?}"
    );
    let output = world.coord(&[
        "wait",
        "--for-me",
        "--timeout",
        "1s",
        "--actor",
        "ada",
        "--json",
    ]);
    // Two tasks are ready for her.
    assert_eq!(data(&output)["news"].as_array().unwrap().len(), 2);
}

#[test]
fn a_rejection_ends_a_wait_for_the_approval_with_its_note() {
    let world = team();
    world.done("claim A --actor codex");
    world.done("submit A --actor codex");
    for line in ["wait A --until approved", "wait A"] {
        let child = waiting(&world, line);
        let rejected = world.coord(&[
            "reject",
            "A",
            "--note",
            "the tests\nare missing",
            "--actor",
            "claude",
        ]);
        assert_eq!(rejected.code, 0, "{rejected:?}");
        let (exit, said, after) = ended(child);
        assert_eq!(exit, 1, "{said}");
        assert!(said.contains("claude rejected task 'A'"), "{said}");
        assert!(
            said.contains("> the tests") && said.contains("> are missing"),
            "{said}"
        );
        assert!(after < Duration::from_secs(4), "{after:?}");
        world.done("submit A --actor codex");
    }
}

#[test]
fn whatever_concerns_an_actor_wakes_it() {
    let world = team();
    world.done("claim A --actor codex");
    world.done("edit B --owner claude");
    world.done("claim B --actor ada");
    let actions: [(&str, &[&str], &str); 5] = [
        (
            "claude",
            &["submit", "A", "--actor", "codex"],
            "A waits for your review",
        ),
        (
            "codex",
            &["comment", "B", "ask @codex first", "--actor", "ada"],
            "ada named you in a comment on B",
        ),
        (
            "codex",
            &["claim", "A", "--steal", "--actor", "ada"],
            "ada holds A now; your claim has ended",
        ),
        (
            "codex",
            &["reject", "A", "--note", "no", "--actor", "claude"],
            "claude rejected A\n  > no",
        ),
        (
            "claude",
            &["release", "B", "--actor", "ada"],
            "B is ready for you",
        ),
    ];
    for (actor, action, news) in actions {
        let child = waiting(&world, &format!("wait --for-me --actor {actor}"));
        let other = if actor == "codex" { "claude" } else { "codex" };
        let idle = waiting(
            &world,
            &format!("wait --for-me --timeout 1s --actor {other}"),
        );
        let done = world.coord(action);
        assert_eq!(done.code, 0, "{action:?}: {done:?}");
        let (exit, said, _) = ended(child);
        assert_eq!(exit, 0, "{action:?}: {said}");
        assert!(said.starts_with(news), "{action:?}: {said}");
        assert!(!ended(idle).1.contains(news), "{action:?}");
    }
}

#[test]
fn comments_that_name_somebody_else_and_ones_own_are_no_news() {
    let world = team();
    world.done("claim A --actor codex");
    world.done("edit B --owner claude");
    let line = "wait --for-me --timeout 3s --actor codex";
    let child = waiting(&world, line);
    for body in [
        "@codex2",
        "@codexx",
        "me@codex.org",
        "@codex.org",
        "@codex-2",
    ] {
        let comment = world.coord(&["comment", "B", body, "--actor", "ada"]);
        assert_eq!(comment.code, 0, "{comment:?}");
    }
    world.done("comment B @codex --actor codex");
    let said = ended(child).1;
    assert!(said.contains("timed out"), "{said}");
    let child = waiting(&world, line);
    let comment = world.coord(&["comment", "B", "Ask (@codex).", "--actor", "ada"]);
    assert_eq!(comment.code, 0, "{comment:?}");
    let said = ended(child).1;
    assert!(said.starts_with("ada named you"), "{said}");
}

#[test]
fn a_verdict_that_came_just_before_the_wait_ends_it_at_once() {
    for verdict in ["approve A", "reject A --note no"] {
        let world = team();
        world.done("claim A --actor codex");
        world.done("submit A --actor codex");
        world.done(&format!("{verdict} --actor claude"));
        let line = "wait --for-me --timeout 2s --actor codex --json";
        let told = data(&world.coord(&line.split(' ').collect::<Vec<_>>()));
        assert_eq!(told["news"][0]["by"], "claude", "{told}");
    }
}

#[test]
fn since_reports_the_news_between_two_waits() {
    let world = team();
    world.done("claim A --actor codex");
    world.done("claim B --actor ada");
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    world.done("submit A --actor codex");
    world.done("approve A --actor claude");
    let line = format!("wait --for-me --since {} --actor codex --json", tip.trim());
    let told = data(&world.coord(&line.split(' ').collect::<Vec<_>>()));
    assert_eq!(told["news"][0]["kind"], "approved");
    assert_eq!(told["news"][0]["by"], "claude");
}
