//! What the forms of pages do: what the chat contract's calls do, with what was typed still there when it is wrong.

use latchkey_peers::channels::Permission;
use latchkey_testing::{Backend, both_databases};

use super::{has, heading, lacks, led_to, open, submit};
use crate::world::{Options, World};

both_databases!(
    a_channel_is_made_by_a_form,
    a_form_that_comes_twice_counts_once,
    what_cannot_be_said_is_still_there,
    whoever_may_renames,
    members_are_removed_by_whoever_may,
    an_owner_leaves_to_an_heir,
    forms_of_other_sites_do_nothing,
    limits_are_those_of_the_contract,
);

const KEY: &str = "00112233445566778899aabbccddeeff";

async fn a_channel_is_made_by_a_form(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let form = open(&anna, "/c/new").await.expect(200);
    has(&form, "name=\"key\" value=\"");
    let made = submit(&anna, "/c/new", &[("name", "News"), ("kind", "private")]).await;
    let path = led_to(made);
    assert_eq!(heading(&open(&anna, &path).await.expect(200)), "News");
    let channels = anna.channels().await.ok(200);
    assert_eq!(channels["channels"][0]["channelType"], "private");
    for (name, status, said) in [
        ("abc", 400, "A name has 4 to 32 characters"),
        ("nEWS", 409, "An open channel has this name"),
    ] {
        let page = submit(&anna, "/c/new", &[("name", name), ("kind", "private")]).await;
        let page = page.expect(status);
        has(&page, said);
        has(&page, &format!("value=\"{name}\""));
        has(&page, "value=\"private\" checked");
        has(&page, "aria-invalid=\"true\"");
    }
    for fields in [
        &[("name", "Newer")][..],
        &[("name", "Newer"), ("kind", "x")],
    ] {
        drop(submit(&anna, "/c/new", fields).await.expect(400));
    }
    let count = anna.channels().await.ok(200)["channels"]
        .as_array()
        .map(Vec::len);
    assert_eq!(count, Some(1));
}

async fn a_form_that_comes_twice_counts_once(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let form = [("name", "News"), ("kind", "public"), ("key", KEY)];
    let (one, two) = tokio::join!(
        submit(&anna, "/c/new", &form),
        submit(&anna, "/c/new", &form)
    );
    let path = led_to(one);
    assert_eq!(led_to(two), path);
    let said = [("content", "once"), ("key", KEY)];
    let messages = format!("{path}/messages");
    let (one, two) = tokio::join!(
        submit(&anna, &messages, &said),
        submit(&anna, &messages, &said)
    );
    for answer in [one, two, submit(&anna, &messages, &said).await] {
        assert_eq!(led_to(answer), format!("{path}#end"));
    }
    // Somebody went back and said something else.
    drop(led_to(
        submit(&anna, &messages, &[("content", "other"), ("key", KEY)]).await,
    ));
    // Without a key each is another one.
    for key in ["", "no key"] {
        drop(led_to(
            submit(&anna, &messages, &[("content", "bare"), ("key", key)]).await,
        ));
    }
    let page = open(&anna, &path).await.expect(200).text();
    for (text, count) in [(">once<", 1), (">other<", 1), (">bare<", 2)] {
        assert_eq!(page.matches(text).count(), count, "{text}: {page}");
    }
}

async fn what_cannot_be_said_is_still_there(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    let messages = format!("/c/{channel}/messages");
    let long = format!("\n<b>{}", "ä".repeat(4_000));
    let page = submit(&anna, &messages, &[("content", &long)])
        .await
        .expect(400);
    assert_eq!(heading(&page), "Your message was not sent");
    has(&page, &format!("&lt;b&gt;{}", "ä".repeat(4_000)));
    drop(
        submit(&anna, &messages, &[("content", "")])
            .await
            .expect(400),
    );
    drop(submit(&anna, &messages, &[]).await.expect(400));
    // The longest one arrives whole, and its lines end as lines do.
    let longest = format!("a\r\n{}", "😀".repeat(3_998));
    drop(led_to(
        submit(&anna, &messages, &[("content", &longest)]).await,
    ));
    let page = open(&anna, &format!("/c/{channel}")).await.expect(200);
    has(&page, &format!(">a\n{}</p>", "😀".repeat(3_998)));
    let refused = submit(&berta, &messages, &[("content", "x")]).await;
    assert_eq!(heading(&refused.expect(403)), "You may not do that here");
    world
        .add(&berta, channel, &[Permission::Read], &anna)
        .await
        .unwrap();
    let page = open(&berta, &format!("/c/{channel}")).await.expect(200);
    has(&page, "You may read here, and not write");
    lacks(&page, "<textarea");
    drop(
        submit(&berta, &messages, &[("content", "x")])
            .await
            .expect(403),
    );
    drop(
        submit(&anna, "/c/0/messages", &[("content", "x")])
            .await
            .expect(404),
    );
}

async fn whoever_may_renames(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.channel(&anna, "Olds").await;
    world.join(&berta, channel).await;
    let rename = format!("/c/{channel}/rename");
    lacks(
        &open(&berta, &format!("/c/{channel}/members")).await,
        "/rename?",
    );
    drop(
        submit(&berta, &rename, &[("name", "Mine")])
            .await
            .expect(403),
    );
    for (name, status) in [("x", 400), ("OLDS", 409)] {
        let page = submit(&anna, &rename, &[("name", name)])
            .await
            .expect(status);
        has(&page, &format!("value=\"{name}\""));
        has(&page, "aria-describedby=\"name-error name-hint\"");
    }
    let renamed = submit(&anna, &rename, &[("name", "Newest")]).await;
    assert_eq!(led_to(renamed), format!("/c/{channel}/members"));
    let page = open(&berta, &format!("/c/{channel}")).await.expect(200);
    assert_eq!(heading(&page), "Newest");
    has(&page, "named this channel “Newest”.");
}

async fn members_are_removed_by_whoever_may(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.join(&berta, channel).await;
    let (members, remove) = (
        format!("/c/{channel}/members"),
        format!("/c/{channel}/remove"),
    );
    let page = open(&anna, &members).await.expect(200);
    has(&page, "Remove Berta from the channel");
    has(&page, &format!("/invite?channel={channel}"));
    has(&page, "read messages, write messages, invite others");
    lacks(&page, "Remove Anna");
    lacks(&open(&berta, &members).await, "Remove ");
    let (anna_id, berta_id) = (anna.id.to_string(), berta.id.to_string());
    drop(
        submit(&berta, &remove, &[("user", &anna_id)])
            .await
            .expect(403),
    );
    drop(
        submit(&anna, &remove, &[("user", &anna_id)])
            .await
            .expect(409),
    );
    drop(submit(&anna, &remove, &[("user", "0")]).await.expect(404));
    drop(submit(&anna, &remove, &[("user", "x")]).await.expect(400));
    let removed = submit(&anna, &remove, &[("user", &berta_id)]).await;
    assert_eq!(led_to(removed), members);
    drop(open(&berta, &format!("/c/{channel}")).await.expect(403));
    drop(
        submit(&anna, &remove, &[("user", &berta_id)])
            .await
            .expect(404),
    );
}

async fn an_owner_leaves_to_an_heir(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let channel = world.channel(&anna, "News").await;
    world.join(&berta, channel).await;
    let (members, leave) = (
        format!("/c/{channel}/members"),
        format!("/c/{channel}/leave"),
    );
    has(&open(&anna, &members).await, "Who owns it after you");
    lacks(&open(&berta, &members).await, "Who owns it after you");
    for (heir, status) in [("", 409), ("0", 409), ("x", 400)] {
        let page = submit(&anna, &leave, &[("heir", heir)])
            .await
            .expect(status);
        assert_eq!(
            page.text().contains("id=\"heir-error\""),
            status == 409,
            "{page}"
        );
    }
    let left = submit(&anna, &leave, &[("heir", &berta.id.to_string())]).await;
    assert_eq!(led_to(left), "/c");
    let info = berta.channel_info(channel).await.ok(200);
    assert_eq!(info["channelOwner"], berta.id);
    has(&open(&berta, &members).await, "it is closed for good");
    assert_eq!(led_to(submit(&berta, &leave, &[]).await), "/c");
    drop(open(&berta, &format!("/c/{channel}")).await.expect(404));
    drop(submit(&berta, &leave, &[]).await.expect(404));
}

async fn forms_of_other_sites_do_nothing(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let channel = world.channel(&anna, "News").await;
    for (path, body) in [
        (format!("/c/{channel}/messages"), "content=theirs"),
        (format!("/c/{channel}/leave"), "heir="),
        ("/c/new".to_owned(), "name=Theirs&kind=public"),
    ] {
        let call = anna
            .call("POST".parse().unwrap(), &path)
            .content_type("application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("origin", "http://evil.test")
            .body(body);
        let page = call.await.expect(403);
        assert_eq!(heading(&page), "This came from another site");
    }
    let channels = anna.channels().await.ok(200);
    assert_eq!(channels["channels"].as_array().map(Vec::len), Some(1));
}

async fn limits_are_those_of_the_contract(backend: Backend) {
    let settings = "LATCHKEY_RATE_LIMITS=on LATCHKEY_LIMITS__MESSAGE__COUNT=1 \
                    LATCHKEY_LIMITS__SEARCH__COUNT=1 LATCHKEY_LIMITS__CHANNEL__COUNT=1";
    let options = Options {
        settings: settings.to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    let path = led_to(submit(&anna, "/c/new", &[("name", "News"), ("kind", "public")]).await);
    drop(led_to(
        submit(&anna, &format!("{path}/messages"), &[("content", "one")]).await,
    ));
    drop(open(&anna, "/c?q=news").await.expect(200));
    let busy = [
        submit(&anna, "/c/new", &[("name", "More"), ("kind", "public")]).await,
        submit(&anna, &format!("{path}/messages"), &[("content", "two")]).await,
        submit(&anna, &format!("{path}/join"), &[]).await,
        submit(&anna, &format!("{path}/rename"), &[("name", "Newer")]).await,
        open(&anna, "/c?q=news").await,
    ];
    for page in busy {
        let page = page.expect(429);
        assert!(page.retry_after() > 0);
        assert_eq!(heading(&page), "Too many tries");
    }
    // Looking is not counted.
    drop(open(&anna, "/c").await.expect(200));
}
