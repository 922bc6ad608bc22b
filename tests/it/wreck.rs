//! What must be true after any crash or cut, within five seconds and without a hand's help: no
//! invite is spent without somebody let in, and nobody is in without a spent use.

use std::time::Duration;

use latchkey_testing::eventually;

use crate::house::{House, PASSWORD, Person, list, unique};

/// Within this everything is settled.
pub(crate) const SETTLED: Duration = Duration::from_secs(5);

/// A sign-up whose outcome may be unknown, by an invite of the first account's.
#[derive(Debug, Clone)]
pub(crate) struct SignUp {
    pub(crate) name: String,
    pub(crate) token: String,
}

impl SignUp {
    /// One that has not begun.
    pub(crate) async fn new(house: &House) -> Self {
        Self {
            name: unique("wreck"),
            token: house.token().await,
        }
    }

    /// Waits until it is settled: true when it let somebody in, false when the invite was whole
    /// again (and has let in another one now).
    pub(crate) async fn settled(&self, house: &House) -> bool {
        let what = format!("{self:?} is settled");
        let inside = eventually(SETTLED, &what, || self.look(house)).await;
        // It stays so.
        let login = house.nobody().login(&self.name, PASSWORD).await;
        assert_eq!(login.status, if inside { 200 } else { 401 }, "{login}");
        let again = house
            .nobody()
            .create_user(&unique("spent"), PASSWORD, &self.token)
            .await;
        again.refused("invalid-user-invite");
        inside
    }

    async fn look(&self, house: &House) -> Option<bool> {
        let accepted = self.accepted(house).await;
        if accepted.as_deref() == Some(self.name.as_str()) {
            // Spent: then somebody is in.
            return (house.nobody().login(&self.name, PASSWORD).await.status == 200)
                .then_some(true);
        }
        assert_eq!(accepted, None, "{self:?}");
        let spare = unique("spare");
        let answer = house
            .nobody()
            .create_user(&spare, PASSWORD, &self.token)
            .await;
        if answer.status == 201 {
            assert_eq!(self.accepted(house).await, Some(spare));
            return Some(false);
        }
        let suffix = answer.problem_suffix().unwrap_or_default();
        let waits = ["invalid-user-invite", "service-unavailable"].contains(&suffix.as_str());
        assert!(waits, "{answer}");
        None
    }

    /// Who came by the invite, as its maker sees it.
    async fn accepted(&self, house: &House) -> Option<String> {
        let mine = house.root().invites().await.ok(200);
        let mut invites = list(&mine["invites"]).iter();
        let invite = invites.find(|invite| invite["token"] == self.token.as_str());
        let invite = invite.unwrap_or_else(|| panic!("{self:?} is not listed"));
        assert_eq!(
            invite["acceptedBy"].is_null(),
            invite["acceptedName"].is_null()
        );
        invite["acceptedName"].as_str().map(str::to_owned)
    }
}

/// A join by invite whose outcome may be unknown.
#[derive(Clone)]
pub(crate) struct Joining {
    pub(crate) owner: Person,
    pub(crate) guest: Person,
    pub(crate) channel: i64,
    pub(crate) invite: i64,
}

impl Joining {
    /// One that has not begun, into a new private channel.
    pub(crate) async fn new(owner: &Person, guest: &Person) -> Self {
        let channel = owner.private_channel().await;
        Self {
            owner: owner.clone(),
            guest: guest.clone(),
            channel,
            invite: owner.invites_in(channel, guest, &["write"]).await,
        }
    }

    /// Waits until it is settled: true when it let the guest in, false when the invite was whole
    /// again (and has let the guest in now).
    pub(crate) async fn settled(&self) -> bool {
        let what = format!("invite {} to channel {}", self.invite, self.channel);
        let inside = eventually(SETTLED, &what, || self.look()).await;
        assert_eq!(
            self.owner.sees_in(self.channel).await,
            [self.owner.id, self.guest.id]
        );
        assert_eq!(self.guest.may(self.channel).await, ["read", "write"]);
        assert!(!self.guest.waiting().await.contains(&self.invite));
        self.guest.leave(self.channel).await.done();
        // As long as the use is only reserved it is not refused for good.
        eventually(SETTLED, &what, async || {
            let again = self.guest.join_with(self.channel, self.invite).await;
            let waits = again.problem_suffix().as_deref() == Some("service-unavailable");
            (!waits).then(|| again.refused("invalid-channel-invite"))
        })
        .await;
        inside
    }

    async fn look(&self) -> Option<bool> {
        let inside = self
            .owner
            .sees_in(self.channel)
            .await
            .contains(&self.guest.id);
        let pending = self.guest.waiting().await.contains(&self.invite);
        if inside {
            return (!pending).then_some(true);
        }
        let answer = self.guest.join_with(self.channel, self.invite).await;
        match answer.problem_suffix().as_deref() {
            None => {
                assert_eq!(answer.status, 200, "{answer}");
                Some(false)
            }
            Some("invalid-channel-invite" | "user-aleady-in-channel" | "service-unavailable") => {
                None
            }
            Some(_) => panic!("{answer}"),
        }
    }
}

/// The operator's own comparison of uses with accounts and memberships finds nothing.
#[track_caller]
pub(crate) fn ledger_is_whole(house: &House) {
    let doctor = house.stack.command(&["doctor", "--ledger"], "");
    assert!(doctor.status.success(), "{doctor:?}");
}
