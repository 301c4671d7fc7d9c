//! The armour of an SSH signature: its one canonical text, and reading the armour of other programs.
//!
//! Not here: the content (`sshsig`), and the folding of a commit's header (`git::commit`).

use base64ct::{Base64, Encoding};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// The length of a full line of base64, as `ssh-keygen -Y sign` wraps it.
const LINE_LEN: usize = 70;

/// Why a text is not the canonical armour of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotCanonical {
    /// It does not begin like an SSH signature. It can be an OpenPGP signature.
    #[error("it is not an SSH signature")]
    NotSsh,
    /// The end line is missing, or is not the last line.
    #[error("it does not end where an SSH signature ends")]
    End,
    /// A line has another length than `ssh-keygen` gives it.
    #[error("its lines are not wrapped at {LINE_LEN} characters")]
    Wrapping,
    /// Not base64 in its one canonical form.
    #[error("it is not canonical base64")]
    Base64,
}

/// The canonical armour of an SSHSIG blob, with a line end after its last line: what `ssh-keygen -Y sign` writes.
pub fn encode(blob: &[u8]) -> String {
    let encoded = Base64::encode_string(blob);
    let mut text = String::with_capacity(encoded.len() + encoded.len() / LINE_LEN + 64);
    text.push_str(BEGIN);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE_LEN));
        text.push('\n');
        text.push_str(line);
        rest = after;
    }
    text.push('\n');
    text.push_str(END);
    text.push('\n');
    text
}

/// The SSHSIG blob in a canonical armour, given line by line. Any difference from the output of [`encode`] is an error.
pub fn decode<'a>(mut lines: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, NotCanonical> {
    if lines.next() != Some(BEGIN) {
        return Err(NotCanonical::NotSsh);
    }
    let mut encoded = String::with_capacity(8 * LINE_LEN);
    let mut last_len = LINE_LEN;
    loop {
        let line = lines.next().ok_or(NotCanonical::End)?;
        if line == END {
            break;
        }
        if last_len != LINE_LEN || line.is_empty() || line.len() > LINE_LEN {
            return Err(NotCanonical::Wrapping);
        }
        last_len = line.len();
        encoded.push_str(line);
    }
    if lines.next().is_some() {
        return Err(NotCanonical::End);
    }
    decode_base64(&encoded)
}

/// The SSHSIG blob in the output of an external signer. Its lines can have any length.
pub fn decode_loosely(text: &str) -> Result<Vec<u8>, NotCanonical> {
    let body = text
        .trim()
        .strip_prefix(BEGIN)
        .ok_or(NotCanonical::NotSsh)?;
    let body = body.strip_suffix(END).ok_or(NotCanonical::End)?;
    let encoded: String = body.split_ascii_whitespace().collect();
    decode_base64(&encoded)
}

fn decode_base64(encoded: &str) -> Result<Vec<u8>, NotCanonical> {
    match Base64::decode_vec(encoded) {
        Ok(blob) if !blob.is_empty() => Ok(blob),
        _ => Err(NotCanonical::Base64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_blob_decodes_and_encodes_to_the_same_text() {
        for len in 1..=320 {
            let blob = vec![0xa5; len];
            let text = encode(&blob);
            assert_eq!(decode(text.lines()).unwrap(), blob, "{len}");
            assert_eq!(decode_loosely(&text).unwrap(), blob, "{len}");
        }
    }

    #[test]
    fn the_wrapping_of_other_programs_is_read_loosely_only() {
        let text = format!("{BEGIN}\r\nq qWl\r\npQ==\r\n{END}\r\n");
        assert_eq!(decode_loosely(&text).unwrap(), [0xaa, 0xa5, 0xa5, 0xa5]);
        assert_eq!(decode(text.lines()), Err(NotCanonical::Wrapping));
    }

    #[test]
    fn text_that_is_not_armour_is_an_error() {
        for text in [
            "",
            BEGIN,
            END,
            "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n",
        ] {
            assert!(
                decode(text.lines()).is_err() && decode_loosely(text).is_err(),
                "{text:?}"
            );
        }
        for body in [
            "",
            "\n\n",
            "\n=\n",
            "\nqqWlpQ=\n",
            "\nqqWlpR==\n",
            "\nqqWlpQ==q\n",
            "\nqqW\u{e9}\n",
        ] {
            let text = format!("{BEGIN}{body}{END}\n");
            assert!(
                decode(text.lines()).is_err() && decode_loosely(&text).is_err(),
                "{body:?}"
            );
        }
    }
}
