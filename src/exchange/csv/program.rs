//! Tables that other programs export: their headers and cells as ours.
//!
//! Not here: headers that every table may have (`table`).

use std::collections::{HashMap, HashSet};

use crate::exchange::table::{Row, Table};

/// How a program writes its tasks.
struct Program {
    /// Headers that only its tables have together, in lower case.
    marks: &'static [&'static str],
    /// Its columns that need it.
    columns: &'static [ForeignColumn],
}

/// A header in lower case, our name for it, and how a cell becomes ours.
type ForeignColumn = (&'static str, &'static str, fn(&str) -> String);

/// The name of a column whose tasks depend on the one of the row.
const BLOCKS: &str = "Blocks";
/// The name of a column that other cells name the row by, besides its id.
const ALIAS: &str = "Issue id";

/// Jira calls an issue a work item since 2025; an export has either name.
const JIRA: &[ForeignColumn] = &[
    ("issue key", "id", same),
    ("work item key", "id", same),
    ("issue id", ALIAS, same),
    ("work item id", ALIAS, same),
    ("summary", "title", same),
    ("parent", "parent", same),
    ("epic link", "parent", same),
    ("original estimate", "estimate", seconds),
    ("inward issue link (blocks)", "depends on", same),
    ("outward issue link (blocks)", BLOCKS, same),
    ("inward work item link (blocks)", "depends on", same),
    ("outward work item link (blocks)", BLOCKS, same),
    ("outward issue link (relates)", "links", relates),
    ("outward work item link (relates)", "links", relates),
    ("outward issue link (duplicate)", "links", duplicates),
    ("outward work item link (duplicate)", "links", duplicates),
];

const PROGRAMS: &[Program] = &[
    Program {
        marks: &["issue key", "summary"],
        columns: JIRA,
    },
    Program {
        marks: &["work item key", "summary"],
        columns: JIRA,
    },
    // Linear.
    Program {
        marks: &["id", "team", "title", "creator"],
        columns: &[
            ("title", "title", unquoted),
            ("description", "description", unquoted),
            // Points are no time.
            ("estimate", "Estimate (points)", same),
            ("project", "group", unquoted),
            ("parent issue", "parent", same),
            ("blocked by", "depends on", same),
            ("related to", "links", relates),
            ("duplicate of", "links", duplicates),
        ],
    },
];

/// Gives the table of another program our headers and cells. Others stay as they are.
pub(super) fn translate(table: &mut Table) {
    let names: Vec<String> = table
        .header
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let has = |mark: &&str| names.iter().any(|name| name == mark);
    let Some(program) = PROGRAMS
        .iter()
        .find(|program| program.marks.iter().all(&has))
    else {
        return;
    };
    for (at, name) in names.iter().enumerate() {
        let known = program.columns.iter().find(|(theirs, ..)| theirs == name);
        let Some((_, ours, convert)) = known else {
            continue;
        };
        (*ours).clone_into(&mut table.header[at]);
        let cells = table
            .rows
            .iter_mut()
            .filter_map(|row| row.cells.get_mut(at));
        for cell in cells.filter(|cell| !cell.is_empty()) {
            *cell = convert(cell);
        }
    }
    name_by_id(table);
    turn_around(table);
}

/// The places of the columns with this header.
fn places(table: &Table, name: &str) -> Vec<usize> {
    let named = table
        .header
        .iter()
        .enumerate()
        .filter(|(_, header)| *header == name);
    named.map(|(at, _)| at).collect()
}

/// Names the other tasks of the table by their ids, where the cells have the numbers in the column [`ALIAS`].
fn name_by_id(table: &mut Table) {
    let (alias, id) = (places(table, ALIAS), places(table, "id"));
    let (Some(alias), Some(id)) = (alias.first(), id.first()) else {
        return;
    };
    let rows = table.rows.iter();
    let ids: HashMap<String, String> = rows
        .filter_map(|row| Some((row.cells.get(*alias)?.clone(), row.cells.get(*id)?.clone())))
        .filter(|(alias, _)| !alias.is_empty())
        .collect();
    for at in places(table, "parent") {
        for cell in table
            .rows
            .iter_mut()
            .filter_map(|row| row.cells.get_mut(at))
        {
            if let Some(id) = ids.get(cell.as_str()) {
                cell.clone_from(id);
            }
        }
    }
}

/// Adds to each row the tasks that name it in a column [`BLOCKS`], as its dependencies. Names of other tasks stay there.
fn turn_around(table: &mut Table) {
    let (blocks, id) = (places(table, BLOCKS), places(table, "id"));
    let Some(id) = id.first().filter(|_| !blocks.is_empty()) else {
        return;
    };
    let own = |row: &Row| row.cells.get(*id).cloned().unwrap_or_default();
    let ids: HashSet<String> = table.rows.iter().map(own).collect();
    let mut before: HashMap<String, Vec<String>> = HashMap::new();
    for row in &mut table.rows {
        let own = own(row);
        for at in &blocks {
            if let Some(cell) = row.cells.get_mut(*at).filter(|cell| ids.contains(*cell)) {
                let other = std::mem::take(cell);
                before.entry(other).or_default().push(own.clone());
            }
        }
    }
    let columns = table.header.len();
    table.header.push("depends on".to_owned());
    for row in &mut table.rows {
        let depends = before.remove(&own(row)).unwrap_or_default();
        row.cells.truncate(columns);
        row.cells.resize(columns, String::new());
        row.cells.push(depends.join("; "));
    }
}

fn same(cell: &str) -> String {
    cell.to_owned()
}

fn seconds(cell: &str) -> String {
    let seconds: Option<u64> = cell.trim().parse().ok();
    seconds.map_or_else(|| cell.to_owned(), |seconds| format!("{}min", seconds / 60))
}

fn relates(cell: &str) -> String {
    linked("relates", cell)
}

fn duplicates(cell: &str) -> String {
    linked("duplicates", cell)
}

fn linked(kind: &str, cell: &str) -> String {
    let names = cell
        .split([',', ';'])
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let links: Vec<String> = names.map(|name| format!("{kind}:{name}")).collect();
    links.join("; ")
}

/// The cell without the `'` that keeps a spreadsheet from reading a formula.
fn unquoted(cell: &str) -> String {
    let bare = cell
        .strip_prefix('\'')
        .filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r']));
    bare.unwrap_or(cell).to_owned()
}
