//! `git coord observe worktrees`: record the worktrees of this clone, and name the unneeded ones.
//!
//! Not here: how git is asked (`git::repository`), and which task a worktree belongs to (`hooks::binding`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, actor::host, task::act::Writing},
    core::{
        entry::event::{Event, ObservationEvent, observation::Worktree},
        plan::state::State,
        values::{
            text::{Text, shell_word},
            time::{Span, Timestamp},
        },
        views::snapshot::{WorktreeDocument, worktrees},
    },
    git::repository::SeenWorktree,
    hooks::binding::task_of_found,
    render::text,
};

/// Record the worktrees of this clone and name unneeded ones
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord observe worktrees --idle 14d")]
pub struct Args {
    /// Call a worktree stale if its HEAD did not move for TIME
    #[arg(long, value_name = "TIME", default_value_t = IDLE)]
    pub idle: Span,
}

/// The data of `coord.worktrees/1`.
#[derive(Serialize)]
pub struct ObservedWorktrees {
    /// The object id of the entry.
    entry: String,
    /// The label of this clone.
    host: Text,
    worktrees: Vec<WorktreeDocument>,
    /// The worktrees that are not needed any more.
    removable: Vec<Removable>,
}

impl ObservedWorktrees {
    /// The number of worktrees.
    pub fn known(&self) -> usize {
        self.worktrees.len()
    }
}

/// A worktree that can be removed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Removable {
    label: Option<Text>,
    path: String,
    /// `orphaned` if its folder is gone, else `stale`.
    status: &'static str,
    why: String,
    /// The command that removes it.
    command: String,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let document = observe(context, args.idle)?;
    let style = context.ui.style();
    let mut told = text::worktrees(&document.worktrees, style);
    for removable in &document.removable {
        let Removable {
            path,
            status,
            why,
            command,
            ..
        } = removable;
        told.push_str(&format!("{status}: {path}, {why}\n  {command}\n"));
    }
    context.ui.answer("coord.worktrees/1", &document, told)
}

/// Records the worktrees of this clone. Those in which nothing has happened for `idle` are stale.
///
/// # Errors
/// The worktrees cannot be read, or the ledger cannot be written.
pub fn observe(context: &mut Context, idle: Span) -> Result<ObservedWorktrees, CommandError> {
    let writing = Writing::open(context)?;
    let (repository, now) = (writing.ledger.repository(), writing.now);
    let host = host::of(repository)?;
    let found = repository.worktrees()?;
    let written = writing.append(|state| {
        let seen = found
            .iter()
            .filter_map(|found| seen(state, found))
            .collect();
        let host = host.clone();
        Ok(Event::Observation(ObservationEvent::Worktrees {
            host,
            seen,
        }))
    })?;
    let state = &written.state;
    let all = worktrees(state).into_iter();
    Ok(ObservedWorktrees {
        entry: written.entry.unwrap_or_default(),
        worktrees: all.filter(|worktree| worktree.host == host).collect(),
        removable: found
            .iter()
            .filter_map(|found| removable(state, found, now, idle))
            .collect(),
        host,
    })
}

/// After how long without activity a worktree is stale.
pub const IDLE: Span = Span::from_minutes(7 * 24 * 60);

/// A worktree as the ledger keeps it; none if its folder is gone, or has no name.
fn seen(state: &State, found: &SeenWorktree) -> Option<Worktree> {
    Some(Worktree {
        label: found.name.clone().filter(|_| !found.gone)?,
        branch: found
            .branch
            .as_deref()
            .and_then(|branch| branch.parse().ok()),
        head: found.head.and_then(|head| head.to_string().parse().ok()),
        ahead: found.ahead,
        behind: found.behind,
        dirty: found.dirty,
        task: task_of_found(state, found).map(|index| state.reference(index)),
        active: found.active.map(Timestamp::from_seconds),
    })
}

/// The reason to remove a worktree, if there is one.
fn removable(state: &State, found: &SeenWorktree, now: Timestamp, idle: Span) -> Option<Removable> {
    if found.main || found.locked {
        return None;
    }
    let path = found.path.display().to_string();
    let remove = format!("git worktree remove {}", shell_word(&path));
    let told = |status, why, command| {
        let label = found.name.clone();
        Some(Removable {
            label,
            path: path.clone(),
            status,
            why,
            command,
        })
    };
    if found.gone {
        let why = "its folder is gone".to_owned();
        return told("orphaned", why, "git worktree prune".to_owned());
    }
    let ended = task_of_found(state, found).filter(|index| state.task(*index).end.is_some());
    if let Some(index) = ended {
        let status = state.status_of(index).as_str();
        let changes = match found.dirty {
            0 => String::new(),
            // git refuses to remove it with changed files.
            changes => format!("; {changes} changed files in it"),
        };
        let why = format!("{} is {status}{changes}", state.shown(index));
        return told("stale", why, remove);
    }
    let active = found.active.map(Timestamp::from_seconds);
    let since = active.map(|active| now.since(active));
    match since.filter(|since| *since > idle && found.dirty == 0) {
        Some(since) => {
            let days = since.seconds() / 86_400;
            told(
                "stale",
                format!("nothing happened in it for {days} days"),
                remove,
            )
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::sample::Sample;

    fn linked(branch: &str) -> SeenWorktree {
        SeenWorktree {
            path: "/w/plan-B".into(),
            label: "plan-B".parse().ok(),
            branch: Some(branch.to_owned()),
            ..SeenWorktree::default()
        }
    }

    #[test]
    fn an_unneeded_worktree_is_listed_with_the_command_that_removes_it() {
        let mut plan = Sample::new();
        let task = plan.add("B", "Breaker", Vec::new());
        plan.claim("codex", &task);
        let week = Span::from_minutes(7 * 24 * 60);
        let now = plan.state().effective;
        let told = |plan: &Sample, found: &SeenWorktree| {
            let removable = removable(plan.state(), found, now, week);
            removable.map(|it| format!("{} {}: {}", it.status, it.why, it.command))
        };
        let mut found = linked("task/B");
        assert_eq!(told(&plan, &found), None);
        found.active = Some(now.seconds() - 8 * 86_400);
        assert_eq!(
            told(&plan, &found).as_deref(),
            Some("stale nothing happened in it for 8 days: git worktree remove /w/plan-B")
        );
        found.dirty = 2;
        assert_eq!(told(&plan, &found), None);
        plan.done("codex", &task);
        assert_eq!(
            told(&plan, &found).as_deref(),
            Some("stale B is done; 2 changed files in it: git worktree remove /w/plan-B")
        );
        found.gone = true;
        assert_eq!(
            told(&plan, &found).as_deref(),
            Some("orphaned its folder is gone: git worktree prune")
        );
        for kept in [
            |found: &mut SeenWorktree| found.main = true,
            |found: &mut SeenWorktree| found.locked = true,
        ] {
            let mut found = found.clone();
            kept(&mut found);
            assert_eq!(told(&plan, &found), None);
        }
    }
}
