//! `git coord sync`: bring the ledger here and the one at home together.
//!
//! Not here: how (`store::sync`), and what is accepted (`core::accept`).

use crate::{
    cli::{CommandError, Context, contact, home, synced::Told},
    store::remote::Remote,
};

/// Take what home has, publish what is here
///
/// Home is the remote 'coord.remote', else 'origin'. Any other remote, address or bundle is a courier: what it brings
/// is taken, and what it lacks is brought to it. In a clone without a ledger this is the first contact. Exits with 1
/// if something of yours was refused on the way.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// With whom; home if it is left out
    #[arg(value_name = "REMOTE")]
    pub remote: Option<String>,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store says; with exit 1, something was refused.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox("sync")?;
    let ledger = context.ledger()?;
    let remote = home::remote(ledger.repository(), args.remote.as_deref())?;
    with(context, &remote, args.dry_run)
}

/// Syncs the ledger around the current folder with this remote, and says what came of it.
///
/// # Errors
/// As for [`run`].
pub(super) fn with(
    context: &mut Context,
    remote: &Remote,
    dry_run: bool,
) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    let is_first = contact::is_first(&ledger)?;
    let mut progress = context.ui.gits_progress();
    let mut sync = home::sync(context, &ledger, remote)?;
    sync.transfer.progress = progress.as_mut().map(|progress| progress as _);
    let author = |state: &_| context.author(repository, state);
    let synced = match (dry_run, remote.is_home()) {
        (true, _) => sync.rehearse()?,
        (false, true) => sync.run(author)?,
        (false, false) => sync.exchange(author)?,
    };
    let contact = match is_first && !dry_run {
        true => Some(contact::establish(context, repository, remote, &synced)?),
        false => None,
    };
    Told::of(&synced, remote.name(), dry_run, contact.as_ref()).say(context)
}
