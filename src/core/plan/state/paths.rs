//! Who holds which files: a claim holds the globs of its task, until it has run out and another takes one of them.
//!
//! Not here: whether two globs overlap (`glob`), and what is refused because of it (`rules`).

use super::{State, TaskIndex, task::Claim};
use crate::core::values::{glob::Glob, id::ActorName, text::Text, time::Timestamp};

/// Who asks for files: an actor in a worktree does not stand in its own way.
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
    /// Whether it made this claim.
    pub fn made(&self, claim: &Claim) -> bool {
        *self.actor == claim.actor && self.worktree == claim.worktree.as_ref()
    }
}

/// Two globs that can name the same file, the second of which is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathConflict<'a> {
    /// The glob that was asked for.
    pub path: Text,
    /// The glob that is held.
    pub held: Text,
    /// The task whose claim holds it.
    pub by: TaskIndex,
    /// That claim.
    pub claim: &'a Claim,
}

impl State {
    /// The first running claim of another task that holds files which `paths` can name, and that `holder` did not make.
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

    /// Ends claims that have run out and whose files another holds now: those in the way of this task's claim, or
    /// this one itself if it is the one that has run out. A claim that shares is in nobody's way.
    ///
    /// So a claim that is still there holds its files, and work under it needs to ask nobody.
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

    /// Where claims of other tasks hold files that `paths` can name, as far as they stand in the way.
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

    /// The running claims that hold what `asked` names, each with its task and the glob that holds it.
    pub fn holders_of(
        &self,
        asked: &Glob,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.held_paths(effective)
            .filter(|(_, _, held)| Glob::new(held.as_str()).overlaps(asked))
    }

    /// The running claims and the globs that they hold, each with its task.
    pub fn held_paths(
        &self,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.claimed_paths()
            .filter(move |(_, claim, _)| !claim.expired(effective))
    }

    /// What claims hold, running or not.
    fn claimed_paths(&self) -> impl Iterator<Item = (TaskIndex, &Claim, &Text)> {
        self.claimed().flat_map(|(index, task, claim)| {
            let paths = task.fields.paths.iter();
            paths.map(move |path| (index, claim, path))
        })
    }
}
