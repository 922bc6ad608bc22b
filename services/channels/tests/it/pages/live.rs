//! What makes a page live: what it loads, the stream of its pieces, and the message as the answer to a form.

use std::time::Duration;

use latchkey_testing::chat::{Answer, Chat, Listener};
use latchkey_testing::{Backend, both_databases};

use super::{has, lacks, led_to, open, submit};
use crate::world::World;

both_databases!(
    what_a_page_loads_is_there_for_good,
    a_stream_goes_on_where_the_page_ends,
    pieces_come_in_the_readers_language_and_end_with_the_membership,
    a_message_is_the_answer_where_it_is_asked_for,
    streams_are_for_members,
);

const KEY: &str = "00112233445566778899aabbccddeeff";

/// The value of an attribute of the page.
fn attribute(page: &Answer, name: &str) -> String {
    let text = page.text();
    let start = format!(" {name}=\"");
    let (_, rest) = text
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn listen(chat: &Chat, path: &str, last: Option<&str>) -> Listener {
    let stream = chat.attempt_listen_at(path, last).await.expect("an answer");
    stream.unwrap_or_else(|answer| panic!("{answer}"))
}

async fn what_a_page_loads_is_there_for_good(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let page = open(&anna, "/c").await.expect(200);
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let script = attribute(&page, "src");
    let style = page
        .text()
        .split("href=\"/assets/")
        .nth(1)
        .unwrap()
        .to_owned();
    let style = format!("/assets/{}", style.split('"').next().unwrap());
    let folder = script.rsplit_once('/').unwrap().0.to_owned();
    let modules = ["forms.js", "log.js", "sending.js", "stream.js", "times.js"];
    let modules = modules.map(|name| format!("{folder}/{name}"));
    // Browsers ask without saying who they are for.
    for (path, kind) in [(style, "text/css"), (script, "text/javascript")]
        .into_iter()
        .chain(modules.map(|path| (path, "text/javascript")))
    {
        let file = world.anybody().get(&path).await.expect(200);
        assert_eq!(file.content_type(), Some(kind), "{path}");
        let kept = file.header("cache-control").unwrap();
        assert_eq!(kept, "public, max-age=31536000, immutable");
        let tag = file.header("etag").unwrap().to_owned();
        let again = world.anybody().get(&path).header("if-none-match", &tag);
        assert_eq!(again.await.status, 304, "{path}");
    }
    for path in [
        "/assets/x/channel.js",
        &format!("{folder}/x.js"),
        "/assets/x",
    ] {
        let lost = world
            .anybody()
            .get(path)
            .header("accept", "text/html")
            .await;
        assert_eq!(lost.status, 404, "{lost}");
    }
}

async fn a_stream_goes_on_where_the_page_ends(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.join(&berta, channel).await;
    let page = open(&berta, &format!("/c/{channel}")).await.expect(200);
    let live = format!("/c/{channel}/live?after={}", attribute(&page, "data-after"));
    // Between the page and its stream.
    drop(anna.say(channel, "two\n<b>lines").await.ok(201));
    let mut stream = listen(&berta, &live, None).await;
    let first = stream.next().await;
    assert_eq!(first.name, "message");
    let start = format!("<div data-channel=\"{channel}\"><article class=\"message\" id=\"m");
    assert!(first.data.starts_with(&start), "{first:?}");
    assert!(first.data.contains("two&#10;&lt;b&gt;lines"), "{first:?}");
    drop(anna.say(channel, "second").await.ok(201));
    let second = stream.next().await;
    assert!(second.data.contains(">second<"), "{second:?}");
    // It stands in the page as it came.
    let page = open(&berta, &format!("/c/{channel}")).await.expect(200);
    let piece = second
        .data
        .strip_prefix(&format!("<div data-channel=\"{channel}\">"));
    has(
        &page,
        piece.and_then(|rest| rest.strip_suffix("</div>")).unwrap(),
    );
    // Who comes back has the position of the header, whatever the address says.
    let mut back = listen(&berta, &live, first.id.as_deref()).await;
    assert_eq!(back.next().await, second);
    // A position that never was.
    let mut lost = listen(&berta, &format!("/c/{channel}/live?after=x"), None).await;
    assert_eq!(lost.next().await.name, "resync");
}

async fn pieces_come_in_the_readers_language_and_end_with_the_membership(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.join(&berta, channel).await;
    let mut stream = listen(&berta, &format!("/c/{channel}/live"), None).await;
    let rename = format!("/c/{channel}/rename");
    drop(led_to(
        submit(&anna, &rename, &[("name", "Newer & better")]).await,
    ));
    let renamed = stream.next().await;
    assert_eq!(renamed.name, "rename");
    let piece = format!("<div data-channel=\"{channel}\">Newer &amp; better</div>");
    assert_eq!(renamed.data, piece);
    let said = stream.next().await;
    assert!(
        said.data
            .contains("named this channel “Newer &amp; better”."),
        "{said:?}"
    );
    let remove = format!("/c/{channel}/remove");
    let user = berta.id.to_string();
    drop(led_to(submit(&anna, &remove, &[("user", &user)]).await));
    assert_eq!(stream.next().await.name, "gone");
    drop(anna.say(channel, "unheard").await.ok(201));
    let more = tokio::time::timeout(Duration::from_secs(1), stream.next()).await;
    assert!(more.is_err(), "{more:?}");
}

async fn a_message_is_the_answer_where_it_is_asked_for(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let channel = world.channel(&anna, "News").await;
    let path = format!("/c/{channel}/messages");
    let form = [("content", "a<b"), ("key", KEY), ("place", "here")];
    let first = submit(&anna, &path, &form).await.expect(201);
    assert_eq!(first.content_type(), Some("text/html"));
    has(&first, "<article class=\"message\" id=\"m");
    has(&first, "a&lt;b");
    lacks(&first, "<html");
    let again = submit(&anna, &path, &form).await.expect(201);
    assert_eq!(again.text(), first.text());
    // The form of the same page without script is the same call.
    drop(led_to(submit(&anna, &path, &form[..2]).await));
    let page = open(&anna, &format!("/c/{channel}")).await.expect(200);
    assert_eq!(page.text().matches("a&lt;b").count(), 1, "{page}");
    has(&page, &first.text());
    let empty = [("content", ""), ("key", KEY), ("place", "here")];
    has(
        &submit(&anna, &path, &empty).await.expect(400),
        "1 to 4,000 characters",
    );
}

async fn streams_are_for_members(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    let path = format!("/c/{channel}/live");
    drop(open(&berta, &path).await.expect(403));
    drop(open(&berta, "/c/0/live").await.expect(404));
    let stranger = open(world.anybody(), &path).await;
    assert_eq!(led_to(stranger), format!("/login?next={path}"));
}
