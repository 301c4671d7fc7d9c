//! The command line: reading the arguments, and running a command.
//!
//! Not here: the commands (`commands`), and how answers are printed (`output`).

pub mod actor;
pub mod clock;
mod commands;
pub mod context;
pub mod environment;
pub mod failure;
pub mod files;
mod help;
pub mod output;
pub mod reading;
pub mod remote;
pub mod task;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{
    Arg, ArgAction, CommandFactory as _, FromArgMatches as _, Parser, error::ErrorKind,
    value_parser,
};
use serde::Serialize;

pub use self::context::Context;
pub use crate::cli::failure::error::CommandError;
use crate::{
    cli::{
        commands::Command,
        failure::usage::Stop,
        output::ui::{Manner, Ui},
    },
    core::{
        values::id::{ActorName, IdempotencyKey},
        views::filter,
    },
};

/// Coordinate people and coding agents with a signed ledger in git
///
/// Each change of the plan (a task, a claim, a blocker, a verdict) is a signed commit on refs/coord/ledger. Your
/// branches do not change. After '--', everything is an argument.
#[derive(Debug, Parser)]
#[command(name = "git-coord", bin_name = "git coord", version)]
#[command(subcommand_required = true, arg_required_else_help = false)]
#[command(after_long_help = "Example:\n  git coord demo")]
pub struct Cli {
    #[command(flatten)]
    general: General,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command, before or after its name.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "General options")]
struct General {
    /// Run in DIR; a further -C is relative to the one before
    #[arg(short = 'C', value_name = "DIR", action = ArgAction::Append)]
    directories: Vec<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    json: bool,
    /// Print JSON with only these keys, such as 'id,title'
    ///
    /// They are the keys of each task in a list, or those of the answer: git coord schema
    #[arg(
        long,
        value_name = "KEY",
        global = true,
        value_delimiter = ',',
        hide_short_help = true
    )]
    fields: Vec<String>,
    /// Act as NAME
    #[arg(long, value_name = "NAME", global = true)]
    actor: Option<ActorName>,
    /// Append entries to the bundle FILE instead of to the ledger
    ///
    /// Later, someone who can write to the repository runs: git coord sync FILE
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    outbox: Option<PathBuf>,
    /// Sign texts that look like a secret, such as a token
    #[arg(long, global = true, hide_short_help = true)]
    allow_secret: bool,
    /// Make the change once: a repeated command with KEY changes nothing
    ///
    /// It prints the entry that the first one made, and exits with 0. KEY has at most 64 visible characters of ASCII. The ledger
    /// keeps the last 1000 keys of each actor.
    #[arg(long, value_name = "KEY", global = true, hide_short_help = true)]
    idempotency_key: Option<IdempotencyKey>,
    /// Choose when the output has colours
    #[arg(long, value_name = "WHEN", global = true, num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    color: Option<output::color::When>,
    /// Do not start a pager
    #[arg(long, global = true)]
    no_pager: bool,
}

/// Runs the command in the arguments. The first argument is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (ui, result) = match parse(&arguments) {
        Ok(cli) => obey(&cli),
        Err(stop) => explain(asks_for_json(&arguments), stop),
    };
    end(ui, result)
}

fn obey(cli: &Cli) -> (Ui, Result<(), CommandError>) {
    let general = &cli.general;
    let manner = Manner {
        json: general.json || !general.fields.is_empty(),
        color: general.color,
        no_pager: general.no_pager,
    };
    let mut context = Context::new(
        Ui::new(manner),
        general.actor.clone(),
        general.outbox.clone(),
        general.allow_secret,
        general.idempotency_key.clone(),
    );
    context.ui.print_only(general.fields.clone());
    context.program = program;
    // git waits for its hooks, so they must not wait for the network.
    let is_hook = matches!(cli.command, Command::Hook(_));
    let entered = context.enter(&general.directories);
    let result = entered.and_then(|()| cli.command.run(&mut context));
    let mut result = result.or_else(|error| match context.earlier_than(&error) {
        Some(entry) if general.idempotency_key.is_some() => {
            reading::earlier::answer(&mut context, entry, error)
        }
        _ => Err(error),
    });
    context.warn_of_default();
    if let Ok(now) = context.now() {
        result = result.map_err(|error| error.seen_from(now));
    }
    if result.is_ok() && context.has_acted() && !is_hook {
        // The answer must not wait for the network. `end` reports output that cannot be written.
        let _ = context.ui.finish();
        if remote::auto::after_writing(&mut context) {
            result = Err(CommandError::answered_no());
        }
    }
    (context.ui, result)
}

/// Answers with the requested help or version, or fails with the error in the command line.
fn explain(json: bool, stop: Stop) -> (Ui, Result<(), CommandError>) {
    #[derive(Serialize)]
    struct Help {
        text: String,
    }
    let mut ui = Ui::new(Manner {
        json,
        ..Manner::default()
    });
    let result = match stop {
        Stop::Help(text) => ui.answer("coord.help/1", &Help { text: text.clone() }, text),
        Stop::Wrong(error) => Err(error),
    };
    (ui, result)
}

/// Reports a failure. Output that could not be written is one.
fn end(mut ui: Ui, result: Result<(), CommandError>) -> ExitCode {
    let result = result.and_then(|()| ui.finish());
    let Err(error) = result else {
        return ExitCode::SUCCESS;
    };
    ui.fail(&error);
    match ui.finish() {
        Err(unwritten) if error.kind() == failure::error::Kind::AnsweredNo => {
            ui.fail(&unwritten);
            ExitCode::from(unwritten.exit_status())
        }
        _ => ExitCode::from(error.exit_status()),
    }
}

/// Parses the arguments. The first one is the program's name.
fn parse(arguments: &[OsString]) -> Result<Cli, Stop> {
    let read = |arguments: &[OsString]| {
        let matches = command().try_get_matches_from(arguments);
        // The form of the help takes a part of the start of every command, so it is made only to be shown.
        let matches = matches.or_else(|error| match error.kind() {
            ErrorKind::DisplayHelp => program().try_get_matches_from(arguments),
            _ => Err(error),
        })?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.general.directories.extend(directories_after(&matches));
        Ok(cli)
    };
    let again = || {
        let words: Vec<OsString> = arguments.iter().map(not_an_option).collect();
        let cli = (words != arguments).then(|| read(&words).ok()).flatten();
        cli.filter(|cli| matches!(cli.command, Command::List(_)))
    };
    read(arguments).or_else(|error| {
        if let Some(cli) = again() {
            return Ok(cli);
        }
        let stop = || failure::usage::stop(&error, || command_named(arguments));
        let text = failure::usage::dashed_text(arguments, &error);
        let forms = text.iter().flat_map(|text| {
            text.forms(arguments)
                .into_iter()
                .map(move |form| (text, form))
        });
        for (text, form) in forms {
            // There can be another such text.
            let parsed = if text.is_sure {
                parse(&form).ok()
            } else {
                read(&form).ok()
            };
            match parsed {
                Some(cli) if text.is_sure => return Ok(cli),
                Some(_) => return Err(stop().with_hint(&form)),
                None => {}
            }
        }
        Err(stop())
    })
}

/// The command in arguments that cannot be parsed, as words: `git coord actor add`.
fn command_named(arguments: &[OsString]) -> String {
    let read = command()
        .ignore_errors(true)
        .try_get_matches_from(arguments);
    let mut words = vec!["git coord"];
    let mut level = read.as_ref().ok();
    while let Some((name, below)) = level.and_then(clap::ArgMatches::subcommand) {
        words.push(name);
        level = Some(below);
    }
    words.join(" ")
}

/// A negated filter, `-status:done`, as `!status:done`, which does not look like an option.
fn not_an_option(word: &OsString) -> OsString {
    let filter = word.to_str().and_then(|word| word.strip_prefix('-'));
    let is_filter = |text: &&str| {
        let key = text.split_once(':').map(|(key, _)| key.to_lowercase());
        key.is_some_and(|key| filter::KEYS.contains(&&*key))
    };
    filter
        .filter(is_filter)
        .map_or_else(|| word.clone(), |text| format!("!{text}").into())
}

/// The name of the `-C` options after the command's name. With one name for both, clap would drop those before it.
const DIRECTORIES_AFTER: &str = "directories_after";

fn command() -> clap::Command {
    Cli::command().mut_subcommands(|command| {
        let directories = Arg::new(DIRECTORIES_AFTER)
            .short('C')
            .value_name("DIR")
            .help("Run in DIR; a further -C is relative to the one before")
            .help_heading("General options")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .global(true);
        command.arg(directories)
    })
}

/// The command line with the form of its help, for pages and completions about it.
pub(crate) fn program() -> clap::Command {
    help::laid_out(command())
}

fn directories_after(matches: &clap::ArgMatches) -> Vec<PathBuf> {
    let after = matches
        .subcommand()
        .and_then(|(_, matches)| matches.get_many::<PathBuf>(DIRECTORIES_AFTER));
    after.into_iter().flatten().cloned().collect()
}

/// Whether `--json` is among the options of arguments that cannot be parsed.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let options = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--");
    let is_json = |argument: &OsString| {
        let text = argument.to_str().unwrap_or_default();
        text == "--json" || text.starts_with("--fields")
    };
    options.into_iter().any(is_json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(Into::into).collect()
    }

    fn read(line: &str) -> Cli {
        match parse(&words(line)) {
            Ok(cli) => cli,
            Err(Stop::Wrong(error)) => panic!("{line}: {error}"),
            Err(Stop::Help(text)) => panic!("{line}: {text}"),
        }
    }

    #[test]
    fn clap_accepts_the_commands() {
        command().debug_assert();
        program().debug_assert();
    }

    #[test]
    fn general_options_are_read_before_and_after_the_command() {
        for line in [
            "git-coord --json --actor codex --color=never --no-pager -C /tmp status",
            "git-coord status --json --actor codex --color=never --no-pager -C /tmp",
            "git-coord actor list --json --actor codex --color=never --no-pager -C /tmp",
        ] {
            let general = read(line).general;
            assert!(general.json && general.no_pager, "{line}");
            assert_eq!(general.actor.unwrap().as_str(), "codex");
            assert_eq!(general.color, Some(output::color::When::Never));
            assert_eq!(general.directories, [PathBuf::from("/tmp")]);
        }
    }

    #[test]
    fn a_negated_filter_is_not_an_option() {
        let filters = |line: &str| match read(line).command {
            Command::List(args) => (args.filters, read(line).general.json),
            other => panic!("{line}: {other:?}"),
        };
        let turned = ["!status:done,cancelled", "owner:codex"].map(ToOwned::to_owned);
        for line in [
            "git-coord list -status:done,cancelled owner:codex --json",
            "git-coord --json list -status:done,cancelled owner:codex",
        ] {
            assert_eq!(filters(line), (turned.to_vec(), true), "{line}");
        }
        let after = filters("git-coord list -- -status:done");
        assert_eq!(after, (vec!["-status:done".to_owned()], false));
        for line in [
            "git-coord list -nosuch:x",
            "git-coord list -x",
            "git-coord comment A -status:done",
        ] {
            assert!(parse(&words(line)).is_err(), "{line}");
        }
    }

    #[test]
    fn folders_before_and_after_the_command_are_all_entered_in_order() {
        let cli = read("git-coord -C a -Cb status -C c");
        let wanted = ["a", "b", "c"].map(PathBuf::from);
        assert_eq!(cli.general.directories, wanted);
    }

    #[test]
    fn json_after_two_dashes_is_not_an_option() {
        assert!(asks_for_json(&words("git-coord statsu --json")));
        assert!(!asks_for_json(&words("git-coord comment B -- --json")));
    }

    /// Every command, also those inside others, with the words by which it is called.
    fn commands() -> Vec<(String, clap::Command)> {
        fn add(found: &mut Vec<(String, clap::Command)>, path: &str, command: &clap::Command) {
            for inner in command.get_subcommands() {
                let path = format!("{path} {}", inner.get_name());
                add(found, &path, inner);
                found.push((path, inner.clone()));
            }
        }
        let mut found = Vec::new();
        add(&mut found, "git coord", &command());
        found
    }

    #[test]
    fn every_help_text_is_a_line_of_70_characters_without_a_full_stop() {
        for (path, command) in commands() {
            let about = command.get_about().into_iter();
            let options = command.get_arguments().filter_map(Arg::get_help);
            let texts: Vec<String> = about.chain(options).map(ToString::to_string).collect();
            assert_eq!(texts.len(), 1 + command.get_arguments().count(), "{path}");
            for text in texts {
                let is_line = (1..=70).contains(&text.chars().count()) && !text.ends_with('.');
                assert!(is_line, "{path}: '{text}'");
            }
        }
    }

    #[test]
    fn the_help_of_a_command_only_says_where_the_general_options_are() {
        let help = |line: &str| match parse(&words(line)) {
            Err(Stop::Help(text)) => text,
            _ => panic!("{line} is not help"),
        };
        let said = "\n\nGeneral options: git coord --help\n";
        for line in ["add -h", "add --help", "actor list --help", "help claim"] {
            let text = help(&format!("git-coord {line}"));
            assert!(text.ends_with(said), "{text}");
            assert!(
                !text.contains("--no-pager") && !text.contains("-C <DIR>"),
                "{text}"
            );
        }
        let text = help("git-coord --help");
        assert!(
            text.contains("--no-pager") && text.contains("-C <DIR>"),
            "{text}"
        );
        assert!(!text.contains(said), "{text}");
    }

    #[test]
    fn the_long_help_of_every_command_has_examples_that_can_be_typed() {
        let all = commands()
            .into_iter()
            .chain([("git coord".to_owned(), command())]);
        for (path, command) in all {
            let help = command.get_after_long_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let examples: Vec<&str> = help.lines().skip(1).map(str::trim).collect();
            assert!(!examples.is_empty(), "{path}");
            for example in examples {
                assert!(example.starts_with(&path), "{path}: {example}");
                assert!(parse(&typed(example)).is_ok(), "{example}");
            }
        }
    }

    #[test]
    fn every_hint_and_every_line_of_the_readme_is_a_command_that_parses() {
        let messages = include_str!("../../tests/golden/messages.txt");
        let readme = include_str!("../../README.md");
        let hints = messages
            .lines()
            .filter_map(|line| line.trim().strip_prefix("hint: "));
        let shell = readme.lines().map(str::trim);
        let shell = shell.map(|line| line.strip_prefix("$ ").unwrap_or(line));
        let shell = shell.filter(|line| line.starts_with("git coord "));
        let shell = shell.map(|line| line.split("  #").next().unwrap_or_default());
        let mut count = 0;
        for line in hints.chain(shell) {
            let Some(at) = line.find("git coord ") else {
                continue;
            };
            let command = line[at..].split([';', ',']).next().unwrap_or_default();
            for part in command.split(" && ").flat_map(|part| part.split(" | ")) {
                let part = part.trim_end_matches(['`', '\'', ')']);
                if !part.starts_with("git coord ") {
                    continue;
                }
                // What the program puts in is a word.
                let mut filled = String::new();
                let mut rest = part;
                while let Some((before, after)) = rest.split_once('{') {
                    filled += &format!("{before}B");
                    rest = after.split_once('}').map_or("", |(_, rest)| rest);
                }
                filled += rest;
                count += 1;
                let parsed = parse(&typed(&filled.replace('"', "'")));
                let is_help = matches!(parsed, Err(Stop::Help(_)));
                assert!(is_help || parsed.is_ok(), "{line}: {filled}");
            }
        }
        assert!(count > 60, "{count}");
    }

    /// The words of a shell's line, up to a redirection.
    fn typed(line: &str) -> Vec<OsString> {
        let line = line.replacen("git coord", "git-coord", 1);
        let line = line.split(" >").next().unwrap_or_default();
        let mut words = Vec::new();
        for (number, piece) in line.split('\'').enumerate() {
            if number % 2 == 1 {
                words.push(piece.into());
            } else {
                words.extend(piece.split_whitespace().map(Into::into));
            }
        }
        words
    }
}
