//! Somebody with something of each sort to invite into, and guests.

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::test::TestRequest;
use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_contracts::v1::DOCUMENT;
use latchkey_peers::channels::{ChannelId, ChannelType};
use latchkey_testing::Backend;
use latchkey_testing::openapi::Document;
use serde_json::{Value, json};

use crate::app::group::create::{NewGroup, create_group};
use crate::app::namespace::create::create_path;
use crate::domain::group::{About, Group};
use crate::domain::namespace::NamespacePath;
use crate::tests::site::{Answer, Site};
use crate::tests::world::{PASSWORD, World};

/// Every answer is held against the document.
pub(super) struct House {
    pub(super) world: World,
    pub(super) site: Site,
    pub(super) owner: UserId,
    pub(super) channel: ChannelId,
    pub(super) group: Group,
    document: Document,
}

/// What there is to be given.
pub(super) const SORTS: [&str; 4] = ["account", "channel", "group", "namespace"];

impl House {
    pub(super) async fn new(backend: Backend) -> Self {
        Self::with(backend, &[]).await
    }

    pub(super) async fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let world = World::with(backend, env);
        let owner = world.users.account("owner");
        let channel = world.channels.create(owner, ChannelType::Private);
        let group = NewGroup {
            owner,
            name: "Futsal".to_owned(),
            about: About::default(),
        };
        let group = create_group(&world.app, group).await.unwrap();
        let path = NamespacePath::parse("djinn").unwrap();
        create_path(&world.app, Actor::operator(true), owner, path)
            .await
            .unwrap();
        Self {
            site: Site::new(&world),
            document: Document::load(DOCUMENT).unwrap(),
            world,
            owner,
            channel,
            group,
        }
    }

    /// The grant of this sort.
    pub(super) fn grant(&self, sort: &str) -> Value {
        match sort {
            "channel" => json!({
                "type": "channel",
                "channel": format!("chn_{}", self.channel),
                "permissions": ["write"],
            }),
            "group" => json!({"type": "group", "group": self.group.uuid}),
            "namespace" => json!({"type": "namespace", "namespace": "nsp_1"}),
            sort => json!({"type": sort}),
        }
    }

    pub(super) async fn send(
        &self,
        method: Method,
        uri: &str,
        who: Option<UserId>,
        body: Option<Value>,
        header: Option<(&str, &str)>,
    ) -> Answer {
        let mut request = TestRequest::with_uri(uri).method(method.clone());
        request = match who.map(|who| self.site.cookie(who)) {
            Some(cookie) => request.insert_header(cookie),
            None => request,
        };
        if let Some(body) = body {
            request = request.set_json(body);
        }
        if let Some(header) = header {
            request = request.insert_header(header);
        }
        let answer = self.site.send(request).await;
        let sort = answer
            .headers
            .get(CONTENT_TYPE)
            .map(|sort| sort.to_str().unwrap());
        let (status, bytes) = (answer.status, answer.body.as_bytes());
        let checked = self
            .document
            .check_answer(method.as_str(), uri, status, sort, bytes);
        checked.unwrap_or_else(|complaint| panic!("{complaint}"));
        answer
    }

    pub(super) async fn post(&self, uri: &str, who: UserId, body: Value) -> Answer {
        self.send(Method::POST, uri, Some(who), Some(body), None)
            .await
    }

    pub(super) async fn get(&self, uri: &str, who: UserId) -> Answer {
        self.send(Method::GET, uri, Some(who), None, None).await
    }

    /// A link of the owner's; `more` goes beside the grant.
    pub(super) async fn link(&self, sort: &str, more: Value) -> Value {
        let mut wish = json!({"grants": [self.grant(sort)]});
        let members = more.as_object().unwrap().clone();
        wish.as_object_mut().unwrap().extend(members);
        let made = self.post("/v1/invitations", self.owner, wish).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json()
    }

    /// Somebody new who wants this name, or whoever has it already.
    pub(super) async fn redeem(&self, sort: &str, secret: &str, guest: &str) -> Answer {
        let uri = "/v1/redemptions";
        if sort == "account" {
            let account = json!({"username": guest, "password": PASSWORD});
            let body = json!({"secret": secret, "account": account});
            return self.send(Method::POST, uri, None, Some(body), None).await;
        }
        let guest = self.world.users.account(guest);
        self.post(uri, guest, json!({"secret": secret})).await
    }

    pub(super) async fn preview(&self, secret: &str) -> Answer {
        let uri = "/v1/invitation-previews";
        let body = json!({"secret": secret});
        self.send(Method::POST, uri, None, Some(body), None).await
    }

    /// How many came in by this, as its maker is told: who has settled, and the roster.
    pub(super) async fn came_by(&self, id: &str) -> (i64, Vec<Value>) {
        let shown = self
            .get(&format!("/v1/invitations/{id}"), self.owner)
            .await
            .json();
        let roster = format!("/v1/invitations/{id}/redemptions?limit=200&order=created_at");
        let roster = self.get(&roster, self.owner).await.json();
        let settled = shown["uses"]["settled"].as_i64().unwrap();
        (settled, roster["data"].as_array().unwrap().clone())
    }
}

/// The secret of what was made.
pub(super) fn secret(made: &Value) -> &str {
    made["secret"]["secret"].as_str().unwrap()
}

/// The id of what was made.
pub(super) fn id(made: &Value) -> &str {
    made["id"].as_str().unwrap()
}

/// Who came, as they are told it.
pub(super) fn who_came(came: &Answer) -> UserId {
    let json = came.json();
    let account = json["account"]
        .as_str()
        .and_then(|id| id.strip_prefix("acc_"));
    UserId(account.unwrap().parse().unwrap())
}

/// The word for programs, of a problem.
pub(super) fn code(answer: &Answer) -> String {
    answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The path of an address of ours, with what follows it.
pub(super) fn path_of(address: &str) -> String {
    let (_, below) = address.split_once("/v1/").unwrap();
    format!("/v1/{below}")
}
