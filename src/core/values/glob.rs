//! Globs of files: which paths they name, and whether two of them can name the same file.
//!
//! The language is that of git's `:(glob)` pathspecs (gitglossary(7)): `*` and `?` stay within a name, `[a-z]` and
//! `[!a-z]` are one character, `**` is any number of folders, `\` takes the next character as it is; a glob that names
//! a folder names everything below it. Not here: who holds which globs (`rules`), files on a disk.

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    fmt,
    ops::RangeInclusive,
    str::FromStr,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};

use super::{id::InvalidName, text::Text};

/// The longest glob, in bytes of UTF-8.
pub const GLOB_BYTES_MAX: usize = 400;
/// The most names of a glob, between its slashes.
pub const GLOB_NAMES_MAX: usize = 40;

/// A glob as an actor wrote it: 1 to 400 bytes, at most 40 names. It is parsed once, when it is first compared.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct Glob {
    text: Text,
    pattern: OnceLock<Arc<Pattern>>,
}

impl Glob {
    /// The glob as it was written.
    pub fn text(&self) -> &Text {
        &self.text
    }
    /// The same as a string; show it through `text::visible`.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
    /// The files that it names.
    pub fn pattern(&self) -> &Pattern {
        let parse = || Arc::new(Pattern::new(self.as_str()));
        self.pattern.get_or_init(parse)
    }
    /// Whether it is broad: none of its names is fixed, so that it can name files in every folder, or all of a folder.
    pub fn is_broad(&self) -> bool {
        names(self.as_str()).all(|name| name.contains(['*', '?', '[']))
    }
    /// Whether some file could be named by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.pattern().overlaps(other.pattern())
    }
}

impl TryFrom<Text> for Glob {
    type Error = InvalidName;
    fn try_from(text: Text) -> Result<Self, InvalidName> {
        let why = if text.as_str().len() > GLOB_BYTES_MAX {
            "it is longer than 400 bytes"
        } else if names(text.as_str()).count() > GLOB_NAMES_MAX {
            "it has more than 40 names"
        } else {
            let pattern = OnceLock::new();
            return Ok(Self { text, pattern });
        };
        Err(InvalidName {
            what: "path",
            text: text.as_str().chars().take(40).collect(),
            why,
        })
    }
}

impl FromStr for Glob {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        text.parse::<Text>()?.try_into()
    }
}

impl From<Glob> for Text {
    fn from(glob: Glob) -> Self {
        glob.text
    }
}

impl AsRef<str> for Glob {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// Two globs are equal if they were written alike.
impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl Eq for Glob {}
impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Glob {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}
impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
/// Shown with control characters made visible.
impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

/// A set of files, parsed. Every text is a pattern: a part that git cannot parse (a `[` without its `]`) matches itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    items: Vec<Item<Name>>,
    /// Its names up to the first that has a special character, each with a slash behind it.
    beginning: Box<str>,
    /// How many names these are.
    plain: usize,
    /// The bytes of all its names, each with a slash behind it.
    bytes: usize,
    /// Whether it names no file at all, because it has a class without a character.
    is_empty: bool,
}

/// The pattern of one name between two slashes.
type Name = Vec<Item<Letters>>;

/// A part of a sequence: one thing, or any number of any things.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item<T> {
    One(T),
    Many,
}

/// The characters that can be at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Letters {
    Only(char),
    Any,
    /// In order, without overlaps.
    Among(Vec<RangeInclusive<u32>>),
}

/// Every character of a name: the Unicode scalar values but `/`.
const ALL: [RangeInclusive<u32>; 3] = [0..=0x2e, 0x30..=0xd7ff, 0xe000..=0x10ffff];

impl Pattern {
    /// Reads a glob. Empty names and `.` are passed over, so `./lib//a` is `lib/a`, and `.` names everything.
    fn new(text: &str) -> Self {
        let is_plain = |name: &&str| !name.contains(['*', '?', '[', '\\']);
        let items = names(text).map(|name| match name {
            "**" => Item::Many,
            name => Item::One(read_name(name)),
        });
        // What names a folder names all that is in it.
        let items = items.chain([Item::Many]).collect();
        Self::of(text, items, names(text).take_while(is_plain))
    }
    /// The pattern that names one file and nothing else, whatever characters its path has.
    pub fn of_file(path: &str) -> Self {
        let literal = |name: &str| name.chars().map(|c| Item::One(Letters::Only(c))).collect();
        let items = names(path).map(|name| Item::One(literal(name))).collect();
        Self::of(path, items, names(path))
    }
    /// The pattern that names everything in one folder, whatever characters its path has.
    pub fn of_folder(path: &str) -> Self {
        let mut folder = Self::of_file(path);
        folder.items.push(Item::Many);
        folder
    }
    fn of<'a>(text: &str, items: Vec<Item<Name>>, plain: impl Iterator<Item = &'a str>) -> Self {
        let (mut beginning, mut count) = (String::new(), 0);
        for name in plain {
            beginning.push_str(name);
            beginning.push('/');
            count += 1;
        }
        let no_letter = |part: &Item<Letters>| match part {
            Item::One(Letters::Among(ranges)) => ranges.is_empty(),
            _ => false,
        };
        let is_empty = items.iter().any(|name| match name {
            Item::One(parts) => parts.iter().any(no_letter),
            Item::Many => false,
        });
        Self {
            is_empty,
            items,
            beginning: beginning.into(),
            plain: count,
            bytes: names(text).map(|name| name.len() + 1).sum(),
        }
    }

    /// Its names up to the first that has a special character, each with a slash behind it: every file that it names
    /// begins so.
    pub fn beginning(&self) -> &str {
        &self.beginning
    }
    /// The steps that a comparison takes, as the rules count them: 0 if the beginnings differ, otherwise 1 more than
    /// the product of the bytes behind the shorter beginning (LEDGER_FORMAT.md, 14).
    pub fn steps(&self, other: &Self) -> u64 {
        if self.is_apart_from(other) {
            return 0;
        }
        let shared = self.beginning.len().min(other.beginning.len());
        let behind = |pattern: &Self| (pattern.bytes - shared) as u64;
        1 + behind(self) * behind(other)
    }
    /// Whether some file could be named by both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let shared = self.plain.min(other.plain);
        if self.is_empty || other.is_empty || self.is_apart_from(other) {
            return false;
        }
        let (one, other) = (&self.items[shared..], &other.items[shared..]);
        // Most are apart at one of the names before the first `**`.
        let mut pairs = one.iter().zip(other).map_while(|pair| match pair {
            (Item::One(a), Item::One(b)) => Some((a, b)),
            _ => None,
        });
        pairs.all(|(a, b)| names_meet(a, b)) && meet(one, other, names_meet)
    }
    /// Whether the beginnings alone show that no file is named by both.
    fn is_apart_from(&self, other: &Self) -> bool {
        let (one, other) = (&*self.beginning, &*other.beginning);
        !one.starts_with(other) && !other.starts_with(one)
    }
}

/// Whether two globs, as written, can name the same file.
#[cfg(test)]
pub fn overlap(a: &str, b: &str) -> bool {
    Pattern::new(a).overlaps(&Pattern::new(b))
}

/// Whether a glob names this file.
#[cfg(test)]
pub fn names_file(glob: &str, path: &str) -> bool {
    Pattern::new(glob).overlaps(&Pattern::of_file(path))
}

fn names(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split('/');
    names.filter(|name| !name.is_empty() && *name != ".")
}

/// The most pairs of places of two names for which [`fits`] is faster than [`letters_meet`].
const SHORT: usize = 1024;

/// Whether some name fits both. Most names have no star, and are short.
fn names_meet(a: &Name, b: &Name) -> bool {
    let is_fixed = |name: &Name| !name.contains(&Item::Many);
    let is_short = a.len() * b.len() <= SHORT;
    match (is_fixed(a), is_fixed(b)) {
        (true, other) if other || is_short => fits(a, b),
        (false, true) if is_short => fits(b, a),
        _ => letters_meet(a, b),
    }
}

/// Whether some name fits both `fixed`, which has no star, and `name`: a star takes as few letters as the rest lets it.
fn fits(fixed: &Name, name: &Name) -> bool {
    let (mut i, mut j) = (0, 0);
    // Behind the last star, and how far it reaches.
    let mut star = None;
    while i < fixed.len() {
        match (&fixed[i], name.get(j)) {
            (_, Some(Item::Many)) => {
                j += 1;
                star = Some((i, j));
            }
            (Item::One(a), Some(Item::One(b))) if a.overlap(b) => {
                i += 1;
                j += 1;
            }
            _ => {
                let Some((reach, behind)) = star else {
                    return false;
                };
                star = Some((reach + 1, behind));
                (i, j) = (reach + 1, behind);
            }
        }
    }
    name[j..].iter().all(|item| *item == Item::Many)
}

/// As [`meet`], with the row in the bits of numbers: a name can have hundreds of stars, and most are next to one in the other.
fn letters_meet(a: &Name, b: &Name) -> bool {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let set = |bits: &mut [u64], place: usize| bits[place / 64] |= 1 << (place % 64);
    let empty = || vec![0_u64; b.len() / 64 + 1];
    let (mut row, mut many) = (empty(), empty());
    // Behind `a`, the end of `b` fits, and a star before it.
    set(&mut row, b.len());
    for (place, _) in b
        .iter()
        .enumerate()
        .filter(|(_, item)| **item == Item::Many)
    {
        set(&mut many, place);
        if place + 1 == b.len() {
            set(&mut row, place);
        }
    }
    let places_of = |x: &Letters| {
        let mut fits = empty();
        for (place, item) in b.iter().enumerate() {
            if matches!(item, Item::One(y) if x.overlap(y)) {
                set(&mut fits, place);
            }
        }
        fits
    };
    // Hundreds of stars have few letters between them.
    let mut known: BTreeMap<char, Vec<u64>> = BTreeMap::new();
    for item in a.iter().rev() {
        let Item::One(x) = item else {
            // Every place before one that fits.
            let mut is_before = false;
            for bits in row.iter_mut().rev() {
                let upto = u64::MAX.checked_shr(bits.leading_zeros()).unwrap_or(0);
                *bits = if is_before { u64::MAX } else { upto };
                is_before |= *bits != 0;
            }
            continue;
        };
        let others;
        let fits = match x {
            Letters::Only(letter) => known.entry(*letter).or_insert_with(|| places_of(x)),
            _ => {
                others = places_of(x);
                &others
            }
        };
        // The lowest bits of the number above, where the next place is.
        let (mut old_above, mut one_above, mut any) = (0, 0, 0);
        for ((bits, fits), many) in row.iter_mut().zip(fits).zip(&many).rev() {
            let old = *bits;
            let one = (old >> 1 | old_above << 63) & *fits;
            *bits = one | (old | one >> 1 | one_above << 63) & many;
            (old_above, one_above) = (old & 1, one & 1);
            any |= *bits;
        }
        // No place fits any more.
        if any == 0 {
            return false;
        }
    }
    row[0] & 1 == 1
}

/// Whether some sequence fits both patterns: from the end of both to their beginnings, a row for each place of `a`.
fn meet<T>(a: &[Item<T>], b: &[Item<T>], one: impl Fn(&T, &T) -> bool) -> bool {
    let mut row = vec![false; b.len() + 1];
    for i in (0..=a.len()).rev() {
        // The row holds the places from `i + 1`; the value behind `j` is kept, since it is overwritten.
        let mut behind = false;
        for j in (0..=b.len()).rev() {
            let below = row[j];
            row[j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (None, Some(Item::One(_))) | (Some(Item::One(_)), None) => false,
                (Some(Item::Many), None) => below,
                (None, Some(Item::Many)) => row[j + 1],
                (Some(Item::Many), Some(_)) | (Some(_), Some(Item::Many)) => below || row[j + 1],
                (Some(Item::One(x)), Some(Item::One(y))) => behind && one(x, y),
            };
            behind = below;
        }
    }
    row[0]
}

fn read_name(name: &str) -> Name {
    let mut items: Name = Vec::new();
    let mut rest = name;
    while let Some(letter) = rest.chars().next() {
        let after = &rest[letter.len_utf8()..];
        let (item, left) = match letter {
            '*' => (Item::Many, after),
            '?' => (Item::One(Letters::Any), after),
            '[' => match read_class(after) {
                Some((letters, left)) => (Item::One(letters), left),
                None => (Item::One(Letters::Only('[')), after),
            },
            '\\' => {
                let (letter, left) = escaped(after).unwrap_or(('\\', after));
                (Item::One(Letters::Only(letter)), left)
            }
            letter => (Item::One(Letters::Only(letter)), after),
        };
        // Two stars in a row are one.
        if item != Item::Many || items.last() != Some(&Item::Many) {
            items.push(item);
        }
        rest = left;
    }
    items
}

/// A class behind its `[`, and what follows its `]`; none if it has no end.
fn read_class(text: &str) -> Option<(Letters, &str)> {
    let negated = text.starts_with(['!', '^']);
    let mut rest = if negated { &text[1..] } else { text };
    let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
    loop {
        if let Some(left) = rest.strip_prefix(']').filter(|_| !ranges.is_empty()) {
            let others = all_but(&in_order(ranges));
            // The complement of the complement, since a range may have `/` in its middle.
            let ranges = if negated { others } else { all_but(&others) };
            return Some((Letters::Among(ranges), left));
        }
        let (low, left) = class_letter(rest)?;
        let high = left.strip_prefix('-').filter(|left| !left.starts_with(']'));
        let (high, left) = match high {
            Some(behind) => class_letter(behind)?,
            None => (low, left),
        };
        ranges.push(u32::from(low)..=u32::from(high));
        rest = left;
    }
}

fn class_letter(text: &str) -> Option<(char, &str)> {
    match text.strip_prefix('\\') {
        Some(after) => escaped(after),
        None => escaped(text),
    }
}

/// The first character and the rest.
fn escaped(text: &str) -> Option<(char, &str)> {
    let letter = text.chars().next()?;
    Some((letter, &text[letter.len_utf8()..]))
}

/// The ranges by their beginnings; those that run backwards are empty.
fn in_order(mut ranges: Vec<RangeInclusive<u32>>) -> Vec<RangeInclusive<u32>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| *range.start());
    ranges
}

/// Every character of names that is in none of the ranges, which are in order.
fn all_but(ranges: &[RangeInclusive<u32>]) -> Vec<RangeInclusive<u32>> {
    let mut left = Vec::new();
    for (mut start, end) in ALL.map(RangeInclusive::into_inner) {
        for range in ranges.iter().filter(|range| *range.start() <= end) {
            if let Some(before) = range.start().checked_sub(1) {
                left.push(start..=before);
            }
            start = start.max(range.end() + 1);
        }
        left.push(start..=end);
    }
    left.retain(|range| !range.is_empty());
    left
}

impl Letters {
    fn overlap(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Only(a), Self::Only(b)) => a == b,
            // A class has a character here: a pattern with an empty one overlaps nothing.
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Only(a), Self::Among(ranges)) | (Self::Among(ranges), Self::Only(a)) => {
                ranges.iter().any(|range| range.contains(&u32::from(*a)))
            }
            (Self::Among(a), Self::Among(b)) => a.iter().any(|a| {
                b.iter()
                    .any(|b| a.start() <= b.end() && b.start() <= a.end())
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_glob_that_names_nothing_overlaps_nothing() {
        for empty in ["a[b-a]", "[z-a]x", "lib/[b-a]/*.rs", "*[b-a]*", "**/[b-a]"] {
            for other in [
                empty, "*", "**", "?", "a?", "a*", "[b-a]", "lib/**", "a[b-a]", ".",
            ] {
                assert!(
                    !overlap(empty, other) && !overlap(other, empty),
                    "{empty} {other}"
                );
            }
        }
        assert!(overlap("a[b-ac]", "*"));
    }

    #[test]
    fn a_glob_names_files_as_gits_pathspecs_do() {
        for (glob, inside, outside) in [
            (
                "lib",
                vec!["lib", "lib/a.rs", "lib/b/c.rs"],
                vec!["libs", "a/lib"],
            ),
            ("lib/", vec!["lib/a.rs"], vec!["libs/a.rs"]),
            ("./lib//a.rs", vec!["lib/a.rs"], vec!["lib/b.rs"]),
            (
                "*.rs",
                vec!["a.rs", ".rs", "a.rs/b"],
                vec!["lib/a.rs", "a.rst"],
            ),
            ("**/*.rs", vec!["a.rs", "lib/b/a.rs"], vec!["a.md"]),
            ("lib/**/a", vec!["lib/a", "lib/b/c/a"], vec!["lib/ab"]),
            ("lib/**", vec!["lib/a", "lib/b/c"], vec!["a/lib"]),
            ("a?c", vec!["abc", "aéc"], vec!["ac", "a/c"]),
            ("a**c", vec!["ac", "abbc"], vec!["a/c"]),
            ("[a-c]x", vec!["ax", "cx"], vec!["dx", "x"]),
            ("[!a-c]x", vec!["dx", "éx"], vec!["ax", "/x"]),
            ("[^]a]x", vec!["bx"], vec!["]x", "ax"]),
            ("[]-]x", vec!["]x", "-x"], vec!["ax"]),
            ("[z-a]x", vec![], vec!["zx", "ax", "x"]),
            ("[dac]x", vec!["ax", "cx", "dx"], vec!["bx", "ex"]),
            ("[!c-eb-da]x", vec!["fx"], vec!["ax", "bx", "cx", "ex"]),
            (r"\*.rs", vec!["*.rs"], vec!["a.rs"]),
            (r"[\]]x", vec!["]x"], vec![r"\x"]),
            ("[ab", vec!["[ab"], vec!["a", "b"]),
            (r"a\", vec![r"a\"], vec!["a"]),
            (".", vec!["a", "b/c"], vec![]),
            ("", vec!["a"], vec![]),
            ("../a", vec![], vec!["a"]),
            ("SRC", vec![], vec!["lib"]),
        ] {
            for path in inside {
                assert!(names_file(glob, path), "{glob} {path}");
            }
            for path in outside {
                assert!(!names_file(glob, path), "{glob} {path}");
            }
        }
    }

    #[test]
    fn a_glob_is_broad_if_none_of_its_names_is_fixed() {
        let is_broad = |glob: &str| glob.parse::<Glob>().is_ok_and(|glob| glob.is_broad());
        for glob in ["**", "*", "*/*", "*.rs", "**/*.rs", "[a-z]*", "a?/*", "."] {
            assert!(is_broad(glob), "{glob}");
        }
        for glob in ["src/**", "**/Cargo.toml", "a", "./*/lib", "../*"] {
            assert!(!is_broad(glob), "{glob}");
        }
    }

    #[test]
    fn two_globs_overlap_if_a_file_could_be_named_by_both() {
        for (a, b, expected) in [
            ("lib/*.rs", "lib/a*", true),
            ("lib/*.rs", "lib/*.md", false),
            ("lib/**", "lib/core/id.rs", true),
            ("lib/core", "lib/core/id.rs", true),
            ("**/*.md", "docs", true),
            ("*.md", "docs/*.md", false),
            ("a/*/c", "a/b/*", true),
            ("a/*/c", "a/b/d", false),
            ("[a-m]*", "[n-z]*", false),
            ("[!a]", "a", false),
            ("[!\0-z]", "[\0-z]", false),
            ("[!b]", "[a-c]", true),
            // `/` lies between `.` and `0`.
            ("[.-0]", "[!.0]", false),
            ("[!.0]", "[!.0]", true),
            ("x[0-9]", "x?", true),
            ("*a*b", "b*a", false),
            ("*ab", "a*b", true),
        ] {
            assert_eq!(overlap(a, b), expected, "{a} {b}");
            assert_eq!(overlap(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_glob_is_a_text_of_at_most_400_bytes_and_40_names() {
        let with_names = |count: usize| vec!["a"; count].join("/");
        for (text, is_glob) in [
            ("a".repeat(GLOB_BYTES_MAX), true),
            ("a".repeat(GLOB_BYTES_MAX + 1), false),
            ("a".repeat(GLOB_BYTES_MAX + 2), false),
            (with_names(GLOB_NAMES_MAX), true),
            (with_names(GLOB_NAMES_MAX + 1), false),
            (with_names(GLOB_NAMES_MAX + 2), false),
            // What is passed over is no name.
            ("./".repeat(150) + "a", true),
        ] {
            assert_eq!(text.parse::<Glob>().is_ok(), is_glob, "{text}");
        }
    }

    #[test]
    fn a_glob_is_shown_and_compared_as_it_was_written() {
        let [glob, same, other] = ["lib/*", "lib/*", "./lib/*"].map(|it| it.parse().unwrap());
        let glob: Glob = glob;
        assert_eq!((glob.as_str(), glob.as_ref()), ("lib/*", "lib/*"));
        assert_eq!(glob.text().as_str(), "lib/*");
        assert_eq!(format!("{glob} {glob:?}"), r#"lib/* Text("lib/*")"#);
        assert_eq!(glob, same);
        assert_ne!(glob, other);
        assert_eq!(other.partial_cmp(&glob), Some(Ordering::Less));
        assert!(glob.overlaps(&other));
        assert!(!glob.overlaps(&"docs/*".parse().unwrap()));
        assert_eq!(Text::from(glob).as_str(), "lib/*");
    }

    #[test]
    fn a_comparison_takes_as_many_steps_as_bytes_are_behind_the_shorter_beginning() {
        let pattern = |text| Pattern::new(text);
        let deep = pattern("./lib/core/*.rs");
        assert_eq!(
            (deep.beginning(), deep.plain, deep.bytes),
            ("lib/core/", 2, 14)
        );
        for (a, b, steps) in [
            ("lib/*", "lib/core/a", 1 + 2 * 7),
            ("*", "**", 1 + 2 * 3),
            ("lib", "lib", 1),
            ("lib/*", "docs/*", 0),
            ("lib", "lib/é", 1),
            (".", "lib/*", 1),
        ] {
            assert_eq!(pattern(a).steps(&pattern(b)), steps, "{a} {b}");
            assert_eq!(pattern(b).steps(&pattern(a)), steps, "{b} {a}");
        }
    }

    #[test]
    fn a_long_hostile_glob_is_decided_all_the_same() {
        let stars = "*a".repeat(1000);
        assert!(overlap(&stars, &"a*".repeat(1000)));
        assert!(!overlap(&format!("{stars}b"), &format!("{stars}c")));
    }

    /// The rule as it is stated, for names of `a`, `b` and globs without classes.
    fn fits(glob: &[&str], path: &[&str]) -> bool {
        match (glob.split_first(), path.split_first()) {
            (None, _) => true,
            (Some((&"**", rest)), _) if fits(rest, path) => true,
            (Some((&"**", _)), Some((_, left))) => fits(glob, left),
            (Some((name, rest)), Some((first, left))) => {
                name_fits(name.as_bytes(), first.as_bytes()) && fits(rest, left)
            }
            (Some(_), None) => false,
        }
    }
    fn name_fits(glob: &[u8], name: &[u8]) -> bool {
        match (glob.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) if name_fits(rest, name) => true,
            (Some((b'*', _)), Some((_, left))) => name_fits(glob, left),
            (Some((b'?', rest)), Some((_, left))) => name_fits(rest, left),
            (Some((a, rest)), Some((b, left))) => a == b && name_fits(rest, left),
            _ => false,
        }
    }
    fn every_path() -> Vec<Vec<&'static str>> {
        let names = ["a", "b", "aa", "ab", "ba", "bb", "aab", "abb", "bab"];
        let mut paths: Vec<Vec<&str>> = names.iter().map(|name| vec![*name]).collect();
        for _ in 0..2 {
            let longer = paths.iter().flat_map(|path| {
                let last = names.iter();
                last.map(|name| [&path[..], &[*name]].concat())
            });
            let longer: Vec<_> = longer.collect();
            paths.extend(longer);
        }
        paths
    }
    fn any_glob() -> impl Strategy<Value = String> {
        prop::string::string_regex(r"(\*\*|[ab?*]{1,2})(/(\*\*|[ab?*]{1,2})){0,1}").unwrap()
    }

    /// Names around the 64 places of one number, mostly alike so that many of them meet.
    fn long_name() -> impl Strategy<Value = String> {
        ("[a*]{0,4}", "(a|\\*a|b\\*){20,80}", "[ab*?]{0,4}").prop_map(|(a, b, c)| a + &b + &c)
    }

    proptest! {
        #[test]
        fn globs_name_and_overlap_as_the_rule_says(a in any_glob(), b in any_glob()) {
            let split = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
            let (pa, pb) = (split(&a), split(&b));
            let pa: Vec<&str> = pa.iter().map(String::as_str).collect();
            let pb: Vec<&str> = pb.iter().map(String::as_str).collect();
            let mut common = false;
            for path in every_path() {
                let (in_a, in_b) = (fits(&pa, &path), fits(&pb, &path));
                let joined = path.join("/");
                prop_assert_eq!(names_file(&a, &joined), in_a, "{} {}", a, joined);
                common |= in_a && in_b;
            }
            prop_assert_eq!(overlap(&a, &b), common, "{} {}", a, b);
        }

        #[test]
        fn long_names_meet_as_short_ones_do(a in long_name(), b in long_name()) {
            let (a, b) = (read_name(&a), read_name(&b));
            prop_assert_eq!(letters_meet(&a, &b), meet(&a, &b, Letters::overlap));
        }

        #[test]
        fn any_text_is_a_glob_that_overlaps_the_file_of_no_special_characters(text in "\\PC{0,12}") {
            _ = overlap(&text, "**");
            let plain: String = text.chars().filter(|c| !r"*?[]\/.".contains(*c)).collect();
            if !plain.is_empty() {
                prop_assert!(names_file(&plain, &plain));
            }
        }
    }
}
