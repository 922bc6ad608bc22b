//! Each edge between two processes is cut in turn, in every way: who needs it is told to come back,
//! nothing is spent, nobody else minds, and everything is settled once it has healed.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use latchkey_testing::chat::{Answer, Call};
use latchkey_testing::split::{Cut, Link};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, eventually};
use serde_json::json;

use crate::house::{House, PASSWORD, Person, text};
use crate::wreck::{Joining, SignUp, ledger_is_whole};

/// How long the gateway waits for a service here: longer than a service waits for another.
const GATEWAY: (&str, &str) = ("GATEWAY_SERVER_TIMEOUT", "8s");
/// Within this everybody has an answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// Answers about who somebody is are kept this long.
const KEPT: Duration = Duration::from_secs(1);
/// Within this everybody is served again.
const HEALED: Duration = Duration::from_secs(5);

/// Somebody with every credential, and one call to each service.
struct Town {
    house: House,
    person: Person,
    guest: Person,
    cookie: String,
}

impl Town {
    async fn open() -> Self {
        let builder = Stack::on(Backend::Split).with_edges();
        let house = House::open(builder.env(GATEWAY.0, GATEWAY.1).start()).await;
        let (person, guest) = (house.person().await, house.person().await);
        let issued = person.post("/api/user/token", &json!({"kind": "rds-session"}));
        let issued = issued.await.ok(200);
        Self {
            cookie: format!("rds-session={}", text(&issued, "token")),
            house,
            person,
            guest,
        }
    }

    /// A call that only reads.
    fn probe(&self, service: Service) -> Call {
        let person = self.person.elsewhere();
        match service {
            Service::Users => person.info(),
            Service::Channels => person.channels(),
            Service::Invitations => person.invites(),
            Service::Discord => {
                // The gateway's own refusals have the shape of the chat contract, wherever they are.
                let call = person.anonymous().unobserved().get("/discord/invites");
                call.header("cookie", &self.cookie)
            }
        }
    }

    /// Whether all of them work: no link of somebody's is no failure.
    async fn is_well(&self) -> bool {
        let answers = join_all(Service::ALL.map(|service| self.probe(service).attempt())).await;
        // Who lists the guest's invites asks channels too.
        let listed = self.guest.elsewhere().my_invites().attempt().await;
        let mut answers = answers.iter().zip(Service::ALL);
        listed.is_ok_and(|listed| listed.status == 200)
            && answers.all(|(answer, service)| answer.as_ref().is_ok_and(|it| is_fine(it, service)))
    }
}

fn is_fine(answer: &Answer, service: Service) -> bool {
    let fine = if service == Service::Discord {
        404
    } else {
        200
    };
    answer.status == fine
}

/// What a reading call to `service` stands on.
fn needs(service: Service, link: Link) -> bool {
    match link {
        Link::Nats => false,
        Link::Gateway(other) => other == service,
        Link::Database(other) => other == service || other == Service::Users,
        Link::Peer(caller, asked) => caller == service && asked == Service::Users,
    }
}

/// Whether letting somebody in stands on it.
fn registering_needs(link: Link) -> bool {
    use Service::{Invitations, Users};
    link == Link::Gateway(Invitations)
        || link == Link::Database(Invitations)
        || link == Link::Database(Users)
        || link == Link::Peer(Invitations, Users)
}

/// Whether letting a member in stands on it.
fn joining_needs(link: Link) -> bool {
    use Service::{Channels, Invitations};
    let own = [Link::Peer(Invitations, Channels), Link::Database(Channels)];
    registering_needs(link) || own.contains(&link)
}

/// Sends it: an answer in time, or the test fails.
async fn in_time(what: &str, call: Call) -> Answer {
    let begun = Instant::now();
    let answer = call.attempt().await;
    let took = begun.elapsed();
    assert!(took < DEADLINE, "{what}: after {took:?}: {answer:?}");
    answer.unwrap_or_else(|error| panic!("{what}: no answer: {error:?}"))
}

#[track_caller]
fn is_told_to_come_back(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 503, "{what}: {answer}");
    assert!(answer.retry_after() > 0, "{what}: {answer}");
}

async fn cut_one(town: &Town, link: Link, cut: Cut) {
    let what = format!("{link:?} {cut:?}");
    let sign_up = SignUp::new(&town.house).await;
    let joining = Joining::new(&town.person, &town.guest).await;
    let split = town.house.stack.split();
    split.cut(link, cut).unwrap();
    tokio::time::sleep(KEPT).await;

    let probes = join_all(Service::ALL.map(async |service| {
        let what = format!("{what}, {service:?}");
        let answer = in_time(&what, town.probe(service)).await;
        if needs(service, link) {
            is_told_to_come_back(&what, &answer);
        } else {
            assert!(is_fine(&answer, service), "{what}: {answer}");
        }
    }));
    let nobody = town.house.nobody();
    let registering = nobody.create_user(&sign_up.name, PASSWORD, &sign_up.token);
    let registering = in_time(&what, registering);
    let guest = town.guest.elsewhere();
    let entering = in_time(&what, guest.join_with(joining.channel, joining.invite));
    let (_, (registered, entered)) = join(probes, join(registering, entering)).await;
    if registering_needs(link) {
        is_told_to_come_back(&what, &registered);
    } else {
        assert_eq!(registered.status, 201, "{what}: {registered}");
    }
    if joining_needs(link) {
        is_told_to_come_back(&what, &entered);
    }

    split.heal(link).unwrap();
    let well = format!("{what}: everybody is served again");
    eventually(HEALED, &well, async || town.is_well().await.then_some(())).await;
    let (registered_in, entered_in) = join(sign_up.settled(&town.house), joining.settled()).await;
    assert!(registered_in || registered.status != 201, "{what}");
    assert!(entered_in || entered.status != 200, "{what}");
}

async fn every_edge_may_be_cut_in_every_way() {
    // Mostly waiting: three stacks at once, which are started before, because a start blocks.
    let mut towns = Vec::new();
    for cut in Cut::WHOLE {
        towns.push((Town::open().await, cut));
    }
    join_all(towns.iter().map(async |(town, cut)| {
        for link in Link::all() {
            cut_one(town, link, *cut).await;
        }
    }))
    .await;
    for (town, _) in &towns {
        ledger_is_whole(&town.house);
    }
}

async fn without_the_bus_events_arrive_all_the_same() {
    let builder = Stack::on(Backend::Split).replicas(2).with_edges();
    let house = House::open(builder.start()).await;
    let split = house.stack.split();
    let person = house.person().await;
    let id = person.public_channel().await;
    let mut streams = vec![person.listen().await, person.elsewhere().listen().await];
    for cut in Cut::WHOLE {
        split.cut(Link::Nats, cut).unwrap();
        for words in ["without", "the bus"] {
            let said = person.says(id, words).await;
            let sent = Instant::now();
            for stream in &mut streams {
                let heard = stream.expect("channel-message").await;
                assert_eq!(heard["messageId"], said);
            }
            let took = sent.elapsed();
            assert!(took < Duration::from_secs(3), "{cut:?}: {took:?}");
        }
        split.heal(Link::Nats).unwrap();
        let said = person.says(id, "with the bus").await;
        for stream in &mut streams {
            assert_eq!(stream.expect("channel-message").await["messageId"], said);
        }
    }
}

super::split!(
    every_edge_may_be_cut_in_every_way,
    without_the_bus_events_arrive_all_the_same,
);
