//! Where people look for a git command: man pages, the completions of the shells, schemas, and a few keys of an answer.
//!
//! Not here: what the commands do.

use std::fs;

use serde_json::json;

use crate::world::{Output, World};

/// Two tasks, an owner and a label.
fn planned() -> World {
    let world = World::new();
    world.done("init --actor ada");
    world.done("actor add codex --generate");
    world.done("add --id auth-1 --owner codex --label api Login");
    world.done("add --id auth-2 --depends auth-1 Logout");
    world
}

/// Whether a program is on this machine.
fn is_there(world: &World, program: &str) -> bool {
    world.shell(&format!("command -v {program}")).code == 0
}

#[test]
fn git_help_coord_shows_the_page_of_the_program() {
    let world = planned();
    let written = world.done("man --to pages");
    assert!(written.lines().count() > 60, "{written}");
    for page in [
        "man1/git-coord.1",
        "man1/git-coord-actor-add.1",
        "man5/git-coord-format.5",
        "man7/gitcoord-tutorial.7",
    ] {
        assert!(world.work().join("pages").join(page).is_file(), "{page}");
    }
    assert_eq!(
        world.done("man claim"),
        fs::read_to_string(world.work().join("pages/man1/git-coord-claim.1")).unwrap()
    );
    assert_eq!(world.coord(&["man", "nonsense"]).code, 129);
    if !is_there(&world, "man") {
        return;
    }
    for line in [
        "git help coord",
        "git coord --help",
        "man git-coord-claim",
        "man 5 git-coord-format",
    ] {
        let shown = world.shell(&format!(
            "MANPATH=$PWD/pages MANPAGER=cat GIT_PAGER=cat {line}"
        ));
        // The locale of a test has no signs for the formulas of the format.
        let is_quiet = line.contains("format") || shown.stderr.is_empty();
        assert!(shown.code == 0 && is_quiet, "{line}: {shown:?}");
        assert!(
            shown.stdout.contains("SEE ALSO"),
            "{line}: {}",
            shown.stdout
        );
    }
}

#[test]
fn candidates_are_the_commands_options_ids_actors_and_labels() {
    let world = planned();
    let offered = |words: &[&str]| -> Vec<String> {
        let mut line = vec!["completion", "words", "--", "git-coord"];
        line.extend(words);
        let output = world.coord(&line);
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
        let values = output
            .stdout
            .lines()
            .map(|line| line.split('\t').next().unwrap().to_owned());
        values.collect()
    };
    assert_eq!(offered(&["cla"]), ["claim"]);
    assert_eq!(offered(&["claim", "au"]), ["auth-1", "auth-2"]);
    assert_eq!(offered(&["claim", "AUTH-2"]), ["auth-2"]);
    assert_eq!(offered(&["list", "owner:co"]), ["owner:codex"]);
    assert_eq!(offered(&["list", "label:"]), ["label:api"]);
    assert_eq!(offered(&["list", "status:in_p"]), ["status:in_progress"]);
    assert_eq!(
        offered(&["edit", "auth-1", "--depends", "auth-"]),
        ["auth-1", "auth-2"]
    );
    assert_eq!(offered(&["--actor", "c"]), ["codex"]);
    assert_eq!(offered(&["actor", "rem"]), ["remove"]);
    assert_eq!(offered(&["show", "x"]), [""; 0]);
    assert!(offered(&["claim", "--sh"]).contains(&"--share".to_owned()));
    let help = world.done("completion words -- git-coord claim auth-1");
    assert_eq!(help, "auth-1\tLogin\n");
    let nowhere = World::empty();
    let output = nowhere.coord(&["completion", "words", "--", "git-coord", "claim", ""]);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{output:?}");
}

#[test]
fn bash_completes_inside_the_completion_of_git() {
    let world = planned();
    if !is_there(&world, "bash") {
        return;
    }
    let completed = |words: &str| -> Output {
        let script = format!(
            "git-coord completion bash >coord.bash && . ./coord.bash\n\
             words=({words}); cword=$((${{#words[@]}} - 1)); _git_coord; printf '%s|' \"${{COMPREPLY[@]}}\"\n"
        );
        fs::write(world.work().join("try.bash"), script).unwrap();
        world.shell("bash try.bash")
    };
    for (words, found) in [
        ("git coord claim auth", "auth-1 |auth-2 |"),
        ("git --no-pager coord claim auth-2", "auth-2 |"),
        ("git coord list label:a", "api |"),
        ("git coord list lab", "label:|"),
        ("git coord statu", "status |"),
    ] {
        assert_eq!(completed(words).stdout, found, "{words}");
    }
}

#[test]
fn fish_and_zsh_read_their_lines() {
    let world = planned();
    if is_there(&world, "fish") {
        fs::write(
            world.work().join("coord.fish"),
            world.done("completion fish"),
        )
        .unwrap();
        let found = world
            .shell("fish --no-config -c 'source coord.fish; complete -C \"git-coord claim auth\"; complete -C \"git coord claim auth-2\"'");
        assert_eq!(
            found.stdout, "auth-1\tLogin\nauth-2\tLogout\nauth-2\tLogout\n",
            "{found:?}"
        );
    }
    if is_there(&world, "zsh") {
        fs::write(
            world.work().join("_git-coord"),
            world.done("completion zsh"),
        )
        .unwrap();
        let found = world.shell("zsh -f -n _git-coord");
        assert_eq!((found.code, found.stderr.as_str()), (0, ""), "{found:?}");
    }
}

#[test]
fn a_few_keys_of_an_answer_are_enough() {
    let world = planned();
    let only = |words: &[&str]| world.coord(words).json()["data"].take();
    assert_eq!(
        only(&["list", "--fields", "id,title"]),
        json!({"tasks": [{"id": "auth-1", "title": "Login"}, {"id": "auth-2", "title": "Logout"}]})
    );
    assert_eq!(
        only(&["list", "--limit", "1", "--fields", "tasks,more"])["more"],
        1
    );
    assert_eq!(
        only(&["show", "auth-1", "--fields=status"]),
        json!({"task": {"status": "not_started"}})
    );
    assert_eq!(
        only(&["snapshots", "--limit", "1", "--fields", "name"]),
        json!({"snapshots": []})
    );
    world
        .coord(&["list", "--fields", "nonsense"])
        .failed("usage", 129);
    let log = world.coord(&["log", "--limit", "2", "--fields", "subject"]);
    assert_eq!(log.stdout.lines().count(), 2, "{log:?}");
    world.done("progress auth-1 20% --actor codex");
    let brief = world
        .coord(&["status", "--brief", "--json"])
        .data("coord.status_brief/1");
    assert_eq!(brief["tasks"].as_array().unwrap().len(), 1, "{brief}");
    assert_eq!(brief["tasks"][0]["id"], "auth-1");
    assert!(world.done("status --brief").contains("auth-1"));
    assert!(world.done("list --limit 1").ends_with("and 1 more\n"));
}

#[test]
fn a_schema_describes_an_answer() {
    let world = planned();
    let schema: serde_json::Value = serde_json::from_str(&world.done("schema list")).unwrap();
    assert_eq!(schema["properties"]["schema"]["const"], "coord.list/1");
    assert_eq!(
        schema["$defs"]["task"]["properties"]["id"]["type"],
        "string"
    );
    assert_eq!(world.done("schema coord.list/1"), world.done("schema list"));
    assert!(world.done("schema").contains("coord.verify/1"));
    assert_eq!(world.coord(&["schema", "nonsense"]).code, 129);
}
