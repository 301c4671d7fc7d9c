//! A throwaway world for the tests of signing: real `git`, `ssh-keygen` and `ssh-agent` in a folder of their own.
//!
//! Not here: the tests themselves.

use std::{
    fs,
    io::Write,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::{KeySource, SigningConfig, allowed_signers, read_public};
use crate::git::commit::HashKind;

/// Who signs in these tests.
pub(super) const NAME: &str = "claude";
pub(super) const EMAIL: &str = "claude@example.org";

/// Keys that are the same every time. RSA keys are slow to make. Of the ECDSA keys, OpenSSH writes one in 256 shorter: those
/// are `short` here.
const FIXED: [(&str, &str); 6] = [
    ("ecdsa-256", include_str!("../../../tests/keys/ecdsa-256")),
    ("ecdsa-384", include_str!("../../../tests/keys/ecdsa-384")),
    (
        "ecdsa-256-short",
        include_str!("../../../tests/keys/ecdsa-256-short"),
    ),
    (
        "ecdsa-384-short",
        include_str!("../../../tests/keys/ecdsa-384-short"),
    ),
    ("rsa-2048", include_str!("../../../tests/keys/rsa-2048")),
    ("rsa-2192", include_str!("../../../tests/keys/rsa-2192")),
];

/// OpenSSH's token in software, for its own tests.
pub(super) const SOFTWARE_TOKEN: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";

pub(super) struct World {
    folder: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that sees nothing of the machine's own configuration.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("SSH_ASKPASS", "false")
            .env("SSH_SK_PROVIDER", SOFTWARE_TOKEN)
            .env("SSH_ASKPASS_REQUIRE", "force")
            .current_dir(self.folder.path());
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), NAME)
                .env(format!("GIT_{role}_EMAIL"), EMAIL)
                .env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        command
    }

    pub(super) fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect(program);
        let mut stdin = child.stdin.take().expect("stdin");
        stdin.write_all(input).expect("written");
        drop(stdin);
        child.wait_with_output().expect("output")
    }

    /// The output of a program that must succeed.
    pub(super) fn ok(&self, program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.run(program, arguments, input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}");
        output.stdout
    }

    /// A key as `ssh-keygen` makes it; the kind is `ed25519`, `ecdsa-256`, `rsa-2048` and so on.
    pub(super) fn key(&self, kind: &str, passphrase: &str) -> PathBuf {
        match FIXED.iter().find(|(fixed, _)| *fixed == kind) {
            Some((_, private)) => self.fixed_key(kind, private),
            None => self.new_key(kind, passphrase),
        }
    }

    fn fixed_key(&self, kind: &str, private: &str) -> PathBuf {
        let path = self.path(&format!("key-{kind}"));
        fs::write(&path, private).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("private");
        let file = path.to_str().expect("a path");
        let public = self.ok("ssh-keygen", &["-y", "-f", file], b"");
        fs::write(path.with_extension("pub"), public).expect("written");
        path
    }

    fn new_key(&self, kind: &str, passphrase: &str) -> PathBuf {
        let path = self.path(&format!("key-{kind}"));
        let (kind, bits) = match kind.rsplit_once('-') {
            Some((kind, bits)) if bits != "sk" => (kind, bits),
            _ => (kind, "256"),
        };
        let file = path.to_str().expect("a path");
        let arguments = [
            "-q", "-t", kind, "-b", bits, "-N", passphrase, "-C", "", "-f", file,
        ];
        self.ok("ssh-keygen", &arguments, b"");
        path
    }

    /// A repository, and a file of allowed signers with this key.
    pub(super) fn repository(&self, hash: HashKind, key: &Path) -> Repository<'_> {
        let format = match hash {
            HashKind::Sha1 => "sha1",
            HashKind::Sha256 => "sha256",
        };
        let public = read_public(&key.with_extension("pub")).expect("a public key");
        let allowed = allowed_signers([(EMAIL, &public)].into_iter());
        fs::write(self.path("allowed"), allowed).expect("written");
        let object_format = format!("--object-format={format}");
        self.ok(
            "git",
            &["init", "-q", "--bare", &object_format, format],
            b"",
        );
        let repository = Repository {
            world: self,
            folder: format,
        };
        repository.git(&["config", "gpg.format", "ssh"], b"");
        let allowed = self.path("allowed");
        repository.git(
            &[
                "config",
                "gpg.ssh.allowedSignersFile",
                allowed.to_str().expect("a path"),
            ],
            b"",
        );
        repository.git(
            &["config", "user.signingKey", key.to_str().expect("a path")],
            b"",
        );
        repository
    }

    pub(super) fn config(&self, key: &Path) -> SigningConfig {
        SigningConfig {
            key: KeySource::File(key.to_owned()),
            program: None,
            agent: None,
            askpass: None,
        }
    }

    /// An executable shell script.
    pub(super) fn script(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, format!("#!/bin/sh\n{lines}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        path
    }

    /// An SSH agent that holds these keys.
    pub(super) fn agent(&self, keys: &[&Path]) -> RunningAgent {
        let socket = self.path("agent");
        let mut command = self.command("ssh-agent");
        command
            .arg("-D")
            .arg("-a")
            .arg(&socket)
            .stdout(Stdio::null());
        let agent = RunningAgent {
            process: command.spawn().expect("ssh-agent"),
            socket,
        };
        for _ in 0..200 {
            if UnixStream::connect(&agent.socket).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        for key in keys {
            let mut add = self.command("ssh-add");
            add.arg("-q").arg(key).env("SSH_AUTH_SOCK", &agent.socket);
            assert!(add.status().expect("ssh-add").success(), "{key:?}");
        }
        agent
    }
}

pub(super) struct Repository<'w> {
    world: &'w World,
    folder: &'static str,
}

impl Repository<'_> {
    pub(super) fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        self.world
            .ok("git", &[&["-C", self.folder], arguments].concat(), input)
    }

    pub(super) fn empty_tree(&self) -> String {
        text(self.git(&["mktree"], b""))
    }

    /// Stores a commit as it is, and lets git judge it and its signature.
    pub(super) fn stores_and_verifies(&self, raw: &[u8]) -> bool {
        let id = text(self.git(&["hash-object", "-t", "commit", "-w", "--stdin"], raw));
        self.git(&["fsck", "--strict"], b"");
        let verify = ["-C", self.folder, "verify-commit", &id];
        self.world.run("git", &verify, b"").status.success()
    }

    /// A commit that git made and signed itself.
    pub(super) fn commit_of_git(&self, message: &str) -> Vec<u8> {
        let id = text(self.git(
            &["commit-tree", "-S", "-m", message, &self.empty_tree()],
            b"",
        ));
        self.git(&["cat-file", "commit", &id], b"")
    }
}

pub(super) struct RunningAgent {
    process: Child,
    pub(super) socket: PathBuf,
}

impl Drop for RunningAgent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .expect("UTF-8")
        .trim_end()
        .to_owned()
}
