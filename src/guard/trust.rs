//! Which commands this user may run on this machine: those that an actor wrote here, and those that somebody trusted
//! (docs/decisions/0009-what-may-run.md).
//!
//! A file in the user's home folder has one line for each: the ledger, the machine, the actor or `*`, and the digest of the
//! command. So neither another user nor another machine that shares the folder trusts it, all clones of the ledger do, and a
//! changed command needs trust again. Not here: showing a command before it is trusted or run (`cli`).

use std::{
    env,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::checkout::host;
use crate::core::values::{
    id::{ActorName, Digest, EntryId},
    task::words,
};

words!(
    /// For whom a command may run.
    Whose, "trust", "everybody, own" {
        /// Every actor of this user on this machine.
        Everybody = "everybody",
        /// The actor that wrote it here.
        Own = "own",
    }
);

/// The commands of one ledger that this user may run on this machine.
#[derive(Debug)]
pub struct Trust {
    ledger: EntryId,
    lines: Vec<String>,
}

impl Trust {
    /// The commands as they are remembered. A file that cannot be read remembers nothing.
    pub fn read(ledger: EntryId) -> Self {
        let kept = path().and_then(|path| fs::read_to_string(path).ok());
        let kept = kept.unwrap_or_default();
        let lines = kept.lines().map(str::to_owned).collect();
        Self { ledger, lines }
    }

    /// For whom the command may run here, if `actor`, in case one is named, may run it.
    pub fn of(&self, actor: Option<&ActorName>, digest: Digest) -> Option<Whose> {
        let is_kept =
            |whose: Option<&ActorName>| self.lines.contains(&line(self.ledger, whose, digest));
        if is_kept(None) {
            return Some(Whose::Everybody);
        }
        actor
            .filter(|actor| is_kept(Some(actor)))
            .map(|_| Whose::Own)
    }

    /// Remembers that the command may run here, for every actor or only for this one.
    ///
    /// # Errors
    /// There is no home folder, or the file cannot be written.
    pub fn remember(&mut self, actor: Option<&ActorName>, digest: Digest) -> io::Result<()> {
        let line = line(self.ledger, actor, digest);
        if self.lines.contains(&line) {
            return Ok(());
        }
        let path = path().ok_or_else(|| io::Error::other("HOME is not set"))?;
        append(&path, &line).map_err(|error| {
            let message = format!("cannot write '{}': {error}", path.display());
            io::Error::new(error.kind(), message)
        })?;
        self.lines.push(line);
        Ok(())
    }
}

/// Appends a line to a file, which is created if need be.
fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
    }
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).mode(0o600).open(path)?;
    // One write, so that lines of programs that run at once do not mix.
    file.write_all(format!("{line}\n").as_bytes())
}

/// The file that remembers the commands: `$XDG_STATE_HOME/git-coord/trust`, by default below `~/.local/state`.
pub fn path() -> Option<PathBuf> {
    let folder = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")))?;
    Some(state.join("git-coord/trust"))
}

fn line(ledger: EntryId, actor: Option<&ActorName>, digest: Digest) -> String {
    let machine = host().map_or_else(|| "?".to_owned(), |host| host.to_string().replace(' ', "?"));
    let actor = actor.map_or("*", ActorName::as_str);
    format!("{ledger} {machine} {actor} {digest}")
}
