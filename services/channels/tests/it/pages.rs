//! Pages of channels, as people use them whose browser runs no script.

mod changes;
mod live;
mod reading;

use latchkey_testing::chat::{Answer, Chat, escape};

/// A page.
async fn open(chat: &Chat, path: &str) -> Answer {
    chat.get(path).header("accept", "text/html").await
}

/// The answer to the form that goes to `path`, as a browser sends it.
async fn submit(chat: &Chat, path: &str, fields: &[(&str, &str)]) -> Answer {
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)));
    chat.call("POST".parse().unwrap(), path)
        .content_type("application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("origin", chat.base())
        .body(fields.collect::<Vec<_>>().join("&"))
        .await
}

/// Where a form leads to.
fn led_to(answer: Answer) -> String {
    let answer = answer.expect(303);
    answer.header("location").expect("a place").to_owned()
}

/// What is said at the top.
fn heading(page: &Answer) -> String {
    let text = page.text();
    let (_, rest) = text
        .split_once("<h1")
        .unwrap_or_else(|| panic!("no heading: {page}"));
    let (_, rest) = rest.split_once('>').expect("its beginning");
    rest.split_once("</h1>").expect("its end").0.to_owned()
}

/// Whether the page has this piece.
#[track_caller]
fn has(page: &Answer, piece: &str) {
    assert!(page.text().contains(piece), "no {piece}: {}", page.text());
}

/// Whether it lacks it.
#[track_caller]
fn lacks(page: &Answer, piece: &str) {
    assert!(!page.text().contains(piece), "{piece}: {}", page.text());
}
