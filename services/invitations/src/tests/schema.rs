//! The tables are the same on both databases, and migrations go both ways.

use crate::MIGRATIONS;
use crate::store::engine::seal_check;
use crate::store::schema::{
    acts, cursors, grants, invitations, seal_check as checks, secrets, uses,
};
use diesel::prelude::*;
use latchkey_common::db::Db;
use latchkey_common::fault::Fault;
use latchkey_common::on;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases};

use crate::tests::world::World;

both_databases!(
    migrations_go_up_down_and_up,
    every_table_loads_all_its_columns
);

async fn migrations_go_up_down_and_up(backend: Backend) {
    let db = TestDb::new(backend, "invitations");
    let ran = Db::migrate(db.settings(), MIGRATIONS).unwrap();
    assert!(ran > 0);
    assert_eq!(Db::pending(db.settings(), MIGRATIONS).unwrap(), 0);
    assert_eq!(Db::revert_all(db.settings(), MIGRATIONS).unwrap(), ran);
    assert_eq!(Db::migrate(db.settings(), MIGRATIONS).unwrap(), ran);
}

type Bytes = Vec<u8>;
type InvitationRow = (
    (i64, String, String, Option<i64>, Option<i64>, Option<i64>),
    (Option<String>, Option<Bytes>, Option<Bytes>),
    (i64, String, i64, i64, i64),
    (Option<i64>, i64, Option<i64>, Option<i64>),
    (Option<String>, Option<i64>, Option<i64>, Option<String>),
    (i64, String, Option<i64>),
);
type GrantRow = (
    (i64, i64, i64, String, Option<i64>),
    (i64, Option<i64>, Option<i64>),
);
type ActRow = (
    (i64, i64, i64, String, Option<i64>, i64, Option<i64>),
    (String, String, Option<String>, Option<i64>, Option<i64>),
);
type UseRow = (
    (i64, i64, String, String, Option<i64>),
    (String, i64, i64, Option<i64>, Option<i64>),
);
type SecretRow = (
    (i64, i64, Bytes, Option<Bytes>),
    (Option<String>, i64, Option<i64>),
);

async fn every_table_loads_all_its_columns(backend: Backend) {
    use acts as a;
    use grants as g;
    use invitations as i;
    use secrets as s;
    use uses as u;

    let world = World::new(backend);
    let issuer = world.users.account("issuer");
    let invite = world.invite(issuer).await;
    world.sign_up(&invite.token, "John").await.unwrap();
    world.follow().await;
    let loaded: Result<_, Fault> = world
        .app
        .db
        .write(|conn| {
            seal_check::keep(conn, b"sealed")?;
            let invitations: Vec<InvitationRow> = on!(conn, |c| i::table
                .select((
                    (
                        i::id,
                        i::kind,
                        i::direction,
                        i::target_id,
                        i::issuer_id,
                        i::recipient_id
                    ),
                    (i::recipient_email, i::secret_hash, i::secret_sealed),
                    (i::grants, i::state, i::max_uses, i::used, i::settled),
                    (i::expires_at, i::created_at, i::decided_at, i::decided_by),
                    (i::end_reason, i::hidden_at, i::ground, i::slot),
                    (i::further_grants, i::on_lost_right, i::ends_after),
                ))
                .load(c))?;
            let uses: Vec<UseRow> = on!(conn, |c| u::table
                .select((
                    (u::id, u::invitation_id, u::act_key, u::state, u::user_id),
                    (
                        u::username,
                        u::reserved_at,
                        u::settle_after,
                        u::settled_at,
                        u::secret_id
                    ),
                ))
                .load(c))?;
            let secrets: Vec<SecretRow> = on!(conn, |c| s::table
                .select((
                    (s::id, s::invitation_id, s::hash, s::sealed),
                    (s::label, s::created_at, s::revoked_at),
                ))
                .load(c))?;
            let grants: Vec<GrantRow> = on!(conn, |c| g::table
                .select((
                    (g::id, g::invitation_id, g::position, g::kind, g::target_id),
                    (g::bits, g::ground, g::ends_after),
                ))
                .load(c))?;
            let acts: Vec<ActRow> = on!(conn, |c| acts::table
                .select((
                    (
                        a::id,
                        a::use_id,
                        a::position,
                        a::kind,
                        a::target_id,
                        a::bits,
                        a::ground
                    ),
                    (
                        a::act_key,
                        a::state,
                        a::reason,
                        a::decided_at,
                        a::ends_after
                    ),
                ))
                .load(c))?;
            assert_eq!(
                (grants.len(), acts.len()),
                (0, 0),
                "one thing has no rows there"
            );
            let cursors: Vec<(String, i64)> = on!(conn, |c| cursors::table.load(c))?;
            let checks: Vec<(i64, Bytes)> = on!(conn, |c| checks::table.load(c))?;
            Ok((invitations, uses, secrets, cursors, checks))
        })
        .await;
    let (invitations, uses, secrets, cursors, checks) = loaded.unwrap();
    assert_eq!((invitations.len(), uses.len(), checks.len()), (1, 1, 1));
    assert_eq!((secrets.len(), uses[0].1.4), (1, Some(secrets[0].0.0)));
    assert_eq!(cursors, [("users".to_owned(), 2)]);
}
