//! The worktrees of a repository, each as git finds it.
//!
//! Not here: which task one belongs to, and whether it is still needed (`cli`'s `observe`).

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    fs::DirEntry,
    os::unix::ffi::OsStrExt as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{ObjectId, Repository, place::worktree_name, program::run};
use crate::{core::values::text::Text, git::Error};

/// A worktree as git finds it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenWorktree {
    /// Its folder.
    pub path: PathBuf,
    /// Its name within this clone.
    pub name: Option<Text>,
    /// Its name in the ledger.
    pub label: Option<Text>,
    /// Whether it is the first one, which cannot be removed.
    pub main: bool,
    /// Its branch, without `refs/heads/`.
    pub branch: Option<String>,
    /// The commit that it is at.
    pub head: Option<ObjectId>,
    /// Whether somebody locked it against being removed.
    pub locked: bool,
    /// Whether its folder is gone.
    pub gone: bool,
    /// Commits that its upstream lacks.
    pub ahead: u32,
    /// Commits of its upstream that it lacks.
    pub behind: u32,
    /// Changed files, new ones among them.
    pub dirty: u32,
    /// When its `HEAD` last moved, in seconds since 1970, if that was logged.
    pub active: Option<u64>,
}

impl Repository {
    /// The worktrees, the main one first; nothing is written, not even git's index.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn worktrees(&self) -> Result<Vec<SeenWorktree>, Error> {
        let mut worktrees = self.listed_worktrees()?;
        worktrees.iter_mut().for_each(|it| self.look_into(it));
        Ok(worktrees)
    }

    /// Fills in what git tells inside of a listed worktree. One that cannot be looked into stays as it is.
    pub fn look_into(&self, worktree: &mut SeenWorktree) {
        if worktree.gone {
            return;
        }
        if let Ok(told) = self.run_git_in(&worktree.path, &STATUS) {
            worktree.read_status(&String::from_utf8_lossy(&told));
        }
        if let Ok(told) = self.run_git_in(&worktree.path, &LAST_MOVE) {
            worktree.active = moved(&String::from_utf8_lossy(&told));
        }
    }

    /// As [`worktrees`](Self::worktrees), without looking into them: folder, names, branch and commit of each.
    ///
    /// # Errors
    /// [`Error::Failed`].
    pub fn listed_worktrees(&self) -> Result<Vec<SeenWorktree>, Error> {
        let list = || self.run_git(["worktree", "list", "--porcelain", "-z"]);
        let told = while_others_add(list).or_else(|failed| {
            if self.clear_broken() {
                list()
            } else {
                Err(failed)
            }
        })?;
        let mut worktrees = listed(&told);
        // They are there for a moment, and nobody works in them.
        let integrating = self.integration_folder();
        worktrees.retain(|worktree| !worktree.path.starts_with(&integrating));
        let ids = self.worktree_ids();
        for worktree in &mut worktrees {
            if worktree.main {
                worktree.name = worktree_name(None);
                // git lists the git directory if that lies elsewhere.
                worktree.path = self
                    .main_folder()
                    .unwrap_or(std::mem::take(&mut worktree.path));
            } else {
                let id = ids.get(&worktree.path);
                worktree.name = id.and_then(|id| worktree_name(Some(id)));
            }
            worktree.label = worktree.name.as_ref().and_then(|name| self.label_of(name));
        }
        Ok(worktrees)
    }

    /// The folder of the main worktree, also if the git directory lies elsewhere (a submodule, `--separate-git-dir`). None if
    /// there is no main worktree, or if only git's users know where it is.
    pub fn main_folder(&self) -> Option<PathBuf> {
        let set = |key: &str| {
            let mut git = self.git();
            // The main worktree can have config of its own.
            git.env("GIT_DIR", &self.common_dir)
                .current_dir(&self.common_dir);
            git.args(["config", "--type=path", "--get", key]);
            let told = run(git).ok()?;
            Some(PathBuf::from(OsStr::from_bytes(told.trim_ascii_end())))
        };
        if let Some(folder) = set("core.worktree") {
            let folder = self.common_dir.join(folder);
            return Some(folder.canonicalize().unwrap_or(folder));
        }
        if self.git_dir == self.common_dir {
            return self.work_dir.clone();
        }
        let is_bare = set("core.bare").is_some_and(|bare| bare == Path::new("true"));
        let usual = self.common_dir.ends_with(".git") && !is_bare;
        usual
            .then(|| self.common_dir.parent().map(Path::to_owned))
            .flatten()
    }

    /// The folder of the worktree of this clone that has this label.
    pub fn folder_of(&self, label: &Text) -> Option<PathBuf> {
        let is_meant = |id: Option<&OsStr>| {
            worktree_name(id)
                .and_then(|name| self.label_of(&name))
                .as_ref()
                == Some(label)
        };
        if is_meant(None) {
            return self.main_folder();
        }
        let mut linked = self.worktree_ids().into_iter();
        linked.find_map(|(folder, id)| is_meant(Some(&id)).then_some(folder))
    }

    /// Whether git has made a worktree in this folder to its end, also if a hook of the user failed then.
    pub fn has_worktree(&self, folder: &Path) -> bool {
        let folder = folder.canonicalize();
        let ids = self.worktree_ids();
        let id = folder.ok().and_then(|folder| ids.get(&folder));
        // git locks it until its files are there.
        let making = |id| self.common_dir.join("worktrees").join(id).join("locked");
        id.is_some_and(|id| !making(id).exists())
    }

    /// Whether git was killed, or is still busy, while it added the worktree in this folder.
    pub fn is_unfinished(&self, folder: &Path) -> bool {
        let ids = self.worktree_ids();
        ids.get(folder).is_some_and(|id| {
            let lock = self.common_dir.join("worktrees").join(id).join("locked");
            std::fs::read(lock).is_ok_and(|why| why.trim_ascii() == ADDING)
        })
    }

    /// Removes what a killed git left of the worktree in this folder if it had not checked out anything yet.
    pub fn forget_unfinished(&self, folder: &Path) {
        let ids = self.worktree_ids();
        let entry = ids
            .get(folder)
            .map(|id| self.common_dir.join("worktrees").join(id));
        let is_begun = |entry: &PathBuf| {
            let is_there = |name: &str| entry.join(name).exists();
            self.is_unfinished(folder) || !is_there("HEAD") || !is_there("commondir")
        };
        if let Some(entry) = entry.filter(is_begun) {
            // What cannot be removed is reported by git.
            let _ = std::fs::remove_dir_all(entry);
        }
        let file = folder.join(".git");
        let leads_to = std::fs::read(&file).unwrap_or_default();
        let leads_to = leads_to.trim_ascii().strip_prefix(b"gitdir: ");
        let entry = leads_to.map(|path| folder.join(OsStr::from_bytes(path)));
        let is_ours = entry.is_some_and(|entry| {
            entry.parent() == Some(&self.common_dir.join("worktrees")) && !entry.exists()
        });
        if (is_ours || std::fs::metadata(&file).is_ok_and(|file| file.len() == 0))
            && std::fs::read_dir(folder).is_ok_and(|files| files.count() == 1)
        {
            let _ = std::fs::remove_file(&file);
            let _ = std::fs::remove_dir(folder);
        }
    }

    /// Removes what a killed git left of worktrees that it was about to add: with an empty file `commondir`, every command
    /// of git about worktrees fails. False if there is nothing of this kind.
    fn clear_broken(&self) -> bool {
        let is_broken = |entry: &PathBuf| {
            let file = std::fs::metadata(entry.join("commondir"));
            file.is_ok_and(|file| file.len() == 0)
        };
        let entries = std::fs::read_dir(self.common_dir.join("worktrees"));
        let entries = entries.into_iter().flatten().flatten();
        let mut broken: Vec<PathBuf> = entries.map(|it| it.path()).filter(is_broken).collect();
        if broken.is_empty() {
            return false;
        }
        // A git that is alive writes the file at once.
        std::thread::sleep(WRITES_AT_ONCE);
        broken.retain(is_broken);
        for entry in broken {
            let file = std::fs::read(entry.join("gitdir")).unwrap_or_default();
            let file = entry.join(OsStr::from_bytes(file.trim_ascii_end()));
            // Nothing is checked out yet.
            let _ = std::fs::remove_dir_all(&entry);
            if let Some(folder) = file.parent() {
                self.forget_unfinished(folder);
            }
        }
        true
    }

    /// The folder of a worktree in which git rebases this branch. Until the rebase ends, the worktree is on no branch.
    pub fn rebases(&self, branch: &str) -> Option<PathBuf> {
        let full = format!("refs/heads/{branch}");
        let rebases = |git_dir: &Path| {
            let names = ["rebase-merge/head-name", "rebase-apply/head-name"];
            let mut names = names.iter().map(|name| std::fs::read(git_dir.join(name)));
            names.any(|name| name.is_ok_and(|name| name.trim_ascii() == full.as_bytes()))
        };
        if rebases(&self.common_dir) {
            return self.main_folder();
        }
        let mut linked = self.worktree_ids().into_iter();
        let found = linked.find(|(_, id)| rebases(&self.common_dir.join("worktrees").join(id)));
        found.map(|(folder, _)| folder)
    }

    /// The folder of the worktrees in which work is integrated.
    pub fn integration_folder(&self) -> PathBuf {
        self.common_dir.join("coord/integrate")
    }

    /// What is there, and what git knows of there: a killed call leaves either.
    pub fn left_integrating(&self) -> BTreeSet<PathBuf> {
        let within = self.integration_folder();
        let known = self.worktree_ids().into_keys();
        let known = known.filter(|folder| folder.starts_with(&within));
        let there = std::fs::read_dir(&within).into_iter().flatten().flatten();
        known.chain(there.map(|it| it.path())).collect()
    }

    /// Whether this worktree is one of those.
    pub fn is_integrating(&self) -> bool {
        let folder = self.work_dir.as_ref();
        folder.is_some_and(|folder| folder.starts_with(self.integration_folder()))
    }

    /// The folder that holds the project, for names: the main worktree; without one, the git directory, or the folder around
    /// a hidden git directory.
    pub fn project_folder(&self) -> PathBuf {
        let git_dir = || match self.common_dir.parent() {
            Some(around) if self.is_hidden() => around.to_owned(),
            _ => self.common_dir.clone(),
        };
        self.main_folder().unwrap_or_else(git_dir)
    }

    /// The folder for a new worktree: beside the main one. If the git directory is hidden in the folder of the worktrees
    /// (`project/.bare`), it is in that folder.
    pub fn folder_for(&self, name: &str) -> PathBuf {
        let project = self.project_folder();
        let is_bare = self.main_folder().is_none();
        if is_bare && self.is_hidden() {
            return project.join(name);
        }
        // Only a bare repository has `.git` at the end; any other dot belongs to the name of the project.
        let named = match project.extension() {
            Some(end) if is_bare && end == "git" => project.file_stem(),
            _ => project.file_name(),
        };
        let mut folder = named.unwrap_or_default().to_owned();
        folder.push(format!("-{name}"));
        project.with_file_name(folder)
    }

    fn is_hidden(&self) -> bool {
        let name = self.common_dir.file_name().unwrap_or_default();
        name.as_encoded_bytes().starts_with(b".")
    }

    /// git's ids of the linked worktrees, by their folders: the file `gitdir` of each names its `.git`.
    fn worktree_ids(&self) -> BTreeMap<PathBuf, OsString> {
        let folders = std::fs::read_dir(self.common_dir.join("worktrees"));
        let of = |entry: DirEntry| {
            let named = std::fs::read(entry.path().join("gitdir")).ok()?;
            let named = entry.path().join(OsStr::from_bytes(named.trim_ascii_end()));
            let named = named.parent()?;
            // git lists a relative path resolved.
            let folder = named.canonicalize().unwrap_or(named.to_owned());
            Some([
                (folder, entry.file_name()),
                (named.to_owned(), entry.file_name()),
            ])
        };
        folders
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(of)
            .flatten()
            .collect()
    }

    /// Runs git in another worktree of this repository, also if the repository is bare.
    ///
    /// # Errors
    /// As for [`run_git`](Self::run_git).
    pub fn run_git_in(&self, worktree: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let mut git = self.git();
        git.env_remove("GIT_DIR");
        git.current_dir(worktree).args(arguments);
        run(git)
    }
}

/// Runs git, and again for a few seconds while it cannot read the folder of a worktree that another git is adding.
///
/// # Errors
/// The last one.
pub fn while_others_add<T>(mut run: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 0..ADDING_TRIES {
        match run() {
            Err(failed) if failed.complains_of(UNFINISHED) => thread::sleep(ADDING_PAUSE),
            ended => return ended,
        }
    }
    run()
}

/// git's complaint about a worktree that another git is adding at the same time.
pub const UNFINISHED: &str = "failed to read";
const ADDING_TRIES: u32 = 60;
const ADDING_PAUSE: Duration = Duration::from_millis(50);
/// Why git locks a worktree while it adds it.
const ADDING: &[u8] = b"initializing";

/// How long an empty file of a worktree may stay empty.
const WRITES_AT_ONCE: Duration = Duration::from_secs(2);

const STATUS: [&str; 5] = [
    "--no-optional-locks",
    "status",
    "--porcelain=v2",
    "--branch",
    "--untracked-files=normal",
];
const LAST_MOVE: [&str; 6] = [
    "log",
    "--walk-reflogs",
    "--max-count=1",
    "--date=unix",
    "--format=%gd",
    "HEAD",
];

/// Reads `git worktree list --porcelain -z`: attributes that end with NUL, and an empty one after each worktree. What
/// has no files is left out.
fn listed(told: &[u8]) -> Vec<SeenWorktree> {
    let mut worktrees: Vec<SeenWorktree> = Vec::new();
    let mut bare = false;
    let attributes = told.split(|byte| *byte == 0);
    for attribute in attributes.filter(|attribute| !attribute.is_empty()) {
        if let Some(path) = attribute.strip_prefix(b"worktree ") {
            worktrees.push(SeenWorktree {
                main: worktrees.is_empty(),
                path: OsStr::from_bytes(path).into(),
                ..SeenWorktree::default()
            });
            continue;
        }
        let attribute = String::from_utf8_lossy(attribute);
        let (key, value) = attribute.split_once(' ').unwrap_or((&attribute, ""));
        let Some(last) = worktrees.last_mut() else {
            continue;
        };
        match key {
            "HEAD" => {
                last.head = value
                    .parse()
                    .ok()
                    .filter(|_| value.contains(|digit| digit != '0'))
            }
            "branch" => {
                let name = value.strip_prefix("refs/heads/").unwrap_or(value);
                last.branch = Some(name.to_owned());
            }
            "bare" => bare = true,
            "locked" => last.locked = true,
            "prunable" => last.gone = true,
            _ => {}
        }
    }
    // Only the first can be.
    worktrees.drain(..usize::from(bare));
    worktrees
}

impl SeenWorktree {
    /// Reads `git status --porcelain=v2 --branch`.
    fn read_status(&mut self, told: &str) {
        for line in told.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["#", "branch.ab", ahead, behind] => {
                    let number = |word: &str| word[1..].parse().unwrap_or(0);
                    (self.ahead, self.behind) = (number(ahead), number(behind));
                }
                ["#", ..] => {}
                _ => self.dirty += 1,
            }
        }
    }
}

/// Reads `HEAD@{1760518800}`.
fn moved(told: &str) -> Option<u64> {
    let (_, seconds) = told.trim().strip_suffix('}')?.rsplit_once('{')?;
    seconds.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    #[test]
    fn each_worktree_is_seen_with_its_branch_and_its_changes() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "-b", "coord/B", "../B"]);
        fixture.git(&["worktree", "add", "-q", "--detach", "../gone"]);
        std::fs::remove_dir_all(fixture.path("gone")).unwrap();
        std::fs::write(fixture.path("B/new file"), "x").unwrap();
        fixture.git(&["-C", "../B", "branch", "-q", "--set-upstream-to=trunk"]);
        fixture.git(&["-C", "../B", "commit", "-q", "--allow-empty", "-m", "y"]);
        let seen = fixture.open_at("B").worktrees().unwrap();
        let [main, linked, gone] = seen.as_slice() else {
            panic!("{seen:?}");
        };
        assert!(main.main && !main.gone && main.dirty == 0);
        assert_eq!(main.branch.as_deref(), Some("trunk"));
        assert_eq!(linked.branch.as_deref(), Some("coord/B"));
        assert_eq!((linked.ahead, linked.behind, linked.dirty), (1, 0, 1));
        assert!(linked.active.is_some() && !linked.main);
        assert!(gone.gone && gone.branch.is_none() && gone.head.is_some());
    }

    #[test]
    fn a_worktree_that_a_killed_git_left_without_its_first_files_is_cleared() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        fixture.git(&["worktree", "add", "-q", "-b", "coord/B", "../B"]);
        let repository = fixture.open();
        let entry = repository.common_dir().join("worktrees/B");
        std::fs::write(entry.join("locked"), "initializing").unwrap();
        assert!(repository.is_unfinished(&fixture.path("B").canonicalize().unwrap()));
        std::fs::write(entry.join("commondir"), "").unwrap();
        assert_eq!(repository.listed_worktrees().unwrap().len(), 1);
        assert!(!entry.exists() && !fixture.path("B").exists());
        fixture.git(&["worktree", "add", "-q", "../B", "coord/B"]);
    }

    #[test]
    fn a_bare_repository_is_not_a_worktree() {
        let told = "worktree /r.git\0bare\0\0worktree /w\0HEAD 0000000000000000000000000000000000000000\0branch refs/heads/x\0\0";
        let seen = listed(told.as_bytes());
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].branch.as_deref(), Some("x"));
        assert!(seen[0].head.is_none() && !seen[0].main);
    }
}
