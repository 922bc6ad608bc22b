//! Discord behind TLS: whom the machine trusts is trusted, and nobody else.

use latchkey_testing::discord::{FakeDiscord, TlsFront};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape};

use super::client::{Member, PATHS};
use crate::house::House;

/// Where the operating system's own list of authorities can be replaced.
const AUTHORITIES: &str = "SSL_CERT_FILE";

async fn links_are_made_over_tls(backend: Backend) {
    let discord = FakeDiscord::start();
    let front = discord.behind_tls();
    let mut builder = Stack::on(backend);
    for (name, value) in discord.settings() {
        builder = builder.env(name, &value);
    }
    let authority = TlsFront::authority();
    let stack = builder
        .env("LATCHKEY_DISCORD__API_BASE", &front.base())
        .env(AUTHORITIES, authority.to_str().unwrap())
        .start();
    let house = House::open(stack).await;
    let (first, second) = (house.person().await, house.person().await);
    let first = Member::of(&first.chat, first.id).await;
    let second = Member::of(&second.chat, second.id).await;
    drop(first.post(PATHS[0]).await.ok(201));
    assert_eq!(discord.made(), 1);

    // Nobody else vouches for that certificate: not even the token is sent.
    house.stack.set_env(AUTHORITIES, None);
    house.stack.restart();
    drop(second.post(PATHS[0]).await.expect(500));
    assert_eq!(discord.calls(), 1);
    let log = house.stack.log();
    assert!(log.contains("Discord cannot be reached"), "{log}");
    assert!(log.contains("certificate"), "{log}");
    drop(second.get(PATHS[0]).await.expect(404));
    drop(first.get(PATHS[0]).await.ok(200));
}

every_shape!(links_are_made_over_tls,);
