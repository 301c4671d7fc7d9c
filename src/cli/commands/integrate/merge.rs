//! The merge of a task's work with the main branch, made by git in a worktree of its own. So the user's merge drivers, hooks
//! and signatures apply.
//!
//! Not here: moving the main branch (`target`).

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use super::target::Target;
use crate::{
    cli::{CommandError, failure::code},
    core::{entry::event::task::MergeMethod, values::text::visible},
    git::{
        Error,
        lock::Turn,
        repository::{ObjectId, Repository},
    },
};

/// The commit to which the main branch should move, checked out in a worktree of its own.
///
/// # Errors
/// `merge_conflict`, `not_fast_forward`; git fails.
pub(super) fn make<'a>(
    repository: &'a Repository,
    target: &Target<'_>,
    how: MergeMethod,
    work: ObjectId,
    message: &str,
) -> Result<(ObjectId, Place<'a>), CommandError> {
    let into = visible(&target.branch);
    if how == MergeMethod::FastForward && !repository.leads_to(work, target.base)? {
        let message = format!(
            "commit {work:.12} does not contain {into}, so {into} cannot move forward to it"
        );
        return Err(CommandError::no(code::NOT_FAST_FORWARD, message));
    }
    let start = match how {
        MergeMethod::Merge | MergeMethod::Squash => target.base,
        MergeMethod::Rebase | MergeMethod::FastForward => work,
    };
    let place = Place::new(repository, start)?;
    let git = |arguments: &[&str]| repository.run_git_in(&place.folder, arguments);
    let id = work.to_string();
    let merged = match how {
        MergeMethod::Merge => git(&[
            "merge",
            "--quiet",
            "--no-ff",
            "--no-edit",
            "-m",
            message,
            &id,
        ]),
        // git refuses a squash if merge.ff forbids to move forward.
        MergeMethod::Squash => git(&["merge", "--quiet", "--ff", "--squash", &id]),
        MergeMethod::Rebase => {
            // Otherwise git could move the task's branch too.
            let setting = "rebase.updateRefs=false";
            git(&["-c", setting, "rebase", "--quiet", &target.base.to_string()])
        }
        MergeMethod::FastForward => Ok(Vec::new()),
    };
    merged.map_err(|failed| place.conflict(&into, work, failed))?;
    if how == MergeMethod::Squash && git(&["diff", "--cached", "--quiet"]).is_err() {
        git(&["commit", "--quiet", "-m", message])?;
    }
    let head = git(&["rev-parse", "HEAD"])?;
    let head = String::from_utf8_lossy(&head).trim().parse();
    let head =
        head.map_err(|_| CommandError::fatal(code::INTERNAL, "git did not name the merge"))?;
    Ok((head, place))
}

/// Removes the worktrees that killed calls left.
pub(super) fn clean(repository: &Repository) {
    let left = repository.left_integrating();
    left.iter().for_each(|folder| remove(repository, folder));
}

/// A worktree of its own, which is removed afterwards.
pub(super) struct Place<'a> {
    repository: &'a Repository,
    folder: PathBuf,
}

impl<'a> Place<'a> {
    /// A worktree with this commit.
    pub(super) fn new(repository: &'a Repository, base: ObjectId) -> Result<Self, CommandError> {
        let folder = repository
            .integration_folder()
            .join(std::process::id().to_string());
        let base = base.to_string();
        let options = ["worktree", "add", "--quiet", "--detach", "--"].map(OsStr::new);
        let words = options
            .into_iter()
            .chain([folder.as_os_str(), base.as_ref()]);
        let added = {
            let turn = Turn::to_add_a_worktree(repository)?;
            turn.run_git(repository, words)
        };
        let place = Self { repository, folder };
        match added {
            Err(failed) if !repository.has_worktree(&place.folder) => {
                Err(repository.write_failure(failed).into())
            }
            _ => Ok(place),
        }
    }

    /// The repository, opened there.
    pub(super) fn open(&self) -> Result<Repository, Error> {
        Repository::discover(
            &self.folder,
            self.repository.environment().clone().elsewhere(),
        )
    }

    /// The files with conflicts, or else git's own complaint.
    fn conflict(&self, into: &str, work: ObjectId, failed: Error) -> CommandError {
        let asked = ["diff", "--name-only", "--diff-filter=U", "-z"];
        let told = self.repository.run_git_in(&self.folder, &asked);
        let told = told.unwrap_or_default();
        let told = String::from_utf8_lossy(&told);
        let files: Vec<&str> = told.split('\0').filter(|file| !file.is_empty()).collect();
        if files.is_empty() {
            return self.repository.write_failure(failed).into();
        }
        let listed = files.iter().map(|file| format!("in {}", visible(file)));
        let message = format!("commit {work:.12} and {into} are in conflict");
        CommandError::no(code::MERGE_CONFLICT, message).details(listed.collect())
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        remove(self.repository, &self.folder);
    }
}

/// Removes a worktree. What stays is removed by the next call.
fn remove(repository: &Repository, folder: &Path) {
    let options = ["worktree", "remove", "--force", "--force", "--"].map(OsStr::new);
    let _lock = Turn::to_add_a_worktree(repository);
    let removed = repository.run_git(options.into_iter().chain([folder.as_os_str()]));
    if removed.is_err() {
        // A killed call can have left a folder that git does not know, or only a part of it.
        let unlock = ["worktree", "unlock", "--"].map(OsStr::new);
        let _ = repository.run_git(unlock.into_iter().chain([folder.as_os_str()]));
        let _ = fs::remove_dir_all(folder);
        let _ = repository.run_git(["worktree", "prune"]);
    }
}
