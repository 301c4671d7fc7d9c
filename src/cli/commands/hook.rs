//! `git coord hook`: called by git's hooks. It warns of mistakes, and records work in the ledger.
//!
//! A failure of git coord must not stop git: then the hook only warns, and exits with 0. Not here: the checks
//! (`hooks`).

use std::{ffi::OsString, path::Path};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::{code, hint},
        files::input,
        reading::integrated::MainBranchSearch,
        remote::auto,
        task::{act, answer, claim_check::ClaimCheck},
    },
    core::{
        entry::event::{CommitId, Event},
        plan::state::{State, TaskIndex, name::NotFound},
        values::time::Timestamp,
    },
    git::repository::Repository,
    guard::tree_of,
    hooks::{Hook, HookFinding, HookInput, Response, UnrecordedWork, Work, self_test},
    ledger::{Author, EntryDraft, Error, Ledger, verified::Verified},
};

/// Do the work of a git hook; git calls this command
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord hook pre-commit")]
pub struct Args {
    /// Name of the hook
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Arguments that git passes to the hook
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub arguments: Vec<OsString>,
}

/// The data of `coord.hook/1`.
#[derive(Serialize)]
struct HookAnswer {
    /// The hook, as git calls it.
    hook: &'static str,
    /// The findings, which were also printed as warnings.
    findings: Vec<Warning>,
    /// The object ids of the new entries.
    entries: Vec<String>,
}

/// A finding, or the failure of the hook.
#[derive(Serialize)]
struct Warning {
    code: &'static str,
    message: String,
}

/// # Errors
/// `usage`. The first finding, if git obeys this hook and findings are refused.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let hook = Hook::named(&args.name);
    let hook =
        hook.ok_or_else(|| CommandError::usage(format!("there is no hook '{}'", args.name)))?;
    if std::env::var_os(self_test::PROBE).is_some() {
        return answer(context, hook);
    }
    let mut told = HookAnswer {
        hook: hook.name(),
        findings: Vec::new(),
        entries: Vec::new(),
    };
    if let Err(failure) = watch(context, hook, args, &mut told) {
        match failure.weigh(context, hook) {
            Failure::Refused(error) => return Err(error),
            Failure::Blind(error) => {
                let message = format!("git coord's {} hook did nothing: {error}", hook.name());
                let told_as = CommandError::fatal(error.code(), message);
                let told_as = told_as.next_is(error.next().map(ToOwned::to_owned));
                warn(context, &mut told, &told_as);
            }
        }
    }
    if context.ui.is_json() {
        context.ui.success("coord.hook/1", &told)
    } else {
        Ok(())
    }
}

/// Why a hook ended early.
enum Failure {
    /// The answer is no.
    Refused(CommandError),
    /// It could not check.
    Blind(CommandError),
}

impl<E: Into<CommandError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Blind(error.into())
    }
}

impl Failure {
    /// Decides whether a failure stops git or is only a warning.
    fn weigh(self, context: &mut Context, hook: Hook) -> Self {
        match self {
            // A refused push can be repeated, but a refused commit may be lost.
            Self::Blind(error) if hook == Hook::PrePush && is_strict(context) => {
                let refused = CommandError::no(code::UNCHECKED, "the push was not checked");
                Self::Refused(refused.because(error).hint("git push --no-verify"))
            }
            // On a server, a bad push would reach everybody.
            Self::Blind(error) if hook.is_servers() => {
                let refused = CommandError::no(code::UNCHECKED, "the push could not be checked");
                let next = match error.code() {
                    // A repair is for clones.
                    code::UNSUPPORTED => Some(NEWER_PROGRAM),
                    _ => error.next(),
                };
                // The reader works on another machine.
                let hint = next.map(|hint| format!("on the server: {hint}"));
                Self::Refused(refused.because(error).next_is(hint))
            }
            failure => failure,
        }
    }
}

/// Checks, reports the findings, and records the work.
fn watch(
    context: &mut Context,
    hook: Hook,
    args: &Args,
    told: &mut HookAnswer,
) -> Result<(), Failure> {
    // The input is read even if it is not needed: git fails if it cannot write it.
    let stdin = if hook.reads_input() {
        input::read(Path::new("-"), INPUT_BYTES_MAX)?
    } else {
        Vec::new()
    };
    let stdin = String::from_utf8_lossy(&stdin);
    let repository = match context.repository_if_any()? {
        Some(repository) => repository,
        None if hook.is_servers() => context.repository()?,
        None => return Ok(()),
    };
    if repository.is_integrating() {
        // Nothing there is work of its own, and `integrate` records the result.
        return Ok(());
    }
    let ledger = match context.outbox().filter(|_| !hook.is_servers()) {
        // New entries go to the outbox like all entries of the session, and follow those in it. git starts a hook at the top
        // of the worktree, and says in which folder below it git itself was started.
        Some(outbox) => {
            let started = repository.environment().get("GIT_PREFIX");
            let outbox = Path::new(started.unwrap_or_default()).join(outbox);
            Ledger::with_outbox(&repository, &outbox)?
        }
        None => Ledger::new(repository),
    };
    let enabled = ledger.repository().config().boolean(ENABLED)?;
    // A server's ledger may be on another ref, or may be in this very push.
    if enabled == Some(false) || !hook.is_servers() && ledger.tip()?.is_none() {
        return Ok(());
    }
    // A server judges the time that a pusher states, so it goes by its own clock.
    let now = if hook.is_servers() {
        context.clock()
    } else {
        context.now()?
    };
    let actor = |state: &State| context.actor(ledger.repository(), state).ok();
    let hook_input = HookInput::new(&ledger, &actor, now, &args.arguments, &stdin);
    let response = hook.respond(&hook_input)?;
    let known = hook_input.into_known();
    speak(context, hook, &response, told)?;
    if let Some(known) = known.filter(|_| !response.unrecorded.is_empty()) {
        tell(context, &ledger, known, &response, told)?;
    }
    if response.wants_sync && context.outbox().is_none() {
        // `after_writing` reports refused entries. They do not concern the push.
        auto::after_writing(context);
    }
    Ok(())
}

/// What a server needs for a ledger that its program does not know.
const NEWER_PROGRAM: &str = "install a newer git-coord; to see your version: git coord --version";
/// The setting that turns all our hooks off.
const ENABLED: &str = "coord.hooks.enabled";
/// The setting that makes hooks refuse instead of warn.
const STRICT: &str = "coord.hooks.strict";
/// The largest input that git may write to a hook. Each ref of a push takes about 200 bytes.
const INPUT_BYTES_MAX: u64 = 64 << 20;

fn is_strict(context: &mut Context) -> bool {
    let repository = context.repository();
    repository.is_ok_and(|repository| matches!(repository.config().boolean(STRICT), Ok(Some(true))))
}

/// Warns of the findings, or refuses.
fn speak(
    context: &mut Context,
    hook: Hook,
    response: &Response,
    told: &mut HookAnswer,
) -> Result<(), Failure> {
    let Some((first, more)) = response.findings.split_first() else {
        return Ok(());
    };
    let grave = response.findings.iter().any(|finding| finding.grave);
    if hook.can_refuse() && (grave || is_strict(context)) {
        let more = more.iter().map(|finding| finding.message.clone()).collect();
        return Err(Failure::Refused(as_error(first).details(more)));
    }
    for finding in &response.findings {
        warn(context, told, &as_error(finding));
    }
    Ok(())
}

fn as_error(finding: &HookFinding) -> CommandError {
    let error = CommandError::no(finding.code, &finding.message);
    error.next_is(finding.next.as_ref().map(hint::hooks::command))
}

fn warn(context: &mut Context, told: &mut HookAnswer, error: &CommandError) {
    context.ui.warn(error);
    if let Some(hint) = error.next() {
        context.ui.hint(hint);
    }
    told.findings.push(Warning {
        code: error.code(),
        message: error.to_string(),
    });
}

/// Appends entries about the work. If the rules refuse one, this is only a warning: git has done the work already.
fn tell(
    context: &mut Context,
    ledger: &Ledger,
    known: Verified,
    response: &Response,
    told: &mut HookAnswer,
) -> Result<(), Failure> {
    let now = context.now()?;
    let author = context.author(ledger.repository(), &known.state)?;
    let mut known = Some(known);
    for unrecorded in &response.unrecorded {
        match append(ledger, known.take(), &author, now, unrecorded) {
            Ok((entry, verified)) => {
                told.entries.extend(entry);
                for work in unrecorded {
                    say(context, &verified.state, work)?;
                }
                known = Some(verified);
            }
            Err(error) => warn(context, told, &error.seen_from(now)),
        }
    }
    Ok(())
}

/// Appends one entry about this work.
fn append(
    ledger: &Ledger,
    known: Option<Verified>,
    author: &Author,
    now: Timestamp,
    unrecorded: &[UnrecordedWork],
) -> Result<(Option<String>, Verified), CommandError> {
    let worktree = ledger.repository().label();
    let search = MainBranchSearch::new(ledger.repository());
    let build = |state: &State| -> Result<EntryDraft, CommandError> {
        let events = unrecorded.iter().map(|work| {
            let basis = act::Basis {
                state,
                index: index_of(state, work)?,
                task: work.task.clone(),
                actor: &author.actor,
                worktree: worktree.as_ref(),
                now,
            };
            event(ledger.repository(), &search, work, &basis)
        });
        Ok(EntryDraft {
            events: events.collect::<Result<_, CommandError>>()?,
            attachments: Vec::new(),
            key: None,
        })
    };
    let appended = ledger.append_one(known, author, now, build)?;
    Ok((appended.entry(), appended.verified))
}

/// The event of the work, under the claim that the actor holds in this worktree.
fn event(
    repository: &Repository,
    search: &MainBranchSearch<'_>,
    work: &UnrecordedWork,
    basis: &act::Basis<'_>,
) -> Result<Event, CommandError> {
    let claim = if work.work.is_fenced() {
        ClaimCheck::default().check(basis)?
    } else {
        None
    };
    let ends = |commit: &CommitId| (search.find(commit), tree_of(repository, commit));
    Ok(work.event(claim, ends))
}

fn index_of(state: &State, work: &UnrecordedWork) -> Result<TaskIndex, CommandError> {
    let entry = work.task.mark.entry;
    let found = entry.and_then(|entry| state.find(&work.task, entry));
    found.ok_or_else(|| CommandError::task_not_found(work.task.id.as_str(), NotFound::Unknown))
}

/// Prints what changed in the plan. Recorded commits are not reported, because every commit is recorded.
fn say(context: &mut Context, state: &State, work: &UnrecordedWork) -> Result<(), CommandError> {
    let index = index_of(state, work)?;
    let shown = state.shown(index);
    match &work.work {
        Work::Progressed(percent) => context
            .ui
            .text(format_args!("{shown} is at {}%\n", u8::from(*percent))),
        Work::Done(_) => {
            answer::warn_of_dependencies(context, state, index);
            context.ui.text(format_args!("{shown} is done\n"))
        }
        Work::Committed { .. } | Work::Rewritten { .. } | Work::Bound(_) => Ok(()),
    }
}

/// Answers the self-test. The answer is no, so that git stops there.
fn answer(context: &mut Context, hook: Hook) -> Result<(), CommandError> {
    let problem = context.ledger().and_then(|ledger| match ledger.current() {
        Ok(_) | Err(Error::NoLedger | Error::LedgerGone) => Ok(()),
        Err(error) => Err(error.into()),
    });
    let problem = problem.err().map(|error| error.to_string());
    context
        .ui
        .raw(&self_test::answer(hook, problem.as_deref()))?;
    Err(CommandError::answered_no())
}
