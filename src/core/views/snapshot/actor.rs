//! An actor in the documents: its kind, its roles and its keys.
//!
//! Not here: the permissions of a role (`core::plan::roster`).

use serde::Serialize;

use crate::core::{
    plan::roster::{Actor, Key, KeyStanding},
    values::{
        id::ActorName,
        json::as_shown_or_null,
        task::{ActorKind, Role},
        time::Timestamp,
    },
};

/// An actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorDocument {
    /// Its name.
    pub name: ActorName,
    /// Whether it is a person.
    pub kind: ActorKind,
    /// Its address.
    pub email: String,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Its keys, including past ones.
    pub keys: Vec<KeyDocument>,
}

/// A key of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyDocument {
    /// Its fingerprint, as `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// The key as a line of a `.pub` file.
    pub key: String,
    /// Whether it may sign new entries.
    pub status: KeyStanding,
    /// The time since which somebody else may have had the key.
    #[serde(serialize_with = "as_shown_or_null")]
    pub suspect_since: Option<Timestamp>,
}

impl ActorDocument {
    /// The document of an actor.
    pub fn of(name: &ActorName, actor: &Actor) -> Self {
        let key = |(public, key): (&crate::core::values::key::PublicKey, &Key)| KeyDocument {
            fingerprint: public.fingerprint(),
            key: public.to_string(),
            status: key.standing,
            suspect_since: key.suspect_since,
        };
        Self {
            name: name.clone(),
            kind: actor.kind,
            email: actor.email.as_str().to_owned(),
            roles: actor.roles.iter().copied().collect(),
            keys: actor.keys.iter().map(key).collect(),
        }
    }
}
