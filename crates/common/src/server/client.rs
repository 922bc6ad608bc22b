//! The client's address: what rate limits count by.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest, web};

use super::edge::Edge;
use super::network::Network;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The peer's address, or, behind a trusted gateway, the one that it says it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequest for ClientAddress {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}

impl ClientAddress {
    pub(super) fn of(req: &HttpRequest) -> Self {
        let edge = req.app_data::<web::Data<Edge>>();
        let trusted = edge.map_or(&[][..], |edge| &edge.settings().trusted_proxies);
        // A unix socket and a test have no peer: they all count as one.
        let peer = req
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        Self(of(peer, req.headers(), trusted))
    }
}

/// From the near end: each trusted hop tells who came to it. The first that is not trusted is the
/// client; what stands further away is its own invention.
fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut seen = peer.to_canonical();
    let lines: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    for hop in hops {
        if !is_trusted(seen) {
            break;
        }
        match parse(hop.trim()) {
            Some(address) => seen = address.to_canonical(),
            None => break,
        }
    }
    seen
}

fn parse(hop: &str) -> Option<IpAddr> {
    hop.parse()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        let trusted: Vec<Network> = trusted
            .iter()
            .filter_map(|text| Network::parse(text))
            .collect();
        of(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_hops_are_believed() {
        assert_eq!(seen("192.0.2.1", &["1.1.1.1"], &[]), "192.0.2.1");
        assert_eq!(
            seen("10.0.0.1", &["9.9.9.9, 1.1.1.1"], &["10.0.0.0/8"]),
            "1.1.1.1"
        );
        assert_eq!(
            seen(
                "10.0.0.1",
                &["9.9.9.9", "1.1.1.1, 10.0.0.2"],
                &["10.0.0.0/8"]
            ),
            "1.1.1.1"
        );
        assert_eq!(seen("10.0.0.1", &["garbage"], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(
            seen("::ffff:10.0.0.1", &["1.1.1.1:5000"], &["10.0.0.0/8"]),
            "1.1.1.1"
        );
    }
}
