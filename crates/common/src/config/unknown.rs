//! Keys that no defaults name: which one was meant, and which are not ours though they begin as ours do.

/// Mistakes of spelling that are still taken for one: a third of the letters, and no more than this.
const MOST_MISTAKES: usize = 4;

/// The known key that was meant by `key`, if one is near enough. Levels may be joined in any way.
pub(super) fn meant<'k>(key: &str, known: impl Iterator<Item = &'k String>) -> Option<&'k str> {
    let plain = |key: &str| {
        key.to_lowercase()
            .replace("__", "_")
            .replace(['.', '-'], "_")
    };
    let wanted = plain(key);
    let last = |key: &str| key.rsplit('.').next().unwrap_or(key).to_owned();
    let near = known.map(|known| {
        let spelt = plain(known);
        let mistakes = strsim::damerau_levenshtein(&spelt, &wanted);
        let is_near = mistakes <= MOST_MISTAKES && mistakes * 3 <= spelt.len();
        // A level may be missing, or be the wrong one.
        let is_at_another_place = last(known).contains('_') && wanted.ends_with(&last(known));
        let rank = if is_near { mistakes } else { MOST_MISTAKES + 1 };
        (rank, known.as_str(), is_near || is_at_another_place)
    });
    let near = near.filter(|(_, _, is_meant)| *is_meant);
    near.min().map(|(_, key, _)| key)
}

/// `key` in the spelling of a variable, with `end` behind it.
pub(super) fn as_variable(key: &str, end: &str) -> String {
    format!("LATCHKEY_{}{end}", key.replace('.', "__")).to_uppercase()
}

/// True for what Kubernetes tells every container of the services of its namespace: for one called `latchkey` or
/// `latchkey-users` these variables begin as settings do. `name` is without our prefix.
pub(super) fn is_service_link(name: &str, value: &str) -> bool {
    let name = format!("_{name}");
    if name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") {
        return true;
    }
    if name.contains("_SERVICE_PORT_") {
        return value.parse::<u16>().is_ok();
    }
    if name.ends_with("_PORT") && value.contains("://") {
        return true;
    }
    let mut ends = ["", "_PROTO", "_PORT", "_ADDR"].into_iter();
    ends.any(|end| {
        let rest = name.strip_suffix(end);
        rest.is_some_and(is_port_of_a_link)
    })
}

/// `…_PORT_8080_TCP`.
fn is_port_of_a_link(name: &str) -> bool {
    let mut words = name.rsplit('_');
    let (protocol, number, port) = (words.next(), words.next(), words.next());
    protocol.is_some_and(|word| matches!(word, "TCP" | "UDP" | "SCTP"))
        && number.is_some_and(|word| word.parse::<u16>().is_ok())
        && port == Some("PORT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_found() {
        let known: Vec<String> = [
            "listen",
            "public_url",
            "users.database_url",
            "users.login_failures",
            "channels.database_url",
            "discord.bot_token",
            "server.workers",
        ]
        .map(str::to_owned)
        .to_vec();
        for (given, expected) in [
            ("listem", Some("listen")),
            ("publc_url", Some("public_url")),
            ("users.database_ulr", Some("users.database_url")),
            ("users_database_url", Some("users.database_url")),
            ("users.login-failures", Some("users.login_failures")),
            ("server.worker", Some("server.workers")),
            ("servers.workers", Some("server.workers")),
            ("bot_token", Some("discord.bot_token")),
            ("server.public_url", Some("public_url")),
            ("colour", None),
            ("port", None),
            ("", None),
        ] {
            assert_eq!(meant(given, known.iter()), expected, "{given}");
        }
    }

    #[test]
    fn what_kubernetes_says_is_no_setting() {
        for (name, value) in [
            ("PORT", "tcp://10.0.0.1:8080"),
            ("SERVICE_HOST", "10.0.0.1"),
            ("SERVICE_PORT", "8080"),
            ("SERVICE_PORT_HTTP", "8080"),
            ("PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("PORT_8080_TCP_PROTO", "tcp"),
            ("PORT_8080_TCP_PORT", "8080"),
            ("PORT_8080_TCP_ADDR", "10.0.0.1"),
            ("PORT_4222_UDP", "udp://10.0.0.1:4222"),
            ("USERS_PORT", "tcp://10.0.0.1:8080"),
            ("USERS_SERVICE_HOST", "fd00::1"),
            ("USERS_SERVICE_PORT_INTERNAL", "9090"),
            ("USERS_PORT_9090_TCP_ADDR", "10.0.0.1"),
        ] {
            assert!(is_service_link(name, value), "{name}");
        }
        for (name, value) in [
            ("PORT", "8080"),
            ("SERVICE_KEY", "k"),
            ("SERVICES_PORT", "9090"),
            ("SERVICE_PORT_HTTP", "http"),
            ("PORT_HTTP_TCP", "x"),
            ("HOST", "10.0.0.1"),
            ("REPORT", "tcp://10.0.0.1:1"),
        ] {
            assert!(!is_service_link(name, value), "{name}");
        }
    }
}
