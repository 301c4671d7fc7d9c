//! Our items in a JSON file of the user: adding them to its lists and removing them, with every other byte as it was.
//!
//! Only the bytes of our items are added and removed. What is added to a list or an object that the user had empty stands directly
//! after its bracket, and what is in a list or an object of ours never does; so a removal knows what to leave. Pure functions.
//! Not here: which items these are (`templates`), and files (`files`).

use serde_json::{Value, value::RawValue};

use crate::core::values::json::Members;

/// The items for a list inside an object inside the top-level object.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition {
    /// The key of the object.
    pub outer: String,
    /// The key of the list.
    pub inner: String,
    /// The items, in order.
    pub items: Vec<Value>,
}

/// The additions of a template: the lists of its objects.
pub fn additions(template: &str) -> Vec<Addition> {
    let template: Value = serde_json::from_str(template).unwrap_or_default();
    let objects = template.as_object().into_iter().flatten();
    let lists = objects.flat_map(|(outer, lists)| {
        let lists = lists.as_object().into_iter().flatten();
        lists.filter_map(move |(inner, items)| {
            Some(Addition {
                outer: outer.clone(),
                inner: inner.clone(),
                items: items.as_array()?.clone(),
            })
        })
    });
    lists.collect()
}

/// The file with these items.
///
/// # Errors
/// The file is not such an object, or has a key twice.
pub fn with(file: &str, additions: &[Addition]) -> Result<String, String> {
    let mut file = file.to_owned();
    for addition in additions {
        if !is_current(&file, addition)? {
            file = without_one(&file, addition)?.unwrap_or(file);
            file = with_one(&file, addition)?;
        }
    }
    Ok(file)
}

/// The file without these items: `Some(None)` if nothing else is in it and nobody else made it; none if it has none of them.
///
/// # Errors
/// As for [`with`].
pub fn without(file: &str, additions: &[Addition]) -> Result<Option<Option<String>>, String> {
    let mut rest = file.to_owned();
    for addition in additions.iter().rev() {
        match without_one(&rest, addition)? {
            Some(less) if less.is_empty() => return Ok(Some(None)),
            Some(less) => rest = less,
            None => {}
        }
    }
    Ok((rest != file).then_some(Some(rest)))
}

/// Whether the list has our items, as they are, side by side and nowhere else.
///
/// # Errors
/// As for [`with`].
pub fn is_current(file: &str, addition: &Addition) -> Result<bool, String> {
    let Some(list) = list_of(file, addition)? else {
        return Ok(false);
    };
    let ours = list.ours(addition);
    let items: Vec<Value> = ours
        .iter()
        .map(|place| list.values[*place].clone())
        .collect();
    let side_by_side = ours.windows(2).all(|pair| pair[0] + 1 == pair[1]);
    Ok(items == addition.items && side_by_side)
}

/// A part of the text: the bytes from the first to before the second.
type Part = (usize, usize);

/// An object or a list, with what is in it.
struct Container {
    /// With its brackets.
    part: Part,
    /// From the start of the key, or of the item, to the end of the value.
    items: Vec<Part>,
    keys: Vec<String>,
    /// The parts of the values.
    bodies: Vec<Part>,
    values: Vec<Value>,
}

impl Container {
    /// The container at a part of the text.
    fn at(text: &str, part: Part) -> Result<Self, String> {
        let raw = &text[part.0..part.1];
        let of = |piece: &str| {
            let start = (piece.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            (start, start + piece.len())
        };
        let mut container = Self {
            part,
            items: Vec::new(),
            keys: Vec::new(),
            bodies: Vec::new(),
            values: Vec::new(),
        };
        let invalid = |error: serde_json::Error| format!("it is not valid JSON: {error}");
        if raw.starts_with('{') {
            let Members(members) = serde_json::from_str(raw).map_err(invalid)?;
            for (key, value) in members {
                container.items.push((of(key.get()).0, of(value.get()).1));
                container.bodies.push(of(value.get()));
                container
                    .keys
                    .push(serde_json::from_str(key.get()).map_err(invalid)?);
            }
        } else {
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(invalid)?;
            for item in items {
                container.items.push(of(item.get()));
                container.bodies.push(of(item.get()));
                container
                    .values
                    .push(serde_json::from_str(item.get()).map_err(invalid)?);
            }
        }
        Ok(container)
    }

    /// The place of a key.
    fn place_of(&self, key: &str) -> Result<Option<usize>, String> {
        let mut places = self.keys.iter().enumerate().filter(|(_, it)| *it == key);
        let first = places.next().map(|(place, _)| place);
        match places.next() {
            Some(_) => Err(format!("it has the key '{key}' twice")),
            None => Ok(first),
        }
    }

    /// The places of our items: all of them side by side, the last time that they are; else each by itself.
    fn ours(&self, addition: &Addition) -> Vec<usize> {
        let count = addition.items.len();
        let starts = (0..=self.values.len().saturating_sub(count)).rev();
        let mut whole = starts
            .filter(|start| self.values.get(*start..start + count) == Some(&addition.items[..]));
        if let Some(start) = whole.next() {
            return (start..start + count).collect();
        }
        // A few of these items may be the user's own.
        let known = addition
            .items
            .iter()
            .filter(|item| self.values.contains(item));
        let are_ours = 2 * known.count() > count;
        let is_ours = |item: &Value| calls_prime(item) || are_ours && addition.items.contains(item);
        let places = self.values.iter().enumerate();
        places
            .filter(|(_, item)| is_ours(item))
            .map(|(place, _)| place)
            .collect()
    }

    /// The text with something after the last item.
    fn insert(&self, text: &str, new: &str, line_break: &str, depth: usize) -> String {
        let (at, between) = match self.items.last() {
            Some((_, end)) => (*end, format!(",{line_break}{}", INDENT.repeat(depth))),
            // Directly after the bracket of an empty container of the user.
            None => (self.part.0 + 1, String::new()),
        };
        [&text[..at], &between, new, &text[at..]].concat()
    }

    /// The text without an item; none if nothing is left in a container of ours.
    fn remove(&self, text: &str, place: usize) -> Option<String> {
        let (start, end) = self.items[place];
        let (from, to) = match (place.checked_sub(1), self.items.get(place + 1)) {
            (Some(before), _) => (self.items[before].1, end),
            (None, Some((next, _))) => (start, *next),
            (None, None) if start == self.part.0 + 1 => (start, end),
            (None, None) => return None,
        };
        Some([&text[..from], &text[to..]].concat())
    }
}

/// The indentation of a level in what is added.
const INDENT: &str = "  ";

/// Whether all hooks of a group call us, also in the words of another version.
fn calls_prime(group: &Value) -> bool {
    let hooks = group["hooks"].as_array().filter(|hooks| !hooks.is_empty());
    let calls = |hook: &Value| {
        let words = hook["command"].as_str().unwrap_or_default().split(' ');
        words.take(4).eq(["git", "coord", "prime", "--hook"])
    };
    hooks.is_some_and(|hooks| hooks.iter().all(calls))
}

/// The top-level object, and the byte order mark before it.
fn root(text: &str) -> Result<Container, String> {
    let start = if text.starts_with(MARK) {
        MARK.len_utf8()
    } else {
        0
    };
    let raw: &RawValue = serde_json::from_str(&text[start..])
        .map_err(|error| format!("it is not valid JSON: {error}"))?;
    let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    if !raw.get().starts_with('{') {
        return Err("it is not a JSON object".to_owned());
    }
    Container::at(text, (start, start + raw.get().len()))
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The container at a key of another one, if the key is there.
fn inside(
    text: &str,
    outer: &Container,
    key: &str,
    bracket: char,
) -> Result<Option<Container>, String> {
    let Some(place) = outer.place_of(key)? else {
        return Ok(None);
    };
    let part = outer.bodies[place];
    if !text[part.0..part.1].starts_with(bracket) {
        let what = if bracket == '{' {
            "an object"
        } else {
            "a list"
        };
        return Err(format!("the value of '{key}' is not {what}"));
    }
    Container::at(text, part).map(Some)
}

fn list_of(text: &str, addition: &Addition) -> Result<Option<Container>, String> {
    let root = root(text)?;
    let Some(outer) = inside(text, &root, &addition.outer, '{')? else {
        return Ok(None);
    };
    inside(text, &outer, &addition.inner, '[')
}

fn with_one(text: &str, addition: &Addition) -> Result<String, String> {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let root = root(text)?;
    let Some(outer) = inside(text, &root, &addition.outer, '{')? else {
        let member = object(addition, line_break);
        return Ok(root.insert(text, &member, line_break, 1));
    };
    let Some(list) = inside(text, &outer, &addition.inner, '[')? else {
        let member = list(addition, line_break);
        return Ok(outer.insert(text, &member, line_break, 2));
    };
    let items = items(addition, line_break);
    Ok(list.insert(text, &items, line_break, 3))
}

/// The text without the items of one addition; empty if nothing is left of a file of ours; none if it has none of them.
fn without_one(text: &str, addition: &Addition) -> Result<Option<String>, String> {
    let places = list_of(text, addition)?.map_or_else(Vec::new, |list| list.ours(addition));
    if places.is_empty() {
        return Ok(None);
    }
    let mut text = text.to_owned();
    for place in places.into_iter().rev() {
        let Some(list) = list_of(&text, addition)? else {
            break;
        };
        match list.remove(&text, place) {
            Some(less) => text = less,
            None => return without_list(&text, addition).map(Some),
        }
    }
    Ok(Some(text))
}

/// The text without a list of ours that has become empty, and without its object if that is ours and has become empty, too.
fn without_list(text: &str, addition: &Addition) -> Result<String, String> {
    let root = root(text)?;
    let Some(whole) = root.place_of(&addition.outer)? else {
        return Ok(text.to_owned());
    };
    let outer = Container::at(text, root.bodies[whole])?;
    let inner = outer.place_of(&addition.inner)?;
    let less = inner.and_then(|place| outer.remove(text, place));
    Ok(less
        .or_else(|| root.remove(text, whole))
        .unwrap_or_default())
}

/// The items, one a line.
fn items(addition: &Addition, line_break: &str) -> String {
    let items = addition.items.iter().map(ToString::to_string);
    let between = format!(",{line_break}{}", INDENT.repeat(3));
    items.collect::<Vec<_>>().join(&between)
}

/// The list as a member. Its items do not stand directly after its bracket.
fn list(addition: &Addition, line_break: &str) -> String {
    let (key, items) = (Value::from(&*addition.inner), items(addition, line_break));
    let (far, near) = (INDENT.repeat(3), INDENT.repeat(2));
    format!("{key}: [{line_break}{far}{items}{line_break}{near}]")
}

/// The object as a member, likewise.
fn object(addition: &Addition, line_break: &str) -> String {
    let (key, list) = (Value::from(&*addition.outer), list(addition, line_break));
    let (far, near) = (INDENT.repeat(2), INDENT);
    format!("{key}: {{{line_break}{far}{list}{line_break}{near}}}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TEMPLATE: &str = r#"{"hooks": {"Start": [{"hooks": [{"command": "git coord prime --hook claude"}]}], "Stop": [{"hooks": [{"command": "git coord prime --hook claude"}]}]}, "permissions": {"allow": ["a *", "b *"]}}"#;

    fn ours() -> Vec<Addition> {
        additions(TEMPLATE)
    }
    fn removed(file: &str) -> Option<String> {
        without(file, &ours()).unwrap().unwrap()
    }

    /// A value with the keys and items of ours among those of others.
    fn value() -> impl Strategy<Value = Value> {
        let item = prop_oneof![
            Just(json!("x")),
            Just(json!("a *")),
            Just(json!(1.5e300)),
            Just(json!({"hooks": [{"command": "true"}]})),
            Just(json!([[], {}])),
        ];
        let list = prop::collection::vec(item, 0..4);
        let key = prop_oneof![Just("Start"), Just("allow"), Just("x")];
        let object = prop::collection::btree_map(key, list, 0..4);
        let key = prop_oneof![Just("hooks"), Just("permissions"), Just("y")];
        prop::collection::btree_map(key, object, 0..4).prop_map(|it| json!(it))
    }

    /// The value as somebody may have written it.
    fn written() -> impl Strategy<Value = String> {
        let styles = (
            any::<bool>(),
            any::<bool>(),
            "[ \t\r\n]{0,3}",
            "[ \t\r\n]{0,3}",
            any::<bool>(),
        );
        (value(), styles).prop_map(|(value, (pretty, crlf, before, after, mark))| {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value
                    .to_string()
                    .replace(":{}", ": { }")
                    .replace(":[]", ":[\n]")
            };
            let text = if crlf {
                text.replace('\n', "\r\n")
            } else {
                text
            };
            let mark = if mark { "\u{feff}" } else { "" };
            [mark, &before, &text, &after].concat()
        })
    }

    proptest! {
        #[test]
        fn what_was_added_is_removed_without_a_trace(file in written()) {
            let added = with(&file, &ours()).unwrap();
            prop_assert_eq!(with(&added, &ours()).unwrap(), added.clone());
            for addition in ours() {
                prop_assert!(is_current(&added, &addition).unwrap());
            }
            prop_assert_eq!(removed(&added), Some(file));
        }

        #[test]
        fn everything_else_means_the_same(file in written()) {
            let plain = |text: &str| -> Value { serde_json::from_str(text.trim_start_matches(MARK)).unwrap() };
            let (before, mut after) = (plain(&file), plain(&with(&file, &ours()).unwrap()));
            for Addition { outer, inner, items } in ours() {
                let list = after[&outer][&inner].as_array_mut().unwrap();
                let rest = list.split_off(list.len() - items.len());
                prop_assert_eq!(rest, items);
                if list.is_empty() && before[&outer][&inner].is_null() {
                    after[&outer].as_object_mut().unwrap().remove(&inner);
                }
                if before[&outer].is_null() && after[&outer].as_object().is_some_and(serde_json::Map::is_empty) {
                    after.as_object_mut().unwrap().remove(&outer);
                }
            }
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn a_file_that_is_ours_alone_leaves_nothing() {
        let pretty = serde_json::from_str::<Value>(TEMPLATE).unwrap();
        let pretty = serde_json::to_string_pretty(&pretty).unwrap() + "\n";
        assert_eq!(removed(&pretty), None);
        assert_eq!(
            removed(&with("{}", &ours()).unwrap()).as_deref(),
            Some("{}")
        );
        assert_eq!(
            removed(&with("{\n}\n", &ours()).unwrap()).as_deref(),
            Some("{\n}\n")
        );
        assert_eq!(without("{\"x\": 1}", &ours()), Ok(None));
    }

    #[test]
    fn what_another_version_added_is_replaced() {
        let old = r#"{"hooks": {"Start": [{"matcher": "x", "hooks": [{"command": "git coord prime --hook claude --old"}]}]}, "permissions": {"allow": ["b *", "mine", "a *"]}}"#;
        let new = with(old, &ours()).unwrap();
        assert!(!new.contains("--old"), "{new}");
        assert_eq!(new.matches("b *").count(), 1, "{new}");
        let rest = removed(&new).unwrap();
        assert!(
            rest.contains("mine") && !rest.contains("git coord"),
            "{rest}"
        );
    }

    #[test]
    fn what_is_no_such_object_is_refused() {
        for (file, why) in [
            ("", "not valid JSON"),
            ("{\"hooks\": 1}", "the value of 'hooks' is not an object"),
            (
                "{\"hooks\": {\"Start\": {}}}",
                "the value of 'Start' is not a list",
            ),
            (
                "{\"hooks\": {}, \"hooks\": {}}",
                "has the key 'hooks' twice",
            ),
            ("[]", "not a JSON object"),
            ("{} // x", "not valid JSON"),
        ] {
            let told = with(file, &ours()).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
