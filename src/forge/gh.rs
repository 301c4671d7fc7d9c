//! What `gh pr list --json …` prints: a list with any of its fields, read into pull requests.
//!
//! A field that the list does not have stays unknown, and so does a value without a meaning (a mergeability that GitHub has
//! not computed yet). Not here: running `gh`.

use std::{fmt::Display, str::FromStr};

use serde_json::{Map, Value};

use super::Listed;
use crate::core::{
    entry::{
        codec::v1::LABELS_MAX,
        event::observation::{
            CheckCounts, ForgeKind, PullRequest, PullRequestState, ReviewDecision, Source,
        },
    },
    values::text::{Text, brief},
};

/// The fields to ask `gh` for.
pub const FIELDS: &str = "number,title,state,isDraft,headRefName,headRefOid,baseRefName,author,statusCheckRollup,\
reviewDecision,mergeable,labels,updatedAt,mergeCommit,url";

/// The longest quotation of a value in a message, in characters.
const QUOTED_MAX: usize = 40;

/// The pull requests of a list. The repository is known if the list has addresses, or is given as `source`.
///
/// # Errors
/// Why this is not such a list, in a sentence.
pub fn read(json: &[u8]) -> Result<Listed, String> {
    let value: Value = serde_json::from_slice(json)
        .map_err(|error| format!("it is not complete JSON: {error}"))?;
    let Value::Array(items) = value else {
        return Err("it is not a list of pull requests".to_owned());
    };
    let (mut source, mut requests) = (None, Vec::with_capacity(items.len()));
    for (place, item) in (1..).zip(&items) {
        let fields = item
            .as_object()
            .ok_or_else(|| format!("item {place} is not a pull request"))?;
        let number = fields.get("number").and_then(Value::as_u64);
        let number = number.ok_or_else(|| format!("item {place} has no 'number'"))?;
        let told = |why: String| format!("pull request #{number}: {why}");
        let request = request(number, &Fields(fields)).map_err(told)?;
        let found = repository(number, &Fields(fields)).map_err(told)?;
        if let (Some(before), Some(found)) = (&source, &found)
            && before != found
        {
            return Err(told(
                "it belongs to another repository than those before it".into(),
            ));
        }
        source = source.or(found);
        requests.push(request);
    }
    requests.sort_by_key(|request| request.number);
    if let Some(pair) = requests
        .windows(2)
        .find(|two| two[0].number == two[1].number)
    {
        return Err(format!("pull request #{} is there twice", pair[0].number));
    }
    Ok(Listed { source, requests })
}

fn request(number: u64, fields: &Fields<'_>) -> Result<PullRequest, String> {
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
        checks: fields.checks("statusCheckRollup")?,
        review: decision(fields)?,
        mergeable: fields.mergeable("mergeable")?,
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

/// The repository of a pull request with an address: `https://github.com/acme/plan/pull/7`.
fn repository(number: u64, fields: &Fields<'_>) -> Result<Option<Source>, String> {
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

/// The fields of one pull request. A field that is not there, or null, is unknown.
struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }
    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        let text = |value: &Value| value.as_str().map(str::len).is_some();
        match self.get(name) {
            Some(value) if !text(value) => Err(format!("'{name}' is not a text")),
            value => Ok(value.and_then(Value::as_str)),
        }
    }
    /// A text with a meaning of its own; none if it is empty.
    fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>, String> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.map(|text| parse(name, text)).transpose()
    }
    /// The text `inner` of the object `name`.
    fn inside<T: FromStr<Err: Display>>(
        &self,
        name: &str,
        inner: &str,
    ) -> Result<Option<T>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Fields(fields).parsed(inner),
            Some(_) => Err(format!("'{name}' is not an object")),
        }
    }
    fn flag(&self, name: &str) -> Result<Option<bool>, String> {
        let not_one = || format!("'{name}' is neither true nor false");
        let value = self.get(name);
        value
            .map(|value| value.as_bool().ok_or_else(not_one))
            .transpose()
    }
    fn word<T>(&self, name: &str, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        let unknown = |word: &str| format!("'{name}' is '{}'", brief(word, QUOTED_MAX));
        let word = self.text(name)?;
        word.map(|word| of(word).ok_or_else(|| unknown(word)))
            .transpose()
    }
    fn mergeable(&self, name: &str) -> Result<Option<bool>, String> {
        let word = self.word(name, |word| match word {
            "MERGEABLE" => Some(Some(true)),
            "CONFLICTING" => Some(Some(false)),
            // GitHub computes it only after somebody has asked.
            "UNKNOWN" => Some(None),
            _ => None,
        })?;
        Ok(word.flatten())
    }
    fn labels(&self, name: &str) -> Result<Option<Vec<Text>>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let labels = value
            .as_array()
            .ok_or_else(|| format!("'{name}' is not a list"))?;
        let mut names = Vec::with_capacity(labels.len().min(LABELS_MAX));
        for label in labels {
            let label = label
                .as_object()
                .ok_or_else(|| format!("'{name}' has no names"))?;
            names.extend(Fields(label).parsed("name")?);
        }
        names.sort();
        names.dedup();
        if names.len() > LABELS_MAX {
            return Err(format!("it has more than {LABELS_MAX} labels"));
        }
        Ok(Some(names))
    }
    /// The checks: a list of check runs and of commit statuses, or GraphQL's object around it. `gh` prints null where there
    /// are none.
    fn checks(&self, name: &str) -> Result<Option<CheckCounts>, String> {
        let Some(mut value) = self.0.get(name) else {
            return Ok(None);
        };
        for inner in ["contexts", "nodes"] {
            value = value.get(inner).unwrap_or(value);
        }
        let checks = match value {
            Value::Null => &[][..],
            Value::Array(checks) => checks,
            _ => return Err(format!("'{name}' is not a list of checks")),
        };
        let mut counts = CheckCounts::default();
        for check in checks {
            let fields = check
                .as_object()
                .ok_or_else(|| format!("'{name}' has an item that is not a check"))?;
            let count = match outcome(&Fields(fields))? {
                Some(true) => &mut counts.passing,
                Some(false) => &mut counts.failing,
                None => &mut counts.pending,
            };
            *count += 1;
        }
        Ok(Some(counts))
    }
}

/// Whether a check passes; none as long as nobody knows. A commit status has a state, a check run a conclusion once it is
/// complete. As for `gh`, a word that is new counts as pending.
fn outcome(check: &Fields<'_>) -> Result<Option<bool>, String> {
    let word = match check.text("state")? {
        Some(state) => state,
        None if check
            .text("status")?
            .is_some_and(|status| status != "COMPLETED") =>
        {
            return Ok(None);
        }
        None => check.text("conclusion")?.unwrap_or(""),
    };
    Ok(match word {
        "SUCCESS" | "NEUTRAL" | "SKIPPED" => Some(true),
        "FAILURE" | "ERROR" | "TIMED_OUT" | "CANCELLED" | "ACTION_REQUIRED" | "STARTUP_FAILURE" => {
            Some(false)
        }
        _ => None,
    })
}

fn parse<T: FromStr<Err: Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|error| format!("'{name}': {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "[{\"number\": 7, \"labels\": [\"x\"]}]",
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
