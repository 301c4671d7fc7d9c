//! `git coord completion`: the words that a shell offers for `git coord`.
//!
//! Not here: what a value can be (`values`), and the lines of shell (the folder `completions/` at the top).

mod values;

use std::ffi::OsString;

use serde::Serialize;

use crate::{
    cli::{CommandError, Context},
    core::values::text::visible,
};

/// Print the lines that make a shell complete 'git coord'
///
/// Ids, actors, labels and paths are completed too. bash needs the file 'git-coord' where it looks for completions, zsh the file
/// '_git-coord' in a folder of its 'fpath', fish the file 'git-coord.fish' in its folder 'conf.d'.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  git coord completion bash >~/.local/share/bash-completion/completions/git-coord"
)]
pub struct Args {
    /// Shell whose lines are printed
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
    /// Words of the command line, the last of which is completed
    #[arg(value_name = "WORD", last = true, hide = true)]
    pub words: Vec<OsString>,
}

/// A shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shell {
    /// GNU bash, also inside the completion of git
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
    /// The candidates themselves, as the lines of the shells ask for them
    #[value(hide = true)]
    Words,
}

impl Shell {
    /// The lines of shell.
    pub fn lines(self) -> &'static str {
        match self {
            Self::Bash => include_str!("../../../../completions/git-coord.bash"),
            Self::Zsh => include_str!("../../../../completions/git-coord.zsh"),
            Self::Fish => include_str!("../../../../completions/git-coord.fish"),
            Self::Words => "",
        }
    }
}

/// The data of `coord.completion/1`.
#[derive(Serialize)]
struct Completion {
    shell: Shell,
    /// The lines of shell, or the candidates, one per line.
    text: String,
}

/// # Errors
/// None: without a repository or a ledger there are no ids to offer.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let shell = args.shell;
    let text = match shell {
        Shell::Words => candidates(context, &args.words),
        _ => shell.lines().to_owned(),
    };
    let completion = Completion { shell, text };
    context
        .ui
        .answer("coord.completion/1", &completion, &completion.text)
}

/// The words that can stand in place of the last one: each with a tab and what it means.
fn candidates(context: &mut Context, words: &[OsString]) -> String {
    let mut program = values::with_values((context.program)(), context, words);
    let last = words.len().saturating_sub(1);
    let found = clap_complete::engine::complete(&mut program, words.to_vec(), last, None);
    let mut text = String::new();
    for candidate in found.unwrap_or_default() {
        let value = candidate.get_value().to_string_lossy();
        let help = candidate
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let help = help.lines().next().unwrap_or_default();
        text += &format!("{}\t{}\n", visible(&value), visible(help));
    }
    text
}
