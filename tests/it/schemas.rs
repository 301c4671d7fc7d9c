//! docs/json.md as a schema: what every answer has to look like.
//!
//! Not here: which commands are played (`envelopes`).

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

/// The objects that the document describes, by their headings.
pub struct Schemas {
    objects: BTreeMap<String, BTreeMap<String, String>>,
    /// The part that is all of an answer's data, by schema.
    parts: BTreeMap<String, String>,
}

impl Schemas {
    /// Reads the document.
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
        let document = fs::read_to_string(path).unwrap();
        let sections = document.split("\n### ").skip(1).map(|section| {
            let (heading, rest) = section.split_once('\n').unwrap();
            let rows = rest.lines().filter(|line| line.starts_with("| `"));
            let row = |line: &str| {
                let mut cells = line
                    .split(" | ")
                    .map(|cell| cell.trim_matches(['|', ' ', '`']));
                let (key, kind, says) = (cells.next(), cells.next(), cells.next());
                assert!(says.is_some_and(|says| !says.is_empty()), "{line}");
                (key.unwrap().to_owned(), kind.unwrap().to_owned())
            };
            (
                heading.trim_matches('`').to_owned(),
                rows.map(row).collect(),
            )
        });
        let whole = document.split("\n### ").filter_map(|section| {
            let (heading, rest) = section.split_once('\n')?;
            let (_, part) = rest.split_once("The data is the part [")?;
            let part = part.split(']').next()?;
            Some((heading.trim_matches('`').to_owned(), part.to_owned()))
        });
        Self {
            parts: whole.collect(),
            objects: sections.collect(),
        }
    }

    /// The schemas that have a section.
    pub fn described(&self) -> impl Iterator<Item = &str> {
        let names = self.objects.keys().map(String::as_str);
        names.filter(|name| name.starts_with("coord."))
    }

    /// Panics if an object differs from the description under this heading.
    #[track_caller]
    pub fn check(&self, heading: &str, value: &Value) {
        if let Err(why) = self.object(heading, value) {
            panic!("{why}");
        }
    }

    fn object(&self, heading: &str, value: &Value) -> Result<(), String> {
        let heading = self.parts.get(heading).map_or(heading, String::as_str);
        let keys = self.objects.get(heading);
        let keys = keys.ok_or_else(|| format!("docs/json.md has no section '{heading}'"))?;
        let fields = value.as_object().ok_or_else(|| format!("no {heading}"))?;
        for (key, found) in fields {
            let kind = keys.get(key);
            let kind = kind.ok_or_else(|| format!("key '{key}' of {heading} is not described"))?;
            let kind = kind.strip_suffix(", optional").unwrap_or(kind);
            let checked = self.value(kind, found);
            checked.map_err(|why| format!("key '{key}' of {heading}: {why}"))?;
        }
        let missing = keys
            .iter()
            .find(|(key, kind)| !kind.ends_with(", optional") && !fields.contains_key(*key));
        missing.map_or(Ok(()), |(key, _)| {
            Err(format!("key '{key}' of {heading} is missing"))
        })
    }

    fn value(&self, kind: &str, value: &Value) -> Result<(), String> {
        if let Some(kind) = kind.strip_suffix(" or null") {
            return if value.is_null() {
                Ok(())
            } else {
                self.value(kind, value)
            };
        }
        let inside = |begin, end| kind.strip_prefix(begin)?.strip_suffix(end);
        if let (Some(kind), Some(items)) = (inside("[", "]"), value.as_array()) {
            return items.iter().try_for_each(|item| self.value(kind, item));
        }
        if let (Some(kind), Some(fields)) = (inside("{name: ", "}"), value.as_object()) {
            return fields.values().try_for_each(|item| self.value(kind, item));
        }
        let text = value.as_str();
        let hex = |text: &str, lengths: &[usize]| {
            let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            digits && lengths.contains(&text.len())
        };
        let fits = match kind {
            "text" => text.is_some(),
            "number" => value.is_i64() || value.is_u64(),
            "flag" => value.is_boolean(),
            "time" => text.is_some_and(is_time),
            "object id" | "commit" => text.is_some_and(|text| hex(text, &[40, 64])),
            "entry id" => text.is_some_and(|text| hex(text, &[64])),
            "digest" => text
                .and_then(|text| text.strip_prefix("blake3:"))
                .is_some_and(|text| hex(text, &[64])),
            "arguments" => value.is_object(),
            part => return self.object(part, value),
        };
        fits.then_some(())
            .ok_or_else(|| format!("{value} is no {kind}"))
    }
}

/// `2025-10-15T14:05:00Z`
fn is_time(text: &str) -> bool {
    let form = "0000-00-00T00:00:00Z";
    let fits = |(found, wanted): (u8, u8)| match wanted {
        b'0' => found.is_ascii_digit(),
        mark => found == mark,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}
