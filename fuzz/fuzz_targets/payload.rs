//! Any bytes as the payload of an entry.
#![no_main]

use git_coord::core::{
    entry::{codec, event::Entry, message},
    values::id::EntryId,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    // Few changed payloads are canonical, but the canonical form of their content is one more payload.
    if let Ok(entry) = codec::v1::from_canonical::<Entry>(payload)
        && let Ok(canonical) = codec::encode(&entry)
    {
        check(&canonical, Some(&entry));
    }
    check(payload, None);
});

fn check(payload: &[u8], expected: Option<&Entry>) {
    let decoded = codec::decode(payload);
    let Ok((id, entry)) = decoded else {
        assert_eq!(expected, None, "{decoded:?}");
        return;
    };
    assert!(expected.is_none_or(|expected| *expected == entry));
    assert_eq!(codec::encode(&entry).as_deref(), Ok(payload));
    assert_eq!(id, EntryId::of_payload(payload));
    let message = message::render(&entry, payload);
    assert!(message::is_true(&message, &entry), "{message}");
    assert_eq!(message::payload(&message).as_deref(), Some(payload));
    let is_safe = |c: char| c == '\n' || !c.is_control();
    assert!(message.chars().all(is_safe), "{message:?}");
    serde_json::to_string(&entry).expect("every entry is shown as JSON");
}
