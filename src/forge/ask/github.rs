//! Asking GitHub's own interface (REST, version 2022-11-28), which needs nothing installed: the list page by page, and for each open
//! pull request its mergeability, its checks and its reviews.
//!
//! Every request names the mark of the last answer, so that what has not changed costs nothing of the hourly allowance.
//! Not here: the fields of a pull request (`read::rest`), and the connection (`http`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    http::{Client, Reply},
    memory::{KeptAnswer, Memory, only_fields},
    pages::{PAGE, halved},
    problem::Problem,
};
use crate::{
    core::entry::event::observation::{CheckCounts, PullRequest, PullRequestState, ReviewDecision},
    forge::{
        place::ForgePlace,
        read::{counts, decision, flag_of, of_items},
    },
};

/// How many checks or reviews an answer has; the largest number that GitHub allows.
const DETAILS: usize = 100;
/// How many such answers are read for one pull request.
const DETAIL_PAGES_MAX: usize = 10;

/// The pull requests of a repository, the newest `limit` ones, by number.
///
/// # Errors
/// There is no answer, or it cannot be read.
pub(super) fn ask(
    client: &mut Client,
    memory: &mut Memory,
    place: &ForgePlace,
    limit: usize,
) -> Result<Vec<PullRequest>, Problem> {
    memory.is_about(client.base());
    if let Some(until) = memory.pause(client.now()) {
        memory.set_pause(until);
        return Err(Problem::RateLimited {
            host: client.host(),
            until: Some(until),
        });
    }
    let mut asking = Asking {
        client,
        memory,
        top: format!("/repos/{}", place.name),
    };
    let asked = asking.all(limit);
    if let Err(Problem::RateLimited {
        until: Some(until), ..
    }) = &asked
    {
        memory.set_pause(*until);
    }
    asked
}

struct Asking<'a> {
    client: &'a Client,
    memory: &'a mut Memory,
    /// The path of the repository.
    top: String,
}

/// What the interface has at a path.
enum Found {
    Value(Value, Option<bool>),
    Missing,
    Overloaded,
}

impl Asking<'_> {
    fn all(&mut self, limit: usize) -> Result<Vec<PullRequest>, Problem> {
        let items = self.list(limit)?;
        let mut requests = Vec::with_capacity(items.len());
        for item in items.into_values().rev().take(limit) {
            let listed = of_items(&[item]).map_err(|why| Problem::Unreadable { why })?;
            for mut request in listed.requests {
                if request.state == Some(PullRequestState::Open) {
                    self.complete(&mut request)?;
                }
                requests.push(request);
            }
        }
        requests.reverse();
        Ok(requests)
    }

    /// The items of the list by number. A page that GitHub cannot compute in time is asked for in halves.
    fn list(&mut self, limit: usize) -> Result<BTreeMap<u64, Value>, Problem> {
        let (mut size, mut skipped) = (PAGE, 0);
        let mut found = BTreeMap::new();
        while skipped < limit {
            let page = skipped / size + 1;
            let path = format!(
                "{}/pulls?state=all&sort=created&direction=desc&per_page={size}&page={page}",
                self.top
            );
            let (value, has_next) = match self.get(path)? {
                Found::Value(value, has_next) => (value, has_next),
                Found::Overloaded => {
                    let host = self.client.host();
                    size = halved(size).ok_or(Problem::Overloaded { host })?;
                    continue;
                }
                Found::Missing => {
                    let repository = self.client.repository().to_owned();
                    return Err(Problem::NotShown { repository });
                }
            };
            let Value::Array(items) = value else {
                return Err(unreadable("it is not a list of pull requests"));
            };
            let count = items.len();
            for item in items {
                let number = item.get("number").and_then(Value::as_u64);
                let number = number.ok_or_else(|| unreadable("an item has no 'number'"))?;
                found.insert(number, item);
            }
            skipped += size;
            if count == 0 || !has_next.unwrap_or(count >= size) {
                break;
            }
        }
        Ok(found)
    }

    /// Adds what the list does not have. What this token may not see stays unknown.
    fn complete(&mut self, request: &mut PullRequest) -> Result<(), Problem> {
        let (top, number) = (self.top.clone(), request.number);
        let mut is_somebody_asked = false;
        if let Some(value) = self.detail(format!("{top}/pulls/{number}"))? {
            let mergeable = flag_of(&value, "mergeable");
            request.mergeable = mergeable.map_err(|why| Problem::Unreadable { why })?;
            is_somebody_asked = ["requested_reviewers", "requested_teams"]
                .iter()
                .any(|name| {
                    value
                        .get(name)
                        .and_then(Value::as_array)
                        .is_some_and(|it| !it.is_empty())
                });
        }
        if let Some(commit) = &request.commit {
            let runs = self.counted(&format!("{top}/commits/{commit}/check-runs"), "check_runs")?;
            let statuses = self.counted(&format!("{top}/commits/{commit}/status"), "statuses")?;
            request.checks = match (runs, statuses) {
                (None, None) => None,
                (runs, statuses) => {
                    Some(sum(runs.unwrap_or_default(), statuses.unwrap_or_default()))
                }
            };
        }
        request.review =
            self.decision(&format!("{top}/pulls/{number}/reviews"), is_somebody_asked)?;
        Ok(())
    }

    /// The checks in the lists `name` of all pages.
    fn counted(&mut self, path: &str, name: &str) -> Result<Option<CheckCounts>, Problem> {
        let mut sums = None;
        for page in 1..=DETAIL_PAGES_MAX {
            let Some(value) = self.detail(paged(path, page))? else {
                break;
            };
            let checks = value.get(name).and_then(Value::as_array);
            let checks = checks.ok_or_else(|| unreadable(&format!("it has no list '{name}'")))?;
            let counted = counts(name, checks).map_err(|why| Problem::Unreadable { why })?;
            sums = Some(sum(sums.unwrap_or_default(), counted));
            if checks.len() < DETAILS {
                break;
            }
        }
        Ok(sums)
    }

    fn decision(
        &mut self,
        path: &str,
        is_somebody_asked: bool,
    ) -> Result<Option<ReviewDecision>, Problem> {
        let mut reviews = Vec::new();
        for page in 1..=DETAIL_PAGES_MAX {
            match self.detail(paged(path, page))? {
                None if page == 1 => return Ok(None),
                None => break,
                Some(Value::Array(some)) => {
                    let is_last = some.len() < DETAILS;
                    reviews.extend(some);
                    if is_last {
                        break;
                    }
                }
                Some(_) => return Err(unreadable("it is not a list of reviews")),
            }
        }
        let verdicts = reviews.iter().map(|review| {
            let reviewer = review.get("user").and_then(|user| user.get("login"));
            let state = review.get("state").and_then(Value::as_str);
            (reviewer.and_then(Value::as_str), state)
        });
        Ok(Some(decision(verdicts, is_somebody_asked)))
    }

    /// What belongs to one pull request; none if it is not shown. It is asked for twice if GitHub had no time for it.
    fn detail(&mut self, path: String) -> Result<Option<Value>, Problem> {
        for _ in 0..2 {
            match self.get(path.clone())? {
                Found::Value(value, _) => return Ok(Some(value)),
                Found::Missing => return Ok(None),
                Found::Overloaded => {}
            }
        }
        let host = self.client.host();
        Err(Problem::Overloaded { host })
    }

    fn get(&mut self, path: String) -> Result<Found, Problem> {
        let last = self.memory.last(&path).cloned();
        let etag = last.as_ref().map(|last| &*last.etag);
        let (value, has_next, etag) = match self.client.get(&path, etag)? {
            Reply::Missing => return Ok(Found::Missing),
            Reply::Overloaded => return Ok(Found::Overloaded),
            Reply::Same => {
                let last = last.ok_or_else(|| unreadable("nothing was asked before"))?;
                (last.value, last.has_next, Some(last.etag))
            }
            Reply::New {
                body,
                etag,
                has_next,
            } => {
                let value = serde_json::from_slice(&body);
                let value = value
                    .map_err(|error| unreadable(&format!("it is not complete JSON: {error}")))?;
                (only_fields(value), has_next, etag)
            }
        };
        if let Some(etag) = etag {
            let value = value.clone();
            let answer = KeptAnswer {
                etag,
                has_next,
                value,
            };
            self.memory.keep(path, answer);
        }
        Ok(Found::Value(value, has_next))
    }
}

fn paged(path: &str, page: usize) -> String {
    format!("{path}?per_page={DETAILS}&page={page}")
}

fn sum(one: CheckCounts, other: CheckCounts) -> CheckCounts {
    CheckCounts {
        passing: one.passing.saturating_add(other.passing),
        failing: one.failing.saturating_add(other.failing),
        pending: one.pending.saturating_add(other.pending),
    }
}

fn unreadable(why: &str) -> Problem {
    Problem::Unreadable {
        why: why.to_owned(),
    }
}
