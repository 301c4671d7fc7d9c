//! A merge request as GitLab's interface shows it, which `glab mr list --output json` prints unchanged.
//!
//! Not here: starting `glab` (`ask::glab`).

use serde_json::Value;

use super::fields::{Fields, parse};
use crate::core::entry::event::observation::{
    CheckCounts, ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source,
};

pub(super) fn request(number: u64, fields: &Fields<'_>) -> Result<PullRequest, String> {
    let conflicts = fields.flag("has_conflicts")?;
    let standing = fields
        .text("detailed_merge_status")?
        .or(fields.text("merge_status")?);
    let squashed = fields.parsed("squash_commit_sha")?;
    Ok(PullRequest {
        number,
        title: fields.parsed("title")?,
        state: fields.word("state", |word| match word {
            // Locked while it is being merged.
            "opened" | "locked" => Some(PullRequestState::Open),
            "merged" => Some(PullRequestState::Merged),
            "closed" => Some(PullRequestState::Closed),
            _ => None,
        })?,
        draft: fields.flag("draft")?.or(fields.flag("work_in_progress")?),
        branch: fields.parsed("source_branch")?,
        commit: fields.parsed("sha")?,
        base: fields.parsed("target_branch")?,
        author: fields.inside("author", "username")?,
        checks: pipeline(fields)?,
        review: standing.and_then(decision),
        mergeable: match (conflicts, standing) {
            (Some(true), _) | (_, Some("cannot_be_merged" | "conflict")) => Some(false),
            (_, Some("can_be_merged" | "mergeable")) => Some(true),
            _ => None,
        },
        labels: fields.labels("labels")?,
        updated: fields.parsed("updated_at")?,
        merge_commit: fields.parsed("merge_commit_sha")?.or(squashed),
    })
}

/// What GitLab says about approvals, where they are what holds a merge request back.
fn decision(standing: &str) -> Option<ReviewDecision> {
    match standing {
        "not_approved" => Some(ReviewDecision::Required),
        "requested_changes" => Some(ReviewDecision::ChangesRequested),
        _ => None,
    }
}

/// The pipeline, as one check.
fn pipeline(fields: &Fields<'_>) -> Result<Option<CheckCounts>, String> {
    let Some(pipeline) = fields.0.get("head_pipeline") else {
        return Ok(None);
    };
    let mut counts = CheckCounts::default();
    match pipeline {
        Value::Null => {}
        Value::Object(pipeline) => match Fields(pipeline).text("status")? {
            Some("success" | "skipped" | "manual") => counts.passing = 1,
            Some("failed" | "canceled" | "canceling") => counts.failing = 1,
            _ => counts.pending = 1,
        },
        _ => return Err("'head_pipeline' is not an object".to_owned()),
    }
    Ok(Some(counts))
}

/// The repository of a merge request with an address: `https://gitlab.com/acme/plan/-/merge_requests/7`.
pub(super) fn repository(number: u64, fields: &Fields<'_>) -> Result<Option<Source>, String> {
    let Some(url) = fields.text("web_url")? else {
        return Ok(None);
    };
    let end = format!("/merge_requests/{number}");
    let repository = url.strip_suffix(&end);
    let repository = repository.ok_or_else(|| format!("'web_url' does not end with '{end}'"))?;
    // Old releases have no `/-`.
    let repository = repository.strip_suffix("/-").unwrap_or(repository);
    Ok(Some(Source {
        forge: ForgeKind::Gitlab,
        repository: parse("web_url", repository)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    fn item(number: u64, more: &str) -> String {
        format!(
            r#"{{"iid": {number}, "title": "One", "state": "opened", "draft": false, "source_branch": "feat/x",
            "sha": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "target_branch": "main", "author": {{"username": "ada"}},
            "labels": ["b", "a"], "updated_at": "2025-10-15T14:05:00.123Z", "has_conflicts": false,
            "detailed_merge_status": "not_approved",
            "web_url": "https://gitlab.com/acme/sub/plan/-/merge_requests/{number}"{more}}}"#
        )
    }

    #[test]
    fn a_merge_request_is_read() {
        let listed = read(format!("[{}]", item(7, "")).as_bytes()).unwrap();
        let request = &listed.requests[0];
        assert_eq!(request.number, 7);
        assert_eq!(request.review, Some(ReviewDecision::Required));
        assert_eq!((request.mergeable, request.checks), (None, None));
        assert_eq!(request.labels.as_ref().unwrap().len(), 2);
        let source = listed.source.unwrap();
        assert_eq!(source.to_string(), "gitlab.com/acme/sub/plan");
        assert_eq!(source.forge, ForgeKind::Gitlab);
    }

    #[test]
    fn every_pipeline_counts_as_one_check() {
        for (pipeline, passing, failing, pending) in [
            ("null", 0, 0, 0),
            ("{\"status\": \"success\"}", 1, 0, 0),
            ("{\"status\": \"canceled\"}", 0, 1, 0),
            ("{\"status\": \"running\"}", 0, 0, 1),
        ] {
            let list = format!("[{}]", item(7, &format!(", \"head_pipeline\": {pipeline}")));
            let checks = read(list.as_bytes()).unwrap().requests[0].checks;
            let counts = CheckCounts {
                passing,
                failing,
                pending,
            };
            assert_eq!(checks, Some(counts), "{pipeline}");
        }
    }
}
