//! What the edge refuses is refused in the words of the contract that the path belongs to.

use latchkey_testing::chat::{Answer, members};
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, Person, house};

/// Asks that a refusal has its contract's shape.
type IsOwn = fn(&Answer);

/// One path of each contract with methods that it has not, a path below that nothing routes, and
/// what a refusal must look like.
const CONTRACTS: [(&str, Method, &str, IsOwn); 12] = [
    (
        "/api/channel/create",
        Method::GET,
        "/api/channel/create/x",
        is_problem,
    ),
    ("/api/user/info", Method::POST, "/api/user/x", is_problem),
    ("/invite/", Method::DELETE, "/invite/a/b/c", is_portuguese),
    ("/group", Method::PATCH, "/group/a/b", is_portuguese),
    ("/member/x", Method::POST, "/member/a/b/c", is_portuguese),
    ("/create", Method::GET, "/create/x", is_choirs),
    ("/keys/create", Method::PATCH, "/keys/x/y", is_choirs),
    ("/check/x", Method::POST, "/check", is_choirs),
    ("/invites", Method::POST, "/invites/1/x", is_namespaces),
    (
        "/api/namespaces",
        Method::PATCH,
        "/api/namespaces/x",
        is_namespaces,
    ),
    ("/user", Method::DELETE, "/n/somebody", is_namespaces),
    (
        "/discord/invites",
        Method::DELETE,
        "/discord/x",
        is_discords,
    ),
];

fn is_problem(answer: &Answer) {
    assert!(answer.problem_suffix().is_some(), "{answer}");
}

fn is_portuguese(answer: &Answer) {
    let body = answer.json();
    let sentence = body["message"].as_str().unwrap();
    assert_eq!(
        body,
        json!({"message": sentence, "error": sentence}),
        "{answer}"
    );
    assert!(answer.text().starts_with("{\"message\""), "{answer}");
}

fn is_choirs(answer: &Answer) {
    let body = answer.json();
    assert_eq!(
        body,
        json!({"status": "err", "message": body["message"]}),
        "{answer}"
    );
    assert!(body["message"].is_string(), "{answer}");
}

fn is_namespaces(answer: &Answer) {
    let body = answer.json();
    let words = match answer.status {
        404 => "Not Found",
        405 => "Method Not Allowed",
        other => panic!("{other}: {answer}"),
    };
    assert_eq!(body, json!({"message": words}), "{answer}");
}

fn is_discords(answer: &Answer) {
    let body = answer.json();
    assert_eq!(body["statusCode"], answer.status, "{answer}");
    assert_eq!(members(&body).len(), 3, "{answer}");
    // To the letter: the members in the document's order.
    let begin = format!("{{\"statusCode\":{},\"error\":\"", answer.status);
    assert!(answer.text().starts_with(&begin), "{answer}");
}

async fn unknown_paths_and_wrong_methods(backend: Backend) {
    let nobody = house(backend).nobody();
    for (path, method, nothing, is_own) in CONTRACTS {
        let refused = nobody.call(method.clone(), path).await;
        assert_eq!(refused.status, 405, "{refused}");
        let allowed = refused.header("allow").unwrap_or_default();
        assert!(
            !allowed.is_empty() && !allowed.contains(method.as_str()),
            "{refused}"
        );
        is_own(&refused);
        let refused = nobody.get(nothing).await;
        assert_eq!(refused.status, 404, "{refused}");
        is_own(&refused);
    }
}

async fn pages_of_other_sites(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let cases: [(&str, u16, IsOwn); 8] = [
        ("/api/channel/create", 403, is_problem),
        ("/invite/", 403, is_portuguese),
        ("/group", 403, is_portuguese),
        ("/create", 403, is_choirs),
        ("/keys/create", 403, is_choirs),
        ("/namespaces", 404, is_namespaces),
        ("/api/namespaces", 404, is_namespaces),
        ("/discord/invites", 403, is_discords),
    ];
    for (path, status, is_own) in cases {
        let sent = person.post(path, &json!({"name": "x", "keyname": "x"}));
        let refused = sent.header("origin", "http://evil.example").await;
        assert_eq!(refused.status, status, "{refused}");
        is_own(&refused);
    }
}

/// Bodies that are too long, or no JSON, or of another type, where a body counts.
async fn bodies_that_make_no_sense(backend: Backend) {
    let house = house(backend);
    let Keyring {
        person,
        bearer,
        api,
        key,
    } = Keyring::of(house).await;
    let long = format!("{{\"x\": \"{}\"}}", "x".repeat(300_000));
    let create = format!("/create?apikey={key}");
    let nested = "[".repeat(10_000);
    for body in [
        long.as_str(),
        "{",
        "[]",
        "null",
        "",
        "{\"a\": \"\\u0000\"}",
        &nested,
    ] {
        for content_type in ["application/json", "text/plain", ""] {
            let send = async |path: &str, header: Option<&str>| {
                let call = person.call(Method::POST, path).content_type(content_type);
                let call = call.body(body.to_owned());
                match header {
                    Some(header) => call.header("authorization", header).await,
                    None => call.await,
                }
            };
            let answers: [(Answer, IsOwn); 5] = [
                (send("/api/channel/create", None).await, is_problem),
                (send("/invite/", Some(&bearer)).await, is_portuguese),
                (send("/group", Some(&bearer)).await, is_portuguese),
                (send(&create, None).await, is_choirs),
                (send("/keys/create", None).await, is_choirs),
            ];
            for (answer, is_own) in answers {
                assert!([400, 422].contains(&answer.status), "{answer}");
                is_own(&answer);
            }
            let refused = send("/namespaces", Some(&api)).await.ok(400);
            let sentences = refused.as_object().unwrap().values();
            assert!(
                sentences
                    .filter_map(Value::as_array)
                    .flatten()
                    .all(Value::is_string)
            );
        }
    }
}

/// One credential of each kind.
struct Keyring {
    person: Person,
    bearer: String,
    api: String,
    key: String,
}

impl Keyring {
    async fn of(house: &House) -> Self {
        let person = house.person().await;
        let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
        let scopes = "namespace:read,namespace:write";
        let api = admin(&["token", "api", &person.name, "--scopes", scopes]);
        drop(admin(&["choir", "whitelist", &person.name]));
        Self {
            bearer: format!("Bearer {}", admin(&["token", "bearer", &person.name])),
            api: format!("Bearer {api}"),
            key: admin(&["key", "choir"]),
            person,
        }
    }
}

every_shape!(
    unknown_paths_and_wrong_methods,
    pages_of_other_sites,
    bodies_that_make_no_sense,
);
