//! The doors of the internal listener and of the operator's socket. Every route of the product, in every
//! spelling, with every credential, is asked for in the tests of the whole; here is the rule.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::test::{TestRequest, call_service, init_service};

use super::edge;
use crate::clock::Clock;
use crate::rpc::{Gate, KeyPair, OperatorHash, PublicKeys, ServiceKey};
use crate::secret::Secret;
use crate::server::{Audience, InternalRoute, Keeper, OperatorCaller, PeerService, internal_app};

const OPERATOR: &str = "0123456789abcdef0123456789abcdef";

/// A route for each kind of caller, and how often one of them answered.
fn routes() -> (Vec<InternalRoute>, Arc<AtomicUsize>) {
    let answered = Arc::new(AtomicUsize::new(0));
    let count = |answered: &Arc<AtomicUsize>| {
        let answered = Arc::clone(answered);
        move || {
            answered.fetch_add(1, Ordering::SeqCst);
            "answered"
        }
    };
    let (open, called, operated) = (count(&answered), count(&answered), count(&answered));
    let routes = vec![
        InternalRoute::open("/healthz/live", move |_| {
            let said = open();
            async move { said }
        }),
        InternalRoute::peer("users", "by-ids", &["discord"], move |_: PeerService| {
            let said = called();
            async move { said }
        }),
        InternalRoute::operator("users", "create", move |_: OperatorCaller| {
            let said = operated();
            async move { said }
        }),
    ];
    (routes, answered)
}

fn service(name: &'static str) -> ServiceKey {
    let pair = KeyPair::generate().unwrap();
    ServiceKey::parse(name, &pair.private, Clock::default()).unwrap()
}

/// A gate, and what those show who come to it.
fn callers() -> (Keeper, [(&'static str, String); 4]) {
    let (discord, channels) = (service("discord"), service("channels"));
    let mut keys = PublicKeys::default();
    keys.allow("discord", discord.public()).unwrap();
    keys.allow("channels", channels.public()).unwrap();
    let operator = OperatorHash::of(&Secret::new(OPERATOR)).unwrap();
    let gate = Gate::new("users", keys, Some(operator), Clock::default());
    let token = |key: &ServiceKey| key.token_for("users").unwrap().expose().to_owned();
    let shown = [
        ("nobody", String::new()),
        ("the operator", OPERATOR.to_owned()),
        ("discord", token(&discord)),
        ("channels", token(&channels)),
    ];
    (Keeper::Gate(Some(gate)), shown)
}

async fn ask(
    keeper: &Keeper,
    routes: &[InternalRoute],
    audience: Audience,
    path: &str,
    shown: &str,
) -> u16 {
    let app = init_service(internal_app(routes, &edge(&[]), keeper)).await;
    let request = match audience {
        Audience::Anybody => TestRequest::get(),
        Audience::Services(_) | Audience::Operator => TestRequest::post(),
    };
    let request = request
        .uri(path)
        .insert_header(("authorization", format!("Bearer {shown}")));
    let answer = call_service(&app, request.to_request()).await;
    answer.status().as_u16()
}

#[actix_web::test]
async fn each_door_opens_to_its_callers_alone() {
    let (routes, answered) = routes();
    let (keeper, shown) = callers();
    for route in &routes {
        let mut statuses = Vec::new();
        for (_, credential) in &shown {
            statuses.push(ask(&keeper, &routes, route.audience(), route.path(), credential).await);
        }
        let right = match route.audience() {
            Audience::Anybody => [200, 200, 200, 200],
            Audience::Operator => [401, 200, 403, 403],
            Audience::Services(_) => [401, 403, 200, 403],
        };
        assert_eq!(statuses, right, "{route:?}");
    }
    assert_eq!(answered.load(Ordering::SeqCst), 6);
}

#[actix_web::test]
async fn nobody_is_known_without_a_gate() {
    let (routes, answered) = routes();
    let (_, shown) = callers();
    for route in &routes {
        let right = if route.audience() == Audience::Anybody {
            200
        } else {
            401
        };
        for (who, credential) in &shown {
            let keeper = Keeper::Gate(None);
            let status = ask(&keeper, &routes, route.audience(), route.path(), credential).await;
            assert_eq!(status, right, "{who} at {route:?}");
        }
    }
    assert_eq!(answered.load(Ordering::SeqCst), 4);
}

#[actix_web::test]
async fn whoever_opens_the_socket_is_the_operator_and_no_service() {
    let (routes, _) = routes();
    for route in &routes {
        let status = ask(&Keeper::Socket, &routes, route.audience(), route.path(), "").await;
        let right = match route.audience() {
            Audience::Anybody | Audience::Operator => 200,
            Audience::Services(_) => 403,
        };
        assert_eq!(status, right, "{route:?}");
    }
}

#[actix_web::test]
async fn a_path_has_one_spelling() {
    let (routes, answered) = routes();
    let (keeper, shown) = callers();
    for route in &routes {
        let path = route.path();
        let (_, below) = path.split_at(1);
        let (first, tail) = below.split_at(1);
        let first = first.as_bytes()[0];
        for disguised in [
            format!("/%{first:02x}{tail}"),
            format!("/%{first:02X}{tail}"),
            format!("/%25{first:02x}{tail}"),
            format!("/{path}"),
            format!("{path}/"),
            format!("/.{path}"),
            format!("/healthz/..{path}"),
            format!("/{}", below.replacen('/', "%2f", 1)),
            path.to_uppercase(),
            "/".to_owned(),
        ] {
            for keeper in [&keeper, &Keeper::Socket] {
                for (who, credential) in &shown {
                    let status = ask(keeper, &routes, route.audience(), &disguised, credential);
                    assert_eq!(status.await, 404, "{who} at {disguised}");
                }
            }
        }
    }
    assert_eq!(answered.load(Ordering::SeqCst), 0);
}
