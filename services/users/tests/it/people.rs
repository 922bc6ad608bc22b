//! The pages from which the place is looked after.

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::browse::{location, open, submit, text};
use crate::world::{Answer, World};

both_databases!(
    everybody_is_found,
    nobody_is_deleted_by_one_tap,
    a_stranger_is_led_to_sign_in_and_a_member_sees_nobody,
    buttons_do_what_they_say_and_leave_a_row,
    somebody_always_looks_after_the_place,
    whoever_was_demoted_does_nothing_more,
    the_log_is_a_page,
    the_place_is_looked_after_from_one_page,
);

pub(crate) const JOHN: &str = "John11";
const ROOT: &str = "ruler one";

/// A place with somebody who looks after it, and John.
pub(crate) struct Place {
    pub(crate) world: World,
    root: String,
    pub(crate) john: i64,
}

impl Place {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with(backend, &[]).await
    }

    pub(crate) async fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let world = World::with(backend, env);
        world.account(ROOT).await;
        let john = world.account(JOHN).await.id.0;
        let promoted = world.operate("promote", json!({"username": ROOT})).await;
        assert_eq!(promoted.status, StatusCode::OK);
        let root = world.log_in(ROOT).await;
        Self { world, root, john }
    }

    pub(crate) async fn open(&self, uri: &str) -> Answer {
        open(&self.world, uri, &format!("t={}", self.root)).await
    }

    pub(crate) async fn act(&self, act: &str, reason: &str) -> Answer {
        let path = format!("/people/acc_{}", self.john);
        let fields = [("do", act), ("reason", reason), ("sure", "yes")];
        self.send(&path, &fields).await
    }

    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        submit(&self.world, path, &format!("t={}", self.root), fields).await
    }

    pub(crate) async fn newest(&self) -> Value {
        let log = self.world.operate("audit", json!({"limit": 1})).await;
        log.json()["entries"][0].clone()
    }
}

async fn everybody_is_found(backend: Backend) {
    let place = Place::new(backend).await;
    for nth in 0..55 {
        place.world.account(&format!("many {nth:02}")).await;
    }
    let first = text(&place.open("/people").await);
    assert_eq!(first.matches("<article>").count(), 50);
    let (_, rest) = first.split_once("&amp;after=").expect("more");
    let after = rest.split_once('"').unwrap().0;
    let rest = text(&place.open(&format!("/people?name=&after={after}")).await);
    assert_eq!(rest.matches("<article>").count(), 7);
    let found = text(&place.open("/people?name=OHN").await);
    assert_eq!(found.matches("<article>").count(), 1, "{found}");
    let link = format!("<a href=\"/people/acc_{}\">John11</a>", place.john);
    assert!(found.contains(&link), "{found}");
    let none = text(&place.open("/people?name=%3Cb%3E").await);
    assert!(none.contains("Nobody is called so") && !none.contains("<b>"));
}

async fn a_stranger_is_led_to_sign_in_and_a_member_sees_nobody(backend: Backend) {
    let place = Place::new(backend).await;
    let john = format!("t={}", place.world.log_in(JOHN).await);
    let (own, root) = (format!("/people/acc_{}", place.john), "/people/acc_1");
    for path in ["/people", &own, "/admin", "/admin/audit"] {
        let stranger = open(&place.world, path, "").await;
        assert_eq!(stranger.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(location(&stranger), format!("/login?next={path}"));
    }
    for (path, status) in [
        ("/people", 200),
        (own.as_str(), 200),
        (root, 404),
        ("/people/acc_99", 404),
        ("/people/2", 404),
        ("/admin", 404),
        ("/admin/audit", 404),
    ] {
        let page = open(&place.world, path, &john).await;
        assert_eq!(page.status.as_u16(), status, "{path}");
        let page = text(&page);
        assert!(!page.contains(ROOT), "{path}: {page}");
        assert!(!page.contains("name=\"do\""), "{path}: {page}");
        assert!(!page.contains("href=\"/admin\""), "{path}: {page}");
    }
    for path in [own.as_str(), root] {
        let tried = submit(&place.world, path, &john, &[("do", "promote")]).await;
        assert_eq!(tried.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(place.newest().await["to_name"], ROOT);
}

async fn buttons_do_what_they_say_and_leave_a_row(backend: Backend) {
    let place = Place::new(backend).await;
    let token = place.world.log_in(JOHN).await;
    let page = text(&place.open(&format!("/people/acc_{}", place.john)).await);
    assert!(page.contains("open sessions: 1"), "{page}");
    for (act, verb) in [
        ("end-sessions", "sessions-ended"),
        ("lock", "account-locked"),
        ("unlock", "account-unlocked"),
        ("promote", "account-promoted"),
        ("demote", "account-demoted"),
    ] {
        let answer = place.act(act, "a <b>reason</b>").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(&answer));
        let told = place.open(location(&answer)).await;
        assert!(text(&told).contains("role=\"status\""), "{act}");
        let row = place.newest().await;
        assert_eq!(row["what"], verb);
        assert_eq!(
            (&row["who"], &row["who_name"]),
            (&json!("acc_1"), &json!(ROOT))
        );
        assert_eq!(row["to"], format!("acc_{}", place.john));
        assert_eq!(
            (&row["way"], &row["why"]),
            (&json!("page"), &json!("a <b>reason</b>"))
        );
    }
    assert!(!place.world.is_live(&token).await);
    let before = place.newest().await;
    for (act, reason, status) in [
        ("nothing", "", 400),
        ("", "", 400),
        ("lock", "two\nlines", 400),
    ] {
        let answer = place.act(act, reason).await;
        assert_eq!(answer.status.as_u16(), status, "{act}");
    }
    assert_eq!(place.newest().await, before);
    let wrong = text(&place.act("lock", &"x".repeat(301)).await);
    assert!(wrong.contains("id=\"reason-error\""), "{wrong}");
    assert!(wrong.contains(&"x".repeat(301)), "{wrong}");
}

async fn nobody_is_deleted_by_one_tap(backend: Backend) {
    let place = Place::new(backend).await;
    let path = format!("/people/acc_{}", place.john);
    let page = text(&place.open(&path).await);
    let (_, form) = page.split_once("<details>").expect("apart");
    for part in [
        "name=\"sure\"",
        " required",
        "value=\"delete\"",
        "cannot be undone",
    ] {
        assert!(form.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches("value=\"delete\"").count(), 1, "{page}");
    let before = place.newest().await;
    let fields = [("do", "delete"), ("delete-reason", "by <letter>")];
    let unsure = place.send(&path, &fields).await;
    assert_eq!(unsure.status, StatusCode::BAD_REQUEST);
    let unsure = text(&unsure);
    assert!(unsure.contains("tick that you know"), "{unsure}");
    let (_, form) = unsure.split_once("<details open>").expect("open");
    assert!(form.contains("value=\"by &lt;letter&gt;\""), "{unsure}");
    assert_eq!(place.newest().await, before);

    // The own account is deleted with the password, whoever else looks after the place.
    place.act("promote", "").await;
    let own = text(&place.open("/people/acc_1").await);
    assert!(own.contains("href=\"/settings/delete\""), "{own}");
    assert!(!own.contains("value=\"delete\""), "{own}");
    let fields = [("do", "delete"), ("sure", "yes")];
    let refused = place.send("/people/acc_1", &fields).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(text(&refused).contains("in your settings, with your password"));
    assert!(place.world.is_live(&place.root).await);

    let fields = [
        ("do", "delete"),
        ("delete-reason", "by letter"),
        ("sure", "yes"),
    ];
    let done = place.send(&path, &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", text(&done));
    let row = place.newest().await;
    assert_eq!(
        (&row["what"], &row["why"]),
        (&json!("account-deleted"), &json!("by letter"))
    );
}

async fn somebody_always_looks_after_the_place(backend: Backend) {
    let place = Place::new(backend).await;
    for act in ["lock", "demote"] {
        let own = format!("t={}", place.root);
        let tried = submit(&place.world, "/people/acc_1", &own, &[("do", act)]).await;
        assert_eq!(tried.status, StatusCode::CONFLICT, "{act}");
        assert!(text(&tried).contains("Nobody else looks after this place"));
    }
    assert!(place.world.is_live(&place.root).await);
}

async fn whoever_was_demoted_does_nothing_more(backend: Backend) {
    let place = Place::new(backend).await;
    place.act("promote", "").await;
    // Another process has made it so, and this one still knows the session as it was.
    let read = place.open("/people").await;
    assert_eq!(read.status, StatusCode::OK);
    let sql = "UPDATE accounts SET is_super_user = (id <> 1)";
    let change = place.world.db.write(move |conn| {
        conn.batch(sql)?;
        Ok::<_, latchkey_common::fault::Fault>(())
    });
    change.await.unwrap();
    for act in ["lock", "demote", "end-sessions", "reset-link"] {
        let tried = place.act(act, "").await;
        assert!(
            matches!(tried.status.as_u16(), 401 | 404),
            "{act}: {}",
            text(&tried)
        );
    }
    assert_eq!(place.newest().await["what"], "account-promoted");
}

async fn the_log_is_a_page(backend: Backend) {
    let place = Place::new(backend).await;
    place.act("lock", "spam & <b>").await;
    let page = text(&place.open("/admin/audit").await);
    assert!(page.contains("ruler one locked John11"), "{page}");
    assert!(page.contains("Why: spam &amp; &lt;b&gt;"), "{page}");
    assert!(
        page.contains("The operator made ruler one a super user"),
        "{page}"
    );
    for (query, count) in [
        ("?what=account-locked", 1),
        ("?who=operator", 1),
        ("?to=john11", 1),
        ("?within=7", 2),
        ("?to=nobody&within=1", 0),
    ] {
        let page = text(&place.open(&format!("/admin/audit{query}")).await);
        assert_eq!(page.matches("<article>").count(), count, "{query}");
    }
    for odd in ["?what=zz", "?within=zz"] {
        let page = place.open(&format!("/admin/audit{odd}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{odd}");
        assert!(text(&page).contains("aria-invalid=\"true\""), "{odd}");
    }
    for _ in 0..26 {
        place.act("unlock", "").await;
        place.act("lock", "").await;
    }
    let first = text(&place.open("/admin/audit?who=acc_1").await);
    assert_eq!(first.matches("<article>").count(), 50);
    let (before, _) = first.split_once("\">Older").expect("more");
    let next = before
        .rsplit_once("href=\"")
        .unwrap()
        .1
        .replace("&amp;", "&");
    let rest = text(&place.open(&next).await);
    assert_eq!(rest.matches("<article>").count(), 3, "{rest}");
    assert!(rest.contains("spam &amp;"));
}

async fn the_place_is_looked_after_from_one_page(backend: Backend) {
    let env = [
        ("LATCHKEY_SITE__NAME", "The Den"),
        (
            "LATCHKEY_OPERATOR_KEY",
            "a key that nobody may read, ever, anywhere",
        ),
    ];
    let place = Place::with(backend, &env).await;
    let page = text(&place.open("/admin").await);
    for part in [
        "/people",
        "/admin/audit",
        "/invitations",
        "The Den",
        "lists.ceiling",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("a key that nobody"), "{page}");
    assert_eq!(page.matches("<dd>well</dd>").count(), 2, "{page}");
    let forgot = text(&open(&place.world, "/forgot", "").await);
    assert!(forgot.contains("Ask whoever runs this place"), "{forgot}");
    let login = text(&open(&place.world, "/login", "").await);
    assert!(login.contains("href=\"/forgot\""), "{login}");
}
