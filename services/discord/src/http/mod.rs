//! What is served to everybody: by contract, and what the handlers need.

mod discord;

use std::sync::Arc;

use actix_web::web;
use latchkey_common::auth::jwt::Verifier;
use latchkey_common::server::{Mount, Sitemap};
use latchkey_contracts::discord::Rds;

use crate::app::App;

/// Every public route.
pub(crate) fn sitemaps() -> Vec<Sitemap> {
    vec![discord::sitemap()]
}

/// What the handlers need.
pub(crate) fn data(app: web::Data<App>, verifier: web::Data<Verifier<Rds>>) -> Mount {
    Arc::new(move |config| {
        config.app_data(app.clone()).app_data(verifier.clone());
    })
}
