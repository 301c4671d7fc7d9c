//! The hook `post-checkout`: if the actor holds the task of the new branch, the task is bound to this worktree.
//!
//! Not here: the branches of tasks (`binding`), and adding a worktree (`cli`).

use super::{HookInput, Response, UnrecordedWork, Work, binding::task_of_branch};
use crate::{
    core::{
        plan::state::{State, task::Task},
        values::{id::ActorName, text::Text},
    },
    ledger::Error,
};

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    let of_a_branch = input.argument(2) == "1";
    if !of_a_branch || repository.replay().is_some() {
        return Ok(Response::default());
    }
    let here = input.here()?;
    let (Some(branch), Some(worktree)) = (here.branch, here.worktree) else {
        return Ok(Response::default());
    };
    if !input.glance()?.knows_branch(&branch) {
        return Ok(Response::default());
    }
    let unrecorded = match input.actor()? {
        Some(actor) => unrecorded_work(input.state()?, &branch, &worktree, &actor),
        // A checkout by somebody who is not an actor of the ledger changes nothing.
        None => Vec::new(),
    };
    Ok(Response {
        unrecorded: Vec::from_iter((!unrecorded.is_empty()).then_some(unrecorded)),
        ..Response::default()
    })
}

/// Binds the branch's task to the worktree, and unbinds the actor's other tasks from it.
fn unrecorded_work(
    state: &State,
    branch: &str,
    worktree: &Text,
    actor: &ActorName,
) -> Vec<UnrecordedWork> {
    let is_bound = |task: &Task| task.worktree.as_ref() == Some(worktree);
    let of_branch = task_of_branch(state, branch, Some(actor)).filter(|index| {
        let task = state.task(*index);
        task.is_held_by(actor) && !is_bound(task)
    });
    let Some(index) = of_branch else {
        return Vec::new();
    };
    let bound_before = state
        .tasks()
        .filter(|(other, task)| *other != index && is_bound(task) && task.is_held_by(actor));
    bound_before
        .map(|(other, _)| (other, None))
        .chain([(index, Some(worktree.clone()))])
        .map(|(index, worktree)| UnrecordedWork {
            task: state.reference(index),
            work: Work::Bound(worktree),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, TaskRef, WorkEvent},
        sample::{Sample, actor, text},
    };

    fn bind(plan: &mut Sample, task: &TaskRef) {
        let bound = WorkEvent::WorktreeBound {
            task: task.clone(),
            worktree: Some(text("plan")),
        };
        plan.by("codex", Event::Work(bound));
    }

    #[test]
    fn only_the_holder_of_a_task_rebinds_it() {
        let mut plan = Sample::new();
        let (a, b) = (plan.add("A", "One", vec![]), plan.add("B", "Two", vec![]));
        let told = |plan: &Sample, branch: &str, who: &str| -> Vec<(String, bool)> {
            let unrecorded = unrecorded_work(plan.state(), branch, &text("plan"), &actor(who));
            let told = unrecorded.into_iter().map(|work| match work.work {
                Work::Bound(worktree) => (work.task.id.to_string(), worktree.is_some()),
                other => panic!("{other:?}"),
            });
            told.collect()
        };
        assert_eq!(told(&plan, "task/A", "codex"), []);
        plan.claim("codex", &a);
        plan.claim("codex", &b);
        assert_eq!(told(&plan, "task/A", "claude"), []);
        assert_eq!(told(&plan, "main", "codex"), []);
        let to_a = ("A".to_owned(), true);
        assert_eq!(told(&plan, "task/A", "codex"), [to_a]);
        bind(&mut plan, &a);
        assert_eq!(told(&plan, "task/A", "codex"), []);
        let moved = [("A".to_owned(), false), ("B".to_owned(), true)];
        assert_eq!(told(&plan, "task/B", "codex"), moved);
    }
}
