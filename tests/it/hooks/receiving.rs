//! Real pushes to a bare repository with the server's hook: it accepts only lines that continue the ledger, and a refused
//! push leaves the ref unchanged.
//!
//! Not here: which lines continue the ledger (`core::history::accept`), and quarantined entries (`forgery`).

use std::{fs, path::PathBuf, process::Command};

use git_coord::{
    core::values::{id::EntryId, time::Timestamp},
    ledger::{EntryDraft, Error, LEDGER_REF},
};

use crate::{
    forge::{Forge, Parts, added, announced, id_of},
    world::{Output, World},
};

/// A ledger with the actors `ada` and `codex`, published to a server with the hook.
fn served() -> Forge {
    let forge = Forge::new();
    forge
        .world
        .git(&["init", "--quiet", "--bare", "../server.git"]);
    let installed = at_server(&forge.world, &["hooks", "install", "--server"]);
    assert_eq!(installed.stdout, "installed: pre-receive\n");
    forge
        .world
        .git(&["remote", "add", "origin", "../server.git"]);
    forge.world.done("sync --actor ada");
    forge
}

fn server(world: &World) -> PathBuf {
    world.work().parent().unwrap().join("server.git")
}

fn at_server(world: &World, arguments: &[&str]) -> Output {
    let folder = server(world);
    world.coord_with(arguments, |command: &mut Command| {
        command.current_dir(folder);
    })
}

fn held(world: &World) -> String {
    world.git(&["ls-remote", "origin", "refs/coord/ledger"])
}

fn push(world: &World, what: &str) -> Output {
    world.shell(&format!("git push --quiet --force origin {what}"))
}

/// Checks that the push is refused with one line that ends like this, and that the ref is unchanged.
#[track_caller]
fn refuses(world: &World, what: &str, why: &str) {
    refuses_at(world, LEDGER_REF, what, why);
}

#[track_caller]
fn refuses_at(world: &World, name: &str, what: &str, why: &str) {
    let before = world.git(&["ls-remote", "origin", name]);
    let output = push(world, &format!("{what}:{name}"));
    assert_ne!(output.code, 0, "{what}: {output:?}");
    let head = format!("remote: error: '{name}' stays as it is: ");
    let said = output
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix(&*head));
    assert!(said.is_some_and(|said| said.contains(why)), "{output:?}");
    assert_eq!(world.git(&["ls-remote", "origin", name]), before);
}

/// A commit that `ada` signed, with these parents and with the tree and message of an entry that adds a task.
fn signed(forge: &Forge, adjust: impl FnOnce(&mut Parts)) -> String {
    let entry = forge.next(&forge.ada, vec![added("X")]);
    let mut parts = forge.parts(&entry);
    adjust(&mut parts);
    forge.write(&forge.sign(&parts, &forge.ada)).to_string()
}

#[test]
fn a_push_that_continues_the_ledger_is_accepted_and_other_refs_are_ignored() {
    let forge = served();
    let world = &forge.world;
    forge.does(&["add", "Second", "--id=B"]);
    let good = push(world, "refs/coord/ledger");
    assert_eq!((good.code, good.stderr.as_str()), (0, ""));
    assert!(held(world).starts_with(&forge.tip().to_string()));
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "code"]);
    let code = push(world, "main main:refs/heads/coord/B");
    assert_eq!((code.code, code.stderr.as_str()), (0, ""));
    let status = at_server(world, &["hooks", "status"]);
    assert_eq!(
        (status.code, status.stdout.as_str()),
        (0, "works: pre-receive\n")
    );
}

#[test]
fn published_entries_are_neither_deleted_nor_rewound_nor_replaced() {
    let forge = served();
    let world = &forge.world;
    refuses(world, "", "a push cannot delete a ledger");
    refuses(
        world,
        "refs/coord/ledger~1",
        "published entries would be lost",
    );
    world.git(&["update-ref", "refs/heads/old", "refs/coord/ledger"]);
    forge.does(&["add", "Second", "--id=B"]);
    assert_eq!(push(world, "refs/coord/ledger").code, 0);
    world.git(&["update-ref", "refs/coord/ledger", "refs/heads/old"]);
    let other = forge.write(&forge.good(&forge.codex, "C")).to_string();
    refuses(world, &other, "does not continue");
}

/// A commit and its entry.
type At = (String, EntryId);

fn here(forge: &Forge) -> At {
    let id = forge.ledger().current().unwrap().id;
    (forge.tip().to_string(), id)
}

/// A join of these commits, signed by `ada`.
fn join(forge: &Forge, first: &At, later: &At) -> At {
    let mut entry = forge.next(&forge.ada, Vec::new());
    entry.parents = vec![first.1, later.1];
    let mut parts = forge.parts(&entry);
    parts.parents = vec![first.0.clone(), later.0.clone()];
    let object = forge.write(&forge.sign(&parts, &forge.ada));
    (object.to_string(), id_of(&entry))
}

/// Two lines that begin at one tip. The first is published.
fn forked() -> (Forge, At, At) {
    let forge = served();
    let base = forge.tip();
    forge.does(&["add", "Second", "--id=B"]);
    assert_eq!(push(&forge.world, "refs/coord/ledger").code, 0);
    let published = here(&forge);
    forge.set_tip(base);
    forge.does(&["add", "Third", "--id=C"]);
    let own = here(&forge);
    (forge, published, own)
}

#[test]
fn a_fast_forward_that_reorders_is_refused_and_a_sync_puts_it_right() {
    let (forge, published, own) = forked();
    let world = &forge.world;
    let joined = join(&forge, &own, &published);
    refuses(world, &joined.0, "reorders published entries");
    world.git(&["update-ref", "refs/coord/ledger", &joined.0]);
    world.done("sync --actor ada");
    assert!(held(world).starts_with(&forge.tip().to_string()));
    assert_eq!(
        world.git(&["rev-parse", "refs/coord/ledger^1"]).trim_end(),
        published.0
    );
}

#[test]
fn the_old_line_as_later_parent_is_refused() {
    let (forge, published, own) = forked();
    let world = &forge.world;
    let good = join(&forge, &published, &own);
    let taken = push(world, &format!("{}:refs/coord/ledger", good.0));
    assert_eq!(taken.code, 0, "{taken:?}");
    let turned = join(&forge, &own, &good);
    refuses(world, &turned.0, "reorders published entries");
}

#[test]
fn pushes_with_quarantined_or_future_entries_are_refused() {
    let forge = served();
    let world = &forge.world;
    let forged = signed(&forge, |parts| parts.name = "codex".to_owned());
    refuses(
        world,
        &forged,
        "would be ignored (quarantined): its author is 'codex'",
    );
    let mut entry = forge.next(&forge.ada, vec![added("X")]);
    entry.time = Timestamp::from_seconds(4_102_444_800);
    let ahead = forge.sign(&forge.parts(&entry), &forge.ada);
    let ahead = forge.write(&ahead).to_string();
    refuses(
        world,
        &ahead,
        "more than ten minutes ahead of the server's clock",
    );
    world.git(&["commit", "--quiet", "--allow-empty", "-m", "code"]);
    refuses(world, "main", "would be ignored (quarantined)");
}

#[test]
fn hostile_sizes_and_parents_are_refused_before_they_are_read() {
    let forge = served();
    let world = &forge.world;
    let large = signed(&forge, |parts| parts.message.push_str(&"x".repeat(1 << 20)));
    refuses(world, &large, "but only 524288 are allowed");
    let many = signed(&forge, |parts| {
        parts.parents = vec![parts.parents[0].clone(); 17];
    });
    refuses(world, &many, "has 17 parents, but only 16 are allowed");
}

#[test]
fn another_ledger_and_foreign_commits_are_refused() {
    let forge = served();
    let apart = World::new();
    apart.done("init --actor eve");
    let eve = apart.work();
    forge.world.git(&[
        "fetch",
        "--quiet",
        eve.to_str().unwrap(),
        "refs/coord/ledger:refs/heads/eve",
    ]);
    refuses(&forge.world, "refs/heads/eve", "belongs to another ledger");
    // An empty server accepts a ledger and nothing else.
    let empty = World::new();
    empty.git(&["init", "--quiet", "--bare", "../server.git"]);
    let _ = at_server(&empty, &["hooks", "install", "--server"]);
    empty.git(&["remote", "add", "origin", "../server.git"]);
    empty.git(&["commit", "--quiet", "--allow-empty", "-m", "code"]);
    refuses(&empty, "main", "its message does not end in a payload");
    let branch = push(&empty, "main:refs/heads/coord");
    assert_ne!(branch.code, 0, "{branch:?}");
}

#[test]
fn two_racing_clones_both_succeed() {
    let forge = served();
    let world = &forge.world;
    let cloned = world.shell(
        "git clone --quiet ../server.git ../second 2>/dev/null && cd ../second &&
        git config gpg.format ssh && git config user.signingKey \"$HOME/codex\" &&
        git config coord.actor codex && git coord sync",
    );
    assert_eq!(cloned.code, 0, "{cloned:?}");
    forge.does(&["add", "Here", "--id=HERE"]);
    let there = world.shell("cd ../second && git coord claim A && git coord sync");
    assert_eq!(there.code, 0, "{there:?}");
    world.done("sync --actor ada");
    assert!(held(world).starts_with(&forge.tip().to_string()));
    let verified = at_server(world, &["verify"]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn the_ledger_is_guarded_on_every_configured_ref() {
    let forge = served();
    let world = &forge.world;
    let plan = "refs/heads/plan";
    // The hook ignores a branch unless the server's config names it as the ledger's.
    assert_eq!(push(world, &format!("{LEDGER_REF}:{plan}")).code, 0);
    assert_eq!(push(world, &format!("{LEDGER_REF}~1:{plan}")).code, 0);
    assert_eq!(push(world, &format!("{LEDGER_REF}:{plan}")).code, 0);
    world.git(&["-C", "../server.git", "config", "coord.ref", plan]);
    let back = format!("{LEDGER_REF}~1");
    refuses_at(world, plan, &back, "published entries would be lost");
    refuses(world, &back, "published entries would be lost");
    // Without a setting, the hook takes the ref of home from the ledger itself.
    let founded = World::new();
    founded.done("init --actor eve --ref refs/heads/coord");
    founded.done("add One --id A");
    founded.git(&["init", "--quiet", "--bare", "../server.git"]);
    let _ = at_server(&founded, &["hooks", "install", "--server"]);
    founded.git(&["remote", "add", "origin", "../server.git"]);
    founded.done("sync");
    let home = "refs/heads/coord";
    refuses_at(&founded, home, &back, "published entries would be lost");
    refuses_at(&founded, home, "", "a push cannot delete a ledger");
}

#[test]
fn a_push_that_the_server_cannot_judge_is_refused_with_advice_for_its_operator() {
    let forge = served();
    let world = &forge.world;
    let before = held(world);
    let upgrade = forge.next(&forge.ada, vec![announced(2)]);
    forge.plant(&forge.sign(&forge.parts(&upgrade), &forge.ada));
    let output = push(world, LEDGER_REF);
    for said in [
        "remote: error: the push could not be checked: the ledger uses format 2",
        "remote: hint: on the server: install a newer git-coord; to see your version: git coord --version",
    ] {
        assert!(output.stderr.contains(said), "{output:?}");
    }
    assert_eq!(held(world), before);
}

/// Deletes the genesis on the server, so that no history can be read from its beginning.
fn forget_genesis(world: &World) {
    let genesis = world.git(&["rev-list", "--max-parents=0", LEDGER_REF]);
    let (folder, file) = genesis.trim().split_at(2);
    let loose = server(world).join("objects").join(folder).join(file);
    fs::remove_file(loose).unwrap();
}

#[test]
fn a_server_that_cannot_read_its_ledger_says_so() {
    let forge = served();
    let world = &forge.world;
    forget_genesis(world);
    forge.does(&["add", "Second", "--id=B"]);
    let output = world.coord(&["sync", "--actor=ada", "--json"]);
    output.failed("push_declined", 128);
    let hint = &output.json()["error"]["hint"];
    assert_eq!(hint, "'origin' says: on the server: git fsck");
}

/// Appends this number of entries as one chain.
fn grow(forge: &Forge, entries: usize) {
    let now = forge.state().effective;
    let appended = forge.ledger().append_chain(
        None,
        &forge.ada,
        now,
        |_| Ok::<_, Error>(0..entries),
        |numbers, _| {
            let next = numbers.next();
            Ok(next.map(|number| EntryDraft::from(added(&format!("T{number}")))))
        },
    );
    let (appended, _) = appended.unwrap();
    assert_eq!(appended.entries.len(), entries);
}

/// A server with a ledger that is long enough for a base: a kept state some way before the tip.
fn long_served() -> Forge {
    let forge = served();
    grow(&forge, 420);
    assert_eq!(push(&forge.world, LEDGER_REF).code, 0);
    // The server writes the base after it has accepted the push.
    forge.does(&["add", "Second", "--id=B"]);
    assert_eq!(push(&forge.world, LEDGER_REF).code, 0);
    assert!(server(&forge.world).join("coord/cache/base").exists());
    forge
}

#[test]
fn a_long_ledger_is_judged_from_its_kept_state() {
    let forge = long_served();
    let world = &forge.world;
    forget_genesis(world);
    forge.does(&["add", "Next", "--id=NEXT"]);
    let pushed = push(world, LEDGER_REF);
    assert_eq!((pushed.code, pushed.stderr.as_str()), (0, ""));
    // Without a base, the server reads the whole history.
    fs::remove_file(server(world).join("coord/cache/base")).unwrap();
    forge.does(&["add", "Last", "--id=LAST"]);
    assert_ne!(push(world, LEDGER_REF).code, 0);
}

#[test]
fn a_kept_state_does_not_change_the_judgement() {
    let forge = long_served();
    let world = &forge.world;
    let published = here(&forge);
    refuses(world, "", "a push cannot delete a ledger");
    for back in ["~1", "~300"] {
        let tip = format!("{LEDGER_REF}{back}");
        refuses(world, &tip, "published entries would be lost");
    }
    let forged = signed(&forge, |parts| parts.name = "codex".to_owned());
    refuses(
        world,
        &forged,
        "would be ignored (quarantined): its author is 'codex'",
    );
    let large = signed(&forge, |parts| parts.message.push_str(&"x".repeat(1 << 20)));
    refuses(world, &large, "but only 524288 are allowed");
    // Entries that branched off before the base: accepted after the published entries, refused before them.
    let early = world.git(&["rev-parse", &format!("{LEDGER_REF}~410")]);
    forge.set_tip(early.trim().parse().unwrap());
    forge.does(&["add", "Offline", "--id=OFFLINE"]);
    let own = here(&forge);
    refuses(world, LEDGER_REF, "does not continue");
    let turned = join(&forge, &own, &published);
    refuses(world, &turned.0, "reorders published entries");
    let good = join(&forge, &published, &own);
    let taken = push(world, &format!("{}:{LEDGER_REF}", good.0));
    assert_eq!(taken.code, 0, "{taken:?}");
    // The server ignores a base that is damaged or belongs to another ledger.
    fs::write(server(world).join("coord/cache/base"), "spoilt").unwrap();
    world.git(&["update-ref", LEDGER_REF, &good.0]);
    forge.does(&["add", "Next", "--id=NEXT"]);
    assert_eq!(push(world, LEDGER_REF).code, 0);
}
