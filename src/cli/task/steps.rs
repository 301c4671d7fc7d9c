//! The command for each step of a brief, to copy.
//!
//! Not here: the steps (`core::views::snapshot`).

use std::path::PathBuf;

use crate::core::{
    entry::event::CommitId,
    values::{
        id::{ActorName, GuardId},
        text::{Text, shell_word},
    },
    views::snapshot::{BriefReason, BriefStep, BriefTask},
};

/// The place of the commands.
pub struct StepPlace<'a> {
    /// The folder for a new worktree of this name, beside the project.
    pub folder_for: &'a dyn Fn(&str) -> PathBuf,
    /// The folder of the worktree with a label.
    pub folder_of: &'a dyn Fn(&Text) -> WorktreeFolder,
    /// The label of the current worktree.
    pub here: Option<Text>,
    /// The branch into which finished work is merged.
    pub main_branch: Option<String>,
}

/// Where the folder of a worktree is.
pub enum WorktreeFolder {
    /// It is there.
    Present(PathBuf),
    /// git knows the worktree, but somebody removed its folder.
    Gone(PathBuf),
    /// This clone has no such worktree.
    Elsewhere,
}

/// The commands for a task, in order. There are none for a task that the actor holds in another clone.
pub fn command_lines(brief: &BriefTask, actor: &ActorName, place: &StepPlace<'_>) -> Vec<String> {
    let line = |step| command_line(step, &brief.task.id, actor, place);
    let bound = brief.steps.iter().find_map(|step| match step {
        BriefStep::EnterWorktree(Some(label)) => Some(label),
        _ => None,
    });
    let steps = brief.steps.iter();
    let Some(label) = bound.filter(|label| place.here.as_ref() != Some(label)) else {
        let steps = steps.filter(|step| !matches!(step, BriefStep::EnterWorktree(Some(_))));
        return steps.map(line).collect();
    };
    let is_held = brief.why == BriefReason::Held;
    let again = match (place.folder_of)(label) {
        WorktreeFolder::Present(_) => return steps.map(line).collect(),
        WorktreeFolder::Elsewhere if is_held => return Vec::new(),
        WorktreeFolder::Gone(folder) if is_held => Some(folder),
        WorktreeFolder::Gone(_) | WorktreeFolder::Elsewhere => None,
    };
    let begin = match again {
        Some(folder) => {
            let folder = folder.display().to_string();
            let (id, folder) = (shell_word(&brief.task.id), shell_word(&folder));
            let claim = format!("git coord claim {id} --resume --worktree {folder}");
            vec![format!("{claim} --actor {actor}"), format!("cd {folder}")]
        }
        None => [BriefStep::ClaimWithWorktree, BriefStep::EnterWorktree(None)]
            .iter()
            .map(line)
            .collect(),
    };
    let is_replaced =
        |step: &&BriefStep| matches!(step, BriefStep::EnterWorktree(_) | BriefStep::Claim);
    let rest = steps.filter(|step| !is_replaced(step)).map(line);
    begin.into_iter().chain(rest).collect()
}

/// The command with which an actor waits for something to do, and claims it if `claim`.
pub fn wait(actor: &ActorName, claim: bool) -> String {
    if claim {
        format!("git coord brief --claim --wait --actor {actor}")
    } else {
        format!("git coord brief {actor} --wait")
    }
}

fn command_line(step: &BriefStep, task: &str, actor: &ActorName, place: &StepPlace<'_>) -> String {
    let id = shell_word(task);
    let by = format!("--actor {actor}");
    let folder = |label: Option<&Text>| {
        let known = label.and_then(|label| match (place.folder_of)(label) {
            WorktreeFolder::Present(folder) => Some(folder),
            _ => None,
        });
        let new = || (place.folder_for)(&format!("{actor}-{}", slug(task)));
        let folder = known.unwrap_or_else(new);
        shell_word(&folder.display().to_string()).into_owned()
    };
    match step {
        BriefStep::Read(commit) => match &place.main_branch {
            Some(main) => format!("git diff {}...{commit:.12}", shell_word(main)),
            None => format!("git show {commit:.12}"),
        },
        BriefStep::Tick(check) => format!("git coord tick {id} {check} {by}"),
        BriefStep::Approve(at) => format!("git coord approve {id}{} {by}", commit_option(at)),
        BriefStep::Reject(at) => {
            format!("git coord reject {id}{} --note - {by}", commit_option(at))
        }
        BriefStep::ClaimWithWorktree => {
            format!("git coord claim {id} --worktree {} {by}", folder(None))
        }
        BriefStep::EnterWorktree(label) => format!("cd {}", folder(label.as_ref())),
        BriefStep::Claim => format!("git coord claim {id} {by}"),
        BriefStep::FinishStep(number) => format!("git coord step {id} {number} {by}"),
        BriefStep::Show => format!("git coord show {id}"),
        BriefStep::Unblock => format!("git coord unblock {id} {by}"),
        BriefStep::RunGuardrails(ids) => {
            let ids: Vec<&str> = ids.iter().map(GuardId::as_str).collect();
            format!("git coord guard run {} {by}", ids.join(" "))
        }
        BriefStep::Submit => format!("git coord submit {id} --commit HEAD {by}"),
        BriefStep::AwaitDependencies(on) => {
            let on: Vec<_> = on.iter().map(|id| shell_word(id)).collect();
            format!("git coord wait {} --until ended", on.join(" "))
        }
        BriefStep::Integrate => format!("git coord integrate {id} {by}"),
        BriefStep::Finish => format!("git coord done {id} --commit HEAD {by}"),
        BriefStep::FinishParent => format!("git coord done {id} {by}"),
    }
}

fn commit_option(commit: &Option<CommitId>) -> String {
    commit
        .as_ref()
        .map_or_else(String::new, |commit| format!(" --commit {commit:.12}"))
}

/// The letters and digits of a text, with `-` between the words.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::{
        cli::Cli,
        core::{
            plan::state::paths::Holder,
            sample::{Sample, actor},
            views::snapshot,
        },
    };

    fn commands_for(plan: &Sample, name: &str) -> Vec<String> {
        let actor = actor(name);
        let asking = Holder {
            actor: &actor,
            worktree: None,
        };
        let (tasks, _) = snapshot::brief(plan.state(), plan.state().effective, asking, 100);
        let place = StepPlace {
            folder_for: &|name| PathBuf::from(format!("../plan-{name}")),
            folder_of: &|_| WorktreeFolder::Present("../there".into()),
            here: None,
            main_branch: Some("main".to_owned()),
        };
        let commands = tasks.iter();
        commands
            .flat_map(|brief| command_lines(brief, &actor, &place))
            .collect()
    }

    #[test]
    fn a_task_is_begun_in_a_worktree_beside_the_project() {
        let mut plan = Sample::new();
        plan.add("B", "x", vec![]);
        plan.add("B", "x", vec![]);
        let commands = commands_for(&plan, "codex");
        let first = [
            "git coord claim B --worktree ../plan-codex-B --actor codex",
            "cd ../plan-codex-B",
            "git coord done B --commit HEAD --actor codex",
        ];
        assert_eq!(commands[..3], first);
        // A later task with the same id has a folder of its own.
        let (later, _) = plan.state().tasks().last().unwrap();
        let other = plan.state().shown(later);
        let folder = other.replace('~', "-");
        let claim =
            format!("git coord claim {other} --worktree ../plan-codex-{folder} --actor codex");
        assert_eq!(commands[3], claim);
    }

    #[test]
    fn every_command_of_a_brief_exists_with_its_options() {
        let day = Sample::day();
        let mut checked = 0;
        for (name, _) in day.state().roster.actors() {
            for command in commands_for(&day, name.as_str()) {
                if let Some(line) = command.strip_prefix("git coord ") {
                    let words = ["git-coord"].into_iter().chain(line.split(' '));
                    assert!(Cli::try_parse_from(words).is_ok(), "{command}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 3);
    }
}
