//! The format for machines: CDDL (RFC 8610) and JSON, made from the tables of the document.
//!
//! Not here: the checks that hold these tables to the types of the program (`kinds`, `format`).

use std::{collections::BTreeSet, fmt::Write as _, fs};

use serde_json::{Value, json};

use cddl_cat::{context::BasicContext, flatten::flatten_from_str, validate_cbor};
use git_coord::core::entry::codec;

use super::{
    Listed,
    cbor::{self, Item},
    document, listed, part, root, table, unquoted,
};

/// A field of a structure: its key, its name, and the rest in the document's words.
#[derive(Debug, Clone)]
struct Field {
    number: String,
    name: String,
    kind: String,
    presence: String,
}

/// What a name of the CDDL stands for.
#[derive(Debug, Clone)]
enum Shape {
    /// A map of these fields.
    Map(Vec<Field>),
    /// Variants: the number of each, and the types of its values.
    Variants(Vec<(String, String)>),
    /// Another type, in the document's words.
    Words(String),
    /// A choice that no table has as such, in CDDL.
    Choice(Vec<String>),
}

/// The types without a table of their own, whose grammar no table writes: [section 8](LEDGER_FORMAT.md).
const BASE: &str = r#"
u16 = 0..65535
u32 = 0..4294967295
u64 = 0..18446744073709551615
i32 = -2147483648..2147483647
flag = bool
visible-text = tstr .size (1..4000)
branch = tstr .size (1..1000)
glob = tstr .size (1..400)
URL = tstr .regexp "https?://[^/?#@]+([/?#].*)?"
name = tstr .regexp "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
task-id = name
guardrail-id = name
target-name = name
label = name
idempotency-key = tstr .regexp "[!-~]{1,64}"
address = tstr .size (1..254)
id = bstr .size 32
digest = bstr .size 32
commit = (bstr .size 20) / (bstr .size 32)
key = bstr .size (1..2200)
seconds = 0..253402300799
day = tstr .regexp "[0-9]{4}-[0-9]{2}-[0-9]{2}"
span = u64
day-offset = -840..840
percent = 0..100
estimate = [u32, u32]
approver = [0, name] / [1, role]
origin = [id, u16, u16]
task-number = u32
task-name = visible-text
"#;

/// The CDDL of the payload and of the state.
pub fn cddl() -> String {
    let mut page = String::from(
        "; The payload of an entry, and the state (RFC 8610). Made from the tables of LEDGER_FORMAT.md and docs/format/.\n\
         ; What no schema can say (canonical encoding, sorted sets, text that is visible, how the name of an actor may end) is in that document.\n\n\
         payload = entry\n",
    );
    page.push_str(BASE);
    for (name, count) in words() {
        let _ = writeln!(page, "{} = 0..{}", symbol(&name), count.len() - 1);
    }
    for (name, shape) in shapes() {
        let _ = writeln!(page, "\n{} = {}", symbol(&name), written(&shape));
    }
    page
}

/// The tables of kinds, structures, records, words, codes and flaws.
pub fn json() -> Value {
    let shape = |shape: &Shape| match shape {
        Shape::Map(fields) => json!({"fields": fields.iter().map(|field| json!({
            "number": field.number.parse::<u32>().unwrap(), "name": field.name,
            "type": field.kind, "presence": field.presence,
        })).collect::<Vec<_>>()}),
        Shape::Variants(variants) => {
            json!({"variants": variants.iter().map(|(number, kind)| json!({
            "number": number.parse::<u32>().unwrap(), "holds": kind,
        })).collect::<Vec<_>>()})
        }
        Shape::Words(words) => json!({"type": words}),
        Shape::Choice(_) => Value::Null,
    };
    let document = document();
    let kinds = kinds().into_iter().map(|(number, name, body)| {
        json!({"number": number, "name": name, "body": body.as_ref().map(shape)})
    });
    let named = |shapes: Vec<(String, Shape)>| -> Value {
        let pairs = shapes.iter().map(|(name, it)| (name.clone(), shape(it)));
        Value::Object(pairs.collect())
    };
    let codes = table(&document, "*Codes*").into_iter().map(|row| {
        json!({"number": row[0].parse::<u32>().unwrap(), "code": unquoted(&row[1]), "means": row[3],
               "arguments": fields_of_record(&row[2]).iter().map(|field| json!({"name": field.name, "type": field.kind})).collect::<Vec<_>>()})
    });
    let flaws = table(&document, "The flaws, by the words").into_iter();
    let flaws = flaws.map(|row| json!({"flaw": unquoted(&row[0]), "means": row[1]}));
    let limits = table(&part("docs/format/limits.md"), "# Limits").into_iter();
    let limits = limits.map(|row| {
        json!({"name": unquoted(&row[0]), "limit": row[1].replace(',', "").parse::<u64>().unwrap(), "of": row[2]})
    });
    json!({
        "words": Value::Object(words().into_iter().map(|(name, words)| (name, json!(words))).collect()),
        "structures": named(structures()),
        "kinds": kinds.collect::<Vec<_>>(),
        "records": named(records()),
        "refusals": codes.collect::<Vec<_>>(),
        "flaws": flaws.collect::<Vec<_>>(),
        "limits": limits.collect::<Vec<_>>(),
    })
}

/// `task reference` as a name of CDDL. Its prelude has three of the document's names for something else.
fn symbol(words: &str) -> String {
    match words {
        "text" => "visible-text".to_owned(),
        "time" => "seconds".to_owned(),
        "integer" => "u16".to_owned(),
        words => words.replace(' ', "-"),
    }
}

fn written(shape: &Shape) -> String {
    match shape {
        Shape::Map(fields) => {
            let lines = fields.iter().map(|field| {
                let optional = if field.presence == "always" { "" } else { "? " };
                let kind = match field.presence.as_str() {
                    "if true" => "true".to_owned(),
                    "if any" => type_of(&field.kind).replacen("[* ", "[+ ", 1),
                    _ => type_of(&field.kind),
                };
                format!("  {optional}{} => {kind}, ; {}\n", field.number, field.name)
            });
            format!("{{\n{}}}", lines.collect::<String>())
        }
        Shape::Variants(variants) => {
            let one = |(number, kind): &(String, String)| {
                if kind.is_empty() {
                    return number.clone();
                }
                let held: Vec<String> = kind.split(" and ").map(type_of).collect();
                format!("[{number}, {}]", held.join(", "))
            };
            let all: Vec<String> = variants.iter().map(one).collect();
            all.join(" /\n  ")
        }
        Shape::Words(words) => type_of(words),
        Shape::Choice(choices) => choices.join(" /\n  "),
    }
}

/// A type in the document's words as one of CDDL.
fn type_of(words: &str) -> String {
    let words = words.trim();
    if let Some(words) = words.strip_suffix(" or null") {
        return format!("{} / null", type_of(words));
    }
    if let Some(fields) = words.strip_prefix("map: ") {
        return written(&Shape::Map(inline(fields)));
    }
    if let Some(pair) = words.strip_prefix("map of ") {
        let (key, value) = pair.split_once(" to ").unwrap();
        return format!("[* [{}, {}]]", type_of(key), type_of(value));
    }
    if let Some(item) = words.strip_prefix("set of ") {
        return format!("[* {}]", type_of(item));
    }
    if let Some(item) = words.strip_prefix("array of ") {
        let (count, item) = item.split_once(' ').unwrap();
        let count = ["two", "three"].iter().position(|it| *it == count).unwrap() + 2;
        return format!("[{count}*{count} {}]", type_of(item));
    }
    if let Some(items) = words.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        if items.starts_with('[') || !items.contains(", ") {
            return format!("[* {}]", type_of(items));
        }
        // `[source text, number u64]` names what it holds.
        let item = |item: &str| match item.split_once(' ') {
            Some((_, kind @ ("text" | "u64" | "name"))) => symbol(kind),
            _ => type_of(item),
        };
        let items: Vec<String> = items.split(", ").map(item).collect();
        return format!("[{}]", items.join(", "));
    }
    symbol(words)
}

/// The structures, variants, events and records, in the order of the document.
fn shapes() -> Vec<(String, Shape)> {
    let kinds = kinds();
    let mut all = structures();
    let mut events = Vec::new();
    for (number, name, body) in &kinds {
        let (family, kind) = number.split_once('.').unwrap();
        let held = match body {
            None => format!("[{family}, {kind}]"),
            Some(body) => {
                let body_name = format!("{} body", name.to_lowercase());
                all.push((body_name.clone(), body.clone()));
                format!("[{family}, [{kind}, {}]]", symbol(&body_name))
            }
        };
        events.push(held);
    }
    all.push(("event".to_owned(), Shape::Choice(events)));
    all.extend(records());
    all.push(("refusal".to_owned(), refusal()));
    all
}

/// The entry, and the structures and variants that its events hold.
fn structures() -> Vec<(String, Shape)> {
    let document = document();
    let mut entry = fields(&table(&document, "### The entry"));
    "1".clone_into(&mut entry[0].kind);
    let mut all = vec![
        ("entry".to_owned(), Shape::Map(entry)),
        ("mark".to_owned(), map(&table(&document, "**Mark**"))),
    ];
    for row in table(&document, "## 8. Types") {
        if row[1] == "map" {
            all.push((row[0].clone(), Shape::Map(inline(&row[2]))));
        }
    }
    for name in [
        "Task reference",
        "Attachment",
        "Versions",
        "Source",
        "Pull request",
        "Checks",
        "Worktree",
    ] {
        let (_, rest) = document.split_once(&format!("**{name}**: ")).expect(name);
        let line = rest.split("\n\n").next().unwrap().replace('\n', " ");
        let shape = if line.contains("| no. |") {
            map(&table(rest, ""))
        } else {
            Shape::Map(inline(&line))
        };
        all.push((name.to_lowercase(), shape));
    }
    for (name, head) in [
        ("ledger fact", "| fact |"),
        ("actor fact", "| fact |"),
        ("policy rule", "| rule |"),
        ("task fact", "| fact |"),
    ] {
        let (_, rest) = document.split_once(&format!("**{name}")).expect(name);
        let rows = table(&rest[rest.find(head).expect(name)..], "");
        let variants = rows.into_iter().map(|row| (row[0].clone(), row[1].clone()));
        all.push((name.to_owned(), Shape::Variants(variants.collect())));
    }
    all
}

/// Each kind with its number, its name, and its body, if it has one.
fn kinds() -> Vec<(String, String, Option<Shape>)> {
    let document = part("docs/format/kinds.md");
    let sections = document.split("\n### ").skip(1);
    let kinds = sections.map(|section| {
        let (heading, text) = section.split_once('\n').unwrap();
        let (number, name) = heading.split_once(' ').unwrap();
        let words = text.trim_start().replace('\n', " ");
        let body = if words.starts_with("No body") {
            None
        } else if let Some(body) = words.strip_prefix("The body is a map of ") {
            Some(Shape::Words(
                body.split([' ', '.']).next().unwrap().to_owned(),
            ))
        } else if let Some(body) = words.strip_prefix("The body is an array of **") {
            let item = body.split("s**").next().unwrap();
            Some(Shape::Words(format!("[{item}]")))
        } else if let Some(body) = words.strip_prefix("The body is one **") {
            Some(Shape::Words(body.split("**").next().unwrap().to_owned()))
        } else {
            Some(map(&table(text, "")))
        };
        (number.to_owned(), name.to_owned(), body)
    });
    kinds.collect()
}

/// The records of the state and of the arguments of refusals.
fn records() -> Vec<(String, Shape)> {
    let document = document();
    let mut all = Vec::new();
    for mark in ["<!-- records -->", "<!-- arguments -->"] {
        for row in table(&document, mark) {
            if row[0] != "refusal" {
                let mut fields = fields_of_record(&row[1]);
                if row[0] == "fields" {
                    // What is not set is left out.
                    let kept = |field: &&mut Field| field.name != "title";
                    let optional = |field: &mut Field| field.presence = "optional".to_owned();
                    fields.iter_mut().filter(kept).for_each(optional);
                }
                all.push((row[0].clone(), Shape::Map(fields)));
            }
        }
    }
    all
}

/// Any refusal: its code, with the arguments of that code.
fn refusal() -> Shape {
    let document = document();
    let codes = table(&document, "*Codes*").into_iter().map(|row| {
        let arguments = written(&Shape::Map(fields_of_record(&row[2])));
        format!("{{ 0 => {}, 1 => {arguments} }}", row[0])
    });
    Shape::Choice(codes.collect())
}

/// `` `actor` name · `since` time `` as fields; one that says when it is there is optional.
fn fields_of_record(cell: &str) -> Vec<Field> {
    let fields = cell.split(" · ").enumerate().map(|(number, field)| {
        let (name, kind) = field.trim_start_matches('`').split_once("` ").unwrap();
        let optional = field.contains(", if ");
        let kind = kind.split([':', ';']).next().unwrap();
        let kind = [
            "as in the event",
            "in the order",
            "with item",
            "if ",
            "always",
        ]
        .iter()
        .fold(kind, |kind, note| {
            kind.split(&format!(", {note}")).next().unwrap()
        });
        let kind = match kind {
            "the body of 2.6" => "imported body",
            "code, by number" => "u16",
            other => other,
        };
        Field {
            number: number.to_string(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            presence: if optional { "optional" } else { "always" }.to_owned(),
        }
    });
    fields.collect()
}

fn map(rows: &[Vec<String>]) -> Shape {
    Shape::Map(fields(rows))
}

fn fields(rows: &[Vec<String>]) -> Vec<Field> {
    let field = |row: &Vec<String>| Field {
        number: row[0].clone(),
        name: row[1].clone(),
        kind: row[2].clone(),
        presence: row[3].clone(),
    };
    rows.iter().map(field).collect()
}

/// ``0 `number` u64, 1 `title` text; always`` as fields.
fn inline(words: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let quoted: Vec<&str> = words.split('`').collect();
    for pair in quoted.windows(3).step_by(2) {
        let Ok(number) = pair[0]
            .rsplit([' ', ',', ';'])
            .find(|it| !it.is_empty())
            .unwrap_or("")
            .parse::<u32>()
        else {
            continue;
        };
        let rest = pair[2].split([',', ';', ':', '.']).next().unwrap().trim();
        let optional = pair[2]
            .split([';', '.'])
            .next()
            .unwrap()
            .contains("optional");
        let kind = rest
            .trim_end_matches("always")
            .trim_end_matches("optional")
            .trim();
        fields.push(Field {
            number: number.to_string(),
            name: pair[1].to_owned(),
            kind: if kind.is_empty() { "u16" } else { kind }.to_owned(),
            presence: if optional { "optional" } else { "always" }.to_owned(),
        });
    }
    fields
}

/// The tables of words: each type with its words, in the order of their numbers.
fn words() -> Vec<(String, Vec<String>)> {
    let document = document();
    let mut all = Vec::new();
    for row in table(&document, "**Words**") {
        let words = row[1].split(", ").map(|word| unquoted(word).to_owned());
        all.push((row[0].clone(), words.collect()));
    }
    for row in table(&document, "<!-- words of refusals -->") {
        let words = row[1].split('`').skip(1).step_by(2).map(str::to_owned);
        all.push((row[0].clone(), words.collect()));
    }
    all
}

/// The files, with what has to be in them.
pub fn files() -> [(&'static str, String); 2] {
    let tables = serde_json::to_string_pretty(&json()).unwrap() + "\n";
    [
        ("docs/format/ledger.cddl", cddl()),
        ("docs/format/tables.json", tables),
    ]
}

#[test]
fn the_files_for_machines_are_made_from_the_tables() {
    for (name, expected) in files() {
        let found = fs::read_to_string(root().join(name)).unwrap();
        assert!(
            found == expected,
            "{name} is old: cargo test --test it write_the_examples -- --ignored"
        );
    }
}

/// The schema, parsed.
pub struct Schema(BasicContext);

impl Schema {
    /// In RFC 8610 a regular expression is for the whole text, in this crate for a part.
    pub fn read() -> Self {
        let schema = part("docs/format/ledger.cddl");
        let lines = schema
            .lines()
            .map(|line| match line.split_once(".regexp \"") {
                Some((rule, expression)) => format!(
                    "{rule}.regexp \"^({})$\"\n",
                    expression.trim_end_matches('"')
                ),
                None => format!("{line}\n"),
            });
        let schema: String = lines.collect();
        Self(BasicContext::new(flatten_from_str(&schema).unwrap()))
    }

    /// Whether the bytes fit a rule.
    pub fn check(&self, rule: &str, bytes: &[u8]) -> Result<(), String> {
        let mut rest = bytes;
        let value: ciborium::Value =
            ciborium::from_reader(&mut rest).map_err(|error| error.to_string())?;
        if !rest.is_empty() {
            return Err("bytes behind it".to_owned());
        }
        validate_cbor(&self.0.rules[rule], &value, &self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn every_name_of_the_schema_is_defined() {
    let schema = part("docs/format/ledger.cddl");
    let code = schema.lines().map(|line| line.split(';').next().unwrap());
    let code: Vec<&str> = code.map(|line| line.split('"').next().unwrap()).collect();
    let defined = code
        .iter()
        .filter_map(|line| Some(line.split_once(" = ")?.0));
    let mut known: BTreeSet<&str> = defined.collect();
    known.extend(["tstr", "bstr", "bool", "true", "null", "size", "regexp"]);
    for line in code {
        let names = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for name in names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
            assert!(known.contains(name), "{name} in {line}");
        }
    }
}

fn payloads() -> Vec<Vec<u8>> {
    listed(&document())
        .iter()
        .filter_map(Listed::payload)
        .collect()
}

#[test]
fn every_payload_and_the_state_of_the_worked_ledger_fit_the_schema() {
    let schema = Schema::read();
    for payload in payloads() {
        let told = codec::decode(&payload);
        schema
            .check("payload", &payload)
            .unwrap_or_else(|error| panic!("{error}: {told:?}"));
    }
    let state = fs::read(root().join("tests/golden/v1.state.cbor")).unwrap();
    schema.check("state", &state).unwrap();
}

#[test]
fn what_is_no_payload_does_not_fit_the_schema() {
    let schema = Schema::read();
    let integer = Item::Integer;
    let payload = payloads().swap_remove(1);
    schema.check("payload", &payload).unwrap();
    let changed = |key: i128, value: Option<Item>| {
        let mut pairs = cbor::read(&payload).pairs().to_vec();
        pairs.retain(|(found, _)| *found != integer(key));
        pairs.extend(value.map(|value| (integer(key), value)));
        pairs.sort_by_key(|(key, _)| key.write());
        Item::Map(pairs).write()
    };
    let event = |family: i128, kind: Item| {
        Some(Item::Array(vec![Item::Array(vec![integer(family), kind])]))
    };
    let held = |kind: i128, body: Item| Item::Array(vec![integer(kind), body]);
    let fact = |number: i128, value: Item| {
        let facts = Item::Array(vec![held(number, value)]);
        event(
            1,
            held(
                1,
                Item::Map(vec![
                    (integer(0), Item::Text("ada".into())),
                    (integer(1), facts),
                ]),
            ),
        )
    };
    schema
        .check("payload", &changed(5, fact(2, integer(4))))
        .unwrap();
    for (wrong, bytes) in [
        ("without a format", changed(0, None)),
        ("another format", changed(0, Some(integer(2)))),
        ("a short id", changed(1, Some(Item::Bytes(vec![7; 31])))),
        (
            "a list that is empty and there",
            changed(2, Some(Item::Array(Vec::new()))),
        ),
        ("without an actor", changed(3, None)),
        (
            "a name with a space",
            changed(3, Some(Item::Text("a b".into()))),
        ),
        (
            "a time after the year 9999",
            changed(4, Some(integer(253_402_300_800))),
        ),
        ("a time before 1970", changed(4, Some(integer(-1)))),
        ("an unknown field", changed(99, Some(integer(0)))),
        (
            "a family that is not there",
            changed(5, event(7, integer(0))),
        ),
        ("a kind that is not there", changed(5, event(0, integer(9)))),
        ("a kind without its body", changed(5, event(2, integer(0)))),
        (
            "a body where none is",
            changed(5, event(0, held(4, Item::Map(Vec::new())))),
        ),
        (
            "an empty body",
            changed(5, event(2, held(0, Item::Map(Vec::new())))),
        ),
        ("a role that is not there", changed(5, fact(2, integer(5)))),
        ("a fact that is not there", changed(5, fact(4, integer(0)))),
        (
            "a value of another type",
            changed(5, fact(2, Item::Text("admin".into()))),
        ),
        (
            "an empty text",
            changed(5, fact(0, Item::Text(String::new()))),
        ),
        (
            "an array instead of the map",
            Item::Array(Vec::new()).write(),
        ),
        ("null", vec![0xf6]),
    ] {
        assert!(schema.check("payload", &bytes).is_err(), "{wrong}");
        assert!(codec::decode(&bytes).is_err(), "{wrong}");
    }
    let state = fs::read(root().join("tests/golden/v1.state.cbor")).unwrap();
    let mut pairs = cbor::read(&state).pairs().to_vec();
    pairs.pop();
    assert!(
        schema.check("state", &Item::Map(pairs).write()).is_err(),
        "a state without its last field"
    );
}
