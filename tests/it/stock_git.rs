//! The ledger and git agree: git verifies, checks, copies and packs it, and whatever kind of repository git makes
//! holds it.
//!
//! Not here: forged entries (`forgery`), and git running at the same time (`durability`).

use std::{fs, path::Path, process::Command};

use git_coord::core::values::id::Digest;

use crate::{
    forge::{self, Forge, added},
    keys::{ADA, DANA, ROB},
    world::World,
};

/// A ledger with entries by keys of three kinds, attachments and a snapshot.
fn lively(world: World) -> Forge {
    let forge = Forge::in_world(world);
    let world = &forge.world;
    for player in [DANA, ROB] {
        let (name, key) = (player.name, world.key_of(&player));
        let public = key.with_extension("pub");
        let public = public.to_str().unwrap();
        forge.does(&["actor", "add", name, "--role=coordinator", "--key", public]);
        let setting = format!("coord.{name}.signingKey");
        world.git(&["config", &setting, key.to_str().unwrap()]);
        let actor = format!("--actor={name}");
        let output = world.coord(&[&actor, "add", "By hand", "--id", name]);
        assert_eq!(output.code, 0, "{output:?}");
    }
    forge.does(&["comment", "A", "an attachment\nof two lines"]);
    let output = world.coord(&["--actor=codex", "claim", "A"]);
    assert_eq!(output.code, 0, "{output:?}");
    forge.does(&["snapshot"]);
    forge
}

/// Has git trust exactly the keys that the ledger exports.
fn trust_the_roster(world: &World) {
    let signers = world.home().join("signers");
    let output = world.coord(&["export", "--format=allowed-signers"]);
    assert_eq!(output.code, 0, "{output:?}");
    fs::write(&signers, output.stdout).unwrap();
    let path = signers.to_str().unwrap();
    world.git(&["config", "--global", "gpg.ssh.allowedSignersFile", path]);
}

fn entries(world: &World) -> Vec<String> {
    let list = world.git(&["rev-list", "refs/coord/ledger"]);
    list.lines().map(str::to_owned).collect()
}

/// The digest that the program tells in a folder, which has to verify.
#[track_caller]
fn digest(world: &World, folder: &Path) -> String {
    digest_with(world, |command| _ = command.current_dir(folder))
}

#[track_caller]
fn digest_with(world: &World, adjust: impl FnOnce(&mut Command)) -> String {
    let output = world.coord_with(&["verify", "--json"], adjust);
    let data = output.data("coord.verify/1");
    assert_eq!((&data["good"], output.code), (&true.into(), 0), "{data}");
    data["ledger"]["digest"].as_str().unwrap().to_owned()
}

fn beside(world: &World, name: &str) -> std::path::PathBuf {
    world.work().parent().unwrap().join(name)
}

/// Everything in `lively` has to be true of any repository.
#[track_caller]
fn agrees(forge: &Forge) {
    let world = &forge.world;
    trust_the_roster(world);
    let entries = entries(world);
    for entry in &entries {
        world.git(&["verify-commit", entry]);
    }
    let trust = world.git(&["log", "--format=%G? %ae %GS", "refs/coord/ledger"]);
    for line in trust.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!((words[0], words[1]), ("G", words[2]), "{line}");
    }
    let shown = world.shell("git log --show-signature refs/coord/ledger 2>&1");
    let good = shown.stdout.matches("Good \"git\" signature for ").count();
    assert_eq!((shown.code, good), (0, entries.len()), "{}", shown.stdout);
    let checked = world.shell("git fsck --strict --no-dangling 2>&1");
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(!checked.stdout.contains("error"), "{}", checked.stdout);
    assert!(!checked.stdout.contains("warning"), "{}", checked.stdout);
    assert_eq!(digest(world, &world.work()), forge.digest().to_string());
    forge.goes_on();
}

#[test]
fn git_verifies_every_entry_and_finds_nothing_wrong() {
    agrees(&lively(World::new()));
}

#[test]
fn a_repository_with_sha256_objects_holds_a_ledger() {
    let world = World::empty();
    world.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    agrees(&lively(world));
}

#[test]
fn a_repository_with_tables_of_refs_holds_a_ledger() {
    let world = World::empty();
    world.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    agrees(&lively(world));
}

#[test]
fn a_bare_repository_holds_a_ledger() {
    let world = World::empty();
    world.git(&["init", "-q", "-b", "main", "--bare"]);
    agrees(&lively(world));
}

#[test]
fn the_state_is_the_same_whatever_names_the_objects() {
    let in_sha256 = World::empty();
    in_sha256.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    let digests = [World::new(), in_sha256].map(|world| Forge::in_world(world).digest());
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn a_mirror_clone_is_the_same_ledger() {
    let forge = lively(World::new());
    let world = &forge.world;
    let mirror = beside(world, "mirror.git");
    world.git(&["clone", "-q", "--mirror", ".", mirror.to_str().unwrap()]);
    assert_eq!(digest(world, &mirror), forge.digest().to_string());
}

#[test]
fn a_bundle_carries_the_ledger() {
    let forge = lively(World::new());
    let world = &forge.world;
    world.git(&[
        "bundle",
        "create",
        "-q",
        "ledger.bundle",
        "refs/coord/ledger",
    ]);
    world.git(&["bundle", "verify", "-q", "ledger.bundle"]);
    let clone = beside(world, "clone.git");
    world.git(&[
        "clone",
        "-q",
        "--mirror",
        "ledger.bundle",
        clone.to_str().unwrap(),
    ]);
    assert_eq!(digest(world, &clone), forge.digest().to_string());
}

fn forget_the_cache(world: &World) {
    fs::remove_dir_all(world.work().join(".git/coord/cache")).unwrap();
}

#[test]
fn after_gc_and_without_the_cache_all_is_there() {
    let forge = lively(World::new());
    let world = &forge.world;
    let before = forge.digest();
    world.git(&["reflog", "expire", "--expire=now", "--all"]);
    world.git(&["gc", "-q", "--prune=now"]);
    assert!(!world.work().join(".git/refs/coord/ledger").exists());
    forget_the_cache(world);
    assert_eq!(forge.digest(), before);
    agrees(&forge);
    world.git(&["gc", "-q", "--prune=now"]);
    forge.is_good();
}

#[test]
fn git_commit_tree_makes_the_very_entry_from_the_right_bytes() {
    let forge = Forge::new();
    let world = &forge.world;
    let entry = forge.next(&forge.ada, vec![added("B")]);
    let parts = forge.parts(&entry);
    fs::write(world.work().join("message"), &parts.message).unwrap();
    let key = world.key_of(&ADA);
    let mut command = world.command("git", &world.work());
    command.args(["-c", "gpg.format=ssh"]);
    command.args(["-c", &format!("user.signingKey={}", key.display())]);
    command.args([
        "commit-tree",
        "-S",
        "-F",
        "message",
        "-p",
        &parts.parents[0],
        &parts.tree,
    ]);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), &parts.name);
        command.env(format!("GIT_{who}_EMAIL"), &parts.email);
        command.env(format!("GIT_{who}_DATE"), format!("@{} +0000", parts.time));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let made = String::from_utf8(output.stdout).unwrap();
    // An ed25519 key signs the same bytes in the same way every time.
    let ours = forge.write(&forge.sign(&parts, &forge.ada));
    assert_eq!(made.trim(), ours.to_string());
    forge.set_tip(made.trim().parse().unwrap());
    assert_eq!(forge.state().tasks().len(), 2);
    agrees(&forge);
}

#[test]
fn a_ledger_that_git_commit_tree_wrote_has_the_same_digest() {
    let forge = lively(World::new());
    let world = &forge.world;
    let before = forge.digest();
    trust_the_roster(world);
    // Each entry is built again from git's own output, and signed again by its author's key.
    let script = r#"
        parent=
        for entry in $(git rev-list --reverse refs/coord/ledger); do
            export GIT_AUTHOR_NAME="$(git show -s --format=%an $entry)"
            export GIT_AUTHOR_EMAIL="$(git show -s --format=%ae $entry)"
            export GIT_AUTHOR_DATE="$(git show -s --format='%at +0000' $entry)"
            export GIT_COMMITTER_NAME="$GIT_AUTHOR_NAME" GIT_COMMITTER_EMAIL="$GIT_AUTHOR_EMAIL"
            export GIT_COMMITTER_DATE="$GIT_AUTHOR_DATE"
            git cat-file commit $entry | sed '1,/^$/d' >message
            parent=$(git -c gpg.format=ssh -c user.signingKey="$HOME/$GIT_AUTHOR_NAME" \
                commit-tree -S $parent -F message $entry^{tree}) || exit
            echo $parent
            parent="-p $parent"
        done
    "#;
    let made = world.shell(script);
    assert_eq!((made.code, &*made.stderr), (0, ""));
    let tip = made.stdout.lines().last().unwrap();
    let old = forge.tip().to_string();
    // An ECDSA key signs differently every time, so these are other objects, and the same entries.
    assert_ne!(tip, old);
    forge.set_tip(tip.parse().unwrap());
    assert_eq!(forge.digest(), before);
    agrees(&forge);
}

#[test]
fn the_ledger_is_found_from_every_place_that_belongs_to_its_repository() {
    let forge = lively(World::new());
    let world = &forge.world;
    let expected = forge.digest().to_string();
    world.git(&["commit", "-q", "--allow-empty", "-m", "code"]);
    let tree = beside(world, "tree");
    world.git(&["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    let below = world.work().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let git_dir = world.work().join(".git");
    for folder in [&tree, &below, &git_dir, &git_dir.join("refs")] {
        assert_eq!(digest(world, folder), expected, "{}", folder.display());
    }
    let home = world.home();
    let with_variables = digest_with(world, |command| {
        command.current_dir(&home).env("GIT_DIR", &git_dir);
    });
    assert_eq!(with_variables, expected);
    let with_work_tree = digest_with(world, |command| {
        command.current_dir(&home).env("GIT_DIR", &git_dir);
        command.env("GIT_WORK_TREE", world.work());
    });
    assert_eq!(with_work_tree, expected);
    // All worktrees see an entry that one of them appends.
    let output = world.coord_with(&["--actor=ada", "add", "There", "--id=T"], |command| {
        command.current_dir(&tree);
    });
    assert_eq!(output.code, 0, "{output:?}");
    assert_ne!(digest(world, &world.work()), expected);
    assert_eq!(digest(world, &tree), digest(world, &world.work()));
}

#[test]
fn packed_refs_and_a_loose_one_over_them_are_read_as_git_reads_them() {
    let forge = lively(World::new());
    let world = &forge.world;
    let before = forge.digest();
    world.git(&["pack-refs", "--all"]);
    assert!(!world.work().join(".git/refs/coord/ledger").exists());
    assert_eq!(forge.digest(), before);
    forge.goes_on();
    assert_eq!(
        forge.tip().to_string(),
        world.git(&["rev-parse", "refs/coord/ledger"]).trim()
    );
    world.git(&["pack-refs", "--all"]);
    forge.goes_on();
    agrees(&forge);
}

#[test]
fn objects_in_another_repository_are_read_through_alternates() {
    let forge = lively(World::new());
    let world = &forge.world;
    let shared = beside(world, "shared.git");
    world.git(&[
        "clone",
        "-q",
        "--mirror",
        "--shared",
        ".",
        shared.to_str().unwrap(),
    ]);
    assert_eq!(digest(world, &shared), forge.digest().to_string());
    let added = world.coord_with(&["--actor=ada", "add", "There", "--id=T"], |command| {
        let key = world.key_of(&ADA);
        let setting = format!("coord.ada.signingKey={}", key.display());
        command
            .current_dir(&shared)
            .env("GIT_CONFIG_PARAMETERS", format!("'{setting}'"));
    });
    assert_eq!(added.code, 0, "{added:?}");
    digest(world, &shared);
}

#[test]
fn a_commit_graph_that_lies_is_not_believed() {
    let forge = lively(World::new());
    let world = &forge.world;
    let before = forge.digest();
    world.git(&["commit-graph", "write", "--reachable"]);
    let graph = world.work().join(".git/objects/info/commit-graph");
    let good = fs::read(&graph).unwrap();
    fs::set_permissions(&graph, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    // Other parents, trees and dates for every commit; or no graph at all.
    let middle = good.len() / 2;
    let lies: Vec<u8> = good
        .iter()
        .enumerate()
        .map(|(at, byte)| byte ^ u8::from(at > middle))
        .collect();
    for content in [lies, b"CGPH nonsense".to_vec(), Vec::new()] {
        fs::write(&graph, content).unwrap();
        forget_the_cache(world);
        assert_eq!(forge.digest(), before);
        forge.is_good();
    }
    forge.goes_on();
}

#[test]
fn grafts_cut_nothing_off() {
    let forge = lively(World::new());
    let world = &forge.world;
    let before = forge.digest();
    let tip = forge.tip().to_string();
    fs::write(world.work().join(".git/info/grafts"), format!("{tip}\n")).unwrap();
    assert_eq!(entries(world), [tip]);
    forget_the_cache(world);
    assert_eq!(forge.digest(), before);
    forge.is_good();
    forge.goes_on();
}

#[test]
fn a_shallow_clone_gets_the_command_that_completes_it() {
    let forge = lively(World::new());
    let world = &forge.world;
    let shallow = beside(world, "shallow.git");
    let url = format!("file://{}", world.work().display());
    world.git(&["init", "-q", "--bare", shallow.to_str().unwrap()]);
    let fetch = [
        "fetch",
        "-q",
        "--depth=1",
        &url,
        "refs/coord/ledger:refs/coord/ledger",
    ];
    world.git(&[&["-C", shallow.to_str().unwrap()], &fetch[..]].concat());
    let output = world.coord_with(&["status", "--json"], |command| {
        command.current_dir(&shallow);
    });
    output.failed("shallow_repository", 128);
    assert!(
        output.json()["error"]["hint"]
            .to_string()
            .contains("unshallow")
    );
}

/// A clone without the objects that this filter keeps away.
fn partial_clone(forge: &Forge, filter: &str) -> std::path::PathBuf {
    let world = &forge.world;
    world.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = beside(world, "partial.git");
    let url = format!("file://{}", world.work().display());
    let filter = format!("--filter={filter}");
    world.git(&[
        "clone",
        "-q",
        "--mirror",
        &filter,
        &url,
        clone.to_str().unwrap(),
    ]);
    clone
}

#[test]
fn a_partial_clone_has_every_entry() {
    for filter in ["blob:none", "tree:0"] {
        let forge = lively(World::new());
        let clone = partial_clone(&forge, filter);
        // Were the objects fetched on the way, this would prove nothing.
        fs::rename(forge.world.work(), beside(&forge.world, "away")).unwrap();
        let ledger = forge::open(&clone);
        let read: Digest = ledger.current().unwrap().state.digest();
        let replayed = ledger.history().unwrap().into_state().unwrap();
        assert_eq!(read, replayed.digest(), "{filter}");
        fs::rename(beside(&forge.world, "away"), forge.world.work()).unwrap();
        assert_eq!(read, forge.digest(), "{filter}");
    }
}

#[test]
fn a_partial_clone_verifies_what_it_can_fetch() {
    let forge = lively(World::new());
    let clone = partial_clone(&forge, "blob:none");
    assert_eq!(digest(&forge.world, &clone), forge.digest().to_string());
}
