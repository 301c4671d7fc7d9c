//! The first contact of a clone with home: it sets the actor and its key. The sync sets refspec, pin and anchor.
//!
//! Not here: creating a ledger (`commands::init`).

use std::path::PathBuf;

use serde::{Serialize, Serializer};

use crate::{
    cli::{
        CommandError, Context,
        actor::{
            author::{self, generate_key, generated_key, key_of},
            host,
        },
    },
    core::{
        plan::{roster::KeyStanding, state::State},
        values::{
            id::{ActorName, EntryId},
            key::PublicKey,
            text::counted,
        },
    },
    git::repository::Repository,
    ledger::{Ledger, anchor},
    sync::{remote::Remote, round::Synced},
};

/// The result of a first contact.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    /// Whether this is the first contact; else only a key was created for an actor without one.
    first: bool,
    /// The ledger's id, which is now the pin of this clone.
    ledger: EntryId,
    /// The actor; null if none is set.
    actor: Option<ActorName>,
    /// The fingerprint of its key.
    #[serde(serialize_with = "fingerprint")]
    key: Option<PublicKey>,
    /// The file of a new key.
    generated: Option<PathBuf>,
    /// Whether this is an active key of the actor in the ledger.
    registered: bool,
}

/// Whether this clone has never synced with home.
///
/// # Errors
/// The repository cannot be read.
pub fn is_first(ledger: &Ledger) -> Result<bool, CommandError> {
    Ok(ledger.tip()?.is_none() && anchor::read(ledger.repository())?.is_none())
}

/// Sets the actor of a new clone, and its key.
///
/// # Errors
/// The config cannot be written, or no key can be created.
pub fn establish(
    context: &Context,
    repository: &Repository,
    remote: &Remote,
    synced: &Synced,
) -> Result<Contact, CommandError> {
    if remote.is_home() && synced.name != synced.current.state.home_ref.as_str() {
        repository.set_config("coord.ref", &synced.name)?;
    }
    host::name(repository)?;
    let state = &synced.current.state;
    match context.actor(repository, state) {
        Ok(actor) => {
            repository.set_config("coord.actor", actor.as_str())?;
            let made = Contact::of(repository, state, actor)?;
            Ok(Contact {
                first: true,
                ..made
            })
        }
        Err(_) => Ok(Contact::of_nobody(state.ledger)),
    }
}

/// Creates a key for the set actor if the first contact did not; none if there is nothing to do.
///
/// # Errors
/// The config cannot be written, or no key can be created.
pub fn complete(
    context: &Context,
    repository: &Repository,
    state: &State,
) -> Result<Option<Contact>, CommandError> {
    let actor = match context.actor(repository, state) {
        Ok(actor) if key_of(repository, &actor)?.is_none() => actor,
        _ => return Ok(None),
    };
    if repository.config().string("coord.actor").is_none() {
        repository.set_config("coord.actor", actor.as_str())?;
    }
    Contact::of(repository, state, actor).map(Some)
}

/// The actor's key, and its file if it is new.
fn key(
    repository: &Repository,
    actor: &ActorName,
) -> Result<(PublicKey, Option<PathBuf>), CommandError> {
    if let Some(source) = key_of(repository, actor)? {
        let signer = author::open(repository, source)?;
        return Ok((signer.public_key().clone(), None));
    }
    let key = generate_key(repository, actor)?;
    Ok((key, Some(generated_key(repository, actor)?)))
}

fn fingerprint<S: Serializer>(key: &Option<PublicKey>, serializer: S) -> Result<S::Ok, S::Error> {
    key.as_ref()
        .map(PublicKey::fingerprint)
        .serialize(serializer)
}

impl Contact {
    fn of(repository: &Repository, state: &State, actor: ActorName) -> Result<Self, CommandError> {
        let (key, generated) = key(repository, &actor)?;
        let standing = state.roster.standing(&actor, &key);
        Ok(Self {
            first: false,
            ledger: state.ledger,
            actor: Some(actor),
            key: Some(key),
            generated,
            registered: standing == Some(KeyStanding::Active),
        })
    }

    fn of_nobody(ledger: EntryId) -> Self {
        Self {
            first: true,
            ledger,
            actor: None,
            key: None,
            generated: None,
            registered: false,
        }
    }

    /// Whether this was the first contact of the clone.
    pub fn is_first(&self) -> bool {
        self.first
    }

    /// The new settings, and the steps that are left, a line each.
    pub fn lines(&self, remote: &str, entries: u64) -> Vec<String> {
        let mut lines = Vec::new();
        if self.first {
            let ledger = self.ledger.short();
            let entries = counted(entries as usize, "entry", "entries");
            lines.push(format!("fetched ledger {ledger} from {remote}, {entries}"));
        }
        let (Some(actor), Some(key)) = (&self.actor, &self.key) else {
            lines.push("no actor is set: git coord sync --actor NAME".to_owned());
            return lines;
        };
        lines.push(match &self.generated {
            Some(path) => format!("created a key for {actor}: {}", path.display()),
            None => format!("{actor} signs with {}", key.fingerprint()),
        });
        if !self.registered {
            let command = author::admission(actor, key);
            lines.push(format!("an admin registers the key: {command}"));
        }
        lines
    }
}
