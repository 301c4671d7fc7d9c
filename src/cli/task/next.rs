//! The task that `claim --next` takes. It is chosen from the state just before the claim, so after a lost race it is
//! chosen again.
//!
//! Not here: the order (`core::views::planning`), and the claim itself (`commands::claim`).

use crate::{
    cli::{CommandError, failure::code},
    core::{
        plan::{
            graph::OpenTasks,
            state::{State, TaskIndex, paths::Holder},
        },
        values::{text::shell_word, time::Timestamp},
        views::{
            planning,
            snapshot::{self, IdleDocument},
        },
    },
    render::words,
};

/// The best task for an actor: one that it owns, or that has no owner. Tasks of other owners can only be claimed by
/// id: a review would be worthless if any free actor took it.
///
/// # Errors
/// `nothing_ready`, with the reasons and a hint.
pub fn choose(
    state: &State,
    asking: Holder<'_>,
    now: Timestamp,
) -> Result<TaskIndex, CommandError> {
    let effective = now.max(state.effective);
    let next = planning::next(state, &OpenTasks::of(state), effective, asking);
    next.ok_or_else(|| {
        let idle = snapshot::ready(state, effective, Some(asking), true, Some(0)).idle;
        let actor = asking.actor;
        let message = format!("nothing is ready for '{actor}': {}", words::idle(&idle));
        CommandError::no(code::NOTHING_READY, message).hint(hint(&idle))
    })
}

/// The command that helps most.
fn hint(idle: &IdleDocument) -> String {
    match idle {
        _ if idle.for_others > 0 => "git coord ready".to_owned(),
        IdleDocument {
            awaited: Some(task),
            ..
        } => format!("git coord show {}", shell_word(task)),
        _ if idle.blocked > 0 => "git coord list status:blocked".to_owned(),
        _ if idle.in_review > 0 => "git coord list status:in_review".to_owned(),
        _ if idle.held + idle.paths_held > 0 => "git coord list is:claimed is:open".to_owned(),
        _ if idle.deferred > 0 => "git coord list is:deferred".to_owned(),
        _ => "git coord status".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::task::TaskFact,
        sample::{Sample, actor},
        values::time::Span,
    };

    fn choice(plan: &Sample, minutes_later: u64) -> Result<String, (String, Option<String>)> {
        let now = plan
            .state()
            .effective
            .after(Span::from_minutes(minutes_later));
        let asking = Holder {
            actor: &actor("codex"),
            worktree: None,
        };
        match choose(plan.state(), asking, now) {
            Ok(index) => Ok(plan.state().shown(index)),
            Err(error) => Err((error.to_string(), error.next().map(str::to_owned))),
        }
    }
    fn nothing(why: &str, hint: &str) -> Result<String, (String, Option<String>)> {
        Err((
            format!("nothing is ready for 'codex': {why}"),
            Some(hint.to_owned()),
        ))
    }

    #[test]
    fn the_hint_shows_the_awaited_task() {
        let mut plan = Sample::new();
        let first = plan.add("first", "x", vec![]);
        plan.add("after", "x", vec![TaskFact::DependencyAdded(first.clone())]);
        plan.claim("claude", &first);
        let why = "1 held, 1 waiting (most for first)";
        assert_eq!(choice(&plan, 0), nothing(why, "git coord show first"));
    }

    #[test]
    fn own_tasks_and_tasks_without_an_owner_are_taken_and_those_of_other_owners_are_left() {
        let mut plan = Sample::new();
        assert_eq!(
            choice(&plan, 0),
            nothing("no task is open", "git coord status")
        );
        plan.add("theirs", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        assert_eq!(
            choice(&plan, 0),
            nothing("1 meant for others", "git coord ready")
        );
        let free = plan.add("free", "x", vec![]);
        assert_eq!(choice(&plan, 0), Ok("free".to_owned()));
        plan.claim("claude", &free);
        assert_eq!(
            choice(&plan, 0),
            nothing("1 meant for others, 1 held", "git coord ready")
        );
        assert_eq!(choice(&plan, 241), Ok("free".to_owned()));
        plan.add("after", "x", vec![TaskFact::DependencyAdded(free)]);
        let why = "1 meant for others, 1 held, 1 waiting (most for free)";
        assert_eq!(choice(&plan, 0), nothing(why, "git coord ready"));
    }
}
