//! Long texts from people, under a heading: specifications, comments, notes.
//!
//! Not here: where they are kept (`ledger`).

use super::style::{DIM, Style};
use crate::core::values::text::visible;

/// A text and what stands above it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Who and when: `codex 14:05Z`; empty if there is nothing to say.
    pub about: String,
    /// The text; its line breaks stay, everything else that steers a terminal is made visible.
    pub text: String,
}

/// The texts under a heading; nothing if there is none.
pub fn letters(heading: &str, letters: &[Letter], style: Style) -> String {
    if letters.is_empty() {
        return String::new();
    }
    let mut page = format!("\n{}\n", style.heading(heading));
    for letter in letters {
        if !letter.about.is_empty() {
            let about = style.paint(DIM, &visible(&letter.about));
            page.push_str(&format!("  {about}\n"));
        }
        for line in letter.text.trim_end().split('\n') {
            let line = visible(line.strip_suffix('\r').unwrap_or(line));
            page.push_str(format!("    {line}").trim_end());
            page.push('\n');
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_stay_and_nothing_drives_the_terminal() {
        let letter = Letter {
            about: "codex 14:05Z".to_owned(),
            text: "first\r\n\nsecond \u{1b}[2J\rx\n".to_owned(),
        };
        assert_eq!(
            letters("Comments", &[letter], Style::default()),
            "\nComments\n  codex 14:05Z\n    first\n\n    second \\u{1b}[2J\\rx\n"
        );
        assert_eq!(letters("Comments", &[], Style::default()), "");
    }
}
