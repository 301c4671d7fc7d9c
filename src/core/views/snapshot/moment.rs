//! A state in a few figures for each task, so that many states can be kept side by side.
//!
//! Not here: what changed between two states (`core::views::diff`), and sums with names (`summary`).

use super::children::ChildrenDocument;
use crate::core::{
    plan::state::{State, TaskIndex},
    values::{id::ActorName, task::Status},
};

/// A task at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskMoment {
    /// Its status.
    pub status: Status,
    /// Its progress, from 0 to 100: of a parent, that of the tasks below it.
    pub percent: u8,
    /// The actor that held it.
    pub holder: Option<ActorName>,
}

/// The tasks of `tip` as they are in an earlier state, in the order of `tip`; none for a task that was added later.
pub fn moments(earlier: &State, tip: &State) -> Vec<Option<TaskMoment>> {
    let at = |index| {
        let task = earlier.task(index);
        let status = earlier.status_of(index);
        let below = ChildrenDocument::of(earlier, index).filter(|_| status != Status::Done);
        TaskMoment {
            status,
            percent: below.map_or_else(|| task.percent(), |below| below.percent),
            holder: task.claim.as_ref().map(|claim| claim.actor.clone()),
        }
    };
    let tasks = tip.tasks();
    tasks
        .map(|(_, task)| earlier.created_by(task.origin).map(at))
        .collect()
}

/// The tasks that differ between two lists of [`moments`] of the same tip, by place, as they are in the later one. The earlier
/// list may be empty.
pub fn changed_moments(
    before: &[Option<TaskMoment>],
    after: &[Option<TaskMoment>],
) -> Vec<(usize, Option<TaskMoment>)> {
    let after = after.iter().enumerate();
    let changed = after.filter(|(place, moment)| before.get(*place).unwrap_or(&None) != *moment);
    changed
        .map(|(place, moment)| (place, moment.clone()))
        .collect()
}

/// The number of tasks with each status, in the order of [`Status::ALL`].
pub type Tally = [usize; Status::ALL.len()];

/// The tally of a state.
pub fn tally(state: &State) -> Tally {
    let mut counts = [0; Status::ALL.len()];
    for index in state.tasks().map(|(index, _): (TaskIndex, _)| index) {
        counts[state.status_of(index) as usize] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        sample::Sample,
        views::snapshot::{Summary, TaskDocument},
    };

    #[test]
    fn the_moment_of_the_tip_is_that_of_its_documents() {
        let day = Sample::day();
        let documents = TaskDocument::all(day.state());
        let expected = documents.iter().map(|task| {
            Some(TaskMoment {
                status: task.status,
                percent: task.whole_progress().percent,
                holder: task.claim.as_ref().map(|claim| claim.actor.clone()),
            })
        });
        assert!(moments(day.state(), day.state()).into_iter().eq(expected));
    }

    #[test]
    fn a_task_that_was_added_later_has_no_moment() {
        let mut day = Sample::day();
        let before = day.state().clone();
        day.add("New", "x", Vec::new());
        let moments = moments(&before, day.state());
        assert_eq!(moments.last(), Some(&None));
        assert!(moments[..moments.len() - 1].iter().all(Option::is_some));
    }

    #[test]
    fn only_changed_tasks_are_kept() {
        let mut day = Sample::day();
        let before = moments(day.state(), day.state());
        assert_eq!(changed_moments(&before, &before), []);
        assert_eq!(changed_moments(&[], &before).len(), before.len());
        let index = day.state().names().resolve("B").unwrap();
        let task = day.state().reference(index);
        day.reject("claude", &task);
        let after = moments(day.state(), day.state());
        let places = changed_moments(&before, &after).into_iter();
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        assert_eq!(places, [index.0 as usize]);
    }

    #[test]
    fn the_tally_counts_as_the_summary_does() {
        let day = Sample::day();
        let summary = Summary::of(&TaskDocument::all(day.state()));
        let counts = Status::ALL.iter().map(|status| summary.count(*status));
        assert!(tally(day.state()).into_iter().eq(counts));
    }
}
