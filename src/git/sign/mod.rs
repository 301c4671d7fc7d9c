//! Signing entries in the same way as git signs with SSH keys: choosing the means of signing, and signing.
//!
//! Not here: verifying (`verify`), and the place of the signature in a commit (`git::commit`).

mod agent;
pub mod armour;
mod bad_signature;
mod config;
mod ed25519;
mod error;
mod hardware;
pub mod key;
mod openssh;
mod parsed;
mod program;
mod sshsig;
pub mod verify;
mod wire;

use std::collections::BTreeSet;

use ssh_key::{HashAlg, PrivateKey};

use self::{
    agent::Agent,
    key::{FoundKey, Private},
    program::{KeyArgument, Program},
};
pub use self::{
    bad_signature::BadSignature,
    config::{KeySource, SigningConfig},
    error::SignError,
    key::{generate, outside, read_public, read_public_half, write_new_key},
    verify::{Verifier, check_key, claimed_key},
};
use crate::core::values::key::PublicKey;

/// A key that is ready to sign.
#[derive(Debug)]
pub struct Signer {
    public: PublicKey,
    means: Means,
}

/// The means of signing.
#[derive(Debug)]
enum Means {
    InProcess(Box<PrivateKey>),
    Agent(Agent),
    Program(Program),
}

impl Signer {
    /// Finds the key and chooses how it signs, which does not change afterwards:
    ///
    /// 1. through `gpg.ssh.program`, if it is set;
    /// 2. in process with an unencrypted ed25519 or ECDSA key, also if the setting names the `.pub` file beside it;
    /// 3. through the SSH agent if it holds the key;
    /// 4. through `ssh-keygen` with the private key's file, for encrypted keys, hardware keys and RSA.
    ///
    /// Nothing is signed yet, so a locked key, or an SSH agent that refuses, is found only when an entry is signed.
    pub fn open(config: &SigningConfig) -> Result<Self, SignError> {
        let FoundKey { public, private } = key::find(config)?;
        let usable = check_key(&public);
        usable.map_err(|source| SignError::UnusableKey {
            key: public.clone(),
            source,
        })?;
        let means = match private {
            _ if config.program.is_some() => Means::Program(Program::new(
                config,
                match &config.key {
                    KeySource::File(path) => KeyArgument::File(path.clone()),
                    KeySource::Literal(key) => KeyArgument::Literal(key.clone()),
                },
            )),
            Private::Plain(key) => Means::InProcess(key),
            Private::Opaque(path, _) => match agent_with(&public, config) {
                Ok(agent) => Means::Agent(agent),
                Err(_) => Means::Program(Program::new(config, KeyArgument::File(path))),
            },
            Private::Elsewhere => Means::Agent(agent_with(&public, config)?),
        };
        Ok(Self { public, means })
    }

    /// A signer for a key in memory, such as one just made. RSA keys and locked keys cannot sign this way.
    pub fn in_process(key: PrivateKey) -> Result<Self, SignError> {
        let blob = key.public_key().to_bytes();
        let public = blob.map_err(|source| SignError::InProcess { source })?;
        let public = PublicKey::from_blob(&public).map_err(|_| SignError::UnsupportedKey {
            key: key.comment().to_owned(),
            algorithm: key.algorithm().to_string(),
        })?;
        let means = Means::InProcess(Box::new(key));
        Ok(Self { public, means })
    }

    /// The key whose signatures it makes.
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The signature over a commit's unsigned bytes, in canonical armour.
    ///
    /// A signature from another process is verified before it is returned.
    pub fn sign(&self, bytes: &[u8]) -> Result<String, SignError> {
        let blob = match &self.means {
            Means::InProcess(key) => sign_in_process(key, &self.public, bytes)?,
            Means::Agent(agent) => {
                let signature = agent.sign(&self.public, &sshsig::challenge(&[bytes]))?;
                let blob = sshsig::write(self.public.blob(), &signature);
                self.check("ssh-agent", &blob, bytes)?;
                blob
            }
            Means::Program(program) => {
                let name = program.name();
                let blob = decode(&name, &program.sign(bytes)?)?;
                self.check(&name, &blob, bytes)?;
                blob
            }
        };
        Ok(armour::encode(&blob))
    }

    fn check(&self, signer: &str, blob: &[u8], bytes: &[u8]) -> Result<(), SignError> {
        let signer = signer.to_owned();
        match Verifier::new().verify(blob, &[bytes]) {
            Ok(key) if key == self.public => Ok(()),
            Ok(key) => Err(SignError::OtherKey { signer, key }),
            Err(source) => Err(SignError::BadResult { signer, source }),
        }
    }
}

fn sign_in_process(
    key: &PrivateKey,
    public: &PublicKey,
    bytes: &[u8],
) -> Result<Vec<u8>, SignError> {
    let signature = key
        .sign(sshsig::NAMESPACE, HashAlg::Sha512, bytes)
        .and_then(|sig| Vec::try_from(sig.signature().clone()))
        .map_err(|source| SignError::InProcess { source })?;
    Ok(sshsig::write(public.blob(), &signature))
}

fn decode(signer: &str, text: &str) -> Result<Vec<u8>, SignError> {
    armour::decode_loosely(text).map_err(|_| SignError::BadResult {
        signer: signer.to_owned(),
        source: BadSignature::NotSshSig,
    })
}

/// The SSH agent, if it can be reached and holds the key.
fn agent_with(key: &PublicKey, config: &SigningConfig) -> Result<Agent, SignError> {
    let key = key.clone();
    let Some(socket) = &config.agent else {
        return Err(SignError::NoAgent { key });
    };
    let agent = Agent::at(socket);
    if agent.holds(&key)? {
        Ok(agent)
    } else {
        Err(SignError::AgentWithoutKey { key })
    }
}

/// The text of an allowed-signers file (ssh-keygen(1), "ALLOWED SIGNERS") by which stock git verifies entries: sorted,
/// a line for each e-mail address and key.
///
/// Addresses are patterns in that file. So every character with a special meaning is replaced by `?`, which matches any
/// one character.
pub fn allowed_signers<'a>(entries: impl Iterator<Item = (&'a str, &'a PublicKey)>) -> String {
    let line = |(email, key): (&str, &PublicKey)| {
        let widens = |byte: u8| b"*!,\"#\\ ".contains(&byte) || byte.is_ascii_control();
        let inert = |c: char| {
            if c.is_ascii() && widens(c as u8) {
                '?'
            } else {
                c
            }
        };
        let principal: String = email.chars().map(inert).collect();
        format!("{principal} namespaces=\"{}\" {key}\n", sshsig::NAMESPACE)
    };
    let lines: BTreeSet<String> = entries
        .filter(|(email, _)| !email.is_empty())
        .map(line)
        .collect();
    lines.into_iter().collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
