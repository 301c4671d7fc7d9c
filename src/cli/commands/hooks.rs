//! `git coord hooks`: install git's hooks beside existing ones, remove them, test them.
//!
//! Not here: what each hook does (`hook`), and how it is installed (`hooks::install`).

use serde::Serialize;

use crate::{
    cli::{CommandError, Context},
    core::values::text::shell_word,
    git::repository::Repository,
    hooks::{
        Hook,
        install::{HookChange, Site},
        method::{ByHand, Method},
        self_test::{self, Proof},
    },
};

/// Manage git hooks that record commits and warn of mistakes
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = false)]
#[command(after_long_help = "Example:\n  git coord hooks install")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Install the hooks beside existing ones
    Install(Install),
    /// Remove the hooks
    #[command(after_long_help = "Example:\n  git coord hooks uninstall")]
    Uninstall,
    /// Let git run each hook, and show whether it works
    #[command(after_long_help = "Example:\n  git coord hooks status")]
    Status,
}

#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  git coord hooks install --protect-ledger")]
pub struct Install {
    /// Also protect the ledger's ref against deletion and rewinding
    ///
    /// git then runs a hook for every ref that moves.
    #[arg(long)]
    pub protect_ledger: bool,
    /// Install only the hook that checks pushes of the ledger
    ///
    /// It is meant for a bare repository on a server.
    #[arg(long, conflicts_with = "protect_ledger")]
    pub server: bool,
}

/// The data of `coord.hooks/1`.
#[derive(Serialize)]
struct Document {
    /// Whether every hook is in the requested state, in every worktree.
    good: bool,
    hooks: Vec<HookDocument>,
    /// The folders of worktrees in which git does not run these hooks, since they have a hooks folder of their own.
    left_out: Vec<String>,
}

/// One hook.
#[derive(Serialize)]
struct HookDocument {
    /// As git calls it.
    hook: &'static str,
    /// `installed`, `kept`, `removed`, `absent`; `works`, `fails`; `by_hand` if the user has to add a line, `added` if
    /// the line is there.
    state: &'static str,
    /// `config` or `file`; null if it is in neither.
    method: Option<&'static str>,
    /// The file that has it or should have it.
    file: Option<String>,
    /// The line to add to it.
    line: Option<String>,
    /// Why the user has to add the line, or why the hook fails.
    why: Option<String>,
}

/// # Errors
/// The answer is no if a hook is missing or does not work.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let repository = context.repository()?;
    let site = Site::look(&repository)?;
    let documents = match &args.command {
        Command::Install(options) => install(&site, options)?,
        Command::Uninstall => uninstall(&site)?,
        Command::Status => status(&repository, &site)?,
    };
    let present = documents.iter().filter(|hook| hook.is_present());
    let present: Vec<Hook> = present.filter_map(|hook| Hook::named(hook.hook)).collect();
    let left_out = site.left_out(&present)?;
    let document = Document {
        good: left_out.is_empty() && documents.iter().all(|hook| hook.is_good(&args.command)),
        hooks: documents,
        left_out: left_out
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
    };
    let text = text(&document, &args.command);
    context.ui.answer("coord.hooks/1", &document, text)?;
    CommandError::unless(document.good)
}

fn install(site: &Site<'_>, options: &Install) -> Result<Vec<HookDocument>, CommandError> {
    let wanted = Hook::ALL.iter().copied();
    let wanted = wanted.filter(|hook| {
        if hook.is_servers() {
            options.server
        } else {
            !options.server && (!hook.is_extra() || options.protect_ledger)
        }
    });
    let installed = wanted.map(|hook| match site.method(hook)? {
        Method::ByHand(by_hand) => Ok(HookDocument::by_hand(site, hook, by_hand)),
        method => {
            let state = match site.install(hook)? {
                HookChange::Kept => "kept",
                _ => "installed",
            };
            Ok(HookDocument::in_place(site, hook, state, &method))
        }
    });
    installed.collect()
}

fn uninstall(site: &Site<'_>) -> Result<Vec<HookDocument>, CommandError> {
    // The hook that was installed first may have created the folder, so it is removed last.
    let removed = Hook::ALL.iter().copied().rev().map(|hook| {
        let state = match site.uninstall(hook)? {
            HookChange::Removed => "removed",
            _ => "absent",
        };
        match site.method(hook)? {
            // Only the user can remove a line that the user added.
            Method::ByHand(by_hand) if site.is_called_in(&by_hand.file, hook) => Ok(HookDocument {
                state: "by_hand",
                ..HookDocument::by_hand(site, hook, by_hand)
            }),
            _ => Ok(HookDocument::bare(hook, state)),
        }
    });
    let mut documents: Vec<HookDocument> = removed.collect::<Result<_, CommandError>>()?;
    documents.reverse();
    documents.retain(HookDocument::is_worth_a_word);
    Ok(documents)
}

fn status(repository: &Repository, site: &Site<'_>) -> Result<Vec<HookDocument>, CommandError> {
    let mut documents = Vec::new();
    for &hook in Hook::ALL {
        documents.push(match (site.installed(hook)?, site.method(hook)?) {
            (Some(method), _) => {
                let proof = self_test::prove(repository, site, hook, &method)?;
                HookDocument::proven(site, hook, &method, proof)
            }
            (None, Method::ByHand(by_hand)) => HookDocument::by_hand(site, hook, by_hand),
            (None, _) => HookDocument::bare(hook, "absent"),
        });
    }
    documents.retain(HookDocument::is_worth_a_word);
    let is_servers =
        |document: &HookDocument| Hook::named(document.hook).is_some_and(Hook::is_servers);
    if documents.iter().any(is_servers) {
        // Nobody works in a repository on a server.
        documents.retain(|document| {
            !["absent", "by_hand"].contains(&document.state) || is_servers(document)
        });
    }
    Ok(documents)
}

impl HookDocument {
    fn bare(hook: Hook, state: &'static str) -> Self {
        Self {
            hook: hook.name(),
            state,
            method: None,
            file: None,
            line: None,
            why: None,
        }
    }

    fn in_place(site: &Site<'_>, hook: Hook, state: &'static str, method: &Method) -> Self {
        let file = site.file(hook).display().to_string();
        let (method, file) = match method {
            Method::Config => (Some("config"), None),
            _ => (Some("file"), Some(file)),
        };
        Self {
            method,
            file,
            ..Self::bare(hook, state)
        }
    }

    fn by_hand(site: &Site<'_>, hook: Hook, by_hand: ByHand) -> Self {
        let added = site.is_called_in(&by_hand.file, hook);
        Self {
            file: Some(by_hand.file),
            line: Some(by_hand.line),
            why: Some(by_hand.why),
            ..Self::bare(hook, if added { "added" } else { "by_hand" })
        }
    }

    fn proven(site: &Site<'_>, hook: Hook, method: &Method, proof: Proof) -> Self {
        match proof {
            Proof::Works => Self::in_place(site, hook, "works", method),
            Proof::Fails(why) => Self {
                why: Some(why),
                ..Self::in_place(site, hook, "fails", method)
            },
        }
    }

    /// Whether it is installed, or belongs to those that are installed by default.
    fn is_worth_a_word(&self) -> bool {
        let is_extra = |hook: Hook| hook.is_extra() || hook.is_servers();
        let extra = Hook::named(self.hook).is_some_and(is_extra);
        !extra || !["absent", "by_hand"].contains(&self.state)
    }

    /// Whether git runs it here.
    fn is_present(&self) -> bool {
        ["installed", "kept", "works", "added"].contains(&self.state)
    }

    /// Whether nothing is left to do.
    fn is_good(&self, command: &Command) -> bool {
        match command {
            Command::Status => ["works", "added"].contains(&self.state),
            Command::Install(_) | Command::Uninstall => self.state != "by_hand",
        }
    }
}

/// A line for the hooks of each state, and below the steps for the user.
fn text(document: &Document, command: &Command) -> String {
    let mut text = String::new();
    let states: &[(&str, &str)] = match command {
        Command::Install(_) => &[("installed", "installed"), ("kept", "already installed")],
        Command::Uninstall => &[("removed", "removed"), ("absent", "not installed")],
        Command::Status => &[("works", "works"), ("absent", "not installed")],
    };
    let always = [("added", "added by hand, not tested")];
    for (state, said) in states.iter().chain(&always) {
        let hooks: Vec<&str> = document
            .hooks
            .iter()
            .filter(|hook| hook.state == *state)
            .map(|hook| hook.hook)
            .collect();
        if !hooks.is_empty() {
            text.push_str(&format!("{said}: {}\n", hooks.join(", ")));
        }
    }
    for hook in &document.hooks {
        let why = hook.why.as_deref().unwrap_or_default();
        match (hook.state, &hook.file, &hook.line) {
            ("fails", ..) => text.push_str(&format!("{} fails: {why}\n", hook.hook)),
            ("by_hand", Some(file), Some(line)) => {
                let what = match command {
                    Command::Uninstall => "remove from",
                    _ => "add to",
                };
                text.push_str(&format!(
                    "{}: {why}; {what} {file}:\n    {line}\n",
                    hook.hook
                ));
            }
            _ => {}
        }
    }
    for folder in &document.left_out {
        let folder = shell_word(folder);
        text.push_str(&format!(
            "not in the worktree {folder}, which has a hooks folder of its own; run there:\n    \
             git -C {folder} coord hooks install\n"
        ));
    }
    text
}
