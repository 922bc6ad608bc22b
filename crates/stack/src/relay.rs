//! What stands between two processes and can cut their connections: a relay that carries bytes, or
//! does not.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::{Home, Result, Trouble};

/// A way to be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// No connection is taken, those that are open are reset.
    Refused,
    /// Connections are taken; nothing gets through. What was sent arrives after the cut has healed,
    /// however late that is.
    Hanging,
    /// What is asked gets through, what is answered does not.
    OneWay,
    /// Connections that are open fall silent: both ends keep them and acknowledge what is sent, and
    /// nothing gets through, not even their end. New ones work.
    Silent,
}

impl Cut {
    /// Every way that keeps new connections away too, so that nobody is served before it has healed.
    pub const WHOLE: [Self; 3] = [Self::Refused, Self::Hanging, Self::OneWay];
}

/// What a relay does.
#[derive(Debug, Clone, Copy)]
struct State {
    cut: Option<Cut>,
    since: Instant,
}

impl State {
    fn of(cut: Option<Cut>) -> Self {
        Self {
            cut,
            since: Instant::now(),
        }
    }

    fn is(self, cut: Cut) -> bool {
        self.cut == Some(cut)
    }

    /// Whether bytes of a connection that was `born` then may pass: what was asked.
    fn lets_ask(self, born: Instant) -> bool {
        !self.is(Cut::Hanging) && (!self.is(Cut::Silent) || born > self.since)
    }

    /// The same for what is answered.
    fn lets_answer(self, born: Instant) -> bool {
        self.cut.is_none() || (self.is(Cut::Silent) && born > self.since)
    }
}

type Mode = watch::Receiver<State>;

/// The relay. Its connections end with it.
pub struct Relay {
    mode: watch::Sender<State>,
    is_listening: Arc<AtomicBool>,
    _home: Option<Home>,
}

impl Relay {
    /// Carries what comes to the same port of an address of its own on to `target`; that address.
    pub fn before(target: SocketAddr) -> Result<(Self, SocketAddr)> {
        let home = Home::claim()?;
        let address = home.at(target.port());
        let relay = Self::carry(address, target)?;
        let relay = Self {
            _home: Some(home),
            ..relay
        };
        Ok((relay, address))
    }

    /// Carries what comes to `address` on to `target`.
    pub(crate) fn carry(address: SocketAddr, target: SocketAddr) -> Result<Self> {
        let (sender, mode) = watch::channel(State::of(None));
        let runtime = RUNTIME
            .as_ref()
            .map_err(Trouble::in_trying("the relays' runtime"))?;
        let listener = {
            // A listener belongs to the runtime in which it is made.
            let _inside = runtime.enter();
            listen(address).map_err(Trouble::in_trying(address))?
        };
        let is_listening = Arc::new(AtomicBool::new(true));
        let door = Door {
            runtime,
            address,
            target,
            is_listening: Arc::clone(&is_listening),
        };
        runtime.spawn(door.serve(listener, mode));
        Ok(Self {
            mode: sender,
            is_listening,
            _home: None,
        })
    }

    /// Cuts or heals; it is so when this returns. What was held back by a cut goes on when it heals.
    pub fn set(&self, cut: Option<Cut>) {
        self.mode.send_replace(State::of(cut));
        let listens = cut != Some(Cut::Refused);
        while self.is_listening.load(Ordering::SeqCst) != listens {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Its own, so that it outlives the runtime of any test.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build()
});

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

/// Where an edge takes connections.
struct Door {
    runtime: &'static Runtime,
    address: SocketAddr,
    target: SocketAddr,
    is_listening: Arc<AtomicBool>,
}

impl Door {
    /// Until the relay is dropped.
    async fn serve(self, mut listener: TcpListener, mut mode: Mode) {
        loop {
            tokio::select! {
                changed = mode.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                taken = listener.accept() => {
                    if let Ok((stream, _)) = taken {
                        self.runtime.spawn(pair(stream, self.target, mode.clone()));
                    }
                    continue;
                }
            }
            if !mode.borrow_and_update().is(Cut::Refused) {
                continue;
            }
            drop(listener);
            self.is_listening.store(false, Ordering::SeqCst);
            if mode
                .wait_for(|state| !state.is(Cut::Refused))
                .await
                .is_err()
            {
                return;
            }
            listener = loop {
                match listen(self.address) {
                    Ok(listener) => break listener,
                    Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            };
            self.is_listening.store(true, Ordering::SeqCst);
        }
    }
}

/// One connection, until it ends or is reset.
async fn pair(mut inside: TcpStream, target: SocketAddr, mode: Mode) {
    let mut outside = None;
    let born = Instant::now();
    let refused = async |mut mode: Mode| {
        drop(mode.wait_for(|state| state.is(Cut::Refused)).await);
    };
    let connected = async |mut mode: Mode| {
        mode.wait_for(|state| !state.is(Cut::Hanging)).await.ok()?;
        TcpStream::connect(target).await.ok()
    };
    tokio::select! {
        stream = connected(mode.clone()) => outside = stream,
        () = refused(mode.clone()) => {}
    }
    let is_over = match &mut outside {
        None => false,
        Some(outside) => {
            for stream in [&inside, &*outside] {
                drop(stream.set_nodelay(true));
            }
            let (from_inside, to_inside) = inside.split();
            let (from_outside, to_outside) = outside.split();
            let asked = way(from_inside, to_outside, mode.clone(), |state| {
                state.lets_ask(born)
            });
            let answered = way(from_outside, to_inside, mode.clone(), |state| {
                state.lets_answer(born)
            });
            tokio::select! {
                _ = async { tokio::join!(asked, answered) } => true,
                () = refused(mode.clone()) => false,
            }
        }
    };
    if !is_over {
        // Without a linger a close is a reset.
        drop(inside.set_zero_linger());
        drop(outside.map(|outside| outside.set_zero_linger()));
    }
}

/// One direction: what was read waits until it may pass.
async fn way(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut mode: Mode,
    may_pass: impl Fn(State) -> bool,
) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        if mode.wait_for(|state| may_pass(*state)).await.is_err() {
            return;
        }
        let piece = buffer.get(..read).unwrap_or_default();
        if piece.is_empty() || to.write_all(piece).await.is_err() {
            drop(to.shutdown().await);
            return;
        }
    }
}

#[cfg(test)]
mod tests;
