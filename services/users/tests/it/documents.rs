//! The pages that explain the contracts.

use actix_web::http::StatusCode;
use latchkey_contracts::described::all;
use latchkey_testing::Backend;

use crate::browse::{open, text};
use crate::world::World;

#[actix_web::test]
async fn every_contract_has_its_page() {
    let world = World::new(Backend::Sqlite);
    let list = open(&world, "/docs", "").await;
    assert_eq!(list.status, StatusCode::OK);
    let list = text(&list);
    for document in all() {
        let place = format!("/docs/{}", document.name);
        assert!(list.contains(&format!("href=\"{place}\"")), "{list}");
        let page = open(&world, &place, "").await;
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.headers.get("content-security-policy").unwrap();
        assert!(!policy.to_str().unwrap().contains("unsafe"), "{policy:?}");
        let page = text(&page);
        for one in &document.operations {
            let (id, path) = (format!("id=\"{}\"", one.id), &one.path);
            assert!(page.contains(&id), "{id}");
            assert!(page.contains(&format!("<code>{} {path}</code>", one.method)));
        }
        // Whatever is named lies on the page.
        for (_, rest) in page
            .match_indices("href=\"#")
            .map(|(at, _)| page.split_at(at + 7))
        {
            let name = rest.split('"').next().unwrap();
            assert!(
                page.contains(&format!("id=\"{name}\"")),
                "{name} in {place}"
            );
        }
        assert!(page.len() < 400_000, "{place}: {} bytes", page.len());
    }
    for lost in ["/docs/pages", "/docs/x", "/docs/v1/x"] {
        assert_eq!(open(&world, lost, "").await.status, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn a_field_finds_calls() {
    let world = World::new(Backend::Sqlite);
    let found = text(&open(&world, "/docs/v1?q=Block%20take", "").await);
    assert!(found.contains("id=\"createBlock\""), "{found}");
    assert!(!found.contains("id=\"createInvitation\""), "{found}");
    assert!(found.contains("value=\"Block take\""), "{found}");
    let nothing = text(&open(&world, "/docs/v1?q=%3Cb%3E", "").await);
    assert!(nothing.contains("No call has these words."), "{nothing}");
    assert!(nothing.contains("value=\"&lt;b&gt;\""), "{nothing}");
    // What cannot be read is as good as nothing.
    let all = open(&world, "/docs/v1?q=1&q=2", "").await;
    assert_eq!(all.status, StatusCode::OK);
}
