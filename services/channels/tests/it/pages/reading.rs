//! What pages show of channels and of what is said there.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{has, heading, lacks, led_to, open, submit};
use crate::world::World;

both_databases!(
    strangers_sign_in_first_and_come_back,
    channels_are_listed_with_what_is_new,
    public_ones_are_found_and_joined,
    a_line_divides_what_came_meanwhile_and_then_it_is_read,
    older_messages_come_by_a_link,
    nobody_sees_what_is_not_theirs,
    what_people_write_is_text,
    pages_speak_portuguese,
);

async fn strangers_sign_in_first_and_come_back(backend: Backend) {
    let world = World::start(backend).await;
    for path in ["/c", "/c/new", "/c/7", "/c/7/members"] {
        let page = open(world.anybody(), path).await;
        assert_eq!(led_to(page), format!("/login?next={path}"));
    }
    for (path, next) in [
        ("/c/new", "/c/new"),
        ("/c/7/messages", "/c/7"),
        ("/c/7/leave", "/c/7"),
    ] {
        let page = submit(world.anybody(), path, &[("content", "x")]).await;
        assert_eq!(led_to(page), format!("/login?next={next}"));
    }
    // Who cannot be asked about is no stranger.
    let anna = world.person("Anna");
    world.users.calls.down(true);
    let page = open(&anna, "/c").await.expect(503);
    assert!(page.retry_after() > 0);
    assert_eq!(heading(&page), "Not right now");
}

async fn channels_are_listed_with_what_is_new(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let empty = open(&anna, "/c").await.expect(200);
    has(&empty, "You are in no channel yet");
    let (quiet, busy) = (
        world.channel(&anna, "Quiet").await,
        world.channel(&anna, "Busy").await,
    );
    world.join(&berta, busy).await;
    for nth in 1..=3 {
        berta.say(busy, &format!("line {nth}")).await.ok(201);
    }
    // That the channel was made is new to nobody who has opened it.
    drop(open(&anna, &format!("/c/{quiet}")).await.expect(200));
    let page = open(&anna, "/c").await.expect(200);
    has(&page, &format!("href=\"/c/{busy}#new\""));
    has(&page, "4 new");
    has(&page, &format!("href=\"/c/{quiet}#end\""));
    let (first, second) = (page.text().find("Busy"), page.text().find("Quiet"));
    assert!(first < second, "what was said last comes first: {page}");
    drop(open(&anna, &format!("/c/{busy}")).await.expect(200));
    lacks(&open(&anna, "/c").await, " new<");
    for nth in 0..120 {
        berta.say(busy, &format!("more {nth}")).await.ok(201);
    }
    has(&open(&anna, "/c").await, "99+ new");
}

async fn public_ones_are_found_and_joined(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let open_one = world.channel(&anna, "Open & free").await;
    let shut = anna.create_channel("Open not", "private").await.ok(201);
    let shut = shut["channelId"].as_i64().unwrap();
    let page = open(&berta, "/c?q=oPEN").await.expect(200);
    has(&page, "Open &amp; free");
    has(&page, "value=\"oPEN\"");
    lacks(&page, "Open not");
    has(&page, &format!("action=\"/c/{open_one}/join?form="));
    let joined = submit(&berta, &format!("/c/{open_one}/join"), &[]).await;
    assert_eq!(led_to(joined), format!("/c/{open_one}"));
    // Again leads there too, and now the search does.
    let again = submit(&berta, &format!("/c/{open_one}/join"), &[]).await;
    assert_eq!(led_to(again), format!("/c/{open_one}"));
    let page = open(&berta, "/c?q=open").await.expect(200);
    has(&page, &format!("href=\"/c/{open_one}\""));
    lacks(&page, "/join?form=");
    has(&open(&berta, "/c?q=nothing").await, "no public channel");
    let refused = submit(&berta, &format!("/c/{shut}/join"), &[]).await;
    assert_eq!(heading(&refused.expect(403)), "This channel is private");
    let long = "x".repeat(300);
    drop(open(&berta, &format!("/c?q={long}")).await.expect(400));
}

async fn a_line_divides_what_came_meanwhile_and_then_it_is_read(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.join(&berta, channel).await;
    let path = format!("/c/{channel}");
    // Whoever was never here has no line.
    lacks(&open(&berta, &path).await.expect(200), "New since you were");
    anna.say(channel, "first").await.ok(201);
    anna.say(channel, "second").await.ok(201);
    // Asking what a page would be reads nothing.
    let head = berta.call("HEAD".parse().unwrap(), &path).await;
    assert_eq!(head.status, 200);
    // Nor do older ones.
    drop(
        open(&berta, &format!("{path}?before=9999999"))
            .await
            .expect(200),
    );
    let page = open(&berta, &path).await.expect(200).text();
    let places: Vec<usize> = [
        "made this channel",
        "New since you were here",
        ">first<",
        ">second<",
    ]
    .iter()
    .map(|piece| {
        page.find(piece)
            .unwrap_or_else(|| panic!("{piece}: {page}"))
    })
    .collect();
    assert!(places.is_sorted(), "{page}");
    assert!(page.contains("role=\"log\""), "{page}");
    assert_eq!(page.matches("<h2 class=\"day\">").count(), 1, "{page}");
    lacks(&open(&berta, &path).await, "New since you were");
    let info = berta.channel_info(channel).await.ok(200);
    assert_eq!(info["lastRead"], info["lastMessage"]);
}

async fn older_messages_come_by_a_link(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let channel = world.channel(&anna, "News").await;
    for nth in 1..=119 {
        anna.say(channel, &format!("line {nth}.")).await.ok(201);
    }
    let mut path = format!("/c/{channel}");
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = open(&anna, &path).await.expect(200).text();
        let lines = page.split("class=\"said\" dir=\"auto\">").skip(1);
        let lines = lines.map(|rest| rest.split("</p>").next().unwrap().to_owned());
        // What is on its way looks like a message without text.
        let lines = lines.filter(|line| !line.is_empty());
        let mut lines: Vec<String> = lines.collect();
        lines.append(&mut seen);
        seen = lines;
        let Some((_, older)) = page.split_once("class=\"older\"><a href=\"") else {
            break;
        };
        older.split('"').next().unwrap().clone_into(&mut path);
    }
    let all: Vec<String> = (1..=119).map(|nth| format!("line {nth}.")).collect();
    assert_eq!(seen, all);
    let page = open(&anna, &path).await.expect(200);
    lacks(&page, "class=\"older\"");
    has(&page, "Newest messages");
    for odd in ["x", "-1", "0", "99999999999999999999"] {
        let page = open(&anna, &format!("/c/{channel}?before={odd}")).await;
        assert_eq!(page.status, 200, "{page}");
    }
}

async fn nobody_sees_what_is_not_theirs(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "Secret plans").await;
    anna.say(channel, "nobody knows").await.ok(201);
    for path in [format!("/c/{channel}"), format!("/c/{channel}/members")] {
        let page = open(&berta, &path).await.expect(403);
        assert_eq!(heading(&page), "You are not in this channel");
        lacks(&page, "Secret");
        lacks(&page, "nobody knows");
        has(&page, &format!("action=\"/c/{channel}/join?form="));
    }
    for odd in ["0", "-1", "x", "9223372036854775808", "%00", "%F0%9F"] {
        for path in [format!("/c/{odd}"), format!("/c/{odd}/members")] {
            let page = open(&berta, &path).await.expect(404);
            assert_eq!(page.content_type(), Some("text/html"), "{path}: {page}");
        }
    }
}

/// What was ever tried to get markup into a page.
const PAYLOADS: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</textarea><svg/onload=alert(1)>",
    "<!--",
    "&lt;b&gt; &amp; &#60;",
    "javascript:alert(1)",
];

async fn what_people_write_is_text(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("<i>Anna</i>");
    for (nth, payload) in PAYLOADS.into_iter().enumerate() {
        let name: String = format!("{nth} {payload}").chars().take(32).collect();
        let made = anna.create_channel(&name, "public").await.ok(201);
        let channel = made["channelId"].as_i64().unwrap();
        anna.say(channel, payload).await.ok(201);
        let escaped = payload
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let page = open(&anna, &format!("/c/{channel}")).await.expect(200);
        has(&page, &format!("dir=\"auto\">{escaped}</p>"));
        has(&page, "&lt;i&gt;Anna&lt;/i&gt;");
        for path in ["/c", "/c?q=", &format!("/c/{channel}/members")] {
            let page = open(&anna, path).await.expect(200);
            for piece in ["<script>", "<img", "<svg", "<i>", "<!--"] {
                lacks(&page, piece);
            }
        }
    }
    let loaded = anna.load(&json!([])).await.ok(200);
    assert_eq!(loaded, json!({"results": {}}));
}

async fn pages_speak_portuguese(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let channel = world.channel(&anna, "News").await;
    for (path, said) in [
        ("/c".to_owned(), "Canais"),
        ("/c/new".to_owned(), "Criar um canal"),
        (format!("/c/{channel}"), "criou este canal."),
        (format!("/c/{channel}/members"), "Membros de News"),
    ] {
        let call = anna.get(&path).header("accept-language", "pt-PT");
        has(&call.await.expect(200), said);
    }
}
