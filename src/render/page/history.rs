//! The past: who approved what at which commit, the snapshots with their changes, and the entries with their signatures.
//!
//! Not here: the figures of the past for the script (`moments`).

use maud::{Markup, html};

use super::{
    content::{PageFrame, ReviewPage, SignedEntry},
    moments,
    parts::{letter, link, links, table},
};
use crate::{
    core::{
        history::log::EntryEffect,
        plan::roster::KeyStanding,
        values::text::{counted, visible},
    },
    render::{changes, refusal},
};

/// How many verdicts the page lists, the newest, and how many changes of one snapshot.
const VERDICTS_MAX: usize = 1000;
const CHANGES_MAX: usize = 200;
/// How many tasks of an entry the page names.
const TASKS_MAX: usize = 12;

/// The verdicts, newest first.
pub(super) fn reviews(page: &ReviewPage<'_>) -> Markup {
    let tasks = page.document.tasks.iter().zip(&page.texts);
    let given = tasks.flat_map(|(task, texts)| texts.verdicts.iter().map(move |it| (task, it)));
    let mut given: Vec<_> = given.collect();
    given.sort_by_key(|(_, (verdict, _))| std::cmp::Reverse(verdict.at));
    let rows = html! {
        @for (task, (verdict, note)) in given.iter().take(VERDICTS_MAX) {
            tr {
                td { (link(&task.id)) " " bdi { (task.title) } }
                td { b data-v=(verdict.judgement) { (verdict.judgement) } @if !verdict.stands { " (replaced)" } }
                td { (verdict.by) }
                td { @if let Some(commit) = &verdict.commit { code { (format!("{commit:.12}")) } } }
                td { (verdict.at.dated()) }
                td { @if let Some(note) = note { (letter(note)) } }
            }
        }
    };
    let columns = ["Task", "Verdict", "By", "At commit", "Time", "Note"];
    html! {
        @if given.is_empty() {
            p.muted { "Nobody has given a verdict yet." }
        } @else {
            (table("Verdicts", &columns, &rows))
            @if given.len() > VERDICTS_MAX { p.muted { "These are the newest of " (given.len()) "." } }
        }
    }
}

/// The snapshots, newest first, each with what changed since the one before.
pub(super) fn snapshots(page: &ReviewPage<'_>) -> Markup {
    let frames = page.frames.iter().enumerate().rev();
    html! {
        @if page.frames.len() < 2 {
            p.muted { "There is no snapshot yet. To take one: " code { "git coord snapshot --label morning" } }
        } @else {
            @for (number, frame) in frames { (snapshot(page, number, frame)) }
        }
    }
}

fn snapshot(page: &ReviewPage<'_>, number: usize, frame: &PageFrame<'_>) -> Markup {
    let (changes, more) = frame.changes.split_at(frame.changes.len().min(CHANGES_MAX));
    html! {
        details data-frame=(number) open[number + 1 == page.frames.len()] {
            summary {
                strong { (moments::name(page, frame)) }
                @if let Some(snapshot) = frame.snapshot { span.muted { " by " (snapshot.actor) ", " (snapshot.at.dated()) } }
                span.muted { " · " (moments::figures(frame)) }
            }
            @if number == 0 {
                p.muted { "This is the first one." }
            } @else if changes.is_empty() {
                p.muted { "No task changed." }
            } @else {
                ul.changes { @for change in changes { li { (sentence(&change.id, &changes::of_task(change))) } } }
                @if !more.is_empty() { p.muted { "and " (counted(more.len(), "more change", "more changes")) } }
            }
        }
    }
}

/// The sentence about a task, with a link where it names the task: `task B: …`.
fn sentence(id: &str, sentence: &str) -> Markup {
    let rest = sentence
        .strip_prefix("task ")
        .and_then(|rest| rest.strip_prefix(id));
    html! {
        @match rest {
            Some(rest) => { (link(id)) (rest) }
            None => (sentence),
        }
    }
}

/// The newest entries.
pub(super) fn entries(page: &ReviewPage<'_>) -> Markup {
    let total = page.document.ledger.entries;
    let rows = html! { @for entry in &page.entries { (entry_row(entry)) } };
    let columns = [
        "Time",
        "Actor",
        "Entry",
        "Tasks",
        "Effect",
        "Signature",
        "Commit",
    ];
    html! {
        @if (page.entries.len() as u64) < total {
            p.muted { "The newest " (page.entries.len()) " of " (total) " entries. To see all: " code { "git coord log" } }
        }
        (table("Entries", &columns, &rows))
    }
}

fn entry_row(signed: &SignedEntry) -> Markup {
    let entry = &signed.entry;
    let (tasks, more) = entry.tasks.split_at(entry.tasks.len().min(TASKS_MAX));
    let refused = entry.refusal.as_ref();
    let refused = refused.map(|refusal| refusal::sentence(refusal, None));
    let why = refused.or_else(|| entry.flaw.as_ref().map(ToString::to_string));
    html! {
        tr {
            td { time datetime=(entry.at) { (entry.at.dated()) } }
            td { @if let Some(actor) = &entry.actor { (actor) } }
            td { bdi { (visible(entry.subject.as_deref().unwrap_or("(not an entry)"))) } }
            td {
                (links(tasks))
                @if !more.is_empty() { " and " (more.len()) " more" }
            }
            td {
                b data-e=(entry.effect) { (effect(entry.effect)) }
                @if let Some(why) = why { " " span.muted { (why) } }
                @if entry.acknowledged { " (acknowledged)" }
            }
            td { (signature(signed)) }
            td { code { (format!("{:.10}", entry.object)) } }
        }
    }
}

fn effect(effect: EntryEffect) -> &'static str {
    match effect {
        EntryEffect::Quarantined => "ignored (quarantined)",
        other => other.as_str(),
    }
}

/// The key that signed an entry. Only entries with a valid signature of their author's key are accepted.
fn signature(signed: &SignedEntry) -> Markup {
    match &signed.signer {
        None => html! { b data-k="none" { "not valid" } },
        Some((fingerprint, standing)) => {
            let key: String = fingerprint.chars().take("SHA256:".len() + 10).collect();
            html! {
                b data-k="valid" { "valid" } " " code { (key) }
                @match standing {
                    Some(KeyStanding::Active) => {}
                    Some(standing) => { " (key now " (standing) ")" }
                    None => " (key now removed)",
                }
            }
        }
    }
}
