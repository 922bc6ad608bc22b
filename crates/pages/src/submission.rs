//! A form of somebody who is signed in. Whoever was signed out meanwhile loses nothing of what they typed: a page
//! shows it, and sends it again.

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use latchkey_common::auth::Refused;
use latchkey_common::server::PageForm;
use latchkey_common::wire::told::Told;
use maud::html;

use crate::next::{lead_to, sign_in_then};
use crate::parts::hidden;
use crate::people::{Answer, Member, look};
use crate::visitor::Visitor;

/// What a form says, name by name.
pub type Fields = Vec<(String, String)>;

/// Names of what nobody has typed.
const OURS: [&str; 4] = ["key", "do", "id", "form"];

/// What was typed and chosen in a form, in order.
#[derive(Debug, Default)]
pub struct Typed(pub Fields);

impl Typed {
    /// What a field has; empty where it has nothing.
    pub fn value(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The same as a text: lines end as everywhere but in forms.
    pub fn text(&self, name: &str) -> String {
        self.value(name).replace("\r\n", "\n")
    }

    /// Whether this is chosen.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|one| one == value)
    }

    /// All that a name has.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(one, _)| one == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// A form, and who sends it.
pub struct Submission {
    /// Who.
    pub member: Member,
    /// What it says; nothing where it did not come whole.
    pub sent: Option<Typed>,
}

impl FromRequest for Submission {
    type Error = actix_web::Error;
    type Future = Answer<Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let form = PageForm::<Fields>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let fields = form.await.ok().map(|PageForm(fields)| fields);
            let (visitor, refused) = match look(&req).await {
                Ok(member) => {
                    let sent = fields.map(Typed);
                    return Ok(Self { member, sent });
                }
                Err(refused) => refused,
            };
            let answer = match (refused, fields.filter(|fields| has_text(fields))) {
                (Refused::Fault(fault), _) => visitor.trouble(&Told::from(fault)),
                (_, Some(fields)) => signed_out(&visitor, req.path(), &fields),
                (_, None) => lead_to(&sign_in_then(req.path())),
            };
            Err(InternalError::from_response("nobody is signed in", answer).into())
        })
    }
}

/// Whether there is something that somebody has typed or chosen.
fn has_text(fields: &[(String, String)]) -> bool {
    let is_text = |(name, value): &(String, String)| {
        !OURS.contains(&name.as_str()) && !is_secret(name) && !value.trim().is_empty()
    };
    fields.iter().any(is_text)
}

/// What is never sent back.
fn is_secret(name: &str) -> bool {
    name.contains("password") || matches!(name, "old" | "new" | "confirm")
}

/// The page for whoever was signed out while they filled in a form that is answered at `path`. Signing in happens beside
/// it, so that it stays as it is.
pub fn signed_out(visitor: &Visitor, path: &str, fields: &[(String, String)]) -> HttpResponse {
    let words = visitor.language().frame();
    let typed = |(name, value): &&(String, String)| {
        !OURS.contains(&name.as_str()) && value.chars().any(char::is_whitespace)
    };
    let kept: Fields = fields
        .iter()
        .filter(|(name, _)| !is_secret(name))
        .cloned()
        .collect();
    let body = html! {
        h1 { (words.kept_title) }
        p { (words.kept_text) }
        @for (_, text) in kept.iter().filter(typed) { blockquote { (text) } }
        p { a href=(sign_in_then(path)) target="_blank" rel="noopener" { (words.kept_sign_in) } }
        form method="post" action=(visitor.action(path)) {
            @for (name, value) in &kept { (hidden(name, value)) }
            button { (words.kept_send) }
        }
    };
    visitor.page_with_form(StatusCode::UNAUTHORIZED, words.kept_title, &body)
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_button_alone_is_nothing_to_be_kept() {
        let button = fields(&[("key", "00"), ("do", "accept"), ("id", "inv_1")]);
        assert!(!has_text(&button));
        assert!(!has_text(&fields(&[("message", " "), ("password", "x")])));
        assert!(has_text(&fields(&[("uses", "3")])));
    }

    #[actix_web::test]
    async fn a_text_is_kept_and_a_password_is_not() {
        let visitor = Visitor::of(&TestRequest::post().uri("/invite").to_http_request());
        let sent = fields(&[
            ("message", "<b> hello"),
            ("password", "geheim"),
            ("old", "alt"),
        ]);
        let page = signed_out(&visitor, "/invite", &sent);
        assert_eq!(page.status(), 401);
        let body = to_bytes(page.into_body()).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        for said in [
            "name=\"message\" value=\"&lt;b&gt; hello\"",
            "<blockquote>&lt;b&gt; hello</blockquote>",
            "action=\"/invite?form=",
            "href=\"/login?next=/invite\"",
        ] {
            assert!(body.contains(said), "{said}: {body}");
        }
        assert!(
            !body.contains("geheim") && !body.contains("alt\""),
            "{body}"
        );
    }
}
