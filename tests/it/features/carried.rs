//! What an invitation carries beside the right to come in, and for whom.

use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use super::{come, into, link};
use crate::house::{Person, house, list, text, unique};
use crate::v1::is_problem;

/// How somebody calls by the group contract.
async fn bearer(person: &Person) -> String {
    let token = person.post("/api/user/token", &json!({"kind": "bearer"}));
    format!("Bearer {}", text(&token.await.ok(200), "token"))
}

async fn a07_role_carried(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let bearer = bearer(&maker).await;
    let made = maker
        .elsewhere()
        .post("/group", &json!({"name": unique("Grupo")}))
        .header("authorization", &bearer);
    let group = text(&made.await.ok(201), "id").to_owned();
    let grant = |role: &str| json!({"type": "group", "group": group, "role": role});
    for (role, may_invite) in [("member", false), ("admin", true)] {
        let guest = house.person().await;
        let made = link(&maker, json!({"grants": [grant(role)]})).await;
        drop(come(&guest, &made).await.ok(201));
        let uuid = house.stack.admin(&["user", "uuid", &guest.name], "");
        let uuid = uuid.last_line();
        let members = maker
            .elsewhere()
            .get(format!("/member/group/{group}"))
            .header("authorization", &bearer)
            .await
            .ok(200);
        let is_guest = |one: &&Value| one.to_string().contains(&uuid);
        let member = list(&members).iter().find(is_guest);
        let shown = member.unwrap_or_else(|| panic!("{uuid} in {members}"));
        assert_eq!(text(shown, "role").to_lowercase(), role, "{shown}");
        // An admin's role is more than a word.
        let wish = json!({"grants": [grant("member")]});
        let invites = guest.post("/v1/invitations", &wish).await;
        assert_eq!(invites.status == 201, may_invite, "{role}: {invites}");
    }
}

async fn a26_bound_to_one_address_and_enforced(backend: Backend) {
    let house = house(backend);
    let (maker, thief, late) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let channel = maker.private_channel().await;
    let address = format!("{}@example.org", unique("late"));
    let audience = json!({"type": "email", "email": address});
    let wish = json!({"grants": [into(channel)], "audience": audience});
    let made = link(&maker, wish).await;
    assert_eq!(made["audience"], audience);
    for who in [&thief, &late] {
        is_problem(&come(who, &made).await, 409, "other-recipient");
    }
    // Whoever has the address by then comes in, and nobody else.
    let set = ["user", "set-email", &late.name, &address];
    assert!(house.stack.admin(&set, "").status.success());
    is_problem(&come(&thief, &made).await, 409, "other-recipient");
    drop(come(&late, &made).await.ok(201));
    assert_eq!(maker.sees_in(channel).await.len(), 2);
    thief.say(channel, "Here?").await.refused("no-permission");
}

every_shape!(a07_role_carried, a26_bound_to_one_address_and_enforced);
