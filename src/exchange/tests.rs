//! Whole plans, read as people keep them.
//!
//! Not here: single rules, which are tested where they stand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

const SEED: &str = include_str!("../../tests/fixtures/coordination_summary.md");

fn seed() -> Draft {
    read(Format::Markdown, SEED.as_bytes(), &Limits::default()).unwrap()
}

fn ids<'a>(tasks: impl Iterator<Item = &'a DraftTask>) -> Vec<&'a str> {
    tasks.map(|task| task.id.as_str()).collect()
}

#[test]
fn show() {
    let draft = seed();
    for f in &draft.findings {
        println!("{}: {}: {}", f.line, f.kind, f.message);
    }
    for t in &draft.tasks {
        println!("{t:?}");
    }
    println!(
        "{:?} {:?} {:?}",
        draft.title, draft.actors, draft.guardrails
    );
    assert_eq!(ids(draft.tasks.iter()).len(), 21);
}
