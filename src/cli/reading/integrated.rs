//! Where the work of a task is integrated, as far as this clone knows.
//!
//! Not here: how a branch is searched for it (`git::repository`).

use std::{cell::RefCell, collections::BTreeMap};

use crate::{
    core::{
        entry::event::{CommitId, task::Integration},
        plan::state::{State, TaskIndex, task::Task},
        values::{
            branch::BranchName,
            text::{shell_word, visible},
        },
    },
    git::repository::{ObjectId, Repository},
};

/// Searches in the main branch, one for each commit. An append that another writer overtakes decides again, and holds the queue
/// meanwhile: it must not wait for git a second time.
pub struct MainBranchSearch<'a> {
    repository: &'a Repository,
    found: RefCell<BTreeMap<CommitId, Option<Integration>>>,
}

impl<'a> MainBranchSearch<'a> {
    /// No search has begun.
    pub fn new(repository: &'a Repository) -> Self {
        Self {
            repository,
            found: RefCell::default(),
        }
    }

    /// The commit of the main branch that has the work of `commit`. None also if git cannot tell.
    pub fn find(&self, commit: &CommitId) -> Option<Integration> {
        let mut found = self.found.borrow_mut();
        let found = found.entry(commit.clone());
        found
            .or_insert_with_key(|commit| in_main(self.repository, commit))
            .clone()
    }
}

fn in_main(repository: &Repository, commit: &CommitId) -> Option<Integration> {
    let branch = repository.main_branch()?;
    let into: BranchName = branch.parse().ok()?;
    let found = repository.integrated(&branch, object(commit)?).ok()??;
    Some(Integration {
        commit: found.to_string().parse().ok()?,
        into,
        method: None,
        before: None,
    })
}

/// The done tasks whose work this clone has, but not in the main branch.
pub struct Outside {
    /// The main branch; none if there is none.
    pub branch: Option<String>,
    /// The tasks.
    pub tasks: Vec<TaskIndex>,
}

impl Outside {
    /// Looks for the work of those of these tasks that are done, at once. What git cannot tell is left out.
    pub fn of<'a>(
        repository: &Repository,
        tasks: impl Iterator<Item = (TaskIndex, &'a Task)>,
    ) -> Self {
        let done = tasks.filter_map(|(index, task)| Some((index, work_of_done(task)?)));
        let done: Vec<(TaskIndex, ObjectId)> = done.collect();
        let branch = (!done.is_empty())
            .then(|| repository.main_branch())
            .flatten();
        let commits: Vec<ObjectId> = done.iter().map(|(_, commit)| *commit).collect();
        let outside = branch
            .as_ref()
            .and_then(|it| repository.outside(it, &commits).ok());
        let outside = outside.unwrap_or_default();
        let left = done
            .into_iter()
            .filter(|(_, commit)| outside.contains(commit));
        Self {
            tasks: left.map(|(index, _)| index).collect(),
            branch,
        }
    }

    /// A line about these tasks, with the command that integrates the first; none if no task is meant.
    pub fn line(&self, state: &State, is_meant: impl Fn(TaskIndex) -> bool) -> Option<String> {
        let meant = self.tasks.iter().filter(|index| is_meant(**index));
        let names: Vec<String> = meant.map(|index| state.shown(*index)).collect();
        let more = names.len().saturating_sub(NAMED_MAX);
        let branch = visible(self.branch.as_ref().filter(|_| !names.is_empty())?);
        let shown = names[..names.len() - more].join(", ");
        let more = match more {
            0 => String::new(),
            _ => format!(" and {more} more"),
        };
        let command = format!("git coord integrate {}", shell_word(names.first()?));
        Some(format!(
            "\nDone, but not in {branch}: {shown}{more} ({command})\n"
        ))
    }
}

/// How many tasks a line names.
const NAMED_MAX: usize = 10;

/// The commit that has the work of a done task: where it is integrated, else its own.
pub fn work_of_done(task: &Task) -> Option<ObjectId> {
    object(task.work_done()?)
}

/// The commit as an object of git.
pub fn object(commit: &CommitId) -> Option<ObjectId> {
    commit.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn a_commit_is_looked_for_once() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "work"]);
        fixture.git(&["config", "coord.mainBranch", "trunk"]);
        let work = fixture.git(&["rev-parse", "HEAD"]);
        let work: CommitId = work.trim().parse().unwrap();
        let repository = fixture.open();
        let search = MainBranchSearch::new(&repository);
        let found = search.find(&work).unwrap();
        assert_eq!((&found.commit, found.into.as_str()), (&work, "trunk"));
        fixture.git(&["update-ref", "-d", "refs/heads/trunk"]);
        assert_eq!(search.find(&work), Some(found));
        assert_eq!(MainBranchSearch::new(&repository).find(&work), None);
    }
}
