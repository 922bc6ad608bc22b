//! Every page in a real browser, light and dark, on a phone, a tablet and a desk: no rule of accessibility is broken, nothing
//! has to be pushed sideways to be read, nothing complains, and nothing is asked of another host.

use latchkey_testing::Backend;
use latchkey_testing::browser::{Axe, Browser, Look};
use latchkey_testing::chat::Chat;
use serde_json::json;

use crate::house::{House, Person, house, text, unique};

/// The widths that a page is looked at in, in CSS pixels.
const WIDTHS: [u32; 3] = [320, 768, 1280];

/// A page is looked at with all that it has.
const OPEN_ALL: &str = "for (const one of document.querySelectorAll('details')) one.open = true";

/// What is wider than the window, if anything is.
const TOO_WIDE: &str = "return document.documentElement.scrollWidth > innerWidth ?\
    [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)\
    .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5) : []";

/// What was loaded from elsewhere.
const ELSEWHERE: &str = "return performance.getEntriesByType('resource').map((one) => one.name)\
    .filter((name) => new URL(name).host !== location.host)";

/// A browser that looks at pages, and what it found.
struct Inspector {
    browser: Browser,
    axe: Axe,
    site: String,
    found: Vec<String>,
}

impl Inspector {
    async fn look_at(&mut self, path: &str) {
        self.browser.open(&format!("{}{path}", self.site)).await;
        self.look().await;
    }

    /// Looks at the page that is open.
    async fn look(&mut self) {
        let place = self.browser.run("return location.pathname").await;
        self.axe.enter(&self.browser).await;
        self.browser.run(OPEN_ALL).await;
        for (width, look) in WIDTHS
            .into_iter()
            .flat_map(|width| [(width, Look::Light), (width, Look::Dark)])
        {
            self.browser.looks(width, look).await;
            let seen = format!("{place} at {width}, {look:?}");
            for broken in self.axe.complaints(&self.browser).await {
                self.found.push(format!("{seen}: {broken}"));
            }
            let wide = self.browser.run(TOO_WIDE).await;
            if wide != json!([]) {
                self.found.push(format!("{seen} is too wide: {wide}"));
            }
        }
        let elsewhere = self.browser.run(ELSEWHERE).await;
        if elsewhere != json!([]) {
            self.found.push(format!("{place} loads {elsewhere}"));
        }
        let said = self.browser.complaints().await;
        // That a page is not there is said by the browser as well; it is looked at because it is not.
        let said = said.as_array().into_iter().flatten();
        let said = said.filter(|one| !text(one, "message").contains("status of 4"));
        self.found
            .extend(said.map(|one| format!("{place} says {one}")));
    }

    async fn becomes(&self, who: &Chat) {
        self.browser
            .open(&format!("{}/robots.txt", self.site))
            .await;
        self.browser.cookie("t", who.session()).await;
    }

    /// Sends a form of the page that is open, and looks at what it leads to.
    async fn send(&mut self, fields: &[(&str, &str)], button: &str) {
        for (css, text) in fields {
            self.browser.fill(css, text).await;
        }
        self.browser.click(button).await;
    }
}

/// What pages are about: something of every kind, some of which waits for `guest`.
struct Scene {
    secret: String,
    invitation: String,
    channel: i64,
    guest: Person,
    owner: Person,
}

async fn scene(house: &House) -> Scene {
    let (owner, guest) = (house.person().await, house.person().await);
    let channel = owner.private_channel().await;
    let other = owner.private_channel().await;
    owner.lets_in(channel, &guest, &["write"]).await;
    for words in [
        "Hello <b>",
        "Two\nlines",
        "https://example.org/a-very-long-address-without-any-place-to-break-it/0123456789abcdef",
    ] {
        owner.says(channel, words).await;
    }
    drop(owner.invite(other, &guest.name, &["write"]).await.ok(201));
    let theirs = guest.private_channel().await;
    let wish = json!({"target": format!("chn_{theirs}"), "message": "May I?"});
    drop(owner.post("/v1/join-requests", &wish).await.ok(201));
    let grants = json!([{"type": "account"},
        {"type": "channel", "channel": format!("chn_{channel}"), "permissions": ["write"]}]);
    let wish = json!({"grants": grants, "max_uses": 3, "message": "Come in,\nall of you"});
    let made = owner.post("/v1/invitations", &wish).await.ok(201);
    Scene {
        secret: text(&made["secret"], "secret").to_owned(),
        invitation: text(&made, "id").to_owned(),
        channel,
        guest,
        owner,
    }
}

async fn signed_out(inspector: &mut Inspector, scene: &Scene) {
    let landing = format!("/i/{}", scene.secret);
    for path in [
        "/",
        "/login",
        "/register",
        "/forgot",
        "/apply",
        "/docs",
        "/docs/discord",
        "/docs/v1?q=block",
        "/nothing",
        "/i/lki_nothing",
        &landing,
    ] {
        inspector.look_at(path).await;
    }
    inspector.look_at("/login").await;
    let fields = [
        ("input[name=username]", "nobody"),
        ("input[name=password]", "wrong password"),
    ];
    inspector.send(&fields, "main button").await;
    inspector.browser.shows("do not belong together").await;
    inspector.look().await;
}

async fn signed_in(inspector: &mut Inspector, scene: &Scene) {
    inspector.becomes(&scene.guest).await;
    let channel = format!("/c/{}", scene.channel);
    for path in [
        "/",
        "/inbox",
        "/c",
        "/c/new",
        &channel,
        &format!("{channel}/members"),
        "/invite",
        "/settings",
        "/settings/blocks",
        "/keys",
        "/welcome",
        &format!("/i/{}", scene.secret),
    ] {
        inspector.look_at(path).await;
    }
    inspector
        .browser
        .open(&format!("{}/inbox", inspector.site))
        .await;
    inspector.browser.click("button[value=accept]").await;
    inspector.browser.shows("You are in.").await;
    inspector.look_at("/inbox/past").await;
    inspector.look_at("/groups").await;
    let name = unique("Group");
    let fields = [("main input[name=name]", name.as_str())];
    inspector
        .send(&fields, "main form[action^='/groups?'] button")
        .await;
    inspector.browser.shows("The group is made.").await;
    inspector.look().await;
    inspector.look_at("/namespaces/new").await;
    let fields = [("main input[name=name]", "lamp")];
    inspector.send(&fields, "main form button").await;
    inspector.browser.shows("The namespace is made.").await;
    inspector.look().await;
    inspector.look_at("/namespaces").await;
    inspector.becomes(&scene.owner).await;
    for path in [
        "/invitations",
        &format!("/invitations/{}", scene.invitation),
        &format!("/requests?channel={}", scene.channel),
        &format!("/people/acc_{}", scene.owner.id),
        "/invite",
    ] {
        inspector.look_at(path).await;
    }
    inspector.browser.click("main button:not([name])").await;
    inspector.browser.shows("It is shown only now").await;
    inspector.look().await;
}

async fn looking_after(inspector: &mut Inspector, house: &House, scene: &Scene) {
    inspector.becomes(&house.root()).await;
    for path in [
        "/people",
        &format!("/people/acc_{}", scene.guest.id),
        "/admin",
        "/admin/audit",
        "/admin/audit/invitations",
        "/admin/invitations",
        "/admin/invitations?state=open&maker=nobody-of-that-name",
        "/admin/applications",
    ] {
        inspector.look_at(path).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody() {
    let test = "every_page_is_for_everybody";
    let Some(axe) = Axe::find(test) else { return };
    let Some(browser) = Browser::with_script(test).await else {
        return;
    };
    let house = house(Backend::Sqlite);
    let scene = scene(house).await;
    let site = house.stack.base();
    let mut inspector = Inspector {
        browser,
        axe,
        site,
        found: Vec::new(),
    };
    signed_out(&mut inspector, &scene).await;
    signed_in(&mut inspector, &scene).await;
    looking_after(&mut inspector, house, &scene).await;
    let Inspector { browser, found, .. } = inspector;
    browser.close().await;
    assert!(
        found.is_empty(),
        "{} troubles:\n{}",
        found.len(),
        found.join("\n")
    );
}
