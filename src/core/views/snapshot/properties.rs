//! The properties of the documents of every state.
//!
//! Not here: examples, which are next to the code.

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
        prop_assert_eq!(files(&read), files(&state));
        prop_assert!(diff(&read, &state, &[], &|_| None).is_empty());
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
    fn no_file_of_a_snapshot_has_invisible_characters(sample in any_sample()) {
        for (path, bytes) in files(&sample.into_state()) {
            let text = String::from_utf8(bytes).unwrap();
            prop_assert!(!text.contains(|c| is_invisible(c) && c != '\n'), "{}", path);
        }
    }
}
