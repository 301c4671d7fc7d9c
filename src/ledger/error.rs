//! Everything that can go wrong between the ledger and git: what, where, and what to do about it.
//!
//! Not here: what the ledger's own rules refuse (`core::plan::rules`), and how an error is printed (`cli`).

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{BRANCH_REF, LEDGER_REF};
use crate::{
    core::{
        entry::codec::DecodeError,
        history::judge::{Flaw, Unsupported},
        plan::refusal::Refusal,
        values::{
            id::{ActorName, EntryId},
            key::PublicKey,
            text::shell_word,
            time::Timestamp,
        },
    },
    git::{repository::ObjectId, sign::SignError},
};

/// A failure of the repository, its objects, its refs, or the git program.
///
/// [`code`](Self::code) is a stable word for programs, [`hint`](Self::hint) the next command for people.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no git repository here or above.
    #[error("not a git repository (or any of the parent directories): '{}'", .path.display())]
    NotARepository {
        /// Where the search began, or what `GIT_DIR` names.
        path: PathBuf,
    },
    /// The repository belongs to somebody else and `safe.directory` does not name it.
    #[error("'{}' is owned by someone else", .path.display())]
    Untrusted {
        /// What would have to stand in `safe.directory`.
        path: PathBuf,
    },
    /// A bare repository was found on the way up although `safe.bareRepository` is `explicit`.
    #[error("cannot use bare repository '{}' (safe.bareRepository is 'explicit')", .path.display())]
    BareNotAllowed {
        /// The bare repository.
        path: PathBuf,
    },
    /// The repository says that who does not know this extension must keep away.
    #[error("repository '{}' uses extension '{name}', which is not supported", .path.display())]
    UnsupportedExtension {
        /// The repository's common directory.
        path: PathBuf,
        /// The extension as it stands in the config, with its value where that is the reason.
        name: String,
    },
    /// The environment asks for something that cannot be done faithfully.
    #[error("{variable} is set: {why}")]
    UnsupportedEnvironment {
        /// The variable.
        variable: &'static str,
        /// Why it cannot be honoured.
        why: &'static str,
    },
    /// The repository is there but cannot be opened.
    #[error("cannot open repository '{}': {why}", .path.display())]
    BrokenRepository {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file `.git` says where the git directory is, and there is none.
    #[error("'{}' leads to '{}', which is no git directory", .file.display(), .leads_to.display())]
    BrokenGitFile {
        /// The file.
        file: PathBuf,
        /// Where it leads.
        leads_to: PathBuf,
    },
    /// Object directories borrow from each other in a circle.
    #[error("object directories borrow from each other in a circle: {}", circle(.directories))]
    CircularAlternates {
        /// Each borrows from the next, the last from the first.
        directories: Vec<PathBuf>,
    },
    /// The history is cut off, so the ledger cannot be read to its start.
    #[error("repository '{}' is shallow: the ledger's history is not complete", .path.display())]
    Shallow {
        /// The repository's common directory.
        path: PathBuf,
    },
    /// An object is not in the object database.
    #[error("object {id} is missing")]
    MissingObject {
        /// The object.
        id: ObjectId,
    },
    /// An object is there and cannot be read.
    #[error("object {id} is corrupt: {why}")]
    CorruptObject {
        /// The object.
        id: ObjectId,
        /// What is wrong with it.
        why: String,
    },
    /// A commit was expected.
    #[error("object {id} is a {found}, not a commit")]
    NotACommit {
        /// The object.
        id: ObjectId,
        /// Its kind as git calls it.
        found: &'static str,
    },
    /// A name cannot stand in a git tree.
    #[error("'{}' cannot be the name of a file in a tree", .name.escape_debug())]
    InvalidFileName {
        /// The name.
        name: String,
    },
    /// A text is not an object id.
    #[error("'{}' is not an object id", .text.escape_debug())]
    InvalidObjectId {
        /// The text.
        text: String,
    },
    /// A text is not the name of a ref that can be written.
    #[error("'{}' is not a valid ref name: {why}", .name.escape_debug())]
    InvalidRefName {
        /// The name.
        name: String,
        /// The rule that it breaks.
        why: String,
    },
    /// A ref is there and does not hold an object id.
    #[error("ref '{name}' is broken: {why}")]
    BrokenRef {
        /// The ref.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A ref points to another ref; it is not written through.
    #[error("ref '{name}' is a symbolic ref")]
    SymbolicRef {
        /// The ref.
        name: String,
    },
    /// One ref name is a folder of another.
    #[error("cannot create ref '{name}': '{other}' exists")]
    RefConflict {
        /// The ref to be created.
        name: String,
        /// The ref that stands in its way.
        other: String,
    },
    /// Somebody else's lock did not go away.
    #[error("cannot lock: '{}' exists", .path.display())]
    LockHeld {
        /// The lock file.
        path: PathBuf,
    },
    /// Other writers kept the queue for too long.
    #[error("other writers have held '{}' for {seconds} seconds", .path.display())]
    QueueTimeout {
        /// The queue's lock file.
        path: PathBuf,
        /// How long was waited.
        seconds: u64,
    },
    /// The repository cannot be written to.
    #[error("cannot write to git directory '{}'", .path.display())]
    ReadOnly {
        /// The folder that has to be writable: the common git directory.
        path: PathBuf,
    },
    /// The disk or the quota is full.
    #[error("no space left on device for '{}'", .path.display())]
    NoSpace {
        /// What was being written.
        path: PathBuf,
    },
    /// Reading or writing failed for another reason.
    #[error("cannot {doing} '{}': {source}", .path.display())]
    Io {
        /// What was being read or written.
        path: PathBuf,
        /// The act, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The git program could not be started or failed.
    #[error("'git {command}' failed: {stderr}")]
    Git {
        /// The subcommand.
        command: String,
        /// The first line that it wrote to stderr.
        stderr: String,
    },
    /// The repository has no ledger.
    #[error("this repository has no ledger")]
    NoLedger,
    /// The repository had a ledger, whose ref is gone.
    #[error(
        "the ledger to which this repository is pinned is gone: there is no '{}'",
        super::LEDGER_REF
    )]
    LedgerGone,
    /// The repository has a ledger already.
    #[error("this repository has a ledger already: {id}")]
    LedgerExists {
        /// Its id.
        id: EntryId,
    },
    /// The ref holds another ledger than the one that this repository is pinned to.
    #[error(
        "'{}' holds ledger {found:?}, but this repository is pinned to '{pinned}'",
        super::LEDGER_REF
    )]
    OtherLedger {
        /// The ledger's id in `coord.ledger`.
        pinned: String,
        /// The id of the ledger that was found.
        found: EntryId,
    },
    /// The line of commits does not begin with a genesis.
    #[error("'{}' does not begin with a genesis: {flaw}", super::LEDGER_REF)]
    NoGenesis {
        /// What is wrong with the first commit.
        flaw: Flaw,
    },
    /// The ledger was upgraded to what this program does not know.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// The actor is not in the ledger.
    #[error("actor '{actor}' is not in the ledger")]
    UnknownActor {
        /// Its name.
        actor: ActorName,
    },
    /// The key that would sign is not one of the actor's keys in use.
    #[error("the signing key {} is not a key in use of actor '{actor}'", .key.fingerprint())]
    ForeignKey {
        /// The actor.
        actor: ActorName,
        /// The key.
        key: PublicKey,
    },
    /// The rules refuse what was to be appended.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The entry would come from the future.
    #[error("{time} is more than ten minutes ahead of this machine's clock, {clock}")]
    AheadOfClock {
        /// The entry's time.
        time: Timestamp,
        /// What the machine's clock says.
        clock: Timestamp,
    },
    /// What was to be appended does not fit the format.
    #[error("cannot write the entry: {0}")]
    Encode(#[from] DecodeError),
    /// Another repository could not be reached, or said something that cannot be understood.
    #[error("cannot {doing} '{remote}': {why}")]
    Remote {
        /// The act: `fetch from`, `push to`, `read from`.
        doing: &'static str,
        /// The remote, by name or address.
        remote: String,
        /// What git says.
        why: String,
    },
    /// Another repository did not answer in time.
    #[error("'{remote}' did not answer within {seconds} {}", if *.seconds == 1 { "second" } else { "seconds" })]
    RemoteTimeout {
        /// The remote.
        remote: String,
        /// The limit.
        seconds: u64,
    },
    /// The ref is locked there, and stays so.
    #[error(
        "the ledger's ref at '{remote}' is locked: a push is at work there, or was killed and left '{lock}'"
    )]
    RemoteLocked {
        /// The remote.
        remote: String,
        /// The file there that locks it, as the remote calls it.
        lock: String,
    },
    /// There is no remote that could be the ledger's home.
    #[error("there is no remote to sync with")]
    NoRemote,
    /// The remote holds no ledger.
    #[error("'{remote}' holds no ledger")]
    NoLedgerThere {
        /// The remote.
        remote: String,
    },
    /// The remote holds two ledgers, under the two refs that first contact looks at.
    #[error("'{remote}' holds two ledgers, at '{LEDGER_REF}' and at '{BRANCH_REF}'")]
    TwoLedgersThere {
        /// The remote.
        remote: String,
    },
    /// The remote's host does not take the ref.
    #[error("'{remote}' does not take '{name}': {why}")]
    Declined {
        /// The remote.
        remote: String,
        /// The ref.
        name: String,
        /// What the host says.
        why: String,
        /// What is to be done, if the host says that too.
        hint: Option<String>,
    },
    /// What home holds does not go on from what it held before.
    #[error(transparent)]
    Apart(Box<Apart>),
    /// Home's tip is another than the one that was named.
    #[error("'{remote}' is at {home}, not at {named}")]
    OtherTip {
        /// The remote.
        remote: String,
        /// What was named.
        named: ObjectId,
        /// Home's tip.
        home: ObjectId,
    },
    /// The remote holds another ledger.
    #[error("'{remote}' holds another ledger, which was founded apart from the one here")]
    FoundedApart {
        /// The remote.
        remote: String,
    },
    /// A courier brings commits that would be quarantined.
    #[error("nothing is taken from '{remote}': {why}")]
    BadOffer {
        /// The courier.
        remote: String,
        /// What is wrong with the first of them.
        why: String,
    },
    /// Others kept moving home's ref.
    #[error("'{remote}' kept moving; what is not published yet stays here")]
    TooManyPushes {
        /// The remote.
        remote: String,
    },
    /// Pushes come too late although home does not move.
    #[error(
        "'{remote}' says each time that its ref has moved, and shows it where it was: pushed to another place than fetched from?"
    )]
    PushedElsewhere {
        /// The remote.
        remote: String,
    },
    /// Others kept moving the ledger's ref.
    #[error("'{}' kept moving; nothing was appended", super::LEDGER_REF)]
    TooManyRaces,
    /// An attachment is not in the entry's tree, or is not what its digest says.
    #[error("attachment '{name}' of entry {entry:?} {why}")]
    Attachment {
        /// The entry.
        entry: EntryId,
        /// The attachment's name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// No signature could be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A config value cannot be understood.
    #[error("bad config value for '{key}': {why}")]
    Config {
        /// The key.
        key: String,
        /// What is wrong with it.
        why: String,
    },
}

/// What [`Error::Git`] says where there is no git program.
pub(crate) const NO_GIT: &str = "there is no 'git' on the PATH";

/// Brings the refs of the ledger back.
pub const RECOVER: &str = "git coord doctor --recover";

/// Whether a ref is one of those that it brings back.
fn is_known(name: &str) -> bool {
    name == LEDGER_REF || name.starts_with("refs/coord-anchor/")
}

impl Error {
    /// A failure to read `path`.
    pub fn read(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            doing,
            source,
        }
    }

    /// A failure to write `path`, which lies in the common git directory `common_dir`.
    ///
    /// Lacking permission and a read-only file system name `common_dir`, since that is what has to be writable.
    pub fn write(doing: &'static str, path: &Path, common_dir: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly {
                path: common_dir.to_owned(),
            },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace {
                path: path.to_owned(),
            },
            _ => Self::read(doing, path, source),
        }
    }

    /// A stable snake_case word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } => "no_repository",
            Self::Untrusted { .. } | Self::BareNotAllowed { .. } => "untrusted_repository",
            Self::UnsupportedExtension { .. } => "unsupported_repository",
            Self::UnsupportedEnvironment { .. } => "unsupported_environment",
            Self::BrokenRepository { .. }
            | Self::BrokenGitFile { .. }
            | Self::CircularAlternates { .. } => "broken_repository",
            Self::Shallow { .. } => "shallow_repository",
            Self::MissingObject { .. } => "missing_object",
            Self::CorruptObject { .. } => "corrupt_object",
            Self::NotACommit { .. } => "not_a_commit",
            Self::InvalidFileName { .. } => "invalid_file_name",
            Self::InvalidObjectId { .. } => "invalid_object_id",
            Self::InvalidRefName { .. } => "invalid_ref_name",
            Self::BrokenRef { .. } => "broken_ref",
            Self::SymbolicRef { .. } => "symbolic_ref",
            Self::RefConflict { .. } => "ref_conflict",
            Self::LockHeld { .. } => "lock_held",
            Self::QueueTimeout { .. } => "queue_timeout",
            Self::ReadOnly { .. } => "git_dir_readonly",
            Self::NoSpace { .. } => "disk_full",
            Self::Io { .. } => "io",
            Self::Git { .. } => "git_failed",
            Self::Config { .. } => "bad_config",
            Self::NoLedger | Self::LedgerGone => "no_ledger",
            Self::LedgerExists { .. } => "ledger_exists",
            Self::OtherLedger { .. } => "other_ledger",
            Self::NoGenesis { .. } => "no_genesis",
            Self::Unsupported(_) => "unsupported",
            Self::UnknownActor { .. } => "unknown_actor",
            Self::ForeignKey { .. } => "foreign_key",
            Self::Refused(refusal) => refusal.code.as_str(),
            Self::AheadOfClock { .. } => "ahead_of_clock",
            Self::Encode(_) => "too_large",
            Self::TooManyRaces => "too_many_races",
            Self::Remote { .. } => "remote_failed",
            Self::RemoteTimeout { .. } => "remote_timeout",
            Self::RemoteLocked { .. } => "remote_locked",
            Self::NoRemote => "no_remote",
            Self::NoLedgerThere { .. } => "no_ledger_there",
            Self::TwoLedgersThere { .. } => "two_ledgers_there",
            Self::Declined { .. } => "push_declined",
            Self::Apart(_) => "home_replaced",
            Self::OtherTip { .. } => "other_tip",
            Self::FoundedApart { .. } => "founded_apart",
            Self::BadOffer { .. } => "bad_offer",
            Self::TooManyPushes { .. } => "too_many_pushes",
            Self::PushedElsewhere { .. } => "pushed_elsewhere",
            Self::Attachment { .. } => "bad_attachment",
            Self::Sign(error) => error.code(),
        }
    }

    /// Everything that is at stake, a line each, where that is more than the message says.
    pub fn details(&self) -> &[String] {
        match self {
            Self::Apart(apart) => &apart.at_stake,
            _ => &[],
        }
    }

    /// What to do about it, as the exact command where there is one.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotARepository { .. } => "git init".to_owned(),
            Self::Untrusted { path } => {
                let path = shell_quote(path);
                format!("if you trust it: git config --global --add safe.directory {path}")
            }
            Self::BareNotAllowed { path } => format!("name it: GIT_DIR={}", shell_quote(path)),
            Self::BrokenGitFile { file, leads_to } if is_of_a_worktree(leads_to) => {
                let folder = shell_quote(file.parent().unwrap_or(file));
                format!("in the repository that it belongs to: git worktree repair {folder}")
            }
            Self::CircularAlternates { directories } => {
                let last = directories.last().map(|last| last.join("info/alternates"));
                format!(
                    "take the line that closes it out of {}",
                    shell_quote(&last.unwrap_or_default())
                )
            }
            Self::Git { stderr, .. } if stderr == NO_GIT => {
                "install git, or put it on the PATH".to_owned()
            }
            Self::Shallow { .. } => "git fetch --unshallow".to_owned(),
            Self::MissingObject { .. } | Self::CorruptObject { .. } => "git fsck".to_owned(),
            Self::LockHeld { path } => format!(
                "if no git process is running in this repository: rm {}",
                shell_quote(path)
            ),
            Self::ReadOnly { path } => {
                format!(
                    "make '{}' and what is in it writable for you, or append to a file: --outbox FILE",
                    path.display()
                )
            }
            Self::SymbolicRef { name } => format!("git symbolic-ref --delete {name}"),
            Self::RefConflict { other, .. } => format!("git update-ref -d {other}"),
            Self::UnsupportedEnvironment { variable, .. } => format!("unset {variable}"),
            Self::NoLedger => "git coord init".to_owned(),
            Self::NoLedgerThere { .. } => "to found one here: git coord init".to_owned(),
            Self::LedgerGone => RECOVER.to_owned(),
            Self::BrokenRef { name, .. } if is_known(name) => RECOVER.to_owned(),
            Self::OtherLedger { found, .. } => {
                format!("if that is the ledger you mean: git config coord.ledger {found}")
            }
            Self::Unsupported(_) => "install a newer version of git-coord".to_owned(),
            Self::UnknownActor { actor } => format!("git coord actor add {actor}"),
            Self::ForeignKey { actor, .. } => {
                format!(
                    "name the key of '{actor}' in user.signingKey, or act as another: --actor NAME"
                )
            }
            Self::AheadOfClock { .. } => "unset GIT_COMMITTER_DATE".to_owned(),
            Self::Remote { remote, .. } => format!("git ls-remote {}", shell_word(remote)),
            Self::RemoteLocked { remote, lock } => format!(
                "where '{remote}' lies, if no git process is running in it: rm {}",
                shell_word(lock)
            ),
            Self::NoRemote => "git remote add origin URL".to_owned(),
            // Its words are not passed off as ours.
            Self::Declined {
                remote,
                hint: Some(hint),
                ..
            } => format!("'{remote}' says: {hint}"),
            // Our own hook minds what was pushed, not where to.
            Self::Declined { why, .. } if why.contains(STAYS) => return None,
            Self::Declined { name, .. } if name.starts_with("refs/heads/") => {
                format!(
                    "let '{name}' be pushed to at the host, or: git config coord.ref {LEDGER_REF}"
                )
            }
            Self::Declined { .. } => format!("git config coord.ref {BRANCH_REF}"),
            Self::Apart(apart) => format!(
                "an admin runs git coord repair; to go along with what home has: git coord repair --accept {}",
                apart.tip
            ),
            Self::TwoLedgersThere { .. } => {
                format!("if the branch is the one that is meant: git config coord.ref {BRANCH_REF}")
            }
            Self::TooManyPushes { .. } => "git coord sync".to_owned(),
            Self::PushedElsewhere { .. } => "git remote -v".to_owned(),
            Self::FoundedApart { .. } => "git coord sync --adopt".to_owned(),
            Self::OtherTip { home, .. } => format!("git coord repair --accept {home}"),
            Self::Sign(error) => error.hint(),
            _ => return None,
        })
    }
}

/// What our hook on a server says of a ref that it leaves where it is, and what git hands on to who pushed.
pub const STAYS: &str = "stays as it is";

/// A tip of home that is not accepted: it neither goes on from what home held before nor is part of it.
#[derive(Debug, thiserror::Error)]
#[error("'{remote}' was rewritten: its tip {tip}{} does not go on from what was published", .signer.as_ref().map_or_else(String::new, |signer| format!(", signed by {signer},")))]
pub struct Apart {
    /// The remote.
    pub remote: String,
    /// The tip that is not accepted.
    pub tip: ObjectId,
    /// Who signed it, if that can be believed.
    pub signer: Option<ActorName>,
    /// The published entries that it lacks or reorders, a line each.
    pub at_stake: Vec<String>,
}

/// The directories, and the first again.
fn circle(directories: &[PathBuf]) -> String {
    let around = directories.iter().chain(directories.first());
    let names = around.map(|directory| format!("'{}'", directory.display()));
    names.collect::<Vec<_>>().join(" -> ")
}

/// Whether this is where the git directory of a linked worktree lies.
fn is_of_a_worktree(git_dir: &Path) -> bool {
    let mut parts = git_dir.components();
    parts.any(|part| part.as_os_str() == "worktrees")
}

/// `path` as one word of a shell's command line.
fn shell_quote(path: &Path) -> String {
    shell_word(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: io::ErrorKind) -> Error {
        let (path, common) = (Path::new("/r/.git/refs/x"), Path::new("/r/.git"));
        Error::write("write", path, common, io::Error::from(kind))
    }

    #[test]
    fn a_lack_of_permission_names_the_folder_that_has_to_be_writable() {
        for kind in [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
        ] {
            let error = written(kind);
            assert_eq!(error.code(), "git_dir_readonly");
            assert_eq!(error.to_string(), "cannot write to git directory '/r/.git'");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_from_other_failures() {
        assert_eq!(written(io::ErrorKind::StorageFull).code(), "disk_full");
        assert_eq!(written(io::ErrorKind::QuotaExceeded).code(), "disk_full");
        assert_eq!(written(io::ErrorKind::NotADirectory).code(), "io");
    }

    #[test]
    fn a_hint_can_be_pasted_into_a_shell_whatever_the_path() {
        let error = Error::LockHeld {
            path: "/tmp/it's here.lock".into(),
        };
        let hint = error.hint().unwrap();
        assert!(hint.ends_with(r"rm '/tmp/it'\''s here.lock'"), "{hint}");
    }
}
