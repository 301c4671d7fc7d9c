//! The failure of a command: code, message, hint and exit status.
//!
//! Not here: how it is printed (`ui`), and the next command (`hint`).

use std::{error::Error, fmt};

use super::{code, hint};
use crate::{
    core::{
        entry::event::Event,
        plan::{
            refusal::{Code, Refusal},
            state::name::NotFound,
        },
        values::{
            id::TaskId,
            text::{brief, shell_word},
            time::Timestamp,
        },
    },
    git::{self, sign::SignError},
    ledger,
    render::refusal,
    sync,
};

/// The failure of a command.
///
/// The message has git's style: lower case, no full stop, the subject in quotes. It may contain text of other people,
/// which [`Ui`](crate::cli::output::ui::Ui) escapes when it prints the message.
#[derive(Debug)]
pub struct CommandError {
    // In a box, so that results stay small: failures are rare.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: Kind,
    code: &'static str,
    message: String,
    refusal: Option<Refusal>,
    source: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
    usage: Option<String>,
    details: Vec<String>,
    wished: Vec<Event>,
}

/// The kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The answer is no.
    No,
    /// The answer is no, and the command has already printed it.
    AnsweredNo,
    /// The command could not do its work.
    Fatal,
    /// The command line is wrong.
    Usage,
    /// The reader of standard output is gone, so nothing can be reported.
    OutputClosed,
}

impl Kind {
    /// The exit status, as in git. A shell reports 141 for a program that a closed pipe has ended.
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::No | Self::AnsweredNo => 1,
            Self::Fatal => 128,
            Self::Usage => 129,
            Self::OutputClosed => 141,
        }
    }
}

impl CommandError {
    fn new(kind: Kind, code: &'static str, message: impl fmt::Display) -> Self {
        let inner = Inner {
            kind,
            code,
            message: message.to_string(),
            refusal: None,
            source: None,
            hint: None,
            usage: None,
            details: Vec::new(),
            wished: Vec::new(),
        };
        Self {
            inner: Box::new(inner),
        }
    }
    /// The answer is no: exit 1.
    pub fn no(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::No, code, message)
    }
    /// The answer is no and already printed, as with differences: exit 1 without a message.
    pub fn answered_no() -> Self {
        Self::new(Kind::AnsweredNo, "", "")
    }
    /// No error if the answer is yes, else [`answered_no`](Self::answered_no).
    ///
    /// # Errors
    /// The answer is no.
    pub fn unless(yes: bool) -> Result<(), Self> {
        if yes {
            Ok(())
        } else {
            Err(Self::answered_no())
        }
    }
    /// The command could not do its work: exit 128.
    pub fn fatal(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Fatal, code, message)
    }
    /// The command could not do its work because of this error: exit 128.
    pub fn caused(code: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::fatal(code, &cause).because(cause)
    }
    /// The command line has an error that the parser cannot find: exit 129.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, code::USAGE, message)
    }
    /// The reader of standard output is gone: exit 141 without a message.
    pub(in crate::cli) fn output_closed() -> Self {
        Self::new(Kind::OutputClosed, "", "")
    }

    /// The same failure as a person reads it at `now`: in the sentence of a refusal, times of today have no date.
    #[must_use]
    pub(in crate::cli) fn seen_from(mut self, now: Timestamp) -> Self {
        if let Some(refusal) = &self.inner.refusal {
            self.inner.message = refusal::sentence(refusal, Some(now));
        }
        self
    }
    /// Adds the next command.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.inner.hint = Some(hint.into());
        self
    }
    /// Sets or removes the next command.
    #[must_use]
    pub(in crate::cli) fn next_is(mut self, hint: Option<String>) -> Self {
        self.inner.hint = hint;
        self
    }
    /// Adds the cause. Its text is appended if the message does not contain it.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }
    /// Adds the line that shows the usage of the command.
    #[must_use]
    pub fn usage_line(mut self, usage: Option<String>) -> Self {
        self.inner.usage = usage;
        self
    }

    /// Adds every single problem, a line each, to a message about all of them.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.inner.details = details;
        self
    }

    /// No task has this name, or several tasks are meant by it.
    pub fn task_not_found(given: &str, why: NotFound) -> Self {
        match why {
            NotFound::Unknown => {
                let message = refusal::unknown_task(brief(given, GIVEN_MAX));
                Self::fatal(Code::UnknownTask.as_str(), message).hint("git coord list")
            }
            NotFound::Ambiguous(candidates) => Self::ambiguous("task", given, &candidates),
            NotFound::Shortened(name) => {
                let message = refusal::unknown_task(brief(given, GIVEN_MAX));
                let name = shell_word(&name);
                Self::fatal(Code::UnknownTask.as_str(), message)
                    .hint(format!("git coord show {name}"))
            }
        }
    }
    /// A task with this id already exists.
    pub fn task_exists(id: &TaskId) -> Self {
        Self::no(code::TASK_EXISTS, format!("task '{id}' already exists"))
            .hint(format!("git coord show {id}"))
    }
    /// Several things of this kind (`task`, `entry`, `snapshot`) begin with the given text.
    pub fn ambiguous(what: &str, given: &str, candidates: &[String]) -> Self {
        let more = candidates.len().saturating_sub(CANDIDATES_MAX);
        let shown = &candidates[..candidates.len() - more];
        let shown = shown.join(", ");
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Self::fatal(
            code::AMBIGUOUS_ID,
            format!("{what} '{given}' is ambiguous: {shown}{more}"),
        )
    }

    /// The kind of failure.
    pub fn kind(&self) -> Kind {
        self.inner.kind
    }
    /// The code; empty if nothing is printed.
    pub fn code(&self) -> &'static str {
        self.inner.code
    }
    /// The same failure of a command that would have appended these events.
    #[must_use]
    pub fn wishing(mut self, events: Vec<Event>) -> Self {
        self.inner.wished = events;
        self
    }
    /// The events that the command would have appended, as far as they are known.
    pub fn wished(&self) -> &[Event] {
        &self.inner.wished
    }
    /// The refusal of the rules, if they are the reason.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.inner.refusal.as_ref()
    }
    /// The command to try next.
    pub fn next(&self) -> Option<&str> {
        self.inner.hint.as_deref()
    }
    /// The usage of the command, for a usage error.
    pub fn written(&self) -> Option<&str> {
        self.inner.usage.as_deref()
    }
    /// Every single problem, a line each; empty if the message says everything.
    pub fn lines(&self) -> &[String] {
        &self.inner.details
    }
    /// The exit status.
    pub fn exit_status(&self) -> u8 {
        self.inner.kind.exit_status()
    }
}

/// The greatest length of typed text in a message, in characters.
const GIVEN_MAX: usize = 200;

/// The greatest number of candidates in a message.
const CANDIDATES_MAX: usize = 10;

/// The message, then after a colon the texts of the causes.
impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.inner.message.clone();
        let mut cause = self.source();
        while let Some(error) = cause {
            let reason = error.to_string();
            if !text.contains(&reason) {
                text.push_str(": ");
                text.push_str(&reason);
            }
            cause = error.source();
        }
        f.write_str(&text)
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.inner.source.as_deref()?;
        Some(source)
    }
}

/// A refusal is the answer no. Only an unknown task is fatal, because there is nothing to ask about.
impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let next = hint::refusal::after(&refusal);
        let message = refusal::sentence(&refusal, None);
        let mut error = Self::new(refusal_kind(code), code.as_str(), message).next_is(next);
        error.inner.refusal = Some(refusal);
        error
    }
}

/// The kind of failure of a refusal.
pub(in crate::cli) fn refusal_kind(code: Code) -> Kind {
    match code {
        Code::UnknownTask => Kind::Fatal,
        _ => Kind::No,
    }
}

impl From<git::Error> for CommandError {
    fn from(error: git::Error) -> Self {
        let next = hint::git::after(&error);
        Self::caused(error.code(), error).next_is(next)
    }
}

impl From<SignError> for CommandError {
    fn from(error: SignError) -> Self {
        let next = hint::sign::after(&error);
        Self::caused(error.code(), error).hint(next)
    }
}

impl From<ledger::Error> for CommandError {
    fn from(error: ledger::Error) -> Self {
        match error {
            ledger::Error::Refused(refusal) => refusal.into(),
            ledger::Error::Git(error) => error.into(),
            ledger::Error::Sign(error) => error.into(),
            error @ ledger::Error::LooksLikeSecret { .. } => {
                let next = hint::ledger::after(&error);
                Self::new(Kind::No, error.code(), error).next_is(next)
            }
            error => {
                let next = hint::ledger::after(&error);
                Self::caused(error.code(), error).next_is(next)
            }
        }
    }
}

impl From<sync::Error> for CommandError {
    fn from(error: sync::Error) -> Self {
        match error {
            sync::Error::Ledger(error) => error.into(),
            sync::Error::OnlyAdmins { ref refusal, .. } => {
                let next = hint::sync::after(&error);
                Self::from(Refusal::clone(refusal)).next_is(next)
            }
            error => {
                let (next, details) = (hint::sync::after(&error), error.details().to_vec());
                Self::caused(error.code(), error)
                    .details(details)
                    .next_is(next)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::core::plan::refusal::HeldClaim;

    #[test]
    fn a_lost_claim_is_the_answer_no_and_says_until_when() {
        let refusal = Refusal::ClaimHeld {
            task: "B".parse().unwrap(),
            claim: HeldClaim {
                actor: "codex".parse().unwrap(),
                since: "2025-10-15T10:05:00Z".parse().unwrap(),
                until: "2025-10-15T14:05:00Z".parse().unwrap(),
            },
        };
        let error = CommandError::from(refusal.clone());
        assert_eq!(error.exit_status(), 1);
        assert_eq!(error.code(), "claim_held");
        assert_eq!(
            error.to_string(),
            "task 'B' is claimed by codex until 2025-10-15 14:05 UTC"
        );
        let now = "2025-10-15T12:05:00Z".parse().unwrap();
        assert_eq!(
            CommandError::from(refusal.clone())
                .seen_from(now)
                .to_string(),
            "task 'B' is claimed by codex until 14:05 UTC (in 2 h)"
        );
        assert_eq!(error.next(), Some("git coord ready"));
        let from_store = CommandError::from(ledger::Error::Refused(refusal));
        assert_eq!(from_store.exit_status(), 1);
        assert_eq!(from_store.next(), Some("git coord ready"));
    }

    #[test]
    fn a_task_that_is_not_there_or_not_one_exits_128() {
        let unknown = CommandError::task_not_found("Z", NotFound::Unknown);
        assert_eq!(
            (unknown.code(), unknown.exit_status()),
            ("unknown_task", 128)
        );
        let several = NotFound::Ambiguous(vec!["E402-1".into(), "E402-2".into()]);
        let several = CommandError::task_not_found("E4", several);
        assert_eq!(
            (several.code(), several.exit_status()),
            ("ambiguous_id", 128)
        );
        assert_eq!(
            several.to_string(),
            "task 'E4' is ambiguous: E402-1, E402-2"
        );
    }

    #[test]
    fn long_lists_of_candidates_are_cut() {
        let names: Vec<String> = (0..12).map(|n| format!("T{n}")).collect();
        let text = CommandError::ambiguous("task", "T", &names).to_string();
        assert!(text.ends_with("T9 and 2 more"), "{text}");
    }

    #[test]
    fn the_cause_is_printed_once() {
        let error = CommandError::fatal(code::CANNOT_READ, "cannot read 'plan.md'")
            .because(io::Error::other("it is on fire"));
        assert_eq!(error.to_string(), "cannot read 'plan.md': it is on fire");
        let same = CommandError::caused(code::CANNOT_READ, io::Error::other("it is on fire"));
        assert_eq!(same.to_string(), "it is on fire");
    }
}
