//! The plan as `plan --json` says it: waves, the critical path, what each owner can run side by side.
//!
//! Not here: how these come about (`plan`).

use serde::Serialize;

use super::task::Minutes;
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
        time::Timestamp,
    },
    views::planning::{self, Contradiction, Lane, Schedule},
};

/// What is to be done, in which order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanDocument {
    /// The open tasks by the waves in which the dependencies allow them.
    pub waves: Vec<WaveDocument>,
    /// The waves that the plan itself declares; null if it declares none.
    pub declared: Option<DeclaredDocument>,
    /// The chain of tasks that takes longest.
    pub critical_path: PathDocument,
    /// The open tasks without an estimate, which count as nothing in all that is said of time.
    pub unestimated: Vec<String>,
    /// What each owner holds and could run beside it, by name; last what anybody could take.
    pub lanes: Vec<LaneDocument>,
}

/// What can be done side by side once the waves before are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaveDocument {
    /// 1 for what can be done first.
    pub number: u32,
    /// Its tasks, best first.
    pub tasks: Vec<PlannedTask>,
}

/// An open task and its place in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedTask {
    /// What it is called.
    pub id: String,
    /// What it is, in a line.
    pub title: Text,
    /// Who should do it.
    pub owners: Vec<ActorName>,
    /// How much it matters.
    pub priority: Option<Priority>,
    /// Where it stands.
    pub status: Status,
    /// What it waits for.
    pub waits_for: Vec<String>,
    /// How long it takes.
    pub estimate_minutes: Option<Minutes>,
    /// So many minutes from now it can begin at the earliest, if only the dependencies bind.
    pub start_minutes: u64,
    /// So many minutes it can be late before everything takes longer.
    pub slack_minutes: u64,
}

/// The waves that the plan declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredDocument {
    /// The waves, in order.
    pub waves: Vec<DeclaredWaveDocument>,
    /// The tasks in none, ended ones included, in the order of addition.
    pub outside: Vec<String>,
    /// Where they contradict the dependencies.
    pub contradictions: Vec<ContradictionDocument>,
}

/// A wave that the plan declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredWaveDocument {
    /// As declared; 1 for what is to be done first.
    pub number: u32,
    /// Its tasks in the declared order, ended ones included.
    pub tasks: Vec<String>,
    /// How many of them are done.
    pub done: usize,
}

/// A task that is declared before one that it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContradictionDocument {
    /// The task.
    pub task: String,
    /// Where the plan puts it.
    pub place: PlaceDocument,
    /// What it waits for, be it through others, and what is declared later.
    pub waits_for: String,
    /// Where the plan puts that.
    pub later_place: PlaceDocument,
}

/// A place in the declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlaceDocument {
    /// The number of the wave; 1 for what is to be done first.
    pub wave: u32,
    /// The place within the whole list of waves, from 1.
    pub rank: u32,
}

impl From<Wave> for PlaceDocument {
    fn from(Wave { number, rank }: Wave) -> Self {
        let wave = number;
        Self { wave, rank }
    }
}

/// The chain of tasks that takes longest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathDocument {
    /// Its tasks, the first first.
    pub tasks: Vec<String>,
    /// How long it takes by the middle of each estimate.
    pub expected_minutes: u64,
    /// The sums of the bounds of the estimates.
    pub estimate_minutes: Minutes,
}

/// What one owner holds and could run beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneDocument {
    /// Who; null for the tasks without an owner.
    pub owner: Option<ActorName>,
    /// What it holds.
    pub holds: Vec<String>,
    /// What it could take on beside it, best first.
    pub could_take: Vec<String>,
    /// What is free too but changes files of another of these, or of a task that somebody holds.
    pub apart: Vec<ApartDocument>,
    /// How many more tasks are free for it.
    pub more: usize,
}

/// A free task that changes the same files as another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApartDocument {
    /// The task.
    pub task: String,
    /// The other.
    pub from: String,
}

/// The plan as seen from a time.
pub fn plan(state: &State, seen_from: Timestamp) -> PlanDocument {
    let open = OpenTasks::of(state);
    let schedule = Schedule::of(state, &open);
    let shown = |task: &TaskIndex| state.shown(*task);
    let waves = (1..)
        .zip(planning::waves(state, &open))
        .map(|(number, tasks)| WaveDocument {
            number,
            tasks: tasks
                .into_iter()
                .map(|task| PlannedTask::of(state, &schedule, task))
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
    fn of(state: &State, schedule: &Schedule, index: TaskIndex) -> Self {
        let task = state.task(index);
        let timing = schedule.timing(state, index);
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
