//! The tasks: the board, the table, and each task with everything that is known about it.
//!
//! Not here: how the script filters them and shows them in the past (`page.js`).

use std::collections::HashMap;

use maud::{Markup, html};

use super::{
    content::{ReviewPage, TaskTexts},
    parts::{letter, link, links, status, table, verdict},
};
use crate::{
    core::{
        values::{
            task::Status,
            text::{counted, shell_word, visible},
        },
        views::snapshot::TaskDocument,
    },
    render::words,
};

/// How many tasks a column of the board shows.
const COLUMN_MAX: usize = 50;

/// The columns of the table. The script knows their places.
const COLUMNS: [&str; 10] = [
    "ID",
    "Task",
    "Status",
    "Owner",
    "Holder",
    "Priority",
    "#Progress",
    "#Estimate",
    "Waits for",
    "Group",
];

/// The board: a column for each status.
pub(super) fn board(page: &ReviewPage<'_>) -> Markup {
    let tasks = &page.document.tasks;
    html! {
        div.board data-max=(COLUMN_MAX) {
            @for status in Status::ALL {
                (column(*status, tasks.iter().filter(|task| task.status == *status)))
            }
        }
    }
}

fn column<'t>(of: Status, tasks: impl Iterator<Item = &'t TaskDocument> + Clone) -> Markup {
    let count = tasks.clone().count();
    let heading = format!("_board_{of}");
    html! {
        section.column data-column=(of) hidden[count == 0] aria-labelledby=(heading) {
            h3 id=(heading) { (status(of)) " " span.count { (count) } }
            ul { @for task in tasks.take(COLUMN_MAX) { (card(task)) } }
            p.muted.more hidden[count <= COLUMN_MAX] {
                span { (count.saturating_sub(COLUMN_MAX)) } " more in the table"
            }
        }
    }
}

fn card(task: &TaskDocument) -> Markup {
    let holder = task.claim.as_ref().map(|claim| claim.actor.to_string());
    let percent = task.whole_progress().percent;
    html! {
        li {
            (link(&task.id)) " " bdi { (task.title) }
            small {
                @if let Some(holder) = holder { (holder) }
                @if percent > 0 && task.status != Status::Done { " " (percent) "%" }
            }
        }
    }
}

/// The table, and after it the tasks one by one.
pub(super) fn section(page: &ReviewPage<'_>) -> Markup {
    let document = page.document;
    let rows = html! { @for task in &document.tasks { (row(task)) } };
    let ids = document.tasks.iter().map(|task| task.id.as_str());
    let texts: HashMap<&str, &TaskTexts> = ids.zip(&page.texts).collect();
    html! {
        div.filter hidden {
            label for="_filter" { "Filter" }
            input #_filter type="search" autocomplete="off" spellcheck="false" placeholder="words, such as: blocked codex";
            output #_found for="_filter" { (counted(document.tasks.len(), "task", "tasks")) }
        }
        div #_table { (table("All tasks", &COLUMNS, &rows)) }
        p.rest hidden { button type="button" #_all { "Show all" } }
        @for (group, tasks) in words::groups(document) {
            @if !tasks.is_empty() {
                h3 { bdi { (visible(group)) } }
                div.group { @for task in tasks { (article(task, texts.get(task.id.as_str()).copied())) } }
            }
        }
    }
}

fn row(task: &TaskDocument) -> Markup {
    html! {
        tr {
            td { (link(&task.id)) }
            td { bdi { (task.title) } @for label in &task.labels { " " i { (label) } } }
            td { (status(task.status)) }
            td { (words::owners(&task.owners)) }
            td { @if let Some(claim) = &task.claim { (claim.actor) } }
            td { (words::priority(task.priority)) }
            td.num { (task.whole_progress().percent) "%" }
            td.num { (words::estimate(task.estimate_minutes)) }
            td { (links(&task.waits_for)) }
            td { @if let Some(group) = &task.group { bdi { (group) } } }
        }
    }
}

fn article(task: &TaskDocument, texts: Option<&TaskTexts>) -> Markup {
    html! {
        article id=(task.id) {
            h4 { (link(&task.id)) " " bdi { (task.title) } }
            p.facts { (status(task.status)) (facts(task)) }
            (lists(task))
            @if let Some(texts) = texts { (words_about(task, texts)) }
        }
    }
}

/// The short facts, in one line.
fn facts(task: &TaskDocument) -> Markup {
    let owners = words::owners(&task.owners);
    html! {
        " " (words::progress(task.whole_progress()))
        @if let Some(priority) = task.priority { " · " (priority) " priority" }
        @if let Some(risk) = task.risk { " · " (risk) " risk" }
        @if !owners.is_empty() { " · for " (owners) }
        @if let Some(claim) = &task.claim { " · held by " (claim.actor) " until " (claim.until.dated()) }
        @if task.estimate_minutes.is_some() { " · " (words::estimate(task.estimate_minutes)) }
        @if let Some(due) = task.due { " · due " (due) }
        @if let Some(defer) = task.defer { " · not before " (defer) }
        @if let Some(branch) = &task.branch { " · branch " code { (branch) } }
        @if let Some(pr) = task.pr { " · pull request #" (pr) }
        @for label in &task.labels { " " i { (label) } }
        " · changed " (task.updated.dated())
    }
}

/// The facts that are lists.
fn lists(task: &TaskDocument) -> Markup {
    let below = task.children.as_ref();
    let is_over = |id: &&String| !task.waits_for.contains(*id);
    let over: Vec<String> = task.depends_on.iter().filter(is_over).cloned().collect();
    html! {
        @if !task.blockers.is_empty() { p { "Blocked: " (words::blockers(&task.blockers)) } }
        @if !task.waits_for.is_empty() { p { "Waits for " (links(&task.waits_for)) } }
        @if !over.is_empty() { p { "Depends on " (links(&over)) ", finished" } }
        @if let Some(parent) = &task.parent { p { "Part of " (link(parent)) } }
        @if let Some(below) = below { p { (words::below(below)) ": " (links(&below.tasks)) } }
        @for other in &task.links { p { (words::link(other.kind)) " " (link(&other.task)) } }
        @if !task.gates.is_empty() { p { "Review: " (words::gates(&task.gates)) } }
        @if !task.paths.is_empty() { p { "Files:" @for path in &task.paths { " " code { (path) } } } }
        @for url in &task.urls { p { a href=(url.as_str()) { (url.as_str()) } } }
        @if !task.steps.is_empty() {
            ul.steps { @for step in &task.steps { li { (if step.done { "☑" } else { "☐" }) " " bdi { (step.text) } } } }
        }
        @if !task.accept.is_empty() {
            p { "Accepted if:" }
            ul { @for criterion in &task.accept { li { bdi { (criterion) } } } }
        }
    }
}

fn words_about(task: &TaskDocument, texts: &TaskTexts) -> Markup {
    html! {
        @if let Some(specification) = &texts.specification {
            details { summary { "Specification" } (letter(specification)) }
        }
        @if !texts.verdicts.is_empty() {
            h5 { "Verdicts" }
            ul { @for (given, note) in &texts.verdicts { li { (verdict(given)) @if let Some(note) = note { (letter(note)) } } } }
        }
        @if !texts.comments.is_empty() {
            h5 { (counted(texts.comments.len(), "comment", "comments")) }
            @for comment in &texts.comments { (letter(comment)) }
        }
        @if texts.is_cut {
            p.muted { "This page has no room for its other texts: " code { (format!("git coord show {}", shell_word(&task.id))) } }
        }
    }
}
