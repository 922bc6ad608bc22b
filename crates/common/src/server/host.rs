//! The host that a request names. Where a public URL is set, a name of somebody else's that leads here (DNS
//! rebinding, a forgotten record, a proxy that takes any host) is refused: to a browser its pages and
//! this server would be one origin.
//!
//! Names without a dot and addresses pass. No stranger can make one lead here, and they are what gateways,
//! containers and people in the same house use.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;

use super::edge::Edge;
use super::network::{Origin, name};
use crate::wire::details::Details;

/// A host that is not ours, and what is.
#[derive(Debug)]
pub(super) struct OtherHost {
    host: String,
    public: String,
}

impl OtherHost {
    /// No contract's words: the request was meant for another server.
    pub(super) fn response(&self) -> HttpResponse {
        let sentence = format!(
            "This is {}, and the request is for {}. A gateway in between must pass on the Host header that \
             it gets; public_url is the setting that says where people come to.",
            self.public, self.host
        );
        Details::of(StatusCode::MISDIRECTED_REQUEST, &sentence).response(None)
    }

    pub(super) fn log(&self) {
        tracing::info!(
            host = %self.host,
            public_url = %self.public,
            "refused a request for another host than the one in public_url"
        );
    }
}

/// The host that is to be refused.
pub(super) fn other(req: &ServiceRequest, edge: &Edge) -> Option<OtherHost> {
    let public = edge.settings().public_url.as_ref()?;
    // Without the header nothing is claimed; HTTP/1.0 has none.
    let mut hosts = req.headers().get_all(HOST);
    let host = hosts.find(|host| {
        let origin = host.to_str().ok().and_then(as_origin);
        origin.is_none_or(|origin| !is_harmless(name(origin.host()), name(public.host())))
    })?;
    let shown = host.to_str().ok().and_then(as_origin);
    Some(OtherHost {
        host: shown.map_or_else(
            || "a host that cannot be read".to_owned(),
            |origin| origin.host().to_owned(),
        ),
        public: public.as_str().to_owned(),
    })
}

/// Small letters, and only what a host is made of.
fn as_origin(host: &str) -> Option<Origin> {
    Origin::parse(&format!("http://{host}"))
}

fn is_harmless(name: &str, public: &str) -> bool {
    // A dot at the end says that a name is whole.
    let name = name.strip_suffix('.').unwrap_or(name);
    name == public
        || !name.contains('.') && !name.starts_with('[')
        || name.trim_start_matches('[').parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_have_a_dot() {
        for good in [
            "chat.example",
            "chat.example.",
            "localhost",
            "latchkey",
            "127.0.0.1",
            "192.168.1.7",
            "[::1",
        ] {
            assert!(is_harmless(good, "chat.example"), "{good}");
        }
        for bad in [
            "evil.example",
            "chat.example.evil.example",
            "evil.chat.example",
            "127.0.0.1.evil.example",
            "1.2.3",
            "[x",
        ] {
            assert!(!is_harmless(bad, "chat.example"), "{bad}");
        }
    }
}
