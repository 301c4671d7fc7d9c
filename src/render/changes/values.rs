//! The values of a change as text, for JSON and for sentences.
//!
//! Text from people is not escaped. Not here: the sentences (`sentence`).

use serde::Serialize;

use crate::{
    core::{
        entry::event::{CommitId, task::Integration},
        plan::fields::AttributeChange,
        values::{id::ActorName, text::Text},
        views::diff::{
            ActorStanding, Change, GuardrailStanding, Member, OnForge, Pair, PullRequestResult,
            Steps, TargetResult,
        },
    },
    render::{
        attribute::{self, AttributeValue},
        words,
    },
};

/// A change of a task as text, in the form of the JSON.
#[derive(Serialize)]
pub(super) struct Values<'a> {
    /// The name of the changed field of the task, or `verdict`, `integrated`, `blocker`, `comments`.
    pub(super) what: &'static str,
    /// The value before; none if there was no value.
    pub(super) before: Option<String>,
    /// The value after; none if there is no value.
    pub(super) after: Option<String>,
    /// The actor that made the change, if known.
    pub(super) by: Option<&'a ActorName>,
    /// The reviewed commit of a verdict.
    pub(super) commit: Option<&'a CommitId>,
    /// The note of a verdict.
    pub(super) note: Option<&'a str>,
    /// The changed thing in a sentence.
    #[serde(skip)]
    pub(super) noun: &'static str,
    /// Whether a list gained or lost a member.
    #[serde(skip)]
    pub(super) is_member: bool,
}

fn of_attribute(change: &AttributeChange) -> Values<'static> {
    let (before, after) = (
        attribute::after(&change.inverse),
        attribute::after(&change.fact),
    );
    Values {
        noun: after.noun,
        is_member: !matches!(after.value, AttributeValue::One(_)),
        ..Values::new(after.key, before.value.shown(), after.value.shown())
    }
}

/// The values of a change.
pub(super) fn of(change: &Change) -> Values<'_> {
    match change {
        Change::Status(pair, by) => shown("status", pair).by(by.as_ref()),
        Change::Waiver(reason) => Values::new("waiver", None, Some(owned(reason))),
        Change::Verdict(given) => {
            let values = Values::new("verdict", None, Some(given.judgement.to_string()));
            Values {
                commit: given.commit.as_ref(),
                note: given.note.as_deref(),
                ..values.by(Some(&given.by))
            }
        }
        Change::Claim(pair) => optional("claim", pair).by(pair.after.as_ref()),
        Change::Attribute(change, by) => of_attribute(change).by(by.as_ref()),
        Change::Percent(pair) => pair_of("percent", pair, |percent| Some(format!("{percent}%"))),
        Change::Steps(pair) => pair_of("steps", pair, |it| it.map(steps)),
        Change::Dependency(member) => member_of("depends_on", member, String::clone),
        Change::Parent(pair) => optional("parent", pair),
        Change::Link(kind, member) => member_of("links", member, |other| format!("{kind}:{other}")),
        Change::Blocker(member, by) => member_of("blocker", member, owned).by(by.as_ref()),
        Change::Body(pair) => optional("body", pair),
        Change::Commit(pair) => optional("commit", pair),
        Change::Integrated(Integration { commit, into, .. }) => Values::new(
            "integrated",
            None,
            Some(format!("{commit} into {}", into.as_str())),
        ),
        Change::Worktree(pair) => texts("worktree", pair),
        Change::Comments(pair) => shown("comments", pair),
    }
}

impl<'a> Values<'a> {
    fn new(what: &'static str, before: Option<String>, after: Option<String>) -> Self {
        Self {
            what,
            before,
            after,
            by: None,
            commit: None,
            note: None,
            noun: what,
            is_member: false,
        }
    }
    fn by(self, by: Option<&'a ActorName>) -> Self {
        Self { by, ..self }
    }
}

fn pair_of<'a, T>(
    what: &'static str,
    pair: &Pair<T>,
    value: impl Fn(&T) -> Option<String>,
) -> Values<'a> {
    Values::new(what, value(&pair.before), value(&pair.after))
}

fn shown<'a, T: ToString>(what: &'static str, pair: &Pair<T>) -> Values<'a> {
    pair_of(what, pair, |value| Some(value.to_string()))
}

fn optional<'a, T: ToString>(what: &'static str, pair: &Pair<Option<T>>) -> Values<'a> {
    pair_of(what, pair, |value| value.as_ref().map(T::to_string))
}

fn texts<'a>(what: &'static str, pair: &Pair<Option<Text>>) -> Values<'a> {
    pair_of(what, pair, |text| text.as_ref().map(owned))
}

fn member_of<'a, T>(
    what: &'static str,
    member: &Member<T>,
    text: impl Fn(&T) -> String,
) -> Values<'a> {
    match member {
        Member::Added(value) => Values::new(what, None, Some(text(value))),
        Member::Removed(value) => Values::new(what, Some(text(value)), None),
    }
}

fn owned(text: &Text) -> String {
    text.as_str().to_owned()
}

fn steps(steps: Steps) -> String {
    format!("{}/{}", steps.done, steps.total)
}

/// A target and its result: `3..5 missed`.
pub(super) fn target(target: &TargetResult) -> String {
    let met = match target.met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "unknown",
    };
    format!("{} {met}", target.expression.as_str())
}

/// A pull request: `open, checks failing, changes requested`.
pub(super) fn pull_request(request: &PullRequestResult) -> String {
    let state = words::state(request.state, request.draft);
    let checks = request.checks.map(|checks| format!("checks {checks}"));
    let review = request.review.map_or("", words::decision);
    let mergeable = request.mergeable.map_or("", words::mergeable);
    let parts = [state, &checks.unwrap_or_default(), review, mergeable];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// A pull request by repository and number: `github.com/acme/plan#410`.
pub(super) fn on_forge(id: &OnForge) -> String {
    format!("{}#{}", id.source, id.number)
}

/// A guardrail: `pass`, `pass, by hand`.
pub(super) fn guardrail(result: &GuardrailStanding) -> String {
    words::guardrail_status(result.status, result.by_hand, result.dirty)
}

/// The roles of an actor, and its keys that are not active: `worker, reviewer, key SHA256:XRUkcDLJYX revoked`.
pub(super) fn actor(actor: &ActorStanding) -> String {
    let roles = actor.roles.iter().map(|role| role.as_str().to_owned());
    let none = actor.roles.is_empty().then(|| "no role".to_owned());
    let keys = actor.ended_keys.iter();
    let keys = keys.map(|(key, standing)| format!("key {key:.17} {standing}"));
    let words: Vec<String> = roles.chain(none).chain(keys).collect();
    words.join(", ")
}
