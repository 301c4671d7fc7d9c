//! `git coord snapshot`: record the state as an entry.
//!
//! Not here: the files of a snapshot (`cli::files::snapshot`), and their place outside git (`layout`).

use std::path::PathBuf;

use serde::Serialize;

use super::observe::{prs, worktrees};
use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        files::{labels, layout, snapshot},
        task::act::Writing,
    },
    core::{
        entry::event::{Event, ObservationEvent},
        plan::state::{RULES, STATE, State},
        values::{
            id::{ActorName, Digest, InvalidName, TaskId},
            text::{Text, counted},
        },
        views::snapshot::FILES,
    },
    ledger::EntryDraft,
};

/// Record a snapshot of the plan
///
/// Without a label, the setting coord.labels names one by the time of day: 'morning=05:00 midday=11:00 evening=16:00'.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord snapshot --label evening --observe --write docs/audits/coordination"
)]
pub struct Args {
    /// Label, such as morning or evening
    #[arg(value_name = "LABEL", value_parser = label)]
    pub label: Option<TaskId>,
    /// Set the label; the same as the argument
    #[arg(long = "label", value_name = "LABEL", value_parser = label, conflicts_with = "label")]
    pub labelled: Option<TaskId>,
    /// First record the pull requests and the worktrees
    ///
    /// If the forge gives no answer, that is a warning, and the snapshot has the last observation.
    #[arg(long)]
    pub observe: bool,
    /// Also write the files to DIR/YYYY-MM-DD and DIR/YYYY-MM-DD/LABEL
    ///
    /// DIR/latest then points to the latter.
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
}

/// A label, which has the form of a task's id.
fn label(text: &str) -> Result<TaskId, InvalidName> {
    let label = text.parse();
    label.map_err(|error: InvalidName| InvalidName {
        what: "snapshot label",
        ..error
    })
}

/// The data of `coord.snapshot/1`.
#[derive(Serialize)]
struct Taken {
    /// The object id of the new entry.
    entry: String,
    /// Its name: its day and its label.
    name: String,
    /// Its label.
    label: Option<TaskId>,
    /// Its time.
    at: String,
    /// Its author.
    actor: ActorName,
    /// The digest of the state that it shows.
    digest: Digest,
    /// With `--observe`: what was recorded before.
    observed: Option<Observed>,
    /// The paths of its files.
    files: Vec<String>,
    /// The folder that the files were also written to.
    written: Option<PathBuf>,
}

/// What was observed for a snapshot.
#[derive(Serialize)]
struct Observed {
    /// The number of worktrees of this clone.
    worktrees: usize,
    /// The number of pull requests that are known; null if the forge gave no answer.
    pull_requests: Option<usize>,
}

/// # Errors
/// `cannot_write` if the files cannot be written to the folder. The snapshot is taken in any case.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    if let Some(folder) = &args.write {
        layout::check_inside(context.repository()?.work_dir(), folder)?;
    }
    let observed = args.observe.then(|| observe(context)).transpose()?;
    let writing = Writing::open(context)?;
    let now = writing.now;
    let label = label_of(&writing, args)?;
    let label = label.as_ref();
    let mut shown = None;
    let written = writing.append(|state| {
        let at = now.max(state.effective);
        let files = snapshot::files(state, at, label);
        shown = Some((at, state.digest(), files.clone()));
        draft(state, label.cloned(), files)
    })?;
    let Some((at, digest, files)) = shown else {
        return Ok(());
    };
    let state = &written.state;
    let name = layout::name(at, state.day_offset, label);
    let same_name = state.snapshots.iter();
    let same_name =
        same_name.filter(|taken| taken.label.is_some() && taken.name(state.day_offset) == name);
    if same_name.count() > 1 {
        let message = format!("'{name}' named an earlier snapshot; from now on it names this one");
        context.ui.warn(message);
    }
    let folder = args
        .write
        .as_deref()
        .map(|folder| layout::write(folder, &name, &files))
        .transpose()?;
    let taken = Taken {
        entry: written.entry.unwrap_or_default(),
        name,
        label: label.cloned(),
        at: at.to_string(),
        actor: written.actor,
        digest,
        observed,
        files: files.into_iter().map(|(path, _)| path).collect(),
        written: folder,
    };
    let mut text = format!(
        "took snapshot {} of {}\n",
        taken.name,
        counted(state.tasks().len(), "task", "tasks")
    );
    if let Some(folder) = &taken.written {
        text += &format!(
            "wrote {} files to {}\n",
            taken.files.len(),
            folder.display()
        );
    }
    context.ui.answer("coord.snapshot/1", &taken, text)
}

/// Records the pull requests and the worktrees. A snapshot is worth having without them, so a forge that gives no answer is a
/// warning.
fn observe(context: &mut Context) -> Result<Observed, CommandError> {
    let worktrees = worktrees::observe(context, worktrees::IDLE)?;
    let pull_requests = match prs::observe(context, &prs::Args::default()) {
        Ok(seen) => Some(seen.known()),
        Err(error) if prs::is_of_the_forge(&error) => {
            context
                .ui
                .warn(format!("the pull requests were not observed: {error}"));
            if let Some(hint) = error.next() {
                context.ui.hint(hint.to_owned());
            }
            None
        }
        Err(error) => return Err(error),
    };
    Ok(Observed {
        worktrees: worktrees.known(),
        pull_requests,
    })
}

/// The label that is given, else the one that `coord.labels` names for this time.
fn label_of(writing: &Writing, args: &Args) -> Result<Option<TaskId>, CommandError> {
    if let Some(given) = args.label.as_ref().or(args.labelled.as_ref()) {
        return Ok(Some(given.clone()));
    }
    let setting = writing.ledger.repository().config().string("coord.labels");
    let offset = writing.known.state.day_offset;
    let label = labels::label_at(&setting.unwrap_or_default(), writing.now, offset);
    label.map_err(|why| {
        let message = format!("the setting coord.labels: {why}");
        CommandError::fatal("bad_config", message)
            .hint("git config coord.labels 'morning=05:00 midday=11:00 evening=16:00'")
    })
}

fn draft(
    state: &State,
    label: Option<TaskId>,
    files: Vec<(String, Vec<u8>)>,
) -> Result<EntryDraft, CommandError> {
    let event = ObservationEvent::SnapshotTaken {
        label,
        state: state.digest(),
        versions: (RULES, STATE, FILES),
    };
    let attachments = files.into_iter().map(|(path, bytes)| {
        let name = path.parse::<Text>();
        name.map(|name| (name, bytes))
    });
    let attachments: Result<_, InvalidName> = attachments.collect();
    Ok(EntryDraft {
        events: vec![Event::Observation(event)],
        attachments: attachments.map_err(|error| CommandError::caused(code::INTERNAL, error))?,
        key: None,
    })
}
