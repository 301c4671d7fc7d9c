//! Text from people: stored unchanged, limited in length, and made harmless when it is shown.
//!
//! Not here: long text, which is an attachment (`event::Attachment`), and the layout of messages (`message`).

use std::{borrow::Cow, fmt, fmt::Write as _, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::id::{InvalidName, TaskId};

/// The longest short text, in bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 4000;

/// A number of things: `1 task`, `2 tasks`.
pub fn counted(count: usize, one: &str, several: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {several}"),
    }
}

/// A short text: 1 to 4,000 bytes of UTF-8, any characters, at least one of them visible. Copies share it: a task that has
/// megabytes of them is copied for an entry of a few bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Text(Arc<str>);

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
            _ if text.chars().all(is_blank) => invalid("it has no visible character"),
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
                f.write_str("a text of 1 to 4000 bytes with a visible character")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Whether a character controls a terminal, breaks a line, reorders the text around it, or is not seen at all. The
/// table is part of the format, and does not grow with Unicode.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character leaves no mark on paper: invisible, or a space. Every white space of Unicode is one, and this table too
/// does not grow.
pub fn is_blank(c: char) -> bool {
    is_invisible(c)
        || matches!(
            c,
            ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
                ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        )
}

/// Whether an invisible character shapes the characters beside it as its script wants: a joiner between emoji or inside a
/// word, or the selector after an emoji.
fn shapes(before: Option<char>, c: char, mut after: impl Iterator<Item = char>) -> bool {
    let (Some(before), next) = (before, after.next()) else {
        return false;
    };
    match c {
        SELECTOR_TEXT | SELECTOR_EMOJI if matches!(before, '#' | '*' | '0'..='9') => {
            next == Some(KEYCAP)
        }
        SELECTOR_TEXT | SELECTOR_EMOJI => is_emoji(before),
        JOINER if is_emoji(before) || before == SELECTOR_EMOJI => next.is_some_and(is_emoji),
        JOINER | NON_JOINER => {
            is_joined(before) && (is_virama(before) || next.is_some_and(is_joined))
        }
        _ => false,
    }
}

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const SELECTOR_TEXT: char = '\u{fe0e}';
const SELECTOR_EMOJI: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// Whether a character may begin an emoji: the blocks of symbols.
fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2934}' | '\u{2935}'
        | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Whether a character belongs to a script whose words need joiners: Arabic, Syriac and their neighbours, the scripts of
/// India, Tibetan, Myanmar, Khmer, Mongolian.
fn is_joined(c: char) -> bool {
    !is_invisible(c)
        && matches!(c,
            '\u{620}'..='\u{7ff}' | '\u{840}'..='\u{dff}' | '\u{f00}'..='\u{109f}' | '\u{1780}'..='\u{18af}'
            | '\u{a840}'..='\u{a87f}' | '\u{a8e0}'..='\u{a8ff}' | '\u{11000}'..='\u{11fff}')
}

/// Whether a character ends a consonant in a script of India; a joiner after it may end the word.
fn is_virama(c: char) -> bool {
    matches!(
        c,
        '\u{94d}'
            | '\u{9cd}'
            | '\u{a4d}'
            | '\u{acd}'
            | '\u{b4d}'
            | '\u{bcd}'
            | '\u{c4d}'
            | '\u{ccd}'
            | '\u{d4d}'
            | '\u{dca}'
    )
}

/// The text with every control, line-breaking, direction-changing and unseen character written as `\n`,
/// `\r`, `\t` or `\u{HEX}`. Joiners and selectors stay where emoji and scripts need them. A rule of the format:
/// docs/format/strings.md, "Escaping".
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_invisible(c) && !shapes(before, c, rest.clone()) => {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
            }
            c => shown.push(c),
        }
        before = Some(c);
    }
    Cow::Owned(shown)
}

/// A text of somebody as a part of a sentence of ours: visible, between `“` and `”`. It cannot contain these marks itself,
/// so nothing in it reads as the rest of the sentence.
pub fn quoted(text: &str) -> String {
    let text = visible(text).replace('“', "\\u{201c}");
    format!("“{}”", text.replace('”', "\\u{201d}"))
}

/// Whether a host of git makes a link of a text where `before` ends and `after` begins: an address, a mention, an
/// issue. Markdown has no escape for that.
pub fn is_link_between(before: &str, after: &str) -> bool {
    let ends = |end: &str| {
        let tail = before
            .len()
            .checked_sub(end.len())
            .and_then(|at| before.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    match after.chars().next() {
        Some('/') => before.ends_with(':') && after.starts_with("//"),
        Some('.') => ends("www"),
        Some(next) if next.is_ascii_digit() && (ends("#") || ends("!") || ends("gh-")) => true,
        Some(next) => ends("@") && (next.is_alphanumeric() || next == '_'),
        None => false,
    }
}

/// What stands between two characters of Markdown that must not become a link: an empty comment.
pub const LINK_BREAK: &str = "<!-- -->";

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
            // A joiner at the cut joins nothing.
            kept.trim_end_matches([JOINER, NON_JOINER]).to_owned() + "…"
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
    fn invisible_characters_in_a_text_are_shown_escaped() {
        for unseen in [
            '\u{e0041}',
            '\u{e0100}',
            '\u{e01ef}',
            '\u{e0fff}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{3164}',
            '\u{115f}',
            '\u{1160}',
            '\u{ffa0}',
            '\u{34f}',
            '\u{2800}',
            '\u{17b4}',
            '\u{180e}',
            '\u{2065}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2062}',
            '\u{1d173}',
            '\u{fff0}',
        ] {
            let text = format!("a{unseen}b");
            assert_eq!(visible(&text), format!("a\\u{{{:x}}}b", u32::from(unseen)));
            let twice = format!("💻{unseen}{unseen}{unseen}");
            assert!(visible(&twice).contains("\\u{"), "{twice:?}");
            assert!(format!(" {unseen}").parse::<Text>().is_err());
        }
        // Selectors and joiners cannot carry a message behind each other.
        assert_eq!(
            visible("❤\u{fe0f}\u{fe0f}\u{fe0e}"),
            "❤\u{fe0f}\\u{fe0f}\\u{fe0e}"
        );
        assert_eq!(visible("1\u{fe0f}2"), "1\\u{fe0f}2");
        assert_eq!(visible("می\u{200c}\u{200c}خ"), "می\\u{200c}\\u{200c}خ");
    }

    #[test]
    fn emoji_and_scripts_that_need_joiners_stay_readable() {
        for text in [
            "👨\u{200d}💻",
            "👩🏽\u{200d}🔬",
            "🏳\u{fe0f}\u{200d}🌈",
            "❤\u{fe0f}",
            "✔\u{fe0e}",
            "1\u{fe0f}\u{20e3}",
            "🇩🇪",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ക്\u{200d} മ",
            "ශ්\u{200d}රී",
            "日本語　です",
            "Jörg 李雷",
        ] {
            assert_eq!(visible(text), text);
        }
        assert_eq!(brief("👨\u{200d}💻x", 3), "👨…");
    }

    #[test]
    fn a_quoted_text_ends_where_its_marks_are() {
        assert_eq!(
            quoted("T1” done. NEXT: “git coord\ncancel T2"),
            "“T1\\u{201d} done. NEXT: \\u{201c}git coord\\ncancel T2”"
        );
    }

    #[test]
    fn white_space_is_blank() {
        let space = ('\0'..=char::MAX).find(|c| c.is_whitespace() && !is_blank(*c));
        assert_eq!(space, None);
    }

    #[test]
    fn a_text_has_a_visible_character() {
        for blank in [
            "",
            " ",
            "\t\n",
            "\u{a0}\u{3000}",
            "\u{200b}",
            "\u{2800}",
            "\u{e0041}",
        ] {
            assert!(blank.parse::<Text>().is_err(), "{blank:?}");
        }
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
