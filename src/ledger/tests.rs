//! Ledgers in real repositories, seen from inside: founding, appending, the cache, keys that are not the actor's.
//!
//! Not here: commits that are forged (the integration tests).

use super::{Appended, Author, EntryDraft, Error, KeyOnce, Ledger, cache, fixture::Fixture};
use crate::{
    core::{
        entry::event::{Event, TaskEvent, ledger::Founding},
        plan::state::State,
        values::{
            task::ActorKind,
            time::{Span, Timestamp},
        },
    },
    git::sign::{self, Signer},
};

pub(crate) fn now() -> Timestamp {
    Timestamp::from_seconds(1_760_519_100)
}

/// The actor `claude` with a new key, as often as it is needed.
pub(crate) fn claude() -> impl Fn() -> Author {
    let key = sign::generate("test").unwrap();
    move || Author {
        actor: "claude".parse().unwrap(),
        signer: Signer::in_process(key.clone()).unwrap(),
        clock: now().after(Span::from_minutes(60)),
        may_tell_secrets: false,
        key: KeyOnce::default(),
    }
}

/// A ledger with one admin, `claude`.
pub(crate) fn founded(fixture: &Fixture) -> (Ledger, Author) {
    founded_by(fixture, claude()())
}

/// A ledger with this admin.
pub(crate) fn founded_by(fixture: &Fixture, author: Author) -> (Ledger, Author) {
    let founding = Founding {
        key: author.signer.public_key().clone(),
        kind: ActorKind::Agent,
        email: "claude@example.org".parse().unwrap(),
        recovery: None,
        facts: Vec::new(),
        nonce: 7,
    };
    let ledger = Ledger::new(fixture.open());
    ledger.found(&author, now(), founding).unwrap();
    (ledger, author)
}

pub(crate) fn add(id: &str) -> EntryDraft {
    let event = TaskEvent::Added {
        id: id.parse().unwrap(),
        title: format!("Task {id}").parse().unwrap(),
        facts: Vec::new(),
    };
    Event::Task(event).into()
}

fn append(ledger: &Ledger, author: &Author, draft: impl Fn(&State) -> EntryDraft) {
    let appended = ledger.append_one(None, author, now(), |state| Ok::<_, Error>(draft(state)));
    assert_eq!(appended.unwrap().entries.len(), 1);
}

/// Appends a chain of entries.
pub(crate) fn append_all(
    ledger: &Ledger,
    author: &Author,
    drafts: Vec<EntryDraft>,
) -> Result<Appended, Error> {
    let begin = |_: &State| Ok(drafts.clone().into_iter());
    let chain = ledger.append_chain(None, author, now(), begin, |drafts, _| Ok(drafts.next()));
    chain.map(|(appended, _)| appended)
}

#[test]
fn a_second_ledger_and_a_stranger_are_refused() {
    let fixture = Fixture::new();
    let (ledger, author) = founded(&fixture);
    let other = Signer::in_process(sign::generate("other").unwrap()).unwrap();
    let stranger = Author {
        actor: author.actor.clone(),
        signer: other,
        clock: author.clock,
        may_tell_secrets: false,
        key: KeyOnce::default(),
    };
    let append = |author: &Author| {
        let build = |_: &State| Ok::<_, Error>(add("A"));
        ledger.append_one(None, author, now(), build)
    };
    assert_eq!(append(&stranger).unwrap_err().code(), "foreign_key");
    let nobody = Author {
        actor: "nobody".parse().unwrap(),
        signer: stranger.signer,
        clock: author.clock,
        may_tell_secrets: false,
        key: KeyOnce::default(),
    };
    assert_eq!(append(&nobody).unwrap_err().code(), "unregistered_actor");
}

#[test]
fn as_of_a_time_is_the_last_entry_of_the_line_that_is_not_later() {
    let fixture = Fixture::new();
    let (ledger, author) = founded(&fixture);
    let at = |minutes: u64| now().after(Span::from_minutes(minutes));
    let append = |minutes, id: &str| {
        let build = |_: &State| Ok::<_, Error>(add(id));
        let appended = ledger.append_one(None, &author, at(minutes), build);
        appended.unwrap().entries[0].0
    };
    let first = append(10, "A");
    let second = append(20, "B");
    // By its author's clock it is older. It takes effect at its position, after B.
    let late = append(15, "C");
    let past = ledger.past(&ledger.current().unwrap()).unwrap();
    let as_of = |minutes: u64| past.as_of(at(minutes)).unwrap().map(|spot| spot.object);
    assert_eq!(as_of(10), Some(first));
    assert_eq!(as_of(19), Some(first));
    assert_eq!(as_of(20), Some(late));
    assert_eq!(as_of(1_000_000), Some(late));
    assert_ne!(second, late);
    assert_eq!(as_of(0), Some(past.genesis().unwrap().object));
    let before = Timestamp::from_seconds(now().seconds() - 1);
    assert!(past.as_of(before).unwrap().is_none());
}

#[test]
fn a_commit_that_is_not_an_entry_is_replayed_once() {
    let fixture = Fixture::new();
    let (ledger, author) = founded(&fixture);
    append(&ledger, &author, |_| add("A"));
    let before = ledger.current().unwrap().state;
    let foreign =
        super::fixture::commit(ledger.repository(), ledger.tip().unwrap(), "not an entry");
    fixture.git(&["update-ref", super::LEDGER_REF, &foreign.to_string()]);
    assert_eq!(ledger.current().unwrap().state, before);
    let cached = cache::read(ledger.repository()).unwrap();
    assert_eq!(cached.tip, foreign);
    append(&ledger, &author, |_| add("B"));
    let current = ledger.current().unwrap();
    assert_eq!(
        current.state,
        ledger.history().unwrap().into_state().unwrap()
    );
}
