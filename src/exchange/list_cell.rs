//! A list in one cell of a table: its items between separators. A separator inside an item has a backslash before it.
//!
//! Not here: lists of names, which cannot contain a separator (`words`).

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
    let mut rest = item.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        let is_edge = escaped.is_empty() || next.is_none();
        let needs = match c {
            '\\' => next.is_none_or(|next| is_special(next, separators)),
            c if c.is_whitespace() => is_edge,
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
    let mut items = Vec::new();
    // An item, and the length up to its last character that is not a space around it.
    let (mut item, mut end) = (String::new(), 0);
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        if c == '\\'
            && let Some(next) = next.filter(|next| is_special(*next, separators))
        {
            rest.next();
            item.push(next);
            end = item.len();
        } else if separators.contains(&c) {
            item.truncate(end);
            items.push(std::mem::take(&mut item));
            end = 0;
        } else if !(c.is_whitespace() && item.is_empty()) {
            item.push(c);
            end = if c.is_whitespace() { end } else { item.len() };
        }
    }
    item.truncate(end);
    items.push(item);
    items.retain(|item| !item.is_empty());
    items
}

/// Whether a backslash before a character is not part of the item.
fn is_special(c: char, separators: &[char]) -> bool {
    c == '\\' || c.is_whitespace() || separators.contains(&c)
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
        assert_eq!(join(["no key, ask; wait"], &[';']), "no key, ask\\; wait");
    }

    proptest! {
        #[test]
        fn a_joined_list_splits_into_its_items(items in prop::collection::vec("[a,; \\\\\n]{1,6}", 0..5)) {
            for separators in [BOTH, &[';']] {
                let cell = join(items.iter().map(String::as_str), separators);
                prop_assert_eq!(&split(&cell, separators), &items, "{}", cell);
            }
        }
    }
}
