//! The link that was made: shown this once, with what whoever opens it reads.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_contracts::pages::{INVITATIONS, INVITE};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::{Visitor, note, qr};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::app::invitation::preview::{Preview, preview_as};
use crate::domain::invitation::InvitationId;
use crate::http::pages::landing::describe;
use crate::http::pages::way_in::place;

/// What is kept of it, sealed, for the same form that comes again.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: i64,
    secret: String,
}

/// A link as it is kept.
pub(crate) fn kept_link(id: InvitationId, secret: &Secret) -> Result<Vec<u8>, Fault> {
    let kept = Kept {
        id: id.0,
        secret: secret.expose().to_owned(),
    };
    serde_json::to_vec(&kept).map_err(|error| Fault::internal(error.to_string()))
}

/// The page.
pub(crate) async fn show_link(
    app: &App,
    visitor: &Visitor,
    maker: &Known,
    kept: &[u8],
) -> Result<HttpResponse, Fault> {
    let kept: Kept = serde_json::from_slice(kept).map_err(|e| Fault::internal(e.to_string()))?;
    let secret = Secret::new(kept.secret);
    // It is open, or has ended since: then there is nothing to be read behind it.
    let reader = Some((maker.user, maker.username.as_str()));
    let preview = preview_as(app, &secret, reader).await.ok();
    let words = visitor.language().invite();
    let body = shown(
        app,
        visitor,
        InvitationId(kept.id),
        &secret,
        preview.as_ref(),
    );
    Ok(visitor.page_with_script(StatusCode::OK, words.made_title, &body))
}

fn shown(
    app: &App,
    visitor: &Visitor,
    id: InvitationId,
    secret: &Secret,
    preview: Option<&Preview>,
) -> Markup {
    let words = visitor.language().invite();
    let link = format!("{}{}", app.public_url, place(secret));
    let id = Id::<ids::Invitation>::of(id.0);
    html! {
        h1 { (words.made_title) }
        (note(&html! {
            p { code id="link" { (link) } }
            p.choices {
                button.second type="button" data-copy="link" data-done=(words.copied)
                    data-by-hand=(words.copy_by_hand) hidden { (words.copy) }
                span.quiet role="status" {}
            }
            p { (words.made_once) }
        }))
        @if let Some(picture) = qr(&link, words.qr) { (picture) }
        @if let Some(preview) = preview {
            h2 { (words.gives_this) }
            (describe(visitor, preview))
        }
        p { a href=(format!("{INVITATIONS}/{id}")) { (words.see) } }
        p { a href=(INVITE) { (words.another) } }
    }
}
