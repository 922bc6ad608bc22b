//! Whether numbers and names of what is private are told apart from those of nothing at all. Whoever has nothing to do
//! with a thing is answered as if it were not there: the same status, the same body, over every contract. Where a
//! contract's document has two answers for the two, that is written here, call by call.

mod chat;
mod native;
mod others;

use latchkey_testing::chat::{Answer, Call};
use serde_json::Value;

/// A number that nothing has.
const NOTHING: i64 = 987_654_321;
/// An id that nothing has, where ids are UUIDs.
const NO_UUID: &str = "5b0a9f9e-7f43-4b0e-9a52-0d5f1c1e2a37";

/// Two answers that a document has for what is there and for what is not.
type Both = (u16, u16);

/// What is told, but for the request's own id and the ids that were asked for.
fn told<I: ToString>(answer: &Answer, asked: [&I; 2]) -> (u16, String) {
    let body = match serde_json::from_slice(&answer.body) {
        Ok(Value::Object(mut body)) => {
            for member in ["request_id", "requestId"] {
                body.remove(member);
            }
            Value::Object(body).to_string()
        }
        _ => answer.text(),
    };
    // Both from both: a number may also stand in a text that does not tell of it.
    let mut asked = asked.map(ToString::to_string);
    asked.sort_unstable_by_key(|one| std::cmp::Reverse(one.len()));
    let hidden = asked.iter().fold(body, |body, one| body.replace(one, "…"));
    (answer.status, hidden)
}

/// Asks for what is there and for nothing, and holds the two answers against each other.
async fn compare<I: ToString>(
    what: &str,
    (there, nothing): (I, I),
    demanded: Option<Both>,
    call: impl Fn(&I) -> Call,
) {
    let (first, second) = (call(&there).await, call(&nothing).await);
    let first_told = told(&first, [&there, &nothing]);
    let second_told = told(&second, [&there, &nothing]);
    for answer in [&first, &second] {
        assert!((400..500).contains(&answer.status), "{what}: {answer}");
    }
    match demanded {
        None => assert_eq!(first_told, second_told, "{what}"),
        Some(both) => assert_eq!((first.status, second.status), both, "{what}"),
    }
}
