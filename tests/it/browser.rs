//! Pages in a real browser that runs no script.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::thread;

use latchkey_testing::browser::Browser;
use latchkey_testing::chat::Chat;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape};

use crate::house::{PASSWORD, house};

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
    // The browser is signed in, and loading the page anew says the same.
    browser.reload().await;
    browser.shows("Welcome, The First").await;
    browser.shows("You are signed in").await;
    // The link says to whoever came by it that they are in, and to everybody else that it is used up.
    browser.open(&link).await;
    browser.shows("You are in").await;
    browser.forget("t").await;
    browser.open(&link).await;
    browser.shows("This invitation is used up").await;
    browser.close().await;
}

async fn somebody_on_the_list_makes_and_deletes_a_key(backend: Backend) {
    let test = "somebody_on_the_list_makes_and_deletes_a_key";
    let Some(browser) = Browser::without_script(test).await else {
        return;
    };
    let house = house(backend);
    let person = house.person().await;
    let page = format!("{}/keys", house.stack.base());
    browser.open(&page).await;
    browser.shows("You are not signed in").await;
    browser.cookie("t", person.session()).await;
    browser.open(&page).await;
    browser.shows("You are not on the list").await;
    let listed = house.stack.admin(&["choir", "whitelist", &person.name], "");
    assert!(listed.status.success(), "{listed:?}");

    browser.open(&page).await;
    browser.shows("None.").await;
    browser.fill("input[name=keyname]", "the <b>app</b>").await;
    browser.click("form[action^='/keys/create'] button").await;
    browser.shows("It is shown only now").await;
    let key = browser.text_of("#key").await;
    let path = format!("/check/x?apikey={key}");
    assert_eq!(house.nobody().get(&path).await.status, 498);

    browser.open(&page).await;
    browser.shows("the <b>app</b>").await;
    let shown = browser.text().await;
    assert!(!shown.contains(&key), "{shown}");
    browser.click("form[action^='/keys/delete'] button").await;
    browser.shows("None.").await;
    assert_eq!(house.nobody().get(&path).await.status, 401);

    // A page of another site, which this browser sends its cookie along with.
    let evil = another_site(&format!(
        "<form method=post action='{page}/create'><input name=keyname value=theirs>\
         <input name=form value=x><button>Win</button></form>"
    ));
    browser.open(&evil).await;
    browser.click("button").await;
    browser.shows("is not in the setting allowed_origins").await;
    let list = person.get("/keys/list").await.ok(200);
    assert_eq!(list["data"].as_array().map(Vec::len), Some(0), "{list}");
    browser.close().await;
}

async fn a_person_signs_in_answers_and_signs_out(backend: Backend) {
    let test = "a_person_signs_in_answers_and_signs_out";
    let Some(browser) = Browser::without_script(test).await else {
        return;
    };
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let made = owner.create_channel("The garden", "private").await.ok(201);
    let channel = made["channelId"].as_i64().expect("an id");
    drop(owner.invite(channel, &guest.name, &["write"]).await.ok(201));
    browser.open(&format!("{}/inbox", house.stack.base())).await;
    browser.fill("input[name=username]", &guest.name).await;
    browser.fill("input[name=password]", "wrong password").await;
    browser.click("main button").await;
    browser.shows("do not belong together").await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("main button").await;
    // What was typed is there still, and signing in leads to where one wanted to be.
    browser
        .shows("invites you into the channel “The garden”")
        .await;
    browser.click("button[value=accept]").await;
    browser.shows("You are in.").await;
    let channels = guest.channels().await.ok(200);
    assert_eq!(channels["channels"].as_array().map(Vec::len), Some(1));
    browser.click("header form button").await;
    browser.shows("Have a link? Paste it").await;
    browser.open(&format!("{}/inbox", house.stack.base())).await;
    browser.shows("Name or e-mail address").await;
    browser.close().await;
}

/// Serves one page on a host of its own; its address.
fn another_site(page: &str) -> String {
    site_at(Ipv4Addr::LOCALHOST.into(), page)
}

/// Serves one page on a port of its own of this host; its address.
pub(crate) fn site_at(host: IpAddr, page: &str) -> String {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    let listener = TcpListener::bind((host, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            for _ in lines.take_while(|line| !line.is_empty()) {}
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}/")
}

every_shape!(
    a_person_makes_the_first_account,
    somebody_on_the_list_makes_and_deletes_a_key,
    a_person_signs_in_answers_and_signs_out,
);
