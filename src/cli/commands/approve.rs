//! `git coord approve`: approve the work on a task.
//!
//! Not here: what else the review needs (`core::plan::state`), and who may approve (`core::plan::rules`).

use super::verdict::{self, VerdictArgs};
use crate::cli::{CommandError, Context};

/// Approve the submitted commit of a task
///
/// The verdict applies to this commit; a later commit makes it stale. Owners of a task cannot approve it, and
/// neither can actors who worked on it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord approve B --note 'Tested on staging.'")]
pub struct Args {
    /// Task to approve
    #[arg(value_name = "ID")]
    pub id: String,
    /// Add a note; '-' reads it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Name the commit that you reviewed
    ///
    /// If another commit was submitted or recorded since then, the verdict is refused.
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let verdict = VerdictArgs {
        id: &args.id,
        approved: true,
        note: args.note.as_deref(),
        commit: args.commit.as_deref(),
    };
    verdict::give(context, &verdict)
}
