//! Listeners: opened before anything else is done, so that an address in use is found at once.

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::Path;

use tokio::net::TcpSocket;

use super::edge::Edge;
use super::operator_socket::OperatorSocket;
use crate::fault::Fault;

/// Connections that may wait to be accepted: five hundred streams reconnect in one moment.
const BACKLOG: u32 = 2048;

/// What the system keeps of an answer for a client that does not take it; it doubles the number. By
/// itself it goes up to megabytes, and no memory of ours would show it.
const SEND_BUFFER: u32 = 64 * 1024;

/// The open listeners of a server. Nothing is answered before [`super::run()`].
pub struct Listeners {
    pub(super) public: TcpListener,
    pub(super) internal: TcpListener,
    pub(super) operator: Option<OperatorSocket>,
}

impl Listeners {
    /// Opens the public and the internal listener, and the operator's socket if a path is given.
    /// Port 0 chooses a free port. Needs a running tokio runtime.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn open(edge: &Edge, operator: Option<&Path>) -> Result<Self, Fault> {
        let settings = edge.settings();
        let public = listen(&settings.listen, "LATCHKEY_LISTEN")?;
        let internal = listen(&settings.internal_listen, "LATCHKEY_INTERNAL_LISTEN")?;
        let operator = operator.map(OperatorSocket::open).transpose()?;
        edge.bound_to(public.local_addr().map_err(Fault::internal)?);
        Ok(Self {
            public,
            internal,
            operator,
        })
    }

    /// Where the public listener is.
    pub fn public_address(&self) -> Result<SocketAddr, Fault> {
        self.public.local_addr().map_err(Fault::internal)
    }

    /// Where the internal listener is.
    pub fn internal_address(&self) -> Result<SocketAddr, Fault> {
        self.internal.local_addr().map_err(Fault::internal)
    }
}

fn listen(address: &str, setting: &str) -> Result<TcpListener, Fault> {
    bind(address).map_err(|error| {
        Fault::invalid(if error.kind() == io::ErrorKind::AddrInUse {
            format!(
                "{address} is in use already: stop what listens there or choose another address \
                 with {setting}"
            )
        } else {
            format!("cannot listen on {address} ({setting}): {error}")
        })
    })
}

fn bind(address: &str) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in address.to_socket_addrs()? {
        match bind_one(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind_one(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // A restart must not wait for the connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    // Its connections inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}
