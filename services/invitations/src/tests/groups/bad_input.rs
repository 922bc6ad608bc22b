//! What bad input gets, and who has no token.

use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{Groups, STRANGE, ok, refused};

both_databases!(
    bad_input_is_refused_in_the_contracts_shape,
    without_a_token_nothing_else_counts,
);

async fn bad_input_is_refused_in_the_contracts_shape(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let good = json!({"userId": it.uuid(user), "groupId": group, "madeBy": "USER"});
    for (member, bad) in [
        ("userId", json!(null)),
        ("userId", json!(1)),
        ("groupId", json!("1")),
        ("madeBy", json!("ADMIN")),
        ("madeBy", json!("user")),
        ("madeBy", json!({"USER": null})),
        ("message", json!(5)),
        ("message", json!("a\u{0}b")),
        ("message", json!("a".repeat(501))),
    ] {
        let mut body = good.clone();
        body[member] = bad;
        refused(&it.post(user, "/invite/", body).await, 400);
    }
    let text = TestRequest::post()
        .uri("/invite/")
        .set_payload(good.to_string());
    refused(&it.send(user, text).await, 400);
    refused(&it.get(user, "/invite/123").await, 400);
    refused(&it.get(user, "/invite/all/group/1").await, 400);
    refused(&it.get(user, "/member/user/x").await, 400);
    refused(&it.delete(user, "/invite/x").await, 400);
    refused(&it.get(user, &format!("/invite/{STRANGE}")).await, 404);
    refused(
        &it.post(user, &format!("/invite/{STRANGE}"), json!({}))
            .await,
        405,
    );
    for name in [
        json!("a"),
        json!(" ab"),
        json!("a/b"),
        json!(7),
        json!(null),
    ] {
        refused(&it.post(user, "/group", json!({"name": name})).await, 400);
    }
    let invite = it.make(user, user, &group, "USER").await;
    for body in [
        json!({"status": "YES"}),
        json!({"status": " ACCEPTED"}),
        json!({"message": 1}),
    ] {
        refused(&it.patch(owner, &invite, body).await, 400);
    }
    assert_eq!(ok(&it.get(user, &invite).await, 200)["status"], "PENDING");
}

async fn without_a_token_nothing_else_counts(backend: Backend) {
    let it = Groups::new(backend);
    let user = it.world.users.account("user");
    for uri in ["/invite/", "/invite/x", "/group", "/member/user/x"] {
        refused(&it.site.get(uri).await, 401);
        refused(&it.site.get_as(user, uri).await, 401);
    }
    let request = TestRequest::post().uri("/invite/").set_payload("{");
    refused(&it.site.send(request).await, 401);
    it.world.users.lock(user, true);
    refused(&it.get(user, "/invite/").await, 401);
}
