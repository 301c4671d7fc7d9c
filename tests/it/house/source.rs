//! Rust source as the checks of the house read it: the paths, texts and types of a file, outside of tests.
//!
//! Not here: where a name leads (`names`), what is allowed (`rules`, `circles`).

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    Attribute, Expr, ExprCall, ExprMethodCall, ExprPath, ImplItemFn, Item, ItemConst, ItemEnum,
    ItemFn, ItemImpl, ItemMacro, ItemMod, ItemStatic, ItemStruct, ItemTrait, ItemType, ItemUse,
    LitStr, Macro, Meta, Path, UseName, UseRename, UseTree, VisRestricted, Visibility,
    visit::{self, Visit},
};

/// One file of source.
pub struct Source {
    /// Its path from the top of the project, with `/`.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The module that the file is: `core::values::id` for `src/core/values/id.rs`, `main` for the program, nothing for the library's root.
    pub module: String,
    /// The modules that it declares with their bodies.
    pub inline_modules: Vec<String>,
    /// The paths that it names outside of tests.
    pub mentions: Vec<Mention>,
    /// Its string literals outside of tests.
    pub texts: Vec<String>,
    /// The types that it defines for other folders, outside of tests: line and name.
    pub public_types: Vec<(usize, String)>,
    /// The lines that call `.unwrap()` outside of tests.
    pub unwraps: BTreeSet<usize>,
    /// Whether only tests see it.
    pub is_for_tests: bool,
    /// The modules in files of their own that it declares for tests only.
    test_modules: Vec<String>,
}

/// A path where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub line: usize,
    /// The module in which it is named.
    pub scope: String,
    /// Its segments as they are written, without generic arguments.
    pub path: Vec<String>,
    pub kind: Kind,
}

/// How a path is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `use path as name`, `use path`; `pub` if other modules can see the name.
    Import { name: String, is_pub: bool },
    /// `use path::*`.
    Glob,
    /// `path!(..)`.
    Macro,
    /// A path in a signature, an expression, a pattern, an attribute or the arguments of a macro.
    Plain,
}

impl Source {
    /// # Panics
    /// If `text` is not Rust.
    pub fn new(file: &str, text: &str) -> Self {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let module = module_of(file);
        let mut reader = Reader {
            scope: module.clone(),
            source: Self {
                file: file.to_owned(),
                text: text.to_owned(),
                module,
                inline_modules: Vec::new(),
                mentions: Vec::new(),
                texts: Vec::new(),
                public_types: Vec::new(),
                unwraps: BTreeSet::new(),
                test_modules: Vec::new(),
                is_for_tests: false,
            },
        };
        reader.visit_file(&parsed);
        reader.source
    }

    /// Files with their paths and texts, of which some may declare others for tests only.
    pub fn all<S: AsRef<str>>(files: impl IntoIterator<Item = (S, S)>) -> Vec<Self> {
        let read = |(file, text): (S, S)| Self::new(file.as_ref(), text.as_ref());
        let mut sources: Vec<Self> = files.into_iter().map(read).collect();
        let declared = sources.iter().flat_map(|source| &source.test_modules);
        let test_modules: Vec<String> = declared.cloned().collect();
        for source in &mut sources {
            let mut modules = test_modules.iter();
            source.is_for_tests = modules.any(|module| is_below(&source.module, module));
        }
        sources
    }
}

/// Whether a path is `module` or leads below it.
pub fn is_below(path: &str, module: &str) -> bool {
    let rest = path.strip_prefix(module);
    rest.is_some_and(|rest| module.is_empty() || rest.is_empty() || rest.starts_with("::"))
}

/// The path of `name` in `module`.
pub fn join(module: &str, name: &str) -> String {
    match module {
        "" => name.to_owned(),
        module => format!("{module}::{name}"),
    }
}

fn module_of(file: &str) -> String {
    let inside = file.trim_start_matches("src/");
    match inside.trim_end_matches(".rs").trim_end_matches("/mod") {
        "lib" => String::new(),
        name => name.replace('/', "::"),
    }
}

struct Reader {
    scope: String,
    source: Source,
}

impl Reader {
    fn note(&mut self, line: usize, path: Vec<String>, kind: Kind) {
        let scope = self.scope.clone();
        self.source.mentions.push(Mention {
            line,
            scope,
            path,
            kind,
        });
    }

    fn note_path(&mut self, line: usize, path: &Path, kind: Kind) {
        let names = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.note(line, names.collect(), kind);
    }

    /// Reads what a `use` imports below the path `above`.
    fn imports(&mut self, tree: &UseTree, above: &[String], is_pub: bool) {
        let below = |name: &Ident| match name.to_string() {
            name if name == "self" => above.to_vec(),
            name => [above, &[name]].concat(),
        };
        let (at, path, kind) = match tree {
            UseTree::Path(path) => {
                let above = [above, &[path.ident.to_string()]].concat();
                return self.imports(&path.tree, &above, is_pub);
            }
            UseTree::Group(group) => {
                let trees = group.items.iter();
                return trees.for_each(|tree| self.imports(tree, above, is_pub));
            }
            UseTree::Glob(glob) => (glob.star_token.spans[0], above.to_vec(), Kind::Glob),
            UseTree::Name(UseName { ident, .. }) => {
                let path = below(ident);
                let name = path.last().cloned().unwrap_or_default();
                (ident.span(), path, Kind::Import { name, is_pub })
            }
            UseTree::Rename(UseRename { ident, rename, .. }) => {
                let name = rename.to_string();
                (ident.span(), below(ident), Kind::Import { name, is_pub })
            }
        };
        self.note(at.start().line, path, kind);
    }

    /// Paths, texts and calls among tokens that nothing parses: the arguments of macros and attributes.
    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = match first {
                TokenTree::Ident(name) => self.scan_path(name, after),
                TokenTree::Group(group) => {
                    self.scan(group.stream());
                    after
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.source.texts.push(text.value());
                    }
                    after
                }
                TokenTree::Punct(dot) if dot.as_char() == '.' => self.scan_field(after),
                TokenTree::Punct(_) => after,
            };
        }
    }

    /// Reads the field or method after a dot, which is not a path. After `..` there may be one.
    fn scan_field<'a>(&mut self, rest: &'a [TokenTree]) -> &'a [TokenTree] {
        match rest {
            [TokenTree::Punct(_), after @ ..] => after,
            [TokenTree::Ident(name), after @ ..] => {
                if name == "unwrap" {
                    self.source.unwraps.insert(name.span().start().line);
                }
                after
            }
            rest => rest,
        }
    }

    /// Reads the path that begins with `first`, and returns what follows it.
    fn scan_path<'a>(&mut self, first: &Ident, mut rest: &'a [TokenTree]) -> &'a [TokenTree] {
        let is = |token: &TokenTree, sign| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
        let mut path = vec![first.to_string()];
        while let [one, two, TokenTree::Ident(name), after @ ..] = rest
            && is(one, ':')
            && is(two, ':')
        {
            path.push(name.to_string());
            rest = after;
        }
        let line = first.span().start().line;
        let is_called = matches!(rest.first(), Some(TokenTree::Group(_)));
        if rest.first().is_some_and(|next| is(next, '!')) {
            self.note(line, path, Kind::Macro);
        } else if path.len() > 1 || is_called || !may_be_a_variable(first) {
            self.note(line, path, Kind::Plain);
        }
        rest
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_for_tests) {
            let types = &mut self.source.public_types;
            types
                .extend(public_type(item).map(|name| (name.span().start().line, name.to_string())));
            visit::visit_item(self, item);
        } else if let Item::Mod(module) = item {
            let module = join(&self.scope, &module.ident.to_string());
            self.source.test_modules.push(module);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !function.attrs.iter().any(is_for_tests) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if module.content.is_none() {
            return;
        }
        let inner = join(&self.scope, &module.ident.to_string());
        self.source.inline_modules.push(inner.clone());
        let outer = std::mem::replace(&mut self.scope, inner);
        visit::visit_item_mod(self, module);
        self.scope = outer;
    }

    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        let is_pub = !matches!(import.vis, Visibility::Inherited);
        self.imports(&import.tree, &[], is_pub);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.note_path(line_of(path), path, Kind::Plain);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, expression: &'ast ExprPath) {
        let variable = expression.path.get_ident();
        if !variable.is_some_and(may_be_a_variable) {
            visit::visit_expr_path(self, expression);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        if let Expr::Path(function) = &*call.func
            && function.path.get_ident().is_some_and(may_be_a_variable)
        {
            self.note_path(line_of(&function.path), &function.path, Kind::Plain);
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "unwrap" {
            self.source.unwraps.insert(call.method.span().start().line);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.source.texts.push(text.value());
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.note_path(line_of(&called.path), &called.path, Kind::Macro);
        self.scan(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else {
            return;
        };
        let earlier = self.source.texts.len();
        self.scan(list.tokens.clone());
        // serde takes paths as texts.
        for text in self.source.texts.split_off(earlier) {
            match syn::parse_str::<Path>(&text) {
                Ok(path) if path.segments.len() > 1 => {
                    self.note_path(line_of(attribute.path()), &path, Kind::Plain);
                }
                _ => self.source.texts.push(text),
            }
        }
    }

    // `pub(in a::b)` does not use the module `a::b`.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

fn line_of(path: &Path) -> usize {
    let first = path.segments.first();
    first.map_or(0, |first| first.ident.span().start().line)
}

fn may_be_a_variable(name: &Ident) -> bool {
    name.to_string().starts_with(char::is_lowercase)
}

/// The name of a type that more than the parent module may see.
fn public_type(item: &Item) -> Option<&Ident> {
    let (name, visibility) = match item {
        Item::Enum(item) => (&item.ident, &item.vis),
        Item::Struct(item) => (&item.ident, &item.vis),
        Item::Trait(item) => (&item.ident, &item.vis),
        Item::Type(item) => (&item.ident, &item.vis),
        _ => return None,
    };
    match visibility {
        Visibility::Inherited => None,
        Visibility::Restricted(to) if to.path.is_ident("super") => None,
        _ => Some(name),
    }
}

/// `#[cfg(test)]`, `#[test]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        meta => meta.path().is_ident("test"),
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(ItemConst { attrs, .. })
        | Item::Enum(ItemEnum { attrs, .. })
        | Item::Fn(ItemFn { attrs, .. })
        | Item::Impl(ItemImpl { attrs, .. })
        | Item::Macro(ItemMacro { attrs, .. })
        | Item::Mod(ItemMod { attrs, .. })
        | Item::Static(ItemStatic { attrs, .. })
        | Item::Struct(ItemStruct { attrs, .. })
        | Item::Trait(ItemTrait { attrs, .. })
        | Item::Type(ItemType { attrs, .. })
        | Item::Use(ItemUse { attrs, .. }) => attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Source {
        Source::new("src/store/refs.rs", text)
    }

    /// What is named, as it is written.
    fn paths(text: &str) -> Vec<String> {
        let mentions = read(text).mentions.into_iter();
        mentions.map(|mention| mention.path.join("::")).collect()
    }

    #[test]
    fn imports_are_read_through_groups_and_renames() {
        let text = "use crate::{a::{self, b::C as D}, super::e}; pub(super) use self::f::*;";
        let read = |mention: Mention| (mention.path.join("::"), mention.kind);
        let found: Vec<(String, Kind)> = self::read(text).mentions.into_iter().map(read).collect();
        let import = |path: &str, name: &str| {
            let name = name.to_owned();
            (
                path.to_owned(),
                Kind::Import {
                    name,
                    is_pub: false,
                },
            )
        };
        let expected = [
            import("crate::a", "a"),
            import("crate::a::b::C", "D"),
            import("crate::super::e", "e"),
            ("self::f".to_owned(), Kind::Glob),
        ];
        assert_eq!(found, expected);
        let Kind::Import { is_pub, .. } = &self::read("pub(super) use a::b;").mentions[0].kind
        else {
            panic!("an import");
        };
        assert!(is_pub);
    }

    #[test]
    fn types_that_other_folders_see_are_public() {
        let text = "pub struct A; pub(crate) enum B {} pub(in crate::a) type C = u8; mod d { pub trait E {} }
            pub(super) struct F; struct G; pub fn H() {} #[cfg(test)] pub struct I;";
        let types = read(text).public_types.into_iter();
        let names: Vec<String> = types.map(|(_, name)| name).collect();
        assert_eq!(names, ["A", "B", "C", "E"]);
    }

    #[test]
    fn paths_are_read_wherever_they_stand() {
        for (text, expected) in [
            ("fn f(x: a::B<c::D>) -> impl E {}", "a::B c::D E"),
            (
                "fn f() { a::b(c); d(); match e { F::G => h } }",
                "a::b d F::G",
            ),
            ("impl A for b::C { type D = E; }", "A b::C E"),
            (
                "fn f() { g!(a::b, c.d(), e(), ..k(), F { h: i::j!() }); }",
                "g a::b e k F i::j",
            ),
            (
                "#[derive(A)] #[serde(with = \"a::b\", default = \"c\")] struct S;",
                "A a::b",
            ),
            ("pub(in crate::a) fn f() {}", ""),
            (
                "/// See [`crate::a`].\nconst A: &str = \"crate::b\"; // crate::c",
                "str",
            ),
        ] {
            assert_eq!(paths(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_path_is_read_with_its_line_and_its_module() {
        let source = read("fn f() {}\nmod inner {\n    fn g(x: a::B) {}\n}\n");
        assert_eq!(source.inline_modules, ["store::refs::inner"]);
        let mention = &source.mentions[0];
        assert_eq!(
            (mention.line, mention.scope.as_str()),
            (3, "store::refs::inner")
        );
    }

    #[test]
    fn what_is_for_tests_is_not_read() {
        for text in [
            "#[cfg(test)] mod tests { use a::B; }",
            "#[cfg(test)] #[allow(x)] use a::B;",
            "#[test] fn f() { a::b(); }",
            "struct S; impl S { #[cfg(test)] fn f() { a::b().unwrap(); } }",
        ] {
            let source = read(text);
            assert!(!paths(text).contains(&"a::B".to_owned()), "{text}");
            assert!(!paths(text).contains(&"a::b".to_owned()), "{text}");
            assert!(source.unwraps.is_empty(), "{text}");
        }
        let sources = Source::all([
            ("src/core/mod.rs", "#[cfg(test)] mod sample; mod real;"),
            ("src/core/sample/mod.rs", "mod day;"),
            ("src/core/sample/day.rs", ""),
            ("src/core/real.rs", ""),
        ]);
        let for_tests = sources.iter().map(|source| source.is_for_tests);
        assert_eq!(for_tests.collect::<Vec<_>>(), [false, true, true, false]);
    }

    #[test]
    fn texts_and_unwraps_are_read_in_macros_too() {
        let source = read("fn f() {\n a(\"b\").unwrap();\n c!(\"d\", e.unwrap());\n}");
        assert_eq!(source.texts, ["b", "d"]);
        assert_eq!(source.unwraps, BTreeSet::from([2, 3]));
    }

    #[test]
    fn the_name_of_a_module_follows_from_its_file() {
        for (file, module) in [
            ("src/lib.rs", ""),
            ("src/main.rs", "main"),
            ("src/core/mod.rs", "core"),
            ("src/core/id.rs", "core::id"),
            ("src/store/git/mod.rs", "store::git"),
        ] {
            assert_eq!(Source::new(file, "").module, module);
        }
    }
}
