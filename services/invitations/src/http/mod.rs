//! What is served to everybody: by contract, and what the handlers need.

mod chat;
mod choirs;
mod groups;
mod namespaces;
mod pages;
mod v1;

use std::sync::Arc;

use actix_web::web;
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::auth::{
    SessionAuthority, TokenAuthority, authority_data, token_authority_data,
};
use latchkey_common::server::{Mount, Sitemap};
use latchkey_contracts::groups::Bearer;

use crate::app::App;

/// Every public route.
pub(crate) fn sitemaps() -> Vec<Sitemap> {
    vec![
        chat::sitemap(),
        groups::sitemap(),
        choirs::sitemap(),
        namespaces::sitemap(),
        pages::sitemap(),
        v1::sitemap(),
    ]
}

/// What the handlers need.
pub(crate) fn data(
    app: web::Data<App>,
    sessions: Arc<dyn SessionAuthority>,
    tokens: Arc<dyn TokenAuthority>,
    bearers: Verifier<Bearer>,
) -> Mount {
    let (sessions, tokens) = (authority_data(sessions), token_authority_data(tokens));
    let bearers = web::Data::new(bearers);
    Arc::new(move |config| {
        config
            .app_data(app.clone())
            .app_data(sessions.clone())
            .app_data(tokens.clone())
            .app_data(bearers.clone());
    })
}
