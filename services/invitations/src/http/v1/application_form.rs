//! `/v1/application-form`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::text;
use latchkey_common::wire::form::{self, FromForm};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::scopes::PolicyWrite;
use latchkey_contracts::v1::{Answer, Body, Caller, IfMatch, Problem};
use serde::Serialize;

use super::account;
use crate::app::App;
use crate::app::application_form::edit::{EditFormError, edit_form};
use crate::app::application_form::show::show_form;
use crate::domain::application::{Form, LONGEST_QUESTION, LONGEST_WELCOME, MOST_QUESTIONS};

/// What people are asked.
#[derive(Serialize)]
struct FormShape {
    open: bool,
    welcome: Option<String>,
    questions: Vec<String>,
}

impl From<Form> for FormShape {
    fn from(form: Form) -> Self {
        Self {
            open: form.is_open,
            questions: form.questions(),
            welcome: form.welcome,
        }
    }
}

pub(crate) async fn show(app: web::Data<App>, req: HttpRequest) -> Result<HttpResponse, Problem> {
    let shape = FormShape::from(show_form(&app).await?);
    Ok(Answer::of(&shape)?.unless_known(&req))
}

/// The whole form: what is left out is not there any more.
#[derive(Debug)]
pub(crate) struct Replacement(Form);

impl FromForm for Replacement {
    fn from_form(form: &mut form::Form<'_>) -> Option<Self> {
        form.require("open");
        let open = form.flag("open");
        let welcome = form.text("welcome", 1, LONGEST_WELCOME);
        let what = format!("This must be a question of 1 to {LONGEST_QUESTION} characters.");
        let questions = form.words("questions", MOST_QUESTIONS, &what, |word| {
            let is_one = !word.trim().is_empty() && text::has_length(word, 1, LONGEST_QUESTION);
            is_one.then(|| word.to_owned())
        });
        Some(Self(Form::new(
            open?,
            welcome,
            questions.unwrap_or_default(),
        )))
    }
}

pub(crate) async fn replace(
    app: web::Data<App>,
    caller: Caller<PolicyWrite>,
    condition: IfMatch,
    body: Body<Replacement>,
) -> Result<HttpResponse, Problem> {
    let (Replacement(new), _) = body.of(account(&caller));
    let is_meant = move |before: Form| Ok(condition.means(&Answer::of(&FormShape::from(before))?));
    let edited = edit_form(&app, (&caller, Way::V1), new, is_meant).await;
    let shape = FormShape::from(edited.map_err(refused)?);
    Ok(Answer::of(&shape)?.response(false))
}

fn refused(error: EditFormError) -> Problem {
    match error {
        EditFormError::NotAllowed => Problem::of(&kinds::SUPER_USERS_ONLY),
        EditFormError::Changed => Problem::of(&kinds::PRECONDITION_FAILED),
        EditFormError::Fault(fault) => fault.into(),
    }
}
