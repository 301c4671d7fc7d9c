//! What holds of the documents of every state.
//!
//! Not here: examples, which stand beside the code.

use proptest::prelude::*;
use serde_json::Value;

use super::{files, status};
use crate::core::{
    plan::state::State,
    sample::any_sample,
    values::{
        json::{to_json_line, to_json_pretty},
        task::Status,
        text::is_invisible,
    },
    views::diff::diff,
};

proptest! {
    #[test]
    fn a_state_read_back_has_the_same_digest_and_the_same_bytes(sample in any_sample()) {
        let state = sample.into_state();
        let read = State::from_bytes(&state.to_bytes()).unwrap();
        prop_assert_eq!(read.digest(), state.digest());
        prop_assert_eq!(to_json_pretty(&status(&read)), to_json_pretty(&status(&state)));
        prop_assert_eq!(files(&read, read.effective, None), files(&state, state.effective, None));
        prop_assert!(diff(&read, &state).is_empty());
    }

    #[test]
    fn every_document_parses_and_keeps_the_text_exactly(sample in any_sample()) {
        let state = sample.into_state();
        let document = status(&state);
        for written in [to_json_pretty(&document), to_json_line(&document)] {
            prop_assert!(!written.contains(|c| is_invisible(c) && c != '\n'));
            let read: Value = serde_json::from_str(&written).unwrap();
            for ((_, task), shown) in state.tasks().zip(read["tasks"].as_array().unwrap()) {
                prop_assert_eq!(task.fields.title.as_str(), shown["title"].as_str().unwrap());
            }
        }
    }

    #[test]
    fn the_statuses_add_up_to_the_total(sample in any_sample()) {
        let summary = status(&sample.into_state()).summary;
        let sum: usize = Status::ALL.iter().map(|status| summary.count(*status)).sum();
        prop_assert_eq!(sum, summary.total);
        prop_assert!(summary.percent <= 100);
    }

    #[test]
    fn every_row_of_the_dashboard_has_as_many_cells_as_its_heading(sample in any_sample()) {
        let state = sample.into_state();
        for (path, bytes) in files(&state, state.effective, None) {
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(!text.contains(|c| is_invisible(c) && c != '\n'), "{}", path);
            let mut columns = None;
            for line in text.lines().filter(|_| path == "dashboard.md") {
                let bars = line.starts_with('|').then(|| cells(line));
                prop_assert!(columns.is_none() || bars.is_none() || columns == bars, "{}", line);
                columns = bars;
            }
        }
    }
}

/// The bars of a line that stand for themselves: a backslash takes the character after it along.
fn cells(line: &str) -> usize {
    let mut escaped = false;
    let bars = line.chars().filter(|c| {
        let counts = *c == '|' && !escaped;
        escaped = *c == '\\' && !escaped;
        counts
    });
    bars.count()
}
