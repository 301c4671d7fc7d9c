//! The address of a page: of an issue, a document, a discussion.
//!
//! Not here: addresses of repositories, which are not of the web only (`sync::remote`).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::id::InvalidName;

/// The longest address, in bytes.
pub const URL_BYTES_MAX: usize = 2000;

/// An address of the web, in the characters of RFC 3986: `https://example.org/issues/7`. It has no user and no password,
/// since everybody who has the ledger could read them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Url(Box<str>);

impl Url {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Url {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Url {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let rest = ["https://", "http://"]
            .iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        let end = |rest: &str| rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest.map(|rest| &rest[..end(rest)]);
        let why = match host {
            _ if text.len() > URL_BYTES_MAX => "it is longer than 2000 bytes",
            None => "it does not begin with https:// or http://",
            Some(host) if host.contains('@') => "it has a user or a password; leave them out",
            Some(host) if !host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[') => {
                "it has no host"
            }
            _ if !text.bytes().all(is_of_addresses) || !is_escaped(text) => {
                "a character has to be written as %XX"
            }
            _ => return Ok(Self(text.into())),
        };
        Err(InvalidName {
            what: "URL",
            text: text.chars().take(40).collect(),
            why,
        })
    }
}

/// Whether RFC 3986 has this byte in an address.
fn is_of_addresses(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// Whether two hexadecimal digits follow each `%`.
fn is_escaped(text: &str) -> bool {
    let is_hex = |part: &str| {
        let digits = part.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.split('%').skip(1).all(is_hex)
}

impl TryFrom<String> for Url {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Self, InvalidName> {
        text.parse()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web_are_taken() {
        for url in [
            "https://example.org",
            "http://localhost:8080/a?b=c#d",
            "https://[::1]/x",
            "https://example.org/gr%C3%B6%C3%9Fe",
            "https://github.com/o/r/issues/7#issuecomment-1",
            "https://example.org/@ana/(x),y;z",
        ] {
            assert_eq!(url.parse::<Url>().unwrap().as_str(), url);
        }
    }

    #[test]
    fn a_text_that_is_not_an_address_or_hides_something_is_refused() {
        for text in [
            "",
            "example.org",
            "https://",
            "https:///x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://ana:secret@example.org",
            "https://ana@example.org/x",
            "https://example.org/a b",
            "https://example.org/\u{1b}[2J",
            "https://example.org/\u{202e}x",
            "https://exam\u{200b}ple.org",
            "https://ex\u{430}mple.org",
            "https://example.org/\nCoord-Task: X",
            "https://example.org/<b>",
            "https://example.org/%",
            "https://example.org/%zz",
            &format!("https://example.org/{}", "x".repeat(URL_BYTES_MAX)),
        ] {
            assert!(text.parse::<Url>().is_err(), "{text}");
        }
    }
}
