//! `git coord actor`: who takes part, with which keys and roles.
//!
//! Not here: what the roles allow (`core::roster`).

use std::path::PathBuf;

use crate::{
    cli::{CommandError, Context},
    core::{
        id::ActorName,
        task::{ActorKind, Role},
        text::Text,
        time::Timestamp,
    },
};

/// Say who takes part, with which keys and roles
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
pub struct Args {
    /// What to do with the roster.
    #[command(subcommand)]
    pub command: Command,
}

/// What can be done with the roster.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Register an actor, or give one another role or key
    Add(Add),
    /// List the actors, their roles and keys
    List,
    /// Declare a key compromised: nothing that it signs and that comes later counts
    RevokeKey(RevokeKey),
    /// Take a key out of use; what it signed without knowing of that stands
    RetireKey(RetireKey),
}

/// Options of `actor add`.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// The name of the actor
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// Whether it is a person or a program
    #[arg(long, value_name = "human|agent")]
    pub kind: Option<ActorKind>,
    /// What it may do: admin, coordinator, worker, reviewer or observer
    #[arg(long = "role", value_name = "ROLE")]
    pub roles: Vec<Role>,
    /// Its address, as it stands in the author of its entries
    #[arg(long, value_name = "ADDRESS")]
    pub email: Option<Text>,
    /// Its public SSH key
    #[arg(long, value_name = "FILE.pub", conflicts_with = "generate")]
    pub key: Option<PathBuf>,
    /// Make a new key for it in this repository's git directory
    #[arg(long)]
    pub generate: bool,
}

/// Options of `actor revoke-key`.
#[derive(Debug, clap::Args)]
pub struct RevokeKey {
    /// Whose key
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// The key: a .pub file, or its fingerprint as 'actor list' shows it; may be left out if there is one
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// Since when it may have been in wrong hands
    #[arg(long, value_name = "TIME")]
    pub since: Option<Timestamp>,
}

/// Options of `actor retire-key`.
#[derive(Debug, clap::Args)]
pub struct RetireKey {
    /// Whose key
    #[arg(value_name = "NAME")]
    pub name: ActorName,
    /// The key: a .pub file, or its fingerprint as 'actor list' shows it; may be left out if there is one
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    match &args.command {
        Command::Add(_) => super::unfilled(context, "actor add"),
        Command::List => super::unfilled(context, "actor list"),
        Command::RevokeKey(_) => super::unfilled(context, "actor revoke-key"),
        Command::RetireKey(_) => super::unfilled(context, "actor retire-key"),
    }
}
