//! The workload: 64 people, 64 channels with 10 members each, 60 messages in each channel, and what
//! the operations need beside. Made over the contracts, as everybody has to.

use serde_json::{Value, json};

use crate::Result;
use crate::http::{Auth, Connection, request};
use crate::shape::{House, Running};

/// People of the workload.
pub(crate) const PEOPLE: usize = 64;
/// Channels of the workload; the members of channel n are the people n to n + 9, around the circle.
pub(crate) const CHANNELS: usize = 64;
const MEMBERS: usize = 10;
/// Messages in each channel before the start.
const MESSAGES: usize = 60;
/// People who listen to the channel whose deliveries are measured.
pub(crate) const LISTENERS: usize = 500;

/// A hash of next to nothing, so that making the world does not take minutes. Operations are
/// measured at the default cost, or say that they are not.
pub(crate) const CHEAP_HASH: [(&str, &str); 2] = [
    ("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "8"),
    ("LATCHKEY_USERS__PASSWORD_PASSES", "1"),
];

/// Sixty bytes.
pub(crate) const TEXT: &str = "Sixty bytes of text, as people write them in the channels...";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) session: String,
    /// Positions in [`World::channels`].
    pub(crate) channels: Vec<usize>,
}

/// What was made.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) people: Vec<Person>,
    /// Ids.
    pub(crate) channels: Vec<i64>,
    /// Sessions of people who are in nothing but the channel of the deliveries.
    pub(crate) listeners: Vec<Person>,
    /// The choir contract's key, and an invitation that is good.
    pub(crate) choir_check: String,
}

/// A client for preparations: signed in as whoever is named.
pub(crate) struct Hands {
    conn: Connection,
}

impl Hands {
    pub(crate) async fn of(running: &Running<'_>) -> Result<Self> {
        Ok(Self {
            conn: Connection::open(running.entrance()).await?,
        })
    }

    pub(crate) async fn post(&mut self, path: &str, auth: Auth<'_>, body: &Value) -> Result<Value> {
        let bytes = request("POST", path, auth, Some(&body.to_string()));
        let answer = self.conn.call(&bytes).await?;
        answer
            .success()
            .map_err(|error| format!("{path}: {error}"))?;
        Ok(serde_json::from_slice(answer.body).unwrap_or(Value::Null))
    }

    pub(crate) async fn register(&mut self, name: &str, token: &str) -> Result<Person> {
        let account =
            json!({"username": name, "password": "correct horse battery", "inviteToken": token});
        let made = self
            .post("/api/user/create", Auth::Nobody, &account)
            .await?;
        let body = json!({"username": name, "password": "correct horse battery"});
        let bytes = request(
            "POST",
            "/api/user/login",
            Auth::Nobody,
            Some(&body.to_string()),
        );
        let answer = self.conn.call(&bytes).await?;
        answer.success()?;
        Ok(Person {
            id: number(&made, "userId")?,
            name: name.to_owned(),
            session: answer.cookie("t").ok_or("no session")?,
            channels: Vec::new(),
        })
    }

    pub(crate) async fn channel(&mut self, owner: &Person, name: &str, kind: &str) -> Result<i64> {
        let body = json!({"channelName": name, "channelType": kind});
        let made = self
            .post("/api/channel/create", Auth::Session(&owner.session), &body)
            .await?;
        number(&made, "channelId")
    }

    pub(crate) async fn join(&mut self, person: &Person, channel: i64) -> Result<()> {
        let body = json!({"channelId": channel});
        self.post("/api/channel/join", Auth::Session(&person.session), &body)
            .await
            .map(drop)
    }

    pub(crate) async fn send(&mut self, person: &Person, channel: i64) -> Result<()> {
        let body = json!({"channelId": channel, "type": "text", "content": TEXT});
        self.post(
            "/api/channel/messages/create",
            Auth::Session(&person.session),
            &body,
        )
        .await
        .map(drop)
    }

    pub(crate) async fn api_token(&mut self, person: &Person, scopes: &[&str]) -> Result<String> {
        let body = json!({"name": "bench", "scopes": scopes});
        let made = self
            .post("/api/user/tokens", Auth::Session(&person.session), &body)
            .await?;
        text(&made, "token")
    }
}

/// A number of an answer.
pub(crate) fn number(value: &Value, name: &str) -> Result<i64> {
    value
        .get(name)
        .and_then(Value::as_i64)
        .ok_or_else(|| format!("no {name} in {value}").into())
}

/// A text of an answer.
pub(crate) fn text(value: &Value, name: &str) -> Result<String> {
    let found = value.get(name).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| format!("no {name} in {value}").into())
}

/// The token of a link that is good for so many people.
pub(crate) fn link(house: &House, uses: usize) -> Result<String> {
    let link = house.answer(&["admin", "invite", "create", "--uses", &uses.to_string()])?;
    let (_, token) = link.split_once("?t=").ok_or("no link")?;
    Ok(token.replace("%3D", "="))
}

/// Makes the world, with so many listeners, in a house that was started with [`CHEAP_HASH`].
pub(crate) async fn make(running: &Running<'_>, ears: usize) -> Result<World> {
    let house = running.house();
    let token = link(house, PEOPLE + ears)?;
    let mut hands = Hands::of(running).await?;
    let mut people = Vec::with_capacity(PEOPLE);
    for nth in 0..PEOPLE {
        people.push(hands.register(&format!("person{nth:03}"), &token).await?);
    }
    let mut listeners = Vec::with_capacity(ears);
    for nth in 0..ears {
        listeners.push(hands.register(&format!("listener{nth:03}"), &token).await?);
    }
    let mut channels = Vec::with_capacity(CHANNELS);
    for nth in 0..CHANNELS {
        let around = |offset: usize| (nth + offset) % PEOPLE;
        let members: Vec<usize> = (0..MEMBERS).map(around).collect();
        let mut present: Vec<Person> = Vec::with_capacity(MEMBERS);
        for member in members {
            let person = people.get_mut(member).ok_or("no such person")?;
            person.channels.push(nth);
            present.push(person.clone());
        }
        let (owner, others) = present.split_first().ok_or("no members")?;
        let channel = hands
            .channel(owner, &format!("Channel {nth}"), "public")
            .await?;
        for other in others {
            hands.join(other, channel).await?;
        }
        for person in present.iter().cycle().take(MESSAGES) {
            hands.send(person, channel).await?;
        }
        channels.push(channel);
    }
    let choir_check = choir(house, &mut hands, &people).await?;
    Ok(World {
        people,
        channels,
        listeners,
        choir_check,
    })
}

async fn choir(house: &House, hands: &mut Hands, people: &[Person]) -> Result<String> {
    let owner = people.first().ok_or("nobody")?;
    house.answer(&["admin", "choir", "whitelist", &owner.name])?;
    let made = hands
        .post(
            "/keys/create",
            Auth::Session(&owner.session),
            &json!({"keyname": "bench"}),
        )
        .await?;
    let key = key_in(&made).ok_or("no choir key")?;
    let body = json!({"creator": "u-17", "invitee": "user@example.org", "choirId": "altos"});
    let invited = hands
        .post(&format!("/create/?apikey={key}"), Auth::Nobody, &body)
        .await?;
    let id = text(&invited, "id")?;
    Ok(format!("/check/{id}?apikey={key}"))
}

/// The choir key, wherever the answer has it.
fn key_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.starts_with("choir_") => Some(text.clone()),
        Value::Object(members) => members.values().find_map(key_in),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}
