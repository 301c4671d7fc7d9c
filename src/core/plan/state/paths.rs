//! The holders of files: a claim holds the globs of its task until it has expired and another claim takes one of them.
//!
//! Not here: whether two globs overlap (`glob`), and the refusals because of it (`rules`).

use std::collections::{BTreeMap, BTreeSet};

use super::{State, TaskIndex, steps::StepCount, task::Claim};
use crate::core::values::{
    glob::{Glob, Pattern},
    id::ActorName,
    text::Text,
    time::Timestamp,
};

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
        &'a self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'a Glob>,
        holder: Holder<'_>,
        effective: Timestamp,
        steps: &StepCount,
    ) -> Option<PathConflict<'a>> {
        let in_the_way = |claim: &Claim| !claim.expired(effective) && !holder.made(claim);
        self.path_conflicts(index, paths, in_the_way, steps).next()
    }

    /// The first running claim of another actor that holds files of a task.
    pub(in crate::core) fn taken_by(
        &self,
        index: TaskIndex,
        actor: &ActorName,
        effective: Timestamp,
        steps: &StepCount,
    ) -> Option<PathConflict<'_>> {
        let in_the_way = |claim: &Claim| !claim.expired(effective) && claim.actor != *actor;
        let paths = &self.task(index).fields.paths;
        self.path_conflicts(index, paths, in_the_way, steps).next()
    }

    /// Ends expired claims whose files another claim holds now: those that conflict with this task's claim, or this
    /// task's own claim if it has expired. A running claim that shares the files goes on.
    ///
    /// So every remaining claim holds its files, and work under it needs no further check.
    pub(in crate::core) fn settle_paths(&mut self, index: TaskIndex, effective: Timestamp) {
        let task = self.task(index);
        let Some(claim) = task.claim.as_ref().filter(|claim| !claim.shared) else {
            return;
        };
        let (holder, is_over) = (Holder::from(claim), claim.expired(effective));
        let in_the_way =
            |other: &Claim| !holder.made(other) && (is_over || other.expired(effective));
        // The rules have counted these steps.
        let steps = StepCount::of(u32::MAX);
        let conflicts = self.path_conflicts(index, &task.fields.paths, in_the_way, &steps);
        let mut outrun: Vec<TaskIndex> = conflicts.map(|conflict| conflict.by).collect();
        outrun.dedup();
        if is_over && !outrun.is_empty() {
            outrun = vec![index];
        }
        for index in outrun {
            self.change_task(index, |task| {
                task.lose_claim();
                task.updated = effective;
            });
        }
    }

    /// The conflicts of `paths` with the claims of other tasks, in the order of the tasks and of their globs. If the
    /// comparison would take too many steps, all that are near count as conflicts.
    pub(in crate::core) fn path_conflicts<'a>(
        &'a self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'a Glob>,
        in_the_way: impl Fn(&Claim) -> bool,
        steps: &StepCount,
    ) -> impl Iterator<Item = PathConflict<'a>> {
        let near = self.near_paths(index, paths, steps);
        let given_up = steps.are_too_many();
        near.into_iter().filter_map(move |((by, held), wanted)| {
            let claim = self.task(by).claim.as_ref()?;
            let mut wanted = wanted.into_iter().filter(|_| in_the_way(claim));
            let path = wanted.find(|wanted| given_up || wanted.overlaps(held))?;
            Some(PathConflict {
                path: path.text().clone(),
                held: held.text().clone(),
                by,
                claim,
            })
        })
    }

    /// The first task whose claim is in the way of a task's paths, as `path_conflicts` finds it,
    /// without gathering the others. The steps are bounded as for a claim, which the rules would refuse beyond.
    pub fn first_in_the_way(
        &self,
        index: TaskIndex,
        in_the_way: impl Fn(&Claim) -> bool,
    ) -> Option<TaskIndex> {
        let (paths, steps) = (&self.task(index).fields.paths, StepCount::default());
        let mut first: Option<TaskIndex> = None;
        for path in paths {
            for (by, held) in self.near(path.pattern(), Some(index)) {
                steps.take(path.pattern().steps(held.pattern()));
                if steps.are_too_many() {
                    let steps = StepCount::default();
                    let mut conflicts = self.path_conflicts(index, paths, in_the_way, &steps);
                    return conflicts.next().map(|conflict| conflict.by);
                }
                let is_earlier = first.is_none_or(|first| by < first);
                let claim = self.task(by).claim.as_ref();
                if is_earlier && claim.is_some_and(&in_the_way) && path.overlaps(held) {
                    first = Some(by);
                }
            }
        }
        first
    }

    /// The globs of other tasks with a claim that have to be compared with `paths`, each with those; their steps are
    /// counted, with those of the expired claims that may end.
    pub(in crate::core) fn near_paths<'a>(
        &'a self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'a Glob>,
        steps: &StepCount,
    ) -> BTreeMap<(TaskIndex, &'a Glob), Vec<&'a Glob>> {
        let mut near: BTreeMap<(TaskIndex, &Glob), Vec<&Glob>> = BTreeMap::new();
        let own = self.task(index).fields.paths.len() as u64;
        let mut met = BTreeSet::new();
        for path in paths {
            // The index of the held globs has its own too.
            steps.take(own);
            for (by, held) in self.near(path.pattern(), Some(index)) {
                if steps.are_too_many() {
                    return near;
                }
                steps.take(path.pattern().steps(held.pattern()));
                let task = self.task(by);
                let is_over = |claim: &Claim| claim.expired(self.effective);
                if task.claim.as_ref().is_some_and(is_over) && met.insert(by) {
                    steps.take_of_holding(task);
                }
                near.entry((by, held)).or_default().push(path);
            }
        }
        near
    }

    /// The running claims on files that `asked` can match, each with its task and its matching glob.
    pub fn holders_of<'a>(
        &'a self,
        asked: &'a Pattern,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &'a Claim, &'a Glob)> {
        let near: BTreeSet<(TaskIndex, &Glob)> = self.near(asked, None).collect();
        near.into_iter().filter_map(move |(index, held)| {
            let claim = self.task(index).claim.as_ref()?;
            let holds = !claim.expired(effective) && held.pattern().overlaps(asked);
            holds.then_some((index, claim, held))
        })
    }

    /// The globs that running claims hold, each with its claim and task.
    pub fn held_paths(
        &self,
        effective: Timestamp,
    ) -> impl Iterator<Item = (TaskIndex, &Claim, &Glob)> {
        self.claimed()
            .filter(move |(.., claim)| !claim.expired(effective))
            .flat_map(|(index, task, claim)| {
                let paths = task.fields.paths.iter();
                paths.map(move |path| (index, claim, path))
            })
    }

    /// The globs of tasks with a claim, running or expired, that could overlap `pattern` by their beginnings, without those
    /// of the task `but`.
    fn near<'a>(
        &'a self,
        pattern: &'a Pattern,
        but: Option<TaskIndex>,
    ) -> impl Iterator<Item = (TaskIndex, &'a Glob)> {
        let near = self.tasks.held().near(pattern, but.map(TaskIndex::place));
        near.map(|(place, held)| (TaskIndex::at(place), held))
    }
}
