//! `git coord clone`: clone a repository with its ledger.
//!
//! Not here: the first contact (`contact`).

use std::path::PathBuf;

use crate::{
    cli::{CommandError, Context, commands::sync, remote::home},
    core::values::id::EntryId,
    git::repository::{self, Repository},
    sync::remote::Remote,
};

/// Clone a repository with its ledger
///
/// The command runs 'git clone', then 'git coord sync' in the new clone.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord clone https://example.com/project.git")]
pub struct Args {
    /// Repository to clone
    #[arg(value_name = "URL")]
    pub url: String,
    /// Folder for the new clone
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Accept only the ledger with this id
    ///
    /// Without it, the clone trusts the first ledger that it sees. A member finds the id with
    /// 'git config coord.ledger'.
    #[arg(long, value_name = "ID")]
    pub ledger: Option<EntryId>,
}

/// # Errors
/// git cannot clone; the sync fails.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox_and_key("clone")?;
    let mut progress = context.ui.gits_progress();
    let mut transfer = repository::Transfer {
        limit: Some(home::silence()?),
        renews: true,
        progress: progress.as_mut().map(|progress| progress as _),
    };
    let folder = repository::clone(&mut transfer, &args.url, args.directory.as_deref())?;
    context.enter_other(&folder)?;
    name_home(&context.repository()?)?;
    if let Some(id) = args.ledger {
        let pin = id.to_string();
        (context.repository()?).set_config("coord.ledger", &pin)?;
    }
    let remote = home::remote(&context.ledger()?, None)?;
    sync::with(context, &remote, false)
}

/// Makes the cloned repository home, even if `clone.defaultRemoteName` gives the remote another name.
fn name_home(repository: &Repository) -> Result<(), CommandError> {
    let remotes = repository.config().remotes();
    if let (None, [only]) = (Remote::home(repository), &*remotes) {
        repository.set_config("coord.remote", only)?;
    }
    Ok(())
}
