use std::sync::Mutex;
use std::time::Duration;

use futures_util::FutureExt as _;
use latchkey_common::auth::Resolved;
use latchkey_common::config::Settings;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_peers::users::{CreateAccount, Password, Username};
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases, eventually};

use super::*;
use crate::app::account::create_account::create_account;
use crate::app::kept_answers::Answers;
use crate::app::session::log_in::{LogIn, log_in};
use crate::app::session::resolve::resolve_session;
use crate::{DEFAULTS, MIGRATIONS};

both_databases!(a_caller_that_leaves_does_not_silence_the_end);

const NAME: &str = "John11";
const PASSWORD: &str = "password123";

/// Hashes are cheap, so that the test is quick.
const QUICK: [(&str, &str); 2] = [
    ("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "64"),
    ("LATCHKEY_USERS__PASSWORD_PASSES", "1"),
];

async fn a_caller_that_leaves_does_not_silence_the_end(backend: Backend) {
    let test_db = TestDb::new(backend, "users");
    let (app, heard) = bare(&test_db);
    let ask = CreateAccount {
        key: ActKey::random(),
        username: Username::parse(NAME).unwrap(),
        password: Password::parse(PASSWORD).unwrap(),
        is_super_user: false,
        issuer: None,
        by_super_users: false,
    };
    create_account(&app, ask).await.unwrap();
    let wish = LogIn {
        username: NAME.to_owned(),
        password: Secret::new(PASSWORD),
        user_agent: None,
        from: std::net::Ipv4Addr::LOCALHOST.into(),
        device: None,
    };
    let session = log_in(&app, wish).await.unwrap();
    let hash = TokenHash::of(session.token.expose());
    let found = resolve_session(&app, &hash, Answers::Kept).await.unwrap();
    let Resolved { caller, .. } = found.unwrap();

    // The call is begun, its unit of work is queued, and the caller is gone.
    let mut call = Box::pin(end_session(&app, caller.user, caller.session, None));
    assert!((&mut call).now_or_never().is_none());
    drop(call);

    eventually(Duration::from_secs(5), "the report", || async {
        app.report_overdue_sessions().await.unwrap();
        let is_told = *heard.lock().unwrap() == [caller.session];
        is_told.then_some(())
    })
    .await;
    let found = resolve_session(&app, &hash, Answers::Kept).await.unwrap();
    assert!(found.is_none());
}

fn bare(test_db: &TestDb) -> (App, Arc<Mutex<Vec<SessionId>>>) {
    let env = QUICK.map(|(name, value)| (name.into(), value.into()));
    let settings = Settings::load(&[DEFAULTS], None, env).unwrap();
    let app = App::new(
        settings.table().unwrap(),
        &settings.edge().unwrap(),
        test_db.open(MIGRATIONS),
        MasterKey::parse(&MasterKey::generate().unwrap()).unwrap(),
    )
    .unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    app.on_sessions_ended(Arc::new(move |ids| {
        ear.lock().unwrap().extend(ids.iter().copied());
    }));
    (app, heard)
}
