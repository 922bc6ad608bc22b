//! Calls over real connections.

use super::*;

/// A peer that counts what it was asked: `slow` hangs once, `flaky` answers 503 once, `busy` takes its
/// time and says how many such calls there were at once.
fn serve(channels: &ServiceKey) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let gate = gate(channels, Clock::default());
    let counted = Arc::clone(&asked);
    let settings = Settings::load(&[], None, []).unwrap();
    let edge = Edge::new(settings.edge().unwrap(), Clock::default());
    let (slow, flaky) = (Arc::clone(&counted), counted);
    let present = Arc::new(AtomicUsize::new(0));
    let channels = &["channels"];
    let routes = [
        route("users", "double", channels, |n: i64| async move {
            Ok::<_, Fault>(n * 2)
        }),
        route("users", "take", channels, |(): ()| async {
            Err::<i64, _>(Trouble::Taken)
        }),
        route("users", "break", channels, |(): ()| async {
            Err::<i64, _>(Fault::internal("x"))
        }),
        route("users", "not-ours", &["discord"], |n: i64| async move {
            Ok::<_, Fault>(n)
        }),
        route("users", "busy", channels, move |(): ()| {
            let present = Arc::clone(&present);
            async move {
                let now = present.fetch_add(1, Ordering::SeqCst) + 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
                present.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, Fault>(now)
            }
        }),
        route("users", "slow", channels, move |(): ()| {
            let first = slow.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                if first {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
                Ok::<_, Fault>(())
            }
        }),
        route("users", "flaky", channels, move |(): ()| {
            let first = flaky.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                if first {
                    return Err(Fault::overloaded("x"));
                }
                Ok(())
            }
        }),
    ];
    let keeper = Keeper::Gate(Some(gate));
    let server = HttpServer::new(move || internal_app(&routes, &edge, &keeper))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    tokio::task::spawn_local(server.run());
    (url, asked)
}

fn client(key: ServiceKey, urls: &[&str]) -> PeerClient {
    client_with_room(key, urls, 16)
}

fn client_with_room(key: ServiceKey, urls: &[&str], calls: usize) -> PeerClient {
    let settings = PeerSettings {
        name: "users",
        urls: urls.iter().map(|&url| url.to_owned()).collect(),
        peers: times(),
        acquaintance: None,
    };
    PeerClient::with_room(&settings, Arc::new(key), calls).unwrap()
}

/// An address where nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[actix_web::test]
async fn answers_refusals_and_trouble_come_back() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let users = client(channels, &[&url]);
    let doubled: Result<i64, Fault> = users.ask("double", Repeat::Freely, &21).await;
    assert_eq!(doubled.unwrap(), 42);
    let taken: Result<i64, Trouble> = users.ask("take", Repeat::ByKey, &()).await;
    assert!(matches!(taken, Err(Trouble::Taken)));
    let broken: Result<i64, Fault> = users.ask("break", Repeat::Freely, &()).await;
    assert!(matches!(broken, Err(Fault::Internal(_))));
    let nonsense: Result<i64, Fault> = users.ask("double", Repeat::Freely, &"x").await;
    assert!(matches!(nonsense, Err(Fault::Invalid(_))));
}

#[actix_web::test]
async fn a_stranger_is_refused() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let stranger = client(key("channels"), &[&url]);
    let answer: Result<i64, Fault> = stranger.ask("double", Repeat::Freely, &1).await;
    assert!(matches!(answer, Err(Fault::Unavailable { .. })));
}

#[actix_web::test]
async fn a_call_of_another_service_is_refused_and_the_caller_is_told() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let users = client(channels, &[&url]);
    let answer: Result<i64, Fault> = users.ask("not-ours", Repeat::Never, &1).await;
    let Err(Fault::Unavailable { what, source }) = answer else {
        panic!("{answer:?}");
    };
    let said = source.unwrap().to_string();
    assert_eq!(what, "users");
    assert!(
        said.ends_with("this is for discord, not for channels"),
        "{said}"
    );
}

#[actix_web::test]
async fn what_may_be_repeated_is_and_nothing_else() {
    let channels = key("channels");
    let (url, asked) = serve(&channels);
    let users = client(channels, &[&url]);
    let slow: Result<(), Fault> = users.ask("slow", Repeat::Freely, &()).await;
    assert!(slow.is_ok());
    assert_eq!(asked.swap(0, Ordering::SeqCst), 2);
    let once: Result<(), Fault> = users.ask("slow", Repeat::Never, &()).await;
    assert!(matches!(once, Err(Fault::Unavailable { .. })));
    assert_eq!(asked.swap(0, Ordering::SeqCst), 1);
    let by_key: Result<(), Fault> = users.ask("flaky", Repeat::ByKey, &()).await;
    assert!(by_key.is_ok());
    assert_eq!(asked.swap(0, Ordering::SeqCst), 2);
    let once: Result<(), Fault> = users.ask("flaky", Repeat::Never, &()).await;
    assert!(matches!(once, Err(Fault::Unavailable { .. })));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn a_replica_that_is_gone_is_passed_over() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let gone = nowhere();
    let users = client(channels, &[&gone, &url]);
    let mut seen = HashSet::new();
    for n in 0..20 {
        let doubled: Result<i64, Fault> = users.ask("double", Repeat::Never, &n).await;
        seen.insert(doubled.unwrap());
    }
    assert_eq!(seen.len(), 20);
}

#[actix_web::test]
async fn connections_that_fell_silent_cost_one_attempt() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let server: SocketAddr = url.strip_prefix("http://").unwrap().parse().unwrap();
    let (relay, address) = Relay::before(server).unwrap();
    let users = client(channels, &[&format!("http://{address}")]);
    let ask = async |repeat| {
        let began = Instant::now();
        let doubled: Result<i64, Fault> = users.ask("double", repeat, &21).await;
        (doubled.ok(), began.elapsed())
    };
    for (repeat, is_lost) in [(Repeat::Freely, false), (Repeat::Never, true)] {
        // Many connections, all of them kept for the calls to come.
        join_all((0..8).map(|_| ask(Repeat::Freely))).await;
        relay.set(Some(Cut::Silent));
        let (doubled, took) = ask(repeat).await;
        assert_eq!(doubled.is_none(), is_lost, "{took:?}");
        assert!(took < times().timeout + times().attempt_timeout, "{took:?}");
        for _ in 0..8 {
            let (doubled, took) = ask(Repeat::Never).await;
            assert_eq!(doubled, Some(42));
            assert!(took < times().attempt_timeout, "{took:?}");
        }
    }
    assert!(!users.has_open_circuit());
}

#[actix_web::test]
async fn calls_wait_for_their_turn_and_acts_do_not_wait_for_questions() {
    let channels = key("channels");
    let (url, _) = serve(&channels);
    let users = client_with_room(channels, &[&url], 2);
    let ask = async |repeat| users.ask::<_, usize, Fault>("busy", repeat, &()).await;
    let mut most = 0;
    for busy in join_all((0..10).map(|_| ask(Repeat::Freely))).await {
        most = most.max(busy.unwrap());
    }
    assert_eq!(most, 2);
    // More than there is time for: those whose turn does not come are told so.
    let questions = async {
        let all = join_all((0..40).map(|_| ask(Repeat::Freely))).await;
        let refused = all.iter().filter(|one| one.is_err()).count();
        assert!((1..30).contains(&refused), "{refused}");
    };
    let act = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let began = Instant::now();
        ask(Repeat::Never).await.unwrap();
        assert!(
            began.elapsed() < times().timeout / 2,
            "{:?}",
            began.elapsed()
        );
    };
    tokio::join!(questions, act);
    assert!(!users.has_open_circuit());
}

#[actix_web::test]
async fn nobody_there_is_said_at_once_when_the_circuit_is_open() {
    let gone = nowhere();
    let users = client(key("channels"), &[&gone]);
    for _ in 0..2 {
        let answer: Result<i64, Fault> = users.ask("double", Repeat::Freely, &1).await;
        assert!(matches!(answer, Err(Fault::Unavailable { .. })));
    }
    assert!(users.has_open_circuit());
}

#[actix_web::test]
async fn nobody_waits_longer_than_the_client_does() {
    let channels = key("channels");
    let (url, asked) = serve(&channels);
    let users = client(channels, &[&url]);
    let context = context::Context::of_a_job(Duration::from_millis(100));
    let began = Instant::now();
    let answer: Result<(), Fault> =
        context::within(context, users.ask("slow", Repeat::Freely, &())).await;
    assert!(matches!(answer, Err(Fault::Unavailable { .. })));
    assert!(began.elapsed() < times().timeout);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}
