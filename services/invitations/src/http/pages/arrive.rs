//! Where somebody is led who has just come in: to the channel that the invitation names, with its line of welcome.

use actix_web::HttpResponse;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{arrive_at, lead_to};

use crate::app::App;
use crate::app::invitation::landing::arrival;
use crate::app::invitation::redemption::Redemption;

/// `otherwise`: where they are led by an invitation that names nothing.
pub(super) async fn arrive(app: &App, came: &Redemption, otherwise: &str) -> HttpResponse {
    let Some(arrival) = arrival(app, came).await else {
        return lead_to(otherwise);
    };
    let welcome = arrival.welcome.as_deref();
    match arrival.channel {
        Some(channel) => arrive_at(&format!("{CHANNELS}/{channel}"), welcome),
        None => arrive_at(otherwise, welcome),
    }
}
