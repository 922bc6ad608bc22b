//! `/apply`: asking for an account without an invitation, while super users let people do so. How a wish stands is
//! [`standing`].

mod form;
mod standing;

use actix_web::{HttpResponse, web};
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::server::{ClientAddress, PageForm};
use latchkey_pages::{Fields, Guest, Typed, Visitor, guest_call};

use self::form::{Trouble, Wrong};
pub(super) use self::standing::{look, show_field};
use crate::app::App;
use crate::app::application_form::show::show_form;
use crate::app::join_request::apply::{ApplyError, apply};

pub(crate) async fn show(app: web::Data<App>, Guest { visitor, .. }: Guest) -> HttpResponse {
    page(&app, &visitor, &Typed::default(), None).await
}

pub(crate) async fn submit(
    app: web::Data<App>,
    visitor: Visitor,
    client: ClientAddress,
    sent: Option<PageForm<Fields>>,
) -> HttpResponse {
    let Some(PageForm(sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let typed = Typed(sent);
    match ask(&app, &visitor, client, &typed).await {
        Ok(secret) => form::sent(&visitor, &secret),
        Err(Unsent::Fault(fault)) => visitor.trouble(&fault.into()),
        Err(Unsent::Because(trouble)) => page(&app, &visitor, &typed, Some(trouble)).await,
    }
}

/// Why nothing was sent off.
enum Unsent {
    Because(Trouble),
    Fault(Fault),
}

impl From<Fault> for Unsent {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Wrong> for Unsent {
    fn from(wrong: Wrong) -> Self {
        Self::Because(Trouble::Wrong(wrong))
    }
}

impl From<ApplyError> for Unsent {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Closed => Self::Because(Trouble::Closed),
            ApplyError::OtherQuestions => Self::Because(Trouble::Changed),
            ApplyError::TooMany => Self::Because(Trouble::TooMany),
            ApplyError::Key(KeyRefusal::InProgress | KeyRefusal::OtherCall) => {
                Self::Fault(Fault::overloaded("the same form"))
            }
            ApplyError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Asks, and answers what the wish is looked up by. The same form again is the same wish.
async fn ask(
    app: &App,
    visitor: &Visitor,
    client: ClientAddress,
    typed: &Typed,
) -> Result<Secret, Unsent> {
    app.limits.check("application", client.0)?;
    let said = form::read(visitor, typed)?;
    let call = guest_call(typed.value("key"), &format!("apply {said:?}"));
    let render = |_, secret: Secret| Ok(secret.expose().as_bytes().to_vec());
    let answered = apply(app, said, call, render).await?;
    let secret = String::from_utf8(answered.answer);
    let secret = secret.map_err(|_no_text| Fault::internal("a kept secret that is no text"))?;
    Ok(Secret::new(secret))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    typed: &Typed,
    trouble: Option<Trouble>,
) -> HttpResponse {
    match show_form(app).await {
        Ok(asked) if asked.is_open => form::page(visitor, &asked, typed, trouble.as_ref()),
        Ok(_) => form::closed(visitor),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}
