//! The width of a terminal, and the colours.
//!
//! Not here: deciding whether to use colours (`cli::output::ui`).

use anstyle::{AnsiColor, Style as Ansi};

use crate::core::{
    plan::state::guardrails::GuardrailStatus,
    values::task::{Priority, Status},
};

/// The width and the colours of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether ANSI colours are written.
    pub color: bool,
    /// The number of columns of the terminal. None if there is no terminal; then text is not cut.
    pub width: Option<usize>,
}

impl Style {
    /// The text in a colour, if colours are on.
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

/// The colour of a status.
pub fn of_status(status: Status) -> Ansi {
    match status {
        Status::NotStarted => PLAIN,
        Status::Waiting | Status::Cancelled => DIM,
        Status::InProgress => ACTIVE,
        Status::Blocked => BAD,
        Status::InReview | Status::Approved => NOTICE,
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
        GuardrailStatus::Stale => NOTICE,
        GuardrailStatus::Pass => GOOD,
        GuardrailStatus::Fail => BAD,
    }
}
