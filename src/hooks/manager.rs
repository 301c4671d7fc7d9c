//! Programs that manage a repository's hooks, and the line to add to the configuration of each.
//!
//! We do not change the files that they wrote: their next run would undo the change, or complain. Not here: installing
//! without a manager (`method`).

use super::Hook;

/// The manager of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// husky: one file of commands per hook.
    Husky,
    /// lefthook: one YAML file for all hooks.
    Lefthook,
    /// pre-commit, and prek, which reads the same file.
    PreCommit,
    /// Overcommit.
    Overcommit,
    /// The team: a folder in the worktree, named by `core.hooksPath`.
    Team,
}

impl Manager {
    /// The manager that wrote this hook's file, if any.
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

    /// The manager whose hooks are in this folder of the worktree; the path is relative to the root.
    pub fn of_folder(folder: &str) -> Self {
        match folder.split('/').next() {
            Some(".husky") => Self::Husky,
            _ => Self::Team,
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Husky => "husky",
            Self::Lefthook => "lefthook",
            Self::PreCommit => "pre-commit",
            Self::Overcommit => "overcommit",
            Self::Team => "core.hooksPath",
        }
    }

    /// The file for the line; `folder` is the folder of the hooks.
    pub fn file(self, hook: Hook, folder: &str) -> String {
        match self {
            Self::Husky => format!(".husky/{}", hook.name()),
            Self::Lefthook => "lefthook.yml".to_owned(),
            Self::PreCommit => ".pre-commit-config.yaml".to_owned(),
            Self::Overcommit => ".overcommit.yml".to_owned(),
            Self::Team => format!("{folder}/{}", hook.name()),
        }
    }

    /// The line, with a note on its place if that matters. The whole team shares these files, so the line does nothing
    /// without a `git-coord`.
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
                // pre-commit passes the file of a message as if it were a file to check.
                matches!(hook, Hook::CommitMsg | Hook::PrepareCommitMsg)
            ),
            // Overcommit runs, and signs, only files of the repository.
            Self::Overcommit => format!(
                "GitCoord: {{enabled: true, description: git-coord hook {name}, command: [./git-coord.sh, {name}]}}  \
                 # below '{}:'; ./git-coord.sh is to be committed, executable, with two lines: #!/bin/sh and {}",
                camel(name),
                guarded("git-coord hook \"$@\"")
            ),
        }
    }
}

/// The call for pre-commit. It passes git's arguments and standard input as environment variables. It does not pass on
/// the commits of a `post-rewrite`.
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
    fn managers_are_recognized_by_their_files() {
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
