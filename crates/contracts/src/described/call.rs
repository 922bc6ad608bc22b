//! A call as a line for a terminal.

use std::fmt::Write as _;

use serde_json::Value;

use super::Body;
use super::document::{NOTHING, text};

/// A call for `curl`. What only its caller knows stands in it in capital letters.
#[derive(Debug)]
pub struct Call {
    method: String,
    place: String,
    options: Vec<String>,
    body: Option<String>,
}

impl Call {
    pub(super) fn of(
        method: &str,
        path: &str,
        takes: &[&Value],
        body: Option<&Body>,
        (ways, schemes): (&[&Value], &Value),
    ) -> Self {
        let mut call = Self {
            method: method.to_owned(),
            place: path.to_owned(),
            options: Vec::new(),
            body: body
                .and_then(|body| body.example.as_deref())
                .map(on_one_line),
        };
        for one in takes {
            call.take(one);
        }
        let scheme = |name: &str| schemes.get(name).unwrap_or(&NOTHING);
        let bearer = |way: &&&Value| names(way).any(|name| scheme(name)["scheme"] == "bearer");
        let way = ways.iter().find(bearer).or_else(|| ways.first());
        for name in way.into_iter().flat_map(|way| names(way)) {
            call.sign(scheme(name));
        }
        if let Some(body) = body {
            call.options
                .push(format!("-H 'Content-Type: {}'", body.media));
        }
        call
    }

    /// One of what stands in its path, and in its query where it must.
    fn take(&mut self, parameter: &Value) {
        let name = text(parameter, "name");
        let example = parameter.get("example");
        let value = example.map_or_else(
            || capitals(&name),
            |value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            },
        );
        match parameter["in"].as_str() {
            Some("path") => self.place = self.place.replace(&format!("{{{name}}}"), &value),
            Some("query") if parameter["required"] == true => self.ask(&name, &value),
            Some("header") if parameter["required"] == true => {
                self.options.push(format!("-H '{name}: {value}'"));
            }
            _ => {}
        }
    }

    fn ask(&mut self, name: &str, value: &str) {
        let sign = if self.place.contains('?') { '&' } else { '?' };
        // Writing to a text cannot fail.
        let _ = write!(self.place, "{sign}{name}={value}");
    }

    /// How its caller is known.
    fn sign(&mut self, scheme: &Value) {
        let name = text(scheme, "name");
        match (scheme["type"].as_str(), scheme["in"].as_str()) {
            (Some("http"), _) => self
                .options
                .push("-H 'Authorization: Bearer TOKEN'".to_owned()),
            (_, Some("cookie")) => self.options.push(format!("-b '{name}=SESSION'")),
            (_, Some("query")) => self.ask(&name, "KEY"),
            _ => {}
        }
    }

    /// The line, with a break before each option, to a server at this address.
    pub fn curl(&self, server: &str) -> String {
        let method = match (self.method.as_str(), self.body.is_some()) {
            ("GET", _) | ("POST", true) => String::new(),
            (method, _) => format!("-X {method} "),
        };
        let mut line = format!("curl {method}'{server}{}'", self.place);
        for option in &self.options {
            line.push_str(" \\\n  ");
            line.push_str(option);
        }
        if let Some(body) = &self.body {
            line.push_str(" \\\n  -d '");
            line.push_str(&body.replace('\'', r"'\''"));
            line.push('\'');
        }
        line
    }
}

fn names(way: &Value) -> impl Iterator<Item = &str> {
    let way = way.as_object().into_iter();
    way.flat_map(|way| way.keys().map(String::as_str))
}

/// Braces mean something to curl.
fn capitals(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}

fn on_one_line(example: &str) -> String {
    serde_json::from_str(example)
        .map_or_else(|_| example.to_owned(), |value: Value| value.to_string())
}

#[cfg(test)]
mod tests {
    use crate::described::Described;

    fn curl(contract: &str, id: &str) -> String {
        let all = Described::of(contract).unwrap();
        let call = all.operations.iter().find(|one| one.id == id).unwrap();
        call.call.curl("https://place.example")
    }

    #[test]
    fn a_call_is_a_line_for_a_terminal() {
        assert_eq!(
            curl("chat", "createChannel"),
            "curl 'https://place.example/api/channel/create' \\\n  \
             -H 'Authorization: Bearer TOKEN' \\\n  -H 'Content-Type: application/json' \\\n  \
             -d '{\"channelName\":\"News100\",\"channelType\":\"public\"}'"
        );
        assert_eq!(
            curl("v1", "revokeSecret"),
            "curl -X DELETE 'https://place.example/v1/invitations/INV/secrets/SEC' \\\n  \
             -H 'Authorization: Bearer TOKEN'"
        );
    }
}
