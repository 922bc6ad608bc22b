//! Tokens that somebody else made up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn forged_headers_and_claims_are_refused() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let (header, claims) = (site.good_header(), site.good_claims());
    assert!(site.check::<Bearer>(&site.forge(&header, &claims)).await);
    let now = site.clock.now().seconds();
    for (name, member) in [
        ("iss", json!("somebody")),
        ("iss", Value::Null),
        ("aud", json!("discord")),
        ("aud", json!(["groups"])),
        ("aud", Value::Null),
        ("id", json!("7")),
        ("id", json!(7)),
        ("id", json!("00000000-0000-4000-8000-000000000000")),
        ("id", Value::Null),
        ("exp", json!(now - 31)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("iat", json!(now + 60)),
        ("iat", json!([])),
        ("nbf", json!(now + 60)),
        ("nbf", json!([])),
        ("ims", Value::Null),
    ] {
        let token = site.forge(&header, &with(&claims, name, member.clone()));
        assert!(!site.check::<Bearer>(&token).await, "{name} {member}");
    }
    for (name, member) in [
        ("typ", json!("JWT")),
        ("typ", json!("latchkey-rds-session")),
        ("typ", json!("latchkey-other")),
        ("typ", Value::Null),
        ("kid", json!("unknown")),
        ("kid", Value::Null),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("crit", json!(["exp"])),
    ] {
        let token = site.forge(&with(&header, name, member.clone()), &claims);
        assert!(!site.check::<Bearer>(&token).await, "{name} {member}");
    }
    // Within the leeway of two clocks.
    for (name, member) in [("exp", now - 20), ("iat", now + 20), ("nbf", now + 20)] {
        let token = site.forge(&header, &with(&claims, name, json!(member)));
        assert!(site.check::<Bearer>(&token).await, "{name}");
    }
}

#[tokio::test]
async fn no_signature_and_the_public_key_as_secret_are_refused() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let (header, claims) = (site.good_header(), site.good_claims());
    for alg in ["none", "None", "NONE", "EdDSA", ""] {
        let unsigned = message(&with(&header, "alg", json!(alg)), &claims);
        for token in [format!("{unsigned}."), unsigned] {
            assert!(!site.check::<Bearer>(&token).await, "{token}");
        }
    }
    let jwk: Value = serde_json::from_str(&site.new.public).unwrap();
    let x = jwk["x"].as_str().unwrap();
    let raw = URL_SAFE_NO_PAD.decode(x).unwrap();
    let header = with(&header, "alg", json!("HS256"));
    for secret in [site.new.public.as_bytes(), x.as_bytes(), &raw, b""] {
        let token = hmac(secret, &header, &claims);
        assert!(!site.check::<Bearer>(&token).await);
    }
    for garbage in [
        "",
        ".",
        "..",
        "a.b.c",
        "...",
        &"x".repeat(9_000),
        "e30.e30.e30",
        "\0.\0.\0",
    ] {
        assert!(!site.check::<Bearer>(garbage).await, "{garbage}");
    }
    let good = site.issue::<Bearer>(60);
    assert!(!site.check::<Bearer>(&format!("{good}A")).await);
    assert!(
        !site
            .check::<Bearer>(good.get(..good.len() - 8).unwrap())
            .await
    );
}
