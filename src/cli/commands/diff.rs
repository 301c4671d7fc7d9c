//! `git coord diff`: what changed between two moments.
//!
//! Not here: how two states are compared (`core`) and its looks (`render`).

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        failure::code,
        files::snapshot,
        reading::revision::{Moment, Reading},
    },
    core::{
        values::id::Digest,
        views::diff::{self, Diff},
    },
    render::{changes::DiffDocument, text, unified},
};

/// Show what changed between two moments
///
/// Without arguments between the two latest snapshots, with one between that and now. A moment is a day
/// (2025-10-15), a snapshot (2025-10-15/morning), a time or an entry.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The earlier moment
    #[arg(value_name = "A")]
    pub from: Option<String>,
    /// The later moment
    #[arg(value_name = "B")]
    pub to: Option<String>,
    /// Line by line, as git diff has it
    #[arg(long)]
    pub text: bool,
    /// Exit with 1 if there are differences
    #[arg(long)]
    pub exit_code: bool,
}

/// The data of `coord.diff/1`.
#[derive(Serialize)]
struct Compared<'a> {
    from: End<'a>,
    to: End<'a>,
    #[serde(flatten)]
    changes: ChangesDocument<'a>,
}

/// One of the two moments.
#[derive(Serialize)]
struct End<'a> {
    name: &'a str,
    tip: String,
    at: String,
    digest: Digest,
}

/// By meaning, or with `--text` line by line.
enum Changes {
    Meaning(Box<Diff>),
    Lines(String),
}

/// The same as JSON.
#[derive(Serialize)]
#[serde(untagged)]
enum ChangesDocument<'a> {
    Meaning(DiffDocument<'a>),
    Lines { text: &'a str },
}

/// Runs the command.
///
/// # Errors
/// A moment is not known, there are no two snapshots, or what the store says.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let reading = Reading::open(context)?;
    let (from, to) = ends(&reading, args)?;
    let changes = if args.text {
        Changes::Lines(unified(&files(&from), &files(&to)))
    } else {
        Changes::Meaning(Box::new(diff::diff(&from.state, &to.state)))
    };
    let differs = !changes.is_empty();
    if context.ui.is_json() {
        let compared = Compared {
            from: End::of(&from),
            to: End::of(&to),
            changes: changes.document(),
        };
        context.ui.success("coord.diff/1", &compared)?;
    } else {
        let page = match &changes {
            Changes::Lines(text) => text.clone(),
            Changes::Meaning(diff) => {
                let body = text::diff(diff, context.ui.style());
                format!("{} → {}\n{body}", from.name, to.name)
            }
        };
        context.ui.page(page)?;
    }
    if args.exit_code && differs {
        Err(CommandError::answered_no())
    } else {
        Ok(())
    }
}

/// The two moments that are compared.
fn ends(reading: &Reading, args: &Args) -> Result<(Moment, Moment), CommandError> {
    match (&args.from, &args.to) {
        (None, _) => latest_two(reading),
        (Some(from), to) => Ok((reading.moment(Some(from))?, reading.moment(to.as_deref())?)),
    }
}

fn latest_two(reading: &Reading) -> Result<(Moment, Moment), CommandError> {
    let state = reading.state();
    match state.snapshots.as_slice() {
        [.., before, last] => Ok((reading.at_snapshot(before)?, reading.at_snapshot(last)?)),
        [only] => {
            let message = "there is only one snapshot to compare";
            let name = only.name(state.day_offset);
            Err(CommandError::fatal(code::UNKNOWN_SNAPSHOT, message)
                .hint(format!("git coord diff {name} compares it with now")))
        }
        [] => {
            let message = "there are no snapshots to compare";
            Err(CommandError::fatal(code::UNKNOWN_SNAPSHOT, message).hint("git coord snapshot"))
        }
    }
}

/// The files that a snapshot of this moment has, or would have had.
fn files(moment: &Moment) -> Vec<(String, Vec<u8>)> {
    let label = moment
        .snapshot
        .as_ref()
        .and_then(|snapshot| snapshot.label.as_ref());
    snapshot::files(&moment.state, moment.seen_from, label)
}

impl Changes {
    fn is_empty(&self) -> bool {
        match self {
            Self::Meaning(diff) => diff.is_empty(),
            Self::Lines(text) => text.is_empty(),
        }
    }
    fn document(&self) -> ChangesDocument<'_> {
        match self {
            Self::Meaning(diff) => ChangesDocument::Meaning(diff.as_ref().into()),
            Self::Lines(text) => ChangesDocument::Lines { text },
        }
    }
}

impl<'a> End<'a> {
    fn of(moment: &'a Moment) -> Self {
        Self {
            name: &moment.name,
            tip: moment.tip.to_string(),
            at: moment.state.effective.to_string(),
            digest: moment.state.digest(),
        }
    }
}
