//! `GET /api/user/invites`, `POST /api/user/invites/create`, `/remove`

use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use crate::house::{
    PASSWORD, Person, has_members, house, int, is_recent, list, shape, text, unique,
};

async fn tokens(person: &Person) -> Vec<String> {
    let mine = person.invites().await.ok(200);
    let invites = list(&mine["invites"]).iter();
    invites
        .map(|invite| text(invite, "token").to_owned())
        .collect()
}

async fn made(person: &Person) -> String {
    text(&person.create_invite().await.ok(201), "token").to_owned()
}

async fn an_invite_is_made_and_listed(backend: Backend) {
    let house = house(backend);
    let (person, other) = (house.person().await, house.person().await);
    assert_eq!(person.invites().await.ok(200), json!({"invites": []}));
    let invite = person.create_invite().await.ok(201);
    has_members(&invite, shape::REGISTRATION_INVITE);
    assert_eq!(int(&invite, "createdBy"), person.id);
    assert_eq!(invite["acceptedBy"], Value::Null);
    assert_eq!(invite["acceptedName"], Value::Null);
    is_recent(&invite["timestamp"]);
    let token = text(&invite, "token");
    assert_eq!(token.len(), 44, "32 bytes in base64 with padding");
    assert!(
        token
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_=".contains(c))
    );
    let second = person.create_invite().await.ok(201);
    assert_ne!(second["token"], invite["token"]);
    let mine = person.invites().await.ok(200);
    assert_eq!(mine, json!({"invites": [invite, second]}));
    assert_eq!(other.invites().await.ok(200), json!({"invites": []}));
}

async fn the_body_of_create_does_not_matter(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    drop(person.create_invite().content_type("").await.ok(201));
    drop(person.create_invite().body("{}").await.ok(201));
    drop(
        person
            .create_invite()
            .json(&json!({"unknown": 1}))
            .await
            .ok(201),
    );
}

async fn a_removed_invite_lets_nobody_in(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let (gone, stays) = (made(&person).await, made(&person).await);
    person.remove_invites(&[&gone]).await.done();
    assert_eq!(tokens(&person).await, [stays]);
    let answer = house
        .nobody()
        .create_user(&unique("gone"), PASSWORD, &gone)
        .await;
    answer.refused("invalid-user-invite");
    person
        .remove_invites(&[&gone])
        .await
        .refused("user-invite-not-found");
}

async fn a_used_invite_can_be_removed(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let used = made(&person).await;
    let name = unique("used");
    drop(
        house
            .nobody()
            .create_user(&name, PASSWORD, &used)
            .await
            .ok(201),
    );
    person.remove_invites(&[&used]).await.done();
    assert_eq!(tokens(&person).await, Vec::<String>::new());
    drop(house.nobody().login(&name, PASSWORD).await.ok(200));
}

async fn removing_is_all_or_nothing(backend: Backend) {
    let house = house(backend);
    let (person, other) = (house.person().await, house.person().await);
    let (first, second) = (made(&person).await, made(&person).await);
    let foreign = made(&other).await;
    let both = [first.clone(), second.clone()];
    for (third, suffix) in [
        ("no such token", "user-invite-not-found"),
        ("", "user-invite-not-found"),
        (foreign.as_str(), "no-permission"),
    ] {
        let answer = person.remove_invites(&[&first, &second, third]).await;
        answer.refused(suffix);
        assert_eq!(tokens(&person).await, both);
        person
            .remove_invites(&[third, &first])
            .await
            .refused(suffix);
        assert_eq!(tokens(&person).await, both);
    }
    // The first that fails decides.
    let answer = person.remove_invites(&[&foreign, "no such token"]).await;
    answer.refused("no-permission");
    let answer = person.remove_invites(&["no such token", &foreign]).await;
    answer.refused("user-invite-not-found");
    assert_eq!(tokens(&other).await, [foreign]);
    person.remove_invites(&[]).await.done();
    assert_eq!(tokens(&person).await, both);
    person
        .remove_invites(&[&first, &second, &first])
        .await
        .done();
    assert_eq!(tokens(&person).await, Vec::<String>::new());
}

async fn lists_to_remove_are_bounded(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let token = made(&person).await;
    let many = vec![token.as_str(); 1001];
    let answer = person.remove_invites(&many).await;
    answer.refused("invalid-request-parameters");
    assert_eq!(tokens(&person).await, std::slice::from_ref(&token));
    person.remove_invites(&many[..1000]).await.done();
}

async fn the_list_is_paged(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(made(&person).await);
    }
    let whole = person.invites().await;
    assert_eq!(whole.next_page(), None, "{whole}");
    let mut seen = Vec::new();
    let mut path = Some("/api/user/invites?limit=2".to_owned());
    let mut pages = 0;
    while let Some(at) = path {
        let answer = person.get(at).await;
        path = answer.next_page();
        let page = answer.ok(200);
        has_members(&page, &["invites"]);
        assert!(list(&page["invites"]).len() <= 2);
        seen.extend(
            list(&page["invites"])
                .iter()
                .map(|i| text(i, "token").to_owned()),
        );
        pages += 1;
    }
    assert_eq!((seen, pages), (expected, 3));
}

every_shape!(
    an_invite_is_made_and_listed,
    the_body_of_create_does_not_matter,
    a_removed_invite_lets_nobody_in,
    a_used_invite_can_be_removed,
    removing_is_all_or_nothing,
    lists_to_remove_are_bounded,
    the_list_is_paged,
);
