//! What the server says of itself, and its pages about problems.

use actix_web::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use actix_web::test::TestRequest;
use latchkey_contracts::v1::problem::catalogue;
use latchkey_testing::{Backend, both_databases};

use crate::tests::site::Site;
use crate::tests::world::World;

both_databases!(
    the_server_says_what_it_can,
    every_problem_has_its_page,
    what_the_contract_lacks_is_a_problem,
);

async fn the_server_says_what_it_can(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let about = site.get("/v1").await;
    assert_eq!(about.status, 200);
    let json = about.json();
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["limits"]["list_most"], 200);
    let known = (IF_NONE_MATCH, about.header(&ETAG).to_owned());
    let request = TestRequest::get().uri("/v1").insert_header(known);
    let again = site.send(request).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

async fn every_problem_has_its_page(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    for kind in catalogue::ALL {
        let page = site.get(&format!("/v1/problems/{}", kind.code)).await;
        assert_eq!(page.status, 200, "{}", kind.code);
        assert_eq!(page.header(&CONTENT_TYPE), "text/html; charset=utf-8");
        assert!(page.body.contains(kind.title), "{}", page.body);
    }
    assert_eq!(site.get("/v1/problems/nothing").await.status, 404);
}

/// Also what no handler answers names the request.
async fn what_the_contract_lacks_is_a_problem(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    for (request, status, code) in [
        (TestRequest::get().uri("/v1/nothing"), 404, "no-such-path"),
        (TestRequest::delete().uri("/v1"), 405, "method-not-allowed"),
        (
            TestRequest::post()
                .uri("/v1")
                .insert_header(("origin", "https://elsewhere.example")),
            403,
            "foreign-page",
        ),
    ] {
        let request = request.insert_header(("x-request-id", "mine-1"));
        let answer = site.send(request).await;
        let json = answer.json();
        assert_eq!(answer.status, status, "{json}");
        assert_eq!(json["type"], format!("/v1/problems/{code}"));
        assert_eq!(json["request_id"], "mine-1", "{json}");
    }
}
