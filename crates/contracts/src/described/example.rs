//! An example of a value, where the document gives none: as little as its shape allows for.

use serde_json::{Map, Value, json};

use super::document::{Document, list};

/// How deep examples go: a shape may have itself within it.
const DEEPEST: usize = 6;

/// A moment, in the one spelling that times have in `/v1`.
const MOMENT: &str = "2027-01-01T12:00:00.000Z";

/// An example.
pub(super) fn of(document: &Document, schema: &Value) -> Value {
    made(document, schema, 0)
}

fn made(document: &Document, schema: &Value, depth: usize) -> Value {
    let schema = document.resolved(schema);
    if depth > DEEPEST {
        return Value::Null;
    }
    let first = |name: &str| list(schema, name).next();
    let given = [
        schema.get("example"),
        first("examples"),
        schema.get("const"),
        first("enum"),
        schema.get("default"),
    ];
    if let Some(value) = given.into_iter().flatten().next() {
        return value.clone();
    }
    let mut either = ["anyOf", "oneOf"]
        .iter()
        .flat_map(|name| list(schema, name));
    if let Some(one) = either.find(|one| one["type"] != "null") {
        return with(made(document, one, depth), own(document, schema, depth));
    }
    let all = list(schema, "allOf").map(|one| made(document, one, depth));
    let merged = all.fold(Value::Null, with);
    with(merged, own(document, schema, depth))
}

/// Both objects as one; what is no object is as good as the other one.
fn with(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, Value::Null) => one,
        (_, other) => other,
    }
}

/// What the type says, and the members.
fn own(document: &Document, schema: &Value, depth: usize) -> Value {
    let several = list(schema, "type").find_map(Value::as_str);
    let name = schema["type"].as_str().or(several);
    match name {
        Some("string") => text(schema).into(),
        Some("integer" | "number") => schema["minimum"].as_i64().unwrap_or(1).max(1).into(),
        Some("boolean") => true.into(),
        Some("array") => json!([made(document, &schema["items"], depth + 1)]),
        Some("object") | None if schema["properties"].is_object() => {
            let members = schema["properties"].as_object().into_iter();
            let members = members.flat_map(Map::iter);
            let made = members.map(|(name, one)| (name.clone(), made(document, one, depth + 1)));
            Value::Object(made.collect())
        }
        Some("object") => json!({}),
        _ => Value::Null,
    }
}

fn text(schema: &Value) -> String {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    if let Some(id) = id(pattern) {
        return id;
    }
    let text = match schema["format"].as_str() {
        Some("date-time") => MOMENT,
        Some("uuid") => "00000000-0000-4000-8000-000000000001",
        Some("uri" | "uri-reference") => "https://example.org/",
        Some("duration") => "P7D",
        _ if pattern.contains("{3}Z") => MOMENT,
        _ if pattern.starts_with("^[0-9]+") || pattern.starts_with("^[1-9]") => "1",
        _ => "…",
    };
    text.to_owned()
}

/// The first id of a kind: `^inv_…` asks for `inv_1`.
fn id(pattern: &str) -> Option<String> {
    let (kind, _) = pattern.strip_prefix('^')?.split_once('_')?;
    let is_kind = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase());
    is_kind.then(|| format!("{kind}_1"))
}
