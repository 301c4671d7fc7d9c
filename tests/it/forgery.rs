//! Attacks on the history: each changes no state, is named by `verify` with its reason, and stops nobody.
//!
//! Not here: attacks on a single commit's bytes by bit flips (unit tests of `store::commit`), and what stock
//! git says of good entries (`stock_git`).

use std::fs;

use git_coord::{
    core::{
        event::{Attachment, Entry, Event, LedgerEvent, RosterEvent},
        id::{Digest, EntryId},
        text::Text,
    },
    store::{Author, git::ObjectKind},
};

use crate::{
    forge::{Forge, added, announced, id_of, payload, replaced, signer},
    keys::{CLAUDE, CODEX},
    world::World,
};

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
fn an_entry_moved_to_another_parent_breaks_the_signature() {
    let forge = Forge::new();
    let old = forge.good(&forge.ada, "B");
    let old_parent = forge.tip().to_string();
    forge.goes_on();
    let moved = replaced(&old, &old_parent, &forge.tip().to_string());
    forge.quarantines(&moved, BAD_SIGNATURE);
}

#[test]
fn an_entry_moved_to_another_parent_and_signed_again_names_the_wrong_parent() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    forge.goes_on();
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    forge.quarantines(&raw, "its parents are not those");
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
    entry.time = git_coord::core::time::Timestamp::from_seconds(entry.time.seconds() + 5);
    let other = forge.sign(&forge.parts(&entry), &forge.ada);
    let forged = replaced(&other, &signature_of(&other), &signature_of(&raw));
    forge.quarantines(&forged, BAD_SIGNATURE);
}

#[test]
fn a_stranger_s_key_counts_for_nobody() {
    let forge = Forge::new();
    let eve = crate::forge::author(&forge.world, &CLAUDE);
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &eve);
    forge.quarantines(&raw, "it is signed with a key that is not ada's");
}

#[test]
fn an_actor_s_key_does_not_sign_for_another() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &forge.codex);
    forge.quarantines(&raw, "it is signed with a key that is not ada's");
}

#[test]
fn an_actor_whom_nobody_added_is_not_in_the_ledger() {
    let forge = Forge::new();
    let eve = crate::forge::author(&forge.world, &CLAUDE);
    let raw = forge.good(&eve, "B");
    forge.quarantines(&raw, "actor claude is not in the ledger");
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
fn no_extra_header_has_a_place_even_if_it_is_signed() {
    let forge = Forge::new();
    for (header, reason) in [
        (
            "encoding ISO-8859-1\n",
            "the header 'encoding' has no place",
        ),
        (
            "mergetag object 1\n type commit\n",
            "the header 'mergetag' has no place",
        ),
        ("gpgsig-sha256 x\n", "the "),
        ("x-note\n", "the header 'x-note' has no place"),
    ] {
        let raw = forge.good(&forge.ada, "B");
        let after = replaced(&raw, END_OF_ARMOUR, &format!("{END_OF_ARMOUR}{header}"));
        let reason_after = match header.starts_with("gpgsig") {
            true => "the commit has a second signature",
            false => reason,
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
        // The last digit before the padding has bits that say nothing.
        let last = open.chars().last().unwrap();
        let next = char::from_u32(last as u32 + 1).unwrap();
        let loose = format!("{}{next}{}", &open[..open.len() - 1], &line[open.len()..]);
        let padded = line.contains('=');
        let forged = [
            (wrapped, true),
            (spaced, true),
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
fn an_oversize_payload_is_refused_whoever_signed_it() {
    let forge = Forge::new();
    let many = (0..900).map(|number| {
        let title: Text = "x".repeat(90).parse().unwrap();
        Event::Task(git_coord::core::event::TaskEvent::Added {
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
fn an_oversize_commit_is_refused_whoever_signed_it() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.message.insert_str(0, &"x".repeat(600 * 1024));
    let raw = forge.sign(&parts, &forge.ada);
    forge.quarantines(&raw, &format!("the commit has {} bytes", raw.len()));
}

#[test]
fn an_entry_of_another_ledger_does_not_count() {
    let forge = Forge::new();
    let mut entry = forge.next(&forge.ada, vec![added("B")]);
    entry.ledger = Some(EntryId::of_payload(b"another ledger"));
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    forge.quarantines(&raw, "it is of another ledger");
}

#[test]
fn another_ledger_that_is_joined_brings_nothing() {
    let forge = Forge::new();
    // Another ledger of the same admin, with a task of its own.
    let elsewhere = World::new();
    let key = elsewhere.key_of(&crate::keys::ADA);
    let arguments = ["init", "--actor=ada", "--key", key.to_str().unwrap()];
    let founded = elsewhere.coord_with(&arguments, |command| {
        command.env("GIT_COORD_NONCE", "8");
    });
    assert_eq!(founded.code, 0, "{founded:?}");
    let output = elsewhere.coord(&["add", "Theirs", "--id=Z"]);
    assert_eq!(output.code, 0, "{output:?}");
    let path = elsewhere.work();
    forge.world.git(&[
        "fetch",
        "-q",
        path.to_str().unwrap(),
        "refs/coord/ledger:refs/other",
    ]);
    let theirs = crate::forge::open(&path);
    let tip = theirs.tip().unwrap().unwrap();
    let mut join = forge.next(&forge.ada, Vec::new());
    join.parents.push(theirs.current().unwrap().id);
    let mut parts = forge.parts(&join);
    parts.parents.push(tip.to_string());
    let tasks = forge.state().tasks().len();
    forge.plant(&forge.sign(&parts, &forge.ada));
    assert_eq!(forge.state().tasks().len(), tasks);
    let report = forge.ledger().verify().unwrap();
    assert!(!report.is_good());
    assert!(
        report.quarantined.iter().any(|found| found.object == tip),
        "{report:?}"
    );
    forge.goes_on();
    assert_eq!(forge.state().tasks().len(), tasks);
}

#[test]
fn a_second_genesis_founds_nothing() {
    let forge = Forge::new();
    let genesis = forge.ledger().history().unwrap();
    let genesis = genesis.placed().next().unwrap().object;
    let raw = forge.raw(genesis);
    let tree = std::str::from_utf8(&raw).unwrap().lines().next().unwrap();
    let moved = format!("{tree}\nparent {}", forge.tip());
    let unsigned = replaced(&replaced(&raw, &signature_of(&raw), ""), tree, &moved);
    let resigned = forge.sign_bytes(&unsigned, &forge.ada);
    forge.quarantines(&resigned, "it founds a ledger that exists already");
}

#[test]
fn the_same_entry_again_in_its_own_past_does_not_count_twice() {
    let forge = Forge::new();
    let dana = with_nondeterministic_key(&forge);
    let entry = forge.next(&dana, vec![added("B")]);
    let parts = forge.parts(&entry);
    let first = forge.plant(&forge.sign(&parts, &dana));
    // The same payload, with another signature of the same key, on top of itself.
    let mut again = forge.parts(&entry);
    again.parents = vec![first.to_string()];
    forge.quarantines(&forge.sign(&again, &dana), "its parents are not those");
}

#[test]
fn the_same_entry_under_another_object_id_beside_itself_is_repeated() {
    let forge = Forge::new();
    let dana = with_nondeterministic_key(&forge);
    let entry = forge.next(&dana, vec![added("B")]);
    let parts = forge.parts(&entry);
    let [one, two] = [(); 2].map(|()| forge.write(&forge.sign(&parts, &dana)));
    assert_ne!(one, two);
    forge.set_tip(one);
    let before = forge.state();
    let mut join = forge.next(&forge.ada, Vec::new());
    join.parents = vec![id_of(&entry); 2];
    let mut parts = forge.parts(&join);
    parts.parents = vec![one.to_string(), two.to_string()];
    forge.plant(&forge.sign(&parts, &forge.ada));
    let after = forge.state();
    assert_eq!(after.tasks().len(), before.tasks().len());
    // Honest couriers can bring an entry twice: that is refused, and no reason for alarm.
    let refusals: Vec<&str> = after
        .anomalies
        .iter()
        .map(|anomaly| anomaly.refusal.code.as_str())
        .collect();
    assert_eq!(refusals, ["repeated"]);
    forge.is_good();
    forge.goes_on();
}

/// An actor whose signatures differ from one time to the next.
fn with_nondeterministic_key(forge: &Forge) -> Author {
    let path = forge.world.work().join("dana");
    let made = forge
        .world
        .shell("ssh-keygen -q -t ecdsa -b 256 -N '' -C dana -f dana");
    assert_eq!(made.code, 0, "{made:?}");
    let arguments = [
        "actor",
        "add",
        "dana",
        "--role=coordinator",
        "--key=dana.pub",
    ];
    forge.does(&arguments);
    Author {
        actor: "dana".parse().unwrap(),
        signer: signer(&path, Some("ssh-keygen")),
    }
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
fn signed_parent_ids_have_to_be_those_of_the_parents() {
    let forge = Forge::new();
    let genesis = forge.state().ledger;
    let tip = forge.ledger().current().unwrap().id;
    for parents in [
        vec![genesis],
        vec![EntryId::of_payload(b"no entry")],
        vec![tip, genesis],
        vec![tip, tip],
        vec![],
    ] {
        let mut entry = forge.next(&forge.ada, vec![added("B")]);
        entry.parents = parents;
        let raw = forge.sign(&forge.parts(&entry), &forge.ada);
        Forge::new().quarantines(&raw, "its parents are not those");
    }
}

#[test]
fn a_parent_more_than_the_payload_names_does_not_count() {
    let forge = Forge::new();
    let genesis = forge.ledger().history().unwrap();
    let genesis = genesis.placed().next().unwrap().object;
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let mut parts = forge.parts(&entry);
    parts.parents.push(genesis.to_string());
    let raw = forge.sign(&parts, &forge.ada);
    forge.quarantines(&raw, "its parents are not those");
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
    for (files, why) in [
        (
            vec![("note", other)],
            "attachment 'note' is not what its digest says",
        ),
        (
            vec![("other", note)],
            "attachment 'note' is not in its tree",
        ),
        (
            vec![("note", note), ("other", other)],
            "its tree holds 'other', which is no attachment",
        ),
    ] {
        let tree = repository.write_tree(&files).unwrap();
        let mut entry = forge.next(&forge.ada, vec![added("B")]);
        entry.attachments = vec![attachment("note", b"note")];
        let mut parts = forge.parts(&entry);
        parts.tree = tree.to_string();
        let tip = forge.tip();
        let forged = forge.plant(&forge.sign(&parts, &forge.ada));
        let report = forge.ledger().verify().unwrap();
        assert!(!report.is_good());
        assert!(
            report
                .broken
                .iter()
                .any(|b| b.object == forged && b.why == why),
            "{:?}",
            report.broken
        );
        forge.set_tip(tip);
    }
}

#[test]
fn a_revoked_key_signs_nothing_that_comes_later() {
    let forge = Forge::new();
    forge.does(&["actor", "revoke-key", "codex"]);
    let raw = forge.good(&forge.codex, "B");
    forge.quarantines(&raw, "it is signed with a key of codex that was revoked");
}

#[test]
fn a_retired_key_signs_nothing_once_its_owner_has_seen_it() {
    let forge = Forge::new();
    forge.does(&["actor", "retire-key", "codex"]);
    let raw = forge.good(&forge.codex, "B");
    forge.quarantines(&raw, "it is signed with a key of codex that was retired");
}

#[test]
fn what_a_quarantined_entry_grants_is_not_granted() {
    let forge = Forge::new();
    // `codex` may not add keys: its entry is refused, and the key that it names signs nothing.
    let eve = crate::forge::author(&forge.world, &CLAUDE);
    let mut forged = forge.next(
        &forge.ada,
        vec![Event::Roster(RosterEvent::KeyAdded {
            actor: "ada".parse().unwrap(),
            key: eve.signer.public_key().clone(),
        })],
    );
    let raw = forge.sign(&forge.parts(&forged), &eve);
    forge.quarantines(&raw, "it is signed with a key that is not ada's");
    forged.actor = "codex".parse().unwrap();
    forged.parents = vec![forge.ledger().current().unwrap().id];
    let before = forge.state();
    forge.plant(&forge.sign(&forge.parts(&forged), &forge.codex));
    assert_eq!(forge.state().anomalies.len(), before.anomalies.len() + 1);
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let before = forge.digest();
    forge.plant(&forge.sign(&forge.parts(&entry), &eve));
    assert_eq!(forge.digest(), before);
    forge.goes_on();
}

#[test]
fn commits_of_stock_git_on_top_of_the_ledger_do_no_harm() {
    let forge = Forge::new();
    let world = &forge.world;
    let before = forge.digest();
    fs::write(world.work().join("file"), "x").unwrap();
    world.git(&["checkout", "-q", "--detach", "refs/coord/ledger"]);
    world.git(&["add", "file"]);
    world.git(&["commit", "-q", "-m", "a file where the ledger is"]);
    world.git(&["update-ref", "refs/coord/ledger", "HEAD"]);
    assert_eq!(forge.digest(), before);
    forge.names(forge.tip(), "the commit is not signed");
}

#[test]
fn a_commit_that_an_actor_signed_with_stock_git_is_no_entry() {
    let forge = Forge::new();
    let world = &forge.world;
    let key = world.key_of(&CODEX);
    world.git(&["config", "gpg.format", "ssh"]);
    world.git(&["config", "user.signingKey", key.to_str().unwrap()]);
    world.git(&["config", "user.name", "codex"]);
    world.git(&["checkout", "-q", "--detach", "refs/coord/ledger"]);
    world.git(&["commit", "-q", "--allow-empty", "-S", "-m", "claim A"]);
    let raw = forge.raw(world.git(&["rev-parse", "HEAD"]).trim().parse().unwrap());
    forge.quarantines(&raw, NO_PAYLOAD);
}

#[test]
fn what_stock_git_merged_into_the_ledger_is_not_walked() {
    let forge = Forge::new();
    let world = &forge.world;
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    world.git(&["checkout", "-q", "--detach", "refs/coord/ledger"]);
    let merge = [
        "merge",
        "-q",
        "--allow-unrelated-histories",
        "--no-edit",
        "main",
    ];
    world.git(&merge);
    let raw = forge.raw(world.git(&["rev-parse", "HEAD"]).trim().parse().unwrap());
    forge.quarantines(&raw, "the commit is not signed");
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
    let report = forge.ledger().verify().unwrap();
    let named: Vec<_> = report
        .quarantined
        .iter()
        .map(|found| found.object)
        .collect();
    assert_eq!(named, forged);
    for found in report.quarantined {
        let event = Event::Ledger(LedgerEvent::Acknowledged { entry: found.id });
        let entry = forge.next(&forge.ada, vec![event]);
        assert!(!forge.ledger().verify().unwrap().is_good());
        forge.plant(&forge.sign(&forge.parts(&entry), &forge.ada));
    }
    forge.is_good();
    forge.goes_on();
}

#[test]
fn a_ledger_whose_first_entry_is_bad_is_not_read_at_all() {
    let forge = Forge::new();
    let history = forge.ledger().history().unwrap();
    let genesis = forge.raw(history.placed().next().unwrap().object);
    forge.plant(&replaced(&genesis, &signature_of(&genesis), ""));
    forge
        .world
        .coord(&["progress", "A", "9", "--json"])
        .failed("no_genesis", 128);
}

#[test]
fn another_ledger_in_this_one_s_place_is_refused() {
    let forge = Forge::new();
    let elsewhere = World::new();
    let key = elsewhere.key_of(&crate::keys::ADA);
    let founded = elsewhere.coord(&["init", "--actor=ada", "--key", key.to_str().unwrap()]);
    assert_eq!(founded.code, 0, "{founded:?}");
    let path = elsewhere.work();
    let refspec = "+refs/coord/ledger:refs/coord/ledger";
    forge
        .world
        .git(&["fetch", "-q", path.to_str().unwrap(), refspec]);
    forge
        .world
        .coord(&["progress", "A", "9", "--json"])
        .failed("other_ledger", 128);
}

/// An entry of a format, a family or a kind that format 1 does not have.
fn from_the_future(forge: &Forge) -> Vec<(Vec<u8>, &'static str)> {
    let entry = forge.next(&forge.ada, vec![Event::Ledger(LedgerEvent::Repaired)]);
    let known = payload(&entry);
    let end = known.len() - 4;
    assert_eq!(known[end..], [0x81, 0x82, 0x00, 0x04]);
    let event = |bytes: &[u8]| [&known[..=end], bytes].concat();
    let mut format = known.clone();
    format[2] = 2;
    let kind = "the payload holds a kind of event that format 1 does not have";
    [
        (format, "it is of format 2, which no upgrade announced"),
        (event(&[0xa1, 0x00, 0x05]), kind),
        (event(&[0xa1, 0x07, 0x00]), kind),
        (
            event(&[0xa1, 0x02, 0xa1, 0x18, 0x63, 0xa1, 0x00, 0x01]),
            kind,
        ),
    ]
    .into_iter()
    .map(|(payload, reason)| {
        let parts = forge.parts_with(&entry, &payload);
        (forge.sign(&parts, &forge.ada), reason)
    })
    .collect()
}

#[test]
fn a_format_or_kind_that_nobody_announced_is_quarantined() {
    let forge = Forge::new();
    for (raw, reason) in from_the_future(&forge) {
        Forge::new().quarantines(&raw, reason);
    }
}

#[test]
fn a_format_that_was_announced_is_unsupported_and_nothing_is_appended_past_it() {
    let forge = Forge::new();
    let upgrade = forge.next(&forge.ada, vec![announced(2)]);
    let announcement = forge.write(&forge.sign(&forge.parts(&upgrade), &forge.ada));
    let mut entry = forge.next(&forge.ada, vec![added("B")]);
    entry.parents = vec![id_of(&upgrade)];
    let mut parts = forge.parts(&entry);
    parts.parents = vec![announcement.to_string()];
    let known = forge.write(&forge.sign(&parts, &forge.ada));
    let mut newer = payload(&entry);
    newer[2] = 2;
    parts.message = git_coord::core::message::render(&entry, &newer);
    let unknown = forge.write(&forge.sign(&parts, &forge.ada));
    for tip in [announcement, known, unknown] {
        forge.set_tip(tip);
        for line in [
            &["progress", "A", "9"][..],
            &["claim", "A"],
            &["add", "New"],
        ] {
            let output = forge
                .world
                .coord(&[line, &["--json", "--actor=ada"]].concat());
            output.failed("unsupported", 128);
            assert!(output.json()["error"]["hint"].is_string(), "{output:?}");
        }
        assert_eq!(forge.tip(), tip);
        let error = forge.ledger().verify().unwrap_err();
        assert_eq!(error.code(), "unsupported");
    }
}

#[test]
fn an_upgrade_by_who_may_not_announces_nothing() {
    let forge = Forge::new();
    let entry = forge.next(&forge.codex, vec![announced(2)]);
    forge.plant(&forge.sign(&forge.parts(&entry), &forge.codex));
    let anomalies = &forge.state().anomalies;
    assert_eq!(anomalies[0].refusal.code.as_str(), "not_permitted");
    forge.goes_on();
    let (raw, reason) = from_the_future(&forge).swap_remove(0);
    forge.quarantines(&raw, reason);
}
