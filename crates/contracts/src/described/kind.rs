//! What a value is, in a few words: `list of Grant`, `string (uuid), or null`.

use serde_json::{Map, Value};

use super::document::{list, text};

/// How deep members of members are told.
const DEEPEST: usize = 4;

/// A piece of such words.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    /// A text.
    Text(String),
    /// The name of a shape.
    Shape(String),
}

/// Something that is named within a call or a shape.
#[derive(Debug)]
pub struct Member {
    /// Its name; within another one after a dot.
    pub name: String,
    /// Where it stands in a call: `path`, `query`, `header`. Empty within a shape.
    pub place: String,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it is.
    pub kind: Vec<Piece>,
    /// What it means.
    pub about: String,
}

/// What a value of this schema is.
pub(super) fn kind(schema: &Value) -> Vec<Piece> {
    let mut pieces = Vec::new();
    tell(schema, &mut pieces);
    if pieces.is_empty() {
        say(&mut pieces, "anything");
    }
    pieces
}

fn say(pieces: &mut Vec<Piece>, more: &str) {
    if let Some(Piece::Text(text)) = pieces.last_mut() {
        text.push_str(more);
    } else {
        pieces.push(Piece::Text(more.to_owned()));
    }
}

fn tell(schema: &Value, pieces: &mut Vec<Piece>) {
    if let Some(place) = schema["$ref"].as_str() {
        let name = place.rsplit('/').next().unwrap_or(place);
        pieces.push(Piece::Shape(name.to_owned()));
        return;
    }
    if let Some(value) = schema.get("const") {
        return say(pieces, &value.to_string());
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        return say(pieces, &values.join(" or "));
    }
    for (name, between) in [("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")] {
        for (at, one) in list(schema, name).enumerate() {
            if at > 0 {
                say(pieces, between);
            }
            tell(one, pieces);
        }
        if schema[name].is_array() {
            return;
        }
    }
    let named = schema["type"].as_str().into_iter();
    let named = named.chain(list(schema, "type").filter_map(Value::as_str));
    for (at, one) in named.enumerate() {
        if at > 0 {
            say(pieces, " or ");
        }
        tell_type(one, schema, pieces);
    }
    if schema.get("type").is_none() && schema["properties"].is_object() {
        say(pieces, "object");
    }
}

fn tell_type(name: &str, schema: &Value, pieces: &mut Vec<Piece>) {
    match name {
        "array" => {
            say(pieces, "list of ");
            tell(&schema["items"], pieces);
        }
        "object" if schema["additionalProperties"].is_object() => {
            say(pieces, "object of ");
            tell(&schema["additionalProperties"], pieces);
        }
        "string" => {
            say(pieces, name);
            say(
                pieces,
                &bounds(schema, "format", ("minLength", "maxLength"), " signs"),
            );
        }
        "integer" | "number" => {
            say(pieces, name);
            say(pieces, &bounds(schema, "", ("minimum", "maximum"), ""));
        }
        other => say(pieces, other),
    }
}

/// What a value must keep to, in brackets.
fn bounds(schema: &Value, format: &str, (least, most): (&str, &str), unit: &str) -> String {
    let mut told: Vec<String> = Vec::new();
    if let Some(format) = schema[format].as_str() {
        told.push(format.to_owned());
    }
    match (schema[least].as_i64(), schema[most].as_i64()) {
        (Some(least), Some(most)) => told.push(format!("{least} to {most}{unit}")),
        (Some(least), None) => told.push(format!("from {least}{unit}")),
        (None, Some(most)) => told.push(format!("up to {most}{unit}")),
        (None, None) => {}
    }
    if let (Some(pattern), true) = (schema["pattern"].as_str(), unit == " signs") {
        told.push(pattern.to_owned());
    }
    if told.is_empty() {
        return String::new();
    }
    format!(" ({})", told.join(", "))
}

/// The members of an object, and those of objects within it that have no name of their own.
pub(super) fn members(schema: &Value) -> Vec<Member> {
    let mut members = Vec::new();
    collect(schema, "", 0, &mut members);
    members
}

fn collect(schema: &Value, before: &str, depth: usize, members: &mut Vec<Member>) {
    if depth >= DEEPEST {
        return;
    }
    for part in ["allOf", "oneOf", "anyOf"]
        .iter()
        .flat_map(|name| list(schema, name))
    {
        collect(part, before, depth, members);
    }
    if depth > 0 && schema["type"] == "array" {
        collect(&schema["items"], &format!("{before}[]"), depth, members);
        return;
    }
    let required: Vec<&Value> = list(schema, "required").collect();
    let properties = schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(Map::iter);
    for (name, property) in properties {
        let full = match before {
            "" => name.clone(),
            before => format!("{before}.{name}"),
        };
        if members.iter().any(|one| one.name == full) {
            continue;
        }
        members.push(Member {
            place: String::new(),
            is_required: required.iter().any(|one| *one == name),
            kind: kind(property),
            about: text(property, "description"),
            name: full.clone(),
        });
        collect(property, &full, depth + 1, members);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value) -> String {
        let pieces = kind(schema).into_iter();
        let texts = pieces.map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Shape(name) => format!("<{name}>"),
        });
        texts.collect()
    }

    #[test]
    fn a_kind_is_told_in_a_few_words() {
        let grant = json!({"$ref": "#/components/schemas/Grant"});
        for (schema, said) in [
            (json!({"type": "array", "items": grant}), "list of <Grant>"),
            (
                json!({"anyOf": [grant, {"type": "null"}]}),
                "<Grant> or null",
            ),
            (
                json!({"type": ["string", "null"], "format": "uuid"}),
                "string (uuid) or null",
            ),
            (
                json!({"type": "string", "minLength": 1, "maxLength": 16}),
                "string (1 to 16 signs)",
            ),
            (json!({"type": "integer", "minimum": 1}), "integer (from 1)"),
            (json!({"enum": ["a", "b"]}), "\"a\" or \"b\""),
            (json!({"const": true}), "true"),
            (json!({}), "anything"),
        ] {
            assert_eq!(told(&schema), said);
        }
    }

    #[test]
    fn members_of_members_are_told_by_both_names() {
        let inner =
            json!({"type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}});
        let schema = json!({"properties": {"a": {"type": "array", "items": inner}, "c": inner}});
        let all = members(&schema);
        let names: Vec<(&str, bool)> = all
            .iter()
            .map(|one| (one.name.as_str(), one.is_required))
            .collect();
        assert_eq!(
            names,
            [("a", false), ("a[].b", true), ("c", false), ("c.b", true)]
        );
    }
}
