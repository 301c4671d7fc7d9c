//! What is new for one actor between two states: verdicts, reviews, tasks that became ready, claims that it lost.
//!
//! Not here: comments, which are texts in the trees of entries.

use serde::Serialize;

use super::brief::awaits_verdict_of;
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{
            State, TaskIndex,
            paths::Holder,
            records::Attached,
            task::{Claim, Handed, Task, Verdict},
        },
    },
    values::{id::ActorName, task::words, time::Timestamp},
    views::planning::{self, Meant},
};

words!(
    /// The kind of news.
    NewsKind, "news", "approved, rejected, review, ready, claim_lost, done, cancelled, comment, handed, finished" {
        /// A reviewer approved work of the actor.
        Approved = "approved",
        /// A reviewer rejected work of the actor.
        Rejected = "rejected",
        /// A task waits for a verdict of the actor.
        Review = "review",
        /// A task can be claimed by the actor.
        Ready = "ready",
        /// Another actor holds a task that the actor held.
        ClaimLost = "claim_lost",
        /// Another actor marked a task as done that the actor held.
        Done = "done",
        /// Another actor cancelled a task that the actor held.
        Cancelled = "cancelled",
        /// A comment names the actor.
        Comment = "comment",
        /// Another actor handed a claim on to the actor.
        Handed = "handed",
        /// No task is open any more.
        Finished = "finished",
    }
);

/// Something that is new for an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct News {
    /// Its kind.
    pub kind: NewsKind,
    /// The task; none if the news is about the whole plan.
    pub task: Option<String>,
    /// The other actor, if there is one.
    pub by: Option<ActorName>,
    /// The reviewer's note; not in the JSON, which has its text.
    #[serde(skip)]
    pub note: Option<Attached>,
}

/// What is new for `actor` in `after`. Without `before`, it is what waits for the actor: reviews, ready tasks, and verdicts on
/// which it has to act.
pub fn news(
    before: Option<&State>,
    after: &State,
    actor: &ActorName,
    seen_from: Timestamp,
) -> Vec<News> {
    let earlier = |index| {
        let before = before?;
        let index = before.created_by(after.task(index).origin)?;
        Some((before, index))
    };
    let mut all = Vec::new();
    for (index, task) in after.tasks() {
        let old = earlier(index);
        let mut tell = |kind, by: Option<&ActorName>, note| {
            all.push(News {
                kind,
                task: Some(after.shown(index)),
                by: by.cloned(),
                note,
            });
        };
        if let Some((before, old)) = old {
            let old = before.task(old);
            let verdicts = task.verdicts.iter().filter(|_| task.is_work_of(actor));
            for (by, verdict) in verdicts.filter(|(by, new)| old.verdicts.get(*by) != Some(*new)) {
                tell(kind_of(verdict), Some(by), verdict.note.clone());
            }
            let origin = |task: &Task| task.claim.as_ref().map(|claim| claim.origin);
            if let Some(handed) = handed_to(task, actor)
                && origin(old) != origin(task)
            {
                tell(NewsKind::Handed, Some(&handed.by), handed.note.clone());
            }
            let taker = task.claim.as_ref().map(|claim| &claim.actor);
            let by_itself = task.claim.as_ref().and_then(|claim| claim.handed.as_ref());
            let by_itself = by_itself.is_some_and(|handed| handed.by == *actor);
            if old.is_held_by(actor) && !by_itself && taker.is_some_and(|taker| taker != actor) {
                tell(NewsKind::ClaimLost, taker, None);
            }
            let end = task.end.as_ref().filter(|end| end.actor != *actor);
            if let Some(end) = end.filter(|_| old.is_held_by(actor) && old.end.is_none()) {
                let kind = if end.done {
                    NewsKind::Done
                } else {
                    NewsKind::Cancelled
                };
                tell(kind, Some(&end.actor), None);
            }
        } else if before.is_none() && task.is_held_by(actor) {
            for (by, verdict) in decisive(after, task) {
                tell(kind_of(verdict), Some(by), verdict.note.clone());
            }
            let begun = |claim: &Claim| claim.renewed > claim.since;
            let fresh = !task.claim.as_ref().is_some_and(begun);
            if let Some(handed) = handed_to(task, actor).filter(|_| fresh) {
                tell(NewsKind::Handed, Some(&handed.by), handed.note.clone());
            }
        }
        let awaited = |state: &State, index| awaits_verdict_of(state, index, actor);
        if awaited(after, index) && !old.is_some_and(|(before, old)| awaited(before, old)) {
            tell(NewsKind::Review, None, None);
        }
    }
    let origins: Vec<_> = before.map_or_else(Vec::new, |before| {
        let ready = ready(before, actor, seen_from).into_iter();
        ready.map(|index| before.task(index).origin).collect()
    });
    let ready = ready(after, actor, seen_from).into_iter();
    all.extend(
        ready
            .filter(|index| !origins.contains(&after.task(*index).origin))
            .map(|index| News {
                kind: NewsKind::Ready,
                task: Some(after.shown(index)),
                by: None,
                note: None,
            }),
    );
    if is_finished(after) && !before.is_some_and(is_finished) {
        all.push(News {
            kind: NewsKind::Finished,
            task: None,
            by: None,
            note: None,
        });
    }
    all
}

/// Whether an entry that adds or changes a task concerns an actor: the task is its own or for its review, before or after, or
/// its own open tasks wait for it.
pub fn concerns(before: &State, after: &State, index: TaskIndex, actor: &ActorName) -> bool {
    let is_its = |state: &State, index| {
        let task = state.task(index);
        task.is_owned_by(actor)
            || task.is_held_by(actor)
            || task.verdicts.contains_key(actor)
            || awaits_verdict_of(state, index, actor)
    };
    let old = before.created_by(after.task(index).origin);
    let mut waiting = after.dependents(index).iter().map(|it| after.task(*it));
    is_its(after, index)
        || old.is_some_and(|old| is_its(before, old))
        || waiting
            .any(|task| task.end.is_none() && (task.is_owned_by(actor) || task.is_held_by(actor)))
}

/// How the actor came to its claim of the task, if another one handed it on.
fn handed_to<'a>(task: &'a Task, actor: &ActorName) -> Option<&'a Handed> {
    let claim = task.claim.as_ref().filter(|claim| claim.actor == *actor);
    claim?.handed.as_ref()
}

/// Whether there were tasks and none is open. Until then somebody may need the actor.
fn is_finished(state: &State) -> bool {
    let mut tasks = state.tasks().peekable();
    tasks.peek().is_some() && tasks.all(|(_, task)| task.end.is_some())
}

fn kind_of(verdict: &Verdict) -> NewsKind {
    if verdict.approved {
        NewsKind::Approved
    } else {
        NewsKind::Rejected
    }
}

/// The verdicts that end the review of a task: those that reject it, or else the approvals if no other is missing.
fn decisive<'a>(
    state: &'a State,
    task: &'a Task,
) -> impl Iterator<Item = (&'a ActorName, &'a Verdict)> {
    let rejected = task.verdicts.values().any(|verdict| !verdict.approved);
    let approved = !rejected && state.review_needs(task).is_empty();
    let counts = move |by: &ActorName, it: &Verdict| {
        if it.approved {
            approved && task.counts(by, it)
        } else {
            rejected
        }
    };
    (task.verdicts.iter()).filter(move |(by, verdict)| counts(by, verdict))
}

/// The tasks that the actor could claim and that are meant for it.
fn ready(state: &State, actor: &ActorName, seen_from: Timestamp) -> Vec<TaskIndex> {
    let asking = Holder {
        actor,
        worktree: None,
    };
    let ready = planning::ready(state, &OpenTasks::of(state), seen_from, Some(asking));
    let mine = ready
        .into_iter()
        .filter(|ready| ready.meant == Meant::ForYou);
    mine.map(|ready| ready.task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, actor},
        values::task::Approver,
    };

    fn told(before: Option<&Sample>, after: &Sample, name: &str) -> Vec<String> {
        let (before, after) = (before.map(Sample::state), after.state());
        let news = news(before, after, &actor(name), after.effective);
        let line = |news: News| {
            let by = news.by.map_or_else(String::new, |by| format!(" by {by}"));
            let task = news
                .task
                .map_or_else(String::new, |task| format!(" {task}"));
            format!("{}{task}{by}", news.kind)
        };
        news.into_iter().map(line).collect()
    }

    /// `B`, which claude reviews and codex holds, and `C`, which waits for it.
    fn plan() -> (Sample, crate::core::entry::event::TaskRef) {
        let mut plan = Sample::new();
        let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
        let task = plan.add("B", "x", vec![gate]);
        let waits = TaskFact::DependencyAdded(task.clone());
        plan.add("C", "x", vec![waits]);
        plan.claim("codex", &task);
        (plan, task)
    }

    #[test]
    fn reviews_verdicts_and_ready_tasks_are_news_for_whom_they_concern() {
        let (mut plan, task) = plan();
        assert_eq!(told(None, &plan, "claude"), [""; 0]);
        let before = plan.clone();
        plan.submit("codex", &task);
        assert_eq!(told(Some(&before), &plan, "claude"), ["review B"]);
        assert_eq!(told(Some(&before), &plan, "codex"), [""; 0]);
        let before = plan.clone();
        plan.approve("claude", &task);
        assert_eq!(
            told(Some(&before), &plan, "codex"),
            ["approved B by claude"]
        );
        assert_eq!(told(Some(&before), &plan, "claude"), [""; 0]);
        let before = plan.clone();
        plan.done("codex", &task);
        assert_eq!(told(Some(&before), &plan, "codex"), ["ready C"]);
    }

    #[test]
    fn of_several_tasks_that_were_ready_before_none_is_news() {
        let mut plan = Sample::new();
        for id in ["A", "B", "C"] {
            plan.add(id, "x", Vec::new());
        }
        let before = plan.clone();
        plan.add("D", "x", Vec::new());
        assert_eq!(told(Some(&before), &plan, "codex"), ["ready D"]);
    }

    #[test]
    fn a_verdict_on_which_the_holder_has_to_act_is_news_without_an_earlier_state() {
        let (mut plan, task) = plan();
        plan.submit("codex", &task);
        assert_eq!(told(None, &plan, "codex"), [""; 0]);
        let mut rejected = plan.clone();
        rejected.reject("claude", &task);
        assert_eq!(told(None, &rejected, "codex"), ["rejected B by claude"]);
        rejected.submit("codex", &task);
        assert_eq!(told(None, &rejected, "codex"), [""; 0]);
        plan.approve("claude", &task);
        assert_eq!(told(None, &plan, "codex"), ["approved B by claude"]);
        assert_eq!(told(None, &plan, "claude"), [""; 0]);
        plan.done("codex", &task);
        assert_eq!(told(None, &plan, "codex"), ["ready C"]);
    }

    #[test]
    fn a_claim_that_was_handed_on_is_news_until_its_holder_works_and_is_not_lost() {
        let (mut plan, task) = plan();
        let before = plan.clone();
        plan.hand_on("codex", &task, "copilot");
        assert_eq!(told(Some(&before), &plan, "copilot"), ["handed B by codex"]);
        assert_eq!(told(Some(&before), &plan, "codex"), [""; 0]);
        assert_eq!(told(None, &plan, "copilot"), ["handed B by codex"]);
        plan.progress("copilot", &task, 50);
        assert_eq!(told(None, &plan, "copilot"), [""; 0]);
    }

    #[test]
    fn the_end_of_a_held_task_by_another_actor_is_news() {
        let (before, task) = plan();
        let mut cancelled = before.clone();
        cancelled.cancel(&task);
        let news = told(Some(&before), &cancelled, "codex");
        assert_eq!(news[0], "cancelled B by ana");
        assert!(!told(Some(&before), &cancelled, "ana").contains(&news[0]));
    }

    #[test]
    fn the_end_of_the_last_task_is_news_for_all() {
        let mut plan = Sample::new();
        assert_eq!(told(None, &plan, "codex"), [""; 0]);
        let task = plan.add("A", "x", vec![TaskFact::OwnerAdded(actor("ana"))]);
        let before = plan.clone();
        assert_eq!(told(None, &plan, "codex"), [""; 0]);
        plan.cancel(&task);
        assert_eq!(told(None, &plan, "codex"), ["finished"]);
        assert_eq!(told(Some(&before), &plan, "codex"), ["finished"]);
        assert_eq!(told(Some(&plan), &plan, "codex"), [""; 0]);
    }

    #[test]
    fn what_waits_for_an_actor_is_news_without_an_earlier_state() {
        let (mut plan, task) = plan();
        plan.submit("codex", &task);
        plan.add("D", "x", vec![TaskFact::OwnerAdded(actor("claude"))]);
        assert_eq!(told(None, &plan, "claude"), ["review B", "ready D"]);
    }
}
