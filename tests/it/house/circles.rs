//! Modules that use each other, directly or through others.
//!
//! Not here: which modules may use which (`rules`), where a path leads (`names`). A method that one file defines for a type of
//! another is not seen, because a call does not show where the method is.

use std::collections::{BTreeMap, VecDeque};

use super::{
    names::{Target, Use},
    source::Kind,
};

/// Which module uses which, and where it first does.
pub struct Graph<'a> {
    uses: BTreeMap<&'a str, BTreeMap<&'a str, String>>,
}

impl<'a> Graph<'a> {
    /// A path uses the module whose file defines what it names. To pass a name on does not use it, nor does the import of
    /// a module: the paths that begin with the module do.
    pub fn of(all: &[Use<'a>]) -> Self {
        let mut uses: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for found in all {
            let counts = match (found.kind, &found.target) {
                (Kind::Import { is_pub, .. }, Target::Item(..)) => !is_pub,
                (Kind::Import { .. }, _) => false,
                _ => true,
            };
            let user = found.source.module.as_str();
            if let Some(used) = found.used.filter(|used| counts && *used != user) {
                let of_user = uses.entry(user).or_default();
                let place = || format!("{}:{}", found.source.file, found.line);
                of_user.entry(used).or_insert_with(place);
            }
        }
        Self { uses }
    }

    /// The shortest circle of every set of modules that all lead to each other: `a -> b -> a`, with the place of each use.
    pub fn circles(&self) -> Vec<String> {
        let modules = self.uses.keys();
        let ways: BTreeMap<&str, _> = modules.map(|module| (*module, self.ways(module))).collect();
        let mut shortest: BTreeMap<&str, &Vec<&str>> = BTreeMap::new();
        for (module, from_here) in &ways {
            let leads_here = |other: &&&str| {
                ways.get(*other)
                    .is_some_and(|ways| ways.contains_key(module))
            };
            let first_of_the_set = from_here.keys().find(leads_here);
            if let (Some(first), Some(circle)) = (first_of_the_set, from_here.get(module)) {
                let known = shortest.entry(first).or_insert(circle);
                if circle.len() < known.len() {
                    *known = circle;
                }
            }
        }
        shortest.values().map(|circle| self.told(circle)).collect()
    }

    /// The shortest way from a module to each that it leads to, both ends included.
    fn ways(&self, from: &'a str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut ways = BTreeMap::new();
        let mut open = VecDeque::from([vec![from]]);
        while let Some(way) = open.pop_front() {
            let used = way.last().and_then(|last| self.uses.get(last));
            for used in used.into_iter().flat_map(BTreeMap::keys) {
                if !ways.contains_key(used) {
                    let longer = [way.as_slice(), &[*used]].concat();
                    ways.insert(*used, longer.clone());
                    open.push_back(longer);
                }
            }
        }
        ways
    }

    fn told(&self, way: &[&str]) -> String {
        let steps = way.windows(2);
        let places: Vec<&str> = steps
            .map(|step| self.uses[step[0]][step[1]].as_str())
            .collect();
        format!("{} ({})", way.join(" -> "), places.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{names, source::Source},
        *,
    };

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let sources = Source::all(files.iter().copied());
        Graph::of(&names::uses(&sources)).circles()
    }

    #[test]
    fn two_modules_that_use_each_other_are_a_circle() {
        let files = [
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "use crate::b;\nfn f() { b::g() }"),
            ("src/b.rs", "pub fn g() {}\n\nfn h(x: super::a::A) {}"),
        ];
        assert_eq!(circles(&files), ["a -> b -> a (src/a.rs:2, src/b.rs:3)"]);
    }

    #[test]
    fn of_modules_that_all_lead_to_each_other_the_shortest_circle_is_told() {
        let files = [
            ("src/a.rs", "use crate::b::B;"),
            ("src/b.rs", "use crate::c::C;"),
            ("src/c.rs", "use crate::{a::A, d::D};"),
            ("src/d.rs", "use crate::c::C;"),
            ("src/e.rs", "use crate::a::A;"),
            ("src/f.rs", "use crate::g::G;"),
            ("src/g.rs", "use crate::f::F;"),
        ];
        let expected = [
            "c -> d -> c (src/c.rs:1, src/d.rs:1)",
            "f -> g -> f (src/f.rs:1, src/g.rs:1)",
        ];
        assert_eq!(circles(&files), expected);
    }

    #[test]
    fn a_module_and_the_one_in_which_it_is_may_not_use_each_other() {
        let child = ("src/a/b.rs", "use super::A; pub fn f(a: A) {}");
        let uses = ("src/a/mod.rs", "mod b; pub struct A; fn g() { b::f(A) }");
        assert_eq!(circles(&[uses, child]).len(), 1);
        let passes_on = ("src/a/mod.rs", "mod b; pub use b::f; pub struct A;");
        assert_eq!(circles(&[passes_on, child]), [""; 0]);
        let passes_on_and_uses = ("src/a/mod.rs", "mod b; pub use b::f; fn g() { f() }");
        assert_eq!(circles(&[passes_on_and_uses, child]).len(), 1);
    }

    #[test]
    fn a_name_that_is_passed_on_is_used_where_it_is_defined() {
        let files = [
            (
                "src/a/mod.rs",
                "mod b; mod c; pub use c::C; fn f() { b::f() }",
            ),
            ("src/a/b.rs", "use super::C; pub fn f() {}"),
            ("src/a/c.rs", ""),
        ];
        assert_eq!(circles(&files), [""; 0]);
    }

    #[test]
    fn tests_and_imports_of_modules_close_no_circle() {
        for text in [
            "use crate::a;",
            "pub(in crate::a) fn f() {}",
            "#[cfg(test)] mod tests { use crate::a::A; }",
        ] {
            let files = [("src/a.rs", "use crate::b::B;"), ("src/b.rs", text)];
            assert_eq!(circles(&files), [""; 0], "{text}");
        }
    }
}
