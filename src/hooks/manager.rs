//! Programs that manage a repository's hooks, and the line to add where each of them keeps what it runs.
//!
//! What they wrote is not touched: the next run of theirs would take it away, or complain. Not here: how a hook gets in
//! where nobody manages it (`method`).

use super::Hook;

/// Who manages a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// husky: a file of commands for each hook.
    Husky,
    /// lefthook: a file of YAML for all.
    Lefthook,
    /// pre-commit, and prek, which reads the same file.
    PreCommit,
    /// Overcommit.
    Overcommit,
    /// The team: a folder in the worktree, named by `core.hooksPath`.
    Team,
}

impl Manager {
    /// Who wrote this hook's file, if one of them did.
    pub fn of_file(text: &str) -> Option<Self> {
        let signs = [
            (Self::PreCommit, "https://pre-commit.com"),
            (Self::PreCommit, "https://github.com/j178/prek"),
            (Self::Lefthook, "lefthook"),
            (Self::Overcommit, "overcommit"),
            (Self::Husky, "husky"),
        ];
        let found = signs.into_iter().find(|(_, sign)| text.contains(sign));
        found.map(|(manager, _)| manager)
    }

    /// Who keeps its hooks in this folder of the worktree, seen from its root.
    pub fn of_folder(folder: &str) -> Self {
        match folder.split('/').next() {
            Some(".husky") => Self::Husky,
            _ => Self::Team,
        }
    }

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Husky => "husky",
            Self::Lefthook => "lefthook",
            Self::PreCommit => "pre-commit",
            Self::Overcommit => "overcommit",
            Self::Team => "core.hooksPath",
        }
    }

    /// The file in which the line belongs; `folder` is where the hooks are.
    pub fn file(self, hook: Hook, folder: &str) -> String {
        match self {
            Self::Husky => format!(".husky/{}", hook.name()),
            Self::Lefthook => "lefthook.yml".to_owned(),
            Self::PreCommit => ".pre-commit-config.yaml".to_owned(),
            Self::Overcommit => ".overcommit.yml".to_owned(),
            Self::Team => format!("{folder}/{}", hook.name()),
        }
    }

    /// The line itself, with the place for it where it cannot stand anywhere. The whole team shares these files, so whoever
    /// has no `git-coord` goes on without it.
    pub fn line(self, hook: Hook) -> String {
        let name = hook.name();
        let guarded = |call: &str| format!("if command -v git-coord >/dev/null; then {call}; fi");
        let call = |arguments: &str| guarded(&format!("git-coord hook {name} {arguments}"));
        match self {
            Self::Husky | Self::Team => call("\"$@\""),
            Self::Lefthook => format!(
                "- {{name: git-coord, run: '{}', use_stdin: true}}  # below '{name}:', 'jobs:'",
                call("{0}")
            ),
            Self::PreCommit => format!(
                "- {{repo: local, hooks: [{{id: git-coord-{name}, name: git-coord, entry: \"sh -c '{}' --\", \
                 language: system, always_run: true, verbose: true, pass_filenames: {}, stages: [{name}]}}]}}  \
                 # below 'repos:'",
                guarded(&call_of_pre_commit(hook)).replace('"', "\\\""),
                // pre-commit hands a message's file on as if it were one to be checked.
                matches!(hook, Hook::CommitMsg | Hook::PrepareCommitMsg)
            ),
            // It runs, and signs, files of the repository only.
            Self::Overcommit => format!(
                "GitCoord: {{enabled: true, description: git-coord hook {name}, command: [./git-coord.sh, {name}]}}  \
                 # below '{}:'; ./git-coord.sh is to be committed, executable, with two lines: #!/bin/sh and {}",
                camel(name),
                guarded("git-coord hook \"$@\"")
            ),
        }
    }
}

/// What git told pre-commit is in the environment of what it runs, and not among the arguments or on standard input.
/// Of a `post-rewrite` it keeps the commits to itself.
fn call_of_pre_commit(hook: Hook) -> String {
    let pushed = r#"echo "$PRE_COMMIT_LOCAL_BRANCH ${PRE_COMMIT_TO_REF:-HEAD} $PRE_COMMIT_REMOTE_BRANCH ${PRE_COMMIT_FROM_REF:-0}" | "#;
    let (input, arguments) = match hook {
        Hook::PrepareCommitMsg => (
            "",
            r#""$@" $PRE_COMMIT_COMMIT_MSG_SOURCE $PRE_COMMIT_COMMIT_OBJECT_NAME"#,
        ),
        Hook::PostCheckout => (
            "",
            "$PRE_COMMIT_FROM_REF $PRE_COMMIT_TO_REF $PRE_COMMIT_CHECKOUT_TYPE",
        ),
        Hook::PostMerge => ("", "$PRE_COMMIT_IS_SQUASH_MERGE"),
        Hook::PostRewrite => ("", "$PRE_COMMIT_REWRITE_COMMAND"),
        Hook::PrePush => (pushed, r#""$PRE_COMMIT_REMOTE_NAME""#),
        _ => ("", r#""$@""#),
    };
    format!("{input}git-coord hook {} {arguments}", hook.name())
}

/// `pre-commit` as `PreCommit`.
fn camel(name: &str) -> String {
    let words = name.split('-').filter_map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn managers_are_known_by_what_they_write() {
        let husky = "#!/usr/bin/env sh\n. \"${0%/*}/h\"";
        assert_eq!(Manager::of_file(husky), None);
        assert_eq!(Manager::of_folder(".husky/_"), Manager::Husky);
        assert_eq!(Manager::of_folder("tools/hooks"), Manager::Team);
        let written =
            "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n";
        assert_eq!(Manager::of_file(written), Some(Manager::PreCommit));
        assert_eq!(
            Manager::of_file("call_lefthook run \"pre-commit\" \"$@\""),
            Some(Manager::Lefthook)
        );
        assert_eq!(Manager::of_file("#!/bin/sh\ncargo test\n"), None);
    }

    #[test]
    fn the_line_calls_the_hook_by_its_name() {
        let (hook, husky) = (Hook::PrePush, Manager::Husky);
        let call = "if command -v git-coord >/dev/null; then git-coord hook pre-push \"$@\"; fi";
        assert_eq!(husky.line(hook), call);
        assert_eq!(husky.file(hook, ".husky/_"), ".husky/pre-push");
        assert!(
            Manager::Overcommit
                .line(hook)
                .contains("# below 'PrePush:'")
        );
        for manager in [Manager::Lefthook, Manager::PreCommit, Manager::Overcommit] {
            assert!(manager.line(hook).contains("git-coord hook pre-push"));
        }
    }
}
