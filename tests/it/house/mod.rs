//! The code follows docs/architecture.md: layers, names that belong to one room, the form of every file, links.
//!
//! Not here: what the program does.

mod circles;
mod commands;
mod form;
mod links;
mod names;
mod rules;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use self::{
    circles::Graph,
    rules::{Layers, OnlyIn},
    source::{Source, is_below},
};
use crate::schemas::Schemas;

/// Files of other programs, or samples of them.
const NOT_OURS: [&str; 6] = [
    "target",
    ".git",
    "tests/fixtures",
    "fuzz/target",
    "fuzz/corpus",
    "fuzz/artifacts",
];

/// The most rows that the table of layers may have: a reader has to keep it in mind.
const ROOMS_MAX: usize = 36;

/// The most rooms that one row of the table may use.
const USED_MAX: usize = 9;

/// Names that several public types may have, because the name of the module is read with them.
const SHARED_NAMES: [&str; 3] = [
    // What clap reads for one command: `claim::Args`, `actor::Command`.
    "Args", "Command", // The errors of a room: `git::Error`.
    "Error",
];

/// The sources of the program and its library; to read them takes seconds.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| Source::all(files("src", "rs")));

#[test]
fn no_room_uses_what_the_table_of_layers_does_not_allow() {
    let layers = Layers::of(&architecture());
    assert_nothing_found(layers.check(&names::uses(&SOURCES)));
}

/// The digest of the state, the payload of an entry and the machine files of a snapshot are made by `State::digest`,
/// `codec::encode` and `snapshot::files`, all in `core`. What `core` does not name, it cannot call, so none of these bytes can
/// hold a sentence of `render` or of a command. This looks at the sources and not at the table, so it holds whatever the table
/// allows. That the commands put no sentence into an entry either, `wording` shows from outside.
#[test]
fn core_names_no_module_outside_of_core() {
    let uses = names::uses(&SOURCES);
    let from_core = uses
        .iter()
        .filter(|found| is_below(&found.source.module, "core"));
    assert!(from_core.clone().count() > 1000);
    assert_nothing_found(from_core.filter_map(|found| {
        let used = found.used.filter(|used| !is_below(used, "core"))?;
        Some(format!("{}:{}: '{used}'", found.source.file, found.line))
    }));
}

#[test]
fn the_table_of_layers_has_a_room_for_every_module_and_no_other_room() {
    let layers = Layers::of(&architecture());
    let homeless = layers.homeless(&SOURCES).into_iter();
    assert_nothing_found(homeless.chain(layers.empty_rooms(&SOURCES)));
}

#[test]
fn the_table_of_layers_can_be_kept_in_mind() {
    let layers = Layers::of(&architecture());
    assert_nothing_found(layers.too_large(ROOMS_MAX, USED_MAX));
}

#[test]
fn names_that_belong_to_one_room_stand_there_only() {
    let rules = OnlyIn::of(&architecture());
    assert_nothing_found(rules.check(&names::uses(&SOURCES)));
}

#[test]
fn no_two_modules_use_each_other() {
    let graph = Graph::of(&names::uses(&SOURCES));
    assert_nothing_found(graph.circles());
}

#[test]
fn no_two_public_types_have_the_same_name() {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in SOURCES.iter().filter(|source| !source.is_for_tests) {
        for (line, name) in &source.public_types {
            let places = places.entry(name).or_default();
            places.push(format!("{}:{line}", source.file));
        }
    }
    let shared = places
        .into_iter()
        .filter(|(name, places)| places.len() > 1 && !SHARED_NAMES.contains(name));
    assert_nothing_found(
        shared.map(|(name, places)| format!("{name} is in {}", places.join(" and "))),
    );
}

#[test]
fn every_file_of_source_is_in_form() {
    let others = Source::all(
        ["tests", "benches"]
            .into_iter()
            .flat_map(|folder| files(folder, "rs")),
    );
    assert_nothing_found(SOURCES.iter().chain(&others).flat_map(form::check));
}

#[test]
fn the_map_of_the_house_names_every_module() {
    let map = architecture();
    let missing = SOURCES.iter().filter(|source| {
        let module = &source.module;
        !source.is_for_tests && !module.is_empty() && !is_on_the_map(&map, module)
    });
    assert_nothing_found(
        missing.map(|source| format!("docs/architecture.md does not name '{}'", source.module)),
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
    // Stories, and the examples of the commands, play in repositories of their own.
    let is_elsewhere = |file: &str| file.starts_with("docs/stories") || file == "docs/cli.md";
    let documents = files("", "md")
        .into_iter()
        .filter(|(file, _)| !is_elsewhere(file));
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
fn commands_stand_in_the_texts_of_modules_that_talk_to_people_only() {
    assert_nothing_found(commands::misplaced(&SOURCES));
}

#[test]
fn the_program_takes_every_command_that_it_writes() {
    assert_nothing_found(commands::refused(&SOURCES));
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
    let program = SOURCES.iter().filter(|source| !source.is_for_tests);
    let texts = program.flat_map(|source| &source.texts);
    let named: BTreeSet<&str> = texts
        .map(String::as_str)
        .filter(is_schema_of_an_answer)
        .collect();
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

/// Whether the map has the module, or a module that contains it, in backticks.
fn is_on_the_map(map: &str, module: &str) -> bool {
    let above = module
        .match_indices("::")
        .skip(1)
        .map(|(at, _)| &module[..at]);
    above
        .chain([module])
        .any(|module| map.contains(&format!("`{module}`")))
}

/// The files of a snapshot have their schemas in docs/format/snapshots.md.
fn is_schema_of_an_answer(text: &&str) -> bool {
    text.starts_with("coord.") && text.ends_with("/1") && !text.starts_with("coord.snapshot.")
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
