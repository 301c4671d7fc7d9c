//! `git coord demo`: a whole day of a team in a throwaway repository.
//!
//! Every command of the day runs in a process of its own, as in a team. The demo shows its output. Not here: the day
//! itself (`day`).

mod day;

use std::{
    borrow::Cow,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde::Serialize;

use self::day::{DATE, DemoStep, PLAN, STEPS};
use crate::{
    cli::{CommandError, Context, failure::code},
    core::values::text::{shell_word, visible},
};

/// Play a team's day in a temporary repository
///
/// A plan is imported; then a person and three agents work on it, each with its own key. The demo writes only to a
/// new temporary folder.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord demo")]
pub struct Args {}

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
    actor: String,
    command: String,
    output: String,
    exit: i32,
}

/// # Errors
/// The folder cannot be created; git cannot be started; a command of the day does not exit as expected.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    let stage = Stage::set(context.ui.style().color)?;
    let mut steps = Vec::new();
    context.ui.text(format!(
        "A day of a team, played in {}\n\n",
        stage.folder.display()
    ))?;
    for step in STEPS {
        let said = stage.play(step)?;
        context.ui.text(told(&said))?;
        context.ui.finish()?;
        steps.push(said);
    }
    for (heading, line) in stage.looks_back() {
        let said = stage.shell(&line)?;
        context.ui.text(format!(
            "\n{heading}\n\n$ {}\n{}",
            said.command, said.output
        ))?;
        context.ui.finish()?;
        steps.push(said);
    }
    let folder = shell_word(&stage.folder.display().to_string()).into_owned();
    let folder_of = stage.folder;
    let text = format!("\nLook at it:   cd {folder}\nDelete it:    rm -r {folder}\n");
    let played = Played {
        folder: folder_of,
        steps,
    };
    context.ui.answer("coord.demo/1", &played, text)
}

/// A step as text: time, actor and command, then the output.
fn told(said: &Said) -> String {
    let mut text = format!("{}  {:8} {}\n", said.at, said.actor, said.command);
    for line in said.output.lines() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "                  {line}");
    }
    text
}

/// A word as it is typed; an option needs no quotes.
fn as_typed(word: &'static str) -> Cow<'static, str> {
    if word.starts_with("--") {
        word.into()
    } else {
        shell_word(word)
    }
}

/// The throwaway repository.
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
        let init = ["init", "--quiet", "--initial-branch=main"];
        let made = stage.started(stage.command("git", "08:00").args(init))?;
        if made.status.success() {
            Ok(stage)
        } else {
            let why = String::from_utf8_lossy(&made.stderr);
            Err(CommandError::fatal(
                code::INTERNAL,
                format!("git init: {}", why.trim()),
            ))
        }
    }

    /// Plays one command of the day, and checks its exit status.
    fn play(&self, step: &DemoStep) -> Result<Said, CommandError> {
        let mut command = self.command(&self.program, step.at);
        command.env("GIT_COORD_ACTOR", step.actor).args(step.words);
        let output = self.started(&mut command)?;
        let exit = output.status.code().unwrap_or(-1);
        let words = step.words.iter().map(|word| as_typed(word));
        let words: Vec<_> = words.collect();
        let said = Said {
            at: step.at.to_owned(),
            actor: step.actor.to_owned(),
            command: format!("git coord {}", words.join(" ")),
            output: self.cleaned(&output),
            exit,
        };
        if exit == i32::from(step.is_refused) {
            Ok(said)
        } else {
            Err(CommandError::fatal(
                code::INTERNAL,
                format!(
                    "'{}' ended with {exit}: {}",
                    said.command,
                    said.output.trim()
                ),
            ))
        }
    }

    /// The commands that look back at the day, each with a heading and a line of `sh`.
    fn looks_back(&self) -> Vec<(&'static str, String)> {
        let color = if self.color { " --color" } else { "" };
        let mut lines = vec![
            ("The dashboard:", format!("git coord status{color}")),
            (
                "What changed since the morning:",
                format!("git coord diff{color} {DATE}/morning"),
            ),
            (
                "Every object, signature, rule and snapshot, checked:",
                "git coord verify".to_owned(),
            ),
            (
                "All of it is plain git:",
                "git log --format='%h %an: %s' -8 refs/coord/ledger".to_owned(),
            ),
        ];
        if let [Some(midday), Some(evening)] =
            ["midday", "evening"].map(|label| self.snapshot(label))
        {
            lines.push((
                "A snapshot is a commit, and its tree is diffed like any other:",
                format!("git diff --stat {midday} {evening}"),
            ));
        }
        lines.push((
            "Stock git checks the signatures (with ssh-keygen):",
            "git coord export --format allowed-signers >signers && \
             git -c gpg.ssh.allowedSignersFile=signers verify-commit refs/coord/ledger"
                .to_owned(),
        ));
        lines
    }

    /// The short object id of a snapshot.
    fn snapshot(&self, label: &str) -> Option<String> {
        let grep = format!("--grep=^snapshot {label}$");
        let mut git = self.command("git", "18:00");
        git.args(["log", "-1", "--format=%h", &grep, "refs/coord/ledger"]);
        let output = self.started(&mut git).ok()?;
        let id = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (!id.is_empty()).then_some(id)
    }

    fn shell(&self, line: &str) -> Result<Said, CommandError> {
        let mut command = self.command("sh", "18:00");
        let own = self.program.parent().unwrap_or(Path::new("/"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(own.to_owned()).chain(std::env::split_paths(&path));
        if let Ok(path) = std::env::join_paths(folders) {
            command.env("PATH", path);
        }
        let output = self.started(command.args(["-c", line]))?;
        Ok(Said {
            at: "18:00".to_owned(),
            actor: "dana".to_owned(),
            command: line.to_owned(),
            output: self.cleaned(&output),
            exit: output.status.code().unwrap_or(-1),
        })
    }

    /// A command in the folder, without the user's own git configuration.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>, at: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let date = format!("{DATE}T{at}:00Z");
        command
            .current_dir(&self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env(
                "GIT_CEILING_DIRECTORIES",
                self.folder.parent().unwrap_or(Path::new("/")),
            )
            .env("GIT_COMMITTER_DATE", date)
            .stdin(Stdio::null());
        command
    }

    fn started(&self, command: &mut Command) -> Result<Output, CommandError> {
        command.output().map_err(|error| {
            let program = command.get_program().to_string_lossy().into_owned();
            let message = format!("cannot start '{program}'");
            CommandError::fatal(code::CANNOT_READ, message).because(error)
        })
    }

    /// The output without the name of the folder, which differs in every run. With colours, it is printed unchanged:
    /// it is our own output.
    fn cleaned(&self, output: &Output) -> String {
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let said = said.replace(&format!("{}/", self.folder.display()), "");
        if self.color {
            said
        } else {
            said.lines()
                .map(|line| visible(line).into_owned() + "\n")
                .collect()
        }
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
    fn the_steps_are_in_the_order_of_their_times() {
        assert!(STEPS.windows(2).all(|pair| pair[0].at <= pair[1].at));
    }
}
