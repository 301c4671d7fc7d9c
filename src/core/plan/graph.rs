//! The graph of dependencies and children: whether a new one closes a circle, and an order for the open tasks.
//!
//! Every algorithm is iterative, since a chain of dependencies can be as long as the plan. Not here: the order of
//! entries (`order`), and the next work (`planning`).

use std::{
    collections::{BTreeSet, HashSet, btree_set::Union},
    iter::Peekable,
};

use super::state::{State, TaskIndex, steps::StepCount};

/// Those of `others` that come after `task`, directly or through others, or are `task` itself. If the search takes too
/// many steps, the answer is incomplete.
///
/// One search goes on from the others and one goes back from the task, in turns, until one has seen everything. So a new
/// task and a task that depends on nothing cost little, however large the plan is.
pub fn leading_back(
    state: &State,
    task: TaskIndex,
    others: &BTreeSet<TaskIndex>,
    steps: &StepCount,
) -> BTreeSet<TaskIndex> {
    let depends = |index| {
        let task = state.task(index);
        task.depends.union(&task.children)
    };
    let after = |task| state.dependents(task).union(&NO_TASKS);
    let mut on = Search::from(others.iter().copied());
    let mut back = Search::from([task]);
    while !steps.are_too_many() && on.step(depends) && back.step(after) {
        steps.take(STEPS_OF_SEARCHES);
    }
    if on.is_over() && !on.seen.contains(&task) {
        return BTreeSet::new();
    }
    while !steps.are_too_many() && back.step(after) {
        steps.take(STEPS_OF_SEARCHES);
    }
    let back = others.iter().filter(|other| back.seen.contains(other));
    back.copied().collect()
}

/// What a look at one dependency counts, in both searches (LEDGER_FORMAT.md, 14).
const STEPS_OF_SEARCHES: u64 = 16;

/// The number of levels of children below a task. If there are too many steps, the answer is incomplete.
pub fn levels_below(state: &State, task: TaskIndex, steps: &StepCount) -> usize {
    let mut level = vec![task];
    for levels in 0.. {
        let children = level.iter().flat_map(|task| &state.task(*task).children);
        level = children.copied().collect();
        steps.take(STEPS_OF_SEARCHES * level.len() as u64);
        if level.is_empty() || steps.are_too_many() {
            return levels;
        }
    }
    0
}

static NO_TASKS: BTreeSet<TaskIndex> = BTreeSet::new();

/// A search from some tasks along their links.
struct Search<'a> {
    seen: HashSet<TaskIndex>,
    /// Tasks whose links were not looked at.
    open: Vec<TaskIndex>,
    /// The rest of the links of one task.
    links: Peekable<Union<'a, TaskIndex>>,
}

impl<'a> Search<'a> {
    fn from(tasks: impl IntoIterator<Item = TaskIndex>) -> Self {
        let open: Vec<TaskIndex> = tasks.into_iter().collect();
        Self {
            seen: open.iter().copied().collect(),
            open,
            links: NO_TASKS.union(&NO_TASKS).peekable(),
        }
    }
    /// Looks at one link, or begins with the links of the next task; false if nothing is left.
    fn step(&mut self, links: impl Fn(TaskIndex) -> Union<'a, TaskIndex>) -> bool {
        if let Some(next) = self.links.next() {
            if self.seen.insert(*next) {
                self.open.push(*next);
            }
            return true;
        }
        let next = self.open.pop();
        if let Some(next) = next {
            self.links = links(next).peekable();
        }
        next.is_some()
    }
    fn is_over(&mut self) -> bool {
        self.open.is_empty() && self.links.peek().is_none()
    }
}

/// The tasks that are neither done nor cancelled, with the dependencies among them. A parent waits for its children as for
/// dependencies.
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
        let open: Vec<TaskIndex> = state.open_tasks().map(|(index, _)| index).collect();
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

    /// The open tasks, each after its dependencies and its children, otherwise in the order of addition.
    pub fn order(&self) -> &[TaskIndex] {
        &self.order
    }
    /// The tasks that wait directly for this one, in the order of addition.
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
    use crate::core::{
        entry::event::{TaskRef, task::TaskFact},
        sample::Sample,
    };

    /// A plan of a chain, each task depending on the one before it.
    fn chain(length: usize) -> (Sample, Vec<TaskRef>) {
        let mut plan = Sample::new();
        let mut tasks: Vec<TaskRef> = Vec::new();
        for number in 0..length {
            let depends = tasks.last().cloned().map(TaskFact::DependencyAdded);
            tasks.push(plan.add(&format!("T{number}"), "x", depends.into_iter().collect()));
        }
        (plan, tasks)
    }
    fn steps_of(plan: &Sample, task: &TaskRef, on: &[&TaskRef]) -> (usize, u64) {
        let steps = StepCount::default();
        let others = on.iter().map(|task| plan.index(task)).collect();
        let back = leading_back(plan.state(), plan.index(task), &others, &steps);
        (back.len(), steps.taken())
    }

    #[test]
    fn a_dependency_on_or_from_the_end_of_a_chain_costs_the_same_in_any_chain() {
        for length in [10, 100, 1000] {
            let (mut plan, tasks) = chain(length);
            let (first, last) = (&tasks[0], &tasks[length - 1]);
            let new = plan.add("new", "x", vec![]);
            assert_eq!(steps_of(&plan, &new, &[last]), (0, 16), "{length}");
            assert_eq!(steps_of(&plan, first, &[&new]), (0, 16), "{length}");
            assert_eq!(steps_of(&plan, last, &[first]), (0, 16), "{length}");
            // Only a circle costs its length, or that of the shorter side.
            assert_eq!(steps_of(&plan, first, &[last]).0, 1);
            assert_eq!(steps_of(&plan, first, &[first]).0, 1);
        }
    }

    #[test]
    fn one_search_answers_for_all_new_dependencies() {
        let (plan, tasks) = chain(100);
        let (_, alone) = steps_of(&plan, &tasks[50], &[&tasks[99]]);
        let all: Vec<&TaskRef> = tasks.iter().collect();
        let (back, together) = steps_of(&plan, &tasks[50], &all);
        assert_eq!(back, 50);
        assert!(together < 3 * alone, "{together} {alone}");
    }

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
