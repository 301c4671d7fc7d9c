//! Facts in headings: the plan's title, a group's name, the owner of a table.
//!
//! Not here: waves (`waves`) and figures (`claims`).

use super::blocks::{Block, Content};

/// The heading that `write` puts above the waves.
pub(super) const EXECUTION: &str = "Execution";

/// The finding about tasks whose numbers an earlier task has.
pub(super) const NUMBERED_ANEW: &str = "numbers that begin anew get the name of their heading";

/// The plan's title: the first heading of level 1.
pub(super) fn title(blocks: &[Block]) -> Option<String> {
    title_block(blocks)?
        .text()
        .filter(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

/// Whether a heading is the plan's title. A table right below the title has no group.
pub(super) fn is_title(blocks: &[Block], heading: &Block) -> bool {
    title_block(blocks).is_some_and(|title| title.line == heading.line)
}

fn title_block(blocks: &[Block]) -> Option<&Block> {
    blocks
        .iter()
        .find(|block| matches!(block.content, Content::Heading { level: 1, .. }))
}

/// A group's name: the heading without leading emoji and numbers, and without `(Owner: …)`.
pub(super) fn group(text: &str) -> Option<String> {
    let text = match owner_part(text) {
        Some((start, end, _)) => format!("{}{}", text[..start].trim_end(), &text[end..]),
        None => text.to_owned(),
    };
    let mut name = text.as_str();
    loop {
        let shorter = without_number(name.trim_start_matches(is_decoration));
        if shorter == name {
            break;
        }
        name = shorter;
    }
    (!name.trim().is_empty()).then(|| name.trim().to_owned())
}

/// The owner in the brackets of a heading: `(Owner: Claude)`.
pub(super) fn owner(text: &str) -> Option<&str> {
    owner_part(text).map(|(_, _, owner)| owner)
}

fn owner_part(text: &str) -> Option<(usize, usize, &str)> {
    let start = ["(Owner:", "(owner:", "(OWNER:", "(Owners:", "(owners:"]
        .iter()
        .find_map(|open| Some((text.find(open)?, open.len())))?;
    let (start, skip) = start;
    let end = start + text[start..].find(')')?;
    Some((start, end + 1, text[start + skip..end].trim()))
}

fn is_decoration(c: char) -> bool {
    c.is_whitespace() || !c.is_ascii() && !c.is_alphanumeric() && !"„“”«»‘’¿¡".contains(c)
}

/// The text after `3.` or `3)`.
fn without_number(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == text.len() {
        return text;
    }
    rest.strip_prefix(['.', ')'])
        .filter(|rest| rest.starts_with(' '))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_name_is_its_heading_without_emoji_numbers_and_owner() {
        let cases = [
            (
                "📊 3. Hygiene Slices (≤20 Files per Slice)",
                "Hygiene Slices (≤20 Files per Slice)",
            ),
            (
                "Top-5 \"Do Now\" Tasks (2–4 Hour Wins)",
                "Top-5 \"Do Now\" Tasks (2–4 Hour Wins)",
            ),
            (
                "Claude Code Direct Tasks (Owner: Claude)",
                "Claude Code Direct Tasks",
            ),
            ("3 Musketeers", "3 Musketeers"),
            ("Überblick", "Überblick"),
        ];
        for (heading, name) in cases {
            assert_eq!(group(heading).as_deref(), Some(name));
        }
        assert_eq!(group("🚀"), None);
        assert_eq!(owner("Direct Tasks (Owner: Claude)"), Some("Claude"));
        assert_eq!(owner("Direct Tasks (Owner"), None);
    }
}
