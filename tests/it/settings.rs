//! The settings of the ledger, and the versions of its format: `configure` and `upgrade`.
//!
//! Not here: who may set them (`rules`), and clones that meet an unknown version (`sync`).

use crate::{
    sync::team::Team,
    world::{Output, World},
};

fn says(world: &World, line: &[&str]) -> Output {
    world.coord(&[line, &["--json"]].concat())
}

#[test]
fn the_settings_are_shown_and_changed_and_each_change_is_one_entry() {
    let world = World::new();
    world.done("init --actor ada");
    let shown = world.done("configure");
    assert_eq!(
        shown,
        "title          none\n\
         days begin at  UTC+00:00\n\
         home ref       refs/coord/ledger\n\
         home address   none\n\
         versions       format 1, rules 1, state 1, message 1, files 1\n"
    );
    let set = says(
        &world,
        &[
            "configure",
            "--title=Release 1.0",
            "--days-begin",
            "-05:30",
            "--home-ref=refs/heads/coord",
            "--home-url=git@example.org:plan.git",
        ],
    );
    let data = set.data("coord.configured/1");
    let settings = &data["settings"];
    assert_eq!(settings["title"], "Release 1.0");
    assert_eq!(settings["day_offset"], "-05:30");
    assert_eq!(settings["home_ref"], "refs/heads/coord");
    assert_eq!(settings["home_url"], "git@example.org:plan.git");
    assert!(data["entry"].is_string(), "{data}");
    let shown = says(&world, &["configure"]).data("coord.settings/1");
    assert_eq!(&shown, settings);
    assert!(world.done("status").contains("Release 1.0"));
    let again = says(&world, &["configure", "--title=Release 1.0"]);
    assert!(again.data("coord.configured/1")["entry"].is_null());
    world.done("configure --no-title --no-home-url");
    let shown = says(&world, &["configure"]).data("coord.settings/1");
    assert!(shown["title"].is_null() && shown["home_url"].is_null());
}

#[test]
fn the_day_of_a_command_begins_where_the_ledger_says() {
    let world = World::new();
    world.done("init --actor ada");
    world.done("configure --days-begin +14:00");
    // It is ten in the morning in UTC.
    let taken = says(&world, &["snapshot"]).data("coord.snapshot/1");
    assert!(taken["name"].as_str().unwrap().starts_with("2025-10-15"));
    world.done("configure --days-begin -14:00");
    let taken = says(&world, &["snapshot"]).data("coord.snapshot/1");
    assert!(taken["name"].as_str().unwrap().starts_with("2025-10-14"));
}

#[test]
fn a_setting_of_another_form_is_refused_with_the_form() {
    let world = World::new();
    world.done("init --actor ada");
    for (line, form) in [
        ("--days-begin=2", "+02:00"),
        ("--days-begin=+15:00", "14 hours"),
        ("--home-ref=refs/heads/main", "refs/heads/coord"),
        ("--home-url=--upload-pack=x", "does not begin with '-'"),
        ("--title=", "title"),
    ] {
        let told = says(&world, &["configure", line]);
        told.failed("usage", 129);
        assert!(told.stderr.contains(form), "{told:?}");
    }
    world.done("actor add codex --generate");
    says(&world, &["configure", "--title=x", "--actor=codex"]).failed("not_permitted", 1);
}

#[test]
fn a_clone_without_a_remote_is_told_the_address_of_home() {
    let world = World::new();
    world.done("init --actor ada");
    says(&world, &["sync"]).failed("no_remote", 128);
    world.done("configure --home-url git@example.org:plan.git");
    let told = says(&world, &["sync"]);
    told.failed("no_remote", 128);
    let hint = &told.json()["error"]["hint"];
    assert_eq!(hint, "git remote add origin 'git@example.org:plan.git'");
}

#[test]
fn the_ledger_moves_to_another_ref_of_home_as_the_page_says() {
    let team = Team::new();
    let told = team.says("ada", "configure --home-ref refs/heads/coord");
    assert!(told.stderr.contains("docs/sync.md"), "{told:?}");
    team.done("ada", "sync");
    // Claude's clone knows of the new ref before it is there, codex's only finds the old one gone.
    team.done("claude", "sync");
    team.git_in(
        "ada",
        &[
            "push",
            "--quiet",
            "--atomic",
            "origin",
            "refs/coord/ledger:refs/heads/coord",
            ":refs/coord/ledger",
        ],
    );
    for (player, task) in [("codex", "C"), ("claude", "D"), ("ada", "A")] {
        team.done(player, &format!("add {task} --id {task}"));
        team.done(player, "sync");
    }
    let refs = team.git_in("home.git", &["for-each-ref", "--format=%(refname)"]);
    assert!(refs.contains("refs/heads/coord"), "{refs}");
    assert!(!refs.contains("refs/coord/ledger"), "{refs}");
    for task in ["A", "C", "D"] {
        team.done("ada", &format!("show {task}"));
    }
}

#[test]
fn a_version_is_announced_once_and_only_if_this_program_knows_it() {
    let world = World::new();
    world.done("init --actor ada");
    let nothing = says(&world, &["upgrade"]).data("coord.upgraded/1");
    assert!(nothing["entry"].is_null(), "{nothing}");
    let announced = says(&world, &["upgrade", "--rules=1", "--files=1"]);
    assert!(announced.data("coord.upgraded/1")["entry"].is_string());
    let again = says(&world, &["upgrade", "--rules=1"]);
    assert!(again.data("coord.upgraded/1")["entry"].is_null());
    for part in ["format", "rules", "state", "message", "files"] {
        let told = says(&world, &["upgrade", &format!("--{part}=2")]);
        told.failed("unsupported", 128);
        let known = format!("knows {part} up to 1, not 2");
        assert!(told.stderr.contains(&known), "{told:?}");
        assert!(told.stderr.contains("hint: install a newer git-coord"));
    }
    world.done("actor add codex --generate");
    says(&world, &["upgrade", "--state=1", "--actor=codex"]).failed("not_permitted", 1);
    world.done("verify");
}
