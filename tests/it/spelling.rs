//! One path in many spellings. What the router and the gateway read as the same path is the same path to
//! every rule; the contract that owns it answers as it does to the plain one.

use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use crate::house::house;

/// `path` with the sign at `at` in percent form.
fn encoded_at(path: &str, at: usize) -> String {
    let signs = path.char_indices().map(|(nth, sign)| match sign {
        _ if nth == at => format!("%{:02x}", u32::from(sign)),
        _ => sign.to_string(),
    });
    signs.collect()
}

/// `path` with every sign but the slashes in percent form.
pub(crate) fn encoded(path: &str) -> String {
    let signs = path.bytes().map(|byte| match byte {
        b'/' => "/".to_owned(),
        _ => format!("%{byte:02X}"),
    });
    signs.collect()
}

/// `path` with each of its signs in turn in percent form, slashes included, and all of them.
pub(crate) fn encodings(path: &str) -> Vec<String> {
    let each = (1..path.len()).map(|at| encoded_at(path, at));
    each.chain([encoded(path)]).collect()
}

/// Other spellings that somebody in between might take for `path`: slashes, dots, letters of another
/// case, things that end a path, and what is encoded twice.
pub(crate) fn disguises(path: &str) -> Vec<String> {
    let (head, last) = path.rsplit_once('/').expect("a path");
    let below = path.trim_start_matches('/');
    let (first, rest) = below.split_at(1);
    vec![
        format!("/{path}"),
        format!("{head}//{last}"),
        format!("{path}/"),
        format!("/.{path}"),
        format!("{head}/./{last}"),
        format!("{head}/x/../{last}"),
        format!("/healthz/live/../..{path}"),
        format!("/metrics/..{path}"),
        format!("/..;{path}"),
        format!("{path};x=1"),
        format!("{path}%00"),
        format!("{path}%20"),
        format!("{path}%2f"),
        format!("/%2e{path}"),
        format!("/healthz/%2e%2e{path}"),
        format!("/%2f{below}"),
        format!("/\\{below}"),
        format!("/%5c{below}"),
        path.to_uppercase(),
        format!("/{}{rest}", first.to_uppercase()),
        encoded(path).replace('%', "%25"),
    ]
}

/// Something unrouted, and something routed, of each contract.
const PATHS: [&str; 16] = [
    "/api/none",
    "/api/user/info",
    "/register/none",
    "/discord/none",
    "/discord/invites",
    "/discord-actions/invite",
    "/invite/a/b/c/d",
    "/invite",
    "/group/a/b/c",
    "/member/a/b/c",
    "/check",
    "/create",
    "/keys/none",
    "/invites",
    "/api/namespaces",
    "/n/x",
];

async fn a_contract_answers_to_every_spelling(backend: Backend) {
    let nobody = house(backend).nobody().unobserved();
    for path in PATHS {
        for method in [Method::GET, Method::PUT, Method::POST] {
            let ask = |path: &str| {
                let call = nobody.call(method.clone(), path);
                call.header("origin", "https://evil.example")
            };
            let plain = ask(path).await;
            for other in [encoded_at(path, 1), encoded(path)] {
                let answer = ask(&other).await;
                assert_eq!(answer.status, plain.status, "{answer} {plain}");
                assert_eq!(answer.content_type(), plain.content_type(), "{answer}");
                assert_eq!(answer.body, plain.body, "{answer}");
            }
        }
    }
}

every_shape!(a_contract_answers_to_every_spelling);
