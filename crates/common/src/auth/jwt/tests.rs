use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::auth::tokens::{AccountState, ApiCaller, Refused, TokenAuthority};
use crate::clock::{Clock, Millis};
use crate::fault::Fault;
use crate::secret::TokenHash;

const UUID: &str = "0b1f3c5e-7a92-4d10-8e66-4b0c2f9d1a77";

/// One account, and the keys of [`Site`].
struct Users {
    state: Mutex<AccountState>,
    keys: HashMap<String, Arc<VerifyingKey>>,
}

#[async_trait]
impl TokenAuthority for Users {
    async fn resolve_api_token(&self, _: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        Ok(None)
    }

    async fn account_state(&self, subject: &Subject) -> Result<Option<AccountState>, Fault> {
        let state = self.state.lock().unwrap().clone();
        let is_him = match subject {
            Subject::Id(id) => *id == state.caller.user,
            Subject::Uuid(uuid) => *uuid == state.caller.uuid,
        };
        Ok(is_him.then_some(state))
    }

    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        Ok(self.keys.get(kid).map(Arc::clone))
    }
}

/// A users service of memory with one key, and the private half for forging.
struct Site {
    users: Arc<Users>,
    clock: Clock,
    new: NewKey,
    key: SigningKey,
}

fn caller() -> TokenCaller {
    TokenCaller {
        user: UserId(7),
        username: "John".to_owned(),
        uuid: UUID.to_owned(),
        is_super_user: false,
    }
}

impl Site {
    fn new(algorithm: SigningAlgorithm) -> Self {
        let new = SigningKey::generate(algorithm).unwrap();
        let public = VerifyingKey::of_jwk(&new.public).unwrap();
        assert_eq!(public.kid(), new.kid);
        let state = AccountState {
            caller: caller(),
            is_locked: false,
            tokens_not_before: Millis(0),
        };
        Self {
            users: Arc::new(Users {
                state: Mutex::new(state),
                keys: HashMap::from([(new.kid.clone(), Arc::new(public))]),
            }),
            clock: Clock::default(),
            key: SigningKey::open(new.kid.clone(), algorithm, &new.private).unwrap(),
            new,
        }
    }

    fn verifier<K: TokenKind>(&self, issuer: &IssuerSettings) -> Result<Verifier<K>, Fault> {
        let users: Arc<dyn TokenAuthority> = Arc::<Users>::clone(&self.users);
        Verifier::new(users, self.clock.clone(), issuer)
    }

    async fn check<K: TokenKind>(&self, token: &str) -> bool {
        is_good(
            &self.verifier::<K>(&IssuerSettings::default()).unwrap(),
            token,
        )
        .await
    }

    fn issue<K: TokenKind>(&self, life_s: i64) -> String {
        let issued = self.key.sign::<K>(&caller(), self.clock.now(), life_s);
        issued.unwrap().token.expose().to_owned()
    }

    fn good_claims(&self) -> Value {
        let now = self.clock.now();
        json!({
            "iss": ISSUER, "aud": "groups", "id": UUID, "iat": now.seconds(), "ims": now.0,
            "nbf": now.seconds(), "exp": now.seconds() + 3_600,
        })
    }

    fn good_header(&self) -> Value {
        json!({"alg": "EdDSA", "typ": "latchkey-bearer", "kid": self.new.kid})
    }

    /// Signs whatever it is told to, with our own key.
    fn forge(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let key = EncodingKey::from_ed_pem(self.new.private.expose().as_bytes()).unwrap();
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn hmac(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let key = EncodingKey::from_secret(secret);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut value = value.clone();
    if member.is_null() {
        value.as_object_mut().unwrap().remove(name);
    } else {
        value[name] = member;
    }
    value
}

async fn is_good<K: TokenKind>(verifier: &Verifier<K>, token: &str) -> bool {
    match verifier.verify(token).await {
        Ok(found) => {
            assert_eq!(found, caller());
            true
        }
        Err(Refused::Invalid) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn own_tokens_are_good_in_their_contract_and_no_other() {
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Rs256] {
        let site = Site::new(algorithm);
        let (bearer, rds) = (site.issue::<Bearer>(60), site.issue::<Rds>(60));
        assert!(site.check::<Bearer>(&bearer).await, "{algorithm}");
        assert!(site.check::<Rds>(&rds).await, "{algorithm}");
        assert!(!site.check::<Rds>(&bearer).await, "{algorithm}");
        assert!(!site.check::<Bearer>(&rds).await, "{algorithm}");
        let other = Site::new(algorithm);
        assert!(!other.check::<Bearer>(&bearer).await, "{algorithm}");
    }
}

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

#[tokio::test]
async fn time_and_the_account_end_tokens() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    assert!(!site.check::<Bearer>(&site.issue::<Bearer>(-31)).await);
    let token = site.issue::<Bearer>(60);
    site.clock.advance(Duration::from_secs(89));
    assert!(site.check::<Bearer>(&token).await);
    site.clock.advance(Duration::from_secs(2));
    assert!(!site.check::<Bearer>(&token).await);

    let token = site.issue::<Bearer>(60);
    site.users.state.lock().unwrap().is_locked = true;
    assert!(!site.check::<Bearer>(&token).await);
    site.users.state.lock().unwrap().is_locked = false;
    assert!(site.check::<Bearer>(&token).await);
    site.users.state.lock().unwrap().tokens_not_before = site.clock.now();
    assert!(!site.check::<Bearer>(&token).await);
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert!(site.check::<Bearer>(&site.issue::<Bearer>(60)).await);
}

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

#[tokio::test]
async fn unknown_keys_are_asked_for_once_in_ten_seconds() {
    let clock = Clock::default();
    let cache = KeyCache::new(clock.clone());
    let new = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
    let asked = AtomicUsize::new(0);
    let look = async |kid: &str, is_there: bool| {
        let found = cache.find(kid, || async {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(if is_there {
                vec![VerifyingKey::of_jwk(&new.public)?]
            } else {
                Vec::new()
            })
        });
        found.await.unwrap().is_some()
    };
    assert!(!look("x", false).await);
    assert!(!look("y", false).await);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    clock.advance(Duration::from_secs(10));
    assert!(look(&new.kid, true).await);
    assert!(look(&new.kid, false).await);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}
