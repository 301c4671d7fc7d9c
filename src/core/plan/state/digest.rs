//! The state digest, made of the digests of records: what did not change is not hashed again, and two states can be
//! compared from the top down (LEDGER_FORMAT.md, 15).
//!
//! Not here: the encoding of the records (`codec`), and the parts of a state (`parts`).

use serde::Serialize;

use crate::core::{entry::codec::v1, values::id::Digest};

/// How many digests a list has at most before it is cut into runs.
const RUN: usize = 256;

/// What is hashed begins with one of these bytes, so that no digest can stand for one of another kind.
const RECORD: u8 = 0;
const LIST: u8 = 1;
const STATE: u8 = 2;

/// A part of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The digest of a part that is one record.
    Record(Digest),
    /// The digests of the records of a list, in order.
    List(Vec<Digest>),
}

impl Part {
    /// The digest of the part.
    pub fn digest(&self) -> Digest {
        match self {
            Self::Record(digest) => *digest,
            Self::List(records) => of_list(records),
        }
    }
}

/// The digest of a state with these parts.
pub fn of_parts(parts: impl IntoIterator<Item = Digest>) -> Digest {
    of_digests(STATE, parts)
}

/// The digest of a record, from its canonical encoding.
pub(super) fn of_encoded(record: &[u8]) -> Digest {
    Digest::of_pieces([&[RECORD], record])
}

fn of_record<T: Serialize + ?Sized>(record: &T) -> Digest {
    of_encoded(&v1::to_canonical(&record))
}

fn of_list(records: &[Digest]) -> Digest {
    if records.len() <= RUN {
        return of_digests(LIST, records.iter().copied());
    }
    let runs = records.chunks(RUN).map(of_list);
    of_list(&runs.collect::<Vec<_>>())
}

fn of_digests(tag: u8, digests: impl IntoIterator<Item = Digest>) -> Digest {
    let mut bytes = vec![tag];
    for digest in digests {
        bytes.extend(digest.as_bytes());
    }
    Digest::of(&bytes)
}

/// The part with these records.
pub(super) fn list<T: Serialize>(records: impl IntoIterator<Item = T>) -> Part {
    let records = records.into_iter();
    Part::List(records.map(|record| of_record(&record)).collect())
}

/// The part that is this record.
pub(super) fn record<T: Serialize>(part: &T) -> Part {
    Part::Record(of_record(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    /// The digest of a list, level by level, as the format has it.
    fn by_levels(mut digests: Vec<[u8; 32]>) -> [u8; 32] {
        let node = |digests: &[[u8; 32]]| {
            let bytes = [&[1][..], digests.as_flattened()].concat();
            *blake3::hash(&bytes).as_bytes()
        };
        while digests.len() > 256 {
            digests = digests.chunks(256).map(node).collect();
        }
        node(&digests)
    }

    #[test]
    fn a_long_list_is_the_list_of_its_runs() {
        let number = |number: u32| Digest::of(&number.to_be_bytes());
        for count in [0, 1, 255, 256, 257, 512, 513, 65_536, 65_537] {
            let digests: Vec<Digest> = (0..count).map(number).collect();
            let expected = by_levels(digests.iter().map(|it| *it.as_bytes()).collect());
            assert_eq!(of_list(&digests).as_bytes(), &expected, "{count}");
        }
    }
}
