//! Reading the object database at full speed, from several threads.
//!
//! Not here: writing (`objects`), and what commits and trees mean (`tree`, `git::commit`).

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use gix::{
    objs::{Exists as _, Find as _, FindHeader as _},
    odb::pack::cache::DecodeEntry,
};

use super::{ObjectId, ObjectKind};
use crate::git::Error;

/// The maximum number of bytes of a commit that is read: twice those of an entry.
const COMMIT_READ_MAX: u64 = 1 << 20;

/// Reads objects in one thread. Another thread gets a clone, which shares the open files.
///
/// `refs/replace` is ignored: an entry is what its id says.
#[derive(Clone)]
pub struct Reader {
    pub(super) stores: Vec<Store>,
}

/// One object directory with its alternates.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) directory: PathBuf,
    /// Never looks at the disk again for a missing object, so that reading runs at full speed.
    pub(super) quick: gix::odb::Handle,
    /// Looks at the disk again, and so finds an object that a concurrent `git gc` moved.
    thorough: gix::odb::Handle,
}

impl Reader {
    /// Opens the object directories. Objects are written to the first.
    pub(super) fn open(directories: Vec<PathBuf>, hash: gix::hash::Kind) -> Result<Self, Error> {
        let open = |directory: PathBuf| Store::open(directory, hash);
        let stores = directories
            .into_iter()
            .map(open)
            .collect::<Result<_, _>>()?;
        Ok(Self { stores })
    }

    /// A reader for many objects, which keeps resolved deltas.
    pub fn of_many(&self) -> Self {
        let mut reader = self.clone();
        for store in &mut reader.stores {
            store
                .quick
                .set_pack_cache(|| Box::new(DeltaBases::default()));
        }
        reader
    }

    /// Reads the raw bytes of a commit into `buffer`, and overwrites it. Its size is looked at before it is read: a few
    /// kilobytes can unpack to hundreds of megabytes.
    ///
    /// # Errors
    /// [`Error::MissingObject`], [`Error::CorruptObject`] also for more than a mebibyte, [`Error::NotACommit`].
    pub fn commit(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), Error> {
        if let Some(size) = self.size(id).filter(|size| *size > COMMIT_READ_MAX) {
            return Err(Error::CorruptObject {
                id,
                why: format!("it has {size} bytes, more than any commit that is read"),
            });
        }
        match self.object(id, buffer)? {
            ObjectKind::Commit => Ok(()),
            other => Err(Error::NotACommit {
                id,
                found: other.as_str(),
            }),
        }
    }

    /// Reads the raw bytes of an object of any kind into `buffer`, and overwrites it.
    ///
    /// # Errors
    /// [`Error::MissingObject`], [`Error::CorruptObject`].
    pub fn object(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, Error> {
        for store in &self.stores {
            if let Ok(Some(found)) = store.quick.try_find(&id.0, buffer) {
                return Ok(ObjectKind::from_gix(found.kind));
            }
        }
        self.object_again(id, buffer)
    }

    /// Looks at the disk again, and distinguishes missing objects from broken ones.
    ///
    /// It looks several times. A `git repack` removes old packs, and can do so again after we list the packs and before we
    /// read them.
    #[cold]
    fn object_again(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, Error> {
        let mut looks = 0;
        loop {
            match self.look_for(id, buffer) {
                Err(_) if pause_before_look(&mut looks) => {}
                found => return found,
            }
        }
    }

    fn look_for(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, Error> {
        let mut broken = None;
        for store in &self.stores {
            match store.thorough.try_find(&id.0, buffer) {
                Ok(Some(found)) => return Ok(ObjectKind::from_gix(found.kind)),
                Ok(None) => {}
                Err(error) => broken = Some(error.to_string()),
            }
        }
        Err(match broken {
            Some(why) => Error::CorruptObject { id, why },
            None => Error::MissingObject { id },
        })
    }

    /// The size of an object, if it exists and is not broken; its content is not unpacked.
    pub fn size(&self, id: ObjectId) -> Option<u64> {
        let quick = |store: &Store| store.quick.try_header(&id.0).ok().flatten();
        let again = |store: &Store| store.thorough.try_header(&id.0).ok().flatten();
        let found = self.stores.iter().find_map(quick);
        let found = found.or_else(|| self.stores.iter().find_map(again));
        found.map(|header| header.size)
    }

    /// Whether the object exists; its content is not read.
    pub fn contains(&self, id: ObjectId) -> bool {
        if self.stores.iter().any(|store| store.quick.exists(&id.0)) {
            return true;
        }
        let mut looks = 0;
        loop {
            let found = self.stores.iter().any(|store| store.thorough.exists(&id.0));
            if found || !pause_before_look(&mut looks) {
                return found;
            }
        }
    }
}

/// How often the reader looks at the disk for a missing object.
const LOOKS_MAX: u32 = 5;

/// Waits a little before the next attempt; false if there were enough attempts.
fn pause_before_look(looks: &mut u32) -> bool {
    *looks += 1;
    thread::sleep(Duration::from_millis(u64::from(*looks)));
    *looks < LOOKS_MAX
}

impl Store {
    fn open(directory: PathBuf, hash: gix::hash::Kind) -> Result<Self, Error> {
        let mut thorough = gix::odb::at(&directory, hash)
            .map_err(|source| circle(&source).unwrap_or_else(|| cannot_open(&directory, source)))?;
        thorough.ignore_replacements = true;
        let mut quick = thorough.clone();
        quick.refresh_never();
        Ok(Self {
            directory,
            quick,
            thorough,
        })
    }
}

fn cannot_open(directory: &Path, source: io::Error) -> Error {
    Error::read("open object directory", directory, source)
}

/// The alternates lead back to their start. git accepts this.
fn circle(source: &io::Error) -> Option<Error> {
    let found = source.get_ref()?.downcast_ref::<gix::Error>()?;
    let mut causes = found.iter_errors();
    let cycle = causes.find_map(|e| e.downcast_ref::<gix::odb::alternate::Cycle>())?;
    Some(Error::CircularAlternates {
        directories: cycle.paths.clone(),
    })
}

/// The resolved objects of a pack. Most objects are deltas of others, up to fifteen levels deep, and a walk does not read
/// them in the order of the pack. Without this, each object would be inflated again for every delta on it.
#[derive(Default)]
struct DeltaBases {
    /// By pack and offset.
    resolved: HashMap<(u32, u64), Resolved>,
    bytes: usize,
}

struct Resolved {
    kind: gix::objs::Kind,
    packed_size: usize,
    content: Box<[u8]>,
}

/// The maximum size of the kept objects, in bytes; above it a reader drops all of them.
const DELTA_BASES_BYTES_MAX: usize = 10 << 20;

impl DecodeEntry for DeltaBases {
    fn put(
        &mut self,
        pack: u32,
        offset: u64,
        content: &[u8],
        kind: gix::objs::Kind,
        packed_size: usize,
    ) {
        if self.bytes + content.len() > DELTA_BASES_BYTES_MAX {
            *self = Self::default();
        }
        self.bytes += content.len();
        let resolved = Resolved {
            kind,
            packed_size,
            content: content.into(),
        };
        self.resolved.insert((pack, offset), resolved);
    }

    fn get(
        &mut self,
        pack: u32,
        offset: u64,
        out: &mut Vec<u8>,
    ) -> Option<(gix::objs::Kind, usize)> {
        let found = self.resolved.get(&(pack, offset))?;
        out.clear();
        out.extend_from_slice(&found.content);
        Some((found.kind, found.packed_size))
    }
}
