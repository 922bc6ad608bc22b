//! What comes in. A stranger is answered 404 before anything is said about the input, so a handler
//! that must look for the owner first asks for the value, or takes the [`Result`] of an extractor.

use std::convert::Infallible;
use std::future::ready;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::AnyScope;
use latchkey_common::page::Page;
use latchkey_common::wire::body::read_object;
use latchkey_common::wire::unread::Unread;
use latchkey_contracts::namespaces::scopes::NamespaceRead;
use latchkey_contracts::namespaces::{Caller, FieldsError, Query};
use latchkey_peers::users::UserView;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::namespace::find::{Address, NamespaceError};

/// A JSON object, or why there is none.
pub(super) struct Form(Result<Map<String, Value>, Unread>);

impl FromRequest for Form {
    type Error = Infallible;
    type Future = LocalBoxFuture<'static, Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move { Ok(Self(read_object(&req, payload).await)) })
    }
}

impl Form {
    /// The object; a refusal stands under `field`.
    pub(super) fn read(self, field: &'static str) -> Result<Fields, FieldsError> {
        match self.0 {
            Ok(members) => Ok(Fields {
                members,
                complaints: Vec::new(),
            }),
            Err(unread) => Err(FieldsError::field(field, unread.sentence)),
        }
    }
}

/// The members of a form, read one after the other; what is wrong with them is kept.
pub(super) struct Fields {
    members: Map<String, Value>,
    complaints: Vec<(&'static str, &'static str)>,
}

impl Fields {
    /// A text; `None` when it is absent, null or something else.
    pub(super) fn text(&mut self, field: &'static str) -> Option<String> {
        match self.members.remove(field) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => {
                self.complain(field, "This must be a text.");
                None
            }
        }
    }

    /// A text that stands for one of several values.
    pub(super) fn word<T>(
        &mut self,
        field: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(field)?;
        let value = parse(&text);
        if value.is_none() {
            self.complain(field, "This is none of the words that may stand here.");
        }
        value
    }

    /// Notes what is wrong with a member.
    pub(super) fn complain(&mut self, field: &'static str, sentence: &'static str) {
        self.complaints.push((field, sentence));
    }

    /// Refuses, when anything was wrong.
    pub(super) fn check(self) -> Result<(), FieldsError> {
        if self.complaints.is_empty() {
            Ok(())
        } else {
            Err(FieldsError::fields(self.complaints))
        }
    }
}

/// The query of a list.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    pub(super) search: String,
    #[serde(flatten)]
    pub(super) page: Page,
}

/// The page of a list that belongs to what `found` finds. Whoever may not know of that is told so, and
/// not what is wrong with the query.
pub(super) async fn page_of<T>(
    wanted: Result<Query<Wanted>, FieldsError>,
    found: impl Future<Output = Result<T, NamespaceError>>,
) -> Result<Page, FieldsError> {
    match wanted {
        Ok(wanted) => Ok(wanted.0.page),
        Err(complaint) => {
            found.await?;
            Err(complaint)
        }
    }
}

/// The part of the path that names a namespace, and what stands behind it.
#[derive(Deserialize)]
pub(super) struct At {
    user: String,
    path: String,
    /// A collaborator's name, where the path has one.
    #[serde(default)]
    pub(super) username: String,
}

impl At {
    pub(super) fn address(&self) -> Address {
        Address {
            owner: self.user.clone(),
            path: self.path.clone(),
        }
    }
}

/// Somebody who looks at namespaces. What is public is for everybody, so a token that may not read
/// the others sees as much as no token does; but one that is shown must be alive.
pub(super) struct Reader(pub(super) Option<UserView>);

impl FromRequest for Reader {
    type Error = FieldsError;
    type Future = LocalBoxFuture<'static, Result<Self, FieldsError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if !req.headers().contains_key(AUTHORIZATION) {
            return Box::pin(ready(Ok(Self(None))));
        }
        let caller = Caller::<AnyScope>::from_request(req, payload);
        Box::pin(async move {
            let caller = caller.await?.0;
            let may_read = caller.scopes.allow::<NamespaceRead>();
            Ok(Self(may_read.then(|| caller.into())))
        })
    }
}
