//! The house stands as docs/architecture.md says: layers, names that belong to one room, the form of every file, links.
//!
//! Not here: what the program does.

mod form;
mod links;
mod rules;
mod source;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use self::{
    rules::{Layers, OnlyIn},
    source::Source,
};
use crate::schemas::Schemas;

/// Files that other programs wrote or that stand for such files.
const NOT_OURS: [&str; 3] = ["target", ".git", "tests/fixtures"];

#[test]
fn no_room_uses_what_the_table_of_layers_does_not_allow() {
    let layers = Layers::of(&architecture());
    assert_nothing_found(layers.check(&sources("src")));
}

#[test]
fn the_table_of_layers_names_only_rooms_that_there_are() {
    let layers = Layers::of(&architecture());
    assert_nothing_found(layers.empty_rooms(&sources("src")));
}

#[test]
fn names_that_belong_to_one_room_stand_there_only() {
    let rules = OnlyIn::of(&architecture());
    assert_nothing_found(rules.check(&sources("src")));
}

#[test]
fn every_file_of_source_is_in_form() {
    let all = ["src", "tests", "benches"].into_iter().flat_map(sources);
    assert_nothing_found(all.flat_map(|source| form::check(&source)));
}

#[test]
fn the_map_of_the_house_names_every_module() {
    let map = architecture();
    let missing = sources("src").into_iter().filter(|source| {
        let module = source.module();
        !source.is_for_tests() && !module.is_empty() && !is_on_the_map(&map, &module)
    });
    assert_nothing_found(
        missing.map(|source| format!("docs/architecture.md does not name '{}'", source.module())),
    );
}

#[test]
fn links_lead_somewhere() {
    let documents = files("", "md").into_iter();
    assert_nothing_found(
        documents.flat_map(|(file, text)| links::broken_links(top(), &file, &text)),
    );
}

#[test]
fn files_that_documents_and_comments_name_are_there() {
    // A story plays in a repository of its own.
    let documents = files("", "md")
        .into_iter()
        .filter(|(file, _)| !file.starts_with("docs/stories"));
    let comments = ["src", "tests", "benches"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"));
    let comments = comments.map(|(file, text)| (file, only_comments(&text)));
    let manifest = (
        "Cargo.toml".to_owned(),
        fs::read_to_string(top().join("Cargo.toml")).unwrap(),
    );
    let all = documents.chain(comments).chain([manifest]);
    assert_nothing_found(all.flat_map(|(file, text)| links::missing_files(top(), &file, &text)));
}

#[test]
fn every_counterexample_is_a_test() {
    let list = fs::read_to_string(top().join("docs/counterexamples.md")).unwrap();
    let named: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.strip_suffix('`'))
        .collect();
    assert!(named.len() >= 8, "{named:?}");
    let sources: Vec<(String, String)> = ["src", "tests"]
        .into_iter()
        .flat_map(|folder| files(folder, "rs"))
        .collect();
    let is_there = |test: &&&str| {
        let (module, name) = test.rsplit_once("::").unwrap();
        let (folder, name) = (module.replace("::", "/"), format!("fn {name}("));
        let mut found = sources.iter();
        found.any(|(file, text)| file.contains(&folder) && text.contains(&name))
    };
    let missing = named.iter().filter(|test| !is_there(test));
    assert_nothing_found(missing.map(|test| format!("there is no test '{test}'")));
}

#[test]
fn every_schema_of_an_answer_is_described() {
    let sources = files("src", "rs");
    let code = sources.iter().map(|(_, text)| {
        let (code, _) = text.split_once("mod tests {").unwrap_or((text, ""));
        code
    });
    let named: BTreeSet<&str> = code.flat_map(schemas_of).collect();
    assert!(named.contains("coord.status/1"));
    let schemas = Schemas::read();
    let described: BTreeSet<&str> = schemas.described().collect();
    let differ = named.symmetric_difference(&described);
    assert_nothing_found(
        differ.map(|schema| format!("'{schema}' stands in docs/json.md or in src, not in both")),
    );
}

#[test]
fn the_readme_and_ci_run_the_same_tests() {
    let read = |file: &str| fs::read_to_string(top().join(file)).unwrap();
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    let commands = readme
        .lines()
        .filter_map(|line| line.strip_prefix("    cargo test"));
    let commands: Vec<String> = commands.map(|rest| format!("cargo test{rest}")).collect();
    assert!(
        !commands.is_empty(),
        "README.md does not say how to run the tests"
    );
    assert_nothing_found(
        commands
            .into_iter()
            .filter(|command| !ci.lines().any(|line| line.ends_with(command.as_str()))),
    );
}

#[test]
fn a_module_is_on_the_map_by_its_own_name_or_by_that_of_its_room() {
    let map = "| `core::id`, `cli::commands` | x | `store` |";
    for (module, on_the_map) in [
        ("core::id", true),
        ("cli::commands::add", true),
        ("store", true),
        ("store::lock", false),
        ("core::text", false),
        ("core", false),
    ] {
        assert_eq!(is_on_the_map(map, module), on_the_map, "{module}");
    }
}

#[track_caller]
fn assert_nothing_found(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<String> = findings.into_iter().collect();
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn architecture() -> String {
    fs::read_to_string(top().join("docs/architecture.md")).unwrap()
}

/// Whether the module, or one that it is in below the top, stands in backticks.
fn is_on_the_map(map: &str, module: &str) -> bool {
    let above = module
        .match_indices("::")
        .skip(1)
        .map(|(at, _)| &module[..at]);
    above
        .chain([module])
        .any(|module| map.contains(&format!("`{module}`")))
}

/// The schemas of answers that code names; the files of a snapshot have theirs in LEDGER_FORMAT.md.
fn schemas_of(code: &str) -> impl Iterator<Item = &str> {
    let named = code.split('"').filter(|text| text.starts_with("coord."));
    named.filter(|text| text.ends_with("/1") && !text.starts_with("coord.snapshot."))
}

fn only_comments(text: &str) -> String {
    let comments = text.lines().filter_map(|line| line.split_once("//"));
    comments
        .map(|(_, comment)| format!("{comment}\n"))
        .collect()
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<Source> {
    let files = files(folder, "rs").into_iter();
    let mut sources: Vec<Source> = files
        .map(|(file, text)| Source::new(&file, &text))
        .collect();
    Source::mark_test_files(&mut sources);
    sources
}

/// The files below `folder` whose names end so, with their paths from the top and their text.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![top().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(top())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if path.is_dir() && !NOT_OURS.contains(&name.as_str()) {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == extension) {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}
