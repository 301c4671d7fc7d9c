//! `git coord schema`: the answers of `--json` as a JSON Schema.
//!
//! docs/json.md is the one description: tests compare it with the answers, and the schema is made from its tables. Not here: the
//! answers (each command).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    cli::{CommandError, Context},
    core::values::json::to_json_pretty,
};

/// Print the JSON Schema of the answers of --json
///
/// Without NAME, it is the schema of every answer. Keys that a later version adds are allowed.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  git coord schema list\n  git coord schema coord.status/1"
)]
pub struct Args {
    /// Answer whose schema is printed, such as 'list' or 'coord.list/1'
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// The data of `coord.schema/1`.
#[derive(Serialize)]
struct Printed {
    /// The answers that the schema describes.
    answers: Vec<String>,
    /// The schema, as JSON.
    text: String,
}

/// # Errors
/// `usage` if there is no such answer.
pub fn run(context: &mut Context, args: &Args) -> Result<(), CommandError> {
    let described = Described::read(include_str!("../../../docs/json.md"));
    let name = args.name.as_deref();
    let is_meant = |answer: &str| {
        let short = answer
            .strip_prefix("coord.")
            .and_then(|it| it.split('/').next());
        name.is_none_or(|name| name == answer || short == Some(name))
    };
    let answers: Vec<String> = described
        .answers()
        .filter(|it| is_meant(it))
        .map(str::to_owned)
        .collect();
    if let (Some(name), []) = (name, &answers[..]) {
        let message = format!("there is no answer '{name}'");
        return Err(CommandError::usage(message).hint("to see all of them: git coord schema"));
    }
    let text = to_json_pretty(&described.schema(&answers));
    let printed = Printed { answers, text };
    context.ui.answer("coord.schema/1", &printed, &printed.text)
}

/// A row of a table: the key, its type in the words of the document, and what it means.
type Row = (String, String, String);

/// The objects of the document, by their headings.
struct Described {
    objects: BTreeMap<String, Vec<Row>>,
    /// The part that is all of an answer's data, by the name of the answer.
    wholes: BTreeMap<String, String>,
}

impl Described {
    fn read(document: &str) -> Self {
        let (mut objects, mut wholes) = (BTreeMap::new(), BTreeMap::new());
        for section in document.split("\n### ").skip(1) {
            let (heading, rest) = section.split_once('\n').unwrap_or((section, ""));
            let heading = heading.trim_matches('`').to_owned();
            if let Some((_, part)) = rest.split_once("The data is the part [") {
                let part = part.split(']').next().unwrap_or_default();
                wholes.insert(heading.clone(), part.to_owned());
            }
            let rows = rest.lines().filter(|line| line.starts_with("| `"));
            objects.insert(heading, rows.filter_map(row).collect());
        }
        Self { objects, wholes }
    }

    fn answers(&self) -> impl Iterator<Item = &str> {
        let names = self.objects.keys().map(String::as_str);
        names.filter(|name| name.starts_with("coord."))
    }

    /// The schema of these answers, with the parts that they have.
    fn schema(&self, answers: &[String]) -> Value {
        let mut parts = Map::new();
        let mut open: Vec<String> = answers.iter().map(|answer| self.whole(answer)).collect();
        let mut seen: BTreeSet<String> = open.iter().cloned().collect();
        while let Some(heading) = open.pop() {
            let rows = self.objects.get(&heading).map_or(&[][..], Vec::as_slice);
            let mut named = BTreeSet::new();
            parts.insert(key_of(&heading), object(rows, &mut named));
            open.extend(named.into_iter().filter(|part| seen.insert(part.clone())));
        }
        parts.sort_keys();
        let envelopes: Vec<Value> = answers.iter().map(|answer| self.envelope(answer)).collect();
        let mut schema = match <[Value; 1]>::try_from(envelopes) {
            Ok([one]) => one,
            Err(several) => json!({ "oneOf": several }),
        };
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$defs"] = Value::Object(parts);
        schema
    }

    fn whole(&self, answer: &str) -> String {
        self.wholes
            .get(answer)
            .map_or(answer, String::as_str)
            .to_owned()
    }

    /// What is around the data of an answer.
    fn envelope(&self, answer: &str) -> Value {
        let ok = answer != "coord.error/1";
        let key = if ok { "data" } else { "error" };
        json!({
            "type": "object",
            "properties": {
                "schema": { "const": answer },
                "ok": { "const": ok },
                key: { "$ref": format!("#/$defs/{}", key_of(&self.whole(answer))) },
                "warnings": { "type": "array", "items": { "type": "string" } },
            },
            "required": ["schema", "ok", key],
        })
    }
}

/// The key of an object below `$defs`: its heading without the signs that a pointer would escape.
fn key_of(heading: &str) -> String {
    heading.replace(' ', "_").replace('/', "-")
}

/// The cells of a row of a table in Markdown.
fn row(line: &str) -> Option<Row> {
    let mut cells = line
        .splitn(3, " | ")
        .map(|cell| cell.trim_matches(['|', ' ']));
    let key = cells.next()?.trim_matches('`').to_owned();
    Some((key, cells.next()?.to_owned(), cells.next()?.to_owned()))
}

/// The schema of an object. The parts that its values are go to `named`.
fn object(rows: &[Row], named: &mut BTreeSet<String>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, kind, meaning) in rows {
        let always = kind.strip_suffix(", optional");
        if always.is_none() {
            required.push(key.as_str());
        }
        let mut value = value(always.unwrap_or(kind), named);
        value["description"] = json!(plain(meaning));
        properties.insert(key.clone(), value);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The schema of a type in the words of the document.
fn value(kind: &str, named: &mut BTreeSet<String>) -> Value {
    if let Some(kind) = kind.strip_suffix(" or null") {
        return json!({ "anyOf": [value(kind, named), { "type": "null" }] });
    }
    let inside = |begin: &str, end: &str| kind.strip_prefix(begin)?.strip_suffix(end);
    if let Some(kind) = inside("[", "]") {
        return json!({ "type": "array", "items": value(kind, named) });
    }
    if let Some(kind) = inside("{name: ", "}") {
        return json!({ "type": "object", "additionalProperties": value(kind, named) });
    }
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match kind {
        "text" => json!({ "type": "string" }),
        "number" => json!({ "type": "integer" }),
        "flag" | "true or false" => json!({ "type": "boolean" }),
        "time" => text("^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$"),
        "object id" | "commit" => text("^([0-9a-f]{40}|[0-9a-f]{64})$"),
        "entry id" => text("^[0-9a-f]{64}$"),
        "digest" => text("^blake3:[0-9a-f]{64}$"),
        "arguments" => json!({ "type": "object" }),
        part => {
            named.insert(part.to_owned());
            json!({ "$ref": format!("#/$defs/{}", key_of(part)) })
        }
    }
}

/// A text without the addresses of its links.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(&before.replacen('[', "", 1));
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described() -> Described {
        Described::read(include_str!("../../../docs/json.md"))
    }

    #[test]
    fn every_reference_of_every_schema_leads_to_an_object_with_keys() {
        let described = described();
        let all: Vec<String> = described.answers().map(str::to_owned).collect();
        assert!(all.len() > 30, "{all:?}");
        for answers in all.iter().map(std::slice::from_ref).chain([&all[..]]) {
            let schema = described.schema(answers);
            let text = schema.to_string();
            for reference in text.split("#/$defs/").skip(1) {
                let key = reference.split('"').next().unwrap();
                let keys = schema["$defs"][key]["properties"].as_object();
                assert!(
                    keys.is_some_and(|keys| !keys.is_empty()),
                    "{answers:?}: {key}"
                );
            }
        }
    }

    #[test]
    fn a_row_becomes_a_property() {
        let document = "\n### `coord.x/1`\n\n| `a` | [text] or null, optional | What [it](#it) is. |\n| `b` | part | It. |\n\n### part\n\n| `c` | flag | Yes. |\n";
        let schema = Described::read(document).schema(&["coord.x/1".to_owned()]);
        let object = &schema["$defs"]["coord.x-1"];
        assert_eq!(object["required"], json!(["b"]));
        assert_eq!(object["properties"]["a"]["description"], "What it is.");
        assert_eq!(
            schema["$defs"]["part"]["properties"]["c"]["type"],
            "boolean"
        );
        assert_eq!(schema["properties"]["schema"]["const"], "coord.x/1");
    }
}
