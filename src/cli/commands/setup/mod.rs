//! `git coord setup`: makes git coord known to a host of agents, by files in the worktree, and takes them back.
//!
//! Not here: what the hosts get (`host`), and changing texts (`block`, `settings`, `whole`).

mod block;
mod files;
mod host;
mod settings;
mod whole;

use std::fs;

use serde::Serialize;
use serde_json::Value;

use self::{
    files::{FileEdit, Root, refused},
    host::{IMPORT, SetupFile, SetupHost, SetupText},
};
use crate::{
    cli::{CommandError, Context, failure::code},
    render::unified,
};

/// Make git coord known to a host of agents
///
/// A host gets a few lines in AGENTS.md, a skill, hooks that run 'git coord prime', and the permission to look at the plan and to
/// work on tasks. Everything else in its files stays as it is, and --remove leaves every byte as it was. Without a host, the
/// command shows what it finds and what it would do.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord setup\n  git coord setup claude --dry-run\n  git coord setup claude"
)]
pub struct Args {
    /// Host to set up
    #[arg(value_name = "HOST")]
    pub host: Option<SetupHost>,
    /// Only say whether it is set up; exit with 1 if it is not
    #[arg(long, requires = "host", conflicts_with_all = ["remove", "dry_run"])]
    pub check: bool,
    /// Take everything back
    #[arg(long, requires = "host")]
    pub remove: bool,
    /// Only show what would change in the files
    #[arg(long, requires = "host")]
    pub dry_run: bool,
}

/// The data of `coord.setup/1`.
#[derive(Serialize)]
struct Document {
    /// Whether the files were changed.
    changed: bool,
    hosts: Vec<HostDocument>,
}

/// A host, and its files.
#[derive(Serialize)]
struct HostDocument {
    host: SetupHost,
    /// What shows that somebody uses it here.
    found: Vec<String>,
    /// Whether it is set up.
    state: SetupState,
    /// Its files.
    files: Vec<FileDocument>,
    /// Why it cannot be set up.
    problem: Option<String>,
}

#[derive(Serialize)]
struct FileDocument {
    path: &'static str,
    change: FileChange,
}

/// How far a host is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum SetupState {
    Whole,
    Partly,
    None,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum FileChange {
    None,
    Created,
    Changed,
    Removed,
}

/// # Errors
/// `setup_refused`, `cannot_read`, `cannot_write`; exit 1 with --check if the host is not set up.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let repository = context.repository()?;
    let Some(worktree) = repository.work_dir() else {
        let message = "this repository has no worktree whose files could be set up";
        return Err(CommandError::fatal(code::SETUP_REFUSED, message));
    };
    let root = Root::of(worktree)?;
    let Some(host) = args.host else {
        return overview(context, &root);
    };
    let changes = plan(&root, host, args.remove)?;
    let are_none = changes.iter().all(|change| !change.changes());
    let applies = !args.check && !args.dry_run && !are_none;
    if applies {
        let made: Vec<FileEdit> = changes.iter().filter(|it| it.changes()).cloned().collect();
        root.write(&made)?;
    }
    let text = match (args.check, args.dry_run) {
        (true, _) if are_none => format!("{} is set up\n", host.as_str()),
        (true, _) => format!(
            "{} is not set up\n{}",
            host.as_str(),
            lines(&changes, "missing in ")
        ),
        (_, true) => diff(&changes),
        _ if are_none && args.remove => format!("nothing of {} is set up\n", host.as_str()),
        _ if are_none => format!("{} is set up already\n", host.as_str()),
        _ if args.remove => format!(
            "removed what was set up for {}\n{}",
            host.as_str(),
            lines(&changes, "")
        ),
        _ => format!("set up {}\n{}", host.as_str(), lines(&changes, "")),
    };
    let state = match (applies, args.remove) {
        (true, true) => SetupState::None,
        (true, false) => SetupState::Whole,
        (false, _) => state(&root, host)?,
    };
    let document = Document {
        changed: applies,
        hosts: vec![HostDocument::of(&root, host, state, &changes)],
    };
    context.ui.answer("coord.setup/1", &document, text)?;
    if args.check && !are_none {
        return Err(CommandError::answered_no());
    }
    Ok(())
}

/// Shows all hosts: what was found, what is set up, and what would be done.
fn overview(context: &mut Context, root: &Root) -> Result<(), CommandError> {
    let mut hosts = Vec::new();
    let mut text = String::new();
    for host in SetupHost::ALL {
        let planned = plan(root, host, false).and_then(|changes| Ok((state(root, host)?, changes)));
        let document = match planned {
            Ok((state, changes)) => HostDocument::of(root, host, state, &changes),
            Err(error) => HostDocument {
                problem: Some(error.to_string()),
                ..HostDocument::of(root, host, SetupState::None, &[])
            },
        };
        text += &document.line();
        hosts.push(document);
    }
    let document = Document {
        changed: false,
        hosts,
    };
    context.ui.answer("coord.setup/1", &document, text)
}

impl HostDocument {
    fn of(root: &Root, host: SetupHost, state: SetupState, changes: &[FileEdit]) -> Self {
        let file = |change: &FileEdit| FileDocument {
            path: change.path,
            change: change.kind(),
        };
        Self {
            host,
            found: host.traces(root.folder()),
            state,
            files: changes.iter().map(file).collect(),
            problem: None,
        }
    }

    fn line(&self) -> String {
        let name = self.host.as_str();
        let found = match self.found.as_slice() {
            [] => "not found here".to_owned(),
            found => format!("found {}", found.join(", ")),
        };
        let state = match (self.state, &self.problem) {
            (_, Some(problem)) => return format!("{name}: {found}; {problem}\n"),
            (SetupState::Whole, _) => return format!("{name}: {found}; set up\n"),
            (SetupState::Partly, _) => "partly set up",
            (SetupState::None, _) => "not set up",
        };
        let of = |wanted: FileChange, verb: &str| {
            let files = self.files.iter().filter(|file| file.change == wanted);
            let paths: Vec<&str> = files.map(|file| file.path).collect();
            (!paths.is_empty()).then(|| format!("{verb} {}", paths.join(", ")))
        };
        let parts = [
            of(FileChange::Created, "create"),
            of(FileChange::Changed, "change"),
        ];
        let would: Vec<String> = parts.into_iter().flatten().collect();
        let would = would.join("; ");
        let command = ["git coord setup", name].join(" ");
        format!("{name}: {found}; {state}\n  {command}  # would {would}\n")
    }
}

impl FileEdit {
    fn changes(&self) -> bool {
        self.before != self.after
    }

    fn kind(&self) -> FileChange {
        match (&self.before, &self.after) {
            (before, after) if before == after => FileChange::None,
            (None, _) => FileChange::Created,
            (_, None) => FileChange::Removed,
            _ => FileChange::Changed,
        }
    }
}

/// The files that change, one a line.
fn lines(changes: &[FileEdit], before: &str) -> String {
    let changed = changes.iter().filter(|change| change.changes());
    let lines = changed.map(|change| {
        let word = match change.kind() {
            FileChange::Created => "created",
            FileChange::Removed => "removed",
            FileChange::None | FileChange::Changed => "changed",
        };
        match before {
            "" => format!("  {word} {}\n", change.path),
            before => format!("  {before}{}\n", change.path),
        }
    });
    lines.collect()
}

fn diff(changes: &[FileEdit]) -> String {
    let side = |text: fn(&FileEdit) -> &Option<String>| {
        let files = changes.iter().filter_map(|change| {
            let text = text(change).as_ref()?;
            Some((change.path.to_owned(), text.clone().into_bytes()))
        });
        files.collect::<Vec<_>>()
    };
    let text = unified(&side(|it| &it.before), &side(|it| &it.after));
    match &*text {
        "" => "nothing would change\n".to_owned(),
        _ => text,
    }
}

/// How far the host is set up.
fn state(root: &Root, host: SetupHost) -> Result<SetupState, CommandError> {
    let none = |remove| -> Result<bool, CommandError> {
        let changes = plan(root, host, remove)?;
        Ok(changes.iter().all(|change| !change.changes()))
    };
    Ok(match (none(false)?, none(true)?) {
        (true, _) => SetupState::Whole,
        (false, true) => SetupState::None,
        (false, false) => SetupState::Partly,
    })
}

/// The changes that set a host up, or take that back.
fn plan(root: &Root, host: SetupHost, remove: bool) -> Result<Vec<FileEdit>, CommandError> {
    let has_plugin = host == SetupHost::Claude && has_plugin(root);
    let mut changes: Vec<FileEdit> = Vec::new();
    for part in host.parts() {
        let (target, before) = root.read(part.path)?;
        // A CLAUDE.md that is a link to AGENTS.md has its lines already.
        if changes.iter().any(|change| change.target == target) {
            continue;
        }
        let after = after(&part, before.as_deref(), host, has_plugin, remove);
        changes.push(FileEdit {
            path: part.path,
            target,
            after: after.map_err(|why| refused(part.path, why))?,
            before,
        });
    }
    Ok(changes)
}

/// The next text of a file; none if it is removed, or still does not exist.
fn after(
    part: &SetupFile,
    before: Option<&str>,
    host: SetupHost,
    has_plugin: bool,
    remove: bool,
) -> Result<Option<String>, String> {
    let as_it_is = || before.map(ToOwned::to_owned);
    let Some(file) = before.filter(|_| remove) else {
        if remove {
            return Ok(None);
        }
        return match part.ours {
            SetupText::Block(lines) => block::with(before, lines, host),
            SetupText::Import if before.is_some_and(imports_already) => return Ok(as_it_is()),
            SetupText::Import => block::with(before, IMPORT, host),
            SetupText::Settings(template) => match before {
                Some(file) => settings::with(file, &host::items(template, has_plugin)),
                None => Ok(host::settings(template, has_plugin)),
            },
            SetupText::Whole(text) => whole::with(before, text),
            SetupText::Shared(text) => whole::shared_with(before, text, host),
        }
        .map(Some);
    };
    let less = match part.ours {
        SetupText::Block(lines) => block::without(file, lines, host)?,
        SetupText::Import => block::without(file, IMPORT, host)?,
        SetupText::Settings(template) => {
            let is_made = |has_plugin| {
                let is_some = !host::items(template, has_plugin).is_empty();
                is_some && host::settings(template, has_plugin) == file
            };
            if is_made(false) || is_made(true) {
                Some(None)
            } else {
                settings::without(file, &host::items(template, false))?
            }
        }
        SetupText::Whole(text) => (file == text).then_some(None),
        SetupText::Shared(text) => whole::shared_without(file, text, host)?,
    };
    Ok(less.unwrap_or_else(as_it_is))
}

/// Whether a file of Claude Code imports AGENTS.md by a line that is not ours.
fn imports_already(file: &str) -> bool {
    let mut lines = file.lines().map(str::trim);
    matches!(block::hosts(file), Ok(None))
        && lines.any(|line| [IMPORT, "@./AGENTS.md"].contains(&line))
}

/// Whether the plugin of git coord is enabled in this worktree or for the user: it has the hooks.
fn has_plugin(root: &Root) -> bool {
    let user = std::env::var_os("HOME").map(std::path::PathBuf::from);
    let folders = [Some(root.folder().to_owned()), user].into_iter().flatten();
    let files = folders.flat_map(|folder| {
        ["settings.json", "settings.local.json"].map(|name| folder.join(".claude").join(name))
    });
    files.into_iter().any(|file| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let settings: Value = serde_json::from_str(&text).unwrap_or_default();
        let plugins = settings["enabledPlugins"].as_object().into_iter().flatten();
        let mut ours = plugins.filter(|(name, _)| name.starts_with("git-coord@"));
        ours.any(|(_, is_on)| *is_on == Value::Bool(true))
    })
}
