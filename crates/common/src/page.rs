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
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::wire::lenient;
use crate::wire::unread::UNFIT;

/// The page that is asked for: `?after=<key>&limit=<count>`. Use it as `ChatQuery<Page>`, or
/// flattened into a call's own query (`#[serde(flatten)]`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// Only rows behind this key.
    #[serde(default, deserialize_with = "after")]
    pub after: Option<i64>,
    /// At most this many rows. Zero and less are refused while reading.
    #[serde(default, deserialize_with = "limit")]
    pub limit: Option<i64>,
}

fn after<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    lenient::opt_id(from).map_err(|_no_key| unfit("after"))
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    match lenient::opt_id(from) {
        Ok(Some(..1)) | Err(_) => Err(unfit("limit")),
        Ok(limit) => Ok(limit),
    }
}

/// Named, because the reader does not know where it is in what is flattened.
fn unfit<E: Error>(name: &str) -> E {
    E::custom(format_args!("{UNFIT}{name}`"))
}

/// What one list may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Rows.
    pub rows: i64,
    /// Bytes of JSON.
    pub bytes: usize,
}

/// Rows that are read at once where they may be long.
const PIECE: i64 = 100;

impl Page {
    /// Reads a page of rows that may be long, a piece at a time, until it is full or holds as many
    /// bytes as it may; one row it always has. `read` gets the key behind which to read and how many,
    /// `bytes` tells what a row takes as JSON.
    ///
    /// # Errors
    /// What `read` gives.
    pub fn gather<T, E>(
        &self,
        most: Most,
        key: impl Fn(&T) -> i64,
        bytes: impl Fn(&T) -> usize,
        mut read: impl FnMut(i64, i64) -> Result<Vec<T>, E>,
    ) -> Result<Paged<T>, E> {
        let mut left = self.size(most.rows);
        let mut room = most.bytes;
        let mut items = Vec::new();
        let mut last = None;
        loop {
            let limit = left.saturating_add(1).min(PIECE);
            let rows = read(last.or(self.after).unwrap_or_default(), limit)?;
            let is_end = i64::try_from(rows.len()).is_ok_and(|count| count < limit);
            for row in rows {
                let taken = bytes(&row);
                if left == 0 || (taken > room && last.is_some()) {
                    return Ok(Paged { items, next: last });
                }
                (left, room) = (left - 1, room.saturating_sub(taken));
                last = Some(key(&row));
                items.push(row);
            }
            if is_end {
                return Ok(Paged::whole(items));
            }
        }
    }

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

    /// The same page, cut again where its rows take more than `most` bytes as JSON. One row it keeps.
    #[must_use]
    pub fn within(
        mut self,
        most: usize,
        key: impl Fn(&T) -> i64,
        bytes: impl Fn(&T) -> usize,
    ) -> Self {
        let mut taken = 0_usize;
        let too_much = self.items.iter().position(|row| {
            taken = taken.saturating_add(bytes(row));
            taken > most
        });
        if let Some(kept) = too_much {
            self.items.truncate(kept.max(1));
            self.next = self.items.last().map(key);
        }
        self
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

fn base(req: &HttpRequest) -> &str {
    req.app_data::<web::Data<PublicUrl>>()
        .map_or("", |url| url.0.as_str())
}

/// The value of a `Link` header to the page behind `next`: the request's own path and query with
/// `after` exchanged.
pub fn next_link(req: &HttpRequest, next: i64) -> Option<HeaderValue> {
    let base = base(req);
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

/// Bytes that a text takes in JSON, with what stands around it.
pub fn written(text: &str) -> usize {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' | b'\x08' | b'\t' | b'\n' | b'\x0c' | b'\r' => 1,
        0..=0x1f => 5,
        _ => 0,
    };
    text.len() + text.bytes().map(escaped).sum::<usize>() + 4
}

/// A 200 answer with a list in `body`, which carries the link when the list was cut.
pub fn answer(req: &HttpRequest, next: Option<i64>, body: &impl Serialize) -> HttpResponse {
    with_link(next.and_then(|next| next_link(req, next)), body)
}

/// The same for a list that is asked for in the request's body, which says where it goes on: the link is
/// the call's own.
pub fn answer_asked(req: &HttpRequest, is_cut: bool, body: &impl Serialize) -> HttpResponse {
    let link = || {
        let link = format!("<{}{}>; rel=\"next\"", base(req), req.path());
        HeaderValue::try_from(link).ok()
    };
    with_link(is_cut.then(link).flatten(), body)
}

fn with_link(link: Option<HeaderValue>, body: &impl Serialize) -> HttpResponse {
    let mut answer: HttpResponseBuilder = HttpResponse::Ok();
    if let Some(link) = link {
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
    fn a_page_is_gathered_up_to_a_number_and_up_to_bytes() {
        let table: Vec<i64> = (1..=250).collect();
        let gather = |page: Page, rows, bytes| {
            let mut reads = 0;
            let read = |after, limit: i64| {
                reads += 1;
                let rest = table.iter().copied().filter(|row| *row > after);
                Ok::<_, ()>(rest.take(usize::try_from(limit).unwrap()).collect())
            };
            let paged = page.gather(Most { rows, bytes }, |row| *row, |_| 10, read);
            let Paged { items, next } = paged.unwrap();
            assert!(reads <= 1 + items.len() / 100, "{reads}");
            (items.first().copied(), items.len(), next)
        };
        let all = Page::default();
        assert_eq!(gather(all, 1000, 1 << 20), (Some(1), 250, None));
        assert_eq!(gather(all, 250, 2500), (Some(1), 250, None));
        assert_eq!(gather(all, 249, 1 << 20), (Some(1), 249, Some(249)));
        assert_eq!(gather(all, 1000, 1205), (Some(1), 120, Some(120)));
        assert_eq!(gather(all, 1000, 0), (Some(1), 1, Some(1)));
        let behind = read("after=120&limit=20").unwrap();
        assert_eq!(gather(behind, 1000, 1 << 20), (Some(121), 20, Some(140)));
        assert_eq!(gather(read("after=250").unwrap(), 9, 9), (None, 0, None));
    }

    #[test]
    fn a_page_is_cut_where_it_takes_too_much() {
        let page = |most| Paged::whole(vec![1, 2, 3]).within(most, |row| *row, |_| 10);
        assert_eq!(page(30), Paged::whole(vec![1, 2, 3]));
        assert_eq!((page(29).items, page(29).next), (vec![1, 2], Some(2)));
        assert_eq!((page(0).items, page(0).next), (vec![1], Some(1)));
    }

    #[test]
    fn texts_take_what_they_are_escaped_to() {
        for text in [
            "",
            "plain",
            "\"\\\n\r\t\u{8}\u{c}",
            "\u{1}\u{1f}\u{7f}",
            "ä\u{1F511}",
        ] {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(written(text), json.len() + 2, "{text:?}");
        }
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
