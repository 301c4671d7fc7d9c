//! An actor as the documents have it: what it is, what it may do, with which keys it signs.
//!
//! Not here: what the roles allow (`core::plan::roster`).

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
    /// What it may do.
    pub roles: Vec<Role>,
    /// Its keys, past ones included.
    pub keys: Vec<KeyDocument>,
}

/// A key of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyDocument {
    /// What `ssh-keygen -l` shows of it.
    pub fingerprint: String,
    /// The key as a line of a `.pub` file.
    pub key: String,
    /// Whether it may sign.
    pub standing: KeyStanding,
    /// Since when it may have been in wrong hands.
    #[serde(serialize_with = "as_shown_or_null")]
    pub suspect_since: Option<Timestamp>,
}

impl ActorDocument {
    /// The document of an actor.
    pub fn of(name: &ActorName, actor: &Actor) -> Self {
        let key = |(public, key): (&crate::core::values::key::PublicKey, &Key)| KeyDocument {
            fingerprint: public.fingerprint(),
            key: public.to_string(),
            standing: key.standing,
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
