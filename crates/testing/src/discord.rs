//! A Discord of our own: speaks as much of its REST API as links need, answers as its documentation
//! says, or as a test wishes ([`Reply`]). Runs on threads, so that it outlives the runtime of any
//! test.

mod replies;
mod request;
mod tls;

use std::collections::{BTreeSet, VecDeque};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use serde_json::Value;

pub use self::replies::Reply;
pub use self::tls::TlsFront;

/// The token that it takes.
pub const BOT_TOKEN: &str = "bot-token-of-the-tests";
/// The channel that it has.
pub const CHANNEL: &str = "987654321012345678";

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// The path without `/api/v10`.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; null when there was none.
    pub body: Value,
    /// When it arrived.
    pub at: Instant,
}

impl Asked {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// A server of the API. Stops answering when it is dropped.
pub struct FakeDiscord {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    state: Mutex<State>,
    /// Signalled when held requests may go on.
    released: Condvar,
}

#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    script: VecDeque<Reply>,
    always: Option<Reply>,
    alive: BTreeSet<String>,
    made: usize,
    is_held: bool,
    is_over: bool,
}

impl FakeDiscord {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            released: Condvar::new(),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.state.lock().is_over {
                    return;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Self { shared, address }
    }

    /// What `LATCHKEY_DISCORD__API_BASE` must be.
    pub fn base(&self) -> String {
        format!("http://{}/api/v10", self.address)
    }

    /// The settings that lead a Latchkey here.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("LATCHKEY_DISCORD__API_BASE", self.base()),
            ("LATCHKEY_DISCORD__BOT_TOKEN", BOT_TOKEN.to_owned()),
            ("LATCHKEY_DISCORD__CHANNEL_ID", CHANNEL.to_owned()),
        ]
    }

    /// Answers the next requests like this, one each; after them as Discord does.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        self.shared.state.lock().script.extend(replies);
    }

    /// Answers every request without a reply of its own like this; `None`: as Discord does.
    pub fn always(&self, reply: Option<Reply>) {
        self.shared.state.lock().always = reply;
    }

    /// Lets requests arrive but answers none until [`FakeDiscord::go_on`].
    pub fn hold(&self) {
        self.shared.state.lock().is_held = true;
    }

    /// Answers what was held, and everything that comes.
    pub fn go_on(&self) {
        self.shared.state.lock().is_held = false;
        self.shared.released.notify_all();
    }

    /// Every request so far, in the order of their arrival.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.state.lock().asked.clone()
    }

    /// How many requests have arrived.
    pub fn calls(&self) -> usize {
        self.shared.state.lock().asked.len()
    }

    /// The codes of the invites that are alive.
    pub fn alive(&self) -> BTreeSet<String> {
        self.shared.state.lock().alive.clone()
    }

    /// How many invites were ever made.
    pub fn made(&self) -> usize {
        self.shared.state.lock().made
    }

    /// Somebody used an invite up.
    pub fn use_up(&self, code: &str) {
        self.shared.state.lock().alive.remove(code);
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        self.shared.state.lock().is_over = true;
        self.go_on();
        // Wakes the thread that waits for connections.
        drop(TcpStream::connect(self.address));
    }
}

/// One connection after the other has one request: ours are closed after each.
fn serve(mut stream: TcpStream, shared: &Shared) {
    let Some(asked) = request::read(&mut stream) else {
        return;
    };
    let reply = {
        let mut state = shared.state.lock();
        state.asked.push(asked.clone());
        let patience = Duration::from_mins(1);
        shared
            .released
            .wait_while_for(&mut state, |state| state.is_held, patience);
        let scripted = state.script.pop_front();
        scripted
            .or_else(|| state.always.clone())
            .unwrap_or(Reply::AsDocumented)
    };
    replies::answer(stream, shared, &asked, &reply);
}
