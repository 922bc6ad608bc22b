//! Absolute addresses: the configured public one, and the prefix under which the question came.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use latchkey_common::page::PublicUrl;

/// Makes the addresses in one answer.
pub(super) struct Links {
    base: String,
    is_api: bool,
}

impl FromRequest for Links {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let public = req
            .app_data::<web::Data<PublicUrl>>()
            .map_or("", |url| url.0.as_str());
        // As the router reads the path, decoded.
        let is_api = req.match_info().as_str().starts_with("/api/");
        ready(Ok(Self {
            base: format!("{public}{}", if is_api { "/api" } else { "" }),
            is_api,
        }))
    }
}

impl Links {
    /// True under the prefix, where a created invite is answered with 201.
    pub(super) const fn is_api(&self) -> bool {
        self.is_api
    }

    /// An invite.
    pub(super) fn invite(&self, id: i64) -> String {
        format!("{}/invites/{id}", self.base)
    }

    /// A namespace.
    pub(super) fn namespace(&self, owner: &str, path: &str) -> String {
        format!("{}/n/{}/{path}", self.base, segment(owner))
    }

    /// A collaborator of it.
    pub(super) fn collaborator(&self, owner: &str, path: &str, username: &str) -> String {
        let namespace = self.namespace(owner, path);
        format!("{namespace}/-/collaborators/{}", segment(username))
    }
}

/// A name as one part of a path: everything but the unreserved signs in percent form.
fn segment(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_part_of_a_path() {
        assert_eq!(segment("a.b-c_d~1"), "a.b-c_d~1");
        assert_eq!(segment("Zoë M"), "Zo%C3%AB%20M");
    }
}
