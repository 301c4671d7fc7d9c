//! Commands of ours in the texts of the program: who writes them, and whether the program takes them.
//!
//! Not here: the commands in documents, which the stories play.

use clap::Parser as _;
use git_coord::cli::Cli;

use super::source::{Source, is_below};

/// How a command of ours begins.
const PROGRAM: &str = "git coord ";

/// The modules that talk to people; the others return the next step as data.
const SPEAKERS: [&str; 2] = ["cli", "render"];

/// The texts with a command in modules that talk to nobody.
pub fn misplaced(sources: &[Source]) -> Vec<String> {
    let silent = sources.iter().filter(|source| {
        let mut speakers = SPEAKERS.iter();
        !source.is_for_tests && !speakers.any(|speaker| is_below(&source.module, speaker))
    });
    let texts = silent.flat_map(|source| source.texts.iter().map(move |text| (source, text)));
    texts
        .filter(|(_, text)| text.contains(PROGRAM))
        .map(|(source, text)| format!("{}: '{text}' is a command line", source.file))
        .collect()
}

/// The commands that the program would not take.
pub fn refused(sources: &[Source]) -> Vec<String> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.is_for_tests) {
        for command in source.texts.iter().flat_map(|text| commands(text)) {
            if let Err(error) = check(&command) {
                findings.push(format!("{}: '{PROGRAM}{command}': {error}", source.file));
            }
        }
    }
    findings
}

/// The arguments of each command in a text: to the end of its line or of its quotes. A usage line with brackets is not a
/// command.
fn commands(text: &str) -> Vec<String> {
    let lines = text.lines().flat_map(|line| {
        line.match_indices(PROGRAM).map(|(start, _)| {
            let rest = &line[start + PROGRAM.len()..];
            let is_quoted = line[..start].ends_with('\'');
            let end = rest.find('\'').filter(|_| is_quoted);
            rest[..end.unwrap_or(rest.len())].trim_end()
        })
    });
    let lines = lines.filter(|rest| !rest.contains(['[', '<']) && !rest.starts_with("{command}"));
    lines.map(ToOwned::to_owned).collect()
}

fn check(command: &str) -> Result<(), String> {
    let filled = filled(command);
    let words = std::iter::once("git-coord".to_owned()).chain(words(&filled));
    match Cli::try_parse_from(words) {
        Ok(_) => Ok(()),
        Err(error) if !error.use_stderr() => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// The words of a command, as a shell splits them; a redirection ends it. A term of `list` may begin with `-`.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('\'').zip([false, true].into_iter().cycle());
    let words = parts.flat_map(|(part, is_quoted)| {
        if is_quoted {
            vec![part.to_owned()]
        } else {
            part.split_whitespace().map(ToOwned::to_owned).collect()
        }
    });
    let words = words.take_while(|word| !word.starts_with('>'));
    words
        .map(|word| {
            if word.starts_with('-') && word.contains(':') {
                word.replacen('-', "!", 1)
            } else {
                word
            }
        })
        .collect()
}

/// A command with a value in the place of each hole of a format and of each word in capitals. A hole that follows
/// another one directly holds options, as does one called `by`.
fn filled(command: &str) -> String {
    let mut filled = String::new();
    let mut rest = command;
    while let Some((before, (hole, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.push_str(before);
        match hole {
            "by" => filled.push_str("--actor ada"),
            _ if before.is_empty() && !filled.is_empty() => {}
            _ => filled.push('1'),
        }
        rest = after;
    }
    filled.push_str(rest);
    let in_capitals = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    let words = filled.split(' ');
    let words = words.map(|word| {
        if in_capitals(word) && word != "HEAD" {
            "x"
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(file: &str, text: &str) -> Vec<Source> {
        vec![Source::new(file, &format!("fn f() {{ g(\"{text}\") }}"))]
    }

    #[test]
    fn a_command_in_a_room_that_talks_to_nobody_is_found() {
        let text = "run git coord sync";
        assert_eq!(misplaced(&source("src/sync/round.rs", text)).len(), 1);
        assert_eq!(misplaced(&source("src/cli/failure.rs", text)), [""; 0]);
    }

    #[test]
    fn a_command_that_the_program_does_not_take_is_found() {
        let wrong = |text: &str| refused(&source("src/cli/x.rs", text)).len();
        for good in [
            "git coord claim {id} {by}",
            "git coord approve {id}{} {by}",
            "to found one here: git coord init",
            "it needs 'git coord submit {shown}', no more",
            "git coord sync --actor NAME",
            "git coord --version",
            "git coord actor edit [OPTIONS] <NAME>",
        ] {
            assert_eq!(wrong(good), 0, "{good}");
        }
        for bad in ["git coord synchronise", "git coord show {id} says how"] {
            assert_eq!(wrong(bad), 1, "{bad}");
        }
    }
}
