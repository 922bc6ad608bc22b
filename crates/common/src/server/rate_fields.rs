//! `RateLimit-Policy` and `RateLimit` as draft-ietf-httpapi-ratelimit-headers-10 has them: lists of structured fields (RFC
//! 9651) in which each limit is a string, with the quota `q` in a window of `w` seconds (3.1), and with what is left of it
//! (`r`) and after how many seconds there is more (`t`, which is left out where all of it is left; 4.1). A `Retry-After`
//! beside them names no earlier time than `t` (6): it is the same one.

use std::time::Duration;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};

use super::client::ClientAddress;
use super::edge::Edge;
use crate::auth::UserId;
use crate::rate_limit::Standing;

/// What may be done how often.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// How much of that is left.
pub const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// A limit that an answer tells of, by its name in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It counts by the address of the client.
    Client(&'static str),
    /// It counts by the account; whoever is not signed in is told nothing of it.
    Caller(&'static str),
}

/// Adds the fields for these limits; none for one that is switched off.
pub(super) fn tell(req: &HttpRequest, told: &[Told], answer: &mut HttpResponse) {
    let Some(edge) = req.app_data::<web::Data<Edge>>() else {
        return;
    };
    let caller = req.extensions().get::<UserId>().copied();
    let standing = |told: &Told| match told {
        Told::Client(name) => edge.limits().standing(name, ClientAddress::of(req).0),
        Told::Caller(name) => edge.limits().standing(name, caller?),
    };
    let standings: Vec<Standing> = told.iter().filter_map(standing).collect();
    if standings.is_empty() {
        return;
    }
    write(answer, POLICY, standings.iter().map(policy));
    write(answer, LEFT, standings.iter().map(left));
}

fn write(answer: &mut HttpResponse, name: HeaderName, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if let Ok(value) = HeaderValue::from_str(&items.join(", ")) {
        answer.headers_mut().insert(name, value);
    }
}

fn policy(standing: &Standing) -> String {
    let window = standing.rate.period.as_secs().max(1);
    format!("\"{}\";q={};w={window}", standing.name, standing.rate.count)
}

fn left(standing: &Standing) -> String {
    let seconds = |more: Duration| more.as_secs() + u64::from(more.subsec_nanos() > 0);
    let more = standing.more_in.map(seconds);
    let more = more.map_or_else(String::new, |seconds| format!(";t={seconds}"));
    format!("\"{}\";r={}{more}", standing.name, standing.left)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;
    use crate::rate_limit::Rate;

    #[test]
    fn fields_are_lists_of_strings_with_parameters() {
        let standing = Standing {
            name: "sign-up".to_owned(),
            rate: Rate {
                count: NonZeroU32::new(40).unwrap(),
                period: Duration::from_hours(1),
            },
            left: 3,
            more_in: Some(Duration::from_millis(1_500)),
        };
        assert_eq!(policy(&standing), "\"sign-up\";q=40;w=3600");
        assert_eq!(left(&standing), "\"sign-up\";r=3;t=2");
        let whole = Standing {
            left: 40,
            more_in: None,
            ..standing
        };
        assert_eq!(left(&whole), "\"sign-up\";r=40");
    }
}
