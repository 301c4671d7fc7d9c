//! The stable words for what the command line itself can say no to; scripts hang on them.
//!
//! Not here: the codes of the rules (`core::refusal`) and of the store (`store::Error`). docs/errors.md lists all.

/// The command line is wrong.
pub const USAGE: &str = "usage";
/// Several tasks, snapshots or entries begin like this.
pub const AMBIGUOUS_ID: &str = "ambiguous_id";
/// No actor is named, and none follows from the configuration.
pub const NO_ACTOR: &str = "no_actor";
/// The repository has no ledger.
pub const NO_LEDGER: &str = "no_ledger";
/// The repository has a ledger already.
pub const LEDGER_EXISTS: &str = "ledger_exists";
/// The ledger announces something that this program does not know.
pub const UNSUPPORTED: &str = "unsupported";
/// `GIT_COMMITTER_DATE` holds no date.
pub const BAD_DATE: &str = "bad_date";
/// No snapshot has this name.
pub const UNKNOWN_SNAPSHOT: &str = "unknown_snapshot";
/// A date, label or entry after `--at` names nothing.
pub const UNKNOWN_MOMENT: &str = "unknown_moment";
/// A file, a folder or standard input cannot be read.
pub const CANNOT_READ: &str = "cannot_read";
/// A file, a folder or standard output cannot be written.
pub const CANNOT_WRITE: &str = "cannot_write";
/// The file to be imported holds no plan that can be read.
pub const BAD_PLAN: &str = "bad_plan";
/// No commit of the repository has this name.
pub const UNKNOWN_COMMIT: &str = "unknown_commit";
/// The actor's private key is not at hand.
pub const MISSING_KEY: &str = "missing_key";
/// The command line and the program disagree; a bug.
pub const INTERNAL: &str = "internal";

/// Every code of this file, with its exit status.
pub const ALL: &[(&str, u8)] = &[
    (USAGE, 129),
    (AMBIGUOUS_ID, 128),
    (NO_ACTOR, 128),
    (NO_LEDGER, 128),
    (LEDGER_EXISTS, 128),
    (UNSUPPORTED, 128),
    (BAD_DATE, 128),
    (UNKNOWN_SNAPSHOT, 128),
    (UNKNOWN_MOMENT, 128),
    (CANNOT_READ, 128),
    (CANNOT_WRITE, 128),
    (BAD_PLAN, 128),
    (UNKNOWN_COMMIT, 128),
    (MISSING_KEY, 128),
    (INTERNAL, 128),
];
