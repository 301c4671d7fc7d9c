//! The one door to gix and to the git program: a repository, its objects, its config.
//!
//! Not here: reading and moving refs (`git::refs`, `git::lock`), and ledgers.

mod branches;
mod bundle;
mod config;
mod discover;
mod environment;
mod extensions;
mod id;
mod kept;
mod objects;
mod output;
mod packed_refs;
mod patches;
mod place;
mod program;
mod reader;
mod shared;
mod stamp;
mod system_error;
mod transport;
mod tree;
mod worktrees;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) use bundle::{Bundle, BundleHeader};
pub use config::{Config, config_outside};
pub use environment::Environment;
pub use id::{NotAnObjectId, ObjectId, ObjectKind};
pub use output::{Declined, Pushed};
pub(crate) use packed_refs::{PackedRefs, check_ref_format};
pub use place::{GitReplay, HOST};
pub(crate) use program::run;
pub use reader::Reader;
pub use shared::users_umask;
pub use stamp::Stamp;
pub use transport::{Fetch, Push, Transfer, clone};
pub use tree::{MODE_FILE, TreeFile};
pub use worktrees::{SeenWorktree, UNFINISHED, while_others_add};

/// An opened git repository. It can move to another thread but not be shared; for reading in parallel, see
/// [`reader`](Self::reader).
pub struct Repository {
    git_dir: PathBuf,
    common_dir: PathBuf,
    work_dir: Option<PathBuf>,
    hash: gix::hash::Kind,
    ref_storage: RefStorage,
    config: Arc<gix::config::File>,
    environment: Environment,
    /// The absolute values of `GIT_OBJECT_DIRECTORY` and `GIT_ALTERNATE_OBJECT_DIRECTORIES`, if either is set.
    object_directories: Option<(PathBuf, OsString)>,
    reader: Reader,
    /// Written through this value and not yet flushed.
    unflushed: RefCell<BTreeSet<ObjectId>>,
    /// Written through this value, and perhaps not yet reachable from a ref.
    unsettled: RefCell<BTreeMap<ObjectId, Content>>,
}

/// The kind and the raw bytes of an object.
type Content = (ObjectKind, Box<[u8]>);

/// How a repository keeps its refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefStorage {
    /// A file per ref, and `packed-refs`.
    Files,
    /// Tables, which only the git program can read here.
    Reftable,
}

impl Repository {
    /// The same repository for another thread. What was written through this value is flushed through this one.
    pub(crate) fn another(&self) -> Self {
        Self {
            git_dir: self.git_dir.clone(),
            common_dir: self.common_dir.clone(),
            work_dir: self.work_dir.clone(),
            hash: self.hash,
            ref_storage: self.ref_storage,
            config: Arc::clone(&self.config),
            environment: self.environment.clone(),
            object_directories: self.object_directories.clone(),
            reader: self.reader.clone(),
            unflushed: RefCell::default(),
            unsettled: RefCell::default(),
        }
    }

    /// The git directory of this worktree, absolute.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The git directory that all worktrees share, absolute; the same as [`git_dir`](Self::git_dir) in the main one.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The root of the working tree, if there is one.
    pub fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// Whether the repository has no working tree.
    pub fn is_bare(&self) -> bool {
        self.work_dir.is_none()
    }

    /// Whether the history is cut off somewhere.
    pub fn is_shallow(&self) -> bool {
        let file = std::fs::metadata(self.common_dir.join("shallow"));
        file.is_ok_and(|file| file.len() > 0)
    }

    /// The id of the tree without files.
    pub fn empty_tree(&self) -> ObjectId {
        ObjectId(gix::ObjectId::empty_tree(self.hash))
    }

    /// How git writes "no object" in this repository.
    pub fn null_id(&self) -> ObjectId {
        ObjectId(self.hash.null())
    }

    /// The hash function of object ids: `sha1` or `sha256`.
    pub fn hash_name(&self) -> &'static str {
        match self.hash {
            gix::hash::Kind::Sha256 => "sha256",
            _ => "sha1",
        }
    }

    /// The environment with which the repository was opened.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn ref_storage(&self) -> RefStorage {
        self.ref_storage
    }

    pub(crate) fn hash(&self) -> gix::hash::Kind {
        self.hash
    }

    fn object_directories_given(&self) -> Option<(&Path, &OsString)> {
        let given = self.object_directories.as_ref();
        given.map(|(directory, alternates)| (directory.as_path(), alternates))
    }
}
