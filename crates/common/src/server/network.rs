//! Addresses and origins, as settings have them.

use std::net::IpAddr;

/// An address or a block of addresses: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads a network; `None` when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let base = address.parse::<IpAddr>().ok()?;
        let width = width(base);
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Self { base, bits })
    }

    /// True when the address lies in the block.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let shift = width(self.base).saturating_sub(self.bits);
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                (base.to_bits() ^ address.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                (base.to_bits() ^ address.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

const fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// A web origin: scheme, host, port if it is not the scheme's own; in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin; one slash at the end is forgiven. `None` when the text is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let (scheme, host) = text.split_once("://")?;
        let default_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return None,
        };
        let is_host = !host.is_empty()
            && host.bytes().all(|b| {
                b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']')
            });
        let host = host.strip_suffix(default_port).unwrap_or(host);
        is_host.then(|| Self(format!("{scheme}://{host}")))
    }

    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host, and port where it is not the scheme's own.
    pub fn host(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, host)| host)
    }

    /// True where browsers may take this and `other` for one site, as far as the names tell: which
    /// endings strangers share (`co.uk`) browsers know, and we do not.
    pub fn may_share_site(&self, other: &Self) -> bool {
        self.is_https() == other.is_https()
            && (self.name() == other.name()
                || site(self.name()).is_some_and(|own| site(other.name()) == Some(own)))
    }

    /// True for this machine itself, which browsers trust without https.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.name())
    }

    /// Host without port.
    fn name(&self) -> &str {
        name(self.host())
    }

    /// True for https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// The name or address in a host, without its port.
pub(super) fn name(host: &str) -> &str {
    if host.starts_with('[') {
        host.rsplit_once(']').map_or(host, |(name, _)| name)
    } else {
        host.split_once(':').map_or(host, |(name, _)| name)
    }
}

/// True for a name or an address of this machine itself.
pub(super) fn is_loopback(name: &str) -> bool {
    let address = name.strip_prefix('[').unwrap_or(name).parse::<IpAddr>();
    address.map_or_else(
        |_no_address| name.eq_ignore_ascii_case("localhost"),
        |address| address.to_canonical().is_loopback(),
    )
}

/// The last two labels of a name; `None` for an address, and for a name of one label.
fn site(name: &str) -> Option<&str> {
    if name.starts_with('[') || name.parse::<IpAddr>().is_ok() {
        return None;
    }
    let (rest, _last) = name.rsplit_once('.')?;
    let begin = rest.rfind('.').map_or(0, |dot| dot.saturating_add(1));
    name.get(begin..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_told_apart_as_far_as_names_tell() {
        let one = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|text| Origin::parse(text).unwrap());
            assert_eq!(a.may_share_site(&b), b.may_share_site(&a));
            a.may_share_site(&b)
        };
        assert!(one("http://localhost:5000", "http://localhost:8080"));
        assert!(one("https://app.town.example", "https://town.example"));
        assert!(one(
            "https://app.town.example",
            "https://chat.town.example:444"
        ));
        assert!(one("http://10.0.0.7:1", "http://10.0.0.7:2"));
        assert!(one("http://[::1]:1", "http://[::1]"));
        for (a, b) in [
            ("https://app.example", "https://chat.example"),
            ("http://chat.example", "https://chat.example"),
            ("http://localhost", "http://127.0.0.1"),
            ("http://10.0.0.7", "http://11.0.0.7"),
            ("http://[::1]", "http://[::2]"),
            ("https://example", "https://town.example"),
        ] {
            assert!(!one(a, b), "{a} {b}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        let is_own = |text: &str| Origin::parse(text).unwrap().is_loopback();
        for own in [
            "http://localhost:1",
            "http://127.0.0.2",
            "http://[::1]:8080",
        ] {
            assert!(is_own(own), "{own}");
        }
        for other in [
            "http://10.0.0.1",
            "http://localhost.example",
            "http://[::2]",
            "http://127.0.0.1.example",
        ] {
            assert!(!is_own(other), "{other}");
        }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let holds = |network: &str, address: &str| {
            Network::parse(network)
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.200.3.4") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("10.0.0.7", "10.0.0.7") && !holds("10.0.0.7", "10.0.0.8"));
        assert!(holds("0.0.0.0/0", "1.2.3.4") && !holds("0.0.0.0/0", "::1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(holds("fd00::/8", "fd12::1") && holds("::/0", "::1"));
        for bad in [
            "",
            "x",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0/8",
            "::/129",
            "localhost",
        ] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn origins_are_compared_in_one_form() {
        let form = |text: &str| Origin::parse(text).map(|origin| origin.0);
        assert_eq!(
            form("HTTPS://App.Example:443/").as_deref(),
            Some("https://app.example")
        );
        assert_eq!(
            form("http://localhost:5000").as_deref(),
            Some("http://localhost:5000")
        );
        for bad in [
            "",
            "null",
            "*",
            "app.example",
            "ftp://x",
            "https://",
            "https://x/y",
            "https://u@x",
        ] {
            assert_eq!(form(bad), None, "{bad}");
        }
    }
}
