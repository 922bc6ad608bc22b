//! The signed token of this contract.

use actix_web::HttpRequest;
use latchkey_common::auth::jwt::TokenKind;
use latchkey_common::auth::{Refused, Subject, TokenCaller, bearer};
use uuid::Uuid;

/// A JWT in `Authorization: Bearer`.
#[derive(Debug)]
pub enum Bearer {}

impl TokenKind for Bearer {
    const TYP: &'static str = "latchkey-bearer";
    const AUDIENCE: &'static str = "groups";
    const CLAIM: &'static str = "id";

    fn subject(value: &str) -> Option<Subject> {
        let uuid = Uuid::try_parse(value).ok()?;
        Some(Subject::Uuid(uuid.hyphenated().to_string()))
    }

    fn claim_of(caller: &TokenCaller) -> String {
        caller.uuid.clone()
    }

    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        bearer(req)
    }
}
