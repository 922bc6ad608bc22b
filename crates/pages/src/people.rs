//! Who reads a page, as their session says it. A page for everybody takes a [`Guest`]; one for people who are signed
//! in takes a [`Member`], and whoever is not is led to where one signs in, and back. One for those who look after the
//! place takes a [`SuperUser`].

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpRequest, ResponseError};
use latchkey_common::auth::{Caller, Refused, Session, Who};
use latchkey_common::wire::told::Told;

use crate::next::{lead_to, sign_in_then};
use crate::visitor::Visitor;

/// Whoever reads a page that is for everybody.
pub struct Guest {
    /// Who reads.
    pub visitor: Visitor,
    /// Who that is, if they are signed in.
    pub caller: Option<Caller>,
}

/// Somebody who is signed in.
pub struct Member {
    /// Who reads.
    pub visitor: Visitor,
    /// Who that is.
    pub caller: Caller,
}

/// Somebody who looks after the place.
pub struct SuperUser {
    /// Who reads.
    pub visitor: Visitor,
    /// Who that is.
    pub caller: Caller,
}

/// Why nobody is.
#[derive(Debug)]
struct NotIn(Refused);

impl From<Refused> for NotIn {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl fmt::Display for NotIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for NotIn {}

pub(crate) type Answer<T> = Pin<Box<dyn Future<Output = T>>>;

pub(crate) async fn look(req: &HttpRequest) -> Result<Member, (Visitor, Refused)> {
    let visitor = Visitor::of(req);
    let who = Who::<Session, NotIn>::from_request(req, &mut Payload::None).await;
    match who {
        Ok(who) => Ok(Member {
            visitor: visitor
                .signed_in(&who.username)
                .as_super_user(who.is_super_user),
            caller: who.0,
        }),
        Err(NotIn(refused)) => Err((visitor, refused)),
    }
}

impl FromRequest for Guest {
    type Error = Infallible;
    type Future = Answer<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            Ok(match look(&req).await {
                Ok(Member { visitor, caller }) => Self {
                    visitor,
                    caller: Some(caller),
                },
                Err((visitor, _)) => Self {
                    visitor,
                    caller: None,
                },
            })
        })
    }
}

impl FromRequest for Member {
    type Error = actix_web::Error;
    type Future = Answer<Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let refused = match look(&req).await {
                Ok(member) => return Ok(member),
                Err(refused) => refused,
            };
            let answer = match refused {
                (visitor, Refused::Fault(fault)) => visitor.trouble(&Told::from(fault)),
                _ => lead_to(&sign_in_then(&place(&req))),
            };
            Err(InternalError::from_response("nobody is signed in", answer).into())
        })
    }
}

/// To everybody else who is signed in the page is not there.
impl FromRequest for SuperUser {
    type Error = actix_web::Error;
    type Future = Answer<Result<Self, actix_web::Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let member = Member::from_request(req, payload);
        Box::pin(async move {
            let Member { visitor, caller } = member.await?;
            if caller.is_super_user {
                return Ok(Self { visitor, caller });
            }
            Err(InternalError::from_response("no super user", visitor.lost()).into())
        })
    }
}

/// Where they are to come back to. What a form sends is not sent again.
fn place(req: &HttpRequest) -> String {
    let query = req.query_string();
    if *req.method() == Method::POST || query.is_empty() {
        req.path().to_owned()
    } else {
        format!("{}?{query}", req.path())
    }
}
