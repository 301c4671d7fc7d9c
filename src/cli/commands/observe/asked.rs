//! Asking the forge: which repository there, with which token, and what it answered.
//!
//! Not here: how a forge is asked (`forge::ask`), and recording the answer (`prs`).

use std::time::{Duration, Instant};

use crate::{
    cli::{CommandError, environment::Lookup, failure::code},
    core::{
        entry::event::observation::{ForgeKind, PullRequest},
        values::{
            time::{Span, Timestamp},
            url::Url,
        },
    },
    forge::{
        ask::{self, Api, Memory, Problem, Question, Token},
        place::{ForgePlace, GITHUB},
    },
    git::repository::Repository,
    sync::remote::Remote,
};

/// What to ask for, as the options say.
pub(super) struct Asked<'a> {
    pub repository: Option<&'a Url>,
    pub forge: Option<ForgeKind>,
    pub limit: usize,
    pub timeout: Span,
    /// The time of this machine's clock, by which a forge says when it answers again.
    pub clock: Timestamp,
}

/// The forge's repository whose pull requests are meant: the named one, else that of a remote, `origin` before home before all
/// others.
///
/// # Errors
/// `unknown_forge` if no remote is on a forge; `bad_config`.
pub(super) fn place(
    repository: &Repository,
    asked: &Asked<'_>,
    variable: Lookup<'_>,
) -> Result<ForgePlace, CommandError> {
    let kind = match (asked.forge, repository.config().string("coord.forge")) {
        (None, Some(word)) => Some(word.parse().map_err(|error| bad_setting(&error))?),
        (kind, _) => kind,
    };
    // With the address of an interface, a host whose name does not tell is GitHub's.
    let of = |address: &str| {
        let place = ForgePlace::parse(address, kind)?;
        let is_github = place.kind == ForgeKind::Other && variable(API_URL).is_some();
        Some(if is_github {
            ForgePlace {
                kind: ForgeKind::Github,
                ..place
            }
        } else {
            place
        })
    };
    if let Some(named) = asked.repository {
        let message = format!("'{}' is not the page of a repository", named.as_str());
        return of(named.as_str()).ok_or_else(|| {
            CommandError::fatal(code::UNKNOWN_FORGE, message).hint(REPOSITORY_HINT)
        });
    }
    let home = Remote::home(repository).map(|home| home.name().to_owned());
    let names = std::iter::once("origin".to_owned()).chain(home);
    let names = names.chain(repository.config().remotes());
    let places: Vec<ForgePlace> = names
        .filter_map(|name| of(&address_of(repository, &name)?))
        .collect();
    let known = places.iter().find(|place| place.kind != ForgeKind::Other);
    known.or(places.first()).cloned().ok_or_else(|| {
        let message = "no remote of this repository is on a forge";
        CommandError::fatal(code::UNKNOWN_FORGE, message).hint(REPOSITORY_HINT)
    })
}

const REPOSITORY_HINT: &str = "git coord observe prs --repository https://github.com/OWNER/NAME";
/// The address of GitHub's interface, as its own programs name it.
const API_URL: &str = "GITHUB_API_URL";

fn bad_setting(why: &impl ToString) -> CommandError {
    let message = format!("the setting coord.forge: {}", why.to_string());
    CommandError::fatal(code::UNKNOWN_FORGE, message).hint("git config coord.forge github")
}

/// The address of a remote, after `url.*.insteadOf`.
fn address_of(repository: &Repository, remote: &str) -> Option<String> {
    let told = repository.run_git(["ls-remote", "--get-url", "--", remote]);
    let told = String::from_utf8(told.ok()?).ok()?;
    Some(told.trim_end().to_owned())
}

/// The pull requests of a repository as its forge shows them.
///
/// # Errors
/// Why there is no answer.
pub(super) fn ask(
    repository: &Repository,
    place: &ForgePlace,
    asked: &Asked<'_>,
    variable: Lookup<'_>,
    now: Timestamp,
) -> Result<Vec<PullRequest>, Problem> {
    let mut memory = memory(repository);
    let limit = Duration::from_secs(asked.timeout.seconds());
    let began = Instant::now();
    let question = Question {
        place,
        api: api(place, variable),
        limit: asked.limit,
        // A time limit beyond the largest time is no limit that anybody meets.
        deadline: began
            .checked_add(limit)
            .unwrap_or(began + Duration::from_secs(86_400)),
        now: asked.clock,
        folder: repository.work_dir().unwrap_or(repository.common_dir()),
    };
    let answer = ask::ask(question, &mut memory);
    if answer.is_ok() {
        memory.saw(&place.source(), now);
    }
    memory.save(answer.is_ok());
    answer
}

/// What the forge answered before.
pub(super) fn memory(repository: &Repository) -> Memory {
    Memory::open(&repository.common_dir().join("coord").join("cache"))
}

/// GitHub's interface and the token for it. A token of github.com goes to github.com only, unless the environment names
/// another address itself.
fn api(place: &ForgePlace, variable: Lookup<'_>) -> Option<Api> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let first = |names: &[&str]| names.iter().find_map(|name| set(name));
    let of_github = ["GH_TOKEN", "GITHUB_TOKEN"];
    let of_enterprise = ["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];
    let (base, token) = match set(API_URL) {
        Some(base) if place.host == GITHUB => (base, first(&of_github)),
        Some(base) => (base, first(&[of_enterprise, of_github].concat())),
        None if place.host == GITHUB => ("https://api.github.com".to_owned(), first(&of_github)),
        None => (
            format!("https://{}/api/v3", place.host),
            first(&of_enterprise),
        ),
    };
    let token = Token::new(token?)?;
    Some(Api { base, token })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::fixture::Fixture;

    fn nothing(_: &str) -> Option<String> {
        None
    }

    const NOT_NAMED: Asked<'_> = Asked {
        repository: None,
        forge: None,
        limit: 10,
        timeout: Span::from_seconds(1),
        clock: Timestamp::MAX,
    };

    #[test]
    fn the_repository_is_that_of_a_remote_on_a_forge_and_origin_comes_first() {
        let fixture = Fixture::new();
        let found = |variable: Lookup<'_>| {
            let place = place(&fixture.open(), &NOT_NAMED, variable);
            place
                .map(|place| (place.page.as_str().to_owned(), place.kind))
                .map_err(|it| it.code())
        };
        assert_eq!(found(&nothing), Err("unknown_forge"));
        let remote = |name: &str, url: &str| {
            fixture.git(&["config", &format!("remote.{name}.url"), url]);
        };
        remote("backup", "../elsewhere");
        remote("own", "https://git.acme.org/acme/plan");
        let page = "https://git.acme.org/acme/plan".to_owned();
        assert_eq!(found(&nothing), Ok((page.clone(), ForgeKind::Other)));
        let enterprise =
            |name: &str| (name == API_URL).then(|| "https://git.acme.org/api/v3".to_owned());
        assert_eq!(found(&enterprise), Ok((page.clone(), ForgeKind::Github)));
        fixture.git(&["config", "coord.forge", "gitlab"]);
        assert_eq!(found(&nothing), Ok((page, ForgeKind::Gitlab)));
        fixture.git(&["config", "coord.forge", "sourceforge"]);
        assert_eq!(found(&nothing), Err("unknown_forge"));
        fixture.git(&["config", "--unset", "coord.forge"]);
        fixture.git(&["config", "url.git@github.com:.insteadOf", "gh:"]);
        remote("origin", "gh:acme/plan.git");
        let page = "https://github.com/acme/plan".to_owned();
        assert_eq!(found(&nothing), Ok((page, ForgeKind::Github)));
    }

    #[test]
    fn a_token_of_github_goes_to_github_only() {
        let github = ForgePlace::parse("https://github.com/acme/plan", None).unwrap();
        let other =
            ForgePlace::parse("https://evil.example/acme/plan", Some(ForgeKind::Github)).unwrap();
        let token = |name: &str| (name == "GITHUB_TOKEN").then(|| "secret".to_owned());
        assert_eq!(api(&github, &token).unwrap().base, "https://api.github.com");
        assert!(api(&other, &token).is_none());
        let named = |name: &str| match name {
            API_URL => Some("https://git.acme.org/api/v3".to_owned()),
            name => token(name),
        };
        assert_eq!(
            api(&other, &named).unwrap().base,
            "https://git.acme.org/api/v3"
        );
        assert!(api(&github, &nothing).is_none());
    }
}
