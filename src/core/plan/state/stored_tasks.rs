//! The tasks of a stored state, encoded. They are read in blocks, when one task of the block is needed.
//!
//! Not here: decoding and changing them (`tasks`), and the other parts (`stored`).

use std::ops::Range;

use super::{
    encoded_task::Facets,
    ended::{EndedTask, StoredEnds},
    kept::{Extent, Kept, KeptPart, checksum},
};
use crate::core::values::id::Digest;

/// How many tasks are read at a time: about 16 KiB.
const BLOCK: usize = 32;

/// The bytes of a task in the table: `[its facets: 1][length of its encoding: 4]`. After the tasks, the table has the checksum of each
/// block in 4 bytes.
const ROW: usize = 5;

/// The bytes of a digest.
const DIGEST: usize = 32;

/// The encoded tasks of a stored state.
#[derive(Debug, Default)]
pub(super) struct StoredTasks {
    /// Where each task is in its block.
    places: Vec<Range<usize>>,
    blocks: Vec<KeptPart>,
    digests: Option<KeptPart>,
    ends: Option<StoredEnds>,
}

/// The parts of tasks that are to be stored.
#[derive(Default)]
pub(super) struct WrittenTasks {
    table: Vec<u8>,
    digests: Vec<u8>,
    encoded: Vec<u8>,
    /// Where each block begins.
    blocks: Vec<usize>,
}

impl WrittenTasks {
    /// The number of tasks.
    pub(super) fn len(&self) -> usize {
        self.digests.len() / DIGEST
    }

    /// Adds a task.
    pub(super) fn push(&mut self, facets: Facets, digest: Digest, encoded: &[u8]) {
        if self.len().is_multiple_of(BLOCK) {
            self.blocks.push(self.encoded.len());
        }
        self.table.push(facets.to_byte());
        // The length is far below 4 GiB: an entry has 64 KiB, and the rules limit a task to 1000 facts of each kind.
        self.table.extend((encoded.len() as u32).to_be_bytes());
        self.digests.extend(digest.as_bytes());
        self.encoded.extend_from_slice(encoded);
    }

    /// The table, the digests and the encoded tasks.
    pub(super) fn parts(mut self) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let ends = self.blocks.iter().skip(1).copied();
        let ends = ends.chain([self.encoded.len()]);
        for (begin, end) in self.blocks.iter().zip(ends) {
            let sum = checksum(&self.encoded[*begin..end]);
            self.table.extend(sum.to_be_bytes());
        }
        (self.table, self.digests, self.encoded)
    }
}

impl StoredTasks {
    /// The tasks of this table, of which there are so many, with their facets; none if the table has another form. The encoded tasks
    /// begin at `begin`.
    pub(super) fn read_back(
        kept: &Kept,
        table: &[u8],
        count: usize,
        [digests, ends]: [Extent; 2],
        begin: usize,
    ) -> Option<(Self, Vec<Facets>)> {
        let (rows, sums) = table.split_at_checked(count.checked_mul(ROW)?)?;
        let (rows, sums) = (rows.as_chunks::<ROW>().0, sums.as_chunks::<4>());
        (sums.0.len() == count.div_ceil(BLOCK) && sums.1.is_empty()).then_some(())?;
        let mut tasks = Self {
            places: Vec::with_capacity(count),
            blocks: Vec::with_capacity(sums.0.len()),
            digests: Some(KeptPart::new(kept, digests)),
            ends: Some(StoredEnds::new(KeptPart::new(kept, ends))),
        };
        let mut facets = Vec::with_capacity(count);
        let mut block_begin = begin;
        for (rows, sum) in rows.chunks(BLOCK).zip(sums.0) {
            let mut end = 0;
            for [byte, length @ ..] in rows {
                let length = u32::from_be_bytes(*length) as usize;
                tasks.places.push(end..end + length);
                facets.push(Facets::from_byte(*byte));
                end += length;
            }
            let extent = Extent {
                begin: block_begin,
                end: block_begin.checked_add(end)?,
                checksum: u32::from_be_bytes(*sum),
            };
            tasks.blocks.push(KeptPart::new(kept, extent));
            block_begin += end;
        }
        Some((tasks, facets))
    }

    /// The encoding of a task; nothing for one that is not stored.
    pub(super) fn encoded(&self, place: usize) -> &[u8] {
        let block = self.blocks.get(place / BLOCK).map(KeptPart::bytes);
        let found = self.places.get(place).zip(block);
        found
            .and_then(|(place, block)| block.get(place.clone()))
            .unwrap_or_default()
    }

    /// The digest of a task.
    pub(super) fn digest(&self, place: usize) -> Option<Digest> {
        let digests = self.digests.as_ref()?.bytes().as_chunks::<DIGEST>().0;
        digests.get(place).copied().map(Digest::from_bytes)
    }

    /// What is stored of an ended task for sums.
    pub(super) fn ended(&self, place: usize) -> Option<EndedTask<'_>> {
        self.ends.as_ref()?.get(place)
    }

    /// Where the last block ends, which begins at `begin` if there is none.
    pub(super) fn end(&self, begin: usize) -> usize {
        let mut blocks = self.blocks.iter();
        blocks.next_back().map_or(begin, |block| block.end())
    }
}
