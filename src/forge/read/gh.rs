//! What `gh pr list --json …` prints: a list with any of its fields, read into pull requests.
//!
//! A value without a meaning (a mergeability that GitHub has not computed yet) is unknown. Not here: starting `gh` (`ask::gh`).

use serde_json::Value;

use super::fields::{Fields, counts, parse};
use crate::core::entry::event::observation::{
    CheckCounts, ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source,
};

/// The fields to ask `gh` for.
pub const FIELDS: &str = "number,title,state,isDraft,headRefName,headRefOid,baseRefName,author,statusCheckRollup,\
reviewDecision,mergeable,labels,updatedAt,mergeCommit,url";

pub(super) fn request(number: u64, fields: &Fields<'_>) -> Result<PullRequest, String> {
    Ok(PullRequest {
        number,
        title: fields.parsed("title")?,
        state: fields.word("state", |word| match word {
            "OPEN" => Some(PullRequestState::Open),
            "MERGED" => Some(PullRequestState::Merged),
            "CLOSED" => Some(PullRequestState::Closed),
            _ => None,
        })?,
        draft: fields.flag("isDraft")?,
        branch: fields.parsed("headRefName")?,
        commit: fields.parsed("headRefOid")?,
        base: fields.parsed("baseRefName")?,
        author: fields.inside("author", "login")?,
        checks: checks(fields)?,
        review: decision(fields)?,
        mergeable: mergeable(fields)?,
        labels: fields.labels("labels")?,
        updated: fields.parsed("updatedAt")?,
        merge_commit: fields.inside("mergeCommit", "oid")?,
    })
}

/// GitHub prints an empty decision where no review is required.
fn decision(fields: &Fields<'_>) -> Result<Option<ReviewDecision>, String> {
    let word = |word: &str| match word {
        "" => Some(ReviewDecision::None),
        "REVIEW_REQUIRED" => Some(ReviewDecision::Required),
        "APPROVED" => Some(ReviewDecision::Approved),
        "CHANGES_REQUESTED" => Some(ReviewDecision::ChangesRequested),
        _ => None,
    };
    match fields.0.get("reviewDecision") {
        Some(Value::Null) => Ok(Some(ReviewDecision::None)),
        _ => fields.word("reviewDecision", word),
    }
}

fn mergeable(fields: &Fields<'_>) -> Result<Option<bool>, String> {
    let word = fields.word("mergeable", |word| match word {
        "MERGEABLE" => Some(Some(true)),
        "CONFLICTING" => Some(Some(false)),
        // GitHub computes it only after somebody has asked.
        "UNKNOWN" => Some(None),
        _ => None,
    })?;
    Ok(word.flatten())
}

/// The checks: a list of check runs and of commit statuses, or GraphQL's object around it. `gh` prints null where there
/// are none.
fn checks(fields: &Fields<'_>) -> Result<Option<CheckCounts>, String> {
    const NAME: &str = "statusCheckRollup";
    let Some(mut value) = fields.0.get(NAME) else {
        return Ok(None);
    };
    for inner in ["contexts", "nodes"] {
        value = value.get(inner).unwrap_or(value);
    }
    let checks = match value {
        Value::Null => &[][..],
        Value::Array(checks) => checks,
        _ => return Err(format!("'{NAME}' is not a list of checks")),
    };
    counts(NAME, checks).map(Some)
}

/// The repository of a pull request with an address: `https://github.com/acme/plan/pull/7`.
pub(super) fn repository(number: u64, fields: &Fields<'_>) -> Result<Option<Source>, String> {
    let Some(url) = fields.text("url")? else {
        return Ok(None);
    };
    let end = format!("/pull/{number}");
    let repository = url.strip_suffix(&end);
    let repository = repository.ok_or_else(|| format!("'url' does not end with '{end}'"))?;
    Ok(Some(Source {
        forge: ForgeKind::Github,
        repository: parse("url", repository)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};
    use crate::core::values::text::Text;

    fn one(fields: &str) -> Result<PullRequest, String> {
        let list = format!("[{{\"number\": 7, {fields}}}]");
        read(list.as_bytes()).map(|mut listed| listed.requests.remove(0))
    }

    #[test]
    fn every_field_of_gh_is_read() {
        let request = one(
            r#""title": "Shadow 🌒", "state": "OPEN", "isDraft": true, "headRefName": "feat/x",
            "headRefOid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "baseRefName": "main", "author": {"login": "ada"},
            "statusCheckRollup": [], "reviewDecision": "CHANGES_REQUESTED", "mergeable": "CONFLICTING",
            "labels": [{"name": "b"}, {"name": "a"}, {"name": "b"}], "updatedAt": "2025-10-15T14:05:00Z",
            "mergeCommit": {"oid": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "body": "ignored""#,
        );
        let request = request.unwrap();
        assert_eq!(request.title.unwrap().as_str(), "Shadow 🌒");
        assert_eq!(request.state, Some(PullRequestState::Open));
        assert_eq!(request.draft, Some(true));
        assert_eq!(request.branch.unwrap().as_str(), "feat/x");
        assert_eq!(request.commit.unwrap().to_string(), "a".repeat(40));
        assert_eq!(request.base.unwrap().as_str(), "main");
        assert_eq!(request.author.unwrap().as_str(), "ada");
        assert_eq!(request.checks, Some(CheckCounts::default()));
        assert_eq!(request.review, Some(ReviewDecision::ChangesRequested));
        assert_eq!(request.mergeable, Some(false));
        let labels = request.labels.unwrap();
        assert_eq!(
            labels.iter().map(Text::as_str).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(request.updated.unwrap().to_string(), "2025-10-15T14:05:00Z");
        assert_eq!(request.merge_commit.unwrap().to_string(), "b".repeat(40));
    }

    #[test]
    fn a_field_that_is_not_there_or_says_nothing_is_unknown() {
        let known = PullRequest {
            number: 7,
            ..PullRequest::default()
        };
        for fields in [
            "\"x\": 1",
            "\"title\": null, \"author\": null, \"mergeCommit\": null, \"labels\": null",
            "\"title\": \"\", \"author\": {\"login\": \"\"}, \"mergeable\": \"UNKNOWN\"",
        ] {
            assert_eq!(one(fields).unwrap(), known, "{fields}");
        }
    }

    #[test]
    fn checks_are_counted_in_both_shapes_of_the_rollup() {
        let runs = r#"{"__typename": "CheckRun", "status": "COMPLETED", "conclusion": "SUCCESS"},
            {"__typename": "CheckRun", "status": "COMPLETED", "conclusion": "SKIPPED"},
            {"__typename": "CheckRun", "status": "COMPLETED", "conclusion": "TIMED_OUT"},
            {"__typename": "CheckRun", "status": "IN_PROGRESS", "conclusion": ""},
            {"__typename": "StatusContext", "state": "SUCCESS"}, {"__typename": "StatusContext", "state": "ERROR"},
            {"__typename": "StatusContext", "state": "EXPECTED"}, {"conclusion": "INVENTED"}"#;
        let counts = CheckCounts {
            passing: 3,
            failing: 2,
            pending: 3,
        };
        for list in [
            format!("[{runs}]"),
            format!("{{\"contexts\": {{\"nodes\": [{runs}]}}}}"),
        ] {
            let request = one(&format!("\"statusCheckRollup\": {list}")).unwrap();
            assert_eq!(request.checks, Some(counts), "{list}");
        }
        let none = one("\"statusCheckRollup\": null").unwrap();
        assert_eq!(none.checks, Some(CheckCounts::default()));
    }

    #[test]
    fn what_is_not_such_a_list_is_told_with_the_place() {
        let deep = "[".repeat(100_000);
        let long = format!("[{{\"number\": 7, \"title\": \"{}\"}}]", "x".repeat(5000));
        for (json, why) in [
            ("", "not complete JSON"),
            ("[{\"number\": 1, \"tit", "not complete JSON"),
            (&deep, "not complete JSON"),
            ("{}", "not a list"),
            ("[7]", "item 1 is not a pull request"),
            (
                "[{\"number\": 1}, {\"title\": \"x\"}]",
                "item 2 has no 'number'",
            ),
            ("[{\"number\": -1}]", "item 1 has no 'number'"),
            ("[{\"number\": 1}, {\"number\": 1}]", "#1 is there twice"),
            (
                "[{\"number\": 7, \"title\": 7}]",
                "#7: 'title' is not a text",
            ),
            (
                "[{\"number\": 7, \"state\": \"\\u001b[31m\"}]",
                "#7: 'state' is '\\u{1b}[31m'",
            ),
            (
                "[{\"number\": 7, \"headRefOid\": \"xyz\"}]",
                "#7: 'headRefOid'",
            ),
            (
                "[{\"number\": 7, \"labels\": [7]}]",
                "#7: 'labels' has no names",
            ),
            (
                "[{\"number\": 7, \"statusCheckRollup\": [1]}]",
                "not a check",
            ),
            (
                "[{\"number\": 7, \"url\": \"https://h/a/pull/8\"}]",
                "does not end with '/pull/7'",
            ),
            (
                "[{\"number\": 7, \"url\": \"https://u@h/a/pull/7\"}]",
                "'url'",
            ),
            (
                "[{\"number\": 7, \"url\": \"https://h/a/pull/7\"}, {\"number\": 8, \"url\": \"https://h/b/pull/8\"}]",
                "#8: it belongs to another repository",
            ),
            (&long, "#7: 'title'"),
        ] {
            let told = read(json.as_bytes()).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }

    #[test]
    fn the_repository_is_that_of_the_addresses() {
        let list =
            br#"[{"number": 9, "url": "https://github.com/acme/plan/pull/9"}, {"number": 8}]"#;
        let listed = read(list).unwrap();
        assert_eq!(listed.source.unwrap().to_string(), "github.com/acme/plan");
        assert_eq!(listed.requests[0].number, 8);
        assert_eq!(read(b"[]").unwrap().source, None);
    }
}
