//! The way through the snapshots: the slider, and the figures of each snapshot as JSON for the script.
//!
//! A snapshot is kept as its differences from the one before. Not here: the sentences about them (`history`).

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::{
    content::{PageFrame, ReviewPage},
    parts::words_of,
};
use crate::core::{
    values::{id::ActorName, json::to_json_line, task::Status},
    views::snapshot::TaskMoment,
};

/// The slider, which the script shows.
pub(super) fn slider(page: &ReviewPage<'_>) -> Markup {
    let last = page.frames.len().saturating_sub(1);
    html! {
        div #_time hidden role="region" aria-label="Time" {
            div {
                label for="_at" { "Snapshot" }
                button type="button" #_earlier aria-label="Earlier snapshot" { "‹" }
                input #_at type="range" min="0" max=(last) value=(last) step="1" autocomplete="off";
                button type="button" #_later aria-label="Later snapshot" { "›" }
                output #_shown for="_at" {}
            }
            div #_changes hidden {}
        }
    }
}

/// The name of a frame for people.
pub(super) fn name(page: &ReviewPage<'_>, frame: &PageFrame<'_>) -> String {
    match frame.snapshot {
        Some(snapshot) => snapshot.name(page.state.day_offset),
        None => "Now".to_owned(),
    }
}

/// How far the plan was: `9 of 21 done, 3 in progress`.
pub(super) fn figures(frame: &PageFrame<'_>) -> String {
    let count = |status: Status| frame.tally[status as usize];
    let total: usize = frame.tally.iter().sum();
    let mut text = format!("{} of {total} done", count(Status::Done));
    for status in [Status::InProgress, Status::InReview, Status::Blocked] {
        if count(status) > 0 {
            text += &format!(", {} {}", count(status), words_of(status));
        }
    }
    text
}

/// What the script reads.
#[derive(Serialize)]
struct Data {
    /// The statuses, by number: their words in the style, and for people.
    statuses: Vec<[String; 2]>,
    /// The holders, by number.
    actors: Vec<String>,
    frames: Vec<FrameData>,
}

#[derive(Serialize)]
struct FrameData {
    name: String,
    figures: String,
    /// For each task that differs from the frame before: its place in the table, its status, its percentage and its holder, by
    /// number, or -1 for none. A task that did not exist has only its place.
    changes: Vec<Vec<i64>>,
}

/// The data, harmless inside a page: no `<` ends the element.
pub(super) fn data(page: &ReviewPage<'_>) -> Markup {
    let mut actors = Vec::new();
    let mut frames = Vec::new();
    for frame in &page.frames {
        let changed = frame.changed.iter();
        let changes = changed.map(|(place, moment)| change(*place, moment.as_ref(), &mut actors));
        frames.push(FrameData {
            changes: changes.collect(),
            name: name(page, frame),
            figures: figures(frame),
        });
    }
    let statuses = Status::ALL.iter();
    let data = Data {
        statuses: statuses.map(|it| [it.to_string(), words_of(*it)]).collect(),
        actors: actors.iter().map(ToString::to_string).collect(),
        frames,
    };
    let json = to_json_line(&data).replace('<', "\\u003c");
    html! { script #_data type="application/json" { (PreEscaped(json)) } }
}

fn change(place: usize, moment: Option<&TaskMoment>, actors: &mut Vec<ActorName>) -> Vec<i64> {
    let mut numbers = vec![place as i64];
    if let Some(moment) = moment {
        let holder = moment.holder.as_ref().map(|holder| {
            let known = actors.iter().position(|actor| actor == holder);
            known.unwrap_or_else(|| {
                actors.push(holder.clone());
                actors.len() - 1
            })
        });
        let holder = holder.map_or(-1, |number| number as i64);
        numbers.extend([moment.status as i64, i64::from(moment.percent), holder]);
    }
    numbers
}
