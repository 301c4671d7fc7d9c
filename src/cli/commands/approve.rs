//! `git coord approve`: say that a task's work is good.
//!
//! Not here: what else its review needs (`core::plan::state`), and who may say so (`core::plan::rules`).

use super::verdict::{self, Verdict};
use crate::cli::{CommandError, Context};

/// Approve what was submitted for review
///
/// The verdict is on the commit that was submitted; a later one makes it stale. Who owns or holds the task cannot
/// approve it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What there is to say, or '-' to read it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The commit that was looked at; refused if it is no longer the one that was submitted or recorded last
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let verdict = Verdict {
        id: &args.id,
        approved: true,
        note: args.note.as_deref(),
        commit: args.commit.as_deref(),
    };
    verdict::give(context, &verdict)
}
