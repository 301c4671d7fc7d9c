//! Small files that are kept beside the repository for later commands, in the folder `coord` that all worktrees share.
//!
//! They are never the truth: a reader takes a missing or damaged file as none. Not here: their contents (their owners).

use std::{
    fs,
    io::{self, Read as _},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use super::Repository;

/// The longest file that is read.
const BYTES_MAX: u64 = 1 << 20;

impl Repository {
    /// The content of a kept file; none for a missing one, a pipe or a folder, and for one of more than 1 MiB.
    pub fn kept(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.kept_path(name);
        let found = fs::metadata(&path).ok()?;
        if !found.is_file() || found.len() > BYTES_MAX {
            return None;
        }
        let mut content = Vec::new();
        let file = fs::File::open(&path).ok()?;
        file.take(BYTES_MAX).read_to_end(&mut content).ok()?;
        Some(content)
    }

    /// Keeps a file. A failure is ignored: nothing depends on it.
    pub fn keep(&self, name: &str, content: &[u8]) {
        let path = self.kept_path(name);
        // The file is renamed into place, so that no reader sees half of it.
        let mut fresh = path.clone().into_os_string();
        fresh.push(format!(".{}", std::process::id()));
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder
            .and_then(|()| fs::write(&fresh, content))
            .and_then(|()| fs::rename(&fresh, &path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
    }

    /// Whether this happens for the first time within `span`: of several processes that ask at once, one is answered yes. If nothing
    /// can be noted, everything is.
    pub fn is_first(&self, name: &str, span: Duration) -> bool {
        let path = self.kept_path(name);
        let Some(folder) = path.parent() else {
            return true;
        };
        // Notes of earlier sessions are of no use.
        for old in fs::read_dir(folder).into_iter().flatten().flatten() {
            let age = old.metadata().and_then(|about| about.modified());
            let age = age.map(|then| SystemTime::now().duration_since(then).unwrap_or_default());
            if age.is_ok_and(|age| age > span) {
                let _ = fs::remove_file(old.path());
            }
        }
        let noted = fs::create_dir_all(folder).and_then(|()| fs::File::create_new(&path));
        !noted.is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
    }

    fn kept_path(&self, name: &str) -> PathBuf {
        self.common_dir.join("coord").join(name)
    }
}
