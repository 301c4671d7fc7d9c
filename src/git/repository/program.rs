//! The git program, run on this very repository.
//!
//! Not here: what it is run for (`config`, `git::refs`, `sync::round`).

use std::{
    ffi::OsStr,
    io,
    process::{Command, ExitStatus},
};

use super::{Repository, environment};
use crate::ledger::{Error, error::NO_GIT};

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

    /// Runs `git` with `arguments` and returns what it wrote to stdout.
    ///
    /// # Errors
    /// [`Error::Git`] with the first line of its stderr if it cannot be started or exits with another status than 0.
    pub fn run_git<A: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.git();
        command.args(arguments);
        run(command)
    }

    /// As [`run_git`](Self::run_git), on the index that `GIT_INDEX_FILE` names, if it does: in a hook that is what is
    /// about to be committed.
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

    /// What a failed command says that had to write into the git directory.
    pub(crate) fn git_write_error(&self, command: &str, stderr: String) -> Error {
        if stderr.contains("Permission denied") || stderr.contains("Read-only file system") {
            let path = self.common_dir.clone();
            return Error::ReadOnly { path };
        }
        if stderr.contains("No space left on device") || stderr.contains("Disk quota exceeded") {
            let path = self.common_dir.clone();
            return Error::NoSpace { path };
        }
        Error::Git {
            command: command.to_owned(),
            stderr,
        }
    }
}

/// Runs a `git` command to its end and returns what it wrote to stdout.
pub(crate) fn run(mut command: Command) -> Result<Vec<u8>, Error> {
    let name = command.get_args().next().unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let failed = |stderr: String| Error::Git {
        command: name,
        stderr,
    };
    let output = match command.stdin(std::process::Stdio::null()).output() {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(failed(NO_GIT.to_owned()));
        }
        Err(error) => return Err(failed(error.to_string())),
    };
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(failed(complaint(&output.stderr, output.status)))
}

/// What the program complained of on stderr, without its `fatal:`; else the first line there, which may only tell what it
/// was about to do; or else how it ended.
pub(super) fn complaint(stderr: &[u8], status: ExitStatus) -> String {
    let stderr = String::from_utf8_lossy(stderr);
    let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let first = lines.clone().next();
    let complains = |line: &str| {
        let rest = line.strip_prefix("fatal: ");
        rest.or_else(|| line.strip_prefix("error: "))
            .map(str::to_owned)
    };
    let found = lines.find_map(complains);
    found
        .or_else(|| first.map(str::to_owned))
        .unwrap_or_else(|| status.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn a_failure_is_told_in_gits_first_line() {
        let fixture = Fixture::new();
        let error = fixture.open().run_git(["rev-parse", "--verify", "nothing"]);
        let text = error.unwrap_err().to_string();
        assert_eq!(text, "'git rev-parse' failed: Needed a single revision");
    }

    #[test]
    fn what_git_was_about_to_do_is_not_what_it_complains_of() {
        let status = ExitStatus::default();
        let told = "Preparing worktree\nfatal: it is there already\nerror: more\n";
        assert_eq!(complaint(told.as_bytes(), status), "it is there already");
        assert_eq!(complaint(b"\nwarning\n", status), "warning");
        assert_eq!(complaint(b"", status), status.to_string());
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
