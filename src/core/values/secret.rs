//! Secrets in texts: tokens of well-known services and private keys, recognized by their shape alone.
//!
//! The shapes are those of the services' documents and of gitleaks, with the false positives left out. Not here: what happens
//! to a text with a secret (`ledger`, `guard`).

use std::borrow::Cow;

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its kind, as a noun for people with an article.
    pub kind: &'static str,
    /// Its line in the text, from 1.
    pub line: usize,
    /// Its first characters, which do not tell the secret, and `…`.
    pub shown: String,
    start: usize,
    end: usize,
}

/// The shape of a token: how it begins, and how many characters of which kind follow.
struct Shape {
    kind: &'static str,
    prefix: &'static str,
    least: usize,
    most: usize,
    is_part: fn(char) -> bool,
}

const fn shape(
    kind: &'static str,
    prefix: &'static str,
    (least, most): (usize, usize),
    is_part: fn(char) -> bool,
) -> Shape {
    Shape {
        kind,
        prefix,
        least,
        most,
        is_part,
    }
}

const ANY: usize = usize::MAX;

fn alnum(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn upper(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

fn hex(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'a'..='f')
}

static SHAPES: &[Shape] = &[
    shape("a GitHub token", "ghp_", (36, 255), alnum),
    shape("a GitHub token", "gho_", (36, 255), alnum),
    shape("a GitHub token", "ghu_", (36, 255), alnum),
    shape("a GitHub token", "ghs_", (36, 255), alnum),
    shape("a GitHub token", "ghr_", (36, 255), alnum),
    shape("a GitHub token", "github_pat_", (36, 255), word),
    shape("a GitLab token", "glpat-", (20, 300), word),
    shape("a GitLab token", "gldt-", (20, 300), word),
    shape("a GitLab token", "glrt-", (20, 300), word),
    shape("an AWS access key", "AKIA", (16, 16), upper),
    shape("an AWS access key", "ASIA", (16, 16), upper),
    shape("a Slack token", "xoxb-", (20, ANY), word),
    shape("a Slack token", "xoxp-", (20, ANY), word),
    shape("a Slack token", "xoxa-", (20, ANY), word),
    shape("a Slack token", "xoxr-", (20, ANY), word),
    shape("a Slack token", "xoxs-", (20, ANY), word),
    shape("a Slack token", "xoxe-", (20, ANY), word),
    shape("a Slack token", "xapp-", (20, ANY), word),
    shape("a Google API key", "AIza", (35, 35), word),
    shape("a Google client secret", "GOCSPX-", (28, 28), word),
    shape("an Anthropic key", "sk-ant-", (24, ANY), word),
    shape("an OpenAI key", "sk-proj-", (24, ANY), word),
    shape("an OpenAI key", "sk-svcacct-", (24, ANY), word),
    shape("an OpenAI key", "sk-", (32, ANY), alnum),
    shape("an npm token", "npm_", (36, 36), alnum),
    shape("a PyPI token", "pypi-AgE", (50, ANY), word),
    shape("a crates.io token", "cio", (32, 32), alnum),
    shape("a Stripe key", "sk_live_", (16, ANY), alnum),
    shape("a Stripe key", "rk_live_", (16, ANY), alnum),
    shape("a Stripe key", "sk_test_", (16, ANY), alnum),
    shape("a Stripe secret", "whsec_", (24, ANY), alnum),
    shape("a Hugging Face token", "hf_", (34, 34), alnum),
    shape("a DigitalOcean token", "dop_v1_", (64, 64), hex),
    shape("a Docker token", "dckr_pat_", (24, 40), word),
    shape("a Shopify token", "shpat_", (32, 32), alnum),
    shape("an age key", "AGE-SECRET-KEY-1", (58, 58), upper),
];

/// The first secret of a text.
pub fn find(text: &str) -> Option<Secret> {
    secrets(text).next()
}

/// The text with each secret replaced by its first characters and `…[secret]`.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut done = 0;
    for secret in secrets(text) {
        masked.push_str(&text[done..secret.start]);
        masked.push_str(&secret.shown);
        masked.push_str("[secret]");
        done = secret.end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(masked + &text[done..])
}

fn secrets(text: &str) -> impl Iterator<Item = Secret> {
    let mut rest = 0;
    // The line, and how far its breaks were counted.
    let (mut line, mut counted) = (1, 0);
    std::iter::from_fn(move || {
        while rest < text.len() {
            let (start, end) = next_token(text, rest)?;
            rest = end;
            let found = private_key(text, start)
                .or_else(|| web_token(text, start, end))
                .or_else(|| Some((end, token(&text[start..end])?)));
            if let Some((end, Shape { kind, prefix, .. })) = found {
                rest = end;
                line += text[counted..start].matches('\n').count();
                counted = start;
                let shown = format!("{prefix}…");
                return Some(Secret {
                    kind,
                    line,
                    shown,
                    start,
                    end,
                });
            }
        }
        None
    })
}

/// The place of the next run of letters, digits, `_` and `-`.
fn next_token(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text[from..].find(word)?;
    let length = text[start..].find(|c| !word(c));
    Some((start, length.map_or(text.len(), |length| start + length)))
}

/// The token of a service in a run of characters.
fn token(run: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| {
        run.strip_prefix(shape.prefix).is_some_and(|body| {
            (shape.least..=shape.most).contains(&body.len())
                && body.chars().all(shape.is_part)
                && looks_random(body)
        })
    })
}

/// Whether the characters look drawn by lot: letters and digits, many different ones. Placeholders such as
/// `ghp_xxxx` and names such as `sk-learn-pipeline` do not.
fn looks_random(body: &str) -> bool {
    let distinct: std::collections::BTreeSet<char> = body.chars().filter(|c| alnum(*c)).collect();
    let has = |is: fn(&char) -> bool| distinct.iter().any(is);
    distinct.len() >= 8
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !body.contains("EXAMPLE")
}

static WEB_TOKEN: Shape = shape("a JSON web token", "eyJ", (0, 0), word);
static PRIVATE_KEY: Shape = shape("a private key", "-----BEGIN", (0, 0), word);

/// The end of a JSON web token (RFC 7519) that begins here: three parts in base64url, the first two of them JSON objects.
fn web_token(text: &str, start: usize, end: usize) -> Option<(usize, &'static Shape)> {
    let long = |start: usize, end: usize| end - start >= 16;
    let second = end + 1;
    let follows = |at: usize| text.get(at - 1..at) == Some(".");
    if !text[start..end].starts_with("eyJ") || !long(start, end) || !follows(second) {
        return None;
    }
    let (from, to) = next_token(text, second).filter(|(from, _)| *from == second)?;
    let third = to + 1;
    if !text[from..to].starts_with("eyJ") || !long(from, to) || !follows(third) {
        return None;
    }
    let (from, to) = next_token(text, third).filter(|(from, _)| *from == third)?;
    long(from, to).then_some((to, &WEB_TOKEN))
}

/// The end of a private key in PEM (RFC 7468) that begins here: its first line, and data after it.
fn private_key(text: &str, start: usize) -> Option<(usize, &'static Shape)> {
    let rest = text[start..].strip_prefix("-----BEGIN ")?;
    let (label, data) = rest.split_once("-----")?;
    if !label.ends_with("PRIVATE KEY") && !label.ends_with("PRIVATE KEY BLOCK") || label.len() > 40
    {
        return None;
    }
    // A line of data has 64 characters. A key may stand in one line, with `\n` for its breaks.
    let is_data = |c: char| alnum(c) || matches!(c, '+' | '/' | '=');
    let has_data = data
        .split("-----")
        .next()
        .is_some_and(|data| data.split(|c| !is_data(c)).any(|run| run.len() >= 40));
    let marker = format!("-----END {label}-----");
    let end = data
        .find(&marker)
        .map_or(data.len(), |at| at + marker.len());
    has_data.then(|| (text.len() - data.len() + end, &PRIVATE_KEY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters like those of a token, made here so that no tool takes the source for a leak.
    fn random(length: usize, alphabet: &str) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let numbers = std::iter::successors(Some(7_u32), |n| {
            Some(n.wrapping_mul(1_103_515_245).wrapping_add(12_345))
        });
        let letter = |n: u32| letters[(n >> 16) as usize % letters.len()];
        numbers.take(length).map(letter).collect()
    }

    const LOWER: &str = "a1b2c3d4e5f6g7h8i9j0klmnopqrstuvwxyz";

    fn samples() -> Vec<String> {
        let key = format!(
            "-----BEGIN {} KEY-----\n{}\n-----END",
            "OPENSSH PRIVATE",
            random(70, LOWER)
        );
        let part = |length| random(length, LOWER);
        let mut all = vec![key, format!("eyJ{}.eyJ{}.{}", part(20), part(40), part(30))];
        for shape in SHAPES {
            let length = shape.least.max(20).min(shape.most);
            let alphabet = if (shape.is_part)('a') {
                "a1b2c3d4e5f60987"
            } else {
                "A1B2C3D4E5F60987"
            };
            all.push(format!("{}{}", shape.prefix, random(length, alphabet)));
        }
        all
    }

    #[test]
    fn every_known_secret_is_found_wherever_it_stands() {
        for secret in samples() {
            for text in [
                secret.clone(),
                format!("use {secret} here"),
                format!("line\nTOKEN={secret}"),
                format!("`{secret}`"),
                format!("https://u:{secret}@host/"),
                format!("\"{secret}\","),
                format!("密码：{secret}。"),
            ] {
                let found = find(&text).unwrap_or_else(|| panic!("{text}"));
                assert!(found.shown.len() < 24, "{found:?}");
                assert_eq!(found.line, if text.starts_with("line") { 2 } else { 1 });
                let masked = masked(&text);
                assert!(
                    !masked.contains(&secret[..secret.len() - 3]) && find(&masked).is_none(),
                    "{masked}"
                );
            }
        }
    }

    #[test]
    fn names_placeholders_and_digests_are_no_secrets() {
        for text in [
            "use ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "ghp_… or glpat-YOUR-TOKEN-GOES-HERE",
            "AKIAIOSFODNN7EXAMPLE",
            "sk-learn-pipeline-with-a-very-long-name-2",
            "sk-ssh-ed25519@openssh.com and sk-ecdsa-sha2-nistp256@openssh.com",
            "0123456789abcdef0123456789abcdef01234567",
            "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE",
            "parse -----BEGIN OPENSSH PRIVATE KEY----- and complain",
            "eyJhbGciOi is how they begin",
            "npm_config_registry, hf_hub_download, whsec_ and xoxb-",
            "feat/glpat-support",
        ] {
            assert_eq!(find(text), None, "{text}");
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn the_documents_of_this_repository_have_no_secrets() {
        for document in [
            include_str!("../../../README.md"),
            include_str!("../../../LEDGER_FORMAT.md"),
            include_str!("../../../docs/format/worked-ledger.md"),
            include_str!("../../../CHANGELOG.md"),
            include_str!("../../../Cargo.lock"),
            include_str!("../../../docs/repositories.md"),
            include_str!("../../../docs/errors.md"),
            include_str!("../../../docs/json.md"),
            include_str!("../../../tests/fixtures/coordination_summary.md"),
            include_str!("../../../tests/fixtures/task_status.json"),
            include_str!("secret.rs"),
        ] {
            assert_eq!(find(document), None);
        }
    }
}
