//! The name of a branch, as git takes it.
//!
//! Not here: which branch a task has if nobody names one (`hooks::binding`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    id::InvalidName,
    text::{is_blank, visible},
};

/// The longest name of a branch, in bytes.
pub const BRANCH_BYTES_MAX: usize = 1000;

/// The name of a branch below `refs/heads/`, by the rules of `git check-ref-format --branch`, with a visible character. So it
/// is never an option, and never a path out of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct BranchName(Box<str>);

impl BranchName {
    /// The name, without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BranchName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let full = format!("refs/heads/{text}");
        let why = if text.len() > BRANCH_BYTES_MAX {
            "it is longer than 1000 bytes"
        } else if text.starts_with('-') {
            "it begins with '-'"
        } else if text.chars().all(is_blank) {
            "it has no visible character"
        } else if gix_validate::reference::branch_name(full.as_str().into()).is_err() {
            "git does not allow it; see git help check-ref-format"
        } else {
            return Ok(Self(text.into()));
        };
        Err(InvalidName {
            what: "branch",
            text: text.chars().take(40).collect(),
            why,
        })
    }
}

impl TryFrom<String> for BranchName {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

/// Shown with invisible characters escaped.
impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&visible(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_git_takes_are_taken() {
        for name in [
            "main",
            "feat/x",
            "task/A-1",
            "größe",
            "a@b",
            "@",
            "refs/heads/x",
        ] {
            assert!(name.parse::<BranchName>().is_ok(), "{name}");
        }
    }

    #[test]
    fn names_that_git_refuses_or_takes_for_an_option_are_refused() {
        let refused = [
            "",
            "-D",
            "--edit-description",
            "-",
            "HEAD",
            "a..b",
            "a b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "a.lock",
            "x.lock/y",
            ".a",
            "a/.b",
            "a.",
            "/a",
            "a/",
            "a//b",
            "a@{1}",
            "a\n",
            "a\u{7f}",
            "\u{a0}",
            "\u{200b}",
            "../../x",
        ];
        for name in refused {
            assert!(name.parse::<BranchName>().is_err(), "{name:?}");
        }
        assert!("x".repeat(BRANCH_BYTES_MAX).parse::<BranchName>().is_ok());
        assert!(
            "x".repeat(BRANCH_BYTES_MAX + 1)
                .parse::<BranchName>()
                .is_err()
        );
    }
}
