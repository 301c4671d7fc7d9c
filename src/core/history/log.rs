//! The log: each entry with its actor, time, tasks and verdict.
//!
//! Not here: the sentences (`message`), and the commits of the entries (`ledger`).

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::judge::{Flaw, Judgement, Node, flaw};
use crate::core::{
    entry::{
        event::{Event, Origin, ReviewEvent, TaskEvent, WorkEvent, task::TaskFact},
        message,
    },
    plan::{
        reduce::Accepted,
        refusal::{Code, Refusal},
        state::{
            State, TaskIndex,
            records::{Anomaly, Attached},
        },
    },
    values::{
        id::{ActorName, EntryId, IdempotencyKey},
        task::words,
        text::Text,
        time::Timestamp,
    },
};

words!(
    /// The result of an entry.
    EntryEffect, "effect", "applied, refused, quarantined" {
        /// It took effect.
        Applied = "applied",
        /// The rules refused it at its position: it had no effect.
        Refused = "refused",
        /// It is malformed, wrongly signed or not its author's to write: it does not count.
        Quarantined = "quarantined",
    }
);

/// An entry as `log` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryDocument {
    /// Its object id.
    pub object: String,
    /// Its id.
    pub id: EntryId,
    /// Its actor; none if the signature does not prove it.
    pub actor: Option<ActorName>,
    /// Its effective time.
    #[serde(serialize_with = "crate::core::values::json::as_shown")]
    pub at: Timestamp,
    /// Its subject line; none if the commit is not an entry.
    pub subject: Option<String>,
    /// The key with which its author makes the change only once.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The tasks that it is about.
    pub tasks: Vec<String>,
    /// The result of the entry.
    pub effect: EntryEffect,
    /// Why it was refused.
    #[serde(flatten)]
    pub refusal: Option<Refusal>,
    /// Why it is ignored (quarantined).
    #[serde(serialize_with = "flaw::word_if_any")]
    pub flaw: Option<Flaw>,
    /// Whether an admin has looked at an ignored (quarantined) commit.
    pub acknowledged: bool,
}

/// A judged commit in the order of a history.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Its object id.
    pub object: String,
    /// Its id.
    pub id: EntryId,
    /// Its effective time; an ignored (quarantined) commit passes on its first parent's.
    pub effective: Timestamp,
    /// Whether it is accepted.
    pub verdict: Judgement,
    /// Whether the same entry stands earlier in the order.
    pub is_repeated: bool,
}

impl Logged {
    /// The judged commits of a history, in its order.
    pub fn all<'a>(
        commits: impl Iterator<Item = (String, &'a Node)>,
    ) -> impl Iterator<Item = Self> {
        let mut seen = HashSet::new();
        commits.map(move |(object, node)| {
            let is_accepted = matches!(node.verdict, Judgement::Accepted(_));
            Self {
                object,
                id: node.id,
                effective: node.effective,
                verdict: node.verdict.clone(),
                is_repeated: is_accepted && !seen.insert(node.id),
            }
        })
    }

    /// The entry, if it is accepted as one.
    pub fn accepted(&self) -> Option<&Accepted> {
        match &self.verdict {
            Judgement::Accepted(accepted) => Some(accepted),
            Judgement::Cached | Judgement::Quarantined { .. } => None,
        }
    }
}

/// What became of the entries that lead to a state.
#[derive(Debug)]
pub struct Log<'a> {
    state: &'a State,
    refused: HashMap<EntryId, &'a Anomaly>,
}

impl<'a> Log<'a> {
    /// The log of the entries that add up to `state`.
    pub fn new(state: &'a State) -> Self {
        // A repeated entry is refused, and the one that it repeats may not be.
        let refused = state
            .anomalies
            .iter()
            .filter(|anomaly| anomaly.refusal.code() != Code::Repeated)
            .map(|anomaly| (anomaly.entry, anomaly));
        Self {
            state,
            refused: refused.collect(),
        }
    }

    /// Whether a commit is an entry that took effect.
    pub fn has_effect(&self, logged: &Logged) -> bool {
        let is_refused = || logged.is_repeated || self.refused.contains_key(&logged.id);
        logged.accepted().is_some() && !is_refused()
    }

    /// The comments that took effect, in the order of the entries, each with its task and its author.
    pub fn comments<'b>(
        &self,
        entries: impl Iterator<Item = &'b Logged>,
    ) -> Vec<(TaskIndex, ActorName, Attached)> {
        let mut found = Vec::new();
        let entries = entries.filter(|logged| self.has_effect(logged));
        for accepted in entries.filter_map(Logged::accepted) {
            for event in &accepted.entry.events {
                let Event::Task(TaskEvent::Commented { task: about, body }) = event else {
                    continue;
                };
                if let Some(task) = self.state.find(about, accepted.id)
                    && let Some(attachment) = accepted.entry.attachment(body)
                {
                    let text = Attached {
                        entry: accepted.id,
                        name: attachment.name.clone(),
                        digest: attachment.digest,
                    };
                    found.push((task, accepted.entry.actor.clone(), text));
                }
            }
        }
        found
    }

    /// An entry as `log` shows it.
    pub fn document(&self, logged: &Logged) -> EntryDocument {
        let entry = logged.accepted();
        let (effect, refusal, flaw) = self.effect(logged);
        let tasks = entry.map(|accepted| tasks_of(self.state, accepted));
        EntryDocument {
            object: logged.object.clone(),
            id: logged.id,
            actor: entry.map(|accepted| accepted.entry.actor.clone()),
            at: logged.effective,
            subject: entry.map(|accepted| message::subject(&accepted.entry)),
            idempotency_key: entry.and_then(|accepted| accepted.entry.idempotency_key.clone()),
            tasks: tasks
                .into_iter()
                .flatten()
                .map(|index| self.state.shown(index))
                .collect(),
            effect,
            refusal,
            flaw,
            acknowledged: self.state.acknowledged.contains(&logged.id),
        }
    }

    fn effect(&self, logged: &Logged) -> (EntryEffect, Option<Refusal>, Option<Flaw>) {
        if let Judgement::Quarantined { flaw, .. } = &logged.verdict {
            return (EntryEffect::Quarantined, None, Some(Flaw::clone(flaw)));
        }
        if logged.is_repeated {
            let entry = logged.id;
            return (
                EntryEffect::Refused,
                Some(Refusal::Repeated { entry }),
                None,
            );
        }
        match self.refused.get(&logged.id) {
            Some(anomaly) => (EntryEffect::Refused, Some(anomaly.refusal.clone()), None),
            None => (EntryEffect::Applied, None, None),
        }
    }
}

/// What people wrote in an entry, apart from its events: specifications, comments and notes, in the order of the events.
pub fn texts(accepted: &Accepted) -> Vec<Attached> {
    let body = |fact: &TaskFact| match fact {
        TaskFact::Body(name) => name.clone(),
        _ => None,
    };
    let named = accepted.entry.events.iter().flat_map(|event| match event {
        Event::Task(TaskEvent::Added { facts, .. } | TaskEvent::Edited { facts, .. }) => {
            facts.iter().filter_map(body).collect()
        }
        Event::Task(TaskEvent::Commented { body, .. }) => vec![body.clone()],
        Event::Review(ReviewEvent::Approved { note, .. })
        | Event::Work(WorkEvent::HandedOn { note, .. }) => note.iter().cloned().collect(),
        Event::Review(ReviewEvent::Rejected { note, .. }) => vec![note.clone()],
        _ => Vec::new(),
    });
    let attached = |name: Text| {
        let attachment = accepted.entry.attachment(&name)?;
        Some(Attached {
            entry: accepted.id,
            digest: attachment.digest,
            name,
        })
    };
    named.filter_map(attached).collect()
}

/// The tasks that an entry adds or changes, by reference and not by name, each once.
pub fn tasks_of(state: &State, accepted: &Accepted) -> Vec<TaskIndex> {
    let mut seen = HashSet::new();
    let about = (0..)
        .zip(&accepted.entry.events)
        .filter_map(|(event, said)| {
            let added = Origin {
                entry: accepted.id,
                event,
                item: 0,
            };
            match said {
                Event::Task(TaskEvent::Added { .. }) => state.created_by(added),
                said => state.find(said.changed_task()?, accepted.id),
            }
        });
    about.filter(|index| seen.insert(*index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sample::Sample;

    fn nodes(plan: &Sample) -> Vec<Node> {
        let node = |accepted: &Accepted| {
            let verdict = Judgement::Accepted(Box::new(accepted.clone()));
            Node::with_verdict(accepted.id, accepted.effective, verdict)
        };
        plan.entries().iter().map(node).collect()
    }
    fn logged(nodes: &[Node]) -> Vec<Logged> {
        let named = |(number, node)| (format!("{number:040}"), node);
        Logged::all(nodes.iter().enumerate().map(named)).collect()
    }
    fn newest(state: &State, nodes: &[Node]) -> EntryDocument {
        Log::new(state).document(logged(nodes).last().unwrap())
    }
    fn told(plan: &Sample, nodes: &[Node], task: Option<TaskIndex>) -> Vec<String> {
        let (log, logged) = (Log::new(plan.state()), logged(nodes));
        let concerns = |it: &&Logged| {
            task.is_none_or(|task| {
                let accepted = it.accepted();
                accepted.is_some_and(|it| tasks_of(plan.state(), it).contains(&task))
            })
        };
        let told = logged.iter().rev().filter(concerns).map(|logged| {
            let entry = log.document(logged);
            let subject = entry.subject.as_deref().unwrap_or("?");
            let code = entry.refusal.as_ref();
            let code = code.map_or("", |refusal| refusal.code().as_str());
            format!("{subject} [{}{code}]", entry.effect)
        });
        told.collect()
    }

    #[test]
    fn the_newest_entries_come_first_and_a_refusal_says_why() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        plan.claim("codex", &task);
        plan.claim("copilot", &task);
        let nodes = nodes(&plan);
        let told = told(&plan, &nodes, None);
        assert_eq!(
            told[..3],
            [
                "claim B: copilot, until 12:06Z [refusedclaim_held]",
                "claim B: codex, until 12:05Z [applied]",
                "add B: Breaker [applied]",
            ]
        );
        let entry = newest(plan.state(), &nodes);
        let Some(Refusal::ClaimHeld { claim, .. }) = entry.refusal else {
            panic!("{:?}", entry.refusal);
        };
        assert_eq!(claim.actor.as_str(), "codex");
        assert_eq!(entry.tasks, ["B"]);
    }

    #[test]
    fn the_log_finds_a_task_by_reference_and_not_by_name() {
        let mut plan = Sample::new();
        let first = plan.add("B", "First", Vec::new());
        let second = plan.add("B", "Second", Vec::new());
        plan.claim("codex", &second);
        plan.comment("claude", &first);
        let nodes = nodes(&plan);
        let about = |task| told(&plan, &nodes, Some(plan.index(task)));
        assert_eq!(
            about(&first),
            ["comment on B: claude [applied]", "add B: First [applied]"]
        );
        assert_eq!(
            about(&second),
            [
                "claim B: codex, until 12:06Z [applied]",
                "add B: Second [applied]"
            ]
        );
        let logged = logged(&nodes);
        let log = Log::new(plan.state());
        let comments = |task| {
            let all = log.comments(logged.iter()).into_iter();
            all.filter(|(about, ..)| *about == plan.index(task)).count()
        };
        assert_eq!((comments(&first), comments(&second)), (1, 0));
    }

    #[test]
    fn the_same_entry_again_is_refused_and_the_first_stands() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        plan.comment("claude", &task);
        let mut nodes = nodes(&plan);
        nodes.push(nodes.last().cloned().unwrap());
        let told = told(&plan, &nodes, None);
        assert_eq!(told[0], "comment on B: claude [refusedrepeated]");
        assert_eq!(told[1], "comment on B: claude [applied]");
        let (log, logged) = (Log::new(plan.state()), logged(&nodes));
        assert_eq!(log.comments(logged.iter()).len(), 1);
    }

    #[test]
    fn an_ignored_commit_has_no_author_and_says_why() {
        let plan = Sample::new();
        let mut nodes = nodes(&plan);
        let verdict = Judgement::Quarantined {
            flaw: Box::new(Flaw::Message),
            foreign: true,
        };
        let id = EntryId::from_bytes([9; 32]);
        nodes.push(Node::with_verdict(id, plan.state().effective, verdict));
        let entry = newest(plan.state(), &nodes);
        assert_eq!(
            (entry.actor, entry.subject, entry.effect),
            (None, None, EntryEffect::Quarantined)
        );
        assert_eq!(entry.flaw, Some(Flaw::Message));
    }
}
