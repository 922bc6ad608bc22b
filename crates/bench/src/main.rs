//! Latchkey under load, beside the physical limits of the same work: one table.
//!
//! What is measured is server CPU per operation, service and database together, from the operating
//! system's accounts; rates and times stand beside it. Functional tests do not belong here, and
//! no speed is asserted anywhere but in the guard (`--short`), as a ratio to a limit of the same run.

mod accounting;
mod grow;
mod http;
mod limits;
mod live;
mod load;
mod operations;
mod replay;
mod report;
mod shape;
mod short;
mod table;
mod world;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use latchkey_stack::postgres::{Durability, Server};
use latchkey_stack::programs::find;

use crate::load::Pace;
use crate::report::Report;
use crate::shape::Shape;
use crate::table::Plan;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

/// Measures Latchkey beside the limits of this machine.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The shapes to measure; all that this machine has the programs for when none is named.
    #[arg(long, value_delimiter = ',')]
    shapes: Vec<Shape>,
    /// Seconds for each operation at each number of connections.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// The guard of CI: a few operations against the limits of the same run; fails at a regression.
    #[arg(long, conflicts_with_all = ["grow", "streams"])]
    short: bool,
    /// How the cost grows: 10 and 100 times the channels and messages.
    #[arg(long)]
    grow: bool,
    /// So many idle live streams as well (needs as many open files, twice).
    #[arg(long, default_value_t = 0)]
    streams: usize,
    /// Measure these operations alone (parts of their names), to look into what they cost.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// A setting of the database server, NAME=VALUE.
    #[arg(long)]
    postgres_setting: Vec<String>,
    /// Measure the product as it lies in the target folder, without bringing it up to date.
    #[arg(long)]
    as_it_is: bool,
    /// Where data and databases are made, and the report is left: on the disk to be measured.
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Serves a bare answer of 200 bytes (used by the benchmark itself).
    #[command(hide = true)]
    LimitServer {
        #[arg(long)]
        at: SocketAddr,
    },
    /// The same behind a session check.
    #[command(hide = true)]
    LimitServerWithSession {
        #[arg(long)]
        at: SocketAddr,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Some(Command::LimitServer { at }) => limits::serve(at, false),
        Some(Command::LimitServerWithSession { at }) => limits::serve(at, true),
        None => measure(&cli),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn measure(cli: &Cli) -> Result<()> {
    if cli.as_it_is {
        latchkey_stack::binary::leave_as_they_are();
    }
    // One thread: the load generator must not take the server's cores.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::fs::create_dir_all(&cli.folder)?;
    let place = tempfile::tempdir_in(std::fs::canonicalize(&cli.folder)?)?;
    // PostgreSQL's own user must get through.
    std::fs::set_permissions(
        place.path(),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )?;
    let postgres = postgres(place.path(), &cli.postgres_setting)?;
    let shapes = shapes(cli, postgres.is_some())?;
    let plan = Plan {
        pace: Pace {
            warm: Duration::from_millis(500),
            measured: Duration::from_secs(cli.seconds),
        },
        streams: cli.streams,
        only: &cli.only,
    };
    if cli.short {
        return guard(&runtime, place.path(), postgres.as_ref(), &shapes);
    }
    if cli.grow {
        let mut all = Vec::new();
        for shape in shapes {
            let growth = grow::measure(shape, place.path(), postgres.as_ref(), plan.pace);
            all.push(runtime.block_on(growth)?);
        }
        let markdown: String = all.iter().map(grow::Growth::markdown).collect();
        return finish(cli, "growth", &markdown, &all);
    }
    let mut report = Report {
        machine: accounting::machine(),
        parts: Vec::new(),
    };
    for shape in shapes {
        say(&format!("== {}", shape.title()));
        let part = table::take(shape, place.path(), postgres.as_ref(), plan);
        report.parts.push(runtime.block_on(part)?);
    }
    finish(cli, "report", &report.markdown(), &report)
}

/// A server as durable as a real one, with its data below `place`; `None` where none is installed.
fn postgres(place: &std::path::Path, settings: &[String]) -> Result<Option<Arc<Server>>> {
    if find("initdb").is_none() {
        return Ok(None);
    }
    let server = Server::start_new(place, Durability::Full, settings)?;
    Ok(Some(Arc::new(server)))
}

/// Those that are named, which must be possible; otherwise those that are.
fn shapes(cli: &Cli, has_postgres: bool) -> Result<Vec<Shape>> {
    let lacking = |shape: &Shape| {
        let what = shape.lacks(has_postgres)?;
        Some(format!(
            "{} needs {what}, which is not installed",
            shape.title()
        ))
    };
    if let Some(trouble) = cli.shapes.iter().find_map(lacking) {
        return Err(trouble.into());
    }
    if !cli.shapes.is_empty() {
        return Ok(cli.shapes.clone());
    }
    // What the guard and the growth ask is about one process.
    let all = if cli.short || cli.grow {
        &Shape::ALL[..2]
    } else {
        &Shape::ALL[..]
    };
    let (mut possible, mut left) = (Vec::new(), Vec::new());
    for shape in all {
        match lacking(shape) {
            None => possible.push(*shape),
            Some(trouble) => left.push(trouble),
        }
    }
    for trouble in left {
        say(&format!("left out: {trouble}"));
    }
    Ok(possible)
}

fn guard(
    runtime: &tokio::runtime::Runtime,
    place: &std::path::Path,
    postgres: Option<&Arc<Server>>,
    shapes: &[Shape],
) -> Result<()> {
    let mut complaints = Vec::new();
    for shape in shapes {
        say(&format!("== {}", shape.title()));
        complaints.extend(runtime.block_on(short::guard(*shape, place, postgres))?);
    }
    if complaints.is_empty() {
        return Ok(());
    }
    Err(format!("costs too much:\n{}", complaints.join("\n")).into())
}

#[expect(clippy::print_stdout, reason = "the answer of this program")]
fn finish(cli: &Cli, name: &str, markdown: &str, data: &impl serde::Serialize) -> Result<()> {
    std::fs::write(cli.folder.join(format!("{name}.md")), markdown)?;
    std::fs::write(
        cli.folder.join(format!("{name}.json")),
        serde_json::to_string_pretty(data)?,
    )?;
    println!("{markdown}");
    Ok(())
}

/// Says what goes on.
#[expect(
    clippy::print_stderr,
    reason = "nobody waits minutes before a silent screen"
)]
fn say(words: &str) {
    eprintln!("{words}");
}
