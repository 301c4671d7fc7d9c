//! A task of a plan as events: a new one, and the three-way comparison of the last imported plan (base), the new plan
//! and the ledger (ours).
//!
//! A change of the plan is applied if the ledger still has the value of the last import. If the ledger changed it
//! too, the ledger's value is kept and reported. Not here: guardrails (`guardrail`).

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashSet},
};

use super::item::{Changes, Item, NotApplied, portions};
use crate::{
    core::{
        entry::event::{
            Event, ReviewEvent, TaskEvent, TaskRef, WorkEvent, task::TaskFact, work::Percent,
        },
        plan::{
            fields::{Fields, difference, merge, moved},
            state::{State, TaskIndex},
        },
        values::{
            id::{ActorName, TaskId},
            task::{Approver, Status},
            text::Text,
        },
    },
    exchange::{DraftStep, DraftTask, of_state::named, words},
};

/// The event for a new task, with as many of its facts as fit. The other facts, its dependencies, its parent, its links, its progress and
/// its end follow when all tasks exist.
pub(super) fn addition(task: &DraftTask) -> Item {
    let attachment = body_of(task);
    let name = attachment.iter().map(|(name, _)| name.clone());
    let mut facts: Vec<TaskFact> = name.map(|name| TaskFact::Body(Some(name))).collect();
    let title = task.fields.title.clone();
    facts.extend(difference(&Fields::titled(title.clone()), &task.fields));
    let steps = task.steps.iter().filter_map(|step| step.text.parse().ok());
    facts.extend(steps.map(TaskFact::StepAdded));
    let event = Event::Task(TaskEvent::Added {
        id: task.id.clone(),
        title,
        facts: portions(facts).next().unwrap_or_default(),
    });
    Item { event, attachment }
}

/// The attachment with the long text of a task.
fn body_of(task: &DraftTask) -> Option<(Text, Vec<u8>)> {
    let body = task.body.clone()?;
    Some((Text::body_of(&task.id), body.into_bytes()))
}

pub(super) fn compare(
    state: &State,
    index: TaskIndex,
    former: Option<&DraftTask>,
    (new, ours): (&DraftTask, &DraftTask),
    open: &HashSet<TaskIndex>,
    has_open_child: bool,
    changes: &mut Changes,
) {
    let blank = DraftTask::new(new.id.clone(), new.line, Fields::default());
    let base = former.unwrap_or(&blank);
    let demanded = state.gates_of(state.task(index));
    let known = |fields| recognized(fields, &ours.fields, &demanded);
    let merge = merge(&known(&base.fields), &known(&new.fields), &ours.fields);
    let mut comparison = Comparison {
        state,
        index,
        base,
        new,
        ours,
        task: state.reference(index),
        facts: merge.facts,
        attachment: None,
        after: Vec::new(),
        left: merge.left,
        waits: has_open_child,
        is_guarded: state.guards(false) && state.guardrails.values().any(|it| it.required),
    };
    comparison.dependencies(open);
    comparison.relations();
    comparison.body();
    comparison.steps();
    comparison.blockers();
    comparison.progress();
    comparison.status();
    comparison.finish(changes);
}

/// The fields of a plan with the actors of the ledger: a plan may call `Codex` whom the ledger calls `codex`, and it
/// may repeat a gate that policy demands.
fn recognized<'f>(
    plan: &'f Fields,
    ours: &Fields,
    demanded: &BTreeSet<Approver>,
) -> Cow<'f, Fields> {
    let is_known = |owner| ours.owners.contains(owner);
    let is_ours = |gate| ours.gates.contains(gate);
    if plan.owners.iter().all(is_known) && plan.gates.iter().all(is_ours) {
        return Cow::Borrowed(plan);
    }
    let mut fields = plan.clone();
    for owner in &mut fields.owners {
        let same = |own: &&ActorName| words::actor(own.as_str()).as_ref() == Ok(&*owner);
        if !ours.owners.contains(owner)
            && let Some(own) = ours.owners.iter().find(same)
        {
            *owner = own.clone();
        }
    }
    let gates = std::mem::take(&mut fields.gates).into_iter();
    let gate = |gate: Approver| {
        let Approver::Actor(name) = &gate else {
            return gate;
        };
        let same = |own: &&Approver| matches!(own, Approver::Actor(own) if words::actor(own.as_str()).as_ref() == Ok(name));
        let own = demanded
            .iter()
            .find(same)
            .filter(|_| !demanded.contains(&gate));
        own.cloned().unwrap_or(gate)
    };
    let gates = gates.map(gate);
    fields.gates = gates
        .filter(|it| ours.gates.contains(it) || !demanded.contains(it))
        .collect();
    Cow::Owned(fields)
}

struct Comparison<'a> {
    state: &'a State,
    index: TaskIndex,
    base: &'a DraftTask,
    new: &'a DraftTask,
    ours: &'a DraftTask,
    task: TaskRef,
    facts: Vec<TaskFact>,
    attachment: Option<(Text, Vec<u8>)>,
    after: Vec<Event>,
    left: Vec<&'static str>,
    /// Whether it waits for a task that stays open.
    waits: bool,
    /// Whether required guardrails may have to pass first. A plan does not say at which commit they did.
    is_guarded: bool,
}

impl Comparison<'_> {
    /// Whether to apply the plan's new value. Notes `what` if both the plan and the ledger changed it.
    fn applies<T: PartialEq>(&mut self, what: &'static str, base: &T, new: &T, ours: &T) -> bool {
        if new == base || new == ours {
            return false;
        }
        if ours != base {
            self.left.push(what);
            return false;
        }
        true
    }

    fn dependencies(&mut self, open: &HashSet<TaskIndex>) {
        let moved = moved(&self.base.depends, &self.new.depends, &self.ours.depends);
        let known = |id: &TaskId| {
            let index = named(self.state, id)?;
            Some(self.state.reference(index))
        };
        let added = moved.added.iter().filter_map(known);
        self.facts.extend(added.map(TaskFact::DependencyAdded));
        let removed = moved.removed.iter().filter_map(known);
        self.facts.extend(removed.map(TaskFact::DependencyRemoved));
        let kept = self.ours.depends.iter();
        let kept = kept.filter(|id| !moved.removed.contains(id));
        let mut depends = kept
            .chain(&moved.added)
            .filter_map(|id| named(self.state, id));
        self.waits |= depends.any(|other| open.contains(&other));
    }

    fn relations(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        let state = self.state;
        let known = |id: &TaskId| Some(state.reference(named(state, id)?));
        if self.applies("parent", &base.parent, &new.parent, &ours.parent) {
            let parent = new.parent.as_ref().and_then(known);
            self.facts.push(TaskFact::Parent(parent));
        }
        let moved = moved(&base.links, &new.links, &ours.links);
        let added = moved.added.iter();
        let added = added.filter_map(|(kind, id)| Some(TaskFact::LinkAdded(*kind, known(id)?)));
        let removed = moved.removed.iter();
        let removed =
            removed.filter_map(|(kind, id)| Some(TaskFact::LinkRemoved(*kind, known(id)?)));
        self.facts.extend(added.chain(removed));
    }

    fn body(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        if self.applies("body", &base.body, &new.body, &ours.body) {
            self.attachment = body_of(new);
            let name = self.attachment.as_ref().map(|(name, _)| name.clone());
            self.facts.push(TaskFact::Body(name));
        }
    }

    /// Compares steps; their text identifies them.
    fn steps(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        let texts = |steps: &[DraftStep]| -> Vec<String> {
            steps.iter().map(|step| step.text.clone()).collect()
        };
        let moved = moved(&texts(&base.steps), &texts(&new.steps), &texts(&ours.steps));
        let added = moved.added.iter().filter_map(|step| step.parse().ok());
        self.facts.extend(added.map(TaskFact::StepAdded));
        let steps = &self.state.task(self.index).steps;
        let is_gone = |step: &Text| moved.removed.iter().any(|it| it == step.as_str());
        let gone = steps.iter().filter(|step| is_gone(&step.text));
        self.facts
            .extend(gone.map(|step| TaskFact::StepRemoved(step.origin.mark())));
        let done = |steps: &[DraftStep], text: &str, nth: usize| {
            let mut same = steps.iter().filter(|step| step.text == text);
            Some(same.nth(nth)?.done)
        };
        for (number, step) in (1u16..).zip(steps) {
            let text = step.text.as_str();
            let earlier = steps.iter().take(usize::from(number) - 1);
            let nth = earlier.filter(|other| other.text == step.text).count();
            let Some(new) = done(&new.steps, text, nth) else {
                continue;
            };
            let before = done(&base.steps, text, nth).unwrap_or(false);
            if self.applies("steps", &before, &new, &step.done) {
                self.after.push(Event::Work(WorkEvent::StepSet {
                    task: self.task.clone(),
                    step: step.origin.mark(),
                    number,
                    done: new,
                    claim: None,
                }));
            }
        }
    }

    fn blockers(&mut self) {
        let moved = moved(&self.base.blockers, &self.new.blockers, &self.ours.blockers);
        for reason in moved.added.iter().filter_map(|reason| reason.parse().ok()) {
            self.after.push(Event::Work(WorkEvent::Blocked {
                task: self.task.clone(),
                reason,
                on: None,
            }));
        }
        let is_gone = |reason: &Text| moved.removed.iter().any(|it| it == reason.as_str());
        for blocker in self.state.task(self.index).open_blockers() {
            if is_gone(&blocker.reason) {
                self.after.push(Event::Work(WorkEvent::Unblocked {
                    task: self.task.clone(),
                    blocker: blocker.origin.mark(),
                    number: blocker.number,
                }));
            }
        }
    }

    fn progress(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        if self.applies("percent", &base.percent, &new.percent, &ours.percent)
            && let Some(percent) = new
                .percent
                .and_then(|percent| Percent::try_from(percent).ok())
        {
            self.after.push(Event::Work(WorkEvent::Progressed {
                task: self.task.clone(),
                claim: None,
                percent,
            }));
        }
    }

    fn status(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        if new.status == base.status || new.status == ours.status {
            return;
        }
        let ended = |status| matches!(status, Status::Done | Status::Cancelled);
        if ended(ours.status) && ours.status != base.status {
            self.left.push("status");
            return;
        }
        let task = self.task.clone();
        if ended(ours.status) {
            self.after.insert(
                0,
                Event::Task(TaskEvent::Reopened {
                    task: task.clone(),
                    reason: None,
                    mistaken: false,
                }),
            );
        }
        match new.status {
            Status::Done => self.after.push(Event::Task(TaskEvent::Completed {
                task,
                claim: None,
                commit: None,
                waiver: self.waiver(),
                tree: None,
                integrated: None,
            })),
            Status::Cancelled => self
                .after
                .push(Event::Task(TaskEvent::Cancelled { task, reason: None })),
            // A plan outside of the ledger cannot approve: it only says that a review was asked for.
            Status::InReview | Status::Approved
                if !matches!(ours.status, Status::InReview | Status::Approved) =>
            {
                self.after.push(Event::Review(ReviewEvent::Submitted {
                    task,
                    claim: None,
                    commit: None,
                    pr: None,
                }));
            }
            Status::InProgress if new.percent.is_none() && ours.status == Status::NotStarted => {
                let percent = Percent::try_from(new.derived_percent()).unwrap_or_default();
                self.after.push(Event::Work(WorkEvent::Progressed {
                    task,
                    claim: None,
                    percent,
                }));
            }
            // No event sets these: they follow from blockers, dependencies, progress and verdicts.
            Status::InProgress
            | Status::InReview
            | Status::Approved
            | Status::Blocked
            | Status::Waiting
            | Status::NotStarted => {}
        }
    }

    /// The reason for completing a task before its review, its dependencies, its integration or its guardrails: the plan's own, or else the word for its status.
    fn waiver(&self) -> Option<Text> {
        let reviewed = [self.new, self.ours]
            .iter()
            .any(|draft| !draft.fields.gates.is_empty());
        let has_commit = self.state.task(self.index).commit.is_some();
        let unmerged = self.state.policy.integrated && has_commit;
        let unsaid = (reviewed || self.waits || self.is_guarded || unmerged)
            .then_some(Status::Done.as_str());
        let said = self.new.waiver.as_deref().or(unsaid)?;
        said.parse().ok()
    }

    fn finish(mut self, changes: &mut Changes) {
        for facts in portions(self.facts) {
            let names_it = facts.iter().any(|fact| matches!(fact, TaskFact::Body(_)));
            let task = self.task.clone();
            changes.items.push(Item {
                event: Event::Task(TaskEvent::Edited { task, facts }),
                attachment: self.attachment.take_if(|_| names_it),
            });
        }
        changes.items.extend(self.after.into_iter().map(Item::from));
        let id = &self.new.id;
        changes.left.extend(self.left.into_iter().map(|what| NotApplied {
            line: self.new.line,
            subject: id.to_string(),
            message: format!(
                "task '{id}': the {what} changed in the plan and in the ledger; the ledger's value is kept"
            ),
        }));
    }
}
