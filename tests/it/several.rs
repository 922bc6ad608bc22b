//! Links for several things from outside: ten people, each with all of it, and what is left of one after the
//! process died in the middle.

use std::time::Duration;

use latchkey_testing::chat::Chat;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process, race};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Person, house, int, list, text, unique};
use crate::wreck::{SETTLED, ledger_is_whole};

/// Somebody's two channels and a group, and a link into all of them that makes an account.
struct Promised {
    maker: Person,
    channels: [i64; 2],
    group: String,
    bearer: String,
    link: Value,
}

impl Promised {
    /// Good for `uses` people.
    async fn new(house: &House, uses: i64) -> Self {
        let maker = house.person().await;
        let channels = [maker.private_channel().await, maker.private_channel().await];
        let token = maker.post("/api/user/token", &json!({"kind": "bearer"}));
        let bearer = format!("Bearer {}", text(&token.await.ok(200), "token"));
        let made = maker
            .elsewhere()
            .post("/group", &json!({"name": unique("Grupo")}))
            .header("authorization", &bearer);
        let group = text(&made.await.ok(201), "id").to_owned();
        let into = |channel: i64| {
            json!({
                "type": "channel", "channel": format!("chn_{channel}"), "permissions": ["write"],
            })
        };
        let wish = json!({
            "grants": [
                {"type": "account"}, into(channels[0]), into(channels[1]),
                {"type": "group", "group": group},
            ],
            "max_uses": uses,
        });
        let link = maker.post("/v1/invitations", &wish).await.ok(201);
        Self {
            maker,
            channels,
            group,
            bearer,
            link,
        }
    }

    /// Whether somebody of this name has everything, one thing after the other; `None`: there is nobody.
    async fn has(&self, house: &House, name: &str) -> Option<[bool; 3]> {
        let login = house.nobody().login(name, PASSWORD).await;
        let id = (login.status == 200).then(|| int(&login.json(), "userId"))?;
        let members = house
            .nobody()
            .get(format!("/member/group/{}", self.group))
            .header("authorization", &self.bearer)
            .await
            .ok(200);
        let uuid = house.stack.admin(&["user", "uuid", name], "").last_line();
        let in_group = members.to_string().contains(&uuid);
        let [first, second] = self.channels;
        Some([
            self.maker.sees_in(first).await.contains(&id),
            self.maker.sees_in(second).await.contains(&id),
            in_group,
        ])
    }

    /// How many uses are taken, how many let somebody in, and who came, as the maker is told it.
    async fn told(&self) -> (i64, i64, Vec<Value>) {
        let at = format!("/v1/invitations/{}", text(&self.link, "id"));
        let shown = self.maker.get(&at).await.ok(200);
        let roster = self.maker.get(format!("{at}/redemptions?limit=200"));
        let roster = list(&roster.await.ok(200)["data"]).to_vec();
        let uses = &shown["uses"];
        (int(uses, "taken"), int(uses, "settled"), roster)
    }
}

fn newcomer(link: &Value, name: &str) -> Value {
    let account = json!({"username": name, "password": PASSWORD});
    json!({"secret": text(&link["secret"], "secret"), "account": account})
}

/// Nothing is under way, and everything was given.
fn has_all(redemption: &Value) -> bool {
    list(&redemption["grants"])
        .iter()
        .all(|one| one["outcome"] == "given")
}

async fn ten_of_sixty_four_get_all_of_it(backend: Backend) {
    let house = house(backend);
    let promised = Promised::new(house, 10).await;
    let names: Vec<String> = (0..64).map(|_| unique("racer")).collect();
    let clients: Vec<Chat> = (0..64).map(|_| house.nobody().elsewhere()).collect();
    let come = |n: usize| {
        let wish = newcomer(&promised.link, &names[n]);
        let client = &clients[n];
        async move {
            loop {
                let answer = client.post("/v1/redemptions", &wish).await;
                // Who finds all uses reserved for too long is told to come again.
                if answer.status != 503 {
                    return answer;
                }
            }
        }
    };
    let answers = race(64, come).await;
    // Where the machine was slow the job has finished it, and who was told that it is not known yet may have been
    // given back.
    let told = eventually(SETTLED, "ten are in", async || {
        let told = promised.told().await;
        (told.0 == 10 && told.1 == 10).then_some(told)
    });
    let (_, _, roster) = told.await;
    assert_eq!(roster.len(), 10);
    for one in &roster {
        assert!(has_all(one), "{one}");
    }
    let mut inside = 0;
    for (name, answer) in names.iter().zip(&answers) {
        let has = promised.has(house, name).await;
        assert!(has.is_none_or(|has| has == [true; 3]), "{name}: {has:?}");
        inside += usize::from(has.is_some());
        match answer.status {
            201 => assert!(has.is_some(), "{name}: {answer}"),
            202 => {}
            _ => {
                let json: Value = serde_json::from_slice(&answer.body).expect("JSON");
                assert_eq!(json["code"], "invitation-used-up", "{answer}");
                assert_eq!(has, None, "{name}");
            }
        }
    }
    assert_eq!(inside, 10);
    let members = [10 + 1; 2];
    for (channel, count) in promised.channels.iter().zip(members) {
        assert_eq!(promised.maker.sees_in(*channel).await.len(), count);
    }
}

/// Every named point, and the passages of those that are passed once for each thing.
const POINTS: [&str; 10] = [
    "after-reserve",
    "after-act",
    "after-act:2",
    "after-act:3",
    "between-acts",
    "between-acts:2",
    "between-acts:3",
    "between-acts:4",
    "before-settle",
    "inside-commit:3",
];

async fn a_link_for_several_cut_anywhere_is_finished(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let promised = Promised::new(&house, 100).await;
    for (number, point) in (1..).zip(POINTS) {
        let name = unique("newcomer");
        let wish = newcomer(&promised.link, &name);
        let enter = || {
            let call = house.nobody().elsewhere().post("/v1/redemptions", &wish);
            call.header("Idempotency-Key", point)
        };
        house.arm(point).unwrap();
        assert!(enter().attempt().await.is_err(), "{point} was not reached");
        house.has_died(point).await;
        house.disarm();
        // Nobody has a part for longer than this, whether they ask or not.
        let whole = eventually(SETTLED, "all of it or nothing", async || {
            let (taken, settled, _) = promised.told().await;
            let has = promised.has(&house, &name).await;
            let is_whole = has.is_none_or(|has| has == [true; 3]);
            (is_whole && taken == settled).then_some(has.is_some())
        });
        let was_in = whole.await;
        let was_made = !["after-reserve", "inside-commit:3"].contains(&point);
        assert!(was_in || !was_made, "{point}: what was begun is finished");
        // The same call says how it went, and where nobody came in it is made now.
        let came = enter().await.ok(201);
        assert_eq!(text(&came, "username"), name, "{point}");
        assert!(has_all(&came), "{point}: {came}");
        assert_eq!(promised.has(&house, &name).await, Some([true; 3]));
        let (taken, settled, roster) = promised.told().await;
        assert_eq!((taken, settled), (number, number), "{point}");
        assert!(roster.iter().all(has_all), "{point}");
        ledger_is_whole(&house);
    }
}

/// Milliseconds from the first call to the death: from before the first reservation to after the last settling.
const RANDOM: [u64; 8] = [3, 11, 23, 41, 67, 97, 139, 223];

async fn a_link_for_several_survives_death_at_any_time(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let promised = Promised::new(&house, 1_000).await;
    let mut came = 0;
    for wait in RANDOM {
        let names: Vec<String> = (0..4).map(|_| unique("newcomer")).collect();
        let clients: Vec<Chat> = names.iter().map(|_| house.nobody().elsewhere()).collect();
        let calls = names.iter().zip(&clients).map(|(name, client)| {
            let wish = newcomer(&promised.link, name);
            client.post("/v1/redemptions", &wish).attempt()
        });
        let all = futures_util::future::join_all(calls);
        let death = async {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            house.stack.kill();
        };
        let (answers, ()) = tokio::join!(all, death);
        house.stack.start();
        let settled = eventually(SETTLED, "all of it or nothing", async || {
            let (taken, settled, roster) = promised.told().await;
            let mut inside = 0;
            for name in &names {
                match promised.has(&house, name).await {
                    None => {}
                    Some(has) if has == [true; 3] => inside += 1,
                    Some(_) => return None,
                }
            }
            let is_whole = taken == settled && roster.iter().all(has_all);
            (is_whole && settled == came + inside).then_some(inside)
        });
        let inside = settled.await;
        let told = answers.iter().flatten();
        let told = told.filter(|answer| answer.status == 201).count();
        assert!(inside >= i64::try_from(told).unwrap(), "{wait} ms");
        came += inside;
    }
    ledger_is_whole(&house);
}

async fn a_channel_link_cut_anywhere_is_settled(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (maker, guest) = (house.person().await, house.person().await);
    for point in ["after-reserve", "after-act", "before-settle"] {
        let channel = maker.private_channel().await;
        let grant = json!({"type": "channel", "channel": format!("chn_{channel}")});
        let wish = json!({"grants": [grant], "max_uses": 5});
        let link = maker.post("/v1/invitations", &wish).await.ok(201);
        let wish = json!({"secret": text(&link["secret"], "secret")});
        let enter = || {
            let call = guest.elsewhere().post("/v1/redemptions", &wish);
            call.header("Idempotency-Key", &format!("{point}-{channel}"))
        };
        house.arm(point).unwrap();
        assert!(enter().attempt().await.is_err(), "{point} was not reached");
        house.has_died(point).await;
        house.disarm();
        let shown = format!("/v1/invitations/{}", text(&link, "id"));
        let settled = eventually(SETTLED, "a channel link is settled", async || {
            let shown = maker.get(&shown).await.ok(200);
            let uses = &shown["uses"];
            let is_in = maker.sees_in(channel).await.contains(&guest.id);
            let (taken, settled) = (int(uses, "taken"), int(uses, "settled"));
            (taken == settled && settled == i64::from(is_in)).then_some(is_in)
        });
        assert_eq!(settled.await, point != "after-reserve", "{point}");
        let came = enter().await.ok(201);
        assert!(has_all(&came), "{came}");
        assert_eq!(maker.sees_in(channel).await, [maker.id, guest.id]);
        ledger_is_whole(&house);
    }
}

every_shape!(ten_of_sixty_four_get_all_of_it);
one_process!(
    a_link_for_several_cut_anywhere_is_finished,
    a_link_for_several_survives_death_at_any_time,
    a_channel_link_cut_anywhere_is_settled,
);
