//! The conduct of every command: exit statuses, the envelope, colours, streams that end.
//!
//! Not here: the effect of the commands.

use std::fs;

use crate::world::World;

/// Every command with just enough arguments to be taken by the parser.
const COMMANDS: &[&[&str]] = &[
    &["init"],
    &["actor", "list"],
    &["actor", "add", "codex"],
    &["actor", "revoke-key", "codex"],
    &["actor", "remove", "codex"],
    &["actor", "retire-key", "codex"],
    &["actor", "edit", "codex", "--role=reviewer"],
    &["actor", "recovery-key", "--none"],
    &["add", "Title"],
    &["edit", "B", "--group=x"],
    &["show", "B"],
    &["list"],
    &["status"],
    &["board"],
    &["log"],
    &["ready"],
    &["plan"],
    &["brief", "codex"],
    &["claim", "B"],
    &["release", "B"],
    &["handoff", "B", "--to=codex"],
    &["progress", "B", "60%"],
    &["step", "B", "1"],
    &["block", "B", "why"],
    &["unblock", "B"],
    &["comment", "B", "text"],
    &["renew", "B"],
    &["paths", "README.md"],
    &["submit", "B"],
    &["approve", "B"],
    &["reject", "B", "--note=why"],
    &["tick", "B", "1"],
    &["policy"],
    &["configure"],
    &["upgrade"],
    &["integrate", "B"],
    &["done", "B"],
    &["undo"],
    &["wait", "B"],
    &["inbox"],
    &["setup"],
    &["cancel", "B"],
    &["reopen", "B"],
    &["target", "set", "percent", "100"],
    &["target", "unset", "percent"],
    &["target", "list"],
    &["guard", "add", "G1", "--title=x", "--command=true"],
    &["guard", "remove", "G1"],
    &["guard", "list"],
    &["guard", "record", "G1", "pass"],
    &["guard", "run", "--all"],
    &["guard", "trust", "G1"],
    &["import", "plan.md"],
    &["html"],
    &["export", "--format=json"],
    &["snapshot"],
    &["snapshots"],
    &["diff"],
    &["report"],
    &["metrics"],
    &["verify"],
    &["sync"],
    &["doctor"],
    &["repair"],
    &["acknowledge", "0000"],
    &["worktree", "add", "B"],
    &["worktree", "list"],
    &["worktree", "remove", "B"],
    &["observe", "worktrees"],
    &["observe", "prs", "--from=prs.json"],
    &["hooks", "install"],
    &["hooks", "uninstall"],
    &["hooks", "status"],
];

#[test]
fn without_a_repository_every_command_says_so_and_exits_128() {
    let world = World::empty();
    for command in COMMANDS {
        let output = world.coord(command);
        assert_eq!(output.code, 128, "{command:?}: {output:?}");
        assert!(
            output.stderr.starts_with("error: not a git repository"),
            "{command:?}: {output:?}"
        );
        assert_eq!(output.stdout, "", "{command:?}");
        let mut with_json = command.to_vec();
        with_json.push("--json");
        world.coord(&with_json).failed("no_repository", 128);
    }
}

#[test]
fn wrong_usage_exits_129_with_an_error_a_usage_line_and_a_hint() {
    let output = World::empty().coord(&["statsu"]);
    assert_eq!(output.code, 129);
    assert_eq!(output.stdout, "");
    assert_eq!(
        output.stderr,
        "error: unrecognized subcommand 'statsu'\n\
         usage: git coord [OPTIONS] <COMMAND>\n\
         hint: git coord status\n"
    );
}

#[test]
fn wrong_usage_with_json_is_one_object() {
    let world = World::empty();
    for line in [
        &["statsu", "--json"][..],
        &["--json", "show"],
        &["--json"],
        &["progress", "--json", "B", "101"],
    ] {
        world.coord(line).failed("usage", 129);
    }
    let plain = world.coord(&["comment", "--", "--json"]);
    assert_eq!((plain.code, plain.stdout.as_str()), (129, ""));
}

#[test]
fn no_argument_can_drive_the_terminal_through_an_error() {
    let output = World::empty().coord(&["\u{1b}[2J\u{202e}x"]);
    assert_eq!(output.code, 129);
    assert!(output.stderr.contains("\\u{1b}[2J\\u{202e}x"), "{output:?}");
    assert!(!output.stderr.contains('\u{1b}'));
}

#[test]
fn short_help_is_short_and_exits_0_everywhere() {
    let world = World::empty();
    let top = world.coord(&["-h"]);
    assert_eq!((top.code, top.stderr.as_str()), (0, ""));
    assert!(top.stdout.lines().count() <= 90, "{}", top.stdout);
    for command in COMMANDS {
        let mut help = vec![command[0]];
        let has_commands = ["actor", "target", "guard", "worktree", "observe", "hooks"];
        help.extend(
            command
                .get(1)
                .filter(|_| has_commands.contains(&command[0])),
        );
        help.push("-h");
        let output = world.coord(&help);
        assert_eq!(
            (output.code, output.stderr.as_str()),
            (0, ""),
            "{command:?}"
        );
        assert!(
            output.stdout.contains("Usage: git coord "),
            "{command:?}: {}",
            output.stdout
        );
    }
    let long = world.coord(&["--help"]);
    assert_eq!(long.code, 0);
    assert!(long.stdout.len() > top.stdout.len());
    assert_eq!(
        world.coord(&["--json", "-h"]).data("coord.help/1")["text"],
        top.stdout
    );
}

#[test]
fn git_finds_the_program_and_hands_its_exit_status_on() {
    let output = World::empty().shell("git coord status --frobnicate");
    assert_eq!(output.code, 129);
    assert!(output.stderr.contains("'--frobnicate'"), "{output:?}");
}

#[test]
fn a_folder_that_cannot_be_entered_is_named() {
    let world = World::empty();
    let output = world.coord(&["-C", "no/such", "status"]);
    assert_eq!(output.code, 128);
    assert!(
        output
            .stderr
            .starts_with("error: cannot change to 'no/such': "),
        "{output:?}"
    );
}

#[test]
fn folders_are_entered_one_after_the_other() {
    let world = World::empty();
    fs::create_dir_all(world.work().join("a/b")).unwrap();
    let output = world.coord(&["-C", "a", "status", "-C", "b", "-C", "c"]);
    assert!(
        output.stderr.starts_with("error: cannot change to 'c'"),
        "{output:?}"
    );
}

#[test]
fn hints_can_be_turned_off() {
    let world = World::empty();
    assert!(world.coord(&["status"]).stderr.contains("\nhint: "));
    let silent = world.coord_with(&["status"], |command| {
        command.env("GIT_ADVICE", "0");
    });
    assert!(!silent.stderr.contains("hint:"), "{silent:?}");
}

#[test]
fn a_full_disk_behind_standard_output_is_a_failure() {
    let output = World::empty().shell("git-coord -h >/dev/full");
    assert_eq!(output.code, 128, "{output:?}");
    assert!(
        output
            .stderr
            .starts_with("error: cannot write to standard output: "),
        "{output:?}"
    );
    let json = World::empty().shell("git-coord status --json >/dev/full");
    assert_eq!(json.code, 128, "{json:?}");
    assert!(
        json.stderr.starts_with("error: not a git repository"),
        "{json:?}"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    // The reader is gone before the first byte: the pipe's name is opened, and its other end closed.
    let line = "mkfifo pipe; (exec 4<>pipe; exec 3>pipe; exec 4<&-; git-coord --help >&3; echo $?)";
    let output = World::empty().shell(line);
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("141\n", "")
    );
}

#[test]
fn the_version_is_printed() {
    let output = World::empty().coord(&["--version"]);
    assert_eq!(output.code, 0);
    assert_eq!(
        output.stdout,
        concat!("git-coord ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
