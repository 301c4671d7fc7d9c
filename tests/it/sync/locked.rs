//! Locks that a killed push or fetch leaves behind: they are named with what removes them, and nothing is lost meanwhile.
//!
//! Not here: locks in the way of a writer that stays at home (`doctor`), and the kills themselves (`wires`).

use std::fs;

use serde_json::Value;

use super::team::Team;

const HOME: &str = "home.git";

/// The command of a hint, which follows its condition and a colon.
fn command(hint: &Value) -> String {
    let hint = hint.as_str().unwrap();
    hint.rsplit_once(": ").unwrap().1.to_owned()
}

/// The lock that stops the sync is named. The hint shows its age, and the sync succeeds when it is removed.
#[track_caller]
fn is_named(team: &Team, code: &str, lock: &str) {
    let output = team.says("ada", "sync --json");
    output.failed(code, 128);
    let error = &output.json()["error"];
    let message = error["message"].as_str().unwrap();
    assert!(message.contains(lock), "{message}");
    let run = team.world.shell(&command(&error["hint"]));
    assert_eq!(run.code, 0, "{run:?}");
    fs::remove_file(team.place("ada").join(lock)).unwrap();
    team.done("ada", "sync");
    assert_eq!(team.ledger(HOME), team.ledger("ada"));
}

#[test]
fn a_lock_that_a_killed_push_left_at_home_is_named_with_the_remedy() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    let lock = team.place(HOME).join("refs/coord/ledger.lock");
    fs::write(&lock, "").unwrap();
    let before = team.ledger("ada");
    team.says("ada", "claim A --confirm --json")
        .failed("remote_locked", 128);
    assert_eq!(team.ledger("ada"), before);
    let examined = team.says("ada", "doctor --json");
    assert_eq!(examined.code, 1, "{examined:?}");
    let data = examined.data("coord.doctor/1");
    let findings = data["findings"].as_array().unwrap().iter();
    let wrong: Vec<&Value> = findings.filter(|found| found["grade"] == "wrong").collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0]["about"], "home");
    let lock = lock.canonicalize().unwrap();
    assert_eq!(
        command(&wrong[0]["hint"]),
        format!("ls -l {}", lock.display())
    );
    is_named(&team, "remote_locked", lock.to_str().unwrap());
    let examined = team.done("ada", "doctor");
    assert!(examined.contains("leftovers  none\n"), "{examined}");
}

#[test]
fn a_home_that_keeps_its_refs_in_tables_is_locked_as_a_whole() {
    let team = Team::new();
    let init = ["init", "--quiet", "--bare", "--ref-format=reftable"];
    team.git_in("", &[&init[..], &["tables.git"]].concat());
    team.git_in("ada", &["remote", "set-url", "origin", "../tables.git"]);
    let lock = "tables.git/reftable/tables.list.lock";
    fs::write(team.place(lock), "").unwrap();
    let output = team.says("ada", "sync --json");
    output.failed("remote_locked", 128);
    let hint = command(&output.json()["error"]["hint"]);
    assert_eq!(hint, "ls -l reftable/tables.list.lock");
    let run = team.world.shell(&format!("cd tables.git && {hint}"));
    assert_eq!(run.code, 0, "{run:?}");
    fs::remove_file(team.place(lock)).unwrap();
    team.done("ada", "sync");
    assert_eq!(team.ledger("tables.git"), team.ledger("ada"));
}

#[test]
fn a_lock_that_a_killed_fetch_left_here_is_removed() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    let lock = team
        .place("ada")
        .join(".git/refs/coord-remotes/origin/ledger.lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(&lock, "").unwrap();
    team.done("ada", "sync");
    assert!(!lock.exists());
}

#[test]
fn a_branch_in_the_way_of_the_ledger_is_an_error_at_once() {
    let team = Team::new();
    team.git_in("ada", &["config", "coord.ref", "refs/heads/coord"]);
    team.git_in("ada", &["commit", "--quiet", "--allow-empty", "-m", "code"]);
    let push = ["push", "--quiet", "origin", "HEAD:refs/heads/coord/A"];
    team.git_in("ada", &push);
    let output = team.says("ada", "sync --json");
    output.failed("push_declined", 128);
    let message = output.json()["error"]["message"].to_string();
    assert!(message.contains("'refs/heads/coord/A' exists"), "{message}");
}
