//! The two data types of the SSH wire that signatures and messages of SSH agents consist of: `uint32` and `string`
//! (RFC 4251 §5).
//!
//! Not here: the meaning of the strings (`sshsig`, `agent`).

/// Reads from the front of some bytes; `None` as soon as they end too early.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn uint32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.bytes(4)?.try_into().ok()?))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.uint32()?).ok()?;
        self.bytes(len)
    }

    /// All that is left must be nothing.
    pub(super) fn finish(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

/// Appends a `string`. Its length fits in 32 bits: nothing here is larger than a commit.
pub(super) fn put_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back_and_lengths_beyond_the_end_read_nothing() {
        let mut out = Vec::new();
        put_string(&mut out, b"git");
        put_string(&mut out, b"");
        let mut reader = Reader(&out);
        assert_eq!(reader.string(), Some(&b"git"[..]));
        assert_eq!(reader.string(), Some(&b""[..]));
        assert_eq!(reader.string(), None);
        assert_eq!(Reader(&[0xff; 8]).string(), None);
        assert_eq!(Reader(b"x").finish(), None);
    }
}
