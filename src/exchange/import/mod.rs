//! The events that an import appends: for new tasks, and for differences from the last import of the same plan.
//!
//! If the plan and the ledger both changed a value since the last import, the import keeps the ledger's value and
//! reports the line of the plan.
//! Not here: reading a plan (`exchange`), and appending entries (`ledger`).

mod guardrail;
mod item;
mod task;

use std::collections::{HashMap, HashSet};

pub use item::{Changes, Item, NotApplied, chunks};

use super::{
    Draft, DraftTask, draft,
    of_state::{named, task_of},
};
use crate::core::{
    entry::event::{Event, TaskEvent},
    plan::state::{State, TaskIndex, records::Attached},
    values::id::TaskId,
};

/// The events that add the tasks that the ledger does not have, in the order of the plan.
pub fn additions(state: &State, draft: &Draft) -> Vec<Item> {
    let new = draft
        .tasks
        .iter()
        .filter(|task| named(state, &task.id).is_none());
    new.map(task::addition).collect()
}

/// The differences between a plan and the ledger, as far as the plan changed since its last import.
///
/// `base` is the plan at its last import; none at the first import. `body` returns the text of an attachment, if this
/// clone has it.
pub fn changes(
    state: &State,
    draft: &Draft,
    base: Option<&Draft>,
    body: &impl Fn(&Attached) -> Option<String>,
) -> Changes {
    let mut changes = Changes::default();
    let former: HashMap<&TaskId, &DraftTask> = tasks_by_id(base);
    let mut open: HashSet<TaskIndex> = (state.tasks())
        .filter(|(_, task)| task.end.is_none())
        .map(|(index, _)| index)
        .collect();
    let mut children: HashMap<&TaskId, Vec<TaskIndex>> = HashMap::new();
    for task in &draft.tasks {
        if let Some(parent) = &task.parent {
            let child = named(state, &task.id);
            children.entry(parent).or_default().extend(child);
        }
    }
    for task in dependencies_first(&draft.tasks) {
        if let Some(index) = named(state, &task.id) {
            let ours = task_of(state, index, body);
            let before = changes.items.len();
            let children = children.get(&task.id).into_iter().flatten();
            let has_open_child =
                (children.chain(&state.task(index).children)).any(|child| open.contains(child));
            task::compare(
                state,
                index,
                former.get(&task.id).copied(),
                (task, &ours),
                &open,
                has_open_child,
                &mut changes,
            );
            if changes.items.len() > before && state.names().is_shared(&task.id) {
                changes.items.truncate(before);
                changes.left.push(ambiguous(task));
            }
            for item in &changes.items[before..] {
                match &item.event {
                    Event::Task(TaskEvent::Completed { .. } | TaskEvent::Cancelled { .. }) => {
                        open.remove(&index);
                    }
                    Event::Task(TaskEvent::Reopened { .. }) => _ = open.insert(index),
                    _ => {}
                }
            }
        }
    }
    report_missing(state, draft, &former, &mut changes);
    guardrail::compare(state, draft, base, &mut changes);
    changes
}

/// What an import does to the task of a shared id, as every other writer: nothing.
fn ambiguous(task: &DraftTask) -> NotApplied {
    let id = &task.id;
    NotApplied {
        line: task.line,
        subject: id.to_string(),
        message: format!(
            "the ledger has several tasks with the id '{id}'; none of them is changed"
        ),
    }
}

/// The tasks, each after those that it depends on and its children: then those are done before it is, and nothing depends yet on
/// a task that gets dependencies, and the rules need no search for a circle. The checks of a plan let no circle pass; its tasks would come last.
fn dependencies_first(tasks: &[DraftTask]) -> Vec<&DraftTask> {
    let mut dependents = vec![Vec::new(); tasks.len()];
    let mut unmet = vec![0; tasks.len()];
    for (place, before) in draft::before(tasks).into_iter().enumerate() {
        unmet[place] = before.len();
        before.into_iter().for_each(|on| dependents[on].push(place));
    }
    let mut order: Vec<usize> = (0..tasks.len())
        .filter(|place| unmet[*place] == 0)
        .collect();
    let mut done = 0;
    while let Some(place) = order.get(done).copied() {
        done += 1;
        for dependent in &dependents[place] {
            unmet[*dependent] -= 1;
            if unmet[*dependent] == 0 {
                order.push(*dependent);
            }
        }
    }
    order.extend((0..tasks.len()).filter(|place| unmet[*place] > 0));
    order.into_iter().map(|place| &tasks[place]).collect()
}

fn tasks_by_id(draft: Option<&Draft>) -> HashMap<&TaskId, &DraftTask> {
    draft
        .into_iter()
        .flat_map(|draft| &draft.tasks)
        .map(|task| (&task.id, task))
        .collect()
}

/// Reports the tasks that the plan no longer has. They stay in the ledger.
fn report_missing(
    state: &State,
    draft: &Draft,
    former: &HashMap<&TaskId, &DraftTask>,
    changes: &mut Changes,
) {
    let now = tasks_by_id(Some(draft));
    let mut missing: Vec<&&TaskId> = former.keys().filter(|id| !now.contains_key(**id)).collect();
    missing.sort();
    for id in missing.into_iter().filter(|id| named(state, id).is_some()) {
        changes.left.push(NotApplied {
            line: 1,
            subject: id.to_string(),
            message: format!("task '{id}' is no longer in the plan; it stays in the ledger"),
        });
    }
}
