//! The pieces of the archive.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::own::OwnAsk;
use serde_json::{Map, Value};

use super::rows;
use crate::app::App;
use crate::store::blocks;
use crate::store::choir::choir_keys::{self, KeysOf};
use crate::store::engine::made::Part;
use crate::store::engine::own;
use crate::store::group::group_members::{self, MembersOf};
use crate::store::namespace::namespaces;

/// Rows of this service in one piece.
const ROWS: i64 = 200;

/// A list of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Where somebody is.
    Channels,
    /// What they wrote.
    Messages,
    /// What they made to let others in.
    Made,
    /// What waits for them, and what they asked for.
    Waiting,
    /// The same that has ended.
    Past,
    /// Whom they let in.
    LetIn,
    /// By what they came in themselves.
    CameBy,
    /// From whom they take no invitations.
    Blocks,
    /// In which groups they are.
    Groups,
    /// Namespaces of their own, and those in which they work.
    Namespaces,
    /// Keys of the choir contract, without the keys.
    ChoirKeys,
}

impl Section {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 11] = [
        Self::Channels,
        Self::Messages,
        Self::Made,
        Self::Waiting,
        Self::Past,
        Self::LetIn,
        Self::CameBy,
        Self::Blocks,
        Self::Groups,
        Self::Namespaces,
        Self::ChoirKeys,
    ];

    /// What it is called in the archive.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Channels => "channels",
            Self::Messages => "messages",
            Self::Made => "invitations_made",
            Self::Waiting => "invitations_waiting",
            Self::Past => "invitations_past",
            Self::LetIn => "let_in",
            Self::CameBy => "came_by",
            Self::Blocks => "blocks",
            Self::Groups => "groups",
            Self::Namespaces => "namespaces",
            Self::ChoirKeys => "choir_keys",
        }
    }
}

/// Some of a list.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Its rows.
    pub(crate) rows: Vec<Value>,
    /// Behind which number the next one begins; `None`: this was the last.
    pub(crate) next: Option<i64>,
}

impl Piece {
    fn new<T>(rows: &[T], id: impl Fn(&T) -> i64, row: impl Fn(&T) -> Value) -> Self {
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == ROWS);
        Self {
            next: rows.last().filter(|_| is_full).map(id),
            rows: rows.iter().map(row).collect(),
        }
    }
}

/// What stands before the lists: the account, its sessions and its tokens.
pub(crate) async fn head(app: &App, user: UserId) -> Result<Map<String, Value>, Fault> {
    let own = app.users.own_account(user).await?;
    Ok(rows::account(&own.ok_or(Fault::Unauthenticated)?))
}

/// The piece of a list behind a number; 0 begins it.
pub(crate) async fn piece(
    app: &App,
    user: UserId,
    section: Section,
    after: i64,
) -> Result<Piece, Fault> {
    let ask = OwnAsk { user, after };
    match section {
        Section::Channels => {
            let found = app.channels.own_memberships(ask).await?;
            return Ok(Piece {
                rows: found.rows.iter().map(rows::channel).collect(),
                next: found.next,
            });
        }
        Section::Messages => {
            let found = app.channels.own_messages(ask).await?;
            return Ok(Piece {
                rows: found.rows.iter().map(rows::message).collect(),
                next: found.next,
            });
        }
        Section::Made
        | Section::Waiting
        | Section::Past
        | Section::LetIn
        | Section::CameBy
        | Section::Blocks
        | Section::Groups
        | Section::Namespaces
        | Section::ChoirKeys => {}
    }
    let now = app.db.now();
    let part = Part {
        after: Some(after),
        limit: ROWS,
        is_newest_first: false,
    };
    app.db
        .look(move |conn| {
            Ok(match section {
                Section::Made => {
                    let found = own::made(conn, user, after, ROWS)?;
                    Piece::new(&found, |row| row.0.id.0, rows::made)
                }
                Section::Waiting => {
                    let found = own::received(conn, user, true, after, ROWS)?;
                    Piece::new(&found, |row| row.0.id.0, rows::received)
                }
                Section::Past => {
                    let found = own::received(conn, user, false, after, ROWS)?;
                    Piece::new(&found, |row| row.0.id.0, rows::received)
                }
                Section::LetIn => {
                    let found = own::let_in(conn, user, after, ROWS)?;
                    Piece::new(&found, |row| row.id.0, rows::let_in)
                }
                Section::CameBy => {
                    let found = own::came_by(conn, user, after, ROWS)?;
                    Piece::new(&found, |row| row.id.0, rows::came_by)
                }
                Section::Blocks => {
                    let found = blocks::list(conn, user, part)?;
                    Piece::new(&found, |row| row.id.0, rows::block)
                }
                Section::Groups => {
                    let found = group_members::list(conn, MembersOf::User(user), after, ROWS, now)?;
                    Piece::new(&found, |row| row.0.id.0, rows::group)
                }
                Section::Namespaces => {
                    let found = namespaces::list_of(conn, user, "", after, ROWS, now)?;
                    Piece::new(&found, |row| row.id.0, |row| rows::namespace(row, user))
                }
                // Bounded: fewer may be had.
                Section::ChoirKeys => Piece {
                    rows: choir_keys::list(conn, KeysOf::Person(user), ROWS)?
                        .iter()
                        .map(rows::choir_key)
                        .collect(),
                    next: None,
                },
                Section::Channels | Section::Messages => Piece {
                    rows: Vec::new(),
                    next: None,
                },
            })
        })
        .await
}
