//! The internal listeners of services of their own.

use latchkey_testing::Backend;
use latchkey_testing::Service;
use latchkey_testing::raw::{Kept, connect};
use latchkey_testing::split::{Part, Split};
use latchkey_testing::stack::Stack;

use super::{Audience, OPEN, REFUSED, Route, is_let_in, lines, talkative, told};
use crate::spelling::{disguises, encodings};
use crate::split::split;

split!(
    every_route_is_for_whom_it_says,
    no_other_spelling_leads_anywhere,
    the_gateway_leads_nowhere_near,
);

/// Somebody who comes, and what they show.
struct Caller {
    who: String,
    shown: Option<String>,
    standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Stranger,
    Operator,
    Service(Service),
}

/// Everybody who may come to `asked`.
fn callers(split: &Split, asked: Service) -> Vec<Caller> {
    use Standing::Stranger;
    let mut callers = Vec::new();
    let mut comes = |who: String, shown: Option<String>, standing| {
        callers.push(Caller {
            who,
            shown,
            standing,
        });
    };
    let key = split.operator_key();
    comes("nobody".to_owned(), None, Stranger);
    for garbage in [
        String::new(),
        "x".to_owned(),
        "e30.e30.".to_owned(),
        key.to_lowercase(),
        format!("{key}x"),
        key.chars().skip(1).collect(),
        // Whoever reads what a service has cannot come in with it.
        split.operator_hash(),
    ] {
        comes(format!("{garbage:?}"), Some(garbage), Stranger);
    }
    comes(
        "the operator".to_owned(),
        Some(key.to_owned()),
        Standing::Operator,
    );
    for caller in Service::ALL {
        let is_known = caller.asks().contains(&asked);
        let standing = if is_known {
            Standing::Service(caller)
        } else {
            Stranger
        };
        let good = split.service_token(caller, asked, 0).unwrap();
        let (unsigned, _) = good.rsplit_once('.').unwrap();
        comes(
            format!("{caller:?} unsigned"),
            Some(format!("{unsigned}.")),
            Stranger,
        );
        comes(format!("{caller:?}"), Some(good.clone()), standing);
        let over = split.service_token(caller, asked, 200).unwrap();
        comes(format!("{caller:?} too late"), Some(over), Stranger);
        for other in Service::ALL.into_iter().filter(|other| *other != asked) {
            let elsewhere = split.service_token(caller, other, 0).unwrap();
            comes(
                format!("{caller:?} for {other:?}"),
                Some(elsewhere),
                Stranger,
            );
        }
        for signer in Service::ALL.into_iter().filter(|other| *other != caller) {
            let forged = split.signed_token(signer, caller, asked, 0).unwrap();
            comes(format!("{signer:?} as {caller:?}"), Some(forged), Stranger);
        }
    }
    callers
}

/// The status of a refusal; `None`: let in.
fn refusal(audience: &Audience, standing: Standing) -> Option<u16> {
    match (audience, standing) {
        (Audience::Anybody, _) | (Audience::Operator, Standing::Operator) => None,
        (_, Standing::Stranger) => Some(401),
        (Audience::Services(callers), Standing::Service(caller)) if callers.contains(&caller) => {
            None
        }
        (_, Standing::Operator | Standing::Service(_)) => Some(403),
    }
}

/// What `service` says that it serves.
pub(super) fn routes(split: &Split, service: Service) -> Vec<Route> {
    let routes = told(&split.stderr_of(Part::Service(service, 0)));
    let open = routes
        .iter()
        .filter(|route| route.audience == Audience::Anybody);
    let open: Vec<&str> = open.map(|route| route.path.as_str()).collect();
    assert_eq!(open, OPEN, "{service:?}");
    assert!(
        routes.len() > OPEN.len(),
        "{service:?} serves more than health"
    );
    routes
}

fn refusals(split: &Split, service: Service) -> usize {
    lines(&split.stderr_of(Part::Service(service, 0)), REFUSED).len()
}

async fn every_route_is_for_whom_it_says() {
    let stack = talkative(Backend::Split).start();
    let split = stack.split();
    for service in Service::ALL {
        let address = split.internal_of(service, 0).to_string();
        let mut line = Kept::new(|| connect(&address));
        let callers = callers(split, service);
        let mut refused = 0;
        for route in routes(split, service) {
            for caller in &callers {
                let answer = route.ask(&mut line, &route.path, caller.shown.as_deref());
                let who = &caller.who;
                match refusal(&route.audience, caller.standing) {
                    Some(status) => {
                        refused += 1;
                        assert_eq!(answer.status, status, "{who} at {route:?}: {answer:?}");
                        assert!(answer.body.contains("\"error\""), "{answer:?}");
                    }
                    None => assert!(is_let_in(&answer), "{who} at {route:?}: {answer:?}"),
                }
            }
        }
        assert_eq!(
            refusals(split, service),
            refused,
            "{service:?} logs what it refuses"
        );
        secrets_are_kept(&stack, service, &callers);
    }
}

fn secrets_are_kept(stack: &Stack, service: Service, callers: &[Caller]) {
    let log = stack.split().stderr_of(Part::Service(service, 0));
    for caller in callers
        .iter()
        .filter(|one| one.standing != Standing::Stranger)
    {
        let shown = caller.shown.as_deref().unwrap();
        assert!(
            !log.contains(shown),
            "what {} shows is in the log",
            caller.who
        );
    }
}

async fn no_other_spelling_leads_anywhere() {
    let stack = talkative(Backend::Split).start();
    let split = stack.split();
    for service in Service::ALL {
        let address = split.internal_of(service, 0).to_string();
        let mut line = Kept::new(|| connect(&address));
        let garbage = "x".to_owned();
        let mut shown = vec![None, Some(garbage), Some(split.operator_key().to_owned())];
        for caller in Service::ALL {
            shown.push(Some(split.service_token(caller, service, 0).unwrap()));
        }
        let late = split
            .service_token(Service::Invitations, service, 200)
            .unwrap();
        let elsewhere = split
            .service_token(Service::Discord, Service::Discord, 0)
            .unwrap();
        shown.extend([Some(late), Some(elsewhere)]);
        let mut refused = 0;
        for route in routes(split, service) {
            let spellings = encodings(&route.path).into_iter();
            for path in spellings.chain(disguises(&route.path)) {
                for credential in &shown {
                    let answer = route.ask(&mut line, &path, credential.as_deref());
                    // What is no path of HTTP gets no further than the reader of HTTP.
                    if path.contains('\\') && answer.status == 400 {
                        continue;
                    }
                    refused += 1;
                    assert_eq!(answer.status, 404, "{path} of {service:?}: {answer:?}");
                }
            }
        }
        assert_eq!(
            refusals(split, service),
            refused,
            "{service:?} logs what it refuses"
        );
    }
}

async fn the_gateway_leads_nowhere_near() {
    let stack = talkative(Backend::Split).start();
    let split = stack.split();
    let gateway = stack.base();
    let mut line = Kept::new(|| connect(gateway.strip_prefix("http://").unwrap()));
    for service in Service::ALL {
        let token = split
            .service_token(Service::Invitations, service, 0)
            .unwrap();
        for route in routes(split, service) {
            let mut paths = encodings(&route.path);
            paths.extend(disguises(&route.path));
            paths.extend([
                route.path.clone(),
                // Begins with what the table has, and ends at a public listener.
                format!("/invites/..{}", route.path),
                format!("/discord/%2e%2e{}", route.path),
            ]);
            for path in paths {
                for credential in [split.operator_key(), &token] {
                    let answer = route.ask(&mut line, &path, Some(credential));
                    let is_no_path = path.contains('\\') && answer.status == 400;
                    assert!(answer.status == 404 || is_no_path, "{path}: {answer:?}");
                }
            }
        }
    }
    for service in Service::ALL {
        assert_eq!(
            refusals(split, service),
            0,
            "{service:?} was reached from outside"
        );
    }
}
