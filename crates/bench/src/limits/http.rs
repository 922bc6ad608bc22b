//! A bare actix-web server, as a process of its own like the product: this program under another
//! command.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use latchkey_common::auth::{SessionAuthority, authority_data};
use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::seal::MasterKey;
use latchkey_common::server::Edge;
use latchkey_contracts::chat::SignedIn;
use latchkey_process::{Peers, Setup};
use latchkey_stack::questions::listens;
use latchkey_stack::{Home, Service};

use crate::Result;
use crate::accounting::cpu_of;
use crate::http::{Auth, request};
use crate::load::{Pace, Sample, load};
use crate::operations::Repeated;
use crate::shape::{Cpu, House, Meter, cpu_of_server};
use crate::world::World;

/// Two hundred bytes, as JSON.
const BODY: &str = r#"{"text":"............................................................................................................................................................................................"}"#;

/// The server as a child.
struct Bare(
    Child,
    #[expect(dead_code, reason = "keeps its address")] Home,
);

impl Meter for Bare {
    fn cpu(&self) -> Result<Cpu> {
        Ok(Cpu {
            service: cpu_of(self.0.id(), false)?,
            database: Duration::ZERO,
        })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        // An error says that it is gone already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A session check on a database server costs there too.
struct Checked<'a>(Bare, &'a House);

impl Meter for Checked<'_> {
    fn cpu(&self) -> Result<Cpu> {
        let database = self.1.postgres().map(cpu_of_server);
        Ok(Cpu {
            service: self.0.cpu()?.service,
            database: database.transpose()?.unwrap_or_default(),
        })
    }
}

/// A bare answer, at 16 and 64 connections.
pub(super) async fn bare(pace: Pace) -> Result<[Sample; 2]> {
    let (bare, address) = start("limit-server", &[])?;
    let ask = Repeated::of(vec![request("GET", "/", Auth::Nobody, None)]);
    Ok([
        load(address, &bare, &ask, 16, pace).await?,
        load(address, &bare, &ask, 64, pace).await?,
    ])
}

/// The same with the session check alone, on the users' database of a house that does not run.
pub(super) async fn checked(house: &House, world: &World, pace: Pace) -> Result<[Sample; 2]> {
    let (setting, value) = match house.database_url(Service::Users) {
        Some(url) => ("LATCHKEY_USERS__DATABASE_URL", url),
        None => ("LATCHKEY_DATA_DIR", house.data_dir()?.display().to_string()),
    };
    let (bare, address) = start("limit-server-with-session", &[(setting, &value)])?;
    let ask = Repeated::get(world, "/");
    let meter = Checked(bare, house);
    Ok([
        load(address, &meter, &ask, 16, pace).await?,
        load(address, &meter, &ask, 64, pace).await?,
    ])
}

fn start(command: &str, settings: &[(&str, &str)]) -> Result<(Bare, SocketAddr)> {
    let home = Home::claim()?;
    let address = home.at(8080);
    let child = Command::new(std::env::current_exe()?)
        .args([command, "--at", &address.to_string()])
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .spawn()?;
    let server = Bare(child, home);
    let begun = Instant::now();
    while !listens(address) {
        if begun.elapsed() > Duration::from_secs(10) {
            return Err(format!("{command} does not start").into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok((server, address))
}

/// Serves the bare answer until it is killed; with a session check on the database that the settings
/// name when `checks`.
pub(crate) fn serve(at: SocketAddr, checks: bool) -> Result<()> {
    let authority = if checks { Some(authority()?) } else { None };
    let routes = move |config: &mut ServiceConfig| match &authority {
        None => {
            config.route("/", web::get().to(answer));
        }
        Some(authority) => {
            config
                .app_data(authority_data(Arc::clone(authority)))
                .route("/", web::get().to(checked_answer));
        }
    };
    let server = move || App::new().configure(routes.clone());
    actix_web::rt::System::new().block_on(async {
        HttpServer::new(server)
            .bind(at)?
            .disable_signals()
            .run()
            .await
    })?;
    Ok(())
}

fn authority() -> Result<Arc<dyn SessionAuthority>> {
    let settings = Settings::of_process(&[latchkey_users::DEFAULTS], None)?;
    let edge = Edge::new(settings.edge()?, Clock::default());
    let built = (latchkey_users::SERVICE.build)(&Setup {
        settings: &settings,
        edge: &edge,
        db: Db::open(&settings.db_settings("users")?, edge.clock())?,
        peers: Peers::default(),
        master_key: Some(MasterKey::parse(&MasterKey::generate()?)?),
    })?;
    Ok(built.peers.users()?)
}

async fn answer() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(BODY)
}

async fn checked_answer(_: SignedIn) -> HttpResponse {
    answer().await
}
