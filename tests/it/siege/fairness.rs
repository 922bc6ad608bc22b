//! Many who ask for what is scarce: hashes of passwords, room in the tables of the rates, readers. While they
//! are at it, an honest person signs up and logs in within three seconds.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use latchkey_testing::chat::Answer;
use latchkey_testing::siege::{asked, connect};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::target;
use crate::house::{House, PASSWORD, Person, unique};

/// What an honest person waits at most, for each call.
const SERVED: Duration = Duration::from_secs(3);

/// Where honest people are.
const HONEST: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 9);

fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// One address of many: of a /16 of IPv4, and, where a gateway is believed that says so, a network of its
/// own in one /48 of IPv6.
fn nth_address(nth: usize) -> (Ipv4Addr, String) {
    let nth = u16::try_from(nth % 60_000).expect("few enough");
    let [high, low] = (nth / 250 * 256 + nth % 250 + 1).to_be_bytes();
    let header = format!("X-Forwarded-For: 2001:db8:1:{nth:x}::1\r\n");
    (Ipv4Addr::new(127, 99, high, low), header)
}

/// Calls that do not wait for each other. They end when this is dropped.
struct Hammer {
    _calls: JoinSet<()>,
    answered: Arc<AtomicUsize>,
}

impl Hammer {
    /// So many a second, each from another address.
    fn of(target: SocketAddr, a_second: u32, path: &'static str, body: &str) -> Self {
        let (body, answered) = (body.to_owned(), Arc::<AtomicUsize>::default());
        let count = Arc::clone(&answered);
        let mut calls = JoinSet::new();
        calls.spawn(async move {
            let mut under_way = JoinSet::new();
            for nth in 0.. {
                let (source, header) = nth_address(nth);
                let (request, count) = (post(path, &header, &body), Arc::clone(&count));
                under_way.spawn(async move {
                    let Ok(mut stream) = connect(source, target).await else {
                        return;
                    };
                    let mut answer = Vec::new();
                    if stream.write_all(request.as_bytes()).await.is_ok()
                        && stream.read_to_end(&mut answer).await.is_ok()
                    {
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                });
                while under_way.try_join_next().is_some() {}
                sleep(Duration::from_secs(1) / a_second).await;
            }
        });
        Self {
            _calls: calls,
            answered,
        }
    }

    fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }
}

/// Several people, one after the other, for so long at least.
async fn people_sign_up_and_log_in(house: &House, period: Duration) {
    let target = target(house);
    let began = Instant::now();
    while began.elapsed() < period {
        let token = house.token().await;
        let name = unique("honest");
        let form = format!(
            r#"{{"username": "{name}", "password": "{PASSWORD}", "inviteToken": "{token}"}}"#
        );
        let credentials = format!(r#"{{"username": "{name}", "password": "{PASSWORD}"}}"#);
        for (path, body, status) in [
            ("/api/user/create", form, 201),
            ("/api/user/login", credentials, 200),
        ] {
            let wait = asked(HONEST, target, &post(path, "", &body), status).await;
            assert!(
                wait < SERVED,
                "{path} took {wait:?}, {:?} after the first",
                began.elapsed()
            );
        }
    }
}

/// What a login lets the device keep.
fn device_of(login: &Answer) -> String {
    let cookies = login.headers.get_all("set-cookie").iter();
    let mut texts = cookies.filter_map(|cookie| cookie.to_str().ok()?.strip_prefix("device="));
    let device = texts.next().and_then(|text| text.split(';').next());
    device.expect("a device is remembered").to_owned()
}

/// Somebody who has signed in before on a device that is in the crowd's own network.
async fn a_known_device_logs_in(house: &House, person: &Person, device: &str) {
    let headers = format!("{}Cookie: device={device}\r\n", nth_address(0).1);
    let name = &person.name;
    let credentials = format!(r#"{{"username": "{name}", "password": "{PASSWORD}"}}"#);
    let login = post("/api/user/login", &headers, &credentials);
    let wait = asked(HONEST, target(house), &login, 200).await;
    assert!(wait < SERVED, "a known device's login took {wait:?}");
}

/// Six times as many logins as can be served, each from a network of its own.
async fn logins_of_a_crowd(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_TRUSTED_PROXIES", "127.0.0.0/8")
        .env("LATCHKEY_USERS__PASSWORD_HASHES_AT_ONCE", "1")
        .env("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "65536");
    let house = House::open(stack.start()).await;
    let person = house.person().await;
    let login = house.nobody().login(&person.name, PASSWORD).await;
    let device = device_of(&login.expect(200));
    let wrong = r#"{"username": "root-user", "password": "not the password"}"#;
    let hammer = Hammer::of(target(&house), 60, "/api/user/login", wrong);
    sleep(Duration::from_secs(3)).await;
    people_sign_up_and_log_in(&house, Duration::from_secs(6)).await;
    a_known_device_logs_in(&house, &person, &device).await;
    // They had turns too.
    assert!(hammer.answered() > 20, "{}", hammer.answered());
    drop(hammer);
}

/// More addresses than there is room to count one by one.
async fn sign_ups_from_more_addresses_than_are_counted(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_RATE_LIMITS", "on")
        .env("LATCHKEY_RATE_LIMIT_CLIENTS", "100")
        .env("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "1024");
    let house = House::open(stack.start()).await;
    let form = r#"{"username": "nobody-at-all", "password": "correct horse", "inviteToken": "no"}"#;
    let sign_ups = Hammer::of(target(&house), 200, "/api/user/create", form);
    let wrong = r#"{"username": "nobody-at-all", "password": "not the password"}"#;
    let logins = Hammer::of(target(&house), 200, "/api/user/login", wrong);
    let began = Instant::now();
    while sign_ups.answered() < 300 || logins.answered() < 300 {
        assert!(began.elapsed() < Duration::from_secs(30));
        sleep(Duration::from_millis(100)).await;
    }
    people_sign_up_and_log_in(&house, Duration::from_secs(2)).await;
}

/// One person with searches that find nothing in a hundred thousand names, two hundred at a time.
async fn searches_of_one_person(backend: Backend) {
    let stack = Stack::on(backend).env("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "1024");
    let house = House::open(stack.start()).await;
    house.stack.lay_channels(100_000);
    let (eager, other) = (house.person().await, house.person().await);
    let mut searches = JoinSet::new();
    for _ in 0..200 {
        let eager = eager.clone();
        searches.spawn(async move {
            loop {
                let found = eager.get("/api/channel/search?keyword=nowhere").await;
                assert!([200, 503].contains(&found.status), "{found}");
                if found.status == 503 {
                    sleep(Duration::from_millis(100)).await;
                }
            }
        });
    }
    sleep(Duration::from_secs(2)).await;
    people_sign_up_and_log_in(&house, Duration::from_secs(1)).await;
    for path in [
        "/api/user/channels",
        "/api/channel/search?keyword=laid-77777",
        "/api/user/search?username=root",
        "/api/user/info",
    ]
    .repeat(5)
    {
        let began = Instant::now();
        drop(other.get(path).await.ok(200));
        assert!(
            began.elapsed() < SERVED,
            "{path} took {:?}",
            began.elapsed()
        );
    }
    assert!(
        searches.try_join_next().is_none(),
        "a searcher was told nonsense"
    );
}

every_shape!(
    alone:
    logins_of_a_crowd,
    searches_of_one_person,
    sign_ups_from_more_addresses_than_are_counted,
);
