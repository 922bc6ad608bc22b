//! Networks, as far as they say who somebody is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The first bits of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    base: IpAddr,
    bits: u32,
}

/// How many first bits name a network of each size, of IPv4 and of IPv6: a client; of IPv6 what a household
/// may have; what an enterprise may have or a renter of many machines; and what a provider has.
const CLIENT: (u32, u32) = (32, 64);
const HOUSEHOLD: (u32, u32) = (32, 56);
const SITE: (u32, u32) = (24, 48);
const PROVIDER: (u32, u32) = (16, 32);

impl Prefix {
    fn of(address: IpAddr, (v4, v6): (u32, u32)) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32_u32.saturating_sub(v4));
                Self {
                    base: Ipv4Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into(),
                    bits: v4,
                }
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128_u32.saturating_sub(v6));
                Self {
                    base: Ipv6Addr::from_bits(address.to_bits() & mask.unwrap_or(0)).into(),
                    bits: v6,
                }
            }
        }
    }

    /// One client: an IPv4 address, or the /64 that an IPv6 user is given whole.
    pub fn client(address: IpAddr) -> Self {
        Self::of(address, CLIENT)
    }

    /// What an IPv6 user may have beyond that, a /56; of IPv4 the client again.
    pub fn household(address: IpAddr) -> Self {
        Self::of(address, HOUSEHOLD)
    }

    /// The /48 of IPv6, the /24 of IPv4.
    pub fn site(address: IpAddr) -> Self {
        Self::of(address, SITE)
    }

    /// The /32 of IPv6, the /16 of IPv4.
    pub fn provider(address: IpAddr) -> Self {
        Self::of(address, PROVIDER)
    }

    /// Its first address.
    pub const fn base(&self) -> IpAddr {
        self.base
    }

    /// What tells networks of one size and kind from others.
    pub(super) const fn size(&self) -> (bool, u32) {
        (self.base.is_ipv6(), self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_of_each_size() {
        let all = |text: &str| {
            let address = text.parse().unwrap();
            [
                Prefix::client(address),
                Prefix::household(address),
                Prefix::site(address),
                Prefix::provider(address),
            ]
            .map(|prefix| prefix.base().to_string())
        };
        assert_eq!(
            all("2001:db8:1234:5678:9abc::1"),
            [
                "2001:db8:1234:5678::",
                "2001:db8:1234:5600::",
                "2001:db8:1234::",
                "2001:db8::"
            ]
        );
        let v4 = ["192.0.2.77", "192.0.2.77", "192.0.2.0", "192.0.0.0"];
        assert_eq!(all("192.0.2.77"), v4);
        assert_eq!(all("::ffff:192.0.2.77"), v4);
    }
}
