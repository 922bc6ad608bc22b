//! The query of a call, of which no parameter is taken that is not known.

use std::future::ready;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::after_check;
use latchkey_common::wire::form::Complaint;

use super::problem::Problem;

/// A value that is read from a query.
pub trait FromQuery: Sized {
    /// Reads it; what is wrong is noted in `parameters`.
    fn from_query(parameters: &mut Parameters) -> Self;
}

/// The query of a call.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: FromQuery + 'static> FromRequest for Query<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parameters = Parameters::of(req.query_string());
        let value = T::from_query(&mut parameters);
        let complaints = parameters.close();
        if complaints.is_empty() {
            return Box::pin(ready(Ok(Self(value))));
        }
        let req = req.clone();
        Box::pin(async move { Err(after_check(&req, Problem::wrong(complaints)).await) })
    }
}

/// The parameters of a query, of which those that are known are taken out.
#[derive(Debug)]
pub struct Parameters {
    pairs: Vec<(String, String)>,
    complaints: Vec<Complaint>,
}

impl Parameters {
    pub(crate) fn of(query: &str) -> Self {
        let read = web::Query::<Vec<(String, String)>>::from_query(query);
        let mut complaints = Vec::new();
        // The error quotes the input.
        let Ok(web::Query(pairs)) = read else {
            complaints.push(complaint("", "type", "The query cannot be read."));
            return Self {
                pairs: Vec::new(),
                complaints,
            };
        };
        Self { pairs, complaints }
    }

    /// One that `parse` knows; `what` says in a sentence what it takes.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        what: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (found, rest) = std::mem::take(&mut self.pairs)
            .into_iter()
            .partition::<Vec<_>, _>(|(one, _)| one == name);
        self.pairs = rest;
        let mut found = found.into_iter();
        let (_, text) = found.next()?;
        if found.next().is_some() {
            let twice = complaint(name, "repeated", "This may be given once.");
            self.complaints.push(twice);
            return None;
        }
        let value = parse(&text);
        if value.is_none() {
            self.complaints.push(complaint(name, "form", what));
        }
        value
    }

    /// All that is wrong; what nobody has taken is not known. It is not named, because names are endless.
    pub(crate) fn close(mut self) -> Vec<Complaint> {
        if !self.pairs.is_empty() {
            let unknown = "There are parameters that this call does not know.";
            self.complaints.push(complaint("", "unknown", unknown));
        }
        self.complaints
    }
}

/// What is wrong with a parameter of the query.
fn complaint(name: &str, code: &'static str, detail: &str) -> Complaint {
    Complaint {
        pointer: format!("?{name}"),
        code,
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    struct Count(Option<i64>);

    impl FromQuery for Count {
        fn from_query(parameters: &mut Parameters) -> Self {
            Self(parameters.parsed("limit", "A number.", |text| text.parse().ok()))
        }
    }

    #[actix_web::test]
    async fn unknown_parameters_are_refused() {
        let read = async |query: &str| {
            let req = TestRequest::get()
                .uri(&format!("/v1/wishes?{query}"))
                .to_http_request();
            let page = Query::<Count>::extract(&req).await;
            page.map(|page| page.0.0)
                .map_err(|problem| problem.status().as_u16())
        };
        assert_eq!(read("limit=3").await, Ok(Some(3)));
        for bad in ["limit=3&x=1", "x", "limit=3&limit=4", "limit=%00"] {
            assert_eq!(read(bad).await, Err(422), "{bad}");
        }
    }
}
