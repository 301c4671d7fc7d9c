//! The two tables of docs/architecture.md as rules: who may use whom, and what is named in one room only.
//!
//! Not here: how code is read (`source`), where a path leads (`names`), and which files there are (`house`).

use std::collections::BTreeSet;

use super::{
    names::{Target, Use},
    source::{Kind, Source, is_below, join},
};

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

/// Names that only some rooms may use.
pub struct OnlyIn {
    names: Vec<(String, Vec<String>)>,
}

impl Layers {
    /// Reads the table `| room | may use | … |`.
    pub fn of(document: &str) -> Self {
        let rows = table(document, "room", "may use").into_iter();
        let rooms = rows.map(|(modules, uses)| Room {
            modules: spans(&modules),
            uses: spans(&uses),
        });
        Self {
            rooms: rooms.collect(),
        }
    }

    /// What makes the table too large: more rows than `rooms_max`, and rows that use more than `used_max` rooms.
    pub fn too_large(&self, rooms_max: usize, used_max: usize) -> Vec<String> {
        let (rooms, mut findings) = (self.rooms.len(), Vec::new());
        if rooms > rooms_max {
            findings.push(format!("the table has {rooms} rows, more than {rooms_max}"));
        }
        for room in &self.rooms {
            let (name, used) = (room.modules.join(", "), room.uses.len());
            if used > used_max {
                findings.push(format!("'{name}' uses {used} rooms, more than {used_max}"));
            }
        }
        findings
    }

    /// Every arrow that turns back.
    pub fn check(&self, uses: &[Use]) -> Vec<String> {
        let wrong = uses.iter().filter_map(|found| {
            let module = &found.source.module;
            let room = self.room_of(module)?;
            let path = match &found.target {
                Target::Module(used) if !is_below(module, used) => used.clone(),
                // An item of a hall is for all its rooms.
                Target::Item(module, name) if !self.is_hall(module) => join(module, name),
                _ => return None,
            };
            (!room.may_use(&path)).then(|| {
                let (file, line) = (&found.source.file, found.line);
                format!("{file}:{line}: '{module}' may not use '{path}'")
            })
        });
        wrong.collect()
    }

    /// Modules that are in no room of the table.
    pub fn homeless(&self, sources: &[Source]) -> Vec<String> {
        let program = sources.iter().filter(|source| !source.is_for_tests);
        let modules = program.map(|source| &source.module);
        let homeless = modules.filter(|module| {
            !module.is_empty() && !self.is_hall(module) && self.room_of(module).is_none()
        });
        homeless
            .map(|module| format!("'{module}' is in no room of the table"))
            .collect()
    }

    /// Rooms of the table that no source is in.
    pub fn empty_rooms(&self, sources: &[Source]) -> Vec<String> {
        let modules: Vec<&str> = sources
            .iter()
            .map(|source| source.module.as_str())
            .collect();
        let named = self
            .rooms
            .iter()
            .flat_map(|room| room.modules.iter().chain(&room.uses));
        let empty = named.filter(|named| !modules.contains(&named.as_str()));
        empty
            .map(|named| format!("there is no module '{named}'"))
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

    /// Every use of a name in another room than its own, outside of tests.
    pub fn check(&self, uses: &[Use]) -> BTreeSet<String> {
        let mut findings = BTreeSet::new();
        for found in uses {
            let (file, line) = (&found.source.file, found.line);
            let is_open = |room: &String| is_below(&found.source.module, room);
            let named = self.names.iter().filter(|(name, _)| is_named(name, found));
            for (name, _) in named.filter(|(_, rooms)| !rooms.iter().any(is_open)) {
                findings.insert(format!("{file}:{line}: '{name}' does not belong here"));
            }
        }
        findings
    }
}

/// Whether something foreign goes by `name`: `a::b` anywhere in its path, `a::` at its start, `a()` at its end, or the
/// macro `a!`.
fn is_named(name: &str, found: &Use) -> bool {
    let Target::Foreign(path) = &found.target else {
        return false;
    };
    let bare = name.trim_end_matches(['!', '(', ')', ':']);
    let wanted: Vec<&str> = bare.split("::").collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match &name[bare.len()..] {
        "!" => *found.kind == Kind::Macro && path.ends_with(&wanted),
        "()" => path.ends_with(&wanted),
        "::" => path.starts_with(&wanted),
        _ => path.windows(wanted.len()).any(|part| part == wanted),
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

/// The texts in backticks.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::names, *};

    const DOCUMENT: &str = "\
text

| room | may use | what |
|---|---|---|
| `core::id`, `core::text` | | x |
| `core::event` | `core::id` | x |
| `core::state` | `core::id`, `core::text`, `core::event` | x |
| `store` | `core` | x |
| `store::git` | `store::error` | x |
| `store::error` | | x |

| name | only in |
|---|---|
| `gix` | `store::git` |
| `std::fs`, `println!`, `stdout()`, `rsa::` | `store` |
";

    fn layers(file: &str, text: &str) -> Vec<String> {
        let all = [
            ("src/core/mod.rs", ""),
            ("src/core/id.rs", ""),
            ("src/core/text.rs", ""),
            ("src/core/state/mod.rs", ""),
            (
                "src/store/mod.rs",
                "pub use error::Error; pub use self::{ledger::Ledger};",
            ),
            ("src/store/error.rs", ""),
            ("src/store/git/mod.rs", ""),
            ("src/store/ledger.rs", ""),
        ];
        let others = all.into_iter().filter(|(other, _)| *other != file);
        let sources = Source::all(others.chain([(file, text)]));
        let found = Layers::of(DOCUMENT).check(&names::uses(&sources));
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
            layers(
                "src/core/id.rs",
                "#[serde(with = \"crate::core::state::pairs\")] struct S;"
            ),
            ["'core::id' may not use 'core::state::pairs'"]
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
            ("src/core/id.rs", "use crate::core::VERSION;"),
        ] {
            assert_eq!(layers(file, text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_module_without_a_room_is_found() {
        let files = [
            "src/lib.rs",
            "src/core/mod.rs",
            "src/core/id.rs",
            "src/core/new.rs",
        ];
        let sources = Source::all(files.map(|file| (file, "")));
        assert_eq!(
            Layers::of(DOCUMENT).homeless(&sources),
            ["'core::new' is in no room of the table"]
        );
    }

    #[test]
    fn a_table_that_is_too_large_is_found() {
        let layers = Layers::of(DOCUMENT);
        assert_eq!(layers.too_large(6, 3), [""; 0]);
        let expected = [
            "the table has 6 rows, more than 5",
            "'core::state' uses 3 rooms, more than 2",
        ];
        assert_eq!(layers.too_large(5, 2), expected);
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
        let found = |file: &str, text: &str| {
            let sources = Source::all([(file, text)]);
            Vec::from_iter(OnlyIn::of(DOCUMENT).check(&names::uses(&sources)))
        };
        assert_eq!(
            found("src/store/refs.rs", "fn f() {\n gix::open() }"),
            ["src/store/refs.rs:2: 'gix' does not belong here"]
        );
        for text in [
            "use std::{io, fs::File};",
            "use std::fs; fn f() { fs::read() }",
            "fn f() { std::fs::read() }",
            "fn f() { println!(\"x\") }",
            "fn f() { g!(println!(\"x\")) }",
            "use std::io; fn f() { io::stdout() }",
            "fn f(x: rsa::Key) {}",
        ] {
            assert_eq!(found("src/core/id.rs", text).len(), 1, "{text}");
            assert_eq!(found("src/store/lock.rs", text), [""; 0], "{text}");
        }
        for text in [
            "// gix",
            "const X: &str = \"gix\";",
            "fn f() { let gix_like = 1; let gix = stdout; }",
            "fn f() { eprintln!() }",
            "fn f(x: ssh::rsa::Key) {}",
            "#[cfg(test)] mod tests { use gix; }",
        ] {
            assert_eq!(found("src/core/id.rs", text), [""; 0], "{text}");
        }
    }
}
