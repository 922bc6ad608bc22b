//! The page of the audit log: each service shows the rows that it has.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::audit::{Ask, MOST_NAMED, Row};
use latchkey_common::page::Paged;
use latchkey_common::text;
use latchkey_common::trail::Verb;
use maud::{Markup, html};

use crate::moment::moment;
use crate::next::escaped;
use crate::parts::{Field, select};
use crate::visitor::Visitor;
use crate::words::audit::Audit;
use crate::words::fill;

/// Where each service that has rows shows its own. Discord links have theirs by command alone: that service knows no sessions.
const PLACES: [&str; 2] = ["/admin/audit", "/admin/audit/invitations"];

/// Rows on one page.
pub const SIZE: i64 = 50;

/// What is looked for, as a form of the page sends it.
#[derive(Debug, Default)]
pub struct Opened {
    who: String,
    what: String,
    to: String,
    within: String,
    before: Option<i64>,
}

/// What is wrong, and beside which field it stands.
#[derive(Debug, Default)]
pub struct Wrong {
    who: Option<&'static str>,
    what: Option<&'static str>,
    to: Option<&'static str>,
    within: Option<&'static str>,
}

/// Spans that one may choose, in days.
const SPANS: [u64; 3] = [1, 7, 30];

const DAY_S: u64 = 24 * 3_600;

impl Opened {
    /// What stands in the query, in order; of what stands there twice the first counts.
    pub fn of(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(one, _)| one == name);
            found.map_or_else(String::new, |(_, value)| value.clone())
        };
        Self {
            who: value("who"),
            what: value("what"),
            to: value("to"),
            within: value("within"),
            before: value("before").parse().ok(),
        }
    }

    /// The question behind the form.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn ask(&self, visitor: &Visitor) -> Result<Ask, Wrong> {
        let words = visitor.language().audit();
        let long =
            |typed: &str| (!text::has_length(typed, 0, MOST_NAMED)).then_some(words.too_long);
        let is_verb = self.what.is_empty() || Verb::parse(&self.what).is_some();
        let days = self.within.parse().ok().filter(|days| SPANS.contains(days));
        let is_span = self.within.is_empty() || days.is_some();
        let wrong = Wrong {
            who: long(&self.who),
            what: (!is_verb).then_some(words.odd),
            to: long(&self.to),
            within: (!is_span).then_some(words.odd),
        };
        if wrong
            .who
            .or(wrong.what)
            .or(wrong.to)
            .or(wrong.within)
            .is_some()
        {
            return Err(wrong);
        }
        Ok(Ask {
            who: Some(self.who.trim().to_owned()),
            what: Some(self.what.clone()),
            to: Some(self.to.trim().to_owned()),
            within_s: days.map(|days: u64| days.saturating_mul(DAY_S)),
            before: self.before,
            limit: Some(SIZE),
        })
    }

    /// The same question about what is older than `before`.
    fn query(&self, before: Option<i64>) -> String {
        let before = before.map_or_else(String::new, |before| format!("&before={before}"));
        format!(
            "?who={}&what={}&to={}&within={}{before}",
            escaped(&self.who),
            escaped(&self.what),
            escaped(&self.to),
            escaped(&self.within)
        )
    }
}

/// The page at `place`; of what was found, or of what is wrong with the question.
pub fn page(
    visitor: &Visitor,
    place: &str,
    opened: &Opened,
    found: Result<&Paged<Row>, &Wrong>,
) -> HttpResponse {
    let words = visitor.language().audit();
    let (status, nothing) = (
        found.map_or(StatusCode::BAD_REQUEST, |_| StatusCode::OK),
        Wrong::default(),
    );
    let wrong = found.err().unwrap_or(&nothing);
    let body = html! {
        h1 { (words.title) }
        p { (words.text) }
        (places(words, place))
        (form(words, place, opened, wrong, found.is_err()))
        @if let Ok(page) = found {
            @if page.items.is_empty() { p { (words.none) } }
            @for row in &page.items { (one(words, row)) }
            p.pages {
                @if opened.before.is_some() { a href=(format!("{place}{}", opened.query(None))) { (words.newest) } }
                @if let Some(next) = page.next {
                    a href=(format!("{place}{}", opened.query(Some(next)))) { (words.older) }
                }
            }
        }
    };
    visitor.page(status, words.title, &body)
}

fn places(words: &Audit, here: &str) -> Markup {
    let names = [words.accounts, words.invitations];
    html! {
        div.pages role="group" aria-label=(words.places) {
            @for (place, name) in PLACES.into_iter().zip(names) {
                a href=(place) aria-current=[(place == here).then_some("true")] { (name) }
            }
        }
    }
}

fn form(words: &Audit, place: &str, opened: &Opened, wrong: &Wrong, is_wrong: bool) -> Markup {
    let most = u32::try_from(MOST_NAMED).ok().map(|most| (0, most));
    let field = |name, label, hint, value, error| Field {
        name,
        label,
        hint,
        value,
        error,
        fills: "off",
        length: most,
        is_optional: true,
        ..Field::default()
    };
    let who = field(
        "who",
        words.who,
        words.who_hint,
        opened.who.as_str(),
        wrong.who,
    );
    let to = field("to", words.to, words.to_hint, opened.to.as_str(), wrong.to);
    let what = Verb::ALL.iter().map(|verb| {
        (
            verb.as_str(),
            fill(sentence(words, *verb), &[("who", "…"), ("to", "…")]),
        )
    });
    let what: Vec<(&str, String)> = [("", words.any.to_owned())]
        .into_iter()
        .chain(what)
        .collect();
    let what: Vec<(&str, &str)> = what
        .iter()
        .map(|(word, said)| (*word, said.as_str()))
        .collect();
    let spans = [
        ("", words.ever),
        ("1", words.day),
        ("7", words.week),
        ("30", words.month),
    ];
    let is_asked = [&opened.who, &opened.what, &opened.to, &opened.within]
        .into_iter()
        .any(|typed| !typed.is_empty());
    html! {
        details open[is_asked || is_wrong] {
            summary { (words.filter) }
            form method="get" action=(place) {
                (who.render())
                (select("what", words.what, &what, &opened.what, wrong.what))
                (to.render())
                (select("within", words.within, &spans, &opened.within, wrong.within))
                button { (words.show) }
            }
        }
    }
}

fn one(words: &Audit, row: &Row) -> Markup {
    let who = match row.who_name.as_str() {
        "" => words.operator,
        name => name,
    };
    let gaps = [
        ("who", who),
        ("verb", row.verb.as_str()),
        ("to", row.target_name.as_str()),
    ];
    let said = Verb::parse(&row.verb).map_or(words.other, |verb| sentence(words, verb));
    let said = fill(said, &gaps);
    let account = row.target.as_deref().filter(|id| id.starts_with("acc_"));
    html! {
        article {
            h2 {
                @match account {
                    Some(id) => a href=(format!("/people/{id}")) { (said) },
                    None => (said),
                }
            }
            @if let Some(why) = &row.reason { p { (words.why) ": " (why) } }
            p.quiet {
                (moment(row.at)) ", " (words.way) " " (row.way)
                @if let Some(from) = &row.client { ", " (words.from) " " (from) }
                @if let Some(id) = &row.request_id { br; (words.request) " " code { (id) } }
            }
        }
    }
}

/// What was done, with gaps for who and to whom.
fn sentence(words: &Audit, verb: Verb) -> &'static str {
    match verb {
        Verb::AccountMade => words.account_made,
        Verb::AccountLocked => words.account_locked,
        Verb::AccountUnlocked => words.account_unlocked,
        Verb::AccountPromoted => words.account_promoted,
        Verb::AccountDemoted => words.account_demoted,
        Verb::AccountDeleted => words.account_deleted,
        Verb::PasswordSet => words.password_set,
        Verb::EmailSet => words.email_set,
        Verb::SessionsEnded => words.sessions_ended,
        Verb::ResetLinkMade => words.reset_link_made,
        Verb::PasswordReset => words.password_reset,
        Verb::SessionMade => words.session_made,
        Verb::SessionEnded => words.session_ended,
        Verb::ApiTokenMade => words.api_token_made,
        Verb::ApiTokenRevoked => words.api_token_revoked,
        Verb::SignedTokenMade => words.signed_token_made,
        Verb::SignedTokenRevoked => words.signed_token_revoked,
        Verb::SigningKeyMade => words.signing_key_made,
        Verb::SigningKeyRevoked => words.signing_key_revoked,
        Verb::ChoirKeyMade => words.choir_key_made,
        Verb::ChoirKeyRevoked => words.choir_key_revoked,
        Verb::InvitationMade => words.invitation_made,
        Verb::InvitationRevoked => words.invitation_revoked,
        Verb::InvitationEdited => words.invitation_edited,
        Verb::InvitationRenewed => words.invitation_renewed,
        Verb::InvitationSecretMade => words.invitation_secret_made,
        Verb::InvitationSecretRevoked => words.invitation_secret_revoked,
        Verb::JoinRequestApproved => words.join_request_approved,
        Verb::JoinRequestRejected => words.join_request_rejected,
        Verb::ChoirListed => words.choir_listed,
        Verb::ChoirUnlisted => words.choir_unlisted,
        Verb::GroupMade => words.group_made,
        Verb::GroupMemberAdded => words.group_member_added,
        Verb::NamespaceMade => words.namespace_made,
        Verb::DiscordLinkMade => words.discord_link_made,
        Verb::DiscordLinkRevoked => words.discord_link_revoked,
        Verb::ApplicationFormChanged => words.application_form_changed,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn what_cannot_be_looked_for_is_told_beside_its_field() {
        let visitor = Visitor::of(&TestRequest::get().to_http_request());
        let ask = |what: &str, within: &str, who: &str| {
            let opened = Opened {
                what: what.to_owned(),
                within: within.to_owned(),
                who: who.to_owned(),
                ..Opened::default()
            };
            opened.ask(&visitor)
        };
        let good = ask("account-locked", "7", " John ").unwrap();
        assert_eq!(good.within_s, Some(7 * DAY_S));
        assert_eq!(good.who.as_deref(), Some("John"));
        assert!(good.filter().is_ok());
        assert!(ask("", "", "").unwrap().filter().is_ok());
        assert!(ask("zz", "", "").unwrap_err().what.is_some());
        assert!(ask("", "2", "").unwrap_err().within.is_some());
        let long = "a".repeat(MOST_NAMED + 1);
        assert!(ask("", "", &long).unwrap_err().who.is_some());
    }

    #[test]
    fn a_question_goes_on_as_it_was_asked() {
        let opened = Opened {
            who: "A & <b>".to_owned(),
            ..Opened::default()
        };
        assert_eq!(
            opened.query(Some(7)),
            "?who=A%20%26%20%3Cb%3E&what=&to=&within=&before=7"
        );
    }
}
