//! A JSON object for writing. Its members keep their order, and some of them are JSON text already.
//!
//! Not here: the members of each object (`fields`, `progress`, `write`).

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

/// A JSON object whose members keep the order in which they were added.
#[derive(Default)]
pub(in crate::exchange) struct Object(Vec<(String, Json)>);

pub(in crate::exchange) enum Json {
    Value(serde_json::Value),
    Raw(Box<RawValue>),
    Object(Object),
    List(Vec<Object>),
}

impl From<Vec<Object>> for Json {
    fn from(list: Vec<Object>) -> Self {
        Self::List(list)
    }
}

macro_rules! json_from {
    ($($type:ty),*) => {
        $(impl From<$type> for Json {
            fn from(value: $type) -> Self {
                Self::Value(serde_json::Value::from(value))
            }
        })*
    };
}
json_from!(
    &str,
    String,
    bool,
    u8,
    u32,
    u64,
    usize,
    serde_json::Value,
    Vec<&str>
);

impl From<&Vec<String>> for Json {
    fn from(list: &Vec<String>) -> Self {
        Self::Value(serde_json::Value::from(list.clone()))
    }
}

impl Object {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn put(&mut self, key: &str, value: impl Into<Json>) {
        self.0.push((key.to_owned(), value.into()));
    }
    pub fn text(&mut self, key: &str, text: &str) {
        self.put(key, text);
    }
    pub fn maybe<T: Into<Json>>(&mut self, key: &str, value: Option<T>) {
        self.put(
            key,
            value.map_or(Json::Value(serde_json::Value::Null), Into::into),
        );
    }
    /// A list of texts, unless it is empty.
    pub fn some_texts<'t, T: AsRef<str> + 't>(
        &mut self,
        key: &str,
        texts: impl IntoIterator<Item = &'t T>,
    ) {
        let texts: Vec<&str> = texts.into_iter().map(AsRef::as_ref).collect();
        if !texts.is_empty() {
            self.put(key, texts);
        }
    }
    /// Leaves out the members whose key is not meant.
    pub fn retain(&mut self, is_meant: impl Fn(&str) -> bool) {
        self.0.retain(|(key, _)| is_meant(key));
    }
    pub fn object(&mut self, key: &str, object: Object) {
        self.0.push((key.to_owned(), Json::Object(object)));
    }
    /// Adds members from JSON text. One replaces a member of the same key only if that is `null`.
    pub fn extra<'e>(&mut self, members: impl Iterator<Item = (&'e str, &'e str)>) {
        for (key, json) in members {
            let Ok(raw) = RawValue::from_string(json.to_owned()) else {
                continue;
            };
            match self.0.iter_mut().find(|(known, _)| known == key) {
                Some((_, value @ Json::Value(serde_json::Value::Null))) => *value = Json::Raw(raw),
                Some(_) => {}
                None => self.0.push((key.to_owned(), Json::Raw(raw))),
            }
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Object(object) => object.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}
