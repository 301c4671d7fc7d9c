//! An outbox: a file that takes new entries instead of the ref, for actors that cannot write to the git directory.
//!
//! The file is a git bundle with one ref, the ledger's. Its prerequisite is the tip that was known when the outbox was
//! begun. Each append rewrites it, so it always holds all entries that are not on the ref yet.
//! Not here: making entries (`append`), and taking them in from the file (`sync::round`).

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;

use super::LEDGER_REF;
use crate::git::{
    Error,
    lock::Backoff,
    repository::{Bundle, BundleHeader, ObjectId, Repository},
};

/// How long to wait for another writer's lock on the file.
const LOCK_WAIT: Duration = Duration::from_secs(4);

/// An outbox that is read and written through a repository.
#[derive(Debug)]
pub struct Outbox {
    path: PathBuf,
    /// Holds the objects of the file, and the new ones.
    _objects: TempDir,
}

/// The right to write an outbox, held by one process at a time: the file that becomes the outbox.
#[derive(Debug)]
pub struct OutboxLock {
    file: File,
    path: PathBuf,
}

impl Outbox {
    /// The outbox at `path`, which may not exist yet, and the repository through which it is read and written.
    ///
    /// # Errors
    /// No folder for temporary objects can be made.
    pub fn open(repository: &Repository, path: &Path) -> Result<(Repository, Self), Error> {
        let path = std::path::absolute(path).map_err(|source| Error::read("find", path, source))?;
        let objects = temporary_objects()?;
        let repository = repository.with_objects_in(objects.path())?;
        let outbox = Self {
            path,
            _objects: objects,
        };
        Ok((repository, outbox))
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last entry in the file; none without a file, or if `published`, the tip of the ref, already leads to every entry
    /// in it.
    ///
    /// # Errors
    /// [`Error::BadBundle`] if the file is not an outbox of this repository.
    pub(super) fn tip(
        &self,
        repository: &Repository,
        published: Option<ObjectId>,
    ) -> Result<Option<ObjectId>, Error> {
        Ok(self.held(repository, published)?.map(|(_, tip)| tip))
    }

    /// The prerequisites of the file, and its last entry.
    fn held(
        &self,
        repository: &Repository,
        published: Option<ObjectId>,
    ) -> Result<Option<(Vec<ObjectId>, ObjectId)>, Error> {
        let Some(bundle) = Bundle::open(&self.path, repository.hash_name())? else {
            return Ok(None);
        };
        let BundleHeader {
            prerequisites,
            refs,
        } = bundle.header.clone();
        if refs.len() != 1 {
            // Rewriting it would lose the others.
            return Err(Error::BadBundle {
                path: self.path.clone(),
                why: format!("it holds {} refs instead of one", refs.len()),
            });
        }
        let held = take_in(repository, bundle, &self.path, &[LEDGER_REF.to_owned()])?;
        let is_published = published.is_some_and(|published| {
            let [tip, published] = [held, published].map(|id| id.to_string());
            let asked = repository.run_git(["merge-base", "--is-ancestor", &tip, &published]);
            tip == published || asked.is_ok()
        });
        Ok((!is_published).then_some((prerequisites, held)))
    }

    /// Waits until no other process writes.
    ///
    /// # Errors
    /// [`Error::LockHeld`], [`Error::Io`].
    pub(super) fn lock(&self) -> Result<OutboxLock, Error> {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let path = PathBuf::from(name);
        let mut backoff = Backoff::up_to(LOCK_WAIT);
        loop {
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok(OutboxLock { file, path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    if !backoff.pause() {
                        return Err(Error::LockHeld { path });
                    }
                }
                Err(source) => return Err(Error::read("write", &path, source)),
            }
        }
    }

    /// Rewrites the file, up to the entry `tip`; `published` is the tip of the ref.
    ///
    /// # Errors
    /// [`Error::Failed`], [`Error::Io`]; the file is then unchanged.
    pub(super) fn write(
        &self,
        lock: &OutboxLock,
        repository: &Repository,
        published: Option<ObjectId>,
        tip: ObjectId,
    ) -> Result<(), Error> {
        let before = self.held(repository, published)?;
        let header = BundleHeader {
            prerequisites: before.map_or_else(|| published.into_iter().collect(), |(ids, _)| ids),
            refs: [(LEDGER_REF.to_owned(), tip)].into(),
        };
        let failed = |source| Error::read("write", &self.path, source);
        repository.write_bundle(&header, &lock.file, &lock.path)?;
        fs::rename(&lock.path, &self.path).map_err(failed)?;
        match self.path.parent() {
            Some(folder) => File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed),
            None => Ok(()),
        }
    }
}

impl Drop for OutboxLock {
    fn drop(&mut self) {
        // Once the file has become the outbox its former name is free, and may be the next writer's by now.
        let ours = self.file.metadata().ok().map(|file| identity(&file));
        let there = fs::symlink_metadata(&self.path)
            .ok()
            .map(|file| identity(&file));
        if ours.is_some() && ours == there {
            fs::remove_file(&self.path).ok();
        }
    }
}

fn identity(file: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino())
}

/// A folder for temporary objects.
///
/// # Errors
/// [`Error::Io`].
pub(crate) fn temporary_objects() -> Result<TempDir, Error> {
    let made = tempfile::Builder::new().prefix("git-coord-").tempdir();
    let made = made.and_then(|folder| {
        fs::create_dir(folder.path().join("pack"))?;
        Ok(folder)
    });
    made.map_err(|source| Error::read("make a folder in", &std::env::temp_dir(), source))
}

/// Makes the objects of a bundle readable through `repository`, if they are not yet, and returns the tip of the first of the
/// refs `names` that it holds.
///
/// # Errors
/// [`Error::BadBundle`].
pub(crate) fn take_in(
    repository: &Repository,
    bundle: Bundle,
    path: &Path,
    names: &[String],
) -> Result<ObjectId, Error> {
    let bad = |why: String| Error::BadBundle {
        path: path.to_owned(),
        why,
    };
    let BundleHeader {
        prerequisites,
        refs,
    } = &bundle.header;
    let tip = names.iter().find_map(|name| refs.get(name)).copied();
    let tip = tip.ok_or_else(|| bad("it holds no ledger".to_owned()))?;
    let missing = prerequisites.iter().find(|id| !repository.contains(**id));
    if let Some(missing) = missing {
        return Err(bad(format!("it builds on {missing}, which is not here")));
    }
    if !repository.contains(tip) {
        repository.take_pack(bundle).map_err(|error| match error {
            Error::Failed {
                complaint: Some(why),
                ..
            } => bad(why),
            other => other,
        })?;
        if !repository.contains(tip) {
            return Err(bad("it does not hold what its ref names".to_owned()));
        }
    }
    Ok(tip)
}
