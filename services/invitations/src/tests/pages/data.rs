//! All that is somebody's, as one file.

use actix_web::test::TestRequest;
use latchkey_common::audit::Actor;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::inbox::Place;
use crate::app::namespace::create::create_path;
use crate::domain::namespace::NamespacePath;
use crate::tests::site::Answer;

both_databases!(
    the_archive_has_all_of_it_and_no_secret,
    archives_are_bounded_and_trouble_is_a_page,
);

async fn take(place: &Place) -> Answer {
    let request = TestRequest::post().uri("/settings/data");
    let request = request.insert_header(place.site.cookie(place.owner));
    place.site.send(request).await
}

async fn the_archive_has_all_of_it_and_no_secret(backend: Backend) {
    let place = Place::new(backend);
    let offer = place.offer(place.channel_grant()).await;
    // More than one piece of a list.
    let mut tokens = Vec::new();
    for _ in 0..205 {
        tokens.push(place.world.invite(place.owner).await.token);
    }
    place
        .world
        .sign_up(&tokens[3], "somebody new")
        .await
        .unwrap();
    let path = NamespacePath::parse("docs").unwrap();
    let by = Actor::operator(true);
    create_path(&place.world.app, by, place.owner, path)
        .await
        .unwrap();

    let page = place.site.get_as(place.owner, "/settings/data").await;
    assert!(
        page.body
            .contains("<dt>Namespaces that are yours</dt><dd>1</dd>"),
        "{}",
        page.body
    );
    assert!(
        page.body
            .contains("<dt>Channels that are yours</dt><dd>1</dd>"),
        "{}",
        page.body
    );

    let taken = take(&place).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    for (name, value) in [
        (
            "content-disposition",
            "attachment; filename=\"my-data.json\"",
        ),
        ("cache-control", "no-store"),
        ("content-type", "application/json"),
    ] {
        assert_eq!(taken.headers.get(name).unwrap(), value, "{name}");
    }
    let all: Value = serde_json::from_str(&taken.body).unwrap();
    assert_eq!(all["account"]["number"], place.owner.0);
    let made = all["invitations_made"].as_array().unwrap();
    assert_eq!(made.len(), 206, "{offer}");
    assert_eq!(all["let_in"][0]["name"], "somebody new");
    assert_eq!(all["namespaces"][0]["path"], "docs");
    assert_eq!(all["channels"].as_array().unwrap().len(), 1);
    for list in [
        "messages",
        "invitations_waiting",
        "invitations_past",
        "came_by",
        "blocks",
        "groups",
        "choir_keys",
    ] {
        assert_eq!(all[list], json!([]), "{list}");
    }
    assert!(
        tokens
            .iter()
            .all(|token| !taken.body.contains(token.expose()))
    );
    for word in ["secret", "hash", "sealed"] {
        assert!(!taken.body.contains(word), "{word}");
    }
}

async fn archives_are_bounded_and_trouble_is_a_page(backend: Backend) {
    let place = Place::with(backend, &[("LATCHKEY_RATE_LIMITS", "on")]);
    for _ in 0..5 {
        assert_eq!(take(&place).await.status, 200);
    }
    assert_eq!(take(&place).await.status, 429);
    let nobody = TestRequest::post().uri("/settings/data");
    let nobody = place.site.send(nobody).await;
    assert_ne!(nobody.status, 200, "{}", nobody.body);
}
