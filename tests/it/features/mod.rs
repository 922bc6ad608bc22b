//! What the engine can do, one test for each row of the table of features, named after the row: through `/v1`, and through
//! the other contracts where the row names them.

mod arriving;
mod asking;
mod carried;
mod guests;
mod kept;
mod links;
mod requests;
mod revoking;

use latchkey_testing::chat::{Answer, Chat};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, text};

/// To read and to write in a channel.
fn into(channel: i64) -> Value {
    json!({"type": "channel", "channel": format!("chn_{channel}"), "permissions": ["write"]})
}

/// A new invitation of this person's.
async fn link(maker: &Chat, wish: Value) -> Value {
    maker.post("/v1/invitations", &wish).await.ok(201)
}

/// What opens it.
fn secret(made: &Value) -> Value {
    json!({"secret": text(&made["secret"], "secret")})
}

/// Somebody with an account comes by it.
async fn come(guest: &Chat, made: &Value) -> Answer {
    guest.post("/v1/redemptions", &secret(made)).await
}

/// Somebody new comes by it.
async fn new_account(house: &House, made: &Value, name: &str) -> Answer {
    let mut wish = secret(made);
    wish["account"] = json!({"username": name, "password": PASSWORD});
    let nobody = house.nobody().elsewhere();
    nobody.post("/v1/redemptions", &wish).await
}

/// It, as its maker is told.
async fn shown(maker: &Chat, made: &Value) -> Value {
    let at = format!("/v1/invitations/{}", text(made, "id"));
    maker.get(at).await.ok(200)
}
