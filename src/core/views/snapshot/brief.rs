//! What an actor should do next, with the commands to copy.
//!
//! Not here: the specification, whose text only the store has, and the looks (`render`).

use serde::Serialize;

use super::task::TaskDocument;
use crate::core::{
    plan::{
        graph::OpenTasks,
        state::{State, TaskIndex, paths::Holder, standing::ReviewNeed, task::Task},
    },
    values::{
        id::ActorName,
        task::{Role, Status, words},
        text::{Text, shell_word},
        time::Timestamp,
    },
    views::planning::{self, Meant},
};

words!(
    /// How a task stands to the actor who is briefed.
    BriefStanding, "standing", "review, held, next" {
        /// It waits for the actor's verdict.
        Review = "review",
        /// The actor holds it.
        Held = "held",
        /// The actor could take it.
        Next = "next",
    }
);

/// A task of a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BriefTask {
    /// How it stands to the actor.
    pub standing: BriefStanding,
    /// The task.
    pub task: TaskDocument,
    /// The commands by which it is taken, reported on and finished, in order.
    pub commands: Vec<String>,
    /// Its place in the state; not in the JSON.
    #[serde(skip)]
    pub index: TaskIndex,
}

/// What waits for the verdict of the actor who asks, what it holds as seen from a time, and the best `limit` of the tasks that it could take and that are not
/// meant for others; also how many more of these there are. Worktrees are laid beside the folder `project`.
pub fn brief(
    state: &State,
    seen_from: Timestamp,
    asking: Holder<'_>,
    limit: usize,
    project: &str,
) -> (Vec<BriefTask>, usize) {
    let actor = asking.actor;
    let open = OpenTasks::of(state);
    let held = state.tasks().filter(|(_, task)| {
        let running = task
            .claim
            .as_ref()
            .filter(|claim| !claim.expired(seen_from));
        task.end.is_none() && running.is_some_and(|claim| claim.actor == *actor)
    });
    let ready = planning::ready(state, &open, seen_from, Some(asking)).into_iter();
    let next: Vec<TaskIndex> = ready
        .filter(|ready| ready.meant == Meant::ForYou)
        .map(|ready| ready.task)
        .collect();
    let more = next.len().saturating_sub(limit);
    let review = open.order().iter().copied();
    let review = review.filter(|index| awaits_verdict_of(state, *index, actor));
    let review = review.map(|index| (BriefStanding::Review, index));
    let held = held.map(|(index, _)| (BriefStanding::Held, index));
    let next = next
        .into_iter()
        .take(limit)
        .map(|index| (BriefStanding::Next, index));
    let tasks = review.chain(held).chain(next).map(|(standing, index)| {
        let task = TaskDocument::of(state, index);
        BriefTask {
            standing,
            commands: commands(state, &task, index, standing, actor, project),
            task,
            index,
        }
    });
    (tasks.collect(), more)
}

/// Whether a review of this task needs something that the actor can give.
fn awaits_verdict_of(state: &State, index: TaskIndex, actor: &ActorName) -> bool {
    let task = state.task(index);
    let reviewer = state.roster.has_role(actor, Role::Reviewer);
    let from_actor = |need: &ReviewNeed| match need {
        ReviewNeed::Gate(gate) => state.gate_names(gate, actor),
        ReviewNeed::Approvals(_) | ReviewNeed::Check(_) => reviewer,
    };
    let own_work = task.is_owned_by(actor) || task.is_held_by(actor);
    let in_review = state.status_of(index) == Status::InReview;
    in_review && !own_work && state.review_needs(task).iter().any(from_actor)
}

fn commands(
    state: &State,
    document: &TaskDocument,
    index: TaskIndex,
    standing: BriefStanding,
    actor: &ActorName,
    project: &str,
) -> Vec<String> {
    let id = shell_word(&document.id);
    let task = state.task(index);
    let mut commands = match standing {
        BriefStanding::Review => return review(task, &id, actor),
        BriefStanding::Held => Vec::new(),
        BriefStanding::Next => begin(task, document, actor, project),
    };
    match document.status {
        Status::InReview => commands.push(format!("git coord show {id}")),
        Status::Blocked => commands.push(format!("git coord unblock {id} --actor {actor}")),
        _ => {
            commands.extend(work(document, actor));
            commands.push(if state.review_needs(task).is_empty() {
                format!("git coord done {id} --commit HEAD --actor {actor}")
            } else {
                format!("git coord submit {id} --commit HEAD --actor {actor}")
            });
        }
    }
    commands
}

/// A look at what was submitted, then one verdict or the other.
fn review(task: &Task, id: &str, actor: &ActorName) -> Vec<String> {
    let submission = task.submission.as_ref();
    let commit = submission.and_then(|submission| submission.commit.as_ref());
    let mut commands: Vec<String> = commit
        .map(|commit| format!("git show {commit:.12}"))
        .into_iter()
        .collect();
    let unticked = (1..)
        .zip(&task.fields.checks)
        .filter(|(_, item)| task.who_ticked(item).next().is_none());
    commands.extend(
        unticked.map(|(number, _)| format!("git coord tick {id} {number} --actor {actor}")),
    );
    // What is approved is what was looked at, whatever is submitted meanwhile.
    let at = commit.map_or_else(String::new, |commit| format!(" --commit {commit:.12}"));
    commands.push(format!("git coord approve {id}{at} --actor {actor}"));
    commands.push(format!(
        "git coord reject {id}{at} --note - --actor {actor}"
    ));
    commands
}

/// A worktree of the task's own, and the claim in it.
fn begin(task: &Task, document: &TaskDocument, actor: &ActorName, project: &str) -> Vec<String> {
    let bound = task.worktree.as_ref().map(Text::as_str);
    let new = || format!("{project}-{actor}-{}", slug(&document.id));
    let id = shell_word(&document.id);
    let folder = format!("../{}", bound.map_or_else(new, str::to_owned));
    let folder = shell_word(&folder);
    let worktree = format!("git coord worktree add {id} {folder} --actor {actor}");
    let rest = [
        format!("cd {folder}"),
        format!("git coord claim {id} --actor {actor}"),
    ];
    let worktree = bound.is_none().then_some(worktree);
    worktree.into_iter().chain(rest).collect()
}

/// Reporting on a task.
fn work(task: &TaskDocument, actor: &ActorName) -> Vec<String> {
    let id = shell_word(&task.id);
    let undone = (1..).zip(&task.steps).filter(|(_, step)| !step.done);
    let mut commands: Vec<String> = undone
        .map(|(number, _)| format!("git coord step {id} {number} --actor {actor}"))
        .collect();
    if task.steps.is_empty() {
        commands.push(format!("git coord progress {id} 50 --actor {actor}"));
    }
    commands
}

/// The letters and digits of a text, with `-` for what stands between them.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{
        entry::event::{Event, WorkEvent, task::TaskFact},
        sample::{Sample, actor, text},
        values::task::Approver,
    };

    fn told(plan: &Sample, limit: usize) -> (Vec<BriefTask>, usize) {
        told_to("codex", plan, limit)
    }
    fn told_to(name: &str, plan: &Sample, limit: usize) -> (Vec<BriefTask>, usize) {
        let state = plan.state();
        let asking = Holder {
            actor: &actor(name),
            worktree: None,
        };
        brief(state, state.effective, asking, limit, "plan")
    }

    #[test]
    fn what_is_held_comes_before_what_is_next_each_with_its_commands() {
        let mut plan = Sample::new();
        let steps = ["write it", "test it"].map(|step| TaskFact::StepAdded(text(step)));
        let held = plan.add("B", "Circuit-Breaker", steps.to_vec());
        plan.add("1", "x", vec![]);
        let bound = plan.add("2", "x", vec![]);
        let bound = WorkEvent::WorktreeBound {
            task: bound,
            worktree: Some(text("there")),
        };
        plan.by("ana", Event::Work(bound));
        plan.add("3", "x", vec![TaskFact::OwnerAdded(actor("copilot"))]);
        plan.claim("codex", &held);
        plan.step("codex", &held, 1);
        let (tasks, more) = told(&plan, 2);
        assert_eq!(more, 0);
        let tasks: Vec<(&str, &str, String)> = tasks
            .iter()
            .map(|brief| {
                (
                    brief.standing.as_str(),
                    brief.task.id.as_str(),
                    brief.commands.join("\n"),
                )
            })
            .collect();
        let held = "git coord step B 2 --actor codex\ngit coord done B --commit HEAD --actor codex";
        let first = "git coord worktree add 1 ../plan-codex-1 --actor codex\n\
                     cd ../plan-codex-1\n\
                     git coord claim 1 --actor codex\n\
                     git coord progress 1 50 --actor codex\n\
                     git coord done 1 --commit HEAD --actor codex";
        let second = "cd ../there\n\
                      git coord claim 2 --actor codex\n\
                      git coord progress 2 50 --actor codex\n\
                      git coord done 2 --commit HEAD --actor codex";
        let row = |standing, id, commands: &str| (standing, id, commands.to_owned());
        assert_eq!(
            tasks,
            [
                row("held", "B", held),
                row("next", "1", first),
                row("next", "2", second)
            ]
        );
        assert_eq!(told(&plan, 1).1, 1);
    }

    #[test]
    fn what_needs_a_review_is_submitted_and_stands_first_for_its_reviewer() {
        let mut plan = Sample::new();
        let gate = TaskFact::GateAdded(Approver::Actor(actor("claude")));
        let task = plan.add("B", "x", vec![gate]);
        plan.claim("codex", &task);
        let commands = |plan: &Sample| told(plan, 0).0[0].commands.join("\n");
        let submit =
            "git coord progress B 50 --actor codex\ngit coord submit B --commit HEAD --actor codex";
        assert_eq!(commands(&plan), submit);
        plan.submit("codex", &task);
        assert_eq!(commands(&plan), "git coord show B");
        let (tasks, _) = told_to("claude", &plan, 1);
        assert_eq!(tasks[0].standing, BriefStanding::Review);
        assert_eq!(
            tasks[0].commands,
            [
                "git coord approve B --actor claude",
                "git coord reject B --note - --actor claude"
            ]
        );
        plan.approve("claude", &task);
        assert!(commands(&plan).ends_with("git coord done B --commit HEAD --actor codex"));
    }

    #[test]
    fn a_later_task_of_a_name_has_a_folder_of_its_own() {
        let mut plan = Sample::new();
        plan.add("B", "x", vec![]);
        plan.add("B", "x", vec![]);
        let (tasks, _) = told(&plan, 2);
        let (id, folder) = (&tasks[1].task.id, tasks[1].task.id.replace('~', "-"));
        let command = format!("git coord worktree add {id} ../plan-codex-{folder} --actor codex");
        assert_eq!(tasks[1].commands[0], command);
    }
}
