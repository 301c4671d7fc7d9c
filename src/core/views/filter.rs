//! The filter language of `list`: `owner:codex status:blocked -label:docs words`.
//!
//! Each argument is one term, and a task must match all of them. A term is `key:value[,value…]` and matches if one of
//! the values does; or it is `P0` to `P4`, a priority; or it is a word, which matches a part of the id or the title. `-` or `!` in front negates a term.
//! Double quotes enclose a value with a comma or a word with a colon. Case is ignored.
//! Not here: finding one task by its name (`state::name`).

use std::{cmp::Ordering, str::FromStr};

use super::planning::Readiness;
use crate::core::{
    plan::state::{State, TaskIndex},
    values::{
        branch::BranchName,
        task::{Priority, Risk, Status, words},
        text::Text,
        time::{Day, Timestamp},
    },
};

/// A filter of tasks. Without terms it selects all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

/// An invalid term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFilter {
    /// The key is not one of [`KEYS`].
    #[error("'{}' is not a filter: the keys are {}", .term.escape_debug(), KEYS.join(", "))]
    UnknownKey {
        /// The whole term.
        term: String,
    },
    /// The key does not have this value.
    #[error("'{}' is not a filter: {expected}", .term.escape_debug())]
    BadValue {
        /// The whole term.
        term: String,
        /// The values of the key.
        expected: String,
    },
}

/// The keys of terms.
pub const KEYS: &[&str] = &[
    "owner", "status", "priority", "risk", "group", "label", "is", "claimed", "gate", "wave",
    "branch", "depends", "parent", "link", "due", "defer", "url",
];

words!(
    /// A property of a task, beside its status.
    Trait, "property", "claimed, unclaimed, owned, unowned, gated, open, ended, ready, deferred, overdue" {
        /// An actor holds it; the lease may have expired.
        Claimed = "claimed",
        /// Nobody holds it.
        Unclaimed = "unclaimed",
        /// It has an owner.
        Owned = "owned",
        /// It has no owner.
        Unowned = "unowned",
        /// It has a review gate.
        Gated = "gated",
        /// It is neither done nor cancelled.
        Open = "open",
        /// It is done or cancelled.
        Ended = "ended",
        /// An actor could claim it now.
        Ready = "ready",
        /// It is open, and its first day has not come.
        Deferred = "deferred",
        /// It is open, and its due day has passed.
        Overdue = "overdue",
    }
);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    negated: bool,
    any_of: Vec<Test>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Owner(String),
    Status(Status),
    Priority(Priority),
    Risk(Risk),
    /// A part of the group's name, in lower case.
    Group(String),
    Label(String),
    Is(Trait),
    Claimed(String),
    Gate(String),
    Wave(u32),
    /// A part of the branch's name, in lower case.
    Branch(String),
    Depends(String),
    Parent(String),
    Link(String),
    /// How the due day compares with a day.
    Due(&'static [Ordering], Day),
    /// How the first day compares with a day.
    Defer(&'static [Ordering], Day),
    /// A part of an address, in lower case.
    Url(String),
    /// A part of the id or the title, in lower case.
    Words(String),
}

impl Filter {
    /// Parses a filter from these arguments.
    ///
    /// # Errors
    /// The first term with an unknown key or a value that its key does not have.
    pub fn parse<S: AsRef<str>>(terms: &[S]) -> Result<Self, InvalidFilter> {
        let terms = terms.iter().map(|term| Term::parse(term.as_ref()));
        Ok(Self {
            terms: terms.collect::<Result<_, _>>()?,
        })
    }
    /// The tasks that match at a time, in the order of addition.
    pub fn select(&self, state: &State, seen_from: Timestamp) -> Vec<TaskIndex> {
        let readiness = Readiness::new(state, seen_from, None);
        let tasks = state.tasks().map(|(index, _)| index);
        let asked_for =
            |index: &TaskIndex| self.terms.iter().all(|term| term.holds(&readiness, *index));
        tasks.filter(asked_for).collect()
    }
}

impl Term {
    fn parse(whole: &str) -> Result<Self, InvalidFilter> {
        let positive = whole.strip_prefix(['-', '!']).unwrap_or(whole);
        let any_of = match positive.split_once(':') {
            Some((key, values)) if !key.starts_with('"') => {
                let tests = values_of(values).into_iter();
                tests
                    .map(|value| Test::parse(whole, &key.to_lowercase(), value))
                    .collect::<Result<_, _>>()?
            }
            _ => vec![match numbered_priority(positive) {
                Some(priority) => Test::Priority(priority),
                None => Test::Words(unquoted(positive).to_lowercase()),
            }],
        };
        Ok(Self {
            negated: positive.len() < whole.len(),
            any_of,
        })
    }
    fn holds(&self, readiness: &Readiness<'_>, index: TaskIndex) -> bool {
        self.any_of.iter().any(|test| test.holds(readiness, index)) != self.negated
    }
}

/// The priority of `P0` to `P4`. Its words, such as `high`, are also words of titles.
fn numbered_priority(text: &str) -> Option<Priority> {
    let digit = text.strip_prefix(['P', 'p'])?;
    let is_number = digit.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// The values between commas. A quoted value keeps its commas.
fn values_of(text: &str) -> Vec<&str> {
    let mut quoted = false;
    let between = |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    };
    text.split(between).map(unquoted).collect()
}

fn unquoted(text: &str) -> &str {
    let inside = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(text)
}

impl Test {
    fn parse(term: &str, key: &str, value: &str) -> Result<Self, InvalidFilter> {
        let bad = |expected: &dyn std::fmt::Display| InvalidFilter::BadValue {
            term: term.to_owned(),
            expected: expected.to_string(),
        };
        if value.is_empty() && KEYS.contains(&key) {
            return Err(bad(&format!("a value is missing after '{key}:'")));
        }
        let text = value.to_lowercase();
        let test = match key {
            "owner" => Self::Owner(text),
            "status" => Self::Status(word(&text.replace(['-', ' '], "_")).map_err(|e| bad(&e))?),
            "priority" => Self::Priority(word(value).map_err(|e| bad(&e))?),
            "risk" => Self::Risk(word(value).map_err(|e| bad(&e))?),
            "group" => Self::Group(text),
            "label" => Self::Label(text),
            "is" => Self::Is(word(value).map_err(|e| bad(&e))?),
            "claimed" => Self::Claimed(text),
            "gate" => Self::Gate(text),
            "wave" => Self::Wave(value.parse().map_err(|_| bad(&"a wave is a number"))?),
            "branch" => Self::Branch(text),
            "depends" => Self::Depends(value.to_owned()),
            "parent" => Self::Parent(value.to_owned()),
            "link" => Self::Link(value.to_owned()),
            "due" | "defer" => {
                let (orders, day) = compared(value)
                    .ok_or_else(|| bad(&"a day is like 2026-12-24 or <2026-12-24"))?;
                if key == "due" {
                    Self::Due(orders, day)
                } else {
                    Self::Defer(orders, day)
                }
            }
            "url" => Self::Url(text),
            _ => {
                return Err(InvalidFilter::UnknownKey {
                    term: term.to_owned(),
                });
            }
        };
        Ok(test)
    }

    fn holds(&self, readiness: &Readiness<'_>, index: TaskIndex) -> bool {
        let state = readiness.state();
        let task = state.task(index);
        let contains = |text: Option<&str>, part: &str| {
            text.is_some_and(|text| text.to_lowercase().contains(part))
        };
        match self {
            Self::Owner(name) => task
                .fields
                .owners
                .iter()
                .any(|owner| same(owner.as_str(), name)),
            Self::Status(status) => state.status_of(index) == *status,
            Self::Priority(priority) => task.fields.priority == Some(*priority),
            Self::Risk(risk) => task.fields.risk == Some(*risk),
            Self::Group(part) => contains(task.fields.group.as_ref().map(Text::as_str), part),
            Self::Label(name) => task
                .fields
                .labels
                .iter()
                .any(|label| same(label.as_str(), name)),
            Self::Is(property) => is(readiness, index, *property),
            Self::Claimed(name) => {
                let claim = task.claim.as_ref();
                claim.is_some_and(|claim| same(claim.actor.as_str(), name))
            }
            Self::Gate(name) => {
                let gates = state.gates_of(task);
                gates.iter().any(|gate| same(&gate.to_string(), name))
            }
            Self::Wave(number) => task.fields.wave.is_some_and(|wave| wave.number == *number),
            Self::Branch(part) => {
                contains(task.fields.branch.as_ref().map(BranchName::as_str), part)
            }
            Self::Depends(name) => {
                let mut others = task.depends.iter();
                others.any(|other| state.shown(*other) == *name)
            }
            Self::Parent(name) => {
                let parent = task.parent.map(|parent| state.shown(parent));
                parent.is_some_and(|parent| parent == *name)
            }
            Self::Link(name) => {
                let mut links = task.links.iter();
                links.any(|(_, other)| state.shown(*other) == *name)
            }
            Self::Due(orders, day) => is_so(task.fields.due, orders, *day),
            Self::Defer(orders, day) => is_so(task.fields.defer, orders, *day),
            Self::Url(part) => {
                let mut urls = task.fields.urls.iter();
                urls.any(|url| contains(Some(url.as_str()), part))
            }
            Self::Words(part) => {
                state.shown(index).to_lowercase().contains(part)
                    || contains(Some(task.fields.title.as_str()), part)
            }
        }
    }
}

/// A day, or a comparison with a day: `<`, `<=`, `>` or `>=`.
fn compared(text: &str) -> Option<(&'static [Ordering], Day)> {
    use Ordering::{Equal, Greater, Less};
    let signs: [(&str, &'static [Ordering]); 5] = [
        ("<=", &[Less, Equal]),
        (">=", &[Greater, Equal]),
        ("<", &[Less]),
        (">", &[Greater]),
        ("", &[Equal]),
    ];
    signs.into_iter().find_map(|(sign, orders)| {
        let day = text.strip_prefix(sign)?.parse().ok()?;
        Some((orders, day))
    })
}

fn is_so(of_task: Option<Day>, orders: &[Ordering], day: Day) -> bool {
    of_task.is_some_and(|of_task| orders.contains(&of_task.cmp(&day)))
}

fn word<T: FromStr<Err = crate::core::values::id::InvalidName>>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

/// Whether a text equals `lower`, which is in lower case.
fn same(text: &str, lower: &str) -> bool {
    text.to_lowercase() == lower
}

fn is(readiness: &Readiness<'_>, index: TaskIndex, property: Trait) -> bool {
    let state = readiness.state();
    let task = state.task(index);
    match property {
        Trait::Claimed => task.claim.is_some(),
        Trait::Unclaimed => task.claim.is_none(),
        Trait::Owned => !task.fields.owners.is_empty(),
        Trait::Unowned => task.fields.owners.is_empty(),
        Trait::Gated => !state.gates_of(task).is_empty(),
        Trait::Open => task.end.is_none(),
        Trait::Ended => task.end.is_some(),
        Trait::Ready => readiness.obstacle(index).is_none(),
        Trait::Overdue => {
            let due = task.fields.due.filter(|_| task.end.is_none());
            due.is_some_and(|due| readiness.is_past(due))
        }
        Trait::Deferred => task.end.is_none() && readiness.deferred_until(index).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{entry::event::task::TaskFact, sample::Sample};

    fn check(terms: &[&str], expected: &[&str]) {
        let day = Sample::day();
        let filter = Filter::parse(terms).unwrap();
        let found: Vec<String> = filter
            .select(day.state(), day.state().effective)
            .into_iter()
            .map(|index| match day.state().shown(index) {
                shown if shown.contains('~') => format!("{}~", day.state().task(index).id),
                shown => shown,
            })
            .collect();
        assert_eq!(found, expected, "{terms:?}");
    }

    #[test]
    fn a_task_must_match_every_term_and_one_value_of_each() {
        check(&[], &["1", "2", "B", "CC-3", "D", "F", "G", "B~"]);
        check(&["owner:codex"], &["1", "2", "B"]);
        check(&["owner:Codex", "status:blocked"], &["2"]);
        check(&["status:done,cancelled"], &["D", "F"]);
        check(&["status:in-review"], &["B"]);
        check(&["priority:high,critical", "group:top-5"], &["1", "2"]);
        check(&["group:\"Top-5 \"Do Now\" Tasks\""], &["1", "2"]);
        check(&["label:runtime", "gate:claude"], &["B"]);
        check(&["claimed:codex"], &["1", "B"]);
        check(&["wave:1"], &["1", "B"]);
        check(&["depends:B"], &["CC-3"]);
    }

    #[test]
    fn a_dash_or_an_exclamation_mark_negates_a_term() {
        check(&["-owner:codex,copilot", "!is:ended"], &["CC-3", "G", "B~"]);
        check(&["-sdk", "is:ready"], &["G"]);
    }

    #[test]
    fn a_word_matches_ids_and_titles() {
        check(&["SENTINEL"], &["F"]);
        check(&["b"], &["2", "B", "G", "B~"]);
        check(&["drift sentinel"], &["F"]);
        check(&["\"owner:x\""], &[]);
    }

    #[test]
    fn a_priority_by_its_number_is_no_word() {
        let mut day = Sample::day();
        day.add("Z", "The P1 of the backlog", Vec::new());
        let found = |term: &str| {
            Filter::parse(&[term])
                .unwrap()
                .select(day.state(), day.state().effective)
        };
        assert_eq!(found("P1"), found("priority:high"));
        assert_eq!(found("-p1"), found("-priority:high"));
        assert!(!found("P1").is_empty());
        // In quotes it is a word.
        let words: Vec<String> = found("\"P1\"")
            .into_iter()
            .map(|it| day.state().shown(it))
            .collect();
        assert_eq!(words, ["Z"]);
    }

    #[test]
    fn is_names_properties() {
        check(&["is:claimed"], &["1", "B"]);
        check(&["is:unowned"], &["G", "B~"]);
        check(&["is:gated"], &["B"]);
        check(&["is:open", "is:owned", "is:unclaimed"], &["2", "CC-3"]);
    }

    #[test]
    fn a_due_day_is_compared_and_a_task_without_one_never_matches() {
        let mut day = Sample::day();
        for (name, due) in [("B", "2026-12-23"), ("G", "2026-12-24")] {
            let index = day.state().names().resolve(name).unwrap();
            let task = day.state().reference(index);
            day.edit(&task, vec![TaskFact::Due(due.parse().ok())]);
        }
        let found = |term: &str| {
            let found = Filter::parse(&[term])
                .unwrap()
                .select(day.state(), day.state().effective);
            found
                .iter()
                .map(|index| day.state().shown(*index))
                .collect::<Vec<_>>()
        };
        assert_eq!(found("due:2026-12-24"), ["G"]);
        assert_eq!(found("due:<2026-12-24"), ["B"]);
        assert_eq!(found("due:<=2026-12-24"), ["B", "G"]);
        assert_eq!(found("due:>2026-12-23,2026-12-23"), ["B", "G"]);
        assert_eq!(found("due:>=2026-12-25"), [""; 0]);
        assert!(Filter::parse(&["due:soon"]).is_err());
    }

    #[test]
    fn an_invalid_filter_is_reported_with_the_valid_values() {
        let message = |term: &str| Filter::parse(&[term]).unwrap_err().to_string();
        assert_eq!(
            message("ovner:codex"),
            "'ovner:codex' is not a filter: the keys are owner, status, priority, risk, group, \
             label, is, claimed, gate, wave, branch, depends, parent, link, due, defer, url"
        );
        assert!(message("-status:open").starts_with("'-status:open' is not a filter: "));
        assert!(message("-status:open").contains("not_started, waiting"));
        assert!(message("is:red").contains("claimed, unclaimed"));
        assert_eq!(
            message("owner:"),
            "'owner:' is not a filter: a value is missing after 'owner:'"
        );
        assert!(message("owner:a,").contains("missing"));
        assert_eq!(
            message("wave:one"),
            "'wave:one' is not a filter: a wave is a number"
        );
    }
}
