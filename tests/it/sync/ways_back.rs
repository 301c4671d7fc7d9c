//! From every damaged state there is a way back to work in every clone, and the printed hints lead there, one command after
//! the other. Nothing that was acknowledged is lost on the way.
//!
//! Not here: what each command does about the damage (`homes`, `repairs`, `ahead`, `doctor`).

use std::fs;

use super::team::Team;
use crate::{
    forge::{added, announced, author, open},
    keys::{ADA, CLAUDE, CODEX},
    world::Output,
};

const HOME: &str = "home.git";
const LEDGER: &str = "refs/coord/ledger";
const ANCHOR: &str = "refs/coord-anchor/ledger";
const ALL: [&str; 3] = ["ada", "codex", "claude"];

/// How many commands a person may have to copy until the wanted one succeeds.
const STEPS_MAX: usize = 8;

/// Every clone has published a task of its own, which all know, and has another one that only it knows.
fn busy() -> Team {
    let team = Team::new();
    for name in ALL {
        team.done(name, &format!("add Published --id P-{name}"));
        team.done(name, "sync");
    }
    team.converge(&ALL);
    for name in ALL {
        team.done(name, &format!("add Local --id L-{name}"));
    }
    team
}

/// The hint of the command, or of the first finding that has one.
fn hint(output: &Output) -> Option<&str> {
    let lines = output.stderr.lines().chain(output.stdout.lines());
    lines
        .filter_map(|line| line.trim_start().strip_prefix("hint: "))
        .next()
}

/// The command at the end of a hint.
#[track_caller]
fn command(hint: &str) -> &str {
    let start = match hint.strip_prefix("git ") {
        Some(_) => 0,
        None => hint.find(": git ").expect(hint) + 2,
    };
    &hint[start..]
}

/// Where a hint is to be followed, if it was printed in `here` on the way of `walker`.
fn place<'a>(hint: &str, here: &'a str, walker: &'a str) -> &'a str {
    if hint.starts_with("an admin")
        || hint.contains("an admin runs")
        || hint.contains("someone who has the ledger")
    {
        "ada"
    } else if hint.starts_with("in a clone that refuses it") {
        walker
    } else {
        here
    }
}

fn shell(team: &Team, name: &str, line: &str) -> Output {
    let mut command = team.world.command("sh", &team.place(name));
    team.world.run(command.args(["-c", line]))
}

/// Runs a command in a clone until it succeeds, and in between only commands that hints name.
#[track_caller]
fn walk(team: &Team, walker: &str, goal: &str) {
    let mut way = Vec::new();
    let (mut here, mut line) = (walker.to_owned(), goal.to_owned());
    for _ in 0..STEPS_MAX {
        let output = shell(team, &here, &line);
        let is_goal = (&*here, &*line) == (walker, goal);
        way.push(format!("{here}: {line}: {output:?}"));
        if output.code == 0 && is_goal {
            return;
        }
        (here, line) = match hint(&output) {
            Some(hint) if output.code != 0 => (
                place(hint, &here, walker).to_owned(),
                command(hint).to_owned(),
            ),
            _ => (walker.to_owned(), goal.to_owned()),
        };
    }
    panic!("no way back:\n{}", way.join("\n"));
}

/// Walks back in every clone, and checks that all work together again and nothing is lost.
#[track_caller]
fn all_return(team: &Team) {
    for name in ALL {
        walk(team, name, "git coord sync");
        walk(team, name, "git coord doctor");
    }
    is_whole(team, &ALL);
}

#[track_caller]
fn is_whole(team: &Team, names: &[&str]) {
    for name in names {
        walk(team, name, "git coord sync");
        team.done(name, "add After");
    }
    if team.ledger(HOME).is_empty() {
        for name in names.iter().chain(names) {
            team.done(name, "sync");
        }
    } else {
        team.converge(names);
    }
    let listed = team.done(names[0], "list");
    for name in ALL {
        for task in ["P", "L"] {
            let task = format!("{task}-{name}");
            assert!(listed.contains(&task), "{task}: {listed}");
        }
    }
}

/// What a script in home's folder makes of the ledger's ref.
fn overwrite(team: &Team, script: &str) {
    let made = shell(team, HOME, script);
    assert_eq!(made.code, 0, "{script}: {made:?}");
}

const EMPTY: &str = "$(git hash-object -t tree -w /dev/null)";

#[test]
fn every_actor_can_repair_a_home_that_does_not_hold_a_ledger() {
    for (what, kind) in [
        (format!("git commit-tree -m code {EMPTY}"), "commit"),
        (
            format!("git commit-tree -m more -p $(git commit-tree -m code {EMPTY}) {EMPTY}"),
            "commit",
        ),
        ("echo x | git hash-object -w --stdin".to_owned(), "blob"),
        (format!("echo {EMPTY}"), "tree"),
        (
            format!("git tag -a -m x x {LEDGER} && git rev-parse x"),
            "tag",
        ),
    ] {
        let team = busy();
        overwrite(
            &team,
            &format!("id=$({what}) && git update-ref {LEDGER} $id && git rev-parse $id >../held"),
        );
        let held = fs::read_to_string(team.place("held")).unwrap();
        for name in ALL {
            team.says(name, "sync --json").failed("bad_history", 128);
        }
        // Of a new clone nothing is expected but that it names the helper.
        team.clone_for("desk", &CODEX);
        let told = team.says("desk", "sync");
        assert_eq!(
            hint(&told),
            Some("someone who has the ledger runs: git coord repair"),
            "{kind}: {told:?}"
        );
        walk(&team, "codex", "git coord sync");
        let aside = team.git_in(
            "ada",
            &[
                "for-each-ref",
                "--format=%(objectname) %(objecttype)",
                "refs/coord-apart",
            ],
        );
        assert_eq!(aside, format!("{} {kind}", held.trim()));
        all_return(&team);
        team.done("desk", "sync");
    }
}

#[test]
fn an_actor_without_a_role_puts_the_ledger_back_too() {
    let team = busy();
    team.done("codex", "sync");
    team.done("ada", "sync");
    team.done(
        "ada",
        "actor edit codex --no-role worker --no-role reviewer",
    );
    team.done("ada", "sync");
    team.done("codex", "sync");
    overwrite(
        &team,
        &format!("git update-ref {LEDGER} $(git commit-tree -m code {EMPTY})"),
    );
    let told = team.done("codex", "repair");
    assert!(told.contains("missing entries were pushed again"), "{told}");
    team.done("ada", "sync");
    team.done("ada", "actor edit codex --role worker");
    all_return(&team);
}

#[test]
fn a_home_on_a_branch_that_was_deleted_or_overwritten_comes_back() {
    for script in [
        "git update-ref -d refs/heads/coord".to_owned(),
        format!("git update-ref refs/heads/coord $(git commit-tree -m code {EMPTY})"),
    ] {
        let team = busy();
        for name in ALL {
            team.git_in(name, &["config", "coord.ref", "refs/heads/coord"]);
            walk(&team, name, "git coord sync");
        }
        team.git_in(HOME, &["update-ref", "-d", LEDGER]);
        overwrite(&team, &script);
        all_return(&team);
        assert_ne!(team.tip(HOME, "refs/heads/coord"), "");
    }
}

#[test]
fn an_older_line_and_another_line_at_home_are_repaired() {
    for script in [
        format!("git update-ref {LEDGER} {LEDGER}~2"),
        format!("git update-ref -d {LEDGER}"),
    ] {
        let team = busy();
        overwrite(&team, &script);
        all_return(&team);
    }
    for first in ALL {
        let team = busy();
        let old = team.git_in(HOME, &["rev-parse", &format!("{LEDGER}~2")]);
        // Claude's clone was restored from an old copy, and plain git pushes what was added there.
        team.git_in("", &["clone", "--quiet", "--mirror", HOME, "copy"]);
        team.git_in("copy", &["update-ref", LEDGER, &old]);
        let author = author(&team.world, &CLAUDE);
        let other = open(&team.place("copy"));
        let time = other.current().unwrap().state.effective;
        let appended: Result<_, git_coord::ledger::Error> =
            other.append_one(None, &author, time, |_| Ok(added("O")));
        appended.unwrap();
        team.git_in("copy", &["push", "--quiet", "--force", "--mirror"]);
        walk(&team, first, "git coord sync");
        all_return(&team);
        team.done("ada", "show O");
    }
}

#[test]
fn a_clone_that_followed_another_line_finds_back() {
    for follower in ["codex", "ada"] {
        let team = busy();
        // A mirror of a clone without the ledger deletes it, and claude, who has slept, publishes an older line.
        let slept = format!("{LEDGER}~2");
        for (name, refs) in [("claude", [LEDGER, ANCHOR])] {
            for reference in refs {
                let to = team.git_in(name, &["rev-parse", &slept]);
                team.git_in(name, &["update-ref", reference, &to]);
            }
        }
        let whole = team.ledger(HOME);
        team.git_in("", &["clone", "--quiet", HOME, "bystander"]);
        team.git_in("bystander", &["push", "--quiet", "--mirror"]);
        team.done("claude", "add Other --id O");
        team.done("claude", "sync");
        let other = team.ledger(HOME);
        // The follower has no anchor of the old line: its clone is new.
        let desk = if follower == "ada" { &ADA } else { &CODEX };
        team.clone_for("desk", desk);
        team.done("desk", "sync");
        team.done("desk", "add Desk --id D");
        team.done("desk", "sync");
        // Somebody pushes the old line again.
        team.git_in(HOME, &["update-ref", LEDGER, &whole]);
        assert_ne!(other, whole);
        team.done("codex", "sync");
        team.done("ada", "sync");
        walk(&team, "desk", "git coord sync");
        walk(&team, "claude", "git coord sync");
        all_return(&team);
        for task in ["D", "O"] {
            team.done("ada", &format!("show {task}"));
        }
        is_whole(&team, &["ada", "codex", "claude", "desk"]);
    }
}

/// Ada's modified client announces a version that nobody has.
fn upgraded(team: &Team, version: u16) {
    let author = author(&team.world, &ADA);
    let ledger = open(&team.place("ada"));
    let time = ledger.current().unwrap().state.effective;
    let appended: Result<_, git_coord::ledger::Error> =
        ledger.append_one(None, &author, time, |_| Ok(announced(version)));
    appended.unwrap();
}

#[test]
fn an_upgrade_that_nobody_has_stops_no_work_and_is_left_behind() {
    let team = busy();
    team.done("ada", "sync");
    upgraded(&team, 9);
    let push = ["push", "--quiet", "origin", LEDGER];
    team.git_in("ada", &push);
    let told = team.says("codex", "sync --json");
    assert_eq!(told.code, 1, "{told:?}");
    let data: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let ahead = &data["data"]["ahead"];
    assert_eq!(ahead["actor"], "ada", "{ahead}");
    assert_eq!(ahead["version"]["part"], "format", "{ahead}");
    assert_eq!(ahead["version"]["version"], 9, "{ahead}");
    assert!(told.stderr.contains("format 9"), "{told:?}");
    team.done("codex", "add Meanwhile --id M");
    team.says("codex", "claim M --confirm --json")
        .failed("unsupported", 128);
    team.says("codex", "repair --json")
        .failed("not_permitted", 1);
    // A new clone works too.
    team.clone_for("desk", &CODEX);
    team.done("desk", "sync");
    team.done("desk", "list");
    team.says("ada", "list --json").failed("unsupported", 128);
    all_return(&team);
    team.done("ada", "show M");
    team.done("desk", "sync");
    team.done("desk", "show M");
    let formats = team.git_in("ada", &["rev-list", "--count", LEDGER]);
    assert_ne!(formats, "0");
}

#[test]
fn an_upgrade_that_only_the_admins_own_clone_has_is_left_behind() {
    for is_published in [false, true] {
        let team = busy();
        team.done("ada", "sync");
        team.clone_for("admin", &ADA);
        team.done("admin", "sync");
        upgraded(&team, 7);
        if is_published {
            team.git_in("ada", &["push", "--quiet", "origin", LEDGER]);
            // Another clone of the admin knows nothing of it.
            team.done("admin", "repair");
        }
        all_return(&team);
        is_whole(&team, &["ada", "codex", "claude", "admin"]);
    }
}

#[test]
fn hundreds_of_junk_commits_are_acknowledged_by_one_command() {
    let team = busy();
    for name in ALL {
        walk(&team, name, "git coord sync");
    }
    walk(&team, "ada", "git coord sync");
    overwrite(
        &team,
        &format!(
            "tree={EMPTY} && tip=$(git rev-parse {LEDGER}) &&
             for n in $(seq 300); do tip=$(git commit-tree -m junk-$n -p $tip $tree) || exit; done &&
             git update-ref {LEDGER} $tip"
        ),
    );
    for name in ALL {
        walk(&team, name, "git coord sync");
        assert_eq!(team.says(name, "verify").code, 1);
    }
    let told = team.says("codex", "verify");
    let line = command(hint(&told).unwrap()).to_owned();
    assert_eq!(
        shell(&team, "codex", &line).code,
        1,
        "codex is not an admin"
    );
    walk(&team, "ada", "git coord verify");
    let again = shell(&team, "ada", &line);
    assert!(
        again.stdout.starts_with("300 commits were already"),
        "{again:?}"
    );
    team.done("ada", "sync");
    all_return(&team);
}

#[test]
fn commits_are_acknowledged_by_list_and_by_range() {
    let team = Team::new();
    overwrite(
        &team,
        &format!(
            "tree={EMPTY} && tip=$(git rev-parse {LEDGER}) &&
             for n in 1 2 3 4 5 6; do tip=$(git commit-tree -m junk-$n -p $tip $tree) || exit; done &&
             git update-ref {LEDGER} $tip"
        ),
    );
    team.done("ada", "sync");
    let line = team.git_in("ada", &["rev-list", "-6", "--reverse", LEDGER]);
    let junk: Vec<&str> = line.lines().collect();
    let said = team.done("ada", &format!("acknowledge {}", junk[0]));
    assert!(
        said.starts_with(&format!("acknowledged {}", &junk[0][..7])),
        "{said}"
    );
    let said = team.done(
        "ada",
        &format!("acknowledge {}..{} {} --json", junk[0], junk[2], junk[5]),
    );
    let data: serde_json::Value = serde_json::from_str(&said).unwrap();
    let data = &data["data"];
    crate::schemas::Schemas::read().check("coord.acknowledged/1", data);
    let seen: Vec<&str> = data["commits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seen| seen["object"].as_str().unwrap())
        .collect();
    assert_eq!(seen, [junk[1], junk[2], junk[5]]);
    assert_eq!(data["new"], 3);
    team.says(
        "ada",
        &format!("acknowledge {}..{} --json", junk[2], junk[1]),
    )
    .failed("not_quarantined", 1);
    team.says("ada", "acknowledge 0000..1111 --json")
        .failed("unknown_entry", 128);
    assert_eq!(team.says("ada", "verify").code, 1);
    team.done("ada", &format!("acknowledge {}..{}", junk[2], junk[5]));
    team.done("ada", "verify");
}

#[test]
fn two_acknowledged_lines_that_exclude_each_other_are_both_kept() {
    for is_published in [false, true] {
        let team = busy();
        for name in ALL {
            walk(&team, name, "git coord sync");
        }
        walk(&team, "ada", "git coord sync");
        team.done("ada", "claim P-ada");
        if is_published {
            team.done("ada", "sync");
        }
        let lost = team.ledger("ada");
        team.git_in("ada", &["update-ref", LEDGER, &format!("{LEDGER}~1")]);
        team.done("ada", "cancel P-ada --reason x");
        let since = team.ledger("ada");
        walk(&team, "ada", "git coord doctor --recover");
        let line = team.git_in("ada", &["rev-list", LEDGER]);
        assert!(line.contains(&lost) && line.contains(&since), "{line}");
        all_return(&team);
    }
}

#[test]
fn a_local_ref_or_an_anchor_that_is_gone_comes_back() {
    let ref_file = format!("rm -f .git/{LEDGER}");
    for script in [
        format!("git update-ref -d {LEDGER}"),
        format!("git pack-refs --all; git update-ref -d {LEDGER}"),
        format!("git update-ref -d {ANCHOR}"),
        format!("git update-ref -d {ANCHOR}; git update-ref -d {LEDGER}"),
        format!("echo x >.git/{ANCHOR}"),
        format!("{ref_file}; echo garbage >.git/{LEDGER}"),
        format!("git update-ref {LEDGER} {ANCHOR}~1"),
        "git config --unset coord.ledger".to_owned(),
    ] {
        let team = busy();
        let broken = shell(&team, "codex", &script);
        assert_eq!(broken.code, 0, "{script}: {broken:?}");
        walk(&team, "codex", "git coord doctor");
        all_return(&team);
    }
}

#[test]
fn objects_that_are_gone_come_back_from_home() {
    for script in [
        "true".to_owned(),
        format!("rm -rf .git/{LEDGER} .git/logs/{LEDGER}"),
        format!(
            "rm -rf .git/{LEDGER} .git/{ANCHOR} .git/logs/refs/coord .git/logs/refs/coord-anchor"
        ),
    ] {
        let team = busy();
        for name in ALL {
            walk(&team, name, "git coord sync");
        }
        let script = format!("{script}; rm -rf .git/objects/??; git pack-refs --all; true");
        let broken = shell(&team, "codex", &script);
        assert_eq!(broken.code, 0, "{script}: {broken:?}");
        walk(&team, "codex", "git coord doctor --recover");
        all_return(&team);
    }
}
