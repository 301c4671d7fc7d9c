//! Which pull request belongs to which task: by the number that the task names, by its branch, by its commits, or by the trailer of
//! a commit, which only a clone that has the commit can read.
//!
//! Not here: observing pull requests (`forge`), and reading trailers (`cli::reading`).

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::observed::{PullRequestDocument, pull_requests};
use crate::core::{
    entry::event::{
        CommitId,
        observation::{PullRequestState, Source},
    },
    plan::state::{State, TaskIndex, branch::branch_of},
    values::task::words,
};

words!(
    /// What ties a pull request to a task.
    TieKind, "tie", "number, branch, commit, trailer" {
        /// The task names its number: `submit --pr`, `edit --pr`.
        Number = "number",
        /// Its branch is the task's.
        Branch = "branch",
        /// Its tip is the last commit of the task, or the one that was submitted.
        Commit = "commit",
        /// The message of its tip names the task.
        Trailer = "trailer",
    }
);

/// A pull request of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The task.
    pub task: TaskIndex,
    /// The forge's repository.
    pub source: Source,
    /// The number of the pull request there.
    pub number: u64,
    /// What ties them: the first of the kinds that does.
    pub by: TieKind,
}

/// A pull request with what ties it to the task that it is shown with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TiedPullRequest {
    /// What ties it to the task.
    pub by: TieKind,
    /// The pull request.
    #[serde(rename = "pull_request")]
    pub request: PullRequestDocument,
}

/// A tie in the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TieDocument {
    /// The name of the task.
    pub task: String,
    /// The forge's repository.
    #[serde(flatten)]
    pub source: Source,
    /// The number of the pull request there.
    pub number: u64,
    /// What ties them.
    pub by: TieKind,
}

/// The ties of all tasks, by task, then source and number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ties(Vec<Tie>);

impl Ties {
    /// The ties in this state. `trailers` has the tasks that the messages of commits name.
    pub fn of(state: &State, trailers: &BTreeMap<CommitId, Vec<TaskIndex>>) -> Self {
        let mut requests = state.pull_requests.iter().peekable();
        if requests.peek().is_none() {
            return Self::default();
        }
        let mut sources: HashMap<u64, usize> = HashMap::new();
        for (_, request) in state.pull_requests.iter() {
            *sources.entry(request.seen.number).or_default() += 1;
        }
        let (mut by_number, mut by_branch, mut by_commit) =
            (Tasks::default(), Tasks::default(), Tasks::default());
        for (index, task) in state.tasks() {
            by_branch
                .entry(branch_of(state, index))
                .or_default()
                .push(index);
            if let Some(number) = task.fields.pull_request {
                by_number.entry(number).or_default().push(index);
            }
            let submitted = task.submission.as_ref().and_then(|it| it.commit.as_ref());
            for commit in task.commit.iter().chain(submitted) {
                by_commit.entry(commit.clone()).or_default().push(index);
            }
        }
        let mut ties = Vec::new();
        for (source, request) in requests {
            let seen = &request.seen;
            // Where two forges have the number, it is not known which one is meant.
            let number = (sources[&seen.number] == 1).then(|| by_number.get(&seen.number));
            let branch = seen
                .branch
                .as_ref()
                .and_then(|it| by_branch.get(it.as_str()));
            let commit = seen.commit.as_ref();
            for (by, tasks) in [
                (TieKind::Number, number.flatten()),
                (TieKind::Branch, branch),
                (TieKind::Commit, commit.and_then(|it| by_commit.get(it))),
                (TieKind::Trailer, commit.and_then(|it| trailers.get(it))),
            ] {
                ties.extend(tasks.into_iter().flatten().map(|task| Tie {
                    task: *task,
                    source: source.clone(),
                    number: seen.number,
                    by,
                }));
            }
        }
        ties.sort_by(|a, b| a.key().cmp(&b.key()));
        ties.dedup_by(|a, b| (a.task, a.number) == (b.task, b.number) && a.source == b.source);
        Self(ties)
    }

    /// All pull requests with the names of their tasks.
    pub fn all(&self, state: &State) -> Vec<PullRequestDocument> {
        let mut tasks: HashMap<(&Source, u64), Vec<String>> = HashMap::new();
        for tie in &self.0 {
            let of_it = tasks.entry((&tie.source, tie.number)).or_default();
            of_it.push(state.shown(tie.task));
        }
        let mut requests = pull_requests(state);
        for request in &mut requests {
            let of_it = tasks.remove(&(&request.source, request.number));
            request.tasks = of_it.unwrap_or_default();
        }
        requests
    }

    /// The ties as documents.
    pub fn documents(&self, state: &State) -> Vec<TieDocument> {
        let ties = self.0.iter().map(|tie| TieDocument {
            task: state.shown(tie.task),
            source: tie.source.clone(),
            number: tie.number,
            by: tie.by,
        });
        ties.collect()
    }

    /// The ties of a task.
    pub fn of_task(&self, task: TaskIndex) -> impl Iterator<Item = &Tie> {
        let begin = self.0.partition_point(|tie| tie.task < task);
        self.0[begin..]
            .iter()
            .take_while(move |tie| tie.task == task)
    }

    /// The pull requests of a task.
    pub fn requests(&self, state: &State, task: TaskIndex) -> Vec<TiedPullRequest> {
        let ties = self.of_task(task);
        let tied = ties.filter_map(|tie| {
            let seen = state.pull_requests.get(&tie.source, tie.number)?;
            Some(TiedPullRequest {
                by: tie.by,
                request: PullRequestDocument::of(&tie.source, seen),
            })
        });
        tied.collect()
    }

    /// The open tasks whose work is merged: one of their pull requests is merged, and none is open. Each with the one that was
    /// merged last.
    pub fn merged(&self, state: &State) -> Vec<(TaskIndex, PullRequestDocument)> {
        let mut merged = Vec::new();
        for tie in &self.0 {
            let is_first = merged.last().is_none_or(|(task, _)| *task != tie.task);
            if !is_first || state.task(tie.task).end.is_some() {
                continue;
            }
            let requests = self.requests(state, tie.task).into_iter();
            let requests: Vec<_> = requests.map(|tied| tied.request).collect();
            let is_merged = |it: &&PullRequestDocument| it.state == Some(PullRequestState::Merged);
            let last = requests
                .iter()
                .filter(is_merged)
                .max_by_key(|it| (it.updated, it.number));
            if let Some(last) = last
                && !requests.iter().any(PullRequestDocument::is_open)
            {
                merged.push((tie.task, last.clone()));
            }
        }
        merged
    }
}

/// Tasks by a name.
type Tasks<K> = HashMap<K, Vec<TaskIndex>>;

impl Tie {
    fn key(&self) -> (TaskIndex, &Source, u64, TieKind) {
        (self.task, &self.source, self.number, self.by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, ObservationEvent, observation::PullRequest, task::TaskFact},
        sample::{Sample, source, text},
    };

    fn see(sample: &mut Sample, host: &str, seen: Vec<PullRequest>) {
        let event = ObservationEvent::PullRequests {
            source: source(host),
            seen,
            gone: Vec::new(),
        };
        sample.by("ana", Event::Observation(event));
    }
    fn on(number: u64, branch: &str, state: PullRequestState) -> PullRequest {
        PullRequest {
            number,
            branch: branch.parse().ok(),
            state: Some(state),
            ..PullRequest::default()
        }
    }
    fn told(sample: &Sample, trailers: &BTreeMap<CommitId, Vec<TaskIndex>>) -> Vec<String> {
        let state = sample.state();
        let ties = Ties::of(state, trailers).0;
        let ties = ties.iter();
        ties.map(|tie| format!("{} #{} {}", state.shown(tie.task), tie.number, tie.by))
            .collect()
    }

    #[test]
    fn number_branch_commit_and_trailer_tie_and_the_first_that_does_is_named() {
        let mut plan = Sample::new();
        plan.add("A", "x", vec![TaskFact::PullRequest(Some(1))]);
        plan.add(
            "B",
            "x",
            vec![TaskFact::Branch(Some("feat/b".parse().unwrap()))],
        );
        plan.add("C", "x", Vec::new());
        let commit: CommitId = "ab".repeat(20).parse().unwrap();
        let tipped = PullRequest {
            commit: Some(commit.clone()),
            ..on(4, "other", PullRequestState::Open)
        };
        let open = PullRequestState::Open;
        see(
            &mut plan,
            "one",
            vec![
                on(1, "task/A", open),
                on(2, "feat/b", open),
                on(3, "task/C", open),
                tipped,
            ],
        );
        let by_name = ["A #1 number", "B #2 branch", "C #3 branch"];
        assert_eq!(told(&plan, &BTreeMap::new()), by_name);
        let trailers = BTreeMap::from([(commit, vec![TaskIndex(1)])]);
        assert_eq!(
            told(&plan, &trailers),
            [by_name[0], by_name[1], "B #4 trailer", by_name[2]]
        );
        // Another forge has that number too.
        see(&mut plan, "two", vec![on(1, "x", open)]);
        assert_eq!(told(&plan, &BTreeMap::new())[0], "A #1 branch");
    }

    #[test]
    fn a_task_is_merged_if_one_of_its_pull_requests_is_and_none_is_open() {
        let merged = |sample: &Sample| -> Vec<String> {
            let ties = Ties::of(sample.state(), &BTreeMap::new());
            let merged = ties.merged(sample.state()).into_iter();
            merged
                .map(|(task, it)| format!("{} #{}", sample.state().shown(task), it.number))
                .collect()
        };
        let mut plan = Sample::new();
        let task = plan.add("A", "x", Vec::new());
        see(
            &mut plan,
            "one",
            vec![
                on(1, "task/A", PullRequestState::Merged),
                on(2, "task/A", PullRequestState::Open),
            ],
        );
        assert!(merged(&plan).is_empty());
        see(
            &mut plan,
            "one",
            vec![on(2, "task/A", PullRequestState::Closed)],
        );
        assert_eq!(merged(&plan), ["A #1"]);
        plan.claim("codex", &task);
        plan.done("codex", &task);
        assert!(merged(&plan).is_empty());
    }

    #[test]
    fn a_hostile_branch_ties_nothing() {
        let mut plan = Sample::new();
        plan.add("A", "x", Vec::new());
        let hostile = PullRequest {
            branch: Some(text("task/A\u{202e}")),
            ..on(1, "x", PullRequestState::Merged)
        };
        see(&mut plan, "one", vec![hostile]);
        assert_eq!(told(&plan, &BTreeMap::new()), [""; 0]);
    }
}
