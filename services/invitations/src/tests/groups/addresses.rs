//! Who sees whose e-mail address: who asks shows theirs to the group, and who was asked with their yes.

use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::{Groups, ok};

both_databases!(an_address_is_shown_by_who_turns_to_the_other);

const ADDRESS: &str = "user@example.org";

async fn an_address_is_shown_by_who_turns_to_the_other(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let [owner, user] = ["owner", "user"].map(|name| users.account(name));
    let root = users.super_user("root");
    users.set_email(user, ADDRESS);
    let [asked, offered, refused] = [
        it.group(owner, "Futsal").await,
        it.group(owner, "Vôlei").await,
        it.group(owner, "Basquete").await,
    ];
    let request = it.make(user, user, &asked, "USER").await;
    let body = json!({"userId": it.uuid(user), "groupId": offered, "madeBy": "GROUP"});
    let made = ok(&it.post(owner, "/invite/", body).await, 201);
    assert_eq!(made["user"]["email"], Value::Null);
    let offer = format!("/invite/{}", made["id"].as_str().unwrap());
    let unwanted = it.make(owner, user, &refused, "GROUP").await;

    let shown = async |who, path: &str| {
        let one = ok(&it.get(who, path).await, 200);
        let list = ok(&it.get(who, "/invite/").await, 200);
        let listed = list.as_array().unwrap().iter();
        let listed = listed.filter(|row| row["id"] == one["id"]);
        assert_eq!(listed.collect::<Vec<_>>(), [&one]);
        one["user"]["email"].clone()
    };
    for path in [&request, &offer, &unwanted] {
        assert_eq!(shown(user, path).await, ADDRESS);
        assert_eq!(shown(root, path).await, Value::Null);
    }
    assert_eq!(shown(owner, &request).await, ADDRESS);
    assert_eq!(shown(owner, &offer).await, Value::Null);
    let edited = it.patch(owner, &offer, json!({"message": "Vem!"})).await;
    assert_eq!(ok(&edited, 200)["user"]["email"], Value::Null);

    ok(&it.decide(user, &offer, "ACCEPTED").await, 200);
    ok(&it.decide(user, &unwanted, "REJECTED").await, 200);
    assert_eq!(shown(owner, &offer).await, ADDRESS);
    assert_eq!(shown(owner, &unwanted).await, Value::Null);
}
