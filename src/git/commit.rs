//! The strict frame of an entry's commit object: which bytes it may consist of, and which of them are signed.
//!
//! Not here: the content of the message (`core::entry::codec`), and verifying the signature (`git::sign`).

use std::iter;

use crate::git::sign::armour::{self, NotCanonical};

/// The largest commit object that can be an entry, in bytes, its signature included.
pub const COMMIT_BYTES_MAX: usize = 512 * 1024;

/// The only time zone of an entry: its time is a count of seconds.
const ZONE: &str = "+0000";

/// The hash that names a repository's objects (`extensions.objectFormat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashKind {
    /// 40 hex digits an id.
    Sha1,
    /// 64 hex digits an id.
    Sha256,
}

impl HashKind {
    /// The length of an object's id, in hex digits.
    pub const fn hex_len(self) -> usize {
        match self {
            Self::Sha1 => 40,
            Self::Sha256 => 64,
        }
    }
    /// The header in which git keeps the signature over a commit of such a repository.
    pub const fn signature_header(self) -> &'static str {
        match self {
            Self::Sha1 => "gpgsig",
            Self::Sha256 => "gpgsig-sha256",
        }
    }
}

/// A commit that has exactly the form of an entry. Its parts lie in the commit's own bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The tree's id, in hex of either case.
    pub tree: &'a str,
    /// The parents' ids, in hex of either case, in their order.
    pub parents: Vec<&'a str>,
    /// The name of the author, who is also the committer: not empty, without `<`, `>` and control characters.
    pub name: &'a str,
    /// The author's e-mail address, without the characters that the name cannot have.
    pub email: &'a str,
    /// When it was committed, in seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// The SSHSIG blob from the armour, neither parsed nor verified.
    pub signature: Vec<u8>,
    /// Everything after the blank line.
    pub message: &'a str,
    /// The signed bytes: the commit without its signature header, in the two pieces around it.
    pub signed: [&'a [u8]; 2],
}

/// Why a commit does not have the form of an entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Larger than [`COMMIT_BYTES_MAX`].
    #[error("the commit has {bytes} bytes, but only {COMMIT_BYTES_MAX} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A NUL byte, at which git's own tools stop reading.
    #[error("the commit contains a NUL byte")]
    Nul,
    /// Not UTF-8 throughout.
    #[error("the commit is not UTF-8")]
    NotUtf8,
    /// It does not begin like a commit.
    #[error("the object is not a commit")]
    NotACommit,
    /// A header that every entry has is missing.
    #[error("the header '{header}' is missing")]
    MissingHeader {
        /// The header's name.
        header: &'static str,
    },
    /// A known header in the wrong place, or too many of it.
    #[error("the header '{found}' is where '{expected}' should be")]
    OutOfOrder {
        /// The header's name.
        found: String,
        /// The expected one.
        expected: &'static str,
    },
    /// A header that entries do not have, such as `encoding` or `mergetag`.
    #[error("the header '{header}' is not allowed in an entry")]
    ExtraHeader {
        /// The header's name, shortened and escaped.
        header: String,
    },
    /// A folded line where none is allowed.
    #[error("the line before the header '{expected}' is folded")]
    Folded {
        /// The expected one.
        expected: &'static str,
    },
    /// No blank line ends the headers.
    #[error("no blank line ends the headers")]
    NoBlankLine,
    /// The id of the tree or of a parent is not one of this repository's kind.
    #[error("the header '{header}' does not hold an object id of this repository")]
    ObjectId {
        /// The header's name.
        header: &'static str,
    },
    /// Author and committer differ.
    #[error("author and committer differ")]
    AuthorDiffers,
    /// Not of the form `NAME <EMAIL> SECONDS ZONE`, or with characters that no name may have.
    #[error("the author is not of the form 'NAME <EMAIL> SECONDS +0000'")]
    Person,
    /// Not a plain decimal count of seconds.
    #[error("the time is not a plain count of seconds")]
    Time,
    /// Another zone than +0000.
    #[error("the zone is not +0000")]
    Zone,
    /// No signature at all.
    #[error("the commit is not signed")]
    NoSignature,
    /// Its only signature is in the header for repositories with the other hash.
    #[error("the signature in '{header}' is not the one for this repository's object format")]
    ForeignSignature {
        /// The header's name.
        header: &'static str,
    },
    /// More than one signature.
    #[error("the commit has a second signature")]
    SecondSignature,
    /// The armour is not byte for byte what `ssh-keygen` writes.
    #[error("the signature is not in canonical armour")]
    Armour(#[from] NotCanonical),
}

/// Reads a raw commit object, without the loose object's header, as the commit of an entry.
///
/// An entry has exactly the headers `tree`, `parent`*, `author`, `committer` and one signature, in this order. git ignores
/// unknown headers, so with more headers one signature would be valid for several object ids.
pub fn parse(raw: &[u8], hash: HashKind) -> Result<Frame<'_>, Malformed> {
    if raw.len() > COMMIT_BYTES_MAX {
        return Err(Malformed::TooLarge { bytes: raw.len() });
    }
    if raw.contains(&0) {
        return Err(Malformed::Nul);
    }
    let text = std::str::from_utf8(raw).map_err(|_| Malformed::NotUtf8)?;
    let mut headers = Headers { text, at: 0 };
    let tree = headers.object_id("tree", hash)?;
    let mut parents = Vec::with_capacity(1);
    while headers.next_is("parent") {
        parents.push(headers.object_id("parent", hash)?);
    }
    let author = headers.take("author")?;
    let committer = headers.take("committer")?;
    if author != committer {
        return Err(Malformed::AuthorDiffers);
    }
    let (name, email, time) = person(committer)?;
    let signature_start = headers.at;
    let signature = headers.signature(hash)?;
    let signature_end = headers.at;
    headers.finish()?;
    Ok(Frame {
        tree,
        parents,
        name,
        email,
        time,
        signature,
        message: &text[headers.at..],
        signed: [&raw[..signature_start], &raw[signature_end..]],
    })
}

/// The tree and the parents of a commit, entry or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links<'a> {
    /// The tree's id, in lower-case hex.
    pub tree: &'a str,
    /// The parents' ids, in lower-case hex, in their order.
    pub parents: Vec<&'a str>,
}

/// Reads the tree and the parents of any git commit, as git does, and nothing after them.
///
/// The only error is [`Malformed::NotACommit`].
pub fn links(raw: &[u8], hash: HashKind) -> Result<Links<'_>, Malformed> {
    let mut rest = raw;
    let tree = take_link(&mut rest, b"tree ", hash).ok_or(Malformed::NotACommit)?;
    let parents = iter::from_fn(|| take_link(&mut rest, b"parent ", hash)).collect();
    Ok(Links { tree, parents })
}

fn take_link<'a>(rest: &mut &'a [u8], header: &[u8], hash: HashKind) -> Option<&'a str> {
    let value = rest.strip_prefix(header)?;
    let (id, after) = value.split_at_checked(hash.hex_len())?;
    let id = std::str::from_utf8(id).ok();
    let id = id.filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    *rest = after.strip_prefix(b"\n")?;
    Some(id)
}

/// The bytes of a commit before it is signed, which are the bytes to sign. `time` is in seconds since 1970.
///
/// Nothing is checked here: [`parse`] checks the commit that [`signed`] returns.
pub fn unsigned(
    tree: &str,
    parents: &[&str],
    name: &str,
    email: &str,
    time: u64,
    message: &str,
) -> Vec<u8> {
    let parents: String = parents.iter().map(|id| format!("parent {id}\n")).collect();
    let person = format!("{name} <{email}> {time} {ZONE}");
    format!("tree {tree}\n{parents}author {person}\ncommitter {person}\n\n{message}").into_bytes()
}

/// The commit with its signature as the last header, folded as git folds it: each further line after one space.
pub fn signed(unsigned: &[u8], armour: &str, hash: HashKind) -> Vec<u8> {
    let blank_line = unsigned
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .map_or(unsigned.len(), |last_header_end| last_header_end + 1);
    let (headers, message) = unsigned.split_at(blank_line);
    let folded = armour.trim_end_matches('\n').replace('\n', "\n ");
    let signature = format!("{} {folded}\n", hash.signature_header());
    [headers, signature.as_bytes(), message].concat()
}

/// The headers of a commit, read from the first to the last.
struct Headers<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Headers<'a> {
    /// The line to be read next, without its end.
    fn line(&self) -> Result<&'a str, Malformed> {
        let rest = &self.text[self.at..];
        rest.split_once('\n')
            .map(|(line, _)| line)
            .ok_or(Malformed::NoBlankLine)
    }

    fn next_is(&self, header: &str) -> bool {
        self.text[self.at..]
            .strip_prefix(header)
            .is_some_and(|rest| rest.starts_with(' '))
    }

    fn take(&mut self, header: &'static str) -> Result<&'a str, Malformed> {
        if self.text.is_empty() || (self.at == 0 && !self.next_is(header)) {
            return Err(Malformed::NotACommit);
        }
        let line = self.line()?;
        let value = line
            .strip_prefix(header)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| misplaced(line, header))?;
        self.at += line.len() + 1;
        Ok(value)
    }

    fn object_id(&mut self, header: &'static str, hash: HashKind) -> Result<&'a str, Malformed> {
        let id = self.take(header)?;
        if id.len() != hash.hex_len() || !is_hex(id) {
            return Err(Malformed::ObjectId { header });
        }
        Ok(id)
    }

    fn signature(&mut self, hash: HashKind) -> Result<Vec<u8>, Malformed> {
        let first = self.take(hash.signature_header())?;
        let start = self.at;
        while self.text[self.at..].starts_with(' ') {
            self.at += self.line()?.len() + 1;
        }
        let folded = self.text[start..self.at].split_terminator('\n');
        let lines = iter::once(first).chain(folded.map(|line| &line[1..]));
        Ok(armour::decode(lines)?)
    }

    /// Passes the blank line.
    fn finish(&mut self) -> Result<(), Malformed> {
        if self.next_is("gpgsig") || self.next_is("gpgsig-sha256") {
            return Err(Malformed::SecondSignature);
        }
        match self.line()? {
            "" => self.at += 1,
            line => return Err(misplaced(line, "message")),
        }
        Ok(())
    }
}

/// The error for a line that is not the expected header.
fn misplaced(line: &str, expected: &'static str) -> Malformed {
    let is_signature = |header: &str| header.starts_with("gpgsig");
    let word = line.split(' ').next().unwrap_or(line);
    match word {
        _ if line.is_empty() && is_signature(expected) => Malformed::NoSignature,
        _ if line.is_empty() => Malformed::MissingHeader { header: expected },
        "" => Malformed::Folded { expected },
        "gpgsig" if is_signature(expected) => Malformed::ForeignSignature { header: "gpgsig" },
        "gpgsig-sha256" if is_signature(expected) => Malformed::ForeignSignature {
            header: "gpgsig-sha256",
        },
        "tree" | "parent" | "author" | "committer" | "gpgsig" | "gpgsig-sha256" => {
            Malformed::OutOfOrder {
                found: word.to_owned(),
                expected,
            }
        }
        _ => Malformed::ExtraHeader {
            header: word.chars().take(40).flat_map(char::escape_debug).collect(),
        },
    }
}

/// Splits `NAME <EMAIL> SECONDS +0000`.
fn person(value: &str) -> Result<(&str, &str, u64), Malformed> {
    let (name, rest) = value.split_once('<').ok_or(Malformed::Person)?;
    let (email, rest) = rest.split_once('>').ok_or(Malformed::Person)?;
    let name = name.strip_suffix(' ').ok_or(Malformed::Person)?;
    let date = rest.strip_prefix(' ').ok_or(Malformed::Person)?;
    let (seconds, zone) = date.split_once(' ').ok_or(Malformed::Person)?;
    if !is_plain(name) || !is_plain(email) {
        return Err(Malformed::Person);
    }
    if zone != ZONE {
        return Err(Malformed::Zone);
    }
    let canonical = seconds.bytes().all(|byte| byte.is_ascii_digit())
        && (seconds == "0" || !seconds.starts_with('0'));
    let time = seconds.parse().ok().filter(|_| canonical);
    Ok((name, email, time.ok_or(Malformed::Time)?))
}

fn is_plain(text: &str) -> bool {
    let barred = |c: char| matches!(c, '<' | '>') || c.is_control();
    !text.is_empty() && !text.contains(barred)
}

fn is_hex(id: &str) -> bool {
    id.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const PARENT: &str = "00112233445566778899aabbccddeeff00112233";

    fn armour_of(bytes: usize) -> String {
        armour::encode(&vec![7; bytes])
    }

    fn entry() -> String {
        String::from_utf8(signed(&plain(), &armour_of(173), HashKind::Sha1)).unwrap()
    }

    fn plain() -> Vec<u8> {
        let message = "hi\n\nyou\n";
        unsigned(TREE, &[PARENT], "claude", "c@x", 1_700_000_000, message)
    }

    fn reason(raw: impl AsRef<[u8]>) -> Malformed {
        parse(raw.as_ref(), HashKind::Sha1).expect_err("malformed")
    }

    fn reason_after(from: &str, to: &str) -> Malformed {
        assert!(entry().contains(from), "{from:?}");
        reason(entry().replacen(from, to, 1))
    }

    #[test]
    fn an_entry_reads_back_into_the_parts_it_was_made_of() {
        let raw = entry();
        let frame = parse(raw.as_bytes(), HashKind::Sha1).unwrap();
        assert_eq!((frame.tree, &*frame.parents), (TREE, &[PARENT][..]));
        assert_eq!((frame.name, frame.email), ("claude", "c@x"));
        assert_eq!((frame.time, frame.message), (1_700_000_000, "hi\n\nyou\n"));
        assert_eq!(frame.signature, vec![7; 173]);
        assert_eq!(frame.signed.concat(), plain());
    }

    #[test]
    fn an_entry_may_have_no_parent_or_several_and_an_empty_message() {
        for parents in [&[][..], &[PARENT, TREE]] {
            let unsigned = unsigned(TREE, parents, "a", "b", 0, "");
            let raw = signed(&unsigned, &armour_of(173), HashKind::Sha1);
            let frame = parse(&raw, HashKind::Sha1).unwrap();
            assert_eq!(
                (&*frame.parents, frame.time, frame.message),
                (parents, 0, "")
            );
        }
    }

    #[test]
    fn each_header_out_of_place_has_its_own_reason() {
        let extra = |header: &str| Malformed::ExtraHeader {
            header: header.to_owned(),
        };
        let misplaced = |found: &str, expected| Malformed::OutOfOrder {
            found: found.to_owned(),
            expected,
        };
        let second = format!("-----END SSH SIGNATURE-----\ngpgsig {}", "x\n\nhi");
        assert_eq!(
            reason_after("-----END SSH SIGNATURE-----\n\nhi", &second),
            Malformed::SecondSignature
        );
        let end = "-----END SSH SIGNATURE-----\n";
        assert_eq!(
            reason_after(end, &format!("{end}gpgsig-sha256 junk\n")),
            Malformed::SecondSignature
        );
        assert_eq!(
            reason_after(end, &format!("{end}encoding latin1\n")),
            extra("encoding")
        );
        assert_eq!(
            reason_after("gpgsig ", "encoding UTF-8\ngpgsig "),
            extra("encoding")
        );
        assert_eq!(
            reason_after("gpgsig ", "mergetag object\n x\ngpgsig "),
            extra("mergetag")
        );
        assert_eq!(
            reason_after("gpgsig ", "a\u{1b}b c\ngpgsig "),
            extra("a\\u{1b}b")
        );
        assert_eq!(
            reason_after("gpgsig ", " x\ngpgsig "),
            Malformed::Folded { expected: "gpgsig" }
        );
        assert_eq!(
            reason_after("parent ", "tree "),
            misplaced("tree", "author")
        );
        assert_eq!(
            reason_after("author ", "committer "),
            misplaced("committer", "author")
        );
        assert_eq!(
            reason_after(end, &format!("{end}parent {TREE}\n")),
            misplaced("parent", "message")
        );
        assert_eq!(
            reason_after("author ", "\nauthor "),
            Malformed::MissingHeader { header: "author" }
        );
    }

    #[test]
    fn a_commit_without_a_signature_or_with_that_of_the_other_hash_is_not_an_entry() {
        let unsigned = unsigned(TREE, &[], "a", "b", 1, "m\n");
        assert_eq!(reason(&unsigned), Malformed::NoSignature);
        let foreign = signed(&unsigned, &armour_of(173), HashKind::Sha256);
        let header = "gpgsig-sha256";
        assert_eq!(reason(foreign), Malformed::ForeignSignature { header });
    }

    #[test]
    fn author_and_committer_are_the_same_bytes() {
        assert_eq!(
            reason_after("committer claude", "committer codex"),
            Malformed::AuthorDiffers
        );
        assert_eq!(
            reason_after("00000 +0000\ncommitter", "00001 +0000\ncommitter"),
            Malformed::AuthorDiffers
        );
    }

    fn reason_of_person(person: &str) -> Malformed {
        reason(entry().replace("claude <c@x> 1700000000 +0000", person))
    }

    #[test]
    fn names_times_and_zones_have_one_form_only() {
        for person in [
            "claude",
            "claude <c@x>",
            "claude <c@x> 1",
            "<c@x> 1 +0000",
            " <c@x> 1 +0000",
            "claude <> 1 +0000",
            "cl>aude <c@x> 1 +0000",
            "claude <c<@x> 1 +0000",
            "cl\u{1b}aude <c@x> 1 +0000",
            "cl\u{85}aude <c@x> 1 +0000",
            "claude <c\t@x> 1 +0000",
            "claude<c@x> 1 +0000",
        ] {
            assert_eq!(reason_of_person(person), Malformed::Person, "{person:?}");
        }
        for seconds in ["", "01", "+1", "-1", "1e3", "18446744073709551616"] {
            let person = format!("claude <c@x> {seconds} +0000");
            assert_eq!(reason_of_person(&person), Malformed::Time, "{person:?}");
        }
        for zone in ["+0200", "-0000", "+00000", "", "+0000 "] {
            let person = format!("claude <c@x> 1 {zone}");
            assert_eq!(reason_of_person(&person), Malformed::Zone, "{person:?}");
        }
    }

    #[test]
    fn armour_wrapped_or_encoded_otherwise_is_malformed() {
        let canonical = armour_of(173);
        let first_line = canonical.lines().nth(1).unwrap();
        let rewrapped = format!("{}\n {}", &first_line[..35], &first_line[35..]);
        let garbage = "-----END SSH SIGNATURE-----\n garbage";
        for (from, to) in [
            (first_line, &*rewrapped),
            ("-----END SSH SIGNATURE-----", garbage),
            (
                "-----END SSH SIGNATURE-----",
                "-----END SSH SIGNATURE-----\n ",
            ),
            (
                "-----END SSH SIGNATURE-----",
                "-----END SSH SIGNATURE----- ",
            ),
            (
                "-----END SSH SIGNATURE-----",
                "-----END SSH SIGNATURE-----\r",
            ),
            ("BEGIN SSH", "BEGIN PGP"),
            ("\n -----END SSH SIGNATURE-----", ""),
            ("Bwc=\n", "Bwc\n"),
            ("Bwc=\n", "Bwd=\n"),
            ("Bwc=\n", "Bw =\n"),
        ] {
            let reason = reason_after(from, to);
            assert!(
                matches!(reason, Malformed::Armour(_)),
                "{from:?} {to:?} {reason:?}"
            );
        }
    }

    #[test]
    fn other_objects_and_commits_that_are_too_large_or_not_text_are_malformed() {
        assert_eq!(reason_after("hi\n", "h\0\n"), Malformed::Nul);
        let mut latin1 = entry().into_bytes();
        latin1.extend(b"\xe9");
        assert_eq!(reason(latin1), Malformed::NotUtf8);
        let bytes = entry().len() + COMMIT_BYTES_MAX;
        assert_eq!(
            reason(entry() + &"x".repeat(COMMIT_BYTES_MAX)),
            Malformed::TooLarge { bytes }
        );
        for raw in ["", "\n", "tag v1\n", "object 12\n", "author a\n"] {
            assert_eq!(reason(raw), Malformed::NotACommit, "{raw:?}");
        }
        let (headers, _) = entry()
            .split_once("\n\n")
            .map(|(h, m)| (h.to_owned(), m.len()))
            .unwrap();
        assert_eq!(reason(headers + "\n"), Malformed::NoBlankLine);
        assert_eq!(
            reason_after(TREE, &TREE.to_uppercase()),
            Malformed::ObjectId { header: "tree" }
        );
        assert_eq!(
            reason_after(PARENT, &PARENT[1..]),
            Malformed::ObjectId { header: "parent" }
        );
    }

    #[test]
    fn no_prefix_of_an_entry_and_no_byte_flipped_makes_it_panic() {
        let raw = entry();
        for end in 0..raw.len() {
            let _ = parse(&raw.as_bytes()[..end], HashKind::Sha1);
            let mut flipped = raw.clone().into_bytes();
            flipped[end] ^= 0x80;
            assert_eq!(parse(&flipped, HashKind::Sha1), Err(Malformed::NotUtf8));
        }
    }

    #[test]
    fn the_links_of_any_commit_are_read_leniently() {
        let raw =
            format!("tree {TREE}\nparent {PARENT}\nparent {TREE}\nencoding x\nauthor \u{1}\nrest");
        let links = links(raw.as_bytes(), HashKind::Sha1).unwrap();
        assert_eq!((links.tree, &*links.parents), (TREE, &[PARENT, TREE][..]));
        let upper = raw.replace(TREE, &TREE.to_uppercase());
        let upper = super::links(upper.as_bytes(), HashKind::Sha1).unwrap();
        assert_eq!(
            (upper.tree, upper.parents.len()),
            (&*TREE.to_uppercase(), 2)
        );
        let longer = format!("{PARENT}{}", &PARENT[..24]);
        for other in [longer.as_str(), "x", &format!("{PARENT} ")] {
            let raw = format!("tree {TREE}\nparent {PARENT}\nparent {other}\nparent {TREE}\n");
            let links = super::links(raw.as_bytes(), HashKind::Sha1).unwrap();
            assert_eq!(links.parents, [PARENT], "{other}");
        }
        let unended = format!("tree {TREE}\nparent {PARENT}");
        let unended = super::links(unended.as_bytes(), HashKind::Sha1).unwrap();
        assert!(unended.parents.is_empty());
        let sha256 = format!("tree {longer}\n");
        for raw in [
            "",
            "tree 12\n",
            "object 12\ntype commit\n",
            &sha256,
            &format!("tree {TREE}"),
        ] {
            assert_eq!(
                super::links(raw.as_bytes(), HashKind::Sha1),
                Err(Malformed::NotACommit)
            );
        }
    }
}
