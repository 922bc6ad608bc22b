//! `POST /api/user/create`

use latchkey_testing::chat::problems::{
    COMMON_PASSWORD, LONG_PASSWORD, NAME_AS_PASSWORD, RESERVED_USERNAME, USERNAME_RULE,
};
use latchkey_testing::stack::token_of;
use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{PASSWORD, has_members, house, is_recent, list, shape, unique};

async fn an_invite_makes_one_account(backend: Backend) {
    let house = house(backend);
    let (name, token) = (unique("New"), house.token().await);
    let created = house.nobody().create_user(&name, PASSWORD, &token).await;
    assert!(created.cookies().is_empty(), "signing up is not signing in");
    let user = created.ok(201);
    has_members(&user, shape::USER);
    assert_eq!(user["username"], name.as_str());
    is_recent(&user["createdAt"]);
    let again = house
        .nobody()
        .create_user(&unique("late"), PASSWORD, &token);
    again.await.refused("invalid-user-invite");
    let signed_in = house.nobody().signed_in(&name, PASSWORD).await;
    assert_eq!(signed_in.info().await.ok(200), user);
}

async fn checks_come_in_order(backend: Backend) {
    let house = house(backend);
    let known = house.person().await.name;
    let (free, token) = (unique("free"), house.token().await);
    let create =
        |name: &str, password: &str, token: &str| house.nobody().create_user(name, password, token);
    create("abc", "short", "no such")
        .await
        .refused("invalid-username");
    create("abc", PASSWORD, &token)
        .await
        .refused("invalid-username");
    create(&known, "short", "no such")
        .await
        .refused("insecure-password");
    create(&free, "short", &token)
        .await
        .refused("insecure-password");
    create(&known, PASSWORD, "no such")
        .await
        .refused("invalid-user-invite");
    create(&known, PASSWORD, "")
        .await
        .refused("invalid-user-invite");
    create(&known, PASSWORD, &token)
        .await
        .refused("username-taken");
    // Nothing of that used the invite up.
    drop(create(&free, PASSWORD, &token).await.ok(201));
}

async fn names_are_unique_after_folding(backend: Backend) {
    let house = house(backend);
    let name = unique("Ünïque-Straße");
    let person = house.person_named(&name).await;
    assert_eq!(person.info().await.ok(200)["username"], name.as_str());
    let token = house.token().await;
    let wide: String = name.chars().map(widened).collect();
    let decomposed = name.replace('Ü', "U\u{308}").replace('ï', "i\u{308}");
    for twin in [
        name.to_uppercase(),
        name.to_lowercase(),
        name.replace("ß", "SS"),
        wide,
        decomposed,
        format!("{name}\u{fe0f}"),
        name.replace('S', "S\u{34f}"),
    ] {
        let answer = house.nobody().create_user(&twin, PASSWORD, &token).await;
        answer.refused("username-taken");
    }
}

/// Full-width forms fold to the plain ones (NFKC).
fn widened(c: char) -> char {
    if c.is_ascii_graphic() {
        char::from_u32(u32::from(c) + 0xFEE0).unwrap()
    } else {
        c
    }
}

async fn bad_names_are_refused(backend: Backend) {
    let house = house(backend);
    let token = house.token().await;
    let long = "n".repeat(33);
    for name in [
        "",
        "abc",
        "\u{8a9e}\u{8a9e}\u{8a9e}",
        &long,
        " lead",
        "trail ",
        "\u{a0}lead",
        "trail\u{3000}",
        "con\ttrol",
        "con\u{7f}trol",
        "new\nline",
        "zero\u{200b}width",
        "join\u{200d}er",
        "soft\u{ad}hyphen",
        "bi\u{202e}di",
        "iso\u{2066}late",
        "b\u{feff}om1",
        "at@sign",
        "sla/sh",
        "back\\slash",
        "quest?ion",
        "ha#sh",
        "per%cent",
        "\u{3164}\u{3164}\u{3164}\u{3164}",
        "\u{2800}\u{2800}\u{2800}\u{2800}",
        "\u{301}\u{301}\u{301}\u{301}",
        "p\u{430}ypal",
        "\u{410}\u{43d}\u{43d}\u{430} Smith",
    ] {
        let detail = match name.chars().count() {
            ..4 => "The given username is too short and cannot be used.",
            _ => USERNAME_RULE,
        };
        let answer = house.nobody().create_user(name, PASSWORD, &token).await;
        answer.refused_with("invalid-username", detail);
    }
    for reserved in ["admin", "ROOT", "Support", "oper\u{fe0f}ator"] {
        let answer = house.nobody().create_user(reserved, PASSWORD, &token).await;
        answer.refused_with("invalid-username", RESERVED_USERNAME);
    }
    drop(
        house
            .nobody()
            .create_user(&unique("fine"), PASSWORD, &token)
            .await
            .ok(201),
    );
}

async fn names_of_every_good_length_are_taken(backend: Backend) {
    let house = house(backend);
    let tag = unique("");
    let digits = tag.trim_start_matches('-');
    // Characters are counted, not bytes.
    for name in [
        format!("{digits:\u{e9}<4}"),
        format!("{tag:\u{8a9e}<32}"),
        format!("a b{tag}"),
        format!("\u{5e9}\u{5dc}\u{5d5}\u{5dd}{tag}"),
    ] {
        let person = house.person_named(&name).await;
        assert_eq!(person.info().await.ok(200)["username"], name.as_str());
    }
}

/// They are said to be weak, and the invite stays whole; also of the first super user, whose link the operator
/// has.
async fn passwords_that_are_guessed_first_are_refused(backend: Backend) {
    let house = house(backend);
    let made = house.stack.admin(&["invite", "create", "--super-user"], "");
    let link = made.last_line();
    for token in [house.token().await, token_of(&link).unwrap()] {
        let name = unique("Guessed");
        let create = |password: &str| house.nobody().create_user(&name, password, &token);
        for common in ["password", "PassWord", "12345678", "qwertyuiop"] {
            let answer = create(common).await;
            answer.refused_with("insecure-password", COMMON_PASSWORD);
        }
        for own in [
            name.to_lowercase(),
            format!("{name}!"),
            "guessed1".to_owned(),
        ] {
            let answer = create(&own).await;
            answer.refused_with("insecure-password", NAME_AS_PASSWORD);
        }
        // The document's own example.
        drop(create("password123").await.ok(201));
    }
}

async fn a_password_is_the_same_on_every_keyboard(backend: Backend) {
    let house = house(backend);
    let (composed, decomposed) = ("Z\u{fc}rich 1984", "Zu\u{308}rich\u{a0}1984");
    for (chosen, typed) in [(composed, decomposed), (decomposed, composed)] {
        let (name, token) = (unique("keys"), house.token().await);
        let created = house.nobody().create_user(&name, chosen, &token);
        drop(created.await.ok(201));
        for password in [typed, chosen] {
            drop(house.nobody().login(&name, password).await.ok(200));
        }
        // A name that somebody types with a blank behind it is that name.
        drop(
            house
                .nobody()
                .login(&format!("{name} "), typed)
                .await
                .ok(200),
        );
        house
            .nobody()
            .login(&name, "Zurich 1984")
            .await
            .refused("invalid-credentials");
    }
}

async fn only_the_length_of_a_password_counts(backend: Backend) {
    let house = house(backend);
    let token = house.token().await;
    let (long, longer) = ("p".repeat(256), "p".repeat(257));
    for password in [
        "",
        "1234567",
        "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
        &longer,
    ] {
        let answer = house
            .nobody()
            .create_user(&unique("weak"), password, &token)
            .await;
        let detail = match password.len() {
            257.. => LONG_PASSWORD,
            _ => "The password must have at least 8 characters.",
        };
        answer.refused_with("insecure-password", detail);
    }
    let cut = "p".repeat(255);
    for (password, wrong) in [
        ("87654329", "8765432"),
        ("        ", "         "),
        (
            "\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}\u{1f511}",
            PASSWORD,
        ),
        (&long, &cut),
    ] {
        let (name, token) = (unique("pass"), house.token().await);
        drop(
            house
                .nobody()
                .create_user(&name, password, &token)
                .await
                .ok(201),
        );
        house
            .nobody()
            .login(&name, wrong)
            .await
            .refused("invalid-credentials");
        drop(house.nobody().login(&name, password).await.ok(200));
    }
}

async fn a_dead_cookie_is_ignored(backend: Backend) {
    let house = house(backend);
    let nobody = house.nobody().with_session("dead");
    let (name, token) = (unique("dead"), house.token().await);
    drop(nobody.create_user(&name, PASSWORD, &token).await.ok(201));
    drop(nobody.login(&name, PASSWORD).await.ok(200));
}

async fn the_maker_sees_who_came(backend: Backend) {
    let house = house(backend);
    let maker = house.person().await;
    let invite = maker.create_invite().await.ok(201);
    let name = unique("came");
    let token = invite["token"].as_str().unwrap();
    let user = house
        .nobody()
        .create_user(&name, PASSWORD, token)
        .await
        .ok(201);
    let mine = maker.invites().await.ok(200);
    let mut expected = invite.clone();
    expected["acceptedBy"] = user["userId"].clone();
    expected["acceptedName"] = json!(name);
    assert_eq!(list(&mine["invites"]), [expected]);
}

every_shape!(
    an_invite_makes_one_account,
    checks_come_in_order,
    names_are_unique_after_folding,
    bad_names_are_refused,
    names_of_every_good_length_are_taken,
    only_the_length_of_a_password_counts,
    passwords_that_are_guessed_first_are_refused,
    a_password_is_the_same_on_every_keyboard,
    a_dead_cookie_is_ignored,
    the_maker_sees_who_came,
);
