//! The guard: a few operations for a second each, held against a limit of the same run. A regression of
//! two times fails; noise does not, because the best of some tries counts and noise only adds.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use latchkey_stack::postgres::Server;

use crate::Result;
use crate::limits::{self, Needs};
use crate::load::{Operation, Pace, load};
use crate::operations::{CreateChannel, InviteAndJoin, Repeated};
use crate::shape::{House, Running, Shape};
use crate::world::{self, CHEAP_HASH};

const PACE: Pace = Pace {
    warm: Duration::from_millis(300),
    measured: Duration::from_secs(1),
};

/// Tries of an operation; one that is good ends them.
const TRIES: usize = 8;

/// How many times its limit an operation may cost: some 1.7 times what it does cost.
struct Most {
    session_check: f64,
    send: f64,
    fetch: f64,
    create: f64,
    invite_and_join: f64,
}

fn most(shape: Shape) -> Result<Most> {
    Ok(match shape {
        Shape::Sqlite => Most {
            session_check: 4.0,
            send: 8.5,
            fetch: 7.5,
            create: 7.0,
            invite_and_join: 18.5,
        },
        Shape::Postgres => Most {
            session_check: 4.0,
            send: 9.0,
            fetch: 7.0,
            create: 4.6,
            invite_and_join: 12.0,
        },
        Shape::Split => return Err("the guard is about one process".into()),
    })
}

/// Measures one shape. Answers a line for each operation that costs too much.
pub(crate) async fn guard(
    shape: Shape,
    folder: &Path,
    postgres: Option<&Arc<Server>>,
) -> Result<Vec<String>> {
    let most = most(shape)?;
    let house = House::new(shape, folder, postgres)?;
    let running = house.start(&CHEAP_HASH)?;
    let world = world::make(&running, 0).await?;
    running.stop()?;
    let limits = limits::measure(&house, &world, PACE).await?;

    let running = house.start(&[])?;
    let mut guard = Guard {
        running: &running,
        complaints: Vec::new(),
    };
    let info = Repeated::get(&world, "/api/user/info");
    guard
        .hold(
            "session check",
            limits.of(Needs::answers(1), 0),
            most.session_check,
            &info,
        )
        .await?;
    let send = Repeated::send(&world);
    guard
        .hold(
            "send a message",
            limits.of(Needs::answers(1).inserts(1), 0),
            most.send,
            &send,
        )
        .await?;
    let fetch = Repeated::fetch(&world);
    guard
        .hold(
            "fetch the latest 50",
            limits.of(Needs::answers(1).selects(1), 0),
            most.fetch,
            &fetch,
        )
        .await?;
    let create = CreateChannel::new(&world);
    guard
        .hold(
            "create a channel",
            limits.of(Needs::answers(1).inserts(2), 0),
            most.create,
            &create,
        )
        .await?;
    let join = InviteAndJoin::prepare(&running, &world, 2).await?;
    guard
        .hold(
            "invite and join",
            limits.of(Needs::answers(2).inserts(4), 0),
            most.invite_and_join,
            &join,
        )
        .await?;
    let complaints = guard.complaints;
    running.stop()?;
    Ok(complaints)
}

struct Guard<'a> {
    running: &'a Running<'a>,
    complaints: Vec<String>,
}

impl Guard<'_> {
    async fn hold(
        &mut self,
        name: &str,
        limit_ms: f64,
        most: f64,
        operation: &impl Operation,
    ) -> Result<()> {
        let mut best = f64::INFINITY;
        for _ in 0..TRIES {
            self.running.house().tidy()?;
            let address = self.running.entrance();
            let sample = load(address, self.running, operation, 16, PACE).await?;
            // Nothing was left to do it to: that says nothing.
            if sample.operations > 0 {
                best = best.min(sample.cpu_ms() / limit_ms);
            }
            if best <= most {
                break;
            }
        }
        let line =
            format!("{name}: {best:.1} times its limit of {limit_ms:.4} ms (at most {most:.1})");
        crate::say(&line);
        if best > most {
            self.complaints.push(line);
        }
        Ok(())
    }
}
