//! Input that cannot be understood: the contract's problem, and nothing changes.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::World;

both_databases!(everything_needs_a_session, bad_input_changes_nothing);

const CALLS: [(&str, &str); 12] = [
    ("GET", "/api/user/channels"),
    ("GET", "/api/user/listener"),
    ("POST", "/api/channel/create"),
    ("GET", "/api/channel/info?channelId=1"),
    ("POST", "/api/channel/rename"),
    ("GET", "/api/channel/search?keyword=x"),
    ("POST", "/api/channel/leave"),
    ("GET", "/api/channel/users?channelId=1"),
    ("POST", "/api/channel/users/remove"),
    ("POST", "/api/channel/messages"),
    ("POST", "/api/channel/messages/create"),
    ("PUT", "/api/channel/messages/read?channelId=1&messageId=1"),
];

async fn everything_needs_a_session(backend: Backend) {
    let world = World::start(backend).await;
    for (method, path) in CALLS {
        let call = |method: &str| {
            let method = method.parse().unwrap();
            world.anybody().call(method, path).json(&json!("garbage"))
        };
        let answer = call(method).await.expect(401);
        assert!(answer.cookie().clears(), "{answer}");
        answer.refused("unauthorized");
        call("DELETE").await.refused("method-not-allowed");
    }
    world.stopped().await;
}

async fn bad_input_changes_nothing(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let before = anna.channel_info(id).await.ok(200);
    let long = "x".repeat(4_001);
    let bodies = [
        ("/api/channel/create", json!({"channelType": "public"})),
        ("/api/channel/create", json!({"channelName": "Fine"})),
        (
            "/api/channel/create",
            json!({"channelName": null, "channelType": "public"}),
        ),
        (
            "/api/channel/create",
            json!({"channelName": 5, "channelType": "public"}),
        ),
        (
            "/api/channel/create",
            json!({"channelName": "Fine", "channelType": "Public"}),
        ),
        (
            "/api/channel/create",
            json!({"channelName": "Fine", "channelType": {"public": null}}),
        ),
        ("/api/channel/create", json!([1])),
        ("/api/channel/rename", json!({"channelId": id})),
        (
            "/api/channel/rename",
            json!({"channelId": 1.5, "name": "Fine"}),
        ),
        (
            "/api/channel/rename",
            json!({"channelId": "x", "name": "Fine"}),
        ),
        ("/api/channel/leave", json!({})),
        ("/api/channel/leave", json!({"channelId": null})),
        (
            "/api/channel/leave",
            json!({"channelId": id, "newOwner": "x"}),
        ),
        (
            "/api/channel/leave",
            json!({"channelId": "9223372036854775808"}),
        ),
        ("/api/channel/users/remove", json!({"channelId": id})),
        ("/api/channel/users/remove", json!({"toRemove": [1]})),
        (
            "/api/channel/users/remove",
            json!({"channelId": id, "toRemove": null}),
        ),
        (
            "/api/channel/users/remove",
            json!({"channelId": id, "toRemove": [[]]}),
        ),
        ("/api/channel/messages", json!({})),
        ("/api/channel/messages", json!({"load": {}})),
        ("/api/channel/messages", json!({"load": [{}]})),
        (
            "/api/channel/messages",
            json!({"load": [{"channelId": id, "limit": 0}]}),
        ),
        (
            "/api/channel/messages",
            json!({"load": [{"channelId": id, "limit": -1}]}),
        ),
        (
            "/api/channel/messages",
            json!({"load": [[id, null, null, null]]}),
        ),
        (
            "/api/channel/messages",
            json!({"load": [{"channelId": id, "filter": ["x"]}]}),
        ),
        (
            "/api/channel/messages",
            json!({"load": [{"channelId": id, "filter": [{"text": null}]}]}),
        ),
        (
            "/api/channel/messages",
            json!({"load": [{"channelId": id, "filter": "text"}]}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "text"}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "content": "hello"}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "text", "content": ""}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "text", "content": null}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "text", "content": "a\0b"}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "text", "content": long}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "channel-rename", "content": "forged"}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": "image", "content": "x"}),
        ),
        (
            "/api/channel/messages/create",
            json!({"channelId": id, "type": {"text": null}, "content": "x"}),
        ),
    ];
    for (path, body) in bodies {
        let answer = anna.post(path, &body).await;
        assert_eq!(answer.status, 400, "{path} {body}: {answer}");
        answer.refused("invalid-request-parameters");
    }
    for path in [
        "/api/channel/info",
        "/api/channel/info?channelId=",
        "/api/channel/info?channelId=x",
        "/api/channel/info?channelId=9223372036854775808",
        "/api/channel/users?channelId=%00",
        "/api/user/channels?limit=0",
        "/api/user/channels?after=x",
    ] {
        anna.get(path).await.refused("invalid-request-parameters");
    }
    for query in ["", "channelId=1", "messageId=1", "channelId=x&messageId=1"] {
        let path = format!("/api/channel/messages/read?{query}");
        let answer = anna.call("PUT".parse().unwrap(), path).await;
        answer.refused("invalid-request-parameters");
    }
    assert_eq!(anna.channel_info(id).await.ok(200), before);
    world.stopped().await;
}
