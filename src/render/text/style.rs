//! How text is laid out and coloured, and the few colours there are.
//!
//! Not here: when colour is wanted (`cli::output::ui`).

use anstyle::{AnsiColor, Style as Ansi};

use crate::core::{
    plan::state::standing::GuardrailStatus,
    values::{
        task::{Priority, Status},
        time::{DayOffset, Timestamp},
    },
};

/// How text is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// The columns of the terminal; none if there is no terminal, then nothing is cut off.
    pub width: Option<usize>,
}

impl Style {
    /// The text in a colour, if there are colours.
    pub(super) fn paint(self, ansi: Ansi, text: &str) -> String {
        if self.color && ansi != Ansi::new() && !text.is_empty() {
            format!("{ansi}{text}{ansi:#}")
        } else {
            text.to_owned()
        }
    }
    /// A heading.
    pub(super) fn heading(self, text: &str) -> String {
        self.paint(BOLD, text)
    }
}

pub(super) const PLAIN: Ansi = Ansi::new();
pub(super) const BOLD: Ansi = Ansi::new().bold();
pub(super) const DIM: Ansi = Ansi::new().dimmed();
pub(super) const GOOD: Ansi = AnsiColor::Green.on_default();
pub(super) const BAD: Ansi = AnsiColor::Red.on_default();
pub(super) const NOTICE: Ansi = AnsiColor::Yellow.on_default();
pub(super) const ACTIVE: Ansi = AnsiColor::Cyan.on_default();

pub(super) fn of_status(status: Status) -> Ansi {
    match status {
        Status::NotStarted => PLAIN,
        Status::Waiting | Status::Cancelled => DIM,
        Status::InProgress => ACTIVE,
        Status::Blocked => BAD,
        Status::InReview => NOTICE,
        Status::Done => GOOD,
    }
}

pub(super) fn of_priority(priority: Option<Priority>) -> Ansi {
    match priority {
        Some(Priority::Critical) => BAD,
        Some(Priority::High) => NOTICE,
        Some(Priority::Medium | Priority::Low) | None => PLAIN,
    }
}

pub(super) fn of_guardrail(status: GuardrailStatus) -> Ansi {
    match status {
        GuardrailStatus::NotRun => PLAIN,
        GuardrailStatus::Waiting => DIM,
        GuardrailStatus::Pass => GOOD,
        GuardrailStatus::Fail => BAD,
    }
}

/// A time seen from another: `14:05Z` on the same day of UTC, else `2025-10-15 14:05Z`.
pub fn time_seen_from(time: Timestamp, now: Timestamp) -> String {
    let day = |time: Timestamp| time.day(DayOffset::default());
    if day(time) == day(now) {
        time.clock()
    } else {
        date_and_clock(time)
    }
}

/// `2025-10-15 14:05Z`.
pub(super) fn date_and_clock(time: Timestamp) -> String {
    format!("{} {}", time.day(DayOffset::default()), time.clock())
}
