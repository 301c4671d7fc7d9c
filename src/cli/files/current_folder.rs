//! The current folder in its worktree, and what a relative path or glob in it means: the same as in git's pathspecs.
//!
//! Not here: files that a command reads and writes, which the system finds.

use std::path::{Path, PathBuf};

use crate::{
    cli::CommandError,
    core::values::{glob::Glob, text::visible},
    git::repository::Repository,
};

/// The current folder.
#[derive(Debug)]
pub struct CurrentFolder {
    /// The top of the worktree; none outside of every worktree.
    top: Option<PathBuf>,
    /// The names of the folders from there; none at all if the current folder is not below the top.
    below: Vec<String>,
}

impl CurrentFolder {
    /// The current folder of this process.
    pub fn of(repository: &Repository) -> Self {
        let top = repository
            .work_dir()
            .and_then(|top| top.canonicalize().ok());
        // Without a current folder, everything is seen from the top.
        let here = std::env::current_dir().unwrap_or_default();
        Self::at(top, &here)
    }

    fn at(top: Option<PathBuf>, here: &Path) -> Self {
        let below = top.as_ref().and_then(|top| here.strip_prefix(top).ok());
        let names = below.unwrap_or(Path::new("")).components();
        Self {
            below: names
                .map(|name| name.as_os_str().to_string_lossy().into_owned())
                .collect(),
            top,
        }
    }

    /// A glob as the ledger keeps it: from the top of the worktree. `:/` or `/` at its beginning names the top.
    ///
    /// # Errors
    /// `usage` if it is outside of the worktree, or too long.
    pub fn glob(&self, glob: &Glob) -> Result<Glob, CommandError> {
        let text = glob.as_str();
        let is_plain = !text.starts_with(['/', ':']) && !text.split('/').any(|name| name == "..");
        if self.below.is_empty() && is_plain {
            return Ok(glob.clone());
        }
        let escape = |name: &String| {
            let special = |c| matches!(c, '*' | '?' | '[' | '\\');
            let escaped = name
                .chars()
                .flat_map(|c| [special(c).then_some('\\'), Some(c)]);
            escaped.flatten().collect()
        };
        let names = self.resolve(text, self.below.iter().map(escape).collect())?;
        let text = match names.as_slice() {
            [] => ".".to_owned(),
            names => names.join("/"),
        };
        let parsed = text.parse::<Glob>();
        parsed.map_err(|error| CommandError::usage(error.to_string()))
    }

    /// The path of a file from the top of the worktree. The file need not exist.
    ///
    /// # Errors
    /// `usage` if it is outside of the worktree.
    pub fn file(&self, file: &Path) -> Result<String, CommandError> {
        let names = self.resolve(&file.to_string_lossy(), self.below.clone())?;
        Ok(names.join("/"))
    }

    /// The top of the worktree; the current folder without one.
    pub fn top(&self) -> &Path {
        self.top.as_deref().unwrap_or(Path::new("."))
    }

    /// The names of a path from the top; `from` are those of the folder in which it is relative.
    fn resolve(&self, path: &str, from: Vec<String>) -> Result<Vec<String>, CommandError> {
        let inside = self.top.as_ref().and_then(|top| {
            let rest = path.strip_prefix(top.to_str()?)?;
            (rest.is_empty() || rest.starts_with('/')).then_some(rest)
        });
        let from_top = inside
            .or_else(|| path.strip_prefix(":/"))
            .or_else(|| path.strip_prefix('/'));
        let (mut names, rest) = match from_top {
            Some(rest) => (Vec::new(), rest),
            None => (from, path),
        };
        for name in rest.split('/') {
            match name {
                "" | "." => {}
                ".." if names.pop().is_none() => {
                    let message = format!("path '{}' is outside the worktree", visible(path));
                    return Err(CommandError::usage(message));
                }
                ".." => {}
                name => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(folder: &str) -> CurrentFolder {
        CurrentFolder::at(Some("/w".into()), &Path::new("/w").join(folder))
    }

    fn glob(folder: &str, text: &str) -> Option<String> {
        let glob = at(folder).glob(&text.parse().unwrap());
        glob.ok().map(|glob| glob.as_str().to_owned())
    }

    #[test]
    fn a_glob_is_relative_to_the_current_folder_as_in_git() {
        for (folder, text, wanted) in [
            ("", "src/**", "src/**"),
            ("", "./a//b/", "./a//b/"),
            ("", ":/a", "a"),
            ("", "/a", "a"),
            ("", "/w/a", "a"),
            ("sub", "f.rs", "sub/f.rs"),
            ("sub", ":/f.rs", "f.rs"),
            ("sub", "/f.rs", "f.rs"),
            ("sub", "/w/other/f.rs", "other/f.rs"),
            ("sub/deep", "../*.rs", "sub/*.rs"),
            ("sub", "..", "."),
            ("sub", ".", "sub"),
            ("sub", "**", "sub/**"),
            ("a[b]*", "f?", "a\\[b]\\*/f?"),
            ("/elsewhere", "f", "f"),
        ] {
            assert_eq!(
                glob(folder, text).as_deref(),
                Some(wanted),
                "{folder} {text}"
            );
        }
        for (folder, text) in [("", "../x"), ("sub", "../../x"), ("sub", ":/../x")] {
            assert_eq!(glob(folder, text), None, "{folder} {text}");
        }
    }

    #[test]
    fn a_file_has_no_special_characters() {
        let file = |folder: &str, path: &str| at(folder).file(Path::new(path)).unwrap();
        assert_eq!(file("a[b]", "x*"), "a[b]/x*");
        assert_eq!(file("sub", "../f.rs"), "f.rs");
        assert_eq!(file("sub", "/w/sub/f.rs"), "sub/f.rs");
        assert_eq!(file("sub", "."), "sub");
    }

    #[test]
    fn without_a_worktree_every_path_is_seen_from_the_top() {
        let nowhere = CurrentFolder::at(None, Path::new("/r.git/refs"));
        assert_eq!(nowhere.file(Path::new("f.rs")).unwrap(), "f.rs");
    }
}
