//! Whether a signed token is good, and whose it is.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use jsonwebtoken::{Header, Validation};
use serde_json::{Map, Value};

use super::issuer::{IssuerSettings, SiteIssuer};
use super::keys::VerifyingKey;
use super::{ISSUER, LEEWAY_SECONDS, OWN_TYP_PREFIX, SESSION_CLAIM, TokenKind};
use crate::auth::SessionId;
use crate::auth::tokens::{AccountState, TokenAuthority, TokenCaller};
use crate::auth::who::Refused;
use crate::clock::Clock;
use crate::fault::Fault;

/// Characters of a token beyond which nobody looks at it; RSA ones have about 600.
const MAX_CHARS: usize = 8_192;

/// Checks tokens of the kind `K` for one contract. In the app's data as `web::Data<Verifier<K>>`.
pub struct Verifier<K> {
    authority: Arc<dyn TokenAuthority>,
    clock: Clock,
    own_tokens: bool,
    site: Option<SiteIssuer>,
    kind: PhantomData<fn() -> K>,
}

type Claims = Map<String, Value>;

impl<K: TokenKind> Verifier<K> {
    /// `issuer` is the contract's own table.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator when the issuer's settings make no sense.
    pub fn new(
        authority: Arc<dyn TokenAuthority>,
        clock: Clock,
        issuer: &IssuerSettings,
    ) -> Result<Self, Fault> {
        Ok(Self {
            authority,
            clock,
            own_tokens: issuer.own_tokens,
            site: SiteIssuer::of(issuer, K::CLAIM)?,
            kind: PhantomData,
        })
    }

    /// Whose token this is. The `typ` decides whether it is held against our keys or the site's;
    /// there is no second try.
    pub async fn verify(&self, token: &str) -> Result<TokenCaller, Refused> {
        if token.len() > MAX_CHARS {
            return Err(Refused::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_garbage| Refused::Invalid)?;
        // What a header declares critical must be understood, and we understand no extension.
        if header.crit.is_some() {
            return Err(Refused::Invalid);
        }
        let typ = header.typ.as_deref().unwrap_or_default();
        if typ.starts_with(OWN_TYP_PREFIX) {
            self.own(token, &header).await
        } else {
            self.foreign(token, &header).await
        }
    }

    async fn own(&self, token: &str, header: &Header) -> Result<TokenCaller, Refused> {
        if !self.own_tokens || header.typ.as_deref() != Some(K::TYP) {
            return Err(Refused::Invalid);
        }
        let kid = header.kid.as_deref().ok_or(Refused::Invalid)?;
        let key = self.authority.verifying_key(kid).await?;
        let key = key.ok_or(Refused::Invalid)?;
        let claims = signed_claims(token, header, &key).ok_or(Refused::Invalid)?;
        if claims.get("iss").and_then(Value::as_str) != Some(ISSUER)
            || claims.get("aud").and_then(Value::as_str) != Some(K::AUDIENCE)
        {
            return Err(Refused::Invalid);
        }
        self.check_times(&claims)?;
        let issued = number(&claims, "ims").ok_or(Refused::Invalid)?;
        // Tokens that say nothing of eras are of before there were any.
        let era = match claims.get("era") {
            None => 0,
            Some(_) => number(&claims, "era").ok_or(Refused::Invalid)?,
        };
        let session = match claims.get(SESSION_CLAIM) {
            None => None,
            Some(_) => Some(number(&claims, SESSION_CLAIM).ok_or(Refused::Invalid)?),
        };
        let whose = claims.get(K::CLAIM);
        let state = self
            .account(whose, Some(issued), session.map(SessionId))
            .await?;
        if state.token_era.is_some_and(|current| current != era) {
            return Err(Refused::Invalid);
        }
        Ok(state.caller)
    }

    async fn foreign(&self, token: &str, header: &Header) -> Result<TokenCaller, Refused> {
        let site = self.site.as_ref().ok_or(Refused::Invalid)?;
        let key = site
            .key(header.kid.as_deref(), header.alg)
            .ok_or(Refused::Invalid)?;
        let claims = signed_claims(token, header, key).ok_or(Refused::Invalid)?;
        let has = |claim: &str, wanted: &str| match claims.get(claim) {
            _ if wanted.is_empty() => true,
            Some(Value::String(one)) => one == wanted,
            Some(Value::Array(several)) => several.iter().any(|one| one == wanted),
            _ => false,
        };
        if !has("iss", &site.issuer) || !has("aud", &site.audience) {
            return Err(Refused::Invalid);
        }
        let impersonated = K::IMPERSONATION.filter(|claim| {
            let named = claims.get(*claim);
            named.is_some_and(|named| !named.is_null())
        });
        if let Some(claim) = impersonated {
            tracing::info!(
                claim,
                "a token of the site's issuer impersonates somebody and is refused"
            );
            return Err(Refused::Invalid);
        }
        let issued = self.check_times(&claims)?;
        let issued = issued.map(|seconds| seconds.saturating_mul(1_000));
        let state = self.account(claims.get(&site.claim), issued, None).await?;
        Ok(state.caller)
    }

    /// Not over, not from the future; answers when it was issued, in seconds. Libraries need not
    /// say that (RFC 7519, 4.1.6); then it counts from when it is good, if that is said.
    fn check_times(&self, claims: &Claims) -> Result<Option<i64>, Refused> {
        let time = |name| match claims.get(name) {
            None => Ok(None),
            Some(_) => number(claims, name).map(Some).ok_or(Refused::Invalid),
        };
        let (issued, from) = (time("iat")?, time("nbf")?);
        let expires = time("exp")?.ok_or(Refused::Invalid)?;
        let now = self.clock.now().seconds();
        let is_over = expires.saturating_add(LEEWAY_SECONDS) <= now;
        let latest = now.saturating_add(LEEWAY_SECONDS);
        let is_early = issued.max(from).is_some_and(|begin| begin > latest);
        if is_over || is_early {
            return Err(Refused::Invalid);
        }
        Ok(issued.or(from))
    }

    /// The account, if it is there, is not shut out, and has not ended its tokens since `issued`
    /// (milliseconds). One that has ended any has ended those that do not say when they were issued.
    /// The session that the token was made out of, if it was one, must be alive.
    async fn account(
        &self,
        claim: Option<&Value>,
        issued: Option<i64>,
        session: Option<SessionId>,
    ) -> Result<AccountState, Refused> {
        let subject = match claim {
            Some(Value::String(text)) => K::subject(text),
            Some(Value::Number(number)) => K::subject(&number.to_string()),
            _ => None,
        };
        let subject = subject.ok_or(Refused::Invalid)?;
        let state = self.authority.account_state(&subject, session).await?;
        state
            .filter(|state| {
                let ended = state.tokens_not_before.0;
                !state.is_locked && issued.map_or(ended == 0, |issued| issued > ended)
            })
            .ok_or(Refused::Invalid)
    }
}

impl<K> fmt::Debug for Verifier<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("has_site_issuer", &self.site.is_some())
            .finish_non_exhaustive()
    }
}

/// The claims of a token that this key signed with its own algorithm. Times are judged by the
/// caller, because tests own the clock.
fn signed_claims(token: &str, header: &Header, key: &VerifyingKey) -> Option<Claims> {
    if header.alg != key.algorithm {
        return None;
    }
    let mut validation = Validation::new(key.algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let data = jsonwebtoken::decode::<Claims>(token, &key.key, &validation).ok()?;
    Some(data.claims)
}

/// A whole number; the fraction that some libraries put into times is cut off.
fn number(claims: &Claims, name: &str) -> Option<i64> {
    let Value::Number(number) = claims.get(name)? else {
        return None;
    };
    match number.as_i64() {
        Some(whole) => Some(whole),
        None => number.to_string().split_once('.')?.0.parse().ok(),
    }
}
