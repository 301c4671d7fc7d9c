//! Entries as commit objects: what by its bytes alone is one, and the bytes of a new one.
//!
//! Not here: the strict frame of the commit (`git::commit`), and whether the author may write here
//! (`core::history::judge`).

use crate::{
    core::{
        entry::{
            codec::{self, DecodeError},
            event::Entry,
            message,
        },
        history::judge::{Candidate, Flaw, Signed},
        values::{id::EntryId, key::PublicKey},
    },
    git::{
        commit::{self, Frame, HashKind},
        sign::{Signer, Verifier, claimed_key},
    },
    ledger::Error,
};

/// The empty tree by git's two hash functions.
pub fn empty_tree(hash: HashKind) -> &'static str {
    match hash {
        HashKind::Sha1 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        HashKind::Sha256 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    }
}

/// Whether a commit could be an entry: it carries a payload. Cheap, and never wrong about an entry.
pub fn carries_payload(raw: &[u8]) -> bool {
    let tail_start = raw.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
    raw[..tail_start].ends_with(b"\nCoord-Payload:")
}

/// The content of a raw commit: an entry with valid bytes and a good signature, or the flaw.
pub fn candidate(raw: &[u8], hash: HashKind, verifier: &mut Verifier) -> Candidate {
    Candidate {
        foreign: EntryId::of_foreign_commit(raw),
        content: read(raw, hash, verifier),
    }
}

fn read(raw: &[u8], hash: HashKind, verifier: &mut Verifier) -> Result<Signed, Flaw> {
    read_with(raw, hash, |frame| {
        let signer = verifier.verify(&frame.signature, &frame.signed);
        signer.map_err(|bad| Flaw::Signature(bad.to_string()))
    })
}

/// The content of a raw commit that was verified before; none if it is not an entry.
pub fn verified_before(raw: &[u8], hash: HashKind) -> Option<Signed> {
    read_with(raw, hash, |frame| {
        let signer = claimed_key(&frame.signature);
        signer.ok_or_else(|| Flaw::Signature("it names no key".to_owned()))
    })
    .ok()
}

fn read_with(
    raw: &[u8],
    hash: HashKind,
    signer: impl FnOnce(&Frame<'_>) -> Result<PublicKey, Flaw>,
) -> Result<Signed, Flaw> {
    let frame = commit::parse(raw, hash).map_err(|malformed| Flaw::Frame(malformed.to_string()))?;
    let payload = message::payload(frame.message).ok_or(Flaw::Payload(DecodeError::Missing))?;
    let (id, entry) = codec::decode(&payload).map_err(flaw_of)?;
    check_agreement(&frame, &entry, hash)?;
    let signer = signer(&frame)?;
    Ok(Signed::new(id, entry, signer, frame.email))
}

fn flaw_of(error: DecodeError) -> Flaw {
    match error {
        DecodeError::UnknownFormat(version) => Flaw::UnannouncedFormat(version),
        other => Flaw::Payload(other),
    }
}

/// Checks that the commit's other parts agree with the payload.
fn check_agreement(frame: &Frame<'_>, entry: &Entry, hash: HashKind) -> Result<(), Flaw> {
    if frame.name != entry.actor.as_str() {
        return Err(Flaw::Author {
            author: frame.name.to_owned(),
            actor: entry.actor.clone(),
        });
    }
    if frame.time != entry.time.seconds() {
        return Err(Flaw::Time {
            commit: frame.time,
            payload: entry.time.seconds(),
        });
    }
    if (frame.tree == empty_tree(hash)) != entry.attachments.is_empty() {
        return Err(Flaw::Tree);
    }
    if !message::is_true(frame.message, entry) {
        return Err(Flaw::Message);
    }
    Ok(())
}

/// The position of a new entry in git.
#[derive(Debug, Clone, Copy)]
pub struct Position<'a> {
    /// Its tree, in hex.
    pub tree: &'a str,
    /// Its parents, in hex.
    pub parents: &'a [&'a str],
    /// The address of its author.
    pub email: &'a str,
    /// The repository's hash function.
    pub hash: HashKind,
}

/// A new entry in its canonical encoding, from which its id follows.
#[derive(Debug)]
pub struct Payload(Vec<u8>);

impl Payload {
    /// The payload of an entry.
    ///
    /// # Errors
    /// [`Error::Encode`] if it does not fit the format.
    pub fn of(entry: &Entry) -> Result<Self, Error> {
        Ok(Self(codec::encode(entry)?))
    }

    /// The id of the entry.
    pub fn id(&self) -> EntryId {
        EntryId::of_payload(&self.0)
    }
}

/// The raw commit of a new entry with this payload, signed.
///
/// # Errors
/// [`Error::Encode`] if it is larger than the format allows, [`Error::Sign`] if it cannot be signed.
pub fn write(
    entry: &Entry,
    payload: &Payload,
    position: Position<'_>,
    signer: &Signer,
) -> Result<Vec<u8>, Error> {
    let message = message::render(entry, &payload.0);
    let Position {
        tree,
        parents,
        email,
        hash,
    } = position;
    let name = entry.actor.as_str();
    let unsigned = commit::unsigned(tree, parents, name, email, entry.time.seconds(), &message);
    let armour = signer.sign(&unsigned)?;
    let raw = commit::signed(&unsigned, &armour, hash);
    if raw.len() > commit::COMMIT_BYTES_MAX {
        return Err(DecodeError::Oversize(raw.len()).into());
    }
    Ok(raw)
}
