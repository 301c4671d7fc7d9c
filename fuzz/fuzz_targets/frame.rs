//! Any bytes as the commit of an entry, and with a good signature as an entry.
#![no_main]

use git_coord::{
    git::{
        commit::{self, HashKind},
        sign::{Verifier, armour},
    },
    ledger::entry,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    for hash in [HashKind::Sha1, HashKind::Sha256] {
        let read = || entry::candidate(raw, hash, &mut Verifier::new());
        let candidate = read();
        let again = read();
        assert_eq!(candidate.foreign, again.foreign);
        assert_eq!(candidate.content.is_ok(), again.content.is_ok());
        assert!(candidate.content.is_err() || entry::carries_payload(raw));
        if let Ok(frame) = commit::parse(raw, hash) {
            has_one_form(raw, hash, &frame);
        }
    }
});

/// The same commit cannot be written in other bytes, or one signature would be good for several commits.
fn has_one_form(raw: &[u8], hash: HashKind, frame: &commit::Frame<'_>) {
    let unsigned = commit::unsigned(
        frame.tree,
        &frame.parents,
        frame.name,
        frame.email,
        frame.time,
        frame.message,
    );
    assert_eq!(unsigned, frame.signed.concat());
    let signature = armour::encode(&frame.signature);
    let signed = commit::signed(&unsigned, &signature, hash);
    assert!(signed == raw, "{}", String::from_utf8_lossy(raw));
    let links = commit::links(raw, hash).expect("git reads the commit of an entry");
    assert_eq!(links.tree, frame.tree);
    assert_eq!(links.parents, frame.parents);
}
