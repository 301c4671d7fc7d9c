//! Errors of the parser in git's style, with git's exit status.
//!
//! Not here: the commands and options (`Cli`, `commands`).

use std::{borrow::Cow, ffi::OsString};

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::{
    cli::CommandError,
    core::values::text::{brief, shell_word},
};

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

impl Stop {
    /// An error with this command as its hint.
    pub fn with_hint(self, words: &[OsString]) -> Self {
        let words = words.iter().skip(1).map(|word| word.to_string_lossy());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@".contains(c);
        let typed = |word: Cow<'_, str>| {
            if !word.is_empty() && word.chars().all(is_plain) {
                word.into_owned()
            } else {
                shell_word(&word).into_owned()
            }
        };
        let words: Vec<String> = words.map(typed).collect();
        match self {
            Self::Wrong(error) => Self::Wrong(error.hint(format!("{PROGRAM} {}", words.join(" ")))),
            help @ Self::Help(_) => help,
        }
    }
}

/// An argument that begins with `-` and may be a text.
pub struct DashedText {
    /// Its place among the arguments.
    place: usize,
    /// Whether it is a text: it has a space, which no option has.
    pub is_sure: bool,
}

/// The first argument that the parser took for an option, although it is or may be a text.
pub fn dashed_text(arguments: &[OsString], error: &Error) -> Option<DashedText> {
    let before = arguments.iter().take_while(|it| *it != "--");
    let mut words = before.map(|it| it.to_str().unwrap_or_default()).enumerate();
    let is_sure = |word: &str| {
        let name = word.split_whitespace().next().unwrap_or_default();
        word.starts_with('-') && !word.starts_with("-C") && name != word && !name.contains('=')
    };
    if let Some((place, _)) = words.clone().find(|(_, word)| is_sure(word)) {
        return Some(DashedText {
            place,
            is_sure: true,
        });
    }
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let (place, _) = words.find(|(_, word)| word.starts_with('-') && word.starts_with(typed))?;
    Some(DashedText {
        place,
        is_sure: false,
    })
}

impl DashedText {
    /// The arguments in which it is the value of the option before it, and those in which it is the last argument.
    pub fn forms(&self, arguments: &[OsString]) -> Vec<Vec<OsString>> {
        let (before, rest) = arguments.split_at(self.place);
        let Some((text, after)) = rest.split_first() else {
            return Vec::new();
        };
        let mut forms = Vec::new();
        if let Some((option, before)) = before.split_last()
            && option
                .to_str()
                .is_some_and(|it| it.starts_with("--") && !it.contains('='))
        {
            let mut joined = option.clone();
            joined.push("=");
            joined.push(text);
            let joined = [joined];
            forms.push([before, &joined[..], after].concat());
        }
        let marked = after.iter().any(|it| it == "--");
        let mark = (!marked).then(|| OsString::from("--"));
        let last = mark.into_iter().chain([text.clone()]).collect();
        forms.push([before.to_vec(), after.to_vec(), last].concat());
        forms
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
    // As a text, what was typed would not be understood either.
    let mut tips = tips.iter().filter(|tip| !tip.contains(" as a value, use "));
    let tip = tips
        .next()
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
    (PROGRAM, &["open"], "git coord list is:open"),
    (PROGRAM, &["revoke"], "git coord actor revoke-key --help"),
    (
        "git coord actor",
        &["delete", "rm"],
        "git coord actor remove NAME",
    ),
    (
        "git coord actor",
        &["revoke"],
        "git coord actor revoke-key --help",
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
            ("open B", "list is:open"),
            ("revoke codex", "actor revoke-key --help"),
            ("actor revoke codex", "actor revoke-key --help"),
            ("actor delete codex", "actor remove NAME"),
            ("guard delete G1", "guard remove ID"),
        ] {
            let error = wrong(&format!("git-coord {typed}"));
            assert_eq!(error.next(), Some(&*format!("git coord {hint}")), "{typed}");
        }
    }

    #[test]
    fn a_text_that_begins_with_a_hyphen_is_a_text() {
        let parsed = |words: &[&str]| {
            let words: Vec<_> = ["git-coord"].iter().chain(words).map(Into::into).collect();
            match parse(&words) {
                Ok(cli) => Ok(format!("{:?}", cli.command)),
                Err(Stop::Wrong(error)) => Err(error.next().unwrap_or_default().to_owned()),
                Err(Stop::Help(text)) => panic!("{text}"),
            }
        };
        for words in [
            &["add", "-fix the login"][..],
            &["add", "--fix the login", "--priority", "high"],
            &["add", "T", "--step", "- one", "--step", "-- two"],
            &["comment", "A", "-h is missing"],
            &["reject", "A", "--note", "-1 for this"],
        ] {
            let text = words
                .iter()
                .find(|it| it.starts_with('-') && it.contains(' '));
            let told = parsed(words).unwrap();
            assert!(told.contains(text.unwrap()), "{words:?}: {told}");
        }
        for (words, hint) in [
            (&["add", "-fix"][..], "add -- -fix"),
            (
                &["add", "-1", "--priority", "high"],
                "add --priority high -- -1",
            ),
            (&["reject", "A", "--note", "-1"], "reject A --note=-1"),
            (&["cancel", "A", "-r"], "cancel -h"),
        ] {
            assert_eq!(parsed(words), Err(format!("git coord {hint}")), "{words:?}");
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
