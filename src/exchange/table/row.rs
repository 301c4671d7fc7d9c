//! One row of a task table as a task.
//!
//! Not here: finding the columns (`table`).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{column::Column, extra, fresh::FreshIds};
use crate::{
    core::{
        entry::event::task::Wave,
        plan::fields::Fields,
        values::{
            glob::Glob,
            id::{InvalidName, TaskId},
            task::{Approver, Estimate, Role, Status},
            text::Text,
        },
    },
    exchange::{
        DraftStep, DraftTask, FindingKind,
        list_cell::{self, ITEMS, REASONS},
        notes::Notes,
        short_text::{self, branch, glob, short_text},
        words,
    },
};

/// The longest cell that is read, so that a hostile file costs little time.
const CELL_BYTES_MAX: usize = 100_000;

/// The context of a table.
pub(in crate::exchange) struct TableContext<'a> {
    /// The group in its heading.
    pub group: Option<Text>,
    /// The owner in its heading.
    pub owner: Option<&'a str>,
    /// The ids of all tasks of the document.
    pub ids: &'a HashSet<TaskId>,
    /// The new ids of its tasks, if an earlier table has the same numbers.
    pub renamed: Option<&'a HashMap<TaskId, TaskId>>,
    /// Whether an export wrote the table, so that its cells say no more than they say.
    pub is_exact: bool,
}

/// Reads a row as a task. An invalid id is a complaint, and the row is skipped. A cell that cannot be read is a finding,
/// and is kept as text.
pub(super) fn read(
    line: usize,
    cells: &[(&Column, &str)],
    place: &TableContext<'_>,
    fresh: &mut FreshIds,
    notes: &mut Notes,
) -> Option<DraftTask> {
    let cell = |wanted: &Column| {
        cells
            .iter()
            .find(|(column, _)| *column == wanted)
            .map_or("", |(_, cell)| *cell)
    };
    let id = if cells.iter().any(|(column, _)| **column == Column::Id) {
        words::task_reference(cell(&Column::Id))
            .map(|id| place.present(id))
            .map_err(|error| notes.complain(line, error.to_string()))
            .ok()?
    } else {
        fresh.of(line, cell(&Column::Title), notes)
    };
    let title = short_text::title(&id, line, cell(&Column::Title), notes);
    let fields = Fields {
        group: place.group.clone(),
        ..Fields::titled(title)
    };
    let mut row = Reader {
        task: DraftTask::new(id, line, fields),
        minutes: (None, None),
        wave_rank: 0,
        place,
        notes,
    };
    for (column, cell) in cells {
        row.take(column, cell);
    }
    row.take_owner_of_table();
    Some(row.finish())
}

impl TableContext<'_> {
    /// The id of a task in this table.
    fn present(&self, id: TaskId) -> TaskId {
        let new = self.renamed.and_then(|renamed| renamed.get(&id));
        new.cloned().unwrap_or(id)
    }
}

struct Reader<'a, 'n> {
    task: DraftTask,
    /// The bounds of the estimate.
    minutes: (Option<u32>, Option<u32>),
    wave_rank: u32,
    place: &'a TableContext<'a>,
    notes: &'n mut Notes,
}

impl Reader<'_, '_> {
    fn take(&mut self, column: &Column, cell: &str) {
        let line = self.task.line;
        if cell.len() > CELL_BYTES_MAX && *column != Column::Title {
            let message = format!(
                "a cell is left out: it has {} bytes; the limit is {CELL_BYTES_MAX}",
                cell.len()
            );
            return self.notes.find(FindingKind::Unreadable, line, message);
        }
        if cell.is_empty() || !self.place.is_exact && words::says_nothing(cell) {
            return;
        }
        let fields = &mut self.task.fields;
        match column {
            Column::Id | Column::Title => {}
            Column::Owner => self.take_owners(cell),
            Column::Priority => {
                self.task.fields.priority = self.valid("priority", cell, words::priority)
            }
            Column::Risk => self.task.fields.risk = self.valid("risk", cell, words::risk),
            Column::Estimate => self.take_estimate(cell),
            Column::Status => self.take_status(cell),
            Column::Review => self.take_review(cell),
            Column::Files => self.take_files(cell),
            Column::Depends => self.take_depends(cell),
            Column::Parent => {
                self.task.parent = self.known(cell);
                if self.task.parent.is_none() {
                    self.unreadable("parent", cell, "not a task of the plan, kept as text");
                }
            }
            Column::Links => self.take_links(cell),
            Column::Branch => fields.branch = branch(&self.task.id, line, cell.trim(), self.notes),
            Column::Pr => self.take_pr(cell),
            Column::Progress => self.take_progress(cell),
            Column::Paths => fields.paths = globs(line, cell, self.notes),
            Column::Labels => {
                let mut label = |part: &str| short_text(line, "label", part, self.notes);
                let labels = list_cell::split(cell, ITEMS);
                fields.labels = labels.iter().filter_map(|part| label(part)).collect();
            }
            Column::Blockers => self.take_blockers(cell, true),
            Column::Group => {
                let cell = if self.place.is_exact {
                    cell
                } else {
                    cell.trim()
                };
                fields.group = short_text(line, "group", cell, self.notes);
            }
            Column::Wave => {
                let number = self.number("wave", cell);
                self.task.fields.wave = number.map(|number| Wave { number, rank: 0 });
            }
            Column::WaveRank => self.wave_rank = self.number("wave_rank", cell).unwrap_or(0),
            Column::Due => self.task.fields.due = self.valid("due", cell, words::day),
            Column::Defer => self.task.fields.defer = self.valid("defer", cell, words::day),
            Column::Urls => {
                let words::Names { read, unread } = words::urls(cell);
                self.task.fields.urls = read.into_iter().collect();
                self.unread("urls", cell, &unread);
            }
            Column::Steps => self.take_steps(cell),
            Column::Criteria => {
                for criterion in list_cell::split(cell, REASONS) {
                    let text = short_text(line, "criterion", &criterion, self.notes);
                    let criteria = &mut self.task.fields.criteria;
                    text.into_iter()
                        .for_each(|it| words::push_new(criteria, it));
                }
            }
            Column::Description => self.task.body = Some(cell.to_owned()),
            Column::EstimateLow => self.minutes.0 = self.number("estimate_low_minutes", cell),
            Column::EstimateHigh => self.minutes.1 = self.number("estimate_high_minutes", cell),
            Column::Unknown(name) => self.keep(&name.clone(), cell),
        }
    }

    /// The task, when all cells are read.
    fn finish(mut self) -> DraftTask {
        if let (Some(low), high) = self.minutes {
            self.task.fields.estimate = Estimate::from_minutes(low, high.unwrap_or(low));
        }
        if let Some(wave) = &mut self.task.fields.wave {
            wave.rank = self.wave_rank;
        }
        let derived = self.task.derived_percent();
        self.task.percent = self.task.percent.filter(|percent| *percent != derived);
        self.task
    }

    /// Keeps a cell in `extra`.
    fn keep(&mut self, key: &str, cell: &str) {
        let (line, json) = (self.task.line, extra::json_of(cell));
        short_text::keep(&mut self.task, key, &json, line, self.notes);
    }

    /// Reads a whole number.
    fn number(&mut self, key: &str, cell: &str) -> Option<u32> {
        let number = cell.trim().parse().ok();
        if number.is_none() {
            self.unreadable(key, cell, "not a whole number, kept as text");
        }
        number
    }

    /// Reads a cell of one word.
    fn valid<T>(
        &mut self,
        key: &str,
        cell: &str,
        read: fn(&str) -> Result<T, InvalidName>,
    ) -> Option<T> {
        read(cell)
            .map_err(|error| self.unread(key, cell, &[error]))
            .ok()
    }

    /// Reports the words of a cell that could not be read, and keeps the cell as text.
    fn unread(&mut self, key: &str, cell: &str, errors: &[InvalidName]) {
        let line = self.task.line;
        errors
            .iter()
            .for_each(|error| short_text::unread(line, error, self.notes));
        if !errors.is_empty() {
            self.keep(key, cell);
        }
    }

    fn take_owners(&mut self, names: &str) {
        let words::Names { read, unread } = if self.place.is_exact {
            words::exact_names(names)
        } else {
            words::actors(names)
        };
        self.task.fields.owners = read;
        self.unread("owner", names, &unread);
    }

    fn take_owner_of_table(&mut self) {
        let owner = self.place.owner;
        if let Some(owner) = owner.filter(|_| self.task.fields.owners.is_empty()) {
            self.take_owners(owner);
        }
    }

    fn take_estimate(&mut self, cell: &str) {
        self.task.fields.estimate = words::estimate(cell, self.notes.working_day);
        if self.task.fields.estimate.is_none() {
            let message = "not a duration such as 30min or 2-3h, kept as text";
            self.unreadable("estimate", cell, message);
        }
    }

    fn take_status(&mut self, cell: &str) {
        let Some((status, remark)) = words::status(cell) else {
            let message = "not a known status, so the task is not started; kept as text";
            return self.unreadable("status_remark", cell, message);
        };
        self.task.status = status;
        if remark.is_empty() {
            return;
        }
        match status {
            Status::Waiting | Status::Blocked => self.take_blockers(&remark, false),
            _ if remark.ends_with('%') => self.take_progress(&remark),
            _ => self.keep("status_remark", &remark),
        }
    }

    fn take_review(&mut self, cell: &str) {
        let words::Names {
            read: gates,
            unread,
        } = if self.place.is_exact {
            words::exact_names(cell)
        } else {
            words::gates(cell)
        };
        self.unread("review", cell, &unread);
        let by_nobody = !self.place.is_exact && gates == [Approver::Role(Role::Reviewer)];
        self.task.fields.gates = gates.into_iter().collect();
        if by_nobody && !cell.contains("role:") {
            let (line, id) = (self.task.line, self.task.id.as_str());
            self.notes
                .find_each(FindingKind::Assumed, line, words::NO_REVIEWER, id);
        }
    }

    /// Reads a cell that holds either a count of files or a list of paths.
    fn take_files(&mut self, cell: &str) {
        let count = cell.trim().trim_start_matches(['~', '≤', '<', '≈']).trim();
        let is_count = count.starts_with(|c: char| c.is_ascii_digit());
        if is_count || self.place.is_exact || !cell.contains(['/', '.', '*']) {
            self.keep("files_count", cell);
        } else {
            self.task.fields.paths = globs(self.task.line, cell, self.notes);
        }
    }

    fn take_depends(&mut self, cell: &str) {
        let names = if self.place.is_exact {
            words::exact_list(cell).collect()
        } else {
            words::name_list(cell)
        };
        for name in names {
            match self.known(name) {
                Some(id) => words::push_new(&mut self.task.depends, id),
                None => {
                    let name = name.trim_matches(['*', '`']).to_owned();
                    words::push_new(&mut self.task.blockers, name);
                }
            }
        }
    }

    fn take_links(&mut self, cell: &str) {
        let links = words::exact_list(cell).map(words::link);
        let known = |(kind, name)| Some((kind, self.known(name)?));
        match links.map(|link| link.and_then(known)).collect() {
            Some(links) => self.task.links = links,
            None => self.unreadable("links", cell, "not a link such as relates:B, kept as text"),
        }
        let id = self.task.id.clone();
        self.task.links.retain(|(_, other)| *other != id);
    }

    /// Reads a list of task names as dependencies. If at least one part is not the name of a task, the whole
    /// list is read as reasons, separated by semicolons. The cells of an export are always reasons.
    fn take_blockers(&mut self, text: &str, is_column: bool) {
        let names = words::name_list(text).into_iter();
        let known: Option<Vec<TaskId>> = names.map(|name| self.known(name)).collect();
        let Some(ids) = known.filter(|_| !self.place.is_exact) else {
            for reason in list_cell::split(text, REASONS) {
                words::push_new(&mut self.task.blockers, reason);
            }
            return;
        };
        for id in ids {
            if is_column {
                let (line, message) = (self.task.line, words::BLOCKER_IS_TASK);
                self.notes
                    .find_each(FindingKind::Assumed, line, message, id.as_str());
            }
            words::push_new(&mut self.task.depends, id);
        }
    }

    /// Reads a list of steps; those that begin with `[x]` are done.
    fn take_steps(&mut self, cell: &str) {
        if !cell.trim_start().starts_with('[') {
            return self.keep("steps", cell);
        }
        for step in list_cell::split(cell, REASONS) {
            let marked = step.split_once("] ");
            let (done, text) = match marked {
                Some(("[x" | "[X", text)) => (true, text),
                Some(("[ ", text)) => (false, text),
                _ => (false, step.as_str()),
            };
            let text = text.to_owned();
            self.task.steps.push(DraftStep { text, done });
        }
    }

    fn known(&self, name: &str) -> Option<TaskId> {
        let id = self.place.present(words::task_reference(name).ok()?);
        self.place.ids.contains(&id).then_some(id)
    }

    fn take_pr(&mut self, cell: &str) {
        let number = cell.trim().trim_start_matches(['#', '!']).parse().ok();
        self.task.fields.pull_request = number;
        if number.is_none() {
            let message = "not a pull request number, kept as text";
            self.unreadable("pr_number", cell, message);
        }
    }

    fn unreadable(&mut self, key: &str, cell: &str, message: &str) {
        let line = self.task.line;
        self.notes
            .find_each(FindingKind::Unreadable, line, message, cell.trim());
        self.keep(key, cell);
    }

    fn take_progress(&mut self, cell: &str) {
        let percent: Option<u8> = cell.trim().trim_end_matches('%').trim_end().parse().ok();
        let Some(percent) = percent.filter(|percent| *percent <= 100) else {
            return self.keep("progress", cell);
        };
        self.task.percent = Some(percent);
    }
}

fn globs(line: usize, cell: &str, notes: &mut Notes) -> BTreeSet<Glob> {
    list_cell::split(cell, ITEMS)
        .iter()
        .filter_map(|part| glob(line, part, notes))
        .collect()
}
