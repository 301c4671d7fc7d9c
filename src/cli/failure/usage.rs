//! Errors of the parser in git's style, with git's exit status.
//!
//! Not here: the commands and options (`Cli`, `commands`).

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::{cli::CommandError, core::values::text::brief};

/// The reason not to run a command: the user requested help or the version, or the command line is wrong.
pub enum Stop {
    /// The requested text.
    Help(String),
    /// The error.
    Wrong(CommandError),
}

/// Turns the parser's `error: …`, `tip: …`, `Usage: …` into an error with a hint and a usage line. If there is no tip,
/// the hint is the help of the command.
pub fn stop(error: &Error, command: impl FnOnce() -> String) -> Stop {
    let text = shortened(error);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Help(text),
        _ => Stop::Wrong(wrong(error, &text, command)),
    }
}

/// The parser's text. It repeats what was typed, of which the first characters are enough.
fn shortened(error: &Error) -> String {
    let typed = [
        ContextKind::InvalidValue,
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
    ];
    let text = error.render().to_string();
    typed
        .into_iter()
        .fold(text, |text, kind| match error.get(kind) {
            Some(ContextValue::String(typed)) if typed.chars().count() > TYPED_MAX => {
                text.replace(typed, &brief(typed, TYPED_MAX))
            }
            _ => text,
        })
}

/// How many characters of a wrong value a message repeats.
const TYPED_MAX: usize = 60;

fn wrong(error: &Error, text: &str, command: impl FnOnce() -> String) -> CommandError {
    let (told, usage) = match text.split_once("\nUsage: ") {
        Some((told, rest)) => (told, rest.lines().next()),
        None => (text, None),
    };
    let usage = usage.map(|line| line.trim().to_owned());
    let is_tip = |line: &&str| line.trim_start().starts_with("tip: ");
    let lines = told.lines().filter(|line| !line.trim().is_empty());
    let (tips, message): (Vec<&str>, Vec<&str>) = lines
        .filter(|line| !line.starts_with("For more information"))
        .partition(is_tip);
    let message = match error.kind() {
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        _ => sentence(&message),
    };
    let tip = tips
        .first()
        .map(|tip| tip.trim_start().trim_start_matches("tip: "));
    let command = command();
    let hint = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(typed)) => synonym(&command, typed).map(ToOwned::to_owned),
        _ => None,
    };
    let hint = hint.unwrap_or_else(|| next(tip, &command));
    CommandError::usage(message).hint(hint).usage_line(usage)
}

/// The command for which other programs have this word.
fn synonym(command: &str, typed: &str) -> Option<&'static str> {
    let is_meant =
        |(of, words, _): &&(&str, &[&str], &str)| *of == command && words.contains(&typed);
    SYNONYMS.iter().find(is_meant).map(|(.., ours)| *ours)
}

/// Words of other programs below a command, and the command that they mean.
const SYNONYMS: &[(&str, &[&str], &str)] = &[
    (
        PROGRAM,
        &["close", "complete", "finish", "finished", "resolve"],
        "git coord done ID",
    ),
    (PROGRAM, &["begin", "start", "take"], "git coord claim ID"),
    (PROGRAM, &["next"], "git coord claim --next"),
    (PROGRAM, &["delete", "remove", "rm"], "git coord cancel ID"),
    (
        PROGRAM,
        &["change", "set", "update"],
        "git coord edit --help",
    ),
    (PROGRAM, &["create", "new"], "git coord add TITLE"),
    (PROGRAM, &["assign"], "git coord edit ID --owner ACTOR"),
    (
        PROGRAM,
        &["rename", "title"],
        "git coord edit ID --title TITLE",
    ),
    (
        PROGRAM,
        &["dep", "depend", "depends"],
        "git coord edit ID --depends ID",
    ),
    (PROGRAM, &["land", "merge"], "git coord integrate ID"),
    (PROGRAM, &["note"], "git coord comment ID TEXT"),
    (PROGRAM, &["ls", "tasks"], "git coord list"),
    (
        "git coord actor",
        &["delete", "rm"],
        "git coord actor remove NAME",
    ),
    (
        "git coord guard",
        &["delete", "rm"],
        "git coord guard remove ID",
    ),
];

/// The next command: the subcommand most similar to the given one, which clap lists last; else the help of the command.
/// Without a command the hint is `status`, since a list of all commands is too long.
fn next(tip: Option<&str>, command: &str) -> String {
    let similar = tip.filter(|tip| tip.contains("similar subcommand"));
    let similar = similar.and_then(|tip| tip.rsplit('\'').nth(1));
    match (similar, tip) {
        (Some(similar), _) => format!("{command} {similar}"),
        (None, Some(tip)) => tip.to_owned(),
        (None, None) if command == PROGRAM => format!("{PROGRAM} status"),
        (None, None) => format!("{command} -h"),
    }
}

/// The program as git runs it.
const PROGRAM: &str = "git coord";

/// The lines as one, without the label.
fn sentence(lines: &[&str]) -> String {
    let words: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    let text = words.join(" ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    fn wrong(line: &str) -> CommandError {
        let arguments: Vec<_> = line.split(' ').map(Into::into).collect();
        match parse(&arguments) {
            Err(Stop::Wrong(error)) => error,
            Err(Stop::Help(text)) => panic!("{line} is help: {text}"),
            Ok(_) => panic!("{line} was taken"),
        }
    }

    fn check(line: &str, message: &str, hint: &str, usage: &str) {
        let error = wrong(line);
        assert_eq!(error.exit_status(), 129);
        assert_eq!(error.to_string(), message, "{line}");
        assert_eq!(error.next(), Some(hint), "{line}");
        assert!(
            error.written().unwrap_or_default().starts_with(usage),
            "{error:?}"
        );
    }

    #[test]
    fn an_unknown_command_gets_a_suggestion() {
        check(
            "git-coord statsu",
            "unrecognized subcommand 'statsu'",
            "git coord status",
            "git coord [OPTIONS] <COMMAND>",
        );
    }

    #[test]
    fn a_word_of_another_program_gets_the_command_that_it_means() {
        for (typed, hint) in [
            ("close B", "done ID"),
            ("finish B --json", "done ID"),
            ("start B", "claim ID"),
            ("next", "claim --next"),
            ("delete B", "cancel ID"),
            ("remove B", "cancel ID"),
            ("update B --priority high", "edit --help"),
            ("create Title", "add TITLE"),
            ("new Title", "add TITLE"),
            ("assign B codex", "edit ID --owner ACTOR"),
            ("rename B Title", "edit ID --title TITLE"),
            ("depend B A", "edit ID --depends ID"),
            ("merge B", "integrate ID"),
            ("note B text", "comment ID TEXT"),
            ("ls", "list"),
            ("actor delete codex", "actor remove NAME"),
            ("guard delete G1", "guard remove ID"),
        ] {
            let error = wrong(&format!("git-coord {typed}"));
            assert_eq!(error.next(), Some(&*format!("git coord {hint}")), "{typed}");
        }
    }

    #[test]
    fn a_long_wrong_value_is_shortened() {
        let long = "x".repeat(5000);
        for line in [
            format!("git-coord add Title --path {long}"),
            format!("git-coord add Title --id {long}"),
            format!("git-coord add {long}"),
            format!("git-coord {long}"),
            format!("git-coord add --{long}"),
        ] {
            let message = wrong(&line).to_string();
            assert!(message.len() < 300, "{message}");
            assert!(message.contains("xxx"), "{message}");
        }
    }

    #[test]
    fn a_missing_argument_is_named_and_the_hint_is_the_help() {
        check(
            "git-coord progress B",
            "the following required arguments were not provided: <PERCENT>",
            "git coord progress -h",
            "git coord progress",
        );
        check(
            "git-coord",
            "a command is missing",
            "git coord status",
            "git coord",
        );
        check(
            "git-coord observe",
            "a command is missing",
            "git coord observe -h",
            "git coord observe",
        );
    }

    #[test]
    fn an_error_about_a_value_lists_the_valid_ones() {
        let text = wrong("git-coord add --priority urgent Title").to_string();
        assert!(text.contains("'--priority <PRIORITY>'"), "{text}");
        assert!(
            text.contains("none of critical, high, medium, low"),
            "{text}"
        );
        let error = wrong("git-coord --actor list guard add --json G1 --time-limit soon");
        assert_eq!(error.next(), Some("git coord guard add -h"));
        let text = wrong("git-coord export --format yaml").to_string();
        assert!(
            text.contains("[possible values: task-status, json, "),
            "{text}"
        );
    }
}
