//! The git program, run on this repository.
//!
//! Not here: the callers (`config`, `git::refs`, `sync::round`).

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Output, Stdio},
    thread,
    time::Duration,
};

use super::{Repository, environment};
use crate::git::Error;

/// The pauses before git runs again: while another git holds a lock, or after a `git prune` beside it.
pub(super) const PAUSES: [Duration; 6] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// git's names for what it writes objects into: a file that it will rename, or one of these itself.
const TEMPORARY: [&str; 3] = [
    "unable to write file",
    "unable to create temporary file",
    "/tmp_",
];

/// git's messages about something temporary that is gone. It says the second one where `core.sharedRepository` is set.
const GONE: [&str; 2] = ["No such file or directory", "failed to make "];

impl Repository {
    /// A `git` for this repository, started in its worktree (in its git directory if it has none). It never prompts,
    /// speaks English, and ignores `refs/replace`.
    pub fn git(&self) -> Command {
        let mut git = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| environment::is_gits(name)) {
            git.env_remove(name);
        }
        for (name, value) in self.environment.iter() {
            git.env(name, value);
        }
        for name in environment::NAMES_A_REPOSITORY {
            git.env_remove(name);
        }
        if self.environment.is_isolated() {
            git.env("GIT_CONFIG_NOSYSTEM", "1");
            git.env("GIT_CONFIG_GLOBAL", "/dev/null");
        }
        if let Some((directory, alternates)) = self.object_directories_given() {
            git.env("GIT_OBJECT_DIRECTORY", directory);
            git.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", alternates);
        }
        git.env("GIT_DIR", &self.git_dir)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .current_dir(self.work_dir.as_ref().unwrap_or(&self.git_dir));
        git
    }

    /// Runs `git` with `arguments` and returns its standard output.
    ///
    /// # Errors
    /// [`Error::NoGit`], [`Error::NotRun`]; [`Error::Failed`] if it exits with another status than 0.
    pub fn run_git<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        command.args(arguments);
        run(command)
    }

    /// Like [`run_git`](Self::run_git), but git reads no config: neither this repository's nor the user's.
    ///
    /// # Errors
    /// As for [`run_git`](Self::run_git).
    pub fn run_git_without_config<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        for name in ["GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"] {
            command.env_remove(name);
        }
        // Outside of a repository, git looks for no config of one.
        for name in ["GIT_DIR", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
            command.env(name, "/dev/null");
        }
        command.args(arguments);
        run(command)
    }

    /// Like [`run_git`](Self::run_git), but on the index in `GIT_INDEX_FILE`, if that is set. In a hook, this index holds the
    /// next commit.
    ///
    /// # Errors
    /// As for [`run_git`](Self::run_git).
    pub fn run_git_on_index<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        if let Some(index) = self.environment.get("GIT_INDEX_FILE") {
            command.env("GIT_INDEX_FILE", index);
        }
        command.args(arguments);
        run(command)
    }

    /// Like [`run_git`](Self::run_git), or in another worktree, for a git that changes branches or files of the user: it ends
    /// what it does even if this process is killed with its process group, and leaves no lock.
    ///
    /// # Errors
    /// As for [`run_git`](Self::run_git).
    pub fn run_git_apart(
        &self,
        worktree: Option<&Path>,
        arguments: &[&str],
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        if let Some(worktree) = worktree {
            command.env_remove("GIT_DIR").current_dir(worktree);
        }
        apart(&mut command).args(arguments);
        run(command)
    }

    /// Like [`run_git_apart`](Self::run_git_apart), and git keeps `held` open until it ends, even if this process is killed
    /// before.
    ///
    /// # Errors
    /// As for [`run_git`](Self::run_git).
    pub(crate) fn run_git_with<A: AsRef<OsStr>>(
        &self,
        held: File,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        apart(&mut command).args(arguments);
        run_on(command, held.into())
    }

    /// The failure of a command that writes into the git directory, with its cause if that is known.
    pub(crate) fn write_failure(&self, error: Error) -> Error {
        let complains = |texts: [&str; 2]| texts.iter().any(|text| error.complains_of(text));
        let path = || self.common_dir.clone();
        let complaint = match &error {
            Error::Failed { complaint, .. } => complaint.as_deref(),
            _ => None,
        };
        if let Some(lock) = complaint.and_then(locked_by) {
            Error::LockHeld {
                path: PathBuf::from(lock),
            }
        } else if complains(["Permission denied", "Read-only file system"]) {
            Error::ReadOnly { path: path() }
        } else if complains(["No space left on device", "Disk quota exceeded"]) {
            Error::NoSpace { path: path() }
        } else {
            error
        }
    }
}

/// Runs a `git` command to its end and returns its standard output.
pub(crate) fn run(command: Command) -> Result<Vec<u8>, Error> {
    run_on(command, Stdio::null())
}

/// Runs git, and a few times again if a `git prune` beside it took its temporary files: a prune takes those of a git that is
/// writing objects too.
///
/// # Errors
/// The last one.
pub(super) fn while_pruned<T>(mut run: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    for pause in PAUSES {
        match run() {
            Err(Error::Failed {
                complaint: Some(line),
                ..
            }) if is_pruned(&line) => thread::sleep(pause),
            ended => return ended,
        }
    }
    run()
}

/// Whether git says that a temporary file or folder, into which it was writing objects, is gone.
pub(super) fn is_pruned(line: &str) -> bool {
    let names = |texts: &[&str]| texts.iter().any(|text| line.contains(text));
    names(&TEMPORARY) && names(&GONE)
}

/// Puts git into a process group of its own. Agents' harnesses kill whole groups, and nobody can tell the lock of a killed git
/// from the lock of a living one.
pub(super) fn apart(git: &mut Command) -> &mut Command {
    git.process_group(0)
}

/// Runs git with this standard input, and returns its standard output.
pub(super) fn fed(
    mut git: Command,
    feed: impl FnOnce(ChildStdin) -> io::Result<()>,
) -> Result<Vec<u8>, Error> {
    let started = git.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(|source| not_run(&git, source))?;
    let fed = child.stdin.take().map_or(Ok(()), feed);
    let output = child.wait_with_output();
    let output = output.map_err(|source| not_run(&git, source))?;
    if output.status.success() {
        fed.map_err(|source| not_run(&git, source))?;
        Ok(output.stdout)
    } else {
        // A git that stopped reading says why on stderr.
        Err(failed(&git, &output))
    }
}

fn run_on(mut command: Command, stdin: Stdio) -> Result<Vec<u8>, Error> {
    let output = command.stdin(stdin).output();
    let output = output.map_err(|source| not_run(&command, source))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(failed(&command, &output))
    }
}

/// The error if git could not be started, or its pipes failed.
pub(super) fn not_run(git: &Command, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::NotFound => Error::NoGit,
        _ => Error::NotRun {
            command: subcommand(git),
            source,
        },
    }
}

/// The error if git ended with another status than 0.
pub(super) fn failed(git: &Command, output: &Output) -> Error {
    Error::Failed {
        command: subcommand(git),
        complaint: complaint(&output.stderr),
        status: output.status,
    }
}

/// The first argument that is neither `-c` nor the setting after it.
fn subcommand(git: &Command) -> String {
    let mut arguments = git.get_args();
    let mut next = arguments.next();
    while next.is_some_and(|argument| argument == "-c") {
        next = arguments.nth(1);
    }
    next.unwrap_or_default().to_string_lossy().into_owned()
}

/// The program's complaint on stderr, without `fatal:`; or else the first line there, even if it only announces a step.
pub(super) fn complaint(stderr: &[u8]) -> Option<String> {
    let stderr = String::from_utf8_lossy(stderr);
    let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next();
    let complains = |line: &str| {
        let rest = line.strip_prefix("fatal: ");
        rest.or_else(|| line.strip_prefix("error: "))
            .map(str::to_owned)
    };
    lines
        .find_map(complains)
        .or_else(|| first.map(str::to_owned))
}

/// The file in "Unable to create '…/ledger.lock': File exists."
pub(super) fn locked_by(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("Unable to create '")?;
    let (path, why) = rest.split_once("': ")?;
    why.starts_with("File exists").then_some(path)
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn the_message_of_a_failure_is_gits_first_line() {
        let fixture = Fixture::new();
        let error = fixture.open().run_git(["rev-parse", "--verify", "nothing"]);
        let text = error.unwrap_err().to_string();
        assert_eq!(text, "'git rev-parse' failed: Needed a single revision");
    }

    #[test]
    fn gits_progress_is_not_taken_for_its_complaint() {
        let complaint = |text: &str| complaint(text.as_bytes());
        let told = "Preparing worktree\nfatal: it is there already\nerror: more\n";
        assert_eq!(complaint(told).as_deref(), Some("it is there already"));
        assert_eq!(complaint("\nwarning\n").as_deref(), Some("warning"));
        assert_eq!(complaint(""), None);
    }

    #[test]
    fn git_runs_again_after_a_prune_and_not_after_another_failure_or_without_end() {
        let failed = |complaint: &str| Error::Failed {
            command: "index-pack".to_owned(),
            complaint: Some(complaint.to_owned()),
            status: ExitStatus::from_raw(128 << 8),
        };
        let runs = |complaint: &str, failures: usize| {
            let mut runs = 0;
            let ended = while_pruned(|| {
                runs += 1;
                if runs > failures {
                    Ok(())
                } else {
                    Err(failed(complaint))
                }
            });
            (runs, ended.is_ok())
        };
        // git 2.47 says these beside a prune.
        for pruned in [
            "unable to write file /r/objects/pack/pack-1.idx: No such file or directory",
            "unable to write file .git/objects/ab/cd: No such file or directory",
            "could not open '/r/objects/pack/tmp_pack_x' for reading: No such file or directory",
            "unable to create temporary file: No such file or directory",
            "failed to make .git/objects/pack/tmp_rev_x readable",
        ] {
            assert_eq!(runs(pruned, 2), (3, true), "{pruned}");
        }
        for other in [
            "unable to write file /r/objects/pack/pack-1.idx: Permission denied",
            "could not open '/r/config' for reading: No such file or directory",
            "pack has 1 unresolved delta",
        ] {
            assert_eq!(runs(other, 1), (1, false), "{other}");
        }
        let pruned = "unable to create temporary file: No such file or directory";
        assert_eq!(runs(pruned, usize::MAX), (PAUSES.len() + 1, false));
    }

    #[test]
    fn git_runs_on_this_repository_from_its_worktree() {
        let fixture = Fixture::new();
        let told = fixture
            .open()
            .run_git(["rev-parse", "--show-toplevel"])
            .unwrap();
        assert_eq!(
            told,
            format!("{}\n", fixture.path("main").display()).as_bytes()
        );
    }
}
