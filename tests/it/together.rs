//! People come together in groups and namespaces by the pages, in a real browser that runs no script.

use latchkey_testing::browser::Browser;
use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use crate::house::{House, Person, house, text, unique};

/// A browser, and whoever is signed in there.
struct Desk {
    browser: Browser,
    site: String,
}

impl Desk {
    async fn open(test: &str, house: &House) -> Option<Self> {
        let browser = Browser::without_script(test).await?;
        let site = house.stack.base();
        browser.open(&format!("{site}/robots.txt")).await;
        Some(Self { browser, site })
    }

    async fn sits(&self, person: &Person) {
        self.browser.cookie("t", person.session()).await;
    }

    async fn goes(&self, path: &str) {
        self.browser.open(&format!("{}{path}", self.site)).await;
    }

    async fn presses(&self, verb: &str) {
        self.browser
            .click(&format!("main button[value={verb}]"))
            .await;
    }

    async fn has_fields_with_labels(&self) {
        let script = "return [...document.querySelectorAll('main input:not([type=hidden]), main textarea, main select')]\
                      .filter((one) => !one.labels.length).length";
        assert_eq!(self.browser.run(script).await, json!(0));
        let script = "return document.querySelectorAll('h1').length";
        assert_eq!(self.browser.run(script).await, json!(1));
    }
}

/// A group is made, somebody is invited, accepts in the inbox, and leaves.
async fn a_group_comes_together(backend: Backend) {
    let house = house(backend);
    let Some(desk) = Desk::open("a_group_comes_together", house).await else {
        return;
    };
    let (owner, guest) = (house.person().await, house.person().await);
    let name = unique("Group <b>");
    desk.sits(&owner).await;
    desk.goes("/groups").await;
    desk.has_fields_with_labels().await;
    desk.browser.fill("main input[name=name]", &name).await;
    desk.browser
        .click("main form[action^='/groups?'] button")
        .await;
    desk.browser.shows("The group is made.").await;
    assert_eq!(desk.browser.text_of("h1").await, name);
    desk.has_fields_with_labels().await;
    desk.browser
        .fill("main input[name=person]", &guest.name)
        .await;
    desk.presses("invite").await;
    desk.browser.shows("They are invited").await;
    desk.sits(&guest).await;
    desk.goes("/inbox").await;
    desk.browser
        .shows(&format!("into the group “{name}”"))
        .await;
    desk.presses("accept").await;
    desk.browser.shows("You are in.").await;
    desk.goes("/groups").await;
    desk.browser.click("main .rows a").await;
    desk.browser.shows("Who is in").await;
    desk.browser.shows(&owner.name).await;
    desk.presses("leave").await;
    desk.browser.shows("You have left the group.").await;
    desk.goes("/inbox/past").await;
    desk.sits(&owner).await;
    desk.goes("/groups").await;
    desk.browser.click("main .rows a").await;
    desk.browser.shows("Who is in").await;
    let shown = desk.browser.text().await;
    assert!(!shown.contains(&guest.name), "{shown}");
    desk.browser.close().await;
}

/// A namespace is made, somebody is let in, finds it among theirs, and is taken out.
async fn a_namespace_is_worked_in(backend: Backend) {
    let house = house(backend);
    let Some(desk) = Desk::open("a_namespace_is_worked_in", house).await else {
        return;
    };
    let (owner, guest) = (house.person().await, house.person().await);
    desk.sits(&owner).await;
    desk.goes("/namespaces").await;
    desk.browser.click("main a[href='/namespaces/new']").await;
    desk.has_fields_with_labels().await;
    desk.browser.fill("main input[name=name]", "djinn").await;
    desk.browser.click("main form button").await;
    desk.browser.shows("The namespace is made.").await;
    desk.has_fields_with_labels().await;
    desk.browser
        .fill("main input[name=person]", &guest.name)
        .await;
    desk.presses("invite").await;
    desk.browser.shows("They are invited").await;
    desk.sits(&guest).await;
    desk.goes("/inbox").await;
    desk.browser.shows("into the namespace “djinn”").await;
    desk.presses("accept").await;
    desk.browser.shows("You are in.").await;
    desk.goes("/namespaces").await;
    desk.browser.click("main .rows a").await;
    desk.browser.shows("You work in this tree.").await;
    desk.sits(&owner).await;
    desk.goes("/namespaces").await;
    desk.browser.click("main .rows a").await;
    desk.browser.shows(&guest.name).await;
    desk.presses("remove").await;
    desk.browser.shows("They are in no more.").await;
    desk.browser.close().await;
}

/// Offers of three kinds, what one has asked and what one may decide: all in one list, and then in what was.
async fn everything_waits_in_one_inbox(backend: Backend) {
    let house = house(backend);
    let Some(desk) = Desk::open("everything_waits_in_one_inbox", house).await else {
        return;
    };
    let (owner, guest) = (house.person().await, house.person().await);
    let channel = owner
        .create_channel(&unique("chan"), "private")
        .await
        .ok(201);
    let channel = channel["channelId"].as_i64().expect("an id");
    drop(owner.invite(channel, &guest.name, &["write"]).await.ok(201));
    let desk_of = async |person: &Person, path: &str, fields: &[(&str, &str)], verb: &str| {
        desk.sits(person).await;
        desk.goes(path).await;
        for (css, text) in fields {
            desk.browser.fill(&format!("main {css}"), text).await;
        }
        desk.browser.click(verb).await;
    };
    let group = unique("Futsal");
    let name = [("input[name=name]", group.as_str())];
    desk_of(
        &owner,
        "/groups",
        &name,
        "main form[action^='/groups?'] button",
    )
    .await;
    desk.browser.shows("The group is made.").await;
    desk.browser
        .fill("main input[name=person]", &guest.name)
        .await;
    desk.presses("invite").await;
    desk.browser.shows("They are invited").await;
    let name = [("input[name=name]", "lamp")];
    desk_of(&owner, "/namespaces/new", &name, "main form button").await;
    desk.browser.shows("The namespace is made.").await;
    desk.browser
        .fill("main input[name=person]", &guest.name)
        .await;
    desk.presses("invite").await;
    desk.browser.shows("They are invited").await;
    // Theirs to decide, and their own.
    let theirs = guest.private_channel().await;
    let others = owner.private_channel().await;
    for (asker, target) in [(&owner, theirs), (&guest, others)] {
        let wish: Value = json!({"target": format!("chn_{target}")});
        let asked = asker.post("/v1/join-requests", &wish).await.ok(201);
        assert!(text(&asked, "id").starts_with("req_"));
    }
    desk.sits(&guest).await;
    desk.goes("/inbox").await;
    for said in [
        "invites you into the channel",
        "invites you into the group",
        "invites you into the namespace “lamp”",
        "asks to come into the channel",
        "You ask to come into the channel",
    ] {
        desk.browser.shows(said).await;
    }
    let count = "return document.querySelectorAll('main article').length";
    assert_eq!(desk.browser.run(count).await, json!(5));
    for (verb, said) in [
        ("accept", "You are in."),
        ("accept", "You are in."),
        ("accept", "You are in."),
        ("approve", "They are in."),
        ("withdraw", "Your request is taken back."),
    ] {
        desk.presses(verb).await;
        desk.browser.shows(said).await;
        desk.goes("/inbox").await;
    }
    desk.browser.shows("Nothing waits for you.").await;
    desk.browser.click("main a[href='/inbox/past']").await;
    desk.browser.shows("you took it back").await;
    assert_eq!(desk.browser.run(count).await, json!(4));
    desk.browser.close().await;
}

every_shape!(
    a_group_comes_together,
    a_namespace_is_worked_in,
    everything_waits_in_one_inbox,
);
