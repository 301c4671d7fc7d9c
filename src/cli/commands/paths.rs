//! `git coord paths`: which claims hold files.
//!
//! Not here: how a claim holds the globs of its task (`core::plan::state::paths`).

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, files::current_folder::CurrentFolder},
    core::{
        plan::state::{State, TaskIndex, task::Claim},
        values::{
            glob::{Glob, Pattern},
            text::{Text, visible},
            time::Timestamp,
        },
        views::snapshot::ClaimDocument,
    },
    render::words,
};

/// Show which claims hold the given files
///
/// A path that is not a file means a folder and everything in it. Without arguments, it shows all that is held.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord paths --exit-code src/breaker.rs")]
pub struct Args {
    /// Files or folders
    ///
    /// A path is relative to the current folder. :/FILE is relative to the top of the worktree.
    #[arg(value_name = "FILE")]
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

/// A file or a glob of a task, and the claims that hold it.
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
    let files: Result<Vec<Held>, CommandError> = match &*args.files {
        [] => Ok(all_held(&state, now)),
        _ => asked.collect(),
    };
    let answer = Answer { files: files? };
    let text = match &*answer.files {
        [] => "no files are held\n".to_owned(),
        files => files.iter().map(|file| told(file, now)).collect(),
    };
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
    let held_by = holders.map(|held| holding(state, held));
    Held {
        held_by: held_by.collect(),
        path,
    }
}

/// Every glob that a running claim holds.
fn all_held(state: &State, now: Timestamp) -> Vec<Held> {
    let mut globs: BTreeMap<&str, Vec<Holding>> = BTreeMap::new();
    for held in state.held_paths(now.max(state.effective)) {
        let path = held.2.text().as_str();
        globs.entry(path).or_default().push(holding(state, held));
    }
    let files = globs.into_iter();
    let files = files.map(|(path, held_by)| Held {
        path: path.to_owned(),
        held_by,
    });
    files.collect()
}

fn holding(state: &State, (index, claim, glob): (TaskIndex, &Claim, &Glob)) -> Holding {
    Holding {
        task: state.shown(index),
        glob: glob.text().clone(),
        claim: claim.into(),
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
        let held = format!("{path}: {actor} holds it for task {task} {until}");
        if path == glob {
            held + "\n"
        } else {
            format!("{held}, path '{glob}'\n")
        }
    };
    file.held_by.iter().map(by).collect()
}
