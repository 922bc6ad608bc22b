//! Pages as a browser without script opens and sends them.

use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;

use crate::world::{Answer, World};

/// What a browser keeps for its forms.
pub(crate) const MARK: &str = "0123456789abcdef0123456789abcdef";

pub(crate) fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

pub(crate) fn location(answer: &Answer) -> &str {
    let place = answer.headers.get(LOCATION);
    place.map_or("", |place| place.to_str().unwrap())
}

/// As browsers submit a page without a referrer over plain http.
pub(crate) async fn submit(
    world: &World,
    path: &str,
    cookies: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let request = TestRequest::post().uri(&format!("{path}?form={MARK}"));
    let request = request.set_form(fields).insert_header(("origin", "null"));
    let cookie = ("cookie", format!("form={MARK}; {cookies}"));
    world.send(request.insert_header(cookie)).await
}

pub(crate) async fn open(world: &World, uri: &str, cookies: &str) -> Answer {
    let request = TestRequest::get()
        .uri(uri)
        .insert_header(("accept", "text/html"));
    world
        .send(request.insert_header(("cookie", cookies.to_owned())))
        .await
}
