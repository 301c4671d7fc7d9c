//! Commits that are wrong by their bytes alone: payload, message, headers, signature, encoding, size, tree.
//!
//! Not here: entries that are wrong only at their position (`place`).

use git_coord::{
    core::{
        entry::event::{Attachment, Event},
        values::{id::Digest, text::Text},
    },
    git::repository::ObjectKind,
};

use serde_json::json;

use super::{BAD_SIGNATURE, END_OF_ARMOUR, NO_PAYLOAD, message_of, payload_line, signature_of};
use crate::forge::{Forge, added, payload, replaced};

#[test]
fn a_swapped_payload_breaks_the_signature() {
    let forge = Forge::new();
    let [raw, other] = ["B", "C"].map(|id| forge.good(&forge.ada, id));
    let swapped = replaced(&raw, &payload_line(&raw), &payload_line(&other));
    forge.quarantines(&swapped, "its message is not the one");
}

#[test]
fn a_payload_swapped_together_with_what_the_message_says_breaks_the_signature() {
    let forge = Forge::new();
    let [raw, other] = ["B", "C"].map(|id| forge.good(&forge.ada, id));
    let swapped = replaced(&raw, &message_of(&raw), &message_of(&other));
    forge.quarantines(&swapped, BAD_SIGNATURE);
}

#[test]
fn an_edited_message_breaks_the_rendering() {
    let forge = Forge::new();
    let raw = forge.good(&forge.ada, "B");
    let edited = replaced(&raw, "Task B", "Task of somebody else");
    forge.quarantines(&edited, "its message is not the one");
}

#[test]
fn text_after_the_payload_hides_it() {
    let forge = Forge::new();
    let mut raw = forge.good(&forge.ada, "B");
    raw.extend(b"Signed-off-by: Eve\n");
    forge.quarantines(&raw, NO_PAYLOAD);
}

#[test]
fn an_entry_dated_otherwise_contradicts_its_payload() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    let time = entry.time.seconds();
    let text = String::from_utf8(raw).unwrap();
    let dated = text.replace(&format!("{time} +0000"), &format!("{} +0000", time - 5));
    forge.quarantines(dated.as_bytes(), "its time is ");
}

#[test]
fn an_entry_dated_otherwise_in_its_payload_too_breaks_the_signature() {
    let forge = Forge::new();
    let mut entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    entry.time = git_coord::core::values::time::Timestamp::from_seconds(entry.time.seconds() + 5);
    let other = forge.sign(&forge.parts(&entry), &forge.ada);
    let forged = replaced(&other, &signature_of(&other), &signature_of(&raw));
    forge.quarantines(&forged, BAD_SIGNATURE);
}

#[test]
fn an_entry_without_its_signature_is_none() {
    let forge = Forge::new();
    let raw = forge.good(&forge.ada, "B");
    let unsigned = replaced(&raw, &signature_of(&raw), "");
    forge.quarantines(&unsigned, "the commit is not signed");
}

#[test]
fn the_signature_of_another_entry_does_not_fit() {
    let forge = Forge::new();
    let [raw, other] = ["B", "C"].map(|id| forge.good(&forge.ada, id));
    let forged = replaced(&raw, &signature_of(&raw), &signature_of(&other));
    forge.quarantines(&forged, BAD_SIGNATURE);
}

#[test]
fn a_second_signature_is_one_too_many() {
    let forge = Forge::new();
    let raw = forge.good(&forge.ada, "B");
    let twice = signature_of(&raw).repeat(2);
    let forged = replaced(&raw, &signature_of(&raw), &twice);
    forge.quarantines(&forged, "the commit has a second signature");
}

#[test]
fn a_signature_wrapped_otherwise_is_not_canonical() {
    let forge = Forge::new();
    let raw = forge.good(&forge.ada, "B");
    let signature = signature_of(&raw);
    let wrapped = signature.replacen("\n U1NIU0lH", "\n U1NI\n U0lH", 1);
    assert_ne!(signature, wrapped);
    let forged = replaced(&raw, &signature, &wrapped);
    forge.quarantines(&forged, "the signature is not in canonical armour");
}

#[test]
fn upper_case_object_ids_are_quarantined_but_followed_as_git_does() {
    for header in ["tree ", "parent "] {
        let forge = Forge::new();
        forge.goes_on();
        let raw = String::from_utf8(forge.good(&forge.ada, "B")).unwrap();
        let start = raw.find(header).unwrap() + header.len();
        let id = &raw[start..start + 40];
        let upper = raw.replacen(id, &id.to_uppercase(), 1);
        assert_ne!(upper, raw);
        forge.quarantines(upper.as_bytes(), "");
    }
}

#[test]
fn no_extra_header_has_a_place_even_if_it_is_signed() {
    let forge = Forge::new();
    for (header, reason) in [
        (
            "encoding ISO-8859-1\n",
            "the header 'encoding' is not allowed in an entry",
        ),
        (
            "mergetag object 1\n type commit\n",
            "the header 'mergetag' is not allowed in an entry",
        ),
        ("gpgsig-sha256 x\n", "the "),
        ("x-note\n", "the header 'x-note' is not allowed in an entry"),
    ] {
        let raw = forge.good(&forge.ada, "B");
        let after = replaced(&raw, END_OF_ARMOUR, &format!("{END_OF_ARMOUR}{header}"));
        let reason_after = if header.starts_with("gpgsig") {
            "the commit has a second signature"
        } else {
            reason
        };
        Forge::new().quarantines(&after, reason_after);

        let entry = forge.next(&forge.ada, vec![added("B")]);
        let unsigned = forge.parts(&entry).unsigned();
        let signed_too = replaced(&unsigned, "\n\n", &format!("\n{header}\n"));
        // git puts the signature after the headers that it covers.
        let raw = forge.sign_bytes(&signed_too, &forge.ada);
        Forge::new().quarantines(&raw, reason);
    }
}

/// Canonical encodings altered, each in one way.
fn non_canonical(canonical: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    // A map of six: format, ledger, parents, actor, time, events.
    assert_eq!(canonical[..5], [0xa6, 0x00, 0x01, 0x01, 0x58]);
    assert_eq!(canonical[38..42], [0x02, 0x81, 0x58, 0x20]);
    let spliced = |range: std::ops::Range<usize>, bytes: &[u8]| {
        [&canonical[..range.start], bytes, &canonical[range.end..]].concat()
    };
    let (ledger, parents) = (&canonical[3..38], &canonical[38..74]);
    let swapped = spliced(3..74, &[parents, ledger].concat());
    let indefinite_map = [&[0xbf], &canonical[1..], &[0xff]].concat();
    let indefinite_list = spliced(39..74, &[&[0x9f], &canonical[40..74], &[0xff]].concat());
    vec![
        ("a long version", spliced(1..3, &[0x00, 0x18, 0x01])),
        ("a long key", spliced(1..2, &[0x18, 0x00])),
        ("a long length", spliced(4..6, &[0x59, 0x00, 0x20])),
        ("a long list", spliced(39..40, &[0x98, 0x01])),
        ("keys out of order", swapped),
        ("a map without length", indefinite_map),
        ("a list without length", indefinite_list),
        ("trailing bytes", [canonical, &[0x00]].concat()),
        ("a second entry", canonical.repeat(2)),
        (
            "a key twice",
            [&[0xa7, 0x00, 0x01], &canonical[1..]].concat(),
        ),
        (
            "a later key twice",
            spliced(0..3, &[&[0xa7, 0x00, 0x01], ledger].concat()),
        ),
        (
            "a key of its own",
            [&[0xa7], &canonical[1..], &[0x18, 0x63, 0x00]].concat(),
        ),
        (
            "an empty list",
            [&[0xa7], &canonical[1..], &[0x06, 0x80]].concat(),
        ),
        ("a tag", spliced(2..3, &[0xc1, 0x01])),
        ("a float", spliced(2..3, &[0xf9, 0x3c, 0x00])),
        ("nothing", Vec::new()),
    ]
}

#[test]
fn a_payload_has_one_encoding() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    for (what, bytes) in non_canonical(&payload(&entry)) {
        let raw = forge.sign(&forge.parts_with(&entry, &bytes), &forge.ada);
        println!("{what}");
        Forge::new().quarantines(&raw, "the payload ");
    }
}

#[test]
fn a_payload_has_one_base64() {
    let forge = Forge::new();
    // One, two and three bytes over: with padding of every length.
    for id in ["B", "BB", "BBB"] {
        let raw = forge.good(&forge.ada, id);
        let line = payload_line(&raw);
        let wrapped = format!("{} {}", &line[..40], &line[40..]);
        let spaced = format!("{} \n", line.trim_end());
        let unpadded = format!("{}\n", line.trim_end().trim_end_matches('='));
        let open = line.trim_end().trim_end_matches('=');
        // The last digit before the padding has unused bits.
        let last = open.chars().last().unwrap();
        let next = char::from_u32(last as u32 + 1).unwrap();
        let loose = format!("{}{next}{}", &open[..open.len() - 1], &line[open.len()..]);
        let padded = line.contains('=');
        let forged = [
            (wrapped, true),
            (spaced, true),
            (line.trim_end().to_owned(), true),
            (line.replace('\n', "\r\n"), true),
            (unpadded, padded),
            (loose, padded),
        ];
        for (forged, _) in forged.into_iter().filter(|(_, differs)| *differs) {
            let message = message_of(&raw).replace(&line, &forged);
            let entry = forge.next(&forge.ada, vec![added(id)]);
            let mut parts = forge.parts(&entry);
            parts.message = message;
            Forge::new().quarantines(&forge.sign(&parts, &forge.ada), NO_PAYLOAD);
        }
    }
}

#[test]
fn an_oversize_payload_is_ignored_even_from_an_admin() {
    let forge = Forge::new();
    let many = (0..900).map(|number| {
        let title: Text = "x".repeat(90).parse().unwrap();
        Event::Task(git_coord::core::entry::event::TaskEvent::Added {
            id: format!("T{number}").parse().unwrap(),
            title,
            facts: Vec::new(),
        })
    });
    let entry = forge.next(&forge.ada, many.collect());
    let bytes = payload(&entry);
    assert!(bytes.len() > 65_536);
    let raw = forge.sign(&forge.parts_with(&entry, &bytes), &forge.ada);
    forge.quarantines(&raw, &format!("the payload has {} bytes", bytes.len()));
}

#[test]
fn an_oversize_commit_is_ignored_even_from_an_admin() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.message.insert_str(0, &"x".repeat(600 * 1024));
    let raw = forge.sign(&parts, &forge.ada);
    forge.quarantines(&raw, &format!("the commit has {} bytes", raw.len()));
}

#[test]
fn a_signed_lie_in_the_message_is_a_lie() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    for (from, to) in [
        ("Task B", "Task C"),
        ("\n\nCoord-Task: B", "\n\nAnd more.\n\nCoord-Task: B"),
        ("Coord-Task: B", "Coord-Task: C"),
        ("Coord-Task: B\n", ""),
        ("Coord-Task: B\n", "Coord-Task: B\r\n"),
        ("Task B\n", "Task B\r\n"),
        ("Coord-Payload: ", "Coord-Payload: AA==\nCoord-Payload: "),
    ] {
        let mut parts = forge.parts(&entry);
        assert!(parts.message.contains(from), "{}", parts.message);
        parts.message = parts.message.replacen(from, to, 1);
        let raw = forge.sign(&parts, &forge.ada);
        Forge::new().quarantines(&raw, "its message is not the one");
    }
}

#[test]
fn a_signed_time_has_to_be_that_of_the_commit() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.time += 1;
    let raw = forge.sign(&parts, &forge.ada);
    forge.quarantines(&raw, "its time is ");
}

#[test]
fn the_author_has_to_be_the_actor_with_its_own_address() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.name = "codex".to_owned();
    let raw = forge.sign(&parts, &forge.ada);
    Forge::new().quarantines(&raw, "its author is 'codex', but its payload says ada");
    let mut parts = forge.parts(&entry);
    parts.email = "eve@example.org".to_owned();
    let raw = forge.sign(&parts, &forge.ada);
    Forge::new().quarantines(&raw, "its author's address is 'eve@example.org'");
}

#[test]
fn author_and_committer_have_to_be_the_same() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let unsigned = forge.parts(&entry).unsigned();
    let other = replaced(&unsigned, "committer ada", "committer codex");
    let raw = forge.sign_bytes(&other, &forge.ada);
    forge.quarantines(&raw, "author and committer differ");
}

fn attachment(name: &str, bytes: &[u8]) -> Attachment {
    Attachment {
        name: name.parse().unwrap(),
        digest: Digest::of(bytes),
        size: bytes.len() as u64,
    }
}

#[test]
fn a_tree_without_attachments_is_empty_and_one_with_them_is_not() {
    let forge = Forge::new();
    let ledger = forge.ledger();
    let repository = ledger.repository();
    let blob = repository.write(ObjectKind::Blob, b"hidden").unwrap();
    let tree = repository.write_tree(&[("hidden", blob)]).unwrap();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.tree = tree.to_string();
    let raw = forge.sign(&parts, &forge.ada);
    forge.quarantines(&raw, "its tree does not fit its attachments");

    let forge = Forge::new();
    let mut entry = forge.next(&forge.ada, vec![added("B")]);
    entry.attachments = vec![attachment("note", b"note")];
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    forge.quarantines(&raw, "its tree does not fit its attachments");
}

#[test]
fn a_tree_that_holds_something_else_is_named_by_verify() {
    let forge = Forge::new();
    let ledger = forge.ledger();
    let repository = ledger.repository();
    let [note, other] =
        [&b"note"[..], b"other"].map(|bytes| repository.write(ObjectKind::Blob, bytes).unwrap());
    for (files, kind, name, why) in [
        (
            vec![("note", other)],
            "different",
            "note",
            "attachment 'note' is not what its digest says",
        ),
        (
            vec![("other", note)],
            "missing",
            "note",
            "attachment 'note' is not in its tree",
        ),
        (
            vec![("note", note), ("other", other)],
            "not_listed",
            "other",
            "its tree holds 'other', which is not an attachment",
        ),
    ] {
        let tree = repository.write_tree(&files).unwrap();
        let mut entry = forge.next(&forge.ada, vec![added("B")]);
        entry.attachments = vec![attachment("note", b"note")];
        let mut parts = forge.parts(&entry);
        parts.tree = tree.to_string();
        let tip = forge.tip();
        let forged = forge.plant(&forge.sign(&parts, &forge.ada));
        let data = forge.verified();
        assert_eq!(data["good"], false);
        let fault = json!({
            "object": forged.to_string(), "kind": kind, "attachment": name, "reason": why,
        });
        assert!(
            data["broken"].as_array().unwrap().contains(&fault),
            "{data}"
        );
        forge.set_tip(tip);
    }
}
