//! The operations that are measured: what a client sends, and what is used up by it.

mod once;
mod pages;

use std::cell::{Cell, RefCell};

use serde_json::json;

pub(crate) use self::once::{
    accept_namespace_invites, redeem_registrations, redeem_several, register_by,
};
pub(crate) use self::pages::Pages;
use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::load::Operation;
use crate::shape::Running;
use crate::world::{Hands, Person, TEXT, World, number};

/// Requests that change nothing but time: each client sends its own, one after the other.
pub(crate) struct Repeated {
    requests: Vec<Vec<u8>>,
    next: Cell<usize>,
}

impl Repeated {
    pub(crate) fn of(requests: Vec<Vec<u8>>) -> Self {
        Self {
            requests,
            next: Cell::new(0),
        }
    }

    /// `GET path` by each person.
    pub(crate) fn get(world: &World, path: &str) -> Self {
        let by = |person: &Person| request("GET", path, Auth::Session(&person.session), None);
        Self::of(world.people.iter().map(by).collect())
    }

    /// `POST path` by each person about each of his channels.
    pub(crate) fn post(world: &World, path: &str, body: impl Fn(i64) -> serde_json::Value) -> Self {
        let mut requests = Vec::new();
        // Neighbours in the list are different people in different channels.
        for nth in 0..10 {
            for person in &world.people {
                let channel = person
                    .channels
                    .get(nth)
                    .and_then(|at| world.channels.get(*at));
                let Some(channel) = channel else { continue };
                let body = body(*channel).to_string();
                requests.push(request(
                    "POST",
                    path,
                    Auth::Session(&person.session),
                    Some(&body),
                ));
            }
        }
        Self::of(requests)
    }

    /// Sending a text.
    pub(crate) fn send(world: &World) -> Self {
        Self::post(
            world,
            "/api/channel/messages/create",
            |channel| json!({"channelId": channel, "type": "text", "content": TEXT}),
        )
    }

    /// The latest fifty messages of a channel.
    pub(crate) fn fetch(world: &World) -> Self {
        Self::post(
            world,
            "/api/channel/messages",
            |channel| json!({"load": [{"channelId": channel, "limit": 50}]}),
        )
    }
}

impl Operation for Repeated {
    async fn once(&self, conn: &mut Connection, _: usize) -> Result<bool> {
        let nth = self.next.get();
        self.next.set((nth + 1) % self.requests.len().max(1));
        let Some(request) = self.requests.get(nth) else {
            return Ok(false);
        };
        conn.call(request).await?.success()?;
        Ok(true)
    }
}

/// Making a channel.
pub(crate) struct CreateChannel<'a> {
    world: &'a World,
    made: Cell<usize>,
}

impl<'a> CreateChannel<'a> {
    pub(crate) const fn new(world: &'a World) -> Self {
        Self {
            world,
            made: Cell::new(0),
        }
    }
}

impl Operation for CreateChannel<'_> {
    async fn once(&self, conn: &mut Connection, client: usize) -> Result<bool> {
        let nth = self.made.replace(self.made.get() + 1);
        let person = nth_person(self.world, client + nth)?;
        let body = json!({"channelName": format!("Made {nth}"), "channelType": "private"});
        let auth = Auth::Session(&person.session);
        let bytes = request("POST", "/api/channel/create", auth, Some(&body.to_string()));
        conn.call(&bytes).await?.success()?;
        Ok(true)
    }
}

fn nth_person(world: &World, nth: usize) -> Result<&Person> {
    let count = world.people.len().max(1);
    Ok(world.people.get(nth % count).ok_or("nobody")?)
}

/// Inviting somebody to a channel, and joining by that invitation: two requests.
pub(crate) struct InviteAndJoin<'a> {
    world: &'a World,
    /// Channel, its owner, and who is not in it yet.
    pairs: RefCell<Vec<(i64, usize, usize)>>,
}

impl<'a> InviteAndJoin<'a> {
    /// Makes so many private channels for each person.
    pub(crate) async fn prepare(
        running: &Running<'_>,
        world: &'a World,
        channels: usize,
    ) -> Result<Self> {
        let mut hands = Hands::of(running).await?;
        let mut pairs = Vec::new();
        let mut owned = Vec::new();
        for (at, owner) in world.people.iter().enumerate() {
            for nth in 0..channels {
                let name = format!("Private {at} {nth}");
                owned.push((hands.channel(owner, &name, "private").await?, at));
            }
        }
        // Neighbours in the list are different channels.
        for offset in 1..world.people.len() {
            for (channel, owner) in &owned {
                pairs.push((*channel, *owner, (owner + offset) % world.people.len()));
            }
        }
        Ok(Self {
            world,
            pairs: RefCell::new(pairs),
        })
    }
}

impl InviteAndJoin<'_> {
    /// Two lots, so that the first load leaves something for the second.
    pub(crate) fn halves(self) -> [Self; 2] {
        let world = self.world;
        halves(self.pairs.take()).map(|pairs| Self {
            world,
            pairs: RefCell::new(pairs),
        })
    }
}

impl Operation for InviteAndJoin<'_> {
    async fn once(&self, conn: &mut Connection, _: usize) -> Result<bool> {
        let Some((channel, owner, guest)) = self.pairs.borrow_mut().pop() else {
            return Ok(false);
        };
        let (owner, guest) = (
            nth_person(self.world, owner)?,
            nth_person(self.world, guest)?,
        );
        let body = json!({
            "channelId": channel, "username": guest.name, "invitePerms": ["read", "write"],
        });
        let auth = Auth::Session(&owner.session);
        let bytes = request("POST", "/api/channel/invite", auth, Some(&body.to_string()));
        let invite = number(&conn.call(&bytes).await?.json()?, "inviteId")?;
        let body = json!({"channelId": channel, "inviteId": invite});
        let auth = Auth::Session(&guest.session);
        let bytes = request("POST", "/api/channel/join", auth, Some(&body.to_string()));
        conn.call(&bytes).await?.success()?;
        Ok(true)
    }
}

fn halves<T>(mut all: Vec<T>) -> [Vec<T>; 2] {
    let second = all.split_off(all.len() / 2);
    [all, second]
}
