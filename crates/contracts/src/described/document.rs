//! A document, and how its parts are found.

use serde_json::{Map, Value};

/// The parts of a document that others refer to.
pub(super) struct Document(pub(super) Value);

/// What stands where nothing does.
pub(super) static NOTHING: Value = Value::Null;

impl Document {
    /// What this is, or what it refers to.
    pub(super) fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut value = value;
        // No chain of ours is longer; a circle ends here.
        for _ in 0..8 {
            let Some(place) = value["$ref"].as_str() else {
                return value;
            };
            let place = place.strip_prefix('#').unwrap_or_default();
            value = self.at(place);
        }
        value
    }

    /// What lies at this place (RFC 6901).
    pub(super) fn at(&self, place: &str) -> &Value {
        self.0.pointer(place).unwrap_or(&NOTHING)
    }

    /// The members of what lies there.
    pub(super) fn members_of(&self, place: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.at(place).as_object().into_iter().flat_map(Map::iter)
    }
}

/// A text of an object; empty where there is none.
pub(super) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// A list of an object; empty where there is none.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value[name].as_array().into_iter().flatten()
}
