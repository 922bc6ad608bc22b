//! Addresses of our own: the whole of 127.0.0.0/8 is this machine, so that every stack of processes
//! has an address to itself and with it all ports. Nobody has to look for free ones.

use std::net::Ipv4Addr;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// An address that nobody else on this machine uses: 14 bits of this process's id, 8 bits of count.
pub fn unique() -> Ipv4Addr {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nth = COUNT.fetch_add(1, Ordering::Relaxed);
    let host = ((process::id() & 0x3fff) << 8) | (nth & 0xff);
    Ipv4Addr::from_bits(u32::from(Ipv4Addr::new(127, 64, 0, 0)) | host)
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_is_another() {
        let (one, other) = (super::unique(), super::unique());
        assert!(one != other && one.is_loopback() && other.is_loopback());
        drop(std::net::TcpListener::bind((one, 8080)).unwrap());
    }
}
