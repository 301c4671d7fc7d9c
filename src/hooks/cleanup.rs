//! Which lines of a commit message git keeps (git-commit(1), `--cleanup`).
//!
//! git decides after its last hook, so a hook has to know before. The option `--cleanup` itself is not visible to hooks,
//! only `commit.cleanup` is. Not here: changing the message (`trailers`, `prepared`).

use super::{install::version, method::Version};
use crate::git::{Error, repository::Repository};

/// How git cleans a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleanup {
    mode: Mode,
    /// Whether somebody can change the message in an editor.
    edited: bool,
    /// The beginning of a comment; none if git looks for no comments.
    comment: Option<String>,
}

/// What git removes, as the setting `commit.cleanup` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing.
    Verbatim,
    /// Empty lines.
    Whitespace,
    /// Comments and empty lines.
    Strip,
    /// Empty lines, and all lines below the scissors.
    Scissors,
}

impl Mode {
    /// The mode of a setting. Without an editor, git adds no comments, and by default removes none.
    fn of(setting: Option<&str>, edited: bool) -> Self {
        match (setting, edited) {
            (Some("verbatim"), _) => Self::Verbatim,
            (Some("strip"), _) => Self::Strip,
            (Some("whitespace"), _) => Self::Whitespace,
            (Some("scissors"), true) => Self::Scissors,
            (_, true) => Self::Strip,
            (_, false) => Self::Whitespace,
        }
    }
}

impl Cleanup {
    /// How git will clean a message that it has just prepared.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn of(repository: &Repository, prepared: &str) -> Result<Self, Error> {
        let written = written_comment(prepared);
        // For its hooks, git sets this editor if it starts none (githooks(5)). A user can set it too; then git has
        // written its comments into the message.
        let is_off = repository.environment().get("GIT_EDITOR") == Some(":".as_ref());
        let edited = !is_off || written.is_some();
        let mode = Mode::of(
            repository.config().string("commit.cleanup").as_deref(),
            edited,
        );
        let comment = match (mode, written) {
            (Mode::Verbatim | Mode::Whitespace, _) => None,
            (_, Some(written)) => Some(written.to_owned()),
            (_, None) => Some(set_comment(repository, prepared)?),
        };
        Ok(Self {
            mode,
            edited,
            comment,
        })
    }

    /// Whether somebody can change the message in an editor.
    pub fn is_edited(&self) -> bool {
        self.edited
    }

    /// The beginning of a comment for `git interpret-trailers`, which takes comments at the end for no part of the
    /// message. If git looks for no comments, this is a character that begins no line.
    pub fn comment(&self) -> &str {
        self.comment.as_deref().unwrap_or("\u{1}")
    }

    /// Whether git will find text in a message.
    pub fn keeps(&self, message: &str) -> bool {
        match self.mode {
            Mode::Verbatim => !message.is_empty(),
            _ => !self.text(message).is_empty(),
        }
    }

    /// Whether git will find the same text in both messages, so that nobody has changed the template.
    pub fn keeps_the_same(&self, message: &str, template: &str) -> bool {
        self.mode != Mode::Verbatim && self.text(message) == self.text(template)
    }

    /// The lines that git keeps, without those that it does not take for text: empty lines and sign-offs.
    fn text<'a>(&self, message: &'a str) -> Vec<&'a str> {
        let comment = self.comment.as_deref();
        let scissors = comment.map(|comment| format!("{comment}{SCISSORS}"));
        let begins = |line: &str| comment.is_some_and(|comment| line.starts_with(comment));
        let lines = message
            .lines()
            .take_while(|line| !self.edited || Some(*line) != scissors.as_deref())
            .filter(|line| self.mode != Mode::Strip || !begins(line))
            .map(str::trim_end);
        lines
            .filter(|line| !line.is_empty() && !line.starts_with("Signed-off-by: "))
            .collect()
    }
}

/// The line that git writes above the diff of `commit --verbose`, after the comment.
const SCISSORS: &str = " ------------------------ >8 ------------------------";

/// The beginning of the comments that git wrote into a message. Their scissors and their empty lines show it: the first
/// and the last character of any other line may belong to somebody's text.
fn written_comment(prepared: &str) -> Option<&str> {
    let scissors = prepared
        .lines()
        .find_map(|line| line.strip_suffix(SCISSORS));
    let lines: Vec<&str> = prepared.lines().collect();
    let is_comment = |line: &str, begin: &str| {
        let rest = line.strip_prefix(begin);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    let between = || {
        let mut found = lines.windows(3).rev().filter(|three| {
            !three[1].is_empty() && is_comment(three[0], three[1]) && is_comment(three[2], three[1])
        });
        found.next().map(|three| three[1])
    };
    scissors.or_else(between)
}

/// The beginning of comments by git's config. The last value of both keys counts.
fn set_comment(repository: &Repository, prepared: &str) -> Result<String, Error> {
    let form = [
        "config",
        "--null",
        "--get-regexp",
        r"^core\.comment(char|string)$",
    ];
    // Without a value git exits with 1.
    let set = repository.run_git(form).unwrap_or_default();
    let set = String::from_utf8_lossy(&set).into_owned();
    let values = set.split_terminator('\0');
    let mut values: Vec<(&str, &str)> = values.filter_map(|set| set.split_once('\n')).collect();
    if values.iter().any(|(key, _)| *key == STRING) && version(repository)? < STRINGS {
        values.retain(|(key, _)| *key != STRING);
    }
    Ok(match values.last() {
        Some((_, "auto")) => free_comment(prepared),
        Some((_, set)) if !set.is_empty() => (*set).to_owned(),
        _ => "#".to_owned(),
    })
}

/// The second name of `core.commentChar`.
const STRING: &str = "core.commentstring";
/// The first version of git that knows it.
const STRINGS: Version = (2, 45);

/// The comment character that git chooses for `auto`: the first one that begins no line.
fn free_comment(prepared: &str) -> String {
    let is_free = |char: &char| !prepared.lines().any(|line| line.starts_with(*char));
    "#;@!$%^&|:".chars().find(is_free).unwrap_or('#').into()
}
