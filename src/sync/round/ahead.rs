//! Entries that home has and this clone leaves outside, because they are dated far ahead of this machine's clock, or because
//! they announce a version that this program does not know.
//!
//! No later commit that contains such an entry is added either, and nothing can be published on top of it, until its time has
//! come, a newer program reads it, or an admin's repair leaves it behind. Not here: the repair (`repair`), and own entries that are dated ahead
//! (`again`).

use crate::{
    core::{
        history::{
            accept::{Lines, Standing},
            judge::Judgement,
        },
        values::time::Timestamp,
    },
    git::repository::ObjectId,
    ledger::{History, append::AHEAD_MAX},
    sync::ahead::Ahead,
};

/// The line of home as far as it can be taken, and the first entry beyond it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The last commit of home's line that is accepted; none if there is none.
    pub published: Option<ObjectId>,
    /// The entry beyond it.
    pub ahead: Ahead,
}

/// Whether a commit, or an entry on which it stands, is dated far ahead of the clock.
pub(super) fn is_ahead(history: &History, number: u32, clock: Timestamp) -> bool {
    history.at(number).node.effective > clock.after(AHEAD_MAX)
}

/// Whether a version is in force at a commit that this program does not know.
pub(super) fn is_unsupported(history: &History, number: u32) -> bool {
    history.judged().unsupported(number).is_some()
}

/// The first entry among these commits that is ahead, else the last commit.
pub(super) fn first(history: &History, mut among: Vec<u32>, clock: Timestamp) -> Option<Ahead> {
    // The parents have lower numbers.
    among.sort_unstable();
    let dated = |number: u32| match &history.at(number).node.verdict {
        Judgement::Accepted(accepted) => Some((&accepted.entry.actor, accepted.entry.time)),
        Judgement::Cached | Judgement::Quarantined { .. } => None,
    };
    let limit = clock.after(AHEAD_MAX);
    let is_late = |number: &u32| {
        is_unsupported(history, *number) || dated(*number).is_some_and(|(_, time)| time > limit)
    };
    let number = among
        .iter()
        .copied()
        .find(is_late)
        .or(among.last().copied())?;
    let placed = history.at(number);
    let version = history.judged().unsupported(number);
    let (actor, time) = match dated(number) {
        Some((actor, time)) if time > limit || version.is_some() => (Some(actor.clone()), time),
        _ => (None, placed.node.effective),
    };
    Some(Ahead {
        object: placed.object.to_string(),
        actor,
        time,
        commits: among.len(),
        clock,
        version,
    })
}

/// What of home's line stays outside; none if its tip is in time, or in the past of a tip that this clone has, and of
/// versions that this program knows.
pub(super) fn held(
    history: &History,
    lines: &Lines,
    home: u32,
    own: [Option<u32>; 2],
    clock: Timestamp,
) -> Option<Held> {
    if !is_ahead(history, home, clock) && !is_unsupported(history, home) {
        return None;
    }
    let mut taken = vec![false; history.judged().nodes().len()];
    for number in own.iter().flat_map(|tip| lines.beyond(*tip, None)) {
        taken[number as usize] = true;
    }
    let accepted = |number: &u32| {
        let is_known = taken[*number as usize] || !is_ahead(history, *number, clock);
        is_known && !is_unsupported(history, *number)
    };
    let in_time = lines.line(home).find(accepted);
    if in_time == Some(home) {
        return None;
    }
    let [local, anchor] = own.map(|own| own.filter(|number| !is_unsupported(history, *number)));
    let outside = lines.beyond(Some(home), in_time);
    let outside = outside
        .into_iter()
        .filter(|number| !taken[*number as usize] || is_unsupported(history, *number));
    let goes_on = |number: &u32| {
        matches!(
            lines.standing(*number, anchor),
            Standing::Ahead | Standing::Mended(_)
        )
    };
    let published = in_time.filter(goes_on).or(anchor).or(local);
    Some(Held {
        published: published.map(|number| history.at(number).object),
        ahead: first(history, outside.collect(), clock)?,
    })
}
