//! Attacks on the history: none changes the state or stops another actor, and `verify` names each with the reason.
//!
//! Not here: attacks on a single commit's bytes by bit flips (unit tests of `git::commit`), and what stock
//! git reports about good entries (`stock_git`).

mod bytes;
mod cost;
mod place;

use git_coord::core::{
    entry::event::{Event, LedgerEvent},
    values::id::EntryId,
};

use crate::forge::{Forge, replaced};

const BAD_SIGNATURE: &str = "its signature is bad";
const NO_PAYLOAD: &str = "its message does not end in a payload";
const END_OF_ARMOUR: &str = "-----END SSH SIGNATURE-----\n";

/// The trailer with the payload, its line break included.
fn payload_line(raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).unwrap();
    let start = text.find("Coord-Payload: ").unwrap();
    text[start..].to_owned()
}

/// Everything after the headers.
fn message_of(raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).unwrap();
    text.split_once("\n\n").unwrap().1.to_owned()
}

/// The signature's header with its folded lines.
fn signature_of(raw: &[u8]) -> String {
    let text = std::str::from_utf8(raw).unwrap();
    let start = text.find("gpgsig ").unwrap();
    let end = text.find(END_OF_ARMOUR).unwrap() + END_OF_ARMOUR.len();
    text[start..end].to_owned()
}

#[test]
fn a_good_entry_made_by_hand_counts() {
    // Were this not so, all the others would be quarantined for a reason of the bench's own.
    let forge = Forge::new();
    let before = forge.digest();
    forge.plant(&forge.good(&forge.codex, "B"));
    assert_ne!(forge.digest(), before);
    assert_eq!(forge.state().tasks().len(), 2);
    forge.is_good();
    forge.goes_on();
}

#[test]
fn objects_put_in_the_place_of_others_are_not_looked_at() {
    let forge = Forge::new();
    forge.goes_on();
    let before = forge.digest();
    let good = forge.tip();
    let parent = forge
        .ledger()
        .history()
        .unwrap()
        .first_parent(good)
        .unwrap();
    let raw = forge.raw(good);
    let forged = forge.write(&replaced(&raw, &message_of(&raw), "claim A\n"));
    let unsigned = forge.write(&replaced(
        &forge.raw(parent),
        &signature_of(&forge.raw(parent)),
        "",
    ));
    for (object, by) in [(good, forged), (parent, unsigned)] {
        forge
            .world
            .git(&["replace", &object.to_string(), &by.to_string()]);
    }
    assert_eq!(forge.digest(), before);
    forge.is_good();
    forge.goes_on();
    forge.is_good();
}

#[test]
fn many_bad_entries_in_a_row_are_all_named_and_an_admin_can_acknowledge_them() {
    let forge = Forge::new();
    let before = forge.digest();
    let mut forged = Vec::new();
    for _ in 0..3 {
        let raw = forge.good(&forge.ada, "B");
        forged.push(forge.plant(&replaced(&raw, "Task B", "Task X")));
    }
    assert_eq!(forge.digest(), before);
    let found = forge.quarantined();
    let named: Vec<&str> = found.iter().map(|(object, _)| &**object).collect();
    assert_eq!(
        named,
        forged.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
    for object in forged {
        let id = EntryId::of_foreign_commit(&forge.raw(object));
        let event = Event::Ledger(LedgerEvent::Acknowledged { entry: id });
        let entry = forge.next(&forge.ada, vec![event]);
        assert_eq!(forge.verified()["good"], false);
        forge.plant(&forge.sign(&forge.parts(&entry), &forge.ada));
    }
    forge.is_good();
    forge.goes_on();
}
