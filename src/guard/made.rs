//! The untracked files that runs made in a worktree, such as reports: the next run does not take them for changes of people.
//!
//! A file of the worktree's git directory has them, each with its size and its time: a file that somebody changes afterwards
//! is a change. Not here: which files are new (`checkout`).

use std::{
    collections::BTreeMap, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _,
    os::unix::fs::MetadataExt as _, path::PathBuf,
};

use crate::git::repository::Repository;

/// A path below the top of the worktree, as git has it.
pub(super) type GitPath = Vec<u8>;

/// The files, each as a run left it.
pub(super) struct Made(BTreeMap<GitPath, String>);

impl Made {
    /// The remembered files. What cannot be read was made by people.
    pub(super) fn read(repository: &Repository) -> Self {
        let kept = fs::read(path(repository)).unwrap_or_default();
        let records = kept.split(|byte| *byte == 0);
        let records = records.filter_map(|record| {
            let mut parts = record.splitn(2, |byte| *byte == b' ');
            let state = String::from_utf8(parts.next()?.to_vec()).ok()?;
            Some((parts.next()?.to_vec(), state))
        });
        Self(records.collect())
    }

    /// Whether a run made this file, and nobody changed it since.
    pub(super) fn has(&self, repository: &Repository, file: &GitPath) -> bool {
        let known = self.0.get(file);
        known.is_some() && known == state(repository, file).as_ref()
    }

    /// Remembers files as they are now, and no others. If that fails, they count as changes later.
    pub(super) fn write<'a>(repository: &Repository, files: impl Iterator<Item = &'a GitPath>) {
        let mut kept = Vec::new();
        for file in files {
            if let Some(state) = state(repository, file) {
                kept.extend(state.bytes().chain([b' ']));
                kept.extend(file.iter().chain(&[0]));
            }
        }
        let path = path(repository);
        if kept.is_empty() {
            _ = fs::remove_file(path);
            return;
        }
        if let Some(folder) = path.parent() {
            _ = fs::create_dir_all(folder);
        }
        _ = fs::write(path, kept);
    }
}

/// The size and the time of a file.
fn state(repository: &Repository, file: &GitPath) -> Option<String> {
    let path = repository.work_dir()?.join(OsStr::from_bytes(file));
    let found = fs::symlink_metadata(path).ok()?;
    Some(format!(
        "{}:{}.{}",
        found.size(),
        found.mtime(),
        found.mtime_nsec()
    ))
}

fn path(repository: &Repository) -> PathBuf {
    repository.git_dir().join("coord/guard-made")
}
