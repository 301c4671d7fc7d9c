//! Stranded work: under a key that was revoked meanwhile, or in a ledger that was founded a second time.
//!
//! Not here: lost claims (`meeting`).

use super::team::Team;

#[test]
fn work_under_a_revoked_key_is_appended_again_under_the_new_one() {
    let team = Team::new();
    team.done("ada", "add First --id A");
    team.converge(&["ada", "codex", "claude"]);
    team.done("codex", "add Second --id B");
    team.done("codex", "claim B");
    team.done("codex", "snapshot --label noon");
    team.done("codex", "comment B well");
    let script = "ssh-keygen -q -t ed25519 -N '' -C '' -f new";
    assert_eq!(team.world.shell(script).code, 0);
    team.done("ada", "actor revoke-key codex");
    team.done("ada", "actor add codex --key ../new.pub");
    team.done("ada", "sync");
    team.says("codex", "sync --json").failed("foreign_key", 128);
    let key = team.place("new");
    team.git_in(
        "codex",
        &["config", "user.signingKey", key.to_str().unwrap()],
    );
    let said = team.done("codex", "sync --resign");
    assert!(said.contains("codex: claim B"), "{said}");
    // A snapshot is of a state that is over.
    assert!(!said.contains("snapshot"), "{said}");
    team.done("codex", "verify");
    team.converge(&["ada", "codex", "claude"]);
    let task = team.says("ada", "show B --json").stdout;
    assert!(task.contains("\"actor\":\"codex\""), "{task}");
    // Entries that were appended again are not appended a third time.
    let tip = team.ledger("codex");
    team.done("codex", "sync --resign");
    assert_eq!(team.ledger("codex"), tip);
}

#[test]
fn another_ledger_than_homes_is_laid_aside_and_its_tasks_are_adopted() {
    let team = Team::apart();
    team.done("ada", "init");
    team.done("ada", "add First --id A");
    team.done("codex", "init");
    team.done("codex", "add Second --id B --step one");
    // An id that ada gave to something else.
    team.done("codex", "add Other --id A");
    team.done("codex", "add Third --id C --depends A");
    let second = team.ledger("codex");
    team.done("ada", "sync");
    let refused = team.says("codex", "sync --json");
    refused.failed("other_ledger_there", 128);
    assert_eq!(
        refused.json()["error"]["hint"],
        "to set the local ledger aside: git coord sync --adopt"
    );
    // An actor that cannot sign there gets an error before anything moves.
    team.says("codex", "sync --adopt --json")
        .failed("unregistered_actor", 128);
    assert_eq!(team.ledger("codex"), second);
    let key = team.world.home().join("codex.pub");
    let key = key.display();
    // So is who could not bring the tasks along.
    team.done(
        "ada",
        &format!("actor add codex --key {key} --role observer"),
    );
    team.done("ada", "sync");
    team.says("codex", "sync --adopt --json")
        .failed("not_permitted", 1);
    assert_eq!(team.ledger("codex"), second);
    team.done("ada", "actor edit codex --role worker --role coordinator");
    team.done("ada", "sync");
    let said = team.done("codex", "sync --adopt");
    let (aside, _) = said.split_once(" as ").unwrap();
    let short = aside.rsplit(' ').next().unwrap();
    assert_eq!(
        team.tip("codex", &format!("refs/coord-apart/{short}")),
        second
    );
    team.done("codex", "sync");
    team.converge(&["ada", "codex"]);
    let listed = team.done("ada", "list");
    for title in ["First", "Second", "Other", "Third"] {
        assert!(listed.contains(title), "{listed}");
    }
    let waits = team.done("ada", "show C");
    assert!(waits.contains(&format!("A-{}", &short[..4])), "{waits}");
}

#[test]
fn the_same_ledger_is_not_laid_aside() {
    let team = Team::new();
    team.says("codex", "sync --adopt --json")
        .failed("ledger_exists", 128);
}
