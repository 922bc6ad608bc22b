//! The API key of a call, as `?apikey=`.

use actix_web::{HttpRequest, web};
use latchkey_common::auth::{Credential, Refused, UserId, Who};
use latchkey_common::fault::Fault;
use latchkey_contracts::choirs::ChoirError;

use crate::app::App;
use crate::app::choir::resolve_key::resolve_choir_key;
use crate::domain::choir::ChoirKey;

const MEMBER: &str = "apikey";

/// An API key; without one the answer is 401.
#[derive(Debug)]
pub(super) enum ApiKey {}

/// Who holds it.
pub(super) type KeyHolder = Who<ApiKey, ChoirError>;

impl Credential for ApiKey {
    type Caller = ChoirKey;

    async fn caller(req: &HttpRequest) -> Result<ChoirKey, Refused> {
        let app = req.app_data::<web::Data<App>>();
        let app = app.ok_or_else(|| Fault::internal("no app in the app's data"))?;
        let key = only_key(req.query_string()).ok_or(Refused::Missing)?;
        let holder = resolve_choir_key(app, &key).await?;
        holder.ok_or(Refused::Invalid)
    }

    /// A key stands for a service.
    fn account(_: &ChoirKey) -> Option<UserId> {
        None
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
