use serde_json::json;

use super::*;

const CHAT: &str = include_str!("../../../contracts/src/chat/openapi.json");
const JSON: Option<&str> = Some("application/json");
const PROBLEM_JSON: Option<&str> = Some(PROBLEM);

fn small() -> Document {
    let text = json!({
        "openapi": "3.1.0",
        "paths": {
            "/things/{id}": {
                "parameters": [],
                "get": {
                    "x-service": "things",
                    "responses": {
                        "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                        "404": { "$ref": "#/components/responses/Missing" }
                    }
                },
                "delete": { "x-service": "things", "responses": { "200": {} } }
            },
            "/things/newest": {
                "get": { "responses": {
                    "200": {
                        "content": { "text/event-stream": { "schema": { "type": "string" } } },
                        "x-events": { "made": { "data": { "$ref": "#/components/schemas/Thing" } } }
                    }
                } }
            }
        },
        "components": {
            "responses": {
                "Missing": {
                    "x-problems": ["no-thing"],
                    "content": { "application/problem+json": { "schema": { "type": "object" } } }
                }
            },
            "examples": { "no-thing": { "value": { "title": "No thing" } } },
            "schemas": {
                "Id": { "type": "integer", "minimum": 1 },
                "Thing": {
                    "type": "object",
                    "required": ["id"],
                    "additionalProperties": false,
                    "properties": { "id": { "$ref": "#/components/schemas/Id" } }
                }
            }
        }
    });
    Document::load(&text.to_string()).unwrap()
}

#[track_caller]
fn refused(result: Result<(), String>, because: &str) {
    let complaint = result.unwrap_err();
    assert!(complaint.contains(because), "{complaint}");
}

#[test]
fn operations_are_listed_with_their_owner() {
    let document = small();
    let mut all = document.operations();
    all.sort_unstable();
    assert_eq!(
        all,
        [
            ("DELETE", "/things/{id}"),
            ("GET", "/things/newest"),
            ("GET", "/things/{id}")
        ]
    );
    assert_eq!(document.operations_of("things").len(), 2);
    assert!(document.operations_of("others").is_empty());
}

#[test]
fn bodies_are_held_against_their_schema() {
    let document = small();
    let check =
        |body: &str| document.check_answer("GET", "/things/7?x=y", 200, JSON, body.as_bytes());
    check(r#"{"id":7}"#).unwrap();
    refused(check(r#"{"id":0}"#), "at `/id`");
    refused(check("{}"), "required");
    refused(check(r#"{"id":7,"more":1}"#), "more");
    refused(check(""), "not JSON");
    document
        .check_answer(
            "get",
            "/things/7",
            200,
            Some("Application/JSON; charset=utf-8"),
            br#"{"id":7}"#,
        )
        .unwrap();
}

#[test]
fn what_is_not_documented_is_refused() {
    let document = small();
    let check = |method, path, status, content_type, body: &str| {
        document.check_answer(method, path, status, content_type, body.as_bytes())
    };
    refused(check("PUT", "/things/7", 200, None, ""), "not documented");
    for path in ["/things", "/things/", "/things/7/parts", "/"] {
        refused(check("GET", path, 200, JSON, "{}"), "not documented");
    }
    refused(
        check("GET", "/things/7", 500, JSON, "{}"),
        "status 500 is not one of those documented: 200, 404",
    );
    refused(
        check("GET", "/things/7", 200, Some("text/html"), "x"),
        "`text/html`",
    );
    refused(check("GET", "/things/7", 200, None, ""), "no content type");
    check("DELETE", "/things/7", 200, None, "").unwrap();
    refused(
        check("DELETE", "/things/7", 200, None, "x"),
        "should be empty",
    );
    refused(
        check("DELETE", "/things/7", 200, JSON, ""),
        "`application/json`",
    );
}

#[test]
fn a_written_out_path_goes_before_a_parameter() {
    let document = small();
    let stream = Some("text/event-stream");
    document
        .check_answer("GET", "/things/newest", 200, stream, b": hello\n\n")
        .unwrap();
    document
        .check_event("GET", "/things/newest", "made", r#"{"id":1}"#)
        .unwrap();
    refused(
        document.check_event("GET", "/things/newest", "made", r#"{"id":"1"}"#),
        "at `/id`",
    );
    refused(
        document.check_event("GET", "/things/newest", "lost", "{}"),
        "no such event",
    );
}

#[test]
fn problems_are_those_listed_with_the_status_and_title_documented() {
    let document = small();
    let check = |kind: &str, status: u16, title: &str| {
        let body =
            json!({ "type": format!("https://example/{kind}"), "status": status, "title": title });
        document.check_answer(
            "GET",
            "/things/7",
            404,
            PROBLEM_JSON,
            body.to_string().as_bytes(),
        )
    };
    check("no-thing", 404, "No thing").unwrap();
    refused(
        check("no-such-thing", 404, "No thing"),
        "not one of: no-thing",
    );
    refused(check("no-thing", 400, "No thing"), "another status");
    refused(check("no-thing", 404, "Nothing"), "is titled \"Nothing\"");
}

#[test]
fn broken_documents_are_refused() {
    let load = |schema: Value, status: &str| {
        let answer = json!({ "content": { "application/json": { "schema": schema } } });
        let root = json!({ "paths": { "/a": { "get": { "responses": { status: answer } } } } });
        Document::load(&root.to_string()).map(|_| ())
    };
    load(json!({}), "200").unwrap();
    refused(load(json!({}), "2XX"), "`2XX` is not a status");
    refused(
        load(json!({ "$ref": "#/components/schemas/None" }), "200"),
        "broken schema",
    );
    refused(
        load(json!({ "type": "whole number" }), "200"),
        "broken schema",
    );
    refused(Document::load("{").map(|_| ()), "not JSON");
}

#[test]
fn the_chat_document_loads_and_gives_every_operation_an_owner() {
    let document = Document::load(CHAT).unwrap();
    let owned = ["users", "channels", "invitations"]
        .map(|service| document.operations_of(service).len())
        .iter()
        .sum::<usize>();
    assert_eq!(document.operations().len(), owned);
    let joining = document.operations_of("invitations");
    assert!(joining.contains(&("POST", "/api/channel/join")));
}

#[test]
fn real_looking_chat_answers_are_told_from_wrong_ones() {
    let document = Document::load(CHAT).unwrap();
    let message = |content: Value, kind: &str| {
        let body = json!({ "messageId": 21, "userId": 1, "username": "startuser", "type": kind,
            "content": content, "timestamp": 1_732_470_877 });
        let path = "/api/channel/messages/create";
        document.check_answer("POST", path, 201, JSON, body.to_string().as_bytes())
    };
    message(json!("hello"), "text").unwrap();
    message(Value::Null, "channel-create").unwrap();
    refused(message(Value::Null, "text"), "at `/content`");
    refused(message(json!("x"), "channel-create"), "at `/content`");

    let user = |created: u64| {
        let body = json!({ "userId": 3, "username": "John11", "createdAt": created });
        document.check_answer(
            "GET",
            "/api/user/info",
            200,
            JSON,
            body.to_string().as_bytes(),
        )
    };
    user(1_732_464_994).unwrap();
    // Milliseconds are noticed.
    refused(user(1_732_464_994_000), "at `/createdAt`");

    let end = "/api/user/sessions/12";
    document
        .check_answer("DELETE", end, 200, None, b"")
        .unwrap();
    document
        .check_event(
            "GET",
            "/api/user/listener",
            "channel-leave",
            r#"{"channelId":5}"#,
        )
        .unwrap();
}

/// Every example of the chat document, of requests and of answers, fits the schema beside it, and
/// every problem that a response lists stands in the catalogue with that status.
#[test]
fn the_examples_of_the_chat_document_fit() {
    let root: Value = serde_json::from_str(CHAT).unwrap();
    let document = Document::load(CHAT).unwrap();
    let mut schemas = Schemas::of(&root);
    let mut seen = 0;
    for (template, item) in members(root.get("paths")) {
        for (method, operation) in members(Some(item)) {
            for (content_type, media) in members(operation.pointer("/requestBody/content")) {
                let validator = schemas.validator(&media["schema"]).unwrap();
                complaints(&validator, &media["example"])
                    .unwrap_or_else(|error| panic!("{method} {template} {content_type}: {error}"));
                seen += 1;
            }
            for (status, response) in members(operation.get("responses")) {
                let response = resolve(&root, response).unwrap();
                let status: u16 = status.parse().unwrap();
                if let Some(media) = response.pointer("/content/application~1json") {
                    let body = media["example"].to_string();
                    document
                        .check_answer(method, template, status, JSON, body.as_bytes())
                        .unwrap();
                    seen += 1;
                }
                for suffix in response
                    .get("x-problems")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let suffix = suffix.as_str().unwrap();
                    let body = root["components"]["examples"][suffix]["value"].to_string();
                    document
                        .check_answer(method, template, status, PROBLEM_JSON, body.as_bytes())
                        .unwrap();
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}
