//! The graph of dependencies: whether one task leads to another, and an order for the open tasks.
//!
//! Every algorithm is iterative, since a chain of dependencies can be as long as the plan. Not here: the order of
//! entries (`order`), and the next work (`planning`).

use std::collections::BTreeSet;

use super::state::{State, TaskIndex};

/// Whether `from` depends on `to`, directly or through others. A task does not depend on itself.
pub fn depends_on(state: &State, from: TaskIndex, to: TaskIndex) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(task) = open.pop() {
        for next in &state.task(task).depends {
            if *next == to {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}

/// The tasks that are neither done nor cancelled, with the dependencies among them.
#[derive(Debug, Clone)]
pub struct OpenTasks {
    order: Vec<TaskIndex>,
    /// By index of the task.
    dependents: Vec<Vec<TaskIndex>>,
}

impl OpenTasks {
    /// The open tasks of a state; linear in tasks and dependencies.
    pub fn of(state: &State) -> Self {
        let mut dependents = vec![Vec::new(); state.tasks().len()];
        let mut unmet = vec![0_usize; state.tasks().len()];
        let open: Vec<TaskIndex> = state
            .tasks()
            .filter(|(_, task)| task.end.is_none())
            .map(|(index, _)| index)
            .collect();
        for task in &open {
            for dependency in state.waits_for(*task) {
                dependents[place(dependency)].push(*task);
                unmet[place(*task)] += 1;
            }
        }
        let free = |task: &&TaskIndex| unmet[place(**task)] == 0;
        let mut order: Vec<TaskIndex> = open.iter().filter(free).copied().collect();
        let mut done = 0;
        while let Some(task) = order.get(done).copied() {
            done += 1;
            for dependent in &dependents[place(task)] {
                unmet[place(*dependent)] -= 1;
                if unmet[place(*dependent)] == 0 {
                    order.push(*dependent);
                }
            }
        }
        // The rules prevent circles. If there were one, its tasks would still be in the list.
        order.extend(open.into_iter().filter(|task| unmet[place(*task)] > 0));
        Self { order, dependents }
    }

    /// The open tasks, each after its dependencies, otherwise in the order of addition.
    pub fn order(&self) -> &[TaskIndex] {
        &self.order
    }
    /// The tasks that depend directly on this one, in the order of addition.
    pub fn dependents(&self, task: TaskIndex) -> &[TaskIndex] {
        &self.dependents[place(task)]
    }
}

fn place(task: TaskIndex) -> usize {
    task.0 as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{entry::event::task::TaskFact, sample::Sample};

    #[test]
    fn dependencies_come_first_and_ended_tasks_are_left_out() {
        let mut plan = Sample::new();
        let ended = plan.add("ended", "x", vec![]);
        let last = plan.add("last", "x", vec![TaskFact::DependencyAdded(ended.clone())]);
        let first = plan.add("first", "x", vec![]);
        plan.edit(&last, vec![TaskFact::DependencyAdded(first.clone())]);
        plan.cancel(&ended);
        let open = OpenTasks::of(plan.state());
        let [last, first] = [last, first].map(|task| plan.index(&task));
        assert_eq!(open.order(), [first, last]);
        assert_eq!(open.dependents(first), [last]);
        assert_eq!(open.dependents(last), []);
    }
}
