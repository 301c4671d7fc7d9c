//! One command, run by `sh` at the top of the worktree: in a process group of its own, with few variables, without
//! input, and with a time limit.
//!
//! Not here: how its group is killed (`groups`), and which commands run beside it (`pool`).

use std::{
    io,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use super::{
    CommandEnvironment,
    groups::Groups,
    output::{Listener, Output},
};
use crate::{
    core::{
        entry::event::guardrail::Outcome,
        values::{
            id::{Digest, GuardId},
            text::Text,
            time::Span,
        },
    },
    git::repository::users_umask,
};

/// How long to wait for the last output after a command and its group have ended.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs the command in `$1` with the mask in `$0`: the one of this process is for a shared git directory.
const WITH_UMASK: &str = "umask \"$0\"; exec sh -c -- \"$1\"";

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The guardrail that it checks.
    pub id: GuardId,
    /// The command, for `sh`.
    pub command: Text,
    /// The names of the variables of its own that it sees.
    pub environment: Vec<Text>,
    /// The digest of both.
    pub digest: Digest,
    /// A text that its output must contain.
    pub expect: Option<Text>,
    /// How long it may run.
    pub time_limit: Span,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The process ended by itself, with this status. If a signal ended it, the status is 128 plus the signal's number, as in
    /// a shell.
    Exited(i32),
    /// It was killed at its time limit.
    TimedOut,
    /// It was killed because somebody stopped the program.
    Stopped,
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub ending: Ending,
    /// Whether its output contains the expected text; none if no text is expected.
    pub expected: Option<bool>,
    /// Its output on both streams, shortened to the beginning and the end if it is long. If the status is not the reason for a
    /// failure, the reason is added.
    pub output: Vec<u8>,
    /// How long it took.
    pub duration: Duration,
}

impl Run {
    /// It passes if it ended by itself with status 0 and printed the expected text.
    pub fn outcome(&self) -> Outcome {
        if self.ending == Ending::Exited(0) && self.expected != Some(false) {
            Outcome::Pass
        } else {
            Outcome::Fail
        }
    }
    /// Its exit status, if it ended by itself.
    pub fn exit(&self) -> Option<i32> {
        match self.ending {
            Ending::Exited(status) => Some(status),
            Ending::TimedOut | Ending::Stopped => None,
        }
    }
}

/// Runs a job to its end; none if the program was stopped before.
pub(super) fn run(
    job: &Job,
    top: &Path,
    environment: &CommandEnvironment,
    groups: &Groups,
) -> io::Result<Option<Run>> {
    // One pipe for both streams keeps the output in the order in which it was printed.
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new("sh");
    match users_umask() {
        Some(mask) => command.args(["-c", WITH_UMASK, &mask, job.command.as_str()]),
        None => command.args(["-c", "--", job.command.as_str()]),
    };
    command
        .current_dir(top)
        .env_clear()
        .envs(environment.with(&job.environment))
        .env("COORD_GUARDRAIL", job.id.as_str())
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let begun = Instant::now();
    let Some(child) = groups.start(&mut command)? else {
        return Ok(None);
    };
    // It holds ends of the pipe, and the reader waits until all of them are closed.
    drop(command);
    let listener = Listener::begin(reader, job.expect.as_ref().map(Text::as_str));
    let status = groups.wait(child, Duration::from_secs(job.time_limit.seconds()))?;
    let duration = begun.elapsed();
    let was_killed = |status: ExitStatus| status.signal() == Some(Signal::SIGKILL as i32);
    let ending = match status {
        None => Ending::TimedOut,
        Some(status) if was_killed(status) && groups.are_stopped() => Ending::Stopped,
        Some(status) => Ending::Exited(as_a_shell_has_it(status)),
    };
    let output = listener.end(PATIENCE);
    Ok(Some(Run {
        ending,
        expected: output.expected,
        output: with_reason(output, ending, job),
        duration,
    }))
}

fn as_a_shell_has_it(status: ExitStatus) -> i32 {
    let by_signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(by_signal).unwrap_or(-1)
}

/// The output, with a line of ours if the output alone does not show why the command failed.
fn with_reason(output: Output, ending: Ending, job: &Job) -> Vec<u8> {
    let reason = match (ending, &job.expect) {
        (Ending::TimedOut, _) => format!("killed after {}", job.time_limit),
        (Ending::Exited(0), Some(expect)) if output.expected == Some(false) => {
            format!("'{expect}' is not part of the output")
        }
        _ => return output.kept,
    };
    let mut kept = output.kept;
    if kept.last().is_some_and(|byte| *byte != b'\n') {
        kept.push(b'\n');
    }
    kept.extend(format!("[git coord: {reason}]\n").into_bytes());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(command: &str, expect: Option<&str>) -> Job {
        Job {
            id: "G1".parse().unwrap(),
            command: command.parse().unwrap(),
            environment: Vec::new(),
            digest: Digest::of(b""),
            expect: expect.map(|text| text.parse().unwrap()),
            time_limit: Span::from_minutes(10),
        }
    }

    fn ran(job: &Job) -> Run {
        let folder = tempfile::tempdir().unwrap();
        let environment = CommandEnvironment::nothing_but_the_path();
        run(job, folder.path(), &environment, &Groups::default())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn status_and_output_decide_together() {
        for (command, expect, outcome, exit) in [
            ("echo 0 breaking changes", None, Outcome::Pass, Some(0)),
            (
                "echo 0 breaking changes",
                Some("0 breaking"),
                Outcome::Pass,
                Some(0),
            ),
            (
                "echo 7 breaking changes",
                Some("0 breaking"),
                Outcome::Fail,
                Some(0),
            ),
            (
                "echo 0 breaking; exit 3",
                Some("0 breaking"),
                Outcome::Fail,
                Some(3),
            ),
            ("kill -TERM $$", None, Outcome::Fail, Some(143)),
            ("-no-such-program", None, Outcome::Fail, Some(127)),
        ] {
            let run = ran(&job(command, expect));
            assert_eq!((run.outcome(), run.exit()), (outcome, exit), "{command}");
        }
    }

    #[test]
    fn both_streams_are_kept_in_order_and_a_failure_has_a_reason() {
        let run = ran(&job("echo a; echo b >&2; printf c", Some("d")));
        assert_eq!(
            run.output,
            b"a\nb\nc\n[git coord: 'd' is not part of the output]\n"
        );
    }

    #[test]
    fn a_command_knows_its_guardrail_and_gets_no_input() {
        let run = ran(&job("cat; env | grep -v -e ^PATH= -e ^PWD= -e ^_=", None));
        assert_eq!(run.output, b"COORD_GUARDRAIL=G1\n");
    }

    #[test]
    fn processes_that_a_command_leaves_behind_end_with_it() {
        let run = ran(&job("sleep 600 & echo left", None));
        assert_eq!(
            (run.output.as_slice(), run.exit()),
            (&b"left\n"[..], Some(0))
        );
    }

    #[test]
    fn at_the_time_limit_the_command_is_killed_with_its_children() {
        let slow = Job {
            time_limit: Span::from_seconds(0),
            ..job("sleep 600 & sleep 600", None)
        };
        let run = ran(&slow);
        assert_eq!((run.ending, run.exit()), (Ending::TimedOut, None));
        assert_eq!(run.output, b"[git coord: killed after 0s]\n");
    }
}
