//! The hook `pre-push`: checks that the actor still holds the task of a branch, and that work without a complete review
//! stays on its own branch.
//!
//! It uses only local knowledge and no network. Not here: pushing the ledger itself (`cli`, with automatic sync).

use std::collections::BTreeSet;

use super::{
    HookFinding, HookInput, Next, Response,
    binding::task_of_branch,
    trailers::{self, TASK, Trailers},
};
use crate::{
    core::{
        plan::{
            refusal::Code,
            rules,
            state::{State, TaskIndex, branch::branch_of},
        },
        values::{id::ActorName, time::Timestamp},
    },
    git::repository::Repository,
    ledger::Error,
    render::refusal::{review_needs, sentence},
};

/// The maximum number of new commits whose trailers are read.
const COMMITS_MAX: &str = "--max-count=1000";

pub(super) fn respond(input: &HookInput<'_>) -> Result<Response, Error> {
    let pushed: Vec<Pushed> = input.lines().filter_map(Pushed::read).collect();
    if pushed.is_empty() {
        return Ok(Response::default());
    }
    let (state, actor) = (input.state()?, input.actor()?);
    let mut findings = Vec::new();
    for pushed in &pushed {
        let of_branch = task_of_branch(state, &pushed.from, actor.as_ref());
        if let Some(index) = of_branch {
            let effective = input.effective()?;
            findings.extend(out_of_hand(state, index, actor.as_ref(), effective));
        }
        let mut tasks = brought(input.repository(), state, input.argument(0), pushed)?;
        tasks.extend(of_branch);
        let beyond = tasks
            .into_iter()
            .filter(|index| branch_of(state, *index) != pushed.to);
        findings.extend(beyond.filter_map(|index| unreviewed(state, index, &pushed.to)));
    }
    Ok(Response {
        findings,
        wants_sync: true,
        ..Response::default()
    })
}

/// A branch that is pushed to another branch.
#[derive(Debug, PartialEq, Eq)]
struct Pushed {
    from: String,
    tip: String,
    to: String,
    /// The remote's present commit; none if the branch is new there.
    known: Option<String>,
}

impl Pushed {
    /// Reads git's line: local ref, local id, remote ref, remote id. None for deletions and for refs that are not
    /// branches, such as the ledger's.
    fn read(words: Vec<&str>) -> Option<Self> {
        let [from, tip, to, known] = words.as_slice() else {
            return None;
        };
        let none = |id: &str| id.bytes().all(|digit| digit == b'0');
        let to = to.strip_prefix("refs/heads/").filter(|_| !none(tip))?;
        Some(Self {
            from: from.strip_prefix("refs/heads/").unwrap_or(from).to_owned(),
            tip: (*tip).to_owned(),
            to: to.to_owned(),
            known: (!none(known)).then(|| (*known).to_owned()),
        })
    }
}

/// The tasks in the trailers of the commits that the remote does not have yet.
fn brought(
    repository: &Repository,
    state: &State,
    remote: &str,
    pushed: &Pushed,
) -> Result<BTreeSet<TaskIndex>, Error> {
    let form = "--format=%(trailers:only=true,unfold=true)";
    let options = trailers::options_to_read(repository);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let always = ["log", "--no-show-signature", "--encoding=UTF-8", form];
    let all = [
        &options[..],
        &always,
        &[COMMITS_MAX, "--fixed-strings", "-i", "--grep", TASK],
    ]
    .concat();
    let since = |known: &str| repository.run_git(all.iter().chain(&[&*pushed.tip, "--not", known]));
    let theirs = format!("--remotes={remote}");
    // The remote's present commit may never have been fetched.
    let told = match &pushed.known {
        Some(known) => since(known).or_else(|_| since(&theirs)),
        None => since(&theirs),
    }?;
    let trailers = Trailers::of_lines(&String::from_utf8_lossy(&told));
    let tasks = trailers::all_named(state, &trailers.tasks).into_iter();
    Ok(tasks.map(|(index, _)| index).collect())
}

/// The finding if another actor holds the task of this branch, or took it from the actor.
fn out_of_hand(
    state: &State,
    index: TaskIndex,
    actor: Option<&ActorName>,
    effective: Timestamp,
) -> Option<HookFinding> {
    let task = state.task(index);
    let claim = task
        .claim
        .as_ref()
        .filter(|claim| !claim.expired(effective) && Some(&claim.actor) != actor);
    let is_outrun = actor.is_some_and(|actor| task.outrun.contains(actor));
    let refusal = match (claim, is_outrun) {
        (claim, true) => rules::taken_over(state, index, claim),
        (Some(claim), false) => rules::claim_held(state, index, claim),
        (None, false) => return None,
    };
    let finding = HookFinding::new(refusal.code().as_str(), sentence(&refusal, Some(effective)));
    Some(finding.next(Next::Show(state.shown(index))))
}

/// The finding if work leaves the branch of its task before the review is complete.
fn unreviewed(state: &State, index: TaskIndex, to: &str) -> Option<HookFinding> {
    let task = state.task(index);
    // A task that ended before its review was complete has a waiver.
    let needs = match task.end {
        None => state.review_needs(task),
        Some(_) => Vec::new(),
    };
    let needs = review_needs(&needs)?;
    let shown = state.shown(index);
    let message =
        format!("this push brings task '{shown}' to '{to}', but its review still needs {needs}");
    Some(HookFinding::new(Code::GateOpen.as_str(), message).next(Next::Show(shown)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, WorkEvent},
        sample::{Sample, actor},
    };

    #[test]
    fn only_branches_that_receive_commits_are_checked() {
        let (some, none) = ("1".repeat(40), "0".repeat(40));
        let read = |line: &str| Pushed::read(line.split(' ').collect());
        let new = read(&format!("refs/heads/task/B {some} refs/heads/main {none}")).unwrap();
        assert_eq!((new.from.as_str(), new.to.as_str()), ("task/B", "main"));
        assert_eq!(new.known, None);
        for line in [
            format!("(delete) {none} refs/heads/x {some}"),
            format!("refs/coord/ledger {some} refs/coord/ledger {none}"),
            format!("refs/tags/v1 {some} refs/tags/v1 {none}"),
            "x".to_owned(),
        ] {
            assert_eq!(read(&line), None, "{line}");
        }
        let detached = read(&format!("HEAD~1 {some} refs/heads/x {some}")).unwrap();
        assert_eq!(
            (detached.from.as_str(), detached.known),
            ("HEAD~1", Some(some))
        );
    }

    #[test]
    fn an_actor_that_lost_its_claim_is_warned() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        plan.claim("codex", &task);
        let claim = plan.task(&task).claim.clone().unwrap().origin.mark();
        let released = WorkEvent::Released {
            task: task.clone(),
            claim,
        };
        plan.by("ana", Event::Work(released));
        let found = |plan: &Sample| {
            let codex = actor("codex");
            let state = plan.state();
            out_of_hand(state, plan.index(&task), Some(&codex), state.effective)
        };
        let nobody = found(&plan).unwrap();
        assert_eq!(nobody.code, "lease_lost");
        assert!(
            nobody.message.ends_with("nobody holds the task"),
            "{nobody:?}"
        );
        plan.claim("copilot", &task);
        let taken = found(&plan).unwrap();
        assert!(
            taken.message.contains("copilot holds the task"),
            "{taken:?}"
        );
    }
}
