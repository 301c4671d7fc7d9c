//! Trees: an entry's attachments as files, written and read back.
//!
//! Not here: the list of an entry's attachments (`git::commit`).

use std::collections::BTreeMap;

use super::{ObjectId, ObjectKind, Repository};
use crate::{core::values::text::is_file_name, git::Error};

/// The mode of a regular file that is not executable.
pub const MODE_FILE: u32 = 0o100_644;

/// The mode of a folder.
const MODE_FOLDER: u32 = 0o040_000;

/// The deepest folder of an entry's tree. The limit keeps a hostile tree from exhausting the stack.
const DEPTH_MAX: usize = 16;

/// The maximum number of files and folders in an entry's tree: 256 attachments, each in 15 folders of its own, have fewer.
/// Without a limit, a walk through a few folders that contain the same folders many times would never end.
const NAMES_MAX: usize = 4096;

/// The maximum number of bytes of a folder: the names of an entry's attachments fit into its payload.
const FOLDER_BYTES_MAX: u64 = 1 << 20;

/// A file in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// Its path from the root of the tree, with '/' between the names. Bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Its mode as git writes it: [`MODE_FILE`] for what this program writes.
    pub mode: u32,
    /// Its content; of a submodule, the commit.
    pub id: ObjectId,
}

/// The files found so far while a tree is being read.
#[derive(Default)]
struct Found {
    files: Vec<TreeFile>,
    /// The number of names, including folders.
    names: usize,
}

/// The entry of one name in a folder, while a tree is being built.
enum Node {
    File(ObjectId),
    Folder(BTreeMap<String, Node>),
}

impl Repository {
    /// Writes a tree of regular files and returns its id. A '/' in a name creates a folder.
    ///
    /// # Errors
    /// [`Error::InvalidFileName`] for names that git refuses (`.git`, `..`, empty names, a name for a file and a
    /// folder, the same name twice); the errors of [`write`](Self::write).
    pub fn write_tree(&self, files: &[(&str, ObjectId)]) -> Result<ObjectId, Error> {
        let mut root = BTreeMap::new();
        for &(path, id) in files {
            insert(&mut root, path, id).ok_or_else(|| Error::InvalidFileName {
                name: path.to_owned(),
            })?;
        }
        self.write_folder(&root)
    }

    fn write_folder(&self, folder: &BTreeMap<String, Node>) -> Result<ObjectId, Error> {
        let mut rows = Vec::with_capacity(folder.len());
        for (name, node) in folder {
            rows.push(match node {
                // git sorts a folder as if its name ended in '/'.
                Node::Folder(inner) => (
                    format!("{name}/"),
                    name,
                    MODE_FOLDER,
                    self.write_folder(inner)?,
                ),
                Node::File(id) => (name.clone(), name, MODE_FILE, *id),
            });
        }
        rows.sort_by(|left, right| left.0.as_bytes().cmp(right.0.as_bytes()));
        let mut bytes = Vec::new();
        for (_, name, mode, id) in rows {
            bytes.extend_from_slice(format!("{mode:o} {name}\0").as_bytes());
            bytes.extend_from_slice(id.as_bytes());
        }
        self.write(ObjectKind::Tree, &bytes)
    }

    /// All files of a tree and of its folders, in git's order.
    ///
    /// # Errors
    /// [`Error::MissingObject`]; [`Error::CorruptObject`], also if it is not a tree, is nested too deep, or has more
    /// names than an entry's attachments can have.
    pub fn read_tree(&self, id: ObjectId) -> Result<Vec<TreeFile>, Error> {
        let mut found = Found::default();
        self.read_folder(id, "", 0, &mut found)?;
        Ok(found.files)
    }

    fn read_folder(
        &self,
        id: ObjectId,
        prefix: &str,
        depth: usize,
        found: &mut Found,
    ) -> Result<(), Error> {
        let corrupt = |why: String| Error::CorruptObject { id, why };
        if depth > DEPTH_MAX {
            return Err(corrupt("its folders are nested too deep".to_owned()));
        }
        self.check_size(id, FOLDER_BYTES_MAX)?;
        if id == self.empty_tree() {
            return Ok(());
        }
        let (kind, bytes) = self.object(id)?;
        if kind != ObjectKind::Tree {
            return Err(corrupt(format!("it is a {}, not a tree", kind.as_str())));
        }
        for entry in gix::objs::TreeRefIter::from_bytes(&bytes, self.hash) {
            let entry = entry.map_err(|error| corrupt(error.to_string()))?;
            found.names += 1;
            if found.names > NAMES_MAX {
                return Err(corrupt(format!("it leads to more than {NAMES_MAX} names")));
            }
            let path = format!("{prefix}{}", entry.filename);
            let id = ObjectId(entry.oid.to_owned());
            if entry.mode.is_tree() {
                self.read_folder(id, &format!("{path}/"), depth + 1, found)?;
            } else {
                let mode = u32::from(entry.mode.value());
                found.files.push(TreeFile { path, mode, id });
            }
        }
        Ok(())
    }
}

/// Puts a file at its place below `folder`; `None` if git would refuse it.
fn insert(folder: &mut BTreeMap<String, Node>, path: &str, id: ObjectId) -> Option<()> {
    let (name, rest) = match path.split_once('/') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    is_file_name(name).then_some(())?;
    let Some(rest) = rest else {
        return match folder.insert(name.to_owned(), Node::File(id)) {
            None => Some(()),
            Some(_) => None,
        };
    };
    let empty = || Node::Folder(BTreeMap::new());
    match folder.entry(name.to_owned()).or_insert_with(empty) {
        Node::Folder(inner) => insert(inner, rest, id),
        Node::File(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{git::repository::ObjectKind, ledger::fixture::Fixture};

    #[test]
    fn a_tree_is_what_git_would_have_written() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let blob = repository.write(ObjectKind::Blob, b"x").unwrap();
        let names = ["a.b", "a/z", "a/b/c", "a0", "b"];
        let files = names.map(|name| (name, blob));
        let tree = repository.write_tree(&files).unwrap();
        repository.flush().unwrap();
        fixture.git(&["fsck", "--strict"]);
        let listed = fixture.git(&["ls-tree", "-r", "--name-only", &tree.to_string()]);
        let read = repository.read_tree(tree).unwrap();
        let read: Vec<_> = read.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(listed.lines().collect::<Vec<_>>(), read);
        assert_eq!(read, ["a.b", "a/b/c", "a/z", "a0", "b"]);
    }

    #[test]
    fn the_empty_tree_is_known_without_being_stored() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        assert_eq!(repository.read_tree(repository.empty_tree()).unwrap(), []);
        assert_eq!(repository.write_tree(&[]).unwrap(), repository.empty_tree());
    }

    #[test]
    fn names_that_git_would_refuse_are_refused() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let blob = repository.write(ObjectKind::Blob, b"x").unwrap();
        for names in [
            &[""][..],
            &["/a"],
            &["a/"],
            &["../a"],
            &[".GIT/config"],
            &["a", "a"],
            &["a", "a/b"],
            &["a/b", "a"],
        ] {
            let files: Vec<_> = names.iter().map(|&name| (name, blob)).collect();
            let error = repository.write_tree(&files).unwrap_err();
            assert_eq!(error.code(), "invalid_file_name", "{names:?}");
        }
    }

    #[test]
    fn a_tree_of_trees_that_would_never_end_is_not_read() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        for inner in [&b"x"[..], b""] {
            let kind = if inner.is_empty() {
                ObjectKind::Tree
            } else {
                ObjectKind::Blob
            };
            let mut id = repository.write(kind, inner).unwrap();
            for level in 0..12 {
                let mode = if level == 0 && !inner.is_empty() {
                    "100644"
                } else {
                    "40000"
                };
                let mut bytes = Vec::new();
                for name in 0..10 {
                    bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
                    bytes.extend_from_slice(id.as_bytes());
                }
                id = repository.write(ObjectKind::Tree, &bytes).unwrap();
            }
            let refused = repository.read_tree(id).unwrap_err();
            assert_eq!(refused.code(), "corrupt_object");
        }
    }

    #[test]
    fn a_commit_is_not_a_tree() {
        let fixture = Fixture::new();
        let repository = fixture.open();
        let commit = crate::ledger::fixture::commit(&repository, None, "x");
        assert_eq!(
            repository.read_tree(commit).unwrap_err().code(),
            "corrupt_object"
        );
    }
}
