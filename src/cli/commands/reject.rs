//! `git coord reject`: say what is wrong with a task's work.
//!
//! Not here: who may say so (`core::plan::rules`).

use super::verdict::{self, Verdict};
use crate::cli::{CommandError, Context};

/// Reject what was submitted for review
///
/// The task is in progress again until it is submitted anew.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    pub id: String,
    /// What is wrong, or '-' to read it from standard input
    #[arg(long, value_name = "TEXT")]
    pub note: String,
    /// The commit that was looked at; refused if it is no longer the one that was submitted or recorded last
    #[arg(long, value_name = "REV")]
    pub commit: Option<String>,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let verdict = Verdict {
        id: &args.id,
        approved: false,
        note: Some(&args.note),
        commit: args.commit.as_deref(),
    };
    verdict::give(context, &verdict)
}
