//! One request after the other to the interface of a forge: with a time limit, a limit for the answer, the pauses that the forge
//! asks for, and a token that goes to its host only.
//!
//! Not here: which requests (`github`), and the answers of last time (`memory`).

use std::{
    fmt, io, thread,
    time::{Duration, Instant},
};

use ureq::{
    Agent, Body, Error,
    http::{Response, header::HeaderMap},
    tls::{RootCerts, TlsConfig},
};

use super::problem::Problem;
use crate::{
    core::values::{text::brief, time::Timestamp},
    forge::place::ForgePlace,
};

/// The largest answer, in bytes. Twenty pull requests have half a MiB.
const ANSWER_BYTES_MAX: u64 = 16 << 20;
/// How long one answer may take. GitHub gives up after ten seconds itself.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// How often a forge may send the reader on to another address.
const REDIRECTS_MAX: usize = 3;
/// The longest quotation of an error in a message, in characters.
const QUOTED_MAX: usize = 200;

/// A token. It can be sent, but not shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token; none if this is nothing that a header could have.
    pub fn new(text: String) -> Option<Self> {
        let is_token = |c: char| c.is_ascii_graphic();
        (!text.is_empty() && text.chars().all(is_token)).then_some(Self(text))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The interface of a forge.
#[derive(Debug, Clone)]
pub struct Api {
    /// Its address: `https://api.github.com`.
    pub base: String,
    /// What proves who asks.
    pub token: Token,
}

/// Asks one interface.
pub(super) struct Client {
    agent: Agent,
    api: Api,
    /// `https://api.github.com`, without a path.
    origin: String,
    repository: String,
    deadline: Instant,
    begun: Instant,
    now: Timestamp,
}

/// The answer to a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Something new.
    New {
        body: Vec<u8>,
        /// Its mark, for the next time.
        etag: Option<String>,
        /// Whether there is a next page, if the forge tells.
        has_next: Option<bool>,
    },
    /// It is as it was when the forge gave this mark.
    Same,
    /// It does not exist, or this token may not see it.
    Missing,
    /// The forge could not compute it in time.
    Overloaded,
}

impl Client {
    /// # Errors
    /// The address is not one to which a token can be sent.
    pub(super) fn new(
        api: Api,
        place: &ForgePlace,
        deadline: Instant,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let base = api.base.trim_end_matches('/').to_owned();
        let origin = origin(&base).filter(|origin| is_private(origin));
        let Some(origin) = origin else {
            let address = brief(&base, QUOTED_MAX);
            return Err(Problem::NotEncrypted { address });
        };
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let agent = Agent::config_builder()
            .tls_config(tls.build())
            .http_status_as_error(false)
            // Followed by hand, since the token must not go to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("git-coord/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            agent: agent.into(),
            origin: origin.to_owned(),
            api: Api { base, ..api },
            repository: format!("{}/{}", place.host, place.name),
            deadline,
            begun: Instant::now(),
            now,
        })
    }

    /// The address of the interface.
    pub(super) fn base(&self) -> &str {
        &self.api.base
    }
    /// The repository, without the scheme.
    pub(super) fn repository(&self) -> &str {
        &self.repository
    }
    /// The time of the command, moved on by the time that its requests took.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_seconds(
            self.now
                .seconds()
                .saturating_add(self.begun.elapsed().as_secs()),
        )
    }
    /// The host of the interface.
    pub(super) fn host(&self) -> String {
        let host = self.origin.split_once("://").map(|(_, host)| host);
        host.unwrap_or_default().to_owned()
    }

    /// What the interface has at a path, if that has changed since it gave the mark `etag`.
    ///
    /// # Errors
    /// There is no answer.
    pub(super) fn get(&self, path: &str, etag: Option<&str>) -> Result<Reply, Problem> {
        let mut address = format!("{}{path}", self.api.base);
        let mut redirects = 0;
        loop {
            let mut response = self.send(&address, etag)?;
            let status = response.status().as_u16();
            let headers = response.headers();
            if let Some(pause) = self.pause(status, headers) {
                self.sleep(pause)?;
                continue;
            }
            return match status {
                200 => Ok(Reply::New {
                    etag: text(headers, "etag").map(str::to_owned),
                    has_next: text(headers, "link").map(|link| link.contains("rel=\"next\"")),
                    body: self.body(&mut response)?,
                }),
                304 if etag.is_some() => Ok(Reply::Same),
                301 | 302 | 307 | 308 if redirects < REDIRECTS_MAX => {
                    address = self.next_address(headers)?;
                    redirects += 1;
                    continue;
                }
                401 => Err(Problem::TokenRefused { host: self.host() }),
                403 | 404 | 410 | 451 => Ok(Reply::Missing),
                502..=504 => Ok(Reply::Overloaded),
                _ => Err(Problem::Failed {
                    what: self.host(),
                    why: format!("it answered with status {status}"),
                }),
            };
        }
    }

    fn send(&self, address: &str, etag: Option<&str>) -> Result<Response<Body>, Problem> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Problem::TimedOut { host: self.host() });
        }
        let request = self.agent.get(address);
        let request = request
            .header("authorization", format!("Bearer {}", self.api.token.0))
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        let request = match etag {
            Some(etag) => request.header("if-none-match", etag),
            None => request,
        };
        let config = request.config().timeout_global(Some(left.min(ANSWER_MAX)));
        config.build().call().map_err(|error| self.problem(&error))
    }

    fn body(&self, response: &mut Response<Body>) -> Result<Vec<u8>, Problem> {
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        body.read_to_vec().map_err(|error| match error {
            Error::BodyExceedsLimit(_) => Problem::Unreadable {
                why: format!("it is larger than {} MiB", ANSWER_BYTES_MAX >> 20),
            },
            Error::Timeout(_) => self.problem(&error),
            _ => Problem::Unreadable {
                why: "it ended early".to_owned(),
            },
        })
    }

    /// The address to which the forge sends the reader on, at the same host: a repository that was renamed.
    fn next_address(&self, headers: &HeaderMap) -> Result<String, Problem> {
        let to = text(headers, "location").unwrap_or_default();
        if to.starts_with('/') && !to.starts_with("//") {
            return Ok(format!("{}{to}", self.origin));
        }
        match origin(to) {
            Some(other) if other.eq_ignore_ascii_case(&self.origin) => Ok(to.to_owned()),
            other => Err(Problem::Redirected {
                host: self.host(),
                to: brief(other.unwrap_or("an unknown address"), QUOTED_MAX),
            }),
        }
    }

    /// Until when the forge wants no request, if that is what it says.
    fn pause(&self, status: u16, headers: &HeaderMap) -> Option<Timestamp> {
        if !matches!(status, 403 | 429 | 503) {
            return None;
        }
        let number = |name| text(headers, name).and_then(|text| text.trim().parse::<u64>().ok());
        let after =
            |seconds: u64| Timestamp::from_seconds(self.now().seconds().saturating_add(seconds));
        let is_used_up = number("x-ratelimit-remaining") == Some(0);
        let reset = number("x-ratelimit-reset").filter(|_| is_used_up);
        let until = number("retry-after").map(after);
        let until = until.or(reset.map(Timestamp::from_seconds));
        // GitHub asks for a minute where it tells no time.
        until.or((status == 429 || is_used_up).then(|| after(60)))
    }

    /// Waits, if the time limit of the command leaves that much.
    fn sleep(&self, until: Timestamp) -> Result<(), Problem> {
        let pause = until.seconds().saturating_sub(self.now().seconds());
        // At least a moment: a forge that asks for no pause at all would be asked without end.
        let pause = Duration::from_secs(pause).max(Duration::from_millis(100));
        if pause >= self.deadline.saturating_duration_since(Instant::now()) {
            let until = Some(until);
            return Err(Problem::RateLimited {
                host: self.host(),
                until,
            });
        }
        thread::sleep(pause);
        Ok(())
    }

    fn problem(&self, error: &Error) -> Problem {
        let host = self.host();
        match error {
            Error::Timeout(_) => Problem::TimedOut { host },
            Error::HostNotFound | Error::ConnectionFailed => Problem::Offline { host },
            Error::Io(error) if is_of_the_network(error.kind()) => Problem::Offline { host },
            // The text is of the library, which knows the address but not the token.
            error => Problem::Failed {
                what: host,
                why: brief(&error.to_string(), QUOTED_MAX),
            },
        }
    }
}

fn is_of_the_network(kind: io::ErrorKind) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        kind,
        Kind::ConnectionRefused
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::NotConnected
            | Kind::AddrNotAvailable
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::NetworkDown
    )
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The scheme, the host and the port of an address; none if it has a user.
fn origin(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = &rest[..end];
    let is_host = !host.is_empty() && !host.contains('@');
    is_host.then(|| &address[..scheme.len() + 3 + end])
}

/// Whether nobody between can read what is sent there: it is encrypted, or it stays on this machine.
fn is_private(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else {
        return origin.starts_with("https://");
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_be_shown() {
        let token = Token::new("ghp_secret".to_owned()).unwrap();
        let api = Api {
            base: "https://h".to_owned(),
            token,
        };
        assert!(!format!("{api:?}").contains("secret"));
        for text in ["", "a b", "a\nb", "ä"] {
            assert!(Token::new(text.to_owned()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_goes_to_encrypted_addresses_and_to_this_machine() {
        for (address, wanted) in [
            ("https://api.github.com", true),
            ("https://git.acme.org/api/v3", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080/x", true),
            ("http://git.acme.org", false),
            ("http://127.0.0.1.acme.org", false),
            ("http://127.0.0.1@acme.org", false),
            ("ftp://acme.org", false),
            ("acme.org", false),
            ("https://", false),
        ] {
            assert_eq!(origin(address).is_some_and(is_private), wanted, "{address}");
        }
    }
}
