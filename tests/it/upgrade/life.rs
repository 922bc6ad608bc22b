//! What happens in a Latchkey whose databases become a fixture: something of every kind, some of it
//! over and some still open.

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

    fn still(&mut self, by: [&str; 2], method: &str, path: &str, body: Value, status: u16) {
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
            life.still([""; 2], "POST", "/api/user/create", body, 201);
        }
        let body = json!({"username": "hanna", "password": PASSWORD, "inviteToken": withdrawn});
        life.still([""; 2], "POST", "/api/user/create", body, 403);
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
        life.still(["session", "david"], "POST", path, body.clone(), 201);
        life.still(["session", "carla"], "POST", path, body, 403);
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
        life.still(["session", "carla"], "POST", "/api/channel/join", body, 200);
    }

    /// Trees of the HTTP contract's and the operator's making; invites that wait, were accepted,
    /// declined and taken back; a collaborator who was removed.
    async fn namespaces(&self, life: &mut Life) {
        const SCOPES: &str = "invite:read,invite:write,invite:delete,\
                              namespace:read,namespace:write,namespace:delete";
        let people = [&self.anna, &self.berta, &self.carla, &self.david];
        let tokens = people.map(|one| self.admin(&["token", "api", &one.name, "--scopes", SCOPES]));
        let call = async |nth: usize, method: &str, path: &str, body: Value, status: u16| {
            let call = self.nobody().call(method.parse().unwrap(), path);
            let bearer = format!("Bearer {}", tokens[nth]);
            let call = call.header("authorization", &bearer).json(&body);
            call.await.expect(status)
        };
        let body = json!({"name": "garden", "description": "Beds and tools"});
        drop(call(0, "POST", "/namespaces", body, 201).await);
        drop(self.admin(&[
            "namespace",
            "create",
            "--owner",
            "anna",
            "--path",
            "garden/tools",
        ]));
        let path = "/n/anna/garden/tools/-/invites";
        let invite = async |handle: &str| {
            let made = call(0, "POST", path, json!({"handle": handle}), 200).await;
            format!("/invites/{}", int(&made.json(), "id"))
        };
        let accepted = invite("berta").await;
        drop(call(1, "PATCH", &accepted, Value::Null, 200).await);
        let declined = invite("david").await;
        drop(call(3, "DELETE", &declined, Value::Null, 204).await);
        let withdrawn = invite("david").await;
        drop(call(0, "DELETE", &withdrawn, Value::Null, 204).await);
        let removed = invite("david").await;
        drop(call(3, "PATCH", &removed, Value::Null, 200).await);
        let david = "/n/anna/garden/-/collaborators/david";
        drop(call(0, "DELETE", david, Value::Null, 204).await);
        let waiting = invite("carla").await;
        for token in &tokens {
            let by = ["token", token.as_str()];
            for path in [
                "/user",
                "/invites",
                "/namespaces",
                "/n/anna/garden",
                "/n/anna/garden/-/namespaces",
                "/n/anna/garden/-/collaborators",
                path,
            ] {
                life.see(by, path);
            }
        }
        life.still(["token", &tokens[2]], "PATCH", &waiting, Value::Null, 200);
    }

    /// Requests and offers that wait, were accepted and rejected; a member of the operator's; one who
    /// has left.
    async fn groups(&self, life: &mut Life) {
        let people = [&self.anna, &self.berta, &self.carla, &self.david];
        let uuids = people.map(|one| self.admin(&["user", "uuid", &one.name]));
        let call = async |nth: usize, method: &str, path: &str, body: Value, status: u16| {
            let bearer = self.admin(&["token", "bearer", &people[nth].name]);
            let call = self.nobody().call(method.parse().unwrap(), path);
            let call = call.header("authorization", &format!("Bearer {bearer}"));
            call.json(&body).await.expect(status)
        };
        let body = json!({"name": "Futsal", "sports": ["futsal"]});
        let group = call(0, "POST", "/group", body, 201).await.json();
        let group = text(&group, "id").to_owned();
        let other = self.admin(&[
            "group",
            "create",
            "--owner",
            "carla",
            "--name",
            "V\u{f4}lei",
        ]);
        drop(self.admin(&["group", "add-member", &other, "david"]));
        let ask = async |by: usize, user: usize, side: &str, group: &str| {
            let body = json!({"userId": uuids[user], "groupId": group, "madeBy": side});
            let made = call(by, "POST", "/invite/", body, 201).await.json();
            format!("/invite/{}", text(&made, "id"))
        };
        let (accepted, rejected) = (json!({"status": "ACCEPTED"}), json!({"status": "REJECTED"}));
        let mut invites = Vec::new();
        let request = ask(1, 1, "USER", &group).await;
        drop(call(0, "PATCH", &request, accepted.clone(), 200).await);
        invites.push(request);
        let request = ask(2, 2, "USER", &group).await;
        drop(call(0, "PATCH", &request, rejected, 200).await);
        invites.push(request);
        let offer = ask(2, 1, "GROUP", &other).await;
        drop(call(1, "PATCH", &offer, accepted.clone(), 200).await);
        invites.push(offer);
        let members = call(
            1,
            "GET",
            &format!("/member/group/{other}"),
            Value::Null,
            200,
        )
        .await;
        let members = members.json();
        let bertas = crate::house::list(&members)
            .iter()
            .find(|member| member["userId"] == uuids[1].as_str());
        let path = format!("/member/{}", text(bertas.unwrap(), "id"));
        drop(call(1, "DELETE", &path, Value::Null, 204).await);
        let deleted = ask(3, 3, "USER", &group).await;
        drop(call(3, "DELETE", &deleted, Value::Null, 204).await);
        let waiting = ask(0, 3, "GROUP", &group).await;
        invites.push(waiting.clone());
        for name in ["anna", "berta", "carla", "david"] {
            let by = ["bearer", name];
            for path in &invites {
                life.see(by, path);
            }
            for group in [&group, &other] {
                life.see(by, &format!("/member/group/{group}"));
                life.see(by, &format!("/invite/user/group/{group}"));
            }
            for uuid in &uuids {
                life.see(by, &format!("/member/user/{uuid}"));
            }
        }
        for path in invites.iter().chain([&deleted]) {
            life.command(&["invite", "show", path.trim_start_matches("/invite/")]);
        }
        life.still(["bearer", "david"], "PATCH", &waiting, accepted, 200);
    }

    /// A person's key, the operator's, and one that is revoked; invitations that are good, over, and
    /// over and told.
    async fn choirs(&self, life: &mut Life) {
        drop(self.admin(&["choir", "whitelist", "anna"]));
        let made = self
            .anna
            .post("/keys/create", &json!({"keyname": "choir app"}));
        let made = made.await.ok(200);
        let key = text(&made["data"], "_id");
        let operators = self.admin(&["key", "choir", "--name", "operator's"]);
        let revoked = self.anna.post("/keys/create", &json!({"keyname": "lost"}));
        drop(revoked.await.ok(200));
        let listed = self.anna.get("/keys/list").await.ok(200);
        let lost = crate::house::list(&listed["data"])
            .iter()
            .find(|key| key["name"] == "lost");
        drop(self.admin(&["key", "revoke", text(lost.unwrap(), "_id")]));
        let body = json!({"creator": "u-17", "invitee": "user@example.org", "choirId": "altos"});
        let good = self.nobody().post(format!("/create?apikey={key}"), &body);
        let good = text(&good.await.ok(200), "id").to_owned();
        let over = || {
            let words = "choir invite --creator u-18 --invitee other@example.org --choir basses";
            let words = words.split(' ').chain(["--ttl-ms", "0"]);
            self.admin(&words.collect::<Vec<_>>())
        };
        let (untold, told) = (over(), over());
        life.over.push(untold.clone());
        let path = format!("/check/{told}?apikey={operators}");
        drop(self.nobody().get(path).await.expect(489));
        for key in [key, &operators] {
            for id in [&good, &told] {
                life.see([""; 2], &format!("/check/{id}?apikey={key}"));
            }
        }
        life.see(["session", "anna"], "/keys/list");
        for id in [&good, &untold, &told] {
            life.command(&["invite", "show", id]);
        }
        let path = format!("/check/{untold}?apikey={key}");
        life.still([""; 2], "GET", &path, Value::Null, 489);
        life.still([""; 2], "GET", &path, Value::Null, 498);
    }

    /// A link, and one that was taken back.
    async fn discord(&self, life: &mut Life) {
        let session = async |chat: &Chat| {
            let made = chat.post("/api/user/token", &json!({"kind": "rds-session"}));
            format!("rds-session={}", text(&made.await.ok(200), "token"))
        };
        let path = "/discord/invites";
        for person in [&self.anna, &self.berta] {
            let call = self.nobody().post(path, &Value::Null);
            let made = call.header("cookie", &session(person).await).await;
            drop(made.ok(201));
        }
        let root = session(&self.house.root()).await;
        let links = self.nobody().get("/discord/links").header("cookie", &root);
        let links = links.await.ok(200);
        for link in crate::house::list(&links["links"]) {
            life.command(&["invite", "show", text(link, "id")]);
        }
        let bertas = crate::house::list(&links["links"])
            .iter()
            .find(|link| link["user"]["id"] == self.berta.id.to_string());
        let path = format!("/discord/links/{}", text(bertas.unwrap(), "id"));
        let call = self.nobody().call("DELETE".parse().unwrap(), path);
        drop(call.header("cookie", &root).await.ok(200));
        life.see(["rds-session", "root-user"], "/discord/links");
    }
}
