//! Addresses of our own: the whole of 127.0.0.0/8 is this machine, so that every stack of processes
//! has an address to itself and with it all ports. Nobody has to look for free ones.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Result;

/// Whoever listens there has the address; nobody connects to it.
const CLAIM: u16 = 65_535;
/// How many addresses are looked at.
const TRIES: u32 = 10_000;

/// An address that nobody else on this machine uses, for as long as this value lives.
pub struct Home {
    address: Ipv4Addr,
    _claim: TcpListener,
}

impl Home {
    /// A free one, of 22 bits.
    pub fn claim() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        for _ in 0..TRIES {
            let nth = COUNT.fetch_add(1, Ordering::Relaxed);
            // Other processes begin elsewhere, so that the first look is mostly the last one.
            let host = (process::id() << 8).wrapping_add(nth) & 0x3f_ffff;
            let address = Ipv4Addr::from_bits(u32::from(Ipv4Addr::new(127, 64, 0, 0)) | host);
            if let Ok(claim) = TcpListener::bind((address, CLAIM)) {
                return Ok(Self {
                    address,
                    _claim: claim,
                });
            }
        }
        Err("no address of this machine is free".into())
    }

    /// The address.
    pub const fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// A port of it.
    pub const fn at(&self, port: u16) -> SocketAddr {
        SocketAddr::new(IpAddr::V4(self.address), port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_another() {
        let (one, other) = (Home::claim().unwrap(), Home::claim().unwrap());
        assert!(one.address != other.address);
        assert!(one.address.is_loopback() && other.address.is_loopback());
        drop(TcpListener::bind(one.at(8080)).unwrap());
    }
}
