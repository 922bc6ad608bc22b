//! Live events as a browser's own `EventSource` has them, which gives up for good at any status but 200.

use std::time::Duration;

use latchkey_testing::browser::Browser;
use latchkey_testing::relay::{Cut, Relay};
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, eventually, every_shape};
use serde_json::{Value, json};

use crate::browser::site_at;
use crate::house::{House, Person};

/// How long it may take until everything is heard.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long nobody may be there to ask about sessions without a stream ending: less than the settings allow.
const ABSENCE: Duration = Duration::from_secs(4);

/// How long it is listened for what should not come.
const LISTEN: Duration = Duration::from_secs(2);

/// Says something, however often that takes.
async fn say(person: &Person, channel: i64) {
    eventually(PATIENCE, "something is said", async || {
        let call = person.elsewhere().say(channel, "hear").attempt();
        let answer = call.await.ok()?;
        (answer.status == 201).then_some(())
    })
    .await;
}

/// A page with a stream.
struct Page {
    browser: Browser,
    /// What was in the channel before: that one came is a message too.
    before: Vec<i64>,
}

impl Page {
    /// Opens the page of `site`, which hears what `server` tells the reader.
    async fn open(
        browser: Browser,
        site: &str,
        server: &str,
        (reader, before): (&Person, Vec<i64>),
    ) -> Self {
        browser.open(site).await;
        browser.cookie("t", reader.session()).await;
        let script = format!(
            "window.heard = []; window.opened = 0;\
             window.stream = new EventSource('{server}/api/user/listener', {{withCredentials: true}});\
             stream.onopen = () => opened++;\
             stream.addEventListener('channel-message', (event) => \
                 heard.push(JSON.parse(event.data).messageId));"
        );
        browser.run(&script).await;
        let page = Self { browser, before };
        page.stands().await;
        page
    }

    async fn get(&self, what: &str) -> Value {
        self.browser.run(&format!("return {what}")).await
    }

    async fn opened(&self) -> i64 {
        self.get("opened").await.as_i64().expect("a number")
    }

    /// 0: it is about to come back. 1: it stands. 2: it has given up, which is the one thing that must not be.
    async fn state(&self) -> i64 {
        let state = self.get("stream.readyState").await;
        assert_ne!(state, json!(2), "{}", self.browser.complaints().await);
        state.as_i64().expect("a number")
    }

    async fn stands(&self) {
        eventually(PATIENCE, "the stream is open", async || {
            (self.state().await == 1).then_some(())
        })
        .await;
    }

    /// Waits until the stream was opened once more than `before`.
    async fn came_back(&self, before: i64) {
        eventually(PATIENCE, "the stream is open again", async || {
            let stands = self.state().await == 1;
            (stands && self.opened().await > before).then_some(())
        })
        .await;
    }

    /// Waits until everything in the channel was heard, once and in order, and nothing more comes.
    async fn has_heard(&self, owner: &Person, channel: i64, said: usize) {
        let mut all = owner.all_messages(channel).await;
        all.retain(|message| !self.before.contains(message));
        all.sort_unstable();
        assert!(all.len() >= said, "{all:?}");
        eventually(PATIENCE, "everything is heard", async || {
            self.state().await;
            let heard = self.get("heard").await;
            let count = heard.as_array().map_or(0, Vec::len);
            (count >= all.len()).then_some(())
        })
        .await;
        tokio::time::sleep(LISTEN).await;
        assert_eq!(self.get("heard").await, json!(all));
    }
}

/// What the page stands on.
struct Scene {
    house: House,
    relay: Relay,
    page: Page,
    owner: Person,
    channel: i64,
}

async fn scene(test: &str, backend: Backend) -> Option<Scene> {
    let browser = Browser::with_script(test).await?;
    let stack = Stack::on(backend).replicas(2).prepare();
    let (relay, front) = Relay::before(stack.public()).expect("a relay");
    // Another port of the same host, so that the cookie goes along.
    let site = site_at(front.ip(), "<title>Events</title><p>Events</p>");
    stack.set_env("LATCHKEY_ALLOWED_ORIGINS", Some(site.trim_end_matches('/')));
    stack.start();
    let house = House::open(stack).await;
    let (owner, reader) = (house.person().await, house.person().await);
    let channel = owner.public_channel().await;
    drop(reader.join(channel).await.ok(200));
    let before = owner.all_messages(channel).await;
    let server = format!("http://{front}");
    let page = Page::open(browser, &site, &server, (&reader, before)).await;
    Some(Scene {
        house,
        relay,
        page,
        owner,
        channel,
    })
}

async fn a_stream_that_was_quiet_and_cut_misses_nothing(backend: Backend) {
    let test = "a_stream_that_was_quiet_and_cut_misses_nothing";
    let Some(scene) = scene(test, backend).await else {
        return;
    };
    let Scene {
        page,
        owner,
        channel,
        relay,
        house,
    } = scene;
    for said in 1..=3 {
        let before = page.opened().await;
        // The first time nothing was ever heard on it.
        relay.set(Some(Cut::Refused));
        say(&owner, channel).await;
        relay.set(None);
        page.came_back(before).await;
        page.has_heard(&owner, channel, said).await;
    }
    // One that stands hears at once.
    let before = page.opened().await;
    say(&owner, channel).await;
    page.has_heard(&owner, channel, 4).await;
    assert_eq!(page.opened().await, before);
    page.browser.close().await;
    drop(house);
}

async fn a_browser_comes_back_to_whoever_is_there(backend: Backend) {
    let test = "a_browser_comes_back_to_whoever_is_there";
    let Some(scene) = scene(test, backend).await else {
        return;
    };
    if backend == Backend::Split {
        without_services(&scene).await;
    } else {
        without_the_process(&scene).await;
    }
    let Scene {
        page,
        owner,
        channel,
        ..
    } = scene;
    page.has_heard(&owner, channel, 3).await;
    page.browser.close().await;
}

/// The one process is killed, twice, and stopped once.
async fn without_the_process(scene: &Scene) {
    let Scene {
        house,
        page,
        owner,
        channel,
        ..
    } = scene;
    for _ in 0..2 {
        let before = page.opened().await;
        house.stack.kill();
        tokio::time::sleep(ABSENCE).await;
        page.state().await;
        house.stack.start();
        say(owner, *channel).await;
        page.came_back(before).await;
    }
    let before = page.opened().await;
    let status = house.stack.terminate(PATIENCE);
    assert!(status.success(), "{status}");
    house.stack.start();
    say(owner, *channel).await;
    page.came_back(before).await;
}

/// Takes away what a stream needs, piece by piece, and says something each time before it is back.
async fn without_services(scene: &Scene) {
    let Scene {
        house,
        page,
        owner,
        channel,
        ..
    } = scene;
    let split = house.stack.split();
    let kill = |service, nth| split.kill_part(Part::Service(service, nth)).unwrap();
    let start = |service, nth| split.start_part(Part::Service(service, nth)).unwrap();
    let before = page.opened().await;
    // Nobody can be asked about sessions: that ends nothing, and nothing is refused for good.
    (0..2).for_each(|nth| kill(Service::Users, nth));
    tokio::time::sleep(ABSENCE).await;
    assert_eq!(page.opened().await, before, "the stream was ended");
    // Whose replica dies meanwhile comes back until there is somebody to ask.
    (0..2).for_each(|nth| kill(Service::Channels, nth));
    tokio::time::sleep(ABSENCE).await;
    page.state().await;
    (0..2).for_each(|nth| start(Service::Channels, nth));
    tokio::time::sleep(ABSENCE).await;
    page.state().await;
    (0..2).for_each(|nth| start(Service::Users, nth));
    say(owner, *channel).await;
    page.came_back(before).await;
    for nth in [0, 1] {
        kill(Service::Channels, nth);
        say(owner, *channel).await;
        start(Service::Channels, nth);
        say(owner, *channel).await;
    }
    page.stands().await;
}

every_shape!(
    a_stream_that_was_quiet_and_cut_misses_nothing,
    a_browser_comes_back_to_whoever_is_there,
);
