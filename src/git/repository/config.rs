//! Config: every level that git reads, seen as one, and a way to set a value.
//!
//! Not here: what our own keys (`coord.*`) mean.

use std::{path::PathBuf, process::Command, time::Duration};

use super::{Repository, environment, program::not_run};
use crate::git::Error;

/// How often and how slowly another's lock on the config file is waited for.
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// The repository's config as it was when the repository was opened: system, user, repository, worktree,
/// `GIT_CONFIG_COUNT` and `git -c`, the later before the earlier.
#[derive(Clone, Copy)]
pub struct Config<'a>(&'a gix::config::File);

impl Config<'_> {
    /// The value of `key`, such as `coord.actor` or `remote.origin.url`. Bytes that are not UTF-8 are replaced.
    pub fn string(&self, key: &str) -> Option<String> {
        self.0.string(key).map(|value| value.to_string())
    }

    /// The value of `key` that only this worktree has (`git config --worktree`).
    pub fn of_worktree(&self, key: &str) -> Option<String> {
        let value = self
            .0
            .string_filter(key, |from| from.source == gix::config::Source::Worktree);
        value.map(|value| value.to_string())
    }

    /// The value of `key` for this command only: `git -c`, `GIT_CONFIG_COUNT`.
    pub fn of_command(&self, key: &str) -> Option<String> {
        use gix::config::Source::{Git, GitInstallation, Local, System, User, Worktree};
        let files = [GitInstallation, System, Git, User, Local, Worktree];
        let value = self
            .0
            .string_filter(key, |from| !files.contains(&from.source));
        value.map(|value| value.to_string())
    }

    /// All values of `key`, the strongest last.
    pub fn strings(&self, key: &str) -> Vec<String> {
        let values = self.0.strings(key).unwrap_or_default();
        values.iter().map(ToString::to_string).collect()
    }

    /// The value of `key` as git reads booleans; a key without a value is true.
    ///
    /// # Errors
    /// [`Error::Config`] if it is none.
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, Error> {
        self.0.boolean(key).map_err(|error| bad(key, &error))
    }

    /// The names of the remotes, each once.
    pub fn remotes(&self) -> Vec<String> {
        self.subsections("remote")
    }

    /// The names in the headers `[section "name"]`, each once.
    pub fn subsections(&self, section: &str) -> Vec<String> {
        let sections = self.0.sections_by_name(section).into_iter().flatten();
        let names = sections.filter_map(|section| section.header().subsection_name());
        let names: std::collections::BTreeSet<String> =
            names.map(|name| name.to_string()).collect();
        names.into_iter().collect()
    }

    /// Whether some remote has promised the objects that a partial clone does not have (`remote.<name>.promisor`).
    pub(super) fn names_a_promisor(&self) -> bool {
        let mut remotes = self.0.sections_by_name("remote").into_iter().flatten();
        remotes.any(|remote| remote.contains_value_name("promisor"))
    }

    /// The value of `key` as a path: `~/` is the home folder.
    ///
    /// # Errors
    /// [`Error::Config`] if it cannot be resolved (`~nobody/`).
    pub fn path(&self, key: &str) -> Result<Option<PathBuf>, Error> {
        let Some(value) = self.0.string(key) else {
            return Ok(None);
        };
        let home = std::env::home_dir();
        let context = gix::config::path::interpolate::Context {
            home_dir: home.as_deref(),
            ..Default::default()
        };
        let path = gix::config::Path::from(value);
        let resolved = path
            .interpolate(context)
            .map_err(|error| bad(key, &error))?;
        Ok(Some(resolved))
    }
}

fn bad(key: &str, error: &impl ToString) -> Error {
    Error::Config {
        key: key.to_owned(),
        why: error.to_string(),
    }
}

/// The value of a key in the config of the system, the user and the command line, for a command that has no repository yet.
///
/// # Errors
/// [`Error::Failed`] if git cannot be started.
pub fn config_outside(key: &str) -> Result<Option<String>, Error> {
    let mut git = Command::new("git");
    environment::keep_from_other_repositories(&mut git);
    git.args(["config", "--get", key]).current_dir("/");
    let output = git.output().map_err(|source| not_run(&git, source))?;
    let value = String::from_utf8_lossy(&output.stdout);
    let value = value.trim_end_matches('\n');
    Ok(output.status.success().then(|| value.to_owned()))
}

impl Repository {
    /// The config as it was when the repository was opened; [`set_config`](Self::set_config) does not change it.
    pub fn config(&self) -> Config<'_> {
        Config(&self.config)
    }

    /// The value of `key` that the main worktree has for itself alone, seen from a linked one. `git worktree add` copies it into
    /// new worktrees (git-worktree(1), CONFIGURATION FILE).
    pub fn copied_from_main(&self, key: &str) -> Option<String> {
        let main = self.common_dir.join("config.worktree");
        let is_linked = self.git_dir != self.common_dir;
        let file = is_linked.then(|| {
            gix::config::File::from_path_no_includes(main, gix::config::Source::Worktree).ok()
        });
        Some(file??.string(key)?.to_string())
    }

    /// Sets a value for every worktree of this repository.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Failed`].
    pub fn set_config(&self, key: &str, value: &str) -> Result<(), Error> {
        self.git_config(&["--local", key, value])
    }

    /// Sets a value for this worktree only, or sets nothing and returns false.
    ///
    /// Such a value needs `extensions.worktreeConfig`, which is turned on where there are several worktrees. Nothing is
    /// set where git's documentation asks for more than that (`core.bare`, `core.worktree` would have to move), and
    /// where there is but one worktree.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Failed`].
    pub fn set_worktree_config(&self, key: &str, value: &str) -> Result<bool, Error> {
        let own = self.prepare_worktree_config()?;
        if own {
            self.git_config(&["--worktree", key, value])?;
        }
        Ok(own)
    }

    /// Removes `key` from the config of every worktree.
    ///
    /// # Errors
    /// [`Error::ReadOnly`]; [`Error::Failed`], also for an unknown key.
    pub fn unset_config(&self, key: &str) -> Result<(), Error> {
        self.git_config(&["--local", "--unset", key])
    }

    /// Adds a value to those that `key` has, for every worktree of this repository.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Failed`].
    pub fn add_config(&self, key: &str, value: &str) -> Result<(), Error> {
        self.git_config(&["--local", "--add", key, value])
    }

    /// Whether a value can be set for this worktree only.
    fn prepare_worktree_config(&self) -> Result<bool, Error> {
        // Asked of git and not of the snapshot: another process may have turned it on since.
        let is_true = |key| {
            let asked = self.run_git(["config", "--local", "--type=bool", "--get", key]);
            asked.is_ok_and(|answer| answer.trim_ascii() == b"true")
        };
        if is_true("extensions.worktreeConfig") {
            return Ok(true);
        }
        let worktrees = std::fs::read_dir(self.common_dir.join("worktrees"));
        let several = worktrees.is_ok_and(|mut entries| entries.next().is_some());
        let moved = self.run_git(["config", "--local", "--get", "core.worktree"]);
        if !several || is_true("core.bare") || moved.is_ok() {
            return Ok(false);
        }
        self.git_config(&["--local", "extensions.worktreeConfig", "true"])?;
        Ok(true)
    }

    fn git_config(&self, arguments: &[&str]) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            let all = ["config"].iter().chain(arguments);
            let Err(error) = self.run_git(all) else {
                return Ok(());
            };
            tries += 1;
            if error.complains_of("File exists") && tries < LOCK_TRIES {
                std::thread::sleep(LOCK_PAUSE);
                continue;
            }
            return Err(self.write_failure(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{git::repository::Environment, ledger::fixture::Fixture};

    #[test]
    fn every_level_is_seen_and_the_later_one_wins() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "../linked"]);
        let open = |name: &str| fixture.open_at(name);
        open("main").set_config("coord.actor", "all").unwrap();
        let linked = open("linked").set_worktree_config("coord.actor", "one");
        assert!(linked.unwrap());
        let actor = |name| open(name).config().string("coord.actor");
        assert_eq!(actor("main").as_deref(), Some("all"));
        assert_eq!(actor("linked").as_deref(), Some("one"));
        let environment =
            Environment::isolated().with("GIT_CONFIG_PARAMETERS", "'coord.actor'='now'");
        let repository = Repository::discover(&fixture.path("linked"), environment).unwrap();
        assert_eq!(
            repository.config().string("coord.actor").as_deref(),
            Some("now")
        );
        let told = repository.run_git(["config", "coord.actor"]).unwrap();
        assert_eq!(told, b"now\n");
    }

    #[test]
    fn the_only_worktree_has_no_values_of_its_own() {
        let fixture = Fixture::new();
        let set = fixture.open().set_worktree_config("coord.actor", "me");
        assert!(!set.unwrap());
        assert_eq!(fixture.open().config().string("coord.actor"), None);
    }

    #[test]
    fn values_are_read_as_git_reads_them() {
        let fixture = Fixture::new();
        fixture.git(&["config", "coord.yes", "on"]);
        fixture.git(&["config", "coord.bad", "perhaps"]);
        fixture.git(&["config", "coord.file", "~/key"]);
        fixture.git(&["config", "--add", "coord.many", "1"]);
        fixture.git(&["config", "--add", "coord.many", "2"]);
        let repository = fixture.open();
        let config = repository.config();
        assert_eq!(config.boolean("coord.yes").unwrap(), Some(true));
        assert_eq!(config.boolean("coord.none").unwrap(), None);
        assert_eq!(
            config.boolean("coord.bad").unwrap_err().code(),
            "bad_config"
        );
        assert_eq!(config.strings("coord.many"), ["1", "2"]);
        let home = std::env::home_dir().unwrap();
        assert_eq!(config.path("coord.file").unwrap(), Some(home.join("key")));
    }

    #[test]
    fn gits_message_about_a_config_it_cannot_write_names_the_folder() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let failed = Error::Failed {
            command: "config".to_owned(),
            complaint: Some("could not lock config file: Permission denied".to_owned()),
            status: std::process::ExitStatus::default(),
        };
        assert_eq!(repository.write_failure(failed).code(), "git_dir_readonly");
    }
}
