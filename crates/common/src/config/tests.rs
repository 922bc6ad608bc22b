use std::fs;

use super::*;
use crate::db::Location;

const USERS: &str = "[users]
database_url = \"\"
session_cap = 10
patience_ms = 20
word = \"\"
inner.api_token = \"\"
";
const CHANNELS: &str = "[channels]\ndatabase_url = \"\"\n";

fn env(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)))
        .collect()
}

fn load(pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    Settings::load(&[USERS, CHANNELS], None, env(pairs))
}

fn with_file(text: &str, pairs: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let name = format!(
        "latchkey-config-{}.toml",
        crate::secret::new_token().unwrap().0.expose()
    );
    let path = std::env::temp_dir().join(name);
    fs::write(&path, text).unwrap();
    let settings = Settings::load(&[USERS, CHANNELS], Some(&path), env(pairs));
    fs::remove_file(&path).unwrap();
    settings
}

fn refusal<T>(outcome: Result<T, ConfigError>) -> String {
    outcome
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn the_defaults_are_whole() {
    let settings = load(&[]).unwrap();
    let edge = settings.edge().unwrap();
    assert_eq!(edge.public_url(), "http://127.0.0.1:8080");
    assert!(edge.limits.are_on && !edge.cookies().secure);
    assert_eq!(edge.session_life, Duration::from_hours(168));
    assert_eq!(edge.session_longest, Duration::from_hours(24 * 90));
    settings.log().unwrap();
    let db = settings.db_settings("users").unwrap();
    assert_eq!(db.location, Location::Sqlite("./data/users.db".into()));
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Users {
    session_cap: u32,
    patience_ms: NonZeroU64,
    word: Word,
    inner: Inner,
}

#[derive(serde::Deserialize)]
enum Word {
    #[serde(rename = "")]
    None,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Inner {
    api_token: Word,
}

impl Table for Users {
    const NAME: &'static str = "users";

    fn check(&self) -> Result<(), Misfit> {
        Misfit::of_zeros(&[("session_cap", self.session_cap > 0)])
    }
}

#[test]
fn later_layers_win() {
    let text =
        "listen = \"0.0.0.0:1\"\npublic_url = \"https://a.example/\"\n[server]\nworkers = 3\n";
    let settings = with_file(
        text,
        &[
            ("LATCHKEY_LISTEN", "0.0.0.0:2"),
            (
                "LATCHKEY_ALLOWED_ORIGINS",
                "https://x.example, http://localhost:5000",
            ),
            ("LATCHKEY_USERS__SESSION_CAP", "4"),
            ("LATCHKEY_LIMITS__LOGIN__COUNT", "5"),
            ("LATCHKEY_TEST_POSTGRES_URL", "x"),
            ("LATCHKEY_CONFIG", "x"),
            ("HOME", "/"),
        ],
    )
    .unwrap();
    let edge = settings.edge().unwrap();
    assert_eq!(edge.listen, "0.0.0.0:2");
    assert_eq!(edge.public_url(), "https://a.example");
    assert!(edge.cookies().secure);
    assert_eq!(
        edge.server.workers.map(std::num::NonZeroUsize::get),
        Some(3)
    );
    assert_eq!(edge.allowed_origins.len(), 2);
    assert_eq!(edge.limits.rates["login"].count.get(), 5);
    assert_eq!(settings.table::<Users>().unwrap().session_cap, 4);
}

#[test]
fn unknown_keys_are_refused_by_name() {
    assert!(refusal(load(&[("LATCHKEY_LISTEM", "x")])).contains("LATCHKEY_LISTEM"));
    assert!(refusal(load(&[("LATCHKEY_LISTEN_FILE", "x")])).contains("LATCHKEY_LISTEN_FILE"));
    assert!(refusal(with_file("[server]\nworker = 1", &[])).contains("server.worker"));
    assert!(refusal(with_file("[servers]\nworkers = 1", &[])).contains("servers.workers"));
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    for (name, meant) in [
        ("LATCHKEY_LISTEM", "LATCHKEY_LISTEN"),
        ("LATCHKEY_SERVER_WORKERS", "LATCHKEY_SERVER__WORKERS"),
        ("LATCHKEY_MASTERKEY_FILE", "LATCHKEY_MASTER_KEY_FILE"),
        ("LATCHKEY_LISTEN_FILE", "LATCHKEY_LISTEN"),
    ] {
        let said = refusal(load(&[(name, "x")]));
        assert!(said.ends_with(&format!("did you mean {meant}?")), "{said}");
    }
    let said = refusal(with_file("[server]\nworker = 1", &[]));
    assert!(said.ends_with("did you mean server.workers?"), "{said}");
    let said = refusal(load(&[("LATCHKEY_PORT", "8080")]));
    assert!(said.contains("unknown setting LATCHKEY_PORT"), "{said}");
}

#[test]
fn what_kubernetes_puts_into_pods_is_passed_over() {
    let links = [
        ("LATCHKEY_PORT", "tcp://10.96.7.1:80"),
        ("LATCHKEY_PORT_80_TCP", "tcp://10.96.7.1:80"),
        ("LATCHKEY_PORT_80_TCP_ADDR", "10.96.7.1"),
        ("LATCHKEY_SERVICE_HOST", "10.96.7.1"),
        ("LATCHKEY_SERVICE_PORT_HTTP", "80"),
        ("LATCHKEY_USERS_SERVICE_HOST", "10.96.7.2"),
    ];
    let with = load(&links).unwrap();
    assert_eq!(with.origins(), load(&[]).unwrap().origins());
}

#[test]
fn values_that_do_not_fit_are_refused() {
    for (name, value) in [
        ("LATCHKEY_SERVER__WORKERS", "many"),
        ("LATCHKEY_SERVER__WORKERS", "-1"),
        ("LATCHKEY_SERVER__BODY_LIMIT_BYTES", "0"),
        ("LATCHKEY_RATE_LIMITS", "maybe"),
        ("LATCHKEY_LISTEN", "8080"),
        ("LATCHKEY_INTERNAL_LISTEN", "127.0.0.1:8080"),
        ("LATCHKEY_PUBLIC_URL", "chat.example"),
        ("LATCHKEY_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("LATCHKEY_ALLOWED_ORIGINS", "*"),
        ("LATCHKEY_LIMITS__LOGIN__PERIOD_SECONDS", "0"),
    ] {
        let said = refusal(load(&[(name, value)]).and_then(|settings| settings.edge()));
        assert!(said.contains(name), "{name}={value}: {said}");
    }
    assert!(refusal(with_file("listen = 5", &[])).contains("listen"));
    assert!(refusal(with_file("listen = ", &[])).contains("latchkey-config"));
    assert!(
        refusal(load(&[("LATCHKEY_LOG__LEVEL", "loud=very")]).and_then(|s| s.log()))
            .contains("LOG__LEVEL")
    );
}

#[test]
fn origins_that_no_cookie_would_reach_are_refused() {
    let edge = |public: &str, origin: &str| {
        let settings = load(&[
            ("LATCHKEY_PUBLIC_URL", public),
            ("LATCHKEY_ALLOWED_ORIGINS", origin),
        ]);
        settings.and_then(|settings| settings.edge())
    };
    for origin in [
        "https://app.example",
        "http://app.example",
        "https://chat.example",
    ] {
        let said = refusal(edge("http://chat.example", origin));
        for part in [
            "LATCHKEY_ALLOWED_ORIGINS",
            origin,
            "http://chat.example",
            "https",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
    for (public, origin) in [
        ("https://chat.example", "https://app.example"),
        ("http://chat.town.example", "http://app.town.example"),
        ("http://chat.example", "http://chat.example:5000"),
        ("http://127.0.0.1:8080", "http://localhost:5000"),
        ("", "https://app.example"),
    ] {
        assert!(edge(public, origin).is_ok(), "{public} {origin}");
    }
}

#[test]
fn a_table_blames_the_value_that_is_wrong() {
    let good = [
        ("LATCHKEY_USERS__SESSION_CAP", "4"),
        ("LATCHKEY_USERS__DATABASE_URL", "postgres://h/d"),
    ];
    for (name, value, says) in [
        ("LATCHKEY_USERS__PATIENCE_MS", "0", "nonzero"),
        ("LATCHKEY_USERS__WORD", "loud", "`loud`"),
        ("LATCHKEY_USERS__SESSION_CAP", "0", "must be at least 1"),
        (
            "LATCHKEY_USERS__INNER__API_TOKEN",
            "geheim",
            "cannot be used",
        ),
    ] {
        let settings = load(&[&good[..], &[(name, value)]].concat()).unwrap();
        let said = refusal(settings.table::<Users>());
        let key = name.trim_start_matches("LATCHKEY_").to_lowercase();
        let begins = format!("the setting {} (variable {name}) ", key.replace("__", "."));
        assert!(said.starts_with(&begins) && said.contains(says), "{said}");
        assert!(!said.contains("geheim"), "{said}");
    }
    let both = with_file(
        "[users]\nsession_cap = -1",
        &[("LATCHKEY_USERS__WORD", "loud")],
    );
    let said = refusal(both.unwrap().table::<Users>());
    assert!(said.contains("users.session_cap (file "), "{said}");
}

#[test]
fn secrets_come_from_files_and_are_masked() {
    let path = std::env::temp_dir().join(format!("latchkey-secret-{}", std::process::id()));
    fs::write(&path, "geheim\n").unwrap();
    let file = path.to_str().unwrap();
    let settings = load(&[("LATCHKEY_MASTER_KEY_FILE", file)]).unwrap();
    assert_eq!(
        settings.secret("master_key").unwrap().unwrap().expose(),
        "geheim"
    );
    assert!(!format!("{settings:?}").contains("geheim"));
    let line = settings
        .origins()
        .into_iter()
        .find(|line| line.key == "master_key")
        .unwrap();
    assert_eq!(
        (line.value.as_str(), line.place),
        ("\"***\"", Place::File(path.clone()))
    );
    assert!(
        refusal(load(&[
            ("LATCHKEY_MASTER_KEY_FILE", file),
            ("LATCHKEY_MASTER_KEY", "x")
        ]))
        .contains("twice")
    );
    fs::remove_file(&path).unwrap();
    assert!(refusal(load(&[("LATCHKEY_MASTER_KEY_FILE", file)])).contains(file));
    assert!(load(&[]).unwrap().secret("master_key").unwrap().is_none());
}

#[test]
fn a_broken_file_is_not_quoted() {
    for broken in [
        "[users]\nword = \"geheim",
        "[users]\nword = \"geheim\"\nword = \"geheim\"",
        "[users]\nword = geheim",
        "[users]\nword = \"geheim\" x",
    ] {
        let said = refusal(with_file(broken, &[]));
        assert!(said.contains("line") && !said.contains("geheim"), "{said}");
    }
}

#[test]
fn the_bus_is_named_in_secret() {
    let edge = |url| load(&[("LATCHKEY_NATS_URL", url)]).and_then(|settings| settings.edge());
    assert!(edge("").unwrap().nats.is_none());
    let named = edge("nats://u:geheim@a:4222,nats://b:4222").unwrap();
    assert!(named.nats.is_some() && !format!("{named:?}").contains("geheim"));
    let said = refusal(edge("http://u:geheim@a"));
    assert!(
        said.contains("LATCHKEY_NATS_URL") && !said.contains("geheim"),
        "{said}"
    );
    let settings = load(&[("LATCHKEY_NATS_URL", "nats://u:geheim@a")]).unwrap();
    assert!(!format!("{settings:?}").contains("geheim"));
}

#[test]
fn one_postgres_gets_a_schema_a_service() {
    let (users, channels) = (
        "LATCHKEY_USERS__DATABASE_URL",
        "LATCHKEY_CHANNELS__DATABASE_URL",
    );
    let url = "postgres://u:geheim@h/d";
    let both = load(&[(users, url), (channels, url)]).unwrap();
    assert_eq!(
        both.db_settings("users").unwrap().schema.as_deref(),
        Some("users")
    );
    assert!(!format!("{both:?}").contains("geheim"));
    let two = load(&[(users, url), (channels, "postgres://h/other")]).unwrap();
    assert_eq!(two.db_settings("users").unwrap().schema, None);
    let wrong = load(&[(users, "mysql://geheim")]).unwrap();
    let said = refusal(wrong.db_settings("users"));
    assert!(said.contains(users) && !said.contains("geheim"), "{said}");
}
