//! A run of the commands of guardrails. Each result is recorded at once, in an entry of its own.
//!
//! So a result is in the ledger even if another command fails or the run is interrupted. The output is the file
//! `output.txt` of the entry. Not here: which commands run, and the summary (`run`); how a command runs (`guard`).

use std::{collections::BTreeSet, io, num::NonZeroUsize, path::Path, thread};

use crate::{
    cli::{CommandError, Context, clock::Clock, failure::code},
    core::{
        entry::event::{
            Event, GuardrailEvent,
            guardrail::{GuardrailResult, Outcome},
        },
        plan::state::State,
        values::{id::GuardId, text::Text},
    },
    git::repository::Repository,
    guard::{self, Checkout, CommandEnvironment, Ending, Job, JobNews, Run},
    ledger::{Author, EntryDraft, Ledger},
};

/// The name of the attachment that holds a command's output.
pub(super) const OUTPUT: &str = "output.txt";

/// One run, with the results so far.
struct Session<'a> {
    context: &'a mut Context,
    ledger: &'a Ledger,
    author: &'a mut Author,
    checkout: &'a Checkout,
    jobs: &'a [Job],
    running: BTreeSet<usize>,
    ended: Vec<Ended>,
    failure: Option<CommandError>,
}

/// A command that has ended.
pub(super) struct Ended {
    /// Its guardrail.
    pub(super) id: GuardId,
    /// How it ran.
    pub(super) run: Run,
    /// The first files that differed from the commit.
    pub(super) changed: Vec<Text>,
    /// The object id of the entry with the result; none if it could not be recorded.
    pub(super) entry: Option<String>,
}

/// Runs the commands, `at_once` of them side by side. Returns the ended ones, and the first failure: a command
/// could not be started or recorded, or the run was interrupted.
///
/// # Errors
/// No command could be run.
pub(super) fn run(
    context: &mut Context,
    ledger: &Ledger,
    author: &mut Author,
    (top, checkout): (&Path, &Checkout),
    jobs: &[Job],
    at_once: Option<NonZeroUsize>,
) -> Result<(Vec<Ended>, Option<CommandError>), CommandError> {
    let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let at_once = at_once.map_or_else(processors, NonZeroUsize::get);
    let environment = CommandEnvironment::from_process(ledger.repository().config());
    let mut session = Session {
        context,
        ledger,
        author,
        checkout,
        jobs,
        running: BTreeSet::new(),
        ended: Vec::new(),
        failure: None,
    };
    guard::run_all(jobs, top, &environment, at_once, |news| session.hear(news))
        .map_err(|error| CommandError::caused(code::CANNOT_RUN, error))?;
    session.context.ui.end_progress();
    Ok((session.ended, session.failure))
}

impl Session<'_> {
    fn hear(&mut self, news: JobNews) {
        match news {
            JobNews::Began(number) => _ = self.running.insert(number),
            JobNews::Quiet => {}
            JobNews::Ended(number, ended) => {
                self.running.remove(&number);
                if let Err(failure) = self.end(&self.jobs[number], ended) {
                    self.failure.get_or_insert(failure);
                }
            }
        }
        let running = self.running.iter();
        let running: Vec<&str> = running
            .map(|number| self.jobs[*number].id.as_str())
            .collect();
        let line = format!(
            "{} of {} done, running: {}",
            self.ended.len(),
            self.jobs.len(),
            running.join(", ")
        );
        self.context.ui.progress(&line);
    }

    fn end(&mut self, job: &Job, ended: io::Result<Run>) -> Result<(), CommandError> {
        let run = ended.map_err(|error| cannot_start(job, error))?;
        let recorded = match run.ending {
            Ending::Stopped => {
                // The files that it made are remembered. More is not to be done for a command that was stopped.
                let _ = self.checkout.changed_by_now(self.ledger.repository());
                Err(interrupted())
            }
            Ending::Exited(_) | Ending::TimedOut => self.record(job, &run),
        };
        let (entry, changed, failure) = match recorded {
            Ok((entry, changed)) => (Some(entry), changed, Ok(())),
            Err(error) => (None, Vec::new(), Err(error)),
        };
        let id = job.id.clone();
        self.ended.push(Ended {
            id,
            run,
            changed,
            entry,
        });
        failure
    }

    /// Appends the result, and returns its entry and the files that differed from the commit.
    fn record(&mut self, job: &Job, run: &Run) -> Result<(String, Vec<Text>), CommandError> {
        let repository = self.ledger.repository();
        let name = OUTPUT.parse::<Text>();
        let name = name.map_err(|error| CommandError::caused(code::INTERNAL, error))?;
        let result = result_of(repository, self.checkout, job, run, name.clone())?;
        let changed = result.changed.clone();
        let draft = EntryDraft {
            events: vec![recorded(result)],
            attachments: vec![(name, run.output.clone())],
            key: None,
        };
        // Each result has the time of its own end, which may be long after the command began.
        let clock = Clock::default();
        self.author.clock = clock.system();
        let once = |_: &State| Ok::<_, CommandError>(draft.clone());
        let now = clock.now()?;
        let appended = self.ledger.append_one(None, self.author, now, once)?;
        Ok((appended.entry().unwrap_or_default(), changed))
    }
}

pub(super) fn cannot_start(job: &Job, error: io::Error) -> CommandError {
    let message = format!("cannot start the command of guardrail '{}'", job.id);
    CommandError::fatal(code::CANNOT_RUN, message).because(error)
}

/// The result of a run, with its output under this name.
pub(super) fn result_of(
    repository: &Repository,
    checkout: &Checkout,
    job: &Job,
    run: &Run,
    evidence: Text,
) -> Result<GuardrailResult, CommandError> {
    Ok(GuardrailResult {
        evidence: Some(evidence),
        exit: run.exit(),
        duration_milliseconds: u64::try_from(run.duration.as_millis()).ok(),
        host: guard::host(),
        commit: checkout.commit.clone(),
        tree: checkout.tree.clone(),
        changed: checkout.changed_by_now(repository)?,
        ..bare_result(job, run.outcome())
    })
}

/// A result as it would be recorded, to ask the rules before the run.
pub(super) fn foreseen(job: &Job) -> Event {
    recorded(bare_result(job, Outcome::Fail))
}

pub(super) fn recorded(result: GuardrailResult) -> Event {
    Event::Guardrail(GuardrailEvent::Recorded(Box::new(result)))
}

fn bare_result(job: &Job, outcome: Outcome) -> GuardrailResult {
    GuardrailResult {
        command_digest: Some(job.digest),
        ..GuardrailResult::new(job.id.clone(), outcome)
    }
}

fn interrupted() -> CommandError {
    let message = "interrupted; the results of commands that had ended are recorded";
    CommandError::fatal(code::INTERRUPTED, message)
}
