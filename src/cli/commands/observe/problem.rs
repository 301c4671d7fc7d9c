//! The messages about a forge that gave no answer.
//!
//! Not here: asking it (`asked`).

use crate::{
    cli::{CommandError, failure::code},
    core::values::time::Timestamp,
    forge::ask::Problem,
};

/// The failure of a command that got no answer; times of today have no date.
pub(super) fn failure(problem: Problem, now: Timestamp) -> CommandError {
    match problem {
        Problem::NotInstalled { program } => {
            let message = match program {
                "gh" => "gh is not installed, and no token is set".to_owned(),
                program => format!("{program} is not installed"),
            };
            CommandError::fatal(code::FORGE_NOT_INSTALLED, message)
                .hint("set GITHUB_TOKEN, or read a list from a file: git coord observe prs --from prs.json")
        }
        Problem::NotLoggedIn { program, host } => {
            let message = format!("{program} is not logged in to {host}");
            CommandError::fatal(code::FORGE_NOT_LOGGED_IN, message)
                .hint(format!("{program} auth login --hostname {host}"))
        }
        Problem::TokenRefused { host } => {
            let message = format!("{host} does not accept the token");
            CommandError::fatal(code::FORGE_TOKEN_REFUSED, message)
                .hint("set another GITHUB_TOKEN, or log in with gh: gh auth login")
        }
        Problem::RateLimited { host, until } => {
            let until = until.map(|until| until.seen_from(now));
            let message = match &until {
                Some(until) => format!("{host} takes no more requests until {until}"),
                None => format!("{host} takes no more requests for now"),
            };
            let hint = match until {
                Some(until) => format!("after {until}: git coord observe prs"),
                None => "in an hour: git coord observe prs".to_owned(),
            };
            CommandError::fatal(code::FORGE_RATE_LIMITED, message).hint(hint)
        }
        Problem::TimedOut { host } | Problem::Overloaded { host } => {
            let message = format!("{host} did not answer in time");
            CommandError::fatal(code::FORGE_TIMED_OUT, message)
                .hint("git coord observe prs --timeout 5min")
        }
        Problem::Offline { host } => {
            let message = format!("{host} cannot be reached");
            CommandError::fatal(code::FORGE_OFFLINE, message)
                .hint("when there is a connection: git coord observe prs")
        }
        Problem::NotShown { repository } => {
            let message = format!("{repository} does not exist, or you may not see it");
            CommandError::fatal(code::FORGE_DENIED, message).hint(
                "name another repository: git coord observe prs --repository https://github.com/OWNER/NAME",
            )
        }
        Problem::Redirected { host, to } => {
            let message =
                format!("{host} sends the request on to {to}, where the token must not go");
            CommandError::fatal(code::FORGE_UNTRUSTED, message)
                .hint("set GITHUB_API_URL to the new address, and: git coord observe prs")
        }
        Problem::NotEncrypted { address } => {
            let message =
                format!("the token cannot be sent to '{address}': it is not an https:// address");
            CommandError::fatal(code::FORGE_UNTRUSTED, message)
                .hint("set GITHUB_API_URL to an https:// address, and: git coord observe prs")
        }
        Problem::Unreadable { why } => unreadable(&why),
        Problem::Failed { what, why } => {
            let message = format!("{what} gives no answer: {why}");
            CommandError::fatal(code::FORGE_FAILED, message)
                .hint("read a list from a file: git coord observe prs --from prs.json")
        }
        Problem::NotAsked { host } => {
            let message = format!("no program is known that asks {host} for pull requests");
            CommandError::fatal(code::UNKNOWN_FORGE, message)
                .hint("read a list from a file: git coord observe prs --from prs.json")
        }
    }
}

/// A list that cannot be read.
pub(super) fn unreadable(why: &str) -> CommandError {
    let message = format!("cannot read the pull requests: {why}");
    CommandError::fatal(code::BAD_PULL_REQUESTS, message)
        .hint("the fields that are read: git coord observe prs --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_has_a_message_and_a_hint_of_its_own() {
        let host = || "github.com".to_owned();
        let now = Timestamp::from_seconds(0);
        let problems = [
            Problem::NotInstalled { program: "gh" },
            Problem::NotLoggedIn {
                program: "gh",
                host: host(),
            },
            Problem::RateLimited {
                host: host(),
                until: Some(Timestamp::from_seconds(3600)),
            },
            Problem::TimedOut { host: host() },
            Problem::Offline { host: host() },
        ];
        let told = problems.map(|problem| failure(problem, now));
        let count = |of: fn(&CommandError) -> String| {
            let all: std::collections::BTreeSet<String> = told.iter().map(of).collect();
            all.len()
        };
        assert_eq!(count(|it| it.code().to_owned()), 5);
        assert_eq!(count(ToString::to_string), 5);
        assert_eq!(count(|it| it.next().unwrap().to_owned()), 5);
        assert!(
            told[2].to_string().ends_with("until 01:00 UTC"),
            "{}",
            told[2]
        );
    }
}
