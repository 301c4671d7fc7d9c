//! The page around its sections: the head with the policy, the heading, the navigation, the script.
//!
//! Not here: the sections, and what they show (`content`).

use base64ct::{Base64, Encoding as _};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::{charts, content::ReviewPage, graph, history, moments, overview, tasks};
use crate::core::values::text::Text;

/// What the first line of every page contains. A file without it is not replaced.
pub const PAGE_MARK: &str = "<!-- A review page of git-coord, which may replace this file. -->";

pub(super) const STYLE: &str = include_str!("page.css");
pub(super) const SCRIPT: &str = include_str!("page.js");
/// Tells the style from the beginning that the script will choose the rows of the table.
pub(super) const FIRST_SCRIPT: &str = "document.documentElement.classList.add('js')";

/// How long an unattended page waits before it loads itself again, in seconds. Without JavaScript it waits longer, since it
/// then begins at its top again.
const RELOAD_SECONDS: u32 = 3;
const RELOAD_SECONDS_WITHOUT_SCRIPT: u32 = 30;

/// The largest plan that a browser lays out at once.
const SMALL_MAX: usize = 300;

/// The sections of the page: their anchors and their headings. No task's id begins with `_`.
pub(super) const SECTIONS: [(&str, &str); 8] = [
    ("_overview", "Overview"),
    ("_board", "Board"),
    ("_tasks", "Tasks"),
    ("_dependencies", "Dependencies"),
    ("_charts", "Charts"),
    ("_reviews", "Reviews"),
    ("_snapshots", "Snapshots"),
    ("_entries", "Entries"),
];

/// The page.
pub fn page(page: &ReviewPage<'_>) -> String {
    let title = page.document.ledger.title.as_ref();
    let title = title.map_or_else(|| "Coordination".to_owned(), Text::to_string);
    let sections = [
        overview::section(page),
        tasks::board(page),
        tasks::section(page),
        graph::section(page.document),
        charts::section(page),
        history::reviews(page),
        history::snapshots(page),
        history::entries(page),
    ];
    let reloads = page.reloads.then_some(RELOAD_SECONDS);
    let document = html! {
        html lang="en" data-reload=[reloads] {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                @if page.reloads {
                    noscript { meta http-equiv="refresh" content=(RELOAD_SECONDS_WITHOUT_SCRIPT); }
                }
                title { (title) }
                style { (PreEscaped(STYLE)) }
                script { (PreEscaped(FIRST_SCRIPT)) }
            }
            body.large[page.document.tasks.len() > SMALL_MAX] {
                a.skip href="#_main" { "Skip to the content" }
                header {
                    h1 { bdi { (title) } }
                    p.muted { (position(page)) }
                    nav aria-label="Sections" {
                        ul { @for (anchor, heading) in SECTIONS { li { a href={ "#" (anchor) } { (heading) } } } }
                    }
                }
                (moments::slider(page))
                main #_main tabindex="-1" {
                    @for ((anchor, heading), content) in SECTIONS.into_iter().zip(&sections) {
                        section id=(anchor) aria-labelledby={ (anchor) "_" } {
                            h2 id={ (anchor) "_" } { (heading) }
                            (content)
                        }
                    }
                }
                (moments::data(page))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    // The mark is in the first line, after the doctype, which browsers expect first.
    format!("{}{PAGE_MARK}\n{}\n", DOCTYPE.0, document.0)
}

/// The page may use its own style and script, and nothing else.
pub(super) fn policy() -> String {
    let hash = |text: &str| Base64::encode_string(&Sha256::digest(text));
    let (style, first, script) = (hash(STYLE), hash(FIRST_SCRIPT), hash(SCRIPT));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{first}' 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
}

/// Where in the ledger the page was made.
fn position(page: &ReviewPage<'_>) -> Markup {
    let ledger = &page.document.ledger;
    html! {
        "The plan as of " time datetime=(page.state.effective) { (page.state.effective.dated()) }
        ", after " (ledger.entries) " entries"
        @if let Some(tip) = &ledger.tip { ", at " code { (format!("{tip:.10}")) } }
    }
}
