//! The glance: a summary of the state that shows whether a hook has nothing to do, without reading the whole state.
//!
//! It is kept beside the state's cache for one tip. Like the cache it is never the truth, and may be deleted at any
//! time. Not here: the work of the hooks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::binding::Here;
use crate::{
    core::plan::state::{State, branch::DEFAULT_PREFIX},
    git::repository::{ObjectId, Repository},
};

/// The summary of the state at a tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// The program version that made it, since another version may look for other things.
    program: String,
    /// Its tip.
    tip: String,
    /// The branches of open tasks.
    branches: BTreeSet<String>,
    /// The worktrees of claimed open tasks.
    worktrees: BTreeSet<String>,
    /// Whether a claimed task has paths.
    paths: bool,
}

impl Glance {
    /// The glance of the state at a tip.
    pub fn of(state: &State, tip: ObjectId) -> Self {
        let mut glance = Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            tip: tip.to_string(),
            branches: BTreeSet::new(),
            worktrees: BTreeSet::new(),
            paths: false,
        };
        for (_, task) in state.open_tasks() {
            let branch = task
                .fields
                .branch
                .as_ref()
                .map(|branch| branch.as_str().to_owned());
            glance.branches.extend(branch);
            if let Some(claim) = &task.claim {
                let worktree = claim
                    .worktree
                    .as_ref()
                    .map(|label| label.as_str().to_owned());
                glance.worktrees.extend(worktree);
                glance.paths |= !task.fields.paths.is_empty();
            }
        }
        glance
    }

    /// Whether this may be the branch of a task.
    pub fn knows_branch(&self, branch: &str) -> bool {
        branch.starts_with(DEFAULT_PREFIX) || self.branches.contains(branch)
    }

    /// Whether an actor may be working on a task here.
    pub fn knows_place(&self, here: &Here) -> bool {
        let branch = here.branch.as_deref();
        let worktree = here.worktree.as_ref();
        branch.is_some_and(|branch| self.knows_branch(branch))
            || worktree.is_some_and(|label| self.worktrees.contains(label.as_str()))
    }

    /// Whether a claim may hold files.
    pub fn knows_paths(&self) -> bool {
        self.paths
    }

    /// The kept glance of this tip.
    pub fn read(repository: &Repository, tip: ObjectId) -> Option<Self> {
        let glance: Self = serde_json::from_slice(&repository.kept(KEPT)?).ok()?;
        let current = glance.program == env!("CARGO_PKG_VERSION") && glance.tip == tip.to_string();
        current.then_some(glance)
    }

    /// Keeps the glance. A failure is ignored: nothing depends on it.
    pub fn write(&self, repository: &Repository) {
        repository.keep(KEPT, &serde_json::to_vec(self).unwrap_or_default());
    }
}

/// Its file.
const KEPT: &str = "cache/glance";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, text},
    };

    #[test]
    fn a_glance_without_claims_and_branches_means_nothing_to_do() {
        let mut plan = Sample::new();
        let tip: ObjectId = "1".repeat(40).parse().unwrap();
        let glance = |plan: &Sample| Glance::of(plan.state(), tip);
        let branch = TaskFact::Branch(Some("feature/a".parse().unwrap()));
        let path = TaskFact::PathAdded("src/**".parse().unwrap());
        let task = plan.add("A", "One", vec![branch, path]);
        let here = |branch: &str| Here {
            branch: Some(branch.to_owned()),
            worktree: Some(text("sample")),
        };
        assert!(glance(&plan).knows_place(&here("feature/a")));
        assert!(glance(&plan).knows_place(&here("task/B")));
        assert!(!glance(&plan).knows_place(&here("main")));
        assert!(!glance(&plan).knows_paths());
        plan.claim("codex", &task);
        assert!(glance(&plan).knows_paths());
        plan.done("codex", &task);
        assert!(!glance(&plan).knows_place(&here("feature/a")));
        assert!(!glance(&plan).knows_paths());
    }
}
