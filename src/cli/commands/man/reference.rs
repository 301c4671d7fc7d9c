//! docs/cli.md: every command with its options, made from the command line that the program reads.
//!
//! Not here: the man pages (`pages`).

use std::fs;

use clap::{Arg, Command};

use crate::cli::commands::GROUPS;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md");

#[test]
fn docs_cli_md_is_what_the_program_reads() {
    let mut program = crate::cli::program();
    program.build();
    let made = document(&program);
    if std::env::var_os("COORD_BLESS").is_some() {
        fs::write(FILE, &made).unwrap();
    }
    let kept = fs::read_to_string(FILE).unwrap_or_default();
    assert_eq!(kept, made, "COORD_BLESS=1 writes the document");
}

fn document(program: &Command) -> String {
    let mut text = "# Commands\n\nEvery command with its options. A test writes this page from the command line that the program reads:\n\
                    `COORD_BLESS=1 cargo test --lib docs_cli_md`. `git coord man` prints the same as man pages.\n"
        .to_owned();
    for (group, names) in GROUPS {
        let shown = names
            .iter()
            .filter_map(|name| program.find_subcommand(name));
        let shown: Vec<&Command> = shown.filter(|command| !command.is_hide_set()).collect();
        text += &format!("\n## {}\n", capitalized(group));
        for command in shown {
            add(
                &mut text,
                command,
                &format!("git coord {}", command.get_name()),
            );
        }
    }
    text += "\n## General options\n\nThey stand before or after the name of any command.\n\n";
    text += &table(program);
    text
}

fn add(text: &mut String, command: &Command, path: &str) {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    *text += &format!(
        "\n### `{path}`\n\n    {}\n\n{}\n",
        usage.replace('\n', "\n    "),
        prose(&about)
    );
    if command.get_arguments().any(is_shown) {
        *text += &format!("\n{}", table(command));
    }
    let examples = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let examples: Vec<&str> = examples.lines().skip(1).map(str::trim).collect();
    if !examples.is_empty() {
        *text += &format!("\nFor example:\n\n    {}\n", examples.join("\n    "));
    }
    let inner = command
        .get_subcommands()
        .filter(|it| !it.is_hide_set() && it.get_name() != "help");
    for inner in inner {
        add(text, inner, &format!("{path} {}", inner.get_name()));
    }
}

fn is_shown(argument: &Arg) -> bool {
    !argument.is_hide_set() && !["help", "version"].contains(&argument.get_id().as_str())
}

/// The arguments and options of a command.
fn table(command: &Command) -> String {
    let mut text = "| argument | meaning |\n|---|---|\n".to_owned();
    for argument in command.get_arguments().filter(|it| is_shown(it)) {
        let form = argument.to_string();
        let short = argument.get_short().map(|short| format!("`-{short}`, "));
        let help = argument.get_long_help().or(argument.get_help());
        let help = help.map(ToString::to_string).unwrap_or_default();
        let values = argument.get_possible_values();
        let values: Vec<&str> = values
            .iter()
            .filter(|it| !it.is_hide_set())
            .map(|it| it.get_name())
            .collect();
        let is_choice = !values.is_empty() && argument.get_action().takes_values();
        let values = is_choice.then(|| format!(" One of {}.", values.join(", ")));
        let help = prose(&help.replace("\n\n", ". ").replace('\n', " "));
        let form = form.replace('|', "\\|");
        let short = short
            .filter(|_| argument.get_long().is_some())
            .unwrap_or_default();
        text += &format!(
            "| {short}`{form}` | {}.{} |\n",
            help.trim_end_matches('.'),
            values.unwrap_or_default()
        );
    }
    text
}

fn prose(text: &str) -> String {
    text.replace('<', "\\<").replace('|', "\\|")
}

fn capitalized(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
