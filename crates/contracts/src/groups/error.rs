//! The group contract's error shape, `{"message": …, "error": …}` with the same Portuguese sentence in
//! both (its clients read the one or the other).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::Refused;
use latchkey_common::fault::Fault;
use latchkey_common::server::Foreign;
use latchkey_common::wire::input::BadInput;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_common::wire::told::Told;
use latchkey_common::wire::unread::{Unread, Wrong};
use serde::Serialize;

/// An answer that says what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupError {
    /// The status of the answer.
    pub status: StatusCode,
    /// A sentence for the caller, in Portuguese. Of what the caller sent it echoes an origin at most.
    pub sentence: Cow<'static, str>,
    retry_after: Option<Duration>,
}

impl GroupError {
    const fn new(status: StatusCode, sentence: &'static str) -> Self {
        Self {
            status,
            sentence: Cow::Borrowed(sentence),
            retry_after: None,
        }
    }

    /// 400.
    pub const fn bad_request(sentence: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// 401.
    pub const fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Token de autenticação ausente ou inválido.",
        )
    }

    /// 401: name and password do not belong together; which of them is wrong is not told.
    pub const fn wrong_login() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "E-mail ou senha incorretos.")
    }

    /// 403.
    pub const fn forbidden(sentence: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    /// 403: a page of another site.
    pub(super) fn foreign_page(foreign: &Foreign) -> Self {
        let mut error = Self::forbidden("");
        error.sentence = Cow::Owned(format!(
            "Origem não permitida em {}: {} não está na configuração allowed_origins.",
            foreign.own, foreign.page
        ));
        error
    }

    /// 404.
    pub const fn not_found(sentence: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, sentence)
    }

    /// 409.
    pub const fn conflict(sentence: &'static str) -> Self {
        Self::new(StatusCode::CONFLICT, sentence)
    }

    /// 405.
    pub const fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "Método não permitido.")
    }
}

#[derive(Serialize)]
struct Body<'a> {
    message: &'a str,
    error: &'a str,
}

impl fmt::Display for GroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.sentence)
    }
}

impl ResponseError for GroupError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        let answer = answer.json(Body {
            message: &self.sentence,
            error: &self.sentence,
        });
        with_retry_after(answer, self.retry_after)
    }
}

impl From<Fault> for GroupError {
    fn from(fault: Fault) -> Self {
        let told = Told::from(fault);
        let sentence = match told {
            Told::Unauthenticated => return Self::unauthorized(),
            Told::Invalid(_) => "Requisição inválida.",
            Told::Busy(_) => "Muitas requisições. Tente novamente mais tarde.",
            Told::Unavailable(_) => "Serviço indisponível. Tente novamente em instantes.",
            Told::Internal => "Erro interno do servidor.",
        };
        Self {
            retry_after: told.retry_after(),
            ..Self::new(told.status(), sentence)
        }
    }
}

impl From<Refused> for GroupError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fault(fault) => fault.into(),
            Refused::NoSession | Refused::Missing | Refused::Invalid | Refused::Scope(_) => {
                Self::unauthorized()
            }
        }
    }
}

impl From<BadInput> for GroupError {
    fn from(bad: BadInput) -> Self {
        let (sentence, member) = match bad {
            BadInput::Body(Unread { member, .. }) => {
                ("Requisição inválida: verifique os campos enviados", member)
            }
            BadInput::Query(Unread { member, .. }) => ("Parâmetro de consulta inválido", member),
            BadInput::Path(_) => ("Parâmetro de caminho inválido", None),
        };
        let place = member.map_or_else(String::new, |member| {
            let what = match member.what {
                Wrong::Missing => "está ausente",
                Wrong::Repeated => "está repetido",
                Wrong::Unfit => "tem um valor inválido",
            };
            format!(" ({} {what})", member.name)
        });
        let mut error = Self::bad_request("");
        error.sentence = Cow::Owned(format!("{sentence}{place}."));
        error
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::RETRY_AFTER;

    use super::*;

    #[actix_web::test]
    async fn the_sentence_stands_in_both_members() {
        let answer = GroupError::conflict("Já existe.").error_response();
        assert_eq!(answer.status(), 409);
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
        let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"message": "Já existe.", "error": "Já existe."})
        );
    }

    #[test]
    fn trouble_is_not_shown() {
        let error = GroupError::from(Fault::internal("secret path"));
        assert_eq!(error.status, 500);
        assert!(!error.to_string().contains("secret"));
        let busy = GroupError::from(Fault::Busy {
            retry_after: Duration::from_millis(1_200),
        });
        assert_eq!(
            busy.error_response().headers().get(RETRY_AFTER).unwrap(),
            "2"
        );
    }
}
