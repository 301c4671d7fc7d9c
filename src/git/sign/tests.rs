//! Every way to a signature, against the real `git`, `ssh-keygen` and `ssh-agent`.
//!
//! Not here: crafted signatures (`verify`), and the world they run in (`world`).

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use super::{world::*, *};
use crate::git::commit::{self, HashKind};

const HASHES: [HashKind; 2] = [HashKind::Sha1, HashKind::Sha256];

/// A commit signed by us, which stock git and our own verifier must both accept.
fn sign_and_verify(world: &World, hash: HashKind, config: &SigningConfig, key: &Path) {
    let repository = world.repository(hash, key);
    let signer = Signer::open(config).unwrap();
    let tree = repository.empty_tree();
    let unsigned = commit::unsigned(&tree, &[], NAME, EMAIL, 1_700_000_000, "hi\n");
    let armour = signer.sign(&unsigned).unwrap();
    let raw = commit::signed(&unsigned, &armour, hash);
    let frame = commit::parse(&raw, hash).unwrap();
    assert_eq!(
        Verifier::new()
            .verify(&frame.signature, &frame.signed)
            .as_ref(),
        Ok(signer.public_key())
    );
    assert!(repository.stores_and_verifies(&raw), "{config:?} {hash:?}");
    let forged = String::from_utf8(raw)
        .unwrap()
        .replace("\n\nhi\n", "\n\nho\n");
    assert!(!repository.stores_and_verifies(forged.as_bytes()));
    let frame = commit::parse(forged.as_bytes(), hash).unwrap();
    assert_eq!(
        Verifier::new().verify(&frame.signature, &frame.signed),
        Err(BadSignature::Mismatch)
    );
}

#[test]
fn git_accepts_what_plain_keys_sign_in_process() {
    let world = World::new();
    let short = ["ecdsa-256-short", "ecdsa-384-short"];
    for kind in ["ed25519", "ecdsa-256", "ecdsa-384"]
        .into_iter()
        .chain(short)
    {
        let key = world.key(kind, "");
        for hash in HASHES {
            sign_and_verify(&world, hash, &world.config(&key), &key);
        }
        let public = world.config(&key.with_extension("pub"));
        for config in [public, world.config(&key)] {
            assert!(matches!(
                Signer::open(&config).unwrap().means,
                Means::InProcess(_)
            ));
        }
    }
}

#[test]
fn a_file_that_is_not_a_key_is_refused_at_once_and_named() {
    let world = World::new();
    world.ok("mkfifo", &["pipe"], b"");
    world.ok("mkfifo", &["half.pub"], b"");
    fs::write(world.path("huge"), vec![b'x'; 1 << 20]).unwrap();
    fs::create_dir(world.path("folder")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", world.path("zero")).unwrap();
    let begun = Instant::now();
    for (name, why) in [
        ("pipe", "not a regular file"),
        ("half.pub", "not a regular file"),
        ("zero", "not a regular file"),
        ("folder", "not a regular file"),
        ("huge", "too large"),
    ] {
        let path = world.path(name);
        let error = Signer::open(&world.config(&path)).unwrap_err();
        assert_eq!(error.code(), "unreadable_key", "{name}: {error}");
        let text = error.to_string();
        assert!(text.contains(why) && text.contains(name), "{text}");
        assert!(read_public(&path).is_err());
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_key_that_others_may_read_still_signs_in_process() {
    let world = World::new();
    let key = world.key("ed25519", "");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    sign_and_verify(&world, HashKind::Sha1, &world.config(&key), &key);
}

#[test]
fn signatures_by_git_verify_in_process() {
    let world = World::new();
    // 2192 bits: the base64 of such a signature fills its last line to the end.
    for kind in ["ed25519", "ecdsa-256", "ecdsa-384", "rsa-2048", "rsa-2192"] {
        let key = world.key(kind, "");
        for hash in HASHES {
            let repository = world.repository(hash, &key);
            let raw = repository.commit_of_git("by git itself");
            let frame = commit::parse(&raw, hash).unwrap();
            let public = read_public(&key.with_extension("pub")).unwrap();
            assert_eq!(
                Verifier::new().verify(&frame.signature, &frame.signed),
                Ok(public),
                "{kind}"
            );
            assert_eq!(
                (frame.name, frame.email, frame.time),
                (NAME, EMAIL, 1_700_000_000)
            );
            let unsigned = frame.signed.concat();
            let again = commit::signed(&unsigned, &armour::encode(&frame.signature), hash);
            assert_eq!(again, raw, "{kind}");
        }
    }
}

#[test]
fn rsa_keys_sign_through_ssh_keygen() {
    let world = World::new();
    let key = world.key("rsa-2048", "");
    let config = world.config(&key);
    assert!(matches!(
        Signer::open(&config).unwrap().means,
        Means::Program(_)
    ));
    sign_and_verify(&world, HashKind::Sha1, &config, &key);
}

#[test]
fn keys_of_the_old_formats_sign_through_ssh_keygen() {
    let world = World::new();
    let key = world.key("rsa-2048", "");
    let file = key.to_str().unwrap();
    world.ok(
        "ssh-keygen",
        &["-q", "-p", "-m", "PEM", "-N", "", "-f", file],
        b"",
    );
    assert!(
        fs::read_to_string(&key)
            .unwrap()
            .contains("BEGIN RSA PRIVATE KEY")
    );
    sign_and_verify(&world, HashKind::Sha1, &world.config(&key), &key);
    let public = read_public(&key.with_extension("pub")).unwrap();
    fs::remove_file(key.with_extension("pub")).unwrap();
    assert_eq!(
        Signer::open(&world.config(&key)).unwrap().public_key(),
        &public
    );
}

#[test]
fn the_agent_signs_for_locked_rsa_and_literal_keys() {
    let world = World::new();
    let kinds = ["ed25519", "ecdsa-256", "ecdsa-384", "rsa-2048"];
    let keys = kinds.map(|kind| world.key(kind, ""));
    let agent = world.agent(&keys.each_ref().map(|key| key.as_path()));
    for key in &keys {
        let file = key.to_str().unwrap();
        world.ok("ssh-keygen", &["-q", "-p", "-N", "secret", "-f", file], b"");
        let public = read_public(&key.with_extension("pub")).unwrap();
        let sources = [
            KeySource::File(key.clone()),
            KeySource::File(key.with_extension("pub")),
            KeySource::parse(&format!("key::{public}")).unwrap(),
        ];
        for source in sources {
            let mut config = world.config(key);
            config.key = source;
            config.agent = Some(agent.socket.clone());
            assert!(matches!(
                Signer::open(&config).unwrap().means,
                Means::Agent(_)
            ));
            sign_and_verify(&world, HashKind::Sha1, &config, key);
        }
    }
}

/// With OpenSSH's token in software. It needs no touch, but says that there was one.
#[test]
fn hardware_keys_sign_through_ssh_keygen_and_through_the_agent() {
    if !Path::new(SOFTWARE_TOKEN).exists() {
        eprintln!("skipped: {SOFTWARE_TOKEN} is missing (Debian package openssh-tests)");
        return;
    }
    let world = World::new();
    let keys = ["ed25519-sk", "ecdsa-sk"].map(|kind| world.key(kind, ""));
    let agent = world.agent(&keys.each_ref().map(|key| key.as_path()));
    let with_token = format!("SSH_SK_PROVIDER={SOFTWARE_TOKEN} exec ssh-keygen \"$@\"");
    let program = world.script("with-token", &with_token);
    for key in &keys {
        let config = world.config(key);
        assert!(matches!(
            Signer::open(&config).unwrap().means,
            Means::Program(_)
        ));
        assert_eq!(outside(&config), Some("it is a hardware key"));
        let told = Signer::open(&config).unwrap().sign(b"x").unwrap_err();
        assert_eq!(told.code(), "signing_failed", "{told}");
        let through_program = SigningConfig {
            program: Some(program.clone()),
            ..world.config(key)
        };
        let through_agent = SigningConfig {
            agent: Some(agent.socket.clone()),
            ..world.config(&key.with_extension("pub"))
        };
        assert!(matches!(
            Signer::open(&through_agent).unwrap().means,
            Means::Agent(_)
        ));
        for config in [&through_program, &through_agent] {
            for hash in HASHES {
                sign_and_verify(&world, hash, config, key);
            }
        }
        let repository = world.repository(HashKind::Sha1, key);
        let frame = repository.commit_of_git("by git itself");
        let frame = commit::parse(&frame, HashKind::Sha1).unwrap();
        let public = read_public(&key.with_extension("pub")).unwrap();
        let verdict = Verifier::new().verify(&frame.signature, &frame.signed);
        assert_eq!(verdict, Ok(public));
    }
    let careless = world.path("careless");
    let file = careless.to_str().unwrap();
    let made = [
        "-q",
        "-t",
        "ed25519-sk",
        "-N",
        "",
        "-O",
        "no-touch-required",
        "-f",
        file,
    ];
    world.ok("ssh-keygen", &made, b"");
    let config = SigningConfig {
        program: Some(program),
        ..world.config(&careless)
    };
    let source = BadSignature::Untouched;
    match Signer::open(&config).unwrap().sign(b"x").unwrap_err() {
        SignError::BadResult { source: found, .. } => assert_eq!(found, source),
        other => panic!("{other}"),
    }
}

#[test]
fn a_public_key_alone_is_signed_for_by_the_agent_or_not_at_all() {
    let world = World::new();
    let key = world.key("ed25519", "");
    let public = key.with_extension("pub");
    let mut config = world.config(&public);
    let stranger = world.key("ecdsa-256", "");
    let agent = world.agent(&[&stranger]);
    fs::remove_file(&key).unwrap();
    assert_eq!(Signer::open(&config).unwrap_err().code(), "no_agent");
    config.agent = Some(agent.socket.clone());
    assert_eq!(
        Signer::open(&config).unwrap_err().code(),
        "agent_without_key"
    );
    drop(agent);
    assert_eq!(Signer::open(&config).unwrap_err().code(), "agent_failed");
    config.agent = None;
    fs::rename(&stranger, &key).unwrap();
    assert_eq!(Signer::open(&config).unwrap_err().code(), "no_agent");
}

#[test]
fn an_agent_that_refuses_or_talks_nonsense_is_an_error() {
    let world = World::new();
    let key = world.key("ed25519", "");
    let agent = world.agent(&[&key]);
    fs::rename(&key, world.path("hidden")).unwrap();
    let mut config = world.config(&key.with_extension("pub"));
    config.agent = Some(agent.socket.clone());
    let signer = Signer::open(&config).unwrap();
    let mut remove = world.command("ssh-add");
    remove
        .args(["-q", "-D"])
        .env("SSH_AUTH_SOCK", &agent.socket);
    assert!(remove.status().unwrap().success());
    assert_eq!(signer.sign(b"x").unwrap_err().code(), "agent_refused");
    let nonsense = world.path("nonsense");
    let listener = std::os::unix::net::UnixListener::bind(&nonsense).unwrap();
    let speaker = std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(&[0xff; 8]).unwrap();
    });
    config.agent = Some(nonsense);
    assert_eq!(Signer::open(&config).unwrap_err().code(), "agent_failed");
    speaker.join().unwrap();
}

#[test]
fn files_that_are_not_signing_keys_have_errors_of_their_own() {
    let world = World::new();
    let code = |path: &Path| Signer::open(&world.config(path)).unwrap_err().code();
    assert_eq!(code(&world.path("nothing")), "missing_key");
    assert_eq!(code(&world.path("")), "unreadable_key");
    fs::write(world.path("text"), "Dear diary").unwrap();
    assert_eq!(code(&world.path("text")), "not_a_key");
    fs::write(world.path("text.pub"), [0xff; 9]).unwrap();
    assert_eq!(code(&world.path("text.pub")), "not_a_key");
    let too_long = world.key("ecdsa-521", "");
    assert_eq!(code(&too_long), "unsupported_key");
    assert_eq!(code(&too_long.with_extension("pub")), "unsupported_key");
    assert_eq!(code(&world.key("rsa-1024", "")), "unsupported_key");
    let key = world.key("ed25519", "");
    let file = key.to_str().unwrap();
    world.ok(
        "ssh-keygen",
        &["-q", "-s", file, "-I", "x", "-n", "x", file],
        b"",
    );
    assert_eq!(code(&world.path("key-ed25519-cert.pub")), "unsupported_key");
}

#[test]
fn the_setting_is_a_literal_key_or_a_path_as_in_git() {
    let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMVPY7yNhIHHQ9SJZ5jvyKsGuBuxJCRgQTMD2hC5M5OX";
    let literal = KeySource::Literal(line.parse().unwrap());
    for setting in [
        line.to_owned(),
        format!("key::{line}"),
        format!("{line} me@host"),
    ] {
        assert_eq!(KeySource::parse(&setting).unwrap(), literal);
    }
    assert_eq!(
        KeySource::parse("/a/b").unwrap(),
        KeySource::File("/a/b".into())
    );
    let dsa = "key::ssh-dss AAAAB3NzaC1kc3M=";
    assert_eq!(KeySource::parse(dsa).unwrap_err().code(), "unsupported_key");
    let sk = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t";
    let literal = KeySource::Literal(sk.parse().unwrap());
    assert_eq!(KeySource::parse(&format!("key::{sk}")).unwrap(), literal);
    assert_eq!(KeySource::parse(sk).unwrap(), KeySource::File(sk.into()));
    for setting in ["key::", "ssh-ed25519", "ssh-ed25519 A", "key::/a/b"] {
        assert_eq!(
            KeySource::parse(setting).unwrap_err().code(),
            "not_a_key",
            "{setting}"
        );
    }
}

#[test]
fn the_configured_program_signs_and_its_signature_is_checked() {
    let world = World::new();
    let key = world.key("ed25519", "");
    let other = world.key("ecdsa-256", "");
    let agent = world.agent(&[&key]);
    let public = read_public(&key.with_extension("pub")).unwrap();
    let called = |lines: &str, source: KeySource| SigningConfig {
        key: source,
        program: Some(world.script("program", lines)),
        agent: Some(agent.socket.clone()),
        askpass: None,
    };
    let arguments = world.path("arguments");
    let honest = format!(
        "echo \"$@\" >{}; exec ssh-keygen \"$@\"",
        arguments.display()
    );
    let file = called(&honest, KeySource::File(key.clone()));
    sign_and_verify(&world, HashKind::Sha1, &file, &key);
    let given = fs::read_to_string(&arguments).unwrap();
    assert!(
        given.starts_with(&format!("-Y sign -n git -f {} /", key.display())),
        "{given}"
    );
    let literal = called(&honest, KeySource::Literal(public));
    sign_and_verify(&world, HashKind::Sha256, &literal, &key);
    assert!(fs::read_to_string(&arguments).unwrap().contains(" -U /"));

    let code = |lines: &str| {
        let config = called(lines, KeySource::File(key.clone()));
        Signer::open(&config)
            .unwrap()
            .sign(b"x")
            .unwrap_err()
            .code()
    };
    assert_eq!(code("exit 3"), "signing_failed");
    assert_eq!(code("exit 0"), "signing_failed");
    assert_eq!(
        code("for last; do :; done; echo garbage >$last.sig"),
        "bad_signature"
    );
    let other = format!(
        "for last; do :; done; ssh-keygen -Y sign -n git -f {} $last",
        other.display()
    );
    assert_eq!(code(&other), "bad_signature");
    let elsewhere = format!(
        "for last; do :; done; ssh-keygen -Y sign -n file -f {} $last",
        key.display()
    );
    assert_eq!(code(&elsewhere), "bad_signature");
    let stale = format!(
        "for last; do :; done; echo >>$last; ssh-keygen -Y sign -n git -f {} $last",
        key.display()
    );
    assert_eq!(code(&stale), "bad_signature");
    let mut missing = world.config(&key);
    missing.program = Some(world.path("no-program"));
    assert_eq!(
        Signer::open(&missing)
            .unwrap()
            .sign(b"x")
            .unwrap_err()
            .code(),
        "missing_program"
    );
}

#[test]
fn a_new_key_is_written_once_for_its_owner_alone() {
    let world = World::new();
    let path = world.path("coord/keys/claude");
    let public = write_new_key(&path, "claude").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(read_public(&path.with_extension("pub")).unwrap(), public);
    sign_and_verify(&world, HashKind::Sha1, &world.config(&path), &path);
    let file = path.to_str().unwrap();
    let line = text(world.ok("ssh-keygen", &["-y", "-f", file], b""));
    assert_eq!(line, format!("{public} claude"));
    let before = fs::read(&path).unwrap();
    assert_eq!(write_new_key(&path, "x").unwrap_err().code(), "key_exists");
    assert_eq!(fs::read(&path).unwrap(), before);
    fs::remove_file(&path).unwrap();
    assert_eq!(write_new_key(&path, "x").unwrap_err().code(), "key_exists");
    assert!(!path.exists());
    let signer = Signer::in_process(generate("x").unwrap()).unwrap();
    assert!(
        signer
            .sign(b"x")
            .unwrap()
            .starts_with("-----BEGIN SSH SIGNATURE-----\n")
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let world = World::new();
    fs::write(world.path("file"), "").unwrap();
    let error = write_new_key(&world.path("file/key"), "x").unwrap_err();
    assert_eq!(error.code(), "cannot_write");
    assert!(error.to_string().contains("/file"), "{error}");
}

#[test]
fn allowed_signers_are_sorted_and_no_address_matches_more_than_itself() {
    let world = World::new();
    let key = world.key("ed25519", "");
    let public = read_public(&key.with_extension("pub")).unwrap();
    let entries = ["b@x", "a@x", "b@x", "*", "!a,b c\"#", ""].map(|email| (email, &public));
    let text = allowed_signers(entries.into_iter());
    let principals: Vec<&str> = text
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(principals, ["?", "?a?b?c??", "a@x", "b@x"]);
    assert!(text.contains(&format!("a@x namespaces=\"git\" {public}\n")));
}

#[test]
fn no_file_of_a_signature_is_left_behind() {
    let world = World::new();
    let key = world.key("rsa-2048", "");
    let program = world.script(
        "program",
        "for last; do :; done; dirname \"$last\" >&2; exit 1",
    );
    let config = SigningConfig {
        program: Some(program),
        ..world.config(&key)
    };
    match Signer::open(&config).unwrap().sign(b"x").unwrap_err() {
        SignError::ProgramFailed { said, .. } => {
            assert!(
                said.contains("git-coord-sign-") && !Path::new(&said).exists(),
                "{said}"
            );
        }
        other => panic!("{other}"),
    }
}
