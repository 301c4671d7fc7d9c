//! The failures and warnings that single commands make, and what hooks find, read from the source: kind, message and
//! hint of each.
//!
//! A message is shown as it is written, with its placeholders. Not here: the errors of the rooms below, of which there
//! are samples (`table`).

use std::{collections::BTreeMap, fs, path::Path};

use proc_macro2::LineColumn;
use syn::{
    Expr, ExprCall, ExprMethodCall, ImplItemFn, Item, ItemConst, ItemFn, ItemMod, Lit, Local,
    Macro, Pat, Stmt, Token,
    punctuated::Punctuated,
    spanned::Spanned as _,
    visit::{self, Visit},
};

/// A message that the source makes.
pub struct Written {
    /// The module that makes it.
    pub module: String,
    /// Its kind.
    pub kind: Kind,
    /// Its messages: one for each case.
    pub messages: Vec<String>,
    /// Its hints: one for each case.
    pub hints: Vec<String>,
}

/// What a message is.
pub enum Kind {
    /// The command fails, with this code (or what computes it) and exit status.
    Failure(String, u8),
    /// A hook finds a problem with this code. It warns, or stops git.
    Finding(String),
    /// The command succeeds nevertheless.
    Warning,
}

/// Every message that a file of `src/cli` or `src/hooks` makes outside of tests, by module.
pub fn all() -> Vec<Written> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for room in ["cli", "hooks"] {
        collect(&top.join(room), &mut files);
    }
    files.sort();
    let parsed: Vec<(String, syn::File)> = files
        .into_iter()
        .map(|(file, text)| (file, syn::parse_file(&text).unwrap()))
        .collect();
    let mut constants = BTreeMap::new();
    for (_, file) in &parsed {
        constants.extend(file.items.iter().filter_map(text_constant));
    }
    let mut written = Vec::new();
    for (file, parsed) in &parsed {
        let module = file.trim_end_matches(".rs").trim_end_matches("/mod");
        let mut reader = Reader {
            module: module.replace('/', "::"),
            constants: &constants,
            locals: Vec::new(),
            written: Vec::new(),
        };
        reader.visit_file(parsed);
        written.append(&mut reader.written);
    }
    written
}

/// The files of source below `folder`, with their paths from `src` and their texts.
fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let (_, name) = path.to_str().unwrap().rsplit_once("/src/").unwrap();
            files.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// `const NAME: &str = "text";`
fn text_constant(item: &Item) -> Option<(String, String)> {
    match item {
        Item::Const(ItemConst { ident, expr, .. }) => Some((ident.to_string(), literal(expr)?)),
        _ => None,
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

struct Reader<'a> {
    module: String,
    /// The constants of the files that are texts, constants among them.
    constants: &'a BTreeMap<String, String>,
    /// The variables of the function that is read: where each gets its name, and its value.
    locals: Vec<(LineColumn, String, &'a Expr)>,
    written: Vec<Written>,
}

impl<'a> Reader<'a> {
    /// Notes the failure or finding that `call` makes, with the methods that are called on it. False if it makes none.
    fn note(&mut self, call: &'a ExprCall, methods: &[&'a ExprMethodCall]) -> bool {
        let Expr::Path(function) = &*call.func else {
            return false;
        };
        let mut names = function.path.segments.iter().rev();
        let name = names.next().map(|name| name.ident.to_string());
        let of = names.next().map(|name| name.ident.to_string());
        let of_failures = matches!(of.as_deref(), Some("CommandError" | "Self"));
        let of_findings = of.as_deref() == Some("HookFinding");
        let (kind, message) = match (name.as_deref(), call.args.first(), call.args.get(1)) {
            (Some("no"), Some(code), Some(message)) if of_failures => {
                (Kind::Failure(self.code(code), 1), message)
            }
            (Some("fatal"), Some(code), Some(message)) if of_failures => {
                (Kind::Failure(self.code(code), 128), message)
            }
            (Some("usage"), Some(message), None) if of_failures => {
                (Kind::Failure("usage".to_owned(), 129), message)
            }
            (Some("new"), Some(code), Some(message)) if of_findings => {
                (Kind::Finding(self.code(code)), message)
            }
            _ => return false,
        };
        let mut messages = self.texts(message);
        let called = |wanted: &str| methods.iter().find(|method| method.method == wanted);
        if called("because").is_some() {
            for message in messages.iter_mut().filter(|message| *message != "{cause}") {
                message.push_str(": {cause}");
            }
        }
        // Another place makes code and message.
        let computed = match &kind {
            Kind::Failure(code, _) | Kind::Finding(code) => code.starts_with('{'),
            Kind::Warning => false,
        };
        if computed && messages.iter().all(|message| is_placeholder(message)) {
            return true;
        }
        let hint = ["hint", "next_is", "next"].into_iter().find_map(called);
        let hint = hint.and_then(|method| method.args.first());
        self.written.push(Written {
            module: self.module.clone(),
            kind,
            messages,
            hints: hint.map_or_else(Vec::new, |hint| self.texts(hint)),
        });
        true
    }

    /// Notes the warning that `ui.warn(message)` gives, unless another place makes the message.
    fn note_warning(&mut self, call: &'a ExprMethodCall) {
        let Some(message) = call.args.first().filter(|_| call.method == "warn") else {
            return;
        };
        let messages = self.texts(message);
        if !messages.iter().all(|message| is_placeholder(message)) {
            self.written.push(Written {
                module: self.module.clone(),
                kind: Kind::Warning,
                messages,
                hints: Vec::new(),
            });
        }
    }

    /// `code::NO_ACTOR`, `Code::LeaseLost.as_str()`, `"bad_config"`.
    fn code(&self, expression: &Expr) -> String {
        let last =
            |path: &syn::ExprPath| path.path.segments.last().map(|name| name.ident.to_string());
        let known = match expression {
            Expr::Path(path) => last(path).and_then(|name| self.constants.get(&name).cloned()),
            Expr::MethodCall(call) => match &*call.receiver {
                Expr::Path(path) if call.method == "as_str" => {
                    last(path).map(|name| snake_case(&name))
                }
                _ => None,
            },
            other => literal(other),
        };
        known.unwrap_or_else(|| placeholder(expression))
    }

    /// What an expression may be, as it is written.
    fn texts(&self, expression: &'a Expr) -> Vec<String> {
        match expression {
            Expr::Reference(inner) => self.texts(&inner.expr),
            Expr::Paren(inner) => self.texts(&inner.expr),
            Expr::Macro(call) => {
                let text = formatted(&call.mac).unwrap_or_else(|| placeholder(expression));
                vec![self.with_constants(text)]
            }
            Expr::MethodCall(call) if call.args.is_empty() && call.method != "to_string" => {
                self.texts(&call.receiver)
            }
            Expr::If(choice) => {
                let other = choice
                    .else_branch
                    .iter()
                    .flat_map(|(_, other)| self.texts(other));
                tail(&choice.then_branch.stmts)
                    .into_iter()
                    .flat_map(|text| self.texts(text))
                    .chain(other)
                    .collect()
            }
            Expr::Block(block) => {
                let tail = tail(&block.block.stmts).into_iter();
                tail.flat_map(|text| self.texts(text)).collect()
            }
            Expr::Match(choice) => {
                let arms = choice.arms.iter();
                arms.flat_map(|arm| self.texts(&arm.body)).collect()
            }
            Expr::Call(call) if call.args.len() == 1 && is_some(call) => self.texts(&call.args[0]),
            Expr::Path(path) => match path
                .path
                .get_ident()
                .and_then(|name| self.value_before(&name.to_string(), path.span().start()))
            {
                Some(value) => self.texts(value),
                None => vec![placeholder(expression)],
            },
            other => vec![literal(other).unwrap_or_else(|| placeholder(other))],
        }
    }

    /// A text with the values of the constants that it names.
    fn with_constants(&self, text: String) -> String {
        let named = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.constants.iter().fold(text, named)
    }

    /// The value of the variable that has this name at a place.
    fn value_before(&self, name: &str, place: LineColumn) -> Option<&'a Expr> {
        let mut locals = self.locals.iter().rev();
        let found = locals.find(|(start, local, _)| local == name && *start < place);
        found.map(|(.., value)| *value)
    }
}

impl<'a> Visit<'a> for Reader<'a> {
    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.locals.clear();
        Locals(&mut self.locals).visit_block(&function.block);
        visit::visit_item_fn(self, function);
    }
    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        self.locals.clear();
        Locals(&mut self.locals).visit_block(&function.block);
        visit::visit_impl_item_fn(self, function);
    }
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        self.note(call, &[]);
        visit::visit_expr_call(self, call);
    }
    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        self.note_warning(call);
        let (mut methods, mut receiver) = (vec![call], &*call.receiver);
        while let Expr::MethodCall(inner) = receiver {
            methods.push(inner);
            receiver = &inner.receiver;
        }
        match receiver {
            Expr::Call(made) if self.note(made, &methods) => {
                methods
                    .iter()
                    .flat_map(|method| &method.args)
                    .for_each(|it| self.visit_expr(it));
            }
            _ => visit::visit_expr_method_call(self, call),
        }
    }
}

/// Collects `let name = value`.
struct Locals<'a, 'b>(&'b mut Vec<(LineColumn, String, &'a Expr)>);

impl<'a> Visit<'a> for Locals<'a, '_> {
    fn visit_local(&mut self, local: &'a Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init) {
            let start = name.ident.span().start();
            self.0.push((start, name.ident.to_string(), &init.expr));
        }
        visit::visit_local(self, local);
    }
}

fn tail(statements: &[Stmt]) -> Option<&Expr> {
    match statements.last() {
        Some(Stmt::Expr(expression, None)) => Some(expression),
        _ => None,
    }
}

fn is_some(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"))
}

/// The text of `format!`, with the expression in place of each `{}`.
fn formatted(call: &Macro) -> Option<String> {
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated;
    let arguments = call.parse_body_with(arguments).ok()?;
    let mut text = literal(arguments.first()?)?;
    for argument in arguments.iter().skip(1) {
        text = text.replacen("{}", &placeholder(argument), 1);
    }
    Some(text)
}

/// An expression in braces, without its line breaks.
fn placeholder(expression: &Expr) -> String {
    let text = expression.span().source_text().unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("{{{}}}", words.join(" "))
}

fn is_placeholder(text: &str) -> bool {
    text.starts_with('{') && text.find('}') == Some(text.len() - 1)
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
