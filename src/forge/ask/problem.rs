//! Why a forge gave no answer. The command makes messages of it.
//!
//! Not here: how each problem shows itself (`http`, `program`).

use crate::core::values::time::Timestamp;

/// Why a forge gave no answer. No text in it has a token: it is of us, or of a program and masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The forge's program is not installed.
    NotInstalled {
        /// Its name.
        program: &'static str,
    },
    /// The program is not logged in.
    NotLoggedIn {
        /// Its name.
        program: &'static str,
        /// The forge's host.
        host: String,
    },
    /// The forge does not accept the token.
    TokenRefused {
        /// Its host.
        host: String,
    },
    /// Too many requests were made.
    RateLimited {
        /// The forge's host.
        host: String,
        /// When the forge answers again, if it said so.
        until: Option<Timestamp>,
    },
    /// The time limit has passed.
    TimedOut {
        /// The forge's host.
        host: String,
    },
    /// The forge could not compute the answer in its own time limit, however little it was asked for.
    Overloaded {
        /// Its host.
        host: String,
    },
    /// The forge cannot be reached.
    Offline {
        /// Its host.
        host: String,
    },
    /// The forge does not show the repository, or not with this token.
    NotShown {
        /// The repository, without the scheme.
        repository: String,
    },
    /// The forge sends the reader on to another host, to which a token must not follow.
    Redirected {
        /// The forge's host.
        host: String,
        /// The other host.
        to: String,
    },
    /// The address of the interface is not encrypted, so a token cannot be sent.
    NotEncrypted {
        /// The address.
        address: String,
    },
    /// The answer is not what the forge's documents say.
    Unreadable {
        /// Why, in a sentence.
        why: String,
    },
    /// Anything else.
    Failed {
        /// The program or the host that failed.
        what: String,
        /// Its complaint.
        why: String,
    },
    /// No program and no interface is known for this forge.
    NotAsked {
        /// Its host.
        host: String,
    },
}
