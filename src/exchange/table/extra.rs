//! Facts for which a task has no field, as cells of columns that nobody knows.
//!
//! Not here: the same facts in JSON (`json`).

use super::column::Column;
use crate::core::plan::fields::Fields;

/// A cell as JSON: a whole number as a number, anything else as a string.
pub(super) fn json_of(cell: &str) -> String {
    let number: Option<u64> = cell.trim().parse().ok();
    number.map_or_else(
        || serde_json::Value::from(cell.trim()).to_string(),
        |number| number.to_string(),
    )
}

/// The facts that a reader finds again in a cell, each with the name of its column.
pub(in crate::exchange) fn cells(fields: &Fields) -> impl Iterator<Item = (&str, String)> {
    fields.extra.iter().filter_map(|(key, json)| {
        let (key, json) = (key.as_str(), json.as_str());
        let cell = serde_json::from_str(json).unwrap_or_else(|_| json.to_owned());
        let name = match Column::named(key) {
            Column::Unknown(name) if name == key => key,
            Column::Files if key == "files_count" => "Files",
            _ => return None,
        };
        (json_of(&cell) == json).then_some((name, cell))
    })
}
