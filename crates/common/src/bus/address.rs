//! Where the bus is, as the setting `nats_url` says it.

use std::fmt;

use async_nats::ServerAddr;
use percent_encoding::percent_decode_str;

use crate::secret::Secret;

/// The servers of one NATS, and what they ask for. Credentials are kept apart from the addresses,
/// because the client writes addresses to its log.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) servers: Vec<ServerAddr>,
    pub(super) credentials: Option<Credentials>,
}

/// What stands before the `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    /// `nats://user:password@host`.
    User(String, Secret),
    /// `nats://token@host`.
    Token(Secret),
}

impl Address {
    /// Reads `nats://` and `tls://` URLs, separated by commas. The answer is `None` for an empty
    /// text: no bus.
    ///
    /// # Errors
    /// A sentence for the operator that quotes nothing of the text, because there may be a password
    /// in it.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        let mut servers = Vec::new();
        let mut credentials = None;
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (server, found) = server(part).ok_or(
                "must be nats://HOST:PORT or tls://HOST:PORT, several separated by commas",
            )?;
            if found.is_some() && credentials.is_some() && found != credentials {
                return Err("must name the same credentials for every server".to_owned());
            }
            credentials = found.or(credentials);
            servers.push(server);
        }
        Ok((!servers.is_empty()).then_some(Self {
            servers,
            credentials,
        }))
    }
}

/// One server without its credentials, and these.
fn server(text: &str) -> Option<(ServerAddr, Option<Credentials>)> {
    if !text.starts_with("nats://") && !text.starts_with("tls://") {
        return None;
    }
    let given: ServerAddr = text.parse().ok()?;
    let credentials = match (given.username(), given.password()) {
        (Some(user), Some(password)) => Some(Credentials::User(decoded(user)?, secret(password)?)),
        (Some(token), None) => Some(Credentials::Token(secret(token)?)),
        (None, _) => None,
    };
    let mut url = given.into_inner();
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let server = ServerAddr::from_url(url).ok()?;
    let is_bare = matches!(server.as_url_str().split_once("://"), Some((_, rest))
        if !rest.contains(['/', '?', '#']));
    (is_bare && !server.host().is_empty()).then_some((server, credentials))
}

fn decoded(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn secret(text: &str) -> Option<Secret> {
    decoded(text).map(Secret::new)
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.servers.iter().map(ServerAddr::as_url_str))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Address {
        Address::parse(text).unwrap().unwrap()
    }

    #[test]
    fn credentials_are_taken_out_of_the_address() {
        let address =
            parse("nats://latchkey:s%40lt@a:4222, tls://latchkey:s%40lt@b,nats://[::1]:1");
        let credentials = Credentials::User("latchkey".to_owned(), Secret::new("s@lt"));
        assert_eq!(address.credentials, Some(credentials));
        let shown = format!("{address:?}");
        assert_eq!(shown, r#"["nats://a:4222", "tls://b", "nats://[::1]:1"]"#);
        let token = parse("nats://t0ken@a:4222").credentials;
        assert_eq!(token, Some(Credentials::Token(Secret::new("t0ken"))));
    }

    #[test]
    fn mistakes_are_refused_without_a_word_of_them() {
        for bad in [
            "hunter2:4222",
            "http://a:hunter2@b",
            "nats://",
            "nats://a:hunter2",
            "nats://a:hunter2@b:1/c",
            "nats://a:hunter2@b,nats://a:hunter3@b",
            "nats://a:%ff-hunter2@b",
        ] {
            let trouble = Address::parse(bad).unwrap_err();
            assert!(!trouble.contains("hunter"), "{bad}: {trouble}");
        }
    }

    #[test]
    fn nothing_is_no_bus() {
        assert_eq!(Address::parse(""), Ok(None));
        assert_eq!(Address::parse(" , "), Ok(None));
    }
}
