//! Bundles (git's `bundle-format`): a pack, its refs, and its prerequisites.
//!
//! Not here: outboxes (`ledger::outbox`), and which of their entries are accepted (`sync::round`).

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    process::{ChildStdin, Command, Stdio},
};

use super::{
    ObjectId, Repository, environment,
    program::{fed, while_pruned},
};
use crate::git::Error;

/// A bundle larger than this is not read: a ledger of a million entries is smaller.
pub const BUNDLE_BYTES_MAX: u64 = 512 << 20;

/// A bundle's header is shorter than this.
const HEADER_BYTES_MAX: u64 = 64 << 10;

/// git may take no more memory at once than this; the largest attachment fits, what unpacks to far more does not.
const ALLOCATION_MAX: &str = "256m";

/// The header of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BundleHeader {
    /// The prerequisites: commits that the pack needs and does not hold.
    pub prerequisites: Vec<ObjectId>,
    /// The object ids of the refs, by name.
    pub refs: BTreeMap<String, ObjectId>,
}

/// A bundle's file, read up to its pack.
pub(crate) struct Bundle {
    /// The header before the pack.
    pub header: BundleHeader,
    header_length: u64,
    /// The file, of which the pack is all after the header.
    pack: File,
}

impl Bundle {
    /// Opens a bundle; `None` if there is no such file.
    ///
    /// # Errors
    /// [`Error::BadBundle`] if it is none, or larger than [`BUNDLE_BYTES_MAX`]; [`Error::Io`].
    pub(crate) fn open(path: &Path, hash: &str) -> Result<Option<Self>, Error> {
        let failed = |source| Error::read("read", path, source);
        let bad = |why: &str| Error::BadBundle {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        // A pipe or a device at this path could be read without end.
        match std::fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
            Ok(found) if !found.is_file() => return Err(bad("it is not a file")),
            Ok(found) if found.len() > BUNDLE_BYTES_MAX => return Err(bad("it is too large")),
            Ok(_) => {}
        }
        let pack = File::open(path).map_err(failed)?;
        let mut before = BufReader::new((&pack).take(HEADER_BYTES_MAX));
        let (header, header_length) = read_header(&mut before, hash).map_err(|why| bad(&why))?;
        Ok(Some(Self {
            header,
            header_length,
            pack,
        }))
    }
}

impl Repository {
    /// Puts the objects of a bundle where this repository writes objects to, as a pack that git has checked.
    ///
    /// # Errors
    /// [`Error::Failed`] if the pack is damaged, incomplete, or unpacks to too much; [`Error::ReadOnly`].
    pub(crate) fn take_pack(&self, bundle: Bundle) -> Result<(), Error> {
        self.index(|mut stdin| {
            let mut pack = &bundle.pack;
            pack.seek(SeekFrom::Start(bundle.header_length))?;
            io::copy(&mut pack, &mut stdin).map(drop)
        })
    }

    /// Puts what `tip` leads to and `known` does not, out of another repository, where this one writes objects to, and
    /// makes it durable.
    ///
    /// # Errors
    /// As for [`take_pack`](Self::take_pack).
    pub(crate) fn take_objects(
        &self,
        from: &Repository,
        tip: ObjectId,
        known: &[ObjectId],
    ) -> Result<(), Error> {
        let pack = from.pack(&[tip], known)?;
        self.index(|mut stdin| stdin.write_all(&pack))?;
        self.flush_names()
    }

    /// Writes a bundle: all objects that its refs lead to and its prerequisites do not.
    ///
    /// # Errors
    /// [`Error::Failed`], [`Error::Io`].
    pub(crate) fn write_bundle(
        &self,
        header: &BundleHeader,
        mut file: &File,
        path: &Path,
    ) -> Result<(), Error> {
        let tips: Vec<ObjectId> = header.refs.values().copied().collect();
        let pack = self.pack(&tips, &header.prerequisites)?;
        let text = written_header(header, self.hash_name());
        file.write_all(text.as_bytes())
            .and_then(|()| file.write_all(&pack))
            .and_then(|()| file.sync_all())
            .map_err(|source| Error::read("write", path, source))
    }

    /// The same repository with objects that are written to `directory` and read from there as well.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn with_objects_in(&self, directory: &Path) -> Result<Self, Error> {
        let own = self.reader.stores.iter();
        let mut directories = vec![directory.to_owned()];
        directories.extend(own.map(|store| store.directory.clone()));
        let joined = environment::object_directories(&directories[1..]);
        Ok(Self {
            object_directories: Some((directory.to_owned(), joined)),
            reader: super::Reader::open(directories, self.hash)?,
            ..self.another()
        })
    }

    /// The bytes of a pack.
    fn pack(&self, tips: &[ObjectId], known: &[ObjectId]) -> Result<Vec<u8>, Error> {
        let mut git = self.git();
        git.args([
            "pack-objects",
            "--revs",
            "--stdout",
            "--thin",
            "--delta-base-offset",
        ]);
        git.arg("--quiet");
        git.stdin(Stdio::piped());
        let tips = tips.iter().map(|id| format!("{id}\n"));
        let asked: String = tips
            .chain(known.iter().map(|id| format!("^{id}\n")))
            .collect();
        fed(git, |mut stdin| stdin.write_all(asked.as_bytes()))
    }

    fn indexing(&self) -> Command {
        let mut git = self.git();
        let size = format!("--max-input-size={BUNDLE_BYTES_MAX}");
        git.args([
            "-c",
            "core.fsync=committed",
            "index-pack",
            "--stdin",
            "--fix-thin",
            "--strict",
        ]);
        git.arg(size)
            .env("GIT_ALLOC_LIMIT", ALLOCATION_MAX)
            .stdin(Stdio::piped());
        git
    }

    /// Indexes a pack, which `feed` writes into git's standard input each time that git runs.
    fn index(&self, feed: impl Fn(ChildStdin) -> io::Result<()>) -> Result<(), Error> {
        let indexed = while_pruned(|| fed(self.indexing(), &feed));
        indexed.map(drop).map_err(|error| self.write_failure(error))
    }
}

fn written_header(header: &BundleHeader, hash: &str) -> String {
    let mut text = match hash {
        "sha1" => "# v2 git bundle\n".to_owned(),
        hash => format!("# v3 git bundle\n@object-format={hash}\n"),
    };
    for id in &header.prerequisites {
        text += &format!("-{id}\n");
    }
    for (name, id) in &header.refs {
        text += &format!("{id} {name}\n");
    }
    text + "\n"
}

/// The header and how many bytes it has.
fn read_header(from: &mut impl BufRead, hash: &str) -> Result<(BundleHeader, u64), String> {
    let mut length = 0;
    let mut line = || -> Result<String, String> {
        let mut line = Vec::new();
        let read = from
            .read_until(b'\n', &mut line)
            .map_err(|error| error.to_string())?;
        length += read as u64;
        match line.pop() {
            Some(b'\n') => Ok(String::from_utf8_lossy(&line).into_owned()),
            _ => Err("it is not a bundle".to_owned()),
        }
    };
    let version = line()?;
    if !["# v2 git bundle", "# v3 git bundle"].contains(&version.as_str()) {
        return Err("it is not a bundle".to_owned());
    }
    let (mut format, mut prerequisites) = ("sha1".to_owned(), Vec::new());
    let mut refs = BTreeMap::new();
    loop {
        let line = line()?;
        let id = |text: &str| {
            let hex = text.split(' ').next().unwrap_or_default();
            ObjectId::from_hex(hex.as_bytes()).ok_or("it names no object".to_owned())
        };
        match (
            line.as_bytes().first(),
            line.strip_prefix("@object-format="),
        ) {
            (None, _) => break,
            (_, Some(named)) => format = named.to_owned(),
            (Some(b'@'), _) => return Err(format!("it needs '{line}'")),
            (Some(b'-'), _) => prerequisites.push(id(&line[1..])?),
            _ => {
                let name = line.split_once(' ').map_or("", |(_, name)| name);
                refs.insert(name.to_owned(), id(&line)?);
            }
        }
    }
    if format != hash {
        return Err(format!(
            "its objects are named by {format}, those here by {hash}"
        ));
    }
    let header = BundleHeader {
        prerequisites,
        refs,
    };
    Ok((header, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(BundleHeader, u64), String> {
        read_header(&mut text.as_bytes(), "sha1")
    }

    #[test]
    fn a_header_reads_back_as_it_is_written() {
        let id = |digit: &str| digit.repeat(40).parse().unwrap();
        let header = BundleHeader {
            prerequisites: vec![id("1"), id("2")],
            refs: [("refs/coord/ledger".to_owned(), id("3"))].into(),
        };
        let text = written_header(&header, "sha1");
        let read = read(&(text.clone() + "PACK")).unwrap();
        assert_eq!(read, (header, text.len() as u64));
    }

    #[test]
    fn other_bytes_than_a_header_are_refused() {
        let id = "1".repeat(40);
        for (text, why) in [
            (String::new(), "it is not a bundle"),
            ("hello\n".to_owned(), "it is not a bundle"),
            ("# v2 git bundle\n".to_owned(), "it is not a bundle"),
            ("# v2 git bundle\nx a\n\n".to_owned(), "it names no object"),
            (
                format!("# v3 git bundle\n@filter=blob:none\n{id} a\n\n"),
                "it needs '@filter=blob:none'",
            ),
            (
                format!("# v3 git bundle\n@object-format=sha256\n{id} a\n\n"),
                "its objects are named by sha256, those here by sha1",
            ),
        ] {
            assert_eq!(read(&text).unwrap_err(), why, "{text}");
        }
    }
}
