//! A claim that is not where its holder looks for it: made in another clone, or taken over by another actor.
//!
//! Not here: the rules of claims one by one (`rules`).

use super::team::Team;
use crate::keys::ADA;

#[test]
fn one_actor_in_two_clones_of_one_name_learns_that_it_works_elsewhere() {
    let team = Team::new();
    team.git_in("ada", &["config", "--global", "--unset", "coord.host"]);
    for (name, folder) in [("desk", "desk/plan"), ("lap", "lap/plan")] {
        team.clone_for(folder, &ADA);
        team.done(folder, "sync");
        let host = team.git_in(folder, &["config", "coord.host"]);
        assert!(host.len() > 4, "{name}: {host}");
    }
    team.done("desk/plan", "add First --id A");
    team.done("desk/plan", "claim A");
    team.converge(&["desk/plan", "lap/plan"]);

    let refused = team.says("lap/plan", "progress A 40 --json");
    refused.failed("lease_lost", 1);
    let told = refused.json()["error"].clone();
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("in worktree '[main]@"), "{message}");
    assert_eq!(
        told["hint"],
        "to go on with it here: git coord claim --resume A"
    );
    team.says("lap/plan", "claim A --json")
        .failed("already_yours", 1);
    team.done("lap/plan", "claim A --resume");
    team.done("lap/plan", "progress A 40");
    team.converge(&["desk/plan", "lap/plan"]);
    team.says("desk/plan", "done A --json")
        .failed("lease_lost", 1);
    team.done("lap/plan", "done A");
}

#[test]
fn an_actor_whose_task_was_taken_over_meanwhile_learns_by_whom() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex"]);
    team.done("codex", "claim A");
    team.converge(&["ada", "codex"]);
    team.done("ada", "claim A --steal");
    team.converge(&["ada", "codex"]);
    for work in ["progress A 40", "submit A", "done A", "renew A"] {
        let refused = team.says("codex", &format!("{work} --json"));
        refused.failed("lease_lost", 1);
        let message = refused.json()["error"]["message"].clone();
        let expected =
            "your claim of task 'A' has ended; ada holds the task under a later claim until ";
        assert!(message.as_str().unwrap().starts_with(expected), "{message}");
    }
    team.done("ada", "release A");
    team.converge(&["ada", "codex"]);
    team.says("codex", "progress A 40 --json")
        .failed("lease_lost", 1);
    team.done("codex", "claim A");
    team.done("codex", "progress A 40");
}
