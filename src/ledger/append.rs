//! Appending entries: compare and swap, ledger first.
//!
//! Read the tip, replay to it, ask the rules, build, sign, write and flush; then take the queue's lock, and the ref moves if
//! it still is where it was. Else all of that again under the lock, so that a writer loses one race at most. Nothing
//! is reported before it is in the ledger, and an append that fails has changed nothing.
//! Not here: how the ref moves (`refs`).

use std::{cell::RefCell, collections::HashSet, rc::Rc};

use super::{
    Error, LEDGER_REF, cache,
    entry::{self, Payload, Position},
    ledger::Ledger,
    outbox::{Outbox, OutboxLock},
    secrets,
    verified::{Lag, Verified},
    walk,
};
use crate::{
    core::{
        entry::{
            codec::FORMAT,
            event::{Attachment, Entry, Event, LedgerEvent, ledger::Founding},
            message,
        },
        plan::{
            reduce::{self, Accepted},
            refusal::Refusal,
            roster::KeyStanding,
            state::State,
        },
        values::{
            email::Email,
            id::{ActorName, Digest, EntryId, IdempotencyKey},
            key::PublicKey,
            text::Text,
            time::{Span, Timestamp},
        },
    },
    git::{
        self,
        lock::QueueLock,
        refs::{self, Expected, Outcome, Reflog},
        repository::{ObjectId, ObjectKind, Repository},
        sign::Signer,
    },
};

/// How often the ref may move under us before we give up; each time somebody else succeeded.
const RACES_MAX: usize = 100;

/// How far an entry's time may be ahead of its author's clock: one that comes from the future would
/// hold the ledger's effective time there.
pub const AHEAD_MAX: Span = Span::from_minutes(10);

/// Who appends.
#[derive(Debug)]
pub struct Author {
    /// The actor.
    pub actor: ActorName,
    /// Its key.
    pub signer: Signer,
    /// The time of its machine's clock, whatever time the entries have.
    pub clock: Timestamp,
    /// Whether it may sign texts that look like secrets.
    pub may_tell_secrets: bool,
    /// The idempotency key of what it appends next.
    pub key: KeyOnce,
}

/// An idempotency key until something was appended with it. Copies share it.
#[derive(Debug, Clone, Default)]
pub struct KeyOnce(Rc<RefCell<Option<IdempotencyKey>>>);

impl KeyOnce {
    /// For the first entry that is appended.
    pub fn new(key: Option<IdempotencyKey>) -> Self {
        Self(Rc::new(RefCell::new(key)))
    }
    /// The key, if nothing was appended with it yet.
    pub fn get(&self) -> Option<IdempotencyKey> {
        self.0.borrow().clone()
    }
    /// The actor's entry that took effect with it.
    pub fn earlier(&self, state: &State, actor: &ActorName) -> Option<EntryId> {
        self.get()
            .and_then(|key| state.used_keys.entry(actor, &key))
    }
    fn spend(&self) {
        self.0.replace(None);
    }
}

impl Author {
    /// An entry may be given any time, but not one far past its author's own clock.
    pub(crate) fn check_time(&self, time: Timestamp) -> Result<(), Error> {
        let clock = self.clock;
        if time > clock.after(AHEAD_MAX) {
            Err(Error::AheadOfClock { time, clock })
        } else {
            Ok(())
        }
    }
}

/// The content of a new entry.
#[derive(Debug, Clone, Default)]
pub struct EntryDraft {
    /// The events.
    pub events: Vec<Event>,
    /// The attachments that they name, with their bytes.
    pub attachments: Vec<(Text, Vec<u8>)>,
    /// Its idempotency key, if it is not that of its author.
    pub key: Option<IdempotencyKey>,
}

impl From<Vec<Event>> for EntryDraft {
    fn from(events: Vec<Event>) -> Self {
        Self {
            events,
            ..Self::default()
        }
    }
}

impl From<Event> for EntryDraft {
    fn from(event: Event) -> Self {
        vec![event].into()
    }
}

impl From<Event> for Option<EntryDraft> {
    fn from(event: Event) -> Self {
        Some(event.into())
    }
}

/// The appended entry.
#[derive(Debug)]
pub struct Appended {
    /// The new entries: object id and id, in order.
    pub entries: Vec<(ObjectId, EntryId)>,
    /// What holds at the last of them.
    pub verified: Verified,
}

impl Appended {
    /// The object id of the first new entry, if there is one.
    pub fn entry(&self) -> Option<String> {
        let entry = self.entries.first();
        entry.map(|(object, _)| object.to_string())
    }
}

impl Ledger {
    /// Appends the entry that `build` makes from the state before it, or nothing if it makes none. `build` is asked
    /// again whenever another writer was faster. A state that is `known` is not read again unless the ledger moved.
    ///
    /// # Errors
    /// What `build` returns; a refusal by the rules; everything that can go wrong in git. Then
    /// nothing was appended.
    pub fn append_one<E: From<Error>, D: Into<Option<EntryDraft>>>(
        &self,
        known: Option<Verified>,
        author: &Author,
        now: Timestamp,
        mut build: impl FnMut(&State) -> Result<D, E>,
    ) -> Result<Appended, E> {
        let begin = |state: &State| build(state).map(Into::into);
        let chain = self.append_chain(known, author, now, begin, only);
        chain.map(|(appended, _)| appended)
    }

    /// Appends a chain of entries, which become visible together or not at all. `begin` prepares the chain from the
    /// state before it, again whenever another writer was faster; `next` makes each entry from the state after the
    /// one before, until it makes none. Returns the prepared chain too, as the entries have left it.
    ///
    /// # Errors
    /// As for [`append_one`](Self::append_one).
    pub fn append_chain<C, E: From<Error>>(
        &self,
        mut known: Option<Verified>,
        author: &Author,
        now: Timestamp,
        mut begin: impl FnMut(&State) -> Result<C, E>,
        mut next: impl FnMut(&mut C, &State) -> Result<Option<EntryDraft>, E>,
    ) -> Result<(Appended, C), E> {
        let mut turn = Turn::of_outbox(self).map_err(Error::from)?;
        let mut harmless = HashSet::new();
        for _ in 0..RACES_MAX {
            let before = match known.take() {
                Some(known) => self.current_from(Some(known))?,
                None => self.current()?,
            };
            let tip = before.tip;
            if let Some(entry) = author.key.earlier(&before.state, &author.actor) {
                return Err(Error::Refused(Refusal::IdempotencyKeyUsed { entry }).into());
            }
            let mut chain = PendingChain::after(self, author, now, before)?;
            chain.harmless = harmless;
            let drafts = chain.grow(&mut begin, &mut next)?;
            if chain.entries.is_empty() {
                return Ok((chain.finish(), drafts));
            }
            chain.flush().map_err(Error::from)?;
            // The first time, other writers go on while this one reads, asks and signs.
            let held = match turn.take() {
                Some(held) => held,
                None => Turn::of_ref(self).map_err(Error::from)?,
            };
            if chain.publish(&held, tip)? {
                // Who waits in the queue need not wait for the cache.
                drop(held);
                return Ok((chain.finish(), drafts));
            }
            (turn, harmless) = (Some(held), chain.harmless);
        }
        Err(Error::TooManyRaces.into())
    }

    /// The state that [`append_one`](Self::append_one) would bring about. Nothing is signed or written.
    ///
    /// # Errors
    /// As for [`append_one`](Self::append_one), except that nothing is written.
    pub fn rehearse_one<E: From<Error>, D: Into<Option<EntryDraft>>>(
        &self,
        known: Verified,
        author: &Author,
        now: Timestamp,
        mut build: impl FnMut(&State) -> Result<D, E>,
    ) -> Result<State, E> {
        let begin = |state: &State| build(state).map(Into::into);
        let chain = self.rehearse_chain(known, author, now, begin, only);
        chain.map(|(state, ..)| state)
    }

    /// What [`append_chain`](Self::append_chain) would bring about: the state after the chain, how many entries the
    /// chain would have, and the chain. Nothing is signed or written.
    ///
    /// # Errors
    /// As for [`append_one`](Self::append_one), except that nothing is written.
    pub fn rehearse_chain<C, E: From<Error>>(
        &self,
        known: Verified,
        author: &Author,
        now: Timestamp,
        mut begin: impl FnMut(&State) -> Result<C, E>,
        mut next: impl FnMut(&mut C, &State) -> Result<Option<EntryDraft>, E>,
    ) -> Result<(State, usize, C), E> {
        let mut chain = PendingChain::after(self, author, now, known)?;
        chain.rehearsal = true;
        let drafts = chain.grow(&mut begin, &mut next)?;
        Ok((chain.verified.state, chain.length, drafts))
    }

    /// Founds the ledger: its first entry, signed by its first admin.
    ///
    /// # Errors
    /// There is a ledger already; everything that can go wrong in git.
    pub fn found(
        &self,
        author: &Author,
        now: Timestamp,
        founding: Founding,
    ) -> Result<Appended, Error> {
        author.check_time(now)?;
        let repository = self.repository();
        let queue = QueueLock::acquire(repository)?;
        let email = founding.email.clone();
        let entry = Entry {
            format: FORMAT,
            ledger: None,
            parents: Vec::new(),
            actor: author.actor.clone(),
            time: now,
            events: vec![Event::Ledger(LedgerEvent::Created(Box::new(founding)))],
            attachments: Vec::new(),
            idempotency_key: None,
        };
        let tree = repository.write(ObjectKind::Tree, b"")?.to_string();
        let hash = walk::hash_kind(repository);
        let position = Position {
            tree: &tree,
            parents: &[],
            email: email.as_str(),
            hash,
        };
        let payload = Payload::of(&entry)?;
        let raw = entry::write(&entry, &payload, position, &author.signer)?;
        let object = repository.write(ObjectKind::Commit, &raw)?;
        let id = payload.id();
        let accepted = Accepted {
            id,
            effective: entry.time,
            entry,
            signer: author.signer.public_key().clone(),
            refused: None,
        };
        let replay = reduce::Replay::begin(&accepted).ok_or(Error::NoLedger)?;
        repository.flush()?;
        let subject = message::subject(&accepted.entry);
        let (absent, reflog) = (Expected::Absent, author.reflog(&email, now, &subject));
        match refs::compare_and_swap(repository, &queue, LEDGER_REF, absent, object, &reflog)? {
            Outcome::Done => {
                let verified = Verified {
                    tip: object,
                    id,
                    lag: Lag::Entries(1),
                    state: replay.into_state(),
                };
                Ok(Appended {
                    entries: vec![(object, id)],
                    verified,
                })
            }
            Outcome::Moved(_) => Err(Error::LedgerExists {
                id: self.current()?.state.ledger,
            }),
        }
    }
}

/// The draft of a chain of one entry.
fn only<E>(draft: &mut Option<EntryDraft>, _: &State) -> Result<Option<EntryDraft>, E> {
    Ok(draft.take())
}

impl Author {
    /// The line of the ref's log for what the author appended.
    fn reflog<'a>(&'a self, email: &'a Email, now: Timestamp, message: &'a str) -> Reflog<'a> {
        Reflog {
            name: self.actor.as_str(),
            email: email.as_str(),
            // Before the year 10000.
            time: now.seconds() as i64,
            message,
        }
    }
}

/// The right to append, as long as it is held.
enum Turn<'a> {
    /// To the ref.
    Ref(QueueLock),
    /// To the outbox, which nobody else writes meanwhile.
    Outbox(&'a Outbox, OutboxLock),
}

impl<'a> Turn<'a> {
    /// The turn of a ledger whose entries go to an outbox.
    fn of_outbox(ledger: &'a Ledger) -> Result<Option<Self>, git::Error> {
        let taken = |outbox: &'a Outbox| Ok(Self::Outbox(outbox, outbox.lock()?));
        ledger.outbox().map(taken).transpose()
    }
    fn of_ref(ledger: &Ledger) -> Result<Self, git::Error> {
        QueueLock::acquire(ledger.repository()).map(Self::Ref)
    }
}

/// New entries on top of a tip, written but not yet visible.
pub(crate) struct PendingChain<'a> {
    ledger: &'a Ledger,
    author: &'a Author,
    email: Email,
    now: Timestamp,
    verified: Verified,
    entries: Vec<(ObjectId, EntryId)>,
    /// How many entries were made, written or not.
    length: usize,
    subject: String,
    /// Whether only the rules are asked.
    rehearsal: bool,
    /// The attachments without a secret, which are not searched again after a lost race.
    harmless: HashSet<Digest>,
}

impl<'a> PendingChain<'a> {
    pub(crate) fn after(
        ledger: &'a Ledger,
        author: &'a Author,
        now: Timestamp,
        before: Verified,
    ) -> Result<Self, Error> {
        author.check_time(now)?;
        let email = author_email(&before.state, &author.actor, author.signer.public_key())?;
        Ok(Self {
            ledger,
            author,
            email,
            now,
            verified: before,
            entries: Vec::new(),
            length: 0,
            subject: String::new(),
            rehearsal: false,
            harmless: HashSet::new(),
        })
    }

    /// Adds the entry that `build` makes.
    pub(crate) fn add<E: From<Error>>(
        &mut self,
        build: &mut impl FnMut(&State) -> Result<EntryDraft, E>,
    ) -> Result<(), E> {
        let draft = build(&self.verified.state)?;
        self.push(draft)?;
        Ok(())
    }

    /// Adds what `next` makes until it makes none.
    fn grow<C, E: From<Error>>(
        &mut self,
        begin: &mut impl FnMut(&State) -> Result<C, E>,
        next: &mut impl FnMut(&mut C, &State) -> Result<Option<EntryDraft>, E>,
    ) -> Result<C, E> {
        let mut drafts = begin(&self.verified.state)?;
        while let Some(draft) = next(&mut drafts, &self.verified.state)? {
            self.push(draft)?;
        }
        Ok(drafts)
    }

    /// Adds an entry, and returns the tip and its id. If the rules refuse it, the chain is as before.
    pub(crate) fn push(&mut self, draft: EntryDraft) -> Result<(ObjectId, EntryId), Error> {
        let repository = self.ledger.repository();
        let mut attachments = draft.attachments;
        attachments.sort_by(|a, b| a.0.cmp(&b.0));
        let attached = |(name, bytes): &(Text, Vec<u8>)| Attachment {
            name: name.clone(),
            digest: Digest::of(bytes),
            size: bytes.len() as u64,
        };
        let named: Vec<Attachment> = attachments.iter().map(attached).collect();
        if !self.author.may_tell_secrets {
            let bytes = attachments.iter().map(|(_, bytes)| bytes.as_slice());
            secrets::check(&draft.events, named.iter().zip(bytes), &mut self.harmless)?;
        }
        let entry = Entry {
            format: FORMAT,
            ledger: Some(self.verified.state.ledger),
            parents: vec![self.verified.id],
            actor: self.author.actor.clone(),
            time: self.now,
            events: draft.events,
            attachments: named,
            // Of a chain, the first entry has the key: the others are there if it is.
            idempotency_key: match draft.key {
                None if self.length == 0 => self.author.key.get(),
                key => key,
            },
        };
        let payload = Payload::of(&entry)?;
        let id = payload.id();
        // The rules are asked before anybody has to touch a hardware key.
        let entry = self.apply(id, entry)?;
        self.verified.id = id;
        self.length += 1;
        if self.rehearsal {
            return Ok((self.verified.tip, id));
        }
        let tree = write_tree(repository, &attachments)?.to_string();
        let parent = self.verified.tip.to_string();
        let position = Position {
            tree: &tree,
            parents: &[&parent],
            email: self.email.as_str(),
            hash: walk::hash_kind(repository),
        };
        let raw = entry::write(&entry, &payload, position, &self.author.signer)?;
        self.verified.tip = repository.write(ObjectKind::Commit, &raw)?;
        self.verified.lag = self.verified.lag.one_more();
        let added = (self.verified.tip, id);
        self.entries.push(added);
        Ok(added)
    }

    /// Applies the entry by the rules, as every reader will do, and returns an error if they refuse it.
    fn apply(&mut self, id: EntryId, entry: Entry) -> Result<Entry, Error> {
        if self.subject.is_empty() {
            self.subject = message::subject(&entry);
        }
        let accepted = Accepted {
            id,
            effective: entry.time.max(self.verified.state.effective),
            entry,
            signer: self.author.signer.public_key().clone(),
            refused: None,
        };
        reduce::try_apply(&mut self.verified.state, &accepted)
            .map_err(|(_, refusal)| Error::Refused(refusal))?;
        Ok(accepted.entry)
    }

    /// Makes the chain visible; false if the ref has moved.
    fn publish(&self, turn: &Turn<'_>, expected: ObjectId) -> Result<bool, Error> {
        let repository = self.ledger.repository();
        let subject = match self.entries.len() {
            1 => self.subject.clone(),
            count => format!("{} and {} more entries", self.subject, count - 1),
        };
        let tip = self.verified.tip;
        let queue = match turn {
            Turn::Ref(queue) => queue,
            Turn::Outbox(outbox, lock) => {
                outbox.write(lock, repository, self.ledger.published()?, tip)?;
                return Ok(true);
            }
        };
        let (expected, reflog) = (
            Expected::At(expected),
            self.author.reflog(&self.email, self.now, &subject),
        );
        let swapped =
            refs::compare_and_swap(repository, queue, LEDGER_REF, expected, tip, &reflog)?;
        Ok(matches!(swapped, Outcome::Done))
    }

    /// The last of them.
    pub(crate) fn tip(&self) -> ObjectId {
        self.verified.tip
    }

    /// Flushes the entries to disk, so that a crash cannot lose them.
    pub(crate) fn flush(&self) -> Result<(), git::Error> {
        self.ledger.repository().flush()
    }

    pub(crate) fn finish(mut self) -> Appended {
        if !self.entries.is_empty() {
            self.author.key.spend();
        }
        if self.ledger.outbox().is_none() {
            cache::write_after_appending(self.ledger.repository(), &mut self.verified);
        }
        Appended {
            entries: self.entries,
            verified: self.verified,
        }
    }
}

/// The address with which an actor is registered, if this key may sign for it.
pub(crate) fn author_email(
    state: &State,
    actor: &ActorName,
    key: &PublicKey,
) -> Result<Email, Error> {
    let registered = state.roster.actor(actor);
    let registered = registered.ok_or_else(|| Error::UnknownActor {
        actor: actor.clone(),
    })?;
    match state.roster.standing(actor, key) {
        Some(KeyStanding::Active) => Ok(registered.email.clone()),
        _ => Err(Error::ForeignKey {
            actor: actor.clone(),
            key: key.clone(),
        }),
    }
}

fn write_tree(
    repository: &Repository,
    attachments: &[(Text, Vec<u8>)],
) -> Result<ObjectId, git::Error> {
    if attachments.is_empty() {
        return Ok(repository.empty_tree());
    }
    let mut files = Vec::with_capacity(attachments.len());
    for (name, bytes) in attachments {
        files.push((name.as_str(), repository.write(ObjectKind::Blob, bytes)?));
    }
    repository.write_tree(&files)
}
