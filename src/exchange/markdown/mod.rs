//! A plan in Markdown: headings as groups, task tables, lists as waves, and claims in the prose.
//!
//! Not here: Markdown's own syntax, which pulldown-cmark parses for `blocks`.

mod blocks;
mod claims;
mod column;
mod figure;
mod fresh;
mod guardrails;
mod heading;
mod lists;
mod row;
mod table;
mod waves;
mod write;

pub(super) use self::write::write;
use crate::exchange::{Draft, Format, contradictions, notes::Notes};

/// Reads the plan; complaints and findings go to `notes`.
pub(super) fn read(text: &str, notes: &mut Notes) -> Draft {
    let blocks = blocks::of(text);
    let mut draft = Draft::new(Format::Markdown);
    draft.title = heading::title(&blocks);
    draft.tasks = table::read_all(&blocks, notes);
    draft.guardrails = guardrails::read(&blocks);
    lists::read(&blocks, &mut draft.tasks, &draft.guardrails, notes);
    waves::read(&blocks, &mut draft.tasks, notes);
    let claims = claims::read(&blocks, &draft.tasks);
    contradictions::check(&draft.tasks, &claims, notes);
    claims::add_gates(&blocks, &mut draft.tasks, notes);
    draft
}
