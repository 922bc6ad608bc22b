//! Pages, as browsers ask for them: whole, by a session or by a link.

use serde_json::json;

use super::{Repeated, nth_person};
use crate::Result;
use crate::http::{Auth, page};
use crate::shape::Running;
use crate::world::{Hands, World, text};

/// The pages that people open most.
pub(crate) struct Pages {
    /// What a link leads to, to somebody who is not signed in.
    pub(crate) landing: Repeated,
    /// What waits for somebody: one invitation.
    pub(crate) inbox: Repeated,
    /// A channel with its newest fifty messages.
    pub(crate) channel: Repeated,
}

impl Pages {
    /// A link of each person's into a channel of their own, and an invitation there for the next one.
    pub(crate) async fn prepare(running: &Running<'_>, world: &World) -> Result<Self> {
        let mut hands = Hands::of(running).await?;
        let (mut landing, mut inbox, mut channel) = (Vec::new(), Vec::new(), Vec::new());
        for (at, person) in world.people.iter().enumerate() {
            let auth = Auth::Session(&person.session);
            let made = hands
                .channel(person, &format!("Page {at}"), "private")
                .await?;
            let guest = &nth_person(world, at + 1)?.name;
            let body = json!({"channelId": made, "username": guest, "invitePerms": ["read"]});
            hands.post("/api/channel/invite", auth, &body).await?;
            let into = json!({
                "type": "channel", "channel": format!("chn_{made}"), "permissions": ["write"],
            });
            let wish = json!({"grants": [{"type": "account"}, into], "max_uses": 10});
            let made = hands.post("/v1/invitations", auth, &wish).await?;
            let secret = text(made.get("secret").ok_or("no secret")?, "secret")?;
            landing.push(page(&format!("/i/{secret}"), Auth::Nobody));
            inbox.push(page("/inbox", auth));
            let talked = person
                .channels
                .first()
                .and_then(|nth| world.channels.get(*nth));
            let talked = talked.ok_or("in no channel")?;
            channel.push(page(&format!("/c/{talked}"), auth));
        }
        Ok(Self {
            landing: Repeated::of(landing),
            inbox: Repeated::of(inbox),
            channel: Repeated::of(channel),
        })
    }
}
