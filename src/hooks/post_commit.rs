//! The hook `post-commit`: records a commit, progress and the end on the tasks that its trailers name.
//!
//! Not here: the trailers themselves (`trailers`), and rewritten commits (`post_rewrite`).

use super::{
    HookInput, Response, UnrecordedWork, Work,
    prepared::Prepared,
    trailers::{self, Trailers},
};
use crate::{
    core::{
        entry::event::{CommitId, TaskRef},
        plan::state::{State, branch::branch_of},
    },
    git::{refs, repository::Repository},
    ledger::Error,
};

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let repository = input.repository();
    // With `--no-verify`, no `commit-msg` took it.
    Prepared::forget(repository)?;
    let message = message_of_head(repository)?.filter(|it| trailers::could_be_in(it));
    let Some(message) = message.filter(|_| repository.replay().is_none()) else {
        return Ok(Response::default());
    };
    let Some(mut made) = Made::last(repository)? else {
        return Ok(Response::default());
    };
    if made.trailers.is_empty() {
        made.trailers = Trailers::of_title(&message);
    }
    if made.trailers.is_empty() || made.is_copy {
        return Ok(Response::default());
    }
    let branch = refs::branch(repository)?;
    Ok(Response {
        unrecorded: unrecorded_work(input.state()?, &made, branch.as_deref()),
        ..Response::default()
    })
}

/// The message of the commit. Without a trailer of ours in it, git need not be run.
fn message_of_head(repository: &Repository) -> Result<Option<String>, Error> {
    let Some(head) = refs::head(repository)? else {
        return Ok(None);
    };
    let mut raw = Vec::new();
    repository.commit(head, &mut raw)?;
    let text = String::from_utf8_lossy(&raw);
    Ok(text
        .split_once("\n\n")
        .map(|(_, message)| message.to_owned()))
}

/// The new commit.
#[derive(Debug)]
struct Made {
    commit: CommitId,
    /// The commit that it replaces, if it is an amendment.
    amends: Option<CommitId>,
    /// Whether it is a cherry-pick, so that its original is recorded already.
    is_copy: bool,
    trailers: Trailers,
}

impl Made {
    /// The last commit from the log of `HEAD`. Without a log, an amendment is not recognized.
    fn last(repository: &Repository) -> Result<Option<Self>, Error> {
        let logged = show(repository, &["--walk-reflogs", "--max-count=2"])?;
        if let Some(made) = Self::read(&logged) {
            return Ok(Some(made));
        }
        Ok(Self::read(&show(repository, &["--max-count=1"])?))
    }

    fn read(told: &str) -> Option<Self> {
        let mut entries = told.split(SEPARATOR).skip(1).map(|entry| {
            let (id, rest) = entry.split_once('\n')?;
            let (action, trailers) = rest.split_once('\n')?;
            Some((id.parse().ok()?, action.to_owned(), trailers.to_owned()))
        });
        let (commit, action, trailers) = entries.next()??;
        let before: Option<CommitId> = entries.next().flatten().map(|(id, ..)| id);
        Some(Self {
            commit,
            amends: before.filter(|_| action.starts_with("commit (amend)")),
            is_copy: action.starts_with("commit (cherry-pick)"),
            trailers: Trailers::of_lines(&trailers),
        })
    }
}

/// The separator before each entry. No trailer can contain it.
const SEPARATOR: char = '\u{1}';

fn show(repository: &Repository, which: &[&str]) -> Result<String, Error> {
    let form = "--format=%x01%H%n%gs%n%(trailers:only=true,unfold=true)";
    let options = trailers::options_to_read(repository);
    let always = ["log", "--no-show-signature", "--encoding=UTF-8", form];
    let words = always.iter().chain(which).chain(&["HEAD", "--"]);
    let arguments = options.iter().map(String::as_str).chain(words.copied());
    let told = repository.run_git(arguments)?;
    Ok(String::from_utf8_lossy(&told).into_owned())
}

fn unrecorded_work(state: &State, made: &Made, branch: Option<&str>) -> Vec<Vec<UnrecordedWork>> {
    let named = trailers::all_named(state, &made.trailers.tasks).into_iter();
    let recorded = named.map(|(index, task)| {
        let known = state.task(index);
        let mut unrecorded = Vec::new();
        if known.commit.as_ref() != Some(&made.commit) {
            // Work on another branch does not make it the branch of the task.
            let own = branch.filter(|branch| branch_of(state, index) == **branch);
            unrecorded.push(record(&task, known.commit.as_ref(), made, own));
        }
        let told = made.trailers.percent().filter(|_| known.end.is_none());
        if let Some(percent) = told.filter(|told| u8::from(*told) != known.percent()) {
            let work = Work::Progressed(percent);
            unrecorded.push(UnrecordedWork { task, work });
        }
        unrecorded
    });
    let named = trailers::all_named(state, &made.trailers.done).into_iter();
    let open = named.filter(|(index, _)| state.task(*index).end.is_none());
    let done = open.map(|(_, task)| {
        let work = Work::Done(made.commit.clone());
        vec![UnrecordedWork { task, work }]
    });
    recorded
        .chain(done)
        .filter(|unrecorded| !unrecorded.is_empty())
        .collect()
}

/// A new commit of a task, or a rewrite of its last commit.
fn record(
    task: &TaskRef,
    last: Option<&CommitId>,
    made: &Made,
    branch: Option<&str>,
) -> UnrecordedWork {
    let new = made.commit.clone();
    let work = match made.amends.clone().filter(|old| last == Some(old)) {
        Some(old) => Work::Rewritten { old, new },
        None => Work::Committed {
            commit: new,
            branch: branch.and_then(|branch| branch.parse().ok()),
        },
    };
    UnrecordedWork {
        task: task.clone(),
        work,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, WorkEvent},
        sample::Sample,
    };

    const NEW: &str = "1111111111111111111111111111111111111111";
    const OLD: &str = "2222222222222222222222222222222222222222";

    fn made(action: &str, trailers: &str) -> Made {
        Made::read(&format!(
            "{SEPARATOR}{NEW}\n{action}\n{trailers}\n{SEPARATOR}{OLD}\ncommit: before\n"
        ))
        .unwrap()
    }

    #[test]
    fn the_log_of_head_has_the_commit_and_its_kind() {
        let amended = made("commit (amend): x", "Coord-Task: B\n");
        assert_eq!(amended.commit.to_string(), NEW);
        assert_eq!(
            amended.amends.map(|old| old.to_string()).as_deref(),
            Some(OLD)
        );
        assert_eq!(amended.trailers.tasks, ["B"]);
        let plain = made("commit: x", "");
        assert!(plain.amends.is_none() && !plain.is_copy && plain.trailers.is_empty());
        assert!(made("commit (cherry-pick): x", "").is_copy);
        let without_log = Made::read(&format!("{SEPARATOR}{NEW}\n\nCoord-Task: B\n\n")).unwrap();
        assert_eq!(without_log.trailers.tasks, ["B"]);
        assert!(Made::read("").is_none());
    }

    #[test]
    fn recorded_work_is_not_recorded_again() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        let claim = plan.claim("codex", &task);
        let told = "Coord-Task: B\nCoord-Progress: 60\nCoord-Done: B\nCoord-Done: B\n";
        let works = |plan: &Sample, action: &str| -> Vec<Vec<Work>> {
            let unrecorded = unrecorded_work(plan.state(), &made(action, told), None);
            let works = |unrecorded: Vec<UnrecordedWork>| {
                unrecorded.into_iter().map(|work| work.work).collect()
            };
            unrecorded.into_iter().map(works).collect()
        };
        let (new, old): (CommitId, CommitId) = (NEW.parse().unwrap(), OLD.parse().unwrap());
        let progress = Work::Progressed(60.try_into().unwrap());
        let done = vec![Work::Done(new.clone())];
        let committed = Work::Committed {
            commit: new.clone(),
            branch: None,
        };
        assert_eq!(
            works(&plan, "commit: x"),
            [vec![committed, progress.clone()], done.clone()]
        );
        let commit = |plan: &mut Sample, commit: &CommitId| {
            let recorded = WorkEvent::CommitRecorded {
                task: task.clone(),
                commit: commit.clone(),
                branch: None,
                claim: Some(claim),
            };
            plan.by("codex", Event::Work(recorded));
        };
        commit(&mut plan, &old);
        let rewritten = Work::Rewritten {
            old,
            new: new.clone(),
        };
        assert_eq!(
            works(&plan, "commit (amend): x"),
            [vec![rewritten, progress], done.clone()]
        );
        commit(&mut plan, &new);
        plan.progress("codex", &task, 60);
        assert_eq!(works(&plan, "commit: x"), [done]);
        plan.done("codex", &task);
        assert_eq!(works(&plan, "commit: x"), [[]; 0]);
    }
}
