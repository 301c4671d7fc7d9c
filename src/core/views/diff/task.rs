//! The comparison of one task.
//!
//! Not here: the kinds of change (`change`), and matching the tasks (`diff`).

use std::collections::BTreeMap;

use super::change::{Change, Existence, Member, Pair, Read, Steps, TaskChange, VerdictGiven};
use super::edits::Edits;
use crate::core::{
    entry::event::{
        Origin,
        task::{Integration, TaskFact},
    },
    plan::{
        fields::{self, AttributeChange},
        state::{
            State, TaskIndex,
            task::{Blocker, Task, Verdict},
        },
    },
    values::{
        id::ActorName,
        task::{Judgement, LinkKind, Status},
    },
};

/// A task that only one state contains.
pub(super) fn alone(state: &State, index: TaskIndex, kind: Existence) -> TaskChange {
    TaskChange {
        id: state.shown(index),
        title: state.task(index).fields.title.clone(),
        kind,
        status: state.status_of(index),
        changes: Vec::new(),
    }
}

/// A task that only the later state contains, with the verdicts on it.
pub(super) fn added(state: &State, index: TaskIndex, read: Read<'_>) -> TaskChange {
    let verdicts = given(state.task(index).all_verdicts(), read);
    TaskChange {
        changes: verdicts.collect(),
        ..alone(state, index, Existence::Added)
    }
}

/// A task that both states contain; none if nothing changed.
pub(super) fn changed(
    (before, old): (&State, TaskIndex),
    (after, new): (&State, TaskIndex),
    edits: &Edits<'_>,
    read: Read<'_>,
) -> Option<TaskChange> {
    let (old_task, new_task) = (before.task(old), after.task(new));
    // States of one replay share the tasks that did not change.
    let is_same = std::ptr::eq(old_task, new_task) || old_task == new_task;
    if is_same && before.status_of(old) == after.status_of(new) {
        return None;
    }
    let changes = between((before, old), (after, new), edits, read);
    (!changes.is_empty()).then(|| TaskChange {
        changes,
        ..alone(after, new, Existence::Changed)
    })
}

fn between(
    (before, old): (&State, TaskIndex),
    (after, new): (&State, TaskIndex),
    edits: &Edits<'_>,
    read: Read<'_>,
) -> Vec<Change> {
    let (old_task, new_task) = (before.task(old), after.task(new));
    let mut changes: Vec<Change> = status((before, old), (after, new)).into_iter().collect();
    changes.extend(waiver(old_task, new_task));
    changes.extend(verdicts(old_task, new_task, read));
    changes.extend(claim(old_task, new_task));
    changes.extend(progress(old_task, new_task));
    let by = |fact: &TaskFact| edits.by(new, fact).cloned();
    changes.extend(attributes(old_task, new_task, by));
    changes.extend(dependencies((before, old_task), (after, new_task)));
    changes.extend(parent((before, old_task), (after, new_task)));
    changes.extend(links((before, old_task), (after, new_task)));
    changes.extend(blockers(old_task, new_task));
    changes.extend(work(old_task, new_task));
    changes
}

fn status((before, old): (&State, TaskIndex), (after, new): (&State, TaskIndex)) -> Option<Change> {
    let status = Pair::of(before.status_of(old), after.status_of(new))?;
    let task = after.task(new);
    let by = match status.after {
        Status::Done | Status::Cancelled => task.end.as_ref().map(|end| &end.actor),
        Status::InReview => task.submission.as_ref().map(|submission| &submission.actor),
        Status::NotStarted
        | Status::Waiting
        | Status::InProgress
        | Status::Blocked
        | Status::Approved => None,
    };
    Some(Change::Status(status, by.cloned()))
}

fn waiver(old: &Task, new: &Task) -> Option<Change> {
    let end = new
        .end
        .as_ref()
        .filter(|end| end.done && old.end.as_ref().is_none_or(|old| old.at != end.at))?;
    end.reason.clone().map(Change::Waiver)
}

/// The new verdicts, oldest first, those included that no longer stand. A verdict of a later round is new even if it is
/// the same.
fn verdicts(old: &Task, new: &Task, read: Read<'_>) -> Vec<Change> {
    let known = old.all_verdicts();
    let mut all = new.all_verdicts();
    all.retain(|verdict| !known.contains(verdict));
    given(all, read).collect()
}

fn given<'a>(
    verdicts: Vec<(&'a ActorName, &'a Verdict)>,
    read: Read<'a>,
) -> impl Iterator<Item = Change> + 'a {
    verdicts.into_iter().map(move |(by, verdict)| {
        Change::Verdict(VerdictGiven {
            judgement: Judgement::of(verdict.approved),
            by: by.clone(),
            at: verdict.at,
            commit: verdict.commit.clone(),
            note: verdict.note.as_ref().and_then(read),
        })
    })
}

fn claim(old: &Task, new: &Task) -> Option<Change> {
    let origin = |task: &Task| task.claim.as_ref().map(|claim| claim.origin);
    if origin(old) == origin(new) {
        return None;
    }
    let holder = |task: &Task| -> Option<ActorName> { Some(task.claim.as_ref()?.actor.clone()) };
    let after = holder(new);
    let before = holder(old).filter(|old| after.as_ref() != Some(old));
    Some(Change::Claim(Pair { before, after }))
}

fn progress(old: &Task, new: &Task) -> impl Iterator<Item = Change> {
    let steps = |task: &Task| {
        let (done, total) = (task.steps_done(), task.steps.len());
        (total > 0).then_some(Steps { done, total })
    };
    let changes = [
        Pair::of(old.percent(), new.percent()).map(Change::Percent),
        Pair::of(steps(old), steps(new)).map(Change::Steps),
    ];
    changes.into_iter().flatten()
}

fn attributes(
    old: &Task,
    new: &Task,
    by: impl Fn(&TaskFact) -> Option<ActorName>,
) -> impl Iterator<Item = Change> {
    // Other tasks that move within the declared order give this one another rank.
    let is_rank = |change: &AttributeChange| match (&change.inverse, &change.fact) {
        (TaskFact::Wave(Some(old)), TaskFact::Wave(Some(new))) => old.number == new.number,
        _ => false,
    };
    let changes = fields::changes(&old.fields, &new.fields).into_iter();
    let changes = changes.filter(move |change| !is_rank(change));
    changes.map(move |change| {
        let by = by(&change.fact);
        Change::Attribute(change, by)
    })
}

fn dependencies((before, old): (&State, &Task), (after, new): (&State, &Task)) -> Vec<Change> {
    let shown = |state: &State, task: &Task| -> BTreeMap<Origin, String> {
        let depends = task.depends.iter();
        depends
            .map(|other| (state.task(*other).origin, state.shown(*other)))
            .collect()
    };
    let members = members(&shown(before, old), &shown(after, new));
    members.into_iter().map(Change::Dependency).collect()
}

fn parent((before, old): (&State, &Task), (after, new): (&State, &Task)) -> Option<Change> {
    let origin = |state: &State, task: &Task| task.parent.map(|it| state.task(it).origin);
    if origin(before, old) == origin(after, new) {
        return None;
    }
    let shown = |state: &State, task: &Task| task.parent.map(|it| state.shown(it));
    Pair::of(shown(before, old), shown(after, new)).map(Change::Parent)
}

fn links((before, old): (&State, &Task), (after, new): (&State, &Task)) -> Vec<Change> {
    let shown = |state: &State, task: &Task| -> BTreeMap<(LinkKind, Origin), (LinkKind, String)> {
        let links = task.links.iter();
        links
            .map(|(kind, other)| {
                (
                    (*kind, state.task(*other).origin),
                    (*kind, state.shown(*other)),
                )
            })
            .collect()
    };
    let members = members(&shown(before, old), &shown(after, new));
    let change = |member| match member {
        Member::Removed((kind, other)) => Change::Link(kind, Member::Removed(other)),
        Member::Added((kind, other)) => Change::Link(kind, Member::Added(other)),
    };
    members.into_iter().map(change).collect()
}

/// The removed members, then the added ones.
fn members<K: Ord, T: Clone>(old: &BTreeMap<K, T>, new: &BTreeMap<K, T>) -> Vec<Member<T>> {
    let only = |these: &BTreeMap<K, T>, those: &BTreeMap<K, T>| -> Vec<T> {
        let only = these.iter().filter(|(key, _)| !those.contains_key(key));
        only.map(|(_, value)| value.clone()).collect()
    };
    let gone = only(old, new).into_iter().map(Member::Removed);
    gone.chain(only(new, old).into_iter().map(Member::Added))
        .collect()
}

fn blockers(old: &Task, new: &Task) -> Vec<Change> {
    let open = |task: &'_ Task| -> BTreeMap<Origin, Blocker> {
        let open = task.open_blockers();
        open.map(|blocker| (blocker.origin, blocker.clone()))
            .collect()
    };
    let change = |member| match member {
        Member::Removed(Blocker { reason, .. }) => Change::Blocker(Member::Removed(reason), None),
        Member::Added(Blocker { reason, actor, .. }) => {
            Change::Blocker(Member::Added(reason), Some(actor))
        }
    };
    let members = members(&open(old), &open(new));
    members.into_iter().map(change).collect()
}

fn integrated(task: &Task) -> Option<Integration> {
    task.end.as_ref()?.integrated.clone()
}

fn work(old: &Task, new: &Task) -> impl Iterator<Item = Change> {
    let body = |task: &Task| task.body.as_ref().map(|body| body.digest);
    let changes = [
        Pair::of(body(old), body(new)).map(Change::Body),
        Pair::of(old.commit.clone(), new.commit.clone()).map(Change::Commit),
        integrated(new)
            .filter(|_| integrated(old) != integrated(new))
            .map(Change::Integrated),
        Pair::of(old.worktree.clone(), new.worktree.clone()).map(Change::Worktree),
        Pair::of(old.comments, new.comments).map(Change::Comments),
    ];
    changes.into_iter().flatten()
}
