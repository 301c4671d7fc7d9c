//! `git coord snapshots`: list the snapshots.
//!
//! Not here: taking one (`snapshot`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    cli::{CommandError, Context, reading::revision::Reading},
    core::{
        plan::state::records::Snapshot,
        values::{
            id::{ActorName, Digest, EntryId, TaskId},
            time::DayOffset,
        },
        views::{diff::FigureChange, snapshot::FIGURES},
    },
    render::text::{self, SnapshotLine},
};

/// List the snapshots, oldest first
///
/// Each has its counts, and what changed since the one before. Each also has the id of a commit whose tree holds its files, so that
/// 'git diff' can compare two of them.
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
    /// Its figures, as its own file has them; null if it has none that can be read.
    figures: Option<BTreeMap<String, u64>>,
    /// The figures that differ from those of the snapshot before.
    changes: Vec<FigureChange>,
}

/// What is read of `metrics.json`.
#[derive(Deserialize)]
struct MetricsFile {
    figures: BTreeMap<String, u64>,
}

/// # Errors
/// The ledger cannot be read.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let state = reading.state();
    let mut listed: Vec<SnapshotDocument> = Vec::with_capacity(state.snapshots.len());
    for snapshot in &state.snapshots {
        let before = listed.iter().rev().find_map(|it| it.figures.as_ref());
        let document = document(&reading, snapshot, state.day_offset, before)?;
        listed.push(document);
    }
    let limit = args.limit.and_then(|limit| usize::try_from(limit).ok());
    let skipped = limit.map_or(0, |limit| listed.len().saturating_sub(limit));
    let listed = Listed {
        snapshots: listed.split_off(skipped),
    };
    let lines = listed.snapshots.iter().zip(&state.snapshots[skipped..]);
    let lines = lines.map(|(it, snapshot)| SnapshotLine {
        snapshot,
        object: &it.object,
        figures: it.figures.as_ref(),
        changes: &it.changes,
    });
    let lines: Vec<SnapshotLine<'_>> = lines.collect();
    let table = |style| text::snapshots(&lines, state.day_offset, style);
    context.ui.show("coord.snapshots/1", || &listed, table)
}

fn document(
    reading: &Reading,
    snapshot: &Snapshot,
    days: DayOffset,
    before: Option<&BTreeMap<String, u64>>,
) -> Result<SnapshotDocument, CommandError> {
    let object = reading.past()?.object_of(snapshot.entry)?;
    // The files of another writer may be others; `verify` compares them with the state.
    let file = object.and_then(|object| {
        let file = reading
            .ledger()
            .attachment_bytes(object, "metrics.json", snapshot.entry);
        serde_json::from_slice::<MetricsFile>(&file.ok()?).ok()
    });
    let figures = file.map(|file| file.figures);
    let changes = match (before, &figures) {
        (Some(before), Some(after)) => steps(before, after),
        _ => Vec::new(),
    };
    Ok(SnapshotDocument {
        name: snapshot.name(days),
        day: snapshot.at.day(days).to_string(),
        label: snapshot.label.clone(),
        at: snapshot.at.to_string(),
        actor: snapshot.actor.clone(),
        entry: snapshot.entry,
        object: object.map(|object| object.to_string()).unwrap_or_default(),
        digest: snapshot.state,
        figures,
        changes,
    })
}

/// The figures that differ, in their order.
fn steps(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<FigureChange> {
    let steps = FIGURES.iter().filter_map(|name| {
        let (before, after) = (*before.get(*name)?, *after.get(*name)?);
        (before != after).then_some(FigureChange {
            name,
            before,
            after,
        })
    });
    steps.collect()
}
