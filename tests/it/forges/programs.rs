//! gh and glab, which are scripts here: what they print, and how they fail.
//!
//! Not here: GitHub's own interface (`api`).

use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::json;

use super::{
    TOKEN, bare_path, data, entries, observe_at, observe_with,
    server::{Repository, Server},
    world,
};
use crate::world::{Output, World};

/// Puts a program on the search path of [`observe_with`]: lines of `sh`.
pub fn script(world: &World, name: &str, lines: &str) {
    let path = bare_path(world).join(name);
    fs::write(
        &path,
        format!("#!/bin/sh\necho \"$@\" >>\"$HOME/calls\"\n{lines}\n"),
    )
    .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn calls(world: &World) -> String {
    let path = world.home().join("calls");
    let told = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    told
}

fn observe(world: &World) -> Output {
    observe_with(world, &[], |_| {})
}

const LIST: &str = r#"case "$*" in
*"--state all"*) echo '[{"number": 8, "state": "OPEN", "title": "Second", "headRefName": "feat/y"},
    {"number": 7, "state": "MERGED", "title": "First 🌒", "headRefName": "feat/x"}]' ;;
*"--state open"*) echo '[{"number": 8, "state": "OPEN", "title": "Second", "headRefName": "feat/y",
    "statusCheckRollup": [{"__typename": "StatusContext", "state": "FAILURE"}], "reviewDecision": "", "mergeable": "UNKNOWN"}]' ;;
*) exit 1 ;;
esac"#;

#[test]
fn gh_is_asked_for_all_and_for_the_checks_of_the_open_ones() {
    let world = world();
    script(&world, "gh", LIST);
    let told = data(&observe(&world));
    assert_eq!(
        (&told["read"], &told["recorded"]),
        (&json!(2), &json!([7, 8]))
    );
    assert_eq!(told["pull_requests"][1]["checks"]["failing"], 1);
    let calls = calls(&world);
    assert_eq!(calls.lines().count(), 2, "{calls}");
    assert!(
        calls.starts_with("pr list --repo acme/plan --state all --limit 1000 --json number,title,"),
        "{calls}"
    );
    assert!(calls.contains("--state open --limit 20 --json"), "{calls}");
    let count = entries(&world);
    assert!(data(&observe(&world))["entry"].is_null());
    assert_eq!(entries(&world), count);
}

#[test]
fn each_way_to_fail_has_a_code_a_message_and_a_hint_of_its_own() {
    let world = world();
    let mut told = Vec::new();
    observe(&world).failed("forge_not_installed", 128);
    told.push(observe(&world));
    for (lines, code) in [
        (
            "echo 'To get started with GitHub CLI, please run:  gh auth login' >&2; exit 4",
            "forge_not_logged_in",
        ),
        (
            "echo 'HTTP 403: API rate limit exceeded for user ID 1.' >&2; exit 1",
            "forge_rate_limited",
        ),
        (
            "echo 'HTTP 504: 504 Gateway Timeout' >&2; exit 1",
            "forge_timed_out",
        ),
        (
            "echo 'GraphQL: Could not resolve to a Repository' >&2; exit 1",
            "forge_denied",
        ),
        ("echo 'panic: \u{1b}[2J' >&2; exit 1", "forge_failed"),
        ("echo '<html>'", "bad_pull_requests"),
        ("printf '[{\"number\": 7, \"tit'", "bad_pull_requests"),
    ] {
        script(&world, "gh", lines);
        let output = observe(&world);
        output.failed(code, 128);
        assert!(!output.stderr.contains('\u{1b}'), "{output:?}");
        told.push(output);
    }
    script(
        &world,
        "gh",
        "echo 'error connecting to api.github.com' >&2; exit 1",
    );
    let offline = observe(&world);
    assert_eq!(data(&offline)["problem"]["code"], "forge_offline");
    let hints = |output: &Output| -> Vec<String> {
        let lines = output.stderr.lines().map(str::to_owned);
        lines.filter(|line| line.starts_with("hint: ")).collect()
    };
    let five = [&told[0], &told[1], &told[2], &told[3], &offline];
    let all: std::collections::BTreeSet<_> = five.iter().map(|it| hints(it)).collect();
    assert_eq!(all.len(), 5, "{all:?}");
    assert!(all.iter().all(|hints| hints.len() == 1), "{all:?}");
}

#[test]
fn a_gh_that_is_not_logged_in_leaves_it_to_the_token() {
    let world = world();
    script(&world, "gh", "echo 'gh auth login' >&2; exit 4");
    let repository = Repository::with(3, 0);
    let server = Server::begin(move |request| repository.answer(request));
    assert_eq!(data(&observe_at(&world, &server.address, &[]))["read"], 3);
}

#[test]
fn a_gh_that_does_not_end_is_stopped_at_the_time_limit() {
    let world = world();
    script(&world, "gh", "sleep 600");
    observe_with(&world, &["--timeout", "1s"], |_| {}).failed("forge_timed_out", 128);
}

#[test]
fn a_token_that_gh_tells_is_not_passed_on() {
    let world = world();
    let token = ["ghp_", "x7Qm2Lr9Zt4Kd8Wp1Vb6Ny3Hs5Gf0JcUeAaB"].concat();
    let line = format!("no way with {token}, nor with {TOKEN}");
    script(&world, "gh", &format!("echo '{line}' >&2; exit 1"));
    let told = observe_with(&world, &[], |command| {
        command.env("GITHUB_TOKEN", TOKEN);
    });
    told.failed("forge_failed", 128);
    let told = format!("{told:?}");
    assert!(!told.contains(&token) && !told.contains(TOKEN), "{told}");
}

#[test]
fn gitlab_is_asked_through_glab_and_read_from_a_file_through_the_same_door() {
    let world = world();
    world.git(&[
        "config",
        "remote.origin.url",
        "https://gitlab.com/acme/sub/plan.git",
    ]);
    observe(&world).failed("forge_not_installed", 128);
    let item = r#"{"iid": 5, "title": "Draft: x", "state": "opened", "draft": true, "source_branch": "feat/x", "sha": null,
        "labels": ["a"], "web_url": "https://gitlab.com/acme/sub/plan/-/merge_requests/5""#;
    script(
        &world,
        "glab",
        &format!(
            "case \"$*\" in \"mr list\"*) echo '[{item}}}]' ;; *) echo '{item}, \"head_pipeline\": {{\"status\": \"failed\"}}}}' ;; esac"
        ),
    );
    let told = data(&observe(&world));
    assert_eq!(
        (&told["forge"], &told["read"]),
        (&json!("gitlab"), &json!(1))
    );
    assert_eq!(told["pull_requests"][0]["checks"]["result"], "failing");
    let calls = calls(&world);
    let wanted = "mr list --all --repo https://gitlab.com/acme/sub/plan --output json --per-page 20 --page 1";
    assert!(calls.starts_with(wanted), "{calls}");
    fs::write(
        world.work().join("mrs.json"),
        format!("[{item}, \"head_pipeline\": null}}]"),
    )
    .unwrap();
    let told = data(&observe_with(&world, &["--from", "mrs.json"], |_| {}));
    assert_eq!(told["repository"], "https://gitlab.com/acme/sub/plan");
    assert_eq!(told["pull_requests"][0]["checks"]["result"], "none");
}

#[test]
fn gitea_is_read_from_a_file_and_asking_it_says_so() {
    let world = world();
    world.git(&[
        "config",
        "remote.origin.url",
        "https://codeberg.org/acme/plan.git",
    ]);
    let told = observe(&world);
    told.failed("unknown_forge", 128);
    assert!(told.stderr.contains("--from"), "{told:?}");
    let list = r#"[{"number": 3, "title": "x", "state": "closed", "merged": true, "head": {"ref": "feat/x", "sha": null},
        "base": {"ref": "main"}, "user": {"login": "ada"}, "mergeable": false, "labels": null,
        "html_url": "https://codeberg.org/acme/plan/pulls/3"}]"#;
    fs::write(world.work().join("prs.json"), list).unwrap();
    let told = data(&observe_with(&world, &["--from", "prs.json"], |_| {}));
    assert_eq!(
        (&told["forge"], &told["pull_requests"][0]["state"]),
        (&json!("gitea"), &json!("merged"))
    );
}

#[test]
fn a_repository_without_a_forge_says_how_to_name_one() {
    let world = world();
    world.git(&["config", "remote.origin.url", "../elsewhere"]);
    observe(&world).failed("unknown_forge", 128);
    script(&world, "gh", LIST);
    let told = observe_with(
        &world,
        &["--repository", "https://github.com/acme/plan"],
        |_| {},
    );
    assert_eq!(data(&told)["read"], 2);
    let told = observe_with(
        &world,
        &["--repository", "https://github.com/acme/plan/pulls"],
        |_| {},
    );
    told.failed("unknown_forge", 128);
}
