//! What happens in a Latchkey whose databases become a fixture: something of every kind, some of it
//! over and some still open.

mod others;

use latchkey_testing::chat::Chat;
use latchkey_testing::stack::token_of;
use serde_json::{Value, json};

use crate::house::{ALL, House, PASSWORD, Person, int, text};

/// What to ask about it, and what is still to be done.
pub(super) struct Life {
    /// Whose streams are told.
    pub(super) people: Vec<String>,
    /// Questions for [`super::told::Asker::ask`].
    pub(super) questions: Vec<Value>,
    /// Words for the operator's command.
    pub(super) admin: Vec<Value>,
    /// Invitations whose end a job notes.
    pub(super) over: Vec<String>,
    /// Deeds that must still be possible, with the status that they get.
    pub(super) open: Vec<Value>,
}

impl Life {
    fn see(&mut self, by: [&str; 2], path: &str) {
        let question = json!({"by": by, "method": "GET", "path": path});
        self.questions.push(question);
    }

    fn command(&mut self, words: &[&str]) {
        self.admin.push(json!(words));
    }

    fn still(&mut self, by: [&str; 2], method: &str, path: &str, body: &Value, status: u16) {
        let deed =
            json!({"by": by, "method": method, "path": path, "body": body, "status": status});
        self.open.push(deed);
    }
}

/// The people of the house, the first of whom makes what the others are invited to.
struct Town<'a> {
    house: &'a House,
    anna: Person,
    berta: Person,
    carla: Person,
    david: Person,
}

/// Lives in an empty house that has a Discord.
pub(super) async fn live(house: &House) -> Life {
    let mut life = Life {
        people: ["root-user", "anna", "berta", "carla", "david"]
            .map(str::to_owned)
            .into(),
        questions: Vec::new(),
        admin: Vec::new(),
        over: Vec::new(),
        open: Vec::new(),
    };
    let town = Town {
        house,
        anna: house.person_named("anna").await,
        berta: house.person_named("berta").await,
        carla: house.person_named("carla").await,
        david: house.person_named("david").await,
    };
    town.registrations(&mut life).await;
    let channels = town.channels(&mut life).await;
    town.channel_invites(&mut life, &channels).await;
    town.namespaces(&mut life).await;
    town.groups(&mut life).await;
    town.choirs(&mut life).await;
    town.discord(&mut life).await;
    for name in life.people.clone() {
        let by = ["session", name.as_str()];
        life.see(by, "/api/user/info");
        life.see(by, "/api/user/channels");
        life.see(by, "/api/user/invites");
        life.see(by, "/api/user/channel/invites");
        life.see(by, "/api/channel/search?keyword=");
        for id in &channels {
            life.see(by, &format!("/api/channel/info?channelId={id}"));
            life.see(by, &format!("/api/channel/users?channelId={id}"));
            life.see(by, &format!("/api/channel/invites?channelId={id}"));
            life.questions.push(json!({
                "by": by, "method": "POST", "path": "/api/channel/messages",
                "body": {"load": [{"channelId": id}]},
            }));
        }
        life.see(["bearer", name.as_str()], "/invite/");
        life.see(["bearer", name.as_str()], "/group");
        life.see(["rds-session", name.as_str()], "/discord/invites");
        life.command(&["user", "show", &name]);
        life.command(&["invite", "tree", &name]);
    }
    life.command(&["user", "list"]);
    life.command(&["key", "list"]);
    // Registration, channel and namespace invites are numbered together.
    let made = house.root().create_invite().await.ok(201);
    let last = house
        .stack
        .admin(&["--json", "invite", "show", text(&made, "token")], "");
    let last: Value = serde_json::from_str(&last.stdout).unwrap();
    for id in 1..=int(&last, "id") {
        life.command(&["invite", "show", &id.to_string()]);
    }
    life
}

impl Town<'_> {
    fn admin(&self, words: &[&str]) -> String {
        self.house.stack.admin(words, "").last_line()
    }

    fn nobody(&self) -> Chat {
        self.house.nobody()
    }

    /// The invites of the four people are used; besides: one that waits, one that is taken back, a link
    /// for three that one has used, and one whose time is over.
    async fn registrations(&self, life: &mut Life) {
        let waiting = self.anna.create_invite().await.ok(201);
        let withdrawn = self.anna.create_invite().await.ok(201);
        let withdrawn = text(&withdrawn, "token");
        self.anna.remove_invites(&[withdrawn]).await.done();
        let link = self.admin(&["invite", "create", "--uses", "3"]);
        let token = token_of(&link).unwrap();
        let several = self.nobody().create_user("emil", PASSWORD, &token).await;
        drop(several.ok(201));
        let short = self.admin(&["invite", "create", "--expires-in", "1"]);
        life.over.push(token_of(&short).unwrap());
        drop(self.admin(&["user", "set-email", "berta", "berta@example.org"]));
        drop(self.admin(&["user", "lock", "emil"]));
        for (name, token) in [("frieda", text(&waiting, "token")), ("gustav", &token)] {
            let body = json!({"username": name, "password": PASSWORD, "inviteToken": token});
            life.still([""; 2], "POST", "/api/user/create", &body, 201);
        }
        let body = json!({"username": "hanna", "password": PASSWORD, "inviteToken": withdrawn});
        life.still([""; 2], "POST", "/api/user/create", &body, 403);
    }

    /// Events of every kind, and everything that they show changed after them: names, owners, members.
    async fn channels(&self, life: &mut Life) -> Vec<i64> {
        let (anna, berta, carla, david) = (&self.anna, &self.berta, &self.carla, &self.david);
        let channel = async |by: &Person, name: &str, kind: &str| {
            int(&by.create_channel(name, kind).await.ok(201), "channelId")
        };
        let market = channel(anna, "Market", "public").await;
        let garden = channel(anna, "Garden \"beds\" \\ \u{1F33B}", "private").await;
        let closed = channel(carla, "Closed", "public").await;
        anna.says(market, "before anybody came").await;
        drop(berta.join(market).await.ok(200));
        drop(david.join(market).await.ok(200));
        anna.lets_in(market, carla, &ALL).await;
        anna.lets_in(garden, berta, &["read", "write"]).await;
        let read = berta
            .says(market, "two\nlines, \"quoted\" \\ \u{2028} \u{1F511}")
            .await;
        anna.says(market, &"\u{e4}".repeat(4_000)).await;
        anna.rename(market, "Harbour \"East\"").await.done();
        carla.says(market, "under the new name").await;
        anna.remove_members(market, &[berta.id]).await.done();
        anna.says(market, "while berta was away").await;
        drop(berta.join(market).await.ok(200));
        berta.says(market, "back again").await;
        berta.mark_read(market, read).await.done();
        anna.leave_to(market, carla.id).await.done();
        carla.rename(market, "Harbour").await.done();
        drop(anna.join(market).await.ok(200));
        david.leave(market).await.done();
        berta.says(garden, "only two of us").await;
        carla.says(closed, "the last word").await;
        carla.leave(closed).await.done();
        // The name is free again.
        let again = channel(david, "Closed", "public").await;
        let body = json!({"channelId": again, "type": "text", "content": "still here"});
        let path = "/api/channel/messages/create";
        life.still(["session", "david"], "POST", path, &body, 201);
        life.still(["session", "carla"], "POST", path, &body, 403);
        vec![market, garden, closed, again]
    }

    /// One that waits, and one of each end: accepted (above), declined, taken back, cleared away,
    /// ended by the issuer's leaving and by the channel's end.
    async fn channel_invites(&self, life: &mut Life, channels: &[i64]) {
        let (anna, berta, carla, david) = (&self.anna, &self.berta, &self.carla, &self.david);
        let &[market, garden, ..] = channels else {
            unreachable!("see above");
        };
        let waiting = anna.invites_in(garden, carla, &["read"]).await;
        let declined = anna.invites_in(garden, david, &["read"]).await;
        david.remove_my_invites(&[declined]).await.done();
        let withdrawn = anna.invites_in(garden, david, &["read", "write"]).await;
        anna.remove_channel_invites(&[withdrawn]).await.done();
        david.clear_my_invites(&[withdrawn]).await.done();
        let of_a_leaver = berta.invites_in(market, david, &["read"]).await;
        berta.leave(market).await.done();
        let short = int(
            &carla.create_channel("Short", "private").await.ok(201),
            "channelId",
        );
        let into_a_closed = carla.invites_in(short, david, &["write"]).await;
        carla.leave(short).await.done();
        let both = [of_a_leaver, into_a_closed];
        life.over.extend(both.map(|id| id.to_string()));
        let body = json!({"channelId": garden, "inviteId": waiting});
        life.still(
            ["session", "carla"],
            "POST",
            "/api/channel/join",
            &body,
            200,
        );
    }
}
