//! `git coord sync`: reconcile this ledger with home's.
//!
//! Not here: the rounds of a sync (`sync::round`), and which tips are accepted (`core::history::accept`).

use std::collections::BTreeMap;

use crate::{
    cli::{
        CommandError, Context,
        commands::import::{
            self,
            chain::{bodies, rehearse},
            plan::PlanFile,
        },
        remote::{answer::SyncAnswer, contact, home},
    },
    core::{plan::state::State, values::time::Timestamp},
    exchange::{self, DraftTask, Format},
    ledger::{Ledger, append::AHEAD_MAX},
    render::refusal::sentence,
    sync::{remote::Remote, resign::NotAppended},
};

/// Fetch entries from home and publish local ones
///
/// Home is the remote that 'coord.remote' names, else 'origin'. Any other remote or address is a courier: sync adds
/// the entries that it brings, and pushes the entries that it lacks. From a bundle or an outbox, sync adds all
/// entries or none. In a clone without a ledger, sync makes the first contact with home. It exits with 1 if the rules
/// refuse one of your entries at its new position.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  git coord sync\n  git coord sync ../codex.bundle")]
pub struct Args {
    /// Remote, address, bundle or outbox to sync with (default: home)
    #[arg(value_name = "REMOTE")]
    pub remote: Option<String>,
    /// Show what would happen
    #[arg(long)]
    pub dry_run: bool,
    /// Append entries again that your revoked key or your clock kept out
    ///
    /// These are entries that were refused for your revoked key, and unpublished entries that are dated ahead because the
    /// clock was wrong. They are signed with your current key, at the present time.
    #[arg(long, conflicts_with = "dry_run")]
    pub resign: bool,
    /// Use home's ledger instead of this one, and add its tasks there
    ///
    /// Use it if home holds another ledger. The ledger of this clone is kept on another ref.
    #[arg(long, conflicts_with_all = ["dry_run", "resign"])]
    pub adopt: bool,
}

/// # Errors
/// The answer is no if the rules refused an entry.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    context.refuse_outbox_and_key("sync")?;
    let ledger = context.ledger()?;
    let remote = home::remote(&ledger, args.remote.as_deref())?;
    match (args.adopt, args.resign) {
        (true, _) => adopt(context, &ledger, &remote),
        (_, true) => resign(context, &ledger, &remote),
        _ => with(context, &remote, args.dry_run),
    }
}

/// Keeps this ledger on another ref, takes home's, and imports the tasks there.
fn adopt(context: &mut Context, ledger: &Ledger, home: &Remote) -> Result<(), CommandError> {
    let repository = ledger.repository();
    let state = ledger.current()?.state;
    let mut draft = exchange::draft_of(&state, Format::TaskStatus, bodies(ledger, &state)?);
    let id = state.ledger.short();
    let mut sync = home::sync(context, ledger, home)?;
    let now = sync.now;
    let (mut plan, mut renamed) = (None, BTreeMap::new());
    let aside = sync.lay_aside(
        |state| context.author(repository, state),
        |there, author| {
            renamed = draft.rename(&id[..MARK], |task| is_another(&there.state, task));
            if draft.tasks.is_empty() {
                return Ok(());
            }
            let written = exchange::write_task_status(&draft).into_bytes();
            let name = format!("ledger-{id}.json");
            let made = PlanFile::of(
                &name,
                written,
                Some(Format::TaskStatus),
                state.policy.working_day,
            )?;
            // If the import would fail, nothing must change here.
            rehearse(ledger, &made, there.clone(), author, now)?;
            plan = Some(made);
            Ok(())
        },
    )?;
    let name = home.name();
    let mut text = format!("kept ledger {id} as {aside}; the ledger of {name} replaces it\n");
    for (old, new) in renamed {
        text += &format!("renamed {old} to {new}: {old} is another task in the ledger of {name}\n");
    }
    context.ui.text(text)?;
    match plan {
        Some(plan) => import::take_in(context, &plan, false),
        None => with(context, home, false),
    }
}

/// The number of digits of a ledger's id in the names of renamed tasks.
const MARK: usize = 4;

/// Whether home has another task with the id of this one: the titles differ.
fn is_another(there: &State, task: &DraftTask) -> bool {
    let mut tasks = there.tasks();
    tasks.any(|(_, other)| other.id == task.id && other.fields.title != task.fields.title)
}

/// Syncs, appends stranded entries again, and publishes them too.
fn resign(context: &mut Context, ledger: &Ledger, home: &Remote) -> Result<(), CommandError> {
    let repository = ledger.repository();
    let author = |state: &_| context.author(repository, state);
    let mut sync = home::sync(context, ledger, home)?;
    let ahead = sync.resign_ahead(author)?;
    let mut first = sync.run(author)?;
    let mut resigned = ledger.resign(&author(&first.current.state)?, sync.now)?;
    resigned.left.extend(ahead.left);
    let mut synced = sync.run(author)?;
    first.report.fetched.append(&mut synced.report.fetched);
    synced.report.fetched = first.report.fetched;
    for left in &resigned.left {
        context.ui.warn(match left {
            NotAppended::Snapshot(label) => {
                let label = label.as_ref();
                let label = label.map_or_else(String::new, |label| format!(" '{label}'"));
                format!("snapshot{label} was not appended again: it shows an earlier state")
            }
            NotAppended::Refused(refusal) => {
                let why = sentence(refusal, Some(sync.now));
                format!("an entry was not appended again: {why}")
            }
        });
    }
    SyncAnswer::of(&synced, home.name(), false, None).say(context)
}

/// Syncs the ledger of the current folder with this remote, and answers.
///
/// # Errors
/// As for [`run`].
pub(super) fn with(
    context: &mut Context,
    remote: &Remote,
    dry_run: bool,
) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let repository = ledger.repository();
    let is_first = contact::is_first(&ledger)?;
    let mut progress = context.ui.gits_progress();
    let mut sync = home::sync(context, &ledger, remote)?;
    sync.transfer.progress = progress.as_mut().map(|progress| progress as _);
    let author = |state: &_| context.author(repository, state);
    let synced = match (dry_run, remote.is_home()) {
        (true, true) => sync.rehearse()?,
        (true, false) => sync.rehearse_exchange()?,
        (false, true) => sync.run(author)?,
        (false, false) => sync.exchange(author)?,
    };
    warn_of_the_future(context, synced.current.state.effective);
    let contact = match (is_first, dry_run) {
        (true, false) => Some(contact::establish(context, repository, remote, &synced)?),
        (false, false) => contact::complete(context, repository, &synced.current.state)?,
        (_, true) => None,
    };
    SyncAnswer::of(&synced, remote.name(), dry_run, contact.as_ref()).say(context)
}

/// Warns if the time of the ledger is ahead of the clock: these entries were taken while the clock was ahead, too.
fn warn_of_the_future(context: &mut Context, effective: Timestamp) {
    let clock = context.clock();
    if effective > clock.after(AHEAD_MAX) {
        let message = format!(
            "the time of the ledger, {}, is more than ten minutes ahead of this machine's clock, {}",
            effective.seen_from(clock),
            clock.seen_from(clock)
        );
        context.ui.warn(message);
        let repair = "to correct the time of the ledger, an admin runs: git coord repair";
        context.ui.hint(repair.to_owned());
    }
}
