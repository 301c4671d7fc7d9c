//! No sentence of `render` is in the ledger: a program with other sentences reads the same digests and writes the same bytes.
//!
//! Not here: the layers of the code, by which this holds (`house`).

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;
use syn::LitStr;
use tempfile::TempDir;

use crate::{
    format::vectors::{followed, ledgers, repository_of},
    keys::{ADA, CODEX},
    world::World,
};

/// What stands in every text of the other program.
const MARK: &str = "¤";

/// Shows it from outside, without a list of the sentences. A copy of the sources gets a mark into every string literal of
/// `src/render/`, so whatever the copy says by `render` is other than what this program says, down to the last word. If a
/// sentence were in the state, in a payload or in a machine file of a snapshot, then
///
/// - the copy would compute another digest for a ledger that this program wrote, or for a vector, or `verify` would find a snapshot that does
///   not derive from its state;
/// - the two programs would write different commits from the same commands, at the same times, with the same keys. The id of
///   a commit covers its message, its payload, its attachments and its past.
///
/// A snapshot has one file that `render` writes, `dashboard.md`. So the commands that are compared by their commits take none,
/// and the ledgers that are only read have some.
#[test]
#[ignore = "it builds the program a second time; `soak` runs it"]
fn other_sentences_change_no_digest_and_no_commit() {
    let folder = tempfile::tempdir().unwrap();
    let other = build_with_other_sentences(&folder);
    let this = PathBuf::from(env!("CARGO_BIN_EXE_git-coord"));

    let golden = World::new();
    let bundle = source().join("tests/golden/v1.bundle");
    let name = "refs/coord/ledger:refs/coord/ledger";
    golden.git(&["fetch", "--quiet", bundle.to_str().unwrap(), name]);
    let worked = a_day(&this);
    let said = run(&worked, &this, &["snapshot", "--label", "evening"]);
    assert!(said.contains("snapshot"), "{said}");
    for world in [&golden, &worked] {
        let by = |program: &Path| {
            let answer = run(world, program, &["verify", "--json"]);
            serde_json::from_str::<Value>(&answer).unwrap()["data"].take()
        };
        let (ours, theirs) = (by(&this), by(&other));
        assert_ne!(ours["ledger"]["digest"], Value::Null, "{ours}");
        assert_ne!(ours["snapshots"], serde_json::json!([]), "{ours}");
        assert_eq!(ours, theirs);
    }

    let tip = |world: &World| world.git(&["rev-parse", "refs/coord/ledger"]);
    let (ours, theirs) = (a_day(&this), a_day(&other));
    assert_eq!(tip(&ours), tip(&theirs));

    let vectors = World::new();
    let ledgers = ledgers();
    repository_of(&vectors.work(), ledgers.values().flatten());
    for (name, lines) in &ledgers {
        let tip = &followed(lines).last().unwrap();
        let object = tip["commit"].as_str().unwrap();
        vectors.git(&["update-ref", "refs/coord/ledger", object]);
        let answer = run(&vectors, &other, &["verify", "--json"]);
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["data"]["ledger"]["digest"], tip["digest"], "{name}");
    }

    // The sentences did change.
    for arguments in [
        ["status", "--at", "now"],
        ["show", "A", "--at=now"],
        ["list", "--at", "now"],
    ] {
        let said = run(&ours, &other, &arguments);
        assert!(said.contains(MARK), "{arguments:?}: {said}");
        assert!(
            !run(&ours, &this, &arguments).contains(MARK),
            "{arguments:?}"
        );
    }
}

/// A day of work by this program: with refusals in the state, verdicts with notes, an undo and an import.
fn a_day(program: &Path) -> World {
    let world = World::new();
    let keys = [ADA, CODEX].map(|player| world.key_of(&player));
    let key = keys[0].to_str().unwrap();
    let public = keys[1].with_extension("pub");
    let mut found = world.command(program.to_str().unwrap(), &world.work());
    found
        .args(["init", "--actor=ada", "--key", key])
        .env("GIT_COORD_NONCE", "7");
    assert_eq!(world.run(&mut found).code, 0);
    let plan = source().join("tests/fixtures/task_status.json");
    fs::copy(plan, world.work().join("plan.json")).unwrap();
    let lines: &[&[&str]] = &[
        &[
            "actor",
            "add",
            "codex",
            "--kind=agent",
            "--role=worker",
            "--key",
            public.to_str().unwrap(),
        ],
        &[
            "add",
            "Parse dates",
            "--id",
            "A",
            "--gate",
            "reviewer",
            "--path",
            "src/**",
        ],
        &[
            "add",
            "Print dates",
            "--id",
            "B",
            "--depends",
            "A",
            "--due",
            "2026-12-24",
        ],
        &["add", "By mistake", "--id", "C"],
        &["undo"],
        &["import", "plan.json"],
        &["claim", "A"],
        &["progress", "A", "50"],
        &["block", "A", "no zone data"],
        &["unblock", "A", "2"],
        &["edit", "B", "--priority", "high", "--label", "ui"],
        &["undo"],
        &["submit", "A"],
        &["policy", "unclaimed-work", "no"],
        &["target", "set", "in_progress", "1..2"],
    ];
    for arguments in lines {
        run(&world, program, arguments);
    }
    world
}

#[track_caller]
fn run(world: &World, program: &Path, arguments: &[&str]) -> String {
    let mut command = world.command(program.to_str().unwrap(), &world.work());
    let output = world.run(command.args(arguments));
    assert!(output.code < 2, "{arguments:?}: {output:?}");
    output.stdout
}

/// Builds a copy of the sources whose sentences all differ, and returns the program.
fn build_with_other_sentences(folder: &TempDir) -> PathBuf {
    let copy = folder.path();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "hooks",
        "benches",
        "docs",
        "tests",
    ] {
        copy_all(&source().join(name), &copy.join(name));
    }
    let count = mark_all(&copy.join("src/render"));
    assert!(count > 500, "render has {count} texts only");
    let status = Command::new(env!("CARGO"))
        .current_dir(copy)
        .args(["build", "--quiet", "--offline", "--bin", "git-coord"])
        .args(["--target-dir", "target"])
        .status();
    assert!(status.unwrap().success(), "the copy does not build");
    copy.join("target/debug/git-coord")
}

fn source() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy_all(&entry.path(), &to.join(entry.file_name()));
    }
}

/// Marks the string literals of all sources below a folder, and returns how many there are.
fn mark_all(path: &Path) -> usize {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        return entries.map(|entry| mark_all(&entry.unwrap().path())).sum();
    }
    let text = fs::read_to_string(path).unwrap();
    let mut quotes = Vec::new();
    collect(text.parse().unwrap(), &text, &mut quotes);
    let mut marked = text;
    for at in quotes.iter().rev() {
        marked.insert_str(at + 1, MARK);
    }
    fs::write(path, marked).unwrap();
    quotes.len()
}

/// Where the string literals open, in order. Those in attributes, as in comments of the documentation, are no sentences.
fn collect(tokens: TokenStream, text: &str, quotes: &mut Vec<usize>) {
    let mut after_hash = false;
    for token in tokens {
        let is_attribute = after_hash;
        after_hash = matches!(&token, TokenTree::Punct(punct) if "#!".contains(punct.as_char()));
        match token {
            TokenTree::Group(group) if !is_attribute => collect(group.stream(), text, quotes),
            TokenTree::Literal(literal) => {
                let at = literal.span().byte_range();
                if syn::parse_str::<LitStr>(&literal.to_string()).is_ok() {
                    quotes.push(at.start + text[at].find('"').unwrap());
                }
            }
            _ => {}
        }
    }
}
