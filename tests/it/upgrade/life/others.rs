//! What happens outside the chat.

use latchkey_testing::chat::Chat;
use serde_json::{Value, json};

use super::{Life, Town};
use crate::house::{int, text};

impl Town<'_> {
    /// Trees of the HTTP contract's and the operator's making; invites that wait, were accepted,
    /// declined and taken back; a collaborator who was removed.
    pub(super) async fn namespaces(&self, life: &mut Life) {
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
        life.still(["token", &tokens[2]], "PATCH", &waiting, &Value::Null, 200);
    }

    /// Requests and offers that wait, were accepted and rejected; a member of the operator's; one who
    /// has left.
    pub(super) async fn groups(&self, life: &mut Life) {
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
        life.still(["bearer", "david"], "PATCH", &waiting, &accepted, 200);
    }

    /// A person's key, the operator's, and one that is revoked; invitations that are good, over, and
    /// over and told.
    pub(super) async fn choirs(&self, life: &mut Life) {
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
        life.still([""; 2], "GET", &path, &Value::Null, 489);
        life.still([""; 2], "GET", &path, &Value::Null, 498);
    }

    /// A link, and one that was taken back.
    pub(super) async fn discord(&self, life: &mut Life) {
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
            .find(|link| text(&link["user"], "id") == self.berta.id.to_string());
        let path = format!("/discord/links/{}", text(bertas.unwrap(), "id"));
        let call = self.nobody().call("DELETE".parse().unwrap(), path);
        drop(call.header("cookie", &root).await.ok(200));
        life.see(["rds-session", "root-user"], "/discord/links");
    }
}
