//! One row of a task table as a task.
//!
//! Not here: finding the columns (`table`).

use std::collections::{BTreeSet, HashSet};

use super::{column::Column, fresh::FreshIds};
use crate::{
    core::{
        plan::fields::Fields,
        values::{
            glob::Glob,
            id::{InvalidName, TaskId},
            task::{Approver, Role, Status},
            text::Text,
        },
    },
    exchange::{
        DraftTask, FindingKind, list_cell,
        notes::Notes,
        short_text::{self, branch, glob, short_text},
        words,
    },
};

/// The longest cell that is read, so that a hostile file costs little time.
const CELL_BYTES_MAX: usize = 10_000;

/// What separates the paths and labels in a cell.
pub(super) const ITEMS: &[char] = &[',', ';'];
/// What separates the reasons in a cell; they are sentences with commas.
pub(super) const REASONS: &[char] = &[';'];

/// The context of a table: the group and the owner in its heading, and every task id of the document.
pub(super) struct TableContext<'a> {
    pub group: Option<Text>,
    pub owner: Option<&'a str>,
    pub ids: &'a HashSet<TaskId>,
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
        place,
        notes,
    };
    for (column, cell) in cells {
        row.take(column, cell);
    }
    row.take_owner_of_table();
    Some(row.task)
}

struct Reader<'a, 'n> {
    task: DraftTask,
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
        if words::says_nothing(cell) {
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
            Column::Branch => fields.branch = branch(&self.task.id, line, cell.trim(), self.notes),
            Column::Pr => self.take_pr(cell),
            Column::Progress => self.take_progress(cell),
            Column::Paths => fields.paths = globs(line, cell, self.notes),
            Column::Labels => {
                let mut label = |part: &str| short_text(line, "label", part, self.notes);
                let labels = list_cell::split(cell, ITEMS);
                fields.labels = labels.iter().filter_map(|part| label(part)).collect();
            }
            Column::Blockers => self.take_blockers(cell),
            Column::Unknown(name) => self.keep(&name.clone(), cell),
        }
    }

    /// Keeps a cell in `extra` as JSON: a whole number as a number, anything else as a string.
    fn keep(&mut self, key: &str, cell: &str) {
        let number: Option<u64> = cell.trim().parse().ok();
        let json = number.map_or_else(
            || serde_json::Value::from(cell.trim()).to_string(),
            |number| number.to_string(),
        );
        let line = self.task.line;
        short_text::keep(&mut self.task, key, &json, line, self.notes);
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
        let words::Names { read, unread } = words::actors(names);
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
        self.task.fields.estimate = words::estimate(cell);
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
            Status::Waiting | Status::Blocked => self.take_blockers(&remark),
            _ if remark.ends_with('%') => self.take_progress(&remark),
            _ => self.keep("status_remark", &remark),
        }
    }

    fn take_review(&mut self, cell: &str) {
        let words::Names {
            read: gates,
            unread,
        } = words::gates(cell);
        self.unread("review", cell, &unread);
        let by_nobody = gates == [Approver::Role(Role::Reviewer)];
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
        if count.starts_with(|c: char| c.is_ascii_digit()) || !cell.contains(['/', '.', '*']) {
            self.keep("files_count", cell);
        } else {
            self.task.fields.paths = globs(self.task.line, cell, self.notes);
        }
    }

    fn take_depends(&mut self, cell: &str) {
        for name in words::name_list(cell) {
            match self.known(name) {
                Some(id) => words::push_new(&mut self.task.depends, id),
                None => {
                    let name = name.trim_matches(['*', '`']).to_owned();
                    words::push_new(&mut self.task.blockers, name);
                }
            }
        }
    }

    /// Reads a list of task names as dependencies. If at least one part is not the name of a task, the whole
    /// list is read as reasons, separated by semicolons.
    fn take_blockers(&mut self, text: &str) {
        let known: Option<Vec<TaskId>> = words::name_list(text)
            .into_iter()
            .map(|name| self.known(name))
            .collect();
        match known {
            Some(ids) => ids
                .into_iter()
                .for_each(|id| words::push_new(&mut self.task.depends, id)),
            None => {
                for reason in list_cell::split(text, REASONS) {
                    words::push_new(&mut self.task.blockers, reason);
                }
            }
        }
    }

    fn known(&self, name: &str) -> Option<TaskId> {
        words::task_reference(name)
            .ok()
            .filter(|id| self.place.ids.contains(id))
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
        self.task.percent = (percent != 0).then_some(percent);
    }
}

fn globs(line: usize, cell: &str, notes: &mut Notes) -> BTreeSet<Glob> {
    list_cell::split(cell, ITEMS)
        .iter()
        .filter_map(|part| glob(line, part, notes))
        .collect()
}
