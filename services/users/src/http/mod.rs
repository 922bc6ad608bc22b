//! What is served to everybody: by contract, and what the handlers need.

mod chat;
mod groups;
mod keys;
mod pages;

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::USER_AGENT;
use actix_web::web::Data;
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::auth::{SessionAuthority, authority_data};
use latchkey_common::server::{Mount, Sitemap};
use latchkey_contracts::groups::Bearer;

pub(crate) use self::pages::SettingsInForce;
use crate::app::App;

/// Every public route.
pub(crate) fn sitemaps() -> Vec<Sitemap> {
    vec![chat::sitemap(), groups::sitemap(), pages::sitemap()]
}

/// What the handlers need. `bearers` are our own: a site with an issuer of its own has a login of its own too.
pub(crate) fn data(
    app: &Data<App>,
    authority: Arc<dyn SessionAuthority>,
    bearers: Verifier<Bearer>,
    in_force: SettingsInForce,
) -> Mount {
    let (app, authority) = (app.clone(), authority_data(authority));
    let (bearers, in_force) = (Data::new(bearers), Data::new(in_force));
    Arc::new(move |config| {
        config
            .app_data(app.clone())
            .app_data(authority.clone())
            .app_data(bearers.clone())
            .app_data(in_force.clone());
    })
}

/// What a browser forgets of our origin at a logout: copies of answers, and what a web client that is
/// served here has stored. Our cookies go by name: to clear all of them (`"cookies"`) would reach every
/// host of the site, and sign people out of what else runs there.
const FORGET: (&str, &str) = ("Clear-Site-Data", "\"cache\", \"storage\"");

/// What the client calls itself.
fn user_agent(req: &HttpRequest) -> Option<String> {
    let name = req.headers().get(USER_AGENT)?.as_bytes();
    Some(String::from_utf8_lossy(name).into_owned())
}
