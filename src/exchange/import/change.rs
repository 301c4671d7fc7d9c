//! Three-way comparison of one task: the last imported plan (base), the new plan, the ledger (ours).
//!
//! A change of the plan is applied if the ledger still has the value of the last import. If the ledger changed it
//! too, the ledger's value is kept and reported. Not here: guardrails (`guardrail`).

use super::{Changes, Item, Left, additions::wave_of, portions, text};
use crate::{
    core::{
        entry::event::{
            Event, ReviewEvent, TaskEvent, TaskRef, WorkEvent, task::TaskFact, work::Percent,
        },
        plan::state::{State, TaskIndex},
        values::{task::Status, text::Text},
    },
    exchange::{DraftStep, DraftTask},
};

pub(super) fn compare(
    state: &State,
    index: TaskIndex,
    former: Option<&DraftTask>,
    new: &DraftTask,
    ours: &DraftTask,
    changes: &mut Changes,
) {
    let blank = DraftTask::new(new.id.clone(), new.line, String::new());
    let mut comparison = Comparison {
        state,
        index,
        base: former.unwrap_or(&blank),
        new,
        ours,
        task: state.reference(index),
        facts: Vec::new(),
        attachment: None,
        after: Vec::new(),
        left: Vec::new(),
    };
    comparison.single_values();
    comparison.lists();
    comparison.extras();
    comparison.body();
    comparison.steps();
    comparison.blockers();
    comparison.progress();
    comparison.status();
    comparison.finish(changes);
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

    fn single_values(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        if self.applies("title", &base.title, &new.title, &ours.title) {
            self.facts.extend(text(&new.title).map(TaskFact::Title));
        }
        if self.applies("group", &base.group, &new.group, &ours.group) {
            self.facts
                .push(TaskFact::Group(new.group.as_deref().and_then(text)));
        }
        if self.applies("priority", &base.priority, &new.priority, &ours.priority) {
            self.facts.push(TaskFact::Priority(new.priority));
        }
        if self.applies("risk", &base.risk, &new.risk, &ours.risk) {
            self.facts.push(TaskFact::Risk(new.risk));
        }
        if self.applies("estimate", &base.estimate, &new.estimate, &ours.estimate) {
            self.facts.push(TaskFact::Estimate(new.estimate));
        }
        if self.applies("branch", &base.branch, &new.branch, &ours.branch) {
            self.facts
                .push(TaskFact::Branch(new.branch.as_deref().and_then(text)));
        }
        if self.applies("pull request", &base.pr, &new.pr, &ours.pr) {
            self.facts.push(TaskFact::PullRequest(new.pr));
        }
        if self.applies("wave", &wave_of(base), &wave_of(new), &wave_of(ours)) {
            self.facts.push(TaskFact::Wave(wave_of(new)));
        }
    }

    fn lists(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        let mut facts = Vec::new();
        differ(&base.owners, &new.owners, &ours.owners, |owner, added| {
            facts.push(if added {
                TaskFact::OwnerAdded(owner.clone())
            } else {
                TaskFact::OwnerRemoved(owner.clone())
            });
        });
        differ(&base.gates, &new.gates, &ours.gates, |gate, added| {
            facts.push(if added {
                TaskFact::GateAdded(gate.clone())
            } else {
                TaskFact::GateRemoved(gate.clone())
            });
        });
        differ(&base.paths, &new.paths, &ours.paths, |path, added| {
            facts.extend(text(path).map(if added {
                TaskFact::PathAdded
            } else {
                TaskFact::PathRemoved
            }));
        });
        differ(
            &base.accept,
            &new.accept,
            &ours.accept,
            |criterion, added| {
                facts.extend(text(criterion).map(if added {
                    TaskFact::CriterionAdded
                } else {
                    TaskFact::CriterionRemoved
                }));
            },
        );
        differ(&base.labels, &new.labels, &ours.labels, |label, added| {
            facts.extend(text(label).map(if added {
                TaskFact::LabelAdded
            } else {
                TaskFact::LabelRemoved
            }));
        });
        differ(
            &base.depends,
            &new.depends,
            &ours.depends,
            |other, added| {
                let known = self.state.names().resolve(other.as_str()).ok();
                let reference = known.map(|index| self.state.reference(index));
                facts.extend(reference.map(if added {
                    TaskFact::DependencyAdded
                } else {
                    TaskFact::DependencyRemoved
                }));
            },
        );
        self.facts.append(&mut facts);
    }

    fn extras(&mut self) {
        let keys: std::collections::BTreeSet<&String> = self
            .base
            .extra
            .keys()
            .chain(self.new.extra.keys())
            .collect();
        for key in keys {
            let value = |task: &DraftTask| task.extra.get(key).cloned();
            if self.applies(
                "extra",
                &value(self.base),
                &value(self.new),
                &value(self.ours),
            ) && let Some(name) = text(key)
            {
                self.facts.push(TaskFact::Extra(
                    name,
                    value(self.new).as_deref().and_then(text),
                ));
            }
        }
    }

    fn body(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        if self.applies("body", &base.body, &new.body, &ours.body) {
            let name = Text::body_of(&new.id);
            self.attachment = new
                .body
                .clone()
                .map(|body| (name.clone(), body.into_bytes()));
            self.facts
                .push(TaskFact::Body(self.attachment.as_ref().map(|_| name)));
        }
    }

    /// Compares steps; their text identifies them.
    fn steps(&mut self) {
        let (base, new, ours) = (self.base, self.new, self.ours);
        let texts = |steps: &[DraftStep]| -> Vec<String> {
            steps.iter().map(|step| step.text.clone()).collect()
        };
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        differ(
            &texts(&base.steps),
            &texts(&new.steps),
            &texts(&ours.steps),
            |step, is_new| {
                if is_new {
                    added.push(step.clone())
                } else {
                    removed.push(step.clone())
                }
            },
        );
        self.facts.extend(
            added
                .iter()
                .filter_map(|step| text(step))
                .map(TaskFact::StepAdded),
        );
        let gone = self
            .state
            .task(self.index)
            .steps
            .iter()
            .filter(|step| removed.iter().any(|text| text == step.text.as_str()));
        self.facts
            .extend(gone.map(|step| TaskFact::StepRemoved(step.origin.mark())));
        let done = |steps: &[DraftStep], text: &str| {
            steps
                .iter()
                .find(|step| step.text == text)
                .map(|step| step.done)
        };
        for (number, step) in (1u16..).zip(&self.state.task(self.index).steps) {
            let text = step.text.as_str();
            let Some(new) = done(&new.steps, text) else {
                continue;
            };
            if self.applies(
                "steps",
                &done(&base.steps, text).unwrap_or(false),
                &new,
                &step.done,
            ) {
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
        let (mut opened, mut cleared) = (Vec::new(), Vec::new());
        differ(
            &self.base.blockers,
            &self.new.blockers,
            &self.ours.blockers,
            |reason, is_new| {
                if is_new {
                    opened.push(reason.clone())
                } else {
                    cleared.push(reason.clone())
                }
            },
        );
        for reason in opened.iter().filter_map(|reason| text(reason)) {
            self.after.push(Event::Work(WorkEvent::Blocked {
                task: self.task.clone(),
                reason,
                on: None,
            }));
        }
        for blocker in self.state.task(self.index).open_blockers() {
            if cleared
                .iter()
                .any(|reason| reason == blocker.reason.as_str())
            {
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
            })),
            Status::Cancelled => self
                .after
                .push(Event::Task(TaskEvent::Cancelled { task, reason: None })),
            Status::InReview => {
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
            // No event sets these: they follow from blockers, dependencies and progress.
            Status::InProgress | Status::Blocked | Status::Waiting | Status::NotStarted => {}
        }
    }

    /// The reason for completing a task without approval: the plan's own, or a default if there are gates.
    fn waiver(&self) -> Option<Text> {
        let unsaid = (!self.new.gates.is_empty() || !self.ours.gates.is_empty())
            .then_some("complete in the plan");
        self.new.waiver.as_deref().or(unsaid).and_then(text)
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
        changes.left.extend(self.left.into_iter().map(|what| Left {
            line: self.new.line,
            subject: id.to_string(),
            message: format!(
                "task '{id}': the {what} changed in the plan and in the ledger; the ledger's value is kept"
            ),
        }));
    }
}

/// Calls `change` for each item that the plan added (true) or removed (false), unless the ledger did the same.
fn differ<T: PartialEq>(base: &[T], new: &[T], ours: &[T], mut change: impl FnMut(&T, bool)) {
    for item in new
        .iter()
        .filter(|item| !base.contains(item) && !ours.contains(item))
    {
        change(item, true);
    }
    for item in base
        .iter()
        .filter(|item| !new.contains(item) && ours.contains(item))
    {
        change(item, false);
    }
}
