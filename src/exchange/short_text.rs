//! Short texts of a plan in the form that the ledger accepts: not empty, and not too long.
//!
//! Not here: the meaning of a text (`words`), and long texts, which become attachments.

use super::{DraftTask, FindingKind, notes::Notes};
use crate::core::values::{
    branch::BranchName,
    glob::Glob,
    id::{InvalidName, TaskId},
    text::{TEXT_BYTES_MAX, Text, brief},
};

/// A short text of a task; none if it is blank. A text over the size limit is left out, with a finding.
pub(super) fn short_text(line: usize, what: &str, text: &str, notes: &mut Notes) -> Option<Text> {
    let size = text.len();
    if size > TEXT_BYTES_MAX {
        let message =
            format!("the {what} is left out: it has {size} bytes; the limit is {TEXT_BYTES_MAX}");
        notes.find(FindingKind::Unreadable, line, message);
    }
    text.parse().ok()
}

/// A glob of a task; none if it is blank. A glob over the limits is left out, with a finding.
pub(super) fn glob(line: usize, text: &str, notes: &mut Notes) -> Option<Glob> {
    let glob: Glob = match short_text(line, "path", text, notes)?.try_into() {
        Ok(glob) => glob,
        Err(InvalidName { why, .. }) => {
            let message = format!("a path is left out: {why}");
            notes.find_each(FindingKind::Unreadable, line, message, text);
            return None;
        }
    };
    Some(glob)
}

/// The title of a task. A blank title is a complaint, and so is one over the size limit.
pub(super) fn title(id: &TaskId, line: usize, text: &str, notes: &mut Notes) -> Text {
    let size = text.len();
    if size <= TEXT_BYTES_MAX && text.parse::<Text>().is_err() {
        notes.complain(line, format!("task '{id}' has no title"));
    }
    if size > TEXT_BYTES_MAX {
        let message = format!("the title has {size} bytes; the limit is {TEXT_BYTES_MAX}");
        notes.complain(line, message);
    }
    text.parse().unwrap_or_default()
}

/// Reports a word of a task that could not be read. The caller keeps it as text.
pub(super) fn unread(line: usize, error: &InvalidName, notes: &mut Notes) {
    let InvalidName { what, text, why } = error;
    let message = format!("not a valid {what}, kept as text ({why})");
    notes.find_each(FindingKind::Unreadable, line, message, text.trim());
}

/// The branch of a task. A name that git does not allow is left out, with a finding.
pub(super) fn branch(
    id: &TaskId,
    line: usize,
    text: &str,
    notes: &mut Notes,
) -> Option<BranchName> {
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse::<BranchName>();
    if let Err(error) = &parsed {
        let message = format!("task '{id}' gets no branch: {error}");
        notes.find(FindingKind::Unreadable, line, message);
    }
    parsed.ok()
}

/// Keeps JSON for which a task has no field. JSON that is too long for the ledger is left out, with a finding.
pub(super) fn keep(task: &mut DraftTask, key: &str, json: &str, line: usize, notes: &mut Notes) {
    if let (Ok(key), Ok(json)) = (key.parse(), json.parse()) {
        task.fields.extra.insert(key, json);
    } else {
        let message = format!(
            "a value of '{}' is left out, because keys and values have 1 to {TEXT_BYTES_MAX} bytes",
            brief(key, 60),
        );
        let task = task.id.as_str().to_owned();
        notes.find_each(FindingKind::Unreadable, line, message, &task);
    }
}
