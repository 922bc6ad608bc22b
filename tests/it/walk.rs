//! From the command to two people who talk, as README promises it: in two browsers, whoever comes by the link by the keyboard
//! alone. The same run makes the pictures of README, where it is told a folder for them.

use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_testing::browser::{Browser, Look};
use latchkey_testing::environment::variable;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually};
use serde_json::json;

use crate::house::PASSWORD;

/// What README promises.
const PROMISED: Duration = Duration::from_secs(90);

/// The key that `WebDriver` calls so.
const ENTER: &str = "\u{E007}";

/// Where pictures of the pages go, if they are asked for.
const PICTURES: &str = "LATCHKEY_TEST_PICTURES";

/// Wide enough for the navigation to stand beside the page, and small enough for README.
const WIDTH: u32 = 960;

async fn picture(browser: &Browser, name: &str) {
    let Some(folder) = variable(PICTURES) else {
        return;
    };
    browser.looks(WIDTH, Look::Light).await;
    let png = STANDARD.decode(browser.picture().await).expect("base64");
    std::fs::write(format!("{folder}/{name}.png"), png).expect("a picture");
}

/// Waits until the page is there with its script: the keyboard is for what it shows, not for the page before.
async fn is_whole(browser: &Browser, shown: &str) {
    browser.shows(shown).await;
    eventually(PROMISED, "the page is whole", async || {
        let state = browser.run("return document.readyState").await;
        (state == json!("complete")).then_some(())
    })
    .await;
}

/// The first account, a channel, and a link into it: its address.
async fn invites(browser: &Browser, stack: &Stack) -> String {
    browser.open(&stack.link().expect("a link")).await;
    browser.fill("input[name=username]", "Anna").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    browser.shows("Welcome, Anna").await;
    browser.open(&format!("{}/c/new", stack.base())).await;
    browser.fill("input[name=name]", "Garden").await;
    browser.click("form[action^='/c/new'] button").await;
    is_whole(browser, "made this channel.").await;
    browser
        .fill(
            "#say",
            &format!("Who brings the ladder on Saturday?{ENTER}"),
        )
        .await;
    let garden = browser.run("return location.href").await;
    browser.open(&format!("{}/invite", stack.base())).await;
    browser.click("input[name=channel]").await;
    browser
        .fill(
            "textarea[name=message]",
            "The pears are ripe. Come and pick with us.",
        )
        .await;
    browser.click("main form button:not([type])").await;
    browser.shows("It is shown only now").await;
    let link = browser.text_of("#link").await;
    browser.open(garden.as_str().expect("an address")).await;
    browser.shows("Who brings the ladder").await;
    link
}

/// By the keyboard alone: the link, an account, the channel, and a message.
async fn comes_and_talks(browser: &Browser, link: &str) {
    browser.open(link).await;
    browser.shows("Anna").await;
    picture(browser, "landing").await;
    browser.tab_to("input[name=username]").await;
    browser.press("Berta").await;
    browser.tab_to("input[name=password]").await;
    browser.press(&format!("{PASSWORD}{ENTER}")).await;
    is_whole(browser, "Berta").await;
    browser.tab_to("nav a[href='/c']").await;
    browser.press(ENTER).await;
    is_whole(browser, "Garden").await;
    browser.tab_to("main .rows a").await;
    browser.press(ENTER).await;
    is_whole(browser, "Who brings the ladder").await;
    browser.tab_to("#say").await;
    browser.press(&format!("I have one.{ENTER}")).await;
    browser.shows("I have one.").await;
}

/// Something waits for Berta, as in the picture of the inbox.
async fn waits(anna: &Browser, berta: &Browser, base: &str) {
    anna.open(&format!("{base}/groups")).await;
    anna.fill("main input[name=name]", "Harvest").await;
    anna.click("main form[action^='/groups?'] button").await;
    anna.shows("The group is made.").await;
    anna.fill("main input[name=person]", "Berta").await;
    anna.click("main button[value=invite]").await;
    anna.shows("They are invited").await;
    berta.open(&format!("{base}/inbox")).await;
    berta.shows("into the group “Harvest”").await;
    picture(berta, "inbox").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_command_to_two_people_who_talk() {
    let test = "from_the_command_to_two_people_who_talk";
    let Some(anna) = Browser::with_script(test).await else {
        return;
    };
    let Some(berta) = Browser::with_script(test).await else {
        return;
    };
    let begun = Instant::now();
    let stack = Stack::on(Backend::Sqlite).start();
    let link = invites(&anna, &stack).await;
    comes_and_talks(&berta, &link).await;
    anna.shows("I have one.").await;
    anna.tab_to("#say").await;
    anna.press(&format!("Then all is there. See you!{ENTER}"))
        .await;
    berta.shows("See you!").await;
    let took = begun.elapsed();
    let told = format!("from the command to two people who talk: {took:.1?}\n");
    drop(std::io::stderr().write_all(told.as_bytes()));
    assert!(took < PROMISED, "{took:?}");
    picture(&berta, "channel").await;
    waits(&anna, &berta, &stack.base()).await;
    for browser in [anna, berta] {
        assert_eq!(browser.complaints().await, json!([]));
        browser.close().await;
    }
}
