//! Where people arrive who come in.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use super::{come, into, link, new_account, secret, shown};
use crate::house::{Person, house, list, text, unique};
use crate::v1::is_problem;

const WELCOME: &str = "Say hello & stay";

/// A link into `channel` that leads there.
async fn leading(maker: &Person, channel: i64, more: Value) -> Value {
    let landing = json!({"channel": format!("chn_{channel}"), "welcome": WELCOME});
    let mut wish = json!({"grants": [into(channel)], "max_uses": 9, "landing": landing});
    wish.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    link(maker, wish).await
}

/// Says yes on the page of this link, as a browser without script.
async fn say_yes(guest: &Chat, secret: &str) -> Answer {
    let yes = guest.call(Method::POST, format!("/i/{secret}"));
    let yes = yes.content_type("application/x-www-form-urlencoded");
    yes.header("origin", guest.base()).body("key=").await
}

/// What a browser sends of an answer's cookie of this name.
fn kept(answer: &Answer, name: &str) -> Option<String> {
    let start = format!("{name}=");
    let all = answer.headers.get_all("set-cookie").iter();
    let mut all = all.filter_map(|one| one.to_str().ok());
    let cookie = all.find(|one| one.starts_with(&start))?;
    cookie.split(';').next().map(str::to_owned)
}

async fn a34_landing_place_and_welcome(backend: Backend) {
    let house = house(backend);
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let place = json!({"channel": format!("chn_{channel}"), "welcome": WELCOME});
    let made = leading(&maker, channel, json!({})).await;
    assert_eq!(made["landing"], place);

    // Before coming in one learns where it leads, and not what is said to whoever is in.
    let preview = house
        .nobody()
        .post("/v1/invitation-previews", &secret(&made))
        .await;
    let preview = preview.ok(200);
    let name = &maker.channel_info(channel).await.ok(200)["channelName"];
    assert_eq!(preview["landing"], *name);
    assert!(!preview.to_string().contains(WELCOME), "{preview}");

    // It is told to the one who came.
    let came = come(&guest, &made).await.ok(201);
    assert_eq!(came["landing"], place);
    let redemption = format!("/v1/redemptions/{}", text(&came, "id"));
    assert_eq!(guest.get(&redemption).await.ok(200)["landing"], place);
    assert_eq!(maker.get(&redemption).await.ok(200).get("landing"), None);

    // It is edited in parts, and kept on renewal.
    let at = format!("/v1/invitations/{}", text(&made, "id"));
    let patch = async |wish: Value| {
        let patch = maker.call(Method::PATCH, &at).json(&wish);
        patch.header("if-match", "*").await
    };
    let edited = patch(json!({"landing": {"welcome": "Hello"}}))
        .await
        .ok(200);
    let hello = json!({"channel": format!("chn_{channel}"), "welcome": "Hello"});
    assert_eq!(edited["landing"], hello);
    let renewed = maker.post(format!("{at}/renew"), &json!({})).await.ok(201);
    assert_eq!(renewed["landing"], hello);
    let newer = format!("/v1/invitations/{}", text(&renewed, "id"));
    let none = maker.call(Method::PATCH, &newer);
    let none = none.json(&json!({"landing": null}));
    let none = none.header("if-match", "*").await.ok(200);
    assert_eq!(none["landing"], Value::Null);

    // Nobody is sent to where the maker may not invite, whether it is there or not.
    let other = house.person().await.private_channel().await;
    for closed in [other, i64::MAX] {
        let landing = json!({"channel": format!("chn_{closed}")});
        let wish = json!({"grants": [into(channel)], "landing": landing});
        let refused = maker.post("/v1/invitations", &wish).await;
        is_problem(&refused, 422, "wrong-input");
        let wrong: Value = serde_json::from_slice(&refused.body).unwrap();
        let wrong = &list(&wrong["errors"])[0];
        assert_eq!(text(wrong, "pointer"), "#/landing/channel");
        let patch = maker.call(Method::PATCH, &newer);
        let patch = patch.json(&json!({"landing": landing}));
        is_problem(&patch.header("if-match", "*").await, 422, "wrong-input");
    }
    assert_eq!(shown(&maker, &renewed).await["landing"], Value::Null);
}

async fn whoever_cannot_read_there_arrives_all_the_same(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let (channel, elsewhere) = (maker.private_channel().await, maker.private_channel().await);
    let landing = json!({"channel": format!("chn_{elsewhere}"), "welcome": WELCOME});
    let made = leading(&maker, channel, json!({"landing": landing})).await;
    let preview = house
        .nobody()
        .post("/v1/invitation-previews", &secret(&made))
        .await;
    assert_eq!(preview.ok(200)["landing"], Value::Null);
    let nowhere = json!({"channel": null, "welcome": WELCOME});
    let stranger = house.person().await;
    let came = come(&stranger, &made).await.ok(201);
    assert_eq!(came["landing"], nowhere);

    // Whoever is there by another way arrives there.
    let guest = house.person().await;
    maker.lets_in(elsewhere, &guest, &["read"]).await;
    assert_eq!(come(&guest, &made).await.ok(201)["landing"], landing);

    drop(guest.leave(elsewhere).await.expect(200));
    drop(maker.leave(elsewhere).await.expect(200));
    let late = house.person().await;
    assert_eq!(come(&late, &made).await.ok(201)["landing"], nowhere);
}

async fn the_line_of_welcome_is_read_once_on_the_page_where_one_arrives(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let channel = maker.private_channel().await;
    let account = json!({"grants": [{"type": "account"}, into(channel)]});
    let made = leading(&maker, channel, account).await;
    let link = text(&made["secret"], "secret");
    let guest = house.person().await;
    let arrives = say_yes(&guest, link).await.expect(303);
    let place = format!("/c/{channel}");
    assert_eq!(arrives.header("location"), Some(place.as_str()));
    let welcome = kept(&arrives, "arrival").expect("a line");
    let page = async |cookie: &str| {
        let cookie = format!("t={}; {cookie}", guest.session());
        let page = house.nobody().get(&place).header("cookie", &cookie);
        page.await.expect(200)
    };
    let first = page(&welcome).await;
    let read = "Say hello &amp; stay";
    assert!(first.text().contains(read), "{first}");
    let gone = kept(&first, "arrival").expect("it goes");
    assert_eq!(gone, "arrival=");
    assert!(!page(&gone).await.text().contains(read));

    // The same way by a program makes an account that arrives there too.
    let name = unique("newcomer");
    let came = new_account(house, &made, &name).await.ok(201);
    assert_eq!(text(&came["landing"], "welcome"), WELCOME);
}

every_shape!(
    a34_landing_place_and_welcome,
    whoever_cannot_read_there_arrives_all_the_same,
    the_line_of_welcome_is_read_once_on_the_page_where_one_arrives,
);
