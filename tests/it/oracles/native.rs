//! Everything that has an id in our own contract.

use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::json;

use super::{NOTHING, compare};
use crate::house::{House, Person, house, text};

every_shape!(nothing_is_told);

/// Everything of a maker's, of somebody who was invited, and of somebody who asks to come in.
struct Ours {
    invitation: String,
    secret: String,
    offer: String,
    request: String,
    redemption: String,
}

impl Ours {
    async fn of(maker: &Person, guest: &Person, house: &House) -> Self {
        let channel = maker.private_channel().await;
        let grant = json!({
            "type": "channel",
            "channel": format!("chn_{channel}"),
            "permissions": ["read"],
        });
        let wish = json!({"grants": [grant], "max_uses": 10});
        let made = maker.post("/v1/invitations", &wish).await.ok(201);
        let audience = json!({"type": "account", "account": format!("acc_{}", guest.id)});
        let wish = json!({"grants": [grant], "audience": audience});
        let offer = maker.post("/v1/invitations", &wish).await.ok(201);
        let asker = house.person().await;
        let wish = json!({"target": format!("chn_{channel}")});
        let request = asker.post("/v1/join-requests", &wish).await.ok(201);
        let comer = house.person().await;
        let wish = json!({"secret": text(&made["secret"], "secret")});
        let came = comer.post("/v1/redemptions", &wish).await.ok(201);
        Self {
            invitation: text(&made, "id").to_owned(),
            secret: text(&made["secret"], "id").to_owned(),
            offer: text(&offer, "id").to_owned(),
            request: text(&request, "id").to_owned(),
            redemption: text(&came, "id").to_owned(),
        }
    }
}

/// The same kind of id, of nothing.
fn nothing_like(id: &str) -> String {
    let (kind, _) = id.split_once('_').unwrap();
    format!("{kind}_{NOTHING}")
}

async fn nothing_is_told(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let eve = house.person().await;
    let ours = Ours::of(&maker, &guest, house).await;
    let at = |noun: &str, rest: &str| (noun.to_owned(), rest.to_owned());
    let calls = [
        (Method::GET, at("invitations", ""), &ours.invitation),
        (Method::PATCH, at("invitations", ""), &ours.invitation),
        (Method::POST, at("invitations", "/renew"), &ours.invitation),
        (Method::POST, at("invitations", "/revoke"), &ours.invitation),
        (
            Method::POST,
            at("invitations", "/secrets"),
            &ours.invitation,
        ),
        (Method::GET, at("invitations", "/secrets"), &ours.invitation),
        (Method::GET, at("invitations", "/history"), &ours.invitation),
        (
            Method::GET,
            at("invitations", "/redemptions"),
            &ours.invitation,
        ),
        (Method::GET, at("invitations", ""), &ours.offer),
        (Method::POST, at("invitations", "/accept"), &ours.offer),
        (Method::POST, at("invitations", "/decline"), &ours.offer),
        (Method::GET, at("join-requests", ""), &ours.request),
        (Method::POST, at("join-requests", "/approve"), &ours.request),
        (Method::POST, at("join-requests", "/reject"), &ours.request),
        (
            Method::POST,
            at("join-requests", "/withdraw"),
            &ours.request,
        ),
        (Method::GET, at("redemptions", ""), &ours.redemption),
    ];
    for (method, (noun, rest), id) in calls {
        let what = format!("{method} /v1/{noun}/{id}{rest}");
        let pair = (id.clone(), nothing_like(id));
        compare(&what, pair, None, |id| {
            let call = eve.call(method.clone(), format!("/v1/{noun}/{id}{rest}"));
            match method {
                Method::PATCH => call
                    .body(json!({"max_uses": 5}).to_string())
                    .content_type("application/merge-patch+json")
                    .header("If-Match", "*"),
                Method::POST => call.json(&json!({})),
                _ => call,
            }
        })
        .await;
    }
    let pair = (ours.secret.clone(), nothing_like(&ours.secret));
    compare("a secret of another's", pair, None, |secret| {
        let path = format!("/v1/invitations/{}/secrets/{secret}", ours.invitation);
        eve.call(Method::DELETE, path)
    })
    .await;
    let pair = (ours.invitation.clone(), nothing_like(&ours.invitation));
    compare("all who came by a link", pair.clone(), None, |id| {
        let wish = json!({"link": id, "decision": "approve"});
        eve.post("/v1/join-requests/decide", &wish)
    })
    .await;
    compare("who waits by a link", pair, None, |id| {
        eve.get(format!("/v1/join-requests?link={id}"))
    })
    .await;
    let pair = (format!("acc_{}", guest.id), format!("acc_{NOTHING}"));
    compare("somebody who is not blocked", pair, None, |id| {
        eve.call(Method::DELETE, format!("/v1/me/blocks/{id}"))
    })
    .await;
    // What is a stranger's to invite into: a private channel is like none.
    let closed = maker.private_channel().await;
    let pair = (format!("chn_{closed}"), format!("chn_{NOTHING}"));
    compare("into a channel", pair.clone(), None, |channel| {
        let grant = json!({"type": "channel", "channel": channel, "permissions": ["read"]});
        eve.post("/v1/invitations", &json!({"grants": [grant]}))
    })
    .await;
    compare("who waits", pair, None, |channel| {
        eve.get(format!("/v1/join-requests?target={channel}"))
    })
    .await;
}
