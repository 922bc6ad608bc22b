//! Going through a long list, page by page.

use actix_web::http::header::HeaderValue;
use serde_json::Value;

/// What one page may have, in bytes: the setting `lists.bytes`.
const MOST: usize = 2_621_440;

/// How many rows a list has in all, and on how many pages. `get` answers a page and its link.
pub(crate) async fn walk(
    list: &str,
    get: impl AsyncFn(String) -> (String, Option<HeaderValue>),
) -> (usize, usize) {
    let (mut rows, mut pages) = (0, 0);
    let mut next = Some(list.to_owned());
    while let Some(uri) = next {
        let (body, link) = get(uri).await;
        assert!(body.len() <= MOST, "{} bytes of {list}", body.len());
        let page: Vec<Value> =
            serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        (rows, pages) = (rows + page.len(), pages + 1);
        next = link.map(|link| {
            let link = link.to_str().unwrap();
            let (uri, _) = link.trim_start_matches('<').split_once('>').unwrap();
            uri.split_at(uri.find(list).unwrap()).1.to_owned()
        });
    }
    (rows, pages)
}
