//! The public keys under which our signed tokens can be checked, for whoever wants to.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentType};
use actix_web::web::Data;
use latchkey_contracts::chat::Problem;

use crate::app::App;
use crate::app::key::signing_keys::{ensure_signing_key, public_keys};

/// `GET /.well-known/jwks.json`. Kept by nobody for longer than a verifier waits before it asks for
/// an unknown key again.
pub(crate) async fn jwks(app: Data<App>) -> Result<HttpResponse, Problem> {
    let mut keys = public_keys(&app).await?;
    if keys.is_empty() {
        // Asked in the first moments of the first start.
        ensure_signing_key(&app).await?;
        keys = public_keys(&app).await?;
    }
    Ok(HttpResponse::Ok()
        .insert_header(ContentType::json())
        .insert_header((CACHE_CONTROL, "public, max-age=10"))
        .body(format!(r#"{{"keys":[{}]}}"#, keys.join(","))))
}
