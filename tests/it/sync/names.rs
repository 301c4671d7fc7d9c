//! Two tasks of one name: a name that a sync made ambiguous is no longer enough to write.
//!
//! Not here: names that no task has, and beginnings of names (`bad_input::ids`).

use super::team::Team;

/// Codex and claude have each added a task `A`, and both know both.
fn doubled() -> Team {
    let team = Team::new();
    team.done("codex", "add Mine --id A");
    team.done("claude", "add Theirs --id A");
    team.converge(&["ada", "codex", "claude"]);
    team
}

/// The names with which a refused command may be typed again.
fn candidates(team: &Team, clone: &str, line: &str) -> Vec<String> {
    let refused = team.says(clone, &format!("{line} --json"));
    refused.failed("ambiguous_id", 128);
    let message = refused.json()["error"]["message"]
        .as_str()
        .unwrap()
        .to_owned();
    let listed = message.split_once(" is ambiguous: ").unwrap().1;
    listed.split(", ").map(str::to_owned).collect()
}

fn title(team: &Team, name: &str) -> String {
    let data = team
        .says("ada", &format!("show {name} --json"))
        .data("coord.show/1");
    data["task"]["title"].as_str().unwrap().to_owned()
}

#[test]
fn an_import_changes_no_task_of_a_shared_name_and_says_so() {
    let team = doubled();
    let plan = "| ID | Task | Status |\n|---|---|---|\n| A | Other | done |\n| N | New | |\n";
    std::fs::write(team.place("ada/plan.md"), plan).unwrap();
    let names = candidates(&team, "ada", "done A");
    let answer = team.says("ada", "import plan.md --json");
    let answer = answer.data("coord.import/1").to_string();
    assert!(answer.contains("several tasks with the id 'A'"), "{answer}");
    for (name, title_before) in names.iter().zip(["Mine", "Theirs"]) {
        assert_eq!(title(&team, name), title_before);
    }
    assert_eq!(title(&team, "N"), "New");
}

#[test]
fn after_a_sync_a_writer_says_which_task_of_the_name_is_meant() {
    let team = doubled();
    let before = team.ledger("claude");
    for line in [
        "done A",
        "cancel A",
        "claim A",
        "comment A text",
        "edit A --group x",
        "add T --depends A",
    ] {
        assert_eq!(candidates(&team, "claude", line).len(), 2, "{line}");
        assert_eq!(candidates(&team, "ada", line).len(), 2, "{line}");
    }
    assert_eq!(team.ledger("claude"), before);
    let names = candidates(&team, "claude", "done A");
    assert_eq!(title(&team, &names[0]), "Mine");
    assert_eq!(title(&team, &names[1]), "Theirs");
    team.done("claude", &format!("done {}", names[1]));
    team.done("codex", &format!("claim {}", names[0]));
    team.converge(&["ada", "codex", "claude"]);
    assert!(team.done("ada", "show A").contains("Mine"));
}

#[test]
fn a_trailer_that_a_sync_made_ambiguous_records_nothing() {
    let team = doubled();
    team.done("claude", "hooks install");
    let before = team.ledger("claude");
    let refused = team.try_git(
        "claude",
        &["commit", "--allow-empty", "-m", "x\n\nCoord-Done: A"],
    );
    assert!(
        refused
            .stderr
            .contains("Coord-Done names an unknown task: 'A'"),
        "{refused:?}"
    );
    assert_eq!(team.ledger("claude"), before);
}

#[test]
fn a_commit_on_the_first_of_two_tasks_names_it_in_full() {
    let team = doubled();
    let names = candidates(&team, "codex", "claim A");
    team.done("codex", &format!("claim {}", names[0]));
    team.done("codex", "hooks install");
    team.git_in("codex", &["commit", "--quiet", "--allow-empty", "-m", "x"]);
    let message = team.git_in("codex", &["log", "-1", "--format=%B"]);
    assert!(
        message.contains(&format!("Coord-Task: {}", names[0])),
        "{message}"
    );
    let log = team.done("codex", &format!("log {}", names[0]));
    assert!(log.contains("commit for A"), "{log}");
}
