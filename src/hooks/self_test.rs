//! The self-test of a hook: git runs the hook, and our program answers.
//!
//! An installed hook may still not run: the program may not be on git's path, git may use another folder, or the file
//! system may not allow programs. Our lines come first and exit after the answer, so the lines below them do not run.
//! Not here: the answer (`cli`, the command `hook`).

use super::{
    Hook,
    install::{Site, section},
    method::{self, Method},
};
use crate::git::{Error, repository::Repository};

/// The environment variable that asks a hook for its answer.
pub const PROBE: &str = "GIT_COORD_PROBE";

/// The result of the self-test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// git ran the hook, and the hook could read its data.
    Works,
    /// The hook did not reach our program or failed; with the reason.
    Fails(String),
}

/// The answer of a hook: that it is ready, or its problem.
pub fn answer(hook: Hook, problem: Option<&str>) -> String {
    format!("{}{}\n", head(hook), problem.unwrap_or(READY))
}

const READY: &str = "ready";

fn head(hook: Hook) -> String {
    format!("git-coord answers for {}: ", hook.name())
}

/// Makes git run a hook that was installed by this method.
///
/// # Errors
/// git cannot be started.
pub fn prove(
    repository: &Repository,
    site: &Site<'_>,
    hook: Hook,
    installed: &Method,
) -> Result<Proof, Error> {
    if site.version < method::HOOK_RUN {
        return Ok(Proof::Fails(
            "this git cannot run a single hook (it is older than 2.36)".to_owned(),
        ));
    }
    let mut git = repository.git();
    if *installed == Method::Config {
        // The test must not run the hooks of others.
        git.args(["-c", "core.hooksPath=/dev/null"]);
        for other in others(repository, hook) {
            git.args(["-c", &format!("hook.{other}.enabled=false")]);
        }
    }
    git.args(["hook", "run", hook.name()]);
    if hook == Hook::ReferenceTransaction {
        git.args(["--", "prepared"]);
    }
    git.env(PROBE, "1").stdin(std::process::Stdio::null());
    let output = git
        .output()
        .map_err(|source| Error::read("run", &site.file(hook), source))?;
    // git sends the hook's output to standard error.
    let told = [output.stdout, output.stderr].concat();
    Ok(read(
        hook,
        &String::from_utf8_lossy(&told),
        output.status.success(),
    ))
}

/// Reads the result from the output.
fn read(hook: Hook, told: &str, succeeded: bool) -> Proof {
    let head = head(hook);
    let mut lines = told.lines();
    match lines.find_map(|line| line.strip_prefix(&head)) {
        Some(READY) if hook.can_refuse() && succeeded => {
            Proof::Fails("git ignores its refusals".to_owned())
        }
        Some(READY) => Proof::Works,
        Some(problem) => Proof::Fails(problem.to_owned()),
        None => {
            let first = told.lines().find(|line| !line.trim().is_empty());
            let said = first.map_or(String::new(), |line| format!(": {line}"));
            Proof::Fails(format!("git ran it, but it did not reach git-coord{said}"))
        }
    }
}

/// The hooks of git's config for the same event that are not ours.
fn others(repository: &Repository, hook: Hook) -> Vec<String> {
    let asked = ["config", "--get-regexp", r"^hook\..*\.event$"];
    let told = repository.run_git(asked).unwrap_or_default();
    let told = String::from_utf8_lossy(&told).into_owned();
    let own = section(hook);
    told.lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, event)| *event == hook.name())
        .filter_map(|(key, _)| key.strip_suffix(".event"))
        .filter(|name| *name != own)
        .filter_map(|name| name.strip_prefix("hook."))
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_answer_is_a_proof() {
        let hook = Hook::PreCommit;
        let told = |text: &str| read(hook, text, false);
        assert_eq!(
            told(&format!("noise\n{}", answer(hook, None))),
            Proof::Works
        );
        let problem = answer(hook, Some("object x is missing"));
        assert_eq!(
            told(&problem),
            Proof::Fails("object x is missing".to_owned())
        );
        let other = answer(Hook::PrePush, None);
        assert!(matches!(told(&other), Proof::Fails(_)));
        assert_eq!(
            told("sh: git-coord: not found\n"),
            Proof::Fails(
                "git ran it, but it did not reach git-coord: sh: git-coord: not found".to_owned()
            )
        );
    }

    #[test]
    fn a_hook_whose_refusal_git_ignores_does_not_work() {
        let answered = |hook| read(hook, &answer(hook, None), true);
        assert!(matches!(answered(Hook::PreCommit), Proof::Fails(_)));
        assert_eq!(answered(Hook::PostCommit), Proof::Works);
    }
}
