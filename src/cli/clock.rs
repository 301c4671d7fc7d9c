//! The time of a command: `GIT_COMMITTER_DATE` if it is set, as in git, else now.
//!
//! Not here: the forms of dates (`core::values::date`), and times of the ledger (`core::values::time`).

use std::{
    cell::OnceCell,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::{
    cli::{
        CommandError,
        environment::{self, Lookup},
        failure::code,
    },
    core::values::time::{Span, Timestamp},
};

/// A clock that is read once, so that everything in one command has the same time.
#[derive(Debug, Default)]
pub struct Clock {
    now: OnceCell<Timestamp>,
    system: OnceCell<Timestamp>,
}

impl Clock {
    /// A clock for the rest of a command that has waited until `now`.
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: now.into(),
            system: OnceCell::new(),
        }
    }

    /// The time of this command.
    ///
    /// # Errors
    /// `bad_date` if `GIT_COMMITTER_DATE` is not a date.
    pub fn now(&self) -> Result<Timestamp, CommandError> {
        if let Some(now) = self.now.get() {
            return Ok(*now);
        }
        let set = set_by(&environment::variable)?;
        let now = set.unwrap_or_else(|| self.system());
        Ok(*self.now.get_or_init(|| now))
    }

    /// The time of the system's clock, whatever `GIT_COMMITTER_DATE` is.
    pub fn system(&self) -> Timestamp {
        *self.system.get_or_init(system_time)
    }
}

/// The time in the environment, if it is set.
fn set_by(environment: Lookup<'_>) -> Result<Option<Timestamp>, CommandError> {
    match environment("GIT_COMMITTER_DATE") {
        Some(date) if !date.is_empty() => date.trim().parse().map(Some).map_err(|error| {
            CommandError::fatal(code::BAD_DATE, "GIT_COMMITTER_DATE is not a date").because(error)
        }),
        _ => Ok(None),
    }
}

/// The time of the system's clock; a time before 1970 counts as 1970.
fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Timestamp::from_seconds(since.map_or(0, |since| since.as_secs()))
}

/// A clock that goes on from the time of a command while the command waits.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    start: Timestamp,
    began: Instant,
}

impl Running {
    /// It begins at the time of the command.
    pub fn from(start: Timestamp) -> Self {
        Self {
            start,
            began: Instant::now(),
        }
    }
    /// How long it has run.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.start
            .after(Span::from_seconds(self.elapsed().as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str) -> Result<Option<Timestamp>, CommandError> {
        set_by(&|name| (name == "GIT_COMMITTER_DATE").then(|| date.to_owned()))
    }

    #[test]
    fn the_committer_date_sets_the_clock() {
        let noon = at("Wed, 15 Oct 2025 14:05:00 +0200").unwrap();
        assert_eq!(noon.unwrap().to_string(), "2025-10-15T12:05:00Z");
    }

    #[test]
    fn without_a_date_the_time_is_now() {
        assert_eq!(at("").unwrap(), None);
        let now = Clock::default().system();
        assert!(now > "2025-01-01T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_bad_date_is_an_error_that_names_the_variable() {
        let error = at("tomorrow").unwrap_err();
        assert_eq!((error.code(), error.exit_status()), ("bad_date", 128));
        let text = error.to_string();
        assert!(
            text.starts_with("GIT_COMMITTER_DATE is not a date: 'tomorrow'"),
            "{text}"
        );
    }

    #[test]
    fn a_clock_is_read_once() {
        let clock = Clock::default();
        let first = clock.now().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1100));
        assert_eq!(clock.now().unwrap(), first);
    }
}
