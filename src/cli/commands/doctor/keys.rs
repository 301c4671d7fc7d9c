//! The actor, whether it has an active key here, and who can read the keys in this repository.
//!
//! Not here: signing. No key is opened, so nobody is asked for a passphrase.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::row::Row;
use crate::{
    cli::{
        Context,
        actor::author::{admission, key_folder, key_of, missing_key, outside, public_of},
    },
    core::{
        plan::{roster::KeyStanding, state::State},
        values::{id::ActorName, text::shell_word},
    },
    git::{
        repository::Repository,
        sign::{self, KeySource},
    },
    ledger::Ledger,
    sync::checkup::Grade,
};

pub(super) fn examine(context: &Context, ledger: &Ledger) -> Vec<Row> {
    let repository = ledger.repository();
    let mut findings = Vec::new();
    if let Ok(verified) = ledger.current() {
        findings.push(actor(context, repository, &verified.state));
    }
    findings.extend(made_here(repository));
    findings
}

/// Whether the actor can sign.
fn actor(context: &Context, repository: &Repository, state: &State) -> Row {
    let actor = match context.actor(repository, state) {
        Ok(actor) => actor,
        Err(error) => return Row::of_error("actor", Grade::Remark, &error),
    };
    let found = key_of(repository, &actor);
    let found = found.and_then(|key| key.ok_or_else(|| missing_key(repository, state, &actor)));
    let source = match found {
        Ok(source) => source,
        Err(error) => return Row::of_error("actor", Grade::Wrong, &error),
    };
    let Some(key) = public_of(&source) else {
        let what = format!("cannot read the key of {actor}: {}", name(&source));
        return Row::wrong("actor", what).hint(format!("ssh-keygen -l -f {}", name(&source)));
    };
    match state.roster.standing(&actor, &key) {
        Some(KeyStanding::Active) => {
            let signs = format!("{actor} signs with {}", key.fingerprint());
            match outside(repository, source) {
                None => Row::good("actor", signs),
                Some(why) => {
                    let what = format!("{signs} through another program, which is slower: {why}");
                    Row::remark("actor", what)
                }
            }
        }
        _ => Row::wrong("actor", not_in_use(&actor, &source)).hint(admission(&actor, &key)),
    }
}

fn not_in_use(actor: &ActorName, source: &KeySource) -> String {
    format!("{} is not an active key of {actor}", name(source))
}

fn name(source: &KeySource) -> String {
    match source {
        KeySource::File(path) => shell_word(&path.display().to_string()).into_owned(),
        KeySource::Literal(key) => key.fingerprint(),
    }
}

/// Checks that only their owner can read the keys made here, that they match the public keys beside them, and that git
/// does not see them.
fn made_here(repository: &Repository) -> Vec<Row> {
    let folder = match key_folder(repository) {
        Ok(folder) => folder,
        Err(error) => return vec![Row::of_error("keys", Grade::Wrong, &error)],
    };
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    // The user may keep other files in this folder.
    let private = |path: &PathBuf| sign::read_public_half(path).is_some();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(private).collect();
    files.sort();
    let mut findings: Vec<Row> = files.iter().filter_map(|path| secrecy(path)).collect();
    findings.extend(files.iter().filter_map(|path| pair(path)));
    findings.extend(files.first().and_then(|_| exposure(repository, &folder)));
    if findings.is_empty() && !files.is_empty() {
        vec![Row::good(
            "keys",
            format!("{} made here, only their owner can read them", files.len()),
        )]
    } else {
        findings
    }
}

fn secrecy(path: &Path) -> Option<Row> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let name = path.display().to_string();
    let others = mode & 0o077 != 0;
    others.then(|| {
        Row::wrong("keys", format!("other users can read '{name}'"))
            .hint(format!("chmod 600 {}", shell_word(&name)))
    })
}

fn exposure(repository: &Repository, folder: &Path) -> Option<Row> {
    let folder = folder.canonicalize().ok()?;
    let top = repository.work_dir()?.canonicalize().ok()?;
    let git = repository.common_dir().canonicalize().ok()?;
    let is_seen = folder.starts_with(top) && !folder.starts_with(git);
    is_seen.then(|| {
        let what = format!("'git add' finds the keys in '{}'", folder.display());
        Row::remark("keys", what)
    })
}

fn pair(path: &Path) -> Option<Row> {
    let beside = format!("{}.pub", path.display());
    let inside = sign::read_public_half(path)?;
    let name = path.display().to_string();
    (sign::read_public(Path::new(&beside)).ok() != Some(inside)).then(|| {
        Row::wrong(
            "keys",
            format!("'{beside}' is not the public half of '{name}'"),
        )
        .hint(format!(
            "ssh-keygen -y -f {} >{}",
            shell_word(&name),
            shell_word(&beside)
        ))
    })
}
