//! Links with which somebody chooses another password.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, REFERRER_POLICY};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::browse::{open, submit, text};
use crate::people::{JOHN, Place};
use crate::world::PASSWORD;

both_databases!(a_link_sets_another_password_once, a_link_ends);

impl Place {
    /// The link that the button shows.
    async fn link(&self) -> String {
        let shown = self.act("reset-link", "").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", text(&shown));
        let page = text(&shown);
        let (_, rest) = page.split_once("/reset/").expect("a link");
        format!("/reset/{}", rest.split_once('"').expect("its end").0)
    }
}

async fn a_link_sets_another_password_once(backend: Backend) {
    let place = Place::with(backend, &[]).await;
    let token = place.world.log_in(JOHN).await;
    let link = place.link().await;
    let row = place.newest().await;
    assert_eq!(row["what"], "reset-link-made");
    for _ in 0..2 {
        let page = open(&place.world, &link, "").await;
        assert_eq!(page.status, StatusCode::OK);
        for (name, value) in [
            (CACHE_CONTROL, "no-store"),
            (REFERRER_POLICY, "no-referrer"),
        ] {
            assert_eq!(page.headers.get(name).unwrap(), value);
        }
        assert!(text(&page).contains("You are John11 here"));
    }
    for bad in ["short", JOHN, "password"] {
        let refused = submit(&place.world, &link, "", &[("new", bad)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(text(&refused).contains("id=\"new-error\""));
    }
    assert!(place.world.is_live(&token).await);
    let passwords: Vec<String> = (0..4).map(|n| format!("another secret {n}")).collect();
    let answers = race(4, |n| {
        let (world, link, password) = (&place.world, link.clone(), passwords[n].clone());
        async move { submit(world, &link, "", &[("new", &password)]).await.status }
    })
    .await;
    let done: Vec<usize> = (0..4).filter(|n| answers[*n] == StatusCode::OK).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    let again = submit(&place.world, &link, "", &[("new", "a third secret")]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert!(!place.world.is_live(&token).await);
    let new = &passwords[done[0]];
    assert_eq!(place.world.try_log_in(JOHN, new).await.status, 200);
    assert_eq!(place.world.try_log_in(JOHN, PASSWORD).await.status, 401);
    let row = place.newest().await;
    assert_eq!(
        (&row["what"], &row["who_name"]),
        (&json!("password-reset"), &json!(JOHN))
    );
    let log = text(&place.open("/admin/audit").await);
    assert!(!log.contains(link.trim_start_matches("/reset/")));
}

async fn a_link_ends(backend: Backend) {
    let env = [("LATCHKEY_USERS__RESET_LINK_LIFE_S", "3600")];
    let place = Place::with(backend, &env).await;
    let is_good = async |link: &str| open(&place.world, link, "").await.status == 200;
    let first = place.link().await;
    let second = place.link().await;
    assert!(!is_good(&first).await && is_good(&second).await);
    place.act("lock", "").await;
    assert!(!is_good(&second).await);
    let tried = submit(&place.world, &second, "", &[("new", "another secret")]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
    assert_eq!(
        place.act("reset-link", "").await.status,
        StatusCode::CONFLICT
    );
    place.act("unlock", "").await;
    let wish = json!({"username": JOHN, "password": "by the operator"});
    place.world.operate("set-password", wish).await;
    assert!(!is_good(&second).await);
    let third = place.link().await;
    let made = place
        .world
        .operate("reset-link", json!({"username": JOHN}))
        .await;
    let by_command = made.json()["link"].as_str().unwrap().to_owned();
    let (_, path) = by_command.split_once("/reset/").unwrap();
    assert!(!is_good(&third).await && is_good(&format!("/reset/{path}")).await);
    place.world.advance(Duration::from_secs(3_601));
    assert!(!is_good(&format!("/reset/{path}")).await);
    assert!(!is_good("/reset/nothing").await);
}
