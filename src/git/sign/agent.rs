//! A client of the SSH agent: whether it holds a key, and a signature by that key (draft-miller-ssh-agent).
//!
//! Not here: the signed bytes (`sshsig`), and when an SSH agent is used (`sign`).

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    error::SignError,
    wire::{Reader, put_string},
};
use crate::core::values::key::PublicKey;

/// How long the SSH agent may take to list its keys.
const LIST_PATIENCE: Duration = Duration::from_secs(5);
/// How long the SSH agent may take to sign: somebody may have to confirm it.
const SIGN_PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes; OpenSSH's own limit.
const ANSWER_BYTES_MAX: u32 = 256 * 1024;

const SSH_AGENT_FAILURE: u8 = 5;
const SSH_AGENTC_REQUEST_IDENTITIES: u8 = 11;
const SSH_AGENT_IDENTITIES_ANSWER: u8 = 12;
const SSH_AGENTC_SIGN_REQUEST: u8 = 13;
const SSH_AGENT_SIGN_RESPONSE: u8 = 14;
/// Without it an SSH agent signs with SHA-1.
const SSH_AGENT_RSA_SHA2_512: u32 = 4;

/// An SSH agent, by its socket. Each request is a connection of its own.
#[derive(Debug)]
pub(super) struct Agent {
    socket: PathBuf,
}

impl Agent {
    pub(super) fn at(socket: &Path) -> Self {
        Self {
            socket: socket.to_owned(),
        }
    }

    /// Whether it holds this key.
    pub(super) fn holds(&self, key: &PublicKey) -> Result<bool, SignError> {
        let answer = self.ask(&[SSH_AGENTC_REQUEST_IDENTITIES], LIST_PATIENCE)?;
        is_listed(&answer, key).ok_or_else(|| self.failed(io::ErrorKind::InvalidData.into()))
    }

    /// Its signature by this key: the algorithm's name and the raw signature.
    pub(super) fn sign(&self, key: &PublicKey, challenge: &[u8]) -> Result<Vec<u8>, SignError> {
        let flags = match key.algorithm() {
            "ssh-rsa" => SSH_AGENT_RSA_SHA2_512,
            _ => 0,
        };
        let mut request = vec![SSH_AGENTC_SIGN_REQUEST];
        put_string(&mut request, key.blob());
        put_string(&mut request, challenge);
        request.extend(flags.to_be_bytes());
        let answer = self.ask(&request, SIGN_PATIENCE)?;
        let mut reader = Reader(&answer);
        match reader.bytes(1) {
            Some([SSH_AGENT_SIGN_RESPONSE]) => reader.string().map(Vec::from),
            Some([SSH_AGENT_FAILURE]) => {
                return Err(SignError::AgentRefused {
                    socket: self.socket.clone(),
                });
            }
            _ => None,
        }
        .ok_or_else(|| self.failed(io::ErrorKind::InvalidData.into()))
    }

    fn ask(&self, request: &[u8], patience: Duration) -> Result<Vec<u8>, SignError> {
        exchange(&self.socket, request, patience).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> SignError {
        SignError::AgentFailed {
            socket: self.socket.clone(),
            source,
        }
    }
}

/// Sends one message and reads one; `patience` bounds each wait.
fn exchange(socket: &Path, request: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut framed = Vec::with_capacity(request.len() + 4);
    put_string(&mut framed, request);
    stream.write_all(&framed)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > ANSWER_BYTES_MAX {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = vec![0; length as usize];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

/// Whether a list of identities has the key; `None` if the bytes are not such a list.
fn is_listed(answer: &[u8], key: &PublicKey) -> Option<bool> {
    let mut reader = Reader(answer);
    if reader.bytes(1)? != [SSH_AGENT_IDENTITIES_ANSWER] {
        return None;
    }
    for _ in 0..reader.uint32()? {
        let (blob, _comment) = (reader.string()?, reader.string()?);
        if blob == key.blob() {
            return Some(true);
        }
    }
    Some(false)
}
