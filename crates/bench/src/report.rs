//! The table: as Markdown for people, as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use crate::limits::Limits;
use crate::live::{Delivery, Idle};
use crate::load::{Bound, Sample};
use crate::replay::Replay;
use crate::shape::Shape;

/// One operation of one shape, at 16 and at 64 connections.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    pub(crate) samples: [Sample; 2],
    /// CPU milliseconds of the same work without a product, at 16 and at 64.
    pub(crate) limit_ms: [f64; 2],
    /// What the limit consists of.
    pub(crate) limit_is: String,
    /// CPU milliseconds to reach, where the design names them.
    pub(crate) target_ms: Option<f64>,
}

impl Row {
    /// How many times the limit the operation costs, at 16 (0) or 64 (1) connections.
    pub(crate) fn ratio(&self, at: usize) -> f64 {
        match (self.samples.get(at), self.limit_ms.get(at)) {
            (Some(sample), Some(limit)) => sample.cpu_ms() / limit,
            _ => f64::NAN,
        }
    }
}

/// One shape.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Part {
    pub(crate) shape: Shape,
    pub(crate) limits: Limits,
    pub(crate) rows: Vec<Row>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) replay: Option<Replay>,
    pub(crate) memory_at_rest: u64,
    pub(crate) memory_at_64: u64,
    /// Milliseconds until it is ready: in an empty place, and with data.
    pub(crate) first_start_ms: f64,
    pub(crate) start_ms: f64,
    /// One registration invitation redeemed at the default cost of a password.
    pub(crate) registration_ms: f64,
    pub(crate) hash_ms: f64,
    pub(crate) idle: Option<Idle>,
}

/// Everything of one run.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: String,
    pub(crate) parts: Vec<Part>,
}

const fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::Server => "server",
        Bound::Generator => "generator",
        Bound::Others => "other programs",
        Bound::Waiting => "waiting",
    }
}

impl Report {
    /// For people.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("Machine: {}.\n", self.machine);
        for part in &self.parts {
            part.write(&mut text);
        }
        text
    }
}

impl Part {
    fn write(&self, text: &mut String) {
        let mut line = |words: std::fmt::Arguments<'_>| {
            // Writing to a text does not fail.
            text.write_fmt(words).unwrap_or_default();
            text.push('\n');
        };
        line(format_args!("\n### {}\n", capital(self.shape.title())));
        line(format_args!(
            "| operation | CPU ms at 16 (of it database) | at 64 | to reach | limit ms | ratio at 16 / 64 | \
             a second at 16 / 64 | p50 / p99 ms at 16 | at 64 | held by |"
        ));
        line(format_args!("| --- |{}", " ---: |".repeat(8) + " --- |"));
        for row in &self.rows {
            let [few, many] = &row.samples;
            let target = row
                .target_ms
                .map_or("-".to_owned(), |target| format!("{target:.2}"));
            let [limit, _] = row.limit_ms;
            line(format_args!(
                "| {} | **{:.3}** ({:.3}) | {:.3} | {target} | {limit:.3} ({}) | {:.1} / {:.1} | {:.0} / {:.0} \
                 | {:.2} / {:.2} | {:.2} / {:.2} | {} / {} |",
                row.operation,
                few.cpu_ms(),
                few.database_ms,
                many.cpu_ms(),
                row.limit_is,
                row.ratio(0),
                row.ratio(1),
                few.rate,
                many.rate,
                few.p50_ms,
                few.p99_ms,
                many.p50_ms,
                many.p99_ms,
                word(few.bound),
                word(many.bound),
            ));
        }
        line(format_args!(
            "\nOne registration at the default cost of a password takes {:.1} ms, of which one hash is {:.1} ms; \
             the row above has next to no hash.\n",
            self.registration_ms, self.hash_ms
        ));
        line(format_args!(
            "| limit | CPU ms at 16 | at 64 | a second at 16 / 64 |"
        ));
        line(format_args!("| --- | ---: | ---: | ---: |"));
        for (name, [few, many]) in [
            ("bare answer of 200 bytes", &self.limits.answer),
            (
                "the same with the session check",
                &self.limits.checked_answer,
            ),
        ] {
            line(format_args!(
                "| {name} | {:.4} | {:.4} | {:.0} / {:.0} |",
                few.cpu_ms(),
                many.cpu_ms(),
                few.rate,
                many.rate
            ));
        }
        for (name, rows) in [
            ("one-row insert, durable", self.limits.insert),
            ("50-row select", self.limits.select),
            ("one-row select", self.limits.lookup),
        ] {
            let ([few, many], [rate, rates]) = (rows.cpu_ms, rows.rate);
            line(format_args!(
                "| {name} | {few:.4} | {many:.4} | {rate:.0} / {rates:.0} |"
            ));
        }
        line(format_args!(
            "\n| delivery to | p50 ms | p99 ms | to reach (p99) | CPU ms a message |"
        ));
        line(format_args!("| --- | ---: | ---: | ---: | ---: |"));
        for delivery in &self.deliveries {
            let target = if delivery.listeners == 500 { "20" } else { "-" };
            line(format_args!(
                "| {} | {:.2} | {:.2} | {target} | {:.2} |",
                delivery.listeners, delivery.p50_ms, delivery.p99_ms, delivery.cpu_ms
            ));
        }
        if let Some(replay) = &self.replay {
            line(format_args!(
                "\n| replay of | p50 ms | p99 ms | CPU ms a replay |"
            ));
            line(format_args!("| --- | ---: | ---: | ---: |"));
            line(format_args!(
                "| {} events | {:.1} | {:.1} | {:.1} |",
                replay.events, replay.p50_ms, replay.p99_ms, replay.cpu_ms
            ));
        }
        // The design's figures are those of one process.
        let (memory, start) = match self.shape {
            Shape::Sqlite | Shape::Postgres => (" (to reach: 25)", " (to reach: 150)"),
            Shape::Split => ("", ""),
        };
        line(format_args!(
            "\nMemory at rest {:.1} MB{memory}, after the load at 64 connections {:.1} MB. Ready \
             {:.0} ms after the start{start}, {:.0} ms in an empty place.",
            megabytes(self.memory_at_rest),
            megabytes(self.memory_at_64),
            self.start_ms,
            self.first_start_ms
        ));
        if let Some(idle) = &self.idle {
            line(format_args!(
                "{} idle live streams: {} bytes each, {:.1} % of a core.",
                idle.streams, idle.bytes_per_stream, idle.cpu_percent
            ));
        }
    }
}

/// Millions of bytes; exact enough for what a process holds.
fn megabytes(bytes: u64) -> f64 {
    u32::try_from(bytes / 1000).map_or(f64::INFINITY, f64::from) / 1000.0
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
