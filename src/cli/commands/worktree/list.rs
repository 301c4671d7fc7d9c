//! `git coord worktree list`: the worktrees of this clone, with the task of each and what became of its commits.
//!
//! Not here: recording them in the ledger (`observe`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context},
    core::{
        plan::state::State,
        values::{
            id::ActorName,
            task::Status,
            text::{Text, counted, visible},
            time::Timestamp,
        },
    },
    git::repository::{Repository, SeenWorktree},
    hooks::binding::task_of_found,
};

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord worktree list")]
pub struct ListWorktrees {}

/// The data of `coord.worktree_list/1`.
#[derive(Serialize)]
struct Document {
    /// The branch into which finished work is merged; null if there is none.
    main_branch: Option<String>,
    worktrees: Vec<Listed>,
}

/// A worktree of this clone.
#[derive(Serialize)]
struct Listed {
    path: String,
    label: Option<Text>,
    branch: Option<String>,
    /// Whether it is the main worktree.
    main: bool,
    /// Whether its folder is gone.
    gone: bool,
    /// The number of changed files.
    dirty: u32,
    /// The number of its commits that the main branch lacks; null if that is not known.
    unmerged: Option<u64>,
    /// The task that it belongs to.
    task: Option<String>,
    status: Option<Status>,
    /// The actor that holds the task.
    holder: Option<ActorName>,
}

pub(super) fn run(context: &mut Context) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let (state, now) = (ledger.current()?.state, context.now()?);
    let repository = ledger.repository();
    let main_branch = repository.main_branch();
    let found = repository.worktrees()?;
    let listed = found
        .iter()
        .map(|found| listed(repository, &state, found, main_branch.as_deref(), now));
    let document = Document {
        worktrees: listed.collect(),
        main_branch,
    };
    let main_branch = document.main_branch.as_deref();
    let lines = document.worktrees.iter().map(|it| it.line(main_branch));
    let text: String = lines.collect();
    context.ui.answer("coord.worktree_list/1", &document, text)
}

fn listed(
    repository: &Repository,
    state: &State,
    found: &SeenWorktree,
    main_branch: Option<&str>,
    now: Timestamp,
) -> Listed {
    let task = task_of_found(state, found);
    let claim = task.and_then(|index| state.task(index).claim.as_ref());
    let running = claim.filter(|claim| !claim.expired(now.max(state.effective)));
    let head = found.head.map(|head| head.to_string());
    let missing = |branch, head: String| repository.commits_missing(branch, &head).ok();
    Listed {
        path: found.path.display().to_string(),
        label: found.label.clone(),
        branch: found.branch.clone(),
        main: found.main,
        gone: found.gone,
        dirty: found.dirty,
        unmerged: main_branch
            .zip(head)
            .and_then(|(branch, head)| missing(branch, head)),
        task: task.map(|index| state.shown(index)),
        status: task.map(|index| state.status_of(index)),
        holder: running.map(|claim| claim.actor.clone()),
    }
}

impl Listed {
    /// The worktree in one line.
    fn line(&self, main_branch: Option<&str>) -> String {
        let mut facts = Vec::new();
        if let Some(task) = &self.task {
            let holder = self.holder.as_ref();
            let holder = holder.map_or_else(String::new, |actor| format!(", held by {actor}"));
            let status = self.status.map_or("", Status::as_str);
            facts.push(format!("task {task} is {status}{holder}"));
        }
        if let Some(branch) = &self.branch {
            facts.push(format!("branch {branch}"));
        }
        if self.gone {
            facts.push("its folder is gone".to_owned());
        }
        if self.dirty > 0 {
            facts.push(changed_files(self.dirty));
        }
        if let Some((branch, unmerged)) = main_branch.zip(self.unmerged).filter(|_| !self.main) {
            facts.push(match unmerged {
                0 => format!("merged into {branch}"),
                some => format!("{some} of its commits not in {branch}"),
            });
        }
        let line = format!("{}: {}", self.path, facts.join("; "));
        format!("{}\n", visible(&line))
    }
}

/// The number of changed files in words.
pub(super) fn changed_files(number: u32) -> String {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    counted(number, "changed file", "changed files")
}
