//! What whoever comes in sends.

use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::wire::form::{Form, FromForm};

use super::wishes::secret;

/// `POST /v1/redemptions`.
#[derive(Debug)]
pub(crate) struct Redemption {
    pub(super) secret: Secret,
    /// The wanted name and password.
    pub(super) account: Option<(String, Secret)>,
}

impl Redemption {
    /// The call, known by what is asked but for the password: a fast hash of one is not kept anywhere.
    pub(super) fn fingerprinted(&self, call: OneCall) -> OneCall {
        let Some((username, _)) = &self.account else {
            return call;
        };
        let secret = TokenHash::of(self.secret.expose());
        let asked = format!("account {} {username}", secret.hex());
        OneCall {
            fingerprint: *TokenHash::of(&asked).as_bytes(),
            ..call
        }
    }
}

impl FromForm for Redemption {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        let secret = secret(form);
        let account = form.object("account", |form| {
            form.require("username");
            form.require("password");
            let username = form.text("username", 1, 256);
            let password = form.text("password", 1, 1_024);
            Some((username?, Secret::new(password?)))
        });
        Some(Self {
            secret: secret?,
            account,
        })
    }
}
