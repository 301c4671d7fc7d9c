//! Parts that several sections have: a status, links to tasks, tables.
//!
//! Not here: the sections.

use maud::{Markup, html};

use super::prose::prose;
use crate::{
    core::{
        values::{task::Status, text::visible},
        views::snapshot::VerdictDocument,
    },
    render::{text::Letter, words},
};

/// A status by its word; the style adds its shape and colour.
pub(super) fn status(status: Status) -> Markup {
    html! { b data-s=(status) { (words_of(status)) } }
}

/// A status in words, within a line.
pub(super) fn words_of(status: Status) -> String {
    words::status(status).to_lowercase()
}

/// A link to a task.
pub(super) fn link(id: &str) -> Markup {
    html! { a.id href={ "#" (id) } { (id) } }
}

/// Links to tasks.
pub(super) fn links(ids: &[String]) -> Markup {
    html! { @for (at, id) in ids.iter().enumerate() { @if at > 0 { ", " } (link(id)) } }
}

fn heading(column: &str) -> Markup {
    match column.strip_prefix(NUMBERS) {
        Some(column) => html! { th.num scope="col" { (column) } },
        None => html! { th scope="col" { (column) } },
    }
}

/// Begins the heading of a column of numbers.
pub(super) const NUMBERS: char = '#';

/// A table in a box of its own, in which it can be scrolled by keys too.
pub(super) fn table(label: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll role="region" aria-label={ "Table: " (label) } tabindex="0" {
            table {
                thead { tr { @for column in columns { (heading(column)) } } }
                tbody { (rows) }
            }
        }
    }
}

/// A verdict in a line.
pub(super) fn verdict(verdict: &VerdictDocument) -> Markup {
    html! {
        b data-v=(verdict.judgement) { (verdict.judgement) } " by " (verdict.by)
        @if let Some(commit) = &verdict.commit { " at " code { (format!("{commit:.12}")) } }
        ", " (verdict.at.dated())
        @if !verdict.stands { " (replaced)" }
    }
}

/// A text of somebody, marked as such.
pub(super) fn letter(letter: &Letter) -> Markup {
    html! {
        blockquote {
            @if !letter.about.is_empty() { p.muted { (visible(&letter.about)) } }
            @match &letter.text {
                Ok(text) => (prose(text)),
                Err(why) => p.muted { "(not available: " (visible(why)) ")" },
            }
        }
    }
}
