//! The worktree of a task: its folder and branch, made by git; its task, actor and claim.
//!
//! Not here: the branch of a task (`core::plan::state::branch`), and finding worktrees (`observe`).

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        actor::identity,
        failure::code,
        reading::{commit, integrated},
        task::act::{self, Mode, TaskChoice, Writing},
    },
    core::{
        entry::event::{Event, TaskRef, WorkEvent},
        plan::{
            refusal::Refusal,
            state::{
                State, TaskIndex,
                branch::{branch_of, default_branch},
                task::Claim,
            },
        },
        values::{
            text::{Text, shell_word},
            time::Timestamp,
        },
    },
    git::{
        self,
        lock::{Backoff, Turn},
        repository::{ObjectId, Repository, UNFINISHED},
    },
    ledger::{EntryDraft, Ledger},
    render::words,
};

/// What a command asks for.
#[derive(Default)]
pub struct Wish<'a> {
    /// The folder, if one is given.
    pub path: Option<&'a Path>,
    /// The start of a new branch, if one is given.
    pub base: Option<&'a str>,
}

/// A worktree on the branch of a task.
pub struct Made {
    path: PathBuf,
    label: Text,
    branch: String,
    /// Whether it was created now. If not, it was there.
    created: bool,
    /// Whether its branch was created now.
    created_branch: bool,
    /// The done task at whose work the new branch begins.
    based_on: Option<String>,
    /// The actor in its config, if this command set it.
    actor: Option<String>,
}

/// Refuses a task that another actor holds.
///
/// # Errors
/// `claim_held`, or no actor is set.
pub fn refuse_if_held(
    context: &Context,
    ledger: &Ledger,
    state: &State,
    index: TaskIndex,
) -> Result<(), CommandError> {
    let actor = context.actor(ledger.repository(), state)?;
    let now = context.now()?.max(state.effective);
    let running = state
        .task(index)
        .claim
        .as_ref()
        .filter(|claim| !claim.expired(now));
    match running.filter(|claim| claim.actor != actor) {
        Some(claim) => Err(Refusal::ClaimHeld {
            task: state.name_of(index),
            claim: claim.into(),
        }
        .into()),
        None => Ok(()),
    }
}

/// Asks the rules whether the actor may bind a worktree to the task. They do not judge its label, which git chooses later.
///
/// # Errors
/// The rules refuse.
pub fn rehearse(context: &mut Context, id: &str) -> Result<(), CommandError> {
    let choice = TaskChoice::Named(id);
    act::on_chosen(context, choice, Mode::Rehearse, |basis| {
        Ok(bound(basis.task.clone(), None))
    })?;
    Ok(())
}

pub(super) fn bound(task: TaskRef, worktree: Option<Text>) -> Event {
    Event::Work(WorkEvent::WorktreeBound { task, worktree })
}

/// Makes the worktree, or finds the one that this actor already has on the task's branch.
///
/// # Errors
/// The folder is not free, git fails, or another actor has a worktree on the branch.
pub fn make(
    context: &mut Context,
    ledger: &Ledger,
    state: &State,
    index: TaskIndex,
    wish: &Wish<'_>,
) -> Result<Made, CommandError> {
    let repository = ledger.repository();
    let branch = branch_of(state, index);
    let turn = Turn::to_add_a_worktree(repository)?;
    let folder = folder(repository, state, index, wish.path)?;
    clear(&turn, repository, &branch, &folder)?;
    let found = there_already(context, ledger, state, &branch, wish.path)?;
    let missing = match &found {
        None if wish.base.is_none() => missing(repository, state, index),
        _ => Missing::default(),
    };
    let start = missing.start.as_ref().map(|(_, commit)| commit.to_string());
    let (path, created, created_branch) = match found {
        Some(path) => (path, false, false),
        None => {
            let created_branch = git_adds(
                context,
                &turn,
                repository,
                &folder,
                &branch,
                wish.base,
                start.as_deref(),
            )?;
            (folder, true, created_branch)
        }
    };
    if created_branch {
        missing.warn(context, &branch, &path);
    }
    let opened = Repository::discover(&path, repository.environment().clone().elsewhere())?;
    let label = opened.label().ok_or_else(|| {
        CommandError::usage(format!("cannot name a worktree after '{}'", path.display()))
    })?;
    Ok(Made {
        based_on: missing
            .start
            .filter(|_| created_branch)
            .map(|(task, _)| task),
        actor: set_actor(context, &opened)?,
        path,
        label,
        branch,
        created,
        created_branch,
    })
}

/// Removes git's record of a worktree on this branch, or in this folder, if somebody removed the folder, or if git was killed
/// before it had checked out all files. The branch stays.
fn clear(
    turn: &Turn,
    repository: &Repository,
    branch: &str,
    folder: &Path,
) -> Result<(), CommandError> {
    for found in repository.listed_worktrees()? {
        let is_meant = found.branch.as_deref() == Some(branch) || found.path == folder;
        let is_left = repository.is_unfinished(&found.path) || found.gone && !found.locked;
        if !found.main && is_meant && is_left {
            let options = ["worktree", "remove", "--force", "--force", "--"].map(OsStr::new);
            // If it stays, git says why when it adds the new one.
            let words = options.into_iter().chain([found.path.as_os_str()]);
            let _ = turn.run_git(repository, words);
            repository.forget_unfinished(&found.path);
        }
    }
    repository.forget_unfinished(folder);
    Ok(())
}

/// The linked worktree that is on this branch.
///
/// # Errors
/// `worktree_in_use` if it is another actor's, or in another folder than the one that is asked for.
fn there_already(
    context: &Context,
    ledger: &Ledger,
    state: &State,
    branch: &str,
    wished: Option<&Path>,
) -> Result<Option<PathBuf>, CommandError> {
    let repository = ledger.repository();
    let listed = repository.listed_worktrees()?;
    let mut linked = listed.into_iter().filter(|it| !it.main && !it.gone);
    let Some(found) = linked.find(|it| it.branch.as_deref() == Some(branch)) else {
        return Ok(None);
    };
    let shown = found.path.display().to_string();
    let enter = format!("cd {}", shell_word(&shown));
    let opened = Repository::discover(&found.path, repository.environment().clone().elsewhere())?;
    let whose = opened.config().of_worktree("coord.actor");
    let actor = context.actor(repository, state)?;
    if let Some(other) = whose.filter(|whose| whose != actor.as_str()) {
        let message = format!("branch '{branch}' is in the worktree of {other}, '{shown}'");
        return Err(CommandError::no(code::WORKTREE_IN_USE, message).hint(enter));
    }
    let is_meant = |wished: &Path| wished.canonicalize().ok() == found.path.canonicalize().ok();
    if wished.is_some_and(|wished| !is_meant(wished)) {
        let message = format!("branch '{branch}' is already in the worktree '{shown}'");
        return Err(CommandError::no(code::WORKTREE_IN_USE, message).hint(enter));
    }
    Ok(Some(found.path))
}

/// The work of done dependencies that the checked out commit does not have.
#[derive(Default)]
struct Missing {
    /// The task and the commit at which the new branch can begin.
    start: Option<(String, ObjectId)>,
    /// The others.
    left: Vec<(String, ObjectId)>,
}

/// Looks for the work of the done dependencies. If only one is missing, and it continues the checked out commit, the branch
/// begins there. Otherwise somebody has to merge, and a person decides how.
fn missing(repository: &Repository, state: &State, index: TaskIndex) -> Missing {
    let Some(head) = commit::find(repository, "HEAD").and_then(|head| integrated::object(&head))
    else {
        return Missing::default();
    };
    let has = |tip, commit| repository.leads_to(tip, commit).unwrap_or(true);
    let works = state.task(index).depends.iter().filter_map(|other| {
        let commit = integrated::work_of_done(state.task(*other))?;
        (!has(head, commit)).then(|| (state.shown(*other), commit))
    });
    let mut left: Vec<(String, ObjectId)> = works.collect();
    let start = match left.as_slice() {
        [(_, commit)] if repository.contains(*commit) && has(*commit, head) => left.pop(),
        _ => None,
    };
    Missing { start, left }
}

impl Missing {
    fn warn(&self, context: &mut Context, branch: &str, path: &Path) {
        for (task, commit) in &self.left {
            let message = format!(
                "branch '{branch}' begins without commit {commit:.12} of task '{task}', on which it depends"
            );
            context.ui.warn(message);
            let folder = path.display().to_string();
            let hint = format!("git -C {} merge {commit:.12}", shell_word(&folder));
            context.ui.hint(hint);
        }
    }
}

/// The given folder, or one named after the project and the task.
fn folder(
    repository: &Repository,
    state: &State,
    index: TaskIndex,
    given: Option<&Path>,
) -> Result<PathBuf, CommandError> {
    if let Some(given) = given {
        return std::path::absolute(given).map_err(|error| {
            let message = format!("cannot use folder '{}'", given.display());
            CommandError::fatal(code::CANNOT_WRITE, message).because(error)
        });
    }
    let branch = default_branch(&state.shown(index));
    let task = branch.rsplit('/').next().unwrap_or(&branch);
    Ok(repository.folder_for(task))
}

/// Lets git create the worktree. True if the branch was created too.
fn git_adds(
    context: &mut Context,
    turn: &Turn,
    repository: &Repository,
    path: &Path,
    branch: &str,
    base: Option<&str>,
    found: Option<&str>,
) -> Result<bool, CommandError> {
    let here = format!("refs/heads/{branch}");
    let there = format!("refs/remotes/*/{branch}");
    let exists = commit::find(repository, &here).is_some();
    let fetched = || repository.run_git(["for-each-ref", "--format=x", &there]);
    // git creates a branch that one remote has, with that branch as its upstream.
    let known = exists || (base.is_none() && fetched()? == b"x\n");
    let (folder, was_there) = (path, repository.has_worktree(path));
    let path = path.as_os_str();
    let start = base.or(found).unwrap_or("HEAD");
    let arguments: Vec<&OsStr> = if known {
        ["worktree", "add", "--"]
            .map(OsStr::new)
            .into_iter()
            .chain([path, branch.as_ref()])
            .collect()
    } else {
        let new = ["worktree", "add", "-b", branch, "--"].map(OsStr::new);
        new.into_iter().chain([path, start.as_ref()]).collect()
    };
    let mut backoff = Backoff::up_to(CONFIG_WAIT);
    loop {
        let failed = match turn.run_git(repository, &arguments) {
            Ok(_) => return Ok(!exists),
            Err(failed) => failed,
        };
        if !was_there && repository.has_worktree(folder) {
            context
                .ui
                .warn(format!("the worktree is there, but {failed}"));
            return Ok(!exists);
        }
        // git creates the branch before the worktree. A branch with other work is somebody else's, made meanwhile.
        let made = || commit::find(repository, &here).filter(|_| !exists);
        if !failed.complains_of("a branch named")
            && made().is_some_and(|made| commit::find(repository, start) == Some(made))
        {
            // If it cannot be deleted, the failure of the worktree says more. git keeps a branch that a worktree is on.
            let _ = repository.run_git(["branch", "--quiet", "-D", "--", branch]);
        }
        // Another process writes the config, where git enters the upstream of a new branch, or makes a worktree.
        let is_passing = OTHERS_AT_WORK.iter().any(|text| failed.complains_of(text));
        if !is_passing || !backoff.pause() {
            return Err(not_added(repository, folder, failed));
        }
    }
}

/// The failure of git, about the folder that it could not write to: that of the worktree, or the git directory.
fn not_added(repository: &Repository, folder: &Path, failed: git::Error) -> CommandError {
    let is_of_folder = failed.complains_of(&folder.display().to_string());
    match repository.write_failure(failed) {
        git::Error::ReadOnly { .. } if is_of_folder => {
            let mut around = folder.ancestors().skip(1);
            let around = around.find(|around| around.exists()).unwrap_or(folder);
            let (folder, around) = (folder.display(), around.display());
            let message =
                format!("cannot create folder '{folder}': no permission to write to '{around}'");
            let error = CommandError::fatal(code::CANNOT_WRITE, message);
            error.hint("to add it elsewhere: git coord worktree add ID FOLDER")
        }
        error => error.into(),
    }
}

/// git's complaints about what another process does at the same time.
const OTHERS_AT_WORK: [&str; 2] = ["could not lock config file", UNFINISHED];

/// How long to wait for other processes that write the config.
const CONFIG_WAIT: Duration = Duration::from_secs(20);

/// Sets the actor that `--actor` names for the new worktree only, else the one that git copied from this worktree.
fn set_actor(context: &mut Context, opened: &Repository) -> Result<Option<String>, CommandError> {
    let copied = || opened.config().of_worktree("coord.actor");
    let asked = context.asked_for().map(ToString::to_string);
    let Some(actor) = asked.or_else(copied) else {
        return Ok(None);
    };
    if opened.set_worktree_config("coord.actor", &actor)? {
        let label = opened.label();
        let label = label.as_ref().map(Text::as_str).unwrap_or_default();
        opened.set_worktree_config(identity::NAMED_IN, label)?;
        return Ok(Some(actor));
    }
    context
        .ui
        .warn("cannot set coord.actor for this worktree only");
    context.ui.hint(format!("export GIT_COORD_ACTOR={actor}"));
    Ok(None)
}

/// A worktree that belongs to its task.
pub struct Settled {
    made: Made,
    state: State,
    index: TaskIndex,
    /// The object id of the entry that binds it and moves the claim; none if nothing had to be changed.
    entry: Option<String>,
    /// Whether the actor holds the task there.
    held: bool,
    now: Timestamp,
}

/// Binds the worktree to the task, and moves the actor's claim there, in one entry. If that fails, what was created is
/// removed again.
///
/// # Errors
/// The rules refuse, or the ledger cannot be written.
pub fn settle(
    context: &mut Context,
    ledger: &Ledger,
    id: &str,
    made: Made,
) -> Result<Settled, CommandError> {
    let settled = Writing::open(context).and_then(|writing| {
        let (actor, now) = (writing.author.actor.clone(), writing.now);
        let written = writing.append(|state| {
            let index = act::task(state, id)?;
            let (task, reference) = (state.task(index), state.reference(index));
            let is_bound = task.worktree.as_ref() == Some(&made.label);
            let held = task.claim.as_ref().filter(|claim| {
                claim.actor == actor && claim.worktree.as_ref() != Some(&made.label)
            });
            let binding = (!is_bound).then(|| bound(reference.clone(), Some(made.label.clone())));
            let moving = held.map(|claim| moved(reference, claim, made.label.clone()));
            let events: Vec<Event> = moving.into_iter().chain(binding).collect();
            Ok((!events.is_empty()).then(|| EntryDraft::from(events)))
        })?;
        let index = act::task(&written.state, id)?;
        let held = written.state.task(index).is_held_by(&actor);
        Ok((written, index, held, now))
    });
    match settled {
        Ok((written, index, held, now)) => Ok(Settled {
            made,
            index,
            entry: written.entry,
            state: written.state,
            held,
            now,
        }),
        Err(refused) => {
            made.remove(ledger.repository());
            Err(refused)
        }
    }
}

/// The claim again, in the worktree with this label.
fn moved(task: TaskRef, claim: &Claim, label: Text) -> Event {
    Event::Work(WorkEvent::Claimed {
        task,
        lease: claim.lease,
        worktree: Some(label),
        steal: false,
        share: claim.shared,
        resume: true,
    })
}

impl Made {
    /// Removes what was created. git keeps a worktree in which somebody has changed a file by now.
    fn remove(&self, repository: &Repository) {
        let removed = self.created
            && repository
                .run_git([
                    OsStr::new("worktree"),
                    "remove".as_ref(),
                    "--".as_ref(),
                    self.path.as_os_str(),
                ])
                .is_ok();
        if removed && self.created_branch {
            // A branch that stays is only a name.
            let _ = repository.run_git(["branch", "--quiet", "-D", "--", &self.branch]);
        }
    }
}

/// The data of `coord.worktree/1`.
#[derive(Serialize)]
struct Document {
    task: String,
    path: String,
    label: Text,
    branch: String,
    /// Whether the branch was created.
    created: bool,
    /// The done task at whose work the new branch begins, because it depends on it; null if it begins at the checked out commit.
    based_on: Option<String>,
    /// The actor in its config; null if none was set.
    actor: Option<String>,
    /// The object id of the entry that binds it and moves the claim; null if nothing had to be changed.
    entry: Option<String>,
    /// The number of the actor's claim; null if the actor does not hold the task.
    claim: Option<u64>,
    /// The end of its lease; null without a claim.
    until: Option<Timestamp>,
    /// The next commands.
    next: Vec<String>,
}

impl Settled {
    /// Answers with the worktree, the claim and the next commands.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn answer(self, context: &mut Context) -> Result<(), CommandError> {
        let Self {
            made, state, index, ..
        } = &self;
        let shown = state.shown(*index);
        let path = made.path.display().to_string();
        let mut next = vec![format!("cd {}", shell_word(&path))];
        let task = state.task(*index);
        if !self.held && task.end.is_none() {
            next.push(format!("git coord claim {}", shell_word(&shown)));
        }
        let claim = task.claim.as_ref().filter(|_| self.held);
        let mut text = String::new();
        if let Some(claim) = claim {
            let until = words::until(claim.until(), self.now);
            text += &format!("claimed {shown} {until}, claim {}\n", claim.number);
        }
        let (verb, branch) = match (made.created, made.created_branch) {
            (false, _) => ("found", "branch"),
            (true, true) => ("created", "new branch"),
            (true, false) => ("created", "branch"),
        };
        text += &format!(
            "{verb} worktree {path} on {branch} {} for {shown}\n",
            made.branch
        );
        if let Some(task) = &made.based_on {
            text += &format!("the branch begins at the work of {task}, on which {shown} depends\n");
        }
        for command in &next {
            text += &format!("next: {command}\n");
        }
        let document = Document {
            claim: claim.map(|claim| claim.number),
            until: claim.map(Claim::until),
            task: shown,
            path,
            label: made.label.clone(),
            branch: made.branch.clone(),
            created: made.created_branch,
            based_on: made.based_on.clone(),
            actor: made.actor.clone(),
            entry: self.entry.clone(),
            next,
        };
        context.ui.answer("coord.worktree/1", &document, text)
    }
}
