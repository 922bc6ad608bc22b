//! The public routes of a service in one contract, as a value: it configures the framework, and it
//! can be listed where nothing runs.
//!
//! ```text
//! Sitemap::of(&CONTRACT, [
//!     ("/api/channel/leave", post(members::leave)),
//!     ("/api/user/tokens", get(tokens::list).post(tokens::create)),
//! ])
//! ```

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use actix_web::Resource;
use actix_web::guard::fn_guard;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};

use super::Mount;
use super::calls::{Call, Calls};
use super::contract::{Beside, Contract};
use super::edge::Edge;
use super::settings::EdgeSettings;
use crate::fault::Fault;
use crate::wire::body::SmallBody;

/// The routes of a service in one contract. A path is matched by the first place that fits, so
/// those that swallow a rest come last.
#[derive(Clone)]
pub struct Sitemap {
    contract: &'static Contract,
    places: Vec<Place>,
    /// What the places lie below, the empty text first.
    prefixes: Vec<&'static str>,
}

#[derive(Clone)]
struct Place {
    /// The first is the one that the description has.
    paths: Vec<String>,
    calls: Calls,
}

impl Sitemap {
    /// These paths, whole, each with all its methods.
    pub fn of(
        contract: &'static Contract,
        places: impl IntoIterator<Item = (&'static str, Calls)>,
    ) -> Self {
        let place = |(path, calls): (&str, Calls)| Place {
            paths: vec![path.to_owned()],
            calls,
        };
        Self {
            contract,
            places: places.into_iter().map(place).collect(),
            prefixes: vec![""],
        }
    }

    /// The same with and without a slash at the end of every path.
    #[must_use]
    pub fn slash_or_none(mut self) -> Self {
        for place in &mut self.places {
            let Some(path) = place.paths.first() else {
                continue;
            };
            let other = match path.strip_suffix('/') {
                Some(bare) => bare.to_owned(),
                None => format!("{path}/"),
            };
            place.paths.push(other);
        }
        self
    }

    /// The same, and all of it again below `prefix`.
    #[must_use]
    pub fn again_below(mut self, prefix: &'static str) -> Self {
        self.prefixes.push(prefix);
        self
    }

    /// The contract that is served.
    pub fn contract(&self) -> &'static Contract {
        self.contract
    }

    /// Method and path of every call, as the contract's description has them.
    pub fn calls(&self) -> impl Iterator<Item = (&Method, String)> {
        self.places.iter().flat_map(|place| {
            let path = place.paths.first().map(|path| template(path));
            let calls = place.calls.calls.iter();
            calls.filter_map(move |call| Some((&call.method, path.clone()?)))
        })
    }

    /// Those of [`Sitemap::calls`] that are limited by rate: each may be answered 429.
    pub fn limited(&self) -> impl Iterator<Item = (&Method, String)> {
        self.places.iter().flat_map(|place| {
            let path = place.paths.first().map(|path| template(path));
            let calls = place
                .calls
                .calls
                .iter()
                .filter(|call| call.bounds.limit.is_some());
            calls.filter_map(move |call| Some((&call.method, path.clone()?)))
        })
    }

    /// Those of [`Sitemap::calls`] whose answers may be long.
    pub fn long(&self) -> impl Iterator<Item = (&Method, String)> {
        self.places.iter().flat_map(|place| {
            let path = place.paths.first().map(|path| template(path));
            let calls = place.calls.calls.iter().filter(|call| call.bounds.is_long);
            calls.filter_map(move |call| Some((&call.method, path.clone()?)))
        })
    }

    /// Every path that is routed, and whether an answer there may be endless. Parts in braces are
    /// variable.
    pub fn paths(&self) -> impl Iterator<Item = (String, bool)> {
        self.prefixes.iter().flat_map(move |prefix| {
            self.places.iter().flat_map(move |place| {
                let is_endless = place.calls.calls.iter().any(|call| call.is_endless);
                let paths = place.paths.iter();
                paths.map(move |path| (format!("{prefix}{path}"), is_endless))
            })
        })
    }

    /// How people are answered at the place, if it is at a path of another contract, for them alone.
    fn beside(&self, place: &Place) -> Option<Beside> {
        let mut paths = place.paths.iter();
        paths.find_map(|path| self.contract.beside(path))
    }

    fn configure(&self, config: &mut ServiceConfig) {
        for prefix in &self.prefixes {
            for place in &self.places {
                let paths = place.paths.iter().map(|path| format!("{prefix}{path}"));
                let routes = place.calls.calls.iter().flat_map(Call::routes);
                let resource = web::resource(paths.collect::<Vec<_>>());
                let mut resource = routes.fold(resource, Resource::route);
                if place.calls.has_small_bodies {
                    resource = resource.app_data(SmallBody);
                }
                if let Some(beside) = self.beside(place) {
                    resource = resource.guard(fn_guard(move |ctx| beside.answers(ctx.head())));
                }
                config.service(resource);
            }
        }
    }
}

impl fmt::Debug for Sitemap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = self.paths().map(|(path, _)| path);
        write!(f, "{} ", self.contract.name)?;
        f.debug_list().entries(paths).finish()
    }
}

/// The path without the patterns of its variable parts.
fn template(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        let name = name.split(':').next().unwrap_or_default();
        text.extend(["{", name, "}", rest]);
    }
    text
}

/// Makes the contracts of these routes the ones that the server speaks, and answers what serves the
/// routes and the contracts' descriptions. Done once, before anything is served.
///
/// # Errors
/// `Internal` for a path that is not its contract's, or that is there twice, and for a limit that the
/// settings do not have.
pub fn publish(sitemaps: Vec<Sitemap>, edge: &Edge) -> Result<Mount, Fault> {
    let mut contracts: Vec<&'static Contract> = Vec::new();
    for contract in sitemaps.iter().map(Sitemap::contract) {
        if !contracts.iter().any(|known| std::ptr::eq(*known, contract)) {
            contracts.push(contract);
        }
    }
    check(&sitemaps, &contracts, edge.settings())?;
    edge.speak(contracts.clone());
    let paths = sitemaps.iter().flat_map(Sitemap::paths);
    let endless = paths.filter_map(|(path, is_endless)| is_endless.then_some(path));
    edge.note_endless(endless.collect());
    Ok(Arc::new(move |config| {
        // The first place that fits answers: those for people alone go before what programs ask there.
        let (beside, rest): (Vec<_>, Vec<_>) = sitemaps
            .iter()
            .partition(|sitemap| !sitemap.contract.beside.is_empty());
        for sitemap in beside.into_iter().chain(rest) {
            sitemap.configure(config);
        }
        for contract in &contracts {
            contract.describe(config);
        }
    }))
}

/// Refuses what cannot be served: a path that is not its contract's, or that is there twice, and a
/// limit that nobody has set.
fn check(
    sitemaps: &[Sitemap],
    contracts: &[&'static Contract],
    settings: &EdgeSettings,
) -> Result<(), Fault> {
    let mut seen = HashSet::new();
    for sitemap in sitemaps {
        let calls = sitemap.places.iter().flat_map(|place| &place.calls.calls);
        for name in calls.filter_map(|call| call.bounds.limit) {
            if !settings.limits.rates.contains_key(name) {
                return Err(Fault::internal(format!(
                    "the settings have no limits.{name}"
                )));
            }
        }
        for (path, _) in sitemap.paths() {
            let owner = Contract::speaking(contracts, &path);
            if sitemap.contract.beside(&path).is_some() {
                continue;
            }
            if !std::ptr::eq(owner, sitemap.contract) {
                let name = sitemap.contract.name;
                let said = format!("{path} is no path of the contract {name}: see its paths");
                return Err(Fault::internal(said));
            }
            if !seen.insert(path.clone()) {
                return Err(Fault::internal(format!("{path} is routed twice")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use actix_web::HttpResponse;

    use super::*;
    use crate::config::Settings;
    use crate::server::{Paths, Root, get, post};

    static TOYS: Contract = Contract {
        name: "toys",
        document: None,
        paths: Paths::Roots(&[Root::Below("/toys"), Root::Below("/again")]),
        beside: &[],
        guards_strangers: false,
        refuse: |_, _| HttpResponse::NotFound().finish(),
        page: |_, refusal| Err(refusal),
    };

    async fn answer() -> HttpResponse {
        HttpResponse::Ok().finish()
    }

    fn at(path: &'static str) -> Sitemap {
        Sitemap::of(&TOYS, [(path, get(answer))])
    }

    #[test]
    fn what_cannot_be_served_is_refused() {
        let settings = Settings::load(&[], None, []).unwrap().edge().unwrap();
        let refused = |sitemaps: &[Sitemap]| check(sitemaps, &[&TOYS], &settings).is_err();
        assert!(!refused(&[at("/toys"), at("/toys/{id}")]));
        assert!(refused(&[at("/toy")]));
        assert!(refused(&[at("/toys"), at("/toys")]));
        assert!(refused(&[at("/toys/a/"), at("/toys/a").slash_or_none()]));
        assert!(refused(&[at("/toys").again_below("/api")]));
        // Of two contracts each has its own paths.
        assert!(check(&[at("/toys")], &[], &settings).is_err());
        let limited = |name| [Sitemap::of(&TOYS, [("/toys", get(answer).limited(name))])];
        assert!(!refused(&limited("login")) && refused(&limited("no_such")));
    }

    #[test]
    fn a_sitemap_can_be_listed() {
        let toy = get(answer).delete(answer);
        let places = [
            ("/toys/{id:.+}/-/parts", toy),
            ("/toys", post(answer).endless()),
        ];
        let map = Sitemap::of(&TOYS, places)
            .slash_or_none()
            .again_below("/again");
        let calls: Vec<String> = map
            .calls()
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        let parts = "/toys/{id}/-/parts";
        assert_eq!(
            calls,
            [
                format!("GET {parts}"),
                format!("DELETE {parts}"),
                "POST /toys".to_owned()
            ]
        );
        let paths: Vec<(String, bool)> = map.paths().collect();
        assert_eq!(paths.len(), 8);
        assert_eq!(paths[2], ("/toys".to_owned(), true));
        assert_eq!(paths[7], ("/again/toys/".to_owned(), true));
        assert_eq!(paths[5], ("/again/toys/{id:.+}/-/parts/".to_owned(), false));
    }
}
