//! `git coord snapshots`: list the snapshots.
//!
//! Not here: taking one (`snapshot`).

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        plan::state::records::Snapshot,
        values::{
            id::{ActorName, Digest, EntryId, TaskId},
            time::DayOffset,
        },
    },
    render::text,
};

/// List the snapshots, oldest first
///
/// Each snapshot has the id of a commit whose tree holds its files, so that 'git diff' can compare two of them.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord snapshots")]
pub struct Args {
    /// List only the last N snapshots
    #[arg(short = 'n', long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: Option<u32>,
}

/// The data of `coord.snapshots/1`.
#[derive(Serialize)]
struct Listed {
    snapshots: Vec<SnapshotDocument>,
}

#[derive(Serialize)]
struct SnapshotDocument {
    /// Its name for `--at` and `diff`.
    name: String,
    day: String,
    label: Option<TaskId>,
    at: String,
    actor: ActorName,
    entry: EntryId,
    /// The object id of its commit.
    object: String,
    /// The digest of the state that it shows.
    digest: Digest,
}

pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let state = reading.state();
    let mut objects = HashMap::new();
    let limit = args.limit.and_then(|limit| usize::try_from(limit).ok());
    let skipped = limit.map_or(0, |limit| state.snapshots.len().saturating_sub(limit));
    let shown = &state.snapshots[skipped..];
    for snapshot in shown {
        let object = reading.past()?.object_of(snapshot.entry)?;
        objects.insert(snapshot.entry, object.map(|object| object.to_string()));
    }
    let object = |entry: EntryId| objects.get(&entry).cloned().flatten().unwrap_or_default();
    let listed = || {
        let document = |snapshot| document(snapshot, state.day_offset, &object);
        let snapshots = shown.iter().map(document).collect();
        Listed { snapshots }
    };
    let table = |style| text::snapshots(state, shown, object, style);
    context.ui.show("coord.snapshots/1", listed, table)
}

fn document(
    snapshot: &Snapshot,
    days: DayOffset,
    object: &impl Fn(EntryId) -> String,
) -> SnapshotDocument {
    SnapshotDocument {
        name: snapshot.name(days),
        day: snapshot.at.day(days).to_string(),
        label: snapshot.label.clone(),
        at: snapshot.at.to_string(),
        actor: snapshot.actor.clone(),
        entry: snapshot.entry,
        object: object(snapshot.entry),
        digest: snapshot.state,
    }
}
