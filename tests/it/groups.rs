//! The group contract through the real program: the operator's groups and tokens, a request from its
//! making to the ledger. The rules are tested at the service.

use std::time::Duration;

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::{Backend, eventually, every_shape, race};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, house, int, text, unique};

async fn a_request_lets_somebody_in_and_the_ledger_knows(backend: Backend) {
    let house = house(backend);
    let (owner, user) = (house.person().await, house.person().await);
    let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
    let name = format!("Grupo de {}", owner.name);
    let group = admin(&["group", "create", "--owner", &owner.name, "--name", &name]);
    let user_id = admin(&["user", "uuid", &user.name]);
    let bearer = |of: &str| format!("Bearer {}", admin(&["token", "bearer", of]));
    let (owners, users) = (bearer(&owner.name), bearer(&user.name));

    let nobody = house.nobody();
    let ask = json!({"userId": user_id, "groupId": group, "madeBy": "USER"});
    let made = nobody
        .post("/invite/", &ask)
        .header("authorization", &users)
        .await
        .ok(201);
    let id = made["id"].as_str().unwrap();
    let path = format!("/invite/{id}");
    let decided = nobody
        .call("PATCH".parse().unwrap(), &path)
        .json(&json!({"status": "APPROVED"}))
        .header("authorization", &owners)
        .await
        .ok(200);
    assert_eq!(decided["status"], "APPROVED");

    let members = nobody
        .get(format!("/member/group/{group}"))
        .header("authorization", &users)
        .await
        .ok(200);
    assert_eq!(members.as_array().unwrap().len(), 2);
    let story = house.stack.admin(&["invite", "show", id], "").stdout;
    for part in [
        "(request)",
        &format!("made by     {}", user.name),
        &format!("let in      {}", user.name),
        &format!("accepted by {}", owner.name),
    ] {
        assert!(story.contains(part), "{part}: {story}");
    }
    // A session is no token.
    let answer = user.get("/invite/").await;
    assert_eq!(answer.status, 401, "{answer}");
}

async fn the_operator_adds_members(backend: Backend) {
    let house = house(backend);
    let (owner, user) = (house.person().await, house.person().await);
    let name = format!("Time de {}", owner.name);
    let create = ["group", "create", "--owner", &owner.name, "--name", &name];
    let group = house.stack.admin(&create, "").last_line();
    assert_eq!(group.len(), 36, "{group}");
    let add = ["group", "add-member", &group, &user.name];
    assert!(house.stack.admin(&add, "").status.success());
    assert!(!house.stack.admin(&add, "").status.success());
    assert!(!house.stack.admin(&create, "").status.success());
}

/// Somebody who calls with a bearer token, on a connection of its own each time.
struct Member {
    chat: Chat,
    bearer: String,
    uuid: String,
}

impl Member {
    async fn new(house: &House) -> Self {
        let person = house.person().await;
        let token = person.post("/api/user/token", &json!({"kind": "bearer"}));
        let token = token.await.ok(200);
        Self {
            chat: house.nobody(),
            bearer: format!("Bearer {}", text(&token, "token")),
            uuid: house
                .stack
                .admin(&["user", "uuid", &person.name], "")
                .last_line(),
        }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let call = self.chat.elsewhere().call(method, path).json(body);
        call.header("authorization", &self.bearer).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    /// A new group of this person's; its UUID.
    async fn group(&self) -> String {
        let made = self.post("/group", &json!({"name": unique("Grupo")})).await;
        text(&made.ok(201), "id").to_owned()
    }

    async fn members(&self, group: &str) -> usize {
        let path = format!("/member/group/{group}");
        let list = self.call(Method::GET, &path, &Value::Null).await.ok(200);
        list.as_array().unwrap().len()
    }
}

/// How many won; everybody else was told of a conflict, in Portuguese.
#[track_caller]
fn winners(answers: &[Answer], won: u16) -> usize {
    for lost in answers.iter().filter(|answer| answer.status != won) {
        assert_eq!(lost.status, 409, "{lost}");
        assert!(lost.json()["message"].is_string(), "{lost}");
    }
    answers.iter().filter(|answer| answer.status == won).count()
}

async fn thirty_decisions_make_one_membership(backend: Backend) {
    let house = house(backend);
    let (owner, user) = (Member::new(house).await, Member::new(house).await);
    for round in 0..3 {
        let group = owner.group().await;
        let (by, maker, decider) = match round {
            0 => ("GROUP", &owner, &user),
            _ => ("USER", &user, &owner),
        };
        let ask = json!({"userId": user.uuid, "groupId": group, "madeBy": by});
        let made = maker.post("/invite/", &ask).await.ok(201);
        let path = format!("/invite/{}", text(&made, "id"));
        // The last round says no as well.
        let words = [
            "ACCEPTED",
            "APPROVED",
            if round == 2 { "REJECTED" } else { "ACCEPTED" },
        ];
        let bodies = words.map(|word| json!({"status": word}));
        let answers = race(30, |n| decider.call(Method::PATCH, &path, &bodies[n % 3])).await;
        assert_eq!(winners(&answers, 200), 1);
        let won = answers.iter().find(|answer| answer.status == 200).unwrap();
        let is_in = won.json()["status"] != "REJECTED";
        assert_eq!(owner.members(&group).await, if is_in { 2 } else { 1 });
        let show = ["invite", "show", text(&made, "id")];
        let story = house.stack.admin(&show, "").stdout;
        let count = if is_in {
            "uses        1 of 1"
        } else {
            "uses        0 of 1"
        };
        assert!(story.contains(count), "{story}");
    }
}

async fn thirty_requests_and_groups_make_one(backend: Backend) {
    let house = house(backend);
    let (owner, user) = (Member::new(house).await, Member::new(house).await);
    let group = owner.group().await;
    let asks =
        ["USER", "GROUP"].map(|by| json!({"userId": user.uuid, "groupId": group, "madeBy": by}));
    let sides = [&user, &owner];
    let answers = race(30, |n| sides[n % 2].post("/invite/", &asks[n % 2])).await;
    assert_eq!(winners(&answers, 201), 1);

    let name = unique("Corrida");
    let forms = [name.clone(), name.to_uppercase()].map(|name| json!({"name": name}));
    let answers = race(30, |n| sides[n % 2].post("/group", &forms[n % 2])).await;
    assert_eq!(winners(&answers, 201), 1);
}

/// As the contract's app does it: sign in, find somebody, ask them; and after the logout it is over.
async fn the_app_signs_in_and_finds_people(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let address = format!("{}@example.org", guest.name);
    let set = ["user", "set-email", &guest.name, &address];
    assert!(house.stack.admin(&set, "").status.success());
    let app = house.nobody();
    let log_in = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        app.elsewhere().post("/login", &body).await
    };
    let begun = log_in(&address.to_uppercase(), PASSWORD).await.ok(200);
    assert_eq!(begun["user"]["userName"], guest.name.as_str());
    assert_eq!(begun["user"]["email"], address.as_str());
    let guest_id = text(&begun["user"], "id").to_owned();
    let begun = log_in(&owner.name, PASSWORD).await.ok(200);
    let bearer = format!("Bearer {}", text(&begun, "token"));
    for (email, password) in [
        (address.as_str(), "of somebody else"),
        ("nobody@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
    ] {
        let refused = log_in(email, password).await.ok(401);
        assert_eq!(refused["message"], "E-mail ou senha incorretos.");
        assert_eq!(refused["error"], refused["message"]);
    }
    let bad = app.elsewhere().post("/login", &json!({"email": 1})).await;
    assert_eq!(bad.status, 400, "{bad}");

    let find = async |what: &str| {
        let path = format!("/users{what}");
        let call = app.elsewhere().get(path);
        call.header("authorization", &bearer).await
    };
    // Names are shown, addresses are not, but for the one that was typed.
    let part = guest.name.get(1..).unwrap();
    let found = find(&format!("?search={part}&limit=1")).await.ok(200);
    let shown = json!([{
        "id": guest_id, "name": guest.name, "userName": guest.name, "email": null, "profileType": null
    }]);
    assert_eq!(found, shown);
    let found = find(&format!("?search={address}&limit=1")).await.ok(200);
    let shown = json!([{
        "id": guest_id, "name": address, "userName": address, "email": address, "profileType": null
    }]);
    assert_eq!(found, shown);
    assert_eq!(find("?search=nobody@example.org").await.ok(200), json!([]));
    assert!(!find("").await.ok(200).as_array().unwrap().is_empty());
    assert!(find("/?limit=1").await.next_page().is_some());
    assert_eq!(app.get("/users").await.status, 401);
    assert_eq!(
        owner.get("/users").await.status,
        401,
        "a session is no token"
    );

    let group = app
        .elsewhere()
        .post("/group", &json!({"name": unique("Grupo")}))
        .header("authorization", &bearer)
        .await
        .ok(201);
    let offer = json!({"userId": guest_id, "groupId": group["id"], "madeBy": "GROUP"});
    let offered = app.elsewhere().post("/invite", &offer);
    drop(offered.header("authorization", &bearer).await.ok(201));
    // It is a session of the owner's like any other, and its token ends with it.
    let sessions = owner.sessions().await.ok(200);
    let theirs = sessions["sessions"].as_array().unwrap();
    let other = theirs.iter().find(|one| one["current"] == false).unwrap();
    owner
        .call(
            Method::DELETE,
            format!("/api/user/sessions/{}", int(other, "sessionId")),
        )
        .await
        .done();
    let over = eventually(Duration::from_secs(2), "the token is dead", async || {
        let status = find("").await.status;
        (status == 401).then_some(status)
    });
    assert_eq!(over.await, 401);
}

every_shape!(
    the_app_signs_in_and_finds_people,
    a_request_lets_somebody_in_and_the_ledger_knows,
    thirty_decisions_make_one_membership,
    thirty_requests_and_groups_make_one,
    the_operator_adds_members,
);
