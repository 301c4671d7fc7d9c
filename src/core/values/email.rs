//! The e-mail address of an actor, as in the author line of its entries.
//!
//! Not here: who the actor is (`roster`), and the line itself (`git::commit`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    id::{ActorName, InvalidName},
    text::is_invisible,
};

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, without its brackets).
pub const EMAIL_BYTES_MAX: usize = 254;

/// An address that fits between `<` and `>` in a commit: 1 to 254 bytes of UTF-8, without white space,
/// `<`, `>` and invisible characters. Nobody checks that it can receive mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(Box<str>);

impl Email {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The address of an actor that has none: `NAME@git-coord.invalid`, a domain that never exists (RFC 2606).
    pub fn placeholder(name: &ActorName) -> Self {
        Self(format!("{name}@git-coord.invalid").into())
    }
}

impl FromStr for Email {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let barred = |c: char| matches!(c, '<' | '>') || c.is_whitespace() || is_invisible(c);
        let why = if text.is_empty() {
            "it is empty"
        } else if text.len() > EMAIL_BYTES_MAX {
            "it is longer than 254 bytes"
        } else if text.contains(barred) {
            "it contains white space, '<', '>' or a control character"
        } else {
            return Ok(Self(text.into()));
        };
        Err(InvalidName {
            what: "address",
            text: text.chars().take(40).collect(),
            why,
        })
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_fits_into_a_commit() {
        for good in ["a@b", "root", "ä@example.org"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "a b@c",
            "a<b",
            "a>",
            "a\n",
            "\u{202e}a",
            &"x".repeat(255),
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_longest_name_has_a_placeholder() {
        let name = "x".repeat(64).parse().unwrap();
        assert!(Email::placeholder(&name).as_str().parse::<Email>().is_ok());
    }
}
