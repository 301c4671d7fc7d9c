//! Writes a draft as CSV for spreadsheets, one line per task.
//!
//! Not here: the text of one cell (`cell`).

use std::fmt::Display;

use csv::{Terminator, WriterBuilder};

use super::cell;
use crate::{
    core::values::{branch::BranchName, text::Text},
    exchange::{
        Draft, DraftTask, list_cell,
        table::{REASONS, extra_cells},
        words,
    },
};

const HEADER: [&str; 27] = [
    "id",
    "title",
    "group",
    "owners",
    "status",
    "priority",
    "risk",
    "estimate_low_minutes",
    "estimate_high_minutes",
    "percent",
    "steps",
    "depends_on",
    "parent",
    "links",
    "gates",
    "blockers",
    "paths",
    "branch",
    "pr",
    "labels",
    "wave",
    "wave_rank",
    "due",
    "defer",
    "urls",
    "acceptance_criteria",
    "description",
];
/// What separates the items of a list; `table` takes a comma for a separator too.
const ITEMS: &[char] = &[';', ','];

/// Whether a file with this header was written here.
pub(super) fn is_header(header: &[String]) -> bool {
    header.len() >= HEADER.len() && HEADER.iter().zip(header).all(|(name, other)| name == other)
}

/// The file's text, with CRLF line ends as in the RFC. Lists are joined with `; `. `exchange::csv::read` returns the
/// same tasks again.
///
/// Titles come from other people. So a cell that a spreadsheet would read as a formula gets a `'` before it, and
/// characters that nobody sees are escaped.
pub fn write(draft: &Draft) -> String {
    let mut more: Vec<&str> = Vec::new();
    for (key, _) in draft
        .tasks
        .iter()
        .flat_map(|task| extra_cells(&task.fields))
    {
        words::push_new(&mut more, key);
    }
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    let written = more.iter().map(|key| cell::written(key));
    let header = HEADER.map(str::to_owned).into_iter().chain(written);
    let rows = draft.tasks.iter().map(|task| {
        let extra: Vec<(&str, String)> = extra_cells(&task.fields).collect();
        let more = more.iter().map(move |key| {
            let cell = extra.iter().find(|(other, _)| other == key);
            cell.map_or_else(String::new, |(_, cell)| cell::written(cell))
        });
        let cells = cells(task).map(|cell| cell::written(&cell));
        cells.into_iter().chain(more).collect::<Vec<_>>()
    });
    // Writing to a Vec cannot fail.
    for record in std::iter::once(header.collect()).chain(rows) {
        let _ = writer.write_record(&record);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn cells(task: &DraftTask) -> [String; 27] {
    let fields = &task.fields;
    let steps: Vec<String> = (task.steps.iter())
        .map(|step| format!("[{}] {}", if step.done { 'x' } else { ' ' }, step.text))
        .collect();
    [
        task.id.to_string(),
        fields.title.as_str().to_owned(),
        fields
            .group
            .as_ref()
            .map(Text::as_str)
            .unwrap_or_default()
            .to_owned(),
        names(&fields.owners),
        task.status.to_string(),
        maybe(fields.priority),
        maybe(fields.risk),
        maybe(fields.estimate.map(|estimate| estimate.low())),
        maybe(fields.estimate.map(|estimate| estimate.high())),
        task.percent
            .unwrap_or_else(|| task.derived_percent())
            .to_string(),
        list_cell::join(steps.iter().map(String::as_str), REASONS),
        names(&task.depends),
        maybe(task.parent.as_ref()),
        words::link_list(&task.links),
        names(&fields.gates),
        list_cell::join(task.blockers.iter().map(String::as_str), REASONS),
        list_cell::join(fields.paths.iter().map(AsRef::as_ref), ITEMS),
        fields
            .branch
            .as_ref()
            .map(BranchName::as_str)
            .unwrap_or_default()
            .to_owned(),
        maybe(fields.pull_request),
        list_cell::join(fields.labels.iter().map(AsRef::as_ref), ITEMS),
        maybe(fields.wave.map(|wave| wave.number)),
        maybe(fields.wave.map(|wave| wave.rank)),
        maybe(fields.due),
        maybe(fields.defer),
        words::url_list(&fields.urls),
        list_cell::join(fields.criteria.iter().map(AsRef::as_ref), REASONS),
        task.body.clone().unwrap_or_default(),
    ]
}

fn maybe(value: Option<impl Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn names<'a, T: Display + 'a>(names: impl IntoIterator<Item = &'a T>) -> String {
    let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
    names.join("; ")
}
