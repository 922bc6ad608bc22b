//! Who may do what, and what is shown.

use crate::app::ledger::check::check_ledger;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{Groups, STRANGE, ok, refused};

both_databases!(
    a_request_is_shown_as_the_document_says,
    each_side_does_its_own,
    what_is_decided_stays,
    lists_show_ones_own,
    deleting_leaves_no_trace,
    who_loses_the_right_takes_the_offers_along,
    a_group_always_has_an_admin,
    groups_are_edited_by_their_admins,
);

async fn a_request_is_shown_as_the_document_says(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let body = json!({
        "userId": it.uuid(user), "groupId": group.to_uppercase(), "madeBy": "USER",
        "message": "Vem jogar domingo!", "status": "ACCEPTED",
    });
    let made = ok(&it.post(user, "/invite", body).await, 201);
    assert_eq!(made["userId"], it.uuid(user));
    assert_eq!(made["groupId"], group);
    assert_eq!(made["madeBy"], "USER");
    assert_eq!(made["message"], "Vem jogar domingo!");
    assert_eq!(made["status"], "PENDING");
    assert_eq!(made["createdAt"], made["updatedAt"]);
    assert_eq!(made["user"]["userName"], "user");
    assert_eq!(made["group"]["name"], "Futsal");
    let path = format!("/invite/{}", made["id"].as_str().unwrap());
    for uri in [path.clone(), format!("{path}/")] {
        assert_eq!(ok(&it.get(owner, &uri).await, 200), made);
    }
    let change = json!({"message": "Vem jogar sábado!", "status": "approved"});
    let decided = ok(&it.patch(owner, &path, change).await, 200);
    assert_eq!(decided["status"], "APPROVED");
    assert_eq!(decided["message"], "Vem jogar sábado!");
    assert_eq!(
        it.members(user, &group).await,
        [
            ("owner".to_owned(), "ADMIN".to_owned()),
            ("user".to_owned(), "MEMBER".to_owned()),
        ]
    );
    assert!(
        check_ledger(&it.world.app)
            .await
            .unwrap()
            .findings
            .is_empty()
    );
}

async fn each_side_does_its_own(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let (owner, user, other) = (
        users.account("owner"),
        users.account("user"),
        users.account("other"),
    );
    let root = users.super_user("root");
    let group = it.group(owner, "Futsal").await;
    refused(&it.try_make(other, user, &group, "USER").await, 403);
    refused(&it.try_make(user, user, &group, "GROUP").await, 403);
    refused(&it.try_make(owner, owner, &group, "USER").await, 409);
    refused(&it.try_make(user, user, STRANGE, "USER").await, 404);
    let unknown = json!({"userId": STRANGE, "groupId": group, "madeBy": "GROUP"});
    refused(&it.post(owner, "/invite/", unknown).await, 404);

    for (by, maker, decider) in [("USER", user, owner), ("GROUP", owner, user)] {
        let invite = it.make(maker, user, &group, by).await;
        refused(&it.try_make(user, user, &group, "USER").await, 409);
        refused(&it.try_make(owner, user, &group, "GROUP").await, 409);
        refused(&it.decide(maker, &invite, "ACCEPTED").await, 403);
        for stranger in [other, root] {
            refused(&it.decide(stranger, &invite, "ACCEPTED").await, 403);
            refused(&it.patch(stranger, &invite, json!({})).await, 403);
            refused(&it.delete(stranger, &invite).await, 404);
        }
        refused(&it.get(other, &invite).await, 404);
        ok(&it.get(root, &invite).await, 200);
        let says = json!({"message": "olá"});
        refused(&it.patch(decider, &invite, says.clone()).await, 403);
        let before = ok(&it.patch(maker, &invite, says).await, 200);
        assert_eq!(before["message"], "olá");
        let same = ok(
            &it.patch(maker, &invite, json!({"madeBy": "GROUP"})).await,
            200,
        );
        assert_eq!(same, before);
        let nothing = it.send(maker, TestRequest::patch().uri(&invite)).await;
        assert_eq!(ok(&nothing, 200), before);
        let no = ok(&it.decide(decider, &invite, "rejected").await, 200);
        assert_eq!(no["status"], "REJECTED");
        assert_eq!(it.members(user, &group).await.len(), 1);
    }
}

async fn what_is_decided_stays(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let invite = it.make(owner, user, &group, "GROUP").await;
    ok(&it.decide(user, &invite, "ACCEPTED").await, 200);
    for word in ["ACCEPTED", "REJECTED", "PENDING"] {
        refused(&it.decide(user, &invite, word).await, 409);
    }
    assert_eq!(ok(&it.get(user, &invite).await, 200)["status"], "ACCEPTED");
    refused(&it.try_make(user, user, &group, "USER").await, 409);
    assert_eq!(it.delete(owner, &invite).await.status, 204);
    refused(&it.get(user, &invite).await, 404);
    assert_eq!(it.members(user, &group).await.len(), 2);
    // Whoever has left may ask again.
    let membership = it.membership(user, &group).await;
    assert_eq!(it.delete(user, &membership).await.status, 204);
    it.make(user, user, &group, "USER").await;
}

async fn lists_show_ones_own(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let (owner, user, other) = (
        users.account("owner"),
        users.account("user"),
        users.account("other"),
    );
    let root = users.super_user("root");
    let (futsal, volei) = (
        it.group(owner, "Futsal").await,
        it.group(other, "Vôlei").await,
    );
    it.make(user, user, &futsal, "USER").await;
    it.make(other, user, &volei, "GROUP").await;
    for (caller, all) in [(owner, 1), (user, 2), (other, 1), (root, 2)] {
        assert_eq!(it.count(caller, "/invite").await, all);
    }
    let user_id = it.uuid(user);
    for (sender, of_user) in [("all", 2), ("USER", 1), ("group", 1), ("x", 2)] {
        let uri = format!("/invite/{sender}/user/{user_id}");
        assert_eq!(it.count(user, &uri).await, of_user, "{sender}");
    }
    assert_eq!(
        it.count(owner, &format!("/invite/user/group/{futsal}"))
            .await,
        1
    );
    assert_eq!(
        it.count(owner, &format!("/invite/group/group/{futsal}/"))
            .await,
        0
    );
    assert_eq!(
        it.count(owner, &format!("/invite/all/group/{volei}")).await,
        0
    );
    assert_eq!(
        it.count(owner, &format!("/invite/all/group/{STRANGE}"))
            .await,
        0
    );
    assert_eq!(
        it.count(owner, &format!("/invite/all/user/{STRANGE}"))
            .await,
        0
    );
    let paged = it.get(root, "/invite/?limit=1").await;
    assert!(paged.headers.contains_key("link"));
    refused(&it.get(root, "/invite/?limit=0").await, 400);
}

async fn deleting_leaves_no_trace(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    for deleter in [owner, user] {
        let invite = it.make(user, user, &group, "USER").await;
        assert_eq!(it.delete(deleter, &invite).await.status, 204);
        refused(&it.delete(deleter, &invite).await, 404);
        refused(&it.decide(owner, &invite, "ACCEPTED").await, 404);
        assert_eq!(it.count(user, "/invite").await, 0);
    }
    it.make(user, user, &group, "USER").await;
    assert_eq!(it.delete(owner, "/group/FUTSAL").await.status, 204);
    assert_eq!(it.count(user, "/invite").await, 0);
    refused(&it.get(user, "/group/Futsal").await, 404);
    refused(&it.try_make(user, user, &group, "USER").await, 404);
    it.group(user, "Futsal").await;
}

async fn who_loses_the_right_takes_the_offers_along(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let (owner, admin, user) = (
        users.account("owner"),
        users.account("admin"),
        users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let invite = it.make(admin, admin, &group, "USER").await;
    ok(&it.decide(owner, &invite, "ACCEPTED").await, 200);
    let membership = it.membership(admin, &group).await;
    refused(
        &it.patch(admin, &membership, json!({"role": "ADMIN"})).await,
        403,
    );
    ok(
        &it.patch(owner, &membership, json!({"role": "ADMIN"})).await,
        200,
    );
    let offer = it.make(admin, user, &group, "GROUP").await;
    ok(
        &it.patch(owner, &membership, json!({"role": "MEMBER"}))
            .await,
        200,
    );
    refused(&it.decide(user, &offer, "ACCEPTED").await, 404);
    let offer = it.make(owner, user, &group, "GROUP").await;
    users.lock(owner, true);
    refused(&it.decide(user, &offer, "ACCEPTED").await, 404);
    assert_eq!(it.members(user, &group).await.len(), 2);
}

async fn a_group_always_has_an_admin(backend: Backend) {
    let it = Groups::new(backend);
    let owner = it.world.users.account("owner");
    let group = it.group(owner, "Futsal").await;
    let membership = it.membership(owner, &group).await;
    refused(
        &it.patch(owner, &membership, json!({"role": "MEMBER"}))
            .await,
        409,
    );
    refused(&it.delete(owner, &membership).await, 409);
    refused(
        &it.patch(owner, &membership, json!({"role": "BOSS"})).await,
        400,
    );
    refused(&it.delete(owner, &format!("/member/{STRANGE}")).await, 404);
}

async fn groups_are_edited_by_their_admins(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let body = json!({
        "name": "Vôlei às 7", "description": "Praia", "sports": ["vôlei"],
        "acceptingNewMembers": true, "verificationRequest": false,
    });
    let made = ok(&it.post(owner, "/group/", body).await, 201);
    assert_eq!(made["sports"], json!(["vôlei"]));
    let uri = "/group/v%C3%B4lei%20%C3%A0s%207";
    assert_eq!(ok(&it.get(owner, uri).await, 200), made);
    let mut seen = made.clone();
    seen["isMember"] = json!(false);
    assert_eq!(ok(&it.get(user, uri).await, 200), seen);
    it.group(owner, "Futsal").await;
    refused(
        &it.post(user, "/group", json!({"name": "FUTSAL"})).await,
        409,
    );
    refused(&it.patch(owner, uri, json!({"name": "futsal"})).await, 409);
    refused(&it.patch(user, uri, json!({"name": "Nosso"})).await, 403);
    refused(&it.delete(user, uri).await, 403);
    refused(&it.patch(owner, "/group/nada", json!({})).await, 404);
    // Clients that always name a type name it without a body too.
    let empty = TestRequest::patch()
        .uri(uri)
        .insert_header(("content-type", "application/json"));
    assert_eq!(it.send(owner, empty).await.status, 200);
    let edited = ok(&it.patch(owner, uri, json!({"name": "Areia"})).await, 200);
    assert_eq!(edited["description"], "Praia");
    assert_eq!(ok(&it.get(owner, "/group/areia").await, 200), edited);
}
