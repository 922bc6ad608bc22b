//! Pages for people, as browsers without script use them.

use latchkey_testing::chat::{Answer, Chat, escape};
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, every_shape};
use reqwest::Method;
use serde_json::Value;

use crate::house::{PASSWORD, house, unique};
use crate::split::split;

/// The value of a hidden member of the page's form.
fn member(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split_once('"').expect("a closing quote").0.to_owned()
}

/// What is said at the top.
fn heading(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("<h1>")
        .unwrap_or_else(|| panic!("no heading: {page}"));
    rest.split_once("</h1>").expect("its end").0.to_owned()
}

async fn send(chat: &Chat, page: &str, name: &str) -> Answer {
    let form = format!(
        "t={}&key={}&username={}&password={}",
        escape(&member(page, "t")),
        member(page, "key"),
        escape(name),
        escape(PASSWORD)
    );
    chat.call(Method::POST, "/register")
        .content_type("application/x-www-form-urlencoded")
        .header("origin", chat.base())
        .body(form)
        .await
}

async fn registering_signs_in_and_again_says_the_same(backend: Backend) {
    let house = house(backend);
    let token = house.token().await;
    let chat = house.nobody();
    let bare = token.trim_end_matches('=');
    let page = chat.get(format!("/register?t=%20{bare}%0A")).await;
    let page = page.expect(200).text();
    let name = unique("by-page");
    let (first, second) = tokio::join!(send(&chat, &page, &name), send(&chat, &page, &name));
    let late = send(&chat, &page, &name).await;
    for answer in [first, second, late] {
        let answer = answer.expect(303);
        assert_eq!(answer.header("location"), Some("/welcome"));
        let signed_in = house.nobody().with_session(&answer.cookie().value);
        assert_eq!(signed_in.info().await.ok(200)["username"], name.as_str());
        let welcome = signed_in.get("/welcome").await.expect(200);
        assert_eq!(heading(&welcome), format!("Welcome, {name}"));
    }
    let used = chat.get(format!("/register?t={bare}")).await.expect(410);
    assert_eq!(heading(&used), "This invitation is used up");
}

async fn each_end_is_told_before_anybody_types(backend: Backend) {
    let house = house(backend);
    let root = house.root();
    let withdrawn = house.token().await;
    drop(root.remove_invites(&[&withdrawn]).await);
    let made = house
        .stack
        .admin(&["invite", "create", "--expires-in", "1"], "");
    let link = made.last_line();
    let (_, expired) = link.split_once("?t=").expect("a link");
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    let invented = "A".repeat(43);
    for (token, status, said) in [
        (withdrawn.as_str(), 410, "This invitation was withdrawn"),
        (expired, 410, "This invitation has expired"),
        (&invented, 404, "There is no such invitation"),
    ] {
        let page = house
            .nobody()
            .get(format!("/register?t={}", escape(token)))
            .await;
        let page = page.expect(status);
        assert_eq!(heading(&page), said);
        assert!(!page.text().contains("type=\"password\""), "{page}");
    }
}

/// What is told to a program, in whichever contract's type.
fn problem_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text()).unwrap()
}

async fn people_get_pages_and_programs_get_problems(backend: Backend) {
    let house = house(backend);
    let ask = async |path: &str, accept: &str| {
        let call = house.nobody().get(path).header("accept", accept);
        call.await
    };
    for path in [
        "/nothing",
        "/api/nothing",
        "/api/user/nothing",
        "/api/channel/nothing",
        "/v1/nothing",
        "/namespaces/nothing",
        "/discord/nothing",
        "/register/nothing",
        "/internal/users/by-ids",
        "/metrics",
    ] {
        let page = ask(path, "text/html,*/*;q=0.8").await.expect(404);
        assert_eq!(page.content_type(), Some("text/html"), "{path}: {page}");
        assert_eq!(heading(&page), "There is no such page", "{path}");
        let id = page.header("x-request-id").expect("an id");
        assert!(page.text().contains(id), "{path}: {page}");
        let problem = ask(path, "*/*").await.expect(404);
        assert!(problem_of(&problem).is_object(), "{path}: {problem}");
    }
    let home = ask("/", "text/html").await.expect(200);
    assert_eq!(heading(&home), "Latchkey");
    assert!(home.text().contains("<main>"), "{home}");
    let nothing = ask("/", "*/*").await.expect(404);
    assert_eq!(problem_of(&nothing)["status"], 404);
    let robots = ask("/robots.txt", "*/*").await.expect(200);
    assert_eq!(robots.content_type(), Some("text/plain"));
    let icon = ask("/favicon.ico", "image/*").await.expect(200);
    assert_eq!(icon.content_type(), Some("image/x-icon"));
}

/// Where the gateway answers by itself, people are told so too.
async fn a_gateway_without_replicas_has_a_page() {
    let stack = Stack::on(Backend::Split).replicas(1).start();
    let chat = Chat::at(&stack.base());
    for service in [Service::Invitations, Service::Channels] {
        let part = Part::Service(service, 0);
        stack.split().kill_part(part).expect("a part");
    }
    for path in ["/", "/register", "/i/x", "/c", "/c/7"] {
        let page = chat
            .get(path)
            .header("accept", "text/html")
            .await
            .expect(503);
        assert_eq!(page.content_type(), Some("text/html"), "{path}: {page}");
        assert_eq!(heading(&page), "Not right now", "{path}");
        assert!(page.retry_after() > 0);
        let problem = chat.get(path).await.expect(503);
        assert!(problem_of(&problem).is_object(), "{path}: {problem}");
    }
}

split!(a_gateway_without_replicas_has_a_page);
every_shape!(
    people_get_pages_and_programs_get_problems,
    registering_signs_in_and_again_says_the_same,
    each_end_is_told_before_anybody_types,
);
