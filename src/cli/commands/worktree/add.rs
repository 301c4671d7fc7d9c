//! `git coord worktree add`: a worktree of its own for a task.
//!
//! Not here: how it is made (`make`).

use std::path::PathBuf;

use super::make;
use crate::cli::{CommandError, Context, task::act};

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

pub fn run(context: &mut Context, args: &AddWorktree) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let state = ledger.current()?.state;
    context.stop_if_done(ledger.repository(), &state)?;
    let index = act::task(&state, &args.id)?;
    make::refuse_if_held(context, &ledger, &state, index)?;
    // The rules are asked before anything is created.
    make::rehearse(context, &args.id)?;
    let wish = make::Wish {
        path: args.path.as_deref(),
        base: args.base.as_deref(),
    };
    let made = make::make(context, &ledger, &state, index, &wish)?;
    make::settle(context, &ledger, &args.id, made)?.answer(context)
}
