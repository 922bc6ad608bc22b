//! A link for all that the house has, and what became of it.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::Backend;
use serde_json::{Value, json};

use crate::app::ledger::check::check_ledger;
use crate::domain::namespace::NamespaceId;
use crate::store::group::group_members;
use crate::store::namespace::collaborators::is_in;
use crate::tests::site::Answer;
use crate::tests::v1::house::{House, secret};

/// Everything that the house has, twice as many channels among it.
pub(in crate::tests::v1) struct Several {
    pub(in crate::tests::v1) house: House,
    pub(in crate::tests::v1) second: ChannelId,
}

impl Several {
    /// An act may take longer here than anybody is expected to wait.
    pub(in crate::tests::v1) async fn new(backend: Backend) -> Self {
        Self::within(backend, "20000").await
    }

    /// An act may take so many milliseconds.
    pub(in crate::tests::v1) async fn within(backend: Backend, deadline: &str) -> Self {
        let deadline = [("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", deadline)];
        let house = House::with(backend, &deadline).await;
        let second = house
            .world
            .channels
            .create(house.owner, ChannelType::Private);
        Self { house, second }
    }

    /// Account, two channels, group, namespace: the account is not named first.
    pub(super) fn grants(&self) -> Value {
        let house = &self.house;
        let second = json!({"type": "channel", "channel": format!("chn_{}", self.second)});
        json!([
            house.grant("channel"),
            second,
            house.grant("account"),
            house.grant("group"),
            house.grant("namespace"),
        ])
    }

    pub(in crate::tests::v1) async fn link(&self, more: Value) -> Value {
        let mut wish = json!({"grants": self.grants(), "max_uses": 10});
        let more = more.as_object().unwrap().clone();
        wish.as_object_mut().unwrap().extend(more);
        let made = self
            .house
            .post("/v1/invitations", self.house.owner, wish)
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()
    }

    pub(in crate::tests::v1) async fn come(&self, made: &Value, name: &str) -> Answer {
        self.house.redeem("account", secret(made), name).await
    }

    /// What somebody has of it, in the order in which it is promised.
    pub(in crate::tests::v1) async fn has(&self, who: UserId) -> [bool; 4] {
        let house = &self.house;
        let joined = |channel| house.world.channels.members(channel).contains(&who);
        let (group, now) = (house.group.id, house.world.app.db.now());
        let here = house.world.app.db.look(move |conn| {
            let role = group_members::role_of(conn, group, who, now)?;
            Ok((role.is_some(), is_in(conn, NamespaceId(1), who, now)?))
        });
        let (in_group, in_tree) = here.await.unwrap();
        [
            joined(house.channel),
            joined(self.second),
            in_group,
            in_tree,
        ]
    }

    pub(in crate::tests::v1) async fn ledger_is_whole(&self) {
        let compared = check_ledger(&self.house.world.app).await.unwrap();
        assert_eq!(compared.findings, Vec::<String>::new());
        assert_eq!(compared.reserved, 0);
    }
}

/// What became of each thing, and why.
pub(in crate::tests::v1) fn outcomes(redemption: &Value) -> Vec<(String, Option<String>)> {
    let word = |value: &Value| value.as_str().map(str::to_owned);
    let grants = redemption["grants"].as_array().unwrap().iter();
    grants
        .map(|one| (word(&one["outcome"]).unwrap(), word(&one["reason"])))
        .collect()
}

pub(in crate::tests::v1) fn given() -> (String, Option<String>) {
    ("given".to_owned(), None)
}

pub(in crate::tests::v1) fn dropped(why: &str) -> (String, Option<String>) {
    ("dropped".to_owned(), Some(why.to_owned()))
}

pub(in crate::tests::v1) fn account(redemption: &Value) -> UserId {
    let id = redemption["account"].as_str().unwrap();
    UserId(id.strip_prefix("acc_").unwrap().parse().unwrap())
}
