//! Whoever is blocked and invites at the same moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use latchkey_common::fault::Fault;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;
use tokio::sync::oneshot;

use super::house::{House, code};
use crate::store::blocks::stops;

both_databases!(
    a_block_waits_for_whoever_is_about_to_invite,
    of_a_block_and_an_invitation_one_is_first,
);

/// Whoever has looked and found nothing in the way invites before the block is answered, or not at all.
async fn a_block_waits_for_whoever_is_about_to_invite(backend: Backend) {
    let house = House::new(backend).await;
    let (owner, guest) = (house.owner, house.world.users.account("guest"));
    let (looked, has_looked) = oneshot::channel();
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let inviting = house.world.app.db.write(move |conn| {
        assert!(!stops(conn, guest, owner)?);
        looked.send(()).unwrap();
        sleep(Duration::from_millis(400));
        over.store(true, Ordering::SeqCst);
        Ok::<_, Fault>(())
    });
    let blocking = async {
        has_looked.await.unwrap();
        let whom = json!({"account": format!("acc_{owner}")});
        let blocked = house.post("/v1/me/blocks", guest, whom).await;
        assert_eq!(blocked.status, 201, "{}", blocked.body);
        assert!(
            is_over.load(Ordering::SeqCst),
            "the block was answered first"
        );
    };
    let (invited, ()) = futures_util::future::join(inviting, blocking).await;
    invited.unwrap();
}

async fn of_a_block_and_an_invitation_one_is_first(backend: Backend) {
    let house = House::new(backend).await;
    for n in 0..10 {
        let guest = house.world.users.account(&format!("guest-{n}"));
        let audience = json!({"type": "account", "account": format!("acc_{guest}")});
        let wish = json!({"grants": [house.grant("group")], "audience": audience});
        let whom = json!({"account": format!("acc_{}", house.owner)});
        let invite = house.post("/v1/invitations", house.owner, wish.clone());
        let block = house.post("/v1/me/blocks", guest, whom);
        let (invited, blocked) = futures_util::future::join(invite, block).await;
        assert_eq!(blocked.status, 201, "{}", blocked.body);
        if invited.status != 201 {
            assert_eq!(code(&invited), "takes-no-invitations");
        }
        let late = house.post("/v1/invitations", house.owner, wish).await;
        assert!(
            ["takes-no-invitations", "already-open"].contains(&code(&late).as_str()),
            "{}",
            late.body
        );
    }
}
