//! The group contract through the real program: the operator's groups and tokens, a request from its
//! making to the ledger. The rules are tested at the service.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::house::house;

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

both_databases!(
    a_request_lets_somebody_in_and_the_ledger_knows,
    the_operator_adds_members
);
