//! `--fields`: an answer in JSON with some of its keys only, for readers that pay for each word.
//!
//! Not here: the keys (docs/json.md).

use serde_json::{Map, Value};

/// A key that the answer does not have, and those that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    /// The key.
    pub field: String,
    /// The keys of the answer.
    pub known: Vec<String>,
}

/// Only these keys of the data of an answer: of the data itself if it has one of them, else of its task or its tasks, else of its
/// first object or list of objects that has one of them. Then the data has nothing else.
///
/// # Errors
/// A key that none of the objects there has.
pub fn only(data: Value, fields: &[String]) -> Result<Value, UnknownField> {
    let Value::Object(mut members) = data else {
        return Ok(data);
    };
    let has_one =
        |object: &Map<String, Value>| fields.iter().any(|field| object.contains_key(field));
    if has_one(&members) {
        return chosen(Value::Object(members), fields);
    }
    let first = |value: &Value| match value {
        Value::Object(object) => Some(object.clone()),
        Value::Array(elements) => elements.first().and_then(Value::as_object).cloned(),
        _ => None,
    };
    let mut names: Vec<&String> = members.keys().collect();
    names.sort_by_key(|name| !["task", "tasks"].contains(&name.as_str()));
    let meant = names
        .iter()
        .find(|name| first(&members[name.as_str()]).is_some_and(|it| has_one(&it)));
    let empty = || {
        names
            .iter()
            .find(|name| members[name.as_str()].as_array().is_some_and(Vec::is_empty))
    };
    let any = || {
        names
            .iter()
            .find(|name| first(&members[name.as_str()]).is_some())
    };
    let Some(name) = meant
        .or_else(empty)
        .or_else(any)
        .map(|name| (*name).clone())
    else {
        return chosen(Value::Object(members), fields);
    };
    let value = members.remove(&name).unwrap_or_default();
    let value = chosen(value, fields)?;
    Ok(Value::Object(Map::from_iter([(name, value)])))
}

/// An object with these keys, or a list of such objects.
fn chosen(value: Value, fields: &[String]) -> Result<Value, UnknownField> {
    let objects: Vec<&Map<String, Value>> = match &value {
        Value::Array(elements) => elements.iter().filter_map(Value::as_object).collect(),
        value => value.as_object().into_iter().collect(),
    };
    let has = |field: &String| objects.iter().any(|object| object.contains_key(field));
    if let Some(field) = fields
        .iter()
        .find(|field| !objects.is_empty() && !has(field))
    {
        let mut known: Vec<String> = Vec::new();
        for key in objects.iter().flat_map(|object| object.keys()) {
            if !known.contains(key) {
                known.push(key.clone());
            }
        }
        let field = field.clone();
        return Err(UnknownField { field, known });
    }
    Ok(match value {
        Value::Array(elements) => {
            Value::Array(elements.into_iter().map(|it| kept(it, fields)).collect())
        }
        value => kept(value, fields),
    })
}

fn kept(value: Value, fields: &[String]) -> Value {
    match value {
        Value::Object(mut object) => {
            object.retain(|key, _| fields.contains(key));
            Value::Object(object)
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_keys_are_those_of_the_tasks_or_of_the_answer() {
        let of = |data: &Value, fields: &str| {
            let fields: Vec<String> = fields.split(',').map(str::to_owned).collect();
            only(data.clone(), &fields).map_err(|unknown| unknown.known.join(","))
        };
        let list = json!({"ledger": {"id": 1}, "tasks": [{"id": "A", "title": "t", "b": 1}, {"id": "B", "title": "u", "b": 2}]});
        assert_eq!(
            of(&list, "id"),
            Ok(json!({"tasks": [{"id": "A"}, {"id": "B"}]}))
        );
        assert_eq!(
            of(&list, "b,id"),
            Ok(json!({"tasks": [{"id": "A", "b": 1}, {"id": "B", "b": 2}]}))
        );
        assert_eq!(of(&list, "ledger"), Ok(json!({"ledger": {"id": 1}})));
        assert_eq!(of(&list, "id,x"), Err("id,title,b".into()));
        assert_eq!(of(&list, "x"), Err("id,title,b".into()));
        assert_eq!(of(&json!({"tasks": []}), "id"), Ok(json!({"tasks": []})));
        let one = json!({"entry": "e", "task": {"id": "A", "b": 1}});
        assert_eq!(of(&one, "id"), Ok(json!({"task": {"id": "A"}})));
        assert_eq!(of(&json!({"count": 1}), "x"), Err("count".into()));
    }
}
