//! Pages in a real browser that runs no script.

use latchkey_testing::browser::Browser;
use latchkey_testing::chat::Chat;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, both_databases};

use crate::house::PASSWORD;

async fn a_person_makes_the_first_account(backend: Backend) {
    let Some(browser) = Browser::without_script("a_person_makes_the_first_account").await else {
        return;
    };
    let stack = Stack::on(backend).start();
    let link = stack.link().expect("a link");
    browser.open(&link).await;
    browser.fill("input[name=username]", "The First").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("button").await;
    browser.shows("Welcome, The First").await;
    let chat = Chat::at(&stack.base());
    let first = chat.signed_in("The First", PASSWORD).await;
    assert_eq!(first.info().await.ok(200)["username"], "The First");
    // Whoever opens the used link and tries again reads on the page why not.
    browser.open(&link).await;
    browser.fill("input[name=username]", "The Second").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("button").await;
    browser.shows("Invite is not valid").await;
    browser.close().await;
}

both_databases!(a_person_makes_the_first_account);
