//! `git coord worktree`: worktrees for tasks.
//!
//! Not here: recording the worktrees in the ledger (`observe`), and `claim --worktree`, which uses `make`.

mod add;
mod list;
pub mod make;
mod remove;

use crate::cli::{CommandError, Context};
pub use remove::refuse_if_changed;

/// Create, list and remove worktrees for tasks
///
/// Without a command, it lists the worktrees.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord worktree add B --actor codex")]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Create a worktree on a task's branch, bound to the task
    ///
    /// The branch is the one set on the task, else task/ID. It is created if it does not exist. A claim that you hold
    /// moves into the new worktree. If somebody else holds the task, nothing is created. With --actor, commands in the
    /// new worktree act as that actor: coord.actor is set for this worktree only.
    Add(add::AddWorktree),
    /// List the worktrees of tasks in this clone
    List(list::ListWorktrees),
    /// Remove the worktree of a task
    ///
    /// Without --force, a worktree with changed files is kept, and so is the worktree of a task that somebody else
    /// holds. The branch is deleted only if the main branch has its commits, or their patches.
    Remove(remove::RemoveWorktree),
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Some(Command::Add(args)) => add::run(context, args),
        None | Some(Command::List(_)) => list::run(context),
        Some(Command::Remove(args)) => remove::run(context, args),
    }
}
