//! The pages from which a place is looked after, in a real browser that runs no script.

use latchkey_testing::browser::Browser;
use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{PASSWORD, house};

async fn a_super_user_locks_somebody_and_the_log_says_why(backend: Backend) {
    let test = "a_super_user_locks_somebody_and_the_log_says_why";
    let Some(browser) = Browser::without_script(test).await else {
        return;
    };
    let house = house(backend);
    let (keeper, person) = (house.person().await, house.person().await);
    let promoted = house.stack.admin(&["user", "promote", &keeper.name], "");
    assert!(promoted.status.success(), "{promoted:?}");
    person.info().await.ok(200);
    let base = house.stack.base();
    browser
        .open(&format!("{base}/people?name={}", person.name))
        .await;
    browser.fill("input[name=username]", &keeper.name).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    browser.shows(&person.name).await;
    browser.click("article h2 a").await;
    browser.shows("open sessions: 1").await;
    browser
        .fill("input[name=reason]", "sells things in every channel")
        .await;
    browser.click("button[value=lock]").await;
    browser.shows("The account is locked").await;
    person.info().await.refused("unauthorized");
    browser.click("nav a[href='/admin']").await;
    browser.click("main a[href='/admin/audit']").await;
    let said = format!("{} locked {}", keeper.name, person.name);
    browser.shows(&said).await;
    browser.shows("Why: sells things in every channel").await;

    // The command reads the same rows.
    let told = house.stack.admin(
        &[
            "audit",
            "--to",
            &person.name,
            "--what",
            "account-locked",
            "--json",
        ],
        "",
    );
    let told: serde_json::Value = serde_json::from_str(&told.last_line()).expect("JSON");
    let entries = told["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 1, "{told}");
    assert_eq!(entries[0]["who_name"], json!(keeper.name));
    assert_eq!(entries[0]["why"], "sells things in every channel");
    assert_eq!(entries[0]["from"], "127.0.0.1");
    assert_eq!(entries[0]["service"], "users");
    browser.close().await;
}

async fn a_forgotten_password_is_chosen_anew(backend: Backend) {
    let test = "a_forgotten_password_is_chosen_anew";
    let Some(browser) = Browser::without_script(test).await else {
        return;
    };
    let house = house(backend);
    let person = house.person().await;
    let base = house.stack.base();
    browser.open(&format!("{base}/login")).await;
    browser.click("a[href='/forgot']").await;
    browser.shows("Ask whoever runs this place").await;
    let made = house.stack.admin(&["user", "reset-link", &person.name], "");
    let link = made.last_line();
    browser.open(&link).await;
    browser
        .shows(&format!("You are {} here", person.name))
        .await;
    browser.fill("input[name=new]", "chosen anew by hand").await;
    browser.click("main button").await;
    browser.shows("Your password is set").await;
    person.info().await.refused("unauthorized");
    browser.open(&link).await;
    browser.shows("This link is good no more").await;
    let again = house
        .nobody()
        .login(&person.name, "chosen anew by hand")
        .await;
    again.ok(200);
    let (_, secret) = link.split_once("/reset/").expect("a secret");
    assert!(house.stack.lines_with(secret).is_empty());
    browser.close().await;
}

every_shape!(
    a_super_user_locks_somebody_and_the_log_says_why,
    a_forgotten_password_is_chosen_anew,
);
