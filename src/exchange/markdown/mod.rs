//! A plan in Markdown: headings as groups, task tables, lists as waves, and claims in the prose.
//!
//! Not here: Markdown's own syntax, which pulldown-cmark parses for `blocks`.

mod blocks;
mod claims;
mod figure;
mod guardrails;
mod heading;
mod lists;
mod table;
mod waves;
mod write;

use self::blocks::{Block, Content};
pub(super) use self::write::write;
use crate::{
    core::values::text::brief,
    exchange::{Draft, Format, contradictions, notes::Notes, table as tasks},
};

/// Reads the plan; complaints and findings go to `notes`.
pub(super) fn read(text: &str, notes: &mut Notes) -> Draft {
    let is_exact = text.lines().any(|line| line == write::MARK);
    let blocks = blocks::of(text);
    let mut draft = Draft::new(Format::Markdown);
    draft.title = heading::title(&blocks);
    draft.tasks = table::read_all(&blocks, is_exact, notes);
    draft.guardrails = guardrails::read(&blocks, is_exact);
    lists::read(&blocks, &mut draft.tasks, &draft.guardrails, notes);
    waves::read(&blocks, &mut draft.tasks, notes);
    if draft.tasks.is_empty() {
        say_what_is_there(&blocks, notes);
    }
    if is_exact {
        return draft;
    }
    let claims = claims::read(&blocks, &draft.tasks);
    contradictions::check(&draft.tasks, &claims, notes);
    claims::add_gates(&blocks, &mut draft.tasks, notes);
    draft
}

/// Says for each table and each list why it has no tasks, and names the headings.
fn say_what_is_there(blocks: &[Block], notes: &mut Notes) {
    let headings = blocks.iter().filter_map(|block| match &block.content {
        Content::Heading { text, .. } => Some((block.line, text)),
        _ => None,
    });
    let headings: Vec<(usize, &String)> = headings.collect();
    if let [(line, first), ..] = headings[..] {
        let (count, first) = (headings.len(), brief(first, 60));
        notes.saw(line, format!("headings: {count}, the first is '{first}'"));
    }
    let mut in_list = false;
    for block in blocks {
        let was_in_list = in_list;
        in_list = matches!(block.content, Content::Item { .. });
        match &block.content {
            Content::Table(table) if tasks::columns(table).is_some() => {
                notes.saw(block.line, "a table of tasks without a row");
            }
            Content::Table(table) => {
                let names: Vec<String> = (table.header.iter().take(10))
                    .map(|name| format!("'{}'", brief(name, 30)))
                    .collect();
                let names = names.join(", ");
                notes.saw(
                    block.line,
                    format!("a table whose columns are not those of tasks: {names}"),
                );
            }
            Content::Prose(_) if block.is_lost_row() => {
                notes.saw(block.line, "a row without the header of a table");
            }
            Content::Item { .. } if !was_in_list => {
                notes.saw(
                    block.line,
                    "a list whose items have neither a checkbox nor an id",
                );
            }
            _ => {}
        }
    }
}
