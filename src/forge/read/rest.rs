//! A pull request as the interfaces of GitHub, Gitea and Forgejo show it: they have the same fields.
//!
//! Not here: asking for it (`ask::github`), and what `gh` makes of it (`gh`).

use super::fields::{Fields, parse};
use crate::core::entry::event::observation::{
    ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source,
};

pub(super) fn request(number: u64, fields: &Fields<'_>) -> Result<PullRequest, String> {
    let state = fields.word("state", |word| match word {
        "open" => Some(PullRequestState::Open),
        "closed" => Some(PullRequestState::Closed),
        _ => None,
    })?;
    let is_merged = fields.flag("merged")?.unwrap_or(false) || fields.text("merged_at")?.is_some();
    // GitHub shows an open one's test merge under the same name.
    let merge_commit = is_merged.then(|| fields.parsed("merge_commit_sha"));
    Ok(PullRequest {
        number,
        title: fields.parsed("title")?,
        state: match state {
            Some(_) if is_merged => Some(PullRequestState::Merged),
            state => state,
        },
        draft: fields.flag("draft")?,
        branch: fields.inside("head", "ref")?,
        commit: fields.inside("head", "sha")?,
        base: fields.inside("base", "ref")?,
        author: fields.inside("user", "login")?,
        checks: None,
        review: None,
        mergeable: fields.flag("mergeable")?,
        labels: fields.labels("labels")?,
        updated: fields.parsed("updated_at")?,
        merge_commit: merge_commit.transpose()?.flatten(),
    })
}

/// The repository of a pull request with an address: GitHub's ends with `/pull/7`, Gitea's with `/pulls/7`.
pub(super) fn repository(number: u64, fields: &Fields<'_>) -> Result<Option<Source>, String> {
    let Some(url) = fields.text("html_url")? else {
        return Ok(None);
    };
    for (forge, word) in [(ForgeKind::Github, "pull"), (ForgeKind::Gitea, "pulls")] {
        if let Some(repository) = url.strip_suffix(&format!("/{word}/{number}")) {
            let repository = parse("html_url", repository)?;
            return Ok(Some(Source { forge, repository }));
        }
    }
    Err(format!("'html_url' does not end with '/pull/{number}'"))
}

/// What the reviewers have decided, by the last verdict of each. Without the rules of the branch, which take rights to read,
/// it is not known whether a review is required: it counts as required if somebody was asked for one.
pub(in crate::forge) fn decision<'a>(
    reviews: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>,
    is_somebody_asked: bool,
) -> ReviewDecision {
    let mut last = std::collections::BTreeMap::new();
    for (reviewer, state) in reviews {
        match state.unwrap_or_default() {
            state @ ("APPROVED" | "CHANGES_REQUESTED") => _ = last.insert(reviewer, state),
            "DISMISSED" => _ = last.remove(&reviewer),
            _ => {}
        }
    }
    let mut verdicts = last.values();
    if verdicts.any(|verdict| *verdict == "CHANGES_REQUESTED") {
        ReviewDecision::ChangesRequested
    } else if is_somebody_asked {
        ReviewDecision::Required
    } else if last.is_empty() {
        ReviewDecision::None
    } else {
        ReviewDecision::Approved
    }
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    const GITHUB: &str = r#"[{"number": 7, "title": "First", "state": "open", "draft": true,
        "head": {"ref": "feat/x", "sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "repo": null},
        "base": {"ref": "main"}, "user": null, "labels": [{"name": "b"}, {"name": "a"}], "merged_at": null,
        "merge_commit_sha": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "updated_at": "2025-10-15T14:05:00Z",
        "html_url": "https://github.com/acme/plan/pull/7"}]"#;

    #[test]
    fn a_pull_request_of_githubs_interface_is_read_also_if_its_head_and_author_are_deleted() {
        let listed = read(GITHUB.as_bytes()).unwrap();
        let [request] = &listed.requests[..] else {
            panic!("{listed:?}");
        };
        assert_eq!(request.state, Some(PullRequestState::Open));
        assert_eq!(request.branch.as_ref().unwrap().as_str(), "feat/x");
        assert_eq!(request.commit.as_ref().unwrap().to_string(), "a".repeat(40));
        assert_eq!((&request.author, &request.merge_commit), (&None, &None));
        assert_eq!(request.labels.as_ref().unwrap().len(), 2);
        assert_eq!(listed.source.unwrap().forge, ForgeKind::Github);
    }

    #[test]
    fn giteas_merged_one_is_merged_and_has_its_commit() {
        let gitea = GITHUB
            .replace("\"open\"", "\"closed\", \"merged\": true")
            .replace("/pull/", "/pulls/");
        let listed = read(gitea.as_bytes()).unwrap();
        let request = &listed.requests[0];
        assert_eq!(request.state, Some(PullRequestState::Merged));
        assert!(request.merge_commit.is_some());
        assert_eq!(listed.source.unwrap().forge, ForgeKind::Gitea);
    }

    #[test]
    fn the_last_verdict_of_each_reviewer_decides() {
        let decided = |reviews: &[(&str, &str)], asked| {
            let reviews = reviews.iter().map(|(who, what)| (Some(*who), Some(*what)));
            decision(reviews, asked)
        };
        let (yes, no) = ("APPROVED", "CHANGES_REQUESTED");
        assert_eq!(decided(&[], false), ReviewDecision::None);
        assert_eq!(decided(&[], true), ReviewDecision::Required);
        assert_eq!(
            decided(&[("a", no), ("a", yes)], false),
            ReviewDecision::Approved
        );
        assert_eq!(
            decided(&[("a", yes), ("b", no)], true),
            ReviewDecision::ChangesRequested
        );
        assert_eq!(
            decided(&[("a", no), ("a", "DISMISSED")], false),
            ReviewDecision::None
        );
        assert_eq!(decided(&[("a", "COMMENTED")], false), ReviewDecision::None);
        assert_eq!(decided(&[("a", yes)], true), ReviewDecision::Required);
    }
}
