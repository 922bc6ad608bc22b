//! A site's own issuer, for one contract alone: the group contract with a shared secret, the Discord
//! contract with an RSA key, as PEM or in a file with a key set.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_common::auth::jwt::{NewKey, SigningAlgorithm, SigningKey};
use latchkey_testing::chat::Answer;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, every_shape};
use serde_json::{Value, json};

use crate::house::{House, now};

const SECRET: &str = "a secret that this site shares with its login";

/// The tokens of a site's own login.
struct Login {
    key: NewKey,
    public: String,
}

impl Login {
    fn new() -> Self {
        let key = SigningKey::generate(SigningAlgorithm::Rs256).unwrap();
        let lines = key.private.expose().lines();
        let der: String = lines.filter(|line| !line.starts_with('-')).collect();
        let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let public = STANDARD.encode(public.as_ref());
        let public = format!("-----BEGIN PUBLIC KEY-----\n{public}\n-----END PUBLIC KEY-----\n");
        Self { key, public }
    }

    fn rs256(&self, claims: &Value) -> String {
        let key = EncodingKey::from_rsa_pem(self.key.private.expose().as_bytes()).unwrap();
        encode(&Header::new(Algorithm::RS256), claims, &key).unwrap()
    }
}

fn hs256(secret: &str, claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn with(claims: &Value, member: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[member] = value;
    claims
}

async fn groups(house: &House, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let call = house.nobody().get("/invite/");
    call.header("authorization", &bearer).await
}

async fn discord(house: &House, token: &str) -> Answer {
    let cookie = format!("rds-session={token}");
    let call = house.nobody().get("/discord/invites");
    call.header("cookie", &cookie).await
}

async fn each_contract_may_have_an_issuer_of_its_own(backend: Backend) {
    let login = Login::new();
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("public.pem");
    std::fs::write(&pem, &login.public).unwrap();
    let stack = Stack::on(backend)
        .env("LATCHKEY_INVITATIONS__GROUP_ISSUER__HS256_SECRET", SECRET)
        .env("LATCHKEY_INVITATIONS__GROUP_ISSUER__USER_CLAIM", "person")
        .env(
            "LATCHKEY_INVITATIONS__GROUP_ISSUER__AUDIENCE",
            "groups-of-ours",
        )
        .env(
            "LATCHKEY_DISCORD__ISSUER__RS256_PUBLIC_KEY_FILE",
            pem.to_str().unwrap(),
        )
        .start();
    let house = House::open(stack).await;
    let person = house.person().await;
    let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
    let uuid = admin(&["user", "uuid", &person.name]);

    let claims = json!({
        "person": uuid, "aud": "groups-of-ours", "iat": now(), "exp": now() + 600,
    });
    let good = hs256(SECRET, &claims);
    drop(groups(&house, &good).await.ok(200));
    for bad in [
        hs256("a secret that nobody shares with anybody", &claims),
        hs256(SECRET, &with(&claims, "aud", json!("others"))),
        hs256(SECRET, &with(&claims, "exp", json!(now() - 60))),
        hs256(SECRET, &with(&claims, "iat", json!(now() + 600))),
        hs256(SECRET, &with(&claims, "nbf", json!(now() + 600))),
        hs256(SECRET, &with(&claims, "person", json!(person.id))),
        hs256(
            SECRET,
            &json!({"id": uuid, "aud": "groups-of-ours", "exp": now() + 600}),
        ),
        login.rs256(&claims),
    ] {
        assert_eq!(groups(&house, &bad).await.status, 401, "{bad}");
    }
    // Our own tokens are good beside it.
    let own = admin(&["token", "bearer", &person.name]);
    drop(groups(&house, &own).await.ok(200));

    let number = person.id.to_string();
    let claims = json!({"userId": number, "iat": now(), "exp": now() + 600});
    let rsa = login.rs256(&claims);
    assert_eq!(discord(&house, &rsa).await.status, 404);
    for bad in [
        // The public key is no secret.
        hs256(&login.public, &claims),
        hs256(&login.key.public, &claims),
        hs256(SECRET, &claims),
        Login::new().rs256(&claims),
        login.rs256(&with(&claims, "exp", json!(now() - 60))),
        login.rs256(&with(&claims, "iat", json!(now() + 600))),
        login.rs256(&json!({"id": number, "iat": now(), "exp": now() + 600})),
        // Somebody acts in another's name.
        login.rs256(&with(&claims, "impersonatedUserId", json!("1"))),
    ] {
        assert_eq!(discord(&house, &bad).await.status, 401, "{bad}");
    }
    // Each is the issuer of one contract.
    assert_eq!(discord(&house, &good).await.status, 401);
    assert_eq!(groups(&house, &rsa).await.status, 401);
    let both = json!({
        "userId": number, "id": uuid, "person": uuid, "aud": "groups-of-ours",
        "iat": now(), "exp": now() + 600,
    });
    assert_eq!(discord(&house, &hs256(SECRET, &both)).await.status, 401);
    assert_eq!(groups(&house, &login.rs256(&both)).await.status, 401);
}

async fn a_key_set_may_lie_in_a_file(backend: Backend) {
    let login = Login::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    let key: Value = serde_json::from_str(&login.key.public).unwrap();
    std::fs::write(&file, json!({"keys": [key]}).to_string()).unwrap();
    let stack = Stack::on(backend)
        .env(
            "LATCHKEY_DISCORD__ISSUER__JWKS_FILE",
            file.to_str().unwrap(),
        )
        .env("LATCHKEY_DISCORD__ISSUER__OWN_TOKENS", "false")
        .start();
    let house = House::open(stack).await;
    let person = house.person().await;
    let claims = json!({"userId": person.id.to_string(), "iat": now(), "exp": now() + 600});
    let good = login.rs256(&claims);
    assert_eq!(discord(&house, &good).await.status, 404);
    let stranger = Login::new().rs256(&claims);
    assert_eq!(discord(&house, &stranger).await.status, 401);
    let own = house
        .stack
        .admin(&["token", "rds-session", &person.name], "");
    assert_eq!(discord(&house, &own.last_line()).await.status, 401);
}

async fn an_issuer_without_an_audience_is_told_of(backend: Backend) {
    for (issuer, service) in [
        ("invitations.group_issuer", Service::Invitations),
        ("discord.issuer", Service::Discord),
    ] {
        let table = format!("LATCHKEY_{}", issuer.to_uppercase().replace('.', "__"));
        let sentence = format!("{issuer}.audience is not set: every token");
        for (audience, is_told) in [("", true), ("ours", false)] {
            let stack = Stack::on(backend)
                .env(&format!("{table}__HS256_SECRET"), SECRET)
                .env(&format!("{table}__AUDIENCE"), audience)
                .start();
            let doctor = stack.command_at(service, &["doctor"]);
            assert!(doctor.status.success(), "{doctor:?}");
            // In split the command asks services from where none of them runs.
            if backend != Backend::Split {
                assert_eq!(doctor.stdout.contains(&sentence), is_told, "{doctor:?}");
            }
            assert_eq!(stack.log().contains(&sentence), is_told, "{audience}");
        }
    }
}

async fn an_issuer_that_makes_no_sense_ends_the_start(backend: Backend) {
    for issuer in ["invitations.group_issuer", "discord.issuer"] {
        let table = format!("LATCHKEY_{}", issuer.to_uppercase().replace('.', "__"));
        let stack = Stack::on(backend)
            .env(&format!("{table}__HS256_SECRET"), "short")
            .prepare();
        let said = stack.try_start().expect_err("a start");
        let sentence = format!(
            "the setting {issuer}.hs256_secret (variable {table}__HS256_SECRET) must have at \
             least 32 bytes"
        );
        assert!(said.contains(&sentence), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

every_shape!(
    each_contract_may_have_an_issuer_of_its_own,
    a_key_set_may_lie_in_a_file,
    an_issuer_without_an_audience_is_told_of,
    an_issuer_that_makes_no_sense_ends_the_start,
);
