//! A list in one cell of a table: its items between separators. A separator inside an item has a backslash before it, or is
//! between braces, as in `src/{a,b}.rs`.
//!
//! Not here: lists of names, which cannot contain a separator (`words`).

use std::collections::HashSet;

/// What separates the paths and labels in a cell. Exports write the first.
pub(super) const ITEMS: &[char] = &[';', ','];
/// What separates the reasons in a cell; they are sentences with commas.
pub(super) const REASONS: &[char] = &[';'];

/// The cell with these items. It separates them by the first separator and a space.
pub(super) fn join<'t>(items: impl IntoIterator<Item = &'t str>, separators: &[char]) -> String {
    let first: String = separators.iter().take(1).chain(&[' ']).collect();
    let items: Vec<String> = items
        .into_iter()
        .map(|it| escaped(it, separators))
        .collect();
    items.join(&first)
}

fn escaped(item: &str, separators: &[char]) -> String {
    let mut escaped = String::new();
    let opening = opening(item.chars());
    let mut rest = item.chars().enumerate();
    while let Some((at, c)) = rest.next() {
        let next = rest.clone().next().map(|(_, next)| next);
        let is_edge = escaped.is_empty() || next.is_none();
        let needs = match c {
            '\\' => next.is_none_or(|next| is_special(next, separators)),
            c if c.is_whitespace() => is_edge,
            // It would take the items behind it for its own.
            '{' => !opening.contains(&at),
            c => separators.contains(&c),
        };
        if needs {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The items of a cell without the spaces around them. Blank items are left out.
pub(super) fn split(cell: &str, separators: &[char]) -> Vec<String> {
    // Each with whether a backslash was before it.
    let mut characters = Vec::new();
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        let special = rest
            .clone()
            .next()
            .filter(|next| is_special(*next, separators));
        match special.filter(|_| c == '\\') {
            Some(next) => {
                rest.next();
                characters.push((next, true));
            }
            None => characters.push((c, false)),
        }
    }
    let plain = |(c, is_escaped): &(char, bool)| if *is_escaped { ' ' } else { *c };
    let opening = opening(characters.iter().map(plain));
    let mut items = Vec::new();
    // An item, and the length up to its last character that is not a space around it.
    let (mut item, mut end) = (String::new(), 0);
    let mut depth = 0;
    for (at, (c, is_escaped)) in characters.into_iter().enumerate() {
        match c {
            '{' if opening.contains(&at) => depth += 1,
            '}' if depth > 0 => depth -= 1,
            _ => {}
        }
        let is_space = c.is_whitespace() && !is_escaped;
        if separators.contains(&c) && !is_escaped && depth == 0 {
            item.truncate(end);
            items.push(std::mem::take(&mut item));
            end = 0;
        } else if !(is_space && item.is_empty()) {
            item.push(c);
            end = if is_space { end } else { item.len() };
        }
    }
    item.truncate(end);
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}

/// The places of the braces that begin a pair.
fn opening(characters: impl Iterator<Item = char>) -> HashSet<usize> {
    let (mut open, mut closed) = (Vec::new(), HashSet::new());
    for (at, c) in characters.enumerate() {
        match c {
            '{' => open.push(at),
            '}' => closed.extend(open.pop()),
            _ => {}
        }
    }
    closed
}

/// Whether a backslash before a character is not part of the item.
fn is_special(c: char, separators: &[char]) -> bool {
    matches!(c, '\\' | '{') || c.is_whitespace() || separators.contains(&c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOTH: &[char] = &[',', ';'];

    #[test]
    fn separators_inside_an_item_are_escaped() {
        assert_eq!(
            join(["src/{a,b}.rs", "C:\\x"], BOTH),
            "src/{a\\,b}.rs, C:\\x"
        );
        assert_eq!(
            split("src/{a\\,b}.rs, C:\\x;; y ,", BOTH),
            ["src/{a,b}.rs", "C:\\x", "y"]
        );
        assert_eq!(
            split("src/{a,{b;c}}.rs, d{e, f}, {", BOTH),
            ["src/{a,{b;c}}.rs", "d{e, f}", "{"]
        );
        assert_eq!(split("{a, b", BOTH), ["{a", "b"]);
        assert_eq!(join(["no key, ask; wait"], &[';']), "no key, ask\\; wait");
    }

    proptest! {
        #[test]
        fn a_joined_list_splits_into_its_items(items in prop::collection::vec("[a,; {}\\\\\n]{1,6}", 0..5)) {
            for separators in [BOTH, &[';']] {
                let cell = join(items.iter().map(String::as_str), separators);
                prop_assert_eq!(&split(&cell, separators), &items, "{}", cell);
            }
        }
    }
}
