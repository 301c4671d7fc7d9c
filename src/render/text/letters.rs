//! Long texts from people under a heading: specifications, comments, notes.
//!
//! Not here: reading the texts from entries (`ledger`).

use super::style::{DIM, Style};
use crate::core::values::text::visible;

/// A long text and the line above it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The line above the text, with its author and time: `codex 14:05 UTC`. If empty, there is no line above it.
    pub about: String,
    /// The text, or why it cannot be read. Line breaks are kept; other control characters are made visible.
    pub text: Result<String, String>,
}

/// The texts under a heading; empty if there are no texts.
pub fn letters(heading: &str, letters: &[Letter], style: Style) -> String {
    if letters.is_empty() {
        return String::new();
    }
    format!("\n{}\n", style.heading(heading)) + &quotations(letters, style)
}

/// The texts alone.
pub fn quotations(letters: &[Letter], style: Style) -> String {
    let mut page = String::new();
    for letter in letters {
        if !letter.about.is_empty() {
            let about = style.paint(DIM, &visible(&letter.about));
            page.push_str(&format!("  {about}\n"));
        }
        let text = match &letter.text {
            Ok(text) => text,
            Err(why) => {
                page.push_str(&format!("    (not available: {})\n", visible(why)));
                continue;
            }
        };
        for line in text.trim_end().split('\n') {
            let line = visible(line.strip_suffix('\r').unwrap_or(line));
            // The mark shows on every line that somebody else is speaking, also to an agent that reads instructions.
            page.push_str(format!("  > {line}").trim_end());
            page.push('\n');
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_kept_and_control_characters_are_visible() {
        let letter = Letter {
            about: "codex 14:05 UTC".to_owned(),
            text: Ok("first\r\n\nsecond \u{1b}[2J\rx\n".to_owned()),
        };
        assert_eq!(
            letters("Comments", &[letter], Style::default()),
            "\nComments\n  codex 14:05 UTC\n  > first\n  >\n  > second \\u{1b}[2J\\rx\n"
        );
        assert_eq!(letters("Comments", &[], Style::default()), "");
    }
}
