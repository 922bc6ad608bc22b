//! What was acknowledged stays, whatever happens to process, connection or disk.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::{join, join_all};
use latchkey_testing::chat::{Call, Chat};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, backend, every_shape, one_process, race, raw};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, Person, house, int, unique};
use crate::wreck::{Joining, SignUp, ledger_is_whole};

/// Any number below `n`.
pub(crate) fn random(n: u64) -> u64 {
    RandomState::new().hash_one(()) % n
}

/// Sends calls one after another until one gets no answer; `acknowledged` sees each success.
async fn until_death(
    calls: impl Iterator<Item = Call>,
    mut acknowledged: impl FnMut(Value),
) -> bool {
    for call in calls {
        match call.attempt().await {
            Ok(answer) if [200, 201].contains(&answer.status) => acknowledged(answer.json()),
            Ok(answer) => assert_eq!(answer.status, 503, "{answer}"),
            Err(_) => return true,
        }
    }
    false
}

/// One round: load, a kill at any moment, a restart, and everything is compared. True when a
/// redemption was under way.
async fn killed_under_load(house: &House) -> bool {
    let (owner, guest) = (house.person().await, house.person().await);
    let channel = owner.public_channel().await;
    let mut sign_ups = Vec::new();
    let mut joinings = Vec::new();
    for _ in 0..16 {
        sign_ups.push(SignUp::new(house).await);
        joinings.push(Joining::new(&owner, &guest).await);
    }
    let messages = Mutex::new(Vec::new());
    let writers = join_all((0..4).map(|_| {
        let owner = owner.elsewhere();
        let calls = std::iter::repeat_with(move || owner.say(channel, "load"));
        until_death(calls, |sent| {
            messages.lock().unwrap().push(int(&sent, "messageId"));
        })
    }));
    let let_in = Mutex::new(Vec::new());
    let registrars = join_all(sign_ups.chunks(4).map(|mine| {
        let nobody = house.nobody();
        let calls = mine
            .iter()
            .map(move |s| nobody.create_user(&s.name, PASSWORD, &s.token));
        until_death(calls, |user| {
            let_in.lock().unwrap().push(user["username"].clone());
        })
    }));
    let joined = Mutex::new(Vec::new());
    let joiners = join_all(joinings.chunks(4).map(|mine| {
        let guest = guest.elsewhere();
        let calls = mine
            .iter()
            .map(move |j| guest.join_with(j.channel, j.invite));
        until_death(calls, |entered| {
            joined.lock().unwrap().push(int(&entered, "channelId"));
        })
    }));
    let killer = async {
        // The moment is random on purpose.
        tokio::time::sleep(Duration::from_millis(30 + random(400))).await;
        house.stack.kill();
    };
    let (redemptions, _) = join(join(registrars, joiners), join(writers, killer)).await;
    let inside = redemptions.0.contains(&true) || redemptions.1.contains(&true);
    house.stack.start();
    let (messages, let_in) = (messages.into_inner().unwrap(), let_in.into_inner().unwrap());
    let joined = joined.into_inner().unwrap();
    assert!(!messages.is_empty(), "the load wrote nothing");
    let kept = owner.all_messages(channel).await;
    for id in &messages {
        assert!(
            kept.contains(id),
            "message {id} was acknowledged and is gone"
        );
    }
    for sign_up in &sign_ups {
        let inside = sign_up.settled(house).await;
        assert!(
            inside || !let_in.contains(&json!(sign_up.name)),
            "{sign_up:?} is gone"
        );
    }
    for joining in &joinings {
        let inside = joining.settled().await;
        assert!(
            inside || !joined.contains(&joining.channel),
            "a membership is gone"
        );
    }
    ledger_is_whole(house);
    inside
}

async fn a_kill_under_load_loses_nothing(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let mut inside = 0;
    for round in 0..6 {
        inside += usize::from(killed_under_load(&house).await);
        if inside >= 1 && round >= 1 {
            return;
        }
    }
    panic!("no kill fell inside a redemption");
}

/// A request byte by byte, so that its connection can be reset.
fn bytes(chat: &Chat, session: &str, path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: t={session}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        chat.authority(),
        body.len(),
    )
    .into_bytes()
}

/// Sends, and resets after a while: between nothing and longer than the call takes.
async fn cut(chat: &Chat, request: &[u8], nth: usize) {
    use std::io::Write as _;
    let mut stream = raw::connect(chat.authority());
    stream.write_all(request).unwrap();
    let delay = u64::try_from(nth).unwrap() * 8;
    tokio::time::sleep(Duration::from_millis(delay)).await;
    raw::reset(stream);
}

async fn a_reset_leaves_nothing_half_done(backend: Backend) {
    let house = house(backend);
    let nobody = house.nobody();
    let (owner, guest) = (house.person().await, house.person().await);
    let (mut sign_ups, mut joinings) = (Vec::new(), Vec::new());
    for _ in 0..16 {
        sign_ups.push(SignUp::new(house).await);
        joinings.push(Joining::new(&owner, &guest).await);
    }
    for (nth, sign_up) in sign_ups.iter().enumerate() {
        let SignUp { name, token } = sign_up;
        let body = json!({"username": name, "password": PASSWORD, "inviteToken": token});
        cut(&nobody, &bytes(&nobody, "", "/api/user/create", &body), nth).await;
    }
    for (nth, joining) in joinings.iter().enumerate() {
        let body = json!({"channelId": joining.channel, "inviteId": joining.invite});
        let request = bytes(&guest, guest.session(), "/api/channel/join", &body);
        cut(&guest, &request, nth / 4).await;
    }
    for sign_up in &sign_ups {
        sign_up.settled(house).await;
    }
    for joining in &joinings {
        joining.settled().await;
    }
}

async fn a_resumed_stream_misses_and_repeats_nothing(backend: Backend) {
    let house = house(backend);
    let (owner, reader) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(reader.join(id).await.ok(200));
    let mut stream = reader.listen().await;
    // A position to resume from, should the first cut come before anything is heard.
    let first = owner.says(id, "first").await;
    assert_eq!(
        int(&stream.expect("channel-message").await, "messageId"),
        first
    );
    let writers = race(4, |_| {
        let owner = Person {
            chat: owner.elsewhere(),
            ..owner.clone()
        };
        async move {
            let mut sent = Vec::new();
            for n in 0..75 {
                sent.push(owner.says(id, &n.to_string()).await);
            }
            sent
        }
    });
    let reading = async {
        let mut heard = Vec::new();
        let mut cuts = 0;
        while heard.len() < 300 {
            for _ in 0..=random(12).min(299 - u64::try_from(heard.len()).unwrap()) {
                heard.push(int(&stream.expect("channel-message").await, "messageId"));
            }
            let last = stream.last_id().unwrap().to_owned();
            stream = reader.elsewhere().listen_after(Some(&last)).await;
            cuts += 1;
        }
        assert!(cuts > 10);
        heard
    };
    let (sent, heard) = join(writers, reading).await;
    let mut sent = sent.concat();
    sent.sort_unstable();
    assert_eq!(heard, sent);
}

async fn a_restart_is_survived_by_everything(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let person = house.person().await;
    let id = person.private_channel().await;
    let mut stream = person.listen().await;
    let said = person.says(id, "before").await;
    drop(stream.expect("channel-message").await);
    let mark = stream.last_id().unwrap().to_owned();
    let missed = person.says(id, "missed").await;
    drop(stream);
    let status = house.stack.terminate(Duration::from_secs(30));
    assert!(status.success(), "{status}: {}", house.stack.log());
    house.stack.start();
    let again = person.elsewhere();
    drop(again.info().await.ok(200));
    let mut stream = again.listen_after(Some(&mark)).await;
    assert_eq!(
        int(&stream.expect("channel-message").await, "messageId"),
        missed
    );
    assert!(said < missed);
}

every_shape!(
    a_reset_leaves_nothing_half_done,
    a_resumed_stream_misses_and_repeats_nothing,
    a_restart_is_survived_by_everything,
);

one_process!(a_kill_under_load_loses_nothing,);

/// `SQLite` alone: a file that may not grow stands for a full disk.
#[test]
fn a_full_disk_stops_writing_and_not_reading() {
    backend::run(Backend::Sqlite, module_path!(), |backend| async move {
        let limit = ("LATCHKEY_DATABASE__SQLITE_MAX_BYTES", "1048576");
        let stack = Stack::on(backend).env(limit.0, limit.1).start();
        let house = House::open(stack).await;
        let person = house.person().await;
        let id = person.public_channel().await;
        let long = "x".repeat(4000);
        let mut sent = Vec::new();
        let full = loop {
            let answer = person.say(id, &long).await;
            if answer.status != 201 {
                break answer;
            }
            sent.insert(0, int(&answer.ok(201), "messageId"));
            assert!(sent.len() < 1000, "the file grows beyond its limit");
        };
        full.refused("service-unavailable");
        assert!(full.retry_after() > 0);
        // Where no long message fits some short rows still may.
        let mut small = 0;
        let full = loop {
            let answer = person.create_channel(&unique("full"), "public").await;
            if answer.status != 201 {
                break answer;
            }
            small += 1;
            assert!(small < 100, "the file grows beyond its limit");
        };
        full.refused("service-unavailable");
        let kept = person.all_messages(id).await;
        assert_eq!(kept[..sent.len()], sent);
        assert_eq!(kept.len(), sent.len() + 1);
        drop(person.channels().await.ok(200));
        house.stack.kill();
        house.stack.set_env(limit.0, None);
        house.stack.start();
        let person = Person {
            chat: person.elsewhere(),
            ..person
        };
        assert_eq!(person.all_messages(id).await, kept);
        person.says(id, "room again").await;
    });
}
