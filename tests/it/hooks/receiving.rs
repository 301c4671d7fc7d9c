//! A bare repository with the server's hook in, and real pushes: what goes on is taken in, everything else is refused
//! with the ref where it was.
//!
//! Not here: the graphs one by one (`core::accept`), and what is quarantined (`forgery`).

use std::{path::PathBuf, process::Command};

use git_coord::core::{id::EntryId, time::Timestamp};

use crate::{
    forge::{Forge, Parts, added, id_of},
    world::{Output, World},
};

/// A ledger of `ada`'s and `codex`'s, published to a server with the hook.
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

/// The push is refused with one line that ends so, and the ref is what it was.
#[track_caller]
fn refuses(world: &World, what: &str, why: &str) {
    let before = held(world);
    let output = push(world, &format!("{what}:refs/coord/ledger"));
    assert_ne!(output.code, 0, "{what}: {output:?}");
    let head = "remote: error: 'refs/coord/ledger' stays as it is: ";
    let said = output
        .stderr
        .lines()
        .find_map(|line| line.strip_prefix(head));
    assert!(said.is_some_and(|said| said.contains(why)), "{output:?}");
    assert_eq!(held(world), before);
}

/// A commit signed by `ada` with these parents, of the tree and message of an entry that adds a task.
fn signed(forge: &Forge, adjust: impl FnOnce(&mut Parts)) -> String {
    let entry = forge.next(&forge.ada, vec![added("X")]);
    let mut parts = forge.parts(&entry);
    adjust(&mut parts);
    forge.write(&forge.sign(&parts, &forge.ada)).to_string()
}

#[test]
fn what_goes_on_is_taken_in_and_other_refs_are_not_looked_at() {
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
fn what_was_published_is_neither_deleted_nor_moved_back_nor_replaced() {
    let forge = served();
    let world = &forge.world;
    refuses(world, "", "a ledger is not deleted by a push");
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
    refuses(world, &other, "does not go on from");
}

/// A commit, and the entry that it is.
type At = (String, EntryId);

fn here(forge: &Forge) -> At {
    let id = forge.ledger().current().unwrap().id;
    (forge.tip().to_string(), id)
}

/// A join of these, signed by `ada`.
fn join(forge: &Forge, first: &At, later: &At) -> At {
    let mut entry = forge.next(&forge.ada, Vec::new());
    entry.parents = vec![first.1, later.1];
    let mut parts = forge.parts(&entry);
    parts.parents = vec![first.0.clone(), later.0.clone()];
    let object = forge.write(&forge.sign(&parts, &forge.ada));
    (object.to_string(), id_of(&entry))
}

/// Two lines from one tip, of which the first is published.
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
    refuses(world, &joined.0, "reorders what was published");
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
    refuses(world, &turned.0, "reorders what was published");
}

#[test]
fn what_would_be_quarantined_or_is_of_a_time_to_come_is_refused() {
    let forge = served();
    let world = &forge.world;
    let forged = signed(&forge, |parts| parts.name = "codex".to_owned());
    refuses(
        world,
        &forged,
        "would be quarantined: its author is 'codex'",
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
    refuses(world, "main", "would be quarantined");
}

#[test]
fn hostile_sizes_and_parents_are_refused_before_they_are_read() {
    let forge = served();
    let world = &forge.world;
    let large = signed(&forge, |parts| parts.message.push_str(&"x".repeat(1 << 20)));
    refuses(world, &large, "524288 are allowed");
    let many = signed(&forge, |parts| {
        parts.parents = vec![parts.parents[0].clone(); 17];
    });
    refuses(world, &many, "has 17 parents, 16 are allowed");
}

#[test]
fn another_ledger_and_what_is_none_do_not_come_in() {
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
    // An empty server takes a ledger, and nothing else.
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
fn two_clones_that_race_both_come_in() {
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
