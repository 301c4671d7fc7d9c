//! `git coord html`: the plan and its history as one page of HTML.
//!
//! Not here: what the page shows (`cli::reading`), its layout (`render`), and the rules for the file (`cli::files`).

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde::Serialize;

use crate::{
    cli::{
        CommandError, Context,
        files::replaceable,
        reading::{review_page::review_page, revision::Reading},
    },
    core::values::text::shell_word,
    ledger::watch::Watch,
    render::PAGE_MARK,
};

/// Write the plan and its history as one HTML page
///
/// The page needs no network and no server. Without -o, it goes to standard output. At the same entry, it has the same
/// bytes on every machine. A file that this command did not write is kept, unless you add --force.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord html -o review.html\n  git coord html --follow -o review.html"
)]
pub struct Args {
    /// Write to FILE instead of standard output
    #[arg(short = 'o', long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace FILE even if this command did not write it
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Write the page again after each change, until interrupted
    ///
    /// An open page then loads itself again every few seconds, and stays where you were.
    #[arg(long, requires = "output")]
    pub follow: bool,
}

/// The data of `coord.html/1`.
#[derive(Serialize)]
struct WrittenPage<'a> {
    /// The object id of the entry that the page shows.
    tip: String,
    /// The file; none if the page went to standard output.
    output: Option<&'a Path>,
    /// The size of the page.
    bytes: usize,
    /// The page, unless it was written to a file.
    html: Option<&'a str>,
}

/// # Errors
/// `cannot_write`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let ledger = context.ledger()?;
    let watch = args.follow.then(|| Watch::new(ledger.repository()));
    let mut shown = None;
    loop {
        let reading = Reading::open(context)?;
        shown.replace(reading.tip());
        let page = review_page(&reading, args.follow)?;
        answer(context, args, &reading, &page)?;
        let Some(watch) = &watch else {
            return Ok(());
        };
        context.ui.finish()?;
        while ledger.tip()? == shown {
            watch.sleep(Duration::MAX);
        }
    }
}

fn answer(
    context: &mut Context,
    args: &Args,
    reading: &Reading,
    page: &str,
) -> Result<(), CommandError> {
    let output = args.output.as_deref();
    if let Some(path) = output {
        let shown = path.display().to_string();
        let forced = format!("git coord html --force -o {}", shell_word(&shown));
        replaceable::write(path, PAGE_MARK, page, args.force, &forced)?;
    } else if !context.ui.is_json() {
        return context.ui.raw(page);
    }
    let written = WrittenPage {
        tip: reading.tip().to_string(),
        output,
        bytes: page.len(),
        html: output.is_none().then_some(page),
    };
    let text = output.map_or_else(String::new, |path| {
        format!(
            "wrote {} ({} KiB)\n",
            path.display(),
            page.len().div_ceil(1024)
        )
    });
    context.ui.answer("coord.html/1", &written, text)
}
