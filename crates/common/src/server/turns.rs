//! Turns to answer what may be long. A list has its rows and its text in memory until its client has taken
//! it, so as many are made at once as there is memory for, and one person has a few of them at a time,
//! being made or not taken yet. Whoever comes when it is full waits a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::settings::EdgeSettings;
use crate::auth::UserId;
use crate::fault::Fault;

/// How long a call waits for its turn.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the system takes of an answer at once, in bytes: one that is no longer waits for nobody.
const SHORT: u64 = 64 * 1024;

/// The turns of one server.
pub(super) struct Turns {
    all: Arc<Semaphore>,
    per_person: usize,
    patience: Duration,
    people: Mutex<HashMap<Person, Arc<Semaphore>>>,
}

/// Whose turn it is: of callers who are nobody's account, the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Person {
    Account(UserId),
    Address(IpAddr),
}

/// A turn to make an answer.
pub(super) struct Turn {
    _one_of_all: OwnedSemaphorePermit,
    share: Share,
}

/// A person's share, which an answer has until it is taken.
struct Share {
    turns: Arc<Turns>,
    person: Person,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    pub(super) fn new(settings: &EdgeSettings) -> Arc<Self> {
        Arc::new(Self {
            all: Arc::new(Semaphore::new(settings.lists_at_once)),
            per_person: settings.lists_per_person,
            patience: PATIENCE,
            people: Mutex::default(),
        })
    }

    /// Waits for a turn of whoever is signed in, or of the address.
    ///
    /// # Errors
    /// `Unavailable` after a long wait.
    pub(super) async fn wait(
        self: &Arc<Self>,
        account: Option<UserId>,
        address: IpAddr,
    ) -> Result<Turn, Fault> {
        self.wait_as(account.map_or(Person::Address(address), Person::Account))
            .await
    }

    async fn wait_as(self: &Arc<Self>, person: Person) -> Result<Turn, Fault> {
        let own = {
            let mut people = self.people.lock();
            let own = people
                .entry(person)
                .or_insert_with(|| Arc::new(Semaphore::new(self.per_person)));
            Arc::clone(own)
        };
        let mut share = Share {
            turns: Arc::clone(self),
            person,
            permit: None,
        };
        let both = async {
            share.permit = own.acquire_owned().await.ok();
            Arc::clone(&self.all).acquire_owned().await
        };
        let one = timeout(self.patience, both).await;
        let one =
            one.map_err(|_elapsed| Fault::overloaded("lists that are made or not taken yet"))?;
        Ok(Turn {
            _one_of_all: one.map_err(Fault::internal)?,
            share,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut people = self.turns.people.lock();
        self.permit = None;
        // Whoever waits has a copy of it.
        if people.get(&self.person).is_some_and(|own| {
            own.available_permits() == self.turns.per_person && Arc::strong_count(own) == 1
        }) {
            people.remove(&self.person);
        }
    }
}

impl Turn {
    /// The answer is made. A long one keeps its person's share until it is taken.
    pub(super) fn end(self, answer: HttpResponse) -> HttpResponse {
        match answer.body().size() {
            BodySize::Sized(bytes) if bytes <= SHORT => answer,
            BodySize::None => answer,
            BodySize::Sized(_) | BodySize::Stream => answer.map_body(|_, body| {
                BoxBody::new(Shared {
                    body,
                    _share: self.share,
                })
            }),
        }
    }
}

/// A body that is somebody's share.
struct Shared {
    body: BoxBody,
    _share: Share,
}

impl MessageBody for Shared {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns() -> Arc<Turns> {
        Arc::new(Turns {
            all: Arc::new(Semaphore::new(3)),
            per_person: 2,
            patience: Duration::from_millis(30),
            people: Mutex::default(),
        })
    }

    const ANNA: Person = Person::Account(UserId(1));
    const BERTA: Person = Person::Account(UserId(2));

    fn long() -> HttpResponse {
        HttpResponse::Ok().body(vec![b'x'; 100_000])
    }

    #[tokio::test]
    async fn one_person_has_a_share_of_the_turns() {
        let turns = turns();
        let (first, second) = (
            turns.wait_as(ANNA).await.unwrap(),
            turns.wait_as(ANNA).await.unwrap(),
        );
        assert!(turns.wait_as(ANNA).await.is_err());
        let other = turns.wait_as(BERTA).await.unwrap();
        assert!(turns.wait_as(BERTA).await.is_err(), "all turns are taken");
        // Made and not taken: others may go on, and Anna may not.
        let answers = [first.end(long()), second.end(long())];
        let next = turns.wait_as(BERTA).await.unwrap();
        assert!(turns.wait_as(ANNA).await.is_err());
        drop(answers);
        drop(turns.wait_as(ANNA).await.unwrap());
        drop((other, next));
        assert!(turns.people.lock().is_empty());
    }

    #[tokio::test]
    async fn a_short_answer_waits_for_nobody() {
        let turns = turns();
        let mut answers = Vec::new();
        for _ in 0..10 {
            let turn = turns.wait_as(ANNA).await.unwrap();
            answers.push(turn.end(HttpResponse::Ok().body("[]")));
        }
        assert!(turns.people.lock().is_empty());
    }
}
