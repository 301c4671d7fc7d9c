//! Where a branch has the work of a commit: the commit itself, or one with the same patch, as after a squash or a rebase.
//!
//! Not here: the main branch (`branches`).

use std::{
    collections::HashMap,
    process::{Command, Stdio},
};

use super::{
    ObjectId, Repository,
    program::{failed, not_run},
};
use crate::git::Error;

/// How many commits of each side are compared by their patches. An older one is not found.
const COMPARED_MAX: &str = "--max-count=1000";

/// How many commits [`Repository::outside`] looks for by their patches: each takes several calls of git.
const BY_PATCH_MAX: usize = 8;

/// How a patch is written, whatever the user's config says. Binary files are compared by their object ids.
const PATCH: [&str; 9] = [
    "--patch",
    "--full-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--unified=3",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];

impl Repository {
    /// The commit with which a branch has the work of `commit`, as far as this clone knows: the branch here, or the one that it
    /// follows. None if neither has it, or if this clone does not have the commit.
    ///
    /// A branch has the work if it contains the commit; if one of its commits has the patch of the whole line that ends with
    /// the commit (a squash); or if its commits have the patch of each commit of that line (a rebase).
    ///
    /// # Errors
    /// [`Error::Failed`], [`Error::NoGit`], [`Error::NotRun`].
    pub fn integrated(&self, branch: &str, commit: ObjectId) -> Result<Option<ObjectId>, Error> {
        if !self.contains(commit) {
            return Ok(None);
        }
        let tips = self.tips_of(branch)?;
        for tip in &tips {
            if self.leads_to(*tip, commit)? {
                return Ok(Some(commit));
            }
        }
        for tip in tips {
            if let Some(same) = self.same_patch(tip, commit)? {
                return Ok(Some(same));
            }
        }
        Ok(None)
    }

    /// The commits of `commits` whose work a branch does not have, as far as this clone knows. Commits that this clone does not
    /// have are left out. If there are many, a commit is looked for only by itself, not by its patch.
    ///
    /// # Errors
    /// As for [`integrated`](Self::integrated).
    pub fn outside(&self, branch: &str, commits: &[ObjectId]) -> Result<Vec<ObjectId>, Error> {
        let here = commits.iter().filter(|commit| self.contains(**commit));
        let mut left: Vec<ObjectId> = here.copied().collect();
        let tips = self.tips_of(branch)?;
        for tip in &tips {
            if left.is_empty() {
                break;
            }
            let not = format!("^{tip}");
            let asked = left.iter().map(ToString::to_string).chain([not]);
            let words = ["rev-list", "--end-of-options"].map(ToOwned::to_owned);
            let told = self.run_git(words.into_iter().chain(asked))?;
            let told = ids(&told);
            left.retain(|commit| told.contains(commit));
        }
        if left.len() <= BY_PATCH_MAX {
            let has = |tip, commit| self.same_patch(tip, commit).is_ok_and(|it| it.is_some());
            left.retain(|commit| !tips.iter().any(|tip| has(*tip, *commit)));
        }
        Ok(left)
    }

    /// Where the branch of a remote is that this branch follows, as far as this clone knows.
    ///
    /// # Errors
    /// As for [`integrated`](Self::integrated).
    pub fn followed(&self, branch: &str) -> Result<Option<ObjectId>, Error> {
        let full = format!("refs/heads/{branch}");
        let upstream = self.run_git(["for-each-ref", "--format=%(upstream)", &full])?;
        let upstream = String::from_utf8_lossy(&upstream).trim().to_owned();
        // Another branch of this clone has work that this one need not get.
        if upstream.is_empty() || upstream.starts_with("refs/heads/") {
            return Ok(None);
        }
        self.tip(&upstream)
    }

    /// The tips of a branch here and of the branch that it follows.
    fn tips_of(&self, branch: &str) -> Result<Vec<ObjectId>, Error> {
        let here = self.tip(&format!("refs/heads/{branch}"))?;
        Ok(here.into_iter().chain(self.followed(branch)?).collect())
    }

    fn tip(&self, name: &str) -> Result<Option<ObjectId>, Error> {
        // A ref that is named exactly is not a prefix of others.
        let told = self.run_git(["for-each-ref", "--format=%(objectname)", name])?;
        Ok(ids(&told).first().copied())
    }

    fn same_patch(&self, tip: ObjectId, commit: ObjectId) -> Result<Option<ObjectId>, Error> {
        let (tip, commit) = (tip.to_string(), commit.to_string());
        // Without a common ancestor, git exits with 1.
        let Ok(base) = self.run_git(["merge-base", &tip, &commit]) else {
            return Ok(None);
        };
        let base = String::from_utf8_lossy(&base).trim().to_owned();
        let since = |end: &str| format!("{base}..{end}");
        let there = self.patches_of_line(&since(&tip))?;
        let known: HashMap<&str, ObjectId> = there
            .iter()
            .map(|(patch, id)| (patch.as_str(), *id))
            .collect();
        if known.is_empty() {
            return Ok(None);
        }
        let whole = self.patches("diff", &[&base, &commit])?;
        let squashed = whole
            .first()
            .and_then(|(patch, _)| known.get(patch.as_str()));
        if let Some(squashed) = squashed {
            return Ok(Some(*squashed));
        }
        // What a merge resolved is in none of the single patches.
        let merges = ["rev-list", "--count", "--min-parents=2", &since(&commit)];
        if self.run_git(merges)?.trim_ascii() != b"0" {
            return Ok(None);
        }
        let line = self.patches_of_line(&since(&commit))?;
        let mut same = line.iter().map(|(patch, _)| known.get(patch.as_str()));
        let last = same.next().flatten();
        Ok(last.filter(|_| same.all(|it| it.is_some())).copied())
    }

    /// The patches of the commits of a range that are not merges, the newest first.
    fn patches_of_line(&self, range: &str) -> Result<Vec<(String, ObjectId)>, Error> {
        let words = [
            "--no-merges",
            "--no-show-signature",
            "--format=%H",
            COMPARED_MAX,
            range,
        ];
        self.patches("log", &words)
    }

    /// The id of each patch that a git command prints, as `git patch-id` computes it, and its commit.
    fn patches(&self, command: &str, words: &[&str]) -> Result<Vec<(String, ObjectId)>, Error> {
        let mut printing = self.git();
        printing.arg(command).args(PATCH).args(words).arg("--");
        printing
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = printing
            .spawn()
            .map_err(|error| not_run(&printing, error))?;
        let mut reading: Command = self.git();
        // Without this, patches that differ only in whitespace are the same.
        reading.args(["patch-id", "--verbatim"]);
        if let Some(printed) = child.stdout.take() {
            reading.stdin(printed);
        }
        let output = reading.output();
        let ended = child
            .wait_with_output()
            .map_err(|error| not_run(&printing, error))?;
        if !ended.status.success() {
            return Err(failed(&printing, &ended));
        }
        let output = output.map_err(|error| not_run(&reading, error))?;
        if output.status.code() == Some(USAGE) {
            // A git before 2.39 cannot compare exactly. Then only the commits themselves are found.
            return Ok(Vec::new());
        }
        if !output.status.success() {
            return Err(failed(&reading, &output));
        }
        let told = String::from_utf8_lossy(&output.stdout);
        let pairs = told.lines().filter_map(|line| {
            let (patch, commit) = line.split_once(' ')?;
            Some((patch.to_owned(), commit.parse().ok()?))
        });
        Ok(pairs.collect())
    }
}

/// The exit status of git after an option that it does not know.
const USAGE: i32 = 129;

/// One object id on each line.
fn ids(told: &[u8]) -> Vec<ObjectId> {
    let told = String::from_utf8_lossy(told);
    told.lines().filter_map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    fn write(fixture: &Fixture, name: &str, bytes: &[u8]) {
        std::fs::write(fixture.path("main").join(name), bytes).unwrap();
        fixture.git(&["add", "."]);
        fixture.git(&["commit", "-q", "-m", name]);
    }

    fn head(fixture: &Fixture) -> ObjectId {
        fixture.git(&["rev-parse", "HEAD"]).parse().unwrap()
    }

    /// A repository whose branch `work` has two commits that `trunk` lacks, and `trunk` one of its own.
    fn diverged() -> (Fixture, ObjectId) {
        let fixture = Fixture::new();
        write(&fixture, "base", b"base\n");
        fixture.git(&["switch", "-q", "-c", "work"]);
        write(&fixture, "one", b"one\n");
        write(&fixture, "two", &[0, 1, 2]);
        let work = head(&fixture);
        fixture.git(&["switch", "-q", "trunk"]);
        write(&fixture, "other", b"other\n");
        (fixture, work)
    }

    fn found(fixture: &Fixture, work: ObjectId) -> Option<ObjectId> {
        let repository = fixture.open();
        let found = repository.integrated("trunk", work).unwrap();
        if let Ok(outside) = repository.outside("trunk", &[work]) {
            assert_eq!(outside.is_empty(), found.is_some());
        }
        found
    }

    #[test]
    fn merged_work_is_found_as_it_is() {
        let (fixture, work) = diverged();
        assert_eq!(found(&fixture, work), None);
        fixture.git(&["merge", "-q", "--no-edit", "work"]);
        assert_eq!(found(&fixture, work), Some(work));
    }

    #[test]
    fn squashed_work_is_found_by_the_patch_of_the_whole_line() {
        let (fixture, work) = diverged();
        fixture.git(&["merge", "-q", "--squash", "work"]);
        fixture.git(&["commit", "-q", "-m", "squashed"]);
        let squashed = head(&fixture);
        write(&fixture, "later", b"later\n");
        assert_eq!(found(&fixture, work), Some(squashed));
    }

    #[test]
    fn rebased_work_is_found_by_the_patch_of_each_commit() {
        let (fixture, work) = diverged();
        fixture.git(&["cherry-pick", "work~1"]);
        assert_eq!(found(&fixture, work), None, "half of it is not the work");
        fixture.git(&["cherry-pick", "work"]);
        assert_eq!(found(&fixture, work), Some(head(&fixture)));
    }

    #[test]
    fn a_patch_with_other_whitespace_is_another_patch() {
        let fixture = Fixture::new();
        write(&fixture, "code.py", b"def f():\n");
        fixture.git(&["switch", "-q", "-c", "work"]);
        write(&fixture, "code.py", b"def f():\n        return x\n");
        let work = head(&fixture);
        fixture.git(&["switch", "-q", "trunk"]);
        write(&fixture, "code.py", b"def f():\n    return x\n");
        assert_eq!(found(&fixture, work), None);
    }

    #[test]
    fn binary_files_with_other_bytes_are_other_patches() {
        let (fixture, work) = diverged();
        write(&fixture, "one", b"one\n");
        write(&fixture, "two", &[0, 9, 9]);
        assert_eq!(found(&fixture, work), None);
        let colored = ["config", "diff.noprefix", "true"];
        fixture.git(&colored);
        fixture.git(&["rm", "-q", "two"]);
        fixture.git(&["commit", "-q", "-m", "without"]);
        write(&fixture, "two", &[0, 1, 2]);
        assert_eq!(found(&fixture, work), Some(head(&fixture)));
    }

    #[test]
    fn what_this_clone_does_not_have_is_nowhere_and_no_error() {
        let (fixture, work) = diverged();
        let repository = fixture.open();
        let missing: ObjectId = "1".repeat(40).parse().unwrap();
        assert_eq!(repository.integrated("trunk", missing).unwrap(), None);
        assert_eq!(repository.integrated("nothing", work).unwrap(), None);
        let outside = repository.outside("trunk", &[missing, work]).unwrap();
        assert_eq!(outside, [work]);
        assert!(!repository.outside("nothing", &[work]).unwrap().is_empty());
        // Work without a common ancestor.
        fixture.git(&["switch", "-q", "--orphan", "alone"]);
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        assert_eq!(found(&fixture, head(&fixture)), None);
    }

    #[test]
    fn the_branch_that_the_main_branch_follows_counts_too() {
        let (fixture, work) = diverged();
        fixture.git(&["update-ref", "refs/remotes/origin/trunk", &work.to_string()]);
        fixture.git(&["config", "remote.origin.url", "../nowhere"]);
        fixture.git(&[
            "config",
            "remote.origin.fetch",
            "+refs/heads/*:refs/remotes/origin/*",
        ]);
        fixture.git(&["branch", "-q", "--set-upstream-to=origin/trunk", "trunk"]);
        assert_eq!(found(&fixture, work), Some(work));
    }
}
