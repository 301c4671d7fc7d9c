//! `git coord man`: the man pages, for `git coord --help` and `git help coord`.
//!
//! Not here: the pages of the commands (`pages`), documents as pages (`document`), and installing them for a user.

mod document;
pub mod pages;
#[cfg(test)]
mod reference;

use std::{fs, path::PathBuf};

use serde::Serialize;

use self::pages::Page;
use crate::cli::{CommandError, Context, failure::code};

/// Print a man page, or write all of them to a folder
///
/// Without PAGE, it lists the pages.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord man git-coord-claim >claim.1\n  git coord man --to /tmp/man"
)]
pub struct Args {
    /// Print the page PAGE, such as 'git-coord-claim'
    #[arg(value_name = "PAGE")]
    pub page: Option<String>,
    /// Write all pages to DIR/man1, DIR/man5 and DIR/man7
    #[arg(long, value_name = "DIR", conflicts_with = "page")]
    pub to: Option<PathBuf>,
}

/// The data of `coord.man/1`.
#[derive(Serialize)]
struct Listed<'a> {
    pages: Vec<&'a str>,
    /// The page that was asked for.
    text: Option<&'a str>,
    /// The files that were written.
    written: Vec<String>,
}

/// # Errors
/// `usage` if there is no such page; `cannot_write`.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let pages = pages::all((context.program)());
    let found = args
        .page
        .as_deref()
        .map(|name| find(&pages, name))
        .transpose()?;
    let mut written = Vec::new();
    if let Some(folder) = &args.to {
        for page in &pages {
            let path = folder.join(page.path());
            let above = path.parent().map_or(Ok(()), fs::create_dir_all);
            above
                .and_then(|()| fs::write(&path, &page.text))
                .map_err(|error| {
                    let message = format!("cannot write '{}'", path.display());
                    CommandError::fatal(code::CANNOT_WRITE, message).because(error)
                })?;
            written.push(path.display().to_string());
        }
    }
    let text = match (found, &args.to) {
        (Some(page), _) => page.text.clone(),
        (None, Some(_)) => written.join("\n") + "\n",
        (None, None) => pages
            .iter()
            .map(|page| format!("{}\n", page.name))
            .collect(),
    };
    let listed = Listed {
        pages: pages.iter().map(|page| page.name.as_str()).collect(),
        text: found.map(|page| page.text.as_str()),
        written,
    };
    context.ui.answer("coord.man/1", &listed, text)
}

/// The page of this name, with or without what every name begins with.
fn find<'p>(pages: &'p [Page], name: &str) -> Result<&'p Page, CommandError> {
    let is_meant = |page: &&Page| {
        let short = page.name.strip_prefix("git-coord-");
        page.name == name || short.is_some_and(|short| short == name)
    };
    pages.iter().find(is_meant).ok_or_else(|| {
        let message = format!("there is no man page '{name}'");
        CommandError::usage(message).hint("to see their names: git coord man")
    })
}
