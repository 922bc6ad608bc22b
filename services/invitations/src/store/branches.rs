//! Whole branches of who let whom in, in one statement.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use super::engine::made::Part;
use crate::domain::invitation::InvitationId;

/// Somebody who came, and by whom.
#[derive(Debug, QueryableByName)]
pub(crate) struct Below {
    /// The number of the use.
    #[diesel(sql_type = BigInt)]
    pub(crate) use_id: i64,
    /// Who came.
    #[diesel(sql_type = BigInt)]
    pub(crate) user_id: UserId,
    /// By which invitation.
    #[diesel(sql_type = BigInt)]
    pub(crate) invitation_id: InvitationId,
    /// Whose it was.
    #[diesel(sql_type = BigInt)]
    pub(crate) issuer_id: UserId,
    /// When.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(crate) settled_at: Option<Millis>,
    /// How many steps below.
    #[diesel(sql_type = BigInt)]
    pub(crate) level: i64,
}

/// One step: whoever came by an invitation to register, and had not come for what else it gives.
macro_rules! step {
    ($level:literal, $from:literal, $of:literal) => {
        concat!(
            "SELECT uses.id AS use_id, uses.user_id, uses.invitation_id, invitations.issuer_id, uses.settled_at, ",
            $level,
            " AS level FROM ",
            $from,
            " JOIN uses ON uses.invitation_id = invitations.id WHERE ",
            $of,
            " AND invitations.kind = 'registration' AND uses.state = 'used' AND uses.user_id IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM acts WHERE acts.use_id = uses.id AND acts.position = 0 \
             AND acts.state = 'dropped')"
        )
    };
}

macro_rules! branch {
    ($order:literal) => {
        concat!(
            "WITH RECURSIVE branch AS (",
            step!("CAST(1 AS BIGINT)", "invitations", "invitations.issuer_id = $1"),
            " UNION ALL ",
            step!(
                "branch.level + 1",
                "branch JOIN invitations ON invitations.issuer_id = branch.user_id",
                "branch.level < $2"
            ),
            ") SELECT use_id, user_id, invitation_id, issuer_id, settled_at, level FROM branch WHERE use_id ",
            $order,
            " LIMIT $4"
        )
    };
}

const OLDEST_FIRST: &str = branch!("> $3 ORDER BY use_id");
const NEWEST_FIRST: &str = branch!("< $3 ORDER BY use_id DESC");

/// Part of those who came because of somebody, down to `depth` steps. Nobody lets in who let them in, so it ends.
pub(crate) fn below(
    conn: &mut Conn,
    root: UserId,
    depth: i64,
    part: Part,
) -> QueryResult<Vec<Below>> {
    let (statement, begin) = if part.is_newest_first {
        (NEWEST_FIRST, i64::MAX)
    } else {
        (OLDEST_FIRST, 0)
    };
    on!(conn, |c| diesel::sql_query(statement)
        .bind::<BigInt, _>(root)
        .bind::<BigInt, _>(depth)
        .bind::<BigInt, _>(part.after.unwrap_or(begin))
        .bind::<BigInt, _>(part.limit)
        .load(c))
}
