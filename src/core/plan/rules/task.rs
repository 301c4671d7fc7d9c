//! Who may add, edit and end tasks, and when.
//!
//! Not here: work under a claim (`rules::work`) and verdicts (`rules::review`).

use std::borrow::Cow;

use super::{PER_TASK_MAX, Place, TASKS_MAX, attached, fenced, known, open, paths, require};
use crate::core::{
    entry::event::{CommitId, TaskEvent, TaskRef, task::TaskFact},
    plan::{
        graph,
        refusal::{Code, Refusal},
        state::{
            State, TaskIndex,
            standing::ReviewNeed,
            task::{Task, Verdict},
        },
    },
    values::{
        id::ActorName,
        task::{Approver, Role},
    },
};

pub(super) fn check(state: &State, place: &Place<'_>, event: &TaskEvent) -> Result<(), Refusal> {
    match event {
        TaskEvent::Added { id, facts, .. } => {
            require(
                state,
                place,
                &[Role::Coordinator, Role::Worker],
                "add tasks",
            )?;
            if state.tasks().len() >= TASKS_MAX {
                return Err(Refusal::new(Code::TooMany, id).with("tasks beside it"));
            }
            facts
                .iter()
                .try_for_each(|fact| fact_fits(state, place, id.as_str(), None, fact))
        }
        TaskEvent::Edited { task, facts } => {
            let index = known(state, place, task)?;
            may_edit(state, place, index, "edit another's task")?;
            let shown = state.shown(index);
            facts
                .iter()
                .try_for_each(|fact| fact_fits(state, place, &shown, Some(index), fact))
        }
        TaskEvent::Completed {
            task,
            claim,
            commit,
            waiver,
        } => {
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)?;
            match waiver {
                Some(_) => require(state, place, &[Role::Coordinator], "waive a review"),
                None => gates_closed(state, index, commit.as_ref()),
            }
        }
        TaskEvent::Cancelled { task, .. } => {
            let index = open(state, place, task)?;
            may_edit(state, place, index, "cancel another's task")
        }
        TaskEvent::Reopened { task, .. } => check_reopened(state, place, task),
        TaskEvent::Commented { task, body } => {
            known(state, place, task)?;
            require(state, place, Role::ALL, "comment")?;
            attached(place, Some(body))
        }
        TaskEvent::Imported(import) => {
            require(state, place, &[Role::Coordinator], "import plans")?;
            attached(place, Some(&import.file))
        }
    }
}

fn check_reopened(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<(), Refusal> {
    let index = known(state, place, task)?;
    let Some(end) = &state.task(index).end else {
        return Err(Refusal::new(Code::TaskOpen, state.shown(index)));
    };
    if end.actor == *place.actor() {
        Ok(())
    } else {
        may_edit(state, place, index, "reopen another's task")
    }
}

/// A coordinator edits every task, a worker those that it added, owns or holds.
fn may_edit(state: &State, place: &Place<'_>, index: TaskIndex, deed: &str) -> Result<(), Refusal> {
    let task = state.task(index);
    let actor = place.actor();
    let own = task.created_by == *actor || task.is_owned_by(actor) || task.is_held_by(actor);
    let roles: &[Role] = if own {
        &[Role::Coordinator, Role::Worker]
    } else {
        &[Role::Coordinator]
    };
    require(state, place, roles, deed)
}

/// The review needs nothing more: every gate is approved, there are as many approvals as policy asks for, and
/// every item of the checklist is ticked. A commit that the end names is the last one, so it has to be the one approved.
fn gates_closed(state: &State, index: TaskIndex, commit: Option<&CommitId>) -> Result<(), Refusal> {
    let mut task = Cow::Borrowed(state.task(index));
    if commit.is_some() && task.commit.as_ref() != commit {
        task.to_mut().commit = commit.cloned();
    }
    let needs = state.review_needs(&task);
    let told = |need: &ReviewNeed| format!("{need}{}", who_can(state, &task, need));
    let needs: Vec<String> = needs.iter().map(told).collect();
    if needs.is_empty() {
        Ok(())
    } else {
        Err(Refusal::new(Code::GateOpen, state.shown(index)).with(needs.join(", ")))
    }
}

/// Who can still approve for a gate, where its name does not say so, or why nobody can.
fn who_can(state: &State, task: &Task, need: &ReviewNeed) -> String {
    let ReviewNeed::Gate(gate) = need else {
        return String::new();
    };
    let stale = |(actor, verdict): (&ActorName, &Verdict)| {
        verdict.approved && !task.is_work_of(actor) && state.gate_names(gate, actor)
    };
    if task.verdicts.iter().any(stale) {
        return " (again, for the last commit)".to_owned();
    }
    match gate {
        Approver::Actor(actor) if task.is_work_of(actor) => " (whose own work it is)".to_owned(),
        Approver::Actor(_) => String::new(),
        Approver::Role(role) => {
            let actors = state.roster.actors();
            let able =
                actors.filter(|(name, actor)| actor.roles.contains(role) && !task.is_work_of(name));
            let able: Vec<&str> = able.map(|(name, _)| name.as_str()).collect();
            if able.is_empty() {
                " (which nobody else has)".to_owned()
            } else {
                format!(" ({})", able.join(" or "))
            }
        }
    }
}

fn fact_fits(
    state: &State,
    place: &Place<'_>,
    shown: &str,
    index: Option<TaskIndex>,
    fact: &TaskFact,
) -> Result<(), Refusal> {
    let task = index.map(|index| state.task(index));
    let room = |count: fn(&Task) -> usize, what: &str| {
        if task.map_or(0, count) < PER_TASK_MAX {
            Ok(())
        } else {
            Err(Refusal::new(Code::TooMany, shown).with(what))
        }
    };
    match fact {
        TaskFact::OwnerAdded(owner) if owner != place.actor() => {
            room(|task| task.fields.owners.len(), "owners")?;
            require(state, place, &[Role::Coordinator], "assign tasks to others")
        }
        TaskFact::OwnerRemoved(owner) if owner != place.actor() => {
            require(state, place, &[Role::Coordinator], "take tasks from others")
        }
        TaskFact::GateRemoved(_) | TaskFact::CheckRemoved(_) => {
            require(state, place, &[Role::Coordinator], "lower a review gate")
        }
        TaskFact::PathRemoved(path) if state.policy.reviews(path) => {
            require(state, place, &[Role::Coordinator], "lower a review gate")
        }
        TaskFact::DependencyAdded(other) => {
            room(|task| task.depends.len(), "dependencies")?;
            let other = known(state, place, other)?;
            let closes = |index| other == index || graph::depends_on(state, other, index);
            if index.is_some_and(closes) {
                Err(Refusal::new(Code::Cycle, shown).with(state.shown(other)))
            } else {
                Ok(())
            }
        }
        TaskFact::DependencyRemoved(other) => known(state, place, other).map(drop),
        TaskFact::StepRemoved(mark) => {
            let origin = mark.origin(place.id);
            let exists = |task: &Task| task.steps.iter().any(|step| step.origin == origin);
            if task.is_some_and(exists) {
                Ok(())
            } else {
                Err(Refusal::new(Code::UnknownStep, shown))
            }
        }
        TaskFact::StepAdded(_) => room(|task| task.steps.len(), "steps"),
        TaskFact::CriterionAdded(_) => room(|task| task.fields.criteria.len(), "criteria"),
        TaskFact::CheckAdded(_) => room(|task| task.fields.checks.len(), "checks"),
        TaskFact::PathAdded(path) => {
            room(|task| task.fields.paths.len(), "paths")?;
            index.map_or(Ok(()), |index| paths::still_free(state, place, index, path))
        }
        TaskFact::LabelAdded(_) => room(|task| task.fields.labels.len(), "labels"),
        TaskFact::GateAdded(_) => room(|task| task.fields.gates.len(), "gates"),
        TaskFact::Extra(..) => room(|task| task.fields.extra.len(), "extras"),
        TaskFact::Body(body) => attached(place, body.as_ref()),
        TaskFact::Title(_)
        | TaskFact::Group(_)
        | TaskFact::OwnerAdded(_)
        | TaskFact::OwnerRemoved(_)
        | TaskFact::Priority(_)
        | TaskFact::Risk(_)
        | TaskFact::Estimate(_)
        | TaskFact::PathRemoved(_)
        | TaskFact::Branch(_)
        | TaskFact::PullRequest(_)
        | TaskFact::CriterionRemoved(_)
        | TaskFact::LabelRemoved(_)
        | TaskFact::Wave(_) => Ok(()),
    }
}
