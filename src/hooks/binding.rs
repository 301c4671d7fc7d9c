//! The binding of a task to a place: by its branch, or by the claim made in a worktree.
//!
//! Not here: binding a worktree (`post_checkout`, and `cli`'s `worktree`).

use crate::{
    core::{
        plan::state::{State, TaskIndex, branch::is_branch_of, task::Task},
        values::{id::ActorName, text::Text, time::Timestamp},
    },
    git::repository::SeenWorktree,
};

/// A place in a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Here {
    /// The branch, without `refs/heads/`.
    pub branch: Option<String>,
    /// The label of the worktree.
    pub worktree: Option<Text>,
}

/// The task of a place. The task of the branch comes first; then the task whose running claim the actor made in this
/// worktree, unless that task has another branch. None if there are several candidates: a wrong guess would stay in the
/// commit for ever.
pub fn task_here(
    state: &State,
    here: &Here,
    actor: Option<&ActorName>,
    effective: Timestamp,
) -> Option<TaskIndex> {
    let branch = here.branch.as_deref();
    let by_branch = branch.and_then(|branch| task_of_branch(state, branch, actor));
    by_branch.or_else(|| {
        let (actor, worktree) = (actor?, here.worktree.as_ref()?);
        // A task with another branch is not worked on here.
        let elsewhere = |task: &Task| task.fields.branch.is_some() && here.branch.is_some();
        let claimed_here = |task: &Task| {
            task.claim.as_ref().is_some_and(|claim| {
                claim.actor == *actor
                    && claim.worktree.as_ref() == Some(worktree)
                    && !claim.expired(effective)
            })
        };
        let claimed = open(state).filter(|(_, task)| claimed_here(task) && !elsewhere(task));
        only(claimed.map(|(index, _)| index))
    })
}

/// The open task of a branch; of several, the one that the actor holds.
pub fn task_of_branch(state: &State, branch: &str, actor: Option<&ActorName>) -> Option<TaskIndex> {
    let of_branch: Vec<(TaskIndex, &Task)> = open(state)
        .filter(|(index, task)| is_branch_of(state, *index, task, branch))
        .collect();
    let held = of_branch
        .iter()
        .filter(|(_, task)| actor.is_some_and(|actor| task.is_held_by(actor)));
    let all = of_branch.iter().map(|(index, _)| *index);
    only(all).or_else(|| only(held.map(|(index, _)| *index)))
}

/// The task of a worktree: the task of its branch, even if it has ended; else the task that was bound to it.
pub fn task_of_worktree(
    state: &State,
    branch: Option<&str>,
    label: Option<&Text>,
) -> Option<TaskIndex> {
    let all = || state.tasks();
    let of_branch = branch.and_then(|branch| {
        let ended = all().filter(|(index, task)| is_branch_of(state, *index, task, branch));
        task_of_branch(state, branch, None).or_else(|| only(ended.map(|(index, _)| index)))
    });
    of_branch.or_else(|| {
        let bound = all().filter(|(_, task)| label.is_some() && task.worktree.as_ref() == label);
        only(bound.map(|(index, _)| index))
    })
}

/// The task of a worktree that git lists. Main worktrees of several clones can have the same name, so a main worktree is
/// identified by its branch.
pub fn task_of_found(state: &State, found: &SeenWorktree) -> Option<TaskIndex> {
    let label = found.label.as_ref().filter(|_| !found.main);
    task_of_worktree(state, found.branch.as_deref(), label)
}

fn open(state: &State) -> impl Iterator<Item = (TaskIndex, &Task)> {
    state.open_tasks()
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, TaskRef, WorkEvent, task::TaskFact},
        sample::{Sample, actor, text},
        values::time::Span,
    };

    fn claim_in(plan: &mut Sample, name: &str, task: &TaskRef, worktree: &str) {
        let claimed = WorkEvent::Claimed {
            task: task.clone(),
            lease: Span::from_minutes(60),
            worktree: Some(text(worktree)),
            steal: false,
            share: false,
            resume: false,
        };
        plan.by(name, Event::Work(claimed));
    }

    fn found(plan: &Sample, branch: Option<&str>, worktree: &str, who: &str) -> Option<String> {
        let state = plan.state();
        let here = Here {
            branch: branch.map(ToOwned::to_owned),
            worktree: Some(text(worktree)),
        };
        let task = task_here(state, &here, Some(&actor(who)), state.effective);
        task.map(|index| state.shown(index))
    }

    #[test]
    fn the_branch_decides_before_the_claim() {
        let mut plan = Sample::new();
        let own = vec![TaskFact::Branch(Some("feature/a".parse().unwrap()))];
        plan.add("A", "One", own);
        let other = plan.add("B", "Two", Vec::new());
        claim_in(&mut plan, "codex", &other, "plan");
        let here = |branch, who| found(&plan, branch, "plan", who);
        assert_eq!(here(Some("feature/a"), "codex").as_deref(), Some("A"));
        assert_eq!(here(Some("task/B"), "claude").as_deref(), Some("B"));
        assert_eq!(here(Some("task/A"), "claude"), None);
        assert_eq!(here(Some("main"), "codex").as_deref(), Some("B"));
        assert_eq!(here(None, "codex").as_deref(), Some("B"));
        // Labels are names of folders, and other clones use the same names.
        assert_eq!(here(None, "claude"), None);
        assert_eq!(found(&plan, None, "elsewhere", "codex"), None);
    }

    #[test]
    fn a_claim_does_not_bind_the_branches_of_other_tasks() {
        let mut plan = Sample::new();
        let own = vec![TaskFact::Branch(Some("feature/a".parse().unwrap()))];
        let task = plan.add("A", "One", own);
        claim_in(&mut plan, "codex", &task, "plan");
        assert_eq!(found(&plan, Some("main"), "plan", "codex"), None);
        let detached = found(&plan, None, "plan", "codex");
        assert_eq!(detached.as_deref(), Some("A"));
    }

    #[test]
    fn no_task_is_guessed_among_several_candidates() {
        let mut plan = Sample::new();
        let shared = || vec![TaskFact::Branch(Some("shared".parse().unwrap()))];
        let a = plan.add("A", "One", shared());
        let b = plan.add("B", "Two", shared());
        assert_eq!(found(&plan, Some("shared"), "plan", "codex"), None);
        claim_in(&mut plan, "codex", &b, "plan");
        assert_eq!(
            found(&plan, Some("shared"), "x", "codex").as_deref(),
            Some("B")
        );
        claim_in(&mut plan, "codex", &a, "plan");
        assert_eq!(found(&plan, Some("shared"), "plan", "codex"), None);
        assert_eq!(found(&plan, None, "plan", "codex"), None);
    }

    #[test]
    fn an_ended_task_is_not_bound() {
        let mut plan = Sample::new();
        let task = plan.add("A", "One", Vec::new());
        claim_in(&mut plan, "codex", &task, "plan");
        plan.done("codex", &task);
        assert_eq!(found(&plan, Some("task/A"), "plan", "codex"), None);
    }
}
