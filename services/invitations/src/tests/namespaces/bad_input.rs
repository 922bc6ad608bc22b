//! What makes no sense is refused in the contract's shape, and changes nothing.

use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};

use super::{INVITES, Realm, not_found};

both_databases!(
    bad_bodies,
    what_is_no_id_is_not_found,
    bad_paths_and_queries
);

async fn bad_bodies(backend: Backend) {
    let realm = Realm::new(backend).await;
    let large = format!(r#"{{"handle": "guest", "x": "{}"}}"#, "x".repeat(300_000));
    let bodies: [&[u8]; 11] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"guest\"",
        br#"{"handle": 5}"#,
        br#"{"handle": ["guest"]}"#,
        br#"{"handle": null}"#,
        br#"{"handle": "gu\u0000est"}"#,
        b"{\"handle\": \"\xff\"}",
        large.as_bytes(),
    ];
    for body in bodies {
        let request = TestRequest::post()
            .uri(INVITES)
            .insert_header(("content-type", "application/json"))
            .set_payload(body.to_vec());
        let refused = realm.call(realm.owner, request).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.json()["handle"][0].is_string());
    }
    for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = TestRequest::post()
            .uri(INVITES)
            .insert_header(("content-type", content_type))
            .set_payload(r#"{"handle": "guest"}"#);
        let refused = realm.call(realm.owner, request).await;
        assert_eq!(refused.status, 400);
        assert!(refused.json()["handle"][0].is_string());
    }
    assert_eq!(realm.count(realm.owner, INVITES).await, 0);
}

async fn what_is_no_id_is_not_found(backend: Backend) {
    let realm = Realm::new(backend).await;
    realm.invite().await;
    for id in [
        "0",
        "-1",
        "+1",
        "x",
        "1.0",
        "%00",
        "%ff",
        "9223372036854775807",
        "9223372036854775808",
        "%20",
    ] {
        for prefix in ["", "/api"] {
            let uri = format!("{prefix}/invites/{id}");
            for refused in [
                realm.patch(realm.guest, &uri).await,
                realm.delete(realm.guest, &uri).await,
            ] {
                assert_eq!(
                    (refused.status, refused.json()),
                    (404, not_found()),
                    "{uri}"
                );
            }
        }
    }
    assert_eq!(realm.count(realm.guest, "/invites").await, 1);
}

async fn bad_paths_and_queries(backend: Backend) {
    let realm = Realm::new(backend).await;
    for path in [
        "/n/owner/%00",
        "/n/%00/djinn",
        "/n/owner/%ff",
        "/n/owner/djinn//x",
        "/n/%ff/djinn",
    ] {
        let refused = realm.get(realm.owner, path).await;
        assert_eq!(
            (refused.status, refused.json()),
            (404, not_found()),
            "{path}"
        );
    }
    for (query, member) in [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("after=x", "after"),
        ("search=%00", "query"),
        ("search=a&search=b", "search"),
    ] {
        let refused = realm
            .get(realm.owner, &format!("/namespaces?{query}"))
            .await;
        assert_eq!(refused.status, 400, "{query}");
        let said = refused.json();
        assert!(said[member][0].is_string(), "{query}: {said}");
    }
}
