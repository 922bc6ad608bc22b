//! The signed token of this contract.

use actix_web::HttpRequest;
use latchkey_common::auth::jwt::TokenKind;
use latchkey_common::auth::{RDS_COOKIE_NAME, Refused, Subject, TokenCaller, UserId, first_cookie};

/// A JWT in the cookie `rds-session`.
#[derive(Debug)]
pub enum Rds {}

impl TokenKind for Rds {
    const TYP: &'static str = "latchkey-rds-session";
    const AUDIENCE: &'static str = "discord";
    const CLAIM: &'static str = "userId";
    const IMPERSONATION: Option<&'static str> = Some("impersonatedUserId");

    fn subject(value: &str) -> Option<Subject> {
        Some(Subject::Id(UserId(value.parse().ok()?)))
    }

    fn claim_of(caller: &TokenCaller) -> String {
        caller.user.to_string()
    }

    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        first_cookie(req, RDS_COOKIE_NAME)
            .filter(|token| !token.is_empty())
            .ok_or(Refused::Missing)
    }
}
