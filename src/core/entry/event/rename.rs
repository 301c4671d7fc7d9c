//! References in events that are appended again under another key: they follow the entries that are appended with them.
//!
//! Not here: which entries are appended again (`sync::resign`).

use std::collections::HashMap;

use super::{
    Event, GuardrailEvent, LedgerEvent, Mark, ObservationEvent, ReviewEvent, TaskEvent, WorkEvent,
    task::TaskFact,
};
use crate::core::values::id::EntryId;

/// The same events. If they name an entry for which `names` has a new entry, they name the new one.
pub fn rename(events: &[Event], names: &HashMap<EntryId, EntryId>) -> Vec<Event> {
    let mut renamed = events.to_vec();
    for entry in renamed.iter_mut().flat_map(entries) {
        if let Some(new) = names.get(entry) {
            *entry = *new;
        }
    }
    renamed
}

/// Every entry that an event names.
fn entries(event: &mut Event) -> Vec<&mut EntryId> {
    if let Event::Ledger(LedgerEvent::Acknowledged { entry }) = event {
        return vec![entry];
    }
    let marks = marks(event).into_iter();
    marks.filter_map(|mark| mark.entry.as_mut()).collect()
}

fn marks(event: &mut Event) -> Vec<&mut Mark> {
    match event {
        Event::Ledger(_) | Event::Roster(_) => Vec::new(),
        Event::Task(event) => of_task(event),
        Event::Work(event) => of_work(event),
        Event::Review(event) => match event {
            ReviewEvent::Submitted { task, claim, .. } => all([&mut task.mark], claim),
            ReviewEvent::Approved { task, .. }
            | ReviewEvent::Rejected { task, .. }
            | ReviewEvent::Withdrawn { task }
            | ReviewEvent::CheckTicked { task, .. } => vec![&mut task.mark],
        },
        Event::Guardrail(GuardrailEvent::Added(definition)) => {
            let depends = definition.depends.iter_mut();
            depends.map(|task| &mut task.mark).collect()
        }
        Event::Guardrail(_) => Vec::new(),
        Event::Observation(ObservationEvent::Worktrees { seen, .. }) => {
            let tasks = seen
                .iter_mut()
                .filter_map(|worktree| worktree.task.as_mut());
            tasks.map(|task| &mut task.mark).collect()
        }
        Event::Observation(_) => Vec::new(),
    }
}

fn of_task(event: &mut TaskEvent) -> Vec<&mut Mark> {
    match event {
        TaskEvent::Added { facts, .. } => all([], facts.iter_mut().filter_map(of_fact)),
        TaskEvent::Edited { task, facts } => {
            all([&mut task.mark], facts.iter_mut().filter_map(of_fact))
        }
        TaskEvent::Completed { task, claim, .. } => all([&mut task.mark], claim),
        TaskEvent::Cancelled { task, .. }
        | TaskEvent::Reopened { task, .. }
        | TaskEvent::Commented { task, .. } => vec![&mut task.mark],
        TaskEvent::Imported(_) => Vec::new(),
    }
}

fn of_fact(fact: &mut TaskFact) -> Option<&mut Mark> {
    match fact {
        TaskFact::DependencyAdded(task)
        | TaskFact::DependencyRemoved(task)
        | TaskFact::Parent(Some(task))
        | TaskFact::LinkAdded(_, task)
        | TaskFact::LinkRemoved(_, task) => Some(&mut task.mark),
        TaskFact::StepRemoved(step) => Some(step),
        _ => None,
    }
}

fn of_work(event: &mut WorkEvent) -> Vec<&mut Mark> {
    match event {
        WorkEvent::Claimed { task, .. }
        | WorkEvent::CommitRewritten { task, .. }
        | WorkEvent::WorktreeBound { task, .. } => vec![&mut task.mark],
        WorkEvent::Renewed { task, claim, .. }
        | WorkEvent::Released { task, claim }
        | WorkEvent::HandedOn { task, claim, .. } => vec![&mut task.mark, claim],
        WorkEvent::Progressed { task, claim, .. }
        | WorkEvent::CommitRecorded { task, claim, .. } => all([&mut task.mark], claim),
        WorkEvent::StepSet {
            task, step, claim, ..
        } => all([&mut task.mark, step], claim),
        WorkEvent::Blocked { task, on, .. } => {
            all([&mut task.mark], on.as_mut().map(|on| &mut on.mark))
        }
        WorkEvent::Unblocked { task, blocker, .. } => vec![&mut task.mark, blocker],
    }
}

fn all<'e, const COUNT: usize>(
    always: [&'e mut Mark; COUNT],
    others: impl IntoIterator<Item = &'e mut Mark>,
) -> Vec<&'e mut Mark> {
    always.into_iter().chain(others).collect()
}
