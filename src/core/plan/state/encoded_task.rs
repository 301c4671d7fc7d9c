//! A task among the changes of a state: a label, then its canonical encoding.
//!
//! Not here: the tasks of a state that is stored whole (`stored_tasks`), and the bytes around it (`stored`).

use super::{digest, task::Task};
use crate::core::{
    entry::{codec::v1, event::Origin},
    values::id::{Digest, EntryId},
};

/// The label, for finding a task without decoding it: `[its digest: 32][id of its entry: 32][event: 2][item: 2][length of
/// its encoding: 4] [its facets: 1][length of its name: 1][name]`, numbers in big endian.
pub(super) struct Label<'a> {
    pub(super) digest: Digest,
    pub(super) name: &'a str,
    pub(super) origin: Origin,
    pub(super) facets: Facets,
}

/// What is asked of all tasks at once, so that the others stay encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facets {
    pub(super) has_claim: bool,
    pub(super) is_open: bool,
    pub(super) has_links: bool,
    /// It is done, and a commit has its work.
    pub(super) has_work: bool,
}

impl Facets {
    pub(super) fn of(task: &Task) -> Self {
        Self {
            has_claim: task.claim.is_some(),
            is_open: task.end.is_none(),
            has_links: !task.links.is_empty(),
            has_work: task.work_done().is_some(),
        }
    }
    pub(super) fn from_byte(byte: u8) -> Self {
        Self {
            has_claim: byte & 1 != 0,
            is_open: byte & 2 != 0,
            has_links: byte & 4 != 0,
            has_work: byte & 8 != 0,
        }
    }
    pub(super) fn to_byte(self) -> u8 {
        let bits = [self.has_claim, self.is_open, self.has_links, self.has_work];
        let bits = (0..).zip(bits).map(|(place, bit)| u8::from(bit) << place);
        bits.sum()
    }
}

/// The record of a task.
pub(super) fn of(task: &Task) -> Vec<u8> {
    let encoded = v1::to_canonical(task);
    let (origin, name) = (task.origin, task.id.as_str());
    let mut record = Vec::with_capacity(encoded.len() + name.len() + 96);
    record.extend(digest::of_encoded(&encoded).as_bytes());
    record.extend(origin.entry.as_bytes());
    record.extend(origin.event.to_be_bytes());
    record.extend(origin.item.to_be_bytes());
    // The length is far below 4 GiB: an entry has 64 KiB, and the rules limit a task to 1000 facts of each kind.
    record.extend((encoded.len() as u32).to_be_bytes());
    record.push(Facets::of(task).to_byte());
    // A name has at most 64 bytes.
    record.push(name.len() as u8);
    record.extend(name.as_bytes());
    record.extend(encoded);
    record
}

/// Takes a record from the front of `bytes`: its label, and the task's encoding.
pub(super) fn take<'a>(bytes: &mut Bytes<'a>) -> Option<(Label<'a>, &'a [u8])> {
    let digest = Digest::from_bytes(bytes.array()?);
    let origin = Origin {
        entry: EntryId::from_bytes(bytes.array()?),
        event: u16::from_be_bytes(bytes.array()?),
        item: u16::from_be_bytes(bytes.array()?),
    };
    let length = u32::from_be_bytes(bytes.array()?);
    let [facets, name_length] = bytes.array()?;
    let name = std::str::from_utf8(bytes.take(name_length.into())?).ok()?;
    let encoded = bytes.take(usize::try_from(length).ok()?)?;
    let label = Label {
        digest,
        name,
        origin,
        facets: Facets::from_byte(facets),
    };
    Some((label, encoded))
}

/// Bytes that are read from the front.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
    fn array<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        self.take(LENGTH)?.try_into().ok()
    }
    /// A number of 8 bytes.
    pub(super) fn number(&mut self) -> Option<usize> {
        usize::try_from(u64::from_be_bytes(self.array()?)).ok()
    }
    /// A part whose length is in the 8 bytes before it.
    pub(super) fn part(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }
}
