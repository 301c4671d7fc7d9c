//! The two tables of docs/architecture.md as rules: who may use whom, and what is named in one room only.
//!
//! Not here: how code is read (`source`), and which files there are (`house`).

use super::source::{Source, is_below};

/// Which room may use which.
pub struct Layers {
    rooms: Vec<Room>,
}

struct Room {
    /// The modules that it consists of; those of one room may use each other.
    modules: Vec<String>,
    /// The modules that it may use, with all that is below them.
    uses: Vec<String>,
}

/// Names that stand in some rooms only.
pub struct OnlyIn {
    names: Vec<(String, Vec<String>)>,
}

impl Layers {
    /// Reads the table `| room | may use | … |`. A row may begin with a name and a colon, and be used by that name.
    pub fn of(document: &str) -> Self {
        let rows = table(document, "room", "may use");
        let named = rows
            .iter()
            .filter_map(|(room, _)| room.split_once(':').filter(|(name, _)| !name.contains('`')));
        let named: Vec<(&str, Vec<String>)> = named
            .map(|(name, modules)| (name, spans(modules)))
            .collect();
        let by_name = |cell: &str| -> Vec<String> {
            let used = named
                .iter()
                .filter(|(name, _)| cell.split(", ").any(|word| word == *name));
            used.flat_map(|(_, modules)| modules.clone()).collect()
        };
        let rooms = rows.iter().map(|(room, uses)| Room {
            modules: spans(room),
            uses: [spans(uses), by_name(uses)].concat(),
        });
        Self {
            rooms: rooms.collect(),
        }
    }

    /// Every arrow that turns back, and every module without a room.
    pub fn check(&self, sources: &[Source]) -> Vec<String> {
        let aliases: Vec<(String, String)> = sources.iter().flat_map(Source::re_exports).collect();
        sources
            .iter()
            .flat_map(|source| self.check_file(source, &aliases))
            .collect()
    }

    /// Rooms of the table that no source is in.
    pub fn empty_rooms(&self, sources: &[Source]) -> Vec<String> {
        let modules: Vec<String> = sources.iter().map(Source::module).collect();
        let named = self
            .rooms
            .iter()
            .flat_map(|room| room.modules.iter().chain(&room.uses));
        let empty = named.filter(|named| !modules.contains(named));
        empty
            .map(|named| format!("there is no module '{named}'"))
            .collect()
    }

    fn check_file(&self, source: &Source, aliases: &[(String, String)]) -> Vec<String> {
        let module = source.module();
        if module.is_empty() || source.is_for_tests() || self.is_hall(&module) {
            return Vec::new();
        }
        let Some(room) = self.room_of(&module) else {
            return vec![format!(
                "{}: '{module}' is in no room of the table",
                source.file
            )];
        };
        let outward = source.paths().into_iter().filter(|named| !named.in_tests);
        let resolved = outward.map(|named| (named.line, resolve(&named.path, aliases)));
        let wrong = resolved.filter(|(_, path)| {
            !room.may_use(path) && !is_below(&module, path) && !self.is_of_a_hall(path)
        });
        wrong
            .map(|(line, path)| format!("{}:{line}: '{module}' may not use '{path}'", source.file))
            .collect()
    }

    fn room_of(&self, path: &str) -> Option<&Room> {
        let fitting = self.rooms.iter().flat_map(|room| {
            let modules = room.modules.iter().filter(|module| is_below(path, module));
            modules.map(move |module| (module.len(), room))
        });
        fitting
            .max_by_key(|(length, _)| *length)
            .map(|(_, room)| room)
    }

    /// Whether the module only leads to rooms: it has none itself, but those below it have.
    fn is_hall(&self, module: &str) -> bool {
        let below = |room: &Room| room.modules.iter().any(|own| is_below(own, module));
        self.room_of(module).is_none() && self.rooms.iter().any(below)
    }

    /// Whether this is something that stands in a hall itself, such as a constant for all its rooms.
    fn is_of_a_hall(&self, path: &str) -> bool {
        let parent = path.rsplit_once("::").map_or("", |(parent, _)| parent);
        let is_module = path
            .rsplit("::")
            .next()
            .is_some_and(|last| last.starts_with(char::is_lowercase));
        !is_module && self.is_hall(parent)
    }
}

impl Room {
    fn may_use(&self, path: &str) -> bool {
        let mut open = self.modules.iter().chain(&self.uses);
        open.any(|module| is_below(path, module))
    }
}

impl OnlyIn {
    /// Reads the table `| name | only in | … |`.
    pub fn of(document: &str) -> Self {
        let rows = table(document, "name", "only in").into_iter();
        let names = rows.flat_map(|(names, rooms)| {
            spans(&names)
                .into_iter()
                .map(move |name| (name, spans(&rooms)))
        });
        Self {
            names: names.collect(),
        }
    }

    /// Every name that stands in a room that is not its own, tests aside.
    pub fn check(&self, sources: &[Source]) -> Vec<String> {
        let mut findings = Vec::new();
        for source in sources.iter().filter(|source| !source.is_for_tests()) {
            let module = source.module();
            let foreign = self
                .names
                .iter()
                .filter(|(_, rooms)| !rooms.iter().any(|room| is_below(&module, room)));
            for (name, _) in foreign {
                let lines = source.lines_that_name(name).into_iter();
                findings.extend(
                    lines.map(|line| {
                        format!("{}:{line}: '{name}' does not belong here", source.file)
                    }),
                );
            }
        }
        findings
    }
}

/// What a path through re-exports really names.
fn resolve(path: &str, aliases: &[(String, String)]) -> String {
    let alias = aliases.iter().find(|(alias, _)| is_below(path, alias));
    match alias {
        Some((alias, real)) => format!("{real}{}", &path[alias.len()..]),
        None => path.to_owned(),
    }
}

/// The first two columns of the table with these headings.
fn table(document: &str, first: &str, second: &str) -> Vec<(String, String)> {
    let cells = |line: &str| -> Vec<String> {
        let inside = line.trim().trim_matches('|');
        inside
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let lines = document
        .lines()
        .skip_while(|line| !cells(line).starts_with(&[first.to_owned(), second.to_owned()]));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| match cells(row).as_slice() {
        [first, second, ..] => (first.clone(), second.clone()),
        _ => panic!("a row with one cell: {row}"),
    })
    .collect()
}

/// What stands in backticks.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
text

| room | may use | what |
|---|---|---|
| words: `core::id`, `core::text` | | x |
| `core::event` | `core::id` | x |
| `core::state` | words, `core::event` | x |
| `store` | `core` | x |
| `store::git` | `store::error` | x |
| `store::error` | | x |

| name | only in |
|---|---|
| `gix` | `store::git` |
| `std::fs`, `println!` | `store` |
";

    fn layers(file: &str, text: &str) -> Vec<String> {
        let exports = Source::new(
            "src/store/mod.rs",
            "pub use error::Error; pub use self::{ledger::Ledger};",
        );
        let found = Layers::of(DOCUMENT).check(&[exports, Source::new(file, text)]);
        found
            .iter()
            .map(|line| line.rsplit_once(": ").unwrap().1.to_owned())
            .collect()
    }

    #[test]
    fn arrows_that_turn_back_are_found() {
        assert_eq!(
            layers("src/core/state/mod.rs", "use crate::store::ledger;"),
            ["'core::state' may not use 'store::ledger'"]
        );
        assert_eq!(
            layers("src/core/id.rs", "use super::{text, state::State};"),
            ["'core::id' may not use 'core::state::State'"]
        );
        assert_eq!(
            layers("src/store/git/id.rs", "use crate::store::Ledger;"),
            ["'store::git::id' may not use 'store::ledger::Ledger'"]
        );
    }

    #[test]
    fn arrows_that_the_table_has_are_let_through() {
        for (file, text) in [
            (
                "src/core/id.rs",
                "use crate::core::text::Text; use super::text;",
            ),
            (
                "src/core/state/task.rs",
                "use super::super::id; use super::State; use crate::core::state::Name;",
            ),
            (
                "src/store/ledger.rs",
                "use crate::core::state; use super::git;",
            ),
            (
                "src/store/git/id.rs",
                "use crate::store::Error; pub(in crate::store) fn f() {}",
            ),
            (
                "src/core/id.rs",
                "#[cfg(test)] mod tests { use crate::store::Ledger; }",
            ),
            ("src/core/id.rs", "// crate::store::Ledger"),
        ] {
            assert_eq!(layers(file, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_module_without_a_room_is_found() {
        assert_eq!(
            layers("src/core/new.rs", ""),
            ["'core::new' is in no room of the table"]
        );
    }

    #[test]
    fn a_room_without_a_module_is_found() {
        let source = |file: &str| Source::new(file, "");
        let all = [
            "core/mod",
            "core/id",
            "core/text",
            "core/event",
            "core/state/mod",
            "store/mod",
            "store/error",
        ];
        let mut sources: Vec<Source> = all
            .iter()
            .map(|name| source(&format!("src/{name}.rs")))
            .collect();
        assert_eq!(
            Layers::of(DOCUMENT).empty_rooms(&sources),
            ["there is no module 'store::git'"]
        );
        sources.push(source("src/store/git/mod.rs"));
        assert_eq!(Layers::of(DOCUMENT).empty_rooms(&sources), [""; 0]);
    }

    #[test]
    fn names_out_of_their_room_are_found() {
        let found = |file: &str, text: &str| OnlyIn::of(DOCUMENT).check(&[Source::new(file, text)]);
        assert_eq!(
            found("src/store/refs.rs", "fn f() {\n gix::open() }"),
            ["src/store/refs.rs:2: 'gix' does not belong here"]
        );
        for text in [
            "use std::{io, fs::File};",
            "std::fs::read()",
            "println!(\"x\")",
        ] {
            assert_eq!(found("src/core/id.rs", text).len(), 1, "{text}");
            assert_eq!(found("src/store/lock.rs", text), [""; 0], "{text}");
        }
        for text in [
            "// gix",
            "\"gix\"",
            "let gix_like = 1;",
            "eprintln!()",
            "#[cfg(test)] mod tests { use gix; }",
        ] {
            assert_eq!(found("src/core/id.rs", text), [""; 0], "{text}");
        }
    }
}
