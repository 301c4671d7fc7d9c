//! The install method of a hook: git's config, lines in its file, or a line added by hand.
//!
//! It is decided from known facts and changes nothing. Not here: finding the facts (`install`) and writing.

use super::{Hook, block, manager::Manager};

/// A version of git: 2.47.3 is `(2, 47)`.
pub type Version = (u32, u32);

/// The first version of git that runs hooks from its config, in addition to files.
pub const CONFIG_HOOKS: Version = (2, 54);
/// The first version of git with `git hook run`, which runs a hook as git itself would.
pub const HOOK_RUN: Version = (2, 36);

/// Parses the output of `git version`.
pub fn version(told: &str) -> Option<Version> {
    let mut numbers = told
        .trim()
        .strip_prefix("git version ")?
        .split(['.', ' ', '-']);
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

/// The contents of the path of a hook's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookFile {
    /// Nothing.
    Nothing,
    /// A file.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whether git runs it.
        executable: bool,
    },
    /// A symbolic link, a folder, or anything else that is not a regular file.
    Other,
}

/// Where a repository's hooks are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// A folder in the git directory of this repository.
    Own,
    /// A folder in the worktree, which the whole team shares; its path from the root.
    Worktree(String),
    /// A folder for all repositories, from the config of the user or of the system; its path.
    Everybodys(String),
    /// Another folder, which others may use too; its path.
    Outside(String),
}

/// The install method of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// By `hook.coord-NAME.*` in the repository's config.
    Config,
    /// By our lines in its file.
    File,
    /// By hand, since we must not change the file.
    ByHand(ByHand),
}

/// A line for the user to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// The reason.
    pub why: String,
    /// The file.
    pub file: String,
    /// The line.
    pub line: String,
}

/// The method for one hook.
pub fn of(hook: Hook, version: Version, folder: &Folder, found: &HookFile) -> Method {
    // Server administrators look for a file, and every git runs it.
    if version >= CONFIG_HOOKS && !hook.is_servers() {
        return Method::Config;
    }
    let by_hand = |why: &str, manager: Manager, folder: &str| {
        Method::ByHand(ByHand {
            why: why.to_owned(),
            file: manager.file(hook, folder),
            line: manager.line(hook),
        })
    };
    match folder {
        Folder::Worktree(path) => {
            let manager = Manager::of_folder(path);
            let why = format!("the hooks folder is in the worktree: '{path}'");
            return by_hand(&why, manager, path);
        }
        Folder::Everybodys(path) => {
            let why = format!("the hooks folder is for all repositories: '{path}'");
            return by_hand(&why, Manager::FOLDER, path);
        }
        Folder::Outside(path) => {
            let why = format!("the hooks folder is outside of this repository: '{path}'");
            return by_hand(&why, Manager::FOLDER, path);
        }
        Folder::Own => {}
    }
    let not_ours = |why| by_hand(why, Manager::FOLDER, "the hooks' folder");
    let (bytes, executable) = match found {
        HookFile::Nothing => return Method::File,
        HookFile::File { bytes, executable } => (bytes, *executable),
        HookFile::Other => return not_ours("its file is a link or not a regular file"),
    };
    if block::without(bytes).is_some() {
        return Method::File;
    }
    let text = String::from_utf8_lossy(bytes);
    if let Some(manager) = Manager::of_file(&text) {
        let why = format!("{} wrote its file", manager.name());
        return by_hand(&why, manager, "");
    }
    match (is_shell(bytes), executable) {
        (true, true) => Method::File,
        // Making it executable would also make git run its other lines.
        (_, false) => not_ours("its file is not executable, so git does not run it"),
        (false, true) => not_ours("its file is not a shell script"),
    }
}

/// Whether a file can contain lines of `sh`.
fn is_shell(bytes: &[u8]) -> bool {
    if bytes.contains(&0) {
        return false;
    }
    let Some(shebang) = bytes.strip_prefix(b"#!") else {
        // The system runs a script without a shebang with `sh`.
        return true;
    };
    let line = shebang
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut words = line
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    let program =
        words.find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='));
    // A DOS line break would become part of the last word of each of our lines.
    let shells = ["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"];
    !line.ends_with('\r') && program.is_some_and(|program| shells.contains(&program))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, executable: bool) -> HookFile {
        HookFile::File {
            bytes: text.as_bytes().to_vec(),
            executable,
        }
    }

    fn method(found: &HookFile) -> Method {
        of(Hook::PreCommit, (2, 47), &Folder::Own, found)
    }

    fn why(method: Method) -> String {
        match method {
            Method::ByHand(by_hand) => by_hand.why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn versions_of_git_are_parsed_for_every_vendor() {
        for (told, read) in [
            ("git version 2.47.3\n", Some((2, 47))),
            ("git version 2.54.0.windows.1", Some((2, 54))),
            ("git version 2.39.5 (Apple Git-154)", Some((2, 39))),
            ("git version 3.0-rc1", Some((3, 0))),
            ("something else", None),
        ] {
            assert_eq!(version(told), read, "{told}");
        }
    }

    #[test]
    fn a_git_with_config_hooks_needs_no_file() {
        let husky = Folder::Worktree(".husky/_".to_owned());
        for version in [(2, 54), (2, 60), (3, 0)] {
            let of = |folder| of(Hook::PrePush, version, folder, &file("#!/bin/sh\n", true));
            assert_eq!(of(&husky), Method::Config);
            assert_eq!(of(&Folder::Own), Method::Config);
        }
    }

    #[test]
    fn shell_scripts_take_our_lines() {
        assert_eq!(method(&HookFile::Nothing), Method::File);
        for text in [
            "#!/bin/sh\nexit 0\n",
            "#!/bin/sh -e\n",
            "#!/usr/bin/env bash\n",
            "#! /usr/bin/env -S FOO=1 zsh\n",
            "cargo test\n",
        ] {
            assert_eq!(method(&file(text, true)), Method::File, "{text}");
        }
    }

    #[test]
    fn files_that_we_may_not_change_are_left_alone_with_a_reason() {
        for (found, reason) in [
            (
                file("#!/usr/bin/env python3\n", true),
                "its file is not a shell script",
            ),
            (file("\u{7f}ELF\0", true), "its file is not a shell script"),
            (
                file("#!/bin/sh\r\nexit\r\n", true),
                "its file is not a shell script",
            ),
            (
                file("#!/bin/sh\n", false),
                "its file is not executable, so git does not run it",
            ),
            (
                file("#!/bin/sh\nlefthook run\n", true),
                "lefthook wrote its file",
            ),
            (HookFile::Other, "its file is a link or not a regular file"),
        ] {
            assert_eq!(why(method(&found)), reason);
        }
        let of = |folder| why(of(Hook::PreCommit, (2, 47), &folder, &HookFile::Nothing));
        assert_eq!(
            of(Folder::Worktree(".husky/_".to_owned())),
            "the hooks folder is in the worktree: '.husky/_'"
        );
        assert_eq!(
            of(Folder::Everybodys("/home/ada/hooks".to_owned())),
            "the hooks folder is for all repositories: '/home/ada/hooks'"
        );
        assert_eq!(
            of(Folder::Outside("/team/hooks".to_owned())),
            "the hooks folder is outside of this repository: '/team/hooks'"
        );
    }

    #[test]
    fn our_lines_are_updated_in_any_file_that_has_them() {
        let ours = block::alone(Hook::PreCommit.shim(), block::Ours::File);
        let found = HookFile::File {
            bytes: [&ours[..], b"lefthook\n"].concat(),
            executable: true,
        };
        assert_eq!(method(&found), Method::File);
    }
}
