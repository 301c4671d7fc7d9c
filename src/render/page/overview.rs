//! The overview: how far the plan is, what needs a person, and the state of everything but the tasks.
//!
//! Not here: the choice of what needs a person (`core::views::snapshot`).

use maud::{Markup, html};

use super::{
    content::ReviewPage,
    parts::{link, status, table},
};
use crate::{
    core::{
        values::{
            task::Status,
            text::{Text, counted, visible},
            time::Timestamp,
        },
        views::snapshot::{
            AnomalyDocument, Minutes, Need, PullRequestDocument, StatusDocument, needs,
        },
    },
    render::{refusal, words},
};

/// How much that needs a person the page lists, the most urgent.
const NEEDS_MAX: usize = 100;
/// How many anomalies the page lists, the newest.
const ANOMALIES_MAX: usize = 100;

/// The section.
pub(super) fn section(page: &ReviewPage<'_>) -> Markup {
    let document = page.document;
    html! {
        (progress(document))
        (person(page))
        (claims(document, page.state.effective))
        (targets(document))
        (guardrails(document))
        (pull_requests(document))
        (anomalies(&document.anomalies))
    }
}

/// A bar with a part for each status, and the counts in words.
fn progress(document: &StatusDocument) -> Markup {
    let summary = &document.summary;
    let counts = || Status::ALL.iter().map(|it| (*it, summary.count(*it)));
    let shown = || counts().filter(|(_, count)| *count > 0);
    let total = summary.total.max(1);
    let mut begin = 0;
    let parts: Vec<(Status, usize, usize)> = (shown().map(|(status, count)| {
        let part = (status, begin * 1000 / total, count * 1000 / total);
        begin += count;
        part
    }))
    .collect();
    let sums = summary.estimate_minutes;
    let remaining = Minutes {
        low: sums.remaining_low,
        high: sums.remaining_high,
    };
    html! {
        p.lead {
            strong { (summary.percent) "%" } " done. "
            (counted(summary.total, "task", "tasks"))
            @if remaining.high > 0 { ", " (words::effort(remaining)) " of estimated work left" }
            "."
        }
        svg.strip viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true" {
            @for (status, x, width) in parts {
                rect class={ "s-" (status) } x=(x) y="0" width=(width) height="14" {}
            }
        }
        dl.counts {
            @for (it, count) in shown() { div { dt { (status(it)) } dd { (count) } } }
        }
    }
}

fn person(page: &ReviewPage<'_>) -> Markup {
    let needs = needs(page.state, page.document, page.state.effective);
    html! {
        h3 { "What needs a person" }
        @if needs.is_empty() {
            p.muted { "Nothing." }
        } @else {
            ul.needs { @for need in needs.iter().take(NEEDS_MAX) { li { (need_line(need)) } } }
            @if needs.len() > NEEDS_MAX { p.muted { "and " (needs.len() - NEEDS_MAX) " more" } }
        }
    }
}

fn need_line(need: &Need<'_>) -> Markup {
    let said = words::need(need);
    html! {
        b.kind { (said.kind) } " "
        @match &said.task {
            Some(task) => (link(task)),
            None => code { (said.name) },
        }
        @if !said.title.is_empty() { " " bdi { (visible(&said.title)) } }
        @if !said.why.is_empty() { span.muted { " " (said.why) } }
    }
}

fn claims(document: &StatusDocument, at: Timestamp) -> Markup {
    let held = document.tasks.iter();
    let mut held: Vec<_> = held
        .filter_map(|task| Some((task.claim.as_ref()?, task)))
        .collect();
    held.sort_by_key(|(claim, _)| (&claim.actor, claim.until));
    let rows = html! {
        @for (claim, task) in &held {
            tr {
                td { (claim.actor) }
                td { (link(&task.id)) " " bdi { (task.title) } }
                td.num { (words::progress(task.whole_progress())) }
                td { (claim.since.dated()) }
                td { (claim.until.dated()) @if claim.until < at { " (ended)" } }
            }
        }
    };
    let columns = ["Actor", "Task", "#Progress", "Since", "Lease until"];
    part("Claims", !held.is_empty(), &columns, &rows)
}

fn targets(document: &StatusDocument) -> Markup {
    let rows = html! {
        @for target in &document.targets {
            tr {
                td { code { (target.name) } }
                td { (target.expression) }
                td.num { @if let Some(value) = target.value { (value) } }
                td { (words::target_result(target)) }
            }
        }
    };
    let columns = ["Figure", "Target", "#Value", "Result"];
    part("Targets", !document.targets.is_empty(), &columns, &rows)
}

fn guardrails(document: &StatusDocument) -> Markup {
    let rows = html! {
        @for guardrail in &document.guardrails {
            tr {
                td { code { (guardrail.id) } }
                td { bdi { (guardrail.title) } }
                td { (if guardrail.required { "required" } else { "" }) }
                td { b data-g=(guardrail.status) { (words::guardrail_status(guardrail.status, guardrail.by_hand, guardrail.dirty).replace('_', " ")) } }
                td { @if let Some(commit) = &guardrail.commit { code { (format!("{commit:.10}")) } } }
                td { @if let Some(at) = guardrail.at { (at.dated()) } }
                td { @if let Some(actor) = &guardrail.actor { (actor) } }
            }
        }
    };
    let columns = [
        "ID",
        "Guardrail",
        "Required",
        "Status",
        "Commit",
        "Run",
        "By",
    ];
    part(
        "Guardrails",
        !document.guardrails.is_empty(),
        &columns,
        &rows,
    )
}

fn pull_requests(document: &StatusDocument) -> Markup {
    let rows = html! {
        @for request in &document.pull_requests {
            tr {
                td.num { "#" (request.number) }
                td { (title(request)) }
                td { (words::state(request.state, request.draft)) }
                td { (words::checks(request.checks)) }
                td { (words::review(request)) }
                td { @if let Some(branch) = &request.branch { code { (branch) } } }
                td { (request.source) }
                td { (request.seen.dated()) }
            }
        }
    };
    let columns = [
        "#PR", "Title", "State", "Checks", "Review", "Branch", "Source", "Seen",
    ];
    part(
        "Pull requests",
        !document.pull_requests.is_empty(),
        &columns,
        &rows,
    )
}

fn title(request: &PullRequestDocument) -> Markup {
    html! { bdi { (request.title.as_ref().map_or_else(String::new, Text::to_string)) } }
}

fn anomalies(anomalies: &[AnomalyDocument]) -> Markup {
    let shown = anomalies.iter().rev().take(ANOMALIES_MAX);
    let rows = html! {
        @for anomaly in shown {
            tr {
                td { code { (anomaly.entry.short()) } }
                td { (anomaly.actor) }
                td { (anomaly.at.dated()) }
                td { (refusal::anomaly(&anomaly.cause, None)) }
            }
        }
    };
    html! {
        (part("Anomalies", !anomalies.is_empty(), &["Entry", "Author", "Time", "Why"], &rows))
        @if anomalies.len() > ANOMALIES_MAX {
            p.muted { "These are the newest of " (anomalies.len()) "." }
        }
    }
}

/// A table with its heading, unless it has no rows.
fn part(heading: &str, has_rows: bool, columns: &[&str], rows: &Markup) -> Markup {
    html! { @if has_rows { h3 { (heading) } (table(heading, columns, rows)) } }
}
