//! The whole table of one shape, from an empty folder on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use latchkey_stack::postgres::Server;

use crate::Result;
use crate::limits::{self, Limits, Needs, hash_ms};
use crate::live;
use crate::load::{Operation, Pace, drain, load, milliseconds};
use crate::operations::{
    CreateChannel, InviteAndJoin, Pages, Repeated, accept_namespace_invites, redeem_registrations,
    redeem_several,
};
use crate::report::{Part, Row};
use crate::shape::{House, Meter as _, Running, Shape};
use crate::world::{self, CHEAP_HASH, World};

/// How the table is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan<'a> {
    pub(crate) pace: Pace,
    /// Idle live streams; 0 for none.
    pub(crate) streams: usize,
    /// Parts of the names of the operations that are wanted; none: everything.
    pub(crate) only: &'a [String],
}

impl Plan<'_> {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|part| name.contains(part.as_str()))
    }
}

/// Takes everything of one shape.
pub(crate) async fn take(
    shape: Shape,
    folder: &Path,
    postgres: Option<&Arc<Server>>,
    plan: Plan<'_>,
) -> Result<Part> {
    let house = House::new(shape, folder, postgres)?;
    let running = house.start(&CHEAP_HASH)?;
    let first_start_ms = milliseconds(running.ready_after());
    crate::say("making the workload");
    let world = world::make(&running, world::LISTENERS).await?;
    running.stop()?;

    crate::say("limits");
    let limits = limits::measure(&house, &world, plan.pace).await?;
    let mut table = Table {
        limits,
        plan,
        rows: Vec::new(),
    };

    let running = house.start(&[("LATCHKEY_CHANNELS__STREAMS_PER_SESSION", "100")])?;
    let start_ms = milliseconds(running.ready_after());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let memory_at_rest = running.memory()?;
    table.reads(&running, &world).await?;
    table.pages(&running, &world).await?;
    let memory_at_64 = running.memory()?;
    let mut deliveries = Vec::new();
    if plan.wants("deliveries") {
        crate::say("deliveries");
        deliveries = live::deliveries(&running, &world).await?;
    }
    let mut replay = None;
    if plan.wants("replay") {
        crate::say("replays");
        replay = Some(crate::replay::measure(&running, &world).await?);
    }
    table.writes(&running, &world).await?;
    let mut registration_ms = f64::NAN;
    if plan.wants("registration") {
        crate::say("registrations");
        registration_ms = registration(&running, &world).await?;
    }
    let idle = match plan.streams {
        0 => None,
        count => {
            crate::say("idle streams");
            Some(live::idle(&running, &world, count).await?)
        }
    };
    running.stop()?;

    let running = house.start(&CHEAP_HASH)?;
    table.redeem(&running, &world).await?;
    running.stop()?;
    Ok(Part {
        shape,
        limits: table.limits,
        rows: table.rows,
        deliveries,
        replay,
        memory_at_rest,
        memory_at_64,
        first_start_ms,
        start_ms,
        registration_ms,
        hash_ms: hash_ms()?,
        idle,
    })
}

struct Table<'a> {
    limits: Limits,
    plan: Plan<'a>,
    rows: Vec<Row>,
}

impl Table<'_> {
    async fn reads(&mut self, running: &Running<'_>, world: &World) -> Result<()> {
        let info = Repeated::get(world, "/api/user/info");
        let needs = Needs::answers(1);
        self.row(running, "session check", needs, Some(0.02), [&info, &info])
            .await?;
        let send = Repeated::send(world);
        let needs = Needs::answers(1).inserts(1);
        self.row(running, "send a message", needs, Some(0.15), [&send, &send])
            .await?;
        let fetch = Repeated::fetch(world);
        let needs = Needs::answers(1).selects(1);
        self.row(
            running,
            "fetch the latest 50",
            needs,
            Some(0.20),
            [&fetch, &fetch],
        )
        .await?;
        let list = Repeated::get(world, "/api/user/channels");
        self.row(running, "list my channels", needs, None, [&list, &list])
            .await?;
        let check = Repeated::of(vec![crate::http::request(
            "GET",
            &world.choir_check,
            crate::http::Auth::Nobody,
            None,
        )]);
        let needs = Needs::answers(1).lookups(1);
        self.row(
            running,
            "check a choir invitation",
            needs,
            None,
            [&check, &check],
        )
        .await
    }

    async fn pages(&mut self, running: &Running<'_>, world: &World) -> Result<()> {
        let names = ["page of a link", "page of the inbox", "page of a channel"];
        if !names.iter().any(|name| self.plan.wants(name)) {
            return Ok(());
        }
        let pages = Pages::prepare(running, world).await?;
        let (lookup, list) = (Needs::answers(1).lookups(1), Needs::answers(1).selects(1));
        let all = [
            (lookup, &pages.landing),
            (list, &pages.inbox),
            (list, &pages.channel),
        ];
        for (name, (needs, page)) in names.into_iter().zip(all) {
            self.row(running, name, needs, None, [page, page]).await?;
        }
        Ok(())
    }

    async fn writes(&mut self, running: &Running<'_>, world: &World) -> Result<()> {
        let create = CreateChannel::new(world);
        let needs = Needs::answers(1).inserts(2);
        self.row(
            running,
            "create a channel",
            needs,
            Some(0.40),
            [&create, &create],
        )
        .await?;
        let invite = InviteAndJoin::prepare(running, world, 4).await?.halves();
        let needs = Needs::answers(2).inserts(4);
        self.row(
            running,
            "invite and join",
            needs,
            Some(0.80),
            invite.each_ref(),
        )
        .await?;
        let accept = accept_namespace_invites(running, world, 6).await?.halves();
        let needs = Needs::answers(1).inserts(1);
        self.row(
            running,
            "accept a namespace invite",
            needs,
            None,
            accept.each_ref(),
        )
        .await
    }

    async fn redeem(&mut self, running: &Running<'_>, world: &World) -> Result<()> {
        let redeem = redeem_registrations(running, world, 16_000, "new")
            .await?
            .halves();
        let needs = Needs::answers(1).inserts(3);
        self.row(
            running,
            "redeem a registration invitation",
            needs,
            None,
            redeem.each_ref(),
        )
        .await?;
        let several = redeem_several(running, world, 6_000, "all").await?.halves();
        // An account and its use, as above; two memberships; and each of the three promised and written down.
        let needs = Needs::answers(1).inserts(11);
        self.row(
            running,
            "redeem a link for three things",
            needs,
            None,
            several.each_ref(),
        )
        .await
    }

    async fn row(
        &mut self,
        running: &Running<'_>,
        operation: &'static str,
        needs: Needs,
        target_ms: Option<f64>,
        [few, many]: [&impl Operation; 2],
    ) -> Result<()> {
        if !self.plan.wants(operation) {
            return Ok(());
        }
        crate::say(operation);
        let (address, house) = (running.entrance(), running.house());
        house.tidy()?;
        let few = load(address, running, few, 16, self.plan.pace).await?;
        house.tidy()?;
        let many = load(address, running, many, 64, self.plan.pace).await?;
        self.rows.push(Row {
            operation,
            samples: [few, many],
            limit_ms: [0, 1].map(|at| self.limits.of(needs, at)),
            limit_is: needs.to_string(),
            target_ms,
        });
        Ok(())
    }
}

/// CPU milliseconds of one registration at the default cost of a password.
async fn registration(running: &Running<'_>, world: &World) -> Result<f64> {
    const COUNT: usize = 64;
    let redeem = redeem_registrations(running, world, COUNT, "dear").await?;
    let before = running.cpu()?;
    drain(running.entrance(), &redeem, 4).await?;
    let used = running.cpu()?.since(before);
    Ok(milliseconds(used.service + used.database) / crate::load::float(COUNT))
}
