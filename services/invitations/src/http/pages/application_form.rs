//! `/admin/applications`: what people are asked who want an account, and whether they may ask for one; for super users.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::server::PageForm;
use latchkey_common::text;
use latchkey_contracts::pages::{APPLICATION_FORM, APPLY, REQUESTS};
use latchkey_pages::{
    Field, Fields, SuperUser, Typed, Visitor, checkbox, fill, hidden, lead_to, note, trouble,
};
use maud::html;
use serde::Deserialize;

use crate::app::App;
use crate::app::application_form::edit::{EditFormError, edit_form};
use crate::app::application_form::show::show_form;
use crate::domain::application::{Form, LONGEST_QUESTION, LONGEST_WELCOME, MOST_QUESTIONS};

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    done: String,
}

/// What is said above the form, and what is wrong with a field.
#[derive(Default)]
struct Said {
    status: Option<StatusCode>,
    above: Option<&'static str>,
    is_saved: bool,
    wrong: Vec<(String, String)>,
}

pub(crate) async fn show(
    app: web::Data<App>,
    SuperUser { visitor, .. }: SuperUser,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let said = Said {
        is_saved: query.is_some_and(|query| query.done == "saved"),
        ..Said::default()
    };
    match show_form(&app).await {
        Ok(form) => page(&visitor, &typed(&form), &said),
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

pub(crate) async fn submit(
    app: web::Data<App>,
    SuperUser { visitor, caller }: SuperUser,
    sent: Option<PageForm<Fields>>,
) -> HttpResponse {
    let Some(PageForm(sent)) = sent else {
        return visitor.trouble(&Fault::invalid("the form cannot be read").into());
    };
    let sent = Typed(sent);
    let words = visitor.language().apply();
    let new = match read(&visitor, &sent) {
        Ok(new) => new,
        Err(wrong) => {
            let said = Said {
                status: Some(StatusCode::BAD_REQUEST),
                above: Some(visitor.words().form_trouble),
                wrong,
                ..Said::default()
            };
            return page(&visitor, &sent, &said);
        }
    };
    let seen = sent.value("seen").to_owned();
    let is_meant = move |before: Form| Ok(mark(&before) == seen);
    let known = Known::from(caller);
    match edit_form(&app, (&known, Way::Page), new, is_meant).await {
        Ok(_) => lead_to(&format!("{APPLICATION_FORM}?done=saved")),
        Err(EditFormError::Changed) => match show_form(&app).await {
            Ok(form) => {
                let said = Said {
                    status: Some(StatusCode::CONFLICT),
                    above: Some(words.edited),
                    ..Said::default()
                };
                page(&visitor, &typed(&form), &said)
            }
            Err(fault) => visitor.trouble(&fault.into()),
        },
        Err(EditFormError::NotAllowed) => {
            let fault = Fault::internal("a super user who is none");
            visitor.trouble(&fault.into())
        }
        Err(EditFormError::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

/// What tells one form from another.
fn mark(form: &Form) -> String {
    TokenHash::of(&format!("{form:?}")).hex()
}

fn question_field(nth: usize) -> String {
    format!("question-{nth}")
}

/// A form as somebody would type it.
fn typed(form: &Form) -> Typed {
    let mut fields = vec![("seen".to_owned(), mark(form))];
    if form.is_open {
        fields.push(("open".to_owned(), "yes".to_owned()));
    }
    let welcome = form.welcome.clone().unwrap_or_default();
    fields.push(("welcome".to_owned(), welcome));
    let questions = form.questions().into_iter().enumerate();
    fields.extend(questions.map(|(nth, question)| (question_field(nth), question)));
    Typed(fields)
}

fn read(visitor: &Visitor, typed: &Typed) -> Result<Form, Vec<(String, String)>> {
    let words = visitor.language().apply();
    let mut wrong = Vec::new();
    let mut given = |name: String, most: usize| {
        let said = typed.text(&name).trim().to_owned();
        if !text::has_length(&said, 0, most) || said.contains('\0') {
            let sentence = fill(words.too_long, &[("most", &most.to_string())]);
            wrong.push((name, sentence));
        }
        Some(said).filter(|said| !said.is_empty())
    };
    let welcome = given("welcome".to_owned(), LONGEST_WELCOME);
    let questions = (0..MOST_QUESTIONS).map(question_field);
    let questions = questions.filter_map(|name| given(name, LONGEST_QUESTION));
    let questions = questions.collect();
    if wrong.is_empty() {
        Ok(Form::new(typed.has("open", "yes"), welcome, questions))
    } else {
        Err(wrong)
    }
}

fn page(visitor: &Visitor, typed: &Typed, said: &Said) -> HttpResponse {
    let words = visitor.language().apply();
    let error = |name: &str| {
        let found = said.wrong.iter().find(|(field, _)| field == name);
        found.map(|(_, sentence)| sentence.as_str())
    };
    let most = |length: usize| u32::try_from(length).ok().map(|most| (0, most));
    let welcome = typed.text("welcome");
    let welcome = Field {
        name: "welcome",
        label: words.welcome_label,
        hint: words.welcome_hint,
        value: &welcome,
        error: error("welcome"),
        length: most(LONGEST_WELCOME),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    let body = html! {
        h1 { (words.form) }
        @if let Some(above) = said.above { (trouble(above)) }
        @if said.is_saved { (note(&html! { p { (words.saved) } })) }
        p { (words.form_text) }
        p {
            a href=(format!("{REQUESTS}?site=1")) { (visitor.language().inbox().requests) }
            " · " a href=(APPLY) { (words.title) }
        }
        form method="post" action=(visitor.action(APPLICATION_FORM)) {
            (hidden("seen", typed.value("seen")))
            (checkbox("open", "yes", words.is_open, typed.has("open", "yes")))
            (welcome.render())
            @for nth in 0..MOST_QUESTIONS {
                @let field = question_field(nth);
                (Field {
                    name: &field,
                    label: &fill(words.question, &[("number", &(nth + 1).to_string())]),
                    value: typed.value(&field),
                    error: error(&field),
                    length: most(LONGEST_QUESTION),
                    is_optional: true,
                    fills: "off",
                    ..Field::default()
                }.render())
            }
            button { (words.save) }
        }
    };
    let status = said.status.unwrap_or(StatusCode::OK);
    visitor.page_with_form(status, words.form, &body)
}
