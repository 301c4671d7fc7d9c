//! Remotes as people set them up: by other names, with other addresses for pushes, as mirrors.
//!
//! Not here: the result of a sync (`meeting`, `couriers`), and faulty homes (`homes`).

use super::team::Team;

const HOME: &str = "home.git";

#[test]
fn a_remote_that_is_pushed_to_as_a_mirror_takes_the_ledger() {
    let team = Team::new();
    team.git_in("codex", &["config", "remote.origin.mirror", "true"]);
    team.done("codex", "add First --id A");
    team.done("codex", "sync");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
}

#[test]
fn pushes_to_another_place_than_home_is_fetched_from_end_with_an_error() {
    let team = Team::new();
    team.git_in("", &["init", "--quiet", "--bare", "fork.git"]);
    let address = ["config", "remote.origin.pushurl", "../fork.git"];
    team.git_in("codex", &address);
    team.done("codex", "add First --id A");
    for line in ["sync --json", "claim A --confirm --json"] {
        team.says("codex", line).failed("pushed_elsewhere", 128);
    }
    assert_eq!(team.ledger("fork.git"), "");
    team.git_in("codex", &["config", "--unset", "remote.origin.pushurl"]);
    team.done("codex", "sync");
}

#[test]
fn the_cloned_remote_is_home_whatever_its_name() {
    let team = Team::new();
    let named = ["config", "--global", "clone.defaultRemoteName", "upstream"];
    team.git_in("", &named);
    let clone = ["clone", HOME, "new"];
    let cloned = team.coord("", &clone);
    assert_eq!(cloned.code, 0, "{cloned:?}");
    assert_eq!(team.ledger("new"), team.ledger(HOME));
    team.done("new", "sync");
    team.git_in("codex", &["remote", "rename", "origin", "up"]);
    let lost = team.says("codex", "sync --json");
    lost.failed("no_remote", 128);
    let hint = "git config coord.remote up";
    assert_eq!(lost.json()["error"]["hint"], hint);
    team.git_in("codex", &["config", "coord.remote", "up"]);
    team.done("codex", "sync");
}

#[test]
fn a_remote_may_have_a_name_that_no_ref_can_have() {
    let team = Team::new();
    let address = ["config", "remote.the other.url", "../home.git"];
    team.git_in("codex", &address);
    team.done("codex", "add First --id A");
    let told = team.coord("codex", &["sync", "the other"]);
    assert_eq!(told.code, 0, "{told:?}");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
}

#[test]
fn a_ref_that_cannot_be_homes_is_refused_before_anybody_is_asked() {
    let team = Team::new();
    for name in [
        "",
        "coord",
        "HEAD",
        "refs/heads/*",
        "refs/a:refs/b",
        "+refs/a",
    ] {
        team.git_in("codex", &["config", "coord.ref", name]);
        team.says("codex", "sync --json").failed("bad_config", 128);
    }
}

#[test]
fn a_limit_that_never_ends_is_none() {
    let team = Team::new();
    let limit = u64::MAX.to_string();
    team.git_in("codex", &["config", "coord.sync", "auto"]);
    team.git_in("codex", &["config", "coord.syncTimeout", &limit]);
    team.done("codex", "add First --id A");
    assert_eq!(team.ledger(HOME), team.ledger("codex"));
}
