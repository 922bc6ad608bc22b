//! What all pages have in common, and who gets one.

use actix_web::http::Method;
use actix_web::http::header::RETRY_AFTER;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};

use super::{heading, opened};
use crate::tests::site::Site;
use crate::tests::world::World;

both_databases!(
    every_page_stands_in_the_frame,
    people_get_pages_and_programs_get_problems,
    trouble_is_a_page_too,
);

/// As browsers ask for a page.
fn by_browser(uri: &str) -> TestRequest {
    let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    TestRequest::get()
        .uri(uri)
        .insert_header(("accept", accept))
}

async fn every_page_stands_in_the_frame(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_SITE__NAME", "The <Old> Mill")]);
    let site = Site::new(&world);
    let link = world.link(1).await.token;
    let john = world.users.account("John");
    let pages = [
        (site.send(by_browser("/")).await, 200),
        (site.get_as(john, "/inbox").await, 200),
        (site.get_as(john, "/welcome").await, 200),
        (site.get(&opened(link.expose())).await, 200),
        (site.get("/register").await, 200),
        (site.get(&opened("x")).await, 404),
        (
            site.submit(&[("t", link.expose()), ("username", "x"), ("password", "y")])
                .await,
            400,
        ),
        (site.submit(&[]).await, 400),
        (site.get("/welcome").await, 200),
        (site.get("/keys").await, 401),
        (site.get_as(john, "/keys").await, 403),
        (site.get("/v1/problems/not-found").await, 200),
        (site.get("/v1/problems/nothing").await, 404),
        (site.send(by_browser("/nothing")).await, 404),
    ];
    for (page, status) in pages {
        let body = &page.body;
        assert_eq!(page.status, status, "{body}");
        for once in [
            "<main>",
            "<h1>",
            "<title>",
            "<html lang=\"en\">",
            "name=\"viewport\"",
        ] {
            assert_eq!(body.matches(once).count(), 1, "{once}: {body}");
        }
        assert!(body.contains("prefers-color-scheme:dark"), "{body}");
        assert!(body.contains("The &lt;Old&gt; Mill"), "{body}");
        assert!(
            !body.contains("<script") && !body.contains(" style="),
            "{body}"
        );
        // Every field has its label, and what is said about it is tied to it.
        for field in body
            .split("<input ")
            .skip(1)
            .filter(|one| !one.starts_with("type=\"hidden\""))
        {
            let field = field.split('>').next().unwrap();
            let value_of = |name: &str| {
                let (_, rest) = field.split_once(&format!("{name}=\""))?;
                rest.split_once('"').map(|(value, _)| value)
            };
            let id = value_of("id").unwrap();
            assert!(body.contains(&format!("<label for=\"{id}\">")), "{body}");
            for told in value_of("aria-describedby")
                .unwrap_or_default()
                .split_whitespace()
            {
                assert!(body.contains(&format!("id=\"{told}\"")), "{told}: {body}");
            }
        }
    }
}

async fn people_get_pages_and_programs_get_problems(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    for path in [
        "/nothing",
        "/api/nothing",
        "/v1/nothing",
        "/n/x",
        "/group/x/y/z",
        "/register/x",
    ] {
        let page = site
            .send(by_browser(path).insert_header(("x-request-id", "mine-1")))
            .await;
        assert_eq!(
            (page.status, heading(&page)),
            (404, "There is no such page"),
            "{path}"
        );
        assert!(page.body.contains("mine-1"), "{}", page.body);
        for accept in ["application/json", "*/*", "text/html;q=0,*/*"] {
            let request = TestRequest::get()
                .uri(path)
                .insert_header(("accept", accept));
            let problem = site.send(request).await;
            assert_eq!(problem.status, 404, "{path}");
            assert!(problem.json().is_object(), "{path}: {}", problem.body);
        }
    }
    // The first page is one for people alone.
    let home = site.send(by_browser("/")).await;
    assert_eq!((home.status, heading(&home)), (200, "Latchkey"));
    assert!(home.body.contains("action=\"/register\""), "{}", home.body);
    assert_eq!(site.get("/").await.json()["status"], 404);
    // A page of another site that leads somebody here is told to the person.
    let foreign = TestRequest::post().uri("/register").set_form([("t", "x")]);
    let foreign = foreign.insert_header(("origin", "https://evil.example"));
    let foreign = site
        .send(foreign.insert_header(("accept", "text/html")))
        .await;
    assert_eq!(
        (foreign.status, heading(&foreign)),
        (403, "This came from another site")
    );
    let wrong = TestRequest::delete()
        .uri("/register")
        .insert_header(("accept", "text/html"));
    let wrong = site.send(wrong).await;
    assert_eq!(
        (wrong.status, heading(&wrong)),
        (405, "That cannot be done here")
    );
    // An answer of a contract stays what its document says.
    let request = by_browser("/api/user/invites");
    assert!(site.send(request).await.json().is_object());
    let robots = site.get("/robots.txt").await;
    assert_eq!(
        (robots.status, robots.body.as_str()),
        (200, "User-agent: *\nDisallow: /\n")
    );
    let icon = TestRequest::default()
        .method(Method::HEAD)
        .uri("/favicon.ico");
    assert_eq!(site.send(icon).await.status, 200);
}

async fn trouble_is_a_page_too(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_RATE_LIMITS", "on"),
            ("LATCHKEY_LIMITS__SECRET__COUNT", "2"),
        ],
    );
    let site = Site::new(&world);
    let owner = world.users.account("owner");
    let link = world.invite(owner).await.token;
    world.users.calls.down(true);
    let down = site.get(&opened(link.expose())).await;
    assert_eq!((down.status, heading(&down)), (503, "Not right now"));
    assert!(!down.header(&RETRY_AFTER).is_empty());
    world.users.calls.down(false);
    assert_eq!(site.get(&opened(link.expose())).await.status, 200);
    let busy = site.get(&opened(link.expose())).await;
    assert_eq!((busy.status, heading(&busy)), (429, "Too many tries"));
    let wait = busy.header(&RETRY_AFTER);
    assert!(
        busy.body.contains(&format!("Wait {wait} seconds")),
        "{}",
        busy.body
    );
}
