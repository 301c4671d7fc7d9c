//! Names and ids of actors, tasks and entries, parsed when they enter the program.
//!
//! Not here: the things that have these names (`task`, `roster`), and how a shortened id is resolved (`state`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A text was not the name or id that it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{}' is not a valid {what}: {why}", .text.escape_debug())]
pub struct InvalidName {
    /// What was expected, as a noun for people.
    pub what: &'static str,
    /// What was found.
    pub text: String,
    /// The rule that it breaks.
    pub why: &'static str,
}

/// The longest name, in bytes, of a task, actor, guardrail, target or role.
pub const NAME_BYTES_MAX: usize = 64;

/// The letters of suffixes and fresh names: no vowels that make words, nothing that looks like something else.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A letter for each byte, of its last five bits.
pub fn letters(bytes: &[u8]) -> impl Iterator<Item = char> + Clone {
    let bytes = bytes.iter();
    bytes.map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
}

/// The rule that a name has to keep.
pub(super) type Rule = fn(&'static str, &str) -> Result<(), InvalidName>;

fn check_name(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let invalid = |why| {
        Err(InvalidName {
            what,
            text: text.to_owned(),
            why,
        })
    };
    let mut bytes = text.bytes();
    match bytes.next() {
        None => return invalid("it is empty"),
        Some(first) if !first.is_ascii_alphanumeric() => {
            return invalid("it must start with a letter or a digit");
        }
        Some(_) => {}
    }
    if text.len() > NAME_BYTES_MAX {
        return invalid("it is longer than 64 bytes");
    }
    if !bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        return invalid("it contains a character other than letters, digits, '.', '_' and '-'");
    }
    Ok(())
}

fn check_visible(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let why = match text.len() {
        0 => "it is empty",
        1..=NAME_BYTES_MAX if text.bytes().all(|byte| byte.is_ascii_graphic()) => return Ok(()),
        1..=NAME_BYTES_MAX => "it contains a character other than the visible ones of ASCII",
        _ => "it is longer than 64 bytes",
    };
    Err(InvalidName {
        what,
        text: text.to_owned(),
        why,
    })
}

/// The endings of files beside an actor's key, which has the actor's name.
const KEY_FILE_ENDINGS: [&str; 2] = [".pub", ".lock"];

/// A name whose key is not taken for a file beside another actor's key, on any file system.
fn check_actor(what: &'static str, text: &str) -> Result<(), InvalidName> {
    check_name(what, text)?;
    let lower = text.to_ascii_lowercase();
    if KEY_FILE_ENDINGS.iter().any(|end| lower.ends_with(end)) {
        return Err(InvalidName {
            what,
            text: text.to_owned(),
            why: "it ends in '.pub' or '.lock', as a file beside a key does",
        });
    }
    Ok(())
}

/// A task's id, and where an earlier task has that id too, a suffix.
fn check_shown(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let Some((id, suffix)) = text.split_once('~') else {
        return check_name(what, text);
    };
    check_name(what, id)?;
    let is_letter = |byte: u8| LETTERS.contains(&byte);
    if (4..=12).contains(&suffix.len()) && suffix.bytes().all(is_letter) {
        return Ok(());
    }
    Err(InvalidName {
        what,
        text: text.to_owned(),
        why: "after '~' there must be 4 to 12 letters or digits",
    })
}

/// A type for texts that keep a rule.
macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $check:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $type(Box<str>);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;
            fn from_str(text: &str) -> Result<Self, InvalidName> {
                $check($what, text)?;
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(NameVisitor($what, $check))
                    .map(Self)
            }
        }
    };
}
pub(super) use name;

name!(
    /// The name of a task, as people type it: `B`, `CC-1`, `E402-1`.
    ///
    /// 1 to 64 bytes: an ASCII letter or digit, then ASCII letters, digits, `.`, `_`, `-`.
    /// Upper and lower case differ.
    TaskId,
    "task id",
    check_name
);
name!(
    /// The name of an actor, a person or an agent: `codex`.
    ///
    /// 1 to 64 bytes: an ASCII letter or digit, then ASCII letters, digits, `.`, `_`, `-`; it does not end in `.pub` or
    /// `.lock`. Upper and lower case differ.
    ActorName,
    "actor name",
    check_actor
);
name!(
    /// The name of a guardrail: `G1`.
    ///
    /// 1 to 64 bytes: an ASCII letter or digit, then ASCII letters, digits, `.`, `_`, `-`.
    /// Upper and lower case differ.
    GuardId,
    "guardrail id",
    check_name
);
name!(
    /// The name of a figure that a target is set on: `in_progress`.
    ///
    /// 1 to 64 bytes: an ASCII letter or digit, then ASCII letters, digits, `.`, `_`, `-`.
    /// Upper and lower case differ.
    TargetName,
    "target name",
    check_name
);

name!(
    /// What people call a task: its id `B`, or `B~x7f3` where an earlier task has that id too.
    TaskName,
    "name of a task",
    check_shown
);

name!(
    /// What an author calls a change, so that it is made only once: `deploy-17/claim`.
    ///
    /// 1 to 64 bytes, each a visible character of ASCII.
    IdempotencyKey,
    "idempotency key",
    check_visible
);

impl ActorName {
    /// The name in small letters, which is that of every name that differs in the case of letters alone.
    pub fn in_small_letters(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl TaskName {
    /// A name that the state gave out.
    pub(in crate::core) fn from_shown(name: String) -> Self {
        debug_assert!(check_shown("name of a task", &name).is_ok());
        Self(name.into())
    }
}

impl From<&TaskId> for TaskName {
    fn from(id: &TaskId) -> Self {
        Self(id.0.clone())
    }
}

impl TaskId {
    /// A name of letters and digits alone.
    pub(in crate::core) fn from_letters(name: String) -> Self {
        debug_assert!(check_name("task id", &name).is_ok());
        Self(name.into())
    }
}

/// Reads a name without an allocation in between.
pub(super) struct NameVisitor(pub(super) &'static str, pub(super) Rule);

impl de::Visitor<'_> for NameVisitor {
    type Value = Box<str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", self.0)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Box<str>, E> {
        (self.1)(self.0, text).map_err(E::custom)?;
        Ok(text.into())
    }
}

/// A BLAKE3 digest of 32 bytes, written `blake3:HEX` where a person reads it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The BLAKE3 digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
    /// The BLAKE3 digest of these bytes, one piece after the other.
    pub fn of_pieces<const COUNT: usize>(pieces: [&[u8]; COUNT]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Self(*hasher.finalize().as_bytes())
    }
    /// A digest from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// The 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }
    fn from_hex(text: &str) -> Option<Self> {
        let hash = blake3::Hash::from_hex(text).ok()?;
        Some(Self(hash.into()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        text.strip_prefix("blake3:")
            .and_then(Self::from_hex)
            .ok_or_else(|| InvalidName {
                what: "digest",
                text: text.to_owned(),
                why: "it is not 'blake3:' and 64 hexadecimal digits",
            })
    }
}

/// The id of an entry: the BLAKE3 of its canonical payload. A commit that is not an entry has as id a
/// domain-separated BLAKE3 of the raw commit. Both are independent of git's own hash function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(Digest);

/// Keeps the ids of commits that are not entries apart from the ids of payloads.
const FOREIGN_COMMIT_CONTEXT: &str = "git-coord 2026-11 commit that is no entry v1";

impl EntryId {
    /// The id of the entry with this canonical payload.
    pub fn of_payload(payload: &[u8]) -> Self {
        Self(Digest::of(payload))
    }
    /// The id of a raw commit that is not an entry.
    pub fn of_foreign_commit(raw: &[u8]) -> Self {
        Self(Digest(blake3::derive_key(FOREIGN_COMMIT_CONTEXT, raw)))
    }
    /// An id from its 32 bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Digest(bytes))
    }
    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
    /// The first ten hexadecimal digits, for people.
    pub fn short(&self) -> String {
        self.0.to_hex()[..10].to_owned()
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

impl fmt::Debug for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl FromStr for EntryId {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        Digest::from_hex(text).map(Self).ok_or_else(|| InvalidName {
            what: "entry id",
            text: text.to_owned(),
            why: "it is not 64 hexadecimal digits",
        })
    }
}

macro_rules! as_byte_string {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serializer.collect_str(self);
                }
                serializer.serialize_bytes(self.as_bytes())
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let bytes = serde_bytes::ByteArray::deserialize(deserializer)?;
                Ok(Self::from_bytes(bytes.into_array()))
            }
        }
    };
}
as_byte_string!(Digest);
as_byte_string!(EntryId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_real_plans_are_task_ids() {
        for text in ["B", "1", "CC-1", "E402-1", "Safe-1", "task_a.2"] {
            assert_eq!(
                text.parse::<TaskId>().map(|id| id.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn a_name_contains_nothing_that_a_terminal_or_a_shell_interprets() {
        for text in [
            "",
            "-x",
            "a b",
            "a\n",
            "a/b",
            "é",
            "B~x7f3",
            "\u{1b}[31m",
            &"x".repeat(65),
        ] {
            assert!(text.parse::<TaskId>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn no_name_of_an_actor_makes_a_key_file_like_those_of_another_actor() {
        for text in ["zed.pub", "zed.PUB", "zed.lock", "a.b.Lock", "zed.pub.pub"] {
            assert!(text.parse::<ActorName>().is_err(), "{text:?}");
            assert!(text.parse::<TaskId>().is_ok(), "{text:?}");
        }
        for text in ["pub", "zed.publish", "zed.pub.x", "lock", "zed-lock"] {
            assert!(text.parse::<ActorName>().is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_task_is_called_by_its_id_or_by_that_and_a_suffix_of_the_state() {
        for text in ["B", "CC-1", "B~x7f3", "B~0123456789ab"] {
            assert_eq!(
                text.parse::<TaskName>().map(|name| name.to_string()),
                Ok(text.to_owned())
            );
        }
        for text in [
            "",
            "~x7f3",
            "B~",
            "B~x7f",
            "B~x7f3x7f3x7f3x",
            "B~x7fi",
            "B~x7f3~x7f3",
        ] {
            assert!(text.parse::<TaskName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_foreign_commit_never_has_the_id_of_a_payload() {
        assert_ne!(
            EntryId::of_payload(b"tree"),
            EntryId::of_foreign_commit(b"tree")
        );
    }

    #[test]
    fn digests_read_back_as_they_are_written() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!("blake3:zz".parse::<Digest>().is_err());
    }
}
