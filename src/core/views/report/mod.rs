//! A daily report: the finished, claimed, blocked and reviewed tasks, from the states at the two ends of the day.
//!
//! The entries of the day add what these states cannot show: acts that were undone on the same day, and the actors of edits.
//! Not here: reading these entries (`ledger::history`), and the layout of a report (`render`).

mod state_of_day;
mod undone;

use serde::Serialize;

use self::state_of_day::ByActor;
pub use self::{
    state_of_day::{ActorDay, ActorPlan, ReportRequest, RequestsOfDay},
    undone::{Undone, UndoneAct},
};
use super::{
    diff::{
        ActorChange, Change, Diff, Existence, FigureChange, GuardrailChange, PullRequestChange,
        Read, SettingChange, TaskChange, diff,
    },
    snapshot::{
        AnomalyDocument, GuardrailDocument, StatusDocument, Summary, TargetDocument, status,
    },
};
use crate::core::{
    entry::event::{CommitId, task::Integration},
    plan::{
        reduce::Accepted,
        state::{
            State, TaskIndex,
            guardrails::GuardrailStatus,
            task::{Blocker, Task},
        },
    },
    values::{
        id::{ActorName, GuardId},
        json::{as_shown, as_shown_or_null},
        task::{Judgement, Status},
        text::Text,
        time::{Day, Timestamp},
    },
};

/// The report of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The day.
    #[serde(serialize_with = "as_shown")]
    pub day: Day,
    /// Whether the day is over: the ledger has an entry of a later day. Until then the report can grow.
    pub over: bool,
    /// The plan's name for people.
    pub title: Option<Text>,
    /// The number of entries on that day.
    pub entries: u64,
    /// The sums at the end of the day.
    pub summary: Summary,
    /// The figures that changed.
    pub figures: Vec<FigureChange>,
    /// The tasks that were finished.
    pub done: Vec<ReportItem>,
    /// The cancelled tasks, with the reasons.
    pub cancelled: Vec<ReportItem>,
    /// The reopened tasks.
    pub reopened: Vec<ReportItem>,
    /// The acts that were undone on the same day.
    pub undone: Vec<Undone>,
    /// The verdicts of the day.
    pub reviewed: Vec<ReportItem>,
    /// The tasks that were submitted and still wait for a review.
    pub submitted: Vec<ReportItem>,
    /// The tasks that were claimed and are still held.
    pub claimed: Vec<ReportItem>,
    /// The open tasks whose due day had passed at the end of the day.
    pub overdue: Vec<ReportItem>,
    /// The claims whose leases had run out at the end of the day; `at` is when.
    pub lapsed: Vec<ReportItem>,
    /// The pull requests at the end of the day that somebody has to look at.
    pub requests: RequestsOfDay,
    /// The open blockers at the end of the day, including earlier ones.
    pub blocked: Vec<ReportItem>,
    /// The blockers that were removed.
    pub unblocked: Vec<ReportItem>,
    /// The tasks that were added.
    pub added: Vec<ReportItem>,
    /// The other changes. Not in the JSON; `render::report` shows them as sentences.
    #[serde(skip)]
    pub also: OtherChanges,
    /// The guardrails at the end of the day.
    pub guardrails: Vec<GuardrailDocument>,
    /// The guardrails whose last run failed.
    pub failing: Vec<GuardId>,
    /// The guardrails whose last result does not count any more.
    pub stale: Vec<GuardId>,
    /// The targets at the end of the day.
    pub targets: Vec<TargetDocument>,
    /// What each actor did, by name.
    pub actors: Vec<ActorDay>,
    /// What each actor can do tomorrow, by name; the last plan, without an actor, is for anybody.
    pub tomorrow: Vec<ActorPlan>,
    /// The refused events.
    pub anomalies: Vec<AnomalyDocument>,
}

/// The changes that are in none of a report's lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherChanges {
    /// Tasks.
    pub tasks: Vec<TaskChange>,
    /// Pull requests.
    pub pull_requests: Vec<PullRequestChange>,
    /// Actors.
    pub actors: Vec<ActorChange>,
    /// Guardrails that were defined or removed.
    pub guardrails: Vec<GuardrailChange>,
    /// Settings of the policy.
    pub policy: Vec<SettingChange>,
}

/// A note on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Note {
    /// The reason for the change or of the blocker.
    Reason(Text),
    /// Why the review, or what else was open, was waived.
    Waiver(Text),
    /// The decision of the reviewer.
    Judgement(Judgement),
    /// The actor that handed the claim on.
    HandedOn(ActorName),
}

/// An event in the life of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportItem {
    /// The task's name.
    pub id: String,
    /// The task's title.
    pub title: Text,
    /// A reason or a verdict.
    pub note: Option<Note>,
    /// Where the work of a finished task is integrated.
    pub integrated: Option<Integration>,
    /// The actor, if known.
    pub by: Option<ActorName>,
    /// The time, if known.
    #[serde(serialize_with = "as_shown_or_null")]
    pub at: Option<Timestamp>,
    /// The commit that was submitted, reviewed or done, if known.
    pub commit: Option<CommitId>,
    /// What the reviewer wrote, if it can be read.
    pub text: Option<String>,
}

impl ReportItem {
    fn of(
        state: &State,
        index: TaskIndex,
        note: Option<Note>,
        by: Option<&ActorName>,
        at: Option<Timestamp>,
    ) -> Self {
        Self {
            id: state.shown(index),
            title: state.task(index).fields.title.clone(),
            note,
            integrated: None,
            by: by.cloned(),
            at,
            commit: None,
            text: None,
        }
    }
}

impl Report {
    /// The report of a day from the states at its ends and the entries that took effect between them; `before` is none if
    /// the ledger was created on that day. `over` says whether the day is over. `read` gives the notes of verdicts.
    pub fn of(
        (day, over): (Day, bool),
        before: Option<&State>,
        after: &State,
        entries: &[Accepted],
        read: Read<'_>,
    ) -> Self {
        let nothing = State::empty(after.ledger, after.roster.as_ref().clone());
        let before = before.unwrap_or(&nothing);
        let Diff {
            summary: figures,
            tasks,
            pull_requests,
            actors,
            guardrails: mut checks,
            policy,
            anomalies,
            ..
        } = diff(before, after, entries, read);
        let StatusDocument {
            ledger,
            summary,
            guardrails,
            targets,
            ..
        } = status(after);
        let of_status = |status| {
            let of_it = guardrails.iter().filter(|it| it.status == status);
            of_it.map(|it| it.id.clone()).collect()
        };
        let also = OtherChanges {
            tasks: tasks.into_iter().filter_map(in_no_list).collect(),
            pull_requests,
            actors,
            guardrails: {
                // Their results are in a table.
                checks.retain(|it| it.before.is_none() || it.after.is_none());
                checks
            },
            policy,
        };
        let mut report = Self {
            day,
            over,
            title: ledger.title,
            entries: after.entries.saturating_sub(before.entries),
            summary,
            figures,
            done: Vec::new(),
            cancelled: Vec::new(),
            reopened: Vec::new(),
            undone: undone::undone(after, entries),
            reviewed: Vec::new(),
            submitted: Vec::new(),
            claimed: Vec::new(),
            overdue: Vec::new(),
            lapsed: Vec::new(),
            requests: RequestsOfDay::of(after),
            blocked: Vec::new(),
            unblocked: Vec::new(),
            added: Vec::new(),
            also,
            failing: of_status(GuardrailStatus::Fail),
            stale: of_status(GuardrailStatus::Stale),
            guardrails,
            targets,
            actors: Vec::new(),
            tomorrow: ActorPlan::all(after, day),
            anomalies,
        };
        let end = day.end(after.day_offset);
        let end = if over { end } else { end.min(after.effective) };
        for (index, task) in after.tasks() {
            let old = before.created_by(task.origin);
            report.add(after, index, old.map(|old| before.task(old)), read);
            let lapsed = task.claim.as_ref().filter(|claim| claim.expired(end));
            if let Some(claim) = lapsed.filter(|_| task.end.is_none()) {
                let (by, at) = (Some(&claim.actor), Some(claim.until()));
                report
                    .lapsed
                    .push(ReportItem::of(after, index, None, by, at));
            }
        }
        let lists = [
            &report.done,
            &report.reviewed,
            &report.submitted,
            &report.claimed,
        ];
        report.actors = ActorDay::all(entries, lists.map(|items| by_actor(items)));
        report
    }

    /// Adds the changes of a task; `old` is the task at the beginning of the day, if it existed.
    fn add(&mut self, state: &State, index: TaskIndex, old: Option<&Task>, read: Read<'_>) {
        let new = state.task(index);
        let item = |note: Option<Note>, by: Option<&ActorName>, at: Option<Timestamp>| {
            ReportItem::of(state, index, note, by, at)
        };
        let at_commit = |item: ReportItem, commit: Option<&CommitId>| ReportItem {
            commit: commit.cloned(),
            ..item
        };
        let reason = |text: &Text| Note::Reason(text.clone());
        if old.is_none() {
            let (by, at) = (&new.created_by, new.created);
            self.added.push(item(None, Some(by), Some(at)));
        }
        let old_end = old.and_then(|old| old.end.as_ref());
        match &new.end {
            // The same end can have become integrated, which is among the other changes.
            Some(end) if old_end.is_none_or(|old| old.at != end.at) => {
                let list = if end.done {
                    &mut self.done
                } else {
                    &mut self.cancelled
                };
                let kind = if end.done { Note::Waiver } else { Note::Reason };
                let note = end.reason.clone().map(kind);
                let ended = item(note, Some(&end.actor), Some(end.at));
                let last = new.commit.as_ref().filter(|_| end.done);
                list.push(ReportItem {
                    integrated: end.integrated.clone(),
                    ..at_commit(ended, end.commit.as_ref().or(last))
                });
            }
            None if old_end.is_some() => self.reopened.push(item(None, None, None)),
            _ => {}
        }
        let known = old.map(Task::all_verdicts).unwrap_or_default();
        let given = new.all_verdicts();
        for (actor, verdict) in given.into_iter().filter(|it| !known.contains(it)) {
            let note = Some(Note::Judgement(Judgement::of(verdict.approved)));
            let judged = item(note, Some(actor), Some(verdict.at));
            self.reviewed.push(ReportItem {
                text: verdict.note.as_ref().and_then(read),
                ..at_commit(judged, verdict.commit.as_ref())
            });
        }
        let waits = state.status_of(index) == Status::InReview;
        let asked = new.submission.as_ref().filter(|_| waits);
        if let Some(asked) = asked
            && old.and_then(|old| old.submission.as_ref()) != Some(asked)
        {
            let submitted = item(None, Some(&asked.actor), Some(asked.at));
            self.submitted
                .push(at_commit(submitted, asked.commit.as_ref()));
        }
        let held = old.and_then(|old| old.claim.as_ref()).map(|it| it.origin);
        if let Some(claim) = new.claim.as_ref().filter(|it| Some(it.origin) != held) {
            let handed = claim.handed.as_ref();
            let from = handed.map(|handed| Note::HandedOn(handed.by.clone()));
            let claimed = item(from, Some(&claim.actor), Some(claim.since));
            self.claimed.push(ReportItem {
                text: handed.and_then(|handed| read(handed.note.as_ref()?)),
                ..claimed
            });
        }
        let missed = new
            .fields
            .due
            .filter(|due| *due < self.day && new.end.is_none());
        if let Some(due) = missed {
            let end = due.end(state.day_offset);
            self.overdue.push(item(None, None, Some(end)));
        }
        let in_the_way = new.open_blockers().filter(|_| new.end.is_none());
        for blocker in in_the_way {
            let note = Some(reason(&blocker.reason));
            self.blocked
                .push(item(note, Some(&blocker.actor), Some(blocker.at)));
        }
        // A blocker that was reported and removed on the same day is in neither state as an open one.
        let was_gone = |blocker: &Blocker| {
            let old =
                old.and_then(|old| old.blockers.iter().find(|it| it.origin == blocker.origin));
            old.is_some_and(|old| old.cleared)
        };
        let gone = new.blockers.iter().filter(|it| it.cleared);
        for blocker in gone.filter(|it| !was_gone(it)) {
            self.unblocked
                .push(item(Some(reason(&blocker.reason)), None, None));
        }
    }
}

/// The tasks of a list with their actors.
fn by_actor(items: &[ReportItem]) -> ByActor<'_> {
    let named = items
        .iter()
        .filter_map(|item| Some((item.by.as_ref()?, &*item.id)));
    named.collect()
}

/// The changes of a task that are in none of a report's lists. If a list has the task, these are the edits: the rest
/// follows from what the list says.
fn in_no_list(task: TaskChange) -> Option<TaskChange> {
    let is_listed = |change: &Change| {
        matches!(
            change,
            Change::Status(..) | Change::Claim(_) | Change::Verdict(..) | Change::Blocker(..)
        )
    };
    let is_edit = |change: &Change| {
        matches!(
            change,
            Change::Attribute(..)
                | Change::Dependency(_)
                | Change::Parent(_)
                | Change::Link(..)
                | Change::Body(_)
        )
    };
    let mut task = task;
    if task.changes.iter().any(is_listed) {
        task.changes.retain(is_edit);
    }
    (task.kind == Existence::Changed && !task.changes.is_empty()).then_some(task)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, TaskEvent, TaskRef, WorkEvent, task::TaskFact},
        plan::state::records::Attached,
        sample::{Sample, text},
    };

    fn ids(items: &[ReportItem]) -> Vec<&str> {
        items.iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn a_report_compares_the_states_at_the_ends_of_the_day() {
        let mut sample = Sample::day();
        let morning = sample.state().clone();
        let reference = |name: &str| {
            let index = morning.names().resolve(name).unwrap();
            morning.reference(index)
        };
        sample.approve("claude", &reference("B"));
        sample.done("codex", &reference("B"));
        sample.claim("copilot", &reference("G"));
        sample.block("codex", &reference("1"), "no quota", None);
        sample.progress("copilot", &reference("G"), 10);
        let day = "2025-10-15".parse().unwrap();
        let report = Report::of((day, false), Some(&morning), sample.state(), &[], &|_| None);
        assert_eq!(ids(&report.done), ["B"]);
        assert_eq!(report.done[0].by.as_ref().unwrap().as_str(), "codex");
        assert_eq!(ids(&report.reviewed), ["B"]);
        let approved = Note::Judgement(Judgement::Approved);
        assert_eq!(report.reviewed[0].note, Some(approved));
        assert_eq!(ids(&report.claimed), ["G"]);
        assert!(ids(&report.blocked).contains(&"1"));
        assert_eq!(report.entries, 5);
        assert!(report.added.is_empty());
    }

    #[test]
    fn a_rejection_stays_in_the_report_after_the_task_was_submitted_again_and_approved() {
        let mut sample = Sample::day();
        let morning = sample.state().clone();
        let task = morning.reference(morning.names().resolve("B").unwrap());
        sample.reject("claude", &task);
        sample.submit("codex", &task);
        sample.approve("claude", &task);
        sample.edit(&task, vec![TaskFact::Title(text("Breaker"))]);
        sample.done("codex", &task);
        let day = "2025-10-15".parse().unwrap();
        let note = |_: &Attached| Some("tests are missing".to_owned());
        let report = Report::of((day, false), Some(&morning), sample.state(), &[], &note);
        let told: Vec<_> = report
            .reviewed
            .iter()
            .map(|item| (item.note.clone().unwrap(), item.text.as_deref()))
            .collect();
        let judged = Note::Judgement;
        assert_eq!(
            told,
            [
                (judged(Judgement::Rejected), Some("tests are missing")),
                (judged(Judgement::Approved), None),
            ]
        );
        // The edit of a task that a list has is no part of what that list says.
        let edits: Vec<_> = report
            .also
            .tasks
            .iter()
            .map(|it| it.changes.len())
            .collect();
        assert_eq!(edits, [1]);
        let past = &sample.task(&task).past_verdicts;
        assert!(past.len() == 1 && !past[0].verdict.approved);
    }

    #[test]
    fn what_was_done_and_undone_on_the_same_day_is_in_the_report() {
        let mut sample = Sample::day();
        let morning = sample.state().clone();
        let reference = |name: &str| morning.reference(morning.names().resolve(name).unwrap());
        let known = sample.entries().len();
        let (first, other) = (reference("1"), reference("G"));
        sample.done("codex", &first);
        let reopened = |task: &TaskRef| TaskEvent::Reopened {
            task: task.clone(),
            reason: None,
            mistaken: true,
        };
        sample.by("ana", Event::Task(reopened(&first)));
        let claim = sample.claim("copilot", &other);
        let released = WorkEvent::Released {
            task: other.clone(),
            claim,
        };
        sample.by("copilot", Event::Work(released));
        // A claim that ends with the work is not undone.
        sample.claim("copilot", &other);
        sample.done("copilot", &other);
        let blocker = sample.block("codex", &first, "no quota", None);
        sample.unblock("codex", &first, blocker);
        let entries = &sample.entries()[known..];
        let day = "2025-10-15".parse().unwrap();
        let after = sample.state();
        let report = Report::of((day, false), Some(&morning), after, entries, &|_| None);
        let told: Vec<String> = report
            .undone
            .iter()
            .map(|it| {
                format!(
                    "{}: {} by {}, undone by {}",
                    it.id, it.act, it.by, it.undone_by
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "1: done by codex, undone by ana",
                "G: claimed by copilot, undone by copilot"
            ]
        );
        assert_eq!(ids(&report.done), ["G"]);
        assert!(report.reopened.is_empty());
        assert_eq!(ids(&report.unblocked), ["1"]);
    }

    #[test]
    fn the_first_day_reports_everything_as_new_and_a_day_without_entries_is_empty() {
        let sample = Sample::day();
        let day = "2025-10-15".parse().unwrap();
        let first = Report::of((day, true), None, sample.state(), &[], &|_| None);
        assert_eq!(first.added.len(), sample.state().tasks().len());
        assert!(ids(&first.done).len() == first.summary.done);
        let none = Report::of(
            (day, true),
            Some(sample.state()),
            sample.state(),
            &[],
            &|_| None,
        );
        assert!(none.entries == 0 && none.done.is_empty() && none.also.tasks.is_empty());
    }
}
