//! The method by which a hook is installed: by git's config, by lines in its file, or by whoever manages it.
//!
//! Decided from what is known, without touching anything. Not here: looking (`install`) and writing.

use super::{Hook, block, manager::Manager};

/// A version of git: 2.47.3 is `(2, 47)`.
pub type Version = (u32, u32);

/// Since this version git runs hooks that stand in its config, beside those in files.
pub const CONFIG_HOOKS: Version = (2, 54);
/// Since this version `git hook run` runs a hook as git itself would.
pub const HOOK_RUN: Version = (2, 36);

/// What `git version` told.
pub fn version(told: &str) -> Option<Version> {
    let mut numbers = told
        .trim()
        .strip_prefix("git version ")?
        .split(['.', ' ', '-']);
    let mut next = || numbers.next()?.parse().ok();
    Some((next()?, next()?))
}

/// What is in the place of a hook's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A file of so many bytes, which git can run or not.
    File {
        /// What is in it.
        bytes: Vec<u8>,
        /// Whether git runs it.
        executable: bool,
    },
    /// A symbolic link, a folder, or what else is no file of its own.
    Other,
}

/// Where a repository's hooks are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// In a folder of this repository's alone.
    Own,
    /// In the worktree, where others get them too; its path from the root.
    Worktree(String),
    /// In a folder that the config of the user or of the system names for all repositories; its path.
    Everybodys(String),
}

/// How a hook gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// By `hook.coord-NAME.*` in the repository's config.
    Config,
    /// By lines of ours in its file.
    File,
    /// By hand, since the file is not ours to write.
    ByHand(ByHand),
}

/// What somebody has to do by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByHand {
    /// Why.
    pub why: String,
    /// The file in which the line belongs.
    pub file: String,
    /// The line.
    pub line: String,
}

/// The method for one hook.
pub fn of(hook: Hook, version: Version, folder: &Folder, found: &Found) -> Method {
    // Who keeps a server looks for a file, and any git runs it.
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
            let why = format!("its hooks are part of the worktree, in '{path}'");
            return by_hand(&why, manager, path);
        }
        Folder::Everybodys(path) => {
            let why = format!("its hooks are those of all repositories, in '{path}'");
            return by_hand(&why, Manager::Team, path);
        }
        Folder::Own => {}
    }
    let (bytes, executable) = match found {
        Found::Nothing => return Method::File,
        Found::File { bytes, executable } => (bytes, *executable),
        Found::Other => {
            return by_hand(
                "it is a link, or no file",
                Manager::Team,
                "the hooks' folder",
            );
        }
    };
    if block::without(bytes).is_some() {
        return Method::File;
    }
    let text = String::from_utf8_lossy(bytes);
    if let Some(manager) = Manager::of_file(&text) {
        let why = format!("{} wrote it", manager.name());
        return by_hand(&why, manager, "");
    }
    match (is_shell(bytes), executable) {
        (true, true) => Method::File,
        // It would begin to run, with all that is in it.
        (_, false) => by_hand(
            "it is not executable, so git does not run it",
            Manager::Team,
            "the hooks' folder",
        ),
        (false, true) => by_hand(
            "it is no script of a shell",
            Manager::Team,
            "the hooks' folder",
        ),
    }
}

/// Whether lines of `sh` can stand in this file.
fn is_shell(bytes: &[u8]) -> bool {
    if bytes.contains(&0) {
        return false;
    }
    let Some(shebang) = bytes.strip_prefix(b"#!") else {
        // As the system runs a text without a word of how.
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
    // A break of DOS would become part of our lines' last word.
    let shells = ["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"];
    !line.ends_with('\r') && program.is_some_and(|program| shells.contains(&program))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, executable: bool) -> Found {
        Found::File {
            bytes: text.as_bytes().to_vec(),
            executable,
        }
    }

    fn method(found: &Found) -> Method {
        of(Hook::PreCommit, (2, 47), &Folder::Own, found)
    }

    fn why(method: Method) -> String {
        match method {
            Method::ByHand(by_hand) => by_hand.why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn versions_of_git_are_read_whoever_built_it() {
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
    fn where_git_runs_hooks_of_its_config_no_file_is_touched() {
        let husky = Folder::Worktree(".husky/_".to_owned());
        for version in [(2, 54), (2, 60), (3, 0)] {
            let of = |folder| of(Hook::PrePush, version, folder, &file("#!/bin/sh\n", true));
            assert_eq!(of(&husky), Method::Config);
            assert_eq!(of(&Folder::Own), Method::Config);
        }
    }

    #[test]
    fn scripts_of_a_shell_take_lines_of_ours() {
        assert_eq!(method(&Found::Nothing), Method::File);
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
    fn what_is_not_ours_to_write_is_left_alone_with_a_reason() {
        for (found, reason) in [
            (
                file("#!/usr/bin/env python3\n", true),
                "it is no script of a shell",
            ),
            (file("\u{7f}ELF\0", true), "it is no script of a shell"),
            (
                file("#!/bin/sh\r\nexit\r\n", true),
                "it is no script of a shell",
            ),
            (
                file("#!/bin/sh\n", false),
                "it is not executable, so git does not run it",
            ),
            (file("#!/bin/sh\nlefthook run\n", true), "lefthook wrote it"),
            (Found::Other, "it is a link, or no file"),
        ] {
            assert_eq!(why(method(&found)), reason);
        }
        let of = |folder| why(of(Hook::PreCommit, (2, 47), &folder, &Found::Nothing));
        assert_eq!(
            of(Folder::Worktree(".husky/_".to_owned())),
            "its hooks are part of the worktree, in '.husky/_'"
        );
        assert_eq!(
            of(Folder::Everybodys("/home/ada/hooks".to_owned())),
            "its hooks are those of all repositories, in '/home/ada/hooks'"
        );
    }

    #[test]
    fn our_own_lines_are_renewed_whoever_else_writes_into_the_file() {
        let ours = block::alone(Hook::PreCommit.shim(), block::Ours::File);
        let found = Found::File {
            bytes: [&ours[..], b"lefthook\n"].concat(),
            executable: true,
        };
        assert_eq!(method(&found), Method::File);
    }
}
