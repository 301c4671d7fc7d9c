//! The document of `plan --json`: waves, the critical path, and the lanes of the owners.
//!
//! Not here: computing them (`planning`).

use serde::Serialize;

use super::minutes::Minutes;
use crate::core::{
    entry::event::task::Wave,
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex},
    },
    values::{
        id::ActorName,
        task::{Priority, Status},
        text::Text,
        time::{Day, Span, Timestamp},
    },
    views::planning::{self, Contradiction, Lane, Schedule},
};

/// The open work and its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanDocument {
    /// The open tasks by wave, according to the dependencies.
    pub waves: Vec<WaveDocument>,
    /// The waves that the plan itself declares; null if it declares none.
    pub declared: Option<DeclaredDocument>,
    /// The longest chain of tasks.
    pub critical_path: PathDocument,
    /// The open tasks without an estimate; all times treat them as taking no time.
    pub unestimated: Vec<String>,
    /// The lanes by owner; the last one is of tasks without an owner.
    pub lanes: Vec<LaneDocument>,
}

/// A wave: tasks that can be done side by side once the waves before are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaveDocument {
    /// Its number; 1 comes first.
    pub number: u32,
    /// Its tasks, best first.
    pub tasks: Vec<PlannedTask>,
}

/// An open task and its timing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedTask {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its owners.
    pub owners: Vec<ActorName>,
    /// Its priority.
    pub priority: Option<Priority>,
    /// Its status.
    pub status: Status,
    /// The unfinished tasks that it waits for.
    pub waits_for: Vec<String>,
    /// The first day on which the work may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defer: Option<Day>,
    /// The day on which it has to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Whether it ends after its due day at the earliest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Its estimate.
    pub estimate_minutes: Option<Minutes>,
    /// The earliest start in minutes from now, if only the dependencies and first days limit it.
    pub start_minutes: u64,
    /// The delay, in minutes, that does not make the whole plan take longer.
    pub slack_minutes: u64,
}

/// The waves that the plan declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredDocument {
    /// The waves, in order.
    pub waves: Vec<DeclaredWaveDocument>,
    /// The tasks in no wave, including ended ones, in the order of addition.
    pub outside: Vec<String>,
    /// The contradictions between the declared waves and the dependencies.
    pub contradictions: Vec<ContradictionDocument>,
}

/// A wave that the plan declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredWaveDocument {
    /// The declared number; 1 comes first.
    pub number: u32,
    /// Its tasks in the declared order, including ended ones.
    pub tasks: Vec<String>,
    /// The number of finished tasks.
    pub done: usize,
}

/// A contradiction: a task is declared before a task that it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContradictionDocument {
    /// The task.
    pub task: String,
    /// Its place in the declared order.
    pub place: PlaceDocument,
    /// The task that it waits for, directly or through others.
    pub waits_for: String,
    /// The later place of that task.
    pub later_place: PlaceDocument,
}

/// A place in the declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlaceDocument {
    /// The number of the wave; 1 comes first.
    pub wave: u32,
    /// The position within the whole list of waves, from 1.
    pub rank: u32,
}

impl From<Wave> for PlaceDocument {
    fn from(Wave { number, rank }: Wave) -> Self {
        let wave = number;
        Self { wave, rank }
    }
}

/// The longest chain of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathDocument {
    /// Its tasks, in order.
    pub tasks: Vec<String>,
    /// The minutes from now to its end, by the middle of each estimate.
    pub expected_minutes: u64,
    /// The sums of the bounds of the estimates.
    pub estimate_minutes: Minutes,
}

/// The tasks that one owner holds and could run in addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneDocument {
    /// The owner; null for the tasks without an owner.
    pub owner: Option<ActorName>,
    /// The held tasks.
    pub holds: Vec<String>,
    /// The tasks that it could claim in addition, best first.
    pub could_take: Vec<String>,
    /// The ready tasks that share files with another of these, or with a held task.
    pub apart: Vec<ApartDocument>,
    /// The number of further ready tasks.
    pub more: usize,
}

/// A ready task that shares files with another task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApartDocument {
    /// The task.
    pub task: String,
    /// The other task.
    pub from: String,
}

/// The plan document, seen from a time.
pub fn plan(state: &State, seen_from: Timestamp) -> PlanDocument {
    let open = OpenTasks::of(state);
    let schedule = Schedule::of(state, &open, seen_from);
    let shown = |task: &TaskIndex| state.shown(*task);
    let waves = (1..)
        .zip(planning::waves(state, &open))
        .map(|(number, tasks)| WaveDocument {
            number,
            tasks: tasks
                .into_iter()
                .map(|task| PlannedTask::of(state, &schedule, seen_from, task))
                .collect(),
        });
    let unestimated = open
        .order()
        .iter()
        .filter(|task| state.task(**task).fields.estimate.is_none());
    let lanes = planning::lanes(state, &open, seen_from);
    PlanDocument {
        waves: waves.collect(),
        declared: declared(state, &open),
        critical_path: path(state, &schedule),
        unestimated: unestimated.map(shown).collect(),
        lanes: lanes
            .iter()
            .map(|(owner, lane)| LaneDocument::of(state, owner.clone(), lane))
            .collect(),
    }
}

impl PlannedTask {
    fn of(state: &State, schedule: &Schedule, seen_from: Timestamp, index: TaskIndex) -> Self {
        let task = state.task(index);
        let timing = schedule.timing(state, index);
        let own = planning::expected_minutes(state, index).unwrap_or(0);
        let end = seen_from.after(Span::from_minutes(timing.start + own));
        Self {
            id: state.shown(index),
            title: task.fields.title.clone(),
            owners: task.fields.owners.clone(),
            priority: task.fields.priority,
            status: state.status_of(index),
            waits_for: state
                .waits_for(index)
                .map(|other| state.shown(other))
                .collect(),
            defer: task.fields.defer,
            due: task.fields.due,
            late: task
                .fields
                .due
                .is_some_and(|due| due.end(state.day_offset) < end),
            estimate_minutes: task.fields.estimate.map(Minutes::from),
            start_minutes: timing.start,
            slack_minutes: timing.slack,
        }
    }
}

fn declared(state: &State, open: &OpenTasks) -> Option<DeclaredDocument> {
    let waves = planning::declared_waves(state);
    let outside = state.tasks().filter(|(_, task)| task.fields.wave.is_none());
    let done = |task: &&TaskIndex| state.status_of(**task) == Status::Done;
    let document = DeclaredDocument {
        waves: waves
            .iter()
            .map(|(number, tasks)| DeclaredWaveDocument {
                number: *number,
                tasks: tasks.iter().map(|task| state.shown(*task)).collect(),
                done: tasks.iter().filter(done).count(),
            })
            .collect(),
        outside: outside.map(|(index, _)| state.shown(index)).collect(),
        contradictions: planning::contradictions(state, open)
            .iter()
            .map(|found| ContradictionDocument::of(state, found))
            .collect(),
    };
    (!document.waves.is_empty()).then_some(document)
}

impl ContradictionDocument {
    fn of(state: &State, found: &Contradiction) -> Self {
        Self {
            task: state.shown(found.task),
            place: found.place.into(),
            waits_for: state.shown(found.waits_for),
            later_place: found.later_place.into(),
        }
    }
}

fn path(state: &State, schedule: &Schedule) -> PathDocument {
    let mut sum = Minutes::default();
    for estimate in schedule
        .path()
        .iter()
        .filter_map(|task| state.task(*task).fields.estimate)
    {
        sum.low += u64::from(estimate.low());
        sum.high += u64::from(estimate.high());
    }
    PathDocument {
        tasks: schedule
            .path()
            .iter()
            .map(|task| state.shown(*task))
            .collect(),
        expected_minutes: schedule.minutes(),
        estimate_minutes: sum,
    }
}

impl LaneDocument {
    fn of(state: &State, owner: Option<ActorName>, lane: &Lane) -> Self {
        let shown = |tasks: &[TaskIndex]| tasks.iter().map(|task| state.shown(*task)).collect();
        let apart = lane.apart.iter().map(|(task, from)| ApartDocument {
            task: state.shown(*task),
            from: state.shown(*from),
        });
        Self {
            owner,
            holds: shown(&lane.holds),
            could_take: shown(&lane.could_take),
            apart: apart.collect(),
            more: lane.more,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sample::Sample;

    #[test]
    fn the_plan_of_a_day_has_waves_a_path_and_lanes() {
        let day = Sample::day();
        let plan = plan(day.state(), day.state().effective);
        let waves: Vec<(u32, Vec<&str>)> = plan
            .waves
            .iter()
            .map(|wave| {
                (
                    wave.number,
                    wave.tasks.iter().map(|task| task.id.as_str()).collect(),
                )
            })
            .collect();
        let double = plan.waves[1].tasks[1].id.as_str();
        assert_eq!(
            waves,
            [(1, vec!["B", "1", "2", "G"]), (2, vec!["CC-3", double])]
        );
        assert_eq!(plan.critical_path.tasks, ["B", "CC-3"]);
        assert_eq!(plan.critical_path.expected_minutes, 240);
        assert_eq!(plan.unestimated.len(), 2);
        let declared = plan.declared.unwrap();
        assert_eq!(declared.waves.len(), 2);
        assert_eq!(declared.outside.len(), 5);
        let lanes: Vec<(Option<&str>, String, String)> = plan
            .lanes
            .iter()
            .map(|lane| {
                let owner = lane.owner.as_ref().map(ActorName::as_str);
                (owner, lane.holds.join(" "), lane.could_take.join(" "))
            })
            .collect();
        let lane =
            |owner, holds: &str, could_take: &str| (owner, holds.to_owned(), could_take.to_owned());
        assert_eq!(lanes, [lane(Some("codex"), "1 B", ""), lane(None, "", "G")]);
    }
}
