//! Lists of the longest rows.

use actix_web::http::header::LINK;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{Groups, ok};
use crate::tests::walk::walk;

both_databases!(lists_of_the_longest_rows_are_cut);

/// Groups of which each takes 21 kB in an answer.
const GROUPS: usize = 130;

async fn lists_of_the_longest_rows_are_cut(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let (owner, user) = (users.account("owner"), users.account("user"));
    for nth in 0..GROUPS {
        let body = json!({
            "name": format!("Futsal {nth}"),
            "description": "\u{1}".repeat(1_000),
            "sports": vec!["\u{1}".repeat(50); 50],
        });
        let made = it.post(owner, "/group", body).await;
        let group = ok(&made, 201)["id"].as_str().unwrap().to_owned();
        it.make(user, user, &group, "USER").await;
    }
    let mine = format!("/member/user/{}", it.uuid(owner));
    for list in ["/group", mine.as_str(), "/invite/"] {
        let (rows, pages) = walk(list, async |uri| {
            let answer = it.get(owner, &uri).await;
            let link = answer.headers.get(LINK).cloned();
            (answer.body, link)
        })
        .await;
        assert_eq!((rows, pages), (GROUPS, 2), "{list}");
    }
}
