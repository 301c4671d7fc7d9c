//! Which pull request belongs to which task, with the trailers of commits that this clone has.
//!
//! Not here: the other ties (`core::views::snapshot`).

use std::collections::BTreeMap;

use crate::{
    core::{
        entry::event::CommitId,
        plan::state::{State, TaskIndex},
        views::snapshot::Ties,
    },
    git::repository::Repository,
    hooks::trailers::{self, Trailers},
};

/// The largest number of commits whose messages are read.
const COMMITS_MAX: usize = 200;

/// The ties of all tasks. Messages are read only of the tips of pull requests that nothing else ties to a task, the newest ones.
pub fn ties(repository: &Repository, state: &State) -> Ties {
    let ties = Ties::of(state, &BTreeMap::new());
    let requests = ties.all(state);
    let untied = requests.iter().filter(|request| request.tasks.is_empty());
    let tips = untied.filter_map(|request| Some((request.updated, request.commit.as_ref()?)));
    let mut commits: Vec<_> = tips.collect();
    commits.sort();
    let newest = commits.iter().rev().take(COMMITS_MAX);
    let named = tasks_named_in(repository, state, newest.map(|(_, commit)| *commit));
    if named.is_empty() {
        return ties;
    }
    Ties::of(state, &named)
}

/// The tasks that the messages of these commits name. A commit that this clone does not have names none, and git decides what is a
/// trailer.
fn tasks_named_in<'a>(
    repository: &Repository,
    state: &State,
    commits: impl Iterator<Item = &'a CommitId>,
) -> BTreeMap<CommitId, Vec<TaskIndex>> {
    let commits: Vec<String> = commits.map(ToString::to_string).collect();
    if commits.is_empty() {
        return BTreeMap::new();
    }
    let format = format!(
        "--format=tformat:%x00%H%n%(trailers:only=yes,unfold=yes,key={})",
        trailers::TASK
    );
    let words = ["log", "--no-walk=unsorted", "--ignore-missing", &format];
    let words = words.into_iter().chain(commits.iter().map(String::as_str));
    // Without an answer, no trailer is known.
    let told = repository.run_git(words).unwrap_or_default();
    let told = String::from_utf8_lossy(&told);
    let named = told.split('\0').filter_map(|message| {
        let (commit, lines) = message.split_once('\n')?;
        let tasks = trailers::all_named(state, &Trailers::of_lines(lines).tasks);
        let tasks: Vec<TaskIndex> = tasks.into_iter().map(|(index, _)| index).collect();
        Some((commit.parse().ok()?, tasks)).filter(|(_, tasks)| !tasks.is_empty())
    });
    named.collect()
}
