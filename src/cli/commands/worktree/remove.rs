//! `git coord worktree remove`: remove the worktree of a task, and its branch if nothing is lost with it.
//!
//! Not here: giving the task back (`release`).

use std::{ffi::OsStr, path::Path};

use serde::Serialize;

use super::{list::changed_files, make};
use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        task::act::{self, Writing},
    },
    core::values::text::shell_word,
    git::{
        lock::Turn,
        refs,
        repository::{Repository, SeenWorktree, while_others_add},
    },
    hooks::binding::task_of_found,
    ledger::EntryDraft,
};

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord worktree remove B")]
pub struct RemoveWorktree {
    /// Task whose worktree is removed
    #[arg(value_name = "ID")]
    pub id: String,
    /// Remove it also with changed files, or if somebody else holds the task
    #[arg(long)]
    pub force: bool,
}

/// The data of `coord.worktree_removed/1`.
#[derive(Serialize)]
struct Document {
    task: String,
    path: String,
    branch: Option<String>,
    /// Whether the branch was deleted too.
    branch_deleted: bool,
    /// The object id of the entry that unbinds it; null if it was not bound.
    entry: Option<String>,
}

/// # Errors
/// `no_worktree`, `claim_held`, `worktree_in_use`.
pub fn run(context: &mut Context, args: &RemoveWorktree) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    let state = ledger.current()?.state;
    let index = act::task(&state, &args.id)?;
    let shown = state.shown(index);
    let worktrees = repository.worktrees()?;
    let mut linked = worktrees.iter().filter(|it| !it.main);
    let Some(found) = linked.find(|it| task_of_found(&state, it) == Some(index)) else {
        let message = format!("task '{shown}' has no worktree in this clone");
        let error = CommandError::fatal(code::NO_WORKTREE, message);
        return Err(error.hint("git coord worktree list"));
    };
    if !args.force {
        make::refuse_if_held(context, &ledger, &state, index)?;
        refuse_if_changed(found)?;
    }
    refuse_if_inside(&found.path, &worktrees)?;
    let is_bound = found.label.is_some() && state.task(index).worktree == found.label;
    if is_bound {
        make::rehearse(context, &args.id)?;
    }
    let branch_deleted = {
        let turn = Turn::to_add_a_worktree(repository)?;
        remove(&turn, repository, &found.path, args.force)?;
        let branch = found.branch.as_deref();
        branch.is_some_and(|branch| delete_if_integrated(repository, branch))
    };
    let entry = if is_bound {
        let written = Writing::open(context)?.append(|state| {
            let index = act::task(state, &args.id)?;
            let bound = state.task(index).worktree == found.label;
            let unbound = make::bound(state.reference(index), None);
            Ok(bound.then(|| EntryDraft::from(unbound)))
        })?;
        written.entry
    } else {
        None
    };
    let document = Document {
        task: shown,
        path: found.path.display().to_string(),
        branch: found.branch.clone(),
        branch_deleted,
        entry,
    };
    let branch = match (&document.branch, branch_deleted) {
        (None, _) => String::new(),
        (Some(branch), true) => format!(", and branch {branch}"),
        (Some(branch), false) => format!("; branch {branch} stays"),
    };
    let text = format!("removed worktree {}{branch}\n", document.path);
    context
        .ui
        .answer("coord.worktree_removed/1", &document, text)
}

/// Refuses if files in the worktree are not committed; ignored files do not count.
///
/// # Errors
/// `worktree_in_use`.
pub fn refuse_if_changed(found: &SeenWorktree) -> Result<(), CommandError> {
    if found.dirty == 0 {
        return Ok(());
    }
    let path = found.path.display().to_string();
    let files = changed_files(found.dirty);
    let message = format!("worktree '{path}' has {files}");
    let look = format!("git -C {} status", shell_word(&path));
    Err(CommandError::no(code::WORKTREE_IN_USE, message).hint(look))
}

/// Refuses if the command runs in the folder, which would be gone.
fn refuse_if_inside(path: &Path, worktrees: &[SeenWorktree]) -> Result<(), CommandError> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let inside =
        here.is_ok_and(|here| path.canonicalize().is_ok_and(|path| here.starts_with(path)));
    if !inside {
        return Ok(());
    }
    let message = format!("cannot remove worktree '{}' from inside", path.display());
    let error = CommandError::no(code::WORKTREE_IN_USE, message);
    let other = worktrees.iter().find(|it| it.path != path && !it.gone);
    Err(match other {
        Some(other) => error.hint(format!(
            "cd {}",
            shell_word(&other.path.display().to_string())
        )),
        None => error,
    })
}

fn remove(
    turn: &Turn,
    repository: &Repository,
    path: &Path,
    force: bool,
) -> Result<(), CommandError> {
    // git keeps a worktree with submodules, whatever they have.
    let force = force || has_only_known_submodules(repository, path);
    let force = force.then_some(OsStr::new("--force"));
    let before = ["worktree", "remove"].map(OsStr::new).into_iter();
    let after = [OsStr::new("--"), path.as_os_str()];
    let words = before.chain(force).chain(after);
    let removed = while_others_add(|| turn.run_git(repository, words.clone()));
    removed.map_err(|failed| repository.write_failure(failed))?;
    Ok(())
}

/// Whether the worktree has submodules, and a remote has every commit of each.
fn has_only_known_submodules(repository: &Repository, path: &Path) -> bool {
    let each = |command| {
        let words = ["submodule", "--quiet", "foreach", "--recursive", command];
        repository.run_git_in(path, &words)
    };
    let unknown = "git rev-list --max-count=1 HEAD --branches --not --remotes";
    each("echo x").is_ok_and(|told| !told.is_empty())
        && each(unknown).is_ok_and(|told| told.is_empty())
}

/// Deletes a branch whose work the main branch has, also after a squash or a rebase. True if it is gone.
fn delete_if_integrated(repository: &Repository, branch: &str) -> bool {
    let full = format!("refs/heads/{branch}");
    let tip = refs::read(repository, &full).ok().flatten();
    let main = repository.main_branch().filter(|main| main != branch);
    let found = main
        .zip(tip)
        .map(|(main, tip)| repository.integrated(&main, tip));
    matches!(found, Some(Ok(Some(_))))
        && repository
            .run_git(["branch", "--quiet", "-D", "--", branch])
            .is_ok()
}
