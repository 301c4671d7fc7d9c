//! `git coord paths`: which claims hold files.
//!
//! Not here: how a claim holds the globs of its task (`core::plan::state::paths`).

use std::path::PathBuf;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, files::current_folder::CurrentFolder},
    core::{
        plan::state::State,
        values::{
            glob::Pattern,
            text::{Text, visible},
            time::Timestamp,
        },
        views::snapshot::ClaimDocument,
    },
    render::words,
};

/// Show which claims hold the given files
///
/// A path that is not a file means a folder and everything in it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord paths --exit-code src/breaker.rs")]
pub struct Args {
    /// Files or folders
    ///
    /// A path is relative to the current folder. :/FILE is relative to the top of the worktree.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Exit with 1 if somebody else holds one of them
    #[arg(long)]
    pub exit_code: bool,
}

/// The data of `coord.paths/1`.
#[derive(Serialize)]
struct Answer {
    files: Vec<Held>,
}

/// A file, and the claims that hold it.
#[derive(Serialize)]
struct Held {
    /// Relative to the top of the worktree.
    path: String,
    held_by: Vec<Holding>,
}

#[derive(Serialize)]
struct Holding {
    task: String,
    /// The glob of the task that names the file.
    glob: Text,
    claim: ClaimDocument,
}

/// # Errors
/// With `--exit-code`, the answer is no if another actor holds one of the files.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let state = ledger.current()?.state;
    let now = context.now()?;
    let here = CurrentFolder::of(ledger.repository());
    let asked = args.files.iter().map(|file| {
        let path = here.file(file)?;
        let glob = if here.top().join(&path).is_file() {
            Pattern::of_file(&path)
        } else {
            Pattern::of_folder(&path)
        };
        Ok(held(&state, path, &glob, now))
    });
    let files: Result<Vec<Held>, CommandError> = asked.collect();
    let answer = Answer { files: files? };
    let text: String = answer.files.iter().map(|file| told(file, now)).collect();
    let actor = context.actor(ledger.repository(), &state).ok();
    let others = answer.files.iter().flat_map(|file| &file.held_by);
    let is_held = others
        .into_iter()
        .any(|by| Some(&by.claim.actor) != actor.as_ref());
    context.ui.answer("coord.paths/1", &answer, text)?;
    CommandError::unless(!args.exit_code || !is_held)
}

fn held(state: &State, path: String, pattern: &Pattern, now: Timestamp) -> Held {
    // The time at which the rules would judge a claim now.
    let effective = now.max(state.effective);
    let holders = state.holders_of(pattern, effective);
    let held_by = holders.map(|(index, claim, glob)| Holding {
        task: state.shown(index),
        glob: glob.text().clone(),
        claim: claim.into(),
    });
    Held {
        held_by: held_by.collect(),
        path,
    }
}

fn told(file: &Held, now: Timestamp) -> String {
    let path = visible(&file.path);
    if file.held_by.is_empty() {
        return format!("{path}: free\n");
    }
    let by = |holding: &Holding| {
        let ClaimDocument { actor, until, .. } = &holding.claim;
        let (task, glob) = (visible(&holding.task), visible(holding.glob.as_str()));
        let until = words::until(*until, now);
        format!("{path}: {actor} holds it for task {task} {until}, path '{glob}'\n")
    };
    file.held_by.iter().map(by).collect()
}
