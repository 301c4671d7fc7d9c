//! The roster: actors, their keys and roles, the recovery key, and the versions in force.
//!
//! Only the roster decides about roster events. So the roster of an entry's own past can be kept with every commit
//! (LEDGER_FORMAT.md, 11). Not here: the events (`event::roster`) and policy (`state::policy`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::refusal::{Action, Refusal, Restricted};
use crate::core::{
    entry::event::{
        Entry, Event, LedgerEvent, RosterEvent,
        ledger::{Founding, Versions},
        roster::{ActorFact, NewActor, PolicyRule},
    },
    values::{
        email::Email,
        id::ActorName,
        key::PublicKey,
        shared_map::SharedMap,
        task::{ActorKind, Approver, Role, words},
        time::Timestamp,
    },
};

/// The actors of a ledger at one position in the order. Rosters of neighbouring positions share their unchanged parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Roster {
    actors: SharedMap<ActorName, Arc<Actor>>,
    recovery: Option<PublicKey>,
    versions: Versions,
    /// The actor that has each key; follows from the actors, like the next two.
    #[serde(skip)]
    owners: SharedMap<PublicKey, ActorName>,
    /// The actor of each name in small letters: the keys of two names that differ in case alone would be one file on some file
    /// systems.
    #[serde(skip)]
    alike: SharedMap<String, ActorName>,
    /// How many actors are admins with an active key.
    #[serde(skip)]
    admins: usize,
}

/// A roster as it is stored.
#[derive(Deserialize)]
struct Stored {
    actors: SharedMap<ActorName, Arc<Actor>>,
    recovery: Option<PublicKey>,
    versions: Versions,
}

impl From<Stored> for Roster {
    fn from(stored: Stored) -> Self {
        let mut roster = Self {
            recovery: stored.recovery,
            versions: stored.versions,
            ..Self::default()
        };
        for (name, actor) in stored.actors.iter() {
            roster.put(name, Arc::clone(actor));
        }
        roster
    }
}

/// An actor of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Whether it is a person.
    pub kind: ActorKind,
    /// Its address; its entries have it as author address.
    pub email: Email,
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// Its keys, including past ones.
    #[serde(with = "crate::core::values::pairs")]
    pub keys: BTreeMap<PublicKey, Key>,
}

/// The facts about a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Whether it may sign new entries.
    pub standing: KeyStanding,
    /// The time since which somebody else may have had the key.
    pub suspect_since: Option<Timestamp>,
}

words!(
    /// Whether a key may sign new entries.
    KeyStanding, "key standing", "active, retired, revoked" {
        /// The key may sign.
        Active = "active",
        /// The key may not sign any more. Entries that it signed without knowing of this stay valid.
        Retired = "retired",
        /// The key may not sign any more, and its entries from here on in the order are ignored.
        Revoked = "revoked",
    }
);

impl Roster {
    /// The roster that a genesis founds.
    pub fn founded(admin: &ActorName, founding: &Founding) -> Self {
        let key = Key {
            standing: KeyStanding::Active,
            suspect_since: None,
        };
        let admin_actor = Actor {
            kind: founding.kind,
            email: founding.email.clone(),
            roles: BTreeSet::from([Role::Admin]),
            keys: BTreeMap::from([(founding.key.clone(), key)]),
        };
        let mut roster = Self {
            recovery: founding.recovery.clone(),
            ..Self::default()
        };
        roster.put(admin, Arc::new(admin_actor));
        roster
    }

    /// The actors, by name.
    pub fn actors(&self) -> impl Iterator<Item = (&ActorName, &Actor)> {
        self.actors.iter().map(|(name, actor)| (name, &**actor))
    }
    /// The actor of this name.
    pub fn actor(&self, name: &ActorName) -> Option<&Actor> {
        self.actors.get(name).map(|actor| &**actor)
    }
    /// The actor that has this key.
    pub fn owner_of(&self, key: &PublicKey) -> Option<&ActorName> {
        self.owners.get(key)
    }
    /// The recovery key, if there is one.
    pub fn recovery(&self) -> Option<&PublicKey> {
        self.recovery.as_ref()
    }
    /// The versions that upgrades have announced.
    pub fn versions(&self) -> Versions {
        self.versions
    }
    /// Whether the actor has this role.
    pub fn has_role(&self, name: &ActorName, role: Role) -> bool {
        self.actor(name)
            .is_some_and(|actor| actor.roles.contains(&role))
    }
    /// Whether the actor has one of these roles; an admin has all of them.
    pub fn may(&self, name: &ActorName, roles: &[Role]) -> bool {
        self.actor(name).is_some_and(|actor| {
            actor.roles.contains(&Role::Admin)
                || roles.iter().any(|role| actor.roles.contains(role))
        })
    }
    /// The standing of a key for this actor; the recovery key may sign for every admin.
    pub fn standing(&self, name: &ActorName, key: &PublicKey) -> Option<KeyStanding> {
        let own = self.actor(name)?.keys.get(key).map(|key| key.standing);
        let recovers = self.recovery.as_ref() == Some(key) && self.has_role(name, Role::Admin);
        own.or(recovers.then_some(KeyStanding::Active))
    }
    /// Whether this actor, signing with this key, may still act at this place of the order.
    ///
    /// # Errors
    /// The key was revoked, or is not the actor's.
    pub fn check_author(&self, actor: &ActorName, signer: &PublicKey) -> Result<(), Refusal> {
        match self.standing(actor, signer) {
            Some(KeyStanding::Active | KeyStanding::Retired) => Ok(()),
            Some(KeyStanding::Revoked) => Err(Refusal::KeyRevoked {
                actor: actor.clone(),
            }),
            None => Err(Refusal::KeyUnknown {
                actor: actor.clone(),
            }),
        }
    }
    /// Whether an event concerns the roster, so that only the roster decides about it.
    pub fn concerns(event: &Event) -> bool {
        matches!(
            event,
            Event::Roster(_) | Event::Ledger(LedgerEvent::Upgraded(_))
        )
    }

    /// Whether an event can change the roster. Policy is not a part of it, although the roster decides who sets it.
    pub fn can_change(event: &Event) -> bool {
        Self::concerns(event) && !matches!(event, Event::Roster(RosterEvent::PolicySet(_)))
    }

    /// Whether the author of an entry, with the key `signer`, may make this event of the entry.
    ///
    /// An entry with a roster event has no events of other families, so that the roster can be computed without the
    /// rest of the state.
    ///
    /// # Errors
    /// The refusal. Events that do not concern the roster pass.
    pub fn check(&self, entry: &Entry, signer: &PublicKey, event: &Event) -> Result<(), Refusal> {
        if !Self::concerns(event) {
            return Ok(());
        }
        if !entry.events.iter().all(Self::concerns) {
            return Err(Refusal::Misplaced {
                event: Restricted::RosterChange,
            });
        }
        match event {
            Event::Ledger(_) => self.require_admin(&entry.actor, Action::UpgradeLedger),
            Event::Roster(event) => self.check_roster_event(&entry.actor, signer, event),
            _ => Ok(()),
        }
    }

    fn check_roster_event(
        &self,
        actor: &ActorName,
        signer: &PublicKey,
        event: &RosterEvent,
    ) -> Result<(), Refusal> {
        let by_recovery = self.recovery.as_ref() == Some(signer);
        if let RosterEvent::RecoveryKeySet { key } = event {
            if self.recovery.is_some() && !by_recovery {
                return Err(Refusal::RecoveryOnly {
                    actor: actor.clone(),
                });
            }
            self.require_admin(actor, Action::SetRecoveryKey)?;
            return key.as_ref().map_or(Ok(()), |key| self.key_is_free(key));
        }
        if let RosterEvent::PolicySet(rule) = event {
            return if self.may(actor, &[Role::Coordinator]) {
                self.check_policy(rule)
            } else {
                let coordinator = &[Role::Coordinator];
                Err(Refusal::not_permitted(
                    actor,
                    Action::SetPolicy,
                    None,
                    coordinator,
                ))
            };
        }
        self.require_admin(actor, Action::ChangeRoster)?;
        match event {
            RosterEvent::ActorAdded(new) => self.check_new_actor(new),
            RosterEvent::ActorEdited { actor, facts } => self.check_edit(actor, facts),
            RosterEvent::KeyAdded { actor, key } => {
                self.known(actor)?;
                self.key_is_free(key)
            }
            RosterEvent::KeyRetired { actor, key } | RosterEvent::KeyRevoked { actor, key, .. } => {
                self.check_key_end(actor, key)
            }
            RosterEvent::RecoveryKeySet { .. } | RosterEvent::PolicySet(_) => Ok(()),
        }
    }

    fn require_admin(&self, actor: &ActorName, action: Action) -> Result<(), Refusal> {
        if self.has_role(actor, Role::Admin) {
            Ok(())
        } else {
            Err(Refusal::not_permitted(actor, action, None, &[]))
        }
    }
    fn known(&self, name: &ActorName) -> Result<&Actor, Refusal> {
        self.actor(name).ok_or_else(|| Refusal::UnknownActor {
            actor: name.clone(),
        })
    }
    /// Checks that nobody has the key and that it is not the recovery key. An admin can revoke an actor's key; but only
    /// the recovery key itself may remove the recovery key.
    fn key_is_free(&self, key: &PublicKey) -> Result<(), Refusal> {
        match self.owner_of(key) {
            Some(owner) => Err(Refusal::KeyTaken {
                actor: Some(owner.clone()),
            }),
            None if self.recovery.as_ref() == Some(key) => Err(Refusal::KeyTaken { actor: None }),
            None => Ok(()),
        }
    }
    /// Checks that the reviewers of a rule exist: a misspelled name would stop every task with such files.
    fn check_policy(&self, rule: &PolicyRule) -> Result<(), Refusal> {
        let PolicyRule::PathReview { by, .. } = rule else {
            return Ok(());
        };
        by.iter().try_for_each(|approver| match approver {
            Approver::Actor(name) => self.known(name).map(drop),
            Approver::Role(_) => Ok(()),
        })
    }
    fn check_new_actor(&self, new: &NewActor) -> Result<(), Refusal> {
        if let Some(actor) = self.alike.get(&new.name.in_small_letters()) {
            return Err(Refusal::ActorExists {
                actor: actor.clone(),
            });
        }
        new.key.as_ref().map_or(Ok(()), |key| self.key_is_free(key))
    }
    fn check_edit(&self, name: &ActorName, facts: &[ActorFact]) -> Result<(), Refusal> {
        self.keeps_an_admin(name, |actor| actor.edit(facts))
    }
    fn check_key_end(&self, name: &ActorName, key: &PublicKey) -> Result<(), Refusal> {
        if !self.known(name)?.keys.contains_key(key) {
            return Err(Refusal::KeyUnknown {
                actor: name.clone(),
            });
        }
        self.keeps_an_admin(name, |actor| {
            actor.end_key(key, KeyStanding::Revoked, None);
        })
    }
    /// Checks that an admin with an active key remains after a change of this actor.
    fn keeps_an_admin(
        &self,
        name: &ActorName,
        change: impl FnOnce(&mut Actor),
    ) -> Result<(), Refusal> {
        let actor = self.known(name)?;
        if self.admins > usize::from(actor.can_administer()) {
            return Ok(());
        }
        let mut after = actor.clone();
        change(&mut after);
        if after.can_administer() {
            Ok(())
        } else {
            Err(Refusal::LastAdmin {
                actor: name.clone(),
            })
        }
    }

    /// The roster after an entry; none if no event of the entry can change it.
    ///
    /// The reducer comes to the same result, since only the roster decides.
    ///
    /// # Errors
    /// The entry is refused: the index of the refused event, and the refusal.
    pub fn after(&self, entry: &Entry, signer: &PublicKey) -> Result<Option<Self>, (u16, Refusal)> {
        if !entry.events.iter().any(Self::can_change) {
            return Ok(None);
        }
        let author = self.check_author(&entry.actor, signer);
        author.map_err(|refusal| (0, refusal))?;
        let mut after = self.clone();
        // The codec limits an entry to 1000 events.
        for (index, event) in (0u16..).zip(&entry.events) {
            let checked = after.check(entry, signer, event);
            checked.map_err(|refusal| (index, refusal))?;
            after.apply(event);
        }
        Ok(Some(after))
    }

    /// Applies an event that [`Roster::check`] let pass; ignores events that do not concern the roster.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Ledger(LedgerEvent::Upgraded(versions)) => self.upgrade(versions),
            Event::Roster(RosterEvent::ActorAdded(new)) => self.add(new),
            Event::Roster(RosterEvent::ActorEdited { actor, facts }) => {
                self.change(actor, |actor| actor.edit(facts));
            }
            Event::Roster(RosterEvent::KeyAdded { actor, key }) => {
                self.change(actor, |actor| actor.add_key(key));
                self.owners.insert(key.clone(), actor.clone());
            }
            Event::Roster(RosterEvent::KeyRetired { actor, key }) => {
                self.change(actor, |actor| {
                    actor.end_key(key, KeyStanding::Retired, None)
                });
            }
            Event::Roster(RosterEvent::KeyRevoked { actor, key, since }) => {
                self.change(actor, |actor| {
                    actor.end_key(key, KeyStanding::Revoked, *since)
                });
            }
            Event::Roster(RosterEvent::RecoveryKeySet { key }) => self.recovery.clone_from(key),
            _ => {}
        }
    }

    fn upgrade(&mut self, to: &Versions) {
        let later = |old: Option<u16>, new: Option<u16>| old.max(new);
        self.versions = Versions {
            format: later(self.versions.format, to.format),
            rules: later(self.versions.rules, to.rules),
            state: later(self.versions.state, to.state),
            message: later(self.versions.message, to.message),
            files: later(self.versions.files, to.files),
        };
    }
    fn add(&mut self, new: &NewActor) {
        let mut actor = Actor {
            kind: new.kind,
            email: new.email.clone(),
            roles: new.roles.iter().copied().collect(),
            keys: BTreeMap::new(),
        };
        new.key.iter().for_each(|key| actor.add_key(key));
        self.put(&new.name, Arc::new(actor));
    }
    fn put(&mut self, name: &ActorName, actor: Arc<Actor>) {
        for key in actor.keys.keys() {
            self.owners.insert(key.clone(), name.clone());
        }
        self.alike.insert(name.in_small_letters(), name.clone());
        self.admins += usize::from(actor.can_administer());
        self.actors.insert(name.clone(), actor);
    }
    fn change(&mut self, name: &ActorName, change: impl FnOnce(&mut Actor)) {
        if let Some(actor) = self.actors.get_mut(name) {
            self.admins -= usize::from(actor.can_administer());
            change(Arc::make_mut(actor));
            self.admins += usize::from(actor.can_administer());
        }
    }
}

impl Actor {
    /// Whether it has an active key.
    pub fn can_sign(&self) -> bool {
        let mut standings = self.keys.values().map(|key| key.standing);
        standings.any(|it| it == KeyStanding::Active)
    }
    /// Whether it is an admin with an active key.
    fn can_administer(&self) -> bool {
        self.roles.contains(&Role::Admin) && self.can_sign()
    }
    fn edit(&mut self, facts: &[ActorFact]) {
        for fact in facts {
            match fact {
                ActorFact::Email(email) => self.email = email.clone(),
                ActorFact::Kind(kind) => self.kind = *kind,
                ActorFact::RoleAdded(role) => _ = self.roles.insert(*role),
                ActorFact::RoleRemoved(role) => _ = self.roles.remove(role),
            }
        }
    }
    fn add_key(&mut self, key: &PublicKey) {
        let active = Key {
            standing: KeyStanding::Active,
            suspect_since: None,
        };
        self.keys.entry(key.clone()).or_insert(active);
    }
    fn end_key(&mut self, key: &PublicKey, standing: KeyStanding, since: Option<Timestamp>) {
        if let Some(known) = self.keys.get_mut(key) {
            known.standing = known.standing.max(standing);
            known.suspect_since = known.suspect_since.into_iter().chain(since).min();
        }
    }
}
