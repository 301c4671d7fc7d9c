//! The main branch: where it is, here and at the remote, and moving it in one step.
//!
//! Not here: the commit to which it moves (`merge`).

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    cli::{CommandError, Context, failure::code, remote::home},
    core::values::text::{shell_word, visible},
    git::{
        Error,
        lock::Backoff,
        refs,
        repository::{Fetch, ObjectId, Push, Pushed, Repository, Transfer},
    },
    sync,
};

/// The branch into which work is integrated.
pub(super) struct Target<'a> {
    repository: &'a Repository,
    /// Its name, without `refs/heads/`.
    pub branch: String,
    full: String,
    /// Where it is in this clone.
    tip: ObjectId,
    /// Where the merge begins: the tip here, or the remote's if that is ahead.
    pub base: ObjectId,
    /// Where the branch of a remote was that this one follows, when it was last fetched or pushed.
    followed: Option<ObjectId>,
    remote: Option<Remote>,
}

/// The remote to which the branch is pushed.
struct Remote {
    name: String,
    /// The full name of the branch there.
    branch: String,
    /// Where the branch is there; none if it does not exist.
    tip: Option<ObjectId>,
    limit: Duration,
}

impl<'a> Target<'a> {
    /// The main branch, and where it is at the remote if it should be pushed.
    ///
    /// # Errors
    /// `no_main_branch`, `diverged`; the remote cannot be reached.
    pub fn find(repository: &'a Repository, push: bool) -> Result<Self, CommandError> {
        let named = repository.main_branch();
        let branch = named.ok_or_else(|| {
            let message = "no main branch is known, so there is nothing to integrate into";
            CommandError::fatal(code::NO_MAIN_BRANCH, message)
                .hint("git config coord.mainBranch main")
        })?;
        let full = format!("refs/heads/{branch}");
        let tip = refs::read(repository, &full)?.ok_or_else(|| {
            let message = format!(
                "there is no branch '{}' to integrate into",
                visible(&branch)
            );
            CommandError::fatal(code::NO_MAIN_BRANCH, message)
        })?;
        let followed = repository.followed(&branch)?;
        let mut target = Self {
            repository,
            base: tip,
            followed,
            branch,
            full,
            tip,
            remote: None,
        };
        if push {
            target.look_at_remote(home::patience(repository)?.max(PUSH_LIMIT))?;
        } else if let Some(ahead) = followed.filter(|it| target.fits(*it)) {
            // Otherwise the merge and what others pushed would diverge.
            target.base = ahead;
        }
        Ok(target)
    }

    fn look_at_remote(&mut self, limit: Duration) -> Result<(), CommandError> {
        let (repository, branch) = (self.repository, &self.branch);
        let config = repository.config();
        let set = [
            format!("branch.{branch}.pushRemote"),
            "remote.pushDefault".to_owned(),
            format!("branch.{branch}.remote"),
        ];
        let set = set.iter().find_map(|key| config.string(key));
        let known = config.remotes();
        let usual = || {
            known
                .iter()
                .find(|it| *it == "origin")
                .or(known.first())
                .cloned()
        };
        let name = set.or_else(usual);
        let name = name.ok_or_else(|| CommandError::from(sync::Error::NoRemote))?;
        let mut transfer = Transfer {
            limit: Some(limit),
            ..Transfer::default()
        };
        let there = self.full_at(&name);
        let told = repository.remote_refs(&mut transfer, &name, &[&there])?;
        let tip = told.into_iter().next().map(|(_, tip)| tip);
        if let Some(tip) = tip {
            if !repository.contains(tip) {
                let fetch = Fetch {
                    remote: &name,
                    source: &there,
                    target: FETCHED,
                };
                repository.fetch_ref(&mut transfer, fetch)?;
                repository.run_git(["update-ref", "-d", FETCHED])?;
            }
            if repository.leads_to(tip, self.tip)? {
                self.base = tip;
            } else if !repository.leads_to(self.tip, tip)? {
                return Err(self.diverged(&name));
            }
        }
        self.remote = Some(Remote {
            name,
            branch: there,
            tip,
            limit,
        });
        Ok(())
    }

    /// The full name of the branch at a remote: the one that the branch here follows there, else the same.
    fn full_at(&self, remote: &str) -> String {
        let key = |name: &str| format!("branch.{}.{name}", self.branch);
        let config = self.repository.config();
        let follows = config.string(&key("remote")).as_deref() == Some(remote);
        let merge = config.string(&key("merge")).filter(|_| follows);
        let merge = merge.filter(|full| full.starts_with("refs/heads/"));
        merge.unwrap_or_else(|| self.full.clone())
    }

    /// The remote to which it is pushed.
    pub fn pushed_to(&self) -> Option<&str> {
        self.remote.as_ref().map(|remote| remote.name.as_str())
    }

    /// Whether the branch can move forward to this commit, here and at the remote.
    pub fn fits(&self, commit: ObjectId) -> bool {
        let leads = |tip| self.repository.leads_to(commit, tip).unwrap_or(false);
        leads(self.tip) && leads(self.base)
    }

    /// Pushes the branch as it is here, if the remote does not have it.
    ///
    /// # Errors
    /// As for [`move_to`](Self::move_to).
    pub fn publish_tip(&self) -> Result<(), CommandError> {
        let is_known = |remote: &Remote| remote.tip == Some(self.tip) || self.base != self.tip;
        if self.remote.as_ref().is_none_or(is_known) {
            return Ok(());
        }
        self.push(self.tip)
    }

    /// Where the branch is now in this clone.
    ///
    /// # Errors
    /// The ref cannot be read.
    pub fn now(&self) -> Result<Option<ObjectId>, Error> {
        refs::read(self.repository, &self.full)
    }

    /// Whether the branch was there in this clone before.
    pub fn was_at(&self, commit: ObjectId) -> bool {
        self.tip == commit
    }

    /// Brings the branch to where it has a commit that it has already, here or at a remote: a killed call or another clone can
    /// have pushed it.
    ///
    /// # Errors
    /// `diverged`; and as for [`move_to`](Self::move_to).
    pub fn catch_up(&self, context: &mut Context, found: ObjectId) -> Result<(), CommandError> {
        let has = |tip: ObjectId| self.repository.leads_to(tip, found).unwrap_or(false);
        if has(self.tip) {
            return self.publish_tip();
        }
        let mut ahead = [Some(self.base), self.followed].into_iter().flatten();
        match ahead.find(|it| has(*it) && self.fits(*it)) {
            Some(ahead) => self.move_to(context, ahead),
            None => {
                let key = format!("branch.{}.remote", self.branch);
                let remote = self.repository.config().string(&key);
                Err(self.diverged(remote.as_deref().unwrap_or_default()))
            }
        }
    }

    fn diverged(&self, remote: &str) -> CommandError {
        let there = self.full_at(remote);
        let there = there.trim_start_matches("refs/heads/");
        let message = format!(
            "branch '{}' and branch '{}' of '{}' have diverged",
            visible(&self.branch),
            visible(there),
            visible(remote)
        );
        let pull = format!(
            "pull --no-rebase {} {}",
            shell_word(remote),
            shell_word(there)
        );
        let hint = match self.folder() {
            Ok(Some(folder)) => {
                let folder = folder.display().to_string();
                format!("git -C {} {pull}", shell_word(&folder))
            }
            _ => format!("git switch {} && git {pull}", shell_word(&self.branch)),
        };
        CommandError::no(code::DIVERGED, message).hint(hint)
    }

    /// The folder of the worktree that is on the branch.
    fn folder(&self) -> Result<Option<PathBuf>, Error> {
        let mut listed = self.repository.listed_worktrees()?.into_iter();
        let on_it = listed.find(|it| !it.gone && it.branch.as_ref() == Some(&self.branch));
        Ok(on_it.map(|found| found.path))
    }

    /// Moves the branch to a commit: first at the remote, if it is pushed, and then here with the worktree that is on it.
    ///
    /// # Errors
    /// `worktree_in_use`, `target_moved`, `push_declined`; nothing has changed then.
    pub fn move_to(&self, context: &mut Context, commit: ObjectId) -> Result<(), CommandError> {
        if let Some(folder) = self.repository.rebases(&self.branch) {
            return Err(in_the_middle(&folder, "a rebase"));
        }
        let on_it = self.folder()?;
        if let Some(folder) = &on_it {
            self.refuse_in_the_middle(folder)?;
            self.refuse_if_overwritten(folder, commit)?;
        }
        self.rehearse(on_it.as_deref(), commit)?;
        self.push(commit)?;
        let moved = match &on_it {
            Some(folder) => self.along(folder, commit),
            None => self.alone(commit),
        };
        let now = self.now()?;
        if now.is_some_and(|now| self.repository.leads_to(now, commit).unwrap_or(false)) {
            return Ok(());
        }
        if let Some(folder) = on_it.filter(|_| now == Some(self.tip)) {
            // git writes the files first.
            let ids = [commit, self.tip].map(|id| id.to_string());
            let _ = self.in_worktree(&folder, &["read-tree", "-m", "-u", &ids[0], &ids[1]]);
        }
        let error = match moved {
            Err(failed) if now == Some(self.tip) => self.repository.write_failure(failed).into(),
            _ => self.moved("here"),
        };
        if self.remote.is_none() {
            return Err(error);
        }
        // The remote has the work. So the task is done, and this clone catches up like all others.
        let branch = visible(&self.branch);
        context.ui.warn(format!(
            "the remote has the work, but branch '{branch}' here did not move: {error}"
        ));
        Ok(())
    }

    fn push(&self, commit: ObjectId) -> Result<(), CommandError> {
        let Some(remote) = self
            .remote
            .as_ref()
            .filter(|remote| remote.tip != Some(commit))
        else {
            return Ok(());
        };
        let mut transfer = Transfer {
            limit: Some(remote.limit),
            ..Transfer::default()
        };
        let push = Push {
            remote: &remote.name,
            name: &remote.branch,
            object: commit,
            lease: remote.tip,
            verify: true,
        };
        match self.repository.push_object(&mut transfer, push)? {
            Pushed::Done => Ok(()),
            Pushed::Moved => Err(self.moved("at the remote")),
            Pushed::Declined(declined) if declined.by_hook => {
                let (name, why) = (visible(&remote.name), visible(&declined.why));
                let message = format!("the hook pre-push refuses the push to '{name}': {why}");
                let there = format!("{commit}:{}", remote.branch);
                let (name, there) = (shell_word(&remote.name), shell_word(&there));
                // The commit is in no branch, but git still has it.
                let again = format!("git push --dry-run {name} {there}");
                Err(CommandError::fatal(code::PUSH_DECLINED, message).hint(again))
            }
            Pushed::Declined(declined) => {
                let remote = visible(&remote.name);
                let message = format!(
                    "'{remote}' does not accept the push: {}",
                    visible(&declined.why)
                );
                Err(CommandError::fatal(code::PUSH_DECLINED, message))
            }
        }
    }

    fn moved(&self, place: &str) -> CommandError {
        let branch = visible(&self.branch);
        let message = format!("branch '{branch}' moved {place} while the merge was made");
        CommandError::no(code::TARGET_MOVED, message)
    }

    /// Refuses if git is in the middle of something in the worktree, and would refuse to merge there.
    fn refuse_in_the_middle(&self, folder: &Path) -> Result<(), CommandError> {
        let begun = [
            ("MERGE_HEAD", "a merge"),
            ("CHERRY_PICK_HEAD", "a cherry-pick"),
            ("REVERT_HEAD", "a revert"),
        ];
        let is_there = |name: &str| {
            let words = ["rev-parse", "--quiet", "--verify", name];
            self.repository.run_git_in(folder, &words).is_ok()
        };
        let Some((_, what)) = begun.iter().find(|(name, _)| is_there(name)) else {
            return Ok(());
        };
        Err(in_the_middle(folder, what))
    }

    /// Asks git whether it would move the branch. While another git process has the branch locked, it waits.
    fn rehearse(&self, on_it: Option<&Path>, commit: ObjectId) -> Result<(), CommandError> {
        let name = on_it.map_or(self.full.as_str(), |_| "HEAD");
        let asked = || (self.repository).rehearse_move(on_it, name, commit, self.tip);
        let Err(failed) = patiently(REF_LOCK, asked) else {
            return Ok(());
        };
        if self.now()? == Some(self.tip) {
            Err(self.repository.write_failure(failed).into())
        } else {
            Err(self.moved("here"))
        }
    }

    /// Refuses if the move would overwrite changes in the worktree: git says what it would do, and does nothing.
    fn refuse_if_overwritten(&self, folder: &Path, commit: ObjectId) -> Result<(), CommandError> {
        // Only then git knows that a file with a new date has no new content. It exits with 1 if some file has.
        let _ = self.in_worktree(folder, &["update-index", "-q", "--refresh"]);
        let id = commit.to_string();
        let words = ["read-tree", "--dry-run", "-m", "-u", "HEAD", &id];
        let failed = match self.in_worktree(folder, &words) {
            Ok(()) => return Ok(()),
            Err(failed) if failed.complains_of(INDEX_LOCK) => {
                return Err(self.repository.write_failure(failed).into());
            }
            Err(failed) => failed,
        };
        let path = folder.display().to_string();
        let message = format!("worktree '{path}' has changes that the merge would overwrite");
        let error = CommandError::no(code::WORKTREE_IN_USE, message).because(failed);
        Err(error.hint(format!("git -C {} status", shell_word(&path))))
    }

    /// Runs git in a worktree. While another git process writes its index, it waits.
    fn in_worktree(&self, folder: &Path, words: &[&str]) -> Result<(), Error> {
        let ran = || self.repository.run_git_apart(Some(folder), words);
        patiently(INDEX_LOCK, ran).map(drop)
    }

    /// Moves the branch and the worktree that is on it.
    fn along(&self, folder: &Path, commit: ObjectId) -> Result<(), Error> {
        // Options of the user for merges by hand, such as --squash, could keep the branch where it is.
        let no_options = format!("branch.{}.mergeOptions=", self.branch);
        let id = commit.to_string();
        let words = ["-c", &no_options, "merge", "--quiet", "--ff-only", &id];
        self.in_worktree(folder, &words)
    }

    /// Moves the branch, which is in no worktree.
    fn alone(&self, commit: ObjectId) -> Result<(), Error> {
        let ids = [commit.to_string(), self.tip.to_string()];
        let words = [
            "update-ref",
            "-m",
            "integrated by git coord",
            &self.full,
            &ids[0],
            &ids[1],
        ];
        self.repository.run_git_apart(None, &words).map(drop)
    }
}

fn in_the_middle(folder: &Path, what: &str) -> CommandError {
    let path = folder.display().to_string();
    let message = format!("worktree '{path}' is in the middle of {what}");
    let error = CommandError::no(code::WORKTREE_IN_USE, message);
    error.hint(format!("git -C {} status", shell_word(&path)))
}

/// Tries again for a while if git complains of another process's lock.
fn patiently<T>(lock: &str, run: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let mut backoff = Backoff::up_to(LOCK_WAIT);
    loop {
        match run() {
            Err(failed) if failed.complains_of(lock) && backoff.pause() => {}
            ended => return ended,
        }
    }
}

/// Where the remote's branch is fetched to for a moment.
const FETCHED: &str = "refs/coord-integrate/fetched";

/// How long to wait for the remote at least.
const PUSH_LIMIT: Duration = Duration::from_secs(600);

/// git's complaint about another process that writes the index.
const INDEX_LOCK: &str = "index.lock";

/// git's complaint about another process that writes the ref.
const REF_LOCK: &str = ".lock': File exists";

/// How long to wait for another git process.
const LOCK_WAIT: Duration = Duration::from_secs(10);
