//! Operations whose requests each work once: they are prepared, and used up by the load.

use std::cell::RefCell;

use serde_json::json;

use super::{halves, nth_person};
use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::load::{Operation, drain};
use crate::shape::Running;
use crate::world::{Hands, World, number, text};

/// Connections that prepare.
const HANDS: usize = 16;

/// Requests that each work once.
pub(crate) struct Once {
    requests: RefCell<Vec<Vec<u8>>>,
}

impl Once {
    /// Two lots, so that the first load leaves something for the second.
    pub(crate) fn halves(self) -> [Self; 2] {
        halves(self.requests.take()).map(|requests| Self {
            requests: RefCell::new(requests),
        })
    }
}

impl Operation for Once {
    async fn once(&self, conn: &mut Connection, _: usize) -> Result<bool> {
        let Some(request) = self.requests.borrow_mut().pop() else {
            return Ok(false);
        };
        conn.call(&request).await?.success()?;
        Ok(true)
    }
}

/// Requests whose answers are kept.
struct Collect {
    requests: RefCell<Vec<(Vec<u8>, usize)>>,
    answers: RefCell<Vec<(serde_json::Value, usize)>>,
}

impl Collect {
    async fn all(
        running: &Running<'_>,
        requests: Vec<(Vec<u8>, usize)>,
    ) -> Result<Vec<(serde_json::Value, usize)>> {
        let work = Self {
            requests: RefCell::new(requests),
            answers: RefCell::default(),
        };
        drain(running.entrance(), &work, HANDS).await?;
        Ok(work.answers.into_inner())
    }
}

impl Operation for Collect {
    async fn once(&self, conn: &mut Connection, _: usize) -> Result<bool> {
        let Some((request, note)) = self.requests.borrow_mut().pop() else {
            return Ok(false);
        };
        let answer = conn.call(&request).await?.json()?;
        self.answers.borrow_mut().push((answer, note));
        Ok(true)
    }
}

/// Accepting a namespace invite: so many namespaces for each person, and everybody is invited to
/// each.
pub(crate) async fn accept_namespace_invites(
    running: &Running<'_>,
    world: &World,
    namespaces: usize,
) -> Result<Once> {
    let mut hands = Hands::of(running).await?;
    let mut tokens = Vec::new();
    for person in &world.people {
        let scopes = ["namespace:write", "invite:read", "invite:write"];
        tokens.push(hands.api_token(person, &scopes).await?);
    }
    let mut owned = Vec::new();
    for (at, (owner, token)) in world.people.iter().zip(&tokens).enumerate() {
        for nth in 0..namespaces {
            let name = format!("space{nth}");
            let body = json!({"name": name});
            hands
                .post("/namespaces", Auth::Bearer(token), &body)
                .await?;
            owned.push((at, token, format!("/n/{}/{name}/-/invites", owner.name)));
        }
    }
    let mut asks = Vec::new();
    // Neighbours in the list are different namespaces: who comes into one waits for the others.
    for offset in 1..world.people.len() {
        for (at, token, path) in &owned {
            let guest = (at + offset) % world.people.len();
            let body = json!({"handle": nth_person(world, guest)?.name}).to_string();
            let ask = request("POST", path, Auth::Bearer(token), Some(&body));
            asks.push((ask, guest));
        }
    }
    let mut requests = Vec::with_capacity(asks.len());
    for (made, guest) in Collect::all(running, asks).await? {
        let path = format!("/invites/{}", number(&made, "id")?);
        let token = tokens.get(guest).ok_or("no such person")?;
        requests.push(request("PATCH", &path, Auth::Bearer(token), None));
    }
    Ok(Once {
        requests: RefCell::new(requests),
    })
}

/// Redeeming registration invitations, each good for one person.
pub(crate) async fn redeem_registrations(
    running: &Running<'_>,
    world: &World,
    count: usize,
    names: &str,
) -> Result<Once> {
    let mut asks = Vec::with_capacity(count);
    for person in world.people.iter().cycle().take(count) {
        let auth = Auth::Session(&person.session);
        asks.push((request("POST", "/api/user/invites/create", auth, None), 0));
    }
    let mut tokens = Vec::with_capacity(count);
    for (made, _) in Collect::all(running, asks).await? {
        tokens.push(text(&made, "token")?);
    }
    Ok(register_by(&tokens, names))
}

/// Registering one person by each of these tokens.
pub(crate) fn register_by(tokens: &[String], names: &str) -> Once {
    let requests = tokens.iter().enumerate().map(|(nth, token)| {
        let body = json!({
            "username": format!("{names}{nth}"),
            "password": "correct horse battery",
            "inviteToken": token,
        });
        request(
            "POST",
            "/api/user/create",
            Auth::Nobody,
            Some(&body.to_string()),
        )
    });
    Once {
        requests: RefCell::new(requests.collect()),
    }
}

/// Redeeming links for an account and two channels: one of each person's, good for as many as are asked for.
pub(crate) async fn redeem_several(
    running: &Running<'_>,
    world: &World,
    count: usize,
    names: &str,
) -> Result<Once> {
    let mut hands = Hands::of(running).await?;
    let each = count.div_ceil(world.people.len().max(1));
    let mut secrets = Vec::with_capacity(world.people.len());
    for (at, person) in world.people.iter().enumerate() {
        let mut grants = vec![json!({"type": "account"})];
        for nth in ["first", "second"] {
            let name = format!("Promised {at} {nth}");
            let channel = hands.channel(person, &name, "private").await?;
            grants.push(json!({
                "type": "channel", "channel": format!("chn_{channel}"), "permissions": ["write"],
            }));
        }
        let wish = json!({"grants": grants, "max_uses": each});
        let auth = Auth::Session(&person.session);
        let made = hands.post("/v1/invitations", auth, &wish).await?;
        secrets.push(text(made.get("secret").ok_or("no secret")?, "secret")?);
    }
    // Neighbours in the list come by different links.
    let requests = secrets.iter().cycle().take(count).enumerate();
    let requests = requests.map(|(nth, secret)| {
        let account = json!({
            "username": format!("{names}{nth}"), "password": "correct horse battery",
        });
        let body = json!({"secret": secret, "account": account});
        request(
            "POST",
            "/v1/redemptions",
            Auth::Nobody,
            Some(&body.to_string()),
        )
    });
    Ok(Once {
        requests: RefCell::new(requests.collect()),
    })
}
