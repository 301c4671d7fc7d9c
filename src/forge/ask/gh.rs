//! Asking `gh` for the pull requests of a repository.
//!
//! Not here: starting programs (`program`), reading what it prints (`read::gh`), and GitHub's own interface (`github`).

use super::{
    pages::{PAGE, halved},
    problem::Problem,
};
use crate::{
    core::entry::event::observation::{PullRequest, PullRequestState},
    forge::{
        place::ForgePlace,
        read::{gh::FIELDS, read},
    },
};

/// The fields that cost GitHub little, so that `gh` may ask for a hundred pull requests at once.
const LIGHT: &str = "number,title,state,isDraft,headRefName,headRefOid,baseRefName,author,labels,updatedAt,mergeCommit,url";

/// The pull requests of a repository, as `run` gets them from `gh`: all of them without their checks, then the open ones with
/// them. GitHub ends a request after ten seconds, so at most [`PAGE`] are asked for together with their checks; the others
/// one by one.
///
/// # Errors
/// What `run` says, or the answer is not a list of pull requests.
pub(super) fn ask(
    place: &ForgePlace,
    limit: usize,
    mut run: impl FnMut(&[&str]) -> Result<Vec<u8>, Problem>,
) -> Result<Vec<PullRequest>, Problem> {
    let repository = place.for_programs();
    let mut list = |state: &str, limit: usize, fields: &str| {
        let limit = limit.to_string();
        let words = ["pr", "list", "--repo", &*repository, "--state", state];
        let words = [&words[..], &["--limit", &limit, "--json", fields]].concat();
        requests(&run(&words)?)
    };
    let mut found = list("all", limit, LIGHT)?;
    let mut size = Some(PAGE);
    while let Some(some) = size.filter(|_| found.iter().any(lacks_checks)) {
        match list("open", some, FIELDS) {
            Ok(open) => {
                with(&mut found, open);
                break;
            }
            Err(Problem::Overloaded { .. }) => size = halved(some),
            Err(problem) => return Err(problem),
        }
    }
    let left: Vec<u64> = found
        .iter()
        .filter(|it| lacks_checks(it))
        .map(|it| it.number)
        .collect();
    for number in left {
        let number = number.to_string();
        let words = [
            "pr",
            "view",
            &*number,
            "--repo",
            &*repository,
            "--json",
            FIELDS,
        ];
        with(&mut found, requests(&run(&words)?)?);
    }
    Ok(found)
}

fn requests(json: &[u8]) -> Result<Vec<PullRequest>, Problem> {
    let listed = read(json).map_err(|why| Problem::Unreadable { why })?;
    Ok(listed.requests)
}

fn lacks_checks(request: &PullRequest) -> bool {
    request.state == Some(PullRequestState::Open) && request.checks.is_none()
}

/// Replaces those of `found` that are among `fuller`.
fn with(found: &mut [PullRequest], fuller: Vec<PullRequest>) {
    for request in fuller {
        if let Ok(place) = found.binary_search_by_key(&request.number, |it| it.number) {
            found[place] = request;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `gh` with this many open pull requests and one that is merged, which gets at most `at_once` of them done with their checks.
    fn asked_of(open: u64, at_once: u64) -> (Vec<PullRequest>, Vec<String>) {
        let mut asked = Vec::new();
        let place = ForgePlace::parse("https://git.acme.org/acme/plan", None).unwrap();
        let item = |number: u64, state: &str, is_full: bool| {
            let checks = if is_full {
                ", \"statusCheckRollup\": [{\"state\": \"SUCCESS\"}]"
            } else {
                ""
            };
            format!("{{\"number\": {number}, \"state\": \"{state}\"{checks}}}")
        };
        let run = |words: &[&str]| {
            asked.push(words[..3].join(" "));
            let list = |items: Vec<String>| Ok(format!("[{}]", items.join(",")).into_bytes());
            match words {
                ["pr", "list", _, "git.acme.org/acme/plan", _, "all", ..] => {
                    let items = (1..=open).map(|number| item(number, "OPEN", false));
                    list(items.chain([item(open + 1, "MERGED", false)]).collect())
                }
                ["pr", "list", _, _, _, "open", _, limit, ..] => {
                    let limit: u64 = limit.parse().unwrap();
                    if limit > at_once {
                        return Err(Problem::Overloaded {
                            host: "h".to_owned(),
                        });
                    }
                    list(
                        (1..=open)
                            .rev()
                            .take(limit as usize)
                            .map(|number| item(number, "OPEN", true))
                            .collect(),
                    )
                }
                ["pr", "view", number, ..] => {
                    Ok(item(number.parse().unwrap(), "OPEN", true).into_bytes())
                }
                _ => panic!("{words:?}"),
            }
        };
        (ask(&place, 1000, run).unwrap(), asked)
    }

    #[test]
    fn a_few_open_ones_take_two_calls_and_the_merged_ones_no_checks() {
        let (found, asked) = asked_of(3, 20);
        assert_eq!(found.len(), 4);
        assert!(found[..3].iter().all(|it| it.checks.unwrap().passing == 1));
        assert_eq!(found[3].checks, None);
        assert_eq!(asked, ["pr list --repo", "pr list --repo"]);
        assert_eq!(asked_of(0, 20).1.len(), 1);
    }

    #[test]
    fn of_many_open_ones_the_others_are_asked_for_one_by_one() {
        let (found, asked) = asked_of(120, 10);
        assert!(found[..120].iter().all(|it| it.checks.is_some()));
        // Twenty at once are too many for it, ten are not.
        assert_eq!(asked.len(), 3 + 110);
        let (found, asked) = asked_of(2, 0);
        assert!(found[..2].iter().all(|it| it.checks.is_some()));
        assert_eq!(asked.len(), 1 + 4 + 2);
    }
}
