//! People who talk in a channel by the pages, in a real browser: live, and by plain forms where it runs no script.

use std::time::Duration;

use latchkey_testing::browser::Browser;
use latchkey_testing::relay::{Cut, Relay};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape};
use serde_json::{Value, json};

use crate::house::{House, Person, house, unique};

/// How long it may take until something is there.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it is watched for what should not come.
const WATCH: Duration = Duration::from_secs(2);

/// The key that `WebDriver` calls so.
const ENTER: char = '\u{E007}';

/// What was ever tried to get markup into a page.
const PAYLOADS: [&str; 5] = [
    "<script>document.title = 'taken'</script>",
    "\"><img src=x onerror=\"document.title = 'taken'\">",
    "</textarea></p><svg onload=\"document.title = 'taken'\">",
    "<template>&lt;b&gt;</template><!--",
    "' onfocus='document.title = 1' autofocus='",
];

/// A browser in which somebody is signed in.
struct Seat {
    browser: Browser,
    site: String,
}

impl Seat {
    async fn take(browser: Browser, site: &str, person: &Person) -> Self {
        browser.open(&format!("{site}/robots.txt")).await;
        browser.cookie("t", person.session()).await;
        let site = site.to_owned();
        Self { browser, site }
    }

    async fn open(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.site)).await;
    }

    /// Makes a channel, on the page for that.
    async fn makes(&self, name: &str) {
        self.browser.fill("input[name=name]", name).await;
        self.browser.click("form[action^='/c/new'] button").await;
        self.browser.shows("made this channel.").await;
    }

    async fn finds_and_joins(&self, name: &str) {
        self.open("/c").await;
        self.browser.fill("input[name=q]", name).await;
        self.browser.click("form[role=search] button").await;
        self.browser.shows(name).await;
        self.browser.click("form[action*='/join'] button").await;
    }

    /// Types into the composer, and sends by the keyboard.
    async fn say(&self, text: &str) {
        self.browser.fill("#say", &format!("{text}{ENTER}")).await;
    }

    /// What the log shows, in order; what is hidden is not shown.
    async fn log(&self) -> Value {
        let script = "return [...document.querySelectorAll('.log article:not([hidden]) .said')]\
                      .map((said) => said.textContent)";
        self.browser.run(script).await
    }

    /// Waits until the log is this, and nothing of it is on its way any more; then sees that it stays.
    async fn has(&self, said: &[&str]) {
        let settled = "return !document.querySelector('.pending')";
        eventually(PATIENCE, &format!("{said:?}"), async || {
            let is_there = self.log().await == json!(said);
            (is_there && self.browser.run(settled).await == json!(true)).then_some(())
        })
        .await;
        tokio::time::sleep(WATCH).await;
        assert_eq!(self.log().await, json!(said));
    }

    async fn is_live(&self) {
        let script = "return performance.getEntriesByType('resource')\
                      .some((one) => one.name.endsWith('channel.js'))";
        eventually(PATIENCE, "the page is live", async || {
            (self.browser.run(script).await == json!(true)).then_some(())
        })
        .await;
    }

    /// Nothing was refused by the policy, and no script has failed.
    async fn ends_content(self) {
        assert_eq!(self.browser.complaints().await, json!([]));
        self.browser.close().await;
    }
}

/// Two people in two browsers, and the second one.
async fn take_seats(
    backend: Backend,
    browsers: Option<(Browser, Browser)>,
) -> Option<(Seat, Seat, Person)> {
    let (one, other) = browsers?;
    let house = house(backend);
    let site = house.stack.base();
    let (anna, berta) = (house.person().await, house.person().await);
    let left = Seat::take(one, &site, &anna).await;
    let right = Seat::take(other, &site, &berta).await;
    Some((left, right, berta))
}

async fn two_people_talk_live(backend: Backend) {
    let test = "two_people_talk_live";
    let (one, other) = (
        Browser::with_script(test).await,
        Browser::with_script(test).await,
    );
    let Some((left, right, _)) = take_seats(backend, one.zip(other)).await else {
        return;
    };
    let name = unique("talk <b>");
    left.open("/c/new").await;
    left.makes(&name).await;
    right.finds_and_joins(&name).await;
    right.browser.shows("made this channel.").await;
    left.is_live().await;
    right.is_live().await;
    left.say("hello").await;
    right.has(&["hello"]).await;
    right.say("hello yourself").await;
    left.has(&["hello", "hello yourself"]).await;
    let mut said = vec!["hello", "hello yourself"];
    for payload in PAYLOADS {
        left.say(payload).await;
        said.push(payload);
    }
    left.has(&said).await;
    right.has(&said).await;
    right.browser.shows(&name).await;
    assert_eq!(right.browser.text_of("h1").await, name);
    // What was heard is read, and loading the page says the same.
    right.browser.reload().await;
    right.has(&said).await;
    assert!(!right.browser.text().await.contains("New since you were"));
    left.ends_content().await;
    right.ends_content().await;
}

async fn two_people_talk_by_forms(backend: Backend) {
    let test = "two_people_talk_by_forms";
    let (one, other) = (
        Browser::without_script(test).await,
        Browser::without_script(test).await,
    );
    let Some((left, right, berta)) = take_seats(backend, one.zip(other)).await else {
        return;
    };
    let name = unique("forms");
    left.open("/c").await;
    left.browser.click("a[href='/c/new']").await;
    left.browser.shows("Who may come in").await;
    left.makes(&name).await;
    left.browser.fill("#say", "two words").await;
    left.browser.click("form.composer button").await;
    left.browser.shows("two words").await;
    right.finds_and_joins(&name).await;
    right.browser.shows("two words").await;
    right.browser.fill("#say", "and three more").await;
    right.browser.click("form.composer button").await;
    right.browser.shows("and three more").await;
    left.open("/c").await;
    left.browser.shows("1 new").await;
    left.browser.click(".rows a").await;
    left.browser.shows("New since you were here").await;
    left.browser.shows("and three more").await;
    left.browser.click("a[href$='/members']").await;
    left.browser.shows(&berta.name).await;
    left.browser.click("form[action*='/remove'] button").await;
    left.browser.shows("it is closed for good").await;
    left.browser.click("form[action*='/leave'] button").await;
    left.browser.shows("You are in no channel yet").await;
    left.ends_content().await;
    right.ends_content().await;
}

/// A person in a channel, whose browser reaches the server through something that can be cut.
async fn cut_off(test: &str, backend: Backend) -> Option<(House, Relay, Seat, Person, i64)> {
    let browser = Browser::with_script(test).await?;
    let stack = Stack::on(backend).replicas(2).prepare();
    let (relay, front) = Relay::before(stack.public()).expect("a relay");
    stack.start();
    let house = House::open(stack).await;
    let anna = house.person().await;
    let channel = anna.public_channel().await;
    let seat = Seat::take(browser, &format!("http://{front}"), &anna).await;
    seat.open(&format!("/c/{channel}")).await;
    seat.is_live().await;
    Some((house, relay, seat, anna, channel))
}

/// What the channel has, without what tells of its making.
async fn texts(person: &Person, channel: i64) -> Vec<String> {
    let load = json!([{"channelId": channel, "filter": ["text"]}]);
    let loaded = person.elsewhere().load(&load).await.ok(200);
    let messages = &loaded["results"][channel.to_string()]["channelMessages"];
    let messages = messages.as_array().expect("messages").iter().rev();
    let text = |message: &Value| message["content"].as_str().expect("text").to_owned();
    messages.map(text).collect()
}

async fn a_message_whose_answer_was_lost_is_there_once(backend: Backend) {
    let test = "a_message_whose_answer_was_lost_is_there_once";
    let Some((house, relay, seat, anna, channel)) = cut_off(test, backend).await else {
        return;
    };
    seat.say("before").await;
    seat.has(&["before"]).await;
    // It arrives, and nobody is told.
    relay.set(Some(Cut::OneWay));
    seat.say("precious").await;
    eventually(PATIENCE, "it has arrived", async || {
        (texts(&anna, channel).await.len() == 2).then_some(())
    })
    .await;
    relay.set(Some(Cut::Refused));
    // This one does not arrive at all.
    seat.say("patient").await;
    seat.browser.shows("No connection").await;
    relay.set(None);
    seat.has(&["before", "precious", "patient"]).await;
    assert_eq!(
        texts(&anna, channel).await,
        ["before", "precious", "patient"]
    );
    // Nor is it lost where the page is loaded anew before anybody knows.
    relay.set(Some(Cut::OneWay));
    seat.say("kept").await;
    eventually(PATIENCE, "it has arrived", async || {
        (texts(&anna, channel).await.len() == 4).then_some(())
    })
    .await;
    relay.set(Some(Cut::Refused));
    relay.set(None);
    seat.browser.reload().await;
    seat.has(&["before", "precious", "patient", "kept"]).await;
    assert_eq!(texts(&anna, channel).await.len(), 4);
    seat.browser.close().await;
    drop(house);
}

every_shape!(
    two_people_talk_live,
    two_people_talk_by_forms,
    a_message_whose_answer_was_lost_is_there_once,
);
