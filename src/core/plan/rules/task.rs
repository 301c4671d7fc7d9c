//! The permission to add, edit and end tasks.
//!
//! Not here: work under a claim (`rules::work`) and verdicts (`rules::review`).

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    conditions::{
        ANCESTORS_MAX, COORDINATORS, TASKS_MAX, WORKERS, attached, fenced, known, open, require,
        require_on, room,
    },
    cost, paths,
    place::Place,
};
use crate::core::{
    entry::event::{
        CommitId, TaskEvent, TaskRef,
        guardrail::Guarded,
        task::{Integration, TaskFact},
    },
    plan::{
        graph,
        refusal::{Action, Limited, OpenGate, Refusal, listed},
        state::{
            State, TaskIndex,
            guardrails::Subject,
            standing::ReviewNeed,
            task::{Task, Verdict},
        },
    },
    values::{
        id::{ActorName, TaskName},
        task::{Approver, Role},
    },
};

pub(super) fn check(state: &State, place: &Place<'_>, event: &TaskEvent) -> Result<(), Refusal> {
    match event {
        TaskEvent::Added { id, facts, .. } => {
            require(state, place, WORKERS, Action::AddTask)?;
            let name = TaskName::from(id);
            if state.tasks().len() >= TASKS_MAX {
                return Err(Refusal::TooMany {
                    task: Some(name),
                    what: Limited::Tasks,
                    most: TASKS_MAX as u32,
                });
            }
            let edit = Edit {
                state,
                place,
                name,
                index: None,
                facts,
                leading_back: BTreeSet::new(),
            };
            facts.iter().try_for_each(|fact| edit.fits(fact))
        }
        TaskEvent::Edited { task, facts } => {
            let index = known(state, place, task)?;
            may_edit(state, place, index, Action::EditTask)?;
            let edit = Edit {
                state,
                place,
                name: state.name_of(index),
                index: Some(index),
                facts,
                leading_back: leading_back(state, place, index, facts),
            };
            facts.iter().try_for_each(|fact| edit.fits(fact))?;
            paths::count_settling(state, place, index, facts);
            Ok(())
        }
        TaskEvent::Completed {
            task,
            claim,
            commit,
            waiver,
            tree,
            integrated,
        } => {
            let index = known(state, place, task)?;
            let ended = state.task(index).end.as_ref();
            let is_bare = claim.is_none() && commit.is_none() && waiver.is_none();
            if is_bare && ended.is_some_and(|end| end.lacks(integrated.as_ref())) {
                require_on(state, place, index, WORKERS, Action::WorkOnTask)?;
                if state.policy.guardrails != Guarded::Integrate {
                    // They were asked when the task was done.
                    return Ok(());
                }
                let subject = Subject {
                    commit: integrated.as_ref().map(|it| &it.commit),
                    tree: tree.as_ref(),
                };
                return guardrails_passed(state, place, index, subject, true);
            }
            let index = open(state, place, task)?;
            fenced(state, place, index, *claim)?;
            match waiver {
                Some(_) => require_on(state, place, index, COORDINATORS, Action::FinishWithWaiver),
                None => {
                    gates_closed(state, place, index, commit.as_ref())?;
                    dependencies_ended(state, place, index)?;
                    let work = commit.as_ref().or(state.task(index).commit.as_ref());
                    work_integrated(state, index, work, integrated.as_ref())?;
                    let subject = Subject {
                        commit: state.guarded_commit(index, commit.as_ref(), integrated.as_ref()),
                        tree: tree.as_ref(),
                    };
                    guardrails_passed(state, place, index, subject, integrated.is_some())
                }
            }
        }
        TaskEvent::Cancelled { task, .. } => {
            let index = open(state, place, task)?;
            may_end(state, place, index, Action::CancelTask)
        }
        TaskEvent::Reopened { task, .. } => check_reopened(state, place, task),
        TaskEvent::Commented { task, body } => {
            let index = known(state, place, task)?;
            require_on(state, place, index, Role::ALL, Action::CommentOnTask)?;
            attached(place, Some(body))
        }
        TaskEvent::Imported(import) => {
            require(state, place, COORDINATORS, Action::ImportPlan)?;
            attached(place, Some(&import.file))
        }
    }
}

fn check_reopened(state: &State, place: &Place<'_>, task: &TaskRef) -> Result<(), Refusal> {
    let index = known(state, place, task)?;
    let Some(end) = &state.task(index).end else {
        return Err(Refusal::TaskOpen {
            task: state.name_of(index),
        });
    };
    if end.actor == *place.actor() {
        Ok(())
    } else {
        may_end(state, place, index, Action::ReopenTask)
    }
}

/// Checks that the actor may edit a task: a coordinator any task, a worker a task that it added, owns or holds.
fn may_edit(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    action: Action,
) -> Result<(), Refusal> {
    if state.task(index).is_held_by(place.actor()) {
        return require_on(state, place, index, WORKERS, action);
    }
    may_end(state, place, index, action)
}

/// Checks that the actor may decide whether a task is needed: a coordinator for any task, a worker for a task that it
/// added or owns. To hold a task is not enough: everybody can take a free one.
fn may_end(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    action: Action,
) -> Result<(), Refusal> {
    let (task, actor) = (state.task(index), place.actor());
    let own = task.created_by == *actor || task.is_owned_by(actor);
    let roles = if own { WORKERS } else { COORDINATORS };
    require_on(state, place, index, roles, action)
}

/// Checks that the review is complete: every gate is approved, the approvals are as many as the policy requires, and every
/// item of the checklist is ticked. A commit named by the end becomes the last one, so it has to be the approved one.
fn gates_closed(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    commit: Option<&CommitId>,
) -> Result<(), Refusal> {
    cost::of_review(state, place, index);
    if place.steps.are_too_many() {
        return Ok(());
    }
    let mut task = Cow::Borrowed(state.task(index));
    if commit.is_some() && task.commit.as_ref() != commit {
        task.to_mut().commit = commit.cloned();
    }
    let needs = state.review_needs(&task);
    if needs.is_empty() {
        return Ok(());
    }
    let (mut gates, mut approvals, mut checks) = (Vec::new(), 0, Vec::new());
    for need in needs {
        match need {
            ReviewNeed::Gate(gate) => gates.push(open_gate(state, &task, gate)),
            ReviewNeed::Approvals(number) => approvals += number,
            ReviewNeed::Check { number, .. } => checks.push(number),
        }
    }
    let ((gates, more_gates), (checks, more_checks)) = (listed(gates), listed(checks));
    Err(Refusal::GateOpen {
        task: state.name_of(index),
        gates,
        approvals,
        checks,
        more: more_gates + more_checks,
    })
}

/// Checks that no task is open on which this one depends, and no child of it, if the policy asks for that.
fn dependencies_ended(state: &State, place: &Place<'_>, index: TaskIndex) -> Result<(), Refusal> {
    if !state.policy.dependencies {
        return Ok(());
    }
    cost::of_dependencies(state, place, index);
    if place.steps.are_too_many() {
        return Ok(());
    }
    let waits_for = state.waits_for(index).map(|other| state.name_of(other));
    let (on, more) = listed(waits_for);
    if on.is_empty() {
        return Ok(());
    }
    Err(Refusal::Waits {
        task: state.name_of(index),
        on,
        more,
    })
}

/// Checks that the work is integrated, if the policy asks for that. A task without a commit has nothing to integrate.
fn work_integrated(
    state: &State,
    index: TaskIndex,
    work: Option<&CommitId>,
    integrated: Option<&Integration>,
) -> Result<(), Refusal> {
    match work.filter(|_| state.policy.integrated && integrated.is_none()) {
        Some(commit) => Err(Refusal::NotIntegrated {
            task: state.name_of(index),
            commit: commit.clone(),
        }),
        None => Ok(()),
    }
}

/// Checks that the required guardrails that apply have passed at the commit, if the policy asks for that.
fn guardrails_passed(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    subject: Subject<'_>,
    integrated: bool,
) -> Result<(), Refusal> {
    if !state.guards(integrated) {
        return Ok(());
    }
    cost::of_guardrails(state, place);
    if place.steps.are_too_many() {
        return Ok(());
    }
    let (guardrails, more) = listed(state.open_guardrails(subject));
    if guardrails.is_empty() {
        return Ok(());
    }
    Err(Refusal::GuardrailOpen {
        task: state.name_of(index),
        commit: subject.commit.cloned(),
        guardrails,
        more,
    })
}

/// An open gate as an argument of a refusal: the actors that can still approve it, and whether it was approved for
/// another commit.
fn open_gate(state: &State, task: &Task, gate: Approver) -> OpenGate {
    let able = |actor: &ActorName| state.may_approve(task, &gate, actor);
    let stale = |(actor, verdict): (&ActorName, &Verdict)| verdict.approved && able(actor);
    let actors = state.roster.actors().map(|(name, _)| name);
    let (reviewers, more) = listed(actors.filter(|name| able(name)).cloned());
    let again = task.verdicts.iter().any(stale);
    OpenGate {
        by: gate,
        again,
        reviewers,
        more,
    }
}

/// The existing tasks among the new dependencies of a task that lead back to it.
fn leading_back(
    state: &State,
    place: &Place<'_>,
    index: TaskIndex,
    facts: &[TaskFact],
) -> BTreeSet<TaskIndex> {
    let depends = &state.task(index).depends;
    let added = facts.iter().filter_map(|fact| match fact {
        TaskFact::DependencyAdded(other) => state.find(other, place.id),
        _ => None,
    });
    let news: BTreeSet<TaskIndex> = added.filter(|other| !depends.contains(other)).collect();
    graph::leading_back(state, index, &news, place.steps)
}

/// The facts of an event, before any of them applies.
struct Edit<'a> {
    state: &'a State,
    place: &'a Place<'a>,
    name: TaskName,
    /// The task; none if the event adds it.
    index: Option<TaskIndex>,
    facts: &'a [TaskFact],
    /// The tasks on which it cannot depend.
    leading_back: BTreeSet<TaskIndex>,
}

impl Edit<'_> {
    fn task(&self) -> Option<&Task> {
        self.index.map(|index| self.state.task(index))
    }
    fn room(&self, count: fn(&Task) -> usize, what: Limited) -> Result<(), Refusal> {
        room(&self.name, what, self.task().map_or(0, count))
    }
    fn coordinator(&self, action: Action) -> Result<(), Refusal> {
        self.require(COORDINATORS, action)
    }
    fn require(&self, roles: &[Role], action: Action) -> Result<(), Refusal> {
        match self.index {
            Some(index) => require_on(self.state, self.place, index, roles, action),
            None => require(self.state, self.place, roles, action),
        }
    }

    /// Checks that the task may be a part of another one: that one would wait for it, so it must not wait for that one,
    /// with all the facts of the event.
    fn has_parent(&self, parent: TaskIndex) -> Result<(), Refusal> {
        let (state, place) = (self.state, self.place);
        let children = state.task(parent).children.len();
        room(&state.name_of(parent), Limited::Children, children)?;
        let mut before = self
            .task()
            .map_or_else(BTreeSet::new, |it| it.depends.clone());
        for fact in self.facts {
            match fact {
                TaskFact::DependencyAdded(other) => before.extend(state.find(other, place.id)),
                TaskFact::DependencyRemoved(other) => {
                    let gone = state.find(other, place.id);
                    before.retain(|other| Some(*other) != gone);
                }
                _ => {}
            }
        }
        // A task can be a child and a dependency as well: what is removed is the dependency.
        before.extend(self.task().iter().flat_map(|task| &task.children));
        let back = graph::leading_back(state, parent, &before, place.steps);
        if self.index == Some(parent) || !back.is_empty() {
            return Err(Refusal::Cycle {
                task: self.name.clone(),
                on: state.name_of(parent),
            });
        }
        let below = self
            .index
            .map_or(0, |index| graph::levels_below(state, index, place.steps));
        if 1 + state.ancestors(parent).count() + below > ANCESTORS_MAX {
            return Err(Refusal::TooMany {
                task: Some(self.name.clone()),
                what: Limited::Ancestors,
                most: ANCESTORS_MAX as u32,
            });
        }
        Ok(())
    }

    fn fits(&self, fact: &TaskFact) -> Result<(), Refusal> {
        let (state, place, name) = (self.state, self.place, &self.name);
        match fact {
            TaskFact::OwnerAdded(owner) if owner != place.actor() => {
                self.room(|task| task.fields.owners.len(), Limited::Owners)?;
                self.coordinator(Action::AssignTask)
            }
            TaskFact::OwnerRemoved(owner) if owner != place.actor() => {
                self.coordinator(Action::UnassignTask)
            }
            TaskFact::GateRemoved(_) | TaskFact::CheckRemoved(_) => {
                self.coordinator(Action::LowerReview)
            }
            TaskFact::PathRemoved(path) if state.policy.reviews(path) => {
                self.coordinator(Action::LowerReview)
            }
            TaskFact::DependencyAdded(other) => {
                self.room(|task| task.depends.len(), Limited::Dependencies)?;
                let other = known(state, place, other)?;
                if self.leading_back.contains(&other) {
                    Err(Refusal::Cycle {
                        task: name.clone(),
                        on: state.name_of(other),
                    })
                } else {
                    Ok(())
                }
            }
            TaskFact::DependencyRemoved(other) | TaskFact::LinkRemoved(_, other) => {
                known(state, place, other).map(drop)
            }
            TaskFact::Parent(Some(parent)) => self.has_parent(known(state, place, parent)?),
            TaskFact::LinkAdded(_, other) => {
                self.room(|task| task.links.len(), Limited::Links)?;
                let other = known(state, place, other)?;
                if Some(other) == self.index {
                    return Err(Refusal::Cycle {
                        task: name.clone(),
                        on: name.clone(),
                    });
                }
                Ok(())
            }
            TaskFact::StepRemoved(mark) => {
                let origin = mark.origin(place.id);
                let exists = |task: &Task| task.steps.iter().any(|step| step.origin == origin);
                if self.task().is_some_and(exists) {
                    Ok(())
                } else {
                    Err(Refusal::UnknownStep {
                        task: name.clone(),
                        number: None,
                    })
                }
            }
            TaskFact::StepAdded(_) => self.room(|task| task.steps.len(), Limited::Steps),
            TaskFact::CriterionAdded(_) => {
                self.room(|task| task.fields.criteria.len(), Limited::Criteria)
            }
            TaskFact::CheckAdded(_) => self.room(|task| task.fields.checks.len(), Limited::Checks),
            TaskFact::PathAdded(path) => {
                self.room(|task| task.fields.paths.len(), Limited::Paths)?;
                if path.is_broad() {
                    let roles: Vec<Role> = state.policy.broad_path_roles.iter().copied().collect();
                    self.require(&roles, Action::AddBroadPath)?;
                }
                self.index
                    .map_or(Ok(()), |index| paths::still_free(state, place, index, path))
            }
            TaskFact::LabelAdded(_) => self.room(|task| task.fields.labels.len(), Limited::Labels),
            TaskFact::GateAdded(_) => self.room(|task| task.fields.gates.len(), Limited::Gates),
            TaskFact::UrlAdded(_) => self.room(|task| task.fields.urls.len(), Limited::Urls),
            TaskFact::Extra(..) => self.room(|task| task.fields.extra.len(), Limited::Extras),
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
            | TaskFact::Wave(_)
            | TaskFact::Due(_)
            | TaskFact::Defer(_)
            | TaskFact::UrlRemoved(_)
            | TaskFact::Parent(None) => Ok(()),
        }
    }
}
