//! The attributes of a task in words, in one list.
//!
//! Not here: what they are (`core::plan::fields`).

use crate::{
    core::{
        entry::event::task::TaskFact,
        values::{task::Estimate, text::Text},
        views::snapshot::Minutes,
    },
    render::words,
};

/// An attribute of a task after a fact. Text from people is not escaped.
pub struct Attribute {
    /// Its name in JSON.
    pub key: &'static str,
    /// Its name in a sentence; of a list, the name of one member.
    pub noun: &'static str,
    /// Its value.
    pub value: AttributeValue,
}

/// The value of an attribute after a fact.
pub enum AttributeValue {
    /// A single value; none if it is not set.
    One(Option<String>),
    /// A member that the list has now.
    Added(String),
    /// A member that the list no longer has.
    Removed(String),
    /// A text of its own, or something that only the task knows.
    Elsewhere,
}

impl AttributeValue {
    /// The value; none if there is none.
    pub fn shown(self) -> Option<String> {
        match self {
            Self::One(value) => value,
            Self::Added(member) => Some(member),
            Self::Removed(_) | Self::Elsewhere => None,
        }
    }
}

/// The name of an attribute in the JSON, its name in a sentence, and its value after the fact.
pub fn after(fact: &TaskFact) -> Attribute {
    use AttributeValue::{Added, Elsewhere, One, Removed};
    let text = |text: &Option<Text>| One(text.as_ref().map(owned));
    let (key, noun, value) = match fact {
        TaskFact::Title(title) => ("title", "title", One(Some(owned(title)))),
        TaskFact::Group(group) => ("group", "group", text(group)),
        TaskFact::OwnerAdded(owner) => ("owners", "owner", Added(owner.to_string())),
        TaskFact::OwnerRemoved(owner) => ("owners", "owner", Removed(owner.to_string())),
        TaskFact::Priority(it) => ("priority", "priority", One(it.map(|it| it.to_string()))),
        TaskFact::Risk(it) => ("risk", "risk", One(it.map(|it| it.to_string()))),
        TaskFact::Estimate(it) => ("estimate", "estimate", One(it.map(estimate))),
        TaskFact::GateAdded(gate) => ("gates", "review by", Added(gate.to_string())),
        TaskFact::GateRemoved(gate) => ("gates", "review by", Removed(gate.to_string())),
        TaskFact::PathAdded(path) => ("paths", "path", Added(owned(path.text()))),
        TaskFact::PathRemoved(path) => ("paths", "path", Removed(owned(path.text()))),
        TaskFact::Branch(branch) => (
            "branch",
            "branch",
            One(branch.as_ref().map(|it| it.as_str().to_owned())),
        ),
        TaskFact::PullRequest(it) => ("pr", "pull request", One(it.map(|it| format!("#{it}")))),
        TaskFact::CriterionAdded(text) => ("accept", "criterion", Added(owned(text))),
        TaskFact::CriterionRemoved(text) => ("accept", "criterion", Removed(owned(text))),
        TaskFact::CheckAdded(text) => ("checks", "checklist item", Added(owned(text))),
        TaskFact::CheckRemoved(text) => ("checks", "checklist item", Removed(owned(text))),
        TaskFact::LabelAdded(label) => ("labels", "label", Added(owned(label))),
        TaskFact::LabelRemoved(label) => ("labels", "label", Removed(owned(label))),
        TaskFact::Wave(wave) => (
            "wave",
            "wave",
            One(wave.map(|wave| wave.number.to_string())),
        ),
        TaskFact::Extra(key, value) => {
            let shown = value
                .as_ref()
                .map(|it| format!("{}: {}", key.as_str(), it.as_str()));
            ("extra", "field", One(shown))
        }
        TaskFact::Due(day) => ("due", "due", One(day.map(|day| day.to_string()))),
        TaskFact::Defer(day) => (
            "defer",
            "deferred until",
            One(day.map(|day| day.to_string())),
        ),
        TaskFact::UrlAdded(url) => ("urls", "URL", Added(url.to_string())),
        TaskFact::UrlRemoved(url) => ("urls", "URL", Removed(url.to_string())),
        // These are no attributes of the list: a difference has none of them.
        TaskFact::DependencyAdded(on) => ("depends_on", "depends on", Added(on.id.to_string())),
        TaskFact::DependencyRemoved(on) => ("depends_on", "depends on", Removed(on.id.to_string())),
        TaskFact::Parent(parent) => {
            let name = parent.as_ref().map(|parent| parent.id.to_string());
            ("parent", "parent", One(name))
        }
        TaskFact::LinkAdded(kind, other) => {
            ("links", words::link(*kind), Added(other.id.to_string()))
        }
        TaskFact::LinkRemoved(kind, other) => {
            ("links", words::link(*kind), Removed(other.id.to_string()))
        }
        TaskFact::StepAdded(step) => ("step", "step", Added(owned(step))),
        TaskFact::StepRemoved(_) | TaskFact::Body(_) => {
            (fact.attribute(), fact.attribute(), Elsewhere)
        }
    };
    Attribute { key, noun, value }
}

/// Whether an attribute, by its name in JSON, can have any text as its value.
pub fn is_free(key: &str) -> bool {
    [
        "title", "group", "paths", "accept", "checks", "labels", "extra", "step",
    ]
    .contains(&key)
}

fn owned(text: &Text) -> String {
    text.as_str().to_owned()
}

fn estimate(estimate: Estimate) -> String {
    words::effort(Minutes::from(estimate))
}
