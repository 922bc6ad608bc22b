//! `GET /api/channel/search`, `GET /api/user/search`

use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{Person, has_members, house, int, list, numbers, text, unique};

async fn found(person: &Person, keyword: &str) -> Vec<i64> {
    numbers(
        &person.search(keyword).await.ok(200)["results"],
        "channelId",
    )
}

async fn named(person: &Person, name: &str, kind: &str) -> i64 {
    int(
        &person.create_channel(name, kind).await.ok(201),
        "channelId",
    )
}

async fn public_channels_are_found_by_any_part(backend: Backend) {
    let house = house(backend);
    let (owner, other) = (house.person().await, house.person().await);
    let tag = unique("Zürich");
    let (begin, end) = (format!("{tag}-news"), format!("old-{tag}"));
    let first = named(&owner, &begin, "public").await;
    let second = named(&owner, &end, "public").await;
    named(&owner, &format!("hid-{tag}"), "private").await;
    let hits = other.search(&tag).await.ok(200);
    has_members(&hits, &["results"]);
    for (hit, id, name) in [(0, first, &begin), (1, second, &end)] {
        let hit = &list(&hits["results"])[hit];
        has_members(hit, &["channelId", "channelName", "channelType"]);
        assert_eq!(
            (int(hit, "channelId"), text(hit, "channelName")),
            (id, &**name)
        );
        assert_eq!(text(hit, "channelType"), "public");
    }
    assert_eq!(
        list(&hits["results"]).len(),
        2,
        "private ones are not shown"
    );
    assert_eq!(found(&owner, &tag.to_uppercase()).await, [first, second]);
    assert_eq!(
        found(&other, &tag.replace('ü', "u\u{308}")).await,
        [first, second]
    );
    assert_eq!(found(&other, &format!("{tag}-n")).await, [first]);
    assert!(found(&other, &format!("{tag}-nothing")).await.is_empty());
}

async fn wildcards_are_taken_literally(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let tag = unique("wild");
    let percent = named(&owner, &format!("{tag}%a"), "public").await;
    let line = named(&owner, &format!("{tag}_b"), "public").await;
    let slash = named(&owner, &format!("{tag}\\c"), "public").await;
    named(&owner, &format!("{tag}xd"), "public").await;
    assert_eq!(found(&owner, &format!("{tag}%")).await, [percent]);
    assert_eq!(found(&owner, &format!("{tag}_")).await, [line]);
    assert_eq!(found(&owner, &format!("{tag}\\")).await, [slash]);
    assert!(found(&owner, &format!("{tag}%%")).await.is_empty());
    assert!(found(&owner, &format!("{tag}'; --")).await.is_empty());
    // The client pastes it unescaped: a lone percent sign is not an escape.
    let pasted = owner
        .get(format!("/api/channel/search?keyword={tag}%zz"))
        .await;
    assert!(pasted.status < 500, "{pasted}");
}

async fn results_are_paged(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let tag = unique("paged");
    let mut expected = Vec::new();
    for n in 0..5 {
        expected.push(named(&owner, &format!("{tag}-{n}"), "public").await);
    }
    let mut seen = Vec::new();
    let mut path = Some(format!("/api/channel/search?keyword={tag}-&limit=2"));
    while let Some(at) = path {
        let answer = owner.get(at).await;
        path = answer.next_page();
        let page = numbers(&answer.ok(200)["results"], "channelId");
        assert!((1..=2).contains(&page.len()));
        seen.extend(page);
    }
    assert_eq!(seen, expected);
    for bad in ["limit=0", "limit=-1", "limit=x", "after=x", "limit=1.5"] {
        let path = format!("/api/channel/search?keyword={tag}&{bad}");
        owner.get(path).await.refused("invalid-request-parameters");
    }
}

async fn an_empty_keyword_lists_all(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    owner.public_channel().await;
    assert!(!found(&owner, "").await.is_empty());
    let absent = owner.get("/api/channel/search").await;
    absent.refused("invalid-request-parameters");
    let long = owner.search(&"k".repeat(3000)).await;
    assert!([200, 400].contains(&long.status), "{long}");
}

async fn people_are_found_by_any_part(backend: Backend) {
    let house = house(backend);
    let searcher = house.person().await;
    let tag = unique("Jos\u{e9}");
    let first = house.person_named(&format!("{tag}-a")).await;
    let second = house.person_named(&format!("b-{tag}")).await;
    let hits = searcher.search_users(&tag.to_uppercase()).await.ok(200);
    assert_eq!(
        hits,
        json!({"users": [
            {"userId": first.id, "username": first.name},
            {"userId": second.id, "username": second.name},
        ]})
    );
    let none = searcher.search_users(&format!("{tag}%")).await.ok(200);
    assert_eq!(none, json!({"users": []}));
    let absent = searcher.get("/api/user/search").await;
    absent.refused("invalid-request-parameters");
}

every_shape!(
    public_channels_are_found_by_any_part,
    wildcards_are_taken_literally,
    results_are_paged,
    an_empty_keyword_lists_all,
    people_are_found_by_any_part,
);
