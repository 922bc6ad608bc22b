//! Ids of memberships. Those of channels are numbers; behind the word of those of groups and of trees stands a letter.

use std::future::ready;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use latchkey_common::auth::{UserId, after_check};
use latchkey_contracts::v1::Problem;
use latchkey_contracts::v1::ids::{Id, Membership};
use latchkey_contracts::v1::problem::catalogue;
use latchkey_peers::channels::members::MemberId;

use crate::domain::group::MembershipId;
use crate::domain::membership::MemberKey;
use crate::domain::namespace::NamespaceId;

const GROUP: &str = "mbr_g";
const TREE: &str = "mbr_n";

/// The id of one.
pub(super) fn text(key: MemberKey) -> String {
    match key {
        MemberKey::Channel(id) => Id::<Membership>::of(id.0).to_string(),
        MemberKey::Group(id) => format!("{GROUP}{id}"),
        MemberKey::Tree(root, user) => format!("{TREE}{root}_{user}"),
    }
}

/// Each has one spelling.
fn parse(text: &str) -> Option<MemberKey> {
    if let Some(digits) = text.strip_prefix(GROUP) {
        return Some(MemberKey::Group(MembershipId(number(digits)?)));
    }
    if let Some(digits) = text.strip_prefix(TREE) {
        let (root, user) = digits.split_once('_')?;
        let root = NamespaceId(number(root)?);
        return Some(MemberKey::Tree(root, UserId(number(user)?)));
    }
    let id = Id::<Membership>::parse(text)?;
    Some(MemberKey::Channel(MemberId(id.number())))
}

fn number(digits: &str) -> Option<i64> {
    // The rules of digits are those of every other id.
    Id::<Membership>::parse(&format!("mbr_{digits}")).map(|id| id.number())
}

/// The id in a path. What is none names nothing.
#[derive(Debug)]
pub(crate) struct MemberPath(pub(super) MemberKey);

impl FromRequest for MemberPath {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut parts = req.match_info().iter();
        if let Some(key) = parts.next().and_then(|(_, text)| parse(text)) {
            return Box::pin(ready(Ok(Self(key))));
        }
        let req = req.clone();
        let unknown = Problem::of(&catalogue::NOT_FOUND);
        Box::pin(async move { Err(after_check(&req, unknown).await) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        for key in [
            MemberKey::Channel(MemberId(8)),
            MemberKey::Group(MembershipId(8)),
            MemberKey::Tree(NamespaceId(3), UserId(12)),
        ] {
            assert_eq!(parse(&text(key)), Some(key));
        }
        for none in [
            "",
            "mbr_",
            "mbr_g",
            "mbr_g08",
            "mbr_g+8",
            "mbr_n3",
            "mbr_n3_",
            "mbr_n_3",
            "mbr_n3_012",
            "mbr_n3_1_2",
            "mbr_x1",
            "grp_1",
            "mbr_g1 ",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
