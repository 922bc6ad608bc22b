//! `latchkey serve`.

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::server::{Edge, Listeners, run, stop_signal};
use latchkey_common::telemetry;

use crate::PROGRAM;
use crate::data_folder::{DataFolder, socket};
use crate::house;
use crate::installation::Founding;
use latchkey_process::{Trouble, announce, complain, heard};

/// Serves until SIGTERM or Ctrl-C. Answers an error when the start fails, or a listener does.
pub(crate) async fn serve(settings: &Settings) -> Result<(), Trouble> {
    if house::is_split(settings)? {
        return Err(Trouble::said(
            "internal_url names services of their own: run latchkey-users and the others, or take \
             the setting away to run everything in this process",
        ));
    }
    telemetry::init_logs(&settings.log()?)?;
    // Before anything is counted: metrics without a recorder are lost.
    telemetry::metrics()?;
    let edge = Edge::new(settings.edge()?, Clock::default());
    let folder = edge.settings().data_dir.clone();
    let Some(_lock) = DataFolder::lock(&folder)? else {
        return Err(Trouble::said(format!(
            "another Latchkey process uses the data folder {}; stop it first, or set \
             LATCHKEY_DATA_DIR",
            folder.display()
        )));
    };
    let listeners = Listeners::open(&edge, Some(&socket(&folder)))?;
    let house = house::build(settings, &edge, Founding::Allowed)?;
    announce(&format!("Latchkey listens on {}", edge.public_url()));
    for greeting in house.greetings {
        for line in greeting.lines().await? {
            announce(&line);
        }
    }
    if let Err(trouble) = heard() {
        complain(PROGRAM, &trouble);
    }
    // A signal that cannot be listened to is a reason to stop, not to run on unstoppably.
    run(listeners, house.parts, edge, None, async {
        drop(stop_signal().await);
    })
    .await?;
    house.keeper.keep_last().await;
    Ok(())
}
