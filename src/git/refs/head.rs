//! The branch and the commit to which the HEAD of a worktree leads.
//!
//! Not here: refs that all worktrees share (`refs`).

use std::fs;

use crate::git::{
    Error,
    repository::{ObjectId, RefStorage, Repository},
};

/// The commit of HEAD; `None` on a branch without commits.
///
/// # Errors
/// The branch's ref is broken, or git cannot tell.
pub fn head(repository: &Repository) -> Result<Option<ObjectId>, Error> {
    match plain(repository) {
        Some(Target::Commit(id)) => Ok(Some(id)),
        Some(Target::Branch(name)) => super::read(repository, &name),
        None => asked_of_git(repository),
    }
}

/// The branch of HEAD, without `refs/heads/`; `None` if HEAD is a commit.
///
/// # Errors
/// git cannot tell.
pub fn branch(repository: &Repository) -> Result<Option<String>, Error> {
    let name = match plain(repository) {
        Some(Target::Commit(_)) => return Ok(None),
        Some(Target::Branch(name)) => name,
        None => match repository.run_git(["symbolic-ref", "--quiet", "HEAD"]) {
            Ok(name) => String::from_utf8_lossy(&name).trim_end().to_owned(),
            // git prints nothing if HEAD is a commit.
            Err(Error::Failed {
                complaint: None, ..
            }) => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    Ok(name.strip_prefix("refs/heads/").map(ToOwned::to_owned))
}

enum Target {
    Commit(ObjectId),
    Branch(String),
}

/// The content of the file, if it has the usual form.
fn plain(repository: &Repository) -> Option<Target> {
    if repository.ref_storage() != RefStorage::Files {
        return None;
    }
    let text = fs::read_to_string(repository.git_dir().join("HEAD")).ok()?;
    match text.trim_end().strip_prefix("ref: ") {
        Some(name) if name.starts_with("refs/heads/") => Some(Target::Branch(name.to_owned())),
        Some(_) => None,
        None => text.trim_end().parse().ok().map(Target::Commit),
    }
}

fn asked_of_git(repository: &Repository) -> Result<Option<ObjectId>, Error> {
    let found = repository.run_git(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
    match found {
        Ok(id) => Ok(Some(String::from_utf8_lossy(&id).trim().parse()?)),
        // git prints nothing if there is no such commit, and a reason in any other case.
        Err(Error::Failed {
            complaint: None, ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    fn head_is_what_git_says(fixture: &Fixture) {
        let repository = fixture.open();
        assert_eq!(head(&repository).unwrap(), None);
        let check = || {
            let found = head(&repository).unwrap().unwrap();
            assert_eq!(found.to_string(), fixture.git(&["rev-parse", "HEAD"]));
        };
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
        check();
        fixture.git(&["pack-refs", "--all"]);
        check();
        fixture.git(&["checkout", "-q", "--detach"]);
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
        check();
    }

    #[test]
    fn on_a_branch_and_detached_head_is_what_git_says() {
        head_is_what_git_says(&Fixture::new());
        head_is_what_git_says(&Fixture::with_options(&["--ref-format=reftable"]));
    }

    #[test]
    fn each_worktree_has_its_own() {
        let fixture = Fixture::new();
        fixture.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
        fixture.git(&["worktree", "add", "-q", "../other"]);
        fixture.git(&[
            "-C",
            "../other",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "two",
        ]);
        let heads = ["main", "other"].map(|name| head(&fixture.open_at(name)).unwrap());
        assert_ne!(heads[0], heads[1]);
        let other = heads[1].unwrap().to_string();
        assert_eq!(fixture.git(&["-C", "../other", "rev-parse", "HEAD"]), other);
    }

    #[test]
    fn the_branch_is_known_before_its_first_commit_and_not_where_head_is_detached() {
        for options in [&[][..], &["--ref-format=reftable"]] {
            let fixture = Fixture::with_options(options);
            let on = || super::branch(&fixture.open()).unwrap();
            assert_eq!(on().as_deref(), Some("trunk"));
            fixture.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
            assert_eq!(on().as_deref(), Some("trunk"));
            fixture.git(&["switch", "-q", "-c", "coord/B"]);
            assert_eq!(on().as_deref(), Some("coord/B"));
            fixture.git(&["switch", "-q", "--detach"]);
            assert_eq!(on(), None);
        }
    }
}
