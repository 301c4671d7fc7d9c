//! Asking `glab` for the merge requests of a repository.
//!
//! Not here: starting programs (`program`), and reading what it prints (`read::gitlab`).

use std::collections::BTreeMap;

use super::{pages::PAGE, problem::Problem};
use crate::{
    core::entry::event::observation::{PullRequest, PullRequestState},
    forge::{place::ForgePlace, read::read},
};

/// The merge requests of a repository, as `run` gets them from `glab`: page by page, and each open one again with its pipeline.
///
/// # Errors
/// What `run` says, or the answer is not a list of merge requests.
pub(super) fn ask(
    place: &ForgePlace,
    limit: usize,
    mut run: impl FnMut(&[&str]) -> Result<Vec<u8>, Problem>,
) -> Result<Vec<PullRequest>, Problem> {
    let repository = place.for_programs();
    let unreadable = |why| Problem::Unreadable { why };
    let mut found: BTreeMap<u64, PullRequest> = BTreeMap::new();
    let size = PAGE.to_string();
    for page in 1..=limit.div_ceil(PAGE) {
        let page = page.to_string();
        let words = [
            "mr",
            "list",
            "--all",
            "--repo",
            &repository,
            "--output",
            "json",
        ];
        let words = [&words[..], &["--per-page", &size, "--page", &page]].concat();
        let listed = read(&run(&words)?).map_err(unreadable)?;
        let count = listed.requests.len();
        found.extend(listed.requests.into_iter().map(|it| (it.number, it)));
        if count < PAGE {
            break;
        }
    }
    for request in found.values_mut() {
        if request.state == Some(PullRequestState::Open) && request.checks.is_none() {
            let number = request.number.to_string();
            let words = [
                "mr",
                "view",
                &*number,
                "--repo",
                &*repository,
                "--output",
                "json",
            ];
            let one = read(&run(&words)?).map_err(unreadable)?.requests;
            let one = one.into_iter().find(|it| it.number == request.number);
            *request = one.unwrap_or_else(|| request.clone());
        }
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: u64, more: &str) -> String {
        format!("{{\"iid\": {number}, \"state\": \"opened\"{more}}}")
    }

    #[test]
    fn pages_are_asked_for_until_one_is_not_full_and_open_ones_with_their_pipeline() {
        let mut asked = Vec::new();
        let place = ForgePlace::parse("https://gitlab.com/acme/sub/plan", None).unwrap();
        let run = |words: &[&str]| {
            asked.push(words.join(" "));
            Ok(match words {
                ["mr", "list", .., "1"] => {
                    let items: Vec<_> = (1..=20).map(|number| item(number, "")).collect();
                    let items = items.join(",").replace("opened", "merged");
                    format!("[{items}]").into_bytes()
                }
                ["mr", "list", ..] => format!("[{}]", item(21, "")).into_bytes(),
                _ => item(21, r#", "head_pipeline": {"status": "failed"}"#).into_bytes(),
            })
        };
        let found = ask(&place, 1000, run).unwrap();
        assert_eq!(found.len(), 21);
        assert_eq!(found[20].checks.unwrap().failing, 1);
        assert_eq!(asked.len(), 3, "{asked:?}");
        assert_eq!(
            asked[2],
            "mr view 21 --repo https://gitlab.com/acme/sub/plan --output json"
        );
    }
}
