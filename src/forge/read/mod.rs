//! A list of pull requests in JSON, whichever forge printed it: one after the other, each once, all of one repository.
//!
//! Not here: the fields of each forge (`gh`, `rest`, `gitlab`), and getting the list (`ask`).

mod fields;
pub mod gh;
mod gitlab;
mod rest;

use serde_json::Value;

use self::fields::Fields;
pub(super) use self::{
    fields::{counts, flag_of},
    rest::decision,
};
use crate::core::entry::event::observation::{PullRequest, Source};

/// A list of pull requests, as a forge showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The repository, if the list tells it.
    pub source: Option<Source>,
    /// The pull requests, sorted by number.
    pub requests: Vec<PullRequest>,
}

/// How a forge names its fields.
struct Shape {
    number: &'static str,
    request: fn(u64, &Fields<'_>) -> Result<PullRequest, String>,
    repository: fn(u64, &Fields<'_>) -> Result<Option<Source>, String>,
}

const GH: Shape = Shape {
    number: "number",
    request: gh::request,
    repository: gh::repository,
};
const REST: Shape = Shape {
    number: "number",
    request: rest::request,
    repository: rest::repository,
};
const GITLAB: Shape = Shape {
    number: "iid",
    request: gitlab::request,
    repository: gitlab::repository,
};

/// The shape of an item: only GitLab has an `iid`, and only the interfaces of GitHub, Gitea and Forgejo have a `head`.
fn shape_of(item: &Value) -> &'static Shape {
    match item {
        item if item.get("iid").is_some() => &GITLAB,
        item if item.get("head").is_some() => &REST,
        _ => &GH,
    }
}

/// The pull requests of a list: what `gh pr list --json …` or `glab mr list --output json` printed, or what the interface of
/// GitHub, Gitea or Forgejo answered. The repository is known if the list has addresses.
///
/// # Errors
/// Why this is not such a list, in a sentence.
pub fn read(json: &[u8]) -> Result<Listed, String> {
    let value: Value = serde_json::from_slice(json)
        .map_err(|error| format!("it is not complete JSON: {error}"))?;
    match value {
        Value::Array(items) => of_items(&items),
        // What `gh pr view` prints.
        one if one.get("number").or(one.get("iid")).is_some() => of_items(&[one]),
        _ => Err("it is not a list of pull requests".to_owned()),
    }
}

/// The same of values.
///
/// # Errors
/// As for [`read`].
pub(super) fn of_items(items: &[Value]) -> Result<Listed, String> {
    let (mut source, mut requests) = (None, Vec::with_capacity(items.len()));
    for (place, item) in (1..).zip(items) {
        let shape = shape_of(item);
        let fields = item
            .as_object()
            .ok_or_else(|| format!("item {place} is not a pull request"))?;
        let number = fields.get(shape.number).and_then(Value::as_u64);
        let number = number.ok_or_else(|| format!("item {place} has no '{}'", shape.number))?;
        let told = |why: String| format!("pull request #{number}: {why}");
        let request = (shape.request)(number, &Fields(fields)).map_err(told)?;
        let found = (shape.repository)(number, &Fields(fields)).map_err(told)?;
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
