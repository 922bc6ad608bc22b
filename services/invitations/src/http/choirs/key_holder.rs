//! The API key of a call, as `?apikey=`.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use latchkey_common::fault::Fault;
use latchkey_contracts::choirs::ChoirError;

use crate::app::App;
use crate::app::choir::resolve_key::resolve_choir_key;
use crate::domain::choir::ChoirKey;

const MEMBER: &str = "apikey";

/// The key that the caller holds; without one the answer is 401.
pub(crate) struct KeyHolder(pub(crate) ChoirKey);

impl FromRequest for KeyHolder {
    type Error = ChoirError;
    type Future = LocalBoxFuture<'static, Result<Self, ChoirError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = req.app_data::<web::Data<App>>().cloned();
        let key = only_key(req.query_string());
        Box::pin(async move {
            let app = app.ok_or_else(|| Fault::internal("no app in the app's data"))?;
            let key = key.ok_or_else(ChoirError::bad_key)?;
            let holder = resolve_choir_key(&app, &key).await?;
            holder.map(Self).ok_or_else(ChoirError::bad_key)
        })
    }
}

/// The one key in the query. Of two, nobody could say which counts.
fn only_key(query: &str) -> Option<String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
    let mut keys = pairs
        .into_inner()
        .into_iter()
        .filter(|(name, _)| name == MEMBER)
        .map(|(_, key)| key);
    match (keys.next(), keys.next()) {
        (Some(key), None) => Some(key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_key_counts() {
        assert_eq!(only_key("a=1&apikey=x%2By").as_deref(), Some("x+y"));
        for bad in ["", "apiKey=x", "apikey=x&apikey=x", "key=x", "&&&"] {
            assert_eq!(only_key(bad), None, "{bad}");
        }
    }
}
