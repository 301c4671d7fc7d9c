//! `git coord worktree`: a worktree of its own for a task.
//!
//! Not here: the branch of a task (`hooks::binding`), and finding worktrees (`observe`).

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        reading::commit,
        task::act::{self, Basis, Mode, TaskChoice},
    },
    core::{
        entry::event::{Event, WorkEvent},
        plan::state::{State, TaskIndex},
        values::text::{Text, shell_word},
    },
    git::{
        lock::{Backoff, WorktreesLock},
        repository::Repository,
    },
    hooks::binding::{branch_of, default_branch},
    ledger::Ledger,
};

/// Create worktrees for tasks
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
#[command(after_long_help = "Example:\n  git coord worktree add B --actor codex")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a worktree on a task's branch, bound to the task
    ///
    /// The branch is the one set on the task, else task/ID. It is created if it does not exist. With --actor,
    /// commands in the new worktree act as that actor: coord.actor is set for this worktree only.
    Add(AddWorktree),
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord worktree add B ../plan-B --actor codex")]
pub struct AddWorktree {
    /// Task to work on
    #[arg(value_name = "ID")]
    pub id: String,
    /// Folder (default: beside the main worktree, with the task added)
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Start a new branch at REV
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
}

/// The data of `coord.worktree/1`.
#[derive(Serialize)]
struct Document {
    task: String,
    path: String,
    label: Text,
    branch: String,
    /// Whether the branch was created.
    created: bool,
    /// The actor in its config; null if none was set.
    actor: Option<String>,
    /// The object id of the entry that binds it; null if git's hook bound it.
    entry: Option<String>,
    /// The next commands.
    next: Vec<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let Command::Add(args) = &args.command;
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    let known = ledger.current()?;
    let index = act::task(&known.state, &args.id)?;
    let path = folder(repository, &known.state, index, args.path.as_deref())?;
    // The rules are asked before anything is created. They do not judge the name, which git chooses later.
    let rehearse = |basis: &Basis<'_>| Ok(binding(basis, None));
    act::on_chosen(
        context,
        TaskChoice::Named(&args.id),
        Mode::Rehearse,
        rehearse,
    )?;
    let branch = branch_of(&known.state, index);
    let lock = WorktreesLock::acquire(repository)?;
    let created = make(repository, &path, &branch, args.base.as_deref())?;
    let opened = Repository::discover(&path, repository.environment().clone().elsewhere())?;
    let label = opened.label().ok_or_else(|| {
        CommandError::usage(format!("cannot name a worktree after '{}'", path.display()))
    })?;
    let bind = |basis: &Basis<'_>| Ok(binding(basis, Some(&label)));
    let actor = set_actor(context, &opened)?;
    drop(lock);
    let entry = if is_bound(&ledger, &args.id, &label)? {
        None
    } else {
        act::on_task(context, &args.id, bind)?.written.entry
    };
    let state = ledger.current()?.state;
    let document = Document {
        task: state.shown(index),
        next: next(context, &ledger, &state, index, &path),
        path: path.display().to_string(),
        label,
        branch,
        created,
        actor,
        entry,
    };
    let mut text = format!(
        "created worktree {} on {} {} for {}\n",
        document.path,
        if created { "new branch" } else { "branch" },
        document.branch,
        document.task
    );
    for command in &document.next {
        text.push_str(&format!("next: {command}\n"));
    }
    context.ui.answer("coord.worktree/1", &document, text)
}

fn binding(basis: &Basis<'_>, label: Option<&Text>) -> Event {
    Event::Work(WorkEvent::WorktreeBound {
        task: basis.task.clone(),
        worktree: label.cloned(),
    })
}

/// Whether the task is already bound to the worktree, for example by git's hook.
fn is_bound(ledger: &Ledger, id: &str, label: &Text) -> Result<bool, CommandError> {
    let state = ledger.current()?.state;
    let index = act::task(&state, id)?;
    Ok(state.task(index).worktree.as_ref() == Some(label))
}

/// The given folder, or one named after the project and the task.
fn folder(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
    given: Option<&Path>,
) -> Result<PathBuf, CommandError> {
    if let Some(given) = given {
        return std::path::absolute(given).map_err(|error| {
            let message = format!("cannot use folder '{}'", given.display());
            CommandError::fatal(code::CANNOT_WRITE, message).because(error)
        });
    }
    let branch = default_branch(&state.shown(index));
    let task = branch.rsplit('/').next().unwrap_or(&branch);
    Ok(repository.folder_for(task))
}

/// Lets git create the worktree. True if the branch was created too.
fn make(
    repository: &Repository,
    path: &Path,
    branch: &str,
    base: Option<&str>,
) -> Result<bool, CommandError> {
    let here = format!("refs/heads/{branch}");
    let there = format!("refs/remotes/*/{branch}");
    let exists = commit::find(repository, &here).is_some();
    let fetched = || repository.run_git(["for-each-ref", "--format=x", &there]);
    // git creates a branch that one remote has, with that branch as its upstream.
    let known = exists || (base.is_none() && fetched()? == b"x\n");
    let path = path.as_os_str();
    let start = base.unwrap_or("HEAD");
    let arguments: Vec<&OsStr> = if known {
        ["worktree", "add", "--"]
            .map(OsStr::new)
            .into_iter()
            .chain([path, branch.as_ref()])
            .collect()
    } else {
        let new = ["worktree", "add", "-b", branch, "--"].map(OsStr::new);
        new.into_iter().chain([path, start.as_ref()]).collect()
    };
    let mut backoff = Backoff::up_to(CONFIG_WAIT);
    loop {
        let failed = match repository.run_git(&arguments) {
            Ok(_) => return Ok(!exists),
            Err(failed) => failed,
        };
        // git creates the branch before the worktree. A branch with other work is somebody else's, made meanwhile.
        let made = || commit::find(repository, &here).filter(|_| !exists);
        if !failed.complains_of("a branch named")
            && made().is_some_and(|made| commit::find(repository, start) == Some(made))
        {
            // If it cannot be deleted, the failure of the worktree says more. git keeps a branch that a worktree is on.
            let _ = repository.run_git(["branch", "--quiet", "-D", "--", branch]);
        }
        // Another process writes the config, where git enters the upstream of a new branch, or makes a worktree.
        let is_passing = OTHERS_AT_WORK.iter().any(|text| failed.complains_of(text));
        if !is_passing || !backoff.pause() {
            return Err(repository.write_failure(failed).into());
        }
    }
}

/// git's complaints about what another process does at the same time.
const OTHERS_AT_WORK: [&str; 2] = ["could not lock config file", "failed to read"];

/// How long to wait for other processes that write the config.
const CONFIG_WAIT: Duration = Duration::from_secs(20);

/// Sets the actor that `--actor` names for the new worktree only.
fn set_actor(context: &mut Context, opened: &Repository) -> Result<Option<String>, CommandError> {
    let Some(actor) = context.asked_for().map(ToString::to_string) else {
        return Ok(None);
    };
    if opened.set_worktree_config("coord.actor", &actor)? {
        return Ok(Some(actor));
    }
    context
        .ui
        .warn("cannot set coord.actor for this worktree only");
    context.ui.hint(format!("export GIT_COORD_ACTOR={actor}"));
    Ok(None)
}

/// The next commands: enter the folder, and claim the task unless the actor holds it.
fn next(
    context: &Context,
    ledger: &Ledger,
    state: &State,
    index: TaskIndex,
    path: &Path,
) -> Vec<String> {
    let path = path.display().to_string();
    let mut next = vec![format!("cd {}", shell_word(&path))];
    let actor = context.actor(ledger.repository(), state);
    let held = actor.is_ok_and(|actor| state.task(index).is_held_by(&actor));
    if !held && state.task(index).end.is_none() {
        next.push(format!("git coord claim {}", state.shown(index)));
    }
    next
}
