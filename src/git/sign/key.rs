//! Signing keys in files: finding the key that `user.signingKey` means, and creating a new one.
//!
//! Not here: how a key then signs (`sign`), and reading the configuration (`git::repository`).

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read as _, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use base64ct::{Base64, Encoding};
use nix::fcntl::OFlag;
use rand_core::OsRng;
use ssh_key::{Algorithm, EcdsaCurve, LineEnding, PrivateKey};

use super::{
    config::{KeySource, SigningConfig},
    error::SignError,
    openssh, program,
    wire::Reader,
};
use crate::core::values::key::PublicKey;

impl KeySource {
    /// Reads the setting as git does: `key::` or `ssh-` starts a key, everything else is a path (its `~` already expanded).
    pub fn parse(setting: &str) -> Result<Self, SignError> {
        let literal = match setting.strip_prefix("key::") {
            Some(literal) => literal,
            None if setting.starts_with("ssh-") => setting,
            None => return Ok(Self::File(setting.into())),
        };
        match public_line(literal) {
            Some(line) => line.key(setting).map(Self::Literal),
            None => Err(SignError::NotALiteral {
                text: setting.to_owned(),
            }),
        }
    }
}

/// A signing key as it was found.
pub(super) struct FoundKey {
    pub(super) public: PublicKey,
    pub(super) private: Private,
}

/// The private half of a key, as far as it is available.
pub(super) enum Private {
    /// Available, and able to sign in process.
    Plain(Box<PrivateKey>),
    /// In this file, which only `ssh-keygen` can use, and why.
    Opaque(PathBuf, &'static str),
    /// In no file beside the public half.
    Elsewhere,
}

/// Finds the key that the configuration names.
pub(super) fn find(config: &SigningConfig) -> Result<FoundKey, SignError> {
    match &config.key {
        KeySource::Literal(public) => Ok(FoundKey {
            public: public.clone(),
            private: Private::Elsewhere,
        }),
        KeySource::File(path) => match read(path) {
            Err(SignError::MissingKey { .. }) if beside(path).exists() => {
                find_public(&beside(path))
            }
            Err(error) => Err(error),
            Ok(content) if line_in(&content).is_some() => find_public(path),
            Ok(content) => find_private(path, &content, config),
        },
    }
}

/// A public key, with its private half where `ssh-keygen` looks for it: in the file without `.pub`.
fn find_public(path: &Path) -> Result<FoundKey, SignError> {
    let public = read_public(path)?;
    let file = path.with_extension("");
    let named_pub = path.extension().is_some_and(|extension| extension == "pub");
    let private = match read(&file) {
        Ok(content) if named_pub => match openssh::read(&content) {
            Ok(key) if public_half(&key).as_ref() == Some(&public) => usable(key, &file),
            Ok(_) => Private::Elsewhere,
            Err(_) => Private::Opaque(file, OTHER_FORMAT),
        },
        Err(SignError::UnreadableKey { .. }) if named_pub => {
            Private::Opaque(file, "its file cannot be read")
        }
        _ => Private::Elsewhere,
    };
    Ok(FoundKey { public, private })
}

fn find_private(
    path: &Path,
    content: &[u8],
    config: &SigningConfig,
) -> Result<FoundKey, SignError> {
    if let Ok(key) = openssh::read(content) {
        let public = public_half(&key).ok_or_else(|| SignError::UnsupportedKey {
            key: path.display().to_string(),
            algorithm: key.algorithm().to_string(),
        })?;
        let private = usable(key, path);
        return Ok(FoundKey { public, private });
    }
    let label = b"PRIVATE KEY-----";
    if !content.windows(label.len()).any(|window| window == label) {
        return Err(SignError::NotAKey {
            path: path.to_owned(),
        });
    }
    let public = match read_public(&beside(path)) {
        Err(SignError::MissingKey { .. }) => program::public_half_of(path, config),
        public => public,
    }?;
    let private = Private::Opaque(path.to_owned(), OTHER_FORMAT);
    Ok(FoundKey { public, private })
}

const OTHER_FORMAT: &str = "it is not in OpenSSH's format";

/// RSA is left to `ssh-keygen`: ssh-key 0.6 cannot sign with it (RustCrypto/SSH#387). So are tokens: only it can ask for a touch.
fn usable(key: PrivateKey, path: &Path) -> Private {
    let in_process = match key.algorithm() {
        Algorithm::Ed25519 => true,
        Algorithm::Ecdsa { curve } => curve != EcdsaCurve::NistP521,
        _ => false,
    };
    let why = match (in_process, key.algorithm()) {
        _ if key.is_encrypted() => "it has a passphrase",
        (true, _) => return Private::Plain(Box::new(key)),
        (_, Algorithm::Rsa { .. }) => "it is an RSA key",
        _ => "it is a hardware key",
    };
    Private::Opaque(path.to_owned(), why)
}

/// Why a key does not sign in process but through another program, which is slower; none if it does, or cannot be found.
pub fn outside(config: &SigningConfig) -> Option<&'static str> {
    match find(config).ok()?.private {
        _ if config.program.is_some() => Some("gpg.ssh.program is set"),
        Private::Plain(_) => None,
        Private::Opaque(_, why) => Some(why),
        Private::Elsewhere => Some("only its public half is in a file"),
    }
}

/// The public half in the ledger's form; an error if keys of its type cannot sign entries.
fn public_half(key: &PrivateKey) -> Option<PublicKey> {
    PublicKey::from_blob(&key.public_key().to_bytes().ok()?).ok()
}

/// Reads a public key's file.
pub fn read_public(path: &Path) -> Result<PublicKey, SignError> {
    match line_in(&read(path)?) {
        Some(line) => line.key(&path.display().to_string()),
        None => Err(SignError::NotAKey {
            path: path.to_owned(),
        }),
    }
}

/// The public half in a private key's file, which can be read even if the key is encrypted; none if the file has no private
/// key in OpenSSH's form.
pub fn read_public_half(path: &Path) -> Option<PublicKey> {
    let key = openssh::read(&read(path).ok()?).ok()?;
    public_half(&key)
}

/// The content of a key's file. Reading never waits for a writer of a pipe, and never takes more memory than a key needs.
fn read(path: &Path) -> Result<Vec<u8>, SignError> {
    let content = OpenOptions::new()
        .read(true)
        .custom_flags((OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits())
        .open(path)
        .and_then(|file| {
            if !file.metadata()?.is_file() {
                return Err(io::Error::other("it is not a regular file"));
            }
            let mut content = Vec::new();
            file.take(KEY_BYTES_MAX + 1).read_to_end(&mut content)?;
            if content.len() as u64 > KEY_BYTES_MAX {
                return Err(io::Error::other("it is too large for a key"));
            }
            Ok(content)
        });
    content.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => SignError::MissingKey {
            path: path.to_owned(),
        },
        _ => SignError::UnreadableKey {
            path: path.to_owned(),
            source,
        },
    })
}

/// The largest file that is read as a key, in bytes. An RSA key of OpenSSH's largest size has some 13 kB.
const KEY_BYTES_MAX: u64 = 1 << 16;

/// The file of the public half: the private half's with `.pub` at its end.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".pub");
    name.into()
}

/// A line that has the form of a public key of any type.
struct PublicLine<'a> {
    text: &'a str,
    algorithm: &'a str,
}

impl PublicLine<'_> {
    fn key(&self, shown: &str) -> Result<PublicKey, SignError> {
        self.text.parse().map_err(|_| SignError::UnsupportedKey {
            key: shown.to_owned(),
            algorithm: self.algorithm.to_owned(),
        })
    }
}

fn line_in(content: &[u8]) -> Option<PublicLine<'_>> {
    public_line(std::str::from_utf8(content).ok()?)
}

fn public_line(text: &str) -> Option<PublicLine<'_>> {
    let mut fields = text.split_ascii_whitespace();
    let algorithm = fields.next()?;
    let blob = Base64::decode_vec(fields.next()?).ok()?;
    let named = Reader(&blob).string() == Some(algorithm.as_bytes());
    named.then_some(PublicLine { text, algorithm })
}

/// A new ed25519 key, from the system's entropy.
pub fn generate(comment: &str) -> Result<PrivateKey, SignError> {
    let mut key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519)
        .map_err(|source| SignError::InProcess { source })?;
    key.set_comment(comment);
    Ok(key)
}

/// Creates a new key and writes it to `path` (mode 0600) and `path.pub`, flushed to disk; neither file may exist.
///
/// A missing folder is created for its owner alone. If this fails, no file of the key stays.
pub fn write_new_key(path: &Path, comment: &str) -> Result<PublicKey, SignError> {
    let key = generate(comment)?;
    let in_process = |source| SignError::InProcess { source };
    let private = key.to_openssh(LineEnding::LF).map_err(in_process)?;
    let public = key.public_key().to_openssh().map_err(in_process)?;
    let public_path = beside(path);
    if let Some(taken) = [path, &public_path].into_iter().find(|path| path.exists()) {
        return Err(SignError::KeyExists {
            path: taken.to_owned(),
        });
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // Only the last folder is closed to others: the folders above it are shared in a shared repository.
    let above = folder.parent().map_or(Ok(()), fs::create_dir_all);
    let made = above.and_then(|()| DirBuilder::new().recursive(true).mode(0o700).create(folder));
    made.map_err(|source| SignError::Write {
        path: folder.to_owned(),
        source,
    })?;
    write_new(path, 0o600, private.as_bytes())?;
    if let Err(error) = write_new(&public_path, 0o644, format!("{public}\n").as_bytes()) {
        let _ = fs::remove_file(path);
        return Err(error);
    }
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| write_error(folder, error))?;
    read_public(&public_path)
}

/// Writes a file that must not exist yet, and removes it again if writing fails.
fn write_new(path: &Path, mode: u32, content: &[u8]) -> Result<(), SignError> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
        .map_err(|error| write_error(path, error))?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(path);
        write_error(path, error)
    })
}

fn write_error(path: &Path, source: io::Error) -> SignError {
    let path = path.to_owned();
    match source.kind() {
        io::ErrorKind::AlreadyExists => SignError::KeyExists { path },
        _ => SignError::Write { path, source },
    }
}
