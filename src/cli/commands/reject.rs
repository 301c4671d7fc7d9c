//! `git coord reject`: reject the work on a task.
//!
//! Not here: who may reject (`core::plan::rules`).

use super::verdict::{self, VerdictArgs};
use crate::cli::{CommandError, Context};

/// Reject the submitted commit of a task
///
/// The task is in progress again until somebody submits it again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord reject B --note 'The timeout is not tested.'")]
pub struct Args {
    /// Task to reject
    #[arg(value_name = "ID")]
    pub id: String,
    /// Say what is wrong; '-' reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    /// Name the commit that you reviewed
    ///
    /// If another commit was submitted or recorded since then, the verdict is refused.
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let verdict = VerdictArgs {
        id: &args.id,
        approved: false,
        note: Some(&args.note),
        commit: args.commit.as_deref(),
    };
    verdict::give(context, &verdict)
}
