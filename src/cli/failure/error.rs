//! What a command ends with when it does not succeed: code, message, hint, and the exit status that follows.
//!
//! Not here: how it is printed (`ui`), and which command to try next (`hint`).

use std::{error::Error, fmt};

use super::{code, hint};
use crate::{
    core::{
        plan::{
            refusal::{Code, Refusal},
            state::name::NotFound,
        },
        values::{id::TaskId, text::brief},
    },
    git::{self, sign::SignError},
    ledger,
    render::refusal,
    sync,
};

/// Why a command did not succeed.
///
/// The message is in git's manner: lower case, no full stop, the subject in quotes. It may hold what
/// other people wrote; [`Ui`](super::ui::Ui) makes it harmless when it is printed.
#[derive(Debug)]
pub struct CommandError {
    // In a box, so that a result is no larger for what hardly ever happens.
    told: Box<Told>,
}

#[derive(Debug)]
struct Told {
    kind: Kind,
    code: &'static str,
    message: String,
    refusal: Option<Refusal>,
    source: Option<Box<dyn Error + Send + Sync>>,
    hint: Option<String>,
    usage: Option<String>,
    details: Vec<String>,
}

/// The ways in which a command can end without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The answer is no.
    No,
    /// The answer is no, and the command has said so itself.
    AnsweredNo,
    /// It could not be done.
    Fatal,
    /// The command line is wrong.
    Usage,
    /// Whoever read standard output went away; there is nobody to tell.
    OutputClosed,
}

impl Kind {
    /// The exit status, as git has it; 141 is what a shell reports of a program that a closed pipe ended.
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
        let told = Told {
            kind,
            code,
            message: message.to_string(),
            refusal: None,
            source: None,
            hint: None,
            usage: None,
            details: Vec::new(),
        };
        Self {
            told: Box::new(told),
        }
    }
    /// The answer is no: exit 1.
    pub fn no(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::No, code, message)
    }
    /// The answer is no and stands on standard output already, differences for instance: exit 1, nothing printed.
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
    /// It could not be done: exit 128.
    pub fn fatal(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Fatal, code, message)
    }
    /// It could not be done, and this error says why: exit 128.
    pub fn caused(code: &'static str, cause: impl Error + Send + Sync + 'static) -> Self {
        Self::fatal(code, &cause).because(cause)
    }
    /// The command line is wrong in a way that the parser cannot see: exit 129.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, code::USAGE, message)
    }
    /// Nobody reads standard output any more: exit 141, quietly.
    pub(in crate::cli) fn output_closed() -> Self {
        Self::new(Kind::OutputClosed, "", "")
    }

    /// … with the command to try next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.told.hint = Some(hint.into());
        self
    }
    /// … with the command to try next, if there is one.
    #[must_use]
    pub(in crate::cli) fn next_is(mut self, hint: Option<String>) -> Self {
        self.told.hint = hint;
        self
    }
    /// … with the error beneath; its text is added where the message does not hold it already.
    #[must_use]
    pub fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.told.source = Some(Box::new(source));
        self
    }
    /// … with the line that shows how the command is written.
    #[must_use]
    pub fn usage_line(mut self, usage: Option<String>) -> Self {
        self.told.usage = usage;
        self
    }

    /// … with everything that is wrong, a line each; the message says what it is about.
    #[must_use]
    pub fn details(mut self, details: Vec<String>) -> Self {
        self.told.details = details;
        self
    }

    /// No task is called what was given, or several are.
    pub fn task_not_found(given: &str, why: NotFound) -> Self {
        match why {
            NotFound::Unknown => {
                let message = refusal::unknown_task(brief(given, GIVEN_MAX));
                Self::fatal(Code::UnknownTask.as_str(), message).hint("git coord list")
            }
            NotFound::Ambiguous(candidates) => Self::ambiguous("task", given, &candidates),
        }
    }
    /// There is a task of this name already.
    pub fn task_exists(id: &TaskId) -> Self {
        Self::no(code::TASK_EXISTS, format!("task '{id}' already exists"))
            .hint(format!("git coord show {id}"))
    }
    /// Several things of this kind (`task`, `entry`, `snapshot`) begin with what was given.
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

    /// What kind of end it is.
    pub fn kind(&self) -> Kind {
        self.told.kind
    }
    /// The stable word for it; empty if there is nothing to say.
    pub fn code(&self) -> &'static str {
        self.told.code
    }
    /// What the rules refused, if it was they who did.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.told.refusal.as_ref()
    }
    /// The command to try next.
    pub fn next(&self) -> Option<&str> {
        self.told.hint.as_deref()
    }
    /// How the command is written, if that was the mistake.
    pub fn written(&self) -> Option<&str> {
        self.told.usage.as_deref()
    }
    /// Everything that is wrong, a line each, where that is more than the message says.
    pub fn lines(&self) -> &[String] {
        &self.told.details
    }
    /// The exit status.
    pub fn exit_status(&self) -> u8 {
        self.told.kind.exit_status()
    }
}

/// So much of what was typed is repeated in a message, in characters.
const GIVEN_MAX: usize = 200;

/// So many candidates are named in one message.
const CANDIDATES_MAX: usize = 10;

/// The message, and after a colon what the errors beneath add to it.
impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.told.message.clone();
        let mut beneath = self.source();
        while let Some(error) = beneath {
            let text = error.to_string();
            if !told.contains(&text) {
                told.push_str(": ");
                told.push_str(&text);
            }
            beneath = error.source();
        }
        f.write_str(&told)
    }
}

impl Error for CommandError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.told.source.as_deref()?;
        Some(source)
    }
}

/// A refusal is the answer no, save that a task which does not exist cannot be asked about.
impl From<Refusal> for CommandError {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let next = hint::refusal::after(&refusal);
        let message = refusal::sentence(&refusal);
        let mut error = Self::new(refusal_kind(code), code.as_str(), message).next_is(next);
        error.told.refusal = Some(refusal);
        error
    }
}

/// The kind of end that a refusal is.
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
            "task 'B' is claimed by codex until 2025-10-15T14:05:00Z (since 2025-10-15T10:05:00Z)"
        );
        assert_eq!(error.next(), Some("git coord ready says what is free"));
        let from_store = CommandError::from(ledger::Error::Refused(refusal));
        assert_eq!(from_store.exit_status(), 1);
        assert_eq!(from_store.next(), Some("git coord ready says what is free"));
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
    fn the_error_beneath_is_told_once() {
        let error = CommandError::fatal(code::CANNOT_READ, "cannot read 'plan.md'")
            .because(io::Error::other("it is on fire"));
        assert_eq!(error.to_string(), "cannot read 'plan.md': it is on fire");
        let same = CommandError::caused(code::CANNOT_READ, io::Error::other("it is on fire"));
        assert_eq!(same.to_string(), "it is on fire");
    }
}
