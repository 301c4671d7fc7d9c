//! The hook `pre-commit`: names staged files that another actor's claim holds.
//!
//! Not here: matching files with globs (`core::values::glob`).

use super::{HookFinding, HookInput, Next, Response};
use crate::{
    core::{
        plan::{
            refusal::Code,
            state::{State, TaskIndex, paths::Holder, task::Claim},
        },
        values::{
            glob::{Glob, Pattern},
            time::Timestamp,
        },
    },
    git::repository::Repository,
    ledger::Error,
    render::words,
};

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    // A replayed commit was checked when it was first made.
    if input.repository().replay().is_some() || !input.glance()?.knows_paths() {
        return Ok(Response::default());
    }
    let (state, actor) = (input.state()?, input.actor()?);
    let worktree = input.repository().label();
    let is_own = |claim: &Claim| {
        let worktree = worktree.as_ref();
        let holder = actor.as_ref().map(|actor| Holder { actor, worktree });
        holder.is_some_and(|holder| holder.made(claim))
    };
    let effective = input.effective()?;
    let held = held(state, effective).into_iter();
    let (own, others): (Vec<Held<'_>>, Vec<Held<'_>>) = held.partition(|held| is_own(held.claim));
    if others.is_empty() {
        return Ok(Response::default());
    }
    let mut staged = staged(input.repository())?;
    // An actor whose own claim shares these paths holds them too.
    staged.retain(|file| !own.iter().any(|held| held.names(file)));
    let findings = others
        .iter()
        .filter_map(|held| held.finding(state, &staged, effective));
    Ok(Response {
        findings: findings.collect(),
        ..Response::default()
    })
}

/// The paths of a running claim.
struct Held<'a> {
    index: TaskIndex,
    claim: &'a Claim,
    globs: Vec<&'a Glob>,
}

fn held(state: &State, effective: Timestamp) -> Vec<Held<'_>> {
    let mut all: Vec<Held<'_>> = Vec::new();
    for (index, claim, glob) in state.held_paths(effective) {
        match all.last_mut().filter(|held| held.index == index) {
            Some(held) => held.globs.push(glob),
            None => all.push(Held {
                index,
                claim,
                globs: vec![glob],
            }),
        }
    }
    all
}

impl Held<'_> {
    fn names(&self, file: &str) -> bool {
        let file = Pattern::of_file(file);
        self.globs.iter().any(|glob| glob.pattern().overlaps(&file))
    }

    fn finding(&self, state: &State, staged: &[String], now: Timestamp) -> Option<HookFinding> {
        let files: Vec<&String> = staged.iter().filter(|file| self.names(file)).collect();
        let what = match files.as_slice() {
            [] => return None,
            [file] => format!("'{file}'"),
            [file, more @ ..] => format!("'{file}' and {} more of the staged files", more.len()),
        };
        let (shown, actor) = (state.shown(self.index), &self.claim.actor);
        let until = words::until(self.claim.until(), now);
        let message = format!("{actor} holds {what} for task '{shown}' {until}");
        Some(HookFinding::new(Code::PathsHeld.as_str(), message).next(Next::Show(shown)))
    }
}

/// The files of the commit, as paths from the root of the worktree. Characters that are not UTF-8 are replaced.
fn staged(repository: &Repository) -> Result<Vec<String>, Error> {
    let told = repository.run_git_on_index([
        "diff",
        "--cached",
        "--name-only",
        "--no-renames",
        "--no-ext-diff",
        "-z",
    ])?;
    let names = told
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| String::from_utf8_lossy(name).into_owned());
    Ok(names.collect())
}
