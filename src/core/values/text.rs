//! Text from people: stored unchanged, limited in length, and made harmless when it is shown.
//!
//! Not here: long text, which is an attachment (`event::Attachment`), and the layout of messages (`message`).

use std::{borrow::Cow, fmt, fmt::Write as _, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::id::{InvalidName, TaskId};

/// The longest short text, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 4000;

/// A short text: 1 to 4,000 bytes of UTF-8, any characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Text(Box<str>);

impl Text {
    /// The unchanged text; show it through [`visible`].
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The name of the attachment that holds a task's specification.
    pub fn body_of(id: &TaskId) -> Self {
        Self(format!("body/{id}.md").into())
    }
    /// The ref that holds a ledger at home unless it says otherwise.
    pub(in crate::core) fn home_ref() -> Self {
        Self("refs/coord/ledger".into())
    }
}

/// A text of `?`, for what is not known.
impl Default for Text {
    fn default() -> Self {
        Self("?".into())
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&TaskId> for Text {
    fn from(id: &TaskId) -> Self {
        Self(id.as_str().into())
    }
}

impl FromStr for Text {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let invalid = |why| {
            Err(InvalidName {
                what: "text",
                text: text.chars().take(40).collect(),
                why,
            })
        };
        match text.len() {
            0 => invalid("it is empty"),
            1..=TEXT_BYTES_MAX => Ok(Self(text.into())),
            _ => invalid("it is longer than 4000 bytes; long text belongs in --body or a comment"),
        }
    }
}

/// Shown with control characters made visible.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&visible(&self.0))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl de::Visitor<'_> for TextVisitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text of 1 to 4000 bytes")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Whether a character controls a terminal, breaks a line, or reorders the text around it.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every control, line-breaking and direction-changing character written as `\n`,
/// `\r`, `\t` or `\u{HEX}`. A rule of the format: LEDGER_FORMAT.md, "Escaping".
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_invisible(c) => {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether git has this name in a tree, on every system: not empty, not `.`, `..`, `.git` or `git~1` in
/// any case, without NUL and backslash.
pub fn is_file_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && !name.eq_ignore_ascii_case(".git")
        && !name.eq_ignore_ascii_case("git~1")
        && !name.contains(['\0', '\\'])
}

/// The text as one word of a shell's command line, in single quotes where it needs them.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+@%,=~".contains(&byte);
    if !text.is_empty() && !text.starts_with(['-', '~', '=']) && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

/// At most `characters_max` characters of the text, made visible. `…` marks the cut.
pub fn brief(text: &str, characters_max: usize) -> String {
    let shown = visible(text);
    match shown.char_indices().nth(characters_max) {
        None => shown.into_owned(),
        Some(_) => {
            let kept: String = shown
                .chars()
                .take(characters_max.saturating_sub(1))
                .collect();
            kept + "…"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shown_can_drive_a_terminal_or_forge_a_line() {
        assert_eq!(
            visible("a\u{1b}[2Jb\nCoord-Task: X"),
            "a\\u{1b}[2Jb\\nCoord-Task: X"
        );
        assert_eq!(visible("\u{202e}evil\u{2066}"), "\\u{202e}evil\\u{2066}");
        assert_eq!(
            visible("plain — Unicode ✓ C:\\x"),
            "plain — Unicode ✓ C:\\x"
        );
    }

    #[test]
    fn a_brief_text_counts_characters_and_marks_the_cut() {
        assert_eq!(brief("äöü", 3), "äöü");
        assert_eq!(brief("äöüß", 3), "äö…");
    }

    #[test]
    fn any_text_becomes_one_word_of_a_shell() {
        assert_eq!(shell_word("B; rm -rf"), "'B; rm -rf'");
        assert_eq!(shell_word("it's"), r"'it'\''s'");
        assert_eq!(shell_word("-x"), "'-x'");
        assert_eq!(shell_word("~root"), "'~root'");
        assert_eq!(shell_word("B~x7f3"), "B~x7f3");
    }
}
