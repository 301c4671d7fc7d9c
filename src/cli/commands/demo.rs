//! `git coord demo`: plays the story of a day, `docs/stories/a-day.md`, in a throwaway repository.
//!
//! Not here: the story. The tests replay it like the others, and its README says how a session is written.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, failure::code},
    core::values::{
        text::{shell_word, visible},
        time::{Span, Timestamp},
    },
    git::sign::write_new_key,
};

/// Play a team's day in a temporary repository
///
/// A plan is imported; then a person and three agents work on it, each with its own key. The demo writes only to a
/// new temporary folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord demo")]
pub struct Args {}

const STORY: &str = include_str!("../../../docs/stories/a-day.md");

/// The plan of the story, in the home folder.
const PLAN: (&str, &str) = (
    "coordination_summary.md",
    include_str!("../../../tests/fixtures/coordination_summary.md"),
);

/// The actors that have a key before the story begins.
const KEYS: [&str; 3] = ["ada", "claude", "codex"];

/// 2025-10-15T09:00Z, the morning of the day, in seconds.
const BEGIN: u64 = 1_760_518_800;

/// The data of `coord.demo/1`.
#[derive(Serialize)]
struct Played {
    folder: PathBuf,
    steps: Vec<Said>,
}

/// A command and its output.
#[derive(Serialize)]
struct Said {
    at: String,
    command: String,
    output: String,
    exit: i32,
}

/// # Errors
/// The folder cannot be created; git cannot be started; a command of the day does not exit as expected.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    let stage = Stage::set(context.ui.style().color)?;
    let folder = shell_word(&stage.folder.display().to_string()).into_owned();
    let mut steps = Vec::new();
    context.ui.text(format!("Played in {folder}\n\n"))?;
    for line in lines(STORY) {
        match line {
            Line::Prose(text) => context.ui.text(format!("{text}\n"))?,
            Line::Command(command, exit) => {
                context.ui.text(format!("$ {command}\n"))?;
                context.ui.finish()?;
                let minute = Span::from_minutes(steps.len() as u64 + 1);
                let at = Timestamp::from_seconds(BEGIN).after(minute);
                let said = stage.play(at, command, exit)?;
                context.ui.text(&said.output)?;
                steps.push(said);
            }
        }
    }
    let text = format!("\nLook at it:   cd {folder}\nDelete it:    rm -r {folder}\n");
    let folder = stage.folder;
    let played = Played { folder, steps };
    context.ui.answer("coord.demo/1", &played, text)
}

/// A part of a story.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Prose(&'a str),
    /// A command, and the exit status that it should have.
    Command(&'a str, i32),
}

/// The prose and the commands of a story. The answers are left out: the keys of the demo are new, so its answers differ.
fn lines(story: &str) -> Vec<Line<'_>> {
    let (mut lines, mut is_session) = (Vec::new(), false);
    for line in story.lines() {
        if line.starts_with("```") {
            is_session = !is_session;
        } else if !is_session {
            lines.push(Line::Prose(line));
        } else if let Some(command) = line.strip_prefix("$ ") {
            lines.push(Line::Command(command, 0));
        } else if let Some(status) = line.strip_prefix("? ")
            && let Some(Line::Command(_, exit)) = lines.last_mut()
        {
            *exit = status.parse().unwrap_or(-1);
        }
    }
    lines
}

/// The throwaway repository, which is also the home folder.
struct Stage {
    folder: PathBuf,
    program: PathBuf,
    color: bool,
}

impl Stage {
    fn set(color: bool) -> Result<Self, CommandError> {
        let template = std::env::temp_dir().join("git-coord-demo-XXXXXX");
        let made = nix::unistd::mkdtemp(&template).map_err(io::Error::from);
        let folder = made.map_err(|error| cannot_write(&template, error))?;
        let plan = folder.join(PLAN.0);
        fs::write(&plan, PLAN.1).map_err(|error| cannot_write(&plan, error))?;
        let program = std::env::current_exe().map_err(|error| {
            CommandError::fatal(code::CANNOT_READ, "cannot find the path of this program")
                .because(error)
        })?;
        let stage = Self {
            folder,
            program,
            color,
        };
        let begin = Timestamp::from_seconds(BEGIN);
        // Each command of the story names its actor, or is ada's.
        let init = "git init --quiet --initial-branch=main && git config coord.requireActor false";
        stage.play(begin, init, 0)?;
        for name in KEYS {
            write_new_key(&stage.folder.join(".git/coord/keys").join(name), name)?;
        }
        Ok(stage)
    }

    /// Plays a line of `sh` at this time, and checks its exit status.
    fn play(&self, at: Timestamp, line: &str, expected: i32) -> Result<Said, CommandError> {
        let output = self.shell(at, line).output().map_err(|error| {
            CommandError::fatal(code::CANNOT_READ, "cannot start 'sh'").because(error)
        })?;
        let exit = output.status.code().unwrap_or(-1);
        let output = self.cleaned(&output);
        if exit != expected {
            let message = format!("'{line}' ended with {exit}: {}", output.trim());
            return Err(CommandError::fatal(code::INTERNAL, message));
        }
        Ok(Said {
            at: at.to_string(),
            command: line.to_owned(),
            output,
            exit,
        })
    }

    /// A shell in the folder, without the user's own git configuration, in which `git coord` is this program.
    fn shell(&self, at: Timestamp, line: &str) -> Command {
        let mut command = Command::new("sh");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let above = |path: &Path| path.parent().unwrap_or(Path::new("/")).to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(above(&self.program)).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        if self.color {
            command.envs([
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", "color.ui"),
                ("GIT_CONFIG_VALUE_0", "always"),
            ]);
        }
        command
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .current_dir(&self.folder)
            .env("HOME", &self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CEILING_DIRECTORIES", above(&self.folder))
            .env("GIT_COMMITTER_DATE", at.to_string())
            .stdin(Stdio::null());
        command
    }

    /// The output without the name of the folder, which differs in every run. With colours, it is printed unchanged:
    /// it is our own output.
    fn cleaned(&self, output: &Output) -> String {
        let said = String::from_utf8_lossy(&output.stdout);
        let said = said.replace(&format!("{}/", self.folder.display()), "~/");
        if self.color {
            return said;
        }
        let lines = said.lines().map(|line| visible(line).into_owned() + "\n");
        lines.collect()
    }
}

fn cannot_write(path: &Path, error: io::Error) -> CommandError {
    let message = format!("cannot write '{}'", path.display());
    CommandError::fatal(code::CANNOT_WRITE, message).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_read_without_its_answers() {
        let read = lines("One\n```console\n$ a\nanswer\n? 1\n$ b\n```\nTwo\n");
        let wanted = [
            Line::Prose("One"),
            Line::Command("a", 1),
            Line::Command("b", 0),
            Line::Prose("Two"),
        ];
        assert_eq!(read, wanted);
    }
}
