//! Who takes part: roles that come and go, the recovery key, the rules of the team.
//!
//! Not here: what each role may do (`rules`).

use crate::{
    keys::{CLAUDE, CODEX},
    world::World,
};

#[test]
fn a_role_is_taken_away_but_never_the_last_admins() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --role worker --role reviewer --generate");
    world.done("actor edit codex --no-role worker --role observer");
    let codex = world
        .coord(&["actor", "list", "--json"])
        .data("coord.actors/1");
    assert_eq!(
        codex["actors"][1]["roles"].to_string(),
        r#"["reviewer","observer"]"#
    );
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    world.done("actor edit codex --no-role worker");
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
    let last = world.coord(&["actor", "edit", "ada", "--no-role=admin", "--json"]);
    last.failed("last_admin", 1);
    assert_eq!(world.coord(&["actor", "edit", "codex"]).code, 129);
}

#[test]
fn a_removed_actor_has_no_roles_and_no_key_until_it_is_added_again() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --role worker --role reviewer --generate");
    world.done("actor add keyless");
    let entries = || {
        let list = world.git(&["rev-list", "refs/coord/ledger"]);
        list.lines().count()
    };
    let before = entries();
    assert_eq!(world.done("actor remove codex"), "removed actor codex\n");
    world.done("actor remove keyless");
    assert_eq!(entries(), before + 2);
    world.done("actor remove codex");
    assert_eq!(entries(), before + 2);
    let list = world.done("actor list");
    for name in ["codex", "keyless"] {
        let line = list.lines().find(|line| line.contains(name)).unwrap();
        assert!(line.contains("  removed  "), "{line}");
    }
    assert_ne!(world.coord(&["--actor=codex", "add", "x"]).code, 0);
    let gone = world.coord(&["actor", "remove", "eve", "--json"]);
    gone.failed("unknown_actor", 1);
    let last = world.coord(&["actor", "remove", "ada", "--json"]);
    last.failed("last_admin", 1);

    world.done("actor add codex --generate");
    world.done("--actor codex add x");
    world.done("actor add eve --role admin --generate");
    world.done("actor remove ada");
    world.done("--actor eve add y");
    world.done("verify");
}

#[test]
fn a_mistyped_key_is_not_taken_for_a_file() {
    let world = World::new();
    world.done("init --actor ada");
    for text in ["ssh-ed25519 garbage", "ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5"] {
        let refused = world.coord(&["actor", "add", "codex", "--key", text]);
        assert_eq!(refused.code, 129, "{refused:?}");
        assert!(
            refused.stderr.contains("is not a valid public key"),
            "{refused:?}"
        );
        assert!(!refused.stderr.contains("ssh-keygen"), "{refused:?}");
    }
}

#[test]
fn the_recovery_key_signs_for_an_admin_and_only_itself_replaces_it() {
    let world = World::new();
    let recovery = world.key_of(&CLAUDE);
    let public = recovery.with_extension("pub");
    world.key_of(&CODEX);
    let other = world.home().join("codex.pub");
    let given = format!("--recovery={}", public.display());
    let founded = world.coord(&["init", "--actor=ada", &given]);
    assert_eq!(founded.code, 0, "{founded:?}");
    let set = ["actor", "recovery-key", other.to_str().unwrap(), "--json"];
    world.coord(&set).failed("recovery_only", 1);
    world
        .coord(&["actor", "recovery-key", "--none", "--json"])
        .failed("recovery_only", 1);

    let setting = format!("coord.ada.signingKey={}", recovery.display());
    let by_recovery = |rest: &str| world.shell(&format!("git -c {setting} coord {rest}"));
    let added = by_recovery("actor add eve --role admin --generate");
    assert_eq!(added.code, 0, "{added:?}");
    let replaced = by_recovery(&format!("actor recovery-key {}", other.display()));
    assert_eq!(replaced.code, 0, "{replaced:?}");
    assert_eq!(by_recovery("add late").code, 128);
    assert!(world.done("actor list").contains("Recovery key SHA256:"));
    world.done("verify");
}

#[test]
fn the_recovery_key_belongs_to_no_actor() {
    let world = World::new();
    let key = world.key_of(&CODEX);
    let both = [
        "init".to_owned(),
        "--actor=ada".to_owned(),
        format!("--key={}", key.display()),
        format!("--recovery={}.pub", key.display()),
    ];
    let both: Vec<&str> = both.iter().map(String::as_str).collect();
    assert_eq!(world.coord(&both).code, 129);
}

#[test]
fn add_warns_of_a_gate_that_nobody_can_approve() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add claude --role reviewer --role worker --generate");
    let said = "warning: nobody can approve gate 'claude' of task 'B': ";
    let owned = world.coord(&["add", "x", "--id=B", "--gate=claude", "--owner=claude"]);
    assert!(owned.stderr.starts_with(said), "{owned:?}");
    let edited = world.coord(&["edit", "B", "--no-owner=claude"]);
    assert_eq!(edited.stderr, "");
    let foretold = world.coord(&["--actor=claude", "claim", "B", "--dry-run"]);
    assert!(foretold.stderr.starts_with(said), "{foretold:?}");
}

#[test]
fn add_warns_of_an_owner_who_is_not_an_actor_and_adds_the_task() {
    let world = World::new();
    world.done("init --actor ada");
    let added = world.coord(&["add", "x", "--id=B", "--owner=codx", "--owner=ada"]);
    assert_eq!(added.code, 0);
    assert_eq!(added.stderr, "warning: there is no actor 'codx' yet\n");
}

#[test]
fn verify_lists_what_a_lost_key_signed_since_it_was_lost() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world.done("--actor codex add --id A before");
    world.done("--actor codex add --id B after");
    let after = world.git(&[
        "log",
        "-1",
        "--format=%H %cd",
        "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
        "refs/coord/ledger",
    ]);
    let (object, at) = after.trim().split_once(' ').unwrap();
    world.done(&format!("actor revoke-key codex --since {at}"));
    let verified = world.coord(&["verify", "--json"]).data("coord.verify/1");
    assert_eq!(verified["good"], true);
    assert_eq!(verified["suspects"].as_array().unwrap().len(), 1);
    assert_eq!(verified["suspects"][0]["object"], object);
    assert!(
        world
            .done("verify")
            .contains(" suspect, an entry of codex at ")
    );
}

#[test]
fn a_path_policy_names_only_actors_as_reviewers() {
    let world = World::new();
    world.done("init --actor ada");
    let unknown = world.coord(&["policy", "paths", "lib/**", "review", "claud", "--json"]);
    unknown.failed("unknown_actor", 1);
    assert_eq!(unknown.json()["error"]["hint"], "git coord actor add claud");
    let nobody_yet = world.coord(&["policy", "paths", "lib/**", "review", "reviewer"]);
    assert_eq!(nobody_yet.code, 0);
    let said =
        "warning: nobody can approve gate 'role:reviewer' of 'lib/**': no actor has this role\n";
    assert_eq!(nobody_yet.stderr, said);
}

#[test]
fn who_may_take_a_claim_is_said_and_never_left_out() {
    let world = World::new();
    world.done("init --actor ada");
    for line in ["steal", "steal none worker", "lease 0min"] {
        let words = ["policy"].into_iter().chain(line.split(' '));
        let refused = world.coord(&words.collect::<Vec<_>>());
        assert_eq!(refused.code, 129, "{line}: {refused:?}");
    }
    assert!(
        world
            .done("policy")
            .contains("steal            coordinator")
    );
    assert!(
        world
            .done("policy steal none")
            .contains("steal            admins only")
    );
}

#[test]
fn refusals_name_the_missing_role_and_held_paths_come_with_a_hint() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world.done("actor add claude --role reviewer --generate");
    world.done("add one --id A --path lib/a");
    world.done("add two --id B --path docs");
    world.done("claim A");
    world.done("--actor codex claim B");
    let told = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        world.coord(&words).stderr
    };
    assert_eq!(
        told("--actor claude claim B"),
        "error: claude cannot claim task 'B': this needs the role coordinator, worker or admin\n\
         hint: git coord actor list\n"
    );
    let of_admins = "error: codex cannot change the roster: this needs the role admin\n";
    assert!(told("--actor codex actor add eve --generate").starts_with(of_admins));
    let beside = "hint: git coord claim --resume --share B\n";
    let edited = told("edit B --path lib/*");
    assert!(edited.ends_with(beside), "{edited}");
    world.done("add three --id C --path lib/**");
    world.done("--actor codex claim C --share");
    let resumed = told("claim A --resume");
    assert!(resumed.ends_with("hint: git coord claim --resume --share A\n"));
    world.done("claim A --resume --share");
}

#[test]
fn an_actor_without_a_key_is_added_with_a_warning_and_the_command_that_makes_one() {
    let world = World::new();
    world.done("init --actor ada");
    let added = world.coord(&["actor", "add", "codex"]);
    assert_eq!(
        (added.code, added.stdout.as_str()),
        (0, "added actor codex\n")
    );
    assert_eq!(
        added.stderr,
        "warning: codex cannot write entries, because it has no active key\n\
         hint: git coord actor add codex --generate\n"
    );
    let keyed = world.coord(&["actor", "add", "codex", "--generate"]);
    assert_eq!((keyed.code, keyed.stderr.as_str()), (0, ""));
}
