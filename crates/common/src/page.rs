//! Lists that are longer than an answer. Asked without page parameters a list answers everything
//! up to a ceiling; `limit` and `after` (the key of the last row seen) go beyond, and a list that
//! was cut always says so in a `Link: <…>; rel="next"` header.
//!
//! ```text
//! let size = page.size(ceiling);
//! let rows = store::members(conn, channel, page.after, size + 1)?; // one more tells that it is cut
//! let paged = Paged::cut(rows, size, |row| row.key());
//! ```

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderValue, LINK};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::wire::lenient;

/// The page that is asked for: `?after=<key>&limit=<count>`. Use it as `ChatQuery<Page>`, or
/// flattened into a call's own query (`#[serde(flatten)]`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// Only rows behind this key.
    #[serde(default, deserialize_with = "lenient::opt_id")]
    pub after: Option<i64>,
    /// At most this many rows. Zero and less are refused while reading.
    #[serde(default, deserialize_with = "limit")]
    pub limit: Option<i64>,
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let limit: Option<i64> = lenient::opt_id(from)?;
    if limit.is_some_and(|limit| limit < 1) {
        return Err(D::Error::custom("a limit below 1"));
    }
    Ok(limit)
}

impl Page {
    /// How many rows to answer: what was asked for, at most `ceiling`.
    pub fn size(&self, ceiling: i64) -> i64 {
        self.limit.unwrap_or(ceiling).clamp(1, ceiling.max(1))
    }
}

/// Rows of one page, and the key to go on behind when there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The key of the last row, when the list was cut.
    pub next: Option<i64>,
}

impl<T> Paged<T> {
    /// Cuts `rows`, of which one more than `size` was fetched, and notes where the next page
    /// begins.
    pub fn cut(mut rows: Vec<T>, size: i64, key: impl Fn(&T) -> i64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let is_cut = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| is_cut).map(key);
        Self { items: rows, next }
    }

    /// A list that is whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// The same page with every row translated.
    pub fn map<U>(self, translate: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            items: self.items.into_iter().map(translate).collect(),
            next: self.next,
        }
    }
}

/// Where the server is reached from outside, without a slash at the end. In the app's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(pub String);

/// The value of a `Link` header to the page behind `next`: the request's own path and query with
/// `after` exchanged.
pub fn next_link(req: &HttpRequest, next: i64) -> Option<HeaderValue> {
    let base = req
        .app_data::<web::Data<PublicUrl>>()
        .map_or("", |url| url.0.as_str());
    let kept = req
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("after"));
    let mut query = kept.collect::<Vec<_>>().join("&");
    if !query.is_empty() {
        query.push('&');
    }
    let path = req.path();
    HeaderValue::try_from(format!("<{base}{path}?{query}after={next}>; rel=\"next\"")).ok()
}

/// A 200 answer with a list in `body`, which carries the link when the list was cut.
pub fn answer(req: &HttpRequest, next: Option<i64>, body: &impl Serialize) -> HttpResponse {
    let mut answer: HttpResponseBuilder = HttpResponse::Ok();
    if let Some(link) = next.and_then(|next| next_link(req, next)) {
        answer.insert_header((LINK, link));
    }
    answer.json(body)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(query: &str) -> Option<Page> {
        web::Query::<Page>::from_query(query)
            .ok()
            .map(web::Query::into_inner)
    }

    #[test]
    fn pages_are_read() {
        assert_eq!(read(""), Some(Page::default()));
        assert_eq!(read("after=5&limit=2").unwrap().size(1000), 2);
        assert_eq!(read("limit=5000").unwrap().size(1000), 1000);
        assert_eq!(read("after=-1").unwrap().after, Some(-1));
        assert_eq!(Page::default().size(1000), 1000);
        for bad in [
            "limit=0",
            "limit=-1",
            "limit=x",
            "after=x",
            "limit=1.5",
            "limit=9223372036854775808",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn pages_are_read_inside_other_queries() {
        #[derive(Deserialize)]
        struct Search {
            keyword: String,
            #[serde(flatten)]
            page: Page,
        }
        let search = web::Query::<Search>::from_query("keyword=a&limit=3").unwrap();
        assert_eq!((search.keyword.as_str(), search.page.limit), ("a", Some(3)));
        assert!(web::Query::<Search>::from_query("keyword=a&limit=0").is_err());
    }

    #[test]
    fn a_cut_list_says_so() {
        let paged = Paged::cut(vec![1, 2, 3], 2, |row| *row);
        assert_eq!(
            paged,
            Paged {
                items: vec![1, 2],
                next: Some(2)
            }
        );
        assert_eq!(Paged::cut(vec![1, 2], 2, |row| *row).next, None);
        let req = TestRequest::get()
            .uri("/api/channel/users?channelId=5&after=1&limit=2")
            .app_data(web::Data::new(PublicUrl("https://x.example".to_owned())))
            .to_http_request();
        let answer = answer(&req, paged.next, &paged.items);
        assert_eq!(
            answer.headers().get(LINK).unwrap(),
            "<https://x.example/api/channel/users?channelId=5&limit=2&after=2>; rel=\"next\""
        );
    }
}
