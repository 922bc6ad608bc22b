//! One process: the operator has a socket, and nobody is known on the internal listener.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::Path;

use latchkey_testing::raw::{Kept, connect};
use latchkey_testing::{Backend, one_process};

use super::{Audience, OPEN, REFUSED, Route, is_let_in, lines, talkative, told};
use crate::spelling::{disguises, encodings};

one_process!(the_operator_comes_by_the_socket_alone);

/// What another process would ask, and a program that holds everything answers nobody.
const CALLS: [&str; 2] = [
    "/internal/users/create-account",
    "/internal/channels/add-member",
];

fn of(routes: &[Route], listener: &str) -> Vec<Route> {
    let of = routes.iter().filter(|route| route.listener == listener);
    of.cloned().collect()
}

async fn the_operator_comes_by_the_socket_alone(backend: Backend) {
    let stack = talkative(backend).start();
    let log = stack.folder().join("stderr-latchkey-1");
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let routes = told(&read(&log));
    let open = of(&routes, "internal listener");
    let commands = of(&routes, "operator's socket");
    assert_eq!(routes.len(), open.len() + commands.len());
    let paths: Vec<&str> = open.iter().map(|route| route.path.as_str()).collect();
    assert_eq!(paths, OPEN);
    assert!(commands.len() > 20, "{commands:?}");
    assert!(
        commands
            .iter()
            .all(|route| route.audience == Audience::Operator)
    );

    let socket = stack.data_dir().join("admin.sock");
    let mut socket = Kept::new(|| UnixStream::connect(&socket).unwrap());
    let (internal, public) = (stack.internal(), stack.base());
    let public = public.strip_prefix("http://").unwrap();
    let mut internal = Kept::new(|| connect(&internal));
    let mut public = Kept::new(|| connect(public));
    let mut refused = 0;
    for route in &commands {
        let answer = route.ask(&mut socket, &route.path, None);
        assert!(is_let_in(&answer), "{route:?}: {answer:?}");
    }
    let call = |path: &str| Route {
        path: path.to_owned(),
        ..commands[0].clone()
    };
    let calls = CALLS.map(call);
    for route in commands.iter().chain(&calls) {
        let other = encodings(&route.path)
            .into_iter()
            .chain(disguises(&route.path));
        for path in other.chain([route.path.clone()]) {
            let is_command = path == route.path && !CALLS.contains(&path.as_str());
            let mut answers = vec![
                route.ask(&mut internal, &path, None),
                route.ask(
                    &mut internal,
                    &path,
                    Some("0123456789abcdef0123456789abcdef"),
                ),
            ];
            if !is_command {
                answers.push(route.ask(&mut socket, &path, None));
            }
            for answer in answers {
                if path.contains('\\') && answer.status == 400 {
                    continue;
                }
                refused += 1;
                assert_eq!(answer.status, 404, "{path}: {answer:?}");
            }
            let answer = route.ask(&mut public, &path, None);
            let is_no_path = path.contains('\\') && answer.status == 400;
            assert!(answer.status == 404 || is_no_path, "{path}: {answer:?}");
        }
    }
    assert_eq!(lines(&read(&log), REFUSED).len(), refused);
}
