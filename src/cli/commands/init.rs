//! `git coord init`: found a ledger in this repository.
//!
//! Not here: how an actor joins later (`actor`).

use std::path::PathBuf;

use crate::{
    cli::{CommandError, Context},
    core::task::ActorKind,
};

/// Found a ledger in this repository
///
/// You become its first admin. The key is --key, else 'user.signingKey' where 'gpg.format' is ssh, else a new
/// ed25519 key in the git directory. Nothing on your branches changes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Whether you are a person or a program
    #[arg(long, value_name = "human|agent")]
    pub kind: Option<ActorKind>,
    /// The private SSH key that signs your entries
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The ref that holds the ledger at home: refs/coord/ledger, or refs/heads/coord
    #[arg(long = "ref", value_name = "REF")]
    pub home_ref: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "init")
}
