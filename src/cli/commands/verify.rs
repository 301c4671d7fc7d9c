//! `git coord verify`: check every entry of the ledger.
//!
//! Not here: the checks themselves (`store`, `core::judge`).

use crate::cli::{CommandError, Context};

/// Check the whole ledger: objects, encoding, chain, signatures, permissions, snapshots
///
/// Exits with 1 if something is quarantined that no admin has acknowledged.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Exit with 1 also for what the rules refused
    #[arg(long)]
    pub strict: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "verify")
}
