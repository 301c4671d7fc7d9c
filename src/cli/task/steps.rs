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
    views::snapshot::{BriefStep, BriefTask},
};

/// The place of the commands.
pub struct StepPlace<'a> {
    /// The folder for a new worktree of this name, beside the project.
    pub folder_for: &'a dyn Fn(&str) -> PathBuf,
    /// The folder of the worktree with a label, if this clone has it.
    pub folder_of: &'a dyn Fn(&Text) -> Option<PathBuf>,
    /// The label of the current worktree.
    pub here: Option<Text>,
    /// The commands that trust the commands of guardrails that cannot run here yet.
    pub trust: &'a dyn Fn(&[GuardId]) -> Vec<String>,
    /// The branch into which finished work is merged.
    pub main_branch: Option<String>,
}

/// The commands for a task, in order. Nobody is sent to a worktree that is not in this clone, or where he is.
pub fn command_lines(brief: &BriefTask, actor: &ActorName, place: &StepPlace<'_>) -> Vec<String> {
    let gone = |label: &Text| (place.folder_of)(label).is_none();
    let steps = brief.steps.iter().filter(|step| match step {
        BriefStep::EnterWorktree(Some(label)) => !gone(label) && place.here.as_ref() != Some(label),
        _ => true,
    });
    let lines = steps.flat_map(|step| {
        let first = match step {
            BriefStep::RunGuardrails(ids) => (place.trust)(ids),
            _ => Vec::new(),
        };
        let line = command_line(step, &brief.task.id, actor, place);
        first.into_iter().chain([line])
    });
    lines.collect()
}

fn command_line(step: &BriefStep, task: &str, actor: &ActorName, place: &StepPlace<'_>) -> String {
    let id = shell_word(task);
    let by = format!("--actor {actor}");
    let folder = |label: Option<&Text>| {
        let known = label.and_then(|label| (place.folder_of)(label));
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
        BriefStep::ReportProgress => format!("git coord progress {id} 50 {by}"),
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
            folder_of: &|_| None,
            here: None,
            trust: &|_| Vec::new(),
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
            "git coord progress B 50 --actor codex",
            "git coord done B --commit HEAD --actor codex",
        ];
        assert_eq!(commands[..4], first);
        // A later task with the same id has a folder of its own.
        let (later, _) = plan.state().tasks().last().unwrap();
        let other = plan.state().shown(later);
        let folder = other.replace('~', "-");
        let claim =
            format!("git coord claim {other} --worktree ../plan-codex-{folder} --actor codex");
        assert_eq!(commands[4], claim);
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
