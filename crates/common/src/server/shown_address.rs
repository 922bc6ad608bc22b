//! What the log shows of an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How much of a client's address stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownAddress {
    /// All of it.
    Full,
    /// The network: a /24 of IPv4, a /48 of IPv6.
    Network,
    /// Nothing.
    None,
}

impl ShownAddress {
    /// As the setting says it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "network" => Ok(Self::Network),
            "none" => Ok(Self::None),
            _ => Err("must be full, network or none".to_owned()),
        }
    }

    /// Nothing for who has no address: a caller on the operator's socket.
    pub(super) fn show(self, client: IpAddr) -> Option<String> {
        let address = client.to_canonical();
        if address.is_unspecified() {
            return None;
        }
        match (self, address) {
            (Self::None, _) => None,
            (Self::Full, address) => Some(address.to_string()),
            (Self::Network, IpAddr::V4(address)) => {
                let network = Ipv4Addr::from_bits(address.to_bits() & !0xff);
                Some(format!("{network}/24"))
            }
            (Self::Network, IpAddr::V6(address)) => {
                let network = Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 48));
                Some(format!("{network}/48"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_as_much_of_an_address_as_is_set() {
        let show = |shown: &str, address: &str| {
            let client = address.parse().unwrap();
            ShownAddress::parse(shown).unwrap().show(client)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(show("full", "192.0.2.77"), some("192.0.2.77"));
        assert_eq!(show("network", "192.0.2.77"), some("192.0.2.0/24"));
        assert_eq!(show("network", "::ffff:192.0.2.77"), some("192.0.2.0/24"));
        assert_eq!(show("network", "2001:db8:1:2::3"), some("2001:db8:1::/48"));
        assert_eq!(show("none", "192.0.2.77"), None);
        assert_eq!(show("full", "0.0.0.0"), None);
        assert!(ShownAddress::parse("some").is_err());
    }
}
