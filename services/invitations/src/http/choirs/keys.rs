//! `/keys` and the calls behind it, for signed-in people on the white list: by JSON, or by the page's
//! forms. A JSON call cannot come from another site's form; a form proves with its token that it
//! was ours.

use actix_web::{HttpResponse, web};
use latchkey_common::auth::Caller;
use latchkey_common::secret::Secret;
use latchkey_contracts::choirs::{ChoirError, SignedIn};
use latchkey_pages::Visitor;

use super::dto::{Answer, CreateKey, DeleteKey, Key, Proof};
use super::keys_page;
use super::sent::Sent;
use crate::app::App;
use crate::app::choir::create_key::create_choir_key;
use crate::app::choir::form_token::is_form_token;
use crate::app::choir::list_keys::list_choir_keys;
use crate::app::choir::revoke_key::revoke_choir_key;
use crate::domain::choir::ChoirKey;

type Who = Result<SignedIn, ChoirError>;

fn is_ours(app: &App, caller: &Caller, form: &impl Proof) -> Result<(), ChoirError> {
    if is_form_token(app, caller.session, form.proof()) {
        Ok(())
    } else {
        Err(ChoirError::forbidden(
            "This form is not from your present session; please try again",
        ))
    }
}

pub(crate) async fn page(app: web::Data<App>, visitor: Visitor, who: Who) -> HttpResponse {
    match who {
        Ok(caller) => keys_page::show(&app, &visitor, &caller, None, None).await,
        Err(trouble) => keys_page::closed(&visitor, &trouble),
    }
}

pub(crate) async fn list(app: web::Data<App>, who: Who) -> Result<HttpResponse, ChoirError> {
    let caller = who?;
    let keys = list_choir_keys(&app, &caller).await?;
    let keys: Vec<Key> = keys
        .into_iter()
        .map(|key| Key::listed(key, &caller.username))
        .collect();
    Ok(HttpResponse::Ok().json(Answer::new("keys", keys)))
}

pub(crate) async fn create(
    app: web::Data<App>,
    visitor: Visitor,
    who: Who,
    sent: Sent<CreateKey>,
) -> Result<HttpResponse, ChoirError> {
    match (who, sent) {
        (Err(trouble), Sent::Form(_)) => Ok(keys_page::closed(&visitor, &trouble)),
        (Err(trouble), Sent::Json(_)) => Err(trouble),
        (Ok(caller), Sent::Json(ask)) => {
            let (key, text) = make(&app, &caller, ask?).await?;
            let made = Key::made(key, &text, &caller.username);
            Ok(HttpResponse::Ok().json(Answer::new("key created", made)))
        }
        (Ok(caller), Sent::Form(ask)) => {
            let made = match is_ours(&app, &caller, &ask) {
                Ok(()) => make(&app, &caller, ask).await,
                Err(trouble) => Err(trouble),
            };
            let (key, trouble) = match made {
                Ok((_, text)) => (Some(text), None),
                Err(trouble) => (None, Some(trouble)),
            };
            Ok(keys_page::show(&app, &visitor, &caller, key.as_ref(), trouble.as_ref()).await)
        }
    }
}

async fn make(
    app: &App,
    caller: &Caller,
    ask: CreateKey,
) -> Result<(ChoirKey, Secret), ChoirError> {
    let name = ask.name()?;
    Ok(create_choir_key(app, caller, name).await?)
}

pub(crate) async fn delete(
    app: web::Data<App>,
    visitor: Visitor,
    who: Who,
    sent: Sent<DeleteKey>,
) -> Result<HttpResponse, ChoirError> {
    match (who, sent) {
        (Err(trouble), Sent::Form(_)) => Ok(keys_page::closed(&visitor, &trouble)),
        (Err(trouble), Sent::Json(_)) => Err(trouble),
        (Ok(caller), Sent::Json(ask)) => {
            remove(&app, &caller, ask?).await?;
            Ok(HttpResponse::Ok().json(Answer::new("key deleted", ())))
        }
        (Ok(caller), Sent::Form(ask)) => {
            let removed = match is_ours(&app, &caller, &ask) {
                Ok(()) => remove(&app, &caller, ask).await,
                Err(trouble) => Err(trouble),
            };
            Ok(keys_page::show(&app, &visitor, &caller, None, removed.err().as_ref()).await)
        }
    }
}

async fn remove(app: &App, caller: &Caller, ask: DeleteKey) -> Result<(), ChoirError> {
    let named = ask.named()?;
    Ok(revoke_choir_key(app, caller, &named).await?)
}
