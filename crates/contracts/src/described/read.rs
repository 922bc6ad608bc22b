//! How a document is read. What it does not say is empty: that ours say what they should is held where they are
//! tested.

use latchkey_common::server::Contract;
use serde_json::{Map, Value};

use super::document::{Document, list, text};
use super::kind::{Member, kind, members};
use super::{Answer, Body, Call, Described, Operation, Shape, example};

/// The document of a contract that has one.
pub(super) fn described(contract: &'static Contract) -> Option<Described> {
    let document = Document(serde_json::from_str(contract.document?).ok()?);
    let info = document.at("/info");
    let calls = document.members_of("/paths").flat_map(|(path, item)| {
        let item = item.as_object().into_iter().flat_map(Map::iter);
        item.map(move |(method, call)| (path, method, call))
    });
    let shapes = document.members_of("/components/schemas");
    Some(Described {
        name: contract.name,
        title: text(info, "title"),
        about: text(info, "description"),
        operations: calls
            .map(|(path, method, call)| document.operation(path, method, call))
            .collect(),
        shapes: shapes
            .map(|(name, schema)| Shape {
                name: name.clone(),
                about: text(schema, "description"),
                kind: kind(schema),
                members: members(schema),
            })
            .collect(),
    })
}

impl Document {
    fn operation(&self, path: &str, method: &str, call: &Value) -> Operation {
        let takes = list(call, "parameters").map(|one| self.resolved(one));
        let takes: Vec<&Value> = takes.collect();
        let id = match call["operationId"].as_str() {
            Some(id) => id.to_owned(),
            None => format!("{method}{path}").replace(['/', '{', '}', '-'], "_"),
        };
        let method = method.to_uppercase();
        let summary = text(call, "summary");
        let about = text(call, "description");
        let tags: Vec<&str> = list(call, "tags").filter_map(Value::as_str).collect();
        let found = format!("{id} {method} {path} {summary} {about} {}", tags.join(" "));
        let body = self.body(&call["requestBody"], true);
        let ways = if call["security"].is_array() {
            call
        } else {
            &self.0
        };
        let ways: Vec<&Value> = list(ways, "security").collect();
        let schemes = self.at("/components/securitySchemes");
        Operation {
            call: Call::of(&method, path, &takes, body.as_ref(), (&ways, schemes)),
            id,
            path: path.to_owned(),
            summary,
            about,
            ways_in: ways.iter().filter_map(|way| way_in(way)).collect(),
            takes: takes.into_iter().map(parameter).collect(),
            body,
            answers: self.answers(&call["responses"]),
            text: found.to_lowercase(),
            method,
        }
    }

    /// What is sent or comes back, of the first of the types that are there.
    fn body(&self, holder: &Value, has_example: bool) -> Option<Body> {
        let (media, content) = holder["content"].as_object()?.iter().next()?;
        let schema = &content["schema"];
        let said = content.get("example").cloned();
        let example = has_example.then(|| said.unwrap_or_else(|| example::of(self, schema)));
        Some(Body {
            media: media.clone(),
            kind: kind(schema),
            members: members(schema),
            example: example.map(|value| {
                let text = value.as_str().map(str::to_owned);
                text.unwrap_or_else(|| serde_json::to_string_pretty(&value).unwrap_or_default())
            }),
        })
    }

    fn answers(&self, answers: &Value) -> Vec<Answer> {
        let all = answers.as_object().into_iter().flat_map(Map::iter);
        all.map(|(status, answer)| {
            let answer = self.resolved(answer);
            let problems = list(answer, "x-problems").filter_map(Value::as_str);
            Answer {
                status: status.clone(),
                about: text(answer, "description"),
                problems: problems.map(str::to_owned).collect(),
                body: self.body(answer, status.starts_with('2')),
            }
        })
        .collect()
    }
}

/// A way to be known, with the scopes that it takes; `None` where one need not be known.
fn way_in(way: &Value) -> Option<String> {
    let (name, scopes) = way.as_object()?.iter().next()?;
    let scopes = scopes.as_array().into_iter().flatten();
    let scopes: Vec<&str> = scopes.filter_map(Value::as_str).collect();
    if scopes.is_empty() {
        return Some(name.clone());
    }
    Some(format!("{name} ({})", scopes.join(", ")))
}

fn parameter(one: &Value) -> Member {
    Member {
        name: text(one, "name"),
        place: text(one, "in"),
        is_required: one["required"] == true,
        kind: kind(&one["schema"]),
        about: text(one, "description"),
    }
}
