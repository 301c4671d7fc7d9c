//! Dependencies as a graph: does one task lead to another, and in which order can the open ones be done.
//!
//! Iterative throughout: a chain of dependencies can be as long as a plan. Not here: the order of
//! entries (`order`), and what to do next (`plan`).

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

/// The tasks that are neither done nor cancelled, and what waits for what among them.
#[derive(Debug, Clone)]
pub struct OpenTasks {
    order: Vec<TaskIndex>,
    /// By the place of the task.
    dependents: Vec<Vec<TaskIndex>>,
}

impl OpenTasks {
    /// Those of a state; linear in tasks and dependencies.
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
        // The rules let no circle arise; were there one, its tasks would still be told.
        order.extend(open.into_iter().filter(|task| unmet[place(*task)] > 0));
        Self { order, dependents }
    }

    /// All of them, each after those that it waits for, and otherwise in the order of addition.
    pub fn order(&self) -> &[TaskIndex] {
        &self.order
    }
    /// Those that wait for this one, not counting what waits through others, in the order of addition.
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
    fn what_is_waited_for_comes_first_and_what_has_ended_is_left_out() {
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
