//! Installing our hooks beside existing ones, and removing them without a trace.
//!
//! Not here: the method for each hook (`method`), our lines in a file (`block`), and the test (`self_test`).

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use super::{
    Hook,
    block::{self, Ours, Remainder},
    method::{self, Folder, HookFile, Method, Version},
};
use crate::git::{Error, repository::Repository};

/// The hooks of a repository: their folder and the git that runs them.
pub struct Site<'a> {
    repository: &'a Repository,
    /// The version of git.
    pub version: Version,
    /// The kind of their folder.
    pub folder: Folder,
    /// The path of their folder.
    pub path: PathBuf,
}

/// The result for one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookChange {
    /// It was installed or updated.
    Installed,
    /// It was installed already.
    Kept,
    /// It was removed.
    Removed,
    /// It was not installed.
    Absent,
}

impl<'a> Site<'a> {
    /// Finds the folder that git uses.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn look(repository: &'a Repository) -> Result<Self, Error> {
        let told = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end().to_owned();
        let form = ["rev-parse", "--path-format=absolute", "--git-path", "hooks"];
        let path = PathBuf::from(told(repository.run_git(form)?));
        let set = repository.run_git(["config", "--show-scope", "--get", "core.hooksPath"]);
        // Without a value git exits with 1.
        let scope = set.map(told).unwrap_or_default();
        Ok(Self {
            repository,
            version: version(repository)?,
            folder: folder(repository, &path, &scope),
            path,
        })
    }

    /// The path of a hook's file, which may not exist.
    pub fn file(&self, hook: Hook) -> PathBuf {
        self.path.join(hook.name())
    }

    /// The install method of a hook.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub fn method(&self, hook: Hook) -> Result<Method, Error> {
        let found = found(&self.file(hook))?;
        Ok(method::of(hook, self.version, &self.folder, &found))
    }

    /// The method by which a hook is installed; none if it is not.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn installed(&self, hook: Hook) -> Result<Option<Method>, Error> {
        if self.setting(hook, "command").is_some() && self.version >= method::CONFIG_HOOKS {
            return Ok(Some(Method::Config));
        }
        let ours = match found(&self.file(hook))? {
            HookFile::File { bytes, .. } => block::without(&bytes).is_some(),
            _ => false,
        };
        Ok(ours.then_some(Method::File))
    }

    /// Whether a line of another file, added by hand, calls the hook.
    pub fn is_called_in(&self, file: &str, hook: Hook) -> bool {
        let root = self.repository.work_dir().unwrap_or(&self.path);
        let text = fs::read(root.join(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).replace("git coord", "git-coord");
        let call = format!("git-coord hook {}", hook.name());
        text.lines()
            .any(|line| line.contains(&call) && !line.trim_start().starts_with('#'))
    }

    /// The other worktrees in which git does not run these hooks, since they have a hooks folder of their own.
    ///
    /// # Errors
    /// git cannot be run there, or a file cannot be read.
    pub fn left_out(&self, hooks: &[Hook]) -> Result<Vec<PathBuf>, Error> {
        let mut left_out = Vec::new();
        for worktree in self.repository.worktrees()? {
            if worktree.gone {
                continue;
            }
            let environment = self.repository.environment().clone().elsewhere();
            let repository = Repository::discover(&worktree.path, environment)?;
            let site = Site::look(&repository)?;
            if site.path != self.path && !site.runs(hooks)? {
                left_out.push(worktree.path);
            }
        }
        Ok(left_out)
    }

    /// Whether all these hooks are installed, or called by a line that was added by hand.
    fn runs(&self, hooks: &[Hook]) -> Result<bool, Error> {
        for &hook in hooks {
            let is_called = match self.method(hook)? {
                Method::ByHand(by_hand) => self.is_called_in(&by_hand.file, hook),
                _ => false,
            };
            if !is_called && self.installed(hook)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Installs a hook by its [`method`](Self::method). If the method is by hand, it changes nothing.
    ///
    /// # Errors
    /// A file or the config cannot be written.
    pub fn install(&self, hook: Hook) -> Result<HookChange, Error> {
        match self.method(hook)? {
            Method::ByHand(_) => Ok(HookChange::Absent),
            Method::File => self.write_block(hook),
            Method::Config => {
                // An older git used the block. Both would run.
                self.remove_block(hook)?;
                self.write_settings(hook)
            }
        }
    }

    /// Removes a hook that any install method installed.
    ///
    /// # Errors
    /// A file or the config cannot be written.
    pub fn uninstall(&self, hook: Hook) -> Result<HookChange, Error> {
        let mut change = self.remove_block(hook)?;
        if self.setting(hook, "command").is_some() || self.setting(hook, "event").is_some() {
            let section = section(hook);
            self.repository
                .run_git(["config", "--local", "--remove-section", &section])?;
            change = HookChange::Removed;
        }
        Ok(change)
    }

    fn write_settings(&self, hook: Hook) -> Result<HookChange, Error> {
        let wanted = [
            ("command", hook.command()),
            ("event", hook.name().to_owned()),
        ];
        let mut change = HookChange::Kept;
        for (key, value) in wanted {
            if self.setting(hook, key).as_ref() != Some(&value) {
                let key = format!("{}.{key}", section(hook));
                self.repository.set_config(&key, &value)?;
                change = HookChange::Installed;
            }
        }
        Ok(change)
    }

    fn setting(&self, hook: Hook, key: &str) -> Option<String> {
        let key = format!("{}.{key}", section(hook));
        let told = self
            .repository
            .run_git(["config", "--local", "--get", &key])
            .ok()?;
        let value = String::from_utf8_lossy(&told);
        Some(value.trim_end_matches('\n').to_owned())
    }

    fn write_block(&self, hook: Hook) -> Result<HookChange, Error> {
        let (path, shim) = (self.file(hook), hook.shim());
        match found(&path)? {
            HookFile::File { bytes, executable }
                if block::is_current(&bytes, shim) == Some(true) =>
            {
                // A file of others that is not executable stays so.
                if executable || !block::is_alone(&bytes) {
                    Ok(HookChange::Kept)
                } else {
                    self.make_executable(&path)
                }
            }
            HookFile::File { bytes, .. } => self.write(&path, &block::with(&bytes, shim)),
            _ => {
                let ours = if self.path.is_dir() {
                    Ours::File
                } else {
                    Ours::Folder
                };
                fs::create_dir_all(&self.path)
                    .map_err(|source| self.failed("make folder", &self.path, source))?;
                self.write(&path, &block::alone(shim, ours))
            }
        }
    }

    fn make_executable(&self, path: &Path) -> Result<HookChange, Error> {
        let made = fs::metadata(path).and_then(|there| {
            let mode = there.permissions().mode() | 0o111;
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
        });
        made.map_err(|source| self.failed("write", path, source))?;
        Ok(HookChange::Installed)
    }

    fn remove_block(&self, hook: Hook) -> Result<HookChange, Error> {
        let path = self.file(hook);
        let HookFile::File { bytes, .. } = found(&path)? else {
            return Ok(HookChange::Absent);
        };
        // The others who use this folder keep the hook.
        if self.folder != Folder::Own {
            return Ok(HookChange::Absent);
        }
        match block::without(&bytes) {
            None => return Ok(HookChange::Absent),
            Some(Remainder::File(left)) => drop(self.write(&path, &left)?),
            Some(Remainder::Nothing { folder }) => {
                fs::remove_file(&path).map_err(|source| self.failed("remove", &path, source))?;
                if folder {
                    // This fails if others have put files there since; the folder then stays.
                    let _ = fs::remove_dir(&self.path);
                }
            }
        }
        Ok(HookChange::Removed)
    }

    /// Writes a hook's file as a whole, so that git never runs half of it. An existing file keeps its mode.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<HookChange, Error> {
        let fresh = path.with_extension(format!("coord-{}", std::process::id()));
        let mode = fs::metadata(path).map(|there| there.permissions().mode());
        let mut options = fs::OpenOptions::new();
        let written = options
            .write(true)
            .create_new(true)
            .mode(EXECUTABLE)
            .open(&fresh)
            .and_then(|mut file| {
                if let Ok(mode) = mode {
                    file.set_permissions(fs::Permissions::from_mode(mode))?;
                }
                file.write_all(bytes)
            })
            .and_then(|()| fs::rename(&fresh, path));
        written.map_err(|source| {
            let _ = fs::remove_file(&fresh);
            self.failed("write", path, source)
        })?;
        Ok(HookChange::Installed)
    }

    fn failed(&self, doing: &'static str, path: &Path, source: std::io::Error) -> Error {
        Error::write(doing, path, self.repository.common_dir(), source)
    }
}

/// The mode of a new file, which the user's umask then restricts.
const EXECUTABLE: u32 = 0o777;

/// The section of a hook in git's config. Its name is not one that git reserves.
pub(super) fn section(hook: Hook) -> String {
    format!("hook.coord-{}", hook.name())
}

/// The version of git. An unreadable version is treated as old, since what we do then works with every git.
pub(super) fn version(repository: &Repository) -> Result<Version, Error> {
    let told = repository.run_git(["version"])?;
    Ok(method::version(&String::from_utf8_lossy(&told)).unwrap_or_default())
}

/// The kind of the folder at a path, by its real place: the usual folder may be a link. The scope is that of
/// `core.hooksPath`; it is empty without a value.
fn folder(repository: &Repository, path: &Path, scope: &str) -> Folder {
    let (place, common) = (real(path), real(repository.common_dir()));
    let inside_of = |ancestor: &Path| {
        let between = place.ancestors().take_while(|parent| *parent != ancestor);
        place
            .starts_with(ancestor)
            .then(|| between.collect::<Vec<_>>())
    };
    // The git directory can contain those of submodules, and worktrees.
    let is_others =
        |folder: &&Path| folder.join("objects").is_dir() || folder.join(".git").exists();
    let is_own = inside_of(&common).is_some_and(|between| !between.iter().any(is_others));
    // Users who want no hooks name a file there, such as /dev/null. Writing then fails.
    if is_own || place.exists() && !place.is_dir() {
        return Folder::Own;
    }
    let root = repository.work_dir().map(real);
    let in_worktree = root.and_then(|root| place.strip_prefix(root).ok().map(Path::to_owned));
    let shown = path.display().to_string();
    match (in_worktree, scope.split_whitespace().next()) {
        (Some(inside), _) => Folder::Worktree(inside.display().to_string()),
        (None, Some("global" | "system")) => Folder::Everybodys(shown),
        (None, None) => Folder::Everybodys(place.display().to_string()),
        (None, Some(_)) => Folder::Outside(shown),
    }
}

/// The path without symbolic links, as far as it exists.
fn real(path: &Path) -> PathBuf {
    let mut ancestors = path.ancestors();
    let found = ancestors.find_map(|parent| Some((parent, parent.canonicalize().ok()?)));
    match found {
        Some((parent, real)) => path.strip_prefix(parent).map_or(real.clone(), |rest| {
            // Joining an empty path would add a slash.
            real.components().chain(rest.components()).collect()
        }),
        None => path.to_owned(),
    }
}

fn found(path: &Path) -> Result<HookFile, Error> {
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) => {
            return match error.kind() {
                // Users who want no hooks set core.hooksPath to /dev/null.
                ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(HookFile::Nothing),
                _ => Err(Error::read("read", path, error)),
            };
        }
    };
    if !there.is_file() {
        return Ok(HookFile::Other);
    }
    let bytes = fs::read(path).map_err(|source| Error::read("read", path, source))?;
    let executable = there.permissions().mode() & 0o111 != 0;
    Ok(HookFile::File { bytes, executable })
}
