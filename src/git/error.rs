//! Everything that can go wrong between this program and git, with a message and a stable code.
//!
//! Not here: why no signature could be made (`sign::SignError`), and what to do about an error (`cli`).

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use super::repository::{NotAnObjectId, ObjectId};

/// A failure of the repository, its objects, its refs, its locks, another repository, or the git program.
///
/// [`code`](Self::code) is a stable word for programs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither this folder nor one above it is a git repository.
    #[error("not a git repository (or any of the parent directories): '{}'", .path.display())]
    NotARepository {
        /// Where the search began.
        path: PathBuf,
    },
    /// `GIT_DIR` names something else.
    #[error("GIT_DIR names '{}', which is not a git repository", .path.display())]
    WrongGitDir {
        /// What it names.
        path: PathBuf,
    },
    /// The disk or the quota of a remote is full.
    #[error("'{remote}' has no space left: {why}")]
    RemoteFull {
        /// The remote.
        remote: String,
        /// The message from there.
        why: String,
    },
    /// The repository belongs to somebody else and `safe.directory` does not name it.
    #[error("'{}' is owned by someone else", .path.display())]
    Untrusted {
        /// The value that `safe.directory` needs.
        path: PathBuf,
    },
    /// A bare repository was found on the way up although `safe.bareRepository` is `explicit`.
    #[error("cannot use bare repository '{}' (safe.bareRepository is 'explicit')", .path.display())]
    BareNotAllowed {
        /// The bare repository.
        path: PathBuf,
    },
    /// The repository uses an extension of git that this program does not know.
    #[error("repository '{}' uses extension '{name}', which is not supported", .path.display())]
    UnsupportedExtension {
        /// The repository's common directory.
        path: PathBuf,
        /// The extension as in the config, with its value where that is the reason.
        name: String,
    },
    /// The environment asks for something that the program cannot do correctly.
    #[error("{variable} is set: {why}")]
    UnsupportedEnvironment {
        /// The variable.
        variable: &'static str,
        /// Why it cannot be honoured.
        why: &'static str,
    },
    /// The repository exists, but cannot be opened.
    #[error("cannot open repository '{}': {why}", .path.display())]
    BrokenRepository {
        /// Where it is.
        path: PathBuf,
        /// The fault.
        why: String,
    },
    /// A file `.git` points to a git directory that does not exist.
    #[error("'{}' points to '{}', which is not a git directory", .file.display(), .leads_to.display())]
    BrokenGitFile {
        /// The file.
        file: PathBuf,
        /// Where it leads.
        leads_to: PathBuf,
    },
    /// Object directories borrow from each other in a circle.
    #[error("object directories borrow objects from each other in a circle: {}", circle(.directories))]
    CircularAlternates {
        /// Each borrows from the next, the last from the first.
        directories: Vec<PathBuf>,
    },
    /// An object is not in the object database.
    #[error("object {id} is missing")]
    MissingObject {
        /// The object.
        id: ObjectId,
    },
    /// An object exists, but cannot be read.
    #[error("object {id} is corrupt: {why}")]
    CorruptObject {
        /// The object.
        id: ObjectId,
        /// The fault.
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
    /// A git tree cannot hold this name.
    #[error("'{}' cannot be the name of a file in a tree", .name.escape_debug())]
    InvalidFileName {
        /// The name.
        name: String,
    },
    /// A text is not an object id.
    #[error(transparent)]
    InvalidObjectId(#[from] NotAnObjectId),
    /// A text is not the name of a ref that can be written.
    #[error("'{}' is not a valid ref name: {why}", .name.escape_debug())]
    InvalidRefName {
        /// The name.
        name: String,
        /// The rule that it breaks.
        why: String,
    },
    /// A ref exists, but does not hold an object id.
    #[error("ref '{name}' is broken: {why}")]
    BrokenRef {
        /// The ref.
        name: String,
        /// The fault.
        why: String,
    },
    /// A ref points to another ref. The program never writes through it.
    #[error("cannot use ref '{name}': it is a symbolic ref")]
    SymbolicRef {
        /// The ref.
        name: String,
    },
    /// One ref name is a folder of another.
    #[error("cannot create ref '{name}': '{other}' exists")]
    RefConflict {
        /// The ref to be created.
        name: String,
        /// The ref that is in its way.
        other: String,
    },
    /// Somebody else's lock did not go away.
    #[error("cannot lock: '{}' exists", .path.display())]
    LockHeld {
        /// The lock file.
        path: PathBuf,
    },
    /// Other writers kept the queue for too long.
    #[error("other writers have held the queue '{}' for {seconds} seconds", .path.display())]
    QueueTimeout {
        /// The queue's lock file.
        path: PathBuf,
        /// How long the program waited.
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
        /// The thing that was being written.
        path: PathBuf,
    },
    /// Reading or writing failed for another reason.
    #[error("cannot {doing} '{}': {source}", .path.display())]
    Io {
        /// The thing that was being read or written.
        path: PathBuf,
        /// The act, as a verb.
        doing: &'static str,
        /// The system's error.
        source: io::Error,
    },
    /// The git program is not installed.
    #[error("'git' is not on the PATH")]
    NoGit,
    /// The git program could not be started, or closed its input too early.
    #[error("cannot run 'git {command}': {source}")]
    NotRun {
        /// The subcommand.
        command: String,
        /// The system's error.
        source: io::Error,
    },
    /// The git program failed.
    #[error("'git {command}' failed: {}", reason(.complaint.as_ref(), *.status))]
    Failed {
        /// The subcommand.
        command: String,
        /// Its complaint on stderr, in one line; none if it wrote nothing there.
        complaint: Option<String>,
        /// How it ended.
        status: ExitStatus,
    },
    /// Another repository could not be reached, or its answer cannot be understood.
    #[error("cannot {doing} '{remote}': {why}")]
    Remote {
        /// The act: `fetch from`, `push to`, `read from`.
        doing: &'static str,
        /// The remote, by name or address.
        remote: String,
        /// git's message.
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
    /// The ref stays locked at the remote.
    #[error(
        "'{lock}' locks the ledger at '{remote}': a push is still running there, or was killed"
    )]
    RemoteLocked {
        /// The remote.
        remote: String,
        /// The lock file at the remote, by the remote's name for it.
        lock: String,
    },
    /// A file is not a bundle with the ledger's ref, or its content is damaged.
    #[error("cannot take entries from '{}': {why}", .path.display())]
    BadBundle {
        /// The file.
        path: PathBuf,
        /// The fault.
        why: String,
    },
    /// A config value cannot be understood.
    #[error("bad config value for '{key}': {why}")]
    Config {
        /// The key.
        key: String,
        /// The fault.
        why: String,
    },
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

    /// A failure to write `path`, which is in the common git directory `common_dir`.
    ///
    /// Without permission, or on a read-only file system, it names `common_dir`: that folder has to be writable.
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

    /// Whether the git program failed and its complaint contains `text`.
    pub(crate) fn complains_of(&self, text: &str) -> bool {
        let complaint = match self {
            Self::Failed { complaint, .. } => complaint.as_ref(),
            _ => None,
        };
        complaint.is_some_and(|complaint| complaint.contains(text))
    }

    /// A stable snake_case word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARepository { .. } | Self::WrongGitDir { .. } => "no_repository",
            Self::RemoteFull { .. } => "disk_full",
            Self::Untrusted { .. } | Self::BareNotAllowed { .. } => "untrusted_repository",
            Self::UnsupportedExtension { .. } => "unsupported_repository",
            Self::UnsupportedEnvironment { .. } => "unsupported_environment",
            Self::BrokenRepository { .. }
            | Self::BrokenGitFile { .. }
            | Self::CircularAlternates { .. } => "broken_repository",
            Self::MissingObject { .. } => "missing_object",
            Self::CorruptObject { .. } => "corrupt_object",
            Self::NotACommit { .. } => "not_a_commit",
            Self::InvalidFileName { .. } => "invalid_file_name",
            Self::InvalidObjectId(_) => "invalid_object_id",
            Self::InvalidRefName { .. } => "invalid_ref_name",
            Self::BrokenRef { .. } => "broken_ref",
            Self::SymbolicRef { .. } => "symbolic_ref",
            Self::RefConflict { .. } => "ref_conflict",
            Self::LockHeld { .. } => "lock_held",
            Self::QueueTimeout { .. } => "queue_timeout",
            Self::ReadOnly { .. } => "git_dir_readonly",
            Self::NoSpace { .. } => "disk_full",
            Self::Io { .. } => "io",
            Self::NoGit | Self::NotRun { .. } | Self::Failed { .. } => "git_failed",
            Self::Remote { .. } => "remote_failed",
            Self::RemoteTimeout { .. } => "remote_timeout",
            Self::RemoteLocked { .. } => "remote_locked",
            Self::BadBundle { .. } => "bad_history",
            Self::Config { .. } => "bad_config",
        }
    }
}

/// Why a program failed: its complaint, else how it ended.
fn reason(complaint: Option<&String>, status: ExitStatus) -> String {
    complaint.cloned().unwrap_or_else(|| status.to_string())
}

/// The directories, and the first again.
fn circle(directories: &[PathBuf]) -> String {
    let around = directories.iter().chain(directories.first());
    let names = around.map(|directory| format!("'{}'", directory.display()));
    names.collect::<Vec<_>>().join(" -> ")
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
    fn a_full_disk_is_distinguished_from_other_failures() {
        assert_eq!(written(io::ErrorKind::StorageFull).code(), "disk_full");
        assert_eq!(written(io::ErrorKind::QuotaExceeded).code(), "disk_full");
        assert_eq!(written(io::ErrorKind::NotADirectory).code(), "io");
    }
}
