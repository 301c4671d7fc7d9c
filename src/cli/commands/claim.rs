//! `git coord claim`: take a task, which starts it.
//!
//! Not here: what the rules allow (`core::rules`).

use crate::{
    cli::{CommandError, Context},
    core::time::Span,
};

/// Claim a task and start it
///
/// A claim that somebody else holds is lost with exit 1; one whose lease has run out is free to take.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// How long the claim lasts without any work: 30min, 4h, 2d
    #[arg(long, value_name = "TIME")]
    pub lease: Option<Span>,
    /// Take a running claim from its holder, if your role may
    #[arg(long)]
    pub steal: bool,
    /// If you hold the task already, go on with it
    #[arg(long, conflicts_with = "steal")]
    pub resume: bool,
    /// Take it although another claim holds some of its paths
    #[arg(long)]
    pub share: bool,
    /// Only say what would happen
    #[arg(long)]
    pub dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// What the store and the rules say.
pub fn run(context: &mut Context, _args: &Args) -> Result<(), CommandError> {
    super::unfilled(context, "claim")
}
