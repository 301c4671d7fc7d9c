//! Objects of a repository: reading them, writing them loose, making them durable.
//!
//! Not here: how they are found (`reader`), what commits and trees mean (`tree`, `git::commit`), refs (`git::refs`).

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use gix::objs::Write as _;

use super::{
    ObjectId, ObjectKind, Reader, Repository, program::while_pruned, system_error::system_error,
};
use crate::git::Error;

/// From this many objects on, one flush of the whole file system is cheaper than one per object.
const FLUSH_TOGETHER_MIN: usize = 64;

/// How often a write is tried again that lost its folder to a concurrent `git prune-packed`, or its object to `git prune`.
const WRITE_TRIES: u32 = 10;

impl Repository {
    /// A reader for another thread.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Reads the raw bytes of a commit into `buffer`; see [`Reader::commit`].
    pub fn commit(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<(), Error> {
        self.reader.commit(id, buffer)
    }

    /// The kind and the raw bytes of an object; see [`Reader::object`].
    ///
    /// In a partial clone (git's `partial-clone`) git fetches missing objects, as it does for its own readers.
    pub fn object(&self, id: ObjectId) -> Result<(ObjectKind, Vec<u8>), Error> {
        let mut buffer = Vec::new();
        let kind = match self.reader.object(id, &mut buffer) {
            Err(Error::MissingObject { .. }) if self.config().names_a_promisor() => {
                let name = id.to_string();
                while_pruned(|| self.run_git(["cat-file", "-t", &name]))?;
                self.reader.object(id, &mut buffer)
            }
            read => read,
        }?;
        Ok((kind, buffer))
    }

    /// The content of a file of an entry. Its size is looked at before it is read: a few bytes can unpack to more than
    /// there is memory.
    ///
    /// # Errors
    /// Those of [`object`](Self::object); [`Error::CorruptObject`] for another object than a blob or for more than
    /// `bytes_max` bytes.
    pub fn blob(&self, id: ObjectId, bytes_max: u64) -> Result<Vec<u8>, Error> {
        let corrupt = |why: String| Error::CorruptObject { id, why };
        self.check_size(id, bytes_max)?;
        match self.object(id)? {
            (ObjectKind::Blob, bytes) => Ok(bytes),
            (other, _) => Err(corrupt(format!("it is a {}, not a file", other.as_str()))),
        }
    }

    /// The size of an object, if it exists and is not broken; its content is not unpacked.
    pub fn size(&self, id: ObjectId) -> Option<u64> {
        self.reader.size(id)
    }

    /// Checks the size of an object that is there, without unpacking it.
    ///
    /// # Errors
    /// [`Error::CorruptObject`] for more than `bytes_max` bytes.
    pub(super) fn check_size(&self, id: ObjectId, bytes_max: u64) -> Result<(), Error> {
        match self.reader.size(id) {
            Some(size) if size > bytes_max => Err(Error::CorruptObject {
                id,
                why: format!("it has {size} bytes"),
            }),
            _ => Ok(()),
        }
    }

    /// Whether the object is there; its content is not looked at.
    pub fn contains(&self, id: ObjectId) -> bool {
        self.reader.contains(id)
    }

    /// The id that these bytes have as an object of this kind. Reading does not check it.
    pub fn id_of(&self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId, Error> {
        // The hasher fails only on a known SHA-1 collision attack.
        gix::objs::compute_hash(self.hash, kind.to_gix(), bytes)
            .map(ObjectId)
            .map_err(|error| Error::CorruptObject {
                id: self.null_id(),
                why: error.to_string(),
            })
    }

    /// Reads the loose copy of an object, if there is one, even if a pack has the object too.
    ///
    /// # Errors
    /// [`Error::CorruptObject`] if it cannot be read or is not what its id says.
    pub(crate) fn check_loose_copy(&self, id: ObjectId) -> Result<(), Error> {
        let corrupt = |why: String| Error::CorruptObject { id, why };
        let loose = gix::odb::loose::Store::at(self.object_directory(), self.hash);
        let mut bytes = Vec::new();
        match loose.try_find(&id.0, &mut bytes) {
            Ok(None) => Ok(()),
            Ok(Some(found)) => {
                let kind = ObjectKind::from_gix(found.kind);
                if self.id_of(kind, found.data)? == id {
                    Ok(())
                } else {
                    Err(corrupt("it is not what its id says".to_owned()))
                }
            }
            Err(error) => Err(corrupt(error.to_string())),
        }
    }

    /// Writes a loose object. It is durable only after [`flush`](Self::flush), and safe from `git prune` only after
    /// [`settle`](Self::settle).
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::NoSpace`], [`Error::Io`].
    pub fn write(&self, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectId, Error> {
        let id = self.id_of(kind, bytes)?;
        let mut unsettled = self.unsettled.borrow_mut();
        unsettled.entry(id).or_insert_with(|| (kind, bytes.into()));
        self.store(id, kind, bytes)?;
        Ok(id)
    }

    fn store(&self, id: ObjectId, kind: ObjectKind, bytes: &[u8]) -> Result<(), Error> {
        self.unflushed.borrow_mut().insert(id);
        if freshen(&self.loose_path(id)) {
            return Ok(());
        }
        let Some(store) = self.reader.stores.first() else {
            return Err(Error::MissingObject { id });
        };
        let mut tries = 0;
        loop {
            let written = store
                .quick
                .write_buf_with_known_id(kind.to_gix(), bytes, id.0);
            let Err(error) = written else {
                return Ok(());
            };
            let source = system_error(&error);
            tries += 1;
            // git removes fan-out folders that are empty, also between their making and the rename into them.
            if source.kind() != io::ErrorKind::NotFound || tries == WRITE_TRIES {
                let path = &store.directory;
                return Err(Error::write(
                    "write object in",
                    path,
                    &self.common_dir,
                    source,
                ));
            }
            std::thread::sleep(Duration::from_millis(u64::from(tries)));
        }
    }

    /// Writes everything again that was written through this value and that `git prune` has removed since: until a ref led
    /// to it, git took it for garbage. To be called after the ref has moved.
    ///
    /// # Errors
    /// The errors of [`write`](Self::write) and [`flush`](Self::flush).
    pub fn settle(&self) -> Result<(), Error> {
        for (&id, (kind, bytes)) in &*self.unsettled.borrow() {
            if !self.contains(id) {
                self.store(id, *kind, bytes)?;
            }
        }
        self.flush()?;
        self.unsettled.take();
        Ok(())
    }

    /// Flushes everything that was written through this value since the last flush: files first, then their folders.
    ///
    /// An object that is in a pack by now needs no flush, because git flushes packs before it removes loose objects. One
    /// that `git prune` has removed meanwhile is written again.
    ///
    /// # Errors
    /// [`Error::MissingObject`] if one is gone, [`Error::NoSpace`], [`Error::Io`].
    pub fn flush(&self) -> Result<(), Error> {
        let ids = self.unflushed.take();
        let flushed = self.flush_all(&ids);
        if flushed.is_err() {
            self.unflushed.borrow_mut().extend(ids);
        }
        flushed
    }

    fn flush_all(&self, ids: &BTreeSet<ObjectId>) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        if ids.len() >= FLUSH_TOGETHER_MIN && self.flush_file_system()? {
            return Ok(());
        }
        let mut folders = BTreeSet::new();
        for &id in ids {
            let path = self.loose_path(id);
            if self.flush_object(id, &path)? {
                folders.extend(path.parent().map(Path::to_owned));
            }
        }
        folders.insert(self.object_directory().to_owned());
        folders.iter().try_for_each(|path| self.flush_folder(path))
    }

    /// Flushes a loose object; false if only a pack has it.
    fn flush_object(&self, id: ObjectId, path: &Path) -> Result<bool, Error> {
        for _ in 0..WRITE_TRIES {
            match File::open(path).and_then(|file| file.sync_all()) {
                Ok(()) => return Ok(true),
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(self.write_error("flush", path, error));
                }
                Err(_) if self.contains(id) => return Ok(false),
                Err(_) => match self.unsettled.borrow().get(&id) {
                    Some((kind, bytes)) => self.store(id, *kind, bytes)?,
                    None => break,
                },
            }
        }
        Err(Error::MissingObject { id })
    }

    /// Makes durable under which names objects lie in their folders, after git has written some: it flushes files, and
    /// leaves the names to the file system. A folder in which nothing is new costs microseconds.
    ///
    /// # Errors
    /// [`Error::NoSpace`], [`Error::Io`].
    pub fn flush_names(&self) -> Result<(), Error> {
        let objects = self.object_directory();
        let failed = |source| self.write_error("flush", objects, source);
        let of_objects = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default();
            name.len() == 2 || name == "pack"
        };
        let entries = std::fs::read_dir(objects).map_err(failed)?;
        let folders = entries.flatten().map(|entry| entry.path());
        let mut folders: Vec<PathBuf> = folders.filter(of_objects).collect();
        folders.push(objects.to_owned());
        folders.iter().try_for_each(|path| self.flush_folder(path))
    }

    /// Flushes everything at once where the system can; `false` where it cannot.
    fn flush_file_system(&self) -> Result<bool, Error> {
        #[cfg(target_os = "linux")]
        {
            let path = self.object_directory();
            File::open(path)
                .and_then(|folder| Ok(nix::unistd::syncfs(folder)?))
                .map(|()| true)
                .map_err(|source| self.write_error("flush", path, source))
        }
        #[cfg(not(target_os = "linux"))]
        Ok(false)
    }

    /// Makes the names in a folder durable. A folder that git has removed meanwhile had nothing in it.
    pub(crate) fn flush_folder(&self, path: &Path) -> Result<(), Error> {
        match File::open(path).and_then(|folder| folder.sync_all()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.write_error("flush", path, error))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn write_error(&self, doing: &'static str, path: &Path, source: io::Error) -> Error {
        Error::write(doing, path, &self.common_dir, source)
    }

    /// Where objects are written to.
    pub(crate) fn object_directory(&self) -> &Path {
        match self.reader.stores.first() {
            Some(store) => &store.directory,
            None => &self.common_dir,
        }
    }

    /// Where the loose copy of an object is, if there is one.
    pub(crate) fn loose_path(&self, id: ObjectId) -> PathBuf {
        let hex = id.to_string();
        let (folder, file) = hex.split_at(2);
        self.object_directory().join(folder).join(file)
    }
}

/// Whether the loose object is there already; if so `git gc` takes it for new, since it is about to be used again.
fn freshen(path: &Path) -> bool {
    let again = |file: File| match file.metadata()?.len() {
        // A crash of the machine can leave an empty file behind.
        0 => Err(io::ErrorKind::InvalidData.into()),
        _ => file.set_modified(SystemTime::now()),
    };
    File::open(path).and_then(again).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::{Fixture, append, commit};

    #[test]
    fn missing_broken_and_other_objects_have_errors_of_their_own() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let mut buffer = Vec::new();
        let blob = repository.write(ObjectKind::Blob, b"x").unwrap();
        let code = |id| {
            repository
                .reader()
                .commit(id, &mut Vec::new())
                .unwrap_err()
                .code()
        };
        assert_eq!(code(blob), "not_a_commit");
        let missing = repository
            .id_of(ObjectKind::Blob, b"never written")
            .unwrap();
        assert_eq!(code(missing), "missing_object");
        assert!(!repository.contains(missing));
        let id = commit(&repository, None, "x");
        repository.commit(id, &mut buffer).unwrap();
        assert!(buffer.ends_with(b"\n\nx\n"));
        let path = repository.loose_path(id);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, b"garbage").unwrap();
        assert_eq!(code(id), "corrupt_object");
        // An object that a crash left empty is written again, and not taken as present.
        std::fs::write(&path, b"").unwrap();
        assert_eq!(commit(&repository, None, "x"), id);
        repository.commit(id, &mut buffer).unwrap();
    }

    #[test]
    fn a_reader_in_another_thread_finds_what_gc_moved_meanwhile() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let ids: Vec<_> = (0..5)
            .map(|n| append(&repository, &n.to_string()))
            .collect();
        let reader = repository.reader();
        let mut buffer = Vec::new();
        reader.commit(ids[0], &mut buffer).unwrap();
        fixture.git(&["gc", "-q", "--prune=now"]);
        assert!(!repository.loose_path(ids[4]).exists());
        std::thread::scope(|scope| {
            let other = reader.clone();
            let ids = &ids;
            scope.spawn(move || {
                for &id in ids {
                    other.commit(id, &mut Vec::new()).unwrap();
                }
            });
        });
        let later = append(&repository, "later");
        fixture.git(&["repack", "-q", "-a", "-d"]);
        reader.commit(later, &mut buffer).unwrap();
        reader.commit(ids[0], &mut buffer).unwrap();
    }

    #[test]
    fn flushing_packed_objects_succeeds_and_flushing_lost_ones_writes_them_again() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let kept = append(&repository, "kept");
        repository.unflushed.borrow_mut().insert(kept);
        let lost = repository.write(ObjectKind::Blob, b"lost").unwrap();
        fixture.git(&["gc", "-q", "--prune=now"]);
        assert!(!repository.loose_path(kept).exists());
        assert!(!repository.contains(lost));
        repository.flush().unwrap();
        assert!(repository.loose_path(lost).exists());
        // Nobody knows the content of this one.
        let id = repository.id_of(ObjectKind::Blob, b"unknown").unwrap();
        repository.unflushed.borrow_mut().insert(id);
        let error = repository.flush().unwrap_err();
        assert!(
            matches!(error, Error::MissingObject { id: missing } if missing == id),
            "{error}"
        );
    }

    #[test]
    fn many_objects_are_flushed_together() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        for n in 0..2 * FLUSH_TOGETHER_MIN {
            repository
                .write(ObjectKind::Blob, n.to_string().as_bytes())
                .unwrap();
        }
        repository.flush().unwrap();
        assert!(repository.unflushed.borrow().is_empty());
    }

    #[test]
    fn an_object_behind_refs_replace_is_what_its_id_says() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let (real, fake) = (
            commit(&repository, None, "real"),
            commit(&repository, None, "fake"),
        );
        fixture.git(&["replace", &real.to_string(), &fake.to_string()]);
        let mut buffer = Vec::new();
        fixture.open().commit(real, &mut buffer).unwrap();
        assert!(buffer.ends_with(b"real\n"));
    }

    #[test]
    fn writing_survives_a_git_that_removes_empty_folders() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let objects = repository.object_directory();
        let done = std::sync::atomic::AtomicBool::new(false);
        let relaxed = std::sync::atomic::Ordering::Relaxed;
        let objects = objects.to_owned();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(relaxed) {
                    for n in 0..=255 {
                        std::fs::remove_dir(objects.join(format!("{n:02x}"))).ok();
                    }
                }
            });
            let write = |n: u32| repository.write(ObjectKind::Blob, n.to_string().as_bytes());
            let written: Result<Vec<_>, _> = (0..300).map(write).collect();
            done.store(true, relaxed);
            written.unwrap();
        });
    }

    #[test]
    fn sha256_repositories_have_longer_ids_and_work_alike() {
        let fixture = Fixture::with_options(&["--object-format=sha256"]);
        let repository = fixture.open();
        assert_eq!(repository.hash_name(), "sha256");
        let tip = append(&repository, "one");
        assert_eq!(tip.to_string().len(), 64);
        let tree = fixture.git(&["rev-parse", &format!("{tip}^{{tree}}")]);
        assert_eq!(tree, repository.empty_tree().to_string());
        fixture.git(&["fsck", "--strict"]);
    }
}
