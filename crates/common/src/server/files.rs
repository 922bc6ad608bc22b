//! Open files: the limit, raised as far as the system lets us, and how the listeners share it.
//! Whatever clients do, databases, jobs and probes have theirs.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::settings::ServerSettings;

/// Connections for probes and the operator where no other service calls.
const PROBES: usize = 64;

/// A machine with next to no files serves all the same.
const FEWEST_CALLS: usize = 16;

/// Far above what a peer answers at once: a second of work for it, at a millisecond a call.
const MOST_CALLS: usize = 1024;

/// How many files may be open, after the soft limit was raised to the hard one: an idle live stream
/// is an open file, and ten thousand of them are nothing else.
pub(super) fn raise_limit() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Where that is refused, the limit that there is holds.
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    current.map_or(usize::MAX, |files| {
        usize::try_from(files).unwrap_or(usize::MAX)
    })
}

/// How many calls to one other service may be in flight, questions and acts apart: a service asks two at most, so
/// all of them together take no more than the quarter of the files that [`Shares`] leaves to them.
pub(crate) fn calls_to_peers() -> usize {
    (raise_limit() / 16).clamp(FEWEST_CALLS, MOST_CALLS)
}

/// How many connections there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shares {
    /// At the public listener.
    pub(super) public: usize,
    /// Of one address there; `None` is as many as there are in all.
    pub(super) per_address: Option<usize>,
    /// At the internal listener.
    pub(super) internal: usize,
}

impl Shares {
    /// Shares `limit` files. Where other services are called and call, a quarter is theirs in each
    /// direction.
    pub(super) fn of(limit: usize, settings: &ServerSettings, has_peers: bool) -> Self {
        let files = limit - settings.reserved_files.min(limit / 2);
        let quarter = files / 4;
        let (internal, rest) = if has_peers {
            (quarter, quarter * 2)
        } else {
            let internal = quarter.min(PROBES);
            (internal, files - internal)
        };
        let public = rest.min(settings.connections).max(1);
        // One address alone never takes all.
        let most = (public / 2).max(1);
        Self {
            public,
            per_address: settings
                .connections_per_address
                .map(|some| some.get().min(most)),
            internal,
        }
    }

    /// Says what is in force, and when it is less than the settings ask for.
    pub(super) fn tell(&self, limit: usize, settings: &ServerSettings) {
        let Self {
            public, internal, ..
        } = *self;
        let per_address = self.per_address.unwrap_or(public);
        tracing::info!(
            files = limit,
            public,
            per_address,
            internal,
            "connections at most"
        );
        if public < settings.connections {
            tracing::warn!(
                "the limit of {limit} open files (ulimit -n) allows {public} connections, not the {} \
                 of server.connections",
                settings.connections
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::config::Settings;

    fn shares(limit: usize, has_peers: bool) -> Shares {
        let settings = Settings::load(&[], None, []).unwrap();
        Shares::of(limit, &settings.edge().unwrap().server, has_peers)
    }

    #[test]
    fn the_limit_is_at_its_highest() {
        let raised = raise_limit();
        assert_eq!(raise_limit(), raised);
        let limit = getrlimit(Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }

    #[test]
    fn connections_never_take_all_files() {
        for limit in [2, 16, 256, 1024, 20_000, 1_048_576, usize::MAX] {
            for has_peers in [false, true] {
                let Shares {
                    public, internal, ..
                } = shares(limit, has_peers);
                let rest = limit - public - internal;
                assert!(rest >= 256.min(limit / 2), "{limit}: {rest}");
                assert!(public > 0 && public <= 16_384, "{limit}: {public}");
                assert!(!has_peers || rest >= internal, "calls to peers: {limit}");
            }
        }
    }

    #[test]
    fn ten_thousand_streams_fit_where_files_allow_them() {
        let of_one = shares(20_000, false);
        assert_eq!((of_one.public, of_one.internal), (16_384, 64));
        assert_eq!(of_one.per_address, Some(1000));
        assert!(shares(1_048_576, true).public >= 10_000);
    }

    #[test]
    fn one_address_has_half_at_most() {
        let few = shares(1024, false);
        assert_eq!((few.public, few.per_address), (704, Some(352)));
        let settings = Settings::load(&[], None, [])
            .unwrap()
            .edge()
            .unwrap()
            .server;
        let open = ServerSettings {
            connections_per_address: None,
            ..settings
        };
        assert_eq!(Shares::of(1024, &open, false).per_address, None);
        let one = ServerSettings {
            connections_per_address: NonZeroUsize::new(1),
            ..settings
        };
        assert_eq!(Shares::of(1024, &one, false).per_address, Some(1));
    }
}
