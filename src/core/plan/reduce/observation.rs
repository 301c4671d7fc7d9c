//! The effect of the events of family 6: observations are stored, snapshots are listed.
//!
//! Not here: their permission (`rules`).

use crate::core::{
    entry::event::ObservationEvent,
    plan::{
        rules::Place,
        state::{
            State,
            records::{SeenPullRequest, SeenWorktrees, Snapshot},
        },
    },
};

pub(super) fn effect(state: &mut State, place: &Place<'_>, event: &ObservationEvent) {
    match event {
        ObservationEvent::PullRequests { source, seen, gone } => {
            state.observed.insert(source.clone(), place.effective);
            state.pull_requests.forget(source, gone);
            let seen = seen.iter().map(|request| SeenPullRequest {
                at: place.effective,
                seen: request.clone(),
            });
            state.pull_requests.see(source, seen);
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::core::{
        entry::event::{Event, ObservationEvent, observation::PullRequest},
        sample::{Sample, source},
    };

    fn see(sample: &mut Sample, host: &str, numbers: &[u64], gone: &[u64]) {
        let request = |number: &u64| PullRequest {
            number: *number,
            ..PullRequest::default()
        };
        let event = ObservationEvent::PullRequests {
            source: source(host),
            seen: numbers.iter().map(request).collect(),
            gone: gone.to_vec(),
        };
        sample.by("ana", Event::Observation(event));
    }
    fn seen(sample: &Sample) -> Vec<String> {
        let requests = sample.state().pull_requests.iter();
        let shown = requests.map(|(source, it)| format!("{source}#{}", it.seen.number));
        shown.collect()
    }

    #[test]
    fn pull_requests_of_two_forges_with_equal_numbers_are_kept_apart() {
        let mut sample = Sample::new();
        see(&mut sample, "two", &[7, 8], &[]);
        see(&mut sample, "one", &[8, 9], &[7]);
        let four = ["one/acme#8", "one/acme#9", "two/acme#7", "two/acme#8"];
        assert_eq!(seen(&sample), four);
        see(&mut sample, "two", &[8], &[7, 9]);
        assert_eq!(seen(&sample), [four[0], four[1], four[3]]);
        see(&mut sample, "two", &[], &[8]);
        assert_eq!(seen(&sample), four[..2]);
    }

    #[test]
    fn an_observation_without_a_change_is_remembered_by_its_time() {
        let mut sample = Sample::new();
        see(&mut sample, "one", &[7], &[]);
        let first = sample.state().observed[&source("one")];
        see(&mut sample, "one", &[], &[]);
        let state = sample.state();
        assert!(state.observed[&source("one")] > first);
        let request = state.pull_requests.get(&source("one"), 7).unwrap();
        assert_eq!(request.at, first);
    }
}
