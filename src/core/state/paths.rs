//! Who holds which files: a running claim holds the globs of its task.
//!
//! Not here: whether two globs overlap (`glob`), and what is refused because of it (`rules`).

use super::{State, TaskIndex, task::Claim};
use crate::core::{glob::Glob, id::ActorName, text::Text, time::Timestamp};

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
pub struct PathConflict {
    /// The glob that was asked for.
    pub path: Text,
    /// The glob that is held.
    pub held: Text,
    /// The task whose claim holds it.
    pub by: TaskIndex,
}

impl State {
    /// The first running claim of another task that holds files which `paths` can name, and that `holder` did not make.
    pub fn path_conflict<'a>(
        &self,
        index: TaskIndex,
        paths: impl IntoIterator<Item = &'a Text>,
        holder: Holder<'_>,
        effective: Timestamp,
    ) -> Option<PathConflict> {
        let paths = paths.into_iter();
        let wanted: Vec<(&Text, Glob)> =
            paths.map(|path| (path, Glob::new(path.as_str()))).collect();
        if wanted.is_empty() {
            return None;
        }
        let others = self
            .held_paths(effective)
            .filter(|(by, claim, _)| *by != index && !holder.made(claim));
        others.into_iter().find_map(|(by, _, held)| {
            let glob = Glob::new(held.as_str());
            let (path, _) = wanted.iter().find(|(_, wanted)| wanted.overlaps(&glob))?;
            Some(PathConflict {
                path: (*path).clone(),
                held: held.clone(),
                by,
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
        self.tasks().flat_map(move |(index, task)| {
            let running = task.claim.as_ref();
            let running = running.filter(|claim| !claim.expired(effective));
            let held = running.map(|claim| task.paths.iter().map(move |path| (index, claim, path)));
            held.into_iter().flatten()
        })
    }
}
