//! Where keys are, and who can sign with them: the folder of `coord.keyDir`, a passphrase, an SSH agent, a hardware key.
//!
//! Not here: the ways to a signature one by one (`git::sign`), and files that are not keys (`bad_input::keys`).

use std::path::Path;

use crate::{places::says, world::World};

/// OpenSSH's token in software, from the Debian package `openssh-tests`. It needs no touch, but says that there was one.
const SOFTWARE_TOKEN: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";

/// A line of `git coord` that fails with this code, and its words on standard error.
#[track_caller]
fn fails(world: &World, line: &str, code: &str) -> String {
    let output = world.shell(&format!("git coord --json {line}"));
    output.failed(code, 128);
    world.shell(&format!("git coord {line}")).stderr
}

/// No folder of keys is in this repository.
#[track_caller]
fn has_no_keys(world: &World) {
    let found = says(world, "find . -name ada -o -name codex -o -name keys");
    assert_eq!(found, "");
}

#[test]
fn generated_keys_are_in_the_folder_of_coord_key_dir() {
    for (set, found) in [
        ("~/my keys", "home/my keys"),
        ("../outside/deep", "outside/deep"),
        ("$HOME/absolute", "home/absolute"),
    ] {
        let world = World::new();
        says(&world, &format!("git config coord.keyDir \"{set}\""));
        says(
            &world,
            "git commit --quiet --allow-empty -m start && mkdir sub
             git coord init --actor ada && (cd sub && git coord actor add codex --generate)
             git worktree add --quiet ../tree && cd ../tree && git coord add One --id A",
        );
        says(&world, "cd sub && git coord --actor codex claim A");
        says(
            &world,
            "git coord --actor codex done A && git coord doctor && git coord verify",
        );
        has_no_keys(&world);
        let folder = world.work().parent().unwrap().join(found);
        let keys = ["ada", "ada.pub", "codex", "codex.pub"];
        assert!(keys.iter().all(|key| folder.join(key).is_file()), "{set}");
        let modes = says(
            &world,
            &format!("stat -c %a '{0}' '{0}/ada'", folder.display()),
        );
        assert_eq!(modes, "700\n600\n", "{set}");
    }
}

#[test]
fn repositories_with_one_folder_share_the_keys_in_it() {
    let world = World::new();
    says(
        &world,
        "git config --global coord.keyDir '~/keys'
         git init --quiet --bare ../home.git && git remote add origin ../home.git
         git coord init --actor ada && git coord actor add codex --generate
         git coord add One --id A && git coord sync",
    );
    says(
        &world,
        "git coord --actor codex clone ../home.git ../clone
         cd ../clone && git coord claim A && git coord doctor && git coord sync",
    );
    has_no_keys(&world);
    says(
        &world,
        "git coord --actor dora clone ../home.git ../other
         cd ../other && test -f ~/keys/dora && ! test -e .git/coord/keys",
    );
}

#[test]
fn a_key_folder_that_is_not_a_path_creates_no_key_anywhere() {
    let world = World::new();
    says(
        &world,
        "git config coord.keyDir '~nobody-is-called-so/keys'",
    );
    let refused = fails(&world, "init --actor ada", "bad_config");
    assert!(refused.contains("coord.keyDir"), "{refused}");
    has_no_keys(&world);
    // An empty value is no folder.
    says(
        &world,
        "git config coord.keyDir '' && git coord init --actor ada",
    );
    assert!(world.work().join(".git/coord/keys/ada").is_file());
    says(
        &world,
        "git config coord.keyDir '~nobody-is-called-so/keys'",
    );
    fails(&world, "add One", "bad_config");
    let doctor = world.coord(&["doctor"]);
    assert!(
        doctor.code != 0 && doctor.stdout.contains("coord.keyDir"),
        "{doctor:?}"
    );
}

#[test]
fn doctor_names_keys_that_git_add_finds() {
    let world = World::new();
    says(
        &world,
        "git config coord.keyDir keys && git coord init --actor ada",
    );
    let doctor = says(&world, "git coord doctor");
    assert!(doctor.contains("'git add' finds the keys"), "{doctor}");
}

#[test]
fn other_files_in_the_folder_of_keys_do_not_matter() {
    let world = World::new();
    says(
        &world,
        "mkdir -m 700 ~/.ssh && echo x >~/.ssh/config && chmod 644 ~/.ssh/config
         ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519
         git config --global coord.keyDir '~/.ssh'
         git coord init --actor ada && git coord doctor",
    );
}

#[test]
fn init_says_how_to_lock_a_persons_key_and_the_locked_key_signs_through_the_agent() {
    let world = World::new();
    let made = world.coord(&["init", "--actor", "ada"]);
    let (_, command) = made.stderr.split_once("to lock the key: ").unwrap();
    assert!(command.starts_with("ssh-keygen -p -f "), "{made:?}");
    // The command asks for the passphrase.
    says(&world, &format!("{} -N secret -P '' -q", command.trim()));
    let locked = fails(&world, "add One", "wrong_passphrase");
    let (_, add) = locked.split_once("to add it to your SSH agent: ").unwrap();
    says(
        &world,
        &format!(
            "printf '#!/bin/sh\\necho secret\\n' >../ask && chmod +x ../ask
             SSH_ASKPASS=$PWD/../ask SSH_ASKPASS_REQUIRE=force ssh-agent sh -c '{} && git coord add One --id A'",
            add.trim()
        ),
    );
    says(&world, "git coord show A && git coord verify");
    fails(&world, "add Two", "wrong_passphrase");
}

#[test]
fn init_has_nothing_to_say_about_the_key_of_an_agent_or_one_that_is_locked() {
    let world = World::new();
    let made = world.coord(&["init", "--actor", "bot", "--kind", "agent"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{made:?}");
    let world = World::new();
    says(&world, "ssh-keygen -q -t ed25519 -N secret -f ../locked");
    let made = says(
        &world,
        "printf '#!/bin/sh\\necho secret\\n' >../ask && chmod +x ../ask
         SSH_ASKPASS=$PWD/../ask git coord init --actor ada --key ../locked 2>&1 >/dev/null",
    );
    assert_eq!(made, "");
}

#[test]
fn an_admin_whose_key_is_in_a_token_signs_with_the_token_and_not_without_it() {
    if !Path::new(SOFTWARE_TOKEN).exists() {
        eprintln!("skipped: {SOFTWARE_TOKEN} is missing (Debian package openssh-tests)");
        return;
    }
    let with_token = |line: &str| format!("export SSH_SK_PROVIDER={SOFTWARE_TOKEN}; {line}");
    for kind in ["ed25519-sk", "ecdsa-sk"] {
        let world = World::new();
        let made = says(
            &world,
            &with_token(&format!(
                "ssh-keygen -q -t {kind} -N '' -f ~/token && git coord init --actor ada --key ~/token 2>&1 >/dev/null"
            )),
        );
        assert_eq!(made, "");
        says(
            &world,
            &with_token("git coord actor add codex --generate && git coord add One --id A"),
        );
        let entries = || says(&world, "git rev-list --count refs/coord/ledger");
        let before = entries();
        for line in [
            "actor edit codex --role admin",
            "add Two",
            "policy approvals 1",
        ] {
            fails(&world, line, "signing_failed");
        }
        assert_eq!(entries(), before);
        says(
            &world,
            "git coord --actor codex claim A && git coord --actor codex done A",
        );
        says(
            &world,
            "git coord verify && git coord doctor
             git coord export --format=allowed-signers >../signers
             git config gpg.ssh.allowedSignersFile ../signers
             git rev-list refs/coord/ledger | xargs git verify-commit",
        );
        // Only a token that was touched counts.
        says(
            &world,
            &with_token(&format!(
                "ssh-keygen -q -t {kind} -O no-touch-required -N '' -f ~/careless
                 git coord actor add ada --key ~/careless.pub
                 git config coord.ada.signingKey ~/careless"
            )),
        );
        let careless = world.shell(&with_token("git coord --json add Three"));
        careless.failed("bad_signature", 128);
        assert!(careless.stderr.contains("without a touch"), "{careless:?}");
    }
}
