//! The order of execution: lists under `Execute FIRST`, `Execute SECOND`, …
//!
//! Not here: waves computed from dependencies (`core::views::planning`).

use std::collections::HashMap;

use super::blocks::{Block, Content};
use crate::{
    core::{entry::event::task::Wave, values::id::TaskId},
    exchange::{DraftTask, FindingKind, notes::Notes, words},
};

const ORDINALS: &[&str] = &[
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// The number of the wave that begins with this heading: `Execute FIRST (…)`, `Wave 2`.
pub(super) fn wave_of(heading: &str) -> Option<u32> {
    let mut words = heading
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .skip_while(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let (first, second) = (words.next()?, words.next()?);
    match first.as_str() {
        "execute" => {
            let place = ORDINALS.iter().position(|ordinal| *ordinal == second)?;
            u32::try_from(place + 1).ok()
        }
        "wave" => second
            .parse()
            .ok()
            .filter(|wave| (1..=100_000).contains(wave)),
        _ => None,
    }
}

/// The heading of a wave: `Execute FIRST` to `Execute TWELFTH`, then `Wave 13`.
pub(super) fn heading(wave: u32) -> String {
    let ordinal = usize::try_from(wave)
        .ok()
        .and_then(|wave| ORDINALS.get(wave.checked_sub(1)?));
    ordinal.map_or_else(
        || format!("Wave {wave}"),
        |ordinal| format!("Execute {}", ordinal.to_uppercase()),
    )
}

/// Sets the wave and the rank of every task in the list of a wave. The rank is its place, from 1, over all waves.
pub(super) fn read(blocks: &[Block], tasks: &mut [DraftTask], notes: &mut Notes) {
    let places: HashMap<TaskId, usize> = tasks
        .iter()
        .enumerate()
        .map(|(at, task)| (task.id.clone(), at))
        .collect();
    let mut wave = None;
    let mut rank = 0;
    for block in blocks {
        match &block.content {
            Content::Heading { text, .. } => wave = wave_of(text),
            Content::Item { depth: 1, text, .. } => {
                let Some(number) = wave else { continue };
                let mut named: Vec<usize> = references(text)
                    .iter()
                    .filter_map(|id| places.get(id).copied())
                    .collect();
                if named.is_empty() {
                    // The item may be a task itself.
                    named.extend(tasks.iter().position(|task| task.line == block.line));
                }
                if named.is_empty() {
                    let message = format!(
                        "'{}' does not name a task of the tables; it is skipped",
                        text.escape_debug()
                    );
                    notes.find(FindingKind::Unreadable, block.line, message);
                }
                for at in named {
                    rank += 1;
                    let wave = Wave { number, rank };
                    place(&mut tasks[at], wave, block.line, notes);
                }
            }
            _ => {}
        }
    }
}

fn place(task: &mut DraftTask, wave: Wave, line: usize, notes: &mut Notes) {
    if let Some(Wave { number, .. }) = task.fields.wave {
        let message = format!(
            "task '{}' is already in wave {number} and stays there",
            task.id
        );
        return notes.find(FindingKind::Contradiction, line, message);
    }
    task.fields.wave = Some(wave);
}

/// The ids in an item: the names before its first colon or dash, else its first word, or the word after `task`.
pub(super) fn references(item: &str) -> Vec<TaskId> {
    let head = item
        .split_once([':', '–', '—'])
        .map_or(item, |(head, _)| head);
    let head = head.split_once(" - ").map_or(head, |(head, _)| head);
    let ids: Vec<TaskId> = words::name_list(head)
        .iter()
        .filter_map(|name| words::task_reference(name).ok())
        .collect();
    if !ids.is_empty() {
        return ids;
    }
    let mut words = item.split_whitespace();
    let first = words.next().unwrap_or_default();
    let word = if first.eq_ignore_ascii_case("task") {
        words.next().unwrap_or_default()
    } else {
        first
    };
    words::task_reference(word.trim_end_matches([',', '.', ')']))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_begins_with_an_ordinal_or_a_number() {
        assert_eq!(wave_of("Execute FIRST (Unblock Others)"), Some(1));
        assert_eq!(wave_of("🎯 2. Execute Twelfth"), Some(12));
        assert_eq!(wave_of("Wave 3: polish"), Some(3));
        assert_eq!(wave_of("Execute CC-1"), None);
        assert_eq!(wave_of("Execution Priorities"), None);
    }

    #[test]
    fn an_item_names_tasks_before_a_colon_or_in_its_first_words() {
        let read = |text| {
            references(text)
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(read("CC-1: Guardrails (enables audit)"), ["CC-1"]);
        assert_eq!(read("Task #5: RC Soak"), ["5"]);
        assert_eq!(read("Task H – promote"), ["H"]);
        assert_eq!(read("A, B and C: side by side"), ["A", "B", "C"]);
        assert_eq!(read("Task B the breaker"), ["B"]);
    }
}
