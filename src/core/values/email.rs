//! The e-mail address of an actor, as in the author line of its entries.
//!
//! Not here: who the actor is (`roster`), and the line itself (`git::commit`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    id::{ActorName, InvalidName, NameVisitor, name},
    text::is_blank,
};

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, without its brackets).
pub const EMAIL_BYTES_MAX: usize = 254;

name!(
    /// An address that fits between `<` and `>` in a commit: 1 to 254 bytes of UTF-8, only visible characters, without `<`
    /// and `>`. Nobody checks that it can receive mail.
    Email,
    "address",
    check_email
);

impl Email {
    /// The address of an actor that has none: `NAME@git-coord.invalid`, a domain that never exists (RFC 2606).
    pub fn placeholder(name: &ActorName) -> Self {
        Self(format!("{name}@git-coord.invalid").into())
    }
}

fn check_email(what: &'static str, text: &str) -> Result<(), InvalidName> {
    let barred = |c: char| matches!(c, '<' | '>') || is_blank(c);
    let why = if text.is_empty() {
        "it is empty"
    } else if text.len() > EMAIL_BYTES_MAX {
        "it is longer than 254 bytes"
    } else if text.contains(barred) {
        "it contains white space, '<', '>' or a control character"
    } else {
        return Ok(());
    };
    Err(InvalidName {
        what,
        text: text.chars().take(40).collect(),
        why,
    })
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
