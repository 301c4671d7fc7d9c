//! Entries that are wrong only at their position: by their parents, their ledger, their key, their version.
//!
//! Not here: commits that could be entries nowhere (`bytes`).

use std::{collections::BTreeSet, fs};

use git_coord::{
    core::{
        entry::event::{Event, LedgerEvent, RosterEvent},
        values::id::EntryId,
    },
    git::repository::ObjectId,
    ledger::{Author, KeyOnce},
};

use super::{BAD_SIGNATURE, NO_PAYLOAD, signature_of};
use crate::{
    forge::{Forge, Parts, added, announced, id_of, payload, replaced, signer},
    keys::{CLAUDE, CODEX, DANA},
    world::World,
};

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
fn a_stranger_s_key_counts_for_nobody() {
    let forge = Forge::new();
    let eve = crate::forge::author(&forge.world, &CLAUDE);
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &eve);
    forge.quarantines(&raw, "no entry before it gives ada the key that signed it");
}

#[test]
fn an_actor_s_key_does_not_sign_for_another() {
    let forge = Forge::new();
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let raw = forge.sign(&forge.parts(&entry), &forge.codex);
    forge.quarantines(&raw, "no entry before it gives ada the key that signed it");
}

#[test]
fn an_actor_whom_nobody_added_is_not_in_the_ledger() {
    let forge = Forge::new();
    let eve = crate::forge::author(&forge.world, &CLAUDE);
    let raw = forge.good(&eve, "B");
    forge.quarantines(&raw, "no entry before it adds its actor, claude");
}

#[test]
fn an_entry_of_another_ledger_does_not_count() {
    let forge = Forge::new();
    let mut entry = forge.next(&forge.ada, vec![added("B")]);
    entry.ledger = Some(EntryId::of_payload(b"another ledger"));
    let raw = forge.sign(&forge.parts(&entry), &forge.ada);
    forge.quarantines(&raw, "it belongs to another ledger");
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
    let join_of_entries = forge.sign(&parts, &forge.ada);
    // In this ledger their commits are not entries, and have the ids of foreign commits.
    let mut raw = Vec::new();
    theirs.repository().commit(tip, &mut raw).unwrap();
    join.parents[1] = EntryId::of_foreign_commit(&raw);
    let message = forge.parts(&join).message;
    let join_of_commits = forge.sign(&Parts { message, ..parts }, &forge.ada);
    let before = forge.state();
    let ours = forge.tip();
    forge.quarantines(&join_of_entries, "its parents are not those");
    forge.set_tip(ours);
    forge.plant(&join_of_commits);
    let after = forge.state();
    assert_eq!(after.entries, before.entries + 1);
    assert_eq!(after.roster, before.roster);
    assert!(after.tasks().eq(before.tasks()));
    let found = forge.quarantined();
    let flaws: Vec<&str> = found.iter().map(|(_, reason)| &**reason).collect();
    assert_eq!(flaws, ["it belongs to another ledger"; 2]);
    forge.goes_on();
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
    forge.quarantines(&resigned, "it creates a ledger that already exists");
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
        .map(|anomaly| anomaly.refusal.code().as_str())
        .collect();
    assert_eq!(refusals, ["repeated"]);
    forge.is_good();
    forge.goes_on();
}

#[test]
fn a_refused_entry_with_two_copies_is_reported_by_the_object_of_each_copy() {
    let forge = Forge::new();
    let dana = with_nondeterministic_key(&forge);
    // A repair is refused in every entry but a join.
    let entry = forge.next(&dana, vec![Event::Ledger(LedgerEvent::Repaired)]);
    let parts = forge.parts(&entry);
    let [one, two] = [(); 2].map(|()| forge.write(&forge.sign(&parts, &dana)));
    let mut join = forge.next(&forge.ada, Vec::new());
    join.parents = vec![id_of(&entry); 2];
    let mut parts = forge.parts(&join);
    parts.parents = vec![one.to_string(), two.to_string()];
    forge.plant(&forge.sign(&parts, &forge.ada));
    let told = forge.ledger().verify().unwrap().refused;
    let codes: Vec<&str> = told
        .iter()
        .map(|(_, it)| it.refusal.code().as_str())
        .collect();
    assert_eq!(codes, ["misplaced", "repeated"]);
    let objects: BTreeSet<ObjectId> = told.iter().map(|(object, _)| *object).collect();
    assert_eq!(objects, BTreeSet::from([one, two]));
}

/// An actor whose signatures differ from one time to the next.
fn with_nondeterministic_key(forge: &Forge) -> Author {
    let path = forge.world.key_of(&DANA);
    let public = path.with_extension("pub");
    let public = public.to_str().unwrap();
    forge.does(&[
        "actor",
        "add",
        "dana",
        "--role=coordinator",
        "--key",
        public,
    ]);
    Author {
        actor: "dana".parse().unwrap(),
        signer: signer(&path, Some("ssh-keygen")),
        clock: git_coord::core::values::time::Timestamp::MAX,
        may_tell_secrets: false,
        key: KeyOnce::default(),
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
fn a_commit_with_a_parent_that_the_payload_does_not_name_is_ignored() {
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
fn a_revoked_key_signs_nothing_that_comes_later() {
    let forge = Forge::new();
    forge.does(&["actor", "revoke-key", "codex"]);
    let raw = forge.good(&forge.codex, "B");
    forge.quarantines(
        &raw,
        "it is signed with a key of codex that an entry before it revoked",
    );
}

#[test]
fn a_retired_key_signs_nothing_once_its_owner_has_seen_it() {
    let forge = Forge::new();
    forge.does(&["actor", "retire-key", "codex"]);
    let raw = forge.good(&forge.codex, "B");
    forge.quarantines(
        &raw,
        "it is signed with a key of codex that an entry before it retired",
    );
}

#[test]
fn a_quarantined_entry_grants_nothing() {
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
    forge.quarantines(&raw, "no entry before it gives ada the key that signed it");
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
fn a_commit_that_an_actor_signed_with_stock_git_is_not_an_entry() {
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
fn commits_that_stock_git_merged_into_the_ledger_are_not_walked() {
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
        (format, "it has format 2, which no upgrade has announced"),
        (event(&[0x82, 0x00, 0x05]), kind),
        (event(&[0x82, 0x07, 0x00]), kind),
        (event(&[0x82, 0x02, 0x82, 0x18, 0x63, 0xa0]), kind),
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
    parts.message = git_coord::core::entry::message::render(&entry, &newer);
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
        let verified = forge.world.coord(&["verify", "--json"]);
        verified.failed("unsupported", 128);
    }
}

#[test]
fn an_upgrade_by_another_actor_than_an_admin_announces_nothing() {
    let forge = Forge::new();
    let entry = forge.next(&forge.codex, vec![announced(2)]);
    forge.plant(&forge.sign(&forge.parts(&entry), &forge.codex));
    let anomalies = &forge.state().anomalies;
    assert_eq!(anomalies[0].refusal.code().as_str(), "not_permitted");
    forge.goes_on();
    let (raw, reason) = from_the_future(&forge).swap_remove(0);
    forge.quarantines(&raw, reason);
}
