//! What a path of a sitemap takes.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, Route, web};

use super::limited::{Bounds, Limited};
use super::rate_fields::Told;

/// What a path takes: a handler a method.
#[derive(Clone, Default)]
pub struct Calls {
    pub(super) calls: Vec<Call>,
    pub(super) has_small_bodies: bool,
}

#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) is_endless: bool,
    pub(super) bounds: Bounds,
    /// Makes the route of a method, with its bounds if it has some.
    route: Arc<dyn Fn(Method, Bounds) -> Route + Send + Sync>,
}

impl Call {
    /// What is answered to `GET` is answered to `HEAD`.
    pub(super) fn routes(&self) -> impl Iterator<Item = Route> {
        let head = (self.method == Method::GET).then_some(Method::HEAD);
        let methods = std::iter::once(self.method.clone()).chain(head);
        methods.map(|method| (self.route)(method, self.bounds))
    }
}

impl Calls {
    fn and<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args> + Send + Sync,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.calls.push(Call {
            method,
            is_endless: false,
            bounds: Bounds::default(),
            route: Arc::new(move |method, bounds| {
                let (route, handler) = (web::method(method), handler.clone());
                if bounds == Bounds::default() {
                    route.to(handler)
                } else {
                    route.to(Limited::new(bounds, handler))
                }
            }),
        });
        self
    }

    /// The answers to the method named last go on for as long as somebody listens: gateways must
    /// not end them.
    #[must_use]
    pub fn endless(mut self) -> Self {
        if let Some(call) = self.calls.last_mut() {
            call.is_endless = true;
        }
        self
    }

    /// Calls of the method named last are limited by rate for each client address, as the settings'
    /// table `limits.<name>` says. Who may call and what was sent is looked at first.
    #[must_use]
    pub fn limited(mut self, name: &'static str) -> Self {
        if let Some(call) = self.calls.last_mut() {
            call.bounds.limit = Some(name);
        }
        self
    }

    /// The answers to the method named last tell how it stands with these limits, be it this path or a use case that
    /// counts.
    #[must_use]
    pub fn telling(mut self, told: &'static [Told]) -> Self {
        if let Some(call) = self.calls.last_mut() {
            call.bounds.told = told;
        }
        self
    }

    /// The answers to the method named last may be long, as lists are: they are made when it is the caller's
    /// turn. As many are made at once as `lists.at_once` says, and one person has no more of them at
    /// once than `lists.per_person`, until they are taken.
    #[must_use]
    pub fn long(mut self) -> Self {
        if let Some(call) = self.calls.last_mut() {
            call.bounds.is_long = true;
        }
        self
    }

    /// The bodies that come to this path are small: [`crate::wire::body::SmallBody`].
    #[must_use]
    pub fn small(mut self) -> Self {
        self.has_small_bodies = true;
        self
    }
}

macro_rules! methods {
    ($($name:ident = $method:ident),+ $(,)?) => {
        $(
            #[doc = concat!("A path that takes ", stringify!($method), ".")]
            pub fn $name<F, Args>(handler: F) -> Calls
            where
                F: Handler<Args> + Send + Sync,
                Args: FromRequest + 'static,
                F::Output: Responder + 'static,
            {
                Calls::default().$name(handler)
            }
        )+

        impl Calls {
            $(
                #[doc = concat!("And ", stringify!($method), ".")]
                #[must_use]
                pub fn $name<F, Args>(self, handler: F) -> Self
                where
                    F: Handler<Args> + Send + Sync,
                    Args: FromRequest + 'static,
                    F::Output: Responder + 'static,
                {
                    self.and(Method::$method, handler)
                }
            )+
        }
    };
}

methods! { get = GET, post = POST, put = PUT, patch = PATCH, delete = DELETE }
