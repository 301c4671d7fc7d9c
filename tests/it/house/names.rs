//! Where a path leads: through modules, imports and re-exports to the module that defines the item.
//!
//! Not here: how code is read (`source`). A name that no import brings in is taken for one that its module defines; what
//! a glob brings in is not looked up.

use std::collections::BTreeMap;

use super::source::{Kind, Mention, Source, join};

/// The library's name, by which the program knows its root.
const LIBRARY: &str = "git_coord";

/// A path that one file names outside of tests, and what it leads to.
pub struct Use<'a> {
    pub source: &'a Source,
    pub line: usize,
    pub kind: &'a Kind,
    pub target: Target,
    /// The module whose file has the target; none if it is foreign.
    pub used: Option<&'a str>,
}

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An item of a module.
    Item(String, String),
    Module(String),
    /// Something of another crate, or a name that only a function knows.
    Foreign(Vec<String>),
}

/// Everything that `sources`, which are the whole crate, name outside of tests.
pub fn uses(sources: &[Source]) -> Vec<Use<'_>> {
    let names = Names::of(sources);
    let sources = sources.iter().filter(|source| !source.is_for_tests);
    let mentions =
        sources.flat_map(|source| source.mentions.iter().map(move |mention| (source, mention)));
    let uses = mentions.map(|(source, mention)| {
        let target = names.target(mention);
        Use {
            source,
            line: mention.line,
            kind: &mention.kind,
            used: names.file_of(&target),
            target,
        }
    });
    uses.collect()
}

struct Names<'a> {
    modules: BTreeMap<&'a str, Module<'a>>,
}

struct Module<'a> {
    /// The module whose file has it.
    file: &'a str,
    imports: BTreeMap<&'a str, Vec<&'a [String]>>,
}

impl<'a> Names<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let mut modules = BTreeMap::new();
        for source in sources {
            let own = [&source.module].into_iter();
            for module in own.chain(&source.inline_modules) {
                let (file, imports) = (source.module.as_str(), BTreeMap::new());
                modules.insert(module.as_str(), Module { file, imports });
            }
        }
        for mention in sources.iter().flat_map(|source| &source.mentions) {
            if let Kind::Import { name, .. } = &mention.kind
                && let Some(module) = modules.get_mut(mention.scope.as_str())
            {
                let paths: &mut Vec<_> = module.imports.entry(name).or_default();
                paths.push(mention.path.as_slice());
            }
        }
        Self { modules }
    }

    fn file_of(&self, target: &Target) -> Option<&'a str> {
        match target {
            Target::Item(module, _) | Target::Module(module) => {
                self.modules.get(module.as_str()).map(|module| module.file)
            }
            Target::Foreign(_) => None,
        }
    }

    fn target(&self, mention: &Mention) -> Target {
        let Mention { scope, path, .. } = mention;
        match (
            self.resolve(scope, path, false),
            &mention.kind,
            path.as_slice(),
        ) {
            // A name by itself is never that of a module: an own function may share it.
            (Target::Module(_), Kind::Plain, [name]) => Target::Item(scope.clone(), name.clone()),
            (target, ..) => target,
        }
    }

    /// What a path names in the module `scope`. A module and a function may share a name: the module is meant if
    /// something follows the path.
    fn resolve(&self, scope: &str, path: &[String], goes_on: bool) -> Target {
        let Some((first, rest)) = path.split_first() else {
            return Target::Module(scope.to_owned());
        };
        match first.as_str() {
            "crate" | LIBRARY => self.walk("", rest, goes_on),
            "self" => self.walk(scope, rest, goes_on),
            "super" => {
                let above = scope.rsplit_once("::").map_or("", |(above, _)| above);
                if rest.first().is_some_and(|next| next == "super") {
                    self.resolve(above, rest, goes_on)
                } else {
                    self.walk(above, rest, goes_on)
                }
            }
            name if self.is_module(&join(scope, name)) || !self.imports(scope, name).is_empty() => {
                self.walk(scope, path, goes_on)
            }
            _ => Target::Foreign(path.to_vec()),
        }
    }

    /// Follows a path from the module in which it begins.
    fn walk(&self, module: &str, path: &[String], goes_on: bool) -> Target {
        let Some((name, rest)) = path.split_first() else {
            return Target::Module(module.to_owned());
        };
        let (below, is_module_meant) = (join(module, name), goes_on || !rest.is_empty());
        if is_module_meant && self.is_module(&below) {
            return self.walk(&below, rest, goes_on);
        }
        let imports = self.imports(module, name).iter();
        let targets: Vec<Target> = imports
            .map(|path| self.imported(module, name, path, is_module_meant))
            .collect();
        let is_meant = |target: &&Target| matches!(target, Target::Module(_)) == is_module_meant;
        match targets.iter().find(is_meant).or(targets.first()) {
            Some(Target::Module(target)) => self.walk(target, rest, goes_on),
            Some(Target::Foreign(target)) => Target::Foreign([target, rest].concat()),
            Some(item) => item.clone(),
            None if self.is_module(&below) => Target::Module(below),
            None => Target::Item(module.to_owned(), name.clone()),
        }
    }

    fn imported(&self, module: &str, name: &str, path: &[String], goes_on: bool) -> Target {
        // `use proptest::proptest` begins with the crate, not with the name that it brings in.
        let begins_with_itself = path.first().is_some_and(|first| first == name);
        if begins_with_itself && !self.is_module(&join(module, name)) {
            Target::Foreign(path.to_vec())
        } else {
            self.resolve(module, path, goes_on)
        }
    }

    fn is_module(&self, path: &str) -> bool {
        self.modules.contains_key(path)
    }

    /// The paths that `module` imports under `name`.
    fn imports(&self, module: &str, name: &str) -> &[&'a [String]] {
        let module = self.modules.get(module);
        let paths = module.and_then(|module| module.imports.get(name));
        paths.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the last path of `text` leads to, in the file `a::b` of a small crate.
    fn target(text: &str) -> String {
        let sources = Source::all([
            ("src/lib.rs", "mod a; mod c;"),
            (
                "src/a/mod.rs",
                "pub use b::B; pub use self::d::{d, D as E}; use crate::c; mod inline { pub use super::E as F; }",
            ),
            ("src/a/b.rs", text),
            ("src/a/d.rs", "pub use std::fs::File;"),
            ("src/c.rs", "pub use crate::a::E as G;"),
        ]);
        let mut uses = uses(&sources).into_iter();
        let target = uses
            .rfind(|used| used.source.file == "src/a/b.rs")
            .unwrap()
            .target;
        match target {
            Target::Item(module, name) => format!("{name} of {module}"),
            Target::Module(module) => format!("module {module}"),
            Target::Foreign(path) => format!("foreign {}", path.join("::")),
        }
    }

    #[test]
    fn relative_paths_lead_to_the_item() {
        for (path, expected) in [
            ("crate::a::d::D", "D of a::d"),
            ("super::d::D::new", "D of a::d"),
            ("super::super::c::C", "C of c"),
            ("self::Own", "Own of a::b"),
            ("git_coord::a::X", "X of a"),
            ("std::fs::read", "foreign std::fs::read"),
            ("u8::MAX", "foreign u8::MAX"),
            ("crate::c", "module c"),
        ] {
            let text = format!("const X: u8 = {path};");
            assert_eq!(target(&text), expected, "{path}");
        }
    }

    #[test]
    fn imported_names_lead_to_the_item() {
        for (import, path, expected) in [
            ("super::d", "d::D", "D of a::d"),
            ("super::d::D", "D::new", "D of a::d"),
            (
                "super::{d::D as Other, d as other}",
                "other::D",
                "D of a::d",
            ),
            ("super::d::{self, D}", "d::X", "X of a::d"),
            ("std::{fs, io}", "fs::read", "foreign std::fs::read"),
            (
                "proptest::proptest",
                "proptest::X",
                "foreign proptest::proptest::X",
            ),
        ] {
            let text = format!("use {import}; const X: u8 = {path};");
            assert_eq!(target(&text), expected, "{text}");
        }
    }

    #[test]
    fn names_that_are_passed_on_lead_to_where_they_are_defined() {
        for (path, expected) in [
            ("super::B", "B of a::b"),
            ("super::E", "D of a::d"),
            ("crate::c::G", "D of a::d"),
            ("super::inline::F", "D of a::d"),
            ("super::c::X", "X of c"),
            ("super::d::File::open", "foreign std::fs::File::open"),
            // A function and a module of one name.
            ("super::d()", "d of a::d"),
            ("inner()", "inner of a::b"),
            ("super::d::D", "D of a::d"),
        ] {
            let text = format!("mod inner {{}} const X: u8 = {path};");
            assert_eq!(target(&text), expected, "{path}");
        }
    }
}
