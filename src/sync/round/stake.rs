//! The entries at stake when home was rewritten: published entries that its tip lacks or moves back.
//!
//! Not here: whether it was rewritten (`core::history::accept`).

use std::collections::HashSet;

use crate::{
    core::{
        entry::message,
        history::{judge::Judgement, order::Done},
    },
    git::repository::ObjectId,
    ledger::History,
};

/// The maximum number of entries at stake that are named.
const NAMED_MAX: usize = 20;

/// The published entries that a tip lacks or moves back, a line each.
pub(super) fn at_stake(history: &History, anchor: ObjectId, tip: ObjectId) -> Vec<String> {
    let (Some(anchor), Some(tip)) = (history.number(anchor), history.number(tip)) else {
        return Vec::new();
    };
    let judge = history.judged();
    let order = |tip| judge.order(tip, &mut Done::none(judge.nodes().len()));
    let (published, theirs) = (order(anchor), order(tip));
    let there: HashSet<u32> = theirs.iter().copied().collect();
    let both = published.iter().zip(&theirs);
    let same = both.take_while(|(ours, theirs)| ours == theirs).count();
    let told = published[same..].iter().filter_map(|number| {
        let Judgement::Accepted(accepted) = &history.at(*number).node.verdict else {
            return None;
        };
        let entry = &accepted.entry;
        let moved = if there.contains(number) {
            ", moved back"
        } else {
            ""
        };
        let line = || {
            let subject = message::subject(entry);
            format!("at stake: {subject} by {}{moved}", entry.actor)
        };
        (!entry.is_join()).then(line)
    });
    let mut told: Vec<String> = told.collect();
    if told.len() > NAMED_MAX {
        let more = told.len() - NAMED_MAX;
        told.truncate(NAMED_MAX);
        told.push(format!("and {more} more"));
    }
    told
}
