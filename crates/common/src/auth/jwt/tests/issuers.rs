//! Issuers of a site's own, beside our tokens.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;

/// What a site's own issuer signs.
fn foreign(site: &Site, claim: &str) -> Value {
    let now = site.clock.now().seconds();
    json!({ claim: UUID, "iat": now, "exp": f64::from(u32::try_from(now).unwrap()) + 3_600.5 })
}

fn settings() -> IssuerSettings {
    IssuerSettings::default()
}

#[tokio::test]
async fn a_site_may_share_a_secret() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let secret = "a secret of at least 32 bytes in all";
    let issuer = IssuerSettings {
        hs256_secret: secret.to_owned(),
        user_claim: "sub".to_owned(),
        issuer: "https://id.example".to_owned(),
        audience: "ours".to_owned(),
        ..settings()
    };
    let verifier = site.verifier::<Bearer>(&issuer).unwrap();
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let mut claims = foreign(&site, "sub");
    claims["iss"] = json!("https://id.example");
    claims["aud"] = json!(["others", "ours"]);
    let good = hmac(secret.as_bytes(), &header, &claims);
    assert!(is_good(&verifier, &good).await);
    // For this contract alone, and beside our own tokens.
    assert!(!site.check::<Bearer>(&good).await);
    assert!(is_good(&verifier, &site.issue::<Bearer>(60)).await);
    // Our own kind is never held against the site's key.
    let posing = hmac(
        secret.as_bytes(),
        &with(&site.good_header(), "alg", json!("HS256")),
        &site.good_claims(),
    );
    assert!(!is_good(&verifier, &posing).await);
    for (name, member) in [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("aud", Value::Null),
        ("sub", Value::Null),
        ("iat", json!("1")),
        ("exp", Value::Null),
        ("exp", json!(1)),
    ] {
        let token = hmac(secret.as_bytes(), &header, &with(&claims, name, member));
        assert!(!is_good(&verifier, &token).await, "{name}");
    }
    assert!(!is_good(&verifier, &hmac(b"another secret", &header, &claims)).await);
    let alone = IssuerSettings {
        own_tokens: false,
        ..issuer
    };
    let verifier = site.verifier::<Bearer>(&alone).unwrap();
    assert!(!is_good(&verifier, &site.issue::<Bearer>(60)).await);
}

#[tokio::test]
async fn nobody_acts_in_anothers_name() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let secret = "a secret of at least 32 bytes in all";
    let issuer = IssuerSettings {
        hs256_secret: secret.to_owned(),
        ..settings()
    };
    let verifier = site.verifier::<Rds>(&issuer).unwrap();
    let mut claims = foreign(&site, "userId");
    claims["userId"] = json!("7");
    let header = json!({"alg": "HS256"});
    let check = async |claims: &Value| {
        let token = hmac(secret.as_bytes(), &header, claims);
        is_good(&verifier, &token).await
    };
    assert!(check(&claims).await);
    for somebody in [json!("8"), json!(8), json!(""), json!(false), json!({})] {
        claims["impersonatedUserId"] = somebody.clone();
        assert!(!check(&claims).await, "{somebody}");
    }
    claims["impersonatedUserId"] = Value::Null;
    assert!(check(&claims).await);
}

#[tokio::test]
async fn a_sites_tokens_need_not_say_when_they_were_issued() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let secret = "a secret of at least 32 bytes in all";
    let issuer = IssuerSettings {
        hs256_secret: secret.to_owned(),
        ..settings()
    };
    let verifier = site.verifier::<Bearer>(&issuer).unwrap();
    let now = site.clock.now();
    let token = |times: Value| {
        let mut claims = json!({"id": UUID, "exp": now.seconds() + 60});
        let object = claims.as_object_mut().unwrap();
        object.extend(times.as_object().unwrap().clone());
        hmac(secret.as_bytes(), &json!({"alg": "HS256"}), &claims)
    };
    let (unsaid, early) = (token(json!({})), token(json!({"nbf": now.seconds() + 60})));
    let before = token(json!({"nbf": now.seconds() - 10}));
    let after = token(json!({"nbf": now.seconds() + 10}));
    for (token, good) in [
        (&unsaid, true),
        (&before, true),
        (&after, true),
        (&early, false),
    ] {
        assert_eq!(is_good(&verifier, token).await, good);
    }
    // Somebody who has ended their tokens has ended those without a time.
    site.users.state.lock().unwrap().tokens_not_before = now;
    for (token, good) in [(&unsaid, false), (&before, false), (&after, true)] {
        assert_eq!(is_good(&verifier, token).await, good);
    }
}

#[tokio::test]
async fn a_site_may_have_rsa_keys() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let theirs = SigningKey::generate(SigningAlgorithm::Rs256).unwrap();
    let private = theirs.private.expose();
    let key = EncodingKey::from_rsa_pem(private.as_bytes()).unwrap();
    let der: String = private
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let pair = RsaKeyPair::from_pkcs8(&STANDARD.decode(der).unwrap()).unwrap();
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let public = format!(
        "-----BEGIN PUBLIC KEY-----\\n{}\\n-----END PUBLIC KEY-----",
        STANDARD.encode(public.as_ref())
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let symmetric = json!({"kty": "oct", "k": "AAAA", "kid": "s", "alg": "HS256"});
    let jwk: Value = serde_json::from_str(&theirs.public).unwrap();
    let set = json!({"keys": [symmetric, jwk]});
    std::fs::write(&file, set.to_string()).unwrap();
    let by_pem = IssuerSettings {
        rs256_public_key: public.clone(),
        ..settings()
    };
    let by_file = IssuerSettings {
        jwks_file: file.display().to_string(),
        ..settings()
    };
    let claims = foreign(&site, "id");
    for issuer in [by_pem, by_file] {
        let verifier = site.verifier::<Bearer>(&issuer).unwrap();
        for kid in [None, Some(theirs.kid.clone())] {
            let mut header = Header::new(Algorithm::RS256);
            header.kid = kid;
            let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
            assert!(is_good(&verifier, &token).await, "{issuer:?}");
        }
        let header = json!({"alg": "HS256", "typ": "JWT"});
        for secret in [
            public.as_bytes(),
            theirs.public.as_bytes(),
            public.replace("\\n", "\n").as_bytes(),
        ] {
            assert!(!is_good(&verifier, &hmac(secret, &header, &claims)).await);
        }
        // The same key in another algorithm is another key.
        let pss = jsonwebtoken::encode(&Header::new(Algorithm::PS256), &claims, &key).unwrap();
        assert!(!is_good(&verifier, &pss).await);
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let bad = [
        IssuerSettings {
            hs256_secret: "short".to_owned(),
            ..settings()
        },
        IssuerSettings {
            rs256_public_key: "no key".to_owned(),
            ..settings()
        },
        IssuerSettings {
            jwks_file: "/nowhere/jwks.json".to_owned(),
            ..settings()
        },
        IssuerSettings {
            hs256_secret: "x".repeat(32),
            jwks_file: "/nowhere/jwks.json".to_owned(),
            ..settings()
        },
    ];
    for issuer in bad {
        assert!(
            matches!(site.verifier::<Rds>(&issuer), Err(Fault::Invalid(_))),
            "{issuer:?}"
        );
    }
    assert!(VerifyingKey::of_jwk(r#"{"kty": "oct", "k": "AAAA", "kid": "s"}"#).is_err());
}

#[test]
fn a_key_set_without_a_key_for_any_token_is_refused() {
    let [one, two] = [SigningAlgorithm::Rs256, SigningAlgorithm::EdDsa].map(|algorithm| {
        let key = SigningKey::generate(algorithm).unwrap();
        serde_json::from_str::<Value>(&key.public).unwrap()
    });
    let with = |key: &Value, member: &str, value: Value| {
        let mut key = key.clone();
        key[member] = value;
        key
    };
    let nameless = |key: &Value| with(key, "kid", Value::Null);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    let look = |keys: &Value| {
        std::fs::write(&file, json!({ "keys": keys }).to_string()).unwrap();
        let issuer = IssuerSettings {
            jwks_file: file.display().to_string(),
            ..settings()
        };
        issuer.check().map_err(|misfit| misfit.to_string())
    };
    for (keys, says) in [
        (json!([]), "no key for signatures"),
        (
            json!([{"kty": "oct", "k": "AAAA", "kid": "s"}]),
            "no key for signatures",
        ),
        (
            json!([
                with(&one, "use", json!("enc")),
                with(&two, "use", json!("enc"))
            ]),
            "no key for signatures",
        ),
        (
            json!([with(&one, "alg", json!("PS256"))]),
            "no key for signatures",
        ),
        (json!([nameless(&one), nameless(&two)]), "no `kid`"),
        (
            json!([with(&one, "n", json!("AQAB"))]),
            "no key for signatures",
        ),
        (
            json!([with(&two, "x", json!("AQAB"))]),
            "no key for signatures",
        ),
        (json!([with(&one, "n", json!("?"))]), "cannot be used"),
        (json!({}), "no JSON web key set"),
    ] {
        let said = look(&keys).unwrap_err();
        let begins = format!("jwks_file names {}", file.display());
        assert!(said.starts_with(&begins) && said.contains(says), "{said}");
    }
    for keys in [
        json!([nameless(&one)]),
        json!([one, two]),
        json!([nameless(&one), two]),
        json!([with(&one, "n", json!("AQAB")), two]),
    ] {
        assert_eq!(look(&keys), Ok(()), "{keys}");
    }
}
