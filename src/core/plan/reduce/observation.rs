//! The effect of the events of family 6: observations are stored, snapshots are listed.
//!
//! Not here: their permission (`rules`).

use crate::core::{
    entry::event::{ObservationEvent, observation::PullRequest},
    plan::{
        rules::Place,
        state::{
            State,
            records::{SeenPullRequest, SeenWorktrees, Snapshot},
        },
    },
    values::text::Text,
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &ObservationEvent) {
    match event {
        ObservationEvent::PullRequests {
            source,
            seen,
            complete,
        } => {
            see_pull_requests(state, place, source, seen, *complete);
        }
        ObservationEvent::Worktrees { host, seen } => {
            let seen = SeenWorktrees {
                at: place.effective,
                seen: seen.clone(),
            };
            state.worktrees.insert(host.clone(), seen);
        }
        ObservationEvent::SnapshotTaken {
            label,
            state: digest,
            versions,
        } => {
            state.snapshots.push(Snapshot {
                entry: place.id,
                label: label.clone(),
                at: place.effective,
                actor: place.actor().clone(),
                state: *digest,
                versions: *versions,
            });
        }
    }
}

fn see_pull_requests(
    state: &mut State,
    place: &Place<'_>,
    source: &Text,
    seen: &[PullRequest],
    complete: bool,
) {
    if complete {
        state.pull_requests.forget(source);
    }
    let seen = seen.iter().map(|request| SeenPullRequest {
        at: place.effective,
        seen: request.clone(),
    });
    state.pull_requests.see(source, seen);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::core::{
        entry::event::{
            Event, ObservationEvent,
            observation::{Checks, PullRequest, PullRequestState},
        },
        sample::{Sample, text},
    };

    fn see(sample: &mut Sample, source: &str, numbers: &[u64], complete: bool) {
        let request = |number: &u64| PullRequest {
            number: *number,
            title: text(source),
            state: PullRequestState::Open,
            branch: text("feat/x"),
            checks: Checks::None,
        };
        let event = ObservationEvent::PullRequests {
            source: text(source),
            seen: numbers.iter().map(request).collect(),
            complete,
        };
        sample.by("ana", Event::Observation(event));
    }
    fn seen(sample: &Sample) -> Vec<String> {
        let requests = sample.state().pull_requests.iter();
        let shown =
            requests.map(|(source, it)| format!("{source}#{} {}", it.seen.number, it.seen.title));
        shown.collect()
    }

    #[test]
    fn pull_requests_of_two_forges_with_equal_numbers_are_kept_apart() {
        let mut sample = Sample::new();
        see(&mut sample, "gitlab", &[7, 8], false);
        see(&mut sample, "github", &[8, 9], true);
        let four = [
            "github#8 github",
            "github#9 github",
            "gitlab#7 gitlab",
            "gitlab#8 gitlab",
        ];
        assert_eq!(seen(&sample), four);
        see(&mut sample, "gitlab", &[8], true);
        assert_eq!(seen(&sample), [four[0], four[1], four[3]]);
        see(&mut sample, "gitlab", &[], true);
        assert_eq!(seen(&sample), four[..2]);
    }
}
