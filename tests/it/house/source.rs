//! Rust source as the checks of the house look at it: code without comments and texts, and the paths that it names.
//!
//! Not here: what is allowed (`house`). This reads tokens, not meaning: a path is found where it is written out
//! from `crate` or `super`, which is how one room names another.

use std::collections::BTreeSet;

/// One file of source.
pub struct Source {
    /// Its path from the top of the project, with `/`.
    pub file: String,
    /// What stands in it.
    pub text: String,
    /// The same without comments, and with nothing inside of texts; every line is where it was.
    pub code: String,
    tokens: Vec<Token>,
    /// Whether the whole file is for tests, by what declares it.
    for_tests: bool,
}

/// A path that the code names, from the root of the crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    pub line: usize,
    pub path: String,
    /// Whether it stands in code that only tests see.
    pub in_tests: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
    in_tests: bool,
}

impl Source {
    pub fn new(file: &str, text: &str) -> Self {
        let code = without_comments(text);
        let mut tokens = tokens(&code);
        mark_tests(&mut tokens);
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            code,
            tokens,
            for_tests: false,
        }
    }

    /// Whether only tests see the file.
    pub fn is_for_tests(&self) -> bool {
        self.for_tests
    }

    /// Marks the files that others of these declare for tests only.
    pub fn mark_test_files(sources: &mut [Self]) {
        let modules: Vec<String> = sources.iter().flat_map(Self::test_modules).collect();
        for source in sources {
            let module = source.module();
            source.for_tests = modules.iter().any(|test| is_below(&module, test));
        }
    }

    /// The module that the file is: `core::id` for `src/core/values/id.rs`, `main` for the program, nothing for the library's root.
    pub fn module(&self) -> String {
        let inside = self.file.trim_start_matches("src/");
        let name = inside.trim_end_matches(".rs").trim_end_matches("/mod");
        match name {
            "lib" => String::new(),
            name => name.replace('/', "::"),
        }
    }

    /// The lines outside of tests, each with its number.
    pub fn lines_outside_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests: BTreeSet<usize> = self
            .tokens
            .iter()
            .filter(|token| token.in_tests)
            .map(|token| token.line)
            .collect();
        let lines = self
            .code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line));
        lines.filter(move |(number, _)| !tests.contains(number))
    }

    /// The modules in files of their own that only tests see.
    fn test_modules(&self) -> Vec<String> {
        let words: Vec<&str> = self
            .tokens
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        let declared = words.windows(3).enumerate().filter(|(at, window)| {
            window[0] == "mod" && window[2] == ";" && self.tokens[*at].in_tests
        });
        declared
            .map(|(_, window)| join(&self.module(), window[1]))
            .collect()
    }

    /// Every path that starts with `crate` or `super`, written out in full.
    pub fn paths(&self) -> Vec<Named> {
        let mut reader = Reader::of(&self.tokens);
        reader.read(&self.module());
        reader.found
    }

    /// What the module passes on under its own name: (`store::Error`, `store::error::Error`).
    pub fn re_exports(&self) -> Vec<(String, String)> {
        let module = self.module();
        let mut reader = Reader::of(&self.tokens);
        while reader.at < self.tokens.len() {
            let passes_on = reader.word(0) == "pub" && reader.word(1) == "use";
            reader.at += if passes_on { 2 } else { 1 };
            if passes_on && reader.word(0) == "self" {
                reader.at += 2;
            }
            if passes_on && reader.word(0) != "crate" && reader.word(0) != "super" {
                reader.tree(&module);
            }
        }
        let name = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
        let passed = reader.found.into_iter().map(|named| named.path);
        passed
            .map(|path| (join(&module, &name(&path)), path))
            .collect()
    }

    /// The lines outside of tests in which `name` stands: the same signs in a row, or a path that begins so.
    pub fn lines_that_name(&self, name: &str) -> BTreeSet<usize> {
        let wanted: Vec<String> = tokens(name).into_iter().map(|token| token.text).collect();
        let is_here = |window: &&[Token]| {
            window.iter().map(|token| &token.text).eq(&wanted) && !window[0].in_tests
        };
        let written = self
            .tokens
            .windows(wanted.len())
            .filter(is_here)
            .map(|window| window[0].line);
        let mut reader = Reader::of(&self.tokens);
        reader.read_foreign();
        let paths = reader
            .found
            .into_iter()
            .filter(|named| !named.in_tests && is_below(&named.path, name));
        written.chain(paths.map(|named| named.line)).collect()
    }
}

/// Whether a path is `module` or leads below it.
pub fn is_below(path: &str, module: &str) -> bool {
    let rest = path.strip_prefix(module);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Vec<Named>,
}

impl<'a> Reader<'a> {
    fn of(tokens: &'a [Token]) -> Self {
        Self {
            tokens,
            at: 0,
            found: Vec::new(),
        }
    }

    /// Reads the paths in `use` of other crates.
    fn read_foreign(&mut self) {
        while self.at < self.tokens.len() {
            let is_use = self.word(0) == "use";
            self.at += 1;
            if is_use && self.word(0) != "crate" && self.word(0) != "super" {
                self.tree("");
            }
        }
    }

    /// Reads to the end of the module or file.
    fn read(&mut self, module: &str) {
        let mut depth = 0;
        while let Some(token) = self.tokens.get(self.at) {
            match token.text.as_str() {
                "{" => depth += 1,
                "}" if depth == 0 => return,
                "}" => depth -= 1,
                "mod" if self.word(2) == "{" => {
                    let inner = join(module, self.word(1));
                    self.at += 3;
                    self.read(&inner);
                }
                "crate" if self.word(1) == "::" => {
                    self.at += 2;
                    self.tree("");
                    continue;
                }
                "super" if self.word(1) == "::" => {
                    let start = self.climb(module);
                    self.tree(&start);
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Follows `super::super::` up and returns the module it ends in.
    fn climb(&mut self, module: &str) -> String {
        let mut module = module;
        while self.word(0) == "super" && self.word(1) == "::" {
            module = module.rsplit_once("::").map_or("", |(above, _)| above);
            self.at += 2;
        }
        module.to_owned()
    }

    /// Reads what follows a `::`: one name, or a tree of names in braces.
    fn tree(&mut self, start: &str) {
        if self.word(0) != "{" {
            return self.branch(start);
        }
        self.at += 1;
        while !matches!(self.word(0), "}" | "") {
            self.branch(start);
            while !matches!(self.word(0), "," | "}" | "") {
                self.at += 1;
            }
            if self.word(0) == "," {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn branch(&mut self, start: &str) {
        let name = self.word(0).to_owned();
        let path = match name.as_str() {
            "*" | "self" => start.to_owned(),
            "super" => start
                .rsplit_once("::")
                .map_or("", |(above, _)| above)
                .to_owned(),
            name if is_word(name) => join(start, name),
            _ => return self.note(start.to_owned()),
        };
        let goes_on = self.word(1) == "::"
            && (self.word(2) == "{" || self.word(2) == "*" || is_word(self.word(2)));
        if goes_on {
            self.at += 2;
            return self.tree(&path);
        }
        self.note(path);
        self.at += 1;
    }

    fn note(&mut self, path: String) {
        if let Some(token) = self.tokens.get(self.at) {
            self.found.push(Named {
                line: token.line,
                path,
                in_tests: token.in_tests,
            });
        }
    }

    fn word(&self, ahead: usize) -> &str {
        self.tokens
            .get(self.at + ahead)
            .map_or("", |token| token.text.as_str())
    }
}

fn join(module: &str, name: &str) -> String {
    match module {
        "" => name.to_owned(),
        module => format!("{module}::{name}"),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Words, `::`, and every other sign by itself.
fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let is_part = |c: char| c.is_alphanumeric() || c == '_';
            let length = match first {
                c if is_part(c) => rest.find(|c| !is_part(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            let (text, after) = rest.split_at(length);
            if !first.is_whitespace() {
                tokens.push(Token {
                    text: text.to_owned(),
                    line: index + 1,
                    in_tests: false,
                });
            }
            rest = after;
        }
    }
    tokens
}

/// Marks every item under `#[cfg(test)]` or `#[test]`, from the attribute to the item's end.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let end = match attribute(tokens, at) {
            Some(words) if words == "cfg(test)" || words == "test" => end_of_item(tokens, at),
            _ => at,
        };
        for token in &mut tokens[at..end] {
            token.in_tests = true;
        }
        at = end.max(at + 1);
    }
}

/// The words of the outer attribute that begins here.
fn attribute(tokens: &[Token], at: usize) -> Option<String> {
    let begins = tokens.get(at)?.text == "#" && tokens.get(at + 1)?.text == "[";
    let words = tokens.iter().skip(at + 2).map(|token| token.text.as_str());
    begins.then(|| words.take_while(|word| *word != "]").collect())
}

/// Where the item ends that begins here: behind its `;`, or behind the brace that closes its body.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Blanks comments, and what stands between the quotes of texts and characters.
pub fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kept, hidden) = match first {
            '/' if rest.starts_with("//") => (0, line_comment(rest)),
            '/' if rest.starts_with("/*") => (0, block_comment(rest)),
            '"' => (0, quoted(rest)),
            'r' | 'b' | 'c' if !ends_in_word(&code) => match prefixed(rest) {
                Some(length) => (0, length),
                None => (1, 0),
            },
            '\'' => character(rest).map_or((1, 0), |length| (0, length)),
            other => (other.len_utf8(), 0),
        };
        let (now, after) = rest.split_at(kept + hidden);
        code.push_str(&now[..kept]);
        code.extend(
            now[kept..]
                .chars()
                .map(|c| if c == '\n' { '\n' } else { ' ' }),
        );
        rest = after;
    }
    code
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|last: char| last.is_alphanumeric() || last == '_')
}

fn line_comment(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let step = match () {
            () if rest.starts_with("/*") => {
                depth += 1;
                2
            }
            () if rest.starts_with("*/") => {
                depth -= 1;
                2
            }
            () => rest.chars().next().map_or(1, char::len_utf8),
        };
        at += step;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of a text in quotes, escapes understood.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`, `b'…'`, if one begins here.
fn prefixed(text: &str) -> Option<usize> {
    let letters = text.len() - text.trim_start_matches(['b', 'c', 'r']).len();
    let (prefix, rest) = text.split_at(letters.min(2));
    if prefix == "b" && rest.starts_with('\'') {
        return character(rest).map(|length| 1 + length);
    }
    if !prefix.ends_with('r') {
        return rest.starts_with('"').then(|| prefix.len() + quoted(rest));
    }
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let open = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let inside = open.find(&close).map_or(open.len(), |at| at + close.len());
    Some(prefix.len() + hashes + 1 + inside)
}

/// The length of a character in quotes; none if the quote begins a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut inside = text.chars().skip(1);
    match (inside.next()?, inside.next()?) {
        ('\\', escaped) => {
            let start = 2 + escaped.len_utf8();
            Some(start + text[start..].find('\'')? + 1)
        }
        (only, '\'') => Some(2 + only.len_utf8()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let source = Source::new("src/store/refs/files.rs", text);
        source.paths().into_iter().map(|named| named.path).collect()
    }

    #[test]
    fn comments_and_texts_are_no_code() {
        for (text, code) in [
            ("a // crate::cli\nb", "a \nb"),
            ("a /* x /* y */ z */ b", "a b"),
            (r#"a "crate::cli \" x" b"#, "a b"),
            (r##"a r#"x " y"# b"##, "a b"),
            ("a b\"x\" b'\\'' c", "a c"),
            ("x<'a>('\"', '{') y", "x<'a>(, ) y"),
            ("'\\u{7f}' y", "y"),
            ("number\"x\" bar", "number bar"),
        ] {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let blanked = without_comments(text);
            assert_eq!(
                words(&blanked).replace(" ,", ",").replace("' ", ""),
                words(code),
                "{text}"
            );
            assert_eq!(blanked.lines().count(), text.lines().count());
        }
    }

    #[test]
    fn paths_are_written_out_through_braces_and_supers() {
        assert_eq!(
            paths("use crate::core::id::ActorName;"),
            ["core::id::ActorName"]
        );
        assert_eq!(
            paths("use crate::{cli, core::{self, id::{Oid as X, *}}, store};"),
            ["cli", "core", "core::id::Oid", "core::values::id", "store"]
        );
        assert_eq!(
            paths("use super::{Error, super::git};"),
            ["store::refs::Error", "store::git"]
        );
        assert_eq!(
            paths("fn f(x: super::super::lock::Lock) {}"),
            ["store::lock::Lock"]
        );
        assert_eq!(
            paths("let x = crate::core::id::parse::<u8>();"),
            ["core::id::parse"]
        );
        assert_eq!(paths("pub(super) fn f() {} pub(crate) struct S;"), [""; 0]);
    }

    #[test]
    fn a_super_inside_of_a_module_starts_there() {
        let text = "mod tests { use super::*; mod deep { use super::super::x; } } use super::y;";
        assert_eq!(
            paths(text),
            [
                "store::refs::files",
                "store::refs::files::x",
                "store::refs::y"
            ]
        );
    }

    #[test]
    fn code_under_cfg_test_is_told_apart() {
        let text = "\
fn a() {
    one.unwrap();
}
#[cfg(test)]
#[allow(x)]
mod tests {
    fn b() {
        two.unwrap();
    }
}
#[cfg(test)]
pub(crate) mod sample;
mod real;
";
        let source = Source::new("src/core/mod.rs", text);
        let outside: Vec<usize> = source
            .lines_outside_tests()
            .filter(|(_, line)| line.contains("unwrap"))
            .map(|(number, _)| number)
            .collect();
        assert_eq!(outside, [2]);
        assert_eq!(source.test_modules(), ["core::sample"]);
    }

    #[test]
    fn the_name_of_a_module_follows_from_its_file() {
        for (file, module) in [
            ("src/lib.rs", ""),
            ("src/main.rs", "main"),
            ("src/core/mod.rs", "core"),
            ("src/core/values/id.rs", "core::values::id"),
            ("src/store/git/mod.rs", "store::git"),
        ] {
            assert_eq!(Source::new(file, "").module(), module);
        }
    }
}
