//! The log of a ref, which `git reflog` shows.
//!
//! Not here: when a line is written (`files`), and the logs of refs in tables (`reftable`).

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use super::folders::remove_empty_folders;
use crate::git::{
    Error,
    repository::{ObjectId, Repository},
};

/// Who moved a ref, when and why.
#[derive(Debug, Clone, Copy)]
pub struct Reflog<'a> {
    /// The actor's name, without characters that git does not allow in a name.
    pub name: &'a str,
    /// The actor's email address, likewise.
    pub email: &'a str,
    /// Seconds since 1970-01-01 UTC. The zone is always +0000.
    pub time: i64,
    /// One line; line breaks become spaces.
    pub message: &'a str,
}

impl Reflog<'_> {
    /// The line as git writes it.
    fn line(&self, old: ObjectId, new: ObjectId) -> String {
        let (name, email, time) = (self.name(), self.email(), self.time);
        let message = self.message();
        format!("{old} {new} {name} <{email}> {time} +0000\t{message}\n")
    }

    pub(super) fn name(&self) -> String {
        identity(self.name)
    }

    pub(super) fn email(&self) -> String {
        identity(self.email)
    }

    pub(super) fn message(&self) -> String {
        let words = self.message.split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    }

    /// Appends a line to the log of `name` in one write and makes it durable.
    ///
    /// The log is written even if `core.logAllRefUpdates` is off, because the log is needed to recover a rewound ledger.
    pub(super) fn append(
        &self,
        repository: &Repository,
        name: &str,
        old: Option<ObjectId>,
        new: ObjectId,
    ) -> Result<(), Error> {
        let path = repository.common_dir().join("logs").join(name);
        let failed = |source| repository.write_error("write", &path, source);
        // `git fsck` complains about a log with unknown ids, such as those of a damaged ref.
        let old = old.filter(|old| repository.contains(*old));
        let line = self.line(old.unwrap_or(repository.null_id()), new);
        let mut file = match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => make_parent(&path)
                .and_then(|()| open(&path))
                .map_err(failed)?,
            // The log of a ref that had this one's name as a folder leaves empty folders behind.
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => {
                remove_empty_folders(&path).ok();
                open(&path).map_err(failed)?
            }
            opened => opened.map_err(failed)?,
        };
        let is_new = file.metadata().map_err(failed)?.len() == 0;
        file.write_all(line.as_bytes()).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        match path.parent() {
            Some(folder) if is_new => repository.flush_folder(folder),
            _ => Ok(()),
        }
    }
}

/// Every id that the log of `name` names, the newest first. A malformed line is skipped, as git does.
pub(super) fn read(repository: &Repository, name: &str) -> Result<Vec<ObjectId>, Error> {
    let path = repository.common_dir().join("logs").join(name);
    let content = content(&path).map_err(|error| Error::read("read", &path, error))?;
    let ids = |line: &[u8]| -> Vec<ObjectId> {
        let mut words = line.split(|byte| *byte == b' ');
        let [old, new] = [words.next(), words.next()].map(|word| ObjectId::from_hex(word?));
        [new, old].into_iter().flatten().collect()
    };
    let lines = content.split(|byte| *byte == b'\n').rev();
    let mut found: Vec<ObjectId> = lines.flat_map(ids).filter(|id| !id.is_null()).collect();
    let mut seen = std::collections::HashSet::new();
    found.retain(|id| seen.insert(*id));
    Ok(found)
}

/// The content of a log; nothing if there is no regular file. A device would never end.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => std::fs::read(path),
        Ok(_) => Ok(Vec::new()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(Vec::new()),
            _ => Err(error),
        },
    }
}

/// Takes the last line out of the log if it says that the ref moved to `new`, and what a killed writer left of a line. The
/// caller holds the lock on the ref.
pub(super) fn withdraw(
    repository: &Repository,
    name: &str,
    new: Option<ObjectId>,
) -> Result<(), Error> {
    let path = repository.common_dir().join("logs").join(name);
    let failed = |source| repository.write_error("write", &path, source);
    let content = content(&path).map_err(failed)?;
    let line_ends = |content: &[u8]| content.iter().rposition(|byte| *byte == b'\n');
    let whole = line_ends(&content).map_or(0, |end| end + 1);
    let before = whole.checked_sub(1).map(|end| &content[..end]);
    let last = before.and_then(line_ends).map_or(0, |end| end + 1);
    let mut words = content[last..whole].split(|byte| *byte == b' ');
    let to = words.nth(1).and_then(ObjectId::from_hex);
    let kept = if to.is_some() && to == new {
        last
    } else {
        whole
    };
    if kept == content.len() {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
    file.set_len(kept as u64).map_err(failed)?;
    file.sync_data().map_err(failed)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)
}

/// A name or an address without the characters that would end it or the line.
fn identity(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() && !matches!(c, '<' | '>');
    text.chars()
        .filter(allowed)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_or_message_can_forge_a_second_line() {
        let reflog = Reflog {
            name: "eve\n<x>",
            email: "e@x> 0 +0000\tforged\n",
            time: 5,
            message: "one\ntwo\t three",
        };
        let id: ObjectId = "1".repeat(40).parse().unwrap();
        let line = reflog.line(id, id);
        assert_eq!(
            line,
            format!("{id} {id} evex <e@x 0 +0000forged> 5 +0000\tone two three\n")
        );
    }
}
