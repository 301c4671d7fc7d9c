//! Any lines as the arguments of `list`.
#![no_main]

use std::sync::LazyLock;

use git_coord::core::{
    plan::state::{State, TaskIndex},
    views::filter::Filter,
};
use libfuzzer_sys::fuzz_target;

static STATE: LazyLock<State> = LazyLock::new(|| git_coord_fuzz::state(&git_coord_fuzz::entries()));

fuzz_target!(|text: &str| {
    let terms: Vec<&str> = text.lines().collect();
    let Ok(filter) = Filter::parse(&terms) else {
        let valid = |term: &&str| Filter::parse(&[term]).is_ok();
        assert!(!terms.iter().all(valid), "{terms:?}");
        return;
    };
    let mut expected: Vec<TaskIndex> = STATE.tasks().map(|(index, _)| index).collect();
    for term in terms {
        let selected = select(term);
        // A term and its opposite select every task once.
        if !term.starts_with(['-', '!']) {
            let others = select(&format!("-{term}"));
            assert_eq!(selected.len() + others.len(), STATE.tasks().len(), "{term}");
            assert!(
                !others.iter().any(|other| selected.contains(other)),
                "{term}"
            );
        }
        expected.retain(|index| selected.contains(index));
    }
    assert_eq!(filter.select(&STATE, STATE.effective), expected);
});

fn select(term: &str) -> Vec<TaskIndex> {
    let filter = Filter::parse(&[term]);
    filter.expect("a term of a filter is one").select(&STATE, STATE.effective)
}
