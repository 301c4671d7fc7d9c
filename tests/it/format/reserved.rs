//! The reserved numbers are not used, and an entry that has one is no entry.
//!
//! Not here: what they are for (docs/decisions/0010-epochs-and-redaction.md).

use git_coord::core::{entry::event::LedgerEvent, plan::refusal::Action};

use super::*;

/// How many numbers the program uses where some are reserved.
fn used(place: &str) -> usize {
    match place {
        "kinds of family 0" => usize::try_from(v1::KINDS[0]).unwrap(),
        "fields of 0.0" => fields_of(&kinds::full()[&(0, 0)]),
        "fields of the state" => {
            let state = Golden::new();
            let tip = state.commits.last().unwrap().object;
            let state = History::read(&state.repository, tip).unwrap();
            cbor::read(&state.state().unwrap().to_bytes()).pairs().len()
        }
        "refusals" => Code::ALL.len(),
        "actions" => Action::ALL.len(),
        other => panic!("{other}"),
    }
}

/// The number of fields in the body of an event.
fn fields_of(event: &Event) -> usize {
    let item = cbor::read(&v1::to_canonical(event));
    let (_, held) = item.variant();
    let (_, held) = held[0].variant();
    held[0].pairs().len()
}

#[test]
fn reserved_numbers_follow_the_used_ones() {
    let document = document();
    let mut next = BTreeMap::new();
    for row in table(&document, "<!-- reserved -->") {
        let next = next.entry(row[0].clone()).or_insert_with(|| used(&row[0]));
        assert_eq!(row[1], next.to_string(), "{}", row[0]);
        *next += 1;
    }
    assert_eq!(next.len(), 5);
}

#[test]
fn an_entry_with_a_reserved_kind_is_bad() {
    let event = |kind: u8| [0x82, 0x00, 0x82, kind, 0xa0];
    let payload = codec::encode(&with(Event::Ledger(LedgerEvent::Repaired))).unwrap();
    let place = payload.windows(3).position(|it| it == [0x82, 0x00, 0x04]);
    let place = place.unwrap();
    for kind in [5, 6] {
        let other = [&payload[..place], &event(kind), &payload[place + 3..]].concat();
        assert!(codec::decode(&other).is_err(), "{kind}");
    }
}
