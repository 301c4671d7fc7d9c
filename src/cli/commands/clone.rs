//! `git coord clone`: clone a repository with its ledger.
//!
//! Not here: the first contact (`contact`).

use std::path::PathBuf;

use crate::{
    cli::{CommandError, Context, commands::sync, home},
    store::git,
};

/// Clone a repository, and its ledger with it
///
/// As 'git clone' and then 'git coord sync' in the new clone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to clone
    #[arg(value_name = "URL")]
    pub url: String,
    /// Where to put it
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// git cannot clone, or what the store says.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox("clone")?;
    let mut progress = context.ui.gits_progress();
    let mut transfer = git::Transfer {
        limit: None,
        progress: progress.as_mut().map(|progress| progress as _),
    };
    let folder = git::clone(&mut transfer, &args.url, args.directory.as_deref())?;
    context.enter(std::slice::from_ref(&folder))?;
    let ledger = context.ledger()?;
    let remote = home::remote(ledger.repository(), None)?;
    sync::with(context, &remote, false)
}
