//! Why the rules say no: a stable code, and a sentence made from what it is about.
//!
//! Not here: when they say it (`rules`), and the command to try next (`cli::failure::error`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::core::values::{
    id::ActorName,
    task::{Role, words},
    text::Text,
    time::Timestamp,
};

words!(
    /// The stable word for a refusal, the same in JSON, in anomalies and in the documents.
    Code, "refusal code", "the codes of docs/errors.md" {
        /// Another actor holds the task.
        ClaimHeld = "claim_held",
        /// The actor holds the task already.
        AlreadyYours = "already_yours",
        /// Another claim holds paths of this task.
        PathsHeld = "paths_held",
        /// A review gate is open.
        GateOpen = "gate_open",
        /// A verdict on work of one's own.
        OwnWork = "own_work",
        /// A verdict from somebody whom no gate names.
        NotReviewer = "not_reviewer",
        /// The dependency would close a circle.
        Cycle = "cycle",
        /// No such task at this place.
        UnknownTask = "unknown_task",
        /// The actor's roles do not reach so far.
        NotPermitted = "not_permitted",
        /// The claim that the work names is no longer the task's claim.
        LeaseLost = "lease_lost",
        /// The task is done or cancelled.
        TaskEnded = "task_ended",
        /// The task is not done and not cancelled.
        TaskOpen = "task_open",
        /// The task is not claimed.
        NotClaimed = "not_claimed",
        /// No review was asked for, or not of this commit.
        NotSubmitted = "not_submitted",
        /// No such step.
        UnknownStep = "unknown_step",
        /// No such open blocker.
        UnknownBlocker = "unknown_blocker",
        /// No such actor.
        UnknownActor = "unknown_actor",
        /// No such guardrail.
        UnknownGuardrail = "unknown_guardrail",
        /// No such attachment in the entry.
        UnknownAttachment = "unknown_attachment",
        /// An actor of this name exists.
        ActorExists = "actor_exists",
        /// The key belongs to an actor already.
        KeyTaken = "key_taken",
        /// The actor has no such key.
        KeyUnknown = "key_unknown",
        /// The key was revoked.
        KeyRevoked = "key_revoked",
        /// The ledger would be left without an admin.
        LastAdmin = "last_admin",
        /// Only the recovery key can do this.
        RecoveryOnly = "recovery_only",
        /// The same entry took effect before.
        Repeated = "repeated",
        /// Not a place where this event can stand.
        Misplaced = "misplaced",
        /// Too many of something.
        TooMany = "too_many",
        /// There is no verdict to withdraw.
        NoVerdict = "no_verdict",
        /// No such item in the review checklist.
        UnknownCheck = "unknown_check",
    }
);

/// A refusal by the rules: what it is about, who stands in the way, until when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refusal {
    /// The kind of refusal.
    pub code: Code,
    /// The name of what it is about: a task as it is shown, an actor, a step's text.
    pub subject: Text,
    /// Who stands in the way.
    pub actor: Option<ActorName>,
    /// Until when, or since when.
    pub time: Option<Timestamp>,
    /// What is missing, or the second thing it is about.
    pub detail: Option<Text>,
}

impl Refusal {
    /// A refusal about `subject`.
    pub fn new(code: Code, subject: impl fmt::Display) -> Self {
        Self {
            code,
            subject: short(subject),
            actor: None,
            time: None,
            detail: None,
        }
    }
    /// This actor may not do this, which takes one of these roles; an admin may always.
    pub fn not_permitted(actor: &ActorName, deed: &str, roles: &[Role]) -> Self {
        let others = roles.iter().filter(|role| **role != Role::Admin);
        let others: Vec<&str> = others.map(|role| role.as_str()).collect();
        let takes = match others.len() {
            0 => "it takes the role admin".to_owned(),
            4 => "it takes a role".to_owned(),
            _ => format!("it takes the role {} or admin", others.join(", ")),
        };
        Self::new(Code::NotPermitted, deed).by(actor).with(takes)
    }
    /// … in whose way this actor stands.
    #[must_use]
    pub fn by(mut self, actor: &ActorName) -> Self {
        self.actor = Some(actor.clone());
        self
    }
    /// … until or since this time.
    #[must_use]
    pub fn at(mut self, time: Timestamp) -> Self {
        self.time = Some(time);
        self
    }
    /// … with this detail.
    #[must_use]
    pub fn with(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(short(detail));
        self
    }
}

/// A text short enough to stand in a message.
fn short(text: impl fmt::Display) -> Text {
    let text = crate::core::values::text::brief(&text.to_string(), 200);
    text.parse().unwrap_or_else(|_| Text::question_mark())
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        let actor = self.actor.as_ref().map_or("nobody", ActorName::as_str);
        let until = self
            .time
            .map_or_else(String::new, |time| format!(" until {time}"));
        let detail = self
            .detail
            .as_ref()
            .map_or_else(String::new, ToString::to_string);
        match self.code {
            Code::ClaimHeld => write!(
                f,
                "task '{subject}' is claimed by {actor}{until}{}",
                wrap(&detail)
            ),
            Code::AlreadyYours => write!(
                f,
                "task '{subject}' is already claimed by you, {actor},{until}"
            ),
            Code::PathsHeld => write!(f, "task '{subject}' needs {detail}, held by {actor}{until}"),
            Code::GateOpen => write!(f, "the review of task '{subject}' still needs {detail}"),
            Code::OwnWork => write!(
                f,
                "{actor} cannot give a verdict on '{subject}', its own work"
            ),
            Code::NotReviewer => write!(f, "{actor} is no reviewer of task '{subject}'"),
            Code::Cycle if detail == subject.as_str() => {
                write!(f, "task '{subject}' cannot depend on itself")
            }
            Code::Cycle => write!(
                f,
                "task '{subject}' cannot depend on '{detail}', which depends on it"
            ),
            Code::UnknownTask => write!(f, "task '{subject}' does not exist"),
            Code::NotPermitted => write!(f, "{actor} may not {subject}{}", wrap(&detail)),
            Code::LeaseLost => match (&self.actor, &self.detail) {
                (Some(holder), Some(files)) if files.as_str().starts_with('\'') => write!(
                    f,
                    "your claim of task '{subject}' ran out and is gone; it needs {files}, held by {holder}{until}"
                ),
                (Some(holder), _) => write!(
                    f,
                    "your claim of task '{subject}' is gone; {holder} holds it{until}{}",
                    wrap(&detail)
                ),
                (None, _) => write!(f, "your claim of task '{subject}' is gone; nobody holds it"),
            },
            Code::TaskEnded => write!(f, "task '{subject}' is already {detail}, by {actor}"),
            Code::TaskOpen => write!(f, "task '{subject}' is neither done nor cancelled"),
            Code::NotClaimed => write!(f, "task '{subject}' is not claimed"),
            Code::NotSubmitted if detail.is_empty() => {
                write!(f, "nobody asked for a review of task '{subject}'")
            }
            Code::NotSubmitted => write!(f, "task '{subject}' is not submitted at {detail}"),
            Code::UnknownStep => write!(f, "task '{subject}' has no such step"),
            Code::UnknownBlocker => write!(f, "task '{subject}' has no such open blocker"),
            Code::UnknownActor => write!(f, "actor '{subject}' does not exist"),
            Code::UnknownGuardrail => write!(f, "guardrail '{subject}' does not exist"),
            Code::UnknownAttachment => write!(f, "the entry has no attachment '{subject}'"),
            Code::ActorExists => write!(f, "actor '{subject}' exists already"),
            Code::KeyTaken => write!(f, "the key belongs to '{subject}' already{}", wrap(&detail)),
            Code::KeyUnknown => write!(f, "the key is not one of '{subject}'"),
            Code::KeyRevoked => write!(f, "the key of '{subject}' was revoked"),
            Code::LastAdmin => write!(f, "'{subject}' is the last admin"),
            Code::RecoveryOnly => write!(f, "only the recovery key can {subject}"),
            Code::Repeated => write!(f, "entry '{subject}' took effect before"),
            Code::Misplaced => write!(f, "{subject} cannot stand here"),
            Code::TooMany => write!(f, "task '{subject}' has too many {detail}"),
            Code::UnknownCheck => write!(f, "task '{subject}' has no check {detail}"),
            Code::NoVerdict => write!(f, "{actor} has given no verdict on task '{subject}'"),
        }
    }
}

fn wrap(detail: &str) -> String {
    if detail.is_empty() {
        String::new()
    } else {
        format!(" ({detail})")
    }
}

impl std::error::Error for Refusal {}
