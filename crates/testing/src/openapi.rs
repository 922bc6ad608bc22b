//! Holds real answers against an `OpenAPI` 3.1 document: which operations there are, which
//! statuses and problems each may answer, and whether a body fits its schema. Whoever tests a
//! contract loads its document once and checks every answer that passes by. Requests are not
//! checked, and no HTTP is spoken here.
//!
//! Extensions that are read: `x-service` (who owns an operation), `x-problems` (the problem types
//! that a response may carry, by what follows the last slash) and `x-events` (the events of a
//! stream, by name).

mod schemas;

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value};

use schemas::{Schemas, complaints};

/// The members of a path item that are operations.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
/// The content type of a problem.
const PROBLEM: &str = "application/problem+json";

/// A loaded document. All its response schemas are compiled, so one may be shared by many tests.
#[derive(Debug)]
pub struct Document {
    operations: Vec<Operation>,
    /// The title of each problem in `components/examples`, by suffix.
    titles: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Operation {
    /// In capitals.
    method: String,
    template: String,
    service: Option<String>,
    answers: BTreeMap<u16, Answer>,
}

#[derive(Debug)]
struct Answer {
    /// What the body must be, by content type; none: the body must be empty.
    bodies: BTreeMap<String, Arc<Validator>>,
    /// Suffixes of problem types.
    problems: Vec<String>,
    events: BTreeMap<String, Arc<Validator>>,
}

impl Document {
    /// Reads a document. The error says what in it is broken.
    pub fn load(text: &str) -> Result<Self, String> {
        let root: Value =
            serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
        let mut schemas = Schemas::of(&root);
        let mut operations = Vec::new();
        for (template, item) in members(root.get("paths")) {
            for (method, operation) in members(Some(item)) {
                if METHODS.contains(&method.as_str()) {
                    let read = Operation::read(&root, &mut schemas, method, template, operation)
                        .map_err(|error| format!("{method} {template}: {error}"))?;
                    operations.push(read);
                }
            }
        }
        let titles = members(root.pointer("/components/examples"))
            .filter_map(|(suffix, example)| {
                let title = example.pointer("/value/title")?.as_str()?;
                Some((suffix.clone(), title.to_owned()))
            })
            .collect();
        Ok(Self { operations, titles })
    }

    /// Every documented operation: the method in capitals and the path template.
    pub fn operations(&self) -> Vec<(&str, &str)> {
        self.operations
            .iter()
            .map(|operation| (operation.method.as_str(), operation.template.as_str()))
            .collect()
    }

    /// The operations that the named service owns.
    pub fn operations_of(&self, service: &str) -> Vec<(&str, &str)> {
        self.operations
            .iter()
            .filter(|operation| operation.service.as_deref() == Some(service))
            .map(|operation| (operation.method.as_str(), operation.template.as_str()))
            .collect()
    }

    /// True when `method path` (a real path) is an operation.
    pub fn serves(&self, method: &str, path: &str) -> bool {
        self.find(method, path).is_some()
    }

    /// True when an answer of this status is documented for `method path` (a real path or a template).
    pub fn may_answer(&self, method: &str, path: &str, status: u16) -> bool {
        let found = self.find(method, path);
        found.is_some_and(|operation| operation.answers.contains_key(&status))
    }

    /// Checks an answer to `method path` (a real path; a query is ignored): its status is
    /// documented, its content type is one of those of the status, its body fits the schema, and
    /// a problem is one of those listed. The error is a sentence for the person who reads the
    /// test's output.
    pub fn check_answer(
        &self,
        method: &str,
        path: &str,
        status: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<(), String> {
        let at = |complaint: String| format!("{method} {path} {status}: {complaint}");
        let answer = self.answer(method, path, status)?;
        answer.check_body(content_type, body).map_err(at)?;
        if content_type.is_some_and(|given| essence(given) == PROBLEM) {
            self.check_problem(method, path, status, body)?;
        }
        Ok(())
    }

    /// Checks that a problem may be the answer to `method path` with `status`: the suffix of its
    /// `type` is listed there, its `status` is the answer's, and its `title` is the one that the
    /// document gives to that problem.
    pub fn check_problem(
        &self,
        method: &str,
        path: &str,
        status: u16,
        body: &[u8],
    ) -> Result<(), String> {
        let at = |complaint: String| format!("{method} {path} {status}: {complaint}");
        let answer = self.answer(method, path, status)?;
        let problem: Value = serde_json::from_slice(body)
            .map_err(|error| at(format!("the problem is not JSON: {error}")))?;
        let member = |name: &str| {
            problem
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let suffix = member("type").rsplit('/').next().unwrap_or_default();
        if !answer.problems.iter().any(|listed| listed == suffix) {
            let listed = answer.problems.join(", ");
            return Err(at(format!("problem `{suffix}` is not one of: {listed}")));
        }
        if problem.get("status").and_then(Value::as_u64) != Some(u64::from(status)) {
            return Err(at(format!("the problem says another status: {problem}")));
        }
        match self.titles.get(suffix) {
            Some(title) if title != member("title") => Err(at(format!(
                "problem `{suffix}` is titled {:?}, not {title:?}",
                member("title")
            ))),
            _ => Ok(()),
        }
    }

    /// Checks the data of an event that the stream `method path` sent.
    pub fn check_event(
        &self,
        method: &str,
        path: &str,
        event: &str,
        data: &str,
    ) -> Result<(), String> {
        let at = |complaint: String| format!("{method} {path}, event `{event}`: {complaint}");
        let validator = self
            .answer(method, path, 200)?
            .events
            .get(event)
            .ok_or_else(|| at("no such event is documented".to_owned()))?;
        let value =
            serde_json::from_str(data).map_err(|error| at(format!("not JSON: {error}: {data}")))?;
        complaints(validator, &value).map_err(at)
    }

    fn answer(&self, method: &str, path: &str, status: u16) -> Result<&Answer, String> {
        let operation = self
            .find(method, path)
            .ok_or_else(|| format!("{method} {path} is not documented"))?;
        operation.answers.get(&status).ok_or_else(|| {
            let statuses: Vec<_> = operation.answers.keys().map(u16::to_string).collect();
            let documented = statuses.join(", ");
            format!("{method} {path}: status {status} is not one of those documented: {documented}")
        })
    }

    /// The operation that serves a path. A written-out segment goes before a parameter.
    fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        self.operations
            .iter()
            .filter(|operation| operation.method.eq_ignore_ascii_case(method))
            .filter(|operation| fits(&operation.template, path))
            .min_by_key(|operation| {
                let segments = operation.template.split('/');
                segments.filter(|segment| is_parameter(segment)).count()
            })
    }
}

impl Operation {
    fn read(
        root: &Value,
        schemas: &mut Schemas,
        method: &str,
        template: &str,
        operation: &Value,
    ) -> Result<Self, String> {
        let mut answers = BTreeMap::new();
        for (status, response) in members(operation.get("responses")) {
            let number = status
                .parse()
                .map_err(|error| format!("`{status}` is not a status: {error}"))?;
            let answer = Answer::read(schemas, resolve(root, response)?)?;
            answers.insert(number, answer);
        }
        Ok(Self {
            method: method.to_ascii_uppercase(),
            template: template.to_owned(),
            service: operation
                .get("x-service")
                .and_then(Value::as_str)
                .map(str::to_owned),
            answers,
        })
    }
}

impl Answer {
    fn read(schemas: &mut Schemas, response: &Value) -> Result<Self, String> {
        let mut bodies = BTreeMap::new();
        for (content_type, media) in members(response.get("content")) {
            let schema = media.get("schema").unwrap_or(&Value::Bool(true));
            bodies.insert(essence(content_type), schemas.validator(schema)?);
        }
        let mut events = BTreeMap::new();
        for (name, event) in members(response.get("x-events")) {
            let schema = event.get("data").unwrap_or(&Value::Bool(true));
            events.insert(name.clone(), schemas.validator(schema)?);
        }
        let problems = response.get("x-problems").and_then(Value::as_array);
        let problems = problems
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        Ok(Self {
            bodies,
            problems,
            events,
        })
    }

    fn check_body(&self, content_type: Option<&str>, body: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(body);
        let Some(given) = content_type.map(essence) else {
            if !self.bodies.is_empty() {
                return Err("there is no content type".to_owned());
            }
            if !body.is_empty() {
                return Err(format!("the body should be empty: {text}"));
            }
            return Ok(());
        };
        let validator = self.bodies.get(&given).ok_or_else(|| {
            let documented: Vec<_> = self.bodies.keys().map(String::as_str).collect();
            let documented = documented.join(", ");
            format!("content type `{given}` is not one of those documented: [{documented}]")
        })?;
        let value = if given.ends_with("json") {
            serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}: {text}"))?
        } else {
            Value::String(text.into_owned())
        };
        complaints(validator, &value)
    }
}

/// Follows a reference inside the document, if `value` is one.
fn resolve<'a>(root: &'a Value, value: &'a Value) -> Result<&'a Value, String> {
    match value.get("$ref").and_then(Value::as_str) {
        None => Ok(value),
        Some(reference) => reference
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer))
            .ok_or_else(|| format!("`{reference}` leads nowhere")),
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

/// A content type without its parameters, in lower case.
fn essence(content_type: &str) -> String {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (is_parameter(wanted) && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests;
