mod forged;
mod issuers;

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::*;
use crate::auth::tokens::{AccountState, ApiCaller, TokenAuthority};
use crate::auth::who::Refused;
use crate::auth::{SessionId, UserId};
use crate::clock::{Clock, Millis};
use crate::fault::Fault;
use crate::secret::TokenHash;

/// A kind that names people by UUID.
enum Bearer {}

impl TokenKind for Bearer {
    const TYP: &'static str = "latchkey-bearer";
    const AUDIENCE: &'static str = "groups";
    const CLAIM: &'static str = "id";

    fn subject(value: &str) -> Option<Subject> {
        let uuid = uuid::Uuid::try_parse(value).ok()?;
        Some(Subject::Uuid(uuid.hyphenated().to_string()))
    }

    fn claim_of(caller: &TokenCaller) -> String {
        caller.uuid.clone()
    }

    fn read(_: &HttpRequest) -> Result<&str, Refused> {
        Err(Refused::Missing)
    }
}

/// A kind that names people by number.
enum Rds {}

impl TokenKind for Rds {
    const TYP: &'static str = "latchkey-rds-session";
    const AUDIENCE: &'static str = "discord";
    const CLAIM: &'static str = "userId";
    const IMPERSONATION: Option<&'static str> = Some("impersonatedUserId");

    fn subject(value: &str) -> Option<Subject> {
        Some(Subject::Id(UserId(value.parse().ok()?)))
    }

    fn claim_of(caller: &TokenCaller) -> String {
        caller.user.to_string()
    }

    fn read(_: &HttpRequest) -> Result<&str, Refused> {
        Err(Refused::Missing)
    }
}

const UUID: &str = "0b1f3c5e-7a92-4d10-8e66-4b0c2f9d1a77";

/// One account, and the keys of [`Site`].
struct Users {
    state: Mutex<AccountState>,
    /// The session that is alive.
    session: SessionId,
    keys: HashMap<String, Arc<VerifyingKey>>,
}

#[async_trait]
impl TokenAuthority for Users {
    async fn resolve_api_token(&self, _: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        Ok(None)
    }

    async fn account_state(
        &self,
        subject: &Subject,
        session: Option<SessionId>,
    ) -> Result<Option<AccountState>, Fault> {
        let state = self.state.lock().unwrap().clone();
        let is_him = match subject {
            Subject::Id(id) => *id == state.caller.user,
            Subject::Uuid(uuid) => *uuid == state.caller.uuid,
        };
        let is_alive = session.is_none_or(|session| session == self.session);
        Ok((is_him && is_alive).then_some(state))
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
            token_era: Some(0),
        };
        Self {
            users: Arc::new(Users {
                state: Mutex::new(state),
                session: SessionId(9),
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
        self.issue_in::<K>(life_s, None)
    }

    fn issue_in<K: TokenKind>(&self, life_s: i64, session: Option<SessionId>) -> String {
        let state = self.users.state.lock().unwrap().clone();
        let stamp = Stamp {
            at: self.clock.now(),
            ended: state.tokens_not_before,
            era: state.token_era.unwrap(),
        };
        let issued = self.key.sign::<K>(&caller(), stamp, life_s, session);
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

#[tokio::test]
async fn a_token_is_good_in_its_era_whatever_the_clocks_say() {
    let site = Site::new(SigningAlgorithm::EdDsa);
    let (header, claims) = (site.good_header(), site.good_claims());
    let set = |era, not_before| {
        let mut state = site.users.state.lock().unwrap();
        (state.token_era, state.tokens_not_before) = (era, not_before);
    };
    let (old, now) = (site.issue::<Bearer>(60), site.clock.now());
    // One that says nothing of eras is of before the first.
    let oldest = site.forge(&header, &claims);
    for (era, wanted) in [(Some(0), true), (None, true), (Some(1), false)] {
        set(era, now.minus(Duration::from_hours(2)));
        assert_eq!(site.check::<Bearer>(&old).await, wanted, "{era:?}");
        assert_eq!(site.check::<Bearer>(&oldest).await, wanted, "{era:?}");
    }
    // Tokens ended at a time that is still to come.
    set(Some(1), now.plus(Duration::from_hours(2)));
    let new = site.issue::<Bearer>(60);
    assert!(site.check::<Bearer>(&new).await);
    for bad in [json!(2), json!("1"), json!(null)] {
        let other = site.forge(&header, &with(&claims, "era", bad.clone()));
        assert!(!site.check::<Bearer>(&other).await, "{bad}");
    }
    set(Some(2), now.plus(Duration::from_hours(2)));
    assert!(!site.check::<Bearer>(&new).await);
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
