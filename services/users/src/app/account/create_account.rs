//! Makes the account that an invitation lets in, once for its key.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::{self, ActKey, Begun, Decision};
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_peers::users::{CreateAccount, CreateAccountError, UserView};

use crate::app::App;
use crate::app::account::hashing::For;
use crate::domain::account::Account;
use crate::domain::weakness::Weakness;
use crate::store::accounts::{self, NewAccount};
use crate::store::events;

/// The same key makes one account and answers it each time. Of several that want one name, the
/// unique key in the database says who gets it.
pub(crate) async fn create_account(
    app: &App,
    ask: CreateAccount,
) -> Result<UserView, CreateAccountError> {
    if let Some(made) = before_hashing(app, &ask).await? {
        return Ok(made.into());
    }
    let turn = app.hashing.turn(For::Invited(ask.issuer)).await?;
    let password_hash = turn.hash(Secret::new(ask.password.expose())).await?;
    drop(turn);
    let act = Act {
        key: ask.key,
        issuer: ask.issuer,
        by_super_users: ask.by_super_users,
        new: NewAccount {
            username: ask.username,
            email: None,
            password_hash,
            is_super_user: ask.is_super_user,
        },
    };
    let now = app.db.now();
    let (account, is_new) = app
        .db
        .for_new()
        .write(move |conn| act.run(conn, now))
        .await?;
    app.feed.written();
    if is_new {
        Fact::AccountChanged(account.id, Change::Made).record();
    }
    Ok(account.into())
}

/// Cheap questions that spare a hash; none of the answers is relied on. The key's answer goes
/// before the name's, because a name that is taken may be taken by this very act; and it is asked
/// for last, because the act may be committed between the two questions.
async fn before_hashing(
    app: &App,
    ask: &CreateAccount,
) -> Result<Option<Account>, CreateAccountError> {
    let (key, name) = (ask.key.clone(), ask.username.folded());
    let refusal = refusal(app, ask);
    app.db
        .read(move |conn| {
            let is_taken = accounts::is_name_taken(conn, &name).map_err(Fault::from)?;
            match act_keys::decided(conn, &key).map_err(Fault::from)? {
                Some(Decision::Made(id)) => made_before(conn, id).map(Some),
                Some(Decision::Barred) => Err(CreateAccountError::Barred),
                None => match refusal {
                    Some(refusal) => Err(refusal),
                    None if is_taken => Err(CreateAccountError::UsernameTaken),
                    None => Ok(None),
                },
            }
        })
        .await
}

/// What no account may be made with, whoever is invited. Who shall look after the place may have a name that is
/// kept for that.
fn refusal(app: &App, ask: &CreateAccount) -> Option<CreateAccountError> {
    let is_kept = !ask.is_super_user && app.settings.is_reserved(&ask.username);
    if is_kept || ask.username.is_deleted_persons() {
        return Some(CreateAccountError::UsernameReserved);
    }
    let weak = app
        .settings
        .refuse_weak(&ask.password, ask.username.as_str());
    weak.err().map(|weakness| match weakness {
        Weakness::Common => CreateAccountError::CommonPassword,
        Weakness::IsName => CreateAccountError::NameAsPassword,
    })
}

struct Act {
    key: ActKey,
    issuer: Option<UserId>,
    by_super_users: bool,
    new: NewAccount,
}

impl Act {
    /// The transaction. Every refusal undoes it, the key included, so that the same key may be
    /// used again with another name. False beside an account that was made before.
    fn run(&self, conn: &mut Conn, now: SqlNow) -> Result<(Account, bool), CreateAccountError> {
        match act_keys::begin(conn, &self.key, now).map_err(Fault::from)? {
            Begun::Made(id) => return Ok((made_before(conn, id)?, false)),
            Begun::Barred => return Err(CreateAccountError::Barred),
            Begun::New => {}
        }
        if let Some(issuer) = self.issuer
            && !accounts::may_invite(conn, issuer, self.by_super_users).map_err(Fault::from)?
        {
            return Err(CreateAccountError::IssuerLostRight);
        }
        // Without an address the name is the only value that can be taken.
        let account = accounts::insert(conn, &self.new, now)
            .map_err(Fault::from)?
            .ok_or(CreateAccountError::UsernameTaken)?;
        events::write(conn, account.id, events::Kind::Created, now).map_err(Fault::from)?;
        act_keys::made(conn, &self.key, account.id.0).map_err(Fault::from)?;
        Ok((account, true))
    }
}

fn made_before(conn: &mut Conn, id: i64) -> Result<Account, CreateAccountError> {
    let made = accounts::find(conn, UserId(id)).map_err(Fault::from)?;
    Ok(made.ok_or_else(|| Fault::internal("a key names an account that is gone"))?)
}
