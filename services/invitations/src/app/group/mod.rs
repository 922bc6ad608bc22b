//! Groups, their members, and the requests and offers by which one comes in: everything of a group
//! lies in this service, so that a decision is one transaction.

pub(crate) mod add_member;
pub(crate) mod change_join_request;
pub(crate) mod change_membership;
pub(crate) mod create;
pub(crate) mod edit;
pub(crate) mod end_memberships;
pub(crate) mod join_by_secret;
pub(crate) mod list;
pub(crate) mod list_join_requests;
pub(crate) mod make_join_request;
pub(crate) mod page;
