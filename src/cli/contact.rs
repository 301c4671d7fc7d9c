//! The first contact of a clone with its home: refspec, actor and key in one step; pin and anchor come with the sync.
//!
//! Not here: founding a ledger (`commands::init`).

use std::path::PathBuf;

use serde::Serialize;

use super::{
    CommandError, Context,
    author::{self, generated_key, key_of},
    host,
};
use crate::{
    core::{
        id::{ActorName, EntryId},
        key::PublicKey,
        roster::KeyStanding,
    },
    store::{
        Ledger, anchor,
        git::{Repository, Scope},
        remote::Remote,
        sign,
        sync::Synced,
    },
};

/// What was found and set up.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    /// The ledger's id, to which this clone is pinned now.
    ledger: EntryId,
    /// Who acts here; null as long as nobody is named.
    actor: Option<ActorName>,
    /// The fingerprint of its key.
    key: Option<String>,
    /// The file of a key that was made.
    generated: Option<PathBuf>,
    /// Whether the ledger knows the actor with this key, so that it may sign.
    registered: bool,
}

/// Whether this clone has not met home before.
///
/// # Errors
/// The repository cannot be read.
pub fn is_first(ledger: &Ledger) -> Result<bool, CommandError> {
    Ok(ledger.tip()?.is_none() && anchor::read(ledger.repository())?.is_none())
}

/// Sets up what a clone needs to go on: where fetches put the ledger, who acts, and its key.
///
/// # Errors
/// The config cannot be written, or no key can be made.
pub fn establish(
    context: &Context,
    repository: &Repository,
    remote: &Remote,
    synced: &Synced,
) -> Result<Contact, CommandError> {
    remote.follow(repository)?;
    if remote.is_home() && synced.name != synced.current.state.home_ref.as_str() {
        repository.set_config(Scope::Local, "coord.ref", &synced.name)?;
    }
    host::name(repository)?;
    let state = &synced.current.state;
    let ledger = state.ledger;
    let actor = match context.actor(repository, state) {
        Ok(actor) => actor,
        Err(_) => return Ok(Contact::of_nobody(ledger)),
    };
    repository.set_config(Scope::Local, "coord.actor", actor.as_str())?;
    let (key, generated) = key(repository, &actor)?;
    let standing = state.roster.standing(&actor, &key);
    Ok(Contact {
        ledger,
        actor: Some(actor),
        key: Some(key.fingerprint()),
        generated,
        registered: standing == Some(KeyStanding::Active),
    })
}

/// The actor's key, and its file if it was made just now.
fn key(
    repository: &Repository,
    actor: &ActorName,
) -> Result<(PublicKey, Option<PathBuf>), CommandError> {
    if let Some(source) = key_of(repository, actor) {
        let signer = author::open(repository, source)?;
        return Ok((signer.public_key().clone(), None));
    }
    let path = generated_key(repository, actor);
    let key = sign::write_new_key(&path, &format!("git coord: {actor}"))?;
    Ok((key, Some(path)))
}

impl Contact {
    fn of_nobody(ledger: EntryId) -> Self {
        Self {
            ledger,
            actor: None,
            key: None,
            generated: None,
            registered: false,
        }
    }

    /// What was set up, and what is still to be done by whom, a line each.
    pub fn lines(&self, remote: &str, entries: u64) -> Vec<String> {
        let ledger = self.ledger.short();
        let mut lines = vec![format!(
            "joined ledger {ledger} of {remote}, {entries} entries"
        )];
        let Some(actor) = &self.actor else {
            lines.push("nobody acts here yet: git config coord.actor NAME".to_owned());
            return lines;
        };
        let key = self.key.as_deref().unwrap_or_default();
        lines.push(match &self.generated {
            Some(path) => format!("made a key for {actor}: {}", path.display()),
            None => format!("{actor} signs with {key}"),
        });
        if !self.registered {
            let file = self.generated.as_ref();
            let file = file.map_or("FILE".to_owned(), |path| path.display().to_string());
            let command = format!("git coord actor add {actor} --key {file}.pub");
            lines.push(format!("an admin lets it take part: {command}"));
        }
        lines
    }
}
