//! Roles of `PostgreSQL`, their passwords, and the URLs that carry them. A service has a database
//! and two roles: one that serves and may change rows, and one that owns the tables and migrates.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TOKEN_BYTES, random_bytes};
use latchkey_peers::plan::Service;

use super::files::Files;
use latchkey_process::Trouble;

/// Where the server is and how it is spoken to.
pub(crate) struct Postgres<'a> {
    /// Host, or host and port.
    pub(crate) place: &'a str,
    /// `sslmode` of the URLs; without it they say nothing.
    pub(crate) sslmode: Option<&'a str>,
    /// `sslrootcert` of the URLs.
    pub(crate) sslrootcert: Option<&'a str>,
}

impl Postgres<'_> {
    /// Refuses what would make a URL that means something else.
    pub(super) fn check(&self) -> Result<(), Trouble> {
        let odd = |text: &str| {
            text.is_empty()
                || text
                    .chars()
                    .any(|c| c.is_whitespace() || c.is_control() || "@?&#%'\"\\".contains(c))
        };
        if odd(self.place) || self.place.contains('/') {
            return Err(Trouble::said(
                "--postgres must be a host, or a host and a port, such as db.example:5432",
            ));
        }
        if self.sslrootcert.is_some_and(odd) {
            return Err(Trouble::said("--sslrootcert must be a plain path"));
        }
        Ok(())
    }

    fn url(&self, role: &str, database: &str, password: &Secret) -> Secret {
        let asks = [("sslmode", self.sslmode), ("sslrootcert", self.sslrootcert)];
        let query: Vec<String> = asks
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        Secret::new(format!(
            "postgres://{role}:{}@{}/{database}{mark}{}",
            password.expose(),
            self.place,
            query.join("&"),
        ))
    }
}

pub(super) fn make(files: &Files<'_>, postgres: &Postgres<'_>) -> Result<(), Trouble> {
    files.keep("postgres/admin.password", password)?;
    for service in Service::ALL.map(Service::name) {
        let database = format!("latchkey_{service}");
        let owner = format!("{database}_owner");
        for (folder, role) in [
            (service.to_owned(), &database),
            (format!("{service}-migrations"), &owner),
        ] {
            let url = format!("{folder}/database-url");
            // A URL that is there is good for a password that is there, or for a server of the
            // operator's own, whose passwords are not ours to make.
            if files.read(&url)?.is_none() {
                let password = files.keep(&format!("postgres/{role}.password"), password)?;
                files.keep(&url, || Ok(postgres.url(role, &database, &password)))?;
            }
        }
    }
    Ok(())
}

/// Letters, digits, `-` and `_`: needs no quoting in a URL or in SQL.
fn password() -> Result<Secret, Fault> {
    let bytes = random_bytes::<TOKEN_BYTES>()?;
    Ok(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
}
