//! What could be done next.
//!
//! Not here: waves and the critical path, and who should do it.

use super::{
    state::{State, TaskIndex},
    task::{Priority, Status},
    time::Timestamp,
};

/// The tasks that could be claimed at an effective time, best first: by priority (none counts as
/// medium), then by their place in the declared waves, then in the order in which they were added.
pub fn ready(state: &State, effective: Timestamp) -> Vec<TaskIndex> {
    let mut ready: Vec<TaskIndex> = state
        .tasks()
        .map(|(index, _)| index)
        .filter(|index| is_ready(state, *index, effective))
        .collect();
    ready.sort_by_key(|index| {
        let task = state.task(*index);
        let rank = task.wave.map_or(u32::MAX, |wave| wave.rank);
        (task.priority.unwrap_or(Priority::Medium), rank, *index)
    });
    ready
}

/// Whether a task could be claimed at an effective time: nothing is in its way, no verdict is
/// awaited, and nobody holds it or its lease has run out.
pub fn is_ready(state: &State, index: TaskIndex, effective: Timestamp) -> bool {
    let free = match &state.task(index).claim {
        Some(claim) => claim.expired(effective),
        None => true,
    };
    let begun_or_not = [Status::NotStarted, Status::InProgress];
    free && begun_or_not.contains(&state.status_of(index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        event::task::{TaskFact, Wave},
        sample::Sample,
        time::Span,
    };

    fn check(plan: &Sample, effective: Timestamp, expected: &[&str]) {
        let ready = ready(plan.state(), effective);
        let names: Vec<String> = ready
            .into_iter()
            .map(|index| plan.state().shown(index))
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn what_matters_most_comes_first_then_the_wave_then_the_order_of_addition() {
        let mut plan = Sample::new();
        let priority = |priority| TaskFact::Priority(Some(priority));
        let rank = |rank| TaskFact::Wave(Some(Wave { number: 1, rank }));
        plan.add("low", "x", vec![priority(Priority::Low)]);
        plan.add("later", "x", vec![]);
        plan.add("second", "x", vec![rank(2)]);
        plan.add("first", "x", vec![rank(1), priority(Priority::Medium)]);
        plan.add("critical", "x", vec![priority(Priority::Critical)]);
        let now = plan.state().effective;
        check(&plan, now, &["critical", "first", "second", "later", "low"]);
    }

    #[test]
    fn what_is_held_waits_or_is_blocked_is_not_ready_until_that_ends() {
        let mut plan = Sample::new();
        let first = plan.add("A", "x", vec![]);
        let second = plan.add("B", "x", vec![TaskFact::DependencyAdded(first.clone())]);
        let third = plan.add("C", "x", vec![]);
        plan.claim("codex", &first);
        let blocker = plan.block("codex", &third, "no staging", None);
        let now = plan.state().effective;
        check(&plan, now, &[]);
        check(&plan, now.after(Span::from_minutes(241)), &["A"]);
        plan.unblock("codex", &third, blocker);
        plan.done("codex", &first);
        check(&plan, now, &["B", "C"]);
        plan.claim("codex", &second);
        plan.submit("codex", &second);
        check(&plan, now.after(Span::from_minutes(999)), &["C"]);
    }
}
