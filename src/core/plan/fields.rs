//! The fields that people set on a task, in one list: the effect of each fact, and the facts that turn one version of a
//! task into another.
//!
//! Not here: dependencies, the parent, links, steps and the specification, which need an entry or other tasks to be understood.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::{
    entry::event::task::{TaskFact, Wave},
    values::{
        branch::BranchName,
        glob::Glob,
        id::ActorName,
        pairs,
        task::{Approver, Estimate, Priority, Risk},
        text::Text,
        time::Day,
        url::Url,
    },
};

/// The fields that people set on a task. The encoding leaves out unset fields, so a new field changes only states that
/// use it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Its title.
    pub title: Text,
    /// Its group.
    #[serde(skip_serializing_if = "is_unset")]
    pub group: Option<Text>,
    /// Its owners, in the order of their addition.
    #[serde(skip_serializing_if = "is_unset")]
    pub owners: Vec<ActorName>,
    /// Its priority.
    #[serde(skip_serializing_if = "is_unset")]
    pub priority: Option<Priority>,
    /// Its risk.
    #[serde(skip_serializing_if = "is_unset")]
    pub risk: Option<Risk>,
    /// The expected time for the work.
    #[serde(skip_serializing_if = "is_unset")]
    pub estimate: Option<Estimate>,
    /// Its gates: the actors and roles that have to approve it.
    #[serde(skip_serializing_if = "is_unset")]
    pub gates: BTreeSet<Approver>,
    /// Globs of the files that the task changes.
    #[serde(skip_serializing_if = "is_unset")]
    pub paths: BTreeSet<Glob>,
    /// The branch for the work.
    #[serde(skip_serializing_if = "is_unset")]
    pub branch: Option<BranchName>,
    /// The number of its pull request.
    #[serde(skip_serializing_if = "is_unset")]
    pub pull_request: Option<u64>,
    /// Its acceptance criteria, in the order of their addition.
    #[serde(skip_serializing_if = "is_unset")]
    pub criteria: Vec<Text>,
    /// The items of its review checklist.
    #[serde(skip_serializing_if = "is_unset")]
    pub checks: BTreeSet<Text>,
    /// Its labels.
    #[serde(skip_serializing_if = "is_unset")]
    pub labels: BTreeSet<Text>,
    /// Its wave in the imported plan.
    #[serde(skip_serializing_if = "is_unset")]
    pub wave: Option<Wave>,
    /// The fields of its source that the format does not have.
    #[serde(with = "pairs", skip_serializing_if = "is_unset")]
    pub extra: BTreeMap<Text, Text>,
    /// The day on which it has to be done.
    #[serde(skip_serializing_if = "is_unset")]
    pub due: Option<Day>,
    /// The first day on which the work may begin.
    #[serde(skip_serializing_if = "is_unset")]
    pub defer: Option<Day>,
    /// The addresses of an issue or a document about it.
    #[serde(skip_serializing_if = "is_unset")]
    pub urls: BTreeSet<Url>,
}

fn is_unset<T: Default + PartialEq>(attribute: &T) -> bool {
    *attribute == T::default()
}

impl Fields {
    /// A task with a title and no other fields.
    pub fn titled(title: Text) -> Self {
        Self {
            title,
            ..Self::default()
        }
    }

    /// Applies a fact. A fact about other tasks, steps or the specification changes nothing here.
    pub fn apply(&mut self, fact: &TaskFact) {
        match fact {
            TaskFact::Title(title) => self.title = title.clone(),
            TaskFact::Group(group) => self.group.clone_from(group),
            TaskFact::OwnerAdded(owner) => append(&mut self.owners, owner),
            TaskFact::OwnerRemoved(owner) => self.owners.retain(|other| other != owner),
            TaskFact::Priority(priority) => self.priority = *priority,
            TaskFact::Risk(risk) => self.risk = *risk,
            TaskFact::Estimate(estimate) => self.estimate = *estimate,
            TaskFact::GateAdded(gate) => _ = self.gates.insert(gate.clone()),
            TaskFact::GateRemoved(gate) => _ = self.gates.remove(gate),
            TaskFact::PathAdded(path) => _ = self.paths.insert(path.clone()),
            TaskFact::PathRemoved(path) => _ = self.paths.remove(path),
            TaskFact::Branch(branch) => self.branch.clone_from(branch),
            TaskFact::PullRequest(number) => self.pull_request = *number,
            TaskFact::CriterionAdded(text) => append(&mut self.criteria, text),
            TaskFact::CriterionRemoved(text) => self.criteria.retain(|other| other != text),
            TaskFact::CheckAdded(text) => _ = self.checks.insert(text.clone()),
            TaskFact::CheckRemoved(text) => _ = self.checks.remove(text),
            TaskFact::LabelAdded(label) => _ = self.labels.insert(label.clone()),
            TaskFact::LabelRemoved(label) => _ = self.labels.remove(label),
            TaskFact::Wave(wave) => self.wave = *wave,
            TaskFact::Extra(key, Some(value)) => _ = self.extra.insert(key.clone(), value.clone()),
            TaskFact::Extra(key, None) => _ = self.extra.remove(key),
            TaskFact::Due(day) => self.due = *day,
            TaskFact::Defer(day) => self.defer = *day,
            TaskFact::UrlAdded(url) => _ = self.urls.insert(url.clone()),
            TaskFact::UrlRemoved(url) => _ = self.urls.remove(url),
            TaskFact::DependencyAdded(_)
            | TaskFact::DependencyRemoved(_)
            | TaskFact::Parent(_)
            | TaskFact::LinkAdded(..)
            | TaskFact::LinkRemoved(..)
            | TaskFact::StepAdded(_)
            | TaskFact::StepRemoved(_)
            | TaskFact::Body(_) => {}
        }
    }
}

fn append<T: PartialEq + Clone>(list: &mut Vec<T>, item: &T) {
    if !list.contains(item) {
        list.push(item.clone());
    }
}

/// A change of one attribute: the fact that makes it, and the fact that takes it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeChange {
    /// The fact that makes the change.
    pub fact: TaskFact,
    /// The fact that takes it back.
    pub inverse: TaskFact,
}

/// The facts that turn `from` into `to`. They may change the order of owners and criteria, which does not matter.
pub fn difference(from: &Fields, to: &Fields) -> Vec<TaskFact> {
    merge(from, to, from).facts
}

/// The same, each with the fact that takes it back.
pub fn changes(from: &Fields, to: &Fields) -> Vec<AttributeChange> {
    compare(from, to, from).changes
}

/// The result of merging two changed versions of one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The changes of the other side that ours did not make.
    pub facts: Vec<TaskFact>,
    /// The fields that both sides set to different values; our values stay.
    pub left: Vec<&'static str>,
}

/// The merge of the changes from `base` to `new` into `ours`, which started from `base` too.
pub fn merge(base: &Fields, new: &Fields, ours: &Fields) -> Merge {
    let sides = compare(base, new, ours);
    let facts = sides.changes.into_iter().map(|change| change.fact);
    Merge {
        facts: facts.collect(),
        left: sides.left,
    }
}

/// The list of the attributes: what their comparison finds.
fn compare<'a>(base: &'a Fields, new: &'a Fields, ours: &'a Fields) -> Sides<'a> {
    let mut sides = Sides {
        base,
        new,
        ours,
        changes: Vec::new(),
        left: Vec::new(),
    };
    sides.value(|of| &of.title, TaskFact::Title);
    sides.value(|of| &of.group, TaskFact::Group);
    sides.members(
        |of| &of.owners,
        TaskFact::OwnerAdded,
        TaskFact::OwnerRemoved,
    );
    sides.value(|of| &of.priority, TaskFact::Priority);
    sides.value(|of| &of.risk, TaskFact::Risk);
    sides.value(|of| &of.estimate, TaskFact::Estimate);
    sides.members(|of| &of.gates, TaskFact::GateAdded, TaskFact::GateRemoved);
    sides.members(|of| &of.paths, TaskFact::PathAdded, TaskFact::PathRemoved);
    sides.value(|of| &of.branch, TaskFact::Branch);
    sides.value(|of| &of.pull_request, TaskFact::PullRequest);
    sides.members(
        |of| &of.criteria,
        TaskFact::CriterionAdded,
        TaskFact::CriterionRemoved,
    );
    sides.members(
        |of| &of.checks,
        TaskFact::CheckAdded,
        TaskFact::CheckRemoved,
    );
    sides.members(
        |of| &of.labels,
        TaskFact::LabelAdded,
        TaskFact::LabelRemoved,
    );
    sides.value(|of| &of.wave, TaskFact::Wave);
    sides.extra();
    sides.value(|of| &of.due, TaskFact::Due);
    sides.value(|of| &of.defer, TaskFact::Defer);
    sides.members(|of| &of.urls, TaskFact::UrlAdded, TaskFact::UrlRemoved);
    sides
}

/// Three versions of a task, and the merge so far.
struct Sides<'a> {
    base: &'a Fields,
    new: &'a Fields,
    ours: &'a Fields,
    changes: Vec<AttributeChange>,
    left: Vec<&'static str>,
}

impl Sides<'_> {
    fn value<T: Clone + PartialEq>(
        &mut self,
        of: impl Fn(&Fields) -> &T,
        fact: impl Fn(T) -> TaskFact,
    ) {
        self.choose(of(self.base), of(self.new), of(self.ours), fact);
    }

    fn choose<T: Clone + PartialEq>(
        &mut self,
        base: &T,
        new: &T,
        ours: &T,
        fact: impl Fn(T) -> TaskFact,
    ) {
        if new == base || new == ours {
            return;
        }
        let inverse = fact(ours.clone());
        let fact = fact(new.clone());
        if ours == base {
            self.changes.push(AttributeChange { fact, inverse });
        } else {
            self.left.push(fact.attribute());
        }
    }

    fn members<T, L>(
        &mut self,
        of: impl Fn(&Fields) -> &L,
        added: impl Fn(T) -> TaskFact,
        removed: impl Fn(T) -> TaskFact,
    ) where
        T: Clone + PartialEq + 'static,
        for<'l> &'l L: IntoIterator<Item = &'l T>,
    {
        let moved = moved(of(self.base), of(self.new), of(self.ours));
        let gone = moved.removed.into_iter().map(|item| AttributeChange {
            fact: removed(item.clone()),
            inverse: added(item),
        });
        let came = moved.added.into_iter().map(|item| AttributeChange {
            fact: added(item.clone()),
            inverse: removed(item),
        });
        self.changes.extend(came.chain(gone));
    }

    fn extra(&mut self) {
        let (base, new, ours) = (&self.base.extra, &self.new.extra, &self.ours.extra);
        let keys: BTreeSet<&Text> = base.keys().chain(new.keys()).collect();
        for key in keys {
            let value = |side: &BTreeMap<Text, Text>| side.get(key).cloned();
            let fact = |value| TaskFact::Extra(key.clone(), value);
            self.choose(&value(base), &value(new), &value(ours), fact);
        }
    }
}

/// The added and removed members of a list.
pub struct Moved<T> {
    /// The members that the other side added and ours does not have.
    pub added: Vec<T>,
    /// The members that the other side removed and ours still has.
    pub removed: Vec<T>,
}

/// The members that `new` added to `base` or removed from it and that are news for `ours`.
pub fn moved<'l, T, L>(base: &'l L, new: &'l L, ours: &'l L) -> Moved<T>
where
    T: Clone + PartialEq + 'l,
    L: ?Sized,
    &'l L: IntoIterator<Item = &'l T>,
{
    let has = |list: &'l L, item: &T| list.into_iter().any(|other| other == item);
    let news = new.into_iter();
    let added = news.filter(|item| !has(base, item) && !has(ours, item));
    let olds = base.into_iter();
    let removed = olds.filter(|item| !has(new, item) && has(ours, item));
    Moved {
        added: added.cloned().collect(),
        removed: removed.cloned().collect(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample};
    use serde_json::Value;

    use super::*;
    use crate::core::{
        sample::{actor, glob, text},
        values::task::Role,
    };

    /// A task with every attribute set.
    fn full() -> Fields {
        Fields {
            title: text("Breaker"),
            group: Some(text("Core")),
            owners: vec![actor("codex")],
            priority: Some(Priority::High),
            risk: Some(Risk::Low),
            estimate: Estimate::from_minutes(60, 90),
            gates: BTreeSet::from([Approver::Role(Role::Reviewer)]),
            paths: BTreeSet::from([glob("src/**")]),
            branch: Some("feat/breaker".parse().unwrap()),
            pull_request: Some(410),
            criteria: vec![text("it opens")],
            checks: BTreeSet::from([text("timeouts")]),
            labels: BTreeSet::from([text("db")]),
            wave: Some(Wave { number: 1, rank: 2 }),
            extra: BTreeMap::from([(text("key"), text("1"))]),
            due: "2026-12-24".parse().ok(),
            defer: "2026-12-05".parse().ok(),
            urls: BTreeSet::from(["https://example.org/7".parse().unwrap()]),
        }
    }

    fn applied(from: &Fields, facts: &[TaskFact]) -> Fields {
        let mut fields = from.clone();
        facts.iter().for_each(|fact| fields.apply(fact));
        fields
    }

    #[test]
    fn every_attribute_is_encoded_compared_and_applied() {
        let shown = format!("{:?}", full());
        let unset = ["None", "[]", "{}"].iter().find(|it| shown.contains(**it));
        assert_eq!(unset, None, "an attribute is not set in {shown}");
        let nothing = Fields::titled(text("x"));
        let encoded = serde_json::to_value(full()).unwrap();
        assert_eq!(
            serde_json::from_value::<Fields>(encoded.clone()).unwrap(),
            full()
        );
        let Value::Object(attributes) = encoded else {
            unreachable!("a struct is an object")
        };
        for (name, value) in attributes {
            let mut one = serde_json::to_value(&nothing).unwrap();
            one[&name] = value;
            let one: Fields = serde_json::from_value(one).unwrap();
            assert_ne!(one, nothing, "{name}");
            assert_eq!(
                applied(&nothing, &difference(&nothing, &one)),
                one,
                "{name}"
            );
            assert_eq!(
                applied(&one, &difference(&one, &nothing)),
                nothing,
                "{name}"
            );
        }
    }

    fn texts() -> impl Strategy<Value = Vec<Text>> {
        let shuffled = Just(["a", "b", "c", "d"]).prop_shuffle();
        (shuffled, 0..=4usize)
            .prop_map(|(all, count)| all[..count].iter().copied().map(text).collect())
    }
    fn one<T: Clone + std::fmt::Debug + 'static>(
        all: impl Into<Vec<T>>,
    ) -> impl Strategy<Value = Option<T>> {
        option::of(sample::select(all.into()))
    }
    fn short() -> impl Strategy<Value = Option<Text>> {
        one(["a", "b"].map(text))
    }

    prop_compose! {
        fn any_fields()(
            lists in vec(texts(), 6),
            title in sample::select(["A", "B"].map(text).to_vec()),
            (group, branch) in (short(), short()),
            (priority, risk) in (one(Priority::ALL), one(Risk::ALL)),
            (low, number) in (option::of(0..3u32), 0..3u32),
        ) -> Fields {
            let named = |texts: &Vec<Text>| texts.iter().map(|it| actor(it.as_str())).collect::<Vec<_>>();
            Fields {
                title,
                group,
                owners: named(&lists[0]),
                priority,
                risk,
                estimate: low.and_then(|low| Estimate::from_minutes(low, low)),
                gates: named(&lists[1]).into_iter().map(Approver::Actor).collect(),
                paths: lists[2].iter().filter_map(|text| text.clone().try_into().ok()).collect(),
                branch: branch.and_then(|text| text.as_str().parse().ok()),
                pull_request: low.map(u64::from),
                criteria: lists[3].clone(),
                checks: lists[4].iter().cloned().collect(),
                labels: lists[5].iter().cloned().collect(),
                wave: low.map(|rank| Wave { number, rank }),
                extra: lists[0].iter().cloned().zip(lists[1].iter().cloned()).collect(),
                due: low.and_then(|low| format!("2026-12-2{low}").parse().ok()),
                defer: low.and_then(|low| format!("2026-12-0{}", low + 1).parse().ok()),
                urls: lists[5].iter().map(|it| format!("https://{}.org", it.as_str()).parse().unwrap()).collect(),
            }
        }
    }

    /// The fields with their lists sorted, since facts cannot express the order of members.
    fn sorted(mut fields: Fields) -> Fields {
        fields.owners.sort();
        fields.criteria.sort();
        fields
    }

    proptest! {
        #[test]
        fn the_difference_turns_one_version_into_the_other_and_back(a in any_fields(), b in any_fields()) {
            prop_assert_eq!(sorted(applied(&a, &difference(&a, &b))), sorted(b.clone()));
            prop_assert_eq!(sorted(applied(&b, &difference(&b, &a))), sorted(a.clone()));
            prop_assert_eq!(difference(&a, &a), []);
            let inverse: Vec<TaskFact> = changes(&a, &b).into_iter().map(|change| change.inverse).collect();
            prop_assert_eq!(sorted(applied(&b, &inverse)), sorted(a.clone()));
        }

        #[test]
        fn a_merge_takes_changes_of_one_side_and_leaves_conflicting_changes(
            base in any_fields(),
            new in any_fields(),
            ours in any_fields(),
        ) {
            let merged = merge(&base, &new, &ours);
            let result = applied(&ours, &merged.facts);
            prop_assert_eq!(result.group != new.group && base.group != new.group, merged.left.contains(&"group"));
            let has = |side: &Fields| side.labels.contains(&text("a"));
            let expected = if has(&new) == has(&base) { has(&ours) } else { has(&new) };
            prop_assert_eq!(has(&result), expected);
            // A second merge changes nothing.
            prop_assert_eq!(merge(&base, &new, &result).facts, []);
        }
    }
}
