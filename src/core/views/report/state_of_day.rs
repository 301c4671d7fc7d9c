//! What a day leaves behind for the next one: pull requests to look at, what each actor did, and what each could do tomorrow.
//!
//! Not here: the changes of the day (`report`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::core::{
    plan::{
        graph::OpenTasks,
        reduce::Accepted,
        state::{State, TaskIndex},
    },
    values::{
        id::ActorName,
        task::Status,
        time::{Day, Span},
    },
    views::{
        planning::lanes,
        snapshot::{PullRequestDocument, Ties, awaits_verdict_of},
    },
};

/// The open pull requests that somebody has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestsOfDay {
    /// Those that wait for nothing but a review.
    pub to_review: Vec<ReportRequest>,
    /// Those with failing checks.
    pub red: Vec<ReportRequest>,
    /// The merged ones whose tasks are open.
    pub merged: Vec<ReportRequest>,
}

/// A pull request in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportRequest {
    /// Its tasks.
    pub tasks: Vec<String>,
    /// The pull request.
    pub pull_request: PullRequestDocument,
}

impl RequestsOfDay {
    pub(super) fn of(state: &State) -> Self {
        // The trailers of commits are left out: a report is the same in every clone.
        let ties = Ties::of(state, &BTreeMap::new());
        let all = ties.all(state);
        let some = |of: fn(&PullRequestDocument) -> bool| {
            let some = all.iter().filter(|request| of(request));
            some.map(|request| ReportRequest {
                tasks: request.tasks.clone(),
                pull_request: request.clone(),
            })
            .collect()
        };
        let merged = ties.merged(state).into_iter();
        Self {
            to_review: some(PullRequestDocument::awaits_review),
            red: some(PullRequestDocument::is_red),
            merged: merged
                .map(|(task, pull_request)| ReportRequest {
                    tasks: vec![state.shown(task)],
                    pull_request,
                })
                .collect(),
        }
    }
}

/// What an actor did on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorDay {
    /// The actor.
    pub actor: ActorName,
    /// The number of its entries.
    pub entries: usize,
    /// The tasks that it finished.
    pub done: Vec<String>,
    /// The tasks that it reviewed.
    pub reviewed: Vec<String>,
    /// The tasks that it submitted and that still wait for a review.
    pub submitted: Vec<String>,
    /// The tasks that it claimed and still holds.
    pub claimed: Vec<String>,
}

/// The tasks of one list of a report with their actors.
pub(super) type ByActor<'a> = Vec<(&'a ActorName, &'a str)>;

impl ActorDay {
    /// From the entries of the day and the lists of what was done, reviewed, submitted and claimed.
    pub(super) fn all(entries: &[Accepted], lists: [ByActor<'_>; 4]) -> Vec<Self> {
        let named = lists.iter().flatten().map(|(actor, _)| *actor);
        let actors = entries.iter().map(|it| &it.entry.actor).chain(named);
        let actors: BTreeSet<&ActorName> = actors.collect();
        let days = actors.into_iter().map(|actor| {
            let of_actor = |list: &ByActor<'_>| -> Vec<String> {
                let ids = list.iter().filter(|(by, _)| *by == actor);
                // An actor can review a task several times.
                let ids: BTreeSet<&str> = ids.map(|(_, id)| *id).collect();
                ids.into_iter().map(str::to_owned).collect()
            };
            let [done, reviewed, submitted, claimed] = lists.each_ref().map(of_actor);
            Self {
                actor: actor.clone(),
                entries: entries.iter().filter(|it| it.entry.actor == *actor).count(),
                done,
                reviewed,
                submitted,
                claimed,
            }
        });
        days.collect()
    }
}

/// What an actor can do tomorrow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ActorPlan {
    /// The actor; null for anybody.
    pub actor: Option<ActorName>,
    /// The tasks that wait for its verdict.
    pub review: Vec<String>,
    /// The tasks that it has claimed and that are not in review, also if the lease has run out.
    pub go_on: Vec<String>,
    /// The tasks that it could claim, best first.
    pub next: Vec<String>,
    /// The number of further ones.
    pub more: usize,
}

/// How many tasks that it could claim a plan names for one actor.
const NEXT_MAX: usize = 5;

impl ActorPlan {
    pub(super) fn all(state: &State, day: Day) -> Vec<Self> {
        let tomorrow = day.end(state.day_offset).after(Span::from_seconds(1));
        let open = OpenTasks::of(state);
        let mut plans: BTreeMap<Option<ActorName>, Self> = BTreeMap::new();
        let is_claimed = |index: &TaskIndex| state.task(*index).claim.is_some();
        for (owner, lane) in lanes(state, &open, tomorrow) {
            let free = lane.could_take.iter().filter(|index| !is_claimed(index));
            let free: Vec<String> = free.map(|index| state.shown(*index)).collect();
            let plan = plans.entry(owner).or_default();
            plan.more = lane.more + free.len().saturating_sub(NEXT_MAX);
            plan.next = free.into_iter().take(NEXT_MAX).collect();
        }
        for (index, task, claim) in state.claimed() {
            // While it is in review, only its reviewers can do something.
            if task.end.is_none() && state.status_of(index) != Status::InReview {
                let plan = plans.entry(Some(claim.actor.clone())).or_default();
                plan.go_on.push(state.shown(index));
            }
        }
        let in_review = open.order().iter();
        let in_review = in_review.filter(|index| state.status_of(**index) == Status::InReview);
        for index in in_review {
            let actors = state.roster.actors().map(|(name, _)| name);
            for actor in actors.filter(|actor| awaits_verdict_of(state, *index, actor)) {
                let plan = plans.entry(Some(actor.clone())).or_default();
                plan.review.push(state.shown(*index));
            }
        }
        let anybody = plans.remove(&None).map(|plan| (None, plan));
        let all = plans.into_iter().chain(anybody);
        let all = all.map(|(actor, plan)| Self { actor, ..plan });
        all.filter(|plan| plan.tasks().next().is_some()).collect()
    }

    /// All tasks of the plan.
    pub fn tasks(&self) -> impl Iterator<Item = &String> {
        let lists = [&self.review, &self.go_on, &self.next];
        lists.into_iter().flatten()
    }
}
