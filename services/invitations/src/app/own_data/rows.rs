//! How each thing stands in the archive. Times are RFC 3339.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_peers::channels::Membership;
use latchkey_peers::channels::own::OwnMessage;
use latchkey_peers::users::own::OwnAccount;
use serde_json::{Map, Value, json};

use crate::domain::block::Block;
use crate::domain::choir::ChoirKey;
use crate::domain::group::{Group, Membership as InGroup};
use crate::domain::invitation::{Invitation, Use};
use crate::domain::namespace::Namespace;
use crate::domain::texts::Texts;
use crate::store::engine::own::Received;

fn at(time: Millis) -> Value {
    Value::from(time.rfc3339())
}

fn maybe_at(time: Option<Millis>) -> Value {
    time.map_or(Value::Null, at)
}

fn who(user: UserId) -> Value {
    Value::from(Id::<ids::Account>::of(user.0).to_string())
}

fn maybe_who(user: Option<UserId>) -> Value {
    user.map_or(Value::Null, who)
}

pub(super) fn account(own: &OwnAccount) -> Map<String, Value> {
    let account = &own.account;
    let sessions = own.sessions.iter().map(|one| {
        json!({
            "id": one.id.0,
            "program": one.user_agent,
            "began_at": at(one.began_at),
            "last_used_at": at(one.last_used_at),
            "ends_at": at(one.ends_at),
        })
    });
    let tokens = own.api_tokens.iter().map(|one| {
        json!({
            "name": one.name,
            "scopes": one.scopes,
            "made_at": at(one.made_at),
            "last_used_at": maybe_at(one.last_used_at),
            "ends_at": maybe_at(one.ends_at),
        })
    });
    let discord = own.discord_link.as_ref().map_or(
        Value::Null,
        |one| json!({"link": one.link, "made_at": at(one.made_at)}),
    );
    let account = json!({
        "id": who(account.id),
        "number": account.id.0,
        "uuid": account.uuid,
        "name": account.username,
        "email": account.email,
        "is_super_user": account.is_super_user,
        "made_at": at(account.created_at),
    });
    Map::from_iter([
        ("account".to_owned(), account),
        ("sessions".to_owned(), sessions.collect::<Value>()),
        ("api_tokens".to_owned(), tokens.collect::<Value>()),
        ("discord_link".to_owned(), discord),
    ])
}

pub(super) fn channel(one: &Membership) -> Value {
    json!({
        "id": one.channel.0,
        "name": one.name,
        "type": one.channel_type,
        "permissions": one.permissions,
        "owner": who(one.owner),
        "joined_at": at(one.joined_at),
    })
}

pub(super) fn message(one: &OwnMessage) -> Value {
    json!({
        "id": one.id,
        "channel": one.channel.0,
        "type": one.kind,
        "content": one.content,
        "sent_at": at(one.sent_at),
    })
}

fn invitation(one: &Invitation) -> Map<String, Value> {
    Map::from_iter(
        [
            ("id", Value::from(one.id.0)),
            ("kind", json!(one.kind)),
            ("direction", json!(one.direction)),
            ("target", json!(one.target_id)),
            ("state", json!(one.state)),
            ("end_reason", json!(one.end_reason)),
            ("made_at", at(one.created_at)),
            ("expires_at", maybe_at(one.expires_at)),
            ("decided_at", maybe_at(one.decided_at)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    )
}

pub(super) fn made((one, said): &(Invitation, Option<Texts>)) -> Value {
    let mut row = invitation(one);
    let said = said.as_ref();
    let more = [
        ("for", maybe_who(one.recipient_id)),
        ("for_address", json!(one.recipient_email)),
        ("uses", Value::from(one.max_uses)),
        ("let_in", Value::from(one.settled)),
        (
            "message",
            json!(said.and_then(|said| said.message.as_ref())),
        ),
        ("label", json!(said.and_then(|said| said.label.as_ref()))),
        ("note", json!(said.and_then(|said| said.note.as_ref()))),
        (
            "reference",
            json!(said.and_then(|said| said.reference.as_ref())),
        ),
    ];
    row.extend(more.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(row)
}

/// What the maker noted for themselves is not the recipient's.
pub(super) fn received((one, said, asked): &Received) -> Value {
    let mut row = invitation(one);
    row.insert("from".to_owned(), maybe_who(one.issuer_id));
    row.insert("message".to_owned(), json!(said));
    row.insert("asked_with".to_owned(), json!(asked));
    Value::Object(row)
}

pub(super) fn let_in(one: &Use) -> Value {
    json!({
        "invitation": one.invitation_id.0,
        "account": maybe_who(one.user_id),
        "name": one.username,
        "came_at": maybe_at(one.settled_at),
    })
}

pub(super) fn came_by(one: &Use) -> Value {
    json!({
        "invitation": one.invitation_id.0,
        "name": one.username,
        "came_at": maybe_at(one.settled_at),
    })
}

pub(super) fn block(one: &Block) -> Value {
    json!({"account": who(one.blocked), "since": at(one.created_at)})
}

pub(super) fn group((member, group): &(InGroup, Group)) -> Value {
    json!({
        "id": group.uuid,
        "name": group.name,
        "role": member.role,
        "made_it": member.is_creator,
        "since": at(member.created_at),
    })
}

pub(super) fn namespace(one: &Namespace, user: UserId) -> Value {
    json!({
        "id": one.id.0,
        "path": one.path,
        "description": one.description,
        "visibility": one.visibility,
        "owner": who(one.owner_id),
        "is_own": one.owner_id == user,
        "made_at": at(one.created_at),
    })
}

pub(super) fn choir_key(one: &ChoirKey) -> Value {
    json!({"id": one.id.0, "name": one.name, "made_at": at(one.created_at)})
}
