//! The table `packed-refs`, and which names git allows for refs.
//!
//! Not here: refs as files, and which of the two counts (`git::refs`).

use std::io;

use super::{ObjectId, Repository, system_error::system_error};
use crate::git::Error;

/// From this size on the table is mapped instead of read.
const MAP_MIN: u64 = 32 * 1024;

/// `packed-refs` as it was when it was opened.
pub(crate) struct PackedRefs(gix::refs::packed::Buffer);

impl PackedRefs {
    /// Opens the table as it is now; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::BrokenRef`], [`Error::Io`].
    pub(crate) fn open(repository: &Repository) -> Result<Option<Self>, Error> {
        let path = repository.common_dir().join("packed-refs");
        let opened = gix::refs::packed::Buffer::open(path.clone(), MAP_MIN, repository.hash());
        let opened = opened.map(|table| Some(Self(table)));
        opened.or_else(|error| {
            let source = system_error(&error);
            match source.kind() {
                io::ErrorKind::NotFound => Ok(None),
                io::ErrorKind::Other => Err(broken(&error)),
                _ => Err(Error::read("read", &path, source)),
            }
        })
    }

    /// The object id of the ref of this full name, if it is in the table.
    ///
    /// # Errors
    /// [`Error::BrokenRef`].
    pub(crate) fn find(&self, name: &str) -> Result<Option<ObjectId>, Error> {
        let found = self.0.try_find(name).map_err(|error| broken(&error))?;
        Ok(found.and_then(|found| ObjectId::from_hex(found.target)))
    }

    /// The first ref in the table of whose name this one is a folder.
    ///
    /// # Errors
    /// [`Error::BrokenRef`].
    pub(crate) fn first_below(&self, name: &str) -> Result<Option<String>, Error> {
        let below = self.0.iter_prefixed(format!("{name}/").into());
        let first = below.map_err(|error| broken(&error))?.next();
        let first = first.transpose().map_err(|error| broken(&error))?;
        Ok(first.map(|found| found.name.as_bstr().to_string()))
    }
}

fn broken(error: &gix::Error) -> Error {
    Error::BrokenRef {
        name: "packed-refs".to_owned(),
        why: error.to_string(),
    }
}

/// Accepts what `git check-ref-format` accepts of full names, and otherwise says why not.
///
/// # Errors
/// The reason, in lower case.
pub(crate) fn check_ref_format(name: &str) -> Result<(), String> {
    let checked = gix::validate::reference::name(name.into());
    checked.map(drop).map_err(|error| error.to_string())
}
