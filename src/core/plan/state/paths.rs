//! The holders of files: a claim holds the globs of its task until it has expired and another claim takes one of them.
//!
//! Not here: whether two globs overlap (`glob`), and the refusals because of it (`rules`).

use super::{State, TaskIndex, task::Claim};
use crate::core::values::{glob::Glob, id::ActorName, text::Text, time::Timestamp};

/// A holder of files: an actor in a worktree. It does not conflict with its own claims.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The actor.
    pub actor: &'a ActorName,
    /// The label of the worktree.
    pub worktree: Option<&'a Text>,
}

impl<'a> From<&'a Claim> for Holder<'a> {
    fn from(claim: &'a Claim) -> Self {
        Self {
            actor: &claim.actor,
            worktree: claim.worktree.as_ref(),
        }
    }
}

impl Holder<'_> {
    /// Whether this holder made the claim.
    pub fn made(&self, claim: &Claim) -> bool {
        *self.actor == claim.actor && self.worktree == claim.worktree.as_ref()
    }
}

/// A conflict: two globs that can match the same file, one of which is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathConflict<'a> {
    /// The requested glob.
    pub path: Text,
    /// The held glob.
    pub held: Text,
    /// The task whose claim holds it.
    pub by: TaskIndex,
    /// That claim.
    pub claim: &'a Claim,
}

impl State {
    /// The first conflict of `paths` with a running claim of another task that `holder` did not make.
    pub fn path_conflict<'a>(
        &self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'a Text>,
        holder: Holder<'_>,
        effective: Timestamp,
    ) -> Option<PathConflict<'_>> {
        let stands = |claim: &Claim| !claim.expired(effective) && !holder.made(claim);
        self.path_conflicts(index, paths, stands).next()
    }

    /// The first running claim of another actor that holds files of a task.
    pub(in crate::core) fn taken_by(
        &self,
        index: TaskIndex,
        actor: &ActorName,
        effective: Timestamp,
    ) -> Option<PathConflict<'_>> {
        let stands = |claim: &Claim| !claim.expired(effective) && claim.actor != *actor;
        self.path_conflicts(index, &self.task(index).fields.paths, stands)
            .next()
    }

    /// Ends expired claims whose files another claim holds now: those that conflict with this task's claim, or this
    /// task's own claim if it has expired. A claim that shares never conflicts.
    ///
    /// So every remaining claim holds its files, and work under it needs no further check.
    pub(in crate::core) fn settle_paths(&mut self, index: TaskIndex, effective: Timestamp) {
        let task = self.task(index);
        let Some(claim) = task.claim.as_ref().filter(|claim| !claim.shared) else {
            return;
        };
        let holder = Holder::from(claim);
        let in_the_way =
            self.path_conflicts(index, &task.fields.paths, |claim| !holder.made(claim));
        let mut outrun: Vec<TaskIndex> = in_the_way.map(|conflict| conflict.by).collect();
        outrun.dedup();
        if claim.expired(effective) && !outrun.is_empty() {
            outrun = vec![index];
        }
        for index in outrun {
            self.change_task(index, |task| {
                task.lose_claim();
                task.updated = effective;
            });
        }
    }

    /// The conflicts of `paths` with the claims of other tasks.
    fn path_conflicts<'a, 'b>(
        &'a self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'b Text>,
        in_the_way: impl Fn(&Claim) -> bool,
    ) -> impl Iterator<Item = PathConflict<'a>> {
        let paths = paths.into_iter();
        let wanted: Vec<(&Text, Glob)> =
            paths.map(|path| (path, Glob::new(path.as_str()))).collect();
        let asked = !wanted.is_empty();
        let others = asked.then(|| self.claimed_paths()).into_iter().flatten();
        let others = others.filter(move |(by, claim, _)| *by != index && in_the_way(claim));
        others.filter_map(move |(by, claim, held)| {
            let glob = Glob::new(held.as_str());
            let (path, _) = wanted.iter().find(|(_, wanted)| wanted.overlaps(&glob))?;
            Some(PathConflict {
                path: (*path).clone(),
                held: held.clone(),
                by,
                claim,
            })
        })
    }

    /// The running claims on files that `asked` can match, each with its task and its matching glob.
    pub fn holders_of(
        &self,
        asked: &Glob,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.held_paths(effective)
            .filter(|(_, _, held)| Glob::new(held.as_str()).overlaps(asked))
    }

    /// The globs that running claims hold, each with its claim and task.
    pub fn held_paths(
        &self,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.claimed_paths()
            .filter(move |(_, claim, _)| !claim.expired(effective))
    }

    /// The globs of all claims, running or expired.
    fn claimed_paths(&self) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.claimed().flat_map(|(index, task, claim)| {
            let paths = task.fields.paths.iter();
            paths.map(move |path| (index, claim, path))
        })
    }
}
