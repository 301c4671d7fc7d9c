//! Our trailers in a commit's message: `Coord-Task`, `Coord-Progress`, `Coord-Done`.
//!
//! git itself parses the trailers (git-interpret-trailers(1)). Not here: their effect.

use std::{ffi::OsStr, fs, path::Path};

use super::cleanup::Cleanup;
use crate::{
    core::{
        entry::event::{TaskRef, work::Percent},
        plan::state::{State, TaskIndex},
    },
    git::{Error, repository::Repository},
};

/// The trailer that names the task.
pub const TASK: &str = "Coord-Task";
/// The trailer for the progress.
pub const PROGRESS: &str = "Coord-Progress";
/// The trailer that names a finished task.
pub const DONE: &str = "Coord-Done";

/// The trailers of one message, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trailers {
    /// The tasks of the commit.
    pub tasks: Vec<String>,
    /// Their progress; the last such trailer counts.
    pub progress: Option<String>,
    /// The finished tasks.
    pub done: Vec<String>,
}

impl Trailers {
    /// Reads lines of `key: value`, as git prints trailers; keys in any case.
    pub fn of_lines(text: &str) -> Self {
        let mut trailers = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once(':')) {
            let (key, value) = (key.trim(), value.trim().to_owned());
            if key.eq_ignore_ascii_case(TASK) {
                trailers.tasks.push(value);
            } else if key.eq_ignore_ascii_case(PROGRESS) {
                trailers.progress = Some(value);
            } else if key.eq_ignore_ascii_case(DONE) {
                trailers.done.push(value);
            }
        }
        trailers
    }

    /// The trailers in the first paragraph of a message, if it begins with one. git finds none in a title, but it is
    /// all that `commit --cleanup` may have left of a message.
    pub fn of_title(message: &str) -> Self {
        let title = message.split("\n\n").next().unwrap_or_default();
        match title.lines().next() {
            Some(first) if could_be_in(first) => Self::of_lines(title),
            _ => Self::default(),
        }
    }

    /// The trailers of a message in a file.
    ///
    /// # Errors
    /// git cannot be run.
    pub fn of_file(repository: &Repository, file: &Path) -> Result<Self, Error> {
        let options = options_to_read(repository);
        let words = ["interpret-trailers", "--parse", NO_DIVIDER];
        let words = options.iter().map(OsStr::new).chain(words.map(OsStr::new));
        let told = repository.run_git(words.chain([file.as_os_str()]))?;
        Ok(Self::of_lines(&String::from_utf8_lossy(&told)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The progress, if it is a valid percentage.
    pub fn percent(&self) -> Option<Percent> {
        self.progress.as_deref()?.parse().ok()
    }
}

/// The task that a trailer names, as a command that writes names it.
pub fn named(state: &State, name: &str) -> Option<TaskIndex> {
    state.exactly(name).ok()
}

/// The tasks that trailers name, without repetition.
pub fn all_named(state: &State, names: &[String]) -> Vec<(TaskIndex, TaskRef)> {
    let mut found: Vec<TaskIndex> = names.iter().filter_map(|name| named(state, name)).collect();
    found.sort_unstable();
    found.dedup();
    let referred = found
        .into_iter()
        .map(|index| (index, state.reference(index)));
    referred.collect()
}

/// Whether a message may have a trailer of ours. If not, git need not be run.
pub fn could_be_in(message: &str) -> bool {
    message.lines().any(|line| begins(line, "coord-"))
}

/// Adds the trailer of a task to the message in a file, unless it names a task. Returns whether it was added.
///
/// # Errors
/// git cannot be run, or the file cannot be read.
pub fn add_task(
    repository: &Repository,
    file: &Path,
    task: &str,
    cleanup: &Cleanup,
) -> Result<bool, Error> {
    // Comments at the end are not in the way here, and this is how everybody reads the commit later.
    if could_be_in(&message(file)?) && !Trailers::of_file(repository, file)?.tasks.is_empty() {
        return Ok(false);
    }
    let comment = cleanup.comment();
    // git before 2.45 knows the first key only, and takes only a single character for it.
    let key = ["commentString", "commentChar"][usize::from(comment.len() == 1)];
    let comment = format!("core.{key}={comment}");
    // git rewrites the other trailers with the first separator.
    let separators = set_separators(repository).filter(|set| set.contains(':'));
    let separators = format!(
        "trailer.separators={}",
        separators.as_deref().unwrap_or(":")
    );
    // A key with its own separator is written as it is.
    let key = format!("trailer.task.key={TASK}: ");
    let trailer = format!("task={task}");
    let arguments = ["-c", &comment, "-c", &separators, "-c", &key]
        .into_iter()
        .chain(["interpret-trailers", "--in-place", NO_DIVIDER])
        .chain(["--trailer", &trailer])
        .map(AsRef::as_ref)
        .chain([file.as_os_str()]);
    // The user's `trailer.*` settings may rename our trailer, leave it out, or add others.
    repository.run_git_without_config(arguments)?;
    Ok(true)
}

/// The options with which git finds our trailers beside the user's under our keys, and prints all of them with a colon,
/// whatever the user's `trailer.*` settings are.
pub fn options_to_read(repository: &Repository) -> Vec<String> {
    let config = repository.config();
    let separators = set_separators(repository).unwrap_or_default();
    let mut settings = vec![format!("trailer.separators=:{separators}")];
    for name in config.subsections("trailer") {
        let Some(key) = config.string(&format!("trailer.{name}.key")) else {
            continue;
        };
        // git gives this key to a trailer whose own one is the beginning of the name or of the key.
        let renames = |ours: &&str| [&name, &key].iter().any(|text| begins(text, ours));
        if let Some(ours) = [TASK, PROGRESS, DONE].into_iter().find(renames) {
            settings.push(format!("trailer.{name}.key={ours}"));
        }
    }
    let options = settings.into_iter().flat_map(|it| ["-c".to_owned(), it]);
    options.collect()
}

/// Whether a text begins so, in any case.
fn begins(text: &str, beginning: &str) -> bool {
    let start = text.as_bytes().get(..beginning.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
}

fn set_separators(repository: &Repository) -> Option<String> {
    repository.config().string("trailer.separators")
}

/// The option without which a line `---` ends the message, as in a patch.
const NO_DIVIDER: &str = "--no-divider";

/// The message in a file. Characters that are not UTF-8 are replaced.
///
/// # Errors
/// The file cannot be read.
pub fn message(file: &Path) -> Result<String, Error> {
    let bytes = fs::read(file).map_err(|source| Error::read("read", file, source))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_are_read_in_any_case_and_others_are_ignored() {
        let text = "Signed-off-by: ada\ncoord-task: B\nCOORD-PROGRESS: 60%\nCoord-Progress: 70\nCoord-Done: C\n";
        let read = Trailers::of_lines(text);
        assert_eq!(read.tasks, ["B"]);
        assert_eq!(read.percent().map(u8::from), Some(70));
        assert_eq!(read.done, ["C"]);
        assert!(Trailers::of_lines("Signed-off-by: ada\n").is_empty());
    }

    #[test]
    fn a_message_without_our_trailer_does_not_need_git() {
        assert!(could_be_in("x\n\ncoord-Task: B\n"));
        assert!(!could_be_in("Coordinate things\n\nsee Coord-Task: B\n"));
        assert!(!could_be_in(""));
    }
}
