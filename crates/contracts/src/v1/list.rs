//! Lists that go on by key: `limit`, an opaque `cursor`, and an answer that says where it goes on.

use actix_web::http::header::LINK;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::PublicUrl;
use serde::Serialize;

use super::query::{FromQuery, Parameters};

/// How many rows a page has when nobody says so.
pub const DEFAULT_LIMIT: i64 = 50;
/// How many it has at most.
pub const MOST_ROWS: i64 = 200;

/// What stands before the number in a cursor: a client that makes up its own finds out at once.
const CURSOR: &str = "k";

/// The page that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only rows behind this one, in the list's order.
    pub after: Option<i64>,
    /// How many rows.
    pub limit: i64,
    /// True where the newest come first, which is how they come when nobody says so.
    pub is_newest_first: bool,
}

impl Page {
    /// Reads `limit`, `cursor` and `order`.
    pub fn read(query: &mut Parameters) -> Self {
        let order =
            query.parsed(
                "order",
                "This must be created_at or -created_at.",
                |text| match text {
                    "created_at" => Some(false),
                    "-created_at" => Some(true),
                    _ => None,
                },
            );
        Self {
            is_newest_first: order.unwrap_or(true),
            ..Self::forward(query)
        }
    }

    /// Reads `limit` and `cursor` of a list that has one order, the oldest first.
    pub fn forward(query: &mut Parameters) -> Self {
        let limit = query.parsed("limit", "This must be a number from 1 to 200.", |text| {
            text.parse()
                .ok()
                .filter(|limit| (1..=MOST_ROWS).contains(limit))
        });
        let after = query.parsed(
            "cursor",
            "This must be a cursor that an answer gave.",
            |text| i64::from_str_radix(text.strip_prefix(CURSOR)?, 36).ok(),
        );
        Self {
            after,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
            is_newest_first: false,
        }
    }

    /// How many rows to fetch: one more tells that the list is cut.
    pub const fn fetched(&self) -> i64 {
        self.limit.saturating_add(1)
    }
}

impl FromQuery for Page {
    fn from_query(parameters: &mut Parameters) -> Self {
        Self::read(parameters)
    }
}

#[derive(Serialize)]
struct List<'a, T, M> {
    data: &'a [T],
    next: Option<&'a str>,
    #[serde(flatten)]
    more: &'a M,
}

/// A list that says nothing beside its rows.
#[derive(Serialize)]
struct NothingMore {}

/// A list of which one row more than the page has was fetched. `key` names a row in a cursor.
pub fn answer<R, T: Serialize>(
    req: &HttpRequest,
    page: &Page,
    rows: Vec<R>,
    key: impl Fn(&R) -> i64,
    show: impl FnMut(R) -> T,
) -> HttpResponse {
    answer_with(req, page, rows, key, show, &NothingMore {})
}

/// [`answer`], with the members of `more` beside `data` and `next`.
pub fn answer_with<R, T: Serialize, M: Serialize>(
    req: &HttpRequest,
    page: &Page,
    mut rows: Vec<R>,
    key: impl Fn(&R) -> i64,
    show: impl FnMut(R) -> T,
    more: &M,
) -> HttpResponse {
    let size = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let is_cut = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| is_cut).map(key);
    part_with(req, rows, next, show, more)
}

/// Rows of a list that goes on behind the key `next`, of which not all that was looked at is shown.
pub fn part<R, T: Serialize>(
    req: &HttpRequest,
    rows: Vec<R>,
    next: Option<i64>,
    show: impl FnMut(R) -> T,
) -> HttpResponse {
    part_with(req, rows, next, show, &NothingMore {})
}

fn part_with<R, T: Serialize, M: Serialize>(
    req: &HttpRequest,
    rows: Vec<R>,
    next: Option<i64>,
    show: impl FnMut(R) -> T,
    more: &M,
) -> HttpResponse {
    let next = next.map(|key| address(req, key));
    let data: Vec<T> = rows.into_iter().map(show).collect();
    let mut answer = HttpResponse::Ok();
    if let Some(next) = &next {
        answer.insert_header((LINK, format!("<{next}>; rel=\"next\"")));
    }
    answer.json(List {
        data: &data,
        next: next.as_deref(),
        more,
    })
}

/// The address of the page behind `key`: that of this one with another cursor.
fn address(req: &HttpRequest, key: i64) -> String {
    let base = req
        .app_data::<web::Data<PublicUrl>>()
        .map_or("", |url| url.0.as_str());
    let kept = req
        .query_string()
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"));
    let mut query = kept.collect::<Vec<_>>().join("&");
    if !query.is_empty() {
        query.push('&');
    }
    format!("{base}{}?{query}cursor={CURSOR}{}", req.path(), base36(key))
}

fn base36(mut number: i64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number.rem_euclid(36)).unwrap_or(0);
        digits.extend(char::from_digit(digit, 36));
        number = number.div_euclid(36);
        if number <= 0 {
            return digits.iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::test::TestRequest;
    use serde_json::{Value, json};

    use super::*;

    fn page(query: &str) -> Option<Page> {
        let mut parameters = Parameters::of(query);
        let page = Page::read(&mut parameters);
        parameters.close().is_empty().then_some(page)
    }

    #[actix_web::test]
    async fn a_list_goes_on_by_its_own_address() {
        let req = TestRequest::get()
            .uri("/v1/things?limit=2&state=open&cursor=k1")
            .app_data(web::Data::new(PublicUrl("https://x.example".to_owned())))
            .to_http_request();
        let asked = page("limit=2&cursor=k1").unwrap();
        assert_eq!((asked.after, asked.fetched()), (Some(1), 3));
        let shown = answer(&req, &asked, vec![5, 71, 9], |row| *row, |row| row);
        let next = "https://x.example/v1/things?limit=2&state=open&cursor=k1z";
        let link = shown.headers().get(LINK).unwrap();
        assert_eq!(link, format!("<{next}>; rel=\"next\"").as_str());
        let body = to_bytes(shown.into_body()).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body, json!({"data": [5, 71], "next": next}));
        assert_eq!(page("cursor=k1z").unwrap().after, Some(71));

        let whole = answer(&req, &asked, vec![5], |row| *row, |row| row);
        assert!(whole.headers().get(LINK).is_none());
        let body = to_bytes(whole.into_body()).await.unwrap();
        assert_eq!(body, r#"{"data":[5],"next":null}"#);
    }

    #[test]
    fn pages_are_read() {
        let usual = page("").unwrap();
        assert_eq!(
            (usual.limit, usual.after, usual.is_newest_first),
            (50, None, true)
        );
        assert!(!page("order=created_at").unwrap().is_newest_first);
        for bad in [
            "limit=0",
            "limit=201",
            "limit=x",
            "cursor=1",
            "cursor=",
            "order=name",
            "limit=1&limit=2",
        ] {
            assert_eq!(page(bad), None, "{bad}");
        }
        for number in [0, 1, 35, 36, i64::MAX] {
            assert_eq!(i64::from_str_radix(&base36(number), 36), Ok(number));
        }
    }
}
