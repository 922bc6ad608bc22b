//! Where somebody is led next. What an address says is believed only where it is a page of ours.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;

/// Where one signs in.
const LOGIN: &str = "/login";

/// The longest address that is gone back to: a link's has a tenth of it.
const LONGEST: usize = 500;

/// The address, if it is one of ours: a path with what is asked there. What browsers read as another site's
/// (`//host`, a backslash, a control character that they skip) is none.
pub fn own_place(text: &str) -> Option<&str> {
    let mut bytes = text.bytes();
    let is_path = bytes.next() == Some(b'/') && bytes.next() != Some(b'/');
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (is_path && is_plain && text.len() <= LONGEST).then_some(text)
}

/// Where a browser goes after a form, by a plain load: loading that page anew sends nothing again.
pub fn lead_to(place: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, place))
        .finish()
}

/// The page where one signs in, and which leads back to `place`.
pub fn sign_in_then(place: &str) -> String {
    own_place(place).map_or_else(
        || LOGIN.to_owned(),
        |place| format!("{LOGIN}?next={}", escaped(place)),
    )
}

/// A value of a query, or a part of a path that may have slashes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_of_ours_are_led_to() {
        for own in ["/", "/i/abc=", "/c/3?after=7", "/i/lki_x%20y"] {
            assert_eq!(own_place(own), Some(own));
        }
        let long = format!("/{}", "a".repeat(LONGEST));
        for other in [
            "",
            "i/abc",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a b",
            "/\r\nLocation: x",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\u{e4}",
            &long,
        ] {
            assert_eq!(own_place(other), None, "{other:?}");
        }
        assert_eq!(
            sign_in_then("/i/a=?x=1&y"),
            "/login?next=/i/a%3D%3Fx%3D1%26y"
        );
        assert_eq!(sign_in_then("//evil.example"), "/login");
    }
}
