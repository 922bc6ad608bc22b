//! A JSON object that is read member by member, so that all that is wrong with it is told at once, each
//! complaint with a pointer to its place. For contracts that take no member that they do not know.
//!
//! ```text
//! let wish = read(text, |form| {
//!     form.require("name");
//!     let name = form.text("name", 1, 64);
//!     let count = form.number("count", 1, 10);
//!     Some(Wish { name: name?, count })
//! })?;
//! ```

mod unique;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use self::unique::Unique;
use crate::text;

/// How many complaints one answer has at most: a body of a quarter of a megabyte could ask for thousands.
const MOST_COMPLAINTS: usize = 50;

/// Longer names of members are cut in a pointer.
const LONGEST_NAME: usize = 64;

/// What may stand in the fragment of an address (RFC 3986, 3.5), as far as names of members have it.
const FRAGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'_')
    .remove(b'-')
    .remove(b'.')
    .remove(b'~');

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Complaint {
    /// A JSON pointer as the fragment of an address (RFC 6901, 6), as RFC 9457 shows them; or `?` and the name
    /// of a parameter of the query.
    pub pointer: String,
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// It is no JSON object: a sentence.
    Unreadable(&'static str),
    /// It is one, and this is wrong with it; never empty.
    Wrong(Vec<Complaint>),
}

/// A value that is read from an object.
pub trait FromForm: Sized {
    /// Reads it. `None` where something was complained about.
    fn from_form(form: &mut Form<'_>) -> Option<Self>;
}

/// An object of which members are taken out; what is left in the end is unknown.
#[derive(Debug)]
pub struct Form<'c> {
    members: Map<String, Value>,
    /// The pointer to this object.
    place: String,
    complaints: &'c mut Vec<Complaint>,
}

/// Reads the text of a JSON object.
///
/// # Errors
/// What is wrong, all of it.
pub fn read<T>(text: &str, read: impl FnOnce(&mut Form<'_>) -> Option<T>) -> Result<T, Unfit> {
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = Unique::parse(&mut json).and_then(|value| json.end().map(|()| value));
    let Ok(Value::Object(members)) = parsed else {
        return Err(Unfit::Unreadable(
            "The body is not valid JSON, or has a member twice.",
        ));
    };
    let mut complaints = Vec::new();
    let mut form = Form {
        members,
        place: "#".to_owned(),
        complaints: &mut complaints,
    };
    let value = read(&mut form);
    form.close();
    match value {
        Some(value) if complaints.is_empty() => Ok(value),
        _ if complaints.is_empty() => Err(Unfit::Wrong(vec![Complaint {
            pointer: "#".to_owned(),
            code: "incomplete",
            detail: "Something is missing here.".to_owned(),
        }])),
        _ => Err(Unfit::Wrong(complaints)),
    }
}

impl Form<'_> {
    /// Complains where a member is absent or null; it is read afterwards as any other.
    pub fn require(&mut self, name: &str) {
        if self.members.get(name).is_none_or(Value::is_null) {
            self.members.remove(name);
            self.complain(name, "required", "This must be given.");
        }
    }

    /// True where a member is given as null, which in a merge patch (RFC 7396) means that the value goes.
    pub fn cleared(&mut self, name: &str) -> bool {
        let is_null = self.members.get(name).is_some_and(Value::is_null);
        if is_null {
            self.members.remove(name);
        }
        is_null
    }

    /// A text of so many characters.
    pub fn text(&mut self, name: &str, least: usize, most: usize) -> Option<String> {
        let value = self.take(name)?;
        let Value::String(found) = value else {
            return self.refuse(name, "type", "This must be a text.");
        };
        if !text::has_length(&found, least, most) {
            let detail = format!("This must have {least} to {most} characters.");
            return self.refuse(name, "length", &detail);
        }
        Some(found)
    }

    /// A whole number between these.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let value = self.take(name)?;
        let Some(number) = value.as_i64() else {
            return self.refuse(name, "type", "This must be a whole number.");
        };
        if !(least..=most).contains(&number) {
            let detail = format!("This must be from {least} to {most}.");
            return self.refuse(name, "range", &detail);
        }
        Some(number)
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        match value.as_bool() {
            None => self.refuse(name, "type", "This must be true or false."),
            some => some,
        }
    }

    /// A text that `parse` knows; `what` says in a sentence what it takes.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        what: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let Some(found) = value.as_str() else {
            return self.refuse(name, "type", "This must be a text.");
        };
        match parse(found) {
            None => self.refuse(name, "form", what),
            some => some,
        }
    }

    /// Texts, each of which `parse` knows; at most `most` of them.
    pub fn words<T>(
        &mut self,
        name: &str,
        most: usize,
        what: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let entries = self.entries(name, most)?;
        let count = entries.len();
        let mut words = Vec::with_capacity(count);
        for (number, entry) in entries.into_iter().enumerate() {
            match entry.as_str().and_then(&parse) {
                Some(word) => words.push(word),
                None => self.complain(&format!("{name}/{number}"), "form", what),
            }
        }
        (words.len() == count).then_some(words)
    }

    /// An object, read by `read`.
    pub fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Form<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        self.inner(name, value, read)
    }

    /// Objects, each read by `read`; one at least, at most `most` of them.
    pub fn objects<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl Fn(&mut Form<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let entries = self.entries(name, most)?;
        if entries.is_empty() {
            return self.refuse(name, "length", "This must have an entry.");
        }
        let count = entries.len();
        let mut all = Vec::with_capacity(count);
        for (number, entry) in entries.into_iter().enumerate() {
            all.extend(self.inner(&format!("{name}/{number}"), entry, &read));
        }
        (all.len() == count).then_some(all)
    }

    /// Notes what is wrong with a member.
    pub fn complain(&mut self, name: &str, code: &'static str, detail: &str) {
        if self.complaints.len() < MOST_COMPLAINTS {
            self.complaints.push(Complaint {
                pointer: format!("{}/{name}", self.place),
                code,
                detail: detail.to_owned(),
            });
        }
    }

    /// [`Form::complain`], where a value was to be read.
    pub fn refuse<T>(&mut self, name: &str, code: &'static str, detail: &str) -> Option<T> {
        self.complain(name, code, detail);
        None
    }

    /// Null is as good as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    fn entries(&mut self, name: &str, most: usize) -> Option<Vec<Value>> {
        let value = self.take(name)?;
        let Value::Array(entries) = value else {
            return self.refuse(name, "type", "This must be a list.");
        };
        if entries.len() > most {
            let detail = format!("This may have {most} entries at most.");
            return self.refuse(name, "length", &detail);
        }
        Some(entries)
    }

    fn inner<T>(
        &mut self,
        place: &str,
        value: Value,
        read: impl FnOnce(&mut Form<'_>) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(members) = value else {
            return self.refuse(place, "type", "This must be an object.");
        };
        let mut form = Form {
            members,
            place: format!("{}/{place}", self.place),
            complaints: self.complaints,
        };
        let value = read(&mut form);
        form.close();
        value
    }

    fn close(mut self) {
        for name in std::mem::take(&mut self.members).keys() {
            let shown: String = name.chars().take(LONGEST_NAME).collect();
            let escaped = shown.replace('~', "~0").replace('/', "~1");
            let pointer = utf8_percent_encode(&escaped, FRAGMENT).to_string();
            self.complain(&pointer, "unknown", "There is no such member.");
        }
    }
}

#[cfg(test)]
mod tests;
