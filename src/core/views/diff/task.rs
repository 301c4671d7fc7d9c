//! What changed about one task.
//!
//! Not here: the sentence that says it (`sentence`), and which task is which (`diff`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{sentence, shown_by_origin};
use crate::core::{
    plan::state::{State, TaskIndex, task::Task},
    values::{
        id::ActorName,
        task::{Status, words},
        text::Text,
    },
    views::snapshot::TaskDocument,
};

words!(
    /// In which of two states something is.
    Existence, "existence", "added, changed, removed" {
        /// Only in the later one.
        Added = "added",
        /// In both.
        Changed = "changed",
        /// Only in the earlier one.
        Removed = "removed",
    }
);

/// A task that came, changed, or is only in the earlier state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskChange {
    /// What it is called.
    pub id: String,
    /// What it is, in a line.
    pub title: Text,
    /// In which of the states it is.
    pub kind: Existence,
    /// Where it stands in the later state that has it.
    pub status: Status,
    /// What changed, in a stable order; empty if it is in one state only.
    pub changes: Vec<Change>,
    /// All of it in a sentence.
    pub sentence: String,
}

/// One thing that changed about a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What: a field of the task, or `verdict`, `blocker`, `comments`.
    pub what: &'static str,
    /// What it was; none if there was nothing.
    pub before: Option<String>,
    /// What it is; none if there is nothing.
    pub after: Option<String>,
    /// Who did it, where that is known.
    pub by: Option<ActorName>,
}

/// A task that is in one state only.
pub(super) fn alone(state: &State, index: TaskIndex, kind: Existence) -> TaskChange {
    let task = state.task(index);
    let (id, status) = (state.shown(index), state.status_of(index));
    TaskChange {
        sentence: sentence::of_lone_task(&id, kind, status, &task.title),
        id,
        title: task.title.clone(),
        kind,
        status,
        changes: Vec::new(),
    }
}

/// A task that is in both states; none if nothing changed.
pub(super) fn changed(
    (before, old): (&State, TaskIndex),
    (after, new): (&State, TaskIndex),
) -> Option<TaskChange> {
    if before.task(old) == after.task(new) && before.status_of(old) == after.status_of(new) {
        return None;
    }
    let changes = Changes::between((before, old), (after, new)).0;
    let (id, status) = (after.shown(new), after.status_of(new));
    (!changes.is_empty()).then(|| TaskChange {
        sentence: sentence::of_task(&id, status, &changes),
        id,
        title: after.task(new).title.clone(),
        kind: Existence::Changed,
        status,
        changes,
    })
}

struct Changes(Vec<Change>);

impl Changes {
    fn between((before, old): (&State, TaskIndex), (after, new): (&State, TaskIndex)) -> Self {
        let (old_task, new_task) = (before.task(old), after.task(new));
        let mut changes = Self(Vec::new());
        changes.status((before, old), (after, new));
        changes.verdicts(old_task, new_task);
        changes.claim(old_task, new_task);
        changes.fields(
            &TaskDocument::of(before, old),
            &TaskDocument::of(after, new),
        );
        changes.dependencies((before, old_task), (after, new_task));
        changes.sets(old_task, new_task);
        changes.blockers(old_task, new_task);
        changes.rest(old_task, new_task);
        changes
    }

    fn push(
        &mut self,
        what: &'static str,
        before: Option<String>,
        after: Option<String>,
        by: Option<&ActorName>,
    ) {
        if before != after {
            self.0.push(Change {
                what,
                before,
                after,
                by: by.cloned(),
            });
        }
    }

    fn status(&mut self, (before, old): (&State, TaskIndex), (after, new): (&State, TaskIndex)) {
        let word = |state: &State, index| Some(state.status_of(index).to_string());
        let task = after.task(new);
        let by = match after.status_of(new) {
            Status::Done | Status::Cancelled => task.end.as_ref().map(|end| &end.actor),
            Status::InReview => task.submission.as_ref().map(|submission| &submission.actor),
            Status::NotStarted | Status::Waiting | Status::InProgress | Status::Blocked => None,
        };
        self.push("status", word(before, old), word(after, new), by);
    }

    /// A verdict of a later round counts as new even if it says the same.
    fn verdicts(&mut self, old: &Task, new: &Task) {
        let word = |approved| Some(if approved { "approved" } else { "rejected" }.to_owned());
        for (actor, verdict) in &new.verdicts {
            let known = old.verdicts.get(actor);
            if known
                .is_none_or(|known| known.at != verdict.at || known.approved != verdict.approved)
            {
                let before = known.filter(|known| known.approved != verdict.approved);
                let before = before.and_then(|known| word(known.approved));
                self.push("verdict", before, word(verdict.approved), Some(actor));
            }
        }
    }

    fn claim(&mut self, old: &Task, new: &Task) {
        let holder = |task: &Task| task.claim.as_ref().map(|claim| claim.actor.to_string());
        let origin = |task: &Task| task.claim.as_ref().map(|claim| claim.origin);
        if origin(old) == origin(new) {
            return;
        }
        let by = new.claim.as_ref().map(|claim| &claim.actor);
        let before = holder(old).filter(|old| holder(new).as_ref() != Some(old));
        self.push("claim", before, holder(new), by);
    }

    fn fields(&mut self, old: &TaskDocument, new: &TaskDocument) {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned());
        let some = |words: String| (!words.is_empty()).then_some(words);
        let mut field = |what, value: &dyn Fn(&TaskDocument) -> Option<String>| {
            self.push(what, value(old), value(new), None);
        };
        field("title", &|task| Some(task.title.as_str().to_owned()));
        field("group", &|task| text(&task.group));
        field("owners", &|task| some(task.owners_in_words()));
        field("priority", &|task| {
            some(task.priority_in_words().to_owned())
        });
        field("risk", &|task| task.risk.map(|risk| risk.to_string()));
        field("estimate", &|task| some(task.estimate_in_words()));
        field("percent", &|task| {
            Some(format!("{}%", task.progress.percent))
        });
        field("steps", &|task| {
            let progress = task.progress;
            let steps = format!("{}/{}", progress.steps_done, progress.steps_total);
            (progress.steps_total > 0).then_some(steps)
        });
        field("wave", &|task| {
            task.wave.map(|wave| wave.number.to_string())
        });
        field("branch", &|task| text(&task.branch));
        field("pr", &|task| task.pr.map(|number| format!("#{number}")));
    }

    fn dependencies(&mut self, (before, old): (&State, &Task), (after, new): (&State, &Task)) {
        let old = shown_by_origin(before, old.depends.iter().copied());
        let new = shown_by_origin(after, new.depends.iter().copied());
        self.members("depends_on", &old, &new);
    }

    fn sets(&mut self, old: &Task, new: &Task) {
        let gates = |task: &Task| -> BTreeSet<String> {
            task.gates.iter().map(ToString::to_string).collect()
        };
        self.set("gates", &gates(old), &gates(new));
        let texts = |texts: &BTreeSet<Text>| -> BTreeSet<String> {
            texts.iter().map(|text| text.as_str().to_owned()).collect()
        };
        self.set("labels", &texts(&old.labels), &texts(&new.labels));
        self.set("paths", &texts(&old.paths), &texts(&new.paths));
        let criteria = |task: &Task| texts(&task.criteria.iter().cloned().collect());
        self.set("accept", &criteria(old), &criteria(new));
    }

    fn set(&mut self, what: &'static str, old: &BTreeSet<String>, new: &BTreeSet<String>) {
        let named = |set: &BTreeSet<String>| -> BTreeMap<String, String> {
            set.iter()
                .map(|name| (name.clone(), name.clone()))
                .collect()
        };
        self.members(what, &named(old), &named(new));
    }

    /// What is gone, then what is new.
    fn members<K: Ord>(
        &mut self,
        what: &'static str,
        old: &BTreeMap<K, String>,
        new: &BTreeMap<K, String>,
    ) {
        for (_, name) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
            self.push(what, Some(name.clone()), None, None);
        }
        for (_, name) in new.iter().filter(|(key, _)| !old.contains_key(key)) {
            self.push(what, None, Some(name.clone()), None);
        }
    }

    fn blockers(&mut self, old: &Task, new: &Task) {
        let open = |task: &Task| -> BTreeMap<_, _> {
            let open = task.open_blockers();
            open.map(|blocker| (blocker.origin, blocker.clone()))
                .collect()
        };
        let (old, new) = (open(old), open(new));
        let reason = |blocker: &crate::core::plan::state::task::Blocker| {
            Some(blocker.reason.as_str().to_owned())
        };
        for (_, gone) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
            self.push("blocker", reason(gone), None, None);
        }
        for (_, opened) in new.iter().filter(|(key, _)| !old.contains_key(key)) {
            self.push("blocker", None, reason(opened), Some(&opened.actor));
        }
    }

    fn rest(&mut self, old: &Task, new: &Task) {
        let body = |task: &Task| task.body.as_ref().map(|body| body.digest.to_string());
        self.push("body", body(old), body(new), None);
        let commit = |task: &Task| task.commit.as_ref().map(ToString::to_string);
        self.push("commit", commit(old), commit(new), None);
        let worktree = |task: &Task| {
            let worktree = task.worktree.as_ref();
            worktree.map(|worktree| worktree.as_str().to_owned())
        };
        self.push("worktree", worktree(old), worktree(new), None);
        let comments = |task: &Task| Some(task.comments.to_string());
        self.push("comments", comments(old), comments(new), None);
    }
}
