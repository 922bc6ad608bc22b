//! `/admin`: from where those who look after the place find what that takes, and how it stands with this service.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::config::InForce;
use latchkey_contracts::pages::{APPLICATION_FORM, AUDIT, INVITATIONS, LEDGER, PEOPLE};
use latchkey_pages::words::admin::Admin;
use latchkey_pages::{SuperUser, Visitor, prose};
use maud::{Markup, html};

use crate::app::App;
use crate::app::health::{Health, health};

/// The settings of this process, secrets masked.
pub(crate) struct SettingsInForce(pub(crate) Vec<InForce>);

pub(crate) async fn show(
    app: web::Data<App>,
    settings: web::Data<SettingsInForce>,
    super_user: SuperUser,
) -> HttpResponse {
    let visitor = super_user.visitor;
    let words = visitor.language().admin();
    let health = health(&app).await;
    let body = html! {
        h1 { (words.title) }
        (places(&visitor))
        (site(words, &visitor))
        (standing(words, health))
        (in_force(words, &settings.0))
    };
    visitor.page(StatusCode::OK, words.title, &body)
}

fn places(visitor: &Visitor) -> Markup {
    let (words, asking) = (visitor.language().admin(), visitor.language().apply());
    let all = visitor.language().ledger();
    let places = [
        (PEOPLE, words.people, words.people_text),
        (AUDIT, words.audit, words.audit_text),
        (APPLICATION_FORM, asking.form, asking.form_text),
        (LEDGER, all.title, all.text),
        (INVITATIONS, words.invitations, words.invitations_text),
    ];
    html! {
        @for (place, name, text) in places {
            article {
                h2 { a href=(place) { (name) } }
                p.quiet { (text) }
            }
        }
    }
}

fn site(words: &Admin, visitor: &Visitor) -> Markup {
    let welcome = match visitor.welcome() {
        "" => words.none,
        said => said,
    };
    html! {
        h2 { (words.site) }
        dl {
            dt { (words.name) } dd { (visitor.site()) }
            dt { (words.welcome) } dd { (welcome) }
        }
        p.quiet { (words.site_text) }
    }
}

fn standing(words: &Admin, health: Health) -> Markup {
    let told = |is_well| if is_well { words.good } else { words.bad };
    html! {
        h2 { (words.health) }
        p.quiet { (words.health_text) }
        dl {
            dt { (words.version) } dd { (env!("CARGO_PKG_VERSION")) }
            dt { (words.database) } dd { (told(health.has_database)) }
            dt { (words.signing_key) } dd { (told(health.has_signing_key)) }
        }
    }
}

fn in_force(words: &Admin, settings: &[InForce]) -> Markup {
    html! {
        h2 { (words.settings) }
        p.quiet { (prose(words.settings_text)) }
        details {
            summary { (words.settings) }
            dl.settings {
                @for one in settings {
                    dt { code { (one.key) } }
                    dd { code { (one.value) } " " span.quiet { (one.place) } }
                }
            }
        }
    }
}
