//! What is kept of secrets, and of who came because of whom.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use latchkey_common::secret::TokenHash;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, every_shape, one_process};
use serde_json::json;

use super::{come, into, link, new_account};
use crate::house::{House, house, list, text, unique};

async fn a19_who_invited_whom_as_a_tree(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let made = link(&maker, json!({"grants": [{"type": "account"}]})).await;
    let name = unique("newcomer");
    let came = new_account(house, &made, &name).await.ok(201);
    let below = format!("/v1/accounts/acc_{}/invited", maker.id);
    let below = maker.get(below).await.ok(200);
    assert_eq!(text(&list(&below["data"])[0], "username"), name);
    let above = format!("/v1/accounts/{}/inviters", text(&came, "account"));
    let guest = house
        .nobody()
        .signed_in(&name, crate::house::PASSWORD)
        .await;
    let above = guest.get(above).await.ok(200);
    assert_eq!(text(&list(&above["data"])[0], "username"), maker.name);
}

/// Everything that lies in a folder.
fn everything(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(everything(&path));
        } else if path.is_file() {
            all.extend(fs::read(&path).unwrap());
        }
    }
    all
}

/// Everything that lies in the databases: on `SQLite` the files, on `PostgreSQL` the rows of every table, in which
/// bytes are written as digits.
fn all_kept(stack: &Stack, backend: Backend) -> Vec<u8> {
    if backend == Backend::Sqlite {
        return everything(&stack.data_dir());
    }
    let mut all = String::new();
    for service in Service::ALL {
        for (table, _) in stack.rows(service.name()) {
            let query = format!("SELECT CAST(one AS TEXT) AS text FROM {table} one");
            all.extend(stack.texts(service, &query));
        }
    }
    all.into_bytes()
}

async fn a25_secrets_of_256_bits_stored_as_hash_alone(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (maker, guest) = (house.person().await, house.person().await);
    let channel = maker.private_channel().await;
    let made = link(
        &maker,
        json!({"grants": [into(channel)], "message": "a line that is kept"}),
    )
    .await;
    drop(come(&guest, &made).await.ok(201));
    let secret = text(&made["secret"], "secret");
    let bare = secret.strip_prefix("lki_").unwrap();
    assert_eq!(bare.len(), 43, "32 bytes as base64");
    house.stack.kill();
    let kept = all_kept(&house.stack, backend);
    let has = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
    let hash = TokenHash::of(secret);
    let in_digits = |text: &str| {
        text.bytes().fold(String::new(), |mut digits, byte| {
            write!(digits, "{byte:02x}").unwrap();
            digits
        })
    };
    assert!(has("a line that is kept"), "looks where nothing is");
    let bytes = hash.as_bytes();
    let has_hash = has(&hash.hex()) || kept.windows(bytes.len()).any(|part| part == bytes);
    assert!(has_hash, "looks where no secret is kept");
    assert!(!has(bare) && !has(&in_digits(bare)));
}

every_shape!(a19_who_invited_whom_as_a_tree);
one_process!(a25_secrets_of_256_bits_stored_as_hash_alone);
