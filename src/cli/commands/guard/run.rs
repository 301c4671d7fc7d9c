//! `git coord guard run`: run the commands of guardrails, and report the results.
//!
//! Not here: how the results get into the ledger (`session`), how a command runs (`guard`), and the layout of the
//! summary (`render::audit`).

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use super::{
    guardrail::{command_of, find},
    session::{self, Ended, OUTPUT, foreseen},
    trust,
};
use crate::{
    cli::{CommandError, Context, failure::code},
    core::{
        entry::event::guardrail::Outcome,
        plan::{
            refusal::Lack,
            state::{
                State,
                guardrails::{Guardrail, GuardrailStatus},
            },
        },
        values::{
            id::{ActorName, Digest, GuardId},
            time::{Span, Timestamp},
        },
        views::snapshot::GuardrailAtHand,
    },
    git::repository::Repository,
    guard::{self, Checkout, Ending, Job, Run, trust::Trust},
    ledger::{Author, EntryDraft, Ledger, verified::Verified},
    render::{Audit, CheckedGuardrail, audit_markdown, text},
};

/// Run guardrails and record their results
///
/// The output shows each command first. The command runs in 'sh' at the top of this worktree, without input and with a
/// time limit. When it ends, everything that it started is stopped. A guardrail that waits for a task does not run. The
/// exit status is 0 if all guardrails pass; with --all, if all required ones pass.
///
/// A result is about the commit that is checked out. If files differ from the commit, the result is about no commit, and
/// a pass is stale. So commit first. Files that git ignores, and new files that a run made, do not count. The results of other commits stay.
///
/// The command sees these environment variables: PATH, HOME, USER, LOGNAME, SHELL, LANG, LANGUAGE, LC_*, TZ, TERM,
/// TMPDIR, XDG_RUNTIME_DIR, those that coord.guardEnvironment in git's config names, and those that the guardrail
/// names ('guard add --env'). COORD_GUARDRAIL is the guardrail's id. Names that begin with GIT_ are never passed on.
///
/// After a failure you see the end of the output. 'guard show ID --output' shows the whole output of the last run.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord guard run --all\n  git coord guard run tests --write summary.md"
)]
pub struct Args {
    /// Guardrails to run
    #[arg(value_name = "ID")]
    pub ids: Vec<GuardId>,
    /// Run every guardrail that has a command
    #[arg(long, conflicts_with = "ids")]
    pub all: bool,
    /// Run N commands at once (default: the number of processors)
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Also write the summary to FILE, as Markdown
    #[arg(long, value_name = "FILE")]
    pub write: Option<PathBuf>,
}

/// The time limit of a command without a limit of its own.
const TIME_LIMIT: Span = Span::from_minutes(10);

/// # Errors
/// Before anything runs: there is no worktree, a command is missing or not trusted, or the actor may not record
/// results. Afterwards: a command could not be started or recorded, or the answer is no.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let now = context.now()?;
    let known = ledger.current()?;
    let repository = ledger.repository();
    let (top, checkout) = at_hand(repository)?;
    let chosen = chosen(&known.state, args)?;
    context.stop_if_done(repository, &known.state)?;
    let mut author = context.author(repository, &known.state)?;
    let jobs = jobs(&known.state, &chosen, args.all)?;
    show(context, &known.state, &jobs);
    check_trust(&known.state, &author.actor, &jobs)?;
    check_permission(&ledger, &known, &author, now, &jobs)?;
    let place = (top, &checkout);
    let (ended, failure) = session::run(context, &ledger, &mut author, place, &jobs, args.jobs)?;

    let after = ledger.current()?.state;
    let standing = guard::standing(repository, &after)?;
    let chosen = standing
        .iter()
        .filter(|at_hand| chosen.contains(&at_hand.id));
    let outcome = |at_hand: &GuardrailAtHand| {
        let ended = ended.iter().find(|ended| ended.id == at_hand.id);
        checked(&known.state, at_hand, ended)
    };
    let guardrails: Vec<CheckedGuardrail> = chosen.map(outcome).collect();
    let has_to_pass = |checked: &&CheckedGuardrail| checked.required || !args.all;
    let passes = |checked: &CheckedGuardrail| checked.status == GuardrailStatus::Pass;
    let audit = Audit {
        commit: checkout.commit.as_ref().map(ToString::to_string),
        tree: checkout.tree.as_ref().map(ToString::to_string),
        dirty: checkout.is_dirty(),
        at: now,
        actor: author.actor,
        machine: guard::host(),
        passed: guardrails.iter().filter(has_to_pass).all(passes),
        guardrails,
    };
    for ended in ended
        .iter()
        .filter(|ended| ended.run.outcome() == Outcome::Fail)
    {
        show_end(context, ended);
    }
    answer(context, args.write.as_deref(), &audit, failure)
}

/// The top of the worktree, and what is checked out there.
fn at_hand(repository: &Repository) -> Result<(&Path, Checkout), CommandError> {
    let checkout = Checkout::read(repository)?;
    repository.work_dir().zip(checkout).ok_or_else(|| {
        let message = "a bare repository has no worktree to run guardrails in";
        CommandError::fatal(code::NO_WORKTREE, message).hint("git worktree add PATH")
    })
}

/// The requested guardrails by name, each once.
fn chosen(state: &State, args: &Args) -> Result<BTreeSet<GuardId>, CommandError> {
    if args.all {
        return Ok(state.guardrails.keys().cloned().collect());
    }
    if args.ids.is_empty() {
        return Err(none_named(state));
    }
    let ids = args.ids.iter();
    ids.map(|id| find(state, id).map(|_| id.clone())).collect()
}

/// The error that names the guardrails among which to choose.
fn none_named(state: &State) -> CommandError {
    let ids: Vec<&str> = state.guardrails.keys().map(GuardId::as_str).collect();
    if ids.is_empty() {
        return CommandError::usage("the plan has no guardrails")
            .hint("git coord guard add --help");
    }
    let message = format!("no guardrail is named; there are {}", ids.join(", "));
    CommandError::usage(message).hint("git coord guard run --all")
}

/// The commands to run. Guardrails that wait are left out; with --all, so are guardrails without a command.
fn jobs(state: &State, chosen: &BTreeSet<GuardId>, all: bool) -> Result<Vec<Job>, CommandError> {
    let mut jobs = Vec::new();
    for id in chosen {
        let guardrail = find(state, id)?;
        let waits = state.guardrail_waits_for(guardrail).next().is_some();
        if waits || (all && guardrail.command.is_none()) {
            continue;
        }
        jobs.push(job(id, guardrail)?);
    }
    Ok(jobs)
}

/// The command of a guardrail, to run.
pub(super) fn job(id: &GuardId, guardrail: &Guardrail) -> Result<Job, CommandError> {
    let (command, digest) = command_of(id, guardrail)?;
    Ok(Job {
        id: id.clone(),
        command: command.clone(),
        environment: guardrail.environment.clone(),
        digest,
        expect: guardrail.expect.clone(),
        time_limit: guardrail.time_limit.unwrap_or(TIME_LIMIT),
    })
}

/// Prints each command. It goes to standard error, even with `--json`.
fn show(context: &mut Context, state: &State, jobs: &[Job]) {
    for job in jobs {
        let by = &state.guardrails[&job.id].defined_by;
        trust::show(context, &job.id, by, &job.command, &job.environment);
    }
}

/// Prints the end of the output of a command that failed, and the command that shows all of it.
fn show_end(context: &mut Context, ended: &Ended) {
    let id = &ended.id;
    for line in text::last_lines(&String::from_utf8_lossy(&ended.run.output)) {
        context.ui.announce("output", format!("{id}: {line}"));
    }
    if ended.entry.is_some() {
        context
            .ui
            .hint(format!("git coord guard show {id} --output"));
    }
}

/// Refuses if a command is not trusted: then none of them runs.
pub(super) fn check_trust(
    state: &State,
    actor: &ActorName,
    jobs: &[Job],
) -> Result<(), CommandError> {
    let trust = Trust::read(state.ledger);
    let is_strange = |job: &&Job| trust.of(Some(actor), job.digest).is_none();
    let strange = jobs.iter().filter(is_strange);
    let strange: Vec<(&GuardId, Digest)> = strange.map(|job| (&job.id, job.digest)).collect();
    let Some((first, _)) = strange.first() else {
        return Ok(());
    };
    let by = &state.guardrails[*first].defined_by;
    let message = format!("the command of guardrail '{first}' is not trusted here; {by} wrote it");
    let hint = trust::hint(strange.into_iter());
    Err(CommandError::no(code::NOT_TRUSTED, message).hint(hint))
}

/// Refuses if the actor may not record results: the run would be useless.
fn check_permission(
    ledger: &Ledger,
    known: &Verified,
    author: &Author,
    now: Timestamp,
    jobs: &[Job],
) -> Result<(), CommandError> {
    let Some(job) = jobs.first() else {
        return Ok(());
    };
    let ask = |_: &State| Ok(EntryDraft::from(foreseen(job)));
    let rehearsed = ledger.rehearse_one(known.clone(), author, now, ask);
    rehearsed.map(drop)
}

/// The result of a guardrail. One without a command has its recorded result, if that is about the present checkout.
fn checked(state: &State, at_hand: &GuardrailAtHand, ended: Option<&Ended>) -> CheckedGuardrail {
    let id = &at_hand.id;
    let guardrail = &state.guardrails[id];
    let waits_for: Vec<String> = state
        .guardrail_waits_for(guardrail)
        .map(|task| state.shown(task))
        .collect();
    let (status, note) = match ended {
        Some(ended) => (status_of(ended, at_hand), note_of(ended, guardrail)),
        None if !waits_for.is_empty() => {
            let note = format!("for {}", waits_for.join(", "));
            (GuardrailStatus::Waiting, Some(note))
        }
        // It was not run now, so only a result by hand counts.
        None if guardrail.command.is_some() => (GuardrailStatus::NotRun, None),
        None if at_hand.why == Some(Lack::NoCommit) => {
            (GuardrailStatus::NotRun, text::at_hand_note(at_hand))
        }
        None => (at_hand.status, text::at_hand_note(at_hand)),
    };
    let run = ended.map(|ended| &ended.run);
    let entry = ended.and_then(|ended| ended.entry.clone());
    CheckedGuardrail {
        id: id.clone(),
        title: guardrail.title.clone(),
        required: guardrail.required,
        status,
        waits_for,
        note,
        exit: run.and_then(Run::exit),
        duration_milliseconds: run.and_then(|run| u64::try_from(run.duration.as_millis()).ok()),
        evidence: entry.as_ref().and_then(|_| OUTPUT.parse().ok()),
        entry,
    }
}

/// The status that the run tells. Nobody else can see a result that is not in the ledger, so that one is `not_run`. A pass with
/// changed files says nothing about the commit, so its status is the one that all other commands tell.
fn status_of(ended: &Ended, at_hand: &GuardrailAtHand) -> GuardrailStatus {
    match (&ended.entry, ended.run.outcome()) {
        (None, _) => GuardrailStatus::NotRun,
        (Some(_), Outcome::Pass) if !ended.changed.is_empty() => at_hand.status,
        (Some(_), Outcome::Pass) => GuardrailStatus::Pass,
        (Some(_), Outcome::Fail) => GuardrailStatus::Fail,
    }
}

fn note_of(ended: &Ended, guardrail: &Guardrail) -> Option<String> {
    let limit = guardrail.time_limit.unwrap_or(TIME_LIMIT);
    match (ended.run.ending, ended.run.expected) {
        (Ending::Stopped, _) => Some("stopped".to_owned()),
        _ if ended.entry.is_none() => Some("not recorded".to_owned()),
        (Ending::TimedOut, _) => Some(format!("killed after {limit}")),
        (Ending::Exited(0), Some(false)) => {
            Some("the output does not contain the expected text".to_owned())
        }
        (Ending::Exited(0), _) => {
            (!ended.changed.is_empty()).then(|| text::with_changes(&ended.changed))
        }
        (Ending::Exited(status), _) => Some(format!("exit status {status}")),
    }
}

fn answer(
    context: &mut Context,
    page: Option<&Path>,
    audit: &Audit,
    failure: Option<CommandError>,
) -> Result<(), CommandError> {
    let text = text::audit(audit, context.ui.style());
    if let Some(failure) = failure {
        context.ui.text(text)?;
        return Err(failure);
    }
    if let Some(path) = page {
        write(path, &audit_markdown(audit))?;
    }
    context.ui.answer("coord.guard_run/1", audit, text)?;
    CommandError::unless(audit.passed)
}

fn write(path: &Path, page: &str) -> Result<(), CommandError> {
    std::fs::write(path, page).map_err(|error| {
        let message = format!(
            "the results are recorded, but the summary cannot be written to '{}'",
            path.display()
        );
        CommandError::fatal(code::CANNOT_WRITE, message).because(error)
    })
}
