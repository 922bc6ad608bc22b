//! What is served to everybody: by contract, and what the handlers need.

mod chat;
mod pages;
mod stream;

use std::sync::Arc;

use actix_web::web::Data;
use latchkey_common::auth::{SessionAuthority, authority_data};
use latchkey_common::server::{Mount, Sitemap};

use crate::app::App;

/// Every public route.
pub(crate) fn sitemaps() -> Vec<Sitemap> {
    vec![chat::sitemap(), pages::sitemap()]
}

/// What the handlers need.
pub(crate) fn data(app: &Data<App>, authority: Arc<dyn SessionAuthority>) -> Mount {
    let (app, authority) = (app.clone(), authority_data(authority));
    Arc::new(move |config| {
        config.app_data(app.clone()).app_data(authority.clone());
    })
}
