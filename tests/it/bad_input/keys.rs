//! Keys that are missing, somebody else's, damaged, or locked by a passphrase: nobody is ever asked.
//!
//! Not here: signing itself (`git::sign`).

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use super::{fails, in_gits_manner, is_sound, ledger};
use crate::{
    keys::CLAUDE,
    world::{Output, World},
};

fn key(world: &World) -> PathBuf {
    world.work().join(".git/coord/keys/ada")
}

/// A command that signs fails like this; with the key back in its place, it does not.
#[track_caller]
fn check(spoil: impl FnOnce(&World), code: &str) -> String {
    let world = ledger();
    let (path, public) = (key(&world), key(&world).with_extension("pub"));
    let before = (fs::read(&path).unwrap(), fs::read(&public).unwrap());
    spoil(&world);
    let told = fails(&world, &["comment", "E", "x"], code, 128);
    fails(&world, &["import", "plan.json"], code, 128);
    world.done("status");
    world.done("verify");
    if path.is_dir() {
        fs::remove_dir(&path).unwrap();
    }
    fs::write(&path, before.0).unwrap();
    fs::write(&public, before.1).unwrap();
    is_sound(&world);
    told.replace(world.work().to_str().unwrap(), "W")
}

#[test]
fn a_missing_key_is_an_error_with_its_path() {
    let told = check(|world| fs::remove_file(key(world)).unwrap(), "missing_key");
    assert_eq!(
        told,
        "error: actor 'ada' has no signing key here: neither 'W/.git/coord/keys/ada' nor user.signingKey\n\
         hint: git config coord.ada.signingKey FILE\n"
    );
}

#[test]
fn a_file_that_is_not_a_key_is_an_error_with_its_name() {
    for bytes in ["", "garbage\n"] {
        let told = check(|world| fs::write(key(world), bytes).unwrap(), "not_a_key");
        assert!(
            told.starts_with("error: 'W/.git/coord/keys/ada' does not contain an SSH key\n"),
            "{told}"
        );
    }
    let told = check(
        |world| fs::write(key(world), "-----BEGIN OPENSSH PRIVATE KEY-----\n").unwrap(),
        "signing_failed",
    );
    assert!(!told.contains('\\'), "{told}");
    check(
        |world| {
            fs::remove_file(key(world)).unwrap();
            fs::create_dir(key(world)).unwrap();
        },
        "unreadable_key",
    );
}

#[test]
fn somebody_elses_key_is_not_taken() {
    let told = check(
        |world| fs::write(key(world), CLAUDE.private).unwrap(),
        "foreign_key",
    );
    assert!(
        told.contains(" is not a current key of actor 'ada'\n"),
        "{told}"
    );
    let world = ledger();
    let claudes = world.key_of(&CLAUDE);
    world.git(&["config", "coord.ada.signingKey", claudes.to_str().unwrap()]);
    fails(&world, &["comment", "E", "x"], "foreign_key", 128);
    fails(
        &world,
        &["comment", "E", "x", "--actor", "claude"],
        "unregistered_actor",
        128,
    );
    world.git(&["config", "--unset", "coord.ada.signingKey"]);
    world.done("actor add codex --generate");
    fs::copy(key(&world), world.work().join(".git/coord/keys/codex")).unwrap();
    fails(
        &world,
        &["comment", "E", "x", "--actor", "codex"],
        "foreign_key",
        128,
    );
    is_sound(&world);
}

#[test]
fn a_key_that_was_retired_or_revoked_signs_nothing_more() {
    for end in ["retire-key", "revoke-key"] {
        let world = ledger();
        world.done("actor add codex --generate");
        world.done(&format!("actor {end} codex"));
        fails(
            &world,
            &["comment", "E", "x", "--actor", "codex"],
            "foreign_key",
            128,
        );
        is_sound(&world);
    }
}

/// A ledger whose admin's key is locked by the passphrase `secret`, in a repository with these helpers to ask.
fn locked() -> World {
    let world = ledger();
    for (name, script) in [
        ("right", "echo secret"),
        ("wrong", "echo guess"),
        ("silent", "exit 1"),
        ("chatty", "echo secret; echo more >&2"),
    ] {
        let path = world.home().join(name);
        let script = format!(
            "#!/bin/sh\necho asked >>'{}'\n{script}\n",
            world.home().join("asked").display()
        );
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let made = world.shell("ssh-keygen -q -t ed25519 -N secret -C ada -f \"$HOME/locked\"");
    assert_eq!(made.code, 0, "{made:?}");
    let path = world.home().join("locked");
    let path = path.to_str().unwrap();
    world.done(&format!("actor add ada --key {path}.pub"));
    world.git(&["config", "coord.ada.signingKey", path]);
    world
}

fn asking(world: &World, helper: Option<&str>, words: &[&str]) -> Output {
    world.coord_with(words, |command| {
        if let Some(helper) = helper {
            command.env("SSH_ASKPASS", world.home().join(helper));
        }
    })
}

#[test]
fn a_locked_key_needs_the_right_passphrase_and_nobody_is_asked_twice() {
    let world = locked();
    let tip = world.git(&["rev-parse", "refs/coord/ledger"]);
    for helper in [None, Some("wrong"), Some("silent"), Some("nothing")] {
        let told = asking(&world, helper, &["comment", "E", "x"]);
        assert_eq!(told.code, 128, "{helper:?}: {told:?}");
        in_gits_manner(&told);
        let locked = world.home().join("locked");
        let expected = format!(
            "error: the key '{0}' is encrypted, and no passphrase opened it\n\
             hint: to add it to your SSH agent: ssh-add {0}\n",
            locked.display()
        );
        assert_eq!(told.stderr, expected);
        asking(&world, helper, &["--json", "comment", "E", "x"]).failed("wrong_passphrase", 128);
    }
    let asked = fs::read_to_string(world.home().join("asked")).unwrap();
    assert_eq!(asked.lines().count(), 4);
    assert_eq!(world.git(&["rev-parse", "refs/coord/ledger"]), tip);
    for helper in ["right", "chatty"] {
        let told = asking(&world, Some(helper), &["comment", "E", "x"]);
        assert_eq!(
            (told.code, told.stdout.as_str()),
            (0, "commented on E\n"),
            "{told:?}"
        );
    }
    let verified = world.done("verify");
    assert!(verified.ends_with("all good\n"), "{verified}");
}

#[test]
fn a_signing_program_that_fails_is_named() {
    for (program, code) in [
        ("/no/such/program", "missing_program"),
        ("/bin/false", "signing_failed"),
        ("/bin/true", "signing_failed"),
    ] {
        let world = locked();
        world.git(&["config", "gpg.ssh.program", program]);
        let told = fails(&world, &["comment", "E", "x"], code, 128);
        assert!(told.contains(program), "{told}");
        world.done("status");
        world.git(&["config", "--unset", "gpg.ssh.program"]);
        world.git(&["config", "--unset", "coord.ada.signingKey"]);
        is_sound(&world);
    }
}

#[test]
fn a_program_that_signs_something_else_is_found_out() {
    let world = locked();
    let path = world.home().join("signer");
    let script = "#!/bin/sh\nfor file; do :; done\necho other >\"$file.other\"\nssh-keygen -q -Y sign -n git -f \"$HOME/plain\" \"$file.other\" && mv \"$file.other.sig\" \"$file.sig\"\n";
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let made = world.shell("ssh-keygen -q -t ed25519 -N '' -f \"$HOME/plain\"");
    assert_eq!(made.code, 0, "{made:?}");
    world.git(&["config", "gpg.ssh.program", path.to_str().unwrap()]);
    fails(&world, &["comment", "E", "x"], "bad_signature", 128);
}

#[test]
fn a_public_key_that_is_missing_is_made_beside_its_private_one() {
    let world = ledger();
    let words = ["actor", "add", "dana", "--key", "dana.pub"];
    let told = world.coord(&words);
    assert_eq!(
        told.stderr,
        "error: the signing key 'dana.pub' does not exist\n\
         hint: to create it: ssh-keygen -t ed25519 -f dana\n"
    );
    assert_eq!(
        world
            .shell("ssh-keygen -q -t ed25519 -N '' -f dana </dev/null")
            .code,
        0
    );
    assert_eq!(world.coord(&words).code, 0);
}

#[test]
fn a_key_that_never_ends_or_never_begins_is_not_waited_for() {
    let world = World::new();
    world.done("init --actor ada");
    for key in ["./fifo", "/dev/zero", "."] {
        for line in [
            format!("git -c coord.ada.signingKey={key} coord add One"),
            format!("git coord actor add eve --key {key}"),
        ] {
            let line = format!("test -p fifo || mkfifo fifo; timeout 20 {line}");
            let refused = world.shell(&line);
            assert_eq!(refused.code, 128, "{line}: {refused:?}");
        }
    }
}
