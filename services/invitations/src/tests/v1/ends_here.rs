//! Groups and trees of namespaces that somebody is in for a time.

use std::time::Duration;

use diesel::RunQueryDsl as _;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::house::{House, code, id, secret, who_came};
use super::requests::{ask, open_house};
use crate::app::group::change_membership::{MembershipError, end_membership};
use crate::app::group::end_memberships::end_memberships;
use crate::app::namespace::end_collaborations::end_collaborations;
use crate::domain::namespace::NamespaceId;
use crate::store::group::group_members;
use crate::store::namespace::collaborators;

both_databases!(
    groups_and_trees_end_for_each_guard,
    an_admin_for_a_time_is_not_the_last,
    whoever_was_in_comes_in_again,
    what_has_ended_is_taken_out,
);

/// The owner's group or tree with a guest in it for a week, who has come by the way of this name.
async fn with_guest(house: &House, sort: &str, way: &str) -> UserId {
    let guest = house.world.users.account("guest");
    comes(house, sort, way, guest).await
}

async fn comes(house: &House, sort: &str, way: &str, guest: UserId) -> UserId {
    let mut grant = house.grant(sort);
    grant["ends_after"] = json!("P7D");
    let account = json!({"type": "account", "account": format!("acc_{guest}")});
    let came = match way {
        "link" => {
            let wish = json!({"grants": [grant]});
            let made = house.post("/v1/invitations", house.owner, wish).await;
            house
                .post(
                    "/v1/redemptions",
                    guest,
                    json!({"secret": secret(&made.json())}),
                )
                .await
        }
        "several" => {
            let wish = json!({"grants": [house.grant("channel"), grant]});
            let made = house.post("/v1/invitations", house.owner, wish).await;
            house
                .post(
                    "/v1/redemptions",
                    guest,
                    json!({"secret": secret(&made.json())}),
                )
                .await
        }
        "offer" => {
            let wish = json!({"grants": [grant], "audience": account});
            let made = house.post("/v1/invitations", house.owner, wish).await;
            let accept = format!("/v1/invitations/{}/accept", id(&made.json()));
            house.post(&accept, guest, json!({})).await
        }
        _ => {
            let asked = ask(house, sort, guest).await.json();
            let approve = format!("/v1/join-requests/{}/approve", id(&asked));
            let yes = json!({"ends_after": "P7D"});
            house.post(&approve, house.owner, yes).await
        }
    };
    assert!([200, 201].contains(&came.status), "{way}: {}", came.body);
    guest
}

/// Whether somebody is in the group, and in the tree.
async fn is_in(house: &House, who: UserId) -> (bool, bool) {
    let (group, now) = (house.group.id, house.world.app.db.now());
    let found = house.world.app.db.look(move |conn| {
        let role = group_members::role_of(conn, group, who, now)?;
        Ok((
            role.is_some(),
            collaborators::is_in(conn, NamespaceId(1), who, now)?,
        ))
    });
    found.await.unwrap()
}

fn wait(house: &House, days: u32) {
    let day = Duration::from_hours(24);
    house.world.app.db.clock().advance(day * days);
}

/// No job has run.
async fn groups_and_trees_end_for_each_guard(backend: Backend) {
    for way in ["link", "several", "offer", "request"] {
        let house = open_house(backend).await;
        let guest = with_guest(&house, "group", way).await;
        wait(&house, 6);
        assert_eq!(is_in(&house, guest).await, (true, false), "{way}");
        wait(&house, 1);
        assert_eq!(is_in(&house, guest).await, (false, false), "{way}");
        let house = open_house(backend).await;
        let guest = with_guest(&house, "namespace", way).await;
        wait(&house, 6);
        assert_eq!(is_in(&house, guest).await, (false, true), "{way}");
        wait(&house, 1);
        assert_eq!(is_in(&house, guest).await, (false, false), "{way}");
    }
}

async fn an_admin_for_a_time_is_not_the_last(backend: Backend) {
    let house = open_house(backend).await;
    let mut grant = house.grant("group");
    grant["role"] = json!("admin");
    grant["ends_after"] = json!("P7D");
    let wish = json!({"grants": [grant]});
    let made = house.post("/v1/invitations", house.owner, wish).await;
    let came = house.redeem("group", secret(&made.json()), "guest").await;
    let (guest, owner) = (who_came(&came), house.owner);
    let further = json!({"grants": [house.grant("group")]});
    let invites = house.post("/v1/invitations", guest, further.clone()).await;
    assert_eq!(invites.status, 201, "{}", invites.body);
    let (group, now) = (house.group.id, house.world.app.db.now());
    let members = house.world.app.db.look(move |conn| {
        let of = group_members::MembersOf::Group(group);
        group_members::list(conn, of, 0, 10, now)
    });
    let members = members.await.unwrap();
    let mine = members.iter().find(|(one, _)| one.user_id == owner);
    let uuid = mine.unwrap().0.uuid.clone();
    let left = end_membership(&house.world.app, owner, uuid).await;
    assert!(matches!(left, Err(MembershipError::LastAdmin)), "{left:?}");
    wait(&house, 7);
    let late = house.post("/v1/invitations", guest, further).await;
    assert_eq!(code(&late), "grant-not-yours", "{}", late.body);
    // What they have made lets nobody in any more.
    let came = house
        .redeem("group", secret(&invites.json()), "other")
        .await;
    assert_eq!(code(&came), "inviter-lost-right", "{}", came.body);
}

async fn whoever_was_in_comes_in_again(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in ["group", "namespace"] {
        for way in ["link", "offer", "request"] {
            comes(&house, sort, way, guest).await;
            let (group, tree) = is_in(&house, guest).await;
            assert!(group || tree, "{sort} {way}");
            wait(&house, 7);
        }
    }
}

async fn what_has_ended_is_taken_out(backend: Backend) {
    let house = open_house(backend).await;
    with_guest(&house, "group", "link").await;
    with_guest(&house, "namespace", "link").await;
    let rows = async || {
        let counted = house.world.app.db.look(|conn| {
            let count = |conn: &mut Conn, table: &str| -> QueryResult<i64> {
                let query = format!("SELECT count(*) AS last FROM {table}");
                let row: Last = on!(conn, |c| diesel::sql_query(&query).get_result(c))?;
                Ok(row.last)
            };
            Ok((count(conn, "group_members")?, count(conn, "collaborators")?))
        });
        counted.await.unwrap()
    };
    end_memberships(&house.world.app).await.unwrap();
    end_collaborations(&house.world.app).await.unwrap();
    assert_eq!(rows().await, (2, 1));
    wait(&house, 7);
    end_memberships(&house.world.app).await.unwrap();
    end_collaborations(&house.world.app).await.unwrap();
    assert_eq!(rows().await, (1, 0));
}

#[derive(diesel::QueryableByName)]
struct Last {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    last: i64,
}
