//! All text strings in canonical CBOR, at any depth.
//!
//! Not here: the meaning of the bytes (`entry::codec`).

use std::collections::BTreeSet;

/// All text strings. Lengths are definite and there are no tags, so the heads of the items can be read in order.
pub fn texts(mut cbor: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    while let [first, rest @ ..] = cbor {
        let size = match first & 0x1f {
            0..24 => 0,
            more => 1 << (more - 24),
        };
        let (argument, rest) = rest.split_at(size);
        let argument = argument
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let argument = if size == 0 {
            usize::from(first & 0x1f)
        } else {
            argument
        };
        let length = match first >> 5 {
            2 | 3 => argument,
            _ => 0,
        };
        let (content, rest) = rest.split_at(length);
        if first >> 5 == 3 {
            found.insert(String::from_utf8(content.to_vec()).unwrap());
        }
        cbor = rest;
    }
    found
}
