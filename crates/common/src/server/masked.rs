//! What a log may show of a request's target: what is known to be harmless. Everything else may be a secret
//! that somebody put where we did not expect one, so it is masked.

use std::borrow::Cow;

use actix_web::dev::ServiceRequest;
use percent_encoding::percent_decode_str;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// What stands for what is not shown.
const MASK: &str = "***";

/// Query members that ask for something and let nobody in, of all our contracts.
const HARMLESS: [&str; 9] = [
    "after",
    "channelId",
    "dev",
    "keyword",
    "limit",
    "messageId",
    "search",
    "userId",
    "username",
];

/// Query members whose names are worth showing, and nothing of their values.
const SECRET: [&str; 8] = [
    "access_token",
    "api_key",
    "apikey",
    "inviteToken",
    "key",
    // Where a page leads back to; that may be a link.
    "next",
    "t",
    "token",
];

/// The variable part of a route that is a secret, also where only a piece of one was pasted.
const SECRET_PART: &str = "{secret}";

/// The shortest of our secrets has as many characters: the id of a choir invitation. Names are shorter, but for
/// a few.
const SHORTEST_SECRET: usize = 32;

/// Path and query of a request. Of the path stays what the route says by itself, and the parts that it
/// leaves open as far as they cannot be a credential; where there is no such route, nothing.
pub(super) fn target(req: &ServiceRequest) -> String {
    // The path as the router reads it, decoded.
    let pattern = req.resource_map().match_pattern(req.match_info().as_str());
    let mut text = path(req.path(), pattern.as_deref());
    query(req.query_string(), &mut text);
    text
}

/// A path that this route has, or that no route has.
fn path(path: &str, pattern: Option<&str>) -> String {
    let Some(pattern) = pattern else {
        let is_root = path.is_empty() || path == "/";
        return if is_root {
            path.to_owned()
        } else {
            format!("/{MASK}")
        };
    };
    let wanted: Vec<&str> = pattern.split('/').collect();
    let literals: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|part| !part.contains('{'))
        .collect();
    let show = |(at, part)| {
        if wanted.get(at) == Some(&SECRET_PART) {
            Cow::Borrowed(MASK)
        } else if literals.contains(&part) {
            Cow::Borrowed(part)
        } else {
            shown(part)
        }
    };
    let parts: Vec<Cow<'_, str>> = path.split('/').enumerate().map(show).collect();
    parts.join("/")
}

fn query(query: &str, text: &mut String) {
    for (at, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        text.push(if at == 0 { '?' } else { '&' });
        match pair.split_once('=') {
            Some((name, value)) if HARMLESS.contains(&name) => {
                text.extend([name, "=", &shown(value)]);
            }
            // A slip (`apiKey`) is worth showing as well.
            Some((name, _)) if SECRET.iter().any(|one| one.eq_ignore_ascii_case(name)) => {
                text.extend([name, "=", MASK]);
            }
            _ => text.push_str(MASK),
        }
    }
}

/// A text as far as it has not the form of a credential.
fn shown(text: &str) -> Cow<'_, str> {
    let plain = percent_decode_str(text).decode_utf8_lossy();
    if is_credential(&plain) {
        Cow::Borrowed(MASK)
    } else {
        Cow::Borrowed(text)
    }
}

/// True for what has the form of a secret of ours, by its length or its beginning. A UUID is none.
fn is_credential(text: &str) -> bool {
    let is_uuid = || text.len() == Hyphenated::LENGTH && Uuid::try_parse(text).is_ok();
    text.starts_with("choir_")
        || text.starts_with("eyJ")
        || (text.chars().count() >= SHORTEST_SECRET && !is_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "iyKaI1tAIqM033hDAGXuyJo4ZPPRpFrEiXOFr6jUwfI=";

    fn of(given: &str) -> String {
        let mut text = String::new();
        query(given, &mut text);
        text
    }

    #[test]
    fn known_members_stay_and_all_else_is_masked() {
        assert_eq!(
            of("limit=5&after=7&username=J%C3%B6"),
            "?limit=5&after=7&username=J%C3%B6"
        );
        assert_eq!(
            of("t=geheim&apiKey=x&access_token=y"),
            "?t=***&apiKey=***&access_token=***"
        );
        assert_eq!(of("next=/i/geheim"), "?next=***");
        for strange in [
            "%74=geheim",
            "secret=x",
            "geheim",
            "=geheim",
            "&&x=1",
            "Limit=geheim",
        ] {
            assert_eq!(of(strange), "?***", "{strange}");
        }
        assert_eq!(of(""), "");
        let disguised = TOKEN.replace('=', "%3D");
        for credential in [TOKEN, &disguised, "choir_1_x", "eyJhbGciOiJFZERTQSJ9.e30.x"] {
            assert_eq!(of(&format!("search={credential}")), "?search=***");
        }
    }

    #[test]
    fn paths_show_what_the_route_says() {
        let register = format!("/register/{TOKEN}");
        assert_eq!(path(&register, None), "/***");
        assert_eq!(path("/", None), "/");
        let invite = Some("/api/user/tokens/{id}");
        assert_eq!(path("/api/user/tokens/17", invite), "/api/user/tokens/17");
        assert_eq!(
            path(&format!("/api/user/tokens/{TOKEN}"), invite),
            "/api/user/tokens/***"
        );
        let uuid = "/group/a8f1b2c3-0000-4000-8000-00000000000f";
        assert_eq!(path(uuid, Some("/group/{name}")), uuid);
        let space = "/n/owner/a/b/-/invites";
        assert_eq!(path(space, Some("/n/{user}/{path:.+}/-/invites")), space);
        let check = path(
            "/check/0123456789abcdef0123456789abcdef",
            Some("/check/{id}"),
        );
        assert_eq!(check, "/check/***");
        for given in ["/i/lki_ab", "/i/i", &format!("/i/{TOKEN}")] {
            assert_eq!(path(given, Some("/i/{secret}")), "/i/***");
        }
        let name = "/a-path-of-ours-that-is-longer-than-any-name";
        assert_eq!(path(name, Some(name)), name);
    }
}
