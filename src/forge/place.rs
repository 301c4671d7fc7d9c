//! A repository on a forge, by the address of a remote or of its page.
//!
//! Not here: which remote is meant (`cli`), and asking for its pull requests (`ask`).

use crate::core::{
    entry::event::observation::{ForgeKind, Source},
    values::url::Url,
};

/// A repository on a forge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForgePlace {
    /// The kind of the forge.
    pub kind: ForgeKind,
    /// Its host, with the port if it has one.
    pub host: String,
    /// The repository's path there: `acme/plan`.
    pub name: String,
    /// The address of its page.
    pub page: Url,
}

impl ForgePlace {
    /// The repository of an address: `https://github.com/acme/plan`, `git@github.com:acme/plan.git`, `ssh://git@host/acme/plan`. A
    /// user and a password in it are left out. The kind of the forge follows from the host, unless it is given; none if this is
    /// not such an address.
    pub fn parse(address: &str, kind: Option<ForgeKind>) -> Option<Self> {
        let (scheme, host, path) = parts(address)?;
        let (_, host) = host.rsplit_once('@').unwrap_or(("", host));
        let host = host.to_ascii_lowercase();
        let host = if matches!(scheme, "http" | "https") {
            host
        } else {
            // The port is that of ssh; where it is closed, there are other hosts.
            match host.split(':').next()? {
                "ssh.github.com" => GITHUB.to_owned(),
                "altssh.gitlab.com" => "gitlab.com".to_owned(),
                host => host.to_owned(),
            }
        };
        let name = path.trim_matches('/');
        let name = name.strip_suffix(".git").unwrap_or(name);
        let kind = kind.unwrap_or_else(|| kind_of(&host));
        let is_part = |part: &str| {
            let is_word = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            !part.is_empty() && !part.starts_with(['.', '-']) && part.chars().all(is_word)
        };
        let mut parts = name.split('/');
        let count = parts.clone().count();
        // Only GitLab has groups within groups.
        let is_name = count == 2 || kind == ForgeKind::Gitlab && count > 2;
        let is_known = !host.is_empty() && is_name && parts.all(is_part);
        let scheme = if scheme == "http" { "http" } else { "https" };
        is_known.then_some(())?;
        Some(Self {
            kind,
            name: name.to_owned(),
            page: format!("{scheme}://{host}/{name}").parse().ok()?,
            host,
        })
    }

    /// The repository as an observation names it.
    pub fn source(&self) -> Source {
        Source {
            forge: self.kind,
            repository: self.page.clone(),
        }
    }

    /// The repository as `gh` and `glab` take it.
    pub fn for_programs(&self) -> String {
        match self.kind {
            ForgeKind::Gitlab => self.page.as_str().to_owned(),
            _ if self.host == GITHUB => self.name.clone(),
            _ => format!("{}/{}", self.host, self.name),
        }
    }
}

/// The host of GitHub.
pub const GITHUB: &str = "github.com";

/// The scheme, the host with user and port, and the path of an address.
fn parts(address: &str) -> Option<(&str, &str, &str)> {
    if let Some((scheme, rest)) = address.split_once("://") {
        let (host, path) = rest.split_once('/')?;
        return matches!(scheme, "https" | "http" | "ssh" | "git" | "git+ssh")
            .then_some((scheme, host, path));
    }
    let (host, path) = address.split_once(':')?;
    // With a slash before the colon, it is a path on this machine.
    (!host.contains('/')).then_some(("ssh", host, path))
}

/// The kind of the forge at a host, as far as its name tells.
fn kind_of(host: &str) -> ForgeKind {
    let first = host.split('.').next().unwrap_or_default();
    match host {
        GITHUB => ForgeKind::Github,
        "codeberg.org" => ForgeKind::Gitea,
        _ => match first {
            "github" => ForgeKind::Github,
            "gitlab" => ForgeKind::Gitlab,
            "gitea" | "forgejo" => ForgeKind::Gitea,
            _ => ForgeKind::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_leads_to_the_page() {
        for (address, page, kind) in [
            (
                "https://github.com/acme/plan",
                "https://github.com/acme/plan",
                ForgeKind::Github,
            ),
            (
                "https://u:secret@github.com/acme/plan.git",
                "https://github.com/acme/plan",
                ForgeKind::Github,
            ),
            (
                "git@github.com:acme/plan.git",
                "https://github.com/acme/plan",
                ForgeKind::Github,
            ),
            (
                "ssh://git@ssh.github.com:443/acme/plan.git",
                "https://github.com/acme/plan",
                ForgeKind::Github,
            ),
            (
                "ssh://git@gitlab.acme.org:2222/a/b/c.git",
                "https://gitlab.acme.org/a/b/c",
                ForgeKind::Gitlab,
            ),
            (
                "http://127.0.0.1:3000/acme/plan/",
                "http://127.0.0.1:3000/acme/plan",
                ForgeKind::Other,
            ),
            (
                "https://codeberg.org/acme/plan",
                "https://codeberg.org/acme/plan",
                ForgeKind::Gitea,
            ),
        ] {
            let place = ForgePlace::parse(address, None).unwrap();
            assert_eq!((place.page.as_str(), place.kind), (page, kind), "{address}");
        }
    }

    #[test]
    fn an_address_without_a_repository_of_a_forge_is_none() {
        for address in [
            "",
            "/srv/plan.git",
            "../plan",
            "./a:b/c",
            "file:///srv/plan",
            "https://github.com/acme",
            "https://github.com/acme/plan/pull/7",
            "https://github.com/acme/../plan",
            "https://github.com/acme/pl an",
            "https:///acme/plan",
            "git@github.com:-x/y",
            "https://github.com/acme/plan?x=y",
        ] {
            assert_eq!(ForgePlace::parse(address, None), None, "{address}");
        }
    }
}
