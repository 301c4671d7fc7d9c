//! The words that a task is described in: priority, estimate, gate, status.
//!
//! Not here: the task in the ledger (`state`), and how its status is derived (`state::task`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    id::{ActorName, InvalidName},
    time::Span,
};

macro_rules! words {
    ($(#[$doc:meta])* $type:ident, $what:literal, $list:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal $(or $other:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($(#[$vdoc])* $variant),+ }

        impl $type {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// The word for it, in messages, JSON and on the command line alike.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::core::values::id::InvalidName;
            fn from_str(text: &str) -> Result<Self, crate::core::values::id::InvalidName> {
                let words = [$((Self::$variant, &[$word $(, $other)*] as &[&str])),+];
                let is_meant = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
                words.into_iter().find(|(_, words)| is_meant(words)).map(|(value, _)| value).ok_or_else(|| {
                    crate::core::values::id::InvalidName { what: $what, text: text.to_owned(), why: concat!("it is none of ", $list) }
                })
            }
        }
    };
}
pub(crate) use words;

words!(
    /// How much a task matters; the order of the variants is the order of work.
    Priority, "priority", "critical, high, medium, low, P0 to P4" {
        /// Before everything else.
        Critical = "critical" or "p0",
        /// Soon.
        High = "high" or "p1",
        /// As it comes.
        Medium = "medium" or "p2",
        /// When nothing else is left.
        Low = "low" or "p3" or "p4",
    }
);

words!(
    /// How much can go wrong when a task is done.
    Risk, "risk", "high, medium, low" {
        /// Breakage is likely or dear.
        High = "high",
        /// Breakage is possible.
        Medium = "medium",
        /// Breakage is unlikely and cheap.
        Low = "low",
    }
);

words!(
    /// How a task is linked to another one, beside its dependencies and its parent.
    LinkKind, "link", "discovered_from, duplicates, relates" {
        /// It was discovered during the work on the other one.
        DiscoveredFrom = "discovered_from" or "discovered-from",
        /// It asks for the same as the other one.
        Duplicates = "duplicates" or "duplicate",
        /// A reader of one should know the other.
        Relates = "relates" or "related" or "relates-to",
    }
);

words!(
    /// The status of a task, in one word. Derived, never stored.
    Status, "status", "not_started, waiting, in_progress, blocked, in_review, approved, done, cancelled" {
        /// Nobody has begun.
        NotStarted = "not_started",
        /// A task that it depends on, or a child, is unfinished.
        Waiting = "waiting",
        /// Claimed, or progressed.
        InProgress = "in_progress",
        /// It has an open blocker.
        Blocked = "blocked",
        /// A review was asked for and the task is not done.
        InReview = "in_review",
        /// Its review is over, and it is not done.
        Approved = "approved",
        /// Finished.
        Done = "done",
        /// Given up.
        Cancelled = "cancelled",
    }
);

words!(
    /// The decision of a reviewer.
    Judgement, "judgement", "approved, rejected" {
        /// The work is good.
        Approved = "approved",
        /// The work is not good yet.
        Rejected = "rejected",
    }
);

impl Judgement {
    /// The judgement that `state::task::Verdict` holds as a flag.
    pub(in crate::core) fn of(approved: bool) -> Self {
        if approved {
            Self::Approved
        } else {
            Self::Rejected
        }
    }
}

words!(
    /// A role gives an actor permissions. An actor can have several.
    Role, "role", "admin, coordinator, worker, reviewer, observer" {
        /// Everything, the roster and the ledger itself included.
        Admin = "admin",
        /// Assigns, edits everybody's tasks, sets policy and targets.
        Coordinator = "coordinator",
        /// Adds tasks, claims them, reports on what it holds.
        Worker = "worker",
        /// Gives verdicts.
        Reviewer = "reviewer",
        /// Reads, comments and records observations.
        Observer = "observer",
    }
);

words!(
    /// Whether an actor is a person or a program.
    ActorKind, "actor kind", "human, agent" {
        /// A person.
        Human = "human",
        /// A program that works by itself.
        Agent = "agent",
    }
);

/// How long the work takes: a range of whole minutes, written `2h-3h` or `30min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
pub struct Estimate {
    low: u32,
    high: u32,
}

/// The longest estimate, in minutes: ten years.
pub const MINUTES_MAX: u32 = 5_256_000;

impl Estimate {
    /// A range; the lower bound comes first, neither may pass ten years.
    pub fn from_minutes(low: u32, high: u32) -> Option<Self> {
        (low <= high && high <= MINUTES_MAX).then_some(Self { low, high })
    }
    /// The lower bound in minutes.
    pub const fn low(self) -> u32 {
        self.low
    }
    /// The upper bound of the estimate, in minutes.
    pub const fn high(self) -> u32 {
        self.high
    }
}

impl TryFrom<(u32, u32)> for Estimate {
    type Error = &'static str;
    fn try_from((low, high): (u32, u32)) -> Result<Self, &'static str> {
        Self::from_minutes(low, high)
            .ok_or("an estimate whose bounds are out of order or beyond ten years")
    }
}

impl From<Estimate> for (u32, u32) {
    fn from(estimate: Estimate) -> (u32, u32) {
        (estimate.low, estimate.high)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = |minutes| match Span::from_minutes(u64::from(minutes)) {
            span if minutes % 1440 == 0 && minutes > 0 => format!("{}h", span.seconds() / 3600),
            span => span.to_string(),
        };
        if self.low == self.high {
            return f.pad(&span(self.low));
        }
        f.pad(&format!("{}-{}", span(self.low), span(self.high)))
    }
}

impl Estimate {
    /// Takes what plans hold: `2h-3h`, `2-3h`, `2–3h`, `30min`, `1h30m`, `0.5h`, `~2h`, `1d`, `1-2w`. A week has five days.
    ///
    /// # Errors
    /// It is none of them, or it passes ten years.
    pub fn parse(text: &str, day: WorkingDay) -> Result<Self, InvalidName> {
        parse_estimate(text, day).ok_or_else(|| InvalidName {
            what: "estimate",
            text: text.to_owned(),
            why: "it is not a duration such as 30min, 2h, 2h-3h or 1d",
        })
    }
}

/// How long people or agents work in a day, from one minute to 24 hours: the `d` of an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Span", into = "Span")]
pub struct WorkingDay(Span);

impl Default for WorkingDay {
    fn default() -> Self {
        Self(Span::from_minutes(8 * 60))
    }
}

impl TryFrom<Span> for WorkingDay {
    type Error = &'static str;
    fn try_from(span: Span) -> Result<Self, &'static str> {
        if (60..=86_400).contains(&span.seconds()) {
            Ok(Self(span))
        } else {
            Err("a working day has between one minute and 24 hours")
        }
    }
}

impl From<WorkingDay> for Span {
    fn from(day: WorkingDay) -> Self {
        day.0
    }
}

/// In hours and minutes, never as `1d`.
impl fmt::Display for WorkingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.seconds() == 86_400 {
            return f.write_str("24h");
        }
        self.0.fmt(f)
    }
}

impl FromStr for WorkingDay {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let span: Option<Span> = text.parse().ok();
        let day = span.and_then(|span| Self::try_from(span).ok());
        day.ok_or_else(|| InvalidName {
            what: "working day",
            text: text.to_owned(),
            why: "it is not a duration between 1min and 24h",
        })
    }
}

fn parse_estimate(text: &str, day: WorkingDay) -> Option<Estimate> {
    let text = text
        .trim()
        .trim_start_matches('~')
        .replace(['–', '—'], "-")
        .replace(' ', "");
    let Some((low, high)) = text.split_once('-') else {
        let minutes = parse_minutes(&text, day)?;
        return Estimate::from_minutes(minutes, minutes);
    };
    let unit = high.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let bare = low.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let low = if bare {
        format!("{low}{unit}")
    } else {
        low.to_owned()
    };
    Estimate::from_minutes(parse_minutes(&low, day)?, parse_minutes(high, day)?)
}

/// Minutes of `90min`, `1h30m`, `1d4h`, and of decimals such as `0.5h`, without floating point.
fn parse_minutes(text: &str, day: WorkingDay) -> Option<u32> {
    if let Some((whole, rest)) = text.split_once('.') {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (fraction, unit) = rest.split_at(digits);
        let unit_minutes = u64::from(parse_minutes(&format!("1{unit}"), day)?);
        let scale = 10u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let whole: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().ok()?
        };
        let parts = whole
            .checked_mul(scale)?
            .checked_add(fraction.parse().ok()?)?;
        return u32::try_from(parts.checked_mul(unit_minutes)? / scale).ok();
    }
    let text = text
        .strip_suffix("hours")
        .or(text.strip_suffix("hrs"))
        .or(text.strip_suffix("hr"))
        .map_or_else(
            || {
                text.strip_suffix("mins")
                    .map_or(text.to_owned(), |n| format!("{n}min"))
            },
            |n| format!("{n}h"),
        );
    let (days, rest) = take_days(&text)?;
    let rest: Span = match rest {
        "" if !text.is_empty() => Span::ZERO,
        rest => rest.parse().ok()?,
    };
    let days = days.checked_mul(day.0.seconds())?;
    u32::try_from(days.checked_add(rest.seconds())?.div_ceil(60)).ok()
}

/// The working days at the beginning of a text, and the rest, which has neither days nor weeks.
fn take_days(text: &str) -> Option<(u64, &str)> {
    let (mut days, mut rest) = (0_u64, text);
    for (unit, length) in [('w', WEEK), ('d', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            let number: u64 = number.parse().ok()?;
            days = days.checked_add(number.checked_mul(length)?)?;
            rest = after;
        }
    }
    (!rest.contains(['w', 'd'])).then_some((days, rest))
}

/// The working days of a week.
const WEEK: u64 = 5;

/// The approver that a gate asks for: one actor, or anybody with a role. Written `claude` or `role:reviewer`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Approver {
    /// This actor.
    Actor(ActorName),
    /// Anybody with this role.
    Role(Role),
}

impl fmt::Display for Approver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Actor(name) => name.fmt(f),
            Self::Role(role) => write!(f, "role:{role}"),
        }
    }
}

impl FromStr for Approver {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        match text.strip_prefix("role:") {
            Some(role) => role.parse().map(Self::Role),
            None => text.parse().map(Self::Actor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(text: &str) -> Option<(u32, u32)> {
        Estimate::parse(text, WorkingDay::default())
            .ok()
            .map(Into::into)
    }

    #[test]
    fn estimates_are_read_as_people_write_them() {
        assert_eq!(minutes("2-3h"), Some((120, 180)));
        assert_eq!(minutes("2h-3h"), Some((120, 180)));
        assert_eq!(minutes("30min"), Some((30, 30)));
        assert_eq!(minutes("0.5h"), Some((30, 30)));
        assert_eq!(minutes("1.5-2h"), Some((90, 120)));
        assert_eq!(minutes("~15 min"), Some((15, 15)));
        assert_eq!(minutes("2–3 hours"), Some((120, 180)));
    }

    #[test]
    fn a_day_is_a_working_day_and_a_week_has_five() {
        assert_eq!(minutes("1d"), Some((480, 480)));
        assert_eq!(minutes("1-2d"), Some((480, 960)));
        assert_eq!(minutes("0.5d"), Some((240, 240)));
        assert_eq!(minutes("1w"), Some((2400, 2400)));
        assert_eq!(minutes("8d"), Some((3840, 3840)));
        assert_eq!(minutes("1w1d1h30min"), Some((2970, 2970)));
        let short = "6h".parse().unwrap();
        let estimate = Estimate::parse("1d", short).unwrap();
        assert_eq!(estimate.low(), 360);
        for text in ["0h", "25h", "x"] {
            assert!(text.parse::<WorkingDay>().is_err(), "{text}");
        }
        let whole: WorkingDay = "1d".parse().unwrap();
        assert_eq!(whole.to_string(), "24h");
    }

    #[test]
    fn other_texts_than_estimates_are_refused() {
        for text in [
            "",
            "soon",
            "3-2h",
            "h",
            "-",
            "1.h.",
            "99999999999h",
            "1..5h",
            "1h2d",
            "1d1w",
            "d",
        ] {
            assert_eq!(minutes(text), None, "{text:?}");
        }
    }

    #[test]
    fn estimates_read_back_as_they_are_written() {
        for text in ["2h-3h", "30min", "90min-2h", "24h", "0s"] {
            let estimate = Estimate::parse(text, WorkingDay::default()).expect(text);
            assert_eq!(estimate.to_string(), text);
        }
    }

    #[test]
    fn words_are_taken_in_any_case_and_given_in_lower() {
        assert_eq!("HIGH".parse::<Priority>().map(Priority::as_str), Ok("high"));
        assert!("urgent".parse::<Priority>().is_err());
        let words = ["P0", "p1", "P2", "P3", "P4"].map(|word| word.parse().map(Priority::as_str));
        assert_eq!(words, ["critical", "high", "medium", "low", "low"].map(Ok));
        assert!("P5".parse::<Priority>().is_err());
        assert_eq!(
            "role:reviewer".parse::<Approver>().map(|a| a.to_string()),
            Ok("role:reviewer".into())
        );
    }
}
