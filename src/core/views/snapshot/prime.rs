//! The prime: what an agent needs to know at the start of a session, in lists that stay short whatever the plan is.
//!
//! It is kept in a file for the next session at the same entry, so its times are absolute. Not here: comments and entries since
//! a moment, which only the ledger has (`cli::reading::news`), and the text (`render::text`).

use serde::{Deserialize, Serialize};

use super::{
    brief::{BriefReason, BriefTask, brief},
    news::NewsKind,
};
use crate::core::{
    plan::state::{State, TaskIndex, paths::Holder},
    values::{
        task::{ActorKind, Priority, Role},
        text::brief as cut,
        time::Timestamp,
    },
    views::planning::Readiness,
};

/// The facts for the start of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimeDocument {
    /// The actor.
    pub actor: String,
    /// Whether it is a person; null if it is not registered.
    pub kind: Option<ActorKind>,
    /// Its roles.
    pub roles: Vec<Role>,
    /// The ledger's name for people.
    pub title: Option<String>,
    /// The label of the worktree; null in a bare repository.
    pub worktree: Option<String>,
    /// The tasks that it holds, also under a lease that has ended.
    pub held: Shortened<HeldLine>,
    /// The tasks that it held until another actor ended its claim.
    pub lost: Shortened<LostLine>,
    /// The tasks that wait for its verdict.
    pub reviews: Shortened<TaskLine>,
    /// The tasks that it could claim, best first.
    pub next: Shortened<TaskLine>,
    /// How many tasks are open.
    pub open: usize,
    /// The time from which on another document may be right without an entry: a lease ends, or a first day begins.
    pub until: Option<Timestamp>,
}

/// What is new for the actor since it last looked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SinceDocument {
    /// When it last looked; null if it never did here.
    pub since: Option<Timestamp>,
    /// How many entries of others came since then.
    pub entries: u64,
    /// Their last ones, newest first.
    pub recent: Vec<EntryLine>,
    /// Verdicts on its work, comments that name it, claims that were handed to it, tasks of it that others ended.
    pub news: Shortened<NewsLine>,
}

/// An entry in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryLine {
    /// Its effective time.
    pub at: Timestamp,
    /// Its actor.
    pub actor: String,
    /// The beginning of its subject.
    pub subject: String,
}

/// News in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsLine {
    /// Its kind.
    pub kind: NewsKind,
    /// The task; null if the news is about the whole plan.
    pub task: Option<String>,
    /// The other actor, if there is one.
    pub by: Option<String>,
    /// The beginning of its note or comment.
    pub text: Option<String>,
}

/// The beginning of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortened<T> {
    /// The first items.
    pub first: Vec<T>,
    /// How many more there are.
    pub more: usize,
}

/// A task in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    /// Its name.
    pub id: String,
    /// The beginning of its title.
    pub title: String,
    /// Its priority.
    pub priority: Option<Priority>,
}

/// A task that the actor holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldLine {
    /// The task.
    #[serde(flatten)]
    pub task: TaskLine,
    /// The number of the claim.
    pub claim: u64,
    /// The end of the lease. A claim whose lease has ended goes on until another actor claims the task.
    pub until: Timestamp,
    /// The label of the worktree in which it is held.
    pub worktree: Option<String>,
    /// Whether only its reviewers can do something.
    pub in_review: bool,
}

/// A task that the actor held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostLine {
    /// The task.
    #[serde(flatten)]
    pub task: TaskLine,
    /// The actor that holds it now.
    pub to: Option<String>,
}

/// How many ready tasks are named.
const NEXT_MAX: usize = 3;
/// How many items each other list has at most.
const LINES_MAX: usize = 8;
/// How many characters of a title are shown.
const TITLE_CHARACTERS_MAX: usize = 80;

impl<T> Default for Shortened<T> {
    fn default() -> Self {
        Self::of(Vec::new(), 0)
    }
}

impl<T> Shortened<T> {
    /// The first of these, and the number of the others.
    pub fn of(mut all: Vec<T>, most: usize) -> Self {
        let more = all.len().saturating_sub(most);
        all.truncate(most);
        Self { first: all, more }
    }

    /// Whether there is nothing in the list.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.more == 0
    }
}

/// What the actor of `asking` needs to know at a time.
pub fn prime(state: &State, seen_from: Timestamp, asking: Holder<'_>) -> PrimeDocument {
    let actor = asking.actor;
    let registered = state.roster.actor(actor);
    // The next task gets a worktree of its own, as in the brief.
    let anywhere = Holder {
        actor,
        worktree: None,
    };
    let own = state
        .claimed()
        .filter(|(_, task, claim)| task.end.is_none() && claim.actor == *actor);
    let held = own.map(|(index, task, claim)| HeldLine {
        task: line(state, index),
        claim: claim.number,
        until: claim.until(),
        worktree: claim.worktree.as_ref().map(ToString::to_string),
        in_review: task.in_review() && !state.review_needs(task).is_empty(),
    });
    let held: Vec<HeldLine> = held.collect();
    // A task whose lease has ended could be claimed, too; it is named as held.
    let (tasks, more) = brief(state, seen_from, anywhere, NEXT_MAX + held.len());
    let lost = state
        .open_tasks()
        .filter(|(_, task)| task.outrun.contains(actor));
    let lost = lost.map(|(index, task)| LostLine {
        task: line(state, index),
        to: task.claim.as_ref().map(|claim| claim.actor.to_string()),
    });
    let of = |wanted: BriefReason| {
        let tasks = tasks.iter().filter(move |task| task.why == wanted);
        let lines = tasks.map(|task: &BriefTask| line(state, task.index));
        lines.collect::<Vec<TaskLine>>()
    };
    let mut next = of(BriefReason::Next);
    next.retain(|next| held.iter().all(|held| held.task != *next));
    let mut next = Shortened::of(next, NEXT_MAX);
    next.more += more;
    PrimeDocument {
        actor: actor.to_string(),
        kind: registered.map(|actor| actor.kind),
        roles: registered.map_or_else(Vec::new, |actor| actor.roles.iter().copied().collect()),
        title: state.title.as_ref().map(ToString::to_string),
        worktree: asking.worktree.map(ToString::to_string),
        held: Shortened::of(held, LINES_MAX),
        lost: Shortened::of(lost.collect(), LINES_MAX),
        reviews: Shortened::of(of(BriefReason::Review), LINES_MAX),
        next,
        open: state.open_tasks().count(),
        until: Readiness::new(state, seen_from.max(state.effective), None).next_change(),
    }
}

fn line(state: &State, index: TaskIndex) -> TaskLine {
    let task = state.task(index);
    TaskLine {
        id: state.shown(index),
        title: cut(task.fields.title.as_str(), TITLE_CHARACTERS_MAX),
        priority: task.fields.priority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        sample::{Sample, actor},
        values::{id::ActorName, time::Span},
    };

    fn primed(plan: &Sample, name: &ActorName, later: u64) -> PrimeDocument {
        let asking = Holder {
            actor: name,
            worktree: None,
        };
        let now = plan.state().effective.after(Span::from_seconds(later));
        prime(plan.state(), now, asking)
    }
    fn ids<'a>(lines: impl IntoIterator<Item = &'a TaskLine>) -> Vec<&'a str> {
        lines.into_iter().map(|line| line.id.as_str()).collect()
    }

    #[test]
    fn a_claim_whose_lease_has_ended_is_held_and_not_next() {
        let mut plan = Sample::new();
        let codex = actor("codex");
        let task = plan.add("A", "x", vec![]);
        for id in ["B", "C", "D", "E"] {
            plan.add(id, "x", vec![]);
        }
        plan.claim("codex", &task);
        for later in [0, 1_000_000] {
            let document = primed(&plan, &codex, later);
            assert_eq!(
                ids(document.held.first.iter().map(|held| &held.task)),
                ["A"]
            );
            assert_eq!(ids(&document.next.first), ["B", "C", "D"]);
            assert_eq!(document.next.more, 1);
        }
    }

    #[test]
    fn a_document_is_read_back_from_its_json() {
        let day = Sample::day();
        for (name, _) in day.state().roster.actors() {
            let document = primed(&day, name, 0);
            let written = serde_json::to_string(&document).unwrap();
            assert_eq!(
                serde_json::from_str::<PrimeDocument>(&written).unwrap(),
                document
            );
        }
    }
}
